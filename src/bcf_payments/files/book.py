"""An Excel workbook in the making: texts that stay texts, exact numbers, and the same bytes every time."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
import pandas as pd

from bcf_payments.exact import DECIMAL_LIMIT, as_fraction
from bcf_payments.extras import require_extra
from bcf_payments.files.faults import refuse
from bcf_payments.files.guards import looks_like_formula
from bcf_payments.tables.rules import is_blank

SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767
"""What a sheet and a cell of it can hold."""

FIRST_YEAR = 1900
"""Sheets know no day before it."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_TIMES = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
_VALUE = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f>[^<]*</f>)?<v(?: ?/>|>[^<]*</v>)</c>')
_SHEET = re.compile(r"xl/worksheets/sheet([0-9]+)\.xml")
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""Of zip files: the workbook says no time, so that the same tables give the same bytes."""


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


Number: TypeAlias = int | float | Decimal | Any

NUMBERS = (int, float, Decimal, np.integer, np.floating)

CellValue: TypeAlias = bool | int | float | str | dt.date | None


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
        self._looks: dict[str, Any] = {}
        self._values: dict[str, dict[str, float | str]] = {}

    def sheet(self, title: str) -> Any:
        """Add a sheet at the end."""
        return self.workbook.create_sheet(title)

    def put(self, sheet: Any, row: int, column: int, value: object, style: str | None = None) -> Any:
        """Write a cell, counted from 1, in a named style of the workbook."""
        cell = sheet.cell(row, column)
        if isinstance(value, Formula):
            cell.value = value.text
            self._values.setdefault(sheet.title, {})[cell.coordinate] = value.value
        else:
            content = cell_value(value, sheet.title)
            cell.value = content
            if isinstance(content, str):
                cell.data_type = "s"
            elif isinstance(content, float) and float(f"{content:.16g}") != content:  # openpyxl's digits
                self._values.setdefault(sheet.title, {})[cell.coordinate] = content
        if style:
            self._dress(cell, style)
        if isinstance(value, str) and looks_like_formula(value):
            cell.quotePrefix = True
        return cell

    def _dress(self, cell: Any, style: str) -> None:
        """Give a cell a named style; openpyxl searches for one each time that it is named."""
        if style in self._looks:
            cell._style = copy(self._looks[style])  # noqa: SLF001
        else:
            cell.style = style
            self._looks[style] = copy(cell._style)  # noqa: SLF001

    def table(
        self, sheet: Any, frame: pd.DataFrame, first_row: int = 1, styles: Mapping[str, str] | None = None
    ) -> None:
        """Write a table below its headings, each column in its named style."""
        if len(frame) >= SHEET_ROWS - first_row:
            fix = f"write csv or parquet: a sheet holds {SHEET_ROWS - 1:,} rows"
            refuse("output", "out_of_range", column=sheet.title, value=f"{len(frame):,} rows", fix=fix)
        for column, heading in enumerate(frame.columns, start=1):
            self.put(sheet, first_row, column, str(heading))
            style = (styles or {}).get(str(heading))
            for row, value in enumerate(_objects(frame.iloc[:, column - 1]), start=first_row + 1):
                if not is_blank(value):
                    self.put(sheet, row, column, value, style)

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
        """A part of the file without times, and with the values of formulas and all digits of numbers."""
        if name == "docProps/core.xml":
            return _TIMES.sub(b"", data)
        sheet = _SHEET.fullmatch(name)
        values = self._values.get(self.workbook.sheetnames[int(sheet[1]) - 1]) if sheet else None
        if not values:
            return data

        def with_value(match: re.Match[str]) -> str:
            cell, attributes, formula = match.groups("")
            if cell not in values:
                return match[0]
            value = values[cell]
            kind = ' t="str"' if isinstance(value, str) else ""
            shown = escape(value, quote=False) if isinstance(value, str) else repr(value)
            return f'<c r="{cell}"{attributes}{kind}>{formula}<v>{shown}</v></c>'

        return _VALUE.sub(with_value, data.decode()).encode()


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
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text


def _number(value: Number) -> float | str:
    """The number, if sheets keep it exactly; else its text."""
    if isinstance(value, (int, np.integer)):
        return int(value) if -DECIMAL_LIMIT < int(value) < DECIMAL_LIMIT else str(value)
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
