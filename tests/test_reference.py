"""The reference settlement on cases small enough to be worked out by hand."""

import ast
import datetime as dt
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bcf_payments import reference
from bcf_payments.reference import reference_settlement
from bcf_payments.schemes import Scheme, load_scheme

A, B, C, D = "E06000001", "E06000002", "E06000003", "E06000004"
QUARTERS = ("q4_2014_15", "q1_2015_16", "q2_2015_16", "q3_2015_16")
CONDITIONS = ("care", "weekends", "data")
METRICS = {  # name: (unit, direction)
    "admissions": ("count", "lower"),
    "delays": ("per_100_000", "lower"),
    "at_home": ("per_cent", "higher"),
    "local": ("ratio", "either"),
}
CURVES = {
    "proportional": [["0", "0"], ["1", "1"]],
    "all_or_nothing": [["0", "0"], ["1", "0"], ["1", "1"]],
    "stepped": [["0", "0"], ["1/2", "0"], ["1/2", "1/4"], ["1", "3/4"], ["1", "1"]],
    "half_for_trying": [["0", "1/2"], ["1", "1"]],
}


def cited(value):
    return {"value": value, "source": ["user"], "basis": "assumed"}


def on_metric(metric, share="1", curve="proportional"):
    period = {"start": dt.date(2014, 1, 1), "end": dt.date(2014, 12, 31)}
    return {
        "metric": cited(metric),
        "share": cited(share),
        "curve": cited(curve),
        "period": cited(period),
    }


def on_conditions(pays, share="1", **last_day):
    dated = {name: cited(day) for name, day in last_day.items()}
    return {"conditions": cited(CONDITIONS), "pays": cited(pays), "share": cited(share)} | dated


def fixed_pot(*waves, pounds="1", **sections):
    """A scheme whose waves `w1`, `w2` ... have the lines given."""
    return Scheme.model_validate(
        {
            "name": "small",
            "title": "A scheme for worked examples",
            "area_code_pattern": cited("^E"),
            "pot": {"kind": "fixed", "amount_pounds": cited(pounds), "weight": cited("people")},
            "metrics": {
                name: {"title": name, "unit": cited(unit), "direction": cited(direction)}
                for name, (unit, direction) in METRICS.items()
            },
            "conditions": {name: cited(name) for name in CONDITIONS},
            "curves": {name: cited(points) for name, points in CURVES.items()},
            "waves": [
                {
                    "name": f"w{i}",
                    "title": f"Wave {i}",
                    "payment_date": cited(dt.date(2015, i, 1)),
                    "lines": lines,
                }
                for i, lines in enumerate(waves, start=1)
            ],
        }
        | sections
    )


def reviews(scope, **limits):
    held = {"destination": cited("local_use"), "needs_decision": cited(value=False)}
    actions = [
        {"action": cited(action), "trigger_below": cited(limit)} | held for action, limit in limits.items()
    ]
    return {"scope": cited(scope), "actions": actions}


def areas_table(weights, column="people"):
    return pd.DataFrame({"area_code": list(weights), column: pd.Series(list(weights.values()), dtype=object)})


def rows(what, values, *, area=A, wave="w1", metric="admissions"):
    """One row of plans or outcomes: `values` are rates or, alone, numerators."""
    cells = {}
    for name, value in zip(what, values, strict=True):
        numerator, denominator = value if isinstance(value, tuple) else (value, 1)
        cells |= {f"{name}_numerator": numerator, f"{name}_denominator": denominator}
    return {"area_code": area, "wave": wave, "metric": metric} | cells


def plan(baseline, target, *, direction=None, **key):
    return rows(("baseline", "target"), (baseline, target), **key) | {"direction": direction}


def outcome(value, **key):
    return rows(("outcome",), (value,), **key)


def assured(area=A, status="approved", answers=(True, True, True), **other):
    return {"area_code": area, "plan_status": status} | dict(zip(CONDITIONS, answers, strict=True)) | other


def settle(scheme, plans=(), outcomes=(), *, weights=None, assurance=None, through=None):
    weights = weights or {A: 1}
    key = ["area_code", "wave", "metric"]
    return reference_settlement(
        areas_table(weights, scheme.pot.weight.value),
        pd.DataFrame(list(plans), columns=None if plans else key),
        pd.DataFrame(list(outcomes), columns=None if outcomes else key),
        pd.DataFrame(assurance or [assured(area) for area in weights]),
        scheme,
        through=through,
    )


def one_line(line, plans=(), outcomes=(), *, pounds="1", **inputs):
    """The only line of a scheme for one area, with a pot of 100p."""
    settlement = settle(fixed_pot([line], pounds=pounds), plans, outcomes, **inputs)
    (result,) = settlement.lines.values()
    return result


def pence(line):
    return line[:5]


# Allocation


def allocated(pounds, weights):
    component = {
        "name": "formula",
        "title": "Formula",
        "amount_pounds": cited(pounds),
        "weight": cited("people"),
    }
    settlement = settle(fixed_pot([on_metric("admissions")], components=[component]), weights=weights)
    return [settlement.allocations[area, "formula"] for area in sorted(weights)]


