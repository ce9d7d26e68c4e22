"""The tables that go out, as pandera models: what every settlement promises of its columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandas.api.types import infer_dtype
from pandera.typing import Series

from bcf_payments import hints
from bcf_payments.names import HELD_NAMES, SLOT_KEY, STATUS_NAMES
from bcf_payments.tables.meanings import is_beside, meaning

UNITS = ("", "per_cent", "per_100_000", "ratio", "count")
MEASURES = ("allocated", "pot", "earned", "withheld")


_CELLS = {
    "O": ("string", "empty"),
    "i": ("integer", "empty"),
    "f": ("floating", "integer", "mixed-integer-float", "empty"),
    "b": ("boolean", "empty"),
}
"""What the cells of a column may be, by the kind of the column, to be read as the library's own."""


class OutputTable(pa.DataFrameModel):
    """A table with these columns in this order and no others, whatever holds them.

    A table that was written and read again passes: blanks of text that were read as missing, and nullable,
    Arrow, category and object columns become what they were; what files hold beside for people goes.
    """

    class Config:
        strict = True
        ordered = True

    @pa.dataframe_parser
    @classmethod
    def in_own_types(cls, table: pd.DataFrame) -> pd.DataFrame:
        """Columns as the library's own tables have them; a column with other cells stays, and is refused."""
        own = {
            name: _in_type(table[name], column.dtype.type)
            for name, column in cls.to_schema().columns.items()
            if name in table
        }
        if not table.columns.is_unique:
            return table
        beside = [name for name in table if name not in cls.to_schema().columns and is_beside(str(name))]
        return table.assign(**own).drop(columns=beside)

    @classmethod
    def to_schema(cls) -> pa.DataFrameSchema:
        """The schema, in which each column says what it means."""
        schema = super().to_schema()
        for name, column in schema.columns.items():
            column.description = meaning(name)
        return schema


def _in_type(column: pd.Series[Any], dtype: Any) -> pd.Series[Any]:
    """The column in a type, if all of its cells are of that type; missing ones stay missing."""
    dtype = np.dtype(object) if dtype.kind == "U" else dtype  # before version 3 pandas keeps text as objects
    missing = column.isna()
    cells = column.astype(object).where(~missing, None)
    if infer_dtype(cells) not in _CELLS[dtype.kind] or (dtype.kind in "ib" and missing.any()):
        return column
    try:
        return cells.astype(dtype)
    except OverflowError:  # an integer beyond 64 bits
        return column


class Allocations(OutputTable):
    """Money by area and component, in whole pence."""

    area_code: Series[str]
    component: Series[str]
    kind: Series[str] = pa.Field(isin=("formula", "performance"))
    amount_pence: Series[int] = pa.Field(ge=0)

    class Config(OutputTable.Config):
        unique = ["area_code", "component"]


class Assessments(OutputTable):
    """Performance by area and line, in the metric's unit; floats, which never decide money."""

    area_code: Series[str]
    wave: Series[str]
    line: Series[str]
    baseline: Series[float] = pa.Field(nullable=True, ge=0)
    target: Series[float] = pa.Field(nullable=True, ge=0)
    outcome: Series[float] = pa.Field(nullable=True, ge=0)
    achievement: Series[float] = pa.Field(nullable=True)
    fraction_paid: Series[float] = pa.Field(nullable=True, ge=0, le=1)
    status: Series[str] = pa.Field(isin=STATUS_NAMES)
    unambitious: Series[bool]

    class Config(OutputTable.Config):
        unique = [*SLOT_KEY]


