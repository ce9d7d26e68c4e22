"""What the assumptions of the built-in schemes cost, on numbers small enough to check by hand."""

import re

import pandas as pd
import pytest

import bcf_payments as bcf

KEY = ["area_code", "wave", "metric"]


def tables(scheme, areas, plans, conditions=None):
    """Areas of equal weight unless they say otherwise; rows of baseline, target and outcome; conditions."""
    weights = {"nhs_weight": 1, "social_care_weight": 1, "dfg_weight": 1}
    area_table = pd.DataFrame(
        [
            {"area_code": code, "area_name": name, "region": "Here", **weights, **own}
            for code, name, own in areas
        ]
    )
    rows = pd.DataFrame(plans, columns=[*KEY, "baseline", "target", "outcome"])
    plan_table = rows[KEY].assign(
        baseline_numerator=rows["baseline"], baseline_denominator=100,
        target_numerator=rows["target"], target_denominator=100, direction="lower",
    )  # fmt: skip
    outcome_table = rows[KEY].assign(outcome_numerator=rows["outcome"], outcome_denominator=100)
    met = dict.fromkeys(scheme.condition_names, True)
    assurance = pd.DataFrame(
        [
            {"area_code": code, "plan_status": "approved", **met, **(conditions or {}).get(code, {})}
            for code, *_ in areas
        ]
    )
    return area_table, plan_table, outcome_table, assurance


AREAS = [("E06000001", "Hartlepool", {}), ("E06000002", "Middlesbrough", {})]


def july(**options):
    """Hartlepool misses a quarter and makes it good; Middlesbrough always achieves half."""
    scheme = bcf.load_scheme("july_2014")
    outcomes = {"E06000001": (100, 80, 90, 90), "E06000002": (95, 95, 95, 95)}
    plans = [
        (code, wave, "emergency_admissions", 100, 90, outcome)
        for code, row in outcomes.items()
        for wave, outcome in zip(scheme.wave_names, row, strict=True)
    ]
    return bcf.settle(*tables(scheme, AREAS, plans), scheme, **options)


def test_quarters_that_stand_alone_cost_what_was_made_good():
    found = bcf.assumptions(july())
    row = found.alternatives.set_index("name").loc["separate_quarters"]
    # Each area plans 40 fewer admissions at £1,490; Hartlepool's first ten are made good a quarter later.
    assert found.by_basis["earned_pence"].tolist() == [0, 0, (40 + 20) * 1490_00]
    assert row["change_pence"] == -10 * 1490_00
    assert (row["areas_paid"], row["areas_more"], row["areas_less"]) == (2, 0, 1)
    assert (row["loses_most"], row["loses_most_pence"]) == ("E06000001", -10 * 1490_00)
    assert (row["gains_most"], row["gains_most_pence"]) == ("", 0)


def test_another_unit_value_changes_the_pot_and_what_is_earned_of_it():
    row = bcf.assumptions(july()).alternatives.set_index("name").loc["unit_value_2150"]
    assert row["entitlement_pence"] == 80 * 2150_00
    assert row["earned_pence"] == 60 * 2150_00
    assert (row["gains_most"], row["gains_most_pence"]) == ("E06000001", 40 * 660_00)


def test_areas_that_move_furthest_come_first_and_those_that_stay_do_not_come():
    found = bcf.assumptions(july())
    movers = found.movers().groupby("name", sort=False)["area_name"].agg(list).to_dict()
    assert movers == {
        "separate_quarters": ["Hartlepool"],
        "unit_value_2150": ["Hartlepool", "Middlesbrough"],
        "unit_value_1552": ["Hartlepool", "Middlesbrough"],
    }
    assert found.movers(1)["change_pence"].tolist() == [-10 * 1490_00, 40 * 660_00, 40 * 62_00]
    assert found.movers(0).empty
    with pytest.raises(ValueError, match="write 0 or more"):
        found.movers(-1)


def test_quarters_that_are_not_due_are_in_no_alternative():
    found = bcf.assumptions(july(through="q4_2014_15"))
    assert found.by_basis["earned_pence"].sum() == 5 * 1490_00
    assert found.alternatives.set_index("name").loc["separate_quarters", "change_pence"] == 0


