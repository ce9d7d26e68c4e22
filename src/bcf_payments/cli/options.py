"""Options that many commands take: what is settled, what was decided and paid, where outputs go."""

from __future__ import annotations

import argparse
from pathlib import Path

from bcf_payments.cli.outputs import path_ending

DUE = "the last payment point that is due (default: all)"
"""What `--through` is where outcomes are given."""

KNOWN = "the last payment point whose outcomes are taken as known; later ones are drawn (default: none)"
"""What `--through` is where outcomes are drawn."""

workbook_path, csv_path, html_path = map(path_ending, (".xlsx", ".csv", ".html"))


def add_input(command: argparse.ArgumentParser, through: str = DUE) -> None:
    """What is settled, and under which scheme."""
    add_source(command)
    _add_scheme(command)
    add_settling(command, through)


def add_plans(command: argparse.ArgumentParser) -> None:
    """Plans of which something is asked, while nothing is settled."""
    add_source(command)
    _add_scheme(command)
    _add_only(command)
    _add_problems(command)


def _add_scheme(command: argparse.ArgumentParser) -> None:
    """Under which scheme."""
    command.add_argument(
        "--scheme",
        metavar="S",
        help="a built-in scheme or the path of a .toml file (default: october_2013, or the example's own)",
    )


def _add_only(command: argparse.ArgumentParser) -> None:
    """Which areas."""
    command.add_argument(
        "--only",
        nargs="+",
        action="extend",
        metavar="AREA",
        help="these areas alone, by code, name or region; all in the table areas share the fund",
    )


def add_source(command: argparse.ArgumentParser) -> None:
    """Where the tables come from."""
    source = command.add_mutually_exclusive_group()
    source.add_argument(
        "input", nargs="?", metavar="INPUT", help="a folder or a workbook with the four tables"
    )
    source.add_argument("--example", metavar="NAME", help="an embedded example: two_waves or p4p_2015_16")


def add_settling(command: argparse.ArgumentParser, through: str = DUE) -> None:
    """Which areas are settled, how far, and what is missing."""
    _add_only(command)
    command.add_argument("--through", metavar="WAVE", help=through)
    command.add_argument(
        "--on-missing",
        choices=("raise", "withhold"),
        help="missing plans, outcomes and conditions: refuse the input, or pay nothing on their lines"
        " (default: raise; withhold for an example)",
    )
    _add_problems(command)


def _add_problems(command: argparse.ArgumentParser) -> None:
    """Where problems go."""
    command.add_argument(
        "--problems",
        metavar="FILE.csv",
        type=csv_path,
        help="write every problem of the input into this file",
    )


def add_output(command: argparse.ArgumentParser) -> None:
    """Where the tables go."""
    command.add_argument("--out", metavar="DIR", type=Path, help="write the tables into this folder")
    command.add_argument(
        "--format",
        choices=("csv", "parquet", "xlsx"),
        help="one file per table, or one workbook, which opens in Excel (default: csv)",
    )


def add_decisions(command: argparse.ArgumentParser) -> None:
    """What was decided."""
    command.add_argument(
        "--decisions",
        metavar="FILE",
        type=path_ending(".csv", ".xlsx"),
        help="what was decided in reviews: reviews.csv or the results workbook, filled in",
    )


def add_paid(command: argparse.ArgumentParser) -> None:
    """What was paid."""
    command.add_argument(
        "--paid",
        metavar="FILE.csv",
        type=csv_path,
        help="the payments made: area_code, paid_pence, and if known wave, line, paid_on (default: none)",
    )
