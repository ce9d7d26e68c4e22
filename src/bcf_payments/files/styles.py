"""How the workbooks look: named styles, widths, and pages that print well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bcf_payments.errors import require_extra
from bcf_payments.files.book import Book

DARK, PALE, GREY, YELLOW = "1F3864", "E8EEF7", "595959", "FFFBE0"

_WRAPPED = {"vertical": "top", "horizontal": "left", "indent": 1, "wrap_text": True}

_LOOKS: dict[str, dict[str, Any]] = {
    "bcf text": {"alignment": {"vertical": "top", "horizontal": "left", "indent": 1}},
    "bcf right": {"alignment": {"vertical": "top", "horizontal": "right"}},
    "bcf wrapped": {"alignment": _WRAPPED},
    "bcf title": {"font": {"bold": True, "size": 16, "color": DARK}},
    "bcf section": {"font": {"bold": True, "size": 12, "color": DARK}},
    "bcf bold": {"font": {"bold": True}, "fill": PALE, "alignment": _WRAPPED},
    "bcf said": {"fill": PALE, "alignment": _WRAPPED},
    "bcf notice": {"font": {"italic": True}, "fill": YELLOW, "alignment": _WRAPPED},
    "bcf heading": {
        "font": {"bold": True, "color": "FFFFFF"},
        "fill": DARK,
        "alignment": _WRAPPED | {"vertical": "center"},
    },
    "bcf heading of numbers": {
        "font": {"bold": True, "color": "FFFFFF"},
        "fill": DARK,
        "alignment": {"vertical": "center", "horizontal": "right", "wrap_text": True},
    },
    "bcf pounds": {"number_format": "£#,##0.00;-£#,##0.00", "alignment": {"vertical": "top"}},
    "bcf pounds in bold": {
        "number_format": "£#,##0.00;-£#,##0.00",
        "font": {"bold": True},
        "fill": PALE,
        "alignment": {"vertical": "top"},
    },
    "bcf pence": {"number_format": "#,##0", "font": {"color": GREY}, "alignment": {"vertical": "top"}},
    "bcf count": {"number_format": "#,##0", "alignment": {"vertical": "top"}},
    "bcf share": {"number_format": "0.0%", "alignment": {"vertical": "top"}},
    "bcf share in bold": {"number_format": "0.0%", "font": {"bold": True}, "fill": PALE},
    "bcf change": {"number_format": "+0.0%;-0.0%;0.0%", "alignment": {"vertical": "top"}},
    "bcf per cent": {"number_format": "0.0", "alignment": {"vertical": "top"}},
    "bcf per 100,000": {"number_format": "#,##0.0", "alignment": {"vertical": "top"}},
    "bcf ratio": {"number_format": "0.0000", "alignment": {"vertical": "top"}},
    "bcf number": {"number_format": "#,##0.0###", "alignment": {"vertical": "top"}},
    "bcf link": {"font": {"color": "0563C1", "underline": "single"}, "alignment": {"vertical": "top"}},
    "bcf remark": {
        "font": {"italic": True, "size": 9, "color": GREY},
        "fill": PALE,
        "alignment": _WRAPPED,
    },
    "bcf laid out": {
        "font": {"color": GREY},
        "fill": "F2F2F2",
        "alignment": {"horizontal": "left", "indent": 1},
    },
    "bcf to fill in": {"fill": YELLOW, "framed": True, "unlocked": True},
    "bcf day to fill in": {
        "fill": YELLOW,
        "framed": True,
        "unlocked": True,
        "number_format": "yyyy-mm-dd",
    },
}


def styled_book(task: str) -> Book:
    """A workbook that knows the styles."""
    book = Book(task)
    styles = require_extra("openpyxl", task, "openpyxl.styles")
    line = styles.Side(style="thin", color="BFBFBF")
    for name, look in _LOOKS.items():
        style = styles.NamedStyle(name, number_format=look.get("number_format", "General"))
        style.font = styles.Font(name="Calibri", **{"size": 11} | look.get("font", {}))
        style.alignment = styles.Alignment(**look.get("alignment", {}))
        if "fill" in look:
            style.fill = styles.PatternFill("solid", fgColor=look["fill"])
        if "framed" in look:
            style.border = styles.Border(line, line, line, line)
        style.protection = styles.Protection(locked="unlocked" not in look)
        book.workbook.add_named_style(style)
    return book


def headings(book: Book, sheet: Any, row: int, texts: Sequence[str], numbers_from: int = 10**6) -> None:
    """Write a row of headings; from a column on they stand above numbers."""
    for column, text in enumerate(texts, start=1):
        style = "bcf heading of numbers" if column >= numbers_from else "bcf heading"
        book.put(sheet, row, column, text, style)


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a cell of a width in characters, by a cautious estimate."""
    return sum(1 + int(len(line) / width) for line in text.split("\n"))


def fit_height(book: Book, sheet: Any, row: int, lines: int) -> None:
    """Make a row high enough for so many lines; not every program does so by itself."""
    book.set_height(sheet, row, min(LINE * lines, _HIGHEST))


def letter(column: int) -> str:
    """The letters of a column, counted from 1."""
    return str(require_extra("openpyxl", "a workbook", "openpyxl.utils").get_column_letter(column))


def set_widths(sheet: Any, widths: Iterable[float]) -> None:
    """Set the widths of the columns, in characters, from the first on."""
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[letter(column)].width = width


def cells(sheet: Any, column: int, first_row: int, last_row: int | None = None) -> str:
    """Cells of a column, or one cell, as a formula on any sheet names them."""
    first = f"'{sheet.title}'!${letter(column)}${first_row}"
    return first if last_row is None else f"{first}:${letter(column)}${max(first_row, last_row)}"


def span(first_column: int, first_row: int, last_column: int, last_row: int) -> str:
    """A range such as `A1:C9`."""
    return f"{letter(first_column)}{first_row}:{letter(last_column)}{last_row}"


def link(book: Book, sheet: Any, row: int, column: int, text: object, place: str) -> None:
    """Write a cell that leads to another place in the workbook."""
    book.put(sheet, row, column, text, "bcf link")
    links = require_extra("openpyxl", "a workbook", "openpyxl.worksheet.hyperlink")
    cell = sheet.cell(row, column)
    cell.hyperlink = links.Hyperlink(ref=cell.coordinate, location=place)


def set_page(sheet: Any, notices: Sequence[str], heading_rows: str = "", pages: int = 0) -> None:
    """Print across the page, with headings on every page, page numbers, and the first notice.

    `pages` is how many there are to be; 0 for as many as it takes.
    """
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, pages
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    if heading_rows:
        sheet.print_title_rows = heading_rows
    said = "".join(notices[:1]).replace("&", "&&")[:_FOOTER]
    sheet.oddFooter.left.text, sheet.oddFooter.left.size = said, 7
    sheet.oddFooter.right.text, sheet.oddFooter.right.size = "&A, page &P of &N", 7


LINE = 15
"""The height of a line, in points."""

_HIGHEST = 409
"""Of a row, in points."""

_FOOTER = 180
"""Characters of a notice that a footer has room for."""
