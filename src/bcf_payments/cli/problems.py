"""What is said on standard error when the input is refused."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bcf_payments.cli.layout import (
    GAP,
    lined,
    paragraph,
    plain,
    show,
    table,
    table_with_text,
    width,
)
from bcf_payments.errors import PROBLEM_COLUMNS, BcfError, InputError, SchemeError, WorkedExampleError
from bcf_payments.words import Column, several

SHOWN = 50
"""Problems on the screen; all of them go into the file of `--problems`."""

WHERE = ("place", "area_name", "area_code", "wave", "metric", "column", "value")
OPTIONS = {
    "on_missing='withhold'": "--on-missing withhold",
    "on_unknown_size='hold'": "--on-unknown-size hold",
}
"""What a fix names in Python, and on the command line."""

INDENT = "  "
LONGEST_PLACE = 60
LONGEST_VALUE = 160
LONGEST_FIX = 300


def report(error: BcfError, file: Path | None, checked_against: str = "") -> None:
    """Print an error, with its problems as a table, and write them all into a file if one is wanted."""
    if isinstance(error, InputError):
        show(input_problems(error.problems), sys.stderr)
        if checked_against and not (error.problems["reason"] == "unreadable_file").all():
            show(f"\nChecked against {checked_against}.", sys.stderr)
    elif isinstance(error, SchemeError):
        show(faults_of("scheme", error), sys.stderr)
    elif isinstance(error, WorkedExampleError):
        show(faults_of("worked example", error), sys.stderr)
    else:
        show(error, sys.stderr)
    problems = getattr(error, "problems", None)
    if file and problems is not None:
        write_problems(problems, file)
        show(f"All problems: {file}", sys.stderr)


def write_problems(problems: pd.DataFrame, file: Path) -> None:
    """Write a table of problems into a CSV file."""
    from bcf_payments.files import write_tables

    write_tables({file.stem: problems}, file.parent)


def no_problems() -> pd.DataFrame:
    """Give the table of the problems of an input that has none."""
    return pd.DataFrame(columns=list(PROBLEM_COLUMNS))


def input_problems(problems: pd.DataFrame) -> str:
    """Lay out the problems of an input: under each table and reason a row per problem, with its fix."""
    total = len(problems)
    parts = [f"The input is refused: {several(total, 'problem')}."]
    if total > SHOWN:
        parts.append(_counts(problems))
    shown = problems.head(SHOWN)
    of_files = (shown[["place", "area_code", "wave", "metric", "column"]] == "").all(axis=1)
    if of_files.any():
        parts.append(_of_files(shown[of_files]))
    parts += [
        _group(str(name), str(reason), rows)
        for (name, reason), rows in shown[~of_files].groupby(["table", "reason"], sort=False)
    ]
    if total > SHOWN:
        parts.append(f"... and {total - SHOWN:,} more: --problems FILE.csv writes them all.")
    return "\n\n".join(parts)


def _of_files(rows: pd.DataFrame) -> str:
    """Lay out problems that are about a whole table or file, not about some cell of it."""
    columns = [
        Column("table", [plain(name) for name in rows["table"]], kind="text"),
        Column("reason", rows["reason"].tolist(), kind="text"),
    ]
    texts = [
        ": ".join(filter(None, (value, fix))) for value, fix in zip(rows["value"], rows["fix"], strict=True)
    ]
    return table_with_text(
        columns, "what is wrong, and the fix", [plain(text, LONGEST_FIX) for text in texts]
    )


def faults_of(what: str, error: SchemeError | WorkedExampleError) -> str:
    """Lay out the faults of a scheme or a worked example."""
    places = [plain(place, LONGEST_PLACE) for place, _ in error.told]
    faults = [plain(fault, LONGEST_FIX) for _, fault in error.faults]
    columns = [Column("where", places, kind="text")] if any(places) else []
    listed = table_with_text(columns, "fault", faults)
    return f"The {what} {error.name} is refused: {several(len(error.faults), 'fault')}.\n\n{listed}"


def _counts(problems: pd.DataFrame) -> str:
    sizes = problems.groupby(["table", "reason"], sort=False).size().reset_index(name="problems")
    return table(
        Column("table", sizes["table"].tolist(), kind="text"),
        Column("reason", sizes["reason"].tolist(), kind="text"),
        Column("problems", sizes["problems"].tolist()),
    )


def _group(name: str, reason: str, rows: pd.DataFrame) -> str:
    """Lay out problems of one kind; a fix that they share stands once, above them."""
    columns = _columns(rows)
    values = [] if "value" in columns else [plain(value, LONGEST_VALUE) for value in rows["value"]]
    heads, rules, *cells = zip(*map(lined, columns.values()), strict=True)
    options = rows["fix"]
    for written, option in OPTIONS.items():
        options = options.str.replace(written, option, regex=False)
    fixes = [paragraph(f"fix: {plain(fix, LONGEST_FIX)}", "    ") for fix in options]
    shared = len(set(fixes)) == 1
    lines = [f"{name}: {reason}", *fixes[:1]] if shared else [f"{name}: {reason}"]
    lines += [_row(heads), _row(rules)]
    for at, (row, fix) in enumerate(zip(cells, fixes, strict=True)):
        lines.append(_row(row))
        lines += [paragraph(f"value: {values[at]}", "    ")] if any(values) else []
        lines += [] if shared else [fix]
    return "\n".join(lines)


def _columns(rows: pd.DataFrame) -> dict[str, Column]:
    """Where the problems are; too wide, areas by name alone, then values on lines of their own."""
    columns = {
        heading: Column(heading, [plain(value, LONGEST_VALUE) for value in rows[heading]], kind="text")
        for heading in WHERE
        if (rows[heading] != "").any()
    }
    for spare in ("area_code", "value"):
        rule = GAP.join(lined(column)[1] for column in columns.values())
        told_elsewhere = spare == "value" or (rows["area_name"] != "").all()
        if len(INDENT + rule) > width() and told_elsewhere:
            columns.pop(spare, None)
    return columns


def _row(cells: Sequence[str]) -> str:
    line = INDENT + GAP.join(cells).rstrip()
    beside = len(INDENT + GAP.join([*cells[:-1], ""]))
    return textwrap.fill(line, width(), subsequent_indent=" " * beside, break_on_hyphens=False)
