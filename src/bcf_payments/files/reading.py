"""The four input tables, from a folder of CSV or Parquet files or from a workbook."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import NoReturn, TypeAlias

import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.files.cells import frame_of_cells
from bcf_payments.files.csv_text import read_csv
from bcf_payments.files.faults import refuse_all, unreadable
from bcf_payments.files.parquet import read_parquet
from bcf_payments.files.replacing import unfinished
from bcf_payments.files.scheme_sheet import SCHEME_SHEET, scheme_in
from bcf_payments.files.sheets import WORKBOOKS, read_sheets
from bcf_payments.files.sizes import read_bytes
from bcf_payments.files.writing import NOTICE
from bcf_payments.given import take_path
from bcf_payments.schemes import Scheme, scheme_of
from bcf_payments.tables.inputs import MEASURES, Tables, or_no_rows, scheme_said
from bcf_payments.tables.places import SHEET_END
from bcf_payments.words import printable

Reader: TypeAlias = Callable[[str], pd.DataFrame]
"""Gives the table of a name."""

Carried: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""What every table carries with it in `attrs`: the notices, and of a workbook its scheme."""

NOTICE_SHEET = "notice"
"""The sheet of a workbook that says what must be said with its tables."""

_FILES = frozenset({".csv", ".parquet", ".txt", ".tsv"})
"""How the names of files that hold one table end."""

_HALF = re.compile("[\ud800-\udfff]")


def read_tables(path: str | os.PathLike[str], scheme: str | Path | Scheme | None = None) -> Tables:
    """Read the four input tables from a folder or a workbook.

    Parameters
    ----------
    path : str or path
        A folder that holds `areas`, `plans`, `outcomes` and `assurance`, each as `.csv` (or, saved by Excel
        as text, `.txt` or `.tsv`) or `.parquet`; or a workbook (`.xlsx`, `.xlsm`, `.xls` or `.ods`) with one
        sheet of each name. In any case of letters. `assurance` may be left out where the scheme pays on no
        condition.
    scheme : str, Path or Scheme, optional
        The rules to settle under: `plans` and `outcomes` may be left out where they measure nothing by them,
        and come back without rows. Without it, those that a workbook says it is made for.

    Returns
    -------
    Tables
        Columns of plain whole numbers are int64, of plain decimals of at most 15 digits float64 (the
        shortest decimal that prints such a float is the very number written); all others are text. The
        sentences of a `NOTICE.txt` or of a sheet `notice`, as `write_tables` writes them, stand in
        `attrs["notices"]`, and so wherever a result is shown; of a workbook that says its scheme, `scheme`
        is that scheme.

    Raises
    ------
    InputError
        Tables that are missing, cannot be read or are not tables: the faults of all of them at once.
        What the cells hold is judged by `validate` and `settle`.
    SchemeError
        The scheme cannot be read.
    MissingExtraError
        Parquet needs the extra `parquet`, a workbook the extra `excel`.

    Examples
    --------
    >>> import tempfile
    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("two_waves")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = bcf.write_tables(example._asdict(), folder)
    ...     tables = bcf.read_tables(folder)
    >>> int(tables.areas["population"].sum())
    54316618
    """
    place, given = take_path(path), None if scheme is None else scheme_of(scheme)
    read, carried = _folder_reader(place) if place.is_dir() else _workbook_reader(place)
    tables: dict[str, pd.DataFrame] = {}
    faults: dict[str, InputError] = {}
    for table in Tables._fields:
        try:
            tables[table] = read(table)
        except InputError as error:
            faults[table] = error
    left_out = [table for table, fault in faults.items() if isinstance(fault, _LeftOutError)]
    if left_out and (rules := given or scheme_said(str(carried.get("scheme", "")))):
        for table, rows in _spared(rules, left_out):
            del faults[table]
            tables |= {} if rows is None else {table: rows}
    if list(faults) != ["assurance"] or "assurance" not in left_out:
        refuse_all(faults.values())
    for frame in tables.values():
        frame.attrs |= {name: said for name, said in carried.items() if said}
    return Tables(**tables)


def _spared(rules: Scheme, left_out: Sequence[str]) -> Iterator[tuple[str, pd.DataFrame | None]]:
    """Which tables that are not there some rules do not need, and what stands for each."""
    for table in left_out:
        if table == "assurance" and not rules.condition_names:
            yield table, None
        elif table in MEASURES and (rows := or_no_rows(rules, None, table)) is not None:
            yield table, rows


class _LeftOutError(InputError):
    """A table is not there, and nothing bears nearly its name: some schemes may do without it."""


def _absent(table: str, value: str, near: str, otherwise: str) -> NoReturn:
    """Raise the error for a table that is not there."""
    kind = InputError if near else _LeftOutError
    raise kind([{"table": table, "reason": "missing_table", "value": value, "fix": near or otherwise}])


