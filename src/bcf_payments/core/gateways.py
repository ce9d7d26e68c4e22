"""What gateways leave of what lines earn: a fraction of two integers, multiplied before rounding."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bcf_payments.core.achievement import StatusArray
from bcf_payments.core.case import BLANK, Assured, Case
from bcf_payments.core.conditions import conditions_status, settle_conditions
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
from bcf_payments.names import Held, Status
from bcf_payments.schemes import ConditionsLine


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

    def conditions(
        self, line: int, rule: ConditionsLine, entitlement: Pence, assured: Assured
    ) -> tuple[Payout, StatusArray, npt.NDArray[np.int8]]:
        """What is left of what a conditions line pays, its status, and why it holds back what it does."""
        payout, held = settle_conditions(rule, entitlement, self.assured(line, assured))
        status = conditions_status(payout, held)
        part, whole = _multiplied(payout.part, self.part[line]), times(payout.whole, self.whole[line])
        held[status == Status.MET] = Held.GATEWAY
        return Payout(floor_share(entitlement, part, whole), part, whole), status, held

    def assured(self, line: int, assured: Assured) -> Assured:
        """What a line sees of its conditions: nothing where a gateway is not known."""
        seen = {name: np.where(self.blank[line], BLANK, met) for name, met in assured.conditions.items()}
        return replace(assured, conditions=seen)

    def fraction(self, lines: list[int], payout: Payout) -> FloatArray:
        """The share that lines are paid in the end, whose payouts are in units of a `whole`th."""
        return ratio(_multiplied(payout.part, self.part[lines]), payout.whole)

    def holds_back(self, lines: list[int], payout: Payout) -> npt.NDArray[np.int8]:
        """Why such payouts are not all: gateways, where all would be paid but for them, or performance."""
        whole = integers([self.whole[line] for line in lines])[:, None]
        all_else = _multiplied(payout.part, whole) == payout.whole
        return np.where(all_else, Held.GATEWAY, Held.PERFORMANCE).astype(np.int8)


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
            met, keeps = _answers(case, slot.wave, gateway.condition.value), gateway.keeps.value
            part[line] *= np.where(met == 1, keeps.denominator, keeps.numerator)
            whole[line] *= keeps.denominator
            blank[line] |= met == BLANK
    return Kept(narrow(part), tuple(whole), blank)


def _answers(case: Case, wave: str, condition: str) -> IntArray:
    """1, 0 or `BLANK` by area; blank where there is no assurance."""
    if wave not in case.assured:
        return np.full(case.size, BLANK)
    return case.assured[wave].conditions[condition]
