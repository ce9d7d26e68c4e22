"""Apportioning a total over a column of weights: `largest_remainder` for people who hold a Series."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments import hints
from bcf_payments.core.money import whole_pence
from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import exact_column
from bcf_payments.exact.sharing import largest_remainder
from bcf_payments.given import take
from bcf_payments.tables.rules import Sheet, as_array, bad_numbers, number_rule


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
