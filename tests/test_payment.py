from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcf_payments.core.achievement import Terms
from bcf_payments.core.payment import Curve, FixedKernel, PlannedValueKernel
from bcf_payments.exact.numbers import integers
from bcf_payments.testing import schemes

PROPORTIONAL = ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1)))


def value_at(points, x):
    """A right-continuous, piecewise linear curve, by its definition."""
    last = max(i for i, (px, _) in enumerate(points) if px <= x)
    x0, y0 = points[last]
    if last + 1 == len(points):
        return y0
    x1, y1 = points[last + 1]
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


@given(schemes(), st.integers(1, 10**20), st.fractions(0, 1))
def test_curves_pay_by_their_definition(scheme, size, achievement):
    for curve in scheme.curves.values():
        part, whole = integers([achievement.numerator * size]), integers([achievement.denominator * size])
        paid, of = Curve.through(curve.value).paid(part, whole)
        assert Fraction(int(paid[0]), int(of[0])) == value_at(curve.value, achievement)


@pytest.mark.parametrize(
    ("points", "pieces"),
    [
        ([(0, 0), (1, 1)], 1),
        ([(0, 0), (Fraction(1, 2), Fraction(1, 2)), (1, 1)], 1),
        ([(0, 0), (1, 0), (1, 1)], 2),
        ([(0, 0), (0, Fraction(1, 4)), (1, 1)], 1),
    ],
)
def test_curves_keep_no_more_pieces_than_they_need(points, pieces):
    exact = [(Fraction(x), Fraction(y)) for x, y in points]
    assert len(Curve.through(exact).pieces) == pieces


def test_a_line_earns_in_proportion_down_to_the_penny():
    terms = Terms.of(np.array([[3, 3, 0, -2]]))
    kernel = FixedKernel(np.array([[100, 100, 100, 100]]), terms, (Curve.through(PROPORTIONAL),))
    known = np.ones((1, 4), dtype=bool)
    # 100 x 2/3 = 66 2/3; beyond the target no more; no worse than an unambitious target: all.
    assert kernel.pay(np.array([[2, 5, 0, -2]]), known).earned.tolist() == [[66, 100, 100, 100]]
    assert kernel.pay(np.array([[-1, 3, -1, -3]]), known).earned.tolist() == [[0, 100, 0, 0]]


def test_a_missed_quarter_is_made_good_later_but_nothing_is_clawed_back():
    kernel = PlannedValueKernel(np.array([[10], [10], [10]]), np.array([10**9]), Fraction(100), 1, True)
    known = np.ones((3, 1), dtype=bool)
    assert kernel.entitlement.tolist() == [[1000], [1000], [1000]]
    assert kernel.pay(np.array([[0], [20], [0]]), known).earned.tolist() == [[0], [2000], [0]]
    assert kernel.pay(np.array([[10], [-10], [30]]), known).earned.tolist() == [[1000], [0], [2000]]


@pytest.mark.parametrize(
    ("planned", "share", "entitlement"),
    [
        ([10, 10], 10**9, [1000, 1000]),
        ([10, 10], 1500, [750, 750]),  # worth more than the area's share, which is then the pot
        ([10, -5], 10**9, [500, 0]),  # no quarter is worth more than all of them together
        ([-5, 10], 10**9, [0, 500]),
        ([10, -30], 10**9, [0, 0]),  # nothing is reduced over all quarters
    ],
)
def test_quarters_share_a_pot_by_what_the_plan_has_reached(planned, share, entitlement):
    kernel = PlannedValueKernel(np.array(planned)[:, None], np.array([share]), Fraction(100), 1, True)
    assert kernel.entitlement[:, 0].tolist() == entitlement
    assert kernel.pot.tolist() == [sum(entitlement)]
    paid = kernel.pay(np.array([[30], [30]]), np.ones((2, 1), dtype=bool)).earned
    assert paid[:, 0].cumsum().tolist() == np.cumsum(entitlement).tolist()


@pytest.mark.parametrize("cumulative", [True, False])
def test_quarters_that_are_not_known_earn_nothing(cumulative):
    kernel = PlannedValueKernel(np.array([[10]] * 3), np.array([10**9]), Fraction(100), 1, cumulative)
    known = np.array([[True], [False], [False]])
    assert kernel.pay(np.array([[4], [10], [10]]), known).earned.tolist() == [[400], [0], [0]]


def test_each_quarter_by_itself_makes_nothing_good():
    kernel = PlannedValueKernel(np.array([[10], [10]]), np.array([10**9]), Fraction(100), 1, False)
    known = np.ones((2, 1), dtype=bool)
    assert kernel.pay(np.array([[0], [20]]), known).earned.tolist() == [[0], [1000]]
    assert kernel.pay(np.array([[7], [-3]]), known).earned.tolist() == [[700], [0]]


def test_a_fixed_line_that_is_not_known_earns_nothing():
    whole = np.array([[3, 3]])
    kernel = FixedKernel(np.array([[100, 100]]), Terms.of(whole), (Curve.through(PROPORTIONAL),))
    assert kernel.pay(whole, np.array([[False, True]])).earned.tolist() == [[0, 100]]


@pytest.mark.parametrize("cumulative", [True, False])
def test_pence_that_a_float_cannot_hold_are_paid_to_the_penny(cumulative):
    share = 2**53 - 1
    kernel = PlannedValueKernel(np.array([[2], [1]]), np.array([share]), Fraction(10**16), 1, cumulative)
    known = np.ones((2, 1), dtype=bool)
    first = share * 2 // 3
    assert kernel.pay(np.array([[2], [1]]), known).earned.tolist() == [[first], [share - first]]
    fixed = FixedKernel(np.array([[share]]), Terms.of(np.array([[7]])), (Curve.through(PROPORTIONAL),))
    assert fixed.pay(np.array([[5]]), known[:1]).earned.tolist() == [[share * 5 // 7]]


def test_numbers_beyond_64_bits_pay_the_same_as_small_ones():
    big = 2**70
    small = PlannedValueKernel(np.array([[10], [5]]), np.array([999]), Fraction(100), 1, True)
    huge = PlannedValueKernel(
        integers([10 * big, 5 * big]).reshape(2, 1), np.array([999]), Fraction(100), big, True
    )
    known = np.ones((2, 1), dtype=bool)
    actual = np.array([[7], [9]])
    assert (
        huge.pay(actual.astype(object) * big, known).earned.tolist()
        == small.pay(actual, known).earned.tolist()
    )


def test_a_kernel_without_a_line_pays_nothing_in_every_draw():
    kernel = FixedKernel(np.zeros((0, 3), dtype=np.int64), Terms.of(np.zeros((0, 3), dtype=np.int64)), ())
    payout = kernel.pay(np.zeros((5, 0, 3), dtype=np.int64), np.ones((0, 3), dtype=bool))
    assert [part.shape for part in payout] == [(5, 0, 3)] * 3
    assert payout.earned.dtype == np.int64
