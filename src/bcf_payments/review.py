"""Which missed lines trigger a review, and what follows: the money stays with the area (A5, A6, B4-B7)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from bcf_payments.achievement import Status, StatusArray, Terms
from bcf_payments.exact import BoolArray, IntArray, peak, ratio, widen
from bcf_payments.schemes import Scheme

NO_ACTION = -1
"""In place of an action's number where nothing is triggered."""

Actions = npt.NDArray[np.intp]


def triggered_actions(scheme: Scheme, terms: Terms, actual: IntArray, status: StatusArray) -> Actions:
    """The action that each metric line triggers, by number, or `NO_ACTION`.

    Parameters
    ----------
    scheme : Scheme
        Its review rules, from the lowest threshold to the highest.
    terms : Terms
        Of the metric lines that pay, shape (lines, areas).
    actual : ndarray of int64 or object, shape (lines, areas)
        Actual improvement.
    status : ndarray of int8, shape (lines, areas)
        Status codes.

    Returns
    -------
    ndarray of int, shape (lines, areas)
    """
    actions = np.full(status.shape, NO_ACTION, dtype=np.intp)
    if scheme.review is None:
        return actions
    for number, action in reversed(list(enumerate(scheme.review.actions))):
        below = missed_below(scheme, terms, actual, status, action.trigger_below.value)
        actions[below] = number
    return actions


def missed_below(
    scheme: Scheme, terms: Terms, actual: IntArray, status: StatusArray, threshold: Fraction
) -> BoolArray:
    """Missed lines whose decisive achievement is below a threshold; shape (lines, areas)."""
    missed: BoolArray = (status == Status.PARTLY_MET) | (status == Status.NOT_MET)
    part = terms.achieved(actual)
    if scheme.review is None or scheme.review.scope.value == "each":
        return missed & _below(part, terms.whole, threshold)
    judged = missed | (status == Status.MET)
    waves = np.array([slot.wave_index for slot in scheme.metric_lines])
    for wave in np.unique(waves):
        lines = waves == wave
        missed[lines] &= _mean_below(part[lines], terms.whole[lines], judged[lines], threshold)
    return missed


def _below(part: IntArray, whole: IntArray, threshold: Fraction) -> BoolArray:
    """Whether `part / whole` is below a threshold."""
    bound = peak(whole) * max(threshold.numerator, threshold.denominator)
    part, whole = widen(bound, part, whole)
    return np.asarray(part * threshold.denominator < whole * threshold.numerator, dtype=bool)


def _mean_below(part: IntArray, whole: IntArray, judged: BoolArray, threshold: Fraction) -> BoolArray:
    """Whether each area's mean of `part / whole` over its judged lines is below a threshold.

    Floats decide where they are further from the threshold than their rounding can reach: each of the
    n + 2 terms is off by at most 2**-53 of a number of at most n + 1. The rest is decided in fractions.
    """
    count = judged.sum(axis=0)
    gap = np.where(judged, ratio(part, whole), 0.0).sum(axis=0) - float(threshold) * count
    below = np.asarray(gap < 0, dtype=bool)
    unsure = np.abs(gap) <= (len(part) + 2) ** 2 * 2.0**-52
    for area in np.flatnonzero(unsure):
        lines = np.flatnonzero(judged[:, area])
        total = sum(Fraction(int(part[line, area]), int(whole[line, area])) for line in lines)
        below[area] = total < threshold * len(lines)
    return below
