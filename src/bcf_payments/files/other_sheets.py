"""Workbooks of other programs: OpenDocument, and Excel before 2007."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import IO, TYPE_CHECKING, Any, TypeAlias
from zipfile import ZipFile

from bcf_payments.exact.numbers import DECIMAL_LIMIT
from bcf_payments.files.cells import as_text
from bcf_payments.files.sizes import check_bytes, check_cells

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Rows: TypeAlias = list[list[str | float]]
"""Text or NaN, each row as far as something stands in it."""

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def other_sheets(
    calamine: ModuleType, file: Path, wanted: Callable[[str], bool]
) -> Iterator[tuple[str, Rows | None]]:
    """Read the sheets that are wanted, and name the others; see `read_sheets`."""
    said = _open_document(file) if file.suffix.lower() == ".ods" else {}
    check_bytes(file.stat().st_size, "input", file.name)
    with calamine.CalamineWorkbook.from_path(file) as workbook:
        for place, title in enumerate(workbook.sheet_names):
            name = title.strip().lower()
            sheet = workbook.get_sheet_by_index(place) if wanted(name) else None
            yield name, None if sheet is None else _rows(sheet, said.get(title, {}))


def _rows(sheet: Any, instead: dict[tuple[int, int], str]) -> Rows:
    rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for (row, column), text in instead.items():
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [math.nan] * (column + 1 - len(rows[row]))
        rows[row][column] = text
    return rows


def _text(value: object) -> str | float:
    """Write what a cell says: a whole number without a point, a day without its midnight."""
    if value == "":
        return math.nan
    if isinstance(value, float) and value.is_integer() and abs(value) < DECIMAL_LIMIT:
        return str(int(value))
    return value if isinstance(value, str) else as_text(value)


def _open_document(file: Path) -> dict[str, dict[tuple[int, int], str]]:
    """By sheet, the shares that are shown as per cent, and the formulas that nobody has calculated."""
    with ZipFile(file) as parts:
        check_bytes(sum(part.file_size for part in parts.infolist()), "input", file.name)
        with parts.open("content.xml") as content:
            return dict(_sheets_of(content, file.name))


def _sheets_of(content: IO[bytes], name: str) -> Iterator[tuple[str, dict[tuple[int, int], str]]]:
    """Go through a document, which may say in a few words that a cell fills millions of places."""
    from xml.etree.ElementTree import iterparse

    instead: dict[tuple[int, int], str] = {}
    row = widest = 0
    for _, element in iterparse(content):  # noqa: S314 - Python's parser limits how far entities grow
        if element.tag == f"{_TABLE}table-row":
            repeated, cells = _repeated(element, "rows"), list(_cells(element))
            if cells:
                widest = max(widest, cells[-1][1])
                check_cells(row + repeated, widest, "input", name)
                told = [(at, text) for first, end, text in cells if text for at in range(first, end)]
                instead |= {(row + down, at): text for at, text in told for down in range(repeated)}
            row += repeated
            element.clear()
        elif element.tag == f"{_TABLE}table":
            yield element.get(f"{_TABLE}name", ""), instead
            instead, row, widest = {}, 0, 0
            element.clear()


def _cells(row: Element) -> Iterator[tuple[int, int, str]]:
    """The cells of a row that hold something: where each begins and ends, and what to read instead of it."""
    end = 0
    for cell in row:
        first, end = end, end + _repeated(cell, "columns")
        kind, formula = cell.get(f"{_OFFICE}value-type"), cell.get(f"{_TABLE}formula", "")
        if kind == "percentage":
            share = Decimal(cell.get(f"{_OFFICE}value", "NaN"))
            yield first, end, f"{(share * 100).normalize():f}%"
        elif kind is None and formula:
            yield first, end, formula.partition(":")[2] or formula
        elif kind is not None or len(cell):
            yield first, end, ""


def _repeated(element: Element, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}-repeated", "1"))
