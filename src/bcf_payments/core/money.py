"""Splitting money exactly: the method of largest remainders, in whole pence."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from bcf_payments.exact.numbers import INT64_LIMIT, NumberError, as_fraction
from bcf_payments.exact.sharing import in_shares
from bcf_payments.words import briefly


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
    amounts = in_shares(abs(total), exact.values())
    return {name: -amount if total < 0 else amount for name, amount in zip(exact, amounts, strict=True)}


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
