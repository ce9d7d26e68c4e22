"""Laws of splitting a total: largest remainder, exact, in whole pence."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pandas as pd
from hypothesis import assume, given
from hypothesis import strategies as st

import bcf_payments as bcf
from bcf_payments.testing import weights

from .changes import is_read, number
from .laws import law

TOTALS = st.integers(-(10**15), 10**15)
WHOLE_TOTALS = st.integers(0, 10**15)
RATIOS = st.fractions(min_value=Fraction(1, 10**6), max_value=10**6, max_denominator=10**6)


def quotas(total: int, column: pd.Series) -> list[Fraction]:
    exact = [number(value) for value in column.tolist()]
    return [total * weight / sum(exact) for weight in exact]


def by_hand(total: int, column: pd.Series) -> list[int]:
    """Largest remainder in fractions: what the fast path must equal."""
    exact = quotas(abs(total), column)
    amounts = [int(quota) for quota in exact]
    labels = column.index.tolist()
    order = sorted(range(len(exact)), key=lambda i: (amounts[i] - exact[i], labels[i]))
    for place in order[: abs(total) - sum(amounts)]:
        amounts[place] += 1
    return [-amount if total < 0 else amount for amount in amounts]


@law("apportion-adds-up", "What is apportioned adds up to the total.", "G2")
@given(TOTALS, weights())
def test_apportioned_amounts_add_up(total, column):
    assert sum(bcf.apportion(total, column).tolist()) == total


@law("apportion-exact", "Every amount is what largest remainders in fractions give, to the penny.", "G2")
@given(TOTALS, weights())
def test_apportionment_equals_fractions(total, column):
    assert bcf.apportion(total, column).tolist() == by_hand(total, column)


@law("apportion-quota", "Every apportioned amount is within a penny of its exact quota.", "G2")
@given(TOTALS, weights())
def test_amounts_are_within_a_penny_of_their_quotas(total, column):
    amounts = bcf.apportion(total, column).tolist()
    assert all(abs(a - q) < 1 for a, q in zip(amounts, quotas(total, column), strict=True))


@law("apportion-equal", "Equal weights differ by a penny at most.", "G2")
@given(TOTALS, weights())
def test_equal_weights_differ_by_a_penny_at_most(total, column):
    amounts = bcf.apportion(total, column)
    for _, group in amounts.groupby([number(value) for value in column.tolist()]):
        assert group.max() - group.min() <= 1


@law("apportion-monotone", "Of a total that is not negative, a bigger weight never gets less.", "G2")
@given(WHOLE_TOTALS, weights())
def test_a_bigger_weight_never_gets_less(total, column):
    amounts = bcf.apportion(total, column).tolist()
    exact = [number(value) for value in column.tolist()]
    lowest_so_far = {}
    for weight, amount in zip(exact, amounts, strict=True):
        lowest, highest = lowest_so_far.get(weight, (amount, amount))
        lowest_so_far[weight] = (min(lowest, amount), max(highest, amount))
    ranked = [lowest_so_far[weight] for weight in sorted(lowest_so_far)]
    assert all(below[1] <= above[0] for below, above in pairwise(ranked))


@law("apportion-scale", "Scaling all weights by one exact positive rational changes nothing.", "G2")
@given(TOTALS, weights(), RATIOS)
def test_scaling_all_weights_changes_nothing(total, column, ratio):
    products = [number(value) * ratio for value in column.tolist()]
    assume(all(map(is_read, products)))
    scaled = pd.Series(list(map(str, products)), index=column.index)
    pd.testing.assert_series_equal(bcf.apportion(total, scaled), bcf.apportion(total, column))


@law("apportion-order", "The order of the weights changes nothing.", "G2")
@given(TOTALS, weights(), st.integers(0, 2**16))
def test_the_order_of_weights_changes_nothing(total, column, seed):
    shuffled = column.sample(frac=1, random_state=seed)
    again = bcf.apportion(total, shuffled)
    assert again.index.equals(shuffled.index)
    pd.testing.assert_series_equal(again.reindex(column.index), bcf.apportion(total, column))


@law("apportion-zero", "A weight of zero gets nothing.", "G2")
@given(TOTALS, weights())
def test_a_weight_of_zero_gets_nothing(total, column):
    zero = np.array([number(value) == 0 for value in column.tolist()])
    assert not bcf.apportion(total, column)[zero].any()


@law("apportion-mirror", "A negative total is the mirror image of the positive one.", "G2")
@given(TOTALS, weights())
def test_a_negative_total_is_the_mirror_image(total, column):
    pd.testing.assert_series_equal(bcf.apportion(-total, column), -bcf.apportion(total, column))


@law(
    "split-exact",
    "Shares that add up to 1 split a total as largest remainders do, equal ones to the earlier name.",
    "G2",
)
@given(TOTALS, st.lists(st.integers(0, 50), min_size=1, max_size=12).filter(any))
def test_splitting_equals_fractions(total, parts):
    shares = {f"part {i:02}": Fraction(part, sum(parts)) for i, part in enumerate(parts)}
    assert list(bcf.split(total, shares).values()) == by_hand(total, pd.Series(shares))
    assert list(bcf.split(total, shares)) == list(shares)
