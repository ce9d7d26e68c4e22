"""Returns as workbooks: the layout of one area, or a row for each of all areas; the lines as data beside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from bcf_payments.files.book import Book
from bcf_payments.files.styles import headings, letter, set_page, set_widths, span, styled_book
from bcf_payments.returns.layout import Block, Cell, Figure, Kind, cell_of, figures
from bcf_payments.returns.table import KEY
from bcf_payments.schemes import Scheme

if TYPE_CHECKING:
    from bcf_payments.core.result import Result
    from bcf_payments.returns.figures import AreaFigures, Share

TASK = "writing a workbook"
STYLES: dict[Kind, str] = {"pence": "bcf pounds", "share": "bcf share", "change": "bcf change"}
RATES = {
    "count": "bcf count",
    "per_cent": "bcf per cent",
    "per_100_000": "bcf per 100,000",
    "ratio": "bcf ratio",
}
"""The style of a rate, by its unit."""

DIGITS = 12
LABEL_WIDTH, CELL_WIDTH = 56, 24
PAGES_ACROSS = 3


def book_of_return(area_return: AreaFigures) -> Book:
    """The workbook of one area's return."""
    book = styled_book(TASK)
    sheet = book.sheet("return")
    scheme, notices = area_return.scheme, area_return.notices
    texts = (area_return.title, f"{scheme.title} ({scheme.label})", *notices, *area_return.remarks)
    row = _texts(book, sheet, texts)
    blocks = area_return.blocks()
    for block in blocks:
        row = _block(book, sheet, block, row)
    for title, shares in area_return.amounts:
        row = _shares(book, sheet, title, shares, row)
    most = max(len(block.columns) for block in blocks)
    set_widths(sheet, [LABEL_WIDTH, *[CELL_WIDTH] * most])
    set_page(sheet, notices)
    _lines(book, area_return.lines, notices)
    return book


def book_of_returns(settlement: Result, lines: pd.DataFrame) -> Book:
    """The workbook of all areas' returns: a row per area, each figure with its lines side by side."""
    book = styled_book(TASK)
    sheet = book.sheet("returns")
    scheme, areas = settlement.scheme, settlement.areas
    due = f"due through {settlement.through}" if settlement.through else "every payment point is due"
    top = _texts(book, sheet, (f"Returns: {scheme.title}", f"{scheme.label}: {due}", *settlement.notices))
    headings(book, sheet, top + 2, [str(name).replace("_", " ") for name in areas])
    for column, name in enumerate(areas, start=1):
        for row, text in enumerate(areas[name], start=top + 3):
            book.put(sheet, row, column, text)
    column = len(areas.columns)
    for figure in figures(scheme, lines):
        if not figure.shown([cell_of(value, scheme) for value in lines[figure.column]]):
            continue
        column = _across(book, sheet, figure, lines, scheme, (top, column))
    sheet.freeze_panes(f"C{top + 3}")
    sheet.autofilter(span(1, top + 2, column, top + 2 + len(areas)))
    set_widths(sheet, [CELL_WIDTH] * column)
    _set_wide_page(sheet, settlement.notices, (top, top + 2))
    _lines(book, lines, settlement.notices)
    return book


def _texts(book: Book, sheet: Any, texts: Sequence[str]) -> int:
    """A large title and what stands below it; the next row but one."""
    for row, text in enumerate(texts, start=1):
        book.put(sheet, row, 1, text, "bcf title" if row == 1 else "Normal")
    return len(texts) + 2


def _block(book: Book, sheet: Any, block: Block, row: int) -> int:
    """A block of lines below its title; the next row but one."""
    book.put(sheet, row, 1, block.title, "bcf section")
    headings(book, sheet, row + 1, ["", *block.columns], numbers_from=2)
    units = (*block.units, block.units[0])
    for at, item in enumerate(block.items, start=row + 2):
        book.put(sheet, at, 1, item.label)
        for column, (cell, unit) in enumerate(zip((*item.cells, item.total), units, strict=True), start=2):
            _figure(book, sheet, (at, column), cell, item.kind, unit)
    return row + len(block.items) + 3


def _shares(book: Book, sheet: Any, title: str, shares: Sequence[Share], row: int) -> int:
    """Amounts and their total below a title; the next row but one."""
    book.put(sheet, row, 1, title, "bcf section")
    for at, share in enumerate(shares, start=row + 1):
        book.put(sheet, at, 1, share.what)
        _figure(book, sheet, (at, 2), share.pence, "pence", "")
    last = row + 1 + len(shares)
    book.put(sheet, last, 1, "total", "bcf bold")
    book.put(sheet, last, 2, sum(share.pence for share in shares) / 100, "bcf pounds in bold")
    return last + 2


def _across(
    book: Book, sheet: Any, figure: Figure, lines: pd.DataFrame, scheme: Scheme, place: tuple[int, int]
) -> int:
    """A figure of all areas, a column per line below its name; the last column that is filled."""
    top, column = place
    values = lines[figure.column].to_numpy(dtype=object).reshape(-1, len(scheme.told))
    units = {name: metric.unit.value for name, metric in scheme.metrics.items()}
    for slot, by_area in zip(scheme.told, values.T.tolist(), strict=True):
        column += 1
        for row, heading in enumerate((figure.label, slot.wave, slot.name), start=top):
            book.put(sheet, row, column, heading, "bcf heading of numbers")
        for row, value in enumerate(by_area, start=top + 3):
            _figure(book, sheet, (row, column), cell_of(value, scheme), figure.kind, units.get(slot.name, ""))
    return column


def _figure(book: Book, sheet: Any, place: tuple[int, int], value: Cell, kind: Kind, unit: str) -> None:
    """Write a figure in its format, money in pounds."""
    if isinstance(value, str):
        book.put(sheet, *place, value, "bcf right")
    elif value is not None:
        shown = value / 100 if kind == "pence" else _readable(value)
        book.put(sheet, *place, shown, STYLES.get(kind) or _rate_style(value, unit))


def _rate_style(value: float, unit: str) -> str:
    """The style of a rate; a count that is not whole keeps its decimals."""
    return "bcf number" if unit == "count" and not float(value).is_integer() else RATES[unit]


def _readable(value: float) -> float:
    """A float to as many digits as a sheet keeps, so that it is written as a number."""
    return float(f"{value:.{DIGITS}g}")


def _lines(book: Book, lines: pd.DataFrame, notices: Sequence[str]) -> None:
    """The same as data, in pence; the CSV file holds every digit of the rates."""
    sheet = book.sheet("lines")
    floats = lines.select_dtypes("float64")
    book.table(sheet, lines.assign(**{str(name): floats[name].map(_readable) for name in floats}))
    headings(book, sheet, 1, list(lines.columns))
    sheet.freeze_panes(f"{letter(len(KEY) + 1)}2")
    sheet.autofilter(span(1, 1, len(lines.columns), len(lines) + 1))
    set_widths(sheet, [CELL_WIDTH] * len(lines.columns))
    _set_wide_page(sheet, notices, (1, 1))


def _set_wide_page(sheet: Any, notices: Sequence[str], heading_rows: tuple[int, int]) -> None:
    """Print over a few pages across, with headings and the first columns on each."""
    set_page(sheet, notices, heading_rows)
    sheet.fit_to_pages(PAGES_ACROSS, 0)
    sheet.repeat_columns("A:C")