def targets_met_but_for(halves, scheme):
    """Rows in which each target is met, but for the lines named, of which a half is achieved."""
    for code, _, _ in AREAS:
        for slot in scheme.metric_lines:
            better = 1 if slot.name in {"reablement", "user_experience"} else -1
            achieved = 5 if (slot.wave, slot.name) in halves else 10
            yield code, slot.wave, slot.name, 50, 50 + 10 * better, 50 + achieved * better


def october(conditions=None, weights=None):
    """Two areas that achieve a half on every metric."""
    scheme = bcf.load_scheme("october_2013")
    areas = [(code, name, weights or {}) for code, name, _ in AREAS]
    halves = [(slot.wave, slot.name) for slot in scheme.metric_lines]
    area_table, *others = tables(scheme, areas, targets_met_but_for(halves, scheme), conditions)
    return bcf.settle(area_table.dropna(axis=1), *others, scheme)


def test_conditions_one_by_one_pay_the_four_that_are_met():
    settlement = october({"E06000001": {"acute_impact_agreed": False}})
    rows = bcf.assumptions(settlement).alternatives.set_index("name")
    # £250m on conditions is £125m for each of the two areas.
    assert rows.loc["each_condition", "change_pence"] == 100_000_000_00
    assert rows.loc["conditions_of_plans", "change_pence"] == 125_000_000_00
    assert rows.loc["each_condition", "areas_more"] == 1


def test_shares_of_wave_1_move_money_between_conditions_and_metrics():
    rows = bcf.assumptions(october()).alternatives.set_index("name")
    # As it stands wave 1 pays £250m on conditions and half of £250m on metrics. By sixths the three lines are
    # 16,666,666,667p, 16,666,666,667p and 16,666,666,666p, of which two halves are rounded down in each area.
    assert rows.loc["equal_lines", "change_pence"] == (
        16_666_666_667 + 8_333_333_333 + 8_333_333_332 - 37_500_000_000
    )
    assert rows.loc["conditions_alone", "change_pence"] == 125_000_000_00
    assert rows.loc["all_or_nothing", "earned_pence"] == 250_000_000_00


def test_an_alternative_whose_columns_are_not_there_is_listed_with_the_reason():
    found = bcf.assumptions(october(weights={"social_care_weight": None}))
    assert "social_care_weights" not in set(found.alternatives["name"])
    (row,) = found.unsettled.to_dict("records")
    assert (row["name"], row["source"]) == ("social_care_weights", "F8")
    assert "missing_column" in row["reason"]
    assert "social_care_weight" in row["reason"]
    assert "social_care_weights" not in set(found.by_area["name"]) | set(found.actions["name"])


def test_the_mean_moves_lines_from_one_action_to_another_and_no_money():
    scheme = bcf.load_scheme("december_2013")
    # In wave 1 two metrics are met and one achieves a half: below 70% by itself, not on the mean.
    plans = targets_met_but_for([("wave_1", "local")], scheme)
    found = bcf.assumptions(bcf.settle(*tables(scheme, AREAS, plans), scheme))
    row = found.alternatives.set_index("name").loc["mean_achievement"]
    assert (row["change_pence"], row["reviews"], row["actions_changed"]) == (0, 2, 2)
    lines = found.actions.set_index(["name", "action"])["lines"]
    assert (lines["", "recovery_plan"], lines["", "contingency_plan"]) == (2, 0)
    assert lines["mean_achievement", "recovery_plan"] == 0
    assert lines["mean_achievement", "contingency_plan"] == 2


def test_money_counts_under_every_fact_that_its_rules_cite():
    facts = bcf.assumptions(october()).by_fact.set_index(["fact", "basis"])
    assert facts.loc[("A12", "assumed"), "entitlement_pence"] == 250_000_000_00
    assert facts.loc[("A14", "assumed"), "entitlement_pence"] == 750_000_000_00
    assert facts.loc[("F8", "assumed"), "entitlement_pence"] == 1_000_000_000_00
    assert facts.loc[("F4", "stated"), "lines"] == 8
    assert facts.loc[("A14", "assumed"), "rules"] == "curve"
    assert facts.loc[("A12", "assumed"), "rules"] == "conditions, pays, submit by"


