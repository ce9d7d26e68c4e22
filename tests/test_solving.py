"""The worst outcome that pays, and what a count is worth, on numbers worked out by hand."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.core.payment import Curve
from bcf_payments.core.solving import least_achievement

AREA = "E06000001"
JULY = bcf.load_scheme("july_2014")
OCTOBER = bcf.load_scheme("october_2013")
QUARTERS = JULY.wave_names
ADMISSIONS = "emergency_admissions"


def quarters(plans, outcomes, *, through=None, **changes):
    """One area whose admissions were 100 a quarter, with targets and outcomes by quarter."""
    rows = pd.DataFrame({"area_code": AREA, "wave": QUARTERS, "metric": ADMISSIONS})
    areas = pd.DataFrame({"area_code": [AREA], "area_name": ["One"], "region": ["North"], "nhs_weight": [1]})
    areas = areas.assign(social_care_weight=1, dfg_weight=1)
    plan = rows.assign(baseline_numerator=100, target_numerator=plans)
    plan = plan.assign(baseline_denominator=1, target_denominator=1)
    outcome = rows.assign(outcome_numerator=outcomes, outcome_denominator=1).dropna()
    assurance = pd.DataFrame({"area_code": [AREA], "plan_status": ["approved"]})
    scheme = JULY.replace(unit_value_pounds=10, **changes)
    return bcf.settle(areas, plan, outcome, assurance, scheme, through=through, on_missing="withhold")


def one_line(
    baseline, target, outcome, points=((0, 0), (1, 1)), metric="reablement", wave="wave_2", per=1000
):
    """One area with one metric line filled in, worth £1,000; its rates are per 1,000, the outcome's too."""
    own = {"value": points, "source": ["a test"], "basis": "assumed"}
    scheme = OCTOBER.replace(pot__amount_pounds=10_000, curves={"proportional": own})
    areas = pd.DataFrame({"area_code": [AREA], "area_name": ["One"], "region": ["North"], "nhs_weight": [1]})
    key = pd.DataFrame({"area_code": [AREA], "wave": [wave], "metric": [metric]})
    plans = key.assign(
        baseline_numerator=baseline,
        baseline_denominator=1000,
        target_numerator=target,
        target_denominator=1000,
    )
    outcomes = key.assign(outcome_numerator=outcome, outcome_denominator=per).dropna()
    conditions = dict.fromkeys(scheme.condition_names, True)
    assurance = pd.DataFrame({"area_code": [AREA], "plan_status": ["approved"], **conditions})
    return bcf.settle(areas, plans, outcomes, assurance, scheme, on_missing="withhold")


def reablement(*numbers, pence, **options):
    required = bcf.required_outcome(one_line(*numbers, **options), AREA, "wave_2", "reablement", pence)
    return required.outcome_numerator, required.whole_outcome_numerator, required.achievement


def fix_of(call):
    with pytest.raises(bcf.InputError) as refusal:
        call()
    return refusal.value.problems.loc[0, "reason"], refusal.value.problems.loc[0, "fix"]


STEPS = ((0, 0), ("1/2", 0), ("1/2", "1/4"), ("3/4", "1/4"), (1, "3/4"))


@pytest.mark.parametrize(
    ("share", "achievement"),
    [("1/100", "1/2"), ("1/4", "1/2"), ("1/2", "7/8"), ("3/4", "1"), ("26/100", "151/200")],
)
def test_a_curve_is_turned_round_at_jumps_flats_and_slopes(share, achievement):
    curve = Curve.through([(Fraction(x), Fraction(y)) for x, y in STEPS])
    assert least_achievement(curve, Fraction(share)) == Fraction(achievement)


def test_a_share_that_a_curve_never_pays_is_refused():
    with pytest.raises(ValueError, match="never"):
        least_achievement(
            Curve.through([(Fraction(0), Fraction(0)), (Fraction(1), Fraction(1, 2))]), Fraction(1)
        )


def test_in_proportion_higher_is_better():
    # £1,000 for 800 to 807 in 1,000: £500 need half of 7.
    assert reablement(800, 807, 801, pence=500_00) == (Fraction(1607, 2), 804, Fraction(1, 2))
    assert reablement(800, 807, None, pence=500_00) == (Fraction(1607, 2), 804, Fraction(1, 2))


