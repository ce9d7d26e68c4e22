"""The register of laws is complete, and every law is tried on the hard places that it names."""

from contextlib import suppress
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import Phase, find, settings
from hypothesis.errors import NoSuchExample
from hypothesis.strategies import SearchStrategy

from bcf_payments.testing import Case

from . import laws
from .places import PLACES, Seen

FILES = sorted(Path(__file__).parent.glob("test_*.py"))
MODULES = [import_module(f".{file.stem}", __package__) for file in FILES if file.name != Path(__file__).name]
TESTS = [test for module in MODULES for name, test in vars(module).items() if hasattr(test, "law")]
PLACED = [test for test in TESTS if test.law.places]
ALIKE = {
    repr(test.strategy): [other for other in PLACED if repr(other.strategy) == repr(test.strategy)]
    for test in PLACED
}
"""Laws that are tried on the same."""

ONCE = settings(max_examples=500, phases=[Phase.generate], derandomize=True, database=None)
"""A place must turn up among so many cases that are drawn."""


def places_not_reached(strategy: SearchStrategy, places: set[str]) -> set[str]:
    """Those of some places that what a strategy draws does not reach; it draws no more than it must."""
    missing = set(places)

    def all_reached(one: object) -> bool:
        seen = Seen(one) if isinstance(one, Case) else one
        missing.difference_update([place for place in missing if PLACES[place](seen)])
        return not missing

    with suppress(NoSuchExample):
        find(strategy, all_reached, settings=ONCE)
    return missing


def test_every_property_is_a_law():
    tests = [test for module in MODULES for name, test in vars(module).items() if name.startswith("test_")]
    properties = [test for test in tests if hasattr(test, "hypothesis")]
    assert not [test.__name__ for test in properties if not hasattr(test, "law")], "write @law(...) above it"
    assert sorted(test.law.id for test in properties) == sorted(laws.REGISTER)
    assert all(test.__doc__.startswith(test.law.sentence) for test in TESTS)


def test_a_law_names_the_hard_places_that_it_is_tried_on():
    assert not [test.law.id for test in PLACED if any(place not in test.__doc__ for place in test.law.places)]


@pytest.mark.parametrize("alike", ALIKE.values(), ids=lambda alike: alike[0].law.id)
def test_laws_are_tried_on_the_hard_places_that_they_name(alike):
    named = {place for test in alike for place in test.law.places}
    assert not places_not_reached(alike[0].strategy, named)
