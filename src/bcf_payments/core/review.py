"""Which missed lines trigger a review, and what follows: the money stays with the area (A5, A6, B4-B7)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from bcf_payments.core.achievement import Terms
from bcf_payments.exact.numbers import BoolArray, IntArray, peak, ratio, widen
from bcf_payments.schemes import MetricLine, Scheme

NO_ACTION = -1
"""In place of an action's number where nothing is triggered."""

Actions = npt.NDArray[np.intp]


def triggered_actions(scheme: Scheme, terms: Terms, actual: IntArray, known: BoolArray) -> Actions:
    """The action that each metric line triggers, by number, or `NO_ACTION`.

    Parameters
    ----------
    scheme : Scheme
        Its review rules, from the lowest threshold to the highest.
    terms : Terms
        Of the metric lines that pay, shape (lines, areas).
    actual : ndarray of int64 or object, shape (lines, areas)
        Actual improvement.
    known : ndarray of bool, shape (lines, areas)
        Where a line is due and not missing.

    Returns
    -------
    ndarray of int, shape (lines, areas)
    """
    actions = np.full(known.shape, NO_ACTION, dtype=np.intp)
    if scheme.review is None:
        return actions
    for number, action in reversed(list(enumerate(scheme.review.actions))):
        actions[missed_lines(scheme, terms, actual, known, action.trigger_below.value)] = number
    return actions


def missed_lines(
    scheme: Scheme, terms: Terms, actual: IntArray, known: BoolArray, threshold: Fraction
) -> BoolArray:
    """Missed lines whose decisive achievement is below a threshold; shape (lines, areas)."""
    missed, full = np.zeros(known.shape, dtype=bool), full_from(scheme)
    for lines in judged_together(scheme):
        paid_full = [full[line] for line in lines]
        missed[lines] = missed_below(terms.at(lines), actual[lines], known[lines], threshold, paid_full)
    return missed


def judged_together(scheme: Scheme) -> list[list[int]]:
    """The metric lines whose mean achievement decides for them all: each alone, or those of a wave (B7)."""
    lines = list(enumerate(scheme.metric_lines))
    if scheme.review is None or scheme.review.scope.value == "each":
        return [[line] for line, _ in lines]
    waves = sorted({slot.wave_index for _, slot in lines})
    return [[line for line, slot in lines if slot.wave_index == wave] for wave in waves]


def full_from(scheme: Scheme) -> list[Fraction]:
    """By metric line, the achievement from which on its curve pays all; 1 where it never does."""
    rules = [slot.rule for slot in scheme.metric_lines if isinstance(slot.rule, MetricLine)]
    curves = [scheme.curves[rule.curve.value].value for rule in rules]
    return [next((x for x, y in points if y == 1), Fraction(1)) for points in curves]


def missed_below(
    terms: Terms, actual: IntArray, known: BoolArray, threshold: Fraction, full: Sequence[Fraction] = ()
) -> BoolArray:
    """The missed among lines that are judged together, where their mean achievement is below a threshold.

    `full` is what each must achieve to be paid in full, else all: no such line is missed. `actual` may have
    leading axes of draws before (lines, areas), and so has the answer then.
    """
    missed: BoolArray = known & ~terms.met(actual)
    if len(known) == 1 and min(threshold, *full) >= 1:
        return missed  # a missed line has not achieved all that was planned
    part = terms.achieved(actual)
    for line in (line for line, least in enumerate(full) if least < 1):
        missed[..., line, :] &= _below(part[..., line, :], terms.whole[line], full[line])
    if len(known) == 1:
        return missed & _below(part, terms.whole, threshold)
    return missed & _mean_below(part, terms.whole, known, threshold)[..., None, :]


def _below(part: IntArray, whole: IntArray, threshold: Fraction) -> BoolArray:
    """Whether `part / whole` is below a threshold."""
    bound = peak(whole) * max(threshold.numerator, threshold.denominator)
    part, whole = widen(bound, part, whole)
    return np.asarray(part * threshold.denominator < whole * threshold.numerator, dtype=bool)


def _mean_below(part: IntArray, whole: IntArray, known: BoolArray, threshold: Fraction) -> BoolArray:
    """Whether each area's mean of `part / whole` over its known lines is below a threshold.

    Floats decide where they are further from the threshold than their rounding can reach: each of the
    n + 2 terms is off by at most 2**-53 of a number of at most n + 1. The rest is decided in fractions.
    """
    gap = np.where(known, ratio(part, whole), 0.0).sum(axis=-2) - float(threshold) * known.sum(axis=0)
    below = np.asarray(gap < 0, dtype=bool)
    unsure = np.abs(gap) <= (len(whole) + 2) ** 2 * 2.0**-52
    for where in np.argwhere(unsure):
        draw, area = tuple(where[:-1]), int(where[-1])
        lines = np.flatnonzero(known[:, area])
        achieved = part[draw][lines, area]
        total = sum(Fraction(int(a), int(w)) for a, w in zip(achieved, whole[lines, area], strict=True))
        below[(*draw, area)] = total < threshold * len(lines)
    return below