def test_equal_remainders_go_to_the_smaller_area_code_whatever_the_row_order():
    # 100 / 3 = 33 1/3 each; one penny is left over.
    assert allocated("1", {C: 1, A: 1, B: 1}) == [34, 33, 33]


def test_pence_left_over_go_to_the_largest_remainders():
    # 100p in sixths: 16 2/3, 33 1/3, 50; the penny goes to 2/3.
    assert allocated("1", {A: 2, B: 1, C: 3}) == [33, 17, 50]


def test_weights_may_be_fractions_decimals_floats_and_text():
    # Twelfths: 1, 3, 6, 2. Of 100p: 8 1/3, 25, 50, 16 2/3.
    assert allocated("1", {A: "1/12", B: 0.25, C: Decimal("0.50"), D: Fraction(1, 6)}) == [8, 25, 50, 17]


def test_a_float_weight_is_the_decimal_that_it_prints():
    # 3p by 3 : 2 : 1 is 1 1/2, 1, 1/2: an exact tie, which binary floats would give to the last.
    assert allocated("0.03", {A: 0.3, B: 0.2, C: 0.1}) == [2, 1, 0]


def test_weights_that_are_all_zero_share_out_nothing():
    settlement = settle(fixed_pot([on_metric("admissions")], pounds="0"), weights={A: 0, B: 0})
    assert [line.entitlement_pence for line in settlement.lines.values()] == [0, 0]


def test_the_pot_is_split_over_lines_first_and_each_line_over_areas():
    scheme = fixed_pot(
        [on_metric("admissions", "1/3"), on_metric("delays", "1/3")], [on_metric("delays", "1/3")]
    )
    settlement = settle(scheme, weights={B: 1, A: 1})
    # Lines: 34, 33, 33. Halves: 17 and 17; 16 1/2 each twice, the odd penny to the smaller code.
    entitlements = {key: line.entitlement_pence for key, line in settlement.lines.items()}
    assert entitlements == {
        (A, "w1", "admissions"): 17,
        (A, "w1", "delays"): 17,
        (A, "w2", "delays"): 17,
        (B, "w1", "admissions"): 17,
        (B, "w1", "delays"): 16,
        (B, "w2", "delays"): 16,
    }
    assert settlement.allocations == {(A, "performance_pot"): 51, (B, "performance_pot"): 49}


# Metric lines


def test_a_proportional_line_pays_the_share_of_the_planned_improvement_in_whole_pence():
    line = one_line(on_metric("admissions"), [plan(100, 90)], [outcome(97)], pounds="1.01")
    # 3 of 10 planned: 30% of 101p is 30.3p.
    assert pence(line) == (101, 30, 0, 71, 0)
    assert (line.status, line.held_reason) == ("partly_met", "performance")
    assert (line.achievement, line.fraction_paid) == (Fraction(3, 10), Fraction(3, 10))


def test_beyond_the_target_a_line_earns_no_more_and_shows_the_whole_achievement():
    line = one_line(on_metric("admissions"), [plan(100, 90)], [outcome(85)])
    assert pence(line) == (100, 100, 0, 0, 0)
    assert (line.status, line.held_reason, line.unambitious) == ("met", "", False)
    assert (line.achievement, line.fraction_paid) == (Fraction(3, 2), 1)


def test_a_result_worse_than_the_baseline_earns_nothing_and_is_negative():
    line = one_line(on_metric("admissions"), [plan(100, 90)], [outcome(102)])
    assert pence(line) == (100, 0, 0, 100, 0)
    assert (line.status, line.achievement, line.fraction_paid) == ("not_met", Fraction(-1, 5), 0)


def test_a_result_at_the_baseline_is_not_met():
    line = one_line(on_metric("admissions"), [plan(100, 90)], [outcome(100)])
    assert (line.status, line.achievement, line.earned_pence) == ("not_met", 0, 0)


@pytest.mark.parametrize(("result", "earned", "status"), [(90, 100, "met"), ("90.001", 0, "partly_met")])
def test_all_or_nothing_pays_only_at_the_target(result, earned, status):
    line = one_line(on_metric("admissions", curve="all_or_nothing"), [plan(100, 90)], [outcome(result)])
    assert (line.earned_pence, line.status) == (earned, status)


@pytest.mark.parametrize(
    ("result", "earned"),
    [
        (100, 0),  # achievement 0
        ("95.1", 0),  # 0.49: before the first step
        (95, 25),  # 0.5: at the step the later point holds
        ("92.5", 50),  # 0.75: half-way up from 1/4 to 3/4
        ("90.1", 74),  # 0.99: 1/4 + 1/2 x 0.98 = 0.74
        (90, 100),  # 1: the later point holds
    ],
)
def test_a_stepped_curve_is_straight_between_points_and_jumps_at_them(result, earned):
    line = one_line(on_metric("admissions", curve="stepped"), [plan(100, 90)], [outcome(result)])
    assert line.earned_pence == earned