def test_in_proportion_lower_is_better():
    settlement = one_line(100, 90, 95, metric="residential_admissions")
    required = bcf.required_outcome(settlement, AREA, "wave_2", "residential_admissions", 333_33)
    assert required.outcome_numerator == 100 - Fraction(333_33, 100_00)
    assert required.whole_outcome_numerator == 96
    assert required.outcome_denominator == 1000
    assert (required.earned_pence, required.due) == (333_33, True)


def test_the_answer_stands_over_the_denominator_of_the_outcome():
    # £500 need 803.5 in 1,000, so 401.75 of the 500 people who were asked this time.
    settlement = one_line(800, 807, 401, per=500)
    required = bcf.required_outcome(settlement, AREA, "wave_2", "reablement", 500_00)
    assert (required.outcome_numerator, required.outcome_denominator) == (Fraction(1607, 4), 500)
    assert (required.whole_outcome_numerator, required.achievement) == (402, Fraction(1, 2))
    # Three more of them are 6 in 1,000: from 402 (4 of 7) to 403 (6 of 7) is worth 2 of 7.
    table = bcf.marginal_value(one_line(800, 807, 402, per=500))
    assert table.loc[table["line"] == "reablement", "value_pence"].iloc[-1] == 285_71 + 1


def test_all_or_nothing_needs_the_target_for_a_penny():
    jump = ((0, 0), (1, 0), (1, 1))
    assert reablement(800, 807, 801, pence=1, points=jump) == (807, 807, 1)


def test_an_unambitious_line_needs_its_target():
    assert reablement(800, 790, 801, pence=1) == (790, 790, 1)


def test_what_no_outcome_pays_is_refused_with_the_most():
    half = ((0, 0), (1, "1/2"))
    reason, fix = fix_of(lambda: reablement(800, 807, 801, pence=500_01, points=half))
    assert (reason, "50000 pence (£500.00)" in fix) == ("out_of_range", True)
    assert reablement(800, 807, 801, pence=500_00, points=half)[0] == 807


def test_what_every_outcome_pays_is_refused():
    floor = ((0, "1/4"), (1, 1))
    assert (
        "every outcome earns at least 25000 pence"
        in fix_of(lambda: reablement(800, 807, 801, pence=250_00, points=floor))[1]
    )
    assert reablement(800, 807, 801, pence=250_01, points=floor)[1] == 801
    assert "every outcome" in fix_of(lambda: reablement(800, 0, 801, pence=1))[1]


@pytest.mark.parametrize(
    ("question", "reason", "fix"),
    [
        (("E06000009", "wave_2", "reablement", 1), "unknown_area", "did you mean E06000001 (One)?"),
        ((AREA, "wave_3", "reablement", 1), "unknown_value", "did you mean wave_2?"),
        ((AREA, "wave_2", "reablment", 1), "unknown_value", "did you mean reablement?"),
        ((AREA, "wave_1", "conditions", 1), "unknown_value", "conditions have no outcome"),
        ((AREA, "wave_2", "user_experience", 1), "missing_row", "without this plan"),
        ((AREA, "wave_2", "reablement", 0), "out_of_range", "at least 1 penny"),
        ((AREA, "wave_2", "reablement", 1_000_01), "out_of_range", "the most"),
        ((AREA, "wave_2", "reablement", 1.5), "not_a_number", "whole pence"),
        ((AREA, "wave_2", "reablement", True), "not_a_number", "whole pence"),
    ],
)
def test_questions_without_an_answer_are_refused(question, reason, fix):
    settlement = one_line(800, 807, 801)
    found = fix_of(lambda: bcf.required_outcome(settlement, *question))
    assert (found[0], fix in found[1]) == (reason, True)


def test_numpy_integers_are_whole_pence():
    assert reablement(800, 807, 801, pence=np.int64(500_00))[1] == 804


def of_quarter(settlement, quarter, pence):
    return bcf.required_outcome(settlement, AREA, QUARTERS[quarter], ADMISSIONS, pence)


def test_a_quarter_behind_must_first_make_good():
    # £10 each; ten fewer planned each quarter. The first had 5 more, so the second needs 5 to start from 0.
    settlement = quarters([90] * 4, [105, 90, 90, 90])
    assert of_quarter(settlement, 1, 1_00).outcome_numerator == 95 - Fraction(1, 10)
    assert of_quarter(settlement, 1, 1_00).whole_outcome_numerator == 94
    assert of_quarter(settlement, 1, 200_00).outcome_numerator == 75
    assert "20000 pence" in fix_of(lambda: of_quarter(settlement, 1, 200_01))[1]


