"""How the workbooks look: named styles, widths, and pages that print well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from bcf_payments.errors import require_extra
from bcf_payments.files.book import Book

DARK, PALE, GREY, YELLOW = "#1F3864", "#E8EEF7", "#595959", "#FFFBE0"

_TOP = {"valign": "top"}
_TEXT = _TOP | {"align": "left", "indent": 1}
_WRAPPED = _TEXT | {"text_wrap": True}
_BOLD = {"bold": True, "bg_color": PALE}
_HEADING = {"bold": True, "font_color": "#FFFFFF", "bg_color": DARK, "valign": "vcenter", "text_wrap": True}
_POUNDS = _TOP | {"num_format": "£#,##0.00;-£#,##0.00"}
_TO_FILL_IN = {"bg_color": YELLOW, "border": 1, "border_color": "#BFBFBF", "locked": False}

_LOOKS: dict[str, dict[str, Any]] = {
    "Normal": {},
    "bcf text": _TEXT,
    "bcf right": _TOP | {"align": "right"},
    "bcf wrapped": _WRAPPED,
    "bcf title": {"bold": True, "font_size": 16, "font_color": DARK},
    "bcf section": {"bold": True, "font_size": 12, "font_color": DARK},
    "bcf bold": _WRAPPED | _BOLD,
    "bcf said": _WRAPPED | {"bg_color": PALE},
    "bcf notice": _WRAPPED | {"italic": True, "bg_color": YELLOW},
    "bcf heading": _TEXT | _HEADING,
    "bcf heading of numbers": _HEADING | {"align": "right"},
    "bcf pounds": _POUNDS,
    "bcf pounds in bold": _POUNDS | _BOLD,
    "bcf pence": _TOP | {"num_format": "#,##0", "font_color": GREY},
    "bcf count": _TOP | {"num_format": "#,##0"},
    "bcf share": _TOP | {"num_format": "0.0%"},
    "bcf share in bold": {"num_format": "0.0%"} | _BOLD,
    "bcf change": _TOP | {"num_format": "+0.0%;-0.0%;0.0%"},
    "bcf per cent": _TOP | {"num_format": "0.0"},
    "bcf per 100,000": _TOP | {"num_format": "#,##0.0"},
    "bcf ratio": _TOP | {"num_format": "0.0000"},
    "bcf number": _TOP | {"num_format": "#,##0.0###"},
    "bcf link": _TOP | {"font_color": "#0563C1", "underline": 1},
    "bcf remark": _WRAPPED | {"italic": True, "font_size": 9, "font_color": GREY, "bg_color": PALE},
    "bcf laid out": {"font_color": GREY, "bg_color": "#F2F2F2", "align": "left", "indent": 1},
    "bcf unlocked": {"locked": False},
    "bcf to fill in": _TO_FILL_IN,
    "bcf day to fill in": _TO_FILL_IN | {"num_format": "yyyy-mm-dd"},
}


def styled_book(task: str) -> Book:
    """A workbook that knows the styles."""
    return Book(task, _LOOKS)


def headings(book: Book, sheet: Any, row: int, texts: Sequence[str], numbers_from: int = 10**6) -> None:
    """Write a row of headings; from a column on they stand above numbers."""
    for column, text in enumerate(texts, start=1):
        style = "bcf heading of numbers" if column >= numbers_from else "bcf heading"
        book.put(sheet, row, column, text, style)


@lru_cache(maxsize=4096)  # a workbook says many things many times
def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a cell of a width in characters, by a cautious estimate."""
    return sum(1 + int(len(line) / width) for line in text.split("\n"))


def fit_height(sheet: Any, row: int, lines: int) -> None:
    """Make a row high enough for so many lines; not every program does so by itself."""
    sheet.set_row(row - 1, min(LINE * lines, _HIGHEST))


def letter(column: int) -> str:
    """The letters of a column, counted from 1."""
    return str(require_extra("xlsxwriter", "a workbook", "xlsxwriter.utility").xl_col_to_name(column - 1))


def set_widths(sheet: Any, widths: Iterable[float], look: Any = None) -> None:
    """Set the widths of the columns, in characters, from the first on, and how their empty cells look."""
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width, look)


def cells(sheet: Any, column: int, first_row: int, last_row: int | None = None) -> str:
    """Cells of a column, or one cell, as a formula on any sheet names them."""
    first = f"'{sheet.name}'!${letter(column)}${first_row}"
    return first if last_row is None else f"{first}:${letter(column)}${max(first_row, last_row)}"


def span(first_column: int, first_row: int, last_column: int, last_row: int) -> str:
    """A range such as `A1:C9`."""
    return f"{letter(first_column)}{first_row}:{letter(last_column)}{last_row}"


def link(book: Book, sheet: Any, row: int, column: int, text: object, place: str) -> None:
    """Write a cell that leads to another place in the workbook."""
    sheet.write_url(row - 1, column - 1, f"internal:{place}")
    book.put(sheet, row, column, text, "bcf link")


def put_across(book: Book, sheet: Any, row: int, columns: tuple[int, int], text: str, style: str) -> None:
    """Write a text into one cell as wide as the columns from the first to the last."""
    first, last = columns
    sheet.merge_range(row - 1, first - 1, row - 1, last - 1, "")
    book.put(sheet, row, first, text, style)


def set_page(
    sheet: Any, notices: Sequence[str], heading_rows: tuple[int, int] | None = None, pages: int = 0
) -> None:
    """Print across the page, with headings on every page, page numbers, and the first notice.

    `pages` is how many there are to be; 0 for as many as it takes.
    """
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, pages)
    if heading_rows:
        sheet.repeat_rows(heading_rows[0] - 1, heading_rows[1] - 1)
    said = "".join(notices[:1]).replace("&", "&&")[:_FOOTER]
    sheet.set_footer(f"&L&7 {said}&R&7 &A, page &P of &N")


LINE = 15
"""The height of a line, in points."""

_HIGHEST = 409
"""Of a row, in points."""

_FOOTER = 180
"""Characters of a notice that a footer has room for."""
