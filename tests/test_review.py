from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bcf_payments as bcf
from bcf_payments.core.achievement import Terms
from bcf_payments.core.review import NO_ACTION, missed_below, missed_lines, triggered_actions
from bcf_payments.exact.numbers import integers

DECEMBER = bcf.load_scheme("december_2013").replace(scope="mean")
LINES = len(DECEMBER.metric_lines)
FIRST_WAVE = [slot.wave_index == 0 for slot in DECEMBER.metric_lines]


def decide(achieved, planned):
    """The action of each first-wave line, the second wave having met everything."""
    actual, whole = np.full((LINES, 1), 10), np.full((LINES, 1), 10)
    actual[FIRST_WAVE, 0], whole[FIRST_WAVE, 0] = achieved, planned
    terms = Terms.of(whole)
    actions = triggered_actions(DECEMBER, terms, actual, np.ones_like(actual, dtype=bool))
    return actions[FIRST_WAVE, 0].tolist()


def test_a_mean_of_exactly_seven_tenths_is_enough():
    assert decide([10, 10, 1], [10, 10, 10]) == [NO_ACTION, NO_ACTION, 1]
    assert decide([100, 100, 9], [100, 100, 100]) == [NO_ACTION, NO_ACTION, 0]


@pytest.mark.parametrize("worse", [0, 1])
def test_means_too_close_for_floats_are_decided_exactly(worse):
    # 3/5, 3/5, 3/5, 4/5 and 9/10: a mean of exactly 7/10, which the sum of their floats falls short of.
    whole = 10**18
    achieved = np.array([[6], [6], [6], [8], [9]]) * (whole // 10)
    achieved[0] -= worse
    known = np.ones((5, 1), dtype=bool)
    missed = missed_below(Terms.of(np.full((5, 1), whole)), achieved, known, Fraction(7, 10))
    assert missed.all() == missed.any() == bool(worse)


def test_means_of_huge_numbers_are_those_of_small_ones():
    huge = 10**15
    assert decide([huge, huge, huge // 10], [huge] * 3) == [NO_ACTION, NO_ACTION, 1]
    assert decide([huge, huge, huge // 10 - 1], [huge] * 3) == [NO_ACTION, NO_ACTION, 0]


@given(st.lists(st.tuples(st.integers(-5, 12), st.integers(-2, 10)), min_size=3, max_size=3))
def test_the_mean_decides_for_all_missed_lines(lines):
    achieved, planned = zip(*lines, strict=True)
    shares = [
        min(Fraction(1), max(Fraction(0), Fraction(a, p))) if p > 0 else Fraction(a >= p) for a, p in lines
    ]
    expected = 0 if sum(shares) / 3 < Fraction(7, 10) else 1
    missed = [a < p for a, p in lines]
    assert decide(achieved, planned) == [expected if miss else NO_ACTION for miss in missed]


def test_without_review_rules_nothing_is_triggered():
    july = bcf.load_scheme("july_2014")
    terms = Terms.of(np.full((4, 1), 10))
    nothing, known = np.zeros((4, 1), dtype=np.int64), np.ones((4, 1), dtype=bool)
    assert (triggered_actions(july, terms, nothing, known) == NO_ACTION).all()
    assert missed_lines(july, terms, nothing, known, Fraction(1)).all()


@given(st.data(), st.integers(1, 3), st.sampled_from([Fraction(7, 10), Fraction(1), Fraction(3)]))
def test_many_draws_are_judged_as_each_is_judged_alone(data, lines, threshold):
    def numbers(*shape):
        size = int(np.prod(shape))
        return np.array(data.draw(st.lists(st.integers(-6, 12), min_size=size, max_size=size))).reshape(shape)

    terms, draws, known = Terms.of(numbers(lines, 2)), numbers(3, lines, 2), numbers(lines, 2) > 0
    together = missed_below(terms, draws, known, threshold)
    alone = [missed_below(terms, actual, known, threshold) for actual in draws]
    assert np.array_equal(together, np.stack(alone))


@pytest.mark.parametrize(
    ("achieved", "triggers"),
    [([10, 3, 10], [False, True]), ([10, 3, 0], [False, True]), ([10, 4, 0], [False] * 2)],
)
def test_a_line_that_is_not_known_triggers_nothing_and_counts_in_no_mean(achieved, triggers):
    # The last of three lines is missing: means of 0.65, 0.65 and exactly 0.7.
    terms, known = Terms.of(np.full((3, 1), 10)), np.array([[True], [True], [False]])
    missed = missed_below(terms, np.array(achieved)[:, None], known, Fraction(7, 10))
    assert missed[:, 0].tolist() == [*triggers, False]


@pytest.mark.parametrize("threshold", [Fraction(7, 10), Fraction(1)])
def test_a_line_on_its_own_that_is_not_known_triggers_nothing(threshold):
    terms, known = Terms.of(np.array([[10, 10]])), np.array([[True, False]])
    assert missed_below(terms, np.array([[1, 1]]), known, threshold).tolist() == [[True, False]]


def test_thresholds_of_numbers_beyond_64_bits_are_decided_exactly():
    whole = integers([10 * 2**62] * 2)[None, :]
    achieved = integers([7 * 2**62, 7 * 2**62 - 1])[None, :]
    missed = missed_below(Terms.of(whole), achieved, np.ones((1, 2), dtype=bool), Fraction(7, 10))
    assert missed.tolist() == [[False, True]]


def test_products_beyond_64_bits_of_numbers_within_them_are_decided_exactly():
    whole = np.array([[10 * 2**58] * 2])
    achieved = np.array([[7 * 2**58, 7 * 2**58 - 1]])
    missed = missed_below(Terms.of(whole), achieved, np.ones((1, 2), dtype=bool), Fraction(7, 10))
    assert missed.tolist() == [[False, True]]
