"""The template: a workbook to fill in, which `read_tables` reads back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from shlex import join as shlex_join
from shlex import quote
from typing import Any, NamedTuple

import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.examples import LICENCE, load_example
from bcf_payments.files.book import Book, Formula, Look
from bcf_payments.files.replacing import write_files
from bcf_payments.files.scheme_sheet import put_scheme
from bcf_payments.files.styles import (
    cells,
    fit_height,
    headings,
    letter,
    lines_of,
    put_across,
    set_page,
    set_widths,
    span,
    styled_book,
)
from bcf_payments.given import notices_of, take_path
from bcf_payments.schemes import MetricLine, Scheme, Slot, scheme_of
from bcf_payments.schemes.fields import UNITS, line_title
from bcf_payments.schemes.levels import level_of
from bcf_payments.tables.checking import Findings, faults_of, with_columns
from bcf_payments.tables.choosing import chosen_codes
from bcf_payments.tables.input_rules import table_rules
from bcf_payments.tables.inputs import Columns, Tables
from bcf_payments.tables.row_rules import Sheet
from bcf_payments.words import day
from bcf_payments.workbook.columns import CODES, PROXY, Column, answers, code_sheet, columns_of, keys

PROXIES = "The weights are proxies, from the embedded example: the real ones were not published by area."
"""What is said of weights that a template comes with."""

NAMES = ("area_code", "area_name", "region")
HEADINGS, FIRST = 2, 3
"""The row of the headings, below the explanations, and the first row to fill in."""

TITLE = 32
"""Characters of the title of a message that Excel has room for; more make it mend the file."""

SPARE = 500
"""Rows below those laid out that check what is typed."""

BETTER = {"lower": "lower is better", "higher": "higher is better", "either": "say which way is better"}


def write_template(
    path: str | os.PathLike[str],
    scheme: str | Path | Scheme = "october_2013",
    areas: pd.DataFrame | None = None,
    *,
    only: Sequence[str] | None = None,
) -> Path:
    """Write a workbook to fill in: a sheet per input table, its areas and lines already listed.

    Parameters
    ----------
    path : str or path
        The file, which ends in `.xlsx`; one that is there is replaced.
    scheme : str, Path or Scheme
        A built-in name, the path of a TOML file, or a scheme. The workbook says which it is, on the sheet
        `scheme`; one that is not built in stands there as a whole.
    areas : DataFrame, a row per area, optional
        `area_code`, `area_name` and `region`; columns of weights are taken over. By default the areas of the
        scheme's example, without their weights.
    only : sequence of str, optional
        The areas to be settled, by code, name or region: plans, outcomes and assurance are laid out for these
        alone. All areas stay in the sheet `areas`, those that are settled first; those of the example with
        its weights, which are proxies and marked as such.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        Faults of the areas or of the choice; or no areas are given, and the scheme has no example.
    MissingExtraError
        Needs the extra `excel`.
    SchemeError
        A scheme that cannot be read.

    Notes
    -----
    Cells to fill in are yellow and not locked; the sheets are protected without a password. A row of `plans`,
    `outcomes` or `assurance` that nobody has filled in counts as no row: see `docs/input_tables.md`.

    Examples
    --------
    >>> import tempfile
    >>> import bcf_payments as bcf
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     tables = bcf.read_tables(bcf.write_template(f"{folder}/return.xlsx", "july_2014"))
    >>> len(tables.areas), len(tables.plans)
    (151, 0)
    """
    target = take_path(path)
    rules = scheme_of(scheme)
    weights = NAMES if only is None else (*NAMES, *rules.weight_columns)
    listed = _example_areas(rules, weights) if areas is None else _checked(rules, areas)
    book = template_book(rules, listed, target.name, only)
    return write_files({target.name: book.save}, target.parent)[0]


def template_book(
    scheme: Scheme, areas: pd.DataFrame, file_name: str, only: Sequence[str] | None = None
) -> Book:
    """The template for some areas; `only` says which of them are to be settled, if not all."""
    book = styled_book("writing a template")
    notices = notices_of({"areas": areas})
    first, columns = book.sheet("Read me"), columns_of(scheme, PROXY if PROXIES in notices else "")
    rows = _laid_out(scheme, areas, only)
    sheets = {table: book.sheet(table) for table in Tables._fields}
    last = book.sheet("codes")
    codes = code_sheet(book, last, scheme)
    for table, sheet in sheets.items():
        _table_sheet(book, sheet, columns[table], rows[table], codes)
    read_me(
        book,
        first,
        scheme,
        _steps(file_name, only),
        notices,
        _progress(sheets, columns, rows),
    )
    for sheet in (first, *sheets.values(), last):
        sheet.protect("", dict.fromkeys(ALLOWED, True))
    put_scheme(book, scheme)
    return book


def _example_areas(scheme: Scheme, columns: tuple[str, ...]) -> pd.DataFrame:
    if scheme.example is None:
        fix = f"give areas: the scheme {scheme.name} names no example"
        raise InputError([{"table": "areas", "reason": "missing_table", "fix": fix}])
    areas = load_example(scheme.example).areas.reindex(columns=list(columns))
    areas.attrs["notices"] = (LICENCE,) if columns == NAMES else (PROXIES, LICENCE)
    return areas


def _checked(scheme: Scheme, areas: pd.DataFrame) -> pd.DataFrame:
    findings = Findings(areas, scheme.area_code_pattern.value)
    sheet = with_columns("areas", areas, Columns(NAMES), findings)
    findings.problems += faults_of(
        "areas", sheet, table_rules(scheme, len(scheme.waves), "raise")["areas"].of_keys
    )
    findings.refuse()
    return areas


def _laid_out(scheme: Scheme, areas: pd.DataFrame, only: Sequence[str] | None) -> dict[str, pd.DataFrame]:
    """The rows of each sheet, with what is known beforehand."""
    codes = areas["area_code"] if only is None else chosen_codes(Sheet(areas), only)
    settled = areas[areas["area_code"].isin(codes)]
    areas = pd.concat([settled, areas.drop(index=settled.index)])
    names = settled[["area_code", "area_name"]]
    slots = [slot for slot in scheme.told if slot.name in scheme.metrics]
    by_plan = [slot for slot in slots if not level_of(scheme, slot)]
    planned, measured = (
        names.merge(pd.DataFrame([_line(scheme, slot) for slot in told]), how="cross") if told else names[:0]
        for told in (by_plan, slots)
    )
    return {"areas": areas, "plans": planned, "outcomes": measured, "assurance": names}


def _line(scheme: Scheme, slot: Slot) -> dict[str, str]:
    metric = scheme.metrics[slot.name]
    unit, way = metric.unit.value, metric.direction.value
    line = {
        "wave": slot.wave,
        "metric": slot.name,
        "measure": f"{metric.title}: {UNITS[unit]}, {BETTER[way]}",
        "direction": "" if way == "either" else way,
    }
    if isinstance(slot.rule, MetricLine):
        period = slot.rule.period.value
        line["measured_over"] = f"{day(period.start)} to {day(period.end)}"
    counted = "1" if unit == "count" else ""
    return line | {f"{name}_denominator": counted for name in ("baseline", "target", "outcome")}


def _table_sheet(
    book: Book, sheet: Any, columns: list[Column], rows: pd.DataFrame, codes: dict[str, str]
) -> None:
    """Fill a sheet: explanations, headings, rows with what is known, cells to fill in, and what they take."""
    last = len(rows) + FIRST - 1
    for at, column in enumerate(columns, start=1):
        book.put(sheet, 1, at, column.says, "bcf remark")
        book.put(sheet, HEADINGS, at, column.name, "bcf heading")
        known = rows[column.name].tolist() if column.name in rows else [""] * len(rows)
        for row, value in enumerate(known, start=FIRST):
            book.keep(sheet, row, at, _known(column, value), _style(column, value))
        _check(sheet, column, span(at, FIRST, at, last + SPARE), codes)
    below = book.look(Look("bcf unlocked"))  # so that rows can be added
    set_widths(sheet, [column.width for column in columns], below)
    sheet.set_row(0, 78)
    sheet.freeze_panes(f"{letter(keys(columns) + 1)}{FIRST}")
    sheet.autofilter(span(1, HEADINGS, len(columns), last))
    set_page(sheet, (), (1, 2))


def _known(column: Column, value: object) -> object:
    return 1 if column.name.endswith("_denominator") and value == "1" else value


def _style(column: Column, value: object) -> str:
    """Cells that a template comes with are locked; weights that were given may be changed."""
    typed = column.kind != "laid out" and (value == "" or column.kind == "number")
    if not typed:
        return "bcf laid out"
    return "bcf day to fill in" if column.kind == "day" else "bcf to fill in"


def _check(sheet: Any, column: Column, where: str, codes: dict[str, str]) -> None:
    """Let Excel refuse what cannot be, or offer the codes."""
    listed = column.name if column.name in CODES else column.kind
    if listed in codes:
        rule: dict[str, Any] = {"validate": "list", "source": f"={codes[listed]}"}
        error = "Choose one of the list; the sheet codes explains it."
    elif column.kind in _DEMANDS:
        rule, error = _DEMANDS[column.kind]
    else:
        return
    sheet.data_validation(where, rule | {"error_title": column.name[:TITLE], "error_message": error})


_DEMANDS: dict[str, tuple[dict[str, Any], str]] = {
    "number": (
        {"validate": "decimal", "criteria": ">=", "value": 0},
        "A number of at least 0, without thousands separators or per cent signs. Leave it blank if unknown.",
    ),
    "above 0": (
        {"validate": "decimal", "criteria": ">", "value": 0},
        "A number above 0, without thousands separators or per cent signs. Leave it blank if unknown.",
    ),
    "day": (
        {"validate": "date", "criteria": ">", "value": 1},
        "A day, such as 2014-04-04. Leave it blank if unknown.",
    ),
}


class Progress(NamedTuple):
    """How much of a sheet there is to fill in."""

    sheet: Any
    rows: int
    column: int
    name: str
    """The column that shows whether a row is filled in."""
    known: int
    """Rows that are filled in already."""


def _progress(
    sheets: dict[str, Any], columns: dict[str, list[Column]], rows: dict[str, pd.DataFrame]
) -> list[Progress]:
    found = []
    for table, sheet in sheets.items():
        if not (asked := answers(columns[table])):
            continue
        first = asked[0]
        known = int(rows[table][first.name].notna().sum()) if first.name in rows[table] else 0
        found.append(Progress(sheet, len(rows[table]), columns[table].index(first) + 1, first.name, known))
    return found


ALLOWED = (
    "format_cells",
    "format_columns",
    "format_rows",
    "insert_rows",
    "delete_rows",
    "sort",
    "autofilter",
)
"""What the protection of a sheet, which has no password, lets people do."""

NOTES = {
    "Rates": "A rate is a numerator over a denominator: 77.5 per cent is 77.5 over 100, a rate per 100,000 a"
    " count over a population. Leave out thousands separators and per cent signs. Where a count itself is"
    " paid on, the denominator stands there as 1.",
    "Missing is not 0": "A row of plans, outcomes or assurance in which nothing is filled in counts as no"
    " row. Gaps are refused, unless you settle with --on-missing withhold: then a line without its plan,"
    " outcome or conditions earns nothing and waits.",
    "Areas": "National amounts are spread over all areas of the sheet areas, by weight. An area that is not"
    " to share in them has to go from every sheet: unprotect the sheets and delete its rows.",
    "Amounts": "Where you were told what an area gets, fill in allocation_pounds, or every column that ends"
    " in _pounds but that one: then nothing is spread, and weights are not read.",
    "Protection": "Grey cells are locked, without a password (Review, Unprotect Sheet). Rows may be added"
    " below those laid out.",
    "Headings": "Keep them, and the names of the sheets. Columns of your own may stand to the right.",
}
"""What is good to know."""

WIDTHS = (18, 34, 50, 18, 18)


def read_me(
    book: Book,
    sheet: Any,
    scheme: Scheme,
    steps: Sequence[tuple[str, str]],
    notices: Sequence[str],
    progress: Sequence[Progress],
) -> None:
    """Fill the sheet."""
    book.put(sheet, 1, 1, f"To fill in: {scheme.title}", "bcf title")
    row = 3
    for number, (what, how) in enumerate(steps, start=1):
        row = _said(book, sheet, row, f"{number}. {what}", how)
    row = _filled_in(book, sheet, row + 1, progress)
    row = _payment_points(book, sheet, row + 1, scheme)
    book.put(sheet, row + 1, 1, "Good to know", "bcf section")
    row += 2
    for what, how in NOTES.items():
        row = _said(book, sheet, row, what, how)
    for notice in notices:
        row = _said(book, sheet, row, "Please note", notice)
    set_widths(sheet, WIDTHS)
    set_page(sheet, (), pages=1)


def _said(book: Book, sheet: Any, row: int, what: str, how: str) -> int:
    book.put(sheet, row, 1, what, "bcf bold")
    put_across(book, sheet, row, (2, len(WIDTHS)), how, "bcf wrapped")
    fit_height(sheet, row, max(lines_of(what, WIDTHS[0]), lines_of(how, sum(WIDTHS[1:]))))
    return row + 1


def _steps(file_name: str, only: Sequence[str] | None) -> list[tuple[str, str]]:
    """What to do with the workbook, whose own areas may be only some of those that it lists."""
    read = f'tables = bcf_payments.read_tables("{file_name}")'
    chosen = f" --only {shlex_join(only)}" if only else ""
    argument = f", only={list(only)}" if only else ""
    python = f"bcf_payments.settle(*tables, tables.scheme{argument})"
    validate = f"bcf-payments validate {quote(file_name)}{chosen}"
    settle = f"bcf-payments settle {quote(file_name)}{chosen} --out settled --format xlsx"
    return [
        (
            "Fill in",
            "The yellow cells of areas, plans, outcomes and assurance. What is not known stays blank.",
        ),
        ("Check", f"{validate}\nlists every gap and every slip, with what to do about it."),
        ("Settle", f"{settle}\nwrites the results; in Python: {read}; {python}"),
    ]


def _filled_in(book: Book, sheet: Any, row: int, progress: Sequence[Progress]) -> int:
    """Count what is filled in, as Excel goes along."""
    book.put(sheet, row, 1, "How far it is", "bcf section")
    headings(book, sheet, row + 1, ("Sheet", "Counted by", "", "Rows laid out", "Filled in"), 4)
    row += 2
    for part in progress:
        for column, text in enumerate((part.sheet.name, part.name), start=1):
            book.put(sheet, row, column, text, "bcf text")
        book.put(sheet, row, 4, part.rows, "bcf count")
        counted = cells(part.sheet, part.column, 3, part.rows + 2)
        book.put(sheet, row, 5, Formula(f"=COUNTA({counted})", part.known), "bcf count")
        row += 1
    return row


def _payment_points(book: Book, sheet: Any, row: int, scheme: Scheme) -> int:
    """What the scheme pays on, and when."""
    book.put(sheet, row, 1, "What is paid, and on what", "bcf section")
    headings(book, sheet, row + 1, ("Payment point", "When", "On what"))
    row += 2
    for wave in scheme.waves:
        said = "\n".join(line_title(scheme, line.name) for line in wave.lines)
        when = f"{wave.title}; paid on {day(wave.payment_date.value)}"
        for column, text in enumerate((wave.name, when, said), start=1):
            book.put(sheet, row, column, text, "bcf wrapped")
        fit_height(sheet, row, max(lines_of(said, WIDTHS[2]), lines_of(when, WIDTHS[1])))
        row += 1
    return row
