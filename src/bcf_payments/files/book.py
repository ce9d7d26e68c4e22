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

import numpy as np
import pandas as pd

from bcf_payments.errors import require_extra
from bcf_payments.exact.numbers import DECIMAL_LIMIT, as_fraction
from bcf_payments.files.faults import looks_like_formula, refuse
from bcf_payments.tables.row_rules import is_blank
from bcf_payments.words import printable

SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
"""What a sheet and a cell of it can hold."""

FIRST_YEAR = 1900
"""Sheets know no day before it."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_FIRST_DAY = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)
"""Of zip files: the workbook says no other time, so that the same tables give the same bytes."""

PLAIN: Mapping[str, Mapping[str, Any]] = {"Normal": {}}
"""The style of cells that look like any other."""


CellValue: TypeAlias = bool | int | float | str | dt.date | None
Numeric: TypeAlias = int | float | Decimal | Any

NUMBERS = (int, float, Decimal, np.integer, np.floating)


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


class Look(NamedTuple):
    """How a cell looks: a named style, whether it is text that looks like a formula, whether it is a day."""

    style: str
    quoted: bool = False
    day: bool = False


class Written(NamedTuple):
    """A text or a number as its cell holds it, in XML, and how it looks."""

    content: str
    format: Any


class Other(NamedTuple):
    """What XlsxWriter is left to write: a formula, a day, yes or no, nothing."""

    content: Formula | CellValue
    format: Any


Cell: TypeAlias = Written | Other


class Book:
    """A workbook in the making.

    Parameters
    ----------
    task : str
        What needs the extra `excel`, as the beginning of a sentence.
    styles : mapping of str to dict
        What a style looks like, by its name, in the properties of XlsxWriter's formats.
    """

    def __init__(self, task: str, styles: Mapping[str, Mapping[str, Any]] = PLAIN) -> None:
        self._made, self._styles = io.BytesIO(), styles
        self._workbook: Any = require_extra("xlsxwriter", task).Workbook(self._made, {"in_memory": True})
        self._workbook.set_properties({"created": _FIRST_DAY})
        self._sheets = _own_sheets(
            self._workbook.worksheet_class,
            require_extra("xlsxwriter", task, "xlsxwriter.utility").xl_col_to_name,
        )
        self._refusals = require_extra("xlsxwriter", task, "xlsxwriter.exceptions").XlsxWriterException
        self._looks: dict[Look, Any] = {}
        self._cells: dict[tuple[str | int, str], Cell] = {}

    def sheet(self, title: str) -> Any:
        """Add a sheet at the end."""
        try:
            return self._workbook.add_worksheet(title, self._sheets)
        except self._refusals:
            fix = (
                "give each table a name of its own, of at most 31 characters without []:*?/\\ or outer quotes"
            )
            refuse("output", "out_of_range", column="tables", value=title, fix=fix)

    def put(self, sheet: Any, row: int, column: int, value: object, style: str = "Normal") -> None:
        """Write a cell to be read by people, counted from 1, in a named style; nothing in it turns a line."""
        self.keep(sheet, row, column, printable(value) if isinstance(value, str) else value, style)

    def keep(self, sheet: Any, row: int, column: int, value: object, style: str = "Normal") -> None:
        """Write a cell that reads back as exactly this value."""
        at, cell = (row - 1, column - 1), self._cell(value, style, sheet.name)
        if isinstance(cell, Written):
            sheet.keep(*at, cell)
        elif isinstance(cell.content, Formula):
            sheet.write_formula(*at, cell.content.text, cell.format, cell.content.value)
        else:
            sheet.write(*at, *cell)

    def _cell(self, value: object, style: str, where: str) -> Cell:
        """The cell of a value; of texts and integers, which a workbook says many times, each is made once."""
        if not isinstance(value, (str, int)) or isinstance(value, bool):
            return self._made_of(value, style, where)
        known = (value, style)
        if known not in self._cells:
            self._cells[known] = self._made_of(value, style, where)
        return self._cells[known]

    def _made_of(self, value: object, style: str, where: str) -> Cell:
        content = value if isinstance(value, Formula) else cell_value(value, where)
        quoted = isinstance(value, str) and looks_like_formula(value)
        look = self.look(Look(style, quoted, isinstance(content, dt.date)))
        if isinstance(content, str):
            return Written(_text_in_cell(content), look)
        if isinstance(content, (int, float)) and not isinstance(content, bool):
            return Written(f"><v>{_digits(content)}</v>", look)
        return Other(content, look)

    def look(self, look: Look) -> Any:
        """The format of cells that look alike, made once; None for what looks like any other."""
        if look not in self._looks:
            day = {"num_format": "yyyy-mm-dd"} if look.day else {}
            quoted = {"quote_prefix": True} if look.quoted else {}
            made = day | dict(self._styles[look.style]) | quoted
            self._looks[look] = self._workbook.add_format(made) if made else None
        return self._looks[look]

    def table(
        self, sheet: Any, frame: pd.DataFrame, first_row: int = 1, styles: Mapping[str, str] | None = None
    ) -> None:
        """Write a table below its headings, each column in its named style."""
        if len(frame) >= SHEET_ROWS - first_row:
            fix = f"write csv or parquet: a sheet holds {SHEET_ROWS - 1:,} rows"
            refuse("output", "out_of_range", column=sheet.name, value=f"{len(frame):,} rows", fix=fix)
        for column, heading in enumerate(frame.columns, start=1):
            self.put(sheet, first_row, column, str(heading))
            style = (styles or {}).get(str(heading), "Normal")
            for row, value in enumerate(_objects(frame.iloc[:, column - 1]), start=first_row + 1):
                if value.strip() if isinstance(value, str) else not is_blank(value):
                    self.keep(sheet, row, column, value, style)

    def save(self, file: Path) -> None:
        """Write the workbook into a file."""
        self._workbook.close()
        file.write_bytes(self._made.getvalue())


def _own_sheets(base: Any, letters: Callable[[int], str]) -> Any:
    """Sheets in whose cells texts and numbers stand as they are written here.

    Of shared texts XlsxWriter and openpyxl escape and read some differently, and of some numbers XlsxWriter
    writes too few digits. `letters` names a column, counted from 0.
    """

    class Worksheet(base):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.names = dict[int, str]()
            self.looks = dict[int, Any]()

        def set_column(self, first: int, last: int, width: float, look: Any = None) -> None:
            self.looks |= dict.fromkeys(range(first, last + 1), look)
            super().set_column(first, last, width, look)

        def keep(self, row: int, column: int, cell: Written) -> None:
            if self._check_dimensions(row, column) == 0:
                if column not in self.names:
                    self.names[column] = letters(column)
                self.table[row][column] = cell

        def _write_cell(self, row: int, column: int, cell: Any) -> None:
            if isinstance(cell, Written):
                look = cell.format or self.looks.get(column)
                style = f' s="{look._get_xf_index()}"' if look else ""  # noqa: SLF001
                self.fh.write(f'<c r="{self.names[column]}{row + 1}"{style}{cell.content}</c>')
            else:
                super()._write_cell(row, column, cell)

    return Worksheet


def _text_in_cell(text: str) -> str:
    """A text inside its cell."""
    kept = ' xml:space="preserve"' if text != text.strip() else ""
    return f' t="inlineStr"><is><t{kept}>{escape(text, quote=False)}</t></is>'


def _digits(number: float) -> str:
    """A number in sixteen digits, or in all of its digits where sixteen lose some."""
    short = f"{number:.16G}"
    return short if float(short) == number else repr(number)


def book_of_tables(tables: Mapping[str, pd.DataFrame], notices: Sequence[str]) -> Book:
    """A plain workbook: a sheet per table, and the notices on the first."""
    book = Book("writing a workbook")
    sheets = {"notice": pd.DataFrame({"notice": list(notices)})} if notices else {}
    for name, frame in (sheets | dict(tables)).items():
        sheet = book.sheet(name)
        book.table(sheet, frame)
        sheet.freeze_panes("A2")
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


def _number(value: Numeric) -> float | str:
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
