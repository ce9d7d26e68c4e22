"""An Excel workbook in the making: texts that stay texts, exact numbers, and the same bytes every time."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
import pandas as pd

from bcf_payments.errors import require_extra
from bcf_payments.exact.numbers import DECIMAL_LIMIT, as_fraction
from bcf_payments.files.faults import looks_like_formula, refuse
from bcf_payments.tables.rules import is_blank
from bcf_payments.words import printable

SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
"""What a sheet and a cell of it can hold."""

FIRST_YEAR = 1900
"""Sheets know no day before it."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_TIMES = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
_SHEET = re.compile(r"xl/worksheets/sheet([0-9]+)\.xml")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""Of zip files: the workbook says no time, so that the same tables give the same bytes."""


CellValue: TypeAlias = bool | int | float | str | dt.date | None
Number: TypeAlias = int | float | Decimal | Any
Letter: TypeAlias = Callable[[int], str]
Day: TypeAlias = Callable[[dt.date], float]

NUMBERS = (int, float, Decimal, np.integer, np.floating)


class Look(NamedTuple):
    """How a cell looks: a named style, whether it is text that looks like a formula, whether it is a day."""

    style: str
    quoted: bool
    day: bool


class Book:
    """A workbook in the making.

    Parameters
    ----------
    task : str
        What needs the extra `excel`, as the beginning of a sentence.

    Attributes
    ----------
    workbook : openpyxl.Workbook
        Without any sheet yet.
    """

    def __init__(self, task: str) -> None:
        self.workbook: Any = require_extra("openpyxl", task).Workbook()
        self.workbook.remove(self.workbook.active)
        self.workbook.calculation.fullCalcOnLoad = True
        self._letter: Letter = require_extra("openpyxl", task, "openpyxl.utils").get_column_letter
        self._day: Day = require_extra("openpyxl", task, "openpyxl.utils.datetime").to_excel
        self._looks: dict[Look, int] = {}
        self._cells: dict[str, dict[int, dict[int, str]]] = {}
        self._heights: dict[str, dict[int, float]] = {}

    def sheet(self, title: str) -> Any:
        """Add a sheet at the end."""
        return self.workbook.create_sheet(title)

    def put(self, sheet: Any, row: int, column: int, value: object, style: str = "Normal") -> None:
        """Write a cell to be read by people, counted from 1, in a named style; nothing in it turns a line."""
        self.keep(sheet, row, column, printable(value) if isinstance(value, str) else value, style)

    def keep(self, sheet: Any, row: int, column: int, value: object, style: str = "Normal") -> None:
        """Write a cell that reads back as exactly this value."""
        content = value if isinstance(value, Formula) else cell_value(value, sheet.title)
        quoted, day = isinstance(value, str) and looks_like_formula(value), isinstance(content, dt.date)
        look = self._look(sheet, Look(style, quoted, day))
        shown = self._day(content) if isinstance(content, dt.date) else content
        text = cell_xml(f"{self._letter(column)}{row}", look, shown)
        self._cells.setdefault(sheet.title, {}).setdefault(row, {})[column] = text

    def set_height(self, sheet: Any, row: int, points: float) -> None:
        """Make a row so high."""
        self._heights.setdefault(sheet.title, {})[row] = points

    def _look(self, sheet: Any, look: Look) -> int:
        """The number of a style; openpyxl searches for it each time that it is named."""
        if look not in self._looks:
            cell = sheet.cell(1, 1)
            cell.style = look.style
            if look.day and cell.number_format == "General":
                cell.number_format = "yyyy-mm-dd"
            cell.quotePrefix = look.quoted
            self._looks[look] = cell.style_id
        return self._looks[look]

    def table(
        self, sheet: Any, frame: pd.DataFrame, first_row: int = 1, styles: Mapping[str, str] | None = None
    ) -> None:
        """Write a table below its headings, each column in its named style."""
        if len(frame) >= SHEET_ROWS - first_row:
            fix = f"write csv or parquet: a sheet holds {SHEET_ROWS - 1:,} rows"
            refuse("output", "out_of_range", column=sheet.title, value=f"{len(frame):,} rows", fix=fix)
        for column, heading in enumerate(frame.columns, start=1):
            self.put(sheet, first_row, column, str(heading))
            style = (styles or {}).get(str(heading), "Normal")
            for row, value in enumerate(_objects(frame.iloc[:, column - 1]), start=first_row + 1):
                if not is_blank(value):
                    self.keep(sheet, row, column, value, style)

    def save(self, file: Path) -> None:
        """Write the workbook into a file."""
        made = io.BytesIO()
        self.workbook.save(made)
        with ZipFile(made) as parts, ZipFile(file, "w", ZIP_DEFLATED) as out:
            for part in parts.infolist():
                entry = ZipInfo(part.filename, _FIRST_DAY)
                entry.compress_type = ZIP_DEFLATED
                out.writestr(entry, self._finished(part.filename, parts.read(part)))

    def _finished(self, name: str, data: bytes) -> bytes:
        """A part of the file: without times, and a sheet with its cells."""
        if name == "docProps/core.xml":
            return _TIMES.sub(b"", data)
        found = _SHEET.fullmatch(name)
        if not found:
            return data
        sheet = self.workbook.worksheets[int(found[1]) - 1]
        rows = self._cells.get(sheet.title, {})
        last = max((column for row in rows.values() for column in row), default=1)
        size = f"A1:{self._letter(last)}{max(rows, default=1)}"
        return with_cells(data.decode(), rows, self._heights.get(sheet.title, {}), size).encode()


def book_of_tables(tables: Mapping[str, pd.DataFrame], notices: Sequence[str]) -> Book:
    """A plain workbook: a sheet per table, and the notices on the first."""
    book = Book("writing a workbook")
    sheets = {"notice": pd.DataFrame({"notice": list(notices)})} if notices else {}
    for name, frame in (sheets | dict(tables)).items():
        sheet = book.sheet(name)
        book.table(sheet, frame)
        sheet.freeze_panes = "A2"
    return book


def cell_value(value: object, where: str = "") -> CellValue:
    """A value as a cell can hold it: a number only where the sheet keeps that very number.

    Examples
    --------
    >>> cell_value(2360), cell_value(10**18), cell_value(Decimal("0.10"))
    (2360, '1000000000000000000', 0.1)
    """
    if isinstance(value, str):
        return _text(value, where) or None
    if is_blank(value):
        return None
    if isinstance(value, dt.date):
        return _day(value)
    if isinstance(value, NUMBERS) and not isinstance(value, bool):
        return _number(value)
    return bool(value) if isinstance(value, (bool, np.bool_)) else _text(str(value), where)


def unescaped(text: str) -> str:
    r"""The text of a cell: workbooks write some characters by their numbers.

    Examples
    --------
    >>> unescaped("a_x000D_b"), unescaped("a_x005F_x000D_b")
    ('a\rb', 'a_x000D_b')
    """
    if "_x" not in text:
        return text
    written = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return written.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")  # two halves are one


def _number(value: Number) -> float | str:
    """The number, if sheets keep it exactly; else its text."""
    if isinstance(value, (int, np.integer)):
        return int(value) if -DECIMAL_LIMIT < int(value) < DECIMAL_LIMIT else str(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(value)
    number = float(str(value))  # the shortest decimal of a short float is what it says
    kept = math.isfinite(number) and as_fraction(value) == as_fraction(number)
    return number if kept else str(value)


def _day(value: dt.date) -> dt.date | str:
    """A day, if sheets know it, or the text of a time of day."""
    timed = isinstance(value, dt.datetime) and (value.time() != dt.time() or value.tzinfo)
    return str(value) if timed or value.year < FIRST_YEAR else value


def _text(text: str, where: str) -> str:
    if len(text) > CELL_CHARACTERS:
        fix = f"write csv or parquet: a cell holds {CELL_CHARACTERS:,} characters"
        refuse("output", "out_of_range", column=where, value=f"{text[:40]}...", fix=fix)
    return _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def _objects(column: pd.Series[Any]) -> Iterable[object]:
    return column.astype(object).tolist()


Rows: TypeAlias = Mapping[int, Mapping[int, str]]
"""The cells of a sheet, as text, by row and column, counted from 1."""

_CELLS = re.compile(r"<sheetData ?/>|<sheetData>.*</sheetData>", re.DOTALL)

_SIZE = re.compile(r'(?<=<dimension ref=")[^"]*')


class Formula(NamedTuple):
    """A formula, with the value that it comes to, for programs that do not recalculate.

    Attributes
    ----------
    text : str
        Beginning with `=`.
    value : int, float or str
    """

    text: str
    value: float | str


Content: TypeAlias = bool | float | str | Formula | None
"""What a cell can hold; days as sheets count them."""


def cell_xml(place: str, look: int, value: Content) -> str:
    """A cell; `look` is the number of its style.

    Examples
    --------
    >>> cell_xml("B2", 3, 1.5), cell_xml("B2", 0, Formula("=A1&A2", "x"))
    ('<c r="B2" s="3"><v>1.5</v></c>', '<c r="B2" s="0" t="str"><f>A1&amp;A2</f><v>x</v></c>')
    """
    start = f'<c r="{place}" s="{look}"'
    if isinstance(value, str):
        kept = ' xml:space="preserve"' if value != value.strip() else ""
        return f'{start} t="inlineStr"><is><t{kept}>{escape(value, quote=False)}</t></is></c>'
    if isinstance(value, Formula):
        kind = ' t="str"' if isinstance(value.value, str) else ""
        formula = escape(value.text.removeprefix("="), quote=False)
        return f"{start}{kind}><f>{formula}</f><v>{_shown(value.value)}</v></c>"
    if isinstance(value, bool):
        return f'{start} t="b"><v>{value:d}</v></c>'
    return f"{start}/>" if value is None else f"{start}><v>{_shown(value)}</v></c>"


def _shown(value: float | str) -> str:
    """A value as text; a number in all of its digits."""
    if isinstance(value, str):
        return escape(value, quote=False)
    short = f"{value:.16g}" if isinstance(value, float) else str(value)
    return short if float(short) == value else repr(value)


def with_cells(sheet: str, rows: Rows, heights: Mapping[int, float], size: str) -> str:
    """A sheet as openpyxl writes it, with these cells in place of its own.

    Parameters
    ----------
    rows : mapping
        The cells.
    heights : mapping of int to float
        Of the rows that have one of their own, in points.
    size : str
        The range of the cells, such as `A1:C9`.
    """
    written = "".join(
        f"{_row_start(row, heights.get(row))}{''.join(text for _, text in sorted(cells.items()))}</row>"
        for row, cells in sorted(rows.items())
    )
    sheet = _CELLS.sub(lambda _: f"<sheetData>{written}</sheetData>", sheet, count=1)
    return _SIZE.sub(size, sheet, count=1)


def _row_start(row: int, height: float | None) -> str:
    return f'<row r="{row}">' if height is None else f'<row r="{row}" ht="{height}" customHeight="1">'
