"""What gateways leave of what lines earn: a fraction of two integers, multiplied before rounding."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bcf_payments.core.case import BLANK, Assured, Case
from bcf_payments.core.payment import Curve, Payout, Pence
from bcf_payments.exact.numbers import (
    BoolArray,
    FloatArray,
    IntArray,
    floor_share,
    integers,
    narrow,
    peak,
    ratio,
    times,
    widen,
)


@dataclass(frozen=True)
class Kept:
    """The part that is kept, `part / whole`, and where it is not known.

    `part` and `blank` have the shape (lines, areas), `whole` is by line.
    """

    part: IntArray
    whole: tuple[int, ...]
    blank: BoolArray

    def of(self, amounts: IntArray) -> IntArray:
        """Amounts times `part`: what is kept, in units of a `whole`th."""
        return _multiplied(amounts, self.part)

    def curve(self, line: int, curve: Curve) -> Curve:
        """The curve that pays a line's amount in units of a `whole`th."""
        return replace(curve, over=curve.over * self.whole[line])

    def assured(self, line: int, assured: Assured) -> Assured:
        """What a line sees of its conditions: nothing where a gateway is not known."""
        seen = {name: np.where(self.blank[line], BLANK, met) for name, met in assured.conditions.items()}
        return replace(assured, conditions=seen)

    def cut(self, line: int, entitlement: Pence, payout: Payout) -> Payout:
        """What is left of the payout of a line."""
        part, whole = _multiplied(payout.part, self.part[line]), times(payout.whole, self.whole[line])
        return Payout(floor_share(entitlement, part, whole), part, whole)

    def fraction(self, lines: list[int], payout: Payout) -> FloatArray:
        """The share that lines are paid in the end, whose payouts are in units of a `whole`th."""
        return ratio(_multiplied(payout.part, self.part[lines]), payout.whole)

    def is_all_else(self, lines: list[int], payout: Payout) -> BoolArray:
        """Whether such payouts would be the whole amount but for gateways."""
        whole = integers([self.whole[line] for line in lines])[:, None]
        return np.asarray(_multiplied(payout.part, whole) == payout.whole, dtype=bool)


def _multiplied(left: IntArray, right: IntArray) -> IntArray:
    left, right = widen(max(peak(left), 1) * max(peak(right), 1), left, right)
    return np.asarray(left * right)


def kept_parts(case: Case) -> Kept:
    """What gateways leave of what each line earns, by line and area."""
    scheme = case.scheme
    part = np.ones((len(scheme.lines), case.size), dtype=object if scheme.gateways else np.int64)
    blank = np.zeros(part.shape, dtype=bool)
    whole = [1] * len(part)
    for line, slot in enumerate(scheme.lines):
        for gateway in scheme.gateways_of(slot.wave):
            met, keeps = _answers(case, gateway.condition.value), gateway.keeps.value
            part[line] *= np.where(met == 1, keeps.denominator, keeps.numerator)
            whole[line] *= keeps.denominator
            blank[line] |= met == BLANK
    return Kept(narrow(part), tuple(whole), blank)


def _answers(case: Case, condition: str) -> IntArray:
    """1, 0 or `BLANK` by area; blank where there is no assurance."""
    if case.assured is None:
        return np.full(case.size, BLANK)
    return case.assured.conditions[condition]
