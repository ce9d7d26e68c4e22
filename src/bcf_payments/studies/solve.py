"""The worst outcome with which a line earns an amount."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from bcf_payments.core.lines import payment_kernel
from bcf_payments.core.payment import Curve, FixedKernel, Pence, PlannedValueKernel
from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import BoolArray, IntArray, integers, peak, times, widen
from bcf_payments.given import guarded, take
from bcf_payments.names import CONDITIONS, SLOT_KEY
from bcf_payments.schemes import MetricLine, PlannedValuePot, Scheme
from bcf_payments.settlement import Settlement
from bcf_payments.tables.lookup import named, position_of
from bcf_payments.words import nearest, pounds

if TYPE_CHECKING:
    from bcf_payments.core.case import Measures
    from bcf_payments.settlement import Settlement


@dataclass(frozen=True)
class RequiredOutcome:
    """The worst outcome with which a line earns an amount; made by `required_outcome`.

    Attributes
    ----------
    outcome_numerator : Fraction
        Exact: any worse numerator earns less.
    outcome_denominator : Fraction
        The denominator of the line's outcome; the target's where there is no outcome; 1 for a count.
    whole_outcome_numerator : int
        The worst whole numerator that pays: one worse does not.
    achievement : Fraction
        Of the exact outcome, as the assessments would show it: the share of the line's own planned
        improvement, or 0 or 1 where that is not above 0.
    earned_pence : int
        The amount that was asked for. Where the curve jumps, the outcome earns more.
    due : bool
        Whether the line is due. If not, this is the outcome that it will need.

    Examples
    --------
    An illustration: Hartlepool planned 298 fewer emergency admissions, from 9,715. For half of the money
    it needs 149 fewer:

    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> half = bcf.required_outcome(settlement, "E06000001", "wave_1", "emergency_admissions", 10653968)
    >>> half.whole_outcome_numerator, round(float(half.achievement), 6)
    (9566, 0.5)
    """

    outcome_numerator: Fraction
    outcome_denominator: Fraction
    whole_outcome_numerator: int
    achievement: Fraction
    earned_pence: int
    due: bool


@guarded
def required_outcome(
    settlement: Settlement, area_code: str, wave: str, line: str, earned_pence: int
) -> RequiredOutcome:
    """Find the worst outcome with which a line of one area earns an amount, all other lines as they stand.

    Parameters
    ----------
    settlement : Settlement
        The rules, the plans, and the outcomes of all other lines.
    area_code, wave, line : str
        A metric line. It may be missing its outcome, or not be due yet.
    earned_pence : int
        From 1 to the most that the line can earn: its entitlement, where the curve reaches 1. A quarter of
        a cumulative pot can earn more, making good earlier ones, or less, where it starts from behind.

    Returns
    -------
    RequiredOutcome

    Raises
    ------
    InputError
        An unknown area, wave or line; a conditions line; a missing plan; a quarter of a cumulative pot with
        an earlier outcome missing or not due; an amount that no outcome pays, or that every outcome pays.

    Notes
    -----
    All steps are exact. An amount of whole pence is reached by `floor(x)` where it is reached by `x`.

    Fixed pots: `floor(entitlement * curve(a)) >= earned` where `curve(a) >= earned / entitlement`. As the
    curve never falls and is right-continuous, the achievements that pay run from a least one, `a`, up to 1:
    the start of the first piece that begins high enough, or where a rising piece gets there. The improvement
    needed is `a` times the planned one; where none is planned, the target itself (G3).

    Pots of planned value (C8): quarter q earns `max(0, floor(pot * min(max(A_q, 0), P_q) / R) - H)` with `H`
    earned before, so `A_q >= (H + earned) * R / pot`, and the quarter's own improvement is that less the
    improvement of the quarters before. Not cumulative: `earned / entitlement_q` of `P_q - P_(q-1)`.

    The outcome is the baseline less that improvement (plus it, where higher is better), and the whole number
    the next one on the better side. Source: A14, B8, C4, C8, G1, G3.

    Examples
    --------
    How many emergency admissions may Hartlepool have, at most, to earn £10,000 for January to March 2015?
    Its baseline is 2,360, and one fewer is worth £1,490: seven fewer earn £10,430, six £8,940.

    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> line = ("E06000001", "q4_2014_15", "emergency_admissions")
    >>> bcf.required_outcome(settlement, *line, 10_000_00).whole_outcome_numerator
    2353
    """
    area, place = position_of(settlement.areas, area_code), _place(settlement.scheme, wave, line)
    _need_data(settlement, area, place)
    asked = AskedLine.of(settlement, area, place)
    if fault := _unreachable(earned_pence, *asked.limits()):
        where = {"area_code": area_code, "wave": wave, "metric": line, "column": "earned_pence"}
        problem = {"table": "question", **where, "value": earned_pence, **fault}
        raise InputError(named([problem], settlement.areas))
    improvement = asked.span.needed(int(earned_pence))
    numerator = (asked.baseline - asked.sign * improvement) / asked.unit
    return RequiredOutcome(
        outcome_numerator=numerator,
        outcome_denominator=asked.denominator,
        whole_outcome_numerator=math.floor(numerator) if asked.sign > 0 else math.ceil(numerator),
        achievement=(
            improvement / asked.planned if asked.planned > 0 else Fraction(improvement >= asked.planned)
        ),
        earned_pence=int(earned_pence),
        due=asked.due,
    )


def _unreachable(earned: object, least: int, most: int) -> dict[str, str]:
    """Why no outcome is the worst that earns an amount, when all earn at least and at most so much."""
    if not isinstance(earned, (int, np.integer)) or isinstance(earned, bool):
        return {"reason": "not_a_number", "fix": "write whole pence, as an integer"}
    if earned < 1:
        fix = "ask for at least 1 penny"
    elif not most:
        fix = "no outcome earns anything on this line"
    elif earned > most:
        fix = f"nothing pays so much: the most that this line can earn is {most} pence ({pounds(most)})"
    elif earned <= least:
        fix = f"nothing is required: every outcome earns at least {least} pence ({pounds(least)})"
    else:
        return {}
    return {"reason": "out_of_range", "fix": fix}


def _place(scheme: Scheme, wave: str, line: str) -> int:
    """The number of a metric line for which an outcome can be asked."""
    for name, value in (("wave", wave), ("line", line)):
        take(value, str, name, f"write the name of a {name} as text")
    in_wave = [slot for slot in scheme.lines if slot.wave == wave]
    metrics = [slot.name for slot in in_wave if isinstance(slot.rule, MetricLine)]
    if line in metrics:
        return [(slot.wave, slot.name) for slot in scheme.metric_lines].index((wave, line))
    if not in_wave:
        column, value, fix = "wave", wave, nearest(wave, scheme.wave_names)
    else:
        fix = nearest(line, metrics) if metrics else f"no line of {wave} pays on an outcome"
        column, value, fix = "line", line, f"conditions have no outcome; {fix}" if line == CONDITIONS else fix
    raise InputError(
        [{"table": "scheme", "reason": "unknown_value", "column": column, "value": value, "fix": fix}]
    )


def _need_data(settlement: Settlement, area: int, line: int) -> None:
    """Refuse a line whose plan, or an earlier outcome that it builds on, is not there."""
    case = settlement.case
    pot, slots = case.scheme.pot, case.scheme.metric_lines
    needed = range(len(slots)) if isinstance(pot, PlannedValuePot) else range(line, line + 1)
    lacking = [("plan", slots[other]) for other in needed if not case.measures.planned[other, area]]
    if not lacking and isinstance(pot, PlannedValuePot) and pot.cumulative.value:
        lacking = [
            ("outcome", slots[other]) for other in range(line) if not case.measures.measured[other, area]
        ]
    if lacking:
        code = case.areas["area_code"].iloc[area]
        problems = (
            {
                "table": f"{what}s",
                "reason": "missing_row",
                "area_code": code,
                "wave": slot.wave,
                "metric": slot.name,
                "fix": f"{slots[line].wave} cannot be solved without this {what}"
                + (": give it, and settle at least through its wave" if what == "outcome" else ""),
            }
            for what, slot in lacking
        )
        raise InputError(named(problems, case.areas))


class Span(NamedTuple):
    """Up to which improvement a line earns least, from which on most, and which one an amount needs."""

    least: int
    most: int
    needed: Callable[[int], Fraction]


@dataclass(frozen=True)
class AskedLine:
    """A metric line of one area: its kernel, what is known of the area's other lines, and its own measure.

    Everything is in the integers of `Measures`; `unit` is one more in the numerator of the outcome.
    """

    kernel: FixedKernel | PlannedValueKernel
    line: int
    actual: tuple[int, ...]
    known: tuple[bool, ...]
    baseline: int
    planned: int
    sign: int
    unit: int
    denominator: Fraction
    due: bool

    @classmethod
    def of(cls, settlement: Settlement, area: int, line: int) -> AskedLine:
        """The line and area of these numbers."""
        case, allocation, assessed = settlement.case, settlement.allocation, settlement.assessed
        measures, paid = case.measures, len(case.scheme.metric_lines)
        over = int(measures.denominators[2 if measures.measured[line, area] else 1][line, area])
        below, above = measures.factor
        return cls(
            payment_kernel(case, allocation, assessed.terms).of_area(area),
            line,
            tuple(int(value) for value in assessed.actual[:paid, area]),
            tuple(bool(value) for value in assessed.known[:paid, area]),
            int(measures.baseline[line, area]),
            int(assessed.terms.planned[line, area]),
            int(measures.sign[line, area]),
            int(measures.per[line, area]) // over * above,
            Fraction(over, below),
            measures.slots[line].wave_index < case.due_waves,
        )

    def earned(self, improvement: int) -> list[int]:
        """What the area's metric lines earn if this one improves so much."""
        actual, known = list(self.actual), list(self.known)
        actual[self.line], known[self.line] = improvement, True
        paid = self.kernel.pay(integers(actual)[:, None], np.array(known)[:, None]).earned
        return [int(pence) for pence in paid[:, 0]]

    @cached_property
    def span(self) -> Span:
        """How earned money depends on the improvement; see the notes of `required_outcome`."""
        line = self.line
        entitlement = int(self.kernel.entitlement[line, 0])
        if isinstance(self.kernel, FixedKernel):
            curve = self.kernel.curves[line]
            if self.planned <= 0:
                return Span(self.planned - 1, self.planned, lambda _: Fraction(self.planned))
            return Span(
                0, self.planned, lambda e: self.planned * least_achievement(curve, Fraction(e, entitlement))
            )
        path = [0, *(int(value) for value in self.kernel.path[:, 0])]
        if not self.kernel.cumulative:
            step = path[line + 1] - path[line]
            return Span(0, step, lambda e: Fraction(e * step, entitlement))
        pot, whole = int(self.kernel.pot[0]), int(self.kernel.whole[0])
        made, before = sum(self.actual[:line]), sum(self.earned(0)[:line])
        return Span(-made, path[line + 1] - made, lambda e: Fraction((before + e) * whole, pot) - made)

    def limits(self) -> tuple[int, int]:
        """What the worst and the best outcome earn; no outcome is below 0."""
        worst, best, _ = self.span
        if self.sign > 0:
            best = min(best, self.baseline)
        else:
            worst = max(worst, -self.baseline)
        return self.earned(worst)[self.line], self.earned(best)[self.line]


