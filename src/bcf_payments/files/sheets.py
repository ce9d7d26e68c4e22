"""The cells of a workbook as text, sheet by sheet, whichever program saved it."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any
from zipfile import ZipFile

import pandas as pd

from bcf_payments.errors import require_extra
from bcf_payments.files.book import unescaped
from bcf_payments.files.cells import as_text
from bcf_payments.files.faults import refusing_any_fault
from bcf_payments.files.other_sheets import Rows, other_sheets
from bcf_payments.files.sizes import check_bytes, check_cells, check_sheet

EXCEL = frozenset({".xlsx", ".xlsm"})
WORKBOOKS = EXCEL | {".xls", ".ods"}
"""How the names of workbooks end."""

SAVE_AS_WORKBOOK = "save the file as an Excel workbook (.xlsx) without a password"

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")


def read_sheets(file: Path, wanted: Callable[[str], bool]) -> dict[str, list[pd.DataFrame]]:
    """Read the cells of some sheets of a workbook, as text; others by name only.

    Parameters
    ----------
    file : Path
        An Excel workbook, old or new, or one of OpenDocument.
    wanted : callable
        Whether a sheet of this name, in small letters, is to be read.

    Returns
    -------
    dict of str to list of DataFrame
        By name in small letters, each row as far as something stands in it.
    """
    excel = file.suffix.lower() in EXCEL
    package = require_extra("openpyxl" if excel else "python_calamine", f"reading {file.name}")
    sheets: dict[str, list[pd.DataFrame]] = {}
    with refusing_any_fault("input", file, SAVE_AS_WORKBOOK), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on styles and other parts that hold no cells
        for name, rows in (_excel if excel else other_sheets)(package, file, wanted):
            sheets.setdefault(name, []).append(pd.DataFrame(rows, dtype=object))
    return sheets


def _excel(
    openpyxl: ModuleType, file: Path, wanted: Callable[[str], bool]
) -> Iterator[tuple[str, Rows | None]]:
    opened = partial(openpyxl.load_workbook, file, read_only=True, keep_links=False)
    has_formulas = _unzips_with_formulas(file)
    with closing(opened(data_only=True)) as book, closing(opened()) as written:
        for sheet in book.worksheets:
            name = sheet.title.strip().lower()
            formulas = written[sheet.title] if has_formulas else None
            yield name, _rows(sheet, formulas, name, f"{file.name}, sheet {name}") if wanted(name) else None


def _unzips_with_formulas(file: Path) -> bool:
    """Refuse a small file that would grow too large, by what it says of itself; whether it has formulas."""
    with ZipFile(file) as parts:
        check_bytes(sum(part.file_size for part in parts.infolist()), "input", file.name)
        sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        return any(_FORMULA.search(parts.read(name)) for name in sheets)


def _rows(sheet: Any, formulas: Any, table: str, name: str) -> Rows:
    """The texts of a sheet, each row as far as something stands in it."""
    rows: Rows = []
    widest = visited = 0
    for row in _rows_of_cells(sheet) if formulas is None else _with_formulas(sheet, formulas):
        visited += len(row)
        rows.append([_cell_text(cell) for cell in _filled(row)])
        widest = max(widest, len(rows[-1]))
        check_sheet(len(rows), visited, table, name)
    check_cells(len(rows), widest, table, name)
    return rows


def _filled(row: Sequence[Any]) -> Sequence[Any]:
    """The cells of a row up to the last that holds something."""
    end = len(row)
    while end and row[end - 1].value is None:
        end -= 1
    return row[:end]


def _rows_of_cells(sheet: Any) -> Iterator[Sequence[Any]]:
    sheet.reset_dimensions()  # some programs write wrong ones
    yield from sheet.iter_rows()


def _with_formulas(sheet: Any, formulas: Any) -> Iterator[Sequence[Any]]:
    """The cells, with the formula where nobody has calculated it: a text that came to nothing is a value."""
    for cells, written in zip(_rows_of_cells(sheet), _rows_of_cells(formulas), strict=True):
        yield [
            formula if cell.value is None and cell.data_type != "str" and formula.data_type == "f" else cell
            for cell, formula in zip(cells, written, strict=True)
        ]


def _cell_text(cell: Any) -> str | float:
    """Write what a cell of a workbook says; a share that is shown as a percentage as one."""
    value = cell.value
    if value is None or value == "":
        return math.nan
    if isinstance(value, (int, float)) and not isinstance(value, bool) and "%" in (cell.number_format or ""):
        return f"{(Decimal(str(value)) * 100).normalize():f}%"
    if cell.data_type == "f":
        return str(getattr(value, "text", value))
    return unescaped(value) if isinstance(value, str) else as_text(value)
