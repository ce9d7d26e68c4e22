"""Tables out: CSV, Parquet or a workbook, never half written."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypeAlias, get_args

import pandas as pd

from bcf_payments.files.faults import refuse, require_extra

FileFormat: TypeAlias = Literal["csv", "parquet", "xlsx"]

Writers: TypeAlias = dict[str, Callable[[Path], object]]
"""What writes each file, by its name."""

_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
NOTICE = "NOTICE.txt"

_SHEET_ROWS = 1_048_575
"""Rows of a sheet below its headings."""


def write_tables(
    tables: Mapping[str, pd.DataFrame],
    folder: str | os.PathLike[str],
    *,
    file_format: FileFormat = "csv",
    notices: Sequence[str] | None = None,
    documents: Mapping[str, str] | None = None,
) -> list[Path]:
    r"""Write tables into a folder; no file is ever half written.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By the name that each file or sheet is to bear.
    folder : str or path
        Made if it is not there. Files of the same names are replaced; others are left alone.
    file_format : {"csv", "parquet", "xlsx"}
        One file per table, or one workbook `settlement.xlsx` with a sheet per table.
    notices : sequence of str, optional
        Sentences that must go with the tables: in `NOTICE.txt`, or on the first sheet. An empty sequence
        says that there are none, and a `NOTICE.txt` of an earlier writing goes.
    documents : mapping of str to str, optional
        Texts that go beside the tables, by the name of their file.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        No such format, or a table with more rows than a sheet has.
    MissingExtraError
        Parquet needs the extra `parquet`, a workbook the extra `excel`.
    OSError
        The folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = write_tables({"totals": pd.DataFrame({"earned_pence": [150]})}, folder)
    ...     [path.name for path in written], written[0].read_text()
    (['totals.csv'], 'earned_pence\n150\n')
    """
    if file_format not in get_args(FileFormat):
        fix = f"write one of: {', '.join(get_args(FileFormat))}"
        refuse("output", "unknown_value", column="file_format", value=file_format, fix=fix)
    target = Path(folder)
    files = _WRITERS[file_format](tables, notices or ()) | _text_files(documents or {})
    target.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".writing-", dir=target) as scratch:
        for name, write in files.items():
            write(Path(scratch, name))
        for name in files:
            Path(scratch, name).replace(target / name)
    if notices is not None and not notices:
        (target / NOTICE).unlink(missing_ok=True)  # of an earlier writing: it would no longer be true
    return [target / name for name in files]


def _csv_writers(tables: Mapping[str, pd.DataFrame], notices: Sequence[str]) -> Writers:
    write = partial(pd.DataFrame.to_csv, index=False, lineterminator="\n")
    return {f"{table}.csv": partial(write, frame) for table, frame in tables.items()} | _notice_file(notices)


def _parquet_writers(tables: Mapping[str, pd.DataFrame], notices: Sequence[str]) -> Writers:
    require_extra("pyarrow", "writing Parquet")
    write = partial(pd.DataFrame.to_parquet, engine="pyarrow", index=False)
    files: Writers = {f"{table}.parquet": partial(write, frame) for table, frame in tables.items()}
    return files | _notice_file(notices)


def _notice_file(notices: Sequence[str]) -> Writers:
    return _text_files({NOTICE: "".join(f"{notice}\n" for notice in notices)} if notices else {})


def _text_files(texts: Mapping[str, str]) -> Writers:
    return {
        name: partial(Path.write_text, data=text, encoding="utf-8", newline="\n")
        for name, text in texts.items()
    }


def _workbook_writers(tables: Mapping[str, pd.DataFrame], notices: Sequence[str]) -> Writers:
    require_extra("openpyxl", "writing a workbook")
    for table, frame in tables.items():
        if len(frame) > _SHEET_ROWS:
            fix = f"write csv or parquet: a sheet holds {_SHEET_ROWS:,} rows"
            refuse("output", "out_of_range", column=table, value=f"{len(frame):,} rows", fix=fix)
    sheets = {"notice": pd.DataFrame({"notice": list(notices)})} if notices else {}
    return {"settlement.xlsx": partial(_write_workbook, sheets | dict(tables))}


def _write_workbook(sheets: Mapping[str, pd.DataFrame], file: Path) -> None:
    with pd.ExcelWriter(file, engine="openpyxl") as writer:
        for name, frame in sheets.items():
            clean = frame.replace(_CONTROL_CHARACTERS, "\ufffd", regex=True)
            clean.to_excel(writer, sheet_name=name, index=False, freeze_panes=(1, 0))
            for row in writer.book[name].iter_rows():
                for cell in row:
                    if cell.data_type == "f":
                        cell.data_type = "s"  # a text that begins with '=' is no formula


_WRITERS: dict[str, Callable[[Mapping[str, pd.DataFrame], Sequence[str]], Writers]] = {
    "csv": _csv_writers,
    "parquet": _parquet_writers,
    "xlsx": _workbook_writers,
}
