"""A case: checked input as exact integers, by line and area, in the order in which money is paid."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.core.fund import Fund
from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import (
    BoolArray,
    ExactColumn,
    IntArray,
    common_denominator,
    exact_column,
    integers,
    narrow,
    times,
)
from bcf_payments.schemes import Scheme, Slot
from bcf_payments.schemes.levels import PLAN, ends_of, levels_of
from bcf_payments.tables.amounts import given_columns
from bcf_payments.tables.checking import ABSENT, CheckedTables, RowNumbers, check_tables
from bcf_payments.tables.choosing import of_these, settled_codes
from bcf_payments.tables.inputs import AREA, OnMissing, demands
from bcf_payments.tables.row_rules import Sheet, as_date, is_blank, truth
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
    times `factor[1]` and `factor[0]`.
    """

    slots: tuple[Slot, ...]
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

    @property
    def by_plan(self) -> BoolArray:
        """Lines that a plan of each area decides, and no level; shape (slots, 1)."""
        return np.array([[ends_of(slot.rule) is PLAN] for slot in self.slots], dtype=bool).reshape(-1, 1)


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


def read_case(
    areas: pd.DataFrame,
    plans: pd.DataFrame,
    outcomes: pd.DataFrame,
    assurance: pd.DataFrame | None,
    scheme: Scheme,
    due_waves: int,
    on_missing: OnMissing,
    only: Sequence[str] | None = None,
) -> Case:
    """Check the tables and turn them into exact integers.

    Parameters
    ----------
    areas, plans, outcomes : DataFrame
        As in the contract of the tables.
    assurance : DataFrame or None
        None where no line that is due pays on a condition.
    scheme : Scheme
        The rules.
    due_waves : int
        How many waves are due, from the first.
    on_missing : {"raise", "withhold"}
        Whether a missing row is a fault or earns nothing.
    only : sequence of str, optional
        The areas that are settled, while all share the fund.

    Raises
    ------
    InputError
        With every fault of every table.
    """
    given = {"areas": areas, "plans": plans, "outcomes": outcomes}
    if assurance is not None:
        given["assurance"] = assurance
    demanded = demands(scheme, due_waves, on_missing, _amounts_given(areas, scheme, only))
    tables = check_tables(given, demanded, only)
    frame = tables.sheets["areas"].frame
    sheet = Sheet(frame.iloc[np.argsort(tables.sheets["areas"].array("area_code").astype(str))])
    settled = np.flatnonzero(np.isin(sheet.array("area_code").astype(str), tables.codes.astype(str)))
    shape = len(demanded.slots), len(tables.codes)
    laid_out = _laid_out(tables, "plans", shape), _laid_out(tables, "outcomes", shape)
    return Case(
        scheme,
        due_waves,
        pd.DataFrame({column: sheet.array(column)[settled] for column in AREA}),
        _whole(scheme, sheet, settled, given=bool(demanded.given)),
        Fund.of(scheme, sheet, settled, demanded.given),
        _measures(*laid_out, demanded.slots, scheme),
        _periods(*laid_out),
        _assured(tables, scheme),
        tables.warnings,
    )


def _amounts_given(areas: object, scheme: Scheme, only: Sequence[str] | None) -> tuple[str, ...]:
    """The columns of amounts that are to be read; what is no table has a fault of its own."""
    if not isinstance(areas, pd.DataFrame):
        return ()
    sheet = Sheet(areas.loc[:, ~areas.columns.duplicated()])
    if only is not None:
        codes, _ = settled_codes(sheet, only)
        sheet = of_these(sheet, codes, scheme.area_code_pattern.value)
    return given_columns(sheet, scheme)


def _whole(scheme: Scheme, areas: Sheet, settled: npt.NDArray[np.intp], *, given: bool) -> str:
    """What the settled areas are called together: the nation only where nobody is left out."""
    expected = scheme.areas_expected
    complete = len(settled) >= expected.value if expected else not given
    if complete and len(settled) == len(areas):
        return scheme.whole
    if len(settled) == 1:
        return str(areas.array("area_name")[settled[0]])
    regions = areas.array("region").astype(str)
    here = regions[settled[0]]
    if not (regions[settled] == here).all():
        return f"{len(settled):,} areas"
    everybody = len(settled) < len(areas) and (regions == here).sum() == len(settled)
    return str(here) if everybody else f"{len(settled):,} areas in {here}"


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


def _measures(plans: _LaidOut, outcomes: _LaidOut, slots: tuple[Slot, ...], scheme: Scheme) -> Measures:
    counts = np.array([scheme.metrics[slot.name].unit.value == "count" for slot in slots], dtype=bool)
    planned, measured = plans.present(), outcomes.present()
    levels = levels_of(scheme, slots)
    planned[list(levels)] = True  # thresholds stand in place of baseline and target
    over = {line: Fraction(level.per) for line, level in levels.items()}
    above, above_scale = _same_scale(
        _with_lines(plans.numbers("baseline_numerator"), {line: at.lower for line, at in levels.items()}),
        _with_lines(plans.numbers("target_numerator"), {line: at.upper for line, at in levels.items()}),
        outcomes.numbers("outcome_numerator"),
    )
    below, below_scale = _same_scale(
        _with_lines(plans.numbers("baseline_denominator", counts), over),
        _with_lines(plans.numbers("target_denominator", counts), over),
        outcomes.numbers("outcome_denominator", counts),
    )
    written = tuple(above), tuple(below)
    # A rate that is not known takes the denominator of one that is, to keep the common one small.
    below = [np.where(planned, below[0], below[2]), np.where(planned, below[1], below[2]), below[2]]
    below[2] = np.where(measured, below[2], below[0])
    (baseline, target, outcome), per = common_denominator(*zip(above, below, strict=True))
    return Measures(
        slots,
        baseline,
        target,
        outcome,
        per,
        (below_scale, above_scale),
        _sign(plans, slots, scheme),
        planned,
        measured,
        *written,
    )


