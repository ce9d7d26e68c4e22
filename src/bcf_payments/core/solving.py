"""The payment rules turned round: which improvement of a line earns an amount, and what one count is worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np

from bcf_payments.core.case import Case, Measures
from bcf_payments.core.lines import payment_kernel
from bcf_payments.core.payment import Curve, FixedKernel, Pence, PlannedValueKernel
from bcf_payments.core.result import Result
from bcf_payments.exact.numbers import BoolArray, IntArray, integers, peak, times, widen
from bcf_payments.schemes import MetricLine, PlannedValuePot, Slot
from bcf_payments.words import pounds

Needed = Callable[[int], Fraction]
"""The least improvement that earns an amount of pence, if one does."""


class Reach(NamedTuple):
    """What is earned with the worst and with the best outcome, and which improvement an amount needs."""

    least: int
    most: int
    needed: Needed


def unreachable(earned: object, reach: Reach, who: str = "this line") -> dict[str, str]:
    """Why no outcome is the worst that earns an amount; nothing if one is."""
    least, most, _ = reach
    if not isinstance(earned, (int, np.integer)) or isinstance(earned, bool):
        return {"reason": "not_a_number", "fix": "write whole pence, as an integer"}
    if earned < 1:
        fix = "ask for at least 1 penny"
    elif not most:
        fix = f"no outcome earns anything on {who}"
    elif earned > most:
        fix = f"nothing pays so much: the most that {who} can earn is {most} pence ({pounds(most)})"
    elif earned <= least:
        fix = f"nothing is required: every outcome earns at least {least} pence ({pounds(least)})"
    else:
        return {}
    return {"reason": "out_of_range", "fix": fix}


class Lacking(NamedTuple):
    """A plan or an outcome that is not there."""

    what: str
    slot: Slot


def lacking(case: Case, area: int, line: int) -> list[Lacking]:
    """The plans that a line needs and that are not there, or else the earlier outcomes that it builds on."""
    pot, slots = case.scheme.pot, case.scheme.metric_lines
    needed = range(len(slots)) if isinstance(pot, PlannedValuePot) else range(line, line + 1)
    found = [Lacking("plan", slots[other]) for other in needed if not case.measures.planned[other, area]]
    if found or not isinstance(pot, PlannedValuePot) or not pot.cumulative.value:
        return found
    return [
        Lacking("outcome", slots[other]) for other in range(line) if not case.measures.measured[other, area]
    ]


def why_lacking(asked: Slot, what: str) -> str:
    """Why a line without a plan or an outcome cannot be solved."""
    more = ": give it, and settle at least through its wave" if what == "outcome" else ""
    return f"{asked.wave} cannot be solved without this {what}{more}"


@dataclass(frozen=True)
class AskedArea:
    """One area: its kernel, what its metric lines achieved, and what else it earns.

    Improvements are in the integers of `Measures`. `there` says which outcomes are due and given.
    """

    kernel: FixedKernel | PlannedValueKernel
    number: int
    actual: tuple[int, ...]
    there: tuple[bool, ...]
    besides: int

    @classmethod
    def of(cls, result: Result, area: int) -> AskedArea:
        """The area of this number."""
        return cls.all_of(result, [area])[0]

    @classmethod
    def all_of(cls, result: Result, areas: Sequence[int]) -> list[AskedArea]:
        """The areas of these numbers."""
        case, settled, assessed = result.case, result.settled, result.assessed
        kernel, paid = payment_kernel(case, result.allocation, assessed.terms), len(case.scheme.metric_lines)
        metric = np.array([isinstance(slot.rule, MetricLine) for slot in case.scheme.lines], dtype=bool)
        besides = settled.earned[~metric].sum(axis=0)
        due = np.array([slot.wave_index < case.due_waves for slot in case.scheme.metric_lines], dtype=bool)
        there = case.measures.planned[:paid] & case.measures.measured[:paid] & due[:, None]
        return [
            cls(
                kernel.of_area(area),
                area,
                tuple(map(int, assessed.actual[:paid, area])),
                tuple(map(bool, there[:, area])),
                int(besides[area]),
            )
            for area in areas
        ]

    def earned(self, changed: dict[int, int]) -> list[int]:
        """What the metric lines earn if those of some numbers improve so much, and the others as they did."""
        actual = integers([changed.get(line, improved) for line, improved in enumerate(self.actual)])
        known = np.array([there or line in changed for line, there in enumerate(self.there)], dtype=bool)
        if isinstance(self.kernel, PlannedValueKernel) and self.kernel.cumulative:
            known = np.logical_and.accumulate(known)
        paid = self.kernel.pay(actual[:, None], known[:, None]).earned
        return [int(pence) for pence in paid[:, 0]]

    @cached_property
    def path(self) -> tuple[int, ...]:
        """What a pot of planned value pays for: the highest cumulative plan so far, from 0."""
        assert isinstance(self.kernel, PlannedValueKernel)
        return (0, *(int(value) for value in self.kernel.path[:, 0]))


@dataclass(frozen=True)
class AskedLine:
    """A metric line of an area, and its own measure; `unit` is one more in the numerator of the outcome."""

    area: AskedArea
    line: int
    baseline: int
    planned: int
    sign: int
    unit: int
    denominator: Fraction
    due: bool

    @classmethod
    def of(cls, result: Result, area: AskedArea, line: int) -> AskedLine:
        """The line of this number."""
        measures, at = result.case.measures, (line, area.number)
        over = int(measures.denominators[2 if measures.measured[at] else 1][at])
        below, above = measures.factor
        return cls(
            area,
            line,
            int(measures.baseline[at]),
            int(result.assessed.terms.planned[at]),
            int(measures.sign[at]),
            int(measures.per[at]) // over * above,
            Fraction(over, below),
            measures.slots[line].wave_index < result.case.due_waves,
        )

    def outcome(self, improvement: Fraction) -> tuple[Fraction, int, Fraction]:
        """The numerator of the outcome that improves so much, the next whole one, and the achievement."""
        numerator = (self.baseline - self.sign * improvement) / self.unit
        whole = math.floor(numerator) if self.sign > 0 else math.ceil(numerator)
        if self.planned > 0:
            return numerator, whole, improvement / self.planned
        return numerator, whole, Fraction(improvement >= self.planned)

    @cached_property
    def reach(self) -> Reach:
        """What this line earns, other lines as they stand: see the notes of `required_outcome`."""
        if self._is_cumulative:
            before = sum(self.area.earned({self.line: 0})[: self.line])
            worst, best, needed = self._running([self.line])
            least, most = (self.area.earned({self.line: end})[self.line] for end in (worst, best))
            return Reach(least, most, lambda pence: needed(before + pence))
        worst, best, needed = self._alone()
        least, most = (self.area.earned({self.line: end})[self.line] for end in (worst, best))
        return Reach(least, most, needed)

    @cached_property
    def reach_of_area(self) -> Reach:
        """What the area earns in all, other lines as they stand."""
        if self._is_cumulative:
            later = range(self.line + 1, len(self.area.actual))
            gap = next((line for line in later if not self.area.there[line]), len(self.area.actual))
            worst, best, needed = self._running(range(self.line, gap))
            least, most = (
                self.area.besides + sum(self.area.earned({self.line: end})) for end in (worst, best)
            )
            return Reach(least, most, lambda pence: needed(pence - self.area.besides))
        earned = self.area.earned({self.line: 0})
        others = self.area.besides + sum(earned) - earned[self.line]
        least, most, needed = self.reach
        return Reach(others + least, others + most, lambda pence: needed(pence - others))

    @property
    def _is_cumulative(self) -> bool:
        return isinstance(self.area.kernel, PlannedValueKernel) and self.area.kernel.cumulative

    def _alone(self) -> tuple[int, int, Needed]:
        """From which improvement on a line that pays by itself earns, and up to which it earns more."""
        kernel, line = self.area.kernel, self.line
        entitlement = int(kernel.entitlement[line, 0])
        if isinstance(kernel, FixedKernel):
            curve = kernel.curves[line]
            if self.planned <= 0:
                return *self._possible(self.planned - 1, self.planned), lambda _: Fraction(self.planned)
            return (
                *self._possible(0, self.planned),
                lambda pence: self.planned * least_achievement(curve, Fraction(pence, entitlement)),
            )
        step = self.area.path[line + 1] - self.area.path[line]
        return *self._possible(0, step), lambda pence: Fraction(pence * step, entitlement)

    def _running(self, quarters: Sequence[int]) -> tuple[int, int, Needed]:
        """The same for a quarter whose improvement counts in each of the quarters' running totals."""
        kernel, path = self.area.kernel, self.area.path
        assert isinstance(kernel, PlannedValueKernel)
        pot, whole, own = int(kernel.pot[0]), int(kernel.whole[0]), self.area.actual[self.line]
        rest = [(sum(self.area.actual[: quarter + 1]) - own, path[quarter + 1]) for quarter in quarters]
        worst, best = min(-made for made, _ in rest), max(reached - made for made, reached in rest)

        def needed(pence: int) -> Fraction:
            target = Fraction(pence * whole, pot)
            return min(target - made for made, reached in rest if reached >= target)

        return *self._possible(worst, best), needed

    def _possible(self, worst: int, best: int) -> tuple[int, int]:
        """The same ends, where no outcome is below 0."""
        if self.sign > 0:
            return worst, min(best, self.baseline)
        return max(worst, -self.baseline), best