def test_rates_over_different_denominators_are_compared_exactly():
    # 10%, 8% planned, 9% reached: half of the way.
    rates = [plan((10, 100), (16, 200), metric="delays")], [outcome((27, 300), metric="delays")]
    assert one_line(on_metric("delays"), *rates).achievement == Fraction(1, 2)


@pytest.mark.parametrize("number", [float, np.float32, str, Decimal, Fraction])
def test_numbers_are_read_as_they_are_written(number):
    # 0.3 planned to fall to 0.1, and 0.2 reached: exactly half, which binary floats miss.
    plans, outcomes = [plan(number("0.3"), number("0.1"))], [outcome(number("0.2"))]
    assert one_line(on_metric("admissions"), plans, outcomes).achievement == Fraction(1, 2)


def test_single_precision_columns_are_read_as_they_are_written():
    settlement = reference_settlement(
        areas_table({A: 1}),
        pd.DataFrame([plan(0.3, 0.1)]).astype(
            {"baseline_numerator": "float32", "target_numerator": "float32"}
        ),
        pd.DataFrame([outcome(0.2)]).astype({"outcome_numerator": "float32"}),
        pd.DataFrame([assured()]),
        fixed_pot([on_metric("admissions")]),
    )
    assert settlement.lines[A, "w1", "admissions"].achievement == Fraction(1, 2)


def test_where_higher_is_better_the_same_share_counts_upwards():
    # 80% to 90% planned, 84% reached: 4 of 10 points.
    rates = [plan((80, 100), (90, 100), metric="at_home")], [outcome((84, 100), metric="at_home")]
    line = one_line(on_metric("at_home"), *rates)
    assert (line.earned_pence, line.achievement, line.status) == (40, Fraction(2, 5), "partly_met")


def test_the_direction_of_a_local_metric_stands_in_its_plan():
    scheme = fixed_pot([on_metric("local")])
    key = {"metric": "local"}
    plans = [plan(4, 5, area=A, direction="higher", **key), plan(4, 5, area=B, direction="lower", **key)]
    outcomes = [outcome("4.5", area=area, **key) for area in (A, B)]
    settlement = settle(scheme, plans, outcomes, weights={A: 1, B: 1})
    higher, lower = (settlement.lines[area, "w1", "local"] for area in (A, B))
    # From 4 up to 5: 4.5 is half-way. "Down" from 4 to 5 is no ambition, and 4.5 is better than 5.
    assert (higher.achievement, higher.unambitious, higher.earned_pence) == (Fraction(1, 2), False, 25)
    assert (lower.achievement, lower.unambitious, lower.earned_pence) == (1, True, 50)


def test_a_count_ignores_its_denominators():
    plans = [plan((100, None), (90, "?"))]
    line = one_line(on_metric("admissions"), plans, [outcome((95, float("nan")))])
    assert line.achievement == Fraction(1, 2)


@pytest.mark.parametrize(
    ("target", "result", "earned", "status"),
    [(100, 100, 100, "met"), (105, 105, 100, "met"), (105, "105.1", 0, "not_met"), (100, 101, 0, "not_met")],
)
def test_an_unambitious_target_pays_in_full_or_not_at_all(target, result, earned, status):
    line = one_line(on_metric("admissions"), [plan(100, target)], [outcome(result)])
    assert (line.earned_pence, line.status, line.unambitious) == (earned, status, True)
    assert line.achievement == line.fraction_paid == earned // 100


def test_an_unambitious_target_can_also_lie_below_a_baseline_that_should_rise():
    rates = [plan((80, 100), (70, 100), metric="at_home")], [outcome((75, 100), metric="at_home")]
    line = one_line(on_metric("at_home"), *rates)
    assert (line.earned_pence, line.status, line.unambitious) == (100, "met", True)


@pytest.mark.parametrize(("plans", "outcomes"), [([], [outcome(90)]), ([plan(100, 90)], [])])
def test_a_missing_plan_or_outcome_earns_nothing_whatever_the_curve(plans, outcomes):
    line = one_line(on_metric("admissions", curve="half_for_trying"), plans, outcomes)
    assert pence(line) == (100, 0, 0, 100, 0)
    assert (line.status, line.held_reason) == ("missing", "missing_data")
    assert (line.achievement, line.fraction_paid) == (None, 0)


def test_a_curve_may_pay_for_no_improvement_where_the_outcome_is_known():
    line = one_line(on_metric("admissions", curve="half_for_trying"), [plan(100, 90)], [outcome(200)])
    assert (line.earned_pence, line.status, line.fraction_paid) == (50, "not_met", Fraction(1, 2))


def test_a_line_without_money_gives_no_reason_for_holding_any():
    assert one_line(on_metric("admissions"), pounds="0").held_reason == ""
    assert one_line(on_metric("admissions"), [plan(9, 8)], [outcome(9)], pounds="0").held_reason == ""


