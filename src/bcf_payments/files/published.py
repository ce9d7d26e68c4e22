"""One published table, as statisticians shape it, made into tidy rows; what is left out is told."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from bcf_payments.files.cells import typed
from bcf_payments.files.csv_text import csv_cells
from bcf_payments.files.faults import unreadable
from bcf_payments.files.published_headings import (
    PUBLISHED,
    Asked,
    Series,
    at_heading,
    column_of_codes,
    series_of,
    undecided,
    without_headings,
)
from bcf_payments.files.sheets import WORKBOOKS, read_sheets
from bcf_payments.files.sizes import read_bytes
from bcf_payments.given import take, take_path, take_table
from bcf_payments.schemes import Scheme, scheme_of
from bcf_payments.schemes.patterns import matcher
from bcf_payments.tables.checking import Findings, faults_of, with_columns
from bcf_payments.tables.inputs import Columns
from bcf_payments.tables.marks import meaning
from bcf_payments.tables.number_checks import number_rule
from bcf_payments.tables.places import letters_of
from bcf_payments.tables.row_rules import Sheet, code_rule, filled_rule, is_blank, unique_rule
from bcf_payments.tables.shapes import is_total, no_rows_of_areas
from bcf_payments.tables.successions import related, same_area
from bcf_payments.words import listed

TABLE = ("area_code", "period", "numerator", "denominator")
LETTERS = 2
"""Shorter texts name no total, but in the place of a code."""

REPORT = ("place", "area_code", "period", "value", "reason", "message")


class Published(NamedTuple):
    r"""What a published table holds, and what was done about the rest of it.

    Attributes
    ----------
    table : DataFrame
        `area_code`, `period`, `numerator`, `denominator`: a row per area and period that has a figure.
    report : DataFrame
        A row per figure that was left out or recoded: `place`, `area_code` and `period` as they stand in
        the file, `value`, `reason` (`total`, `note`, `not_asked`, `not_in_areas`, `no_figure`, `recoded`)
        and `message`.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "1.csv")
    ...     written = file.write_text("Code,2015-16,2016-17\nE06000001,[c],70.1\n")
    ...     published = read_published(file, denominator=100)
    >>> len(published.table), published.report["message"].tolist()
    (1, ['numerator: suppressed'])
    """

    table: pd.DataFrame
    report: pd.DataFrame


def read_published(
    path: str | os.PathLike[str],
    *,
    denominator: int | str,
    numerator: str | None = None,
    period: str | None = None,
    sheet: str | None = None,
    header: int | Sequence[int] | None = None,
    area_code: str | None = None,
    where: Mapping[str, str] | None = None,
    areas: pd.DataFrame | None = None,
    scheme: str | Path | Scheme = "october_2013",
) -> Published:
    """Read one table of a statistical publication into tidy rows; nothing is guessed, nothing is lost.

    Parameters
    ----------
    path : str or path
        A CSV file (`.csv`, `.txt`, `.tsv`) or a workbook.
    denominator : int or str
        What the figures are out of: 100 for per cent, 100,000 for a rate per 100,000; or the heading of the
        column of denominators.
    numerator : str, optional
        The heading of the column of figures. In a wide table, what its headings say beside the period; by
        default nothing.
    period : str, optional
        The heading of the column of periods, or the period of the whole table. By default the table is
        wide: its headings name the periods (`2015-16`, `Q1 2015-16`, `April 2015`).
    sheet : str, optional
        Which sheet of a workbook; not needed where only one holds anything.
    header : int or sequence of int, optional
        The number of the row of headings in the file, or of the rows, where two make one heading. By
        default the one row above the first code that has the headings asked for.
    area_code : str, optional
        The heading of the codes. By default the one column that holds codes of the scheme's pattern.
    where : mapping of str to str, optional
        Of a table with several measures, what must stand under which heading: `{"Measure": "3A"}`.
    areas : DataFrame, optional
        The areas of the settlement. Figures under another code of the same area, where the whole of one
        became the other (F11), come under the code that it bears here; areas that are not here are left out.
    scheme : str, Path or Scheme
        Whose pattern tells the codes of areas from those of totals.

    Returns
    -------
    Published
        The rows, sorted by area and period, numbers as exact as `read_tables` reads them; and the report.

    Raises
    ------
    InputError
        The file cannot be read; which column or row is meant is not clear, with the option that says so;
        or a cell is neither a figure nor a shorthand, or an area has two figures for a period.
    MissingExtraError
        A workbook needs the extra `excel`.

    Notes
    -----
    Every figure, that is a cell of a numerator in any row below the headings, stands in the table or in the
    report. Source of the successions: F11.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> text = '''Table 3a: satisfaction
    ... Code,Area,2015-16,2016-17
    ... E92000001,England,64.4,64.7
    ... E06000060,Buckinghamshire,61.2,62.5
    ... E06000001,Hartlepool,[c],70.1
    ... '''
    >>> areas = pd.DataFrame({"area_code": ["E06000001", "E10000002"]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "3a.csv")
    ...     written = file.write_text(text)
    ...     table, report = read_published(file, denominator=100, areas=areas)
    >>> table
       area_code   period  numerator  denominator
    0  E06000001  2016-17       70.1          100
    1  E10000002  2015-16       61.2          100
    2  E10000002  2016-17       62.5          100
    >>> report[["place", "area_code", "reason"]].drop_duplicates()
               place  area_code     reason
    0  3a.csv line 3  E92000001      total
    2  3a.csv line 4  E06000060    recoded
    4  3a.csv line 5  E06000001  no_figure
    """
    fix = "give a number such as 100, or the heading of the denominators"
    take(denominator, (int, str), "denominator", fix)
    asked = Asked(numerator, denominator, period, area_code, where or {})
    is_code = matcher(scheme_of(scheme).area_code_pattern.value)
    cells, before = _cells(take_path(path), sheet)
    headings, body = without_headings(cells, header, asked, is_code)
    code = column_of_codes(headings, body, asked, is_code)
    figures = pd.concat([_figures(body, code, one, asked, before) for one in series_of(headings, asked)])
    figures = figures.sort_values("row", kind="stable", ignore_index=True)
    for reason, (rows, message) in _other_rows(headings, body, code, asked, is_code).items():
        _leave_out(figures, figures["row"].isin(rows), reason, message)
    notes = figures["reason"] == "note"
    figures = figures[~(notes & figures["row"].duplicated())].reset_index(drop=True)
    if areas is not None:
        _recode(figures, _codes_of(areas))
    _leave_out_marks(figures)
    return Published(_tidy(figures, scheme_of(scheme)), _report(figures))


def _cells(file: Path, sheet: str | None) -> tuple[pd.DataFrame, str]:
    """The cells of a table by the numbers of their rows, and what comes before those in a place."""
    kind = file.suffix.lower()
    if kind not in WORKBOOKS | {".csv", ".txt", ".tsv"}:
        unreadable(PUBLISHED, file, "give a CSV file or a workbook (.xlsx, .xls or .ods)")
    if kind not in WORKBOOKS:
        return csv_cells(read_bytes(file, PUBLISHED), PUBLISHED, file.name), f"{file.name} line "
    wanted = None if sheet is None else sheet.strip().lower()
    read = read_sheets(file, lambda name: wanted in {None, name})
    full = [name for name, (cells, *_) in read.items() if not cells.empty and wanted in {None, name}]
    if len(full) != 1:
        undecided(
            "sheet", sheet or "", f"give sheet=, one of those that hold something: {listed(list(read))}"
        )
    (cells,) = read[full[0]]
    return cells.set_axis(range(1, len(cells) + 1)), f"{full[0]}!"


def _figures(body: pd.DataFrame, code: int, one: Series, asked: Asked, before: str) -> pd.DataFrame:
    """A row for each row of the table, with the figure of a period; `reason` and `message` still blank."""
    letter = letters_of(one.numerator_at) if before.endswith("!") else ""
    given = str(asked.denominator) if one.denominator_at is None else body[one.denominator_at]
    return pd.DataFrame(
        {
            "row": body.index,
            "place": [f"{before}{letter}{row}" for row in body.index],
            "written": body[code].fillna("").astype(str).str.strip(),
            "area_code": body[code].fillna("").astype(str).str.strip(),
            "period": one.period if one.period_at is None else body[one.period_at].fillna("").str.strip(),
            "numerator": body[one.numerator_at],
            "denominator": given,
            "reason": "",
            "message": "",
        }
    )


def _other_rows(
    headings: Sequence[str], body: pd.DataFrame, code: int, asked: Asked, is_code: Callable[[Any], bool]
) -> dict[str, tuple[pd.Index[Any], str]]:
    """The rows that are none of those asked for, by reason, each with what is said of them."""
    unasked = np.zeros(len(body), dtype=bool)
    for heading, value in asked.where.items():
        unasked |= (body[at_heading(headings, heading, "where")].fillna("").str.strip() != value).to_numpy()
    rows = body[~unasked]
    said = {"not_asked": (body.index[unasked], "where= asks for other rows")}
    sheet = Sheet(rows.rename(columns={code: "area_code"}))
    other = no_rows_of_areas(sheet, is_code)
    if other is None:
        return said
    nameless = rows[code].map(is_blank) & rows.map(_names_total).any(axis=1)
    totals = (other.totals | nameless.to_numpy()) & ~other.notes
    return said | {
        "note": (rows.index[other.notes], "text, not a figure"),
        "total": (rows.index[totals], "a total, or another kind of area"),
    }


def _names_total(cell: object) -> bool:
    """Whether a cell that is no code names a total: in words, as one letter may mean anything."""
    return isinstance(cell, str) and len(cell.strip()) > LETTERS and is_total(cell) and not meaning(cell)


def _leave_out(figures: pd.DataFrame, chosen: pd.Series[bool], reason: str, message: str) -> None:
    """Say why some figures are not in the table; the first reason holds."""
    chosen &= figures["reason"] == ""
    figures.loc[chosen, ["reason", "message"]] = [reason, message]


def _codes_of(areas: pd.DataFrame) -> set[str]:
    findings = Findings()
    sheet = with_columns("areas", take_table(areas, "areas"), Columns(("area_code",)), findings)
    findings.refuse()
    return set(map(str, sheet.cells("area_code")))


def _recode(figures: pd.DataFrame, known: Collection[str]) -> None:
    """Bring figures under the codes of the areas, where the whole of one area became the other."""
    for code in sorted(set(figures.loc[figures["reason"] == "", "area_code"]) - set(known)):
        chosen = figures["area_code"] == code
        if one := same_area(code, known):
            now = one.predecessor if code == one.successor else one.successor
            figures.loc[chosen, ["area_code", "message"]] = [now, f"as {now}: {one}"]
        else:
            _leave_out(figures, chosen, "not_in_areas", related(code, known) or "not in areas")


def _leave_out_marks(figures: pd.DataFrame) -> None:
    """Figures that are blank, or stand as a shorthand, are missing ones."""
    for column in ("numerator", "denominator"):
        for mark in figures[column].drop_duplicates():
            said = "blank" if is_blank(mark) else meaning(mark)
            if said:
                chosen = figures[column].isna() if is_blank(mark) else figures[column] == mark
                _leave_out(figures, chosen, "no_figure", f"{column}: {said}")


def _tidy(figures: pd.DataFrame, scheme: Scheme) -> pd.DataFrame:
    """The figures that are left, with every fault in them refused."""
    kept = figures[figures["reason"] == ""].reset_index(drop=True)
    table = kept[["area_code", "period"]].assign(**{name: typed(kept[name], name) for name in TABLE[2:]})
    sheet = Sheet(table)
    rules = (
        code_rule(scheme.area_code_pattern.value),
        filled_rule(("period",)),
        unique_rule(("area_code", "period")),
        number_rule(("numerator", "denominator")),
    )
    findings = Findings()
    findings.problems += faults_of(PUBLISHED, sheet, rules)
    findings.refuse()
    return table.sort_values(["area_code", "period"], ignore_index=True)


def _report(figures: pd.DataFrame) -> pd.DataFrame:
    told = figures[(figures["reason"] != "") | (figures["message"] != "")]
    reasons = told["reason"].where(told["reason"] != "", "recoded")
    report = told.assign(reason=reasons, area_code=told["written"], value=told["numerator"].fillna(""))
    return report[list(REPORT)].reset_index(drop=True)
