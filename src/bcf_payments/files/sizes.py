"""How large a file may be: far above what tables of the fund need, and small enough to refuse in seconds."""

from __future__ import annotations

from pathlib import Path

from bcf_payments.files.book import SHEET_ROWS
from bcf_payments.files.faults import unreadable

MOST_BYTES = 256 * 2**20
"""Of a file, and of what a packed one holds: five million rows of fifty characters."""

MOST_ROWS = 5_000_000
"""151 areas, four waves and seven metrics make 4,228; this leaves room for a thousand nations."""

MOST_COLUMNS = 16_384
"""As many as a sheet has: what somebody once touched in the last of them must do no harm."""

MOST_CELLS = 50_000_000
"""Ten columns of the most rows."""


def read_bytes(file: Path, table: str) -> bytes:
    """The bytes of a file, if it is one of a size to read; a device without an end is none."""
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        unreadable(table, f"{file.name}: {error.strerror}", "make it a file that you may read")
    check_bytes(len(data), table, file.name)
    return data


def check_bytes(count: int, table: str, name: str) -> None:
    """Refuse a file that holds more than any table needs."""
    _check(count, MOST_BYTES, "bytes", table, name)


def check_cells(rows: int, columns: int, table: str, name: str) -> None:
    """Refuse a table that has more rows, columns or cells than any needs."""
    _check(rows, MOST_ROWS, "rows", table, name)
    _check(columns, MOST_COLUMNS, "columns", table, name)
    _check(rows * columns, MOST_CELLS, "cells", table, name)


def check_sheet(rows: int, cells: int, table: str, name: str) -> None:
    """Refuse a sheet that says of itself that it has more than sheets have, blank rows and cells included."""
    _check(rows, SHEET_ROWS, "rows", table, name)
    _check(cells, MOST_CELLS, "cells", table, name)


def _check(count: int, most: int, what: str, table: str, name: str) -> None:
    if count > most:
        fix = f"keep the rows and columns that the table needs: at most {most:,} {what}"
        unreadable(table, f"{name}: {count:,} {what}", fix)
