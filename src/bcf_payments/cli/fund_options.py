"""Options of commands that tell of the fund around the payment, and the tables that they name."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bcf_payments.cli.options import add_output
from bcf_payments.cli.outputs import path_ending

if TYPE_CHECKING:
    from argparse import Namespace

    from pandas import DataFrame

EXAMPLE, BY_CONTRIBUTION = "example", "contribution"
"""In place of a file: the contributions of the example; that each bears what it is of the pool."""


def add_contributions(command: ArgumentParser) -> None:
    """Add what bodies contribute."""
    command.add_argument(
        "--contributions",
        metavar=f"FILE|{EXAMPLE}",
        type=_file_or(EXAMPLE),
        help="what bodies contribute: area_code, contributor, contributor_type, component, minimum_pounds,"
        f" planned_pounds; or {EXAMPLE}, the example's (default: the table contributions of INPUT, if there)",
    )


def add_pool(command: ArgumentParser) -> None:
    """Add what the pool takes in, spends and risks, and what is added up over."""
    add_contributions(command)
    command.add_argument(
        "--by",
        choices=("area", "region", "nation", "contributor"),
        default="area",
        help="what to add up over (default: area)",
    )
    command.add_argument(
        "--agreement",
        metavar=f"FILE|{BY_CONTRIBUTION}",
        type=_file_or(BY_CONTRIBUTION),
        help="on whom falls what is not earned: area_code, partner, share, optional cap_pounds, relief_share;"
        f" or {BY_CONTRIBUTION}, each by what it puts in (default: the table agreement of INPUT, if there)",
    )
    command.add_argument(
        "--spending",
        metavar="FILE",
        type=_file_or(),
        help="what pools take in besides, spend and expect: area_code, kind, item, amount_pounds, optional"
        " host (default: the table spending of INPUT, if there)",
    )
    add_output(command)


def _file_or(*words: str) -> Callable[[str], Path]:
    """What reads the name of a file of CSV or Excel, or one of these words."""
    of_file = path_ending(".csv", ".xlsx")
    return lambda text: Path(text) if text in words else of_file(text)


def table_beside(arguments: Namespace, name: str) -> DataFrame | None:
    """A table beside the four: the file that an option of its name names, or INPUT's own, if there is one."""
    from bcf_payments.files import read_csv
    from bcf_payments.files.reading import read_beside, read_sheet

    path: Path | None = getattr(arguments, name, None)
    if path is None:
        return None if arguments.input is None else read_beside(Path(arguments.input), name)
    return read_sheet(path, name) if path.suffix == ".xlsx" else read_csv(path, name)


def contributions_given(arguments: Namespace) -> DataFrame | None:
    """The contributions that a file, the input or the example tells of, if any of them is asked."""
    from bcf_payments.examples import load_contributions

    if arguments.contributions == Path(EXAMPLE):
        return load_contributions(_example(arguments))
    return table_beside(arguments, "contributions")


def contributions_needed(arguments: Namespace) -> DataFrame:
    """The same, or those of the example where that is what is settled."""
    from bcf_payments.errors import InputError
    from bcf_payments.examples import load_contributions

    given = contributions_given(arguments)
    if given is None and arguments.input is None:
        return load_contributions(_example(arguments))
    if given is None:
        fix = "add the table contributions to INPUT, or give --contributions FILE: what bodies put into pools"
        raise InputError([{"table": "contributions", "reason": "missing_table", "fix": fix}])
    return given


def _example(arguments: Namespace) -> str:
    from bcf_payments.examples import available_examples

    return arguments.example or available_examples()[0]