def test_a_pot_of_planned_value_rests_on_the_rules_of_every_quarter():
    rules = bcf.assumptions(july()).rules
    of_each = rules.groupby("wave")["rule"].agg(set)
    assert len(set(map(frozenset, of_each))) == 1
    assert {f"waves.{wave}.lines.0.period" for wave in range(4)} <= of_each.iloc[0]
    assert not {"pot.remainder", "pot.expected_reduction", "waves.0.payment_date"} & of_each.iloc[0]


def test_tables_are_copies():
    found = bcf.assumptions(july())
    for name in ("rules", "by_basis", "by_fact", "alternatives", "by_area", "actions", "unsettled"):
        before, spoilt = getattr(found, name), getattr(found, name)
        spoilt.iloc[:, 0] = "spoilt"
        pd.testing.assert_frame_equal(getattr(found, name), before)


def test_input_that_is_changed_afterwards_changes_no_alternative():
    example = bcf.load_example("p4p_2015_16")
    settlement = bcf.settle(*example, "july_2014", on_missing="withhold")
    expected = bcf.assumptions(settlement).by_area
    example.outcomes["outcome_numerator"] = 0
    example.areas.loc[:, "nhs_weight"] = 1
    pd.testing.assert_frame_equal(bcf.assumptions(settlement).by_area, expected)


def test_it_shows_itself_in_a_line_and_in_a_notebook_with_its_notices():
    example = bcf.load_example("two_waves")
    settlement = bcf.settle(*example, on_missing="withhold")
    found = bcf.assumptions(settlement)
    earned = settlement.summary().loc[0, "earned_pence"]
    assert repr(found).startswith("<Assumptions of october_2013: £")
    assert f"£{earned // 100:,}" in repr(found)
    html = found._repr_html_()
    assert all(notice.split(".")[0] in html for notice in settlement.notices)
    assert "-£58,151,854.66" in html


def test_a_scheme_without_alternatives_has_empty_tables_of_the_right_columns():
    scheme = bcf.load_scheme("july_2014").replace(alternatives=[])
    settlement = july().under(scheme)
    found = bcf.assumptions(settlement)
    full = bcf.assumptions(july())
    for name in ("alternatives", "by_area", "unsettled"):
        assert getattr(found, name).empty
        assert list(getattr(found, name)) == list(getattr(full, name))
    assert found.movers().empty
    assert found.by_basis["entitlement_pence"].sum() == 80 * 1490_00


@pytest.mark.parametrize("name", bcf.available_schemes())
def test_built_in_alternatives_cite_facts_and_change_what_they_say_they_change(name):
    scheme = bcf.load_scheme(name)
    before = dict(scheme.cited())
    for alternative in scheme.alternatives:
        assert all(re.fullmatch(r"[A-GLN]\d+", source) for source in alternative.source)
        changed = scheme.alternative(alternative.name)
        after = dict(changed.cited())
        different = {path for path, rule in after.items() if rule != before.get(path)}
        assert different == {path.replace("__", ".") for path in alternative.changes}
        for path in different:
            assert after[path].source == alternative.source
            assert after[path].basis == "assumed"
        assert any(after[path].value != before[path].value for path in different)


@pytest.mark.parametrize("name", bcf.available_schemes())
def test_the_examples_settle_under_every_alternative_as_the_reference_does(name):
    scheme = bcf.load_scheme(name)
    example = bcf.load_example(scheme.example)
    found = bcf.assumptions(bcf.settle(*example, scheme, on_missing="withhold"))
    assert found.unsettled.empty
    for row in found.alternatives.to_dict("records"):
        verified = bcf.settle(*example, scheme.alternative(row["name"]), on_missing="withhold", verify=True)
        assert verified.summary().loc[0, "earned_pence"] == row["earned_pence"]
