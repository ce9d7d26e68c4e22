"""What may be written after `bcf-payments`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import NoReturn

from bcf_payments.cli.assurance_options import add_assurance, add_savings
from bcf_payments.cli.fund_options import add_contributions, add_pool
from bcf_payments.cli.options import (
    KNOWN,
    add_decisions,
    add_input,
    add_output,
    add_paid,
    add_settling,
    add_source,
    csv_path,
    html_path,
    workbook_path,
)
from bcf_payments.cli.outputs import clash, path_ending
from bcf_payments.cli.planning_options import add_plot, add_required
from bcf_payments.cli.region_options import add_evaluate, add_regions
from bcf_payments.cli.simulation_options import add_simulation, check_simulation, whole_number
from bcf_payments.names import PICTURES, __version__
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


ALL_AREAS = "all"
"""In place of an area: every area."""


def parse(argv: Sequence[str] | None) -> argparse.Namespace:
    """Read the words after `bcf-payments`; on wrong usage, say so and raise `SystemExit`."""
    top = parser()
    _check_words(top, sys.argv[1:] if argv is None else argv)
    arguments, unknown = top.parse_known_args(argv)
    command: argparse.ArgumentParser = vars(arguments).pop("parser")
    if unknown:
        command.error(f"unrecognized arguments: {' '.join(unknown)}")
    if getattr(arguments, "format", None) and not arguments.out:
        command.error("--format needs --out DIR")
    if fault := clash(arguments):
        command.error(fault)
    if arguments.command == "schemes":
        _check_schemes(command, arguments)
    if arguments.command == "simulate":
        check_simulation(command, arguments)
    if arguments.command in {"return", "required"} and arguments.area == ALL_AREAS and not arguments.out:
        command.error(
            f"{arguments.command} {ALL_AREAS} needs --out FILE: all areas are too long for a screen"
        )
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


def _check_schemes(command: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    if arguments.toml and not arguments.name:
        command.error("--toml needs the NAME of a scheme")
    if arguments.json_schema and (arguments.name or arguments.toml):
        command.error("--json-schema is the same for every scheme: leave NAME and --toml out")
    if arguments.out and not (arguments.toml or arguments.json_schema):
        command.error("--out needs --toml or --json-schema")


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
    top.add_argument("--version", action="version", version=f"bcf-payments {__version__}")
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
    purpose = "show the pooled fund: who puts in how much, what it spends, and on whom its risk falls"
    pool = _command(commands, "pool", purpose)
    add_input(pool)
    add_pool(pool)
    _add_required(commands)
    add_assurance(_command(commands, "assurance", "list what somebody should look at in the plans"))
    add_savings(
        _command(commands, "savings", "value what is planned and achieved at so many pounds per unit")
    )
    add_regions(_command(commands, "regions", "show one region on one page, and who could help its areas"))
    add_evaluate(_command(commands, "evaluate", "set what was achieved beside what was planned and paid"))
    _add_plot(commands)
    _add_template(commands)
    _add_completion(commands)
    return top


def _add_settle(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    settle = _command(commands, "settle", "settle, show the national result, and write the tables if asked")
    add_input(settle)
    add_output(settle)
    add_decisions(settle)
    settle.add_argument(
        "--brief", action="store_true", help="show only what is earned, what is held back, and the reviews"
    )
    settle.add_argument(
        "--verify", action="store_true", help="settle by the slow reference as well, and compare every figure"
    )


def _add_validate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    validate = _command(commands, "validate", "check the input and list every problem, without settling")
    add_input(validate)


def _add_compare(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    compare = _command(commands, "compare", "settle under two schemes, and show who gains and who loses")
    for name, metavar in (("before", "S1"), ("after", "S2")):
        compare.add_argument(name, metavar=metavar, help="a built-in scheme or the path of a .toml file")
    add_source(compare)
    add_settling(compare)
    add_output(compare)


def _add_explain(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    explain = _command(commands, "explain", "explain one area's money step by step, with the rules behind it")
    explain.add_argument("area", metavar="AREA", help="the code or the name of an area, or part of its name")
    add_input(explain)
    add_decisions(explain)
    add_contributions(explain)
    written = explain.add_mutually_exclusive_group()
    written.add_argument("--markdown", action="store_true", help="write Markdown instead of plain text")
    written.add_argument(
        "--out", metavar="FILE.html", type=html_path, help="write the explanation as a page into this file"
    )


def _add_simulate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    simulate = _command(
        commands, "simulate", "draw outcomes by chance many times, and show what each draw would pay"
    )
    add_input(simulate, KNOWN)
    add_output(simulate)
    add_simulation(simulate)


def _add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    report = _command(
        commands, "report", "write the report of a settlement: one HTML page to read, to search and to print"
    )
    add_input(report)
    add_decisions(report)
    add_contributions(report)
    report.add_argument(
        "--out",
        metavar="FILE.html",
        type=html_path,
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
    add_input(assumptions)


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
    add_input(returns)
    add_decisions(returns)
    add_paid(returns)
    returns.add_argument(
        "--out",
        metavar="FILE|FOLDER",
        type=_return_path,
        help="write the return into this file, which ends in .csv (a row per line, in pence) or .xlsx; or for"
        " each area a workbook, a page and a picture into this folder",
    )


def _add_calendar(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    calendar = _command(commands, "calendar", "show what is paid when, on what, and by which rules")
    add_input(calendar)
    calendar.add_argument(
        "--area", metavar="AREA", help="the code or the name of an area (default: all areas together)"
    )
    calendar.add_argument(
        "--out", metavar="FILE.csv", type=csv_path, help="write the calendar into this file"
    )


def _add_due(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    due = _command(commands, "due", "show what to pay now: what is earned to date, less what was paid before")
    add_input(due)
    add_paid(due)
    due.add_argument(
        "--before", metavar="INPUT", help="the input as it was settled before: show what was revised since"
    )
    due.add_argument(
        "--out", metavar="FILE.csv", type=csv_path, help="write what each area is due into this file"
    )


def _add_required(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    required = _command(commands, "required", "show what an area must achieve to be paid, line by line")
    required.add_argument(
        "area",
        metavar="AREA",
        help=f"the code or the name of an area, or part of its name; or {ALL_AREAS}, with --out",
    )
    add_input(required)
    add_required(required)
    required.add_argument(
        "--out", metavar="FILE.csv", type=csv_path, help="write what is required of each line into this file"
    )


def _add_plot(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    plot = _command(commands, "plot", "draw a picture of a settlement into a file")
    plot.add_argument("picture", metavar="PICTURE", choices=PICTURES, help=f"one of: {', '.join(PICTURES)}")
    add_input(plot)
    add_decisions(plot)
    add_plot(plot)
    plot.add_argument(
        "--out",
        metavar="FILE",
        type=path_ending(".png", ".svg", ".pdf"),
        required=True,
        help="the file to write, which ends in .png, .svg or .pdf",
    )


def _add_template(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    template = _command(commands, "template", "write a workbook to fill in, with a sheet for each table")
    template.add_argument("file", metavar="FILE.xlsx", type=workbook_path, help="the file to write")
    template.add_argument(
        "--scheme",
        metavar="S",
        help="a built-in scheme or the path of a .toml file (default: october_2013)",
    )
    template.add_argument(
        "--areas",
        metavar="FILE.csv",
        type=csv_path,
        help="the areas to list: area_code, area_name, region (default: those of the scheme's example)",
    )
    template.add_argument(
        "--only",
        nargs="+",
        action="extend",
        metavar="AREA",
        help="lay out rows for these areas alone, by code, name or region; the weights of the example, which"
        " are proxies, come with it",
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
    command = commands.add_parser(
        name,
        help=purpose,
        description=f"{purpose[0].upper()}{purpose[1:]}.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.set_defaults(parser=command)
    return command


def _return_path(text: str) -> Path:
    """A file, or a folder, which has no ending."""
    return path_ending(".csv", ".xlsx")(text) if Path(text).suffix else Path(text)