def least_achievement(curve: Curve, share: Fraction) -> Fraction:
    """The least achievement from 0 to 1 at which a curve pays a share that it reaches."""
    ends = (*curve.starts[1:], Fraction(2))
    for start, end, (slope, intercept) in zip(curve.starts, ends, curve.pieces, strict=True):
        if slope * start + intercept >= share * curve.over:
            return start
        if slope and (reached := (share * curve.over - intercept) / slope) < end:
            return reached
    raise ValueError(f"the curve never pays {share}")


def values_of_one(result: Result) -> Pence:
    """What one count better on each line adds to its area's earned money; shape (lines, areas)."""
    case, allocation, assessed = result.case, result.allocation, result.assessed
    paid = slice(len(case.scheme.metric_lines))
    kernel = payment_kernel(case, allocation, assessed.terms)
    gain = _gains(kernel, assessed.actual[paid], _one_better(case.measures)[paid], assessed.known[paid])
    value = np.zeros(allocation.entitlement.shape, dtype=np.int64)
    is_metric = [isinstance(slot.rule, MetricLine) for slot in case.scheme.lines]
    value[is_metric] = np.where(assessed.known[paid], gain, 0)
    return value


def _one_better(measures: Measures) -> IntArray:
    """How much better outcomes are with their numerators one better, and not below 0."""
    over = np.where(measures.measured, measures.denominators[2], measures.denominators[1])
    unit = times(measures.per // over, measures.factor[1])
    return np.asarray(np.where(measures.sign > 0, np.minimum(unit, measures.outcome), unit))


def _gains(
    kernel: FixedKernel | PlannedValueKernel, actual: IntArray, step: IntArray, known: BoolArray
) -> Pence:
    """What the step of each line adds to its area's earned money."""
    actual, step = widen(peak(actual) + peak(step), actual, step)
    now = kernel.pay(actual, known).earned
    if isinstance(kernel, FixedKernel):
        return kernel.pay(actual + step, known).earned - now
    trials = actual + np.eye(len(step), dtype=np.int64)[:, :, None] * step
    return np.asarray(kernel.pay(trials, known).earned.sum(axis=1) - now.sum(axis=0))
