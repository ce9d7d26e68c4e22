"""How a law is written down: an id, one plain sentence, the facts behind it, and what it must be tried on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

Test = TypeVar("Test", bound=Callable[..., None])


class Law(NamedTuple):
    """One promise of the package."""

    id: str
    sentence: str
    facts: tuple[str, ...]
    places: tuple[str, ...]


REGISTER: dict[str, Law] = {}
"""Every law of the specification, by id."""


def law(identifier: str, sentence: str, *facts: str) -> Callable[[Test], Test]:
    """Mark a test as the specification of a law."""
    if identifier in REGISTER:
        raise ValueError(f"two laws are called {identifier}")
    if not sentence.endswith(".") or not all(re.fullmatch(r"[A-GLN]\d+", fact) for fact in facts):
        raise ValueError(f"{identifier}: a law is a sentence, and facts are ids of docs/facts.md")

    def mark(test: Test) -> Test:
        places = getattr(test, "places", ())
        REGISTER[identifier] = test.law = Law(identifier, sentence, facts, places)  # type: ignore[attr-defined]
        test.__doc__ = f"{sentence}\n\nTried on: {', '.join(places)}." if places else sentence
        return test

    return mark


def over(
    strategy: SearchStrategy[Any], *others: SearchStrategy[Any], reaches: tuple[str, ...]
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Try a law on a strategy (and others beside it) that reaches hard places, named in `places.PLACES`."""

    def mark(test: Callable[..., None]) -> Callable[..., None]:
        tried_on = given(strategy, *others)(test)
        tried_on.strategy, tried_on.places = strategy, reaches  # type: ignore[attr-defined]
        return tried_on

    return mark


def tried(share: float) -> settings:
    """Try a share of the profile's examples: fewer where each takes long, more where all hangs on it."""
    return settings(max_examples=round(share * settings().max_examples))
