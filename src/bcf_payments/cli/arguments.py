"""What may be written after `bcf-payments`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

DESCRIPTION = """\
Settle performance-related public payments exactly, beginning with England's Better Care Fund: what
each area is paid at each payment point, what is held back and why, and which reviews follow.
"Settlement" here is the settling of these payments, not the Local Government Finance Settlement.
"""

EPILOG = """\
INPUT is a folder with the tables areas, plans, outcomes and assurance, each as .csv (UTF-8, with
commas) or .parquet, or an .xlsx workbook with one sheet for each. Without INPUT an embedded example
is used.

Exit status: 0 done; 1 input refused or not there, with the problems on standard error; 2 usage.
"""


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the words after `bcf-payments`; on wrong usage, say so and raise `SystemExit`."""
    top = _parser()
    arguments = top.parse_args(argv)
    if arguments.command == "settle" and arguments.format and not arguments.out:
        top.error("--format needs --out DIR")
    if arguments.command == "schemes" and arguments.toml and not arguments.name:
        top.error("--toml needs the NAME of a scheme")
    return arguments


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="bcf-payments",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"bcf-payments {version('bcf-payments')}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_settle(commands)
    _add_validate(commands)
    _add_schemes(commands)
    return top


def _add_settle(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    settle = _command(commands, "settle", "settle, show the national result, and write the tables if asked")
    _add_input(settle)
    settle.add_argument("--out", metavar="DIR", type=Path, help="write the tables into this folder")
    settle.add_argument(
        "--format",
        choices=("csv", "parquet", "xlsx"),
        help="one file per table, or one workbook settlement.xlsx (default: csv)",
    )
    settle.add_argument(
        "--verify", action="store_true", help="settle by the slow reference as well, and compare every figure"
    )


def _add_validate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    validate = _command(commands, "validate", "check the input and list every problem, without settling")
    _add_input(validate)


def _add_schemes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    schemes = _command(commands, "schemes", "list the built-in schemes, or show the rules of one")
    schemes.add_argument(
        "name", nargs="?", metavar="NAME", help="a built-in scheme, or the path of a .toml file"
    )
    schemes.add_argument(
        "--toml", action="store_true", help="print the TOML file of NAME, to copy and change"
    )
    schemes.set_defaults(problems=None)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, purpose: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=purpose,
        description=f"{purpose[0].upper()}{purpose[1:]}.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )


def _add_input(command: argparse.ArgumentParser) -> None:
    source = command.add_mutually_exclusive_group()
    source.add_argument(
        "input", nargs="?", metavar="INPUT", help="a folder or a workbook with the four tables"
    )
    source.add_argument("--example", metavar="NAME", help="an embedded example: two_waves or p4p_2015_16")
    command.add_argument(
        "--scheme",
        metavar="S",
        help="a built-in scheme or the path of a .toml file (default: october_2013, or the example's own)",
    )
    command.add_argument(
        "--through", metavar="WAVE", help="the last payment point that is due (default: all)"
    )
    command.add_argument(
        "--on-missing",
        choices=("raise", "withhold"),
        help="missing plans, outcomes and conditions: refuse the input, or pay nothing on their lines"
        " (default: raise; withhold for an example)",
    )
    command.add_argument(
        "--problems",
        metavar="FILE.csv",
        type=_csv_path,
        help="write every problem of the input into this file",
    )


def _csv_path(text: str) -> Path:
    path = Path(text)
    if path.suffix != ".csv":
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .csv")
    return path