@dataclass(frozen=True)
class _LaidOut:
    """Rows of a table, each with its place: the number of its line and of its area."""

    sheet: Sheet
    rows: RowNumbers
    lines: RowNumbers
    areas: RowNumbers
    shape: tuple[int, int]

    def present(self) -> BoolArray:
        """Where there is a row."""
        there = np.zeros(self.shape, dtype=bool)
        there[self.lines, self.areas] = True
        return there

    def numbers(self, column: str, ones: BoolArray | None = None) -> ExactColumn:
        """A column as exact integers; 0 (a denominator: 1) where there is no row, 1 in lines of `ones`."""
        needed = slice(None) if ones is None else ~ones[self.lines]
        values = exact_column(self.sheet.array(column)[self.rows[needed]])
        filler = integers([0 if ones is None else values.denominator])
        kind = np.result_type(filler, values.numerators)
        laid_out = np.full(self.shape, filler[0], dtype=kind)
        laid_out[self.lines[needed], self.areas[needed]] = values.numerators
        return ExactColumn(laid_out, values.denominator)

    def names(self, column: str) -> tuple[RowNumbers, tuple[str, ...]]:
        """A column of names as numbers, and the names; `ABSENT` where nothing is written."""
        numbers, names = pd.factorize(self.sheet.frame[column].astype(str).iloc[self.rows])
        laid_out = np.full(self.shape, ABSENT, dtype=np.intp)
        laid_out[self.lines, self.areas] = numbers
        return laid_out, tuple(names)


def _laid_out(tables: CheckedTables, name: str, shape: tuple[int, int]) -> _LaidOut:
    """The rows that the scheme uses."""
    rows = np.flatnonzero(tables.lines[name] != ABSENT)
    return _LaidOut(tables.sheets[name], rows, tables.lines[name][rows], tables.areas[name][rows], shape)


def _periods(plans: _LaidOut, outcomes: _LaidOut) -> Periods | None:
    """The named periods, where both tables name theirs."""
    if not (plans.sheet.has("baseline_period") and outcomes.sheet.has("outcome_period")):
        return None
    (baseline, baseline_names), (outcome, outcome_names) = (
        plans.names("baseline_period"),
        outcomes.names("outcome_period"),
    )
    return Periods(baseline, outcome, baseline_names, outcome_names)


def _with_lines(column: ExactColumn, constants: Mapping[int, Fraction]) -> ExactColumn:
    """A laid-out column in which some lines hold one number for all areas."""
    if not constants:
        return column
    scale = math.lcm(column.denominator, *(value.denominator for value in constants.values()))
    numerators = times(column.numerators, scale // column.denominator).astype(object)
    for line, value in constants.items():
        numerators[line] = int(value * scale)
    return ExactColumn(narrow(numerators), scale)


def _same_scale(*columns: ExactColumn) -> tuple[list[IntArray], int]:
    """Columns of exact numbers as integers over one denominator for them all."""
    scale = math.lcm(*(column.denominator for column in columns))
    return [narrow(times(column.numerators, scale // column.denominator)) for column in columns], scale


def _sign(plans: _LaidOut, slots: tuple[Slot, ...], scheme: Scheme) -> npt.NDArray[np.int64]:
    """1 where lower is better, -1 where higher is, by line and area."""
    directions = np.array([scheme.metrics[slot.name].direction.value for slot in slots], dtype=object)
    signs = np.ones(plans.shape, dtype=np.int64)
    signs[directions == "higher"] = -1
    either = np.flatnonzero(directions[plans.lines] == "either")
    if either.size:
        higher = either[plans.sheet.array("direction")[plans.rows[either]] == "higher"]
        signs[plans.lines[higher], plans.areas[higher]] = -1
    return signs


def _assured(tables: CheckedTables, scheme: Scheme) -> dict[str, Assured]:
    """What is known of plans by wave; the same for all where rows name no wave."""
    if "assurance" not in tables.sheets:
        return {}
    sheet, areas = tables.sheets["assurance"], tables.areas["assurance"]
    if not sheet.has("wave"):
        return dict.fromkeys(scheme.wave_names, _assured_of(sheet, areas, len(tables.codes), scheme))
    waves = sheet.array("wave").astype(str)
    rows = {wave: waves == wave for wave in scheme.wave_names}
    return {
        wave: _assured_of(sheet.only(these), areas[these], len(tables.codes), scheme)
        for wave, these in rows.items()
    }


def _assured_of(sheet: Sheet, areas: RowNumbers, size: int, scheme: Scheme) -> Assured:
    rows = np.full(size, ABSENT, dtype=np.intp)
    rows[areas] = np.arange(len(sheet))

    def told(column: str, read: Callable[[Any], Any], kind: type) -> npt.NDArray[Any]:
        """What is read from each area's cell; from None where it has no row."""
        cells = sheet.keyed(column)
        answers: npt.NDArray[Any] = np.fromiter(map(read, [*cells.different, None]), dtype=kind)
        return np.asarray(answers[np.append(cells.numbers, ABSENT)[rows]])

    conditions = {name: told(name, truth, int) for name in scheme.condition_names}
    not_approved = told("plan_status", lambda status: status == "not_approved", bool)
    submitted_on = tuple(told("submitted_on", _day, object)) if sheet.has("submitted_on") else None
    return Assured(conditions, not_approved, submitted_on)


def _day(cell: object) -> dt.date | None:
    return None if is_blank(cell) else as_date(cell)