def _folder_reader(folder: Path) -> tuple[Reader, Carried]:
    if unfinished(folder):
        fix = "wait for the writing to end; if it was killed, write into the folder once more"
        unreadable("input", f"{folder}: files are just being replaced", fix)
    try:
        files = sorted(file for file in folder.iterdir() if not file.name.startswith("."))
        notice = folder / NOTICE
        text = read_bytes(notice, "input").decode("utf-8-sig", errors="replace") if notice.is_file() else ""
    except OSError as error:
        unreadable("input", f"{folder}: {error.strerror}", "make the folder readable")
    return partial(_from_folder, files), {"notices": _notices(text.splitlines())}


def _from_folder(files: Sequence[Path], table: str) -> pd.DataFrame:
    named = [file for file in files if file.stem.lower() == table]
    found = [file for file in named if file.suffix.lower() in {".csv", ".parquet"}] or [
        file for file in named if file.suffix.lower() in {".txt", ".tsv"}
    ]
    if not found:
        near = _nearest(table, [file.name for file in files], "file")
        _absent(table, f"{table}.csv", near, _put(table, files))
    if len(found) > 1:
        names = " and ".join(file.name for file in found)
        unreadable(table, names, "keep one of them: which is meant is not clear")
    (file,) = found
    return read_parquet(file, table) if file.suffix.lower() == ".parquet" else read_csv(file, table)


def _put(table: str, files: Sequence[Path]) -> str:
    workbooks = [file.name for file in files if file.suffix.lower() in WORKBOOKS]
    return f"put {table}.csv into the folder" + (
        f", or give the workbook {workbooks[0]}" if workbooks else ""
    )


def _nearest(table: str, names: Sequence[str], what: str) -> str:
    """Advise where a file or sheet bears nearly the name of the table."""
    stems = {Path(name).stem.lower().strip(): name for name in names}
    near = get_close_matches(table, stems, n=1)
    if not near:
        return ""
    if what == "file" and Path(stems[near[0]]).suffix.lower() not in {".csv", ".parquet"}:
        return f"save {stems[near[0]]} as {table}.csv"
    return f"the {what} {stems[near[0]]} is there: if it is the table, name it {table}"


def _workbook_reader(file: Path) -> tuple[Reader, Carried]:
    if not file.exists():
        beside = [other.name for other in file.parent.iterdir()] if file.parent.is_dir() else []
        near = get_close_matches(file.name, beside, n=1)
        fix = f"did you mean {file.parent / near[0]}?" if near else "check the path: nothing is there"
        unreadable("input", file, fix)
    if file.suffix.lower() in {".csv", ".parquet"}:
        unreadable("input", file, "give the folder that holds the four tables, not one of its files")
    if file.suffix.lower() not in WORKBOOKS:
        fix = "give a folder of CSV or Parquet files, or a workbook (.xlsx, .xls or .ods)"
        unreadable("input", file, fix)
    sheets = read_sheets(file, {*Tables._fields, NOTICE_SHEET, SCHEME_SHEET}.__contains__)
    notices = sheets.pop(NOTICE_SHEET, [pd.DataFrame()])[0]
    said = notices.iloc[1:, 0].dropna().tolist() if len(notices) else ()
    carried: Carried = {
        "notices": _notices(said),
        "scheme": scheme_in(sheets.pop(SCHEME_SHEET, [pd.DataFrame()])[0]),
    }
    return partial(_from_sheets, sheets, file.name), carried


def _notices(said: Iterable[str]) -> tuple[str, ...]:
    """Sentences as every face may show them, since they go on to all of them."""
    return tuple(filter(None, (printable(sentence).strip() for sentence in said)))


def read_beside(path: Path, table: str) -> pd.DataFrame | None:
    """Read one table more of a folder or workbook; None where it is not there."""
    if path.is_dir():
        files = [file for file in path.iterdir() if file.stem.lower() == table]
        return _from_folder(files, table) if any(file.suffix.lower() in _FILES for file in files) else None
    sheets = read_sheets(path, {table}.__contains__)
    return _from_sheets(sheets, path.name, table) if table in sheets else None


def read_sheet(file: Path, table: str) -> pd.DataFrame:
    """Read the sheet of a workbook that bears a table's name."""
    if not file.exists():
        unreadable(table, file, "check the path: nothing is there")
    return _from_sheets(read_sheets(file, {table}.__contains__), file.name, table)


def _from_sheets(sheets: Mapping[str, Sequence[pd.DataFrame]], name: str, table: str) -> pd.DataFrame:
    if table not in sheets:
        near = _nearest(table, list(sheets), "sheet")
        _absent(table, f"sheet {table}", near, f"add a sheet named {table}")
    if len(sheets[table]) > 1:
        unreadable(table, f"{name}: several sheets named {table}", "keep one: which is meant is not clear")
    cells = sheets[table][0]
    halves = [cell for cell in cells.to_numpy().ravel() if isinstance(cell, str) and _HALF.search(cell)]
    if halves:
        fix = "type the text of the cell again: some program has cut a character in two"
        unreadable(table, f"{name}, sheet {table}: half a character in {printable(halves[0])}", fix)
    cells.index = pd.RangeIndex(1, len(cells) + 1)
    return frame_of_cells(cells, table, f"{name}, sheet {table}", f"{table}{SHEET_END}")
