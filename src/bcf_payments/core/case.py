"""A case: checked input as exact integers, by line and area, in the order in which money is paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.core.fund import Fund
from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import BoolArray, IntArray
from bcf_payments.schemes import Scheme, Slot
from bcf_payments.tables.checking import RowNumbers
from bcf_payments.words import nearest

BLANK = -1
"""In place of a condition's 0 or 1 where nothing is written."""


@dataclass(frozen=True)
class Measures:
    """Baselines, targets and outcomes as integers over common denominators, by metric line and area.

    The rate of a line and area is `baseline / per * factor`, the same for `target` and `outcome`;
    `sign` is 1 where lower is better and -1 where higher is. A line judged by level is planned, with its
    thresholds for baseline and target. Where `planned` or `measured` is False the numbers are fillers.
    `numerators` and `denominators` are the numbers as they were written, of baseline, target and outcome,
    times `factor[1]` and `factor[0]`. `by_plan`, of shape (slots, 1), is True for lines that a plan of each
    area decides, and no level.
    """

    baseline: IntArray
    target: IntArray
    outcome: IntArray
    per: IntArray
    factor: tuple[int, int]
    sign: npt.NDArray[np.int64]
    planned: BoolArray
    measured: BoolArray
    numerators: tuple[IntArray, ...]
    denominators: tuple[IntArray, ...]
    by_plan: BoolArray


@dataclass(frozen=True)
class Assured:
    """What is known of each area's plan: conditions (1, 0 or `BLANK`), approval, day of submission."""

    conditions: Mapping[str, npt.NDArray[np.int64]]
    not_approved: BoolArray
    submitted_on: tuple[dt.date | None, ...] | None

    def late(self, submit_by: dt.date | None) -> BoolArray:
        """The areas that submitted their plan after the day."""
        if submit_by is None or self.submitted_on is None:
            return np.zeros_like(self.not_approved)
        return np.array([day is not None and day > submit_by for day in self.submitted_on], dtype=bool)

    def undated(self, submit_by: dt.date | None) -> BoolArray:
        """The areas whose day of submission matters and is blank."""
        if submit_by is None or self.submitted_on is None:
            return np.zeros_like(self.not_approved)
        return np.array([day is None for day in self.submitted_on], dtype=bool)


@dataclass(frozen=True)
class Periods:
    """What baselines and outcomes call their periods: numbers of names, by line and area, or `ABSENT`."""

    baseline: RowNumbers
    outcome: RowNumbers
    baseline_names: tuple[str, ...]
    outcome_names: tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """Everything that a settlement is computed from: areas in code order, their fund, measures, assurance.

    `whole` is what these areas are called together; `assured` is by wave, and empty without the table.
    """

    scheme: Scheme
    due_waves: int
    areas: pd.DataFrame
    whole: str
    fund: Fund
    measures: Measures
    periods: Periods | None
    assured: Mapping[str, Assured]
    warnings: tuple[dict[str, str], ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The metric lines in the order of the measures: those that pay, then those that are watched."""
        return (*self.scheme.metric_lines, *self.scheme.monitored)

    @property
    def nation_key(self) -> str:
        """In place of an area code in the rows of all areas together, however many there are."""
        return self.scheme.nation_key

    @property
    def is_part(self) -> bool:
        """Whether the areas do not share the whole fund: some are left out, or amounts are given."""
        return bool(self.scheme.amounts) and self.fund.sharing != self.size

    @property
    def size(self) -> int:
        """How many areas there are."""
        return len(self.areas)


def count_due_waves(scheme: Scheme, through: str | None, on_missing: str) -> int:
    """How many waves are due; an `InputError` for options that are not known."""
    problems: list[dict[str, object]] = []
    for option, value, known in (
        ("through", through, scheme.wave_names),
        ("on_missing", on_missing, ("raise", "withhold")),
    ):
        is_known = isinstance(value, str) and value in known
        if not is_known and not (option == "through" and value is None):
            fix = nearest(value, known)
            problems.append({"reason": "unknown_value", "column": option, "value": value, "fix": fix})
    if problems:
        raise InputError([{"table": "options", **problem} for problem in problems])
    return len(scheme.waves) if through is None else scheme.wave_names.index(through) + 1
