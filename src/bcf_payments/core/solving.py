"""The payment rules turned round: which improvement earns an amount, and what one count is worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import NamedTuple

import numpy as np

from bcf_payments.core.case import Case, Measures
from bcf_payments.core.gateways import kept_parts
from bcf_payments.core.lines import payment_kernel
from bcf_payments.core.payment import Curve, FixedKernel, Pence, PlannedValueKernel
from bcf_payments.core.result import Result
from bcf_payments.exact.numbers import BoolArray, IntArray, integers, peak, times, widen
from bcf_payments.schemes import MetricLine, PlannedValuePot, Slot
from bcf_payments.words import pounds


class Reach(NamedTuple):
    """What is earned with the worst and with the best outcome, and which improvement an amount needs."""

    least: int
    most: int
    needed: Callable[[int], Fraction]


def unreachable(earned: object, reach: Reach, who: str = "this line") -> dict[str, str]:
    """Why no outcome is the worst that earns an amount; nothing if one is."""
    least, most, _ = reach
    if not isinstance(earned, (int, np.integer)) or isinstance(earned, bool):
        return {"reason": "not_a_number", "fix": "write whole pence, as an integer"}
    if earned < 1:
        fix = "ask for at least 1 penny"
    elif not most:
        fix = "no outcome earns anything on this line"
    elif earned > most:
        fix = f"nothing pays so much: the most that {who} can earn is {most} pence ({pounds(most)})"
    elif earned <= least:
        fix = f"nothing is required: every outcome earns at least {least} pence ({pounds(least)})"
    else:
        return {}
    return {"reason": "out_of_range", "fix": fix}


class Lacking(NamedTuple):
    """A plan, an outcome, or the condition of a gateway, that is not there."""

    what: str
    slot: Slot


def lacking(case: Case, area: int, line: int) -> list[Lacking]:
    """The plans and gateways that a line needs and that are not there, or else its earlier outcomes."""
    pot, slots = case.scheme.pot, case.scheme.metric_lines
    needed = range(len(slots)) if isinstance(pot, PlannedValuePot) else range(line, line + 1)
    found = [Lacking("plan", slots[other]) for other in needed if not case.measures.planned[other, area]]
    if kept_parts(case).blank[case.scheme.metric_places[line], area]:
        found.append(Lacking("gateway", slots[line]))
    if found or not isinstance(pot, PlannedValuePot) or not pot.cumulative.value:
        return found
    return [
        Lacking("outcome", slots[other]) for other in range(line) if not case.measures.measured[other, area]
    ]


def why_lacking(asked: Slot, what: str) -> str:
    """Why a line without a plan or an outcome cannot be solved."""
    more = ": give it, and settle at least through its wave" if what == "outcome" else ""
    return f"{asked.wave} cannot be solved without this {what}{more}"


class Pot(NamedTuple):
    """A pot in pence, the improvement that it is worth, and the highest cumulative plan so far, from 0."""

    pence: int
    whole: int
    path: list[int]


@dataclass(frozen=True)
class Asked:
    """A settlement that is asked what if: its kernel, what metric lines achieved, and what else is earned.

    Improvements are in the integers of `Measures`; shape (lines, areas). `there` says which outcomes are due
    and given, and `besides` what each area earns on conditions.
    """

    kernel: FixedKernel | PlannedValueKernel
    actual: IntArray
    there: BoolArray
    besides: Pence

    @classmethod
    def of(cls, result: Result) -> Asked:
        """A settlement, as it stands."""
        case, slots = result.case, result.scheme.metric_lines
        paid = slice(len(slots))
        metric = np.array([isinstance(slot.rule, MetricLine) for slot in result.scheme.lines], dtype=bool)
        due = np.array([slot.wave_index < case.due_waves for slot in slots], dtype=bool)[:, None]
        return cls(
            payment_kernel(case, result.allocation, result.assessed.terms),
            result.assessed.actual[paid],
            case.measures.planned[paid] & case.measures.measured[paid] & due,
            result.settled.earned[~metric].sum(axis=0),
        )

    @property
    def is_cumulative(self) -> bool:
        """Whether a missed quarter can be made good later."""
        return isinstance(self.kernel, PlannedValueKernel) and self.kernel.cumulative

    def earned(self, trials: Sequence[tuple[int, int, int]]) -> list[list[int]]:
        """What the metric lines of an area earn if one improves so much: an area, a line, an improvement."""
        areas, lines, improvements = (list(part) for part in zip(*trials, strict=True))
        changed = (lines, range(len(trials)))
        improved = integers(improvements)
        actual, improved = widen(max(peak(self.actual), peak(improved)), self.actual[:, areas], improved)
        actual[changed] = improved
        known = self.there[:, areas]
        known[changed] = True
        if self.is_cumulative:
            known = np.logical_and.accumulate(known)
        paid = self.kernel.of_areas(areas).pay(actual, known).earned
        return [[int(pence) for pence in column] for column in paid.T]

    def pot(self, area: int) -> Pot:
        """The pot of planned value of an area."""
        if not isinstance(self.kernel, PlannedValueKernel):
            raise TypeError("a pot of planned value is asked for")
        path = [0, *(int(reached) for reached in self.kernel.path[:, area])]
        return Pot(int(self.kernel.pot[area]), int(self.kernel.whole[area]), path)


class Question(NamedTuple):
    """What is asked of a line.

    From which improvement on what counts grows, and up to which; what counts: an amount, and some lines; and
    which improvement earns an amount, where the lines earn so much with the worst.
    """

    worst: int
    best: int
    besides: int
    counts: slice
    needed: Callable[[list[int], int], Fraction]


@dataclass(frozen=True)
class AskedLine:
    """A metric line of an area, and its own measure; `unit` is one more in the numerator of the outcome."""

    asked: Asked
    area: int
    line: int
    baseline: int
    planned: int
    sign: int
    unit: int
    denominator: Fraction
    due: bool

    @classmethod
    def of(cls, result: Result, asked: Asked, area: int, line: int) -> AskedLine:
        """The line and area of these numbers."""
        measures, at = result.case.measures, (line, area)
        over = int(measures.denominators[2 if measures.measured[at] else 1][at])
        below, above = measures.factor
        return cls(
            asked,
            area,
            line,
            int(measures.baseline[at]),
            int(result.assessed.terms.planned[at]),
            int(measures.sign[at]),
            int(measures.per[at]) // over * above,
            Fraction(over, below),
            result.case.slots[line].wave_index < result.case.due_waves,
        )

    def outcome(self, improvement: Fraction) -> tuple[Fraction, int, Fraction]:
        """The numerator of the outcome that improves so much, the next whole one, and the achievement."""
        numerator = (self.baseline - self.sign * improvement) / self.unit
        whole = math.floor(numerator) if self.sign > 0 else math.ceil(numerator)
        if self.planned > 0:
            return numerator, whole, improvement / self.planned
        return numerator, whole, Fraction(improvement >= self.planned)

    @property
    def is_met(self) -> bool:
        """Whether any share of its plan is the whole target: a fixed pot, and no improvement planned (G3)."""
        return isinstance(self.asked.kernel, FixedKernel) and self.planned <= 0

    @property
    def improvement_planned(self) -> int:
        """What it plans; in a pot of planned value, what it adds to the plan's highest running total."""
        if isinstance(self.asked.kernel, FixedKernel):
            return self.planned
        path = self.asked.pot(self.area).path
        return path[self.line + 1] - path[self.line]

    def of_line(self) -> Question:
        """What this line earns, other lines as they stand: see the notes of `required_outcome`."""
        line, own = self.line, slice(self.line, self.line + 1)
        if self.asked.is_cumulative:
            worst, best, needed = self._running([line])
            return Question(worst, best, 0, own, lambda row, pence: needed(sum(row[:line]) + pence))
        worst, best, needed = self._alone()
        return Question(worst, best, 0, own, lambda _, pence: needed(pence))

    def of_area(self) -> Question:
        """What the area earns in all, other lines as they stand."""
        line, besides = self.line, int(self.asked.besides[self.area])
        if self.asked.is_cumulative:
            there = [bool(is_there) for is_there in self.asked.there[:, self.area]]
            end = next((later for later in range(line + 1, len(there)) if not there[later]), len(there))
            worst, best, needed = self._running(range(line, end))
            return Question(worst, best, besides, slice(None), lambda _, pence: needed(pence - besides))
        worst, best, needed = self._alone()

        def of_others(row: list[int], pence: int) -> Fraction:
            return needed(pence - besides - sum(row) + row[line])

        return Question(worst, best, besides, slice(None), of_others)

    def _alone(self) -> tuple[int, int, Callable[[int], Fraction]]:
        """From which improvement on a line that pays by itself earns, and up to which it earns more."""
        kernel, line = self.asked.kernel, self.line
        entitlement = int(kernel.entitlement[line, self.area])
        if isinstance(kernel, PlannedValueKernel):
            step = self.improvement_planned
            return *self._possible(0, step), lambda pence: Fraction(pence * step, entitlement)
        if self.planned <= 0:
            return *self._possible(self.planned - 1, self.planned), lambda _: Fraction(self.planned)
        curve = kernel.curves[line]
        return (
            *self._possible(0, self.planned),
            lambda pence: self.planned * least_achievement(curve, Fraction(pence, entitlement)),
        )

    def _running(self, quarters: Sequence[int]) -> tuple[int, int, Callable[[int], Fraction]]:
        """The same for a quarter whose improvement counts in each of the quarters' running totals."""
        pot, whole, path = self.asked.pot(self.area)
        actual = [int(improved) for improved in self.asked.actual[:, self.area]]
        rest = [(sum(actual[: at + 1]) - actual[self.line], path[at + 1]) for at in quarters]
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


def reaches(lines: Sequence[AskedLine], questions: Sequence[Question]) -> list[Reach]:
    """What a question about each line of a settlement comes to at its worst and best: all in one payment."""
    if not lines:
        return []
    ends = [(question.worst, question.best) for question in questions]
    trials = [(line.area, line.line, end) for line, pair in zip(lines, ends, strict=True) for end in pair]
    rows = lines[0].asked.earned(trials)
    return [
        Reach(
            ask.besides + sum(worst[ask.counts]),
            ask.besides + sum(best[ask.counts]),
            partial(ask.needed, worst),
        )
        for ask, worst, best in zip(questions, rows[::2], rows[1::2], strict=True)
    ]


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
