"""What every row of an input table must obey: one rule, one reason, one fix."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.exact.numbers import BoolArray
from bcf_payments.schemes.patterns import matcher
from bcf_payments.tables.keyed import Keyed, as_array, keyed_cells, repeated
from bcf_payments.tables.places import cell_places
from bcf_payments.words import briefly, nearest, one_of

Reason: TypeAlias = Literal[
    "missing_table",
    "unreadable_file",
    "missing_column",
    "duplicate_column",
    "duplicate_row",
    "missing_row",
    "missing_value",
    "not_a_number",
    "out_of_range",
    "bad_code",
    "unknown_area",
    "unknown_value",
]

TRUTHS = {"true": 1, "yes": 1, "1": 1, "1.0": 1, "false": 0, "no": 0, "0": 0, "0.0": 0}
"""How a condition may be written, in any case."""

WORDS = frozenset(
    {
        "area_code",
        "area_name",
        "region",
        "wave",
        "metric",
        "line",
        "direction",
        "plan_status",
        "component",
        "contributor",
        "contributor_type",
        "partner",
        "kind",
    }
)
"""Columns of words."""

WRITE_A_CODE = "write an area code"
"""The fix of a code that is none; a code to go by is added where areas are known."""

SUGGESTED = 200
"""So many different bad values of a column get a suggestion; one with more is broken in another way."""

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}.*)?", re.ASCII)


class Sheet:
    """A table whose columns are read once, however many rules look at them.

    Blanks around codes, names and other words are no part of them.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        # A table of its own over the same data: the caller's attributes would be copied with every column.
        self.frame = pd.DataFrame(frame)
        self._whole, self._rows = frame, np.arange(len(frame))
        self._columns = frozenset(frame.columns)
        self._arrays: dict[str, npt.NDArray[Any]] = {}
        self._keyed: dict[str, Keyed] = {}
        self._rejected: dict[tuple[str, Callable[[Any], bool]], BoolArray] = {}

    def __len__(self) -> int:
        return len(self.frame)

    def has(self, *columns: str) -> bool:
        """Whether the table has all of some columns."""
        return self._columns.issuperset(columns)

    def only(self, chosen: BoolArray) -> Sheet:
        """Some rows of the table, which keep their places."""
        part = Sheet(self.frame[chosen])
        part._whole, part._rows = self._whole, self._rows[chosen]
        return part

    def assigned(self, column: str, values: Any) -> Sheet:
        """The table with other values in a column, or one column more, its rows where they were."""
        other = Sheet(self.frame.assign(**{column: values}))
        other._whole, other._rows = self._whole, self._rows
        return other

    def places(self, column: str, rows: npt.NDArray[np.intp] | slice = slice(None)) -> list[str]:
        """Where cells of a column stand: in the file that they were read from, if they still do."""
        return cell_places(self._whole, self._rows[rows], column)

    def array(self, column: str) -> npt.NDArray[Any]:
        """A column as an array: see `as_array`."""
        if column not in self._arrays:
            values = self.frame[column]
            words = column in WORDS and getattr(values.dtype, "kind", "O") == "O"
            self._arrays[column] = self.keyed(column).array() if words else as_array(values)
        return self._arrays[column]

    def keyed(self, column: str) -> Keyed:
        """The cells of a column by number, without blanks around words: see `Keyed`."""
        if column not in self._keyed:
            cells = keyed_cells(self.frame[column])
            self._keyed[column] = cells.trimmed() if column in WORDS else cells
        return self._keyed[column]

    def cells(self, column: str) -> list[Any]:
        """The cells of a column as Python objects; what cannot be a key stands as its text."""
        return self.keyed(column).cells

    def distinct(self, column: str) -> list[Any]:
        """The different cells of a column."""
        return self.keyed(column).different

    def rejected(self, column: str, accepts: Callable[[Any], bool]) -> BoolArray:
        """True where a cell is not accepted; each different cell is looked at once by each that asks."""
        if (column, accepts) not in self._rejected:
            self._rejected[column, accepts] = ~self.keyed(column).map(accepts, bool)
        return self._rejected[column, accepts]