class Payments(OutputTable):
    """Money by area and line, in whole pence."""

    area_code: Series[str]
    wave: Series[str]
    line: Series[str]
    entitlement_pence: Series[int] = pa.Field(ge=0)
    earned_pence: Series[int] = pa.Field(ge=0)
    caught_up_pence: Series[int] = pa.Field(ge=0)
    withheld_pence: Series[int] = pa.Field(ge=0)
    not_due_pence: Series[int] = pa.Field(ge=0)
    held_reason: Series[str] = pa.Field(isin=HELD_NAMES, default="")

    class Config(OutputTable.Config):
        unique = [*SLOT_KEY]

    @pa.dataframe_check
    @classmethod
    def adds_up(cls, table: pd.DataFrame) -> hints.BoolSeries:
        """Entitlement = earned - caught up + withheld + not due."""
        released = table["earned_pence"] - table["caught_up_pence"]
        return table["entitlement_pence"] == released + table["withheld_pence"] + table["not_due_pence"]

    @pa.dataframe_check
    @classmethod
    def reason_where_held(cls, table: pd.DataFrame) -> hints.BoolSeries:
        """A reason stands where money is held back, and only there."""
        return (table["held_reason"] != "") == (table["withheld_pence"] > 0)


class Returns(OutputTable):
    """The figures of returns, by area and line: see `Settlement.returns`."""

    area_code: Series[str]
    wave: Series[str]
    line: Series[str]
    unit: Series[str] = pa.Field(isin=UNITS, default="")
    baseline: Series[float] = pa.Field(nullable=True, ge=0)
    target: Series[float] = pa.Field(nullable=True, ge=0)
    outcome: Series[float] = pa.Field(nullable=True, ge=0)
    planned_change: Series[float] = pa.Field(nullable=True, ge=-1)
    actual_change: Series[float] = pa.Field(nullable=True, ge=-1)
    planned_so_far: Series[float] = pa.Field(nullable=True)
    achieved_so_far: Series[float] = pa.Field(nullable=True)
    achievement: Series[float] = pa.Field(nullable=True)
    status: Series[str] = pa.Field(isin=STATUS_NAMES)
    entitlement_pence: Series[int] = pa.Field(ge=0)
    carried_over_pence: Series[int] = pa.Field(ge=0)
    largest_payment_pence: Series[int] = pa.Field(ge=0)
    earned_pence: Series[int] = pa.Field(ge=0)
    caught_up_pence: Series[int] = pa.Field(ge=0)
    withheld_pence: Series[int] = pa.Field(ge=0)
    held_reason: Series[str] = pa.Field(isin=HELD_NAMES, default="")
    not_due_pence: Series[int] = pa.Field(ge=0)
    destination: Series[str] = pa.Field(default="")
    destination_pence: Series[int] = pa.Field(ge=0)

    class Config(OutputTable.Config):
        unique = [*SLOT_KEY]

    @pa.dataframe_check
    @classmethod
    def largest_adds_up(cls, table: pd.DataFrame) -> hints.BoolSeries:
        """The largest payment is what the line can earn by itself and what is carried over."""
        return table["largest_payment_pence"] == table["entitlement_pence"] + table["carried_over_pence"]

    @pa.dataframe_check
    @classmethod
    def within_the_largest(cls, table: pd.DataFrame) -> hints.BoolSeries:
        """Nothing is paid above the largest payment."""
        return table["earned_pence"] <= table["largest_payment_pence"]


class Reviews(OutputTable):
    """Missed lines and what each triggered."""

    review_id: Series[str]
    area_code: Series[str]
    wave: Series[str]
    line: Series[str]
    achievement: Series[float]
    action: Series[str]
    withheld_pence: Series[int] = pa.Field(ge=0)

    class Config(OutputTable.Config):
        unique = [*SLOT_KEY]


class Ledger(OutputTable):
    """Movements of money between accounts, with the ids of the rules that moved it."""

    area_code: Series[str]
    wave: Series[str] = pa.Field(default="")
    line: Series[str]
    from_account: Series[str] = pa.Field(isin=("national_fund", "performance_pot", "withheld"))
    to_account: Series[str]
    amount_pence: Series[int] = pa.Field(gt=0)
    source: Series[str] = pa.Field(str_length={"min_value": 1})

    class Config(OutputTable.Config):
        unique = ["area_code", "wave", "line", "from_account", "to_account"]


