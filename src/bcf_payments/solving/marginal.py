"""What one count more is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bcf_payments import hints
from bcf_payments.exact import BoolArray, IntArray, peak, times, widen
from bcf_payments.given import guarded
from bcf_payments.lines import payment_kernel
from bcf_payments.payment import FixedKernel, Pence, PlannedValueKernel
from bcf_payments.schemes import MetricLine
from bcf_payments.solving.asked import workings

if TYPE_CHECKING:
    from bcf_payments.case import Measures


@guarded
def marginal_value(settlement: hints.Settlement) -> pd.DataFrame:
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
    case, allocation, assessed = workings(settlement)
    paid = slice(len(case.scheme.metric_lines))
    kernel = payment_kernel(case, allocation, assessed.terms)
    gain = _gains(kernel, assessed.actual[paid], _one_better(case.measures)[paid], assessed.known[paid])
    value = np.zeros(allocation.entitlement.shape, dtype=np.int64)
    is_metric = [isinstance(slot.rule, MetricLine) for slot in case.scheme.lines]
    value[is_metric] = np.where(assessed.known[paid], gain, 0)
    keys = settlement.payments[["area_code", "wave", "line"]]
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
