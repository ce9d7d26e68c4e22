"""Changes to a case that the laws speak of: reorder, rescale, improve, complete."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd

import bcf_payments as bcf
from bcf_payments.schemes import PlannedValuePot
from bcf_payments.schemes.levels import levels_of
from bcf_payments.testing import Case

KEY = ["area_code", "wave", "metric"]
SINGLE = {"float32", "float[pyarrow]"}


def settle(case: Case, **options: object) -> bcf.Settlement:
    """Settle a case with its own options unless others are given."""
    chosen = {"through": case.through, "on_missing": case.on_missing} | options
    return bcf.settle(*case.tables, case.scheme, **chosen)


def pays_catch_up(scheme: bcf.Scheme) -> bool:
    """Whether a later payment point makes good what an earlier one missed."""
    return isinstance(scheme.pot, PlannedValuePot) and scheme.pot.cumulative.value


def pot_pence(scheme: bcf.Scheme) -> int:
    """The national pot; 0 where a scheme only watches."""
    return scheme.pot.amount_pence if scheme.pot else 0


def number(value: object) -> Fraction:
    """The exact value of a cell, however it is written."""
    return Fraction(str(value))


def cells(column: pd.Series) -> list[object]:
    """The cells of a column; of single precision as numbers of 32 bits, whatever holds them."""
    written = column.tolist()
    return list(map(np.float32, written)) if str(column.dtype).lower() in SINGLE else written


def as_objects(table: pd.DataFrame) -> pd.DataFrame:
    """A copy whose columns hold any cell, and every number as it was written."""
    columns = {name: pd.Series(cells(table[name]), index=table.index, dtype=object) for name in table}
    return pd.DataFrame(columns, index=table.index)


def is_read(value: Fraction) -> bool:
    """Whether a number is of a size that is read at all: one that a float64 holds."""
    return not value or 2.0**-1074 <= abs(value) < 2.0**1023


def paid_rows(case: Case, table: pd.DataFrame) -> list[int]:
    """Positions of the rows that some line of the scheme pays on."""
    paid = {(slot.wave, slot.name) for slot in case.scheme.metric_lines}
    rows = zip(table["wave"], table["metric"], strict=True)
    return [position for position, row in enumerate(rows) if row in paid]


def better_is_lower(case: Case, row: pd.Series) -> bool:
    """Whether a lower rate is better on the line of a row of plans or outcomes."""
    direction = case.scheme.metrics[row["metric"]].direction.value
    if direction != "either" or "direction" not in case.plans:
        return direction != "higher"
    same = (case.plans[KEY] == row[KEY]).all(axis=1)
    said = case.plans.loc[same, "direction"]
    return said.empty or said.iloc[0] == "lower"


def moved(table: pd.DataFrame, position: int, column: str, by: Fraction) -> pd.DataFrame:
    """A copy in which one number has moved, not below 0."""
    column_values = cells(table[column])
    column_values[position] = str(max(Fraction(0), number(column_values[position]) + by))
    return table.assign(**{column: pd.Series(column_values, index=table.index, dtype=object)})


def scaled(table: pd.DataFrame, columns: tuple[str, ...], by: Fraction) -> pd.DataFrame:
    """A copy in which columns are multiplied by an exact rational."""
    products = {column: [str(number(value) * by) for value in cells(table[column])] for column in columns}
    return table.assign(
        **{c: pd.Series(values, index=table.index, dtype=object) for c, values in products.items()}
    )


def reordered(case: Case, seed: int) -> Case:
    """The same tables with their rows in another order."""
    tables = {
        name: getattr(case, name).sample(frac=1, random_state=seed)
        for name in ("areas", "plans", "outcomes", "assurance")
    }
    return case._replace(**tables)


def all_targets_met(case: Case) -> Case:
    """The same areas with every plan approved and in time, every condition and target met."""
    planned = case.plans[KEY].assign(
        outcome_numerator=case.plans["target_numerator"], outcome_denominator=case.plans["target_denominator"]
    )
    slots = case.scheme.metric_lines
    by_level = [
        (code, slots[place].wave, slots[place].name, str(level.upper), level.per)
        for place, level in levels_of(case.scheme, slots).items()
        for code in case.areas["area_code"]
    ]
    outcomes = pd.concat([as_objects(planned), pd.DataFrame(by_level, columns=[*planned], dtype=object)])
    conditions = dict.fromkeys(case.scheme.condition_names, True)
    assurance = pd.DataFrame({"area_code": case.areas["area_code"], "plan_status": "approved", **conditions})
    return case._replace(outcomes=outcomes, assurance=assurance, through=None, on_missing="raise")


def in_proportion(scheme: bcf.Scheme) -> bcf.Scheme:
    """The same scheme, paying in proportion on every line."""
    straight = {"value": ((0, 0), (1, 1)), "source": ("a test",), "basis": "assumed"}
    return scheme.replace(curves=dict.fromkeys(scheme.curves, straight))
