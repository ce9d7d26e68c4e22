"""Where the cells of a table stand in the file that they were read from."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

PLACES = "places"
"""What `attrs` of a table call them."""

SHEET_END = "!"
"""How the name of a sheet ends in front of a cell."""


class Places(str):
    """Where the cells of a table stand: its text is what comes before the number of a row.

    That is `plans!` for a sheet, `plans.csv line ` or `areas.parquet row ` for a file. A text, as pandas
    writes what a table carries into Parquet as JSON; what else it remembers stays in this process.

    Parameters
    ----------
    before : str
        What comes before the number of a row.
    frame : DataFrame
        The table as it was read: a place holds only while the row is still the one that was read.
    rows : array of int
        The numbers of its rows in the file.
    header : int, optional
        That of the headings.
    columns : mapping of str to int
        The positions of the columns, where they have letters.
    """

    def __new__(cls, before: str, *_: object) -> Self:
        """Be the text that comes before the number of a row."""
        return super().__new__(cls, before)

    def __init__(
        self,
        before: str,
        frame: pd.DataFrame,
        rows: npt.NDArray[Any],
        header: int = 0,
        columns: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self._frame, self._rows, self._columns = frame.copy(deep=False), rows, columns
        number = f"{header}:{header}" if before.endswith(SHEET_END) else str(header)
        self._header = f"{before}{number}" if header else ""

    def headings(self, frame: pd.DataFrame) -> str:
        """Where the headings stand, if the table has all columns that were read."""
        return self._header if set(self._frame.columns) <= set(frame.columns) else ""

    def of(self, frame: pd.DataFrame, rows: npt.NDArray[np.intp], column: str) -> list[str] | None:
        """Where cells of a column stand, in rows by position; None where the rows were changed."""
        if len(frame) != len(self._frame):
            return None
        kept = [name for name in self._frame.columns if name in frame.columns]
        now, then = (table[kept].iloc[rows].astype(object) for table in (frame, self._frame))
        if not now.reset_index(drop=True).equals(then.reset_index(drop=True)):
            return None
        numbers = self._rows[rows].tolist()
        if not self.endswith(SHEET_END):
            return [f"{self}{number}" for number in numbers]
        if column not in self._columns:
            return [f"{self}{number}:{number}" for number in numbers]
        letters = letters_of(self._columns[column])
        return [f"{self}{letters}{number}" for number in numbers]

    def __deepcopy__(self, _: object) -> Self:
        """What a table carries is copied whenever the table goes through an operation."""
        return self

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """Into another process goes no second copy of the table."""
        return str, (str(self),)


def remember(frame: pd.DataFrame, places: Places) -> pd.DataFrame:
    """The table, carrying where it stands."""
    frame.attrs[PLACES] = places
    return frame


def places_of(frame: pd.DataFrame) -> Places | None:
    """Where a table was read from, if it still carries that."""
    places = frame.attrs.get(PLACES)
    return places if isinstance(places, Places) else None


def cell_places(frame: pd.DataFrame, rows: npt.NDArray[np.intp], column: str) -> list[str]:
    """Where cells of a column stand, in rows by position: in a file, or else in the table, counted from 1."""
    places = places_of(frame)
    found = places.of(frame, rows, column) if places else None
    return [f"row {row + 1}" for row in rows.tolist()] if found is None else found


def header_place(frame: pd.DataFrame) -> str:
    """Where the headings of a table stand; blank where that is not known."""
    places = places_of(frame)
    return places.headings(frame) if places else ""


def letters_of(column: int) -> str:
    """What a sheet calls a column, counted from 0.

    Examples
    --------
    >>> [letters_of(column) for column in (0, 25, 26, 701, 702)]
    ['A', 'Z', 'AA', 'ZZ', 'AAA']
    """
    before, letter = divmod(column, 26)
    return (letters_of(before - 1) if before else "") + chr(ord("A") + letter)
