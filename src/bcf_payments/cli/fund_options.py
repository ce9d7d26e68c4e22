"""Options of commands that tell of the fund around the payment."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import TYPE_CHECKING

from bcf_payments.cli.options import csv_path
from bcf_payments.cli.outputs import path_ending

if TYPE_CHECKING:
    from argparse import Namespace

    from pandas import DataFrame


def add_contributions(command: ArgumentParser) -> None:
    """Add what bodies contribute."""
    command.add_argument(
        "--contributions",
        metavar="FILE",
        type=path_ending(".csv", ".xlsx"),
        help="what bodies contribute: area_code, contributor, contributor_type, component, minimum_pounds,"
        " planned_pounds; a workbook has them in the sheet contributions (default: the example's)",
    )


def add_table(command: ArgumentParser) -> None:
    """Add where the one table of a command goes."""
    command.add_argument("--out", metavar="FILE.csv", type=csv_path, help="write the table into this file")


def contributions_of(arguments: Namespace) -> DataFrame:
    """The contributions that a file tells of, or those of the example where that is what is settled."""
    from bcf_payments.errors import InputError
    from bcf_payments.examples import available_examples, load_contributions
    from bcf_payments.files import read_csv
    from bcf_payments.files.reading import read_sheet

    path: Path | None = arguments.contributions
    if path is not None:
        return (
            read_sheet(path, "contributions") if path.suffix == ".xlsx" else read_csv(path, "contributions")
        )
    if arguments.input is None:
        return load_contributions(arguments.example or available_examples()[0])
    fix = "give --contributions FILE, with what bodies put into the pools of these areas"
    raise InputError([{"table": "contributions", "reason": "missing_table", "fix": fix}])
