"""The laws, read from the tests that hold them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from tests.spec.laws import Law

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


def markdown() -> str:
    """A table of laws for each file of the specification."""
    parts = []
    for module in modules():
        heading = module.__name__.rpartition("test_")[2].replace("_", " ").capitalize()
        intro = inspect.getdoc(module).splitlines()[0]
        rows = "\n".join(
            f'| <span id="law-{name}">`{name}`</span> | {sentence} | {", ".join(facts)} |'
            for name, sentence, facts in laws_of(module)
        )
        parts.append(f"## {heading}\n\n{intro}\n\n| law | what is promised | facts |\n|---|---|---|\n{rows}")
    return "\n\n".join(parts)