def test_a_quarter_ahead_may_let_go():
    # The first had 30 fewer and earned its own 10; 20 more are in hand for the second and third.
    settlement = quarters([90] * 4, [70, 100, 100, 100])
    required = of_quarter(settlement, 1, 100_00)
    assert required.outcome_numerator == 110
    assert required.achievement == -1


def test_no_quarter_makes_good_where_each_stands_alone():
    settlement = quarters([90] * 4, [105, 90, 90, 90], cumulative=False)
    assert of_quarter(settlement, 1, 50_00).outcome_numerator == 95
    assert "10000 pence" in fix_of(lambda: of_quarter(settlement, 1, 100_01))[1]


def test_more_than_the_baseline_cannot_be_made_good():
    settlement = quarters([90] * 4, [195, 90, 90, 90])
    # 95 behind and at most 100 fewer in the quarter: 5 are worth £50.
    assert of_quarter(settlement, 1, 50_00).outcome_numerator == 0
    assert "5000 pence" in fix_of(lambda: of_quarter(settlement, 1, 50_01))[1]


def test_a_quarter_to_come_can_be_asked_once_those_before_it_are_known():
    settlement = quarters([90] * 4, [90, 90, 90, 90], through=QUARTERS[0])
    required = of_quarter(settlement, 1, 100_00)
    assert (required.outcome_numerator, required.due) == (90, False)
    assert fix_of(lambda: of_quarter(settlement, 2, 1))[0] == "missing_row"
    missing = quarters([90] * 4, [None, 90, 90, 90])
    with pytest.raises(bcf.InputError) as refusal:
        of_quarter(missing, 2, 1)
    assert refusal.value.problems["wave"].tolist() == [QUARTERS[0]]


def test_nothing_planned_pays_nothing():
    assert fix_of(lambda: of_quarter(quarters([100] * 4, [90] * 4), 0, 1))[1].startswith("no outcome earns")


def values(settlement):
    table = bcf.marginal_value(settlement)
    return table.loc[table["line"] == ADMISSIONS, "value_pence"].tolist()


def test_one_count_makes_good_only_where_the_running_total_lacks_it():
    # Running totals -5, 5, 15, 25 against 10, 20, 30, 40: one fewer, whenever, adds one to the last.
    assert values(quarters([90] * 4, [105, 90, 90, 90])) == [10_00] * 4
    # 10, 20, 30, 40 reached: nothing more to earn.
    assert values(quarters([90] * 4, [90] * 4)) == [0] * 4
    # 10, 20, 30, then 5: what was earned is not clawed back, and one fewer does not reach the next pound.
    assert values(quarters([90] * 4, [90, 90, 90, 125])) == [0, 0, 0, 0]
    assert values(quarters([90] * 4, [105, 90, 90, 90], cumulative=False)) == [0] * 4


def test_missing_and_not_due_counts_are_worth_nothing():
    assert values(quarters([90] * 4, [95, None, 95, 95])) == [10_00, 0, 0, 0]
    assert values(quarters([90] * 4, [95] * 4, through=QUARTERS[1])) == [10_00, 10_00, 0, 0]


def test_a_count_of_nought_cannot_fall():
    settlement = one_line(10, 0, 0, metric="residential_admissions")
    assert not bcf.marginal_value(settlement)["value_pence"].any()


def test_an_area_that_is_behind_cannot_have_fewer_than_none():
    # Running totals -95, 5, 15, 25: one fewer would count, but nobody was admitted in the second quarter.
    assert values(quarters([90] * 4, [195, 0, 90, 90])) == [10_00, 0, 10_00, 10_00]
    assert values(quarters([90] * 4, [195, 0.5, 90, 90])) == [10_00, 5_00, 10_00, 10_00]


def test_one_count_of_a_rate_is_one_of_its_numerator():
    table = bcf.marginal_value(one_line(800, 810, 805))
    assert table.loc[table["value_pence"] > 0, ["line", "value_pence"]].to_numpy().tolist() == [
        ["reablement", 100_00]
    ]