def test_rows_that_the_scheme_does_not_pay_on_are_never_read():
    scheme = fixed_pot([on_metric("admissions", "1/2")], [on_metric("delays", "1/2")])
    strangers = [{"metric": "wellbeing"}, {"wave": "w2"}, {"wave": "w1", "metric": "delays"}]
    plans = [plan(100, 90), plan((8, 2), (6, 2), wave="w2", metric="delays")]
    outcomes = [outcome(90), outcome((3, 1), wave="w2", metric="delays")]
    settlement = settle(
        scheme,
        plans + [plan("?", None, **key) for key in strangers],
        outcomes + [outcome("garbage", **key) for key in strangers],
    )
    assert {key: line.status for key, line in settlement.lines.items()} == {
        (A, "w1", "admissions"): "met",
        (A, "w2", "delays"): "met",
    }


# Conditions lines


@pytest.mark.parametrize(
    "answers",
    [(True, "TRUE", "true"), ("Yes", " yes ", 1), ("1", 1.0, np.bool_(True)), ("1.0", np.int64(1), True)],
)
def test_all_conditions_met_pay_the_whole_line(answers):
    line = one_line(on_conditions("all"), assurance=[assured(answers=answers)])
    assert pence(line) == (100, 100, 0, 0, 0)
    assert (line.status, line.achievement, line.fraction_paid, line.unambitious) == ("met", None, 1, False)


@pytest.mark.parametrize("no", [False, "FALSE", "No", 0, "0", 0.0, np.bool_(False)])
def test_one_condition_unmet_of_all_pays_nothing(no):
    line = one_line(on_conditions("all"), assurance=[assured(answers=(True, no, True))])
    assert pence(line) == (100, 0, 0, 100, 0)
    assert (line.status, line.held_reason, line.fraction_paid) == ("not_met", "conditions", 0)


@pytest.mark.parametrize(
    ("met", "earned", "status"),
    # Thirds of 100p, rounded down.
    [(0, 0, "not_met"), (1, 33, "partly_met"), (2, 66, "partly_met"), (3, 100, "met")],
)
def test_each_condition_met_pays_an_equal_part(met, earned, status):
    line = one_line(on_conditions("each"), assurance=[assured(answers=["yes"] * met + ["no"] * (3 - met))])
    assert pence(line) == (100, earned, 0, 100 - earned, 0)
    assert (line.status, line.fraction_paid) == (status, Fraction(met, 3))
    assert line.held_reason == ("" if met == 3 else "conditions")


@pytest.mark.parametrize("pays", ["all", "each"])
@pytest.mark.parametrize(
    "facts",
    [{}, {"answers": (None, True, True)}, {"submitted_on": "2014-06-01"}, {"submitted_on": None}],
)
def test_a_plan_that_is_not_approved_earns_nothing_whatever_else_is_known(pays, facts):
    rule = on_conditions(pays, submit_by=dt.date(2014, 4, 30))
    line = one_line(rule, assurance=[assured(status="not_approved", **facts)])
    assert pence(line) == (100, 0, 0, 100, 0)
    assert (line.status, line.held_reason, line.fraction_paid) == ("not_met", "plan_not_approved", 0)


@pytest.mark.parametrize(
    "day",
    ["2014-05-01", dt.date(2014, 5, 1), pd.Timestamp("2014-05-01 00:00"), np.datetime64("2014-05-01")],
)
@pytest.mark.parametrize("first", [True, None])
def test_a_late_plan_earns_nothing_even_if_conditions_are_blank(day, first):
    rule = on_conditions("each", submit_by=dt.date(2014, 4, 30))
    line = one_line(rule, assurance=[assured(answers=(first, True, True), submitted_on=day)])
    assert pence(line) == (100, 0, 0, 100, 0)
    assert (line.status, line.held_reason, line.fraction_paid) == ("not_met", "conditions", 0)


@pytest.mark.parametrize("facts", [{"submitted_on": "2014-04-30"}, {"submitted_on": " 2014-04-01 "}, {}])
def test_a_plan_on_the_last_day_or_without_a_column_of_days_is_in_time(facts):
    rule = on_conditions("all", submit_by=dt.date(2014, 4, 30))
    assert one_line(rule, assurance=[assured(**facts)]).earned_pence == 100


def test_days_are_not_tested_where_the_scheme_sets_none():
    line = one_line(on_conditions("all"), assurance=[assured(submitted_on=None)])
    assert (line.earned_pence, line.status) == (100, "met")


@pytest.mark.parametrize("blank", [None, float("nan"), pd.NaT, pd.NA, "", "  "])
@pytest.mark.parametrize("cell", ["data", "submitted_on"])
@pytest.mark.parametrize("other", [True, False])
def test_a_blank_condition_or_day_is_missing(blank, cell, other):
    facts = assured(answers=(other, True, True), submitted_on="2014-04-30") | {cell: blank}
    line = one_line(on_conditions("each", submit_by=dt.date(2014, 4, 30)), assurance=[facts])
    assert pence(line) == (100, 0, 0, 100, 0)
    assert (line.status, line.held_reason, line.fraction_paid) == ("missing", "missing_data", 0)


def test_conditions_that_the_line_does_not_name_may_be_blank():
    rule = on_conditions("all") | {"conditions": cited(("care", "weekends"))}
    assert one_line(rule, assurance=[assured(answers=(True, True, None))]).status == "met"


