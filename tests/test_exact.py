from decimal import Decimal
from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcf_payments.exact.numbers import (
    AMOUNT_LIMIT,
    FLOAT_LIMIT,
    INT64_LIMIT,
    WHOLE_LIMIT,
    as_fraction,
    common_denominator,
    exact_column,
    floor_share,
    integers,
    ratio,
)

FINITE = st.floats(allow_nan=False, allow_infinity=False)
NEAR_THE_BOUNDS = st.sampled_from(
    [FLOAT_LIMIT, INT64_LIMIT, AMOUNT_LIMIT, WHOLE_LIMIT, 10**15, 2**31, 10**30]
)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        (3, Fraction(3)),
        (np.int64(-3), Fraction(-3)),
        (0.1, Fraction(1, 10)),
        (np.float32(0.1), Fraction(1, 10)),
        (1e20, Fraction(10**20)),
        (Decimal("0.10"), Fraction(1, 10)),
        ("1/12", Fraction(1, 12)),
        (" 2.5e3 ", Fraction(2500)),
        (".5", Fraction(1, 2)),
        ("1E-7", Fraction(1, 10**7)),
    ],
)
def test_a_number_means_what_is_written(written, value):
    assert as_fraction(written) == value


@pytest.mark.parametrize(
    "written",
    [
        *("", "1,234", "77%", "1_000", "٣", "1/0", "nan", "inf", "1e9999999", "9" * 2000, "1/2/3"),
        *(None, True, float("nan"), float("inf"), Decimal("NaN"), [], np.bool_(True)),
    ],
)
def test_what_is_no_number_is_refused(written):
    with pytest.raises(ValueError, match=r"not a number|not finite|too large|divides by zero"):
        as_fraction(written)


@given(st.lists(FINITE, min_size=1, max_size=5))
def test_float_columns_are_the_shortest_decimals(values):
    column = exact_column(np.array(values))
    found = [Fraction(int(n), column.denominator) for n in column.numerators]
    assert found == [Fraction(repr(value)) for value in values]


@given(st.lists(st.decimals(0, 10**6, places=4), min_size=1, max_size=20))
def test_columns_of_few_decimals_take_the_float_path(values):
    column = exact_column(np.array([float(value) for value in values]))
    assert column.numerators.dtype == np.int64
    assert [Fraction(int(n), column.denominator) for n in column.numerators] == list(map(Fraction, values))


def test_a_column_may_mix_every_way_of_writing():
    column = exact_column(np.array(["1/3", 2, 0.5, Decimal("0.25"), Fraction(1, 7)], dtype=object))
    values = [Fraction(int(n), column.denominator) for n in column.numerators]
    assert values == [Fraction(1, 3), 2, Fraction(1, 2), Fraction(1, 4), Fraction(1, 7)]


def test_unsigned_integers_beyond_int64_stay_exact():
    assert exact_column(np.array([2**64 - 1], dtype=np.uint64)).numerators[0] == 2**64 - 1


@pytest.mark.parametrize(
    "value",
    [990054141.0661027, 9050263.903776607, 9012.642950911137, 6.486703798888114e16, 1522.4147246342523],
)
def test_sixteen_digits_are_not_left_to_the_arithmetic_of_floats(value):
    """Scaled and rounded they are other decimals, which float64 cannot tell from those that print them."""
    column = exact_column(np.array([value]))
    assert Fraction(int(column.numerators[0]), column.denominator) == Fraction(repr(value))


@pytest.mark.parametrize(
    ("amount", "part", "whole"),
    [
        (1049532513205638, 1772938100591113721, 9222889488906727203),
        (644386097341827, 2449807745880194746, 9222996595626578550),
    ],
)
def test_a_whole_whose_double_does_not_fit_is_left_to_python(amount, part, whole):
    """The remainder of a float's answer would overflow."""
    share = floor_share(integers([amount]), integers([part]), integers([whole]))
    assert share.tolist() == [amount * part // whole]


@given(st.data(), NEAR_THE_BOUNDS, NEAR_THE_BOUNDS)
def test_floors_are_exact_on_both_sides_of_every_bound(data, limit, other):
    amount = data.draw(st.integers(0, min(limit + 5, INT64_LIMIT - 1)))
    whole = data.draw(st.integers(1, other + 5))
    part = data.draw(st.integers(0, whole))
    result = floor_share(integers([amount]), integers([part]), integers([whole]))
    assert result.dtype == np.int64
    assert int(result[0]) == floor(Fraction(amount * part, whole))


@given(st.integers(2, 2**27), st.integers(1, 2**26))
def test_quotients_just_below_an_integer_are_not_rounded_up(whole, quotient):
    amount = (quotient * whole - 1) // (whole - 1)
    part = whole - 1
    expected = amount * part // whole
    assert int(floor_share(np.array([amount]), np.array([part]), np.array([whole]))[0]) == expected


@given(
    st.integers(2, WHOLE_LIMIT - 1), st.integers(1, AMOUNT_LIMIT - 1), st.integers(0, AMOUNT_LIMIT), st.data()
)
def test_shares_close_to_an_integer_are_decided_by_their_remainder(whole, amount, quotient, data):
    near = quotient % amount * whole // amount + data.draw(st.integers(-2, 2))
    part = min(max(near, 0), whole)
    parts = np.array([part, whole - part, whole])
    shares = floor_share(np.array([amount]), parts, np.array([whole]))
    assert shares.tolist() == [amount * int(p) // whole for p in parts]


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**20))
def test_ratios_are_the_nearest_floats(numerator, denominator):
    assert ratio(integers([numerator]), integers([denominator]))[0] == float(Fraction(numerator, denominator))


@given(st.lists(st.tuples(st.integers(-(10**12), 10**12), st.integers(1, 10**9)), min_size=2, max_size=4))
def test_fractions_share_their_least_common_denominator(rates):
    above, below = common_denominator(*((integers([n]), integers([d])) for n, d in rates))
    assert int(below[0]) == np.lcm.reduce([d for _, d in rates], dtype=object)
    shared = [Fraction(int(numerators[0]), int(below[0])) for numerators in above]
    assert shared == [Fraction(n, d) for n, d in rates]
