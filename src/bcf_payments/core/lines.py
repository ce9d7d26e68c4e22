"""What became of every line in every area: achievement, status, pence, and what follows; as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bcf_payments.core.achievement import StatusArray, Terms, improvement
from bcf_payments.core.allocation import Allocation, allocation_of, planned_value_kernel
from bcf_payments.core.case import Case
from bcf_payments.core.gateways import kept_parts
from bcf_payments.core.payment import Curve, FixedKernel, Pence, PlannedValueKernel
from bcf_payments.core.review import NO_ACTION, Actions, triggered_actions
from bcf_payments.exact.numbers import BoolArray, FloatArray, IntArray, ratio
from bcf_payments.names import Held, Status
from bcf_payments.schemes import ConditionsLine, MetricLine, PlannedValuePot


@dataclass(frozen=True)
class Assessed:
    """Metric lines, those that pay first and then the monitored ones; shape (slots, areas)."""

    terms: Terms
    actual: IntArray
    status: StatusArray
    known: BoolArray


@dataclass(frozen=True)
class Settled:
    """Every line that pays, in the scheme's order; shape (lines, areas)."""

    entitlement: Pence
    earned: Pence
    status: StatusArray
    fraction_paid: FloatArray
    held: npt.NDArray[np.int8]
    due: BoolArray
    action: Actions

    @property
    def caught_up(self) -> Pence:
        """Money of earlier quarters made good."""
        return np.asarray(np.maximum(self.earned - self.entitlement, 0))

    @property
    def withheld(self) -> Pence:
        """Money that is due and not earned: held back."""
        return np.where(self.due, self.entitlement - self.earned + self.caught_up, 0)

    @property
    def not_due(self) -> Pence:
        """Money of payment points that have not come."""
        return np.where(self.due, 0, self.entitlement)


def assess_lines(case: Case) -> Assessed:
    """How far each metric line got."""
    measures = case.measures
    planned = improvement(measures.baseline, measures.target, measures.sign)
    actual = improvement(measures.baseline, measures.outcome, measures.sign)
    terms = Terms.of(planned)
    due = np.array([slot.wave_index < case.due_waves for slot in case.slots], dtype=bool)[:, None]
    known = _known(case)
    status = np.where(known, terms.status(actual), Status.MISSING)
    return Assessed(terms, actual, np.where(due, status, Status.NOT_DUE).astype(np.int8), known & due)


def _known(case: Case) -> BoolArray:
    """Where there is everything that a line needs.

    A pot of planned value needs every quarter's plan; where it is cumulative, also every outcome so far (C8).
    """
    measures = case.measures
    known = measures.planned & measures.measured
    pot = case.scheme.pot
    known[: len(case.scheme.metric_lines)] &= ~kept_parts(case).blank[case.scheme.metric_places]
    if isinstance(pot, PlannedValuePot):
        paid = slice(len(case.scheme.metric_lines))
        known[paid] &= measures.planned[paid].all(axis=0)
        if pot.cumulative.value:
            known[paid] = np.logical_and.accumulate(known[paid], axis=0)
    return known


def payment_kernel(case: Case, allocation: Allocation, terms: Terms) -> FixedKernel | PlannedValueKernel:
    """The kernel that turns actual improvements of the paying metric lines into pence."""
    if isinstance(case.scheme.pot, PlannedValuePot):
        return planned_value_kernel(case)
    curves = {name: _curve(curve.value) for name, curve in case.scheme.curves.items()}
    lines, kept = case.scheme.metric_places, kept_parts(case)
    names = [slot.rule.curve.value for slot in case.scheme.metric_lines if isinstance(slot.rule, MetricLine)]
    paying = tuple(kept.curve(line, curves[name]) for line, name in zip(lines, names, strict=True))
    return FixedKernel(kept.of(allocation.entitlement)[lines], terms.at(slice(len(lines))), paying)


@lru_cache(maxsize=256)
def _curve(points: tuple[tuple[Fraction, Fraction], ...]) -> Curve:
    return Curve.through(points)


def settle_lines(case: Case, allocation: Allocation, assessed: Assessed) -> Settled:
    """What each line earns, what is held back and why, and what a missed one triggers."""
    scheme = case.scheme
    shape = allocation.entitlement.shape
    due = np.array([slot.wave_index < case.due_waves for slot in scheme.lines], dtype=bool)[:, None]
    metric, kept = scheme.metric_places, kept_parts(case)
    earned = np.zeros(shape, dtype=np.int64)
    status = np.full(shape, Status.NOT_DUE, dtype=np.int8)
    fraction = np.full(shape, np.nan)
    held = np.full(shape, Held.PERFORMANCE, dtype=np.int8)
    action = np.full(shape, NO_ACTION, dtype=np.intp)

    paid = slice(len(metric))
    payout = payment_kernel(case, allocation, assessed.terms).pay(assessed.actual[paid], assessed.known[paid])
    earned[metric] = payout.earned
    status[metric] = assessed.status[paid]
    fraction[metric] = kept.fraction(metric, payout)
    held[metric] = kept.holds_back(metric, payout)
    held[status == Status.MISSING] = Held.MISSING_DATA
    terms = assessed.terms.at(paid)
    action[metric] = triggered_actions(scheme, terms, assessed.actual[paid], assessed.known[paid])

    for line, slot in enumerate(scheme.lines):
        if isinstance(slot.rule, ConditionsLine) and due[line] and slot.wave in case.assured:
            entitlement, assured = allocation.entitlement[line], case.assured[slot.wave]
            payout, status[line], held[line] = kept.conditions(line, slot.rule, entitlement, assured)
            earned[line] = payout.earned
            fraction[line] = ratio(payout.part, payout.whole)
    fraction[~np.broadcast_to(due, shape)] = np.nan
    withheld = np.where(due, allocation.entitlement - earned, 0)
    held[withheld <= 0] = Held.NOTHING
    return Settled(allocation.entitlement, earned, status, fraction, held, due, action)


class Figures(NamedTuple):
    """What a case comes to: allocation, performance, and what every line earns."""

    allocation: Allocation
    assessed: Assessed
    settled: Settled


def figures_of(case: Case) -> Figures:
    """The figures of a case."""
    allocation, assessed = allocation_of(case), assess_lines(case)
    return Figures(allocation, assessed, settle_lines(case, allocation, assessed))
