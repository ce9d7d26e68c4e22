"""Tables out: CSV, Parquet or a workbook, all of them or none."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Literal, TypeAlias, get_args

import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from bcf_payments.errors import require_extra
from bcf_payments.files.book import book_of_tables
from bcf_payments.files.cells import as_text, with_short_decimals
from bcf_payments.files.faults import guarded, refuse
from bcf_payments.files.replacing import Writers, write_files
from bcf_payments.given import notices_of, take, take_folder, take_path, take_sentences, take_table

FileFormat: TypeAlias = Literal["csv", "parquet", "xlsx"]

NOTICE = "NOTICE.txt"
WORKBOOK = "settlement.xlsx"


def write_tables(
    tables: Mapping[str, pd.DataFrame | None],
    path: str | os.PathLike[str],
    *,
    file_format: FileFormat | None = None,
    notices: Sequence[str] | None = None,
    documents: Mapping[str, str] | None = None,
) -> list[Path]:
    r"""Write tables into a folder or a workbook: all files, or, where one cannot be written, none.

    No file is ever half written. Should the writing be killed just as its files take their places, the next
    one into the folder finishes it first, and until then `read_tables` refuses the folder.

    What `read_tables` reads back settles to the same figures and has the same digests.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        By the name that each file or sheet is to bear. A table that is None is left out.
    path : str or path
        A folder, made if it is not there; or the name of a workbook, which ends in `.xlsx`. Files of the
        same names are replaced; others are left alone.
    file_format : {"csv", "parquet", "xlsx"}, optional
        Into a folder: one file per table (by default CSV), or one workbook `settlement.xlsx` with a sheet
        per table.
    notices : sequence of str, optional
        Sentences that must go with the tables: in `NOTICE.txt`, or on the first sheet. By default those
        that the tables carry, as `load_example`'s do. An empty sequence says that there are none, and a
        `NOTICE.txt` of an earlier writing goes.
    documents : mapping of str to str, optional
        Texts that go beside the tables, by the name of their file.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    InputError
        No such format, or more rows or longer texts than a sheet holds.
    MissingExtraError
        Parquet needs the extra `parquet`, a workbook the extra `excel`.
    OSError
        The folder cannot be written.

    Notes
    -----
    Text that a spreadsheet would take for a formula (it begins with `=`, `+`, `-`, `@`, a tab or a line end,
    and is no number) stays text: in a workbook as a cell of text, in a CSV file behind an apostrophe, which
    `read_tables` takes off again.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     written = write_tables({"totals": pd.DataFrame({"earned_pence": [150]})}, folder)
    ...     [path.name for path in written], written[0].read_text()
    (['totals.csv'], 'earned_pence\n150\n')
    """
    target, wanted = take_path(path), file_format or "csv"
    workbook = WORKBOOK
    if target.suffix.lower() == ".xlsx" and not target.is_dir() and file_format in {None, "xlsx"}:
        target, workbook, wanted = target.parent, target.name, "xlsx"
    else:
        target = take_folder(target)
    if wanted not in get_args(FileFormat):
        fix = f"write one of: {', '.join(get_args(FileFormat))}"
        refuse("output", "unknown_value", column="file_format", value=wanted, fix=fix)
    frames = _named_tables(tables)
    said = notices_of(frames) if notices is None else take_sentences(notices, "notices")
    if wanted != "parquet":
        frames = {name: with_short_decimals(frame) for name, frame in frames.items()}
    if wanted == "xlsx":
        files: Writers = {workbook: book_of_tables(frames, said).save}
    else:
        files = _WRITERS[wanted](frames) | _notice_file(said)
    beside = take(
        documents or {}, Mapping, "documents", "give texts by the name of their file: {'name.txt': text}"
    )
    written = write_files(files | text_files(beside), target)
    if notices is not None and not notices:
        (target / NOTICE).unlink(missing_ok=True)  # of an earlier writing: it would no longer be true
    return written


def _named_tables(tables: Mapping[str, pd.DataFrame | None]) -> dict[str, pd.DataFrame]:
    """The tables by name, without those that are left out."""
    fix = "give the tables by name: {'payments': settlement.payments}, or example._asdict()"
    given = take(tables, Mapping, "tables", fix)
    return {str(name): take_table(table, str(name)) for name, table in given.items() if table is not None}


def text_files(texts: Mapping[str, str]) -> Writers:
    """What writes texts into files, by name."""
    return {
        name: partial(Path.write_text, data=text, encoding="utf-8", newline="\n")
        for name, text in texts.items()
    }


def _notice_file(notices: Sequence[str]) -> Writers:
    return text_files({NOTICE: "".join(f"{notice}\n" for notice in notices)} if notices else {})


def _csv_writers(tables: Mapping[str, pd.DataFrame]) -> Writers:
    return {f"{table}.csv": partial(_write_csv, frame) for table, frame in tables.items()}


def _write_csv(frame: pd.DataFrame, file: Path) -> None:
    safe = frame.set_axis([guarded(str(name)) for name in frame.columns], axis=1)
    returns = False
    for at, column in enumerate(column for _, column in frame.items()):
        if not is_numeric_dtype(column) and not is_bool_dtype(column):
            cells = column.astype(object)
            returns |= any("\r" in cell for cell in cells if isinstance(cell, str))
            shown = [guarded(cell) if isinstance(cell, str) else cell for cell in cells]
            safe.isetitem(at, pd.Series(shown, dtype=object).array)
    # Python quotes a carriage return for its own sake only from version 3.13 on.
    quoting: Literal[0, 1] = csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
    safe.to_csv(file, index=False, lineterminator="\n", quoting=quoting)


def _parquet_writers(tables: Mapping[str, pd.DataFrame]) -> Writers:
    arrow = require_extra("pyarrow", "writing Parquet")
    require_extra("pyarrow", "writing Parquet", "pyarrow.parquet")
    return {f"{table}.parquet": partial(_write_parquet, frame, arrow) for table, frame in tables.items()}


def _write_parquet(frame: pd.DataFrame, arrow: ModuleType, file: Path) -> None:
    """Write a table as Parquet; a column of objects of many kinds as text."""
    stored = pd.DataFrame(frame).set_axis([str(name) for name in frame.columns], axis=1)
    for at, column in enumerate(column for _, column in frame.items()):
        if column.dtype == object:
            try:
                arrow.array(column, from_pandas=True)
            except (arrow.ArrowException, OverflowError):
                stored.isetitem(at, column.map(as_text, na_action="ignore").array)
    stored.to_parquet(file, engine="pyarrow", index=False)


_WRITERS: dict[str, Callable[[Mapping[str, pd.DataFrame]], Writers]] = {
    "csv": _csv_writers,
    "parquet": _parquet_writers,
}


def write_page(page: str, path: str | os.PathLike[str]) -> Path:
    """Write a page into a file, which is never half written."""
    file = take_path(path)
    return write_files(text_files({file.name: page}), file.parent)[0]
