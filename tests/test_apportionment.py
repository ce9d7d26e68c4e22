from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import bcf_payments as bcf


def test_equal_remainders_go_to_the_smaller_label_in_any_order():
    weights = pd.Series(1, index=["c", "a", "b"])
    assert bcf.apportion(4, weights).to_dict() == {"c": 1, "a": 2, "b": 1}


def test_index_and_order_come_back_as_they_went_in():
    weights = pd.Series([2, 1], index=pd.Index([7, 3], name="area"))
    amounts = bcf.apportion(10, weights)
    assert amounts.index.equals(weights.index)
    assert (amounts.name, amounts.dtype, amounts.index.name) == ("amount_pence", np.int64, "area")


def test_a_total_of_zero_needs_no_weight():
    assert bcf.apportion(0, pd.Series([0, 0])).tolist() == [0, 0]


@pytest.mark.parametrize("dtype", ["int64", "Int64", "float32", "uint8", "Float64", "object", "str"])
def test_weights_may_come_in_any_type(dtype):
    weights = pd.Series([1, 2, 0]).astype(dtype)
    assert bcf.apportion(10, weights).tolist() == [3, 7, 0]


def test_a_thousand_denominators_stay_exact():
    weights = pd.Series([f"1/{d}" for d in range(1, 1001)] * 3)
    total = 10**15
    amounts = bcf.apportion(total, weights).tolist()
    whole = 3 * sum(Fraction(1, d) for d in range(1, 1001))
    assert sum(amounts) == total
    quotas = (total * Fraction(1, d) / whole for d in range(1, 1001))
    assert all(abs(a - q) < 1 for a, q in zip(amounts, quotas, strict=False))


def test_a_hundred_thousand_keys_add_up():
    weights = pd.Series(np.arange(100_000) % 977)
    assert int(bcf.apportion(10**15, weights).sum()) == 10**15


def test_every_fault_of_the_weights_is_listed():
    weights = pd.Series([1, -1, None, float("inf"), "x"], index=["a", "b", "c", "d", "d"], dtype=object)
    with pytest.raises(bcf.InputError) as caught:
        bcf.apportion(1, weights)
    found = caught.value.problems[["area_code", "reason"]].to_numpy().tolist()
    assert sorted(found) == [
        ["b", "out_of_range"],
        ["c", "not_a_number"],
        ["d", "duplicate_row"],
        ["d", "not_a_number"],
        ["d", "out_of_range"],
    ]


def test_weights_that_are_all_zero_cannot_share_money():
    with pytest.raises(bcf.InputError, match="above 0"):
        bcf.apportion(1, pd.Series([0, "0.0"]))
    with pytest.raises(bcf.InputError, match="above 0"):
        bcf.apportion(1, pd.Series([], dtype=float))


def test_labels_that_cannot_be_ordered_are_refused():
    with pytest.raises(bcf.InputError, match="labels of one kind"):
        bcf.apportion(1, pd.Series([1, 1], index=["a", 1]))


@pytest.mark.parametrize("labels", [["a", None], [1.0, float("nan")]])
def test_a_weight_without_a_label_is_refused(labels):
    with pytest.raises(bcf.InputError, match="give every weight a label"):
        bcf.apportion(1, pd.Series([1, 1], index=labels))


def test_a_negative_total_takes_what_the_positive_one_gives():
    weights = pd.Series(1, index=["c", "a", "b"])
    assert bcf.apportion(-4, weights).to_dict() == {"c": -1, "a": -2, "b": -1}


def test_one_more_penny_may_lower_an_amount():
    # The Alabama paradox, which no quota method can rule out: with weights 6, 6, 2 the quotas of 10 are
    # 4 2/7, 4 2/7, 1 3/7 (the penny goes to the third), of 11 they are 4 5/7, 4 5/7, 1 4/7.
    weights = pd.Series([6, 6, 2])
    assert bcf.apportion(10, weights).tolist() == [4, 4, 2]
    assert bcf.apportion(11, weights).tolist() == [5, 5, 1]