# Waves that are not due


def test_later_waves_are_not_due_and_their_facts_are_never_read():
    later = [on_metric("admissions", "1/4"), on_conditions("all", "1/4")]
    scheme = fixed_pot([on_metric("admissions", "1/2")], later)
    settlement = settle(
        scheme,
        [plan(100, 90), plan(100, 110, wave="w2")],
        [outcome(90), outcome("garbage", wave="w2")],
        assurance=[assured(answers=("perhaps", None, None))],
        through="w1",
    )
    assert pence(settlement.lines[A, "w1", "admissions"]) == (50, 50, 0, 0, 0)
    for name in ("admissions", "conditions"):
        line = settlement.lines[A, "w2", name]
        assert pence(line) == (25, 0, 0, 0, 25)
        assert (line.status, line.held_reason) == ("not_due", "")
        assert (line.achievement, line.fraction_paid) == (None, None)
    assert settlement.lines[A, "w2", "admissions"].unambitious
    assert settlement.allocations[A, "performance_pot"] == 100


def test_a_line_that_is_not_due_is_not_missing_even_without_a_plan():
    settlement = settle(
        fixed_pot([on_metric("admissions", "1/2")], [on_metric("delays", "1/2")]), through="w1"
    )
    assert [line.status for line in settlement.lines.values()] == ["missing", "not_due"]


def test_a_wave_that_the_scheme_lacks_cannot_be_the_last_due():
    with pytest.raises(ValueError, match="w9"):
        settle(fixed_pot([on_metric("admissions")]), through="w9")


# Reviews


def reviewed(review, results, *, weights=None):
    """Actions for a wave of three metrics; `results` are outcomes by area and metric, 100 planned to be 0."""
    names = ("admissions", "delays", "local")
    scheme = fixed_pot([on_metric(name, "1/3") for name in names], review=review)
    plans = [plan(100, 0, area=area, metric=metric, direction="lower") for area, metric in results]
    outcomes = [
        outcome(result, area=area, metric=metric)
        for (area, metric), result in results.items()
        if result is not None
    ]
    settlement = settle(scheme, plans, outcomes, weights=weights)
    return {(area, line): action for (area, _, line), action in settlement.reviews.items()}


def test_a_missed_line_triggers_a_peer_review_and_met_or_missing_ones_do_not():
    results = {(A, "admissions"): 1, (A, "delays"): 0, (A, "local"): None}
    assert reviewed(reviews("each", peer_review="1"), results) == {(A, "admissions"): "peer_review"}


def test_a_scheme_without_reviews_triggers_none():
    assert reviewed(None, {(A, "admissions"): 100}) == {}


def test_conditions_never_trigger_a_review():
    scheme = fixed_pot([on_conditions("each")], review=reviews("each", peer_review="1"))
    assert settle(scheme, assurance=[assured(answers=(True, False, False))]).reviews == {}


def test_at_seventy_per_cent_the_milder_action_follows_and_just_below_the_stricter():
    review = reviews("each", recovery_plan="0.7", contingency_plan="1")
    # Outcomes of 30, 30.01 and 150 from 100 to 0: achievements 0.7, 0.6999 and -0.5.
    results = {(A, "admissions"): 30, (A, "delays"): "30.01", (A, "local"): 150}
    assert reviewed(review, results) == {
        (A, "admissions"): "contingency_plan",
        (A, "delays"): "recovery_plan",
        (A, "local"): "recovery_plan",
    }


def test_a_missed_line_above_every_threshold_triggers_nothing():
    results = {(A, "admissions"): 30, (A, "delays"): 31}
    assert reviewed(reviews("each", recovery_plan="0.7"), results) == {(A, "delays"): "recovery_plan"}


def test_the_mean_of_clipped_achievements_decides_for_all_missed_lines_of_an_area():
    review = reviews("mean", recovery_plan="0.7", contingency_plan="1")
    results = {
        (A, "admissions"): -100,  # 2, clipped to 1
        (A, "delays"): 60,  # 0.4; the mean of 1 and 0.4 is 0.7
        (A, "local"): None,  # missing: not counted
        (B, "admissions"): 0,  # 1
        (B, "delays"): "60.01",  # 0.3999; the mean is below 0.7
        (C, "admissions"): 0,  # 1
        (C, "delays"): 200,  # -1, clipped to 0
        (C, "local"): 0,  # 1; the mean is 2/3
        (D, "admissions"): 10,  # 0.9
        (D, "delays"): 45,  # 0.55; the mean is 0.725
    }
    assert reviewed(review, results, weights={A: 1, B: 1, C: 1, D: 1}) == {
        (A, "delays"): "contingency_plan",
        (B, "delays"): "recovery_plan",
        (C, "delays"): "recovery_plan",
        (D, "admissions"): "contingency_plan",
        (D, "delays"): "contingency_plan",
    }


