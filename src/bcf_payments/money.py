"""Splitting money exactly: the method of largest remainders, in whole pence."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from bcf_payments.briefly import briefly
from bcf_payments.exact import INT64_LIMIT, IntArray, NumberError, as_fraction, integers, peak, widen

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


def split(total_pence: int, shares: Mapping[str, Fraction | str | int]) -> dict[str, int]:
    """Split a total into named shares that add up to exactly 1 (G2).

    Parameters
    ----------
    total_pence : int
        Whole pence; a negative total is the mirror image of the positive one.
    shares : mapping of str to Fraction, str or int
        Exact shares of at least 0 (`Fraction(1, 3)`, `"1/3"`, `"0.25"`), adding up to exactly 1.

    Returns
    -------
    dict of str to int
        Pence by name, in the order given, adding up to the total. Each is within a penny of
        `total * share`; pence left over go to the largest remainders, equal ones to the earlier name.

    Raises
    ------
    ValueError
        A total that is not a whole number below 2**63 in size; shares that are not numbers, negative, or
        do not add up to 1. The error is an `InputError`.

    Notes
    -----
    Source: G2.

    Examples
    --------
    One pound in three parts: the penny left over goes to the first.

    >>> split(100, {"north": "1/3", "midlands": "1/3", "south": "1/3"})
    {'north': 34, 'midlands': 33, 'south': 33}
    """
    from bcf_payments.given import take

    total = whole_pence(total_pence)
    fix = "give a dictionary of shares by name, such as {'north': '1/3', 'south': '2/3'}"
    exact = _shares(take(shares, Mapping, "shares", fix))
    denominator = math.lcm(*(share.denominator for share in exact.values()))
    weights = integers([int(share * denominator) for share in exact.values()])
    amounts = largest_remainder(abs(total), weights)
    return {
        name: -amount if total < 0 else amount for name, amount in zip(exact, amounts.tolist(), strict=True)
    }


def whole_pence(total_pence: object) -> int:
    """The total as a Python integer; an `InputError` if it is not a whole number of pence below 2**63."""
    from bcf_payments.errors import InputError

    if isinstance(total_pence, (int, np.integer)) and not isinstance(total_pence, bool):
        total = int(total_pence)
        if abs(total) < INT64_LIMIT:
            return total
    fix = "give whole pence as an integer below 2**63"
    reason = "out_of_range" if isinstance(total_pence, int) else "not_a_number"
    raise InputError([{"table": "total_pence", "reason": reason, "value": briefly(total_pence), "fix": fix}])


def _shares(shares: Mapping[str, Fraction | str | int]) -> dict[str, Fraction]:
    from bcf_payments.errors import InputError

    exact: dict[str, Fraction] = {}
    problems = []
    for name, share in shares.items():
        try:
            exact[name] = as_fraction(share)
        except NumberError as error:
            problems.append(
                {"reason": error.reason, "column": name, "value": briefly(share), "fix": str(error)}
            )
            continue
        if exact[name] < 0:
            problems.append(
                {
                    "reason": "out_of_range",
                    "column": name,
                    "value": briefly(share),
                    "fix": "give a share of at least 0",
                }
            )
    if not problems and sum(exact.values()) != 1:
        fix = f"make the shares add up to exactly 1, not {briefly(sum(exact.values()))}"
        given = ", ".join(map(briefly, shares.values()))
        problems.append({"reason": "out_of_range", "value": given, "fix": fix})
    if problems:
        raise InputError([{"table": "shares", **problem} for problem in problems])
    return exact
