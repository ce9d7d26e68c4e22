"""How a law of the specification is written down: an id, one plain sentence, and the facts behind it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from hypothesis import settings

Test = TypeVar("Test", bound=Callable[..., None])


class Law(NamedTuple):
    """One promise of the package."""

    id: str
    sentence: str
    facts: tuple[str, ...]


REGISTER: dict[str, Law] = {}
"""Every law of the specification, by id."""


def law(identifier: str, sentence: str, *facts: str) -> Callable[[Test], Test]:
    """Mark a test as the specification of a law."""
    if identifier in REGISTER:
        raise ValueError(f"two laws are called {identifier}")
    if not sentence.endswith(".") or not all(re.fullmatch(r"[A-GL]\d+", fact) for fact in facts):
        raise ValueError(f"{identifier}: a law is a sentence, and facts are ids of docs/facts.md")
    REGISTER[identifier] = Law(identifier, sentence, facts)

    def mark(test: Test) -> Test:
        test.law = REGISTER[identifier]  # type: ignore[attr-defined]
        test.__doc__ = sentence
        return test

    return mark


def tried(share: float) -> settings:
    """Try a share of the profile's examples: fewer where each takes long, more where all hangs on it."""
    return settings(max_examples=round(share * settings().max_examples))
