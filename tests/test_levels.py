"""Lines that are judged by level: two thresholds in place of baseline and target."""

from fractions import Fraction

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.workbook import write_template

OWN = 'source = ["own"], basis = "assumed"'
PERIOD = f"period = {{ value = {{ start = 2024-04-01, end = 2025-03-31 }}, {OWN} }}"
AREAS = pd.DataFrame(
    {"area_code": ["P1", "P2", "P3"], "area_name": ["A", "B", "C"], "region": "R", "patients": [3, 2, 1]}
)
NO_PLANS = pd.DataFrame(
    columns=[
        "area_code", "wave", "metric",
        "baseline_numerator", "baseline_denominator", "target_numerator", "target_denominator",
    ]
)  # fmt: skip


def rule(value):
    return f"{{ value = {value}, {OWN} }}"


def line(metric, curve, lower, upper):
    return f"""
[[waves.lines]]
metric = {rule(f'"{metric}"')}
judged = {rule('"level"')}
lower = {rule(lower)}
upper = {rule(upper)}
share = {rule('"1/2"')}
curve = {rule(f'"{curve}"')}
{PERIOD}
"""


SCHEME = f"""
name = "by_level"
title = "A scheme that pays by thresholds"
area_code_pattern = {rule('"P[0-9]"')}
[pot]
kind = "fixed"
amount_pounds = {rule(600)}
weight = {rule('"patients"')}
[metrics.controlled]
title = "Blood pressure controlled"
unit = {rule('"per_cent"')}
direction = {rule('"higher"')}
[metrics.admissions]
title = "Emergency admissions"
unit = {rule('"per_100_000"')}
direction = {rule('"lower"')}
[curves]
proportional = {rule("[[0, 0], [1, 1]]")}
early = {rule('[[0, 0], ["4/5", 1], [1, 1]]')}
[[waves]]
name = "year"
title = "The year"
payment_date = {rule("2025-06-01")}
{line("controlled", "proportional", 40, 90)}
{line("admissions", "early", 2000, 1500)}
[review]
scope = {rule('"each"')}
[[review.actions]]
action = {rule('"talk"')}
trigger_below = {rule(1)}
destination = {rule('"kept"')}
needs_decision = {rule("true")}
"""


def by_level():
    return bcf.Scheme.from_toml(SCHEME)


def outcomes(controlled, admissions):
    rows = [
        (code, "year", "controlled", 10 * rate, 1000)
        for code, rate in zip(AREAS["area_code"], controlled, strict=True)
    ]
    rows += [
        (code, "year", "admissions", rate, 100_000)
        for code, rate in zip(AREAS["area_code"], admissions, strict=True)
    ]
    names = ["area_code", "wave", "metric", "outcome_numerator", "outcome_denominator"]
    return pd.DataFrame(rows, columns=names)


OUTCOMES = outcomes([90, 65, 40], [1500, 1600, 2100])


@pytest.fixture(scope="module")
def settled():
    return bcf.settle(AREAS, NO_PLANS, OUTCOMES, None, by_level(), verify=True)


def test_achievement_is_0_at_the_lower_and_1_at_the_upper_threshold_whichever_way_is_better(settled):
    shown = settled.assessments.set_index(["line", "area_code"])
    assert shown["achievement"]["controlled"].tolist() == [1, 0.5, 0]
    assert shown["achievement"]["admissions"].tolist() == [1, 0.8, -0.2]
    assert shown["status"]["controlled"].tolist() == ["met", "partly_met", "not_met"]
    assert shown["baseline"]["admissions"].tolist() == [2000] * 3
    assert shown["target"]["admissions"].tolist() == [1500] * 3
    earned = settled.payments.set_index(["line", "area_code"])["earned_pence"]
    assert earned["controlled"].tolist() == [15_000, 5_000, 0]


def test_what_is_paid_in_full_is_not_missed_and_triggers_no_review(settled):
    assert ("P2", "admissions") not in set(settled.reviews.set_index(["area_code", "line"]).index)
    assert len(settled.reviews) == 3
    assert settled.reviews_at(1) == 2
    of_b = str(settled.explain("P2"))
    assert "is not reached, but what is achieved is paid in full" in of_b
    assert of_b.count("is missed") == 1


def test_a_simulated_line_that_is_paid_in_full_triggers_no_review():
    scheme = by_level().replace(waves__0__lines__0__curve="early")
    sizes = NO_PLANS.assign(sample_size=None)
    found = bcf.simulate(
        AREAS,
        sizes,
        None,
        scheme,
        outcomes=outcomes([81, 81, 81], [1590, 1590, 1590]),
        model=bcf.OutcomeModel(expected="observed", on_unknown_size="hold", noise={"admissions": "poisson"}),
        draws=200,
        seed=1,
    )
    shown = found.to_frame()
    assert (shown["probability_review"] < 1).all()


