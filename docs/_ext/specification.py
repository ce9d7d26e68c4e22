"""The laws, read from the tests that hold them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from tests.spec.laws import Law
from tests.spec.places import ANY_CASE, COMPLETE

HEAD = "| law | what is promised | facts | tried on |\n|---|---|---|---|\n"
SPEC = Path(__file__).parents[2] / "tests" / "spec"


def modules() -> Iterator[ModuleType]:
    """Modules of the specification, in order of their names, less the register's own test."""
    for file in sorted(SPEC.glob("test_*.py")):
        module = import_module(f"tests.spec.{file.stem}")
        if laws_of(module):
            yield module


def laws_of(module: ModuleType) -> list[Law]:
    """Id, sentence and facts of each law that a module tests, in the order of the file."""
    return [test.law for test in vars(module).values() if inspect.isfunction(test) and hasattr(test, "law")]


def tried_on(law: Law) -> str:
    """The hard places of a law, those of whole cases in few words."""
    groups = {"any case": ANY_CASE, "complete cases": COMPLETE}
    for name, places in groups.items():
        if set(places) <= set(law.places):
            return "; ".join([name, *(place for place in law.places if place not in places)])
    return "; ".join(law.places)


def hard_places() -> str:
    """What the two groups of places are."""
    gaps = [place for place in ANY_CASE if place not in COMPLETE]
    return (
        "## Hard places\n\nA test of the tests draws cases as each law does, and counts that they reach what"
        " the law names.\n\n"
        f"Complete cases reach: {', '.join(COMPLETE)}.\n\nAny case: these, {', '.join(gaps)}."
    )


def markdown() -> str:
    """A table of laws for each file of the specification."""
    parts = []
    for module in modules():
        heading = module.__name__.rpartition("test_")[2].replace("_", " ").capitalize()
        intro = inspect.getdoc(module).splitlines()[0]
        rows = "\n".join(
            f'| <span id="law-{law.id}">`{law.id}`</span> | {law.sentence} | {", ".join(law.facts)} '
            f"| {tried_on(law)} |"
            for law in laws_of(module)
        )
        parts.append(f"## {heading}\n\n{intro}\n\n{HEAD}{rows}")
    return "\n\n".join([*parts, hard_places()])
