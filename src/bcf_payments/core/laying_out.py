"""Checked tables laid out by line and area, as exact integers; each by itself knows no scheme."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.core.case import Assured, Measures, Periods
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
from bcf_payments.schemes.levels import Level
from bcf_payments.tables.checking import ABSENT, CheckedTables, RowNumbers
from bcf_payments.tables.row_rules import Sheet, as_date, is_blank, truth


@dataclass(frozen=True)
class LaidOut:
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


def laid_out(tables: CheckedTables, name: str, shape: tuple[int, int]) -> LaidOut:
    """The rows that the scheme uses."""
    rows = np.flatnonzero(tables.lines[name] != ABSENT)
    return LaidOut(tables.sheets[name], rows, tables.lines[name][rows], tables.areas[name][rows], shape)


def measures_of(
    plans: LaidOut,
    outcomes: LaidOut,
    counted: tuple[bool, ...],
    directions: tuple[str, ...],
    thresholds: tuple[tuple[int, Level], ...],
) -> Measures:
    """Baselines, targets and outcomes of lines, of which some count, and some are judged by level."""
    counts, levels = np.array(counted, dtype=bool), dict(thresholds)
    planned, measured = plans.present(), outcomes.present()
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
    by_plan = np.ones((len(counted), 1), dtype=bool)
    by_plan[list(levels)] = False
    return Measures(
        baseline,
        target,
        outcome,
        per,
        (below_scale, above_scale),
        _sign(plans, directions),
        planned,
        measured,
        *written,
        by_plan,
    )


def periods_of(plans: LaidOut, outcomes: LaidOut) -> Periods | None:
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


def _sign(plans: LaidOut, directions: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """1 where lower is better, -1 where higher is, by line and area."""
    ways = np.array(directions, dtype=object)
    signs = np.ones(plans.shape, dtype=np.int64)
    signs[ways == "higher"] = -1
    either = np.flatnonzero(ways[plans.lines] == "either")
    if either.size:
        higher = either[plans.sheet.array("direction")[plans.rows[either]] == "higher"]
        signs[plans.lines[higher], plans.areas[higher]] = -1
    return signs


def assured_by_wave(
    tables: CheckedTables, waves: tuple[str, ...], conditions: tuple[str, ...]
) -> dict[str, Assured]:
    """What is known of plans by wave; the same for all where rows name no wave."""
    if "assurance" not in tables.sheets:
        return {}
    sheet, areas = tables.sheets["assurance"], tables.areas["assurance"]
    if not sheet.has("wave"):
        return dict.fromkeys(waves, _assured_of(sheet, areas, len(tables.codes), conditions))
    named = sheet.array("wave").astype(str)
    rows = {wave: named == wave for wave in waves}
    return {
        wave: _assured_of(sheet.only(these), areas[these], len(tables.codes), conditions)
        for wave, these in rows.items()
    }


def _assured_of(sheet: Sheet, areas: RowNumbers, size: int, names: tuple[str, ...]) -> Assured:
    rows = np.full(size, ABSENT, dtype=np.intp)
    rows[areas] = np.arange(len(sheet))

    def told(column: str, read: Callable[[Any], Any], kind: type) -> npt.NDArray[Any]:
        """What is read from each area's cell; from None where it has no row."""
        cells = sheet.keyed(column)
        answers: npt.NDArray[Any] = np.fromiter(map(read, [*cells.different, None]), dtype=kind)
        return np.asarray(answers[np.append(cells.numbers, ABSENT)[rows]])

    conditions = {name: told(name, truth, int) for name in names}
    not_approved = told("plan_status", lambda status: status == "not_approved", bool)
    submitted_on = tuple(told("submitted_on", _day, object)) if sheet.has("submitted_on") else None
    return Assured(conditions, not_approved, submitted_on)


def _day(cell: object) -> dt.date | None:
    return None if is_blank(cell) else as_date(cell)
