"""CSV files: what they must be, and every way in which they are not."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bcf_payments.files.cells import FILL_IN, frame_of_cells
from bcf_payments.files.faults import unguarded, unreadable
from bcf_payments.files.sizes import check_bytes, check_cells, read_bytes
from bcf_payments.tables.shapes import is_prose

SAVE_AS_CSV = "save the file as 'CSV UTF-8 (comma delimited)'"

_WRONG_SEPARATORS = {";": "semicolons", "|": "vertical bars"}
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LINES_NAMED = 5


def parse_csv(data: bytes, table: str, name: str) -> pd.DataFrame:
    """Read the table in the bytes of a CSV file.

    Parameters
    ----------
    data : bytes
        UTF-8, with or without a byte-order mark, or what Excel saves besides: UTF-16 with one, or
        Windows-1252. Cells divided by commas, or by tabs; headings in the first row. An apostrophe that
        keeps a text from being a formula is not part of the text.
    table : str
        The table that faults are reported under.
    name : str
        The name of the file, for the same purpose.

    Returns
    -------
    DataFrame
        As `read_tables` describes it.

    Raises
    ------
    InputError
        The bytes are not such a file.
    """
    return frame_of_cells(csv_cells(data, table, name), table, name, f"{name} line ")


def csv_cells(data: bytes, table: str, name: str) -> pd.DataFrame:
    """The cells of a CSV file as text, each row under the number of its line."""
    check_bytes(len(data), table, name)
    text = _decoded(data, table, name)
    separator = _separator(text)
    width, lines = _measured(text, separator, table, name)
    cells = pd.read_csv(
        io.StringIO(text, newline=""),
        sep=separator,
        header=None,
        names=range(width),
        index_col=False,
        dtype=str,
        keep_default_na=False,
        na_values=[""],
        skip_blank_lines=False,
    )
    cells.index = pd.Index(lines)
    return cells.map(unguarded, na_action="ignore") if "'" in text else cells


def read_csv(file: Path, table: str) -> pd.DataFrame:
    """Read the table in a CSV file, which `parse_csv` describes."""
    return parse_csv(read_bytes(file, table), table, file.name)


def _decoded(data: bytes, table: str, name: str) -> str:
    """Decode a CSV file, if it is text and not some other kind of file."""
    if data.startswith(b"PK\x03\x04"):
        unreadable(table, f"{name}: a workbook or zip file", f"open it and {SAVE_AS_CSV}")
    if data.startswith(_UTF_16):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            unreadable(table, f"{name}: broken UTF-16 text", SAVE_AS_CSV)
    if b"\0" in data:
        unreadable(table, f"{name}: not a text file", SAVE_AS_CSV)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _windows_text(data, table, name)


def _windows_text(data: bytes, table: str, name: str) -> str:
    """Decode what Excel on Windows saves as plain CSV."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        unreadable(table, f"{name}, line {line}: neither UTF-8 nor Windows text", SAVE_AS_CSV)


def _separator(text: str) -> str:
    """A tab where tabs and no commas divide the headings, else a comma."""
    headings = next((line for line in io.StringIO(text, newline="") if line.strip(", \t\r\n")), "")
    return "\t" if "\t" in headings and "," not in headings else ","


def _measured(text: str, separator: str, table: str, name: str) -> tuple[int, list[int]]:
    """The width of the widest row, if all that are not blank have that of the headings; the line of each."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    headings: list[str] = []
    blank: list[str] = []
    ragged: list[int] = []
    notes: list[int] = []  # below the table, unless more of it follows
    lines = [1]
    try:
        for row in rows:
            lines.append(rows.line_num + 1)
            filled = sum(1 for cell in row if cell.strip())
            if not filled:
                blank = max(blank, row, key=len)
            elif len(headings) <= 1 < len(row) or not headings:
                _check_separator(headings, table, name)
                headings, notes = row, []  # one cell alone in the first rows is a title
                check_cells(1, len(headings), table, name)
            elif filled == 1 and is_prose(row[0]) and len(row) < len(headings):
                notes.append(rows.line_num)
            else:
                ragged += [*notes, rows.line_num] if len(row) != len(headings) else notes
                notes = []
    except csv.Error as error:
        fix = f"mend the quotation marks there, or {SAVE_AS_CSV}"
        unreadable(table, f"{name}, line {rows.line_num}: {error}", fix)
    if not headings:
        unreadable(table, f"{name}: an empty file", FILL_IN)
    _check_separator(headings, table, name)
    if ragged:
        fix = (
            f"give every row {len(headings)} cells, as the headings have: "
            "numbers without commas, texts in quotes"
        )
        unreadable(table, f"{name}, {_lines(ragged)}: more or fewer cells than headings", fix)
    width = max(len(headings), len(blank))
    check_cells(len(lines), width, table, name)
    return width, lines[:-1]


def _check_separator(headings: Sequence[str], table: str, name: str) -> None:
    if len(headings) == 1:
        for separator, title in _WRONG_SEPARATORS.items():
            if separator in headings[0]:
                fix = f"{SAVE_AS_CSV}: commas, not {title}, between the cells"
                unreadable(table, f"{name}: cells divided by {title}", fix)


def _lines(numbers: Sequence[int]) -> str:
    named = ", ".join(map(str, numbers[:_LINES_NAMED]))
    more = f" and {len(numbers) - _LINES_NAMED:,} more" if len(numbers) > _LINES_NAMED else ""
    return f"line{'s' if len(numbers) > 1 else ''} {named}{more}"
