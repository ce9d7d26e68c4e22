from fractions import Fraction

import pytest

import bcf_payments as bcf


def test_pennies_left_over_go_to_the_largest_remainders_first():
    # 100 x 1/6 = 16 2/3, 100 x 1/3 = 33 1/3, 100 x 1/2 = 50: the one penny left goes to the sixth.
    assert bcf.split(100, {"a": "1/6", "b": "1/3", "c": Fraction(1, 2)}) == {"a": 17, "b": 33, "c": 50}


def test_equal_remainders_go_to_the_earlier_name_whatever_the_alphabet_says():
    assert bcf.split(1, {"z": "0.5", "a": "0.5"}) == {"z": 1, "a": 0}


def test_a_negative_total_mirrors_the_positive_one():
    assert bcf.split(-5, {"a": "1/2", "b": "1/2"}) == {"a": -3, "b": -2}


def test_shares_must_add_up_to_exactly_one():
    with pytest.raises(bcf.InputError, match="not 99/100"):
        bcf.split(100, {"a": "0.33", "b": "0.33", "c": "0.33"})


def test_every_bad_share_is_listed():
    with pytest.raises(bcf.InputError) as caught:
        bcf.split(100, {"a": "x", "b": -1, "c": 2})
    assert caught.value.problems[["column", "reason"]].to_numpy().tolist() == [
        ["a", "not_a_number"],
        ["b", "out_of_range"],
    ]


@pytest.mark.parametrize("total", [1.0, "1", None, True, 2**63, -(2**63)])
def test_totals_are_whole_pence_below_two_to_the_63(total):
    with pytest.raises(bcf.InputError, match="whole pence"):
        bcf.split(total, {"a": 1})
