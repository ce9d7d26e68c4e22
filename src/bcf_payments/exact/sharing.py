"""Whole units shared out over weights: the method of largest remainders."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from bcf_payments.exact.numbers import IntArray, integers, peak, widen

TieOrder = Callable[[npt.NDArray[np.intp]], npt.NDArray[np.intp]]
"""Sorts positions with equal remainders by who comes first."""


def largest_remainder(total: int, weights: IntArray, tie_order: TieOrder = np.sort) -> npt.NDArray[np.int64]:
    """A total of at least 0 in whole units, in proportion to integer weights (G2).

    Parameters
    ----------
    total : int
        At least 0, below 2**63.
    weights : ndarray of int64 or object, shape (n,)
        At least 0; not all 0 unless the total is 0.
    tie_order : callable
        Puts positions with equal remainders in the order in which they are served; by default the
        earlier comes first.

    Returns
    -------
    ndarray of int64, shape (n,)
        Adds up to `total`. Each is its quota `total * weight / sum(weights)` rounded down, and one
        more for the largest remainders.
    """
    if total == 0:
        return np.zeros(len(weights), dtype=np.int64)
    highest = peak(weights)
    (weights,) = widen(max(total * highest, len(weights) * highest), weights)
    whole = weights.sum()
    scaled = weights * total
    quotas = scaled // whole
    remainders = scaled - quotas * whole
    amounts: npt.NDArray[np.int64] = quotas.astype(np.int64)
    left_over = total - int(amounts.sum())
    if left_over:
        cut = np.partition(remainders, len(remainders) - left_over)[len(remainders) - left_over]
        above = remainders > cut
        amounts += above
        ties = tie_order(np.flatnonzero(remainders == cut))
        amounts[ties[: left_over - int(above.sum())]] += 1
    return amounts


def divided(totals: IntArray, shares: IntArray) -> npt.NDArray[np.int64]:
    """Totals of at least 0, each divided in the same proportions by largest remainder (G2).

    Parameters
    ----------
    totals : ndarray of int64 or object, shape (n,)
        At least 0, below 2**63.
    shares : ndarray of int64 or object, shape (k,)
        At least 0; not all 0 unless every total is 0.

    Returns
    -------
    ndarray of int64, shape (k, n)
        Column by column what `largest_remainder` makes of the total.
    """
    whole = max(int(sum(shares.tolist())), 1)
    totals, shares = widen(max(peak(totals), 1) * whole, totals, shares)
    scaled = np.multiply.outer(shares, totals)
    amounts = scaled // whole
    remainders = scaled - amounts * whole
    order = np.argsort(-remainders, axis=0, kind="stable")
    left_over = totals - amounts.sum(axis=0)
    more = np.arange(len(shares))[:, None] < left_over
    np.put_along_axis(amounts, order, np.take_along_axis(amounts, order, axis=0) + more, axis=0)
    return amounts.astype(np.int64)


def in_shares(total: int, shares: Iterable[Fraction]) -> list[int]:
    """A total of at least 0 in proportion to exact shares that add up to 1; the earlier of equals first."""
    return [int(amount) for amount in divided(integers([total]), in_proportion(shares))[:, 0]]


def in_proportion(shares: Iterable[Fraction]) -> IntArray:
    """Exact shares as integers in proportion."""
    exact = list(shares)
    denominator = math.lcm(*(share.denominator for share in exact))
    return integers([int(share * denominator) for share in exact])