def test_the_mean_is_taken_wave_by_wave():
    scheme = fixed_pot(
        [on_metric("admissions", "1/2")],
        [on_metric("admissions", "1/4"), on_metric("delays", "1/4")],
        review=reviews("mean", recovery_plan="0.7"),
    )
    keys = [{"wave": "w1"}, {"wave": "w2"}, {"wave": "w2", "metric": "delays"}]
    # Achievements 0.6 in the first wave; 0.6 and 1 in the second, on average 0.8.
    outcomes = [outcome(result, **key) for result, key in zip((40, 40, 0), keys, strict=True)]
    settlement = settle(scheme, [plan(100, 0, **key) for key in keys], outcomes)
    assert settlement.reviews == {(A, "w1", "admissions"): "recovery_plan"}


def test_a_missed_unambitious_line_counts_as_nothing_achieved():
    scheme = fixed_pot([on_metric("admissions")], review=reviews("each", recovery_plan="0.7"))
    assert settle(scheme, [plan(100, 100)], [outcome(101)]).reviews == {
        (A, "w1", "admissions"): "recovery_plan"
    }


# A pot of planned value


def july(planned, made, *, pounds="1000", through=None, assurance=None, unit_value="1", **changes):
    """One area under `july_2014` at £1 an admission; reductions by quarter, None where data are missing."""
    scheme = load_scheme("july_2014").replace(
        components=(), pot__amount_pounds=pounds, unit_value_pounds=unit_value, **changes
    )
    keys = [{"wave": wave, "metric": "emergency_admissions"} for wave in QUARTERS]
    plans = [plan(500, 500 - p, **key) for p, key in zip(planned, keys, strict=True) if p is not None]
    outcomes = [outcome(500 - m, **key) for m, key in zip(made, keys, strict=True) if m is not None]
    settlement = settle(scheme, plans, outcomes, through=through, assurance=assurance)
    lines = [settlement.lines[A, wave, "emergency_admissions"] for wave in QUARTERS]
    rest = settlement.allocations[A, "nhs_commissioned_services"]
    assert settlement.allocations[A, "performance_pot"] == sum(line.entitlement_pence for line in lines)
    return lines, rest


def test_a_missed_quarter_is_made_good_later_and_nothing_is_clawed_back():
    # R = 100, pot £100; planned so far 10, 30, 60, 100; made so far 4, 30, 20, 70.
    lines, rest = july([10, 20, 30, 40], [4, 26, -10, 50])
    assert [pence(line) for line in lines] == [
        (1000, 400, 0, 600, 0),  # 4 of 100
        (2000, 2600, 600, 0, 0),  # 30 of 100, less 400 paid
        (3000, 0, 0, 3000, 0),  # 20 of 100 is less than the 3000 paid
        (4000, 4000, 0, 0, 0),  # 70 of 100, less 3000 paid
    ]
    assert rest == 90_000
    assert [line.held_reason for line in lines] == ["performance", "", "performance", ""]
    assert [line.status for line in lines] == ["partly_met", "met", "not_met", "met"]
    assert [line.achievement for line in lines] == [
        Fraction(4, 10),
        Fraction(26, 20),
        Fraction(-10, 30),
        Fraction(50, 40),
    ]
    assert [line.fraction_paid for line in lines] == [Fraction(n, 100) for n in (4, 30, 20, 70)]


def test_a_quarter_never_pays_ahead_of_the_plan():
    # All 40 come in the first quarter, of which 10 count by then.
    lines, _ = july([10, 10, 10, 10], [40, 0, 0, 0])
    assert [line.earned_pence for line in lines] == [1000, 1000, 1000, 1000]
    assert [line.status for line in lines] == ["met", "not_met", "not_met", "not_met"]


def test_a_negative_running_total_pays_nothing_yet_counts_against_later_quarters():
    # Made so far -30, -10, 5, 5 of R = 40.
    lines, _ = july([10, 10, 10, 10], [-30, 20, 15, 0])
    assert [line.earned_pence for line in lines] == [0, 0, 500, 0]
    assert [line.fraction_paid for line in lines] == [0, 0, Fraction(5, 40), Fraction(5, 40)]
    # The second quarter met its own target; what is held is still for performance.
    assert (lines[1].status, lines[1].held_reason) == ("met", "performance")


def test_plans_that_do_not_fall_every_quarter_count_by_their_running_maximum():
    # Planned so far 10, 5, 25, 20: R = 20; counted 10, 10, 20, 20. Made so far 10, 5, 25, 20.
    lines, rest = july([10, -5, 20, -5], [10, -5, 20, -5])
    assert [line.entitlement_pence for line in lines] == [1000, 0, 1000, 0]
    assert [line.earned_pence for line in lines] == [1000, 0, 1000, 0]
    assert [line.fraction_paid for line in lines] == [Fraction(n, 20) for n in (10, 5, 20, 20)]
    assert [line.unambitious for line in lines] == [False, True, False, True]
    assert [line.status for line in lines] == ["met"] * 4
    assert rest == 98_000


