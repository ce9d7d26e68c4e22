"""The register of laws is complete, and every law is tried on the hard places that it names."""

from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis.strategies import SearchStrategy

from bcf_payments.testing import Case

from . import laws
from .places import PLACES, Seen, sampled

FILES = sorted(Path(__file__).parent.glob("test_*.py"))
MODULES = [import_module(f".{file.stem}", __package__) for file in FILES if file.name != Path(__file__).name]
TESTS = [test for module in MODULES for name, test in vars(module).items() if hasattr(test, "law")]
PLACED = {test.law.id: test for test in TESTS if test.law.places}

DRAWN = (100, 500)
"""A place must turn up among the first of so many cases that are drawn, or where it is rare, among more."""

STRATEGIES: dict[str, SearchStrategy] = {repr(test.strategy): test.strategy for test in PLACED.values()}


@cache
def seen_with(strategy: str, size: int) -> list[Seen]:
    """What a strategy draws; laws that are tried on the same share it."""
    drawn = sampled(STRATEGIES[strategy], size)
    return [Seen(one) if isinstance(one, Case) else one for one in drawn]


@cache
def is_reached(strategy: str, place: str) -> bool:
    """Whether any of the drawn cases is such a place."""
    return any(any(map(PLACES[place], seen_with(strategy, size))) for size in DRAWN)


def test_every_property_is_a_law():
    tests = [test for module in MODULES for name, test in vars(module).items() if name.startswith("test_")]
    properties = [test for test in tests if hasattr(test, "hypothesis")]
    assert not [test.__name__ for test in properties if not hasattr(test, "law")], "write @law(...) above it"
    assert sorted(test.law.id for test in properties) == sorted(laws.REGISTER)
    assert all(test.__doc__.startswith(test.law.sentence) for test in TESTS)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("identifier", PLACED)
def test_a_law_is_tried_on_the_hard_places_that_it_names(identifier):
    test = PLACED[identifier]
    assert all(place in test.__doc__ for place in test.law.places)
    assert not [place for place in test.law.places if not is_reached(repr(test.strategy), place)]
