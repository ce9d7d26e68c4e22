"""What every row of an input table must obey: one rule, one reason, one fix, checked by pandera."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from bcf_payments.exact import BoolArray, as_fraction

if TYPE_CHECKING:
    import pandera.pandas as pa

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

SUGGESTED = 200
"""So many different misspelt values get a suggestion; a table with more is broken in another way."""

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True)
class Rule:
    """One demand on some columns of a table.

    Parameters
    ----------
    reason : str
        The machine-readable reason of its problems.
    columns : tuple of str
        The columns that it looks at, one by one; those that a table lacks are passed over.
    bad : callable
        `bad(frame, column)` is True for the rows at fault.
    fix : callable
        `fix(value)` says what to do about a value.
    """

    reason: Reason
    columns: tuple[str, ...]
    bad: Callable[[pd.DataFrame, str], BoolArray]
    fix: Callable[[object], str]

    def holds(self, frame: pd.DataFrame) -> bool:
        """Whether no row is at fault."""
        return not any(self.bad(frame, column).any() for column in self._present(frame))

    def holds_by_row(self, frame: pd.DataFrame) -> pd.Series[bool]:
        """Whether each row is free of fault."""
        good = np.ones(len(frame), dtype=bool)
        for column in self._present(frame):
            good &= ~self.bad(frame, column)
        return pd.Series(good, index=frame.index)

    def problems(self, frame: pd.DataFrame, table: str) -> pd.DataFrame:
        """The faults, a row each."""
        parts = []
        for column in self._present(frame):
            rows = frame[self.bad(frame, column)]
            values = [written(value) for value in rows[column].tolist()]
            fixes = {value: self.fix(value) for value in dict.fromkeys(values)}
            keys = {
                key: [written(value) for value in rows[key].tolist()]
                for key in ("area_code", "wave", "metric")
                if key in rows
            }
            parts.append(
                pd.DataFrame(
                    {"table": table, "reason": self.reason, **keys, "column": column, "value": values}
                    | {"fix": [fixes[value] for value in values]}
                )
            )
        return pd.concat(parts, ignore_index=True)

    def check(self, *, by_row: bool) -> pa.Check:
        """The rule as a pandera check of the whole table, by row or with one answer for all rows."""
        import pandera.pandas as pa

        name = f"{self.reason}: {', '.join(self.columns)}"
        return pa.Check(self.holds_by_row if by_row else self.holds, name=name)

    def _present(self, frame: pd.DataFrame) -> list[str]:
        return [column for column in self.columns if column in frame]


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing: None, NaN, NaT, NA, or only white space."""
    if value is None or value is pd.NA or value is pd.NaT:
        return True
    if isinstance(value, str):
        return not value.strip()
    return isinstance(value, float) and value != value  # noqa: PLR0124 - only NaN differs from itself


def written(value: object) -> str:
    """A cell as a person would find it in the table."""
    return "" if is_blank(value) else str(value)


def suggester(known: Iterable[str]) -> Callable[[object], str]:
    """A fix that names the nearest known value, or all of them."""
    options = list(known)
    budget = [SUGGESTED]

    def fix(value: object) -> str:
        budget[0] -= 1
        near = get_close_matches(str(value).lower(), options, n=1) if budget[0] >= 0 else []
        return f"did you mean {near[0]}?" if near else f"write one of: {', '.join(options)}"

    return fix


def rejected(values: Sequence[object], accepts: Callable[[Any], bool]) -> BoolArray:
    """True where a value is not accepted; each different value is looked at once."""
    try:
        refused = {value for value in set(values) if not accepts(value)}
    except TypeError:
        return np.array([not accepts(value) for value in values], dtype=bool)
    if not refused:
        return np.zeros(len(values), dtype=bool)
    return np.array([value in refused for value in values], dtype=bool)


def code_rule(pattern: str) -> Rule:
    """Area codes must match the scheme's pattern."""
    expression = re.compile(pattern)

    def well_formed(value: object) -> bool:
        return isinstance(value, str) and expression.fullmatch(value) is not None

    return Rule(
        "bad_code",
        ("area_code",),
        lambda frame, column: rejected(frame[column].tolist(), well_formed),
        lambda _: f"write an area code that matches {pattern}",
    )


def known_rule(column: str, known: Iterable[str]) -> Rule:
    """Values must be among the known ones."""
    options = list(known)
    return Rule(
        "unknown_value",
        (column,),
        lambda frame, name: rejected(frame[name].tolist(), lambda value: value in options),
        suggester(options),
    )