def test_a_quarter_without_a_planned_reduction_has_no_entitlement_of_its_own():
    # Planned so far 10, 10, 20, 40; made so far 5, 15, 15, 40.
    lines, _ = july([10, 0, 10, 20], [5, 10, 0, 25])
    assert [pence(line)[:4] for line in lines] == [
        (1000, 500, 0, 500),
        (0, 500, 500, 0),  # 10 count of the 15: the first quarter is made good
        (1000, 500, 0, 500),
        (2000, 2500, 500, 0),
    ]


def test_a_plan_that_starts_with_a_rise_is_entitled_once_it_has_made_up_for_it():
    # Planned so far -5, 10, 10, 10; made so far 3, 3, 3, 3: the first quarter counts for nothing.
    lines, _ = july([-5, 15, 0, 0], [3, 0, 0, 0])
    assert [pence(line)[:3] for line in lines] == [(0, 0, 0), (1000, 300, 0), (0, 0, 0), (0, 0, 0)]


def test_the_pot_is_capped_at_the_share_and_steps_are_rounded_down_on_the_running_total():
    # R = 3 at £1 is 300p, the share 100p; thirds of it so far: 33, 66, 100.
    lines, rest = july([1, 1, 1, 0], [1, 1, 1, 0], pounds="1")
    assert [line.entitlement_pence for line in lines] == [33, 33, 34, 0]
    assert [line.earned_pence for line in lines] == [33, 33, 34, 0]
    assert rest == 0


def test_the_value_of_the_planned_reduction_is_rounded_down_to_whole_pence():
    lines, rest = july([1, 0, 0, 0], [1, 0, 0, 0], unit_value="1.009")
    assert (lines[0].entitlement_pence, rest) == (100, 99_900)


@pytest.mark.parametrize("planned", [[0, 0, 0, 0], [10, -10, 0, 0], [5, 0, 0, -20]])
@pytest.mark.parametrize("cumulative", [True, False])
def test_without_a_planned_reduction_there_is_no_pot(planned, cumulative):
    lines, rest = july(planned, [20, -30, 1, 1], cumulative=cumulative)
    assert [pence(line) for line in lines] == [(0, 0, 0, 0, 0)] * 4
    assert [line.fraction_paid for line in lines] == [0] * 4
    assert [line.held_reason for line in lines] == [""] * 4
    assert [line.status for line in lines][:2] == ["met", "not_met"]
    assert rest == 100_000


def test_a_missing_outcome_hides_that_quarter_and_every_later_one():
    lines, rest = july([10, 20, 30, 40], [10, None, 30, 40])
    assert [pence(line) for line in lines] == [
        (1000, 1000, 0, 0, 0),
        (2000, 0, 0, 2000, 0),
        (3000, 0, 0, 3000, 0),
        (4000, 0, 0, 4000, 0),
    ]
    assert [line.status for line in lines] == ["met", "missing", "missing", "missing"]
    assert [line.held_reason for line in lines] == ["", "missing_data", "missing_data", "missing_data"]
    assert [line.achievement for line in lines] == [1, None, None, None]
    assert [line.fraction_paid for line in lines] == [Fraction(1, 10), 0, 0, 0]
    assert rest == 90_000


@pytest.mark.parametrize("cumulative", [True, False])
def test_a_missing_plan_leaves_no_pot_and_all_due_quarters_missing(cumulative):
    lines, rest = july([10, 0, None, 40], [10, 20, 30, 40], through="q2_2015_16", cumulative=cumulative)
    assert [pence(line) for line in lines] == [(0, 0, 0, 0, 0)] * 4
    assert [line.status for line in lines] == ["missing", "missing", "missing", "not_due"]
    assert [line.held_reason for line in lines] == [""] * 4
    assert [line.fraction_paid for line in lines] == [0, 0, 0, None]
    assert [line.unambitious for line in lines] == [False, True, False, False]
    assert rest == 100_000


def test_a_plan_missing_in_a_quarter_that_is_not_due_leaves_no_pot_either():
    lines, _ = july([10, 20, 30, None], [10, 20, 30, 40], through="q4_2014_15")
    assert [line.status for line in lines] == ["missing", "not_due", "not_due", "not_due"]
    assert [line.entitlement_pence for line in lines] == [0] * 4


def test_quarters_that_are_not_due_keep_their_entitlement():
    lines, _ = july([10, 20, 30, 40], [10, 20, None, None], through="q1_2015_16")
    assert [pence(line) for line in lines] == [
        (1000, 1000, 0, 0, 0),
        (2000, 2000, 0, 0, 0),
        (3000, 0, 0, 0, 3000),
        (4000, 0, 0, 0, 4000),
    ]
    assert [line.status for line in lines] == ["met", "met", "not_due", "not_due"]


def test_without_the_cumulative_test_each_quarter_pays_on_its_own():
    lines, _ = july([10, 20, 30, 40], [4, 26, -10, 50], cumulative=False)
    assert [pence(line) for line in lines] == [
        (1000, 400, 0, 600, 0),
        (2000, 2000, 0, 0, 0),
        (3000, 0, 0, 3000, 0),
        (4000, 4000, 0, 0, 0),
    ]
    assert [line.fraction_paid for line in lines] == [Fraction(2, 5), 1, 0, 1]