@dataclass(frozen=True, eq=False)
class RowRule:
    """One demand on some columns of a table.

    Parameters
    ----------
    name : str
        What it demands.
    columns : tuple of str
        The columns that it looks at, one by one; those that a table lacks are passed over.
    bad : callable
        `bad(sheet, column)` is True for the rows at fault.
    reason : callable
        `reason(value)` is the machine-readable reason of a fault.
    fix : callable
        `fix(value)` says what to do about it.
    plain_fix : callable, optional
        The same without the search for what may have been meant.
    """

    name: str
    columns: tuple[str, ...]
    bad: Callable[[Sheet, str], BoolArray]
    reason: Callable[[object], Reason]
    fix: Callable[[object], str]
    plain_fix: Callable[[object], str] | None = None

    def holds(self, sheet: Sheet) -> bool:
        """Whether no row is at fault."""
        return not any(self.bad(sheet, column).any() for column in self._present(sheet))

    def holds_by_row(self, frame: pd.DataFrame) -> pd.Series[Any]:
        """Whether each row of a table is free of fault, as checks of pandera answer."""
        sheet = Sheet(frame)
        good = np.ones(len(sheet), dtype=bool)
        for column in self._present(sheet):
            good &= ~self.bad(sheet, column)
        return pd.Series(good, index=frame.index)

    def problems(self, sheet: Sheet, table: str) -> pd.DataFrame:
        """The faults, a row each."""
        parts = []
        for column in self._present(sheet):
            rows = sheet.only(self.bad(sheet, column))
            cells = rows.cells(column)
            # A cell is known by its type too: True and 1 are equal.
            reasons = {key: self.reason(key[1]) for key in {(type(cell), cell) for cell in cells}}
            values = [written(cell) for cell in cells]
            fixes = self._fixes(values)
            keys = {
                key: [written(cell) for cell in rows.cells(key)]
                for key in ("area_code", "area_name", "wave", "metric")
                if rows.has(key)
            }
            faults = {
                "table": table,
                "reason": [reasons[type(cell), cell] for cell in cells],
                **keys,
                "column": column,
                "value": values,
                "place": rows.places(column),
                "fix": [fixes[value] for value in values],
            }
            parts.append(pd.DataFrame(faults))
        return pd.concat(parts, ignore_index=True)

    def _fixes(self, values: list[str]) -> dict[str, str]:
        """The fix of each different value; of very many, the later ones have one without a suggestion."""
        different = list(dict.fromkeys(values))
        fixes = {value: self.fix(value) for value in different[:SUGGESTED]}
        return fixes | {value: (self.plain_fix or self.fix)(value) for value in different[SUGGESTED:]}

    def _present(self, sheet: Sheet) -> list[str]:
        return [column for column in self.columns if sheet.has(column)]


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing: None, NaN, NaT, NA, or only white space."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, Decimal):
        return value.is_nan()
    return isinstance(value, (float, np.generic)) and bool(value != value)  # noqa: PLR0124 - NaN


def written(value: object) -> str:
    """A cell as a person would find it in the table."""
    if isinstance(value, str):
        return value if value.strip() else ""
    return "" if is_blank(value) else briefly(value)


def code_rule(pattern: str) -> RowRule:
    """Area codes must match the scheme's pattern."""
    well_formed = matcher(pattern)

    def fix(value: object) -> str:
        if well_formed(value):
            return "give the codes as text, not as numbers (.astype(str))"
        tidy = str(value).strip().upper()
        if well_formed(tidy):
            return f"write {tidy}, in capitals and without spaces"
        return WRITE_A_CODE

    return RowRule(
        "well_formed_code",
        ("area_code",),
        lambda sheet, column: sheet.rejected(column, well_formed),
        lambda _: "bad_code",
        fix,
    )


def known_rule(column: str, known: Iterable[str]) -> RowRule:
    """Values must be among the known ones."""
    options = list(known)
    return RowRule(
        "known_value",
        (column,),
        lambda sheet, name: sheet.rejected(name, lambda value: value in options),
        lambda _: "unknown_value",
        lambda value: nearest(value, options),
        lambda _: one_of(options),
    )


def or_blank(rule: RowRule) -> RowRule:
    """The same demand on cells that are filled in."""

    def bad(sheet: Sheet, column: str) -> BoolArray:
        filled = sheet.rejected(column, is_blank)
        return np.asarray(rule.bad(sheet, column) & filled, dtype=bool)

    return replace(rule, bad=bad)


def unique_rule(keys: tuple[str, ...]) -> RowRule:
    """A key may stand only once; every row that repeats an earlier one is at fault."""

    def repeats(sheet: Sheet, _: str) -> BoolArray:
        if not sheet.has(*keys):
            return np.zeros(len(sheet), dtype=bool)
        return repeated([sheet.keyed(key) for key in keys])

    return RowRule(
        "unique_key",
        keys[:1],
        repeats,
        lambda _: "duplicate_row",
        lambda _: f"keep one row for each {', '.join(keys)}",
    )


def filled_rule(columns: tuple[str, ...]) -> RowRule:
    """Values must not be blank."""
    return RowRule(
        "filled_in",
        columns,
        lambda sheet, column: sheet.rejected(column, lambda value: not is_blank(value)),
        lambda _: "missing_value",
        lambda _: "fill the cell in",
    )


def truth(value: object) -> int | None:
    """1 for yes, 0 for no, -1 for a blank, None for anything else."""
    if is_blank(value):
        return -1
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    return TRUTHS.get(str(value).strip().lower())


def truth_rule(columns: tuple[str, ...]) -> RowRule:
    """Conditions must be written as yes or no in one of the accepted ways, or left blank."""
    return RowRule(
        "yes_or_no",
        columns,
        lambda sheet, column: sheet.rejected(column, lambda value: truth(value) is not None),
        lambda _: "unknown_value",
        lambda _: "write true or false (yes/no and 1/0 will do)",
    )


def as_date(value: object) -> dt.date | None:
    """A day from a date, a timestamp or an ISO text of either; None for anything else."""
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str) and _ISO_DATE.fullmatch(value.strip()):
        try:
            return dt.datetime.fromisoformat(value.strip()).date()
        except ValueError:
            return None
    return None


def date_rule(column: str) -> RowRule:
    """Days must be ISO dates, or left blank."""
    return RowRule(
        "iso_date",
        (column,),
        lambda sheet, name: sheet.rejected(name, lambda value: is_blank(value) or as_date(value) is not None),
        lambda _: "unknown_value",
        lambda _: "write the day as YYYY-MM-DD",
    )
