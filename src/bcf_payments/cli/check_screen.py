"""Worked examples on the screen: a line for each file, and below it the figures that do not come out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from bcf_payments.cli.layout import plain, table
from bcf_payments.errors import BcfError
from bcf_payments.words import Column, several

LONGEST_PATH = 60
LONGEST_WHERE = 60


class CheckedExample(NamedTuple):
    """A file, and the figures in it that did not come out, or the error that refused it."""

    file: Path
    result: pd.DataFrame | BcfError

    @property
    def as_expected(self) -> bool:
        """Whether every figure came out."""
        return isinstance(self.result, pd.DataFrame) and self.result.empty


def example_files(paths: Iterable[Path]) -> list[Path]:
    """List the files to check: those named, and in place of a folder the .toml files in it."""
    return [file for path in paths for file in sorted(path.glob("*.toml")) or [path]]


def check_file(file: Path) -> CheckedExample:
    """Check the worked example in a file."""
    from bcf_payments.studies.check import check_worked_example
    from bcf_payments.studies.worked_example_file import load_worked_example

    try:
        return CheckedExample(file, check_worked_example(load_worked_example(file)))
    except BcfError as error:
        return CheckedExample(file, error)


def check_screen(results: Sequence[CheckedExample]) -> str:
    """Show what became of each file, and how many came out as expected."""
    names = _names([checked.file for checked in results])
    width = max(map(len, names))
    lines = []
    for name, checked in zip(names, results, strict=True):
        lines.append(f"{name.ljust(width)}  {_outcome(checked)}")
        if isinstance(checked.result, pd.DataFrame) and not checked.result.empty:
            lines += ["", _differences(checked.result), ""]
    good = sum(checked.as_expected for checked in results)
    return "\n".join([*lines, "", f"{good:,} of {several(len(results), 'worked example')} as expected."])


def _names(files: Sequence[Path]) -> list[str]:
    """Name files by their paths, or where one of those is long, without their folders."""
    short = all(len(str(file)) <= LONGEST_PATH for file in files)
    return [plain(file if short else file.name, LONGEST_PATH) for file in files]


def _outcome(checked: CheckedExample) -> str:
    if isinstance(checked.result, BcfError):
        return "refused"
    count = len(checked.result)
    return several(count, "figure") + (" differs" if count == 1 else " differ") if count else "as expected"


def _differences(differences: pd.DataFrame) -> str:
    places = [plain(where, LONGEST_WHERE) for where in differences["where"]]
    figures = [Column(name, [plain(value) for value in differences[name]]) for name in ("expected", "found")]
    return table(Column("figure", places, kind="text"), *figures)