def test_without_the_cumulative_test_a_quarter_pays_on_its_step_of_the_running_maximum():
    # Counted 10, 10, 20, 20: steps 10, 0, 10, 0. The 5 of the third is half its step.
    lines, _ = july([10, -5, 20, -5], [3, 5, 5, 0], cumulative=False)
    assert [line.earned_pence for line in lines] == [300, 0, 500, 0]
    assert [line.fraction_paid for line in lines] == [Fraction(3, 10), 0, Fraction(1, 2), 0]
    assert [line.achievement for line in lines] == [Fraction(3, 10), 1, Fraction(1, 4), 1]


def test_without_the_cumulative_test_each_quarter_is_rounded_down():
    # The pot of 100p in thirds, 33, 33 and 34; half of each: 16 1/2 twice, and 17.
    lines, _ = july([2, 2, 2, 0], [1, 1, 1, 0], pounds="1", cumulative=False)
    assert [line.earned_pence for line in lines] == [16, 16, 17, 0]


def test_without_the_cumulative_test_a_missing_outcome_hides_only_its_own_quarter():
    lines, _ = july([10, 20, 30, 40], [10, None, 30, 40], cumulative=False)
    assert [line.status for line in lines] == ["met", "missing", "met", "met"]
    assert [line.earned_pence for line in lines] == [1000, 0, 3000, 4000]


def test_a_planned_rise_is_an_improvement_where_higher_is_better():
    # 500 planned to become 510 in the first quarter; 504 reached.
    lines, _ = july([-10, 0, 0, 0], [-4, 0, 0, 0], metrics__emergency_admissions__direction="higher")
    assert (lines[0].entitlement_pence, lines[0].earned_pence) == (1000, 400)
    assert lines[0].achievement == Fraction(2, 5)


def test_approval_of_the_plan_does_not_gate_payment_for_performance():
    lines, _ = july([10, 10, 10, 10], [10, 10, 10, 10], assurance=[assured(status="not_approved")])
    assert [line.earned_pence for line in lines] == [1000] * 4


def test_each_area_has_its_own_share_and_pot():
    scheme = load_scheme("july_2014").replace(
        components=(), pot__amount_pounds="0.03", unit_value_pounds="0.01"
    )
    key = {"metric": "emergency_admissions", "wave": QUARTERS[0]}
    flat = [{**key, "wave": wave} for wave in QUARTERS[1:]]
    plans = [plan(9, 8, area=A, **key), plan(9, 4, area=B, **key)]
    plans += [plan(9, 9, area=area, **other) for area in (A, B) for other in flat]
    settlement = settle(scheme, plans, weights={B: 1, A: 1})
    # Shares 2p and 1p (1 1/2 each, the tie to the smaller code); planned value 1p and 5p.
    assert settlement.allocations == {
        (A, "performance_pot"): 1,
        (A, "nhs_commissioned_services"): 1,
        (B, "performance_pot"): 1,
        (B, "nhs_commissioned_services"): 0,
    }


# Built-in schemes and independence


def test_december_2013_pays_a_quarter_for_four_conditions_together_and_a_twelfth_for_each_metric():
    weights = {"nhs_weight": 1, "social_care_weight": 1, "dfg_weight": 1}
    names = load_scheme("december_2013").condition_names
    settlement = reference_settlement(
        pd.DataFrame([{"area_code": A} | weights]),
        pd.DataFrame([plan((100, 1), (90, 1), wave="wave_1", metric="delayed_transfers")]),
        pd.DataFrame([outcome((93, 1), wave="wave_1", metric="delayed_transfers")]),
        pd.DataFrame(
            [{"area_code": A, "plan_status": "approved"} | dict.fromkeys(names[:3], "yes") | {names[3]: "no"}]
        ),
        load_scheme("december_2013"),
        through="wave_1",
    )
    # Three of four conditions earn none of the £250m. A twelfth of £1bn is 8,333,333,333 1/3p; nine such
    # lines leave 3p, one each for the three earliest.
    assert pence(settlement.lines[A, "wave_1", "conditions"]) == (
        25_000_000_000,
        0,
        0,
        25_000_000_000,
        0,
    )
    assert pence(settlement.lines[A, "wave_1", "delayed_transfers"]) == (
        8_333_333_334,
        0,
        0,
        8_333_333_334,
        0,
    )
    assert settlement.lines[A, "wave_2", "local"].entitlement_pence == 8_333_333_333
    # 70% of the improvement exactly: the contingency plan.
    assert settlement.reviews == {(A, "wave_1", "delayed_transfers"): "contingency_plan"}
    assert settlement.allocations[A, "social_care_transfer"] == 110_000_000_000
    assert settlement.allocations[A, "performance_pot"] == 100_000_000_000


def test_the_reference_shares_no_code_with_the_fast_path():
    files = list(Path(reference.__file__).parent.glob("*.py"))
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    outside = {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names}
    inside = {f"bcf_payments.reference.{file.stem}" for file in files}
    assert outside - inside == {"pandas", "bcf_payments.schemes.parts", "bcf_payments.schemes.scheme"}