class Releases(OutputTable):
    """Where money that was held back goes, or that it awaits a decision."""

    area_code: Series[str]
    wave: Series[str]
    line: Series[str]
    destination: Series[str]
    amount_pence: Series[int] = pa.Field(gt=0)

    class Config(OutputTable.Config):
        unique = [*SLOT_KEY]


class Reconciliation(OutputTable):
    """Each amount beside the sum of its parts, from the national fund down to the lines."""

    level: Series[str]
    component: Series[str] = pa.Field(default="")
    area_code: Series[str] = pa.Field(default="")
    wave: Series[str] = pa.Field(default="")
    line: Series[str] = pa.Field(default="")
    amount_pence: Series[int]
    parts_pence: Series[int]
    difference_pence: Series[int]


class Warnings(OutputTable):
    """What to look at; blank where a column does not apply."""

    area_code: Series[str] = pa.Field(default="")
    wave: Series[str] = pa.Field(default="")
    metric: Series[str] = pa.Field(default="")
    reason: Series[str]
    message: Series[str]


class _Change(OutputTable):
    """What was, what is, and what changed between."""

    @pa.dataframe_check
    @classmethod
    def change_is_the_difference(cls, table: pd.DataFrame) -> hints.BoolSeries:
        """The change is after less before."""
        return table["change_pence"] == table["after_pence"] - table["before_pence"]


class Comparison(_Change):
    """Two settlements side by side, in whole pence; all areas together bear the nation's name in capitals."""

    area_code: Series[str]
    measure: Series[str] = pa.Field(isin=MEASURES)
    before_pence: Series[int] = pa.Field(ge=0)
    after_pence: Series[int] = pa.Field(ge=0)
    change_pence: Series[int]

    class Config(OutputTable.Config):
        unique = ["area_code", "measure"]


class ComparisonByWave(_Change):
    """Two settlements wave by wave; `withheld` is below 0 where a wave made good more than it missed."""

    area_code: Series[str]
    wave: Series[str]
    measure: Series[str] = pa.Field(isin=MEASURES)
    before_pence: Series[int]
    after_pence: Series[int]
    change_pence: Series[int]

    class Config(OutputTable.Config):
        unique = ["area_code", "wave", "measure"]


class Due(OutputTable):
    """What to pay now, by area, in whole pence (G8)."""

    area_code: Series[str]
    earned_pence: Series[int] = pa.Field(ge=0)
    paid_pence: Series[int] = pa.Field(ge=0)
    due_pence: Series[int] = pa.Field(ge=0)
    overpaid_pence: Series[int] = pa.Field(ge=0)

    class Config(OutputTable.Config):
        unique = ["area_code"]

    @pa.dataframe_check
    @classmethod
    def adds_up(cls, table: pd.DataFrame) -> hints.BoolSeries:
        """What is earned is what was paid and what is due, less what was paid beyond."""
        left = table["due_pence"] - table["overpaid_pence"]
        return (table["earned_pence"] == table["paid_pence"] + left) & (
            (table["due_pence"] == 0) | (table["overpaid_pence"] == 0)
        )


class MarginalValues(OutputTable):
    """What one count more is worth, by area and line, in whole pence."""

    area_code: Series[str]
    wave: Series[str]
    line: Series[str]
    value_pence: Series[int] = pa.Field(ge=0)

    class Config(OutputTable.Config):
        unique = [*SLOT_KEY]


class Problems(OutputTable):
    """Faults of the input; blank where a column does not apply."""

    table: Series[str]
    reason: Series[str]
    area_code: Series[str] = pa.Field(default="")
    area_name: Series[str] = pa.Field(default="")
    wave: Series[str] = pa.Field(default="")
    metric: Series[str] = pa.Field(default="")
    column: Series[str] = pa.Field(default="")
    value: Series[str] = pa.Field(default="")
    place: Series[str] = pa.Field(default="")
    fix: Series[str]