def least_achievement(curve: Curve, share: Fraction) -> Fraction:
    """The least achievement from 0 to 1 at which a curve pays a share that it reaches."""
    ends = (*curve.starts[1:], Fraction(2))
    for start, end, (slope, intercept) in zip(curve.starts, ends, curve.pieces, strict=True):
        if slope * start + intercept >= share * curve.over:
            return start
        if slope and (reached := (share * curve.over - intercept) / slope) < end:
            return reached
    raise ValueError(f"the curve never pays {share}")


@guarded
def marginal_value(settlement: Settlement) -> pd.DataFrame:
    """Value one count more: what each area would earn with the numerator of one outcome one better.

    Parameters
    ----------
    settlement : Settlement
        A settlement with its outcomes.

    Returns
    -------
    DataFrame, a row per area and line
        `area_code`, `wave`, `line`, `value_pence`: what the area would earn in total with the numerator of
        that outcome, as given, one better (but not below 0), less what it earns now. 0 for conditions,
        and for lines that are missing or not due.

    Notes
    -----
    The kernel that settles pays the improved outcomes: all lines at once where each pays on its own, and
    a trial per quarter, added up over the area, where a quarter can make good an earlier one (C8). A trial
    is never worth less than nothing, as no curve falls.

    Examples
    --------
    One emergency admission fewer in a quarter is worth £1,490, or nothing to an area that has earned its
    pot, or whose emergency admissions are far above plan.

    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> bcf.marginal_value(settlement)["value_pence"].drop_duplicates().tolist()
    [149000, 0]
    """
    case, allocation, assessed = settlement.case, settlement.allocation, settlement.assessed
    paid = slice(len(case.scheme.metric_lines))
    kernel = payment_kernel(case, allocation, assessed.terms)
    gain = _gains(kernel, assessed.actual[paid], _one_better(case.measures)[paid], assessed.known[paid])
    value = np.zeros(allocation.entitlement.shape, dtype=np.int64)
    is_metric = [isinstance(slot.rule, MetricLine) for slot in case.scheme.lines]
    value[is_metric] = np.where(assessed.known[paid], gain, 0)
    keys = settlement.payments[[*SLOT_KEY]]
    return keys.assign(value_pence=value.T.ravel())


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