def unique_rule(keys: tuple[str, ...]) -> Rule:
    """A key may stand only once; every row that repeats an earlier one is at fault."""

    def repeats(frame: pd.DataFrame, _: str) -> BoolArray:
        if not set(keys) <= set(frame.columns):
            return np.zeros(len(frame), dtype=bool)
        rows = list(zip(*(map(str, frame[key].tolist()) for key in keys), strict=True))
        if len(set(rows)) == len(rows):
            return np.zeros(len(rows), dtype=bool)
        return pd.Series(rows).duplicated().to_numpy()

    return Rule("duplicate_row", keys[:1], repeats, lambda _: f"keep one row for each {', '.join(keys)}")


def filled_rule(columns: tuple[str, ...]) -> Rule:
    """Values must not be blank."""
    return Rule(
        "missing_value",
        columns,
        lambda frame, column: rejected(frame[column].tolist(), lambda value: not is_blank(value)),
        lambda _: "fill the cell in",
    )


def number_rules(columns: tuple[str, ...], *, above_zero: bool) -> tuple[Rule, Rule]:
    """Values must be finite numbers of at least 0, or above 0."""
    limit = "above 0" if above_zero else "of at least 0"
    return (
        Rule(
            "not_a_number",
            columns,
            lambda frame, column: _number_faults(frame[column], above_zero=above_zero)[0],
            _number_fix,
        ),
        Rule(
            "out_of_range",
            columns,
            lambda frame, column: _number_faults(frame[column], above_zero=above_zero)[1],
            lambda _: f"write a finite number {limit}",
        ),
    )


def _number_faults(values: pd.Series[Any], *, above_zero: bool) -> tuple[BoolArray, BoolArray]:
    """Where a column holds no numbers, and where it holds numbers that are out of range."""
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in "iuf":
        array = values.to_numpy()
        small = array <= 0 if above_zero else array < 0
        if array.dtype.kind != "f":
            return np.zeros(len(array), dtype=bool), small
        return np.isnan(array), small | np.isinf(array)
    kinds = np.array([_kind(value, above_zero=above_zero) for value in values.tolist()], dtype=object)
    return kinds == "text", kinds == "range"


def _kind(value: object, *, above_zero: bool) -> str:
    if isinstance(value, float) and value in {float("inf"), float("-inf")}:
        return "range"
    try:
        number = as_fraction(value)
    except ValueError:
        return "text"
    return "range" if number < 0 or (above_zero and number == 0) else "good"


def _number_fix(value: object) -> str:
    text = str(value).strip()
    if not text:
        return "write a number, or leave the row out if it is not known"
    if text.endswith("%"):
        return "leave the percent sign out, and put 100 in the denominator"
    if re.fullmatch(r"[+-]?\d{1,3}([,' ]\d{3})+(\.\d+)?", text):
        return f"leave the thousands separators out: {re.sub(r'[^0-9.+-]', '', text)}"
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        return f"write the decimal with a point: {text.replace(',', '.')}"
    return "write a number such as 1234, 12.5 or 1/12"


def truth(value: object) -> int | None:
    """1 for yes, 0 for no, -1 for a blank, None for anything else."""
    if is_blank(value):
        return -1
    if isinstance(value, (bool, np.bool_)):
        return int(value)
    return TRUTHS.get(str(value).strip().lower())


def truth_rule(columns: tuple[str, ...]) -> Rule:
    """Conditions must be written as yes or no in one of the accepted ways, or left blank."""
    return Rule(
        "unknown_value",
        columns,
        lambda frame, column: rejected(frame[column].tolist(), lambda value: truth(value) is not None),
        lambda _: "write true or false (yes/no and 1/0 will do)",
    )


def as_date(value: object) -> dt.date | None:
    """A day from a date, a timestamp or an ISO text; None for anything else."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str) and _ISO_DATE.fullmatch(value.strip()):
        try:
            return dt.date.fromisoformat(value.strip())
        except ValueError:
            return None
    return None


def date_rule(column: str) -> Rule:
    """Days must be ISO dates, or left blank."""
    return Rule(
        "unknown_value",
        (column,),
        lambda frame, name: rejected(
            frame[name].tolist(), lambda value: is_blank(value) or as_date(value) is not None
        ),
        lambda _: "write the day as YYYY-MM-DD",
    )
