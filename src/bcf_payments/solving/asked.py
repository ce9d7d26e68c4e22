"""One line of one area, and the payment rules turned round: from pence to the improvement that earns them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bcf_payments.exact import integers
from bcf_payments.lines import payment_kernel
from bcf_payments.payment import Curve, FixedKernel, PlannedValueKernel

if TYPE_CHECKING:
    from bcf_payments.allocation import Allocation
    from bcf_payments.case import Case
    from bcf_payments.lines import Assessed
    from bcf_payments.settlement import Settlement


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
        case, allocation, assessed = workings(settlement)
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


def workings(settlement: Settlement) -> tuple[Case, Allocation, Assessed]:
    """The arrays behind the tables of a settlement."""
    return settlement._case, settlement._allocation, settlement._assessed  # noqa: SLF001 - of one package