def test_the_words_are_those_of_thresholds_on_every_face(settled):
    texts = [str(settled.explain(code)) for code in AREAS["area_code"]]
    texts += [str(settled.return_for(code)) for code in AREAS["area_code"]]
    for text in texts:
        assert "lower threshold" in text
        assert "upper threshold" in text
        assert "baseline" not in text
        assert "target" not in text.replace("improvement beyond the target earns no more", "")


def test_changes_from_a_threshold_are_not_told_and_no_outcome_far_from_it_is_unlikely():
    far = bcf.settle(AREAS, NO_PLANS, outcomes([99, 99, 0], [1, 9000, 1500]), None, by_level())
    assert far.warnings.empty
    assert far.returns()[["planned_change", "actual_change"]].isna().all(axis=None)


def test_rows_of_plans_for_such_a_line_are_not_read(settled):
    odd = pd.DataFrame([("P1", "year", "controlled", None, -1, "x", 0)], columns=NO_PLANS.columns)
    again = bcf.settle(AREAS, odd, OUTCOMES, None, by_level(), verify=True)
    pd.testing.assert_frame_equal(again.payments, settled.payments)


def test_the_table_of_plans_may_be_left_out_that_of_outcomes_not(settled):
    without = bcf.settle(AREAS, None, OUTCOMES, None, by_level(), verify=True)
    pd.testing.assert_frame_equal(without.payments, settled.payments)
    with pytest.raises(bcf.InputError, match="outcomes: missing_table"):
        bcf.settle(AREAS, None, None, None, by_level())


def test_a_missing_outcome_is_a_fault_and_a_missing_plan_is_none():
    with pytest.raises(bcf.InputError) as found:
        bcf.settle(AREAS, NO_PLANS, OUTCOMES.iloc[1:], None, by_level())
    assert found.value.problems[["table", "reason"]].to_numpy().tolist() == [["outcomes", "missing_row"]]


def test_what_is_required_of_a_line_pays(settled):
    needed = bcf.required_outcome(settled, "P2", "year", "controlled", 7_500)
    assert needed.outcome_numerator / needed.outcome_denominator == Fraction(775, 1000)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"waves__0__lines__0__upper": 40}, "higher is better, so upper"),
        ({"waves__0__lines__1__upper": 2500}, "lower is better, so upper"),
        ({"waves__0__lines__0__lower": -1}, "not between 0 and"),
        ({"waves__0__lines__0__judged": "plan"}, "goes with judged"),
        ({"metrics__controlled__direction": "either"}, "no plan says which way"),
    ],
)
def test_thresholds_that_make_no_sense_are_faults_of_the_scheme(change, fault):
    with pytest.raises(bcf.SchemeError, match=fault):
        by_level().replace(**change)


def test_a_level_needs_both_thresholds_and_no_pot_of_planned_value():
    with pytest.raises(bcf.SchemeError, match="needs a lower and an upper"):
        bcf.Scheme.from_toml(SCHEME.replace(f"lower = {rule(40)}", ""))
    july = bcf.load_scheme("july_2014").to_toml()
    first = july.index("[[waves.lines]]\n") + len("[[waves.lines]]\n")
    judged = rule('"level"')
    level = f"judged = {judged}\nlower = {rule(20)}\nupper = {rule(10)}\n"
    with pytest.raises(bcf.SchemeError, match="needs the plan of each area"):
        bcf.Scheme.from_toml(july[:first] + level + july[first:])


def test_a_scheme_by_level_survives_toml():
    assert bcf.Scheme.from_toml(by_level().to_toml()) == by_level()


def test_a_template_asks_for_no_plan(tmp_path):
    written = write_template(tmp_path / "fill_in.xlsx", by_level(), areas=AREAS)
    assert len(pd.read_excel(written, sheet_name="plans", header=1, engine="openpyxl")) == 0
    assert len(pd.read_excel(written, sheet_name="outcomes", header=1, engine="openpyxl")) == 6


def test_nothing_is_drawn_around_a_baseline_that_is_not_there():
    with pytest.raises(bcf.InputError) as found:
        bcf.simulate(AREAS, NO_PLANS, None, by_level(), draws=10)
    assert found.value.problems["metric"].tolist() == ["controlled", "admissions"]
    assert "no baseline" in found.value.problems["fix"][0]


def test_outcomes_are_drawn_around_the_upper_threshold_where_the_target_is_expected():
    sizes = pd.DataFrame(
        [
            (code, "year", metric, 1000)
            for code in AREAS["area_code"]
            for metric in ("controlled", "admissions")
        ],
        columns=["area_code", "wave", "metric", "sample_size"],
    ).reindex(columns=[*NO_PLANS.columns, "sample_size"])
    model = bcf.OutcomeModel(expected="target")
    shown = bcf.simulate(AREAS, sizes, None, by_level(), model=model, draws=200, seed=1).to_frame()
    assert (shown["earned_mean_pence"] > 0).all()
    assert shown["earned_sd_pence"].gt(0).all()
