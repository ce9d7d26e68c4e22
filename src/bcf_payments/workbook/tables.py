"""The sheets of the settlement's tables: names beside codes, pounds beside pence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
from pandas.api.types import is_float_dtype, is_integer_dtype

from bcf_payments.core.requirements import requirements_table
from bcf_payments.core.result import Result
from bcf_payments.core.written import with_names, written_tables
from bcf_payments.explanation.findings import folded
from bcf_payments.files.book import Book
from bcf_payments.files.styles import cells, letter, set_page, set_widths, span
from bcf_payments.names import AGREES
from bcf_payments.words import MONEY_HEADINGS

TABLES = (
    "payments", "assessments", "required", "reviews", "releases", "allocations", "ledger", "warnings",
    "reconciliation",
)  # fmt: skip
"""The tables, in the order of their sheets."""

OF_RESULTS = ("assessments", "warnings")
"""Those that there are where no money is paid."""

SHARES = ("achievement", "fraction_paid")
LONG_TEXTS = ("message", "source", "why_not")
NAMES_IN_A_CELL = 300
NARROWEST, WIDEST, LONG = 9, 44, 90


class Written(NamedTuple):
    """A table that stands in a sheet, for formulas that speak of it."""

    sheet: Any
    columns: tuple[str, ...]
    rows: int

    def column(self, name: str, first: int = 0, last: int | None = None) -> str:
        """The cells of a column, or of the rows from `first` up to but not including `last`."""
        end = self.rows if last is None else last
        return cells(self.sheet, self.columns.index(name) + 1, first + 2, end + 1)


def table_sheets(book: Book, settlement: Result) -> dict[str, Written]:
    """Add a sheet for each table that can have rows under the scheme."""
    frames = written_tables(settlement)
    frames["required"] = with_names(requirements_table(settlement), settlement.areas)
    frames["warnings"] = folded(frames["warnings"], _in_one_cell)
    scheme = settlement.scheme
    names = [name for name in TABLES if name != "required" or scheme.metric_lines]
    names = [name for name in names if name in OF_RESULTS or scheme.amounts]
    return {name: _table_sheet(book, settlement, name, frames[name]) for name in names}


def sheets_beside(book: Book, settlement: Result, tables: Mapping[str, pd.DataFrame]) -> None:
    """Add a sheet for each table that is not of the settlement itself."""
    for name, frame in tables.items():
        _table_sheet(book, settlement, name, with_names(frame, settlement.areas))


def _in_one_cell(names: pd.Series[str]) -> str:
    """Names of many areas, as far as there is room for them."""
    more = len(names) - NAMES_IN_A_CELL
    return ", ".join(names[:NAMES_IN_A_CELL]) + (f" and {more:,} more" if more > 0 else "")


def _table_sheet(book: Book, settlement: Result, name: str, frame: pd.DataFrame) -> Written:
    sheet = book.sheet(name)
    shown = with_pounds(frame)
    book.table(sheet, shown, styles={str(column): _style(shown[column]) for column in shown})
    money = [is_integer_dtype(shown[column]) or is_float_dtype(shown[column]) for column in shown]
    for column, (text, right) in enumerate(zip(shown.columns, money, strict=True), start=1):
        book.put(sheet, 1, column, text, "bcf heading of numbers" if right else "bcf heading")
    _to_fill_in(book, sheet, shown)
    set_widths(sheet, [_width(shown[column]) for column in shown])
    named = list(shown.columns).index("area_name") + 1 if "area_name" in shown else 0
    sheet.freeze_panes(f"{letter(named + 1)}2")
    sheet.autofilter(span(1, 1, len(shown.columns), len(shown) + 1))
    set_page(sheet, settlement.notices, (1, 1))
    return Written(sheet, tuple(shown.columns), len(shown))


def _to_fill_in(book: Book, sheet: Any, shown: pd.DataFrame) -> None:
    """Let people decide: cells that look as if they are to be filled in, with yes and no to choose from."""
    for at, name in enumerate(shown, start=1):
        if str(name).endswith(AGREES) and len(shown):
            for row, value in enumerate(shown[name], start=2):
                book.put(sheet, row, at, value, "bcf to fill in")
            choice = {"validate": "list", "source": ["yes", "no"]}
            sheet.data_validation(span(at, 2, at, len(shown) + 1), choice)


def with_pounds(frame: pd.DataFrame) -> pd.DataFrame:
    """A table with each amount in pounds in its place, and in pence at the end."""
    pence = [str(column) for column in frame if str(column).endswith("_pence")]
    shown = frame.rename(columns={column: heading_in_pounds(column) for column in pence})
    for column in pence:
        shown[heading_in_pounds(column)] = frame[column] / 100
    return shown.join(frame[pence])


def heading_in_pounds(column: str) -> str:
    """The heading of a column of pence, once it is told in pounds."""
    words = MONEY_HEADINGS.get(column, column.removesuffix("_pence").replace("_", " ").capitalize())
    return f"{words} (£)"


def _style(column: pd.Series[Any]) -> str:
    name = str(column.name)
    if name.endswith("(£)"):
        return "bcf pounds"
    if name.endswith("_pence"):
        return "bcf pence"
    if is_float_dtype(column):
        return "bcf share" if name in SHARES else "bcf number"
    return "bcf wrapped" if name in LONG_TEXTS else "bcf text"


def _width(column: pd.Series[Any]) -> float:
    name = str(column.name)
    if name.endswith(("(£)", "_pence")):
        return 18
    longest = (
        max((len(str(cell)) for cell in column.unique()), default=0) if column.dtype != float else NARROWEST
    )
    most = LONG if name in LONG_TEXTS else WIDEST
    return min(max(longest, len(name) + 2, NARROWEST) + 1, most)
