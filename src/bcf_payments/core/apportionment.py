"""Money split exactly: `apportion` over a column of weights, `split` by a few named shares."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments import hints
from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import INT64_LIMIT, NumberError, as_fraction, exact_column
from bcf_payments.exact.sharing import in_shares, largest_remainder
from bcf_payments.given import take
from bcf_payments.tables.keyed import as_array
from bcf_payments.tables.number_checks import bad_numbers, number_rule
from bcf_payments.tables.row_rules import Sheet
from bcf_payments.words import briefly


def apportion(total_pence: int, weights: hints.AnySeries) -> hints.IntSeries:
    """Apportion a total over weights by largest remainder.

    Parameters
    ----------
    total_pence : int
        Whole pence; a negative total is the mirror image of the positive one.
    weights : Series, shape (n,)
        Exact numbers of at least 0, not all 0 unless the total is 0: integers, floats (each the shortest
        decimal that prints it), decimals, fractions, or text such as `"0.1"` or `"1/12"`. Labels must be
        unique.

    Returns
    -------
    Series of int64, shape (n,)
        `amount_pence`, with the index of `weights`, adding up to the total: the exact quota
        `total * weight / sum(weights)` rounded down, and one penny more for the largest remainders, equal
        ones to the smaller label.

    Raises
    ------
    InputError
        Weights that are no Series (the error is a TypeError as well); weights that are negative, missing,
        infinite or not numbers, or all zero; repeated, missing or incomparable labels; a total that is not
        whole pence. All faults of the weights at once.

    Notes
    -----
    Source: G2. One more penny in the total may lower an amount (the Alabama paradox): no rounding to whole
    pence by quotas can promise otherwise.

    Examples
    --------
    The £1bn pot over three areas, by population:

    >>> apportion(100_000_000_000, pd.Series({"Kent": 1_510_400, "Leeds": 766_399, "Rutland": 38_022}))
    Kent       65249105654
    Leeds      33108348335
    Rutland     1642546011
    Name: amount_pence, dtype: int64
    """
    take(weights, pd.Series, "weights", "give a pandas Series with a label for each weight: pd.Series(...)")
    total = whole_pence(total_pence)
    values = as_array(weights)
    problems = _faults(weights, values)
    whole = np.zeros(0) if problems else exact_column(values).numerators
    if total and not problems and not whole.any():
        problems.append(_fault("out_of_range", "", "give at least one label a weight above 0"))
    if problems:
        raise InputError(pd.concat(problems, ignore_index=True))
    amounts = largest_remainder(abs(total), whole, lambda tied: _by_label(tied, weights.index))
    return pd.Series(-amounts if total < 0 else amounts, index=weights.index, name="amount_pence")


def _by_label(positions: npt.NDArray[np.intp], labels: pd.Index[Any]) -> npt.NDArray[np.intp]:
    try:
        return positions[labels[positions].argsort()]
    except TypeError as error:
        fix = "use labels of one kind: equal remainders go to the smaller label"
        raise InputError([_fault("bad_code", "", fix).iloc[0].to_dict()]) from error


def _faults(weights: pd.Series[Any], values: npt.NDArray[Any]) -> list[pd.DataFrame]:
    """What is wrong with weights and labels."""
    labels, problems = weights.index, []
    bad = bad_numbers(values, divides=False)
    if bad.any():
        found = number_rule(("weight",)).problems(Sheet(weights.to_frame("weight")), "weights")
        problems.append(found.assign(area_code=[str(label) for label in labels[bad].tolist()]))
    if not labels.is_unique:
        repeated = [str(label) for label in labels[labels.duplicated()].tolist()]
        problems.append(_fault("duplicate_row", repeated, "keep one weight for each label"))
    if not isinstance(labels, pd.MultiIndex) and labels.hasnans:
        problems.append(_fault("missing_value", "", "give every weight a label"))
    return problems


def _fault(reason: str, labels: list[str] | str, fix: str) -> pd.DataFrame:
    where = [labels] if isinstance(labels, str) else labels
    return pd.DataFrame(
        {"table": "weights", "reason": reason, "area_code": where, "column": "weight", "fix": fix}
    )


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
