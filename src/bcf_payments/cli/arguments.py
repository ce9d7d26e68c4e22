"""What may be written after `bcf-payments`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from bcf_payments.cli.outputs import clash
from bcf_payments.cli.simulation_options import add_simulation, check_simulation, whole_number
from bcf_payments.words import printable

DESCRIPTION = """\
Settle performance-related public payments exactly, beginning with England's Better Care Fund: what
each area is paid at each payment point, what is held back and why, and which reviews follow.
"Settlement" here is the settling of these payments, not the Local Government Finance Settlement.
"""

EPILOG = """\
INPUT is a folder with the tables areas, plans, outcomes and assurance, each as .csv (UTF-8, with
commas) or .parquet, or an .xlsx workbook with one sheet for each ('template' makes one). Without
INPUT an embedded example is used.

Exit status: 0 done; 1 input refused or not there, with the problems on standard error; 2 usage.
"""


DUE = "the last payment point that is due (default: all)"
KNOWN = "the last payment point whose outcomes are taken as known; later ones are drawn (default: none)"
"""What `--through` is."""

ALL_AREAS = "all"
"""In place of an area: every area."""


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the words after `bcf-payments`; on wrong usage, say so and raise `SystemExit`."""
    top = parser()
    _check_words(top, sys.argv[1:] if argv is None else argv)
    arguments = top.parse_args(argv)
    if getattr(arguments, "format", None) and not arguments.out:
        top.error("--format needs --out DIR")
    if fault := clash(arguments):
        top.error(fault)
    if arguments.command == "schemes":
        _check_schemes(top, arguments)
    if arguments.command == "simulate":
        check_simulation(top, arguments)
    if arguments.command == "return" and arguments.area == ALL_AREAS and not arguments.out:
        top.error(f"return {ALL_AREAS} needs --out FILE: the returns of all areas are too long for a screen")
    return arguments


def _check_words(top: argparse.ArgumentParser, words: Sequence[str]) -> None:
    """Refuse what no command can mean: a word that is empty, as a shell's unset variable is, or holds NUL."""
    for before, word in pairwise(("", *words)):
        option, equals, value = word.partition("=") if word.startswith("--") else (before, "", word)
        if "\0" in word:
            top.error("an argument holds a NUL character, which no name can hold: leave it out")
        if not word or (equals and not value):
            what = option if option.startswith("--") else "an argument"
            top.error(f"{what} is empty: give a value, or leave it out")


