"""What the conditions of a plan pay: nothing for one that is late or not approved (A12, B3, B8)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bcf_payments.core.achievement import StatusArray
from bcf_payments.core.case import BLANK, Assured
from bcf_payments.core.payment import Payout, Pence
from bcf_payments.exact.numbers import IntArray, floor_share
from bcf_payments.names import Held, Status
from bcf_payments.schemes import ConditionsLine


def pay_conditions(entitlement: Pence, met: IntArray, needed: int) -> Payout:
    """What conditions earn when `met` of `needed` equal parts are paid; arrays by area."""
    whole = np.full(met.shape, needed, dtype=np.int64)
    return Payout(floor_share(entitlement, met, whole), met, whole)


def settle_conditions(
    rule: ConditionsLine, entitlement: Pence, assured: Assured
) -> tuple[Payout, npt.NDArray[np.int8]]:
    """What a conditions line pays by area, and why it holds back what it does (A12, B3, B8)."""
    conditions = np.stack([assured.conditions[name] for name in rule.conditions.value])
    submit_by = rule.submit_by.value if rule.submit_by else None
    late = assured.late(submit_by)
    blank = (conditions == BLANK).any(axis=0) | assured.undated(submit_by)
    each = rule.pays.value == "each"
    needed = len(conditions) if each else 1
    met = (conditions == 1).sum(axis=0) if each else (conditions == 1).all(axis=0).astype(np.int64)
    held = np.select(
        [assured.not_approved, late, blank],
        [Held.PLAN_NOT_APPROVED, Held.CONDITIONS, Held.MISSING_DATA],
        Held.CONDITIONS,
    ).astype(np.int8)
    barred = assured.not_approved | late | blank
    return pay_conditions(entitlement, np.where(barred, 0, met), needed), held


def conditions_status(payout: Payout, held: npt.NDArray[np.int8]) -> StatusArray:
    """Met, partly or not, by what is paid; missing where that is why nothing is."""
    whole = payout.part == payout.whole
    status = np.select([whole, payout.part > 0], [Status.MET, Status.PARTLY_MET], Status.NOT_MET)
    return np.where(held == Held.MISSING_DATA, Status.MISSING, status).astype(np.int8)
