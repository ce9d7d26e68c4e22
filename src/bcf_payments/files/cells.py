"""From cells of text to a table: a number only where the number is the very one that is written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from bcf_payments.exact.numbers import integers
from bcf_payments.files.faults import refuse_columns, unreadable
from bcf_payments.tables.keyed import FLOAT64_BYTES, as_array
from bcf_payments.tables.places import Places, remember
from bcf_payments.tables.shapes import is_prose, row_of_headings

TEXT_COLUMNS = frozenset(
    {
        "area_code",
        "area_name",
        "region",
        "region_code",
        "wave",
        "metric",
        "direction",
        "plan_status",
        "submitted_on",
    }
)
"""Columns that stay text whatever they look like, as do those that end in `_period`."""

KEY_COLUMN = frozenset({"area_code"})
"""The column that every table has."""

FILL_IN = "give a row of headings and the table's rows"

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}", re.ASCII)
_DECIMAL = re.compile(
    r"[+-]?"
    r"(?=[0.]{0,30}(?:[0-9]\.?){0,15}(?:[eE]|\Z))"  # at most 15 digits after the leading zeros
    r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?",
    re.ASCII,
)


def frame_of_cells(cells: pd.DataFrame, table: str, name: str, before: str) -> pd.DataFrame:
    """Make a table of cells of text: its headings stand in the first row that is not blank, nor a remark.

    Parameters
    ----------
    cells : DataFrame
        Text or blanks, each row under its number in the file; rows and nameless columns without any text
        are left out.
    table, name : str
        The table that faults are reported under, and the file.
    before : str
        What comes before the number of a row where a cell's place is told.

    Raises
    ------
    InputError
        There are no headings, or one stands twice.
    """
    if not cells.empty:
        cells = _without_blank_rows(cells)
    rows = without_remarks(cells) if len(cells) else cells
    if rows.empty:
        unreadable(table, f"{name}: nothing is filled in", FILL_IN)
    if at := row_of_headings(rows, KEY_COLUMN):
        fix = f"leave out what stands above the headings, which seem to stand in line {rows.index[at]}"
        unreadable(table, f"{name}: text above the headings", fix)
    written = rows.iloc[0].fillna("").str.strip()
    body = rows.iloc[1:]
    headings = {
        position: heading or f"unnamed_{position + 1}"
        for position, heading in enumerate(written)
        if heading or body[position].notna().any()
    }
    check_headings(headings.values(), table, name)
    if len(rows) < len(cells):
        body = filled_in(body, headings, table)
        headings = used(headings, body)
    numbers, body = body.index.to_numpy(), body.reset_index(drop=True)
    frame = pd.DataFrame({heading: typed(body[at], heading) for at, heading in headings.items()})
    columns = {heading: at for at, heading in headings.items()}
    return remember(frame, Places(before, frame, numbers, int(rows.index[0]), columns))


def _without_blank_rows(cells: pd.DataFrame) -> pd.DataFrame:
    first = cells[0]
    doubtful = cells[first.isna() | first.fillna("").str.isspace()]
    if doubtful.empty:
        return cells
    blank = doubtful.fillna("").map(lambda cell: not cell.strip()).all(axis=1)
    return cells.drop(index=blank.index[blank])


def check_headings(headings: Iterable[str], table: str, name: str) -> None:
    """Refuse headings that stand more than once, all of them in one `InputError`."""
    counts = pd.Series(list(headings), dtype=object).value_counts(sort=False)
    twice = {
        str(heading): f"the heading stands {count} times" for heading, count in counts.items() if count > 1
    }
    refuse_columns(twice, table, name, "give each column its own heading")


def is_text(heading: str) -> bool:
    """Whether the column of this heading stays text whatever it looks like."""
    return heading in TEXT_COLUMNS or heading.endswith("_period")


def typed(cells: pd.Series[Any], heading: str) -> pd.Series[Any]:
    """Turn cells of text into numbers where every number is the one written, else leave them."""
    if is_text(heading):
        return cells
    places, different = pd.factorize(cells)
    written = different.tolist()
    if written and places.min() >= 0 and all(map(_INTEGER.fullmatch, written)):
        whole = integers([int(cell) for cell in written])
        if whole.dtype == np.int64:
            return pd.Series(whole[places], index=cells.index)
    if all(map(_DECIMAL.fullmatch, written)):
        numbers = np.array([*map(float, written), np.nan])
        return pd.Series(numbers[places], index=cells.index)  # the place of a blank is -1: the last
    return cells


def as_text(value: object) -> str:
    """Write a cell's value as a CSV file would have it: numbers in their shortest form, dates as ISO."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date().isoformat()
    return str(value)


def with_short_decimals(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with its short floats as the decimals that print them, as a file in text is to hold them."""
    columns = [as_array(column) for _, column in frame.items()]
    short = [
        at
        for at, values in enumerate(columns)
        if values.dtype.kind == "f" and values.itemsize < FLOAT64_BYTES
    ]
    if not short:
        return frame
    told = frame.copy()
    for at in short:
        told.isetitem(at, np.array([float(str(value)) for value in columns[at]]))
    return told


REMARK = "# "
"""How the first cell of a remark begins."""

LAID_OUT = ("area_code", "area_name", "region", "wave")
"""Columns of `assurance` that a form comes with; all others are answers."""

TESTED_IF_THERE = "submitted_on"
"""A column that is tested if it is there."""


def without_remarks(cells: pd.DataFrame) -> pd.DataFrame:
    """The rows from the headings on: what stands above them as a remark is left out."""
    remark = [str(cell).startswith(REMARK) for cell in cells.iloc[:, 0]]
    return cells.iloc[next((row for row, is_remark in enumerate(remark) if not is_remark), len(cells)) :]


def filled_in(body: pd.DataFrame, headings: dict[int, str], table: str) -> pd.DataFrame:
    """The rows of a form that somebody has filled in or noted on; areas are listed, so that each counts.

    Parameters
    ----------
    body : DataFrame
        Cells of text or blanks, by position.
    headings : dict of int to str
        The heading of each position.
    table : str
        Which table it is.
    """
    if table == "assurance":
        answers = body[[at for at, heading in headings.items() if heading not in LAID_OUT]]
    elif table in {"plans", "outcomes"}:
        above = [at for at, heading in headings.items() if heading.endswith("_numerator")]
        below = [at for at, heading in headings.items() if heading.endswith("_denominator")]
        # The denominator of a count is laid out as 1.
        answers = body[above].join(body[below].where(body[below] != "1"))
    else:
        return body
    keys = body[[at for at, heading in headings.items() if heading in KEY_COLUMN]]
    return body[answers.notna().any(axis=1) | keys.map(is_prose).any(axis=1)]


def used(headings: dict[int, str], body: pd.DataFrame) -> dict[int, str]:
    """The headings of a form's columns, without that of a test for which nothing is filled in."""
    return {
        at: heading
        for at, heading in headings.items()
        if heading != TESTED_IF_THERE or body[at].notna().any()
    }