def _check_schemes(top: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    if arguments.toml and not arguments.name:
        top.error("--toml needs the NAME of a scheme")
    if arguments.json_schema and (arguments.name or arguments.toml):
        top.error("--json-schema is the same for every scheme: leave NAME and --toml out")
    if arguments.out and not (arguments.toml or arguments.json_schema):
        top.error("--out needs --toml or --json-schema")


class _Parser(argparse.ArgumentParser):
    """One whose errors echo words as they may be shown."""

    def error(self, message: str) -> NoReturn:
        super().error(printable(message))


def parser() -> argparse.ArgumentParser:
    """The words that `bcf-payments` understands."""
    top: argparse.ArgumentParser = _Parser(
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
    _add_compare(commands)
    _add_explain(commands)
    _add_schemes(commands)
    _add_check(commands)
    _add_assumptions(commands)
    _add_simulate(commands)
    _add_report(commands)
    _add_return(commands)
    _add_calendar(commands)
    _add_due(commands)
    _add_template(commands)
    _add_completion(commands)
    return top


def _add_settle(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    settle = _command(commands, "settle", "settle, show the national result, and write the tables if asked")
    _add_input(settle)
    _add_output(settle)
    _add_decisions(settle)
    settle.add_argument(
        "--brief", action="store_true", help="show only what is earned, what is held back, and the reviews"
    )
    settle.add_argument(
        "--verify", action="store_true", help="settle by the slow reference as well, and compare every figure"
    )


def _add_decisions(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--decisions",
        metavar="FILE",
        type=_table_path,
        help="what was decided in reviews: reviews.csv or the results workbook, filled in",
    )


def _add_validate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    validate = _command(commands, "validate", "check the input and list every problem, without settling")
    _add_input(validate)


def _add_compare(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    compare = _command(commands, "compare", "settle under two schemes, and show who gains and who loses")
    for name, metavar in (("before", "S1"), ("after", "S2")):
        compare.add_argument(name, metavar=metavar, help="a built-in scheme or the path of a .toml file")
    _add_source(compare)
    _add_settling(compare)
    _add_output(compare)


def _add_explain(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    explain = _command(commands, "explain", "explain one area's money step by step, with the rules behind it")
    explain.add_argument("area", metavar="AREA", help="the code or the name of an area, or part of its name")
    _add_input(explain)
    _add_decisions(explain)
    written = explain.add_mutually_exclusive_group()
    written.add_argument("--markdown", action="store_true", help="write Markdown instead of plain text")
    written.add_argument(
        "--out", metavar="FILE.html", type=_html_path, help="write the explanation as a page into this file"
    )


def _add_simulate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    simulate = _command(
        commands, "simulate", "draw outcomes by chance many times, and show what each draw would pay"
    )
    _add_input(simulate, KNOWN)
    _add_output(simulate)
    add_simulation(simulate)


def _add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    report = _command(
        commands, "report", "write the report of a settlement: one HTML page to read, to search and to print"
    )
    _add_input(report)
    _add_decisions(report)
    report.add_argument(
        "--out",
        metavar="FILE.html",
        type=_html_path,
        default=Path("report.html"),
        help="the file to write (default: report.html)",
    )
    chance = report.add_mutually_exclusive_group()
    chance.add_argument(
        "--chance",
        metavar="DRAWS",
        type=whole_number(1),
        help="how often chance is drawn, to stand beside the payments (default: 2,000)",
    )
    chance.add_argument("--no-chance", dest="chance", action="store_const", const=0, help="leave chance out")


def _add_schemes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    schemes = _command(commands, "schemes", "list the built-in schemes, or show the rules of one")
    schemes.add_argument(
        "name", nargs="?", metavar="NAME", help="a built-in scheme, or the path of a .toml file"
    )
    schemes.add_argument(
        "--toml", action="store_true", help="print the TOML file of NAME, to copy and change"
    )
    schemes.add_argument(
        "--json-schema",
        action="store_true",
        help="print the JSON Schema of a scheme's file, by which editors check and complete it",
    )
    schemes.add_argument(
        "--out", metavar="FILE", type=Path, help="write what --toml or --json-schema prints into a file"
    )
    schemes.set_defaults(problems=None)


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = _command(commands, "check", "settle worked examples, and show which figures do not come out")
    check.add_argument(
        "files", nargs="+", metavar="FILE", type=Path, help="a worked example (.toml), or a folder of them"
    )
    check.set_defaults(problems=None)


def _add_assumptions(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    assumptions = _command(
        commands, "assumptions", "show how much money rests on assumptions, and what other readings would pay"
    )
    _add_input(assumptions)


def _add_return(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    returns = _command(
        commands,
        "return",
        "show one area's return: plan, actual, largest and suggested payment, what became of the rest",
    )
    returns.add_argument(
        "area",
        metavar="AREA",
        help=f"the code or the name of an area, or part of its name; or {ALL_AREAS}, with --out",
    )
    _add_input(returns)
    _add_decisions(returns)
    returns.add_argument(
        "--out",
        metavar="FILE",
        type=_table_path,
        help="write the return into this file, which ends in .csv (a row per line, in pence) or .xlsx",
    )


def _add_calendar(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    calendar = _command(commands, "calendar", "show what is paid when, on what, and by which rules")
    _add_input(calendar)
    calendar.add_argument(
        "--area", metavar="AREA", help="the code or the name of an area (default: all of England)"
    )
    calendar.add_argument(
        "--out", metavar="FILE.csv", type=_csv_path, help="write the calendar into this file"
    )


def _add_due(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    due = _command(commands, "due", "show what to pay now: what is earned to date, less what was paid before")
    _add_input(due)
    due.add_argument(
        "--paid",
        metavar="FILE.csv",
        type=_csv_path,
        help="the payments made: area_code, paid_pence, and if known wave, line, paid_on (default: none)",
    )
    due.add_argument(
        "--out", metavar="FILE.csv", type=_csv_path, help="write what each area is due into this file"
    )


def _add_template(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    template = _command(commands, "template", "write a workbook to fill in, with a sheet for each table")
    template.add_argument("file", metavar="FILE.xlsx", type=_workbook_path, help="the file to write")
    template.add_argument(
        "--scheme",
        metavar="S",
        help="a built-in scheme or the path of a .toml file (default: october_2013)",
    )
    template.add_argument(
        "--areas",
        metavar="FILE.csv",
        type=_csv_path,
        help="the areas to list: area_code, area_name, region (default: those of the scheme's example)",
    )
    template.set_defaults(problems=None)


def _add_completion(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    completion = _command(
        commands, "completion", "print a script that completes commands, options and names in your shell"
    )
    completion.add_argument("shell", choices=("bash", "zsh"), help="the shell that is to read it")
    completion.set_defaults(problems=None)


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


def _add_input(command: argparse.ArgumentParser, through: str = DUE) -> None:
    _add_source(command)
    command.add_argument(
        "--scheme",
        metavar="S",
        help="a built-in scheme or the path of a .toml file (default: october_2013, or the example's own)",
    )
    _add_settling(command, through)


def _add_source(command: argparse.ArgumentParser) -> None:
    source = command.add_mutually_exclusive_group()
    source.add_argument(
        "input", nargs="?", metavar="INPUT", help="a folder or a workbook with the four tables"
    )
    source.add_argument("--example", metavar="NAME", help="an embedded example: two_waves or p4p_2015_16")


def _add_settling(command: argparse.ArgumentParser, through: str = DUE) -> None:
    command.add_argument("--through", metavar="WAVE", help=through)
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


def _add_output(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", metavar="DIR", type=Path, help="write the tables into this folder")
    command.add_argument(
        "--format",
        choices=("csv", "parquet", "xlsx"),
        help="one file per table, or one workbook, which opens in Excel (default: csv)",
    )


def _table_path(text: str) -> Path:
    path = Path(text)
    if path.suffix not in {".csv", ".xlsx"}:
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .csv or .xlsx")
    return path


def _workbook_path(text: str) -> Path:
    path = Path(text)
    if path.suffix != ".xlsx":
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .xlsx")
    return path


def _csv_path(text: str) -> Path:
    path = Path(text)
    if path.suffix != ".csv":
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .csv")
    return path


def _html_path(text: str) -> Path:
    path = Path(text)
    if path.suffix != ".html":
        raise argparse.ArgumentTypeError(f"{text!r} does not end in .html")
    return path
