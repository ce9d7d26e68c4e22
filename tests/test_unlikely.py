"""What is possible and unlikely is warned of, once and in words that say what to do."""

import re

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.core.periods import days_of

from .samples import example, settled

CUMBRIA, CUMBERLAND, WESTMORLAND, LEEDS = "E10000006", "E06000063", "E06000064", "E08000035"
OCTOBER = bcf.load_scheme("october_2013")
JULY = bcf.load_scheme("july_2014")
WEIGHTS = ("nhs_weight", "social_care_weight", "dfg_weight")
LINE = ["area_code", "wave", "metric"]


def tables(scheme, codes=(LEEDS,), **changed):
    """Areas alike on every line: planned are 1,000 to 900 where lower is better, else 80 to 85 of 100."""
    areas = pd.DataFrame({"area_code": codes, "area_name": codes, "region": "North"})
    rows = [(code, slot.wave, slot.name) for code in codes for slot in scheme.metric_lines]
    lines = pd.DataFrame(rows, columns=LINE)
    higher = lines["metric"].map(lambda name: scheme.metrics[name].direction.value == "higher")
    numbers = {"baseline": (80, 1000), "target": (85, 900), "outcome": (84, 920)}
    for name, (rising, falling) in numbers.items():
        lines[f"{name}_numerator"] = higher.map({True: rising, False: falling}).astype(object)
        lines[f"{name}_denominator"] = higher.map({True: 100, False: 100_000})
    for metric, values in changed.items():
        for column, value in values.items():
            lines.loc[lines["metric"] == metric, column] = value
    outcome = [name for name in lines if name.startswith("outcome")]
    assured = pd.DataFrame({"area_code": codes, "plan_status": "approved"})
    return bcf.Tables(
        areas.assign(**dict.fromkeys(WEIGHTS, range(1, len(codes) + 1))),
        lines.drop(columns=outcome).assign(direction="lower"),
        lines[[*LINE, *outcome]],
        assured.assign(**dict.fromkeys(scheme.condition_names, True)),
    )


def warned(scheme=OCTOBER, codes=(LEEDS,), reason="", **changed):
    """The warnings of such tables, but that areas are few."""
    found = bcf.validate(*tables(scheme, codes, **changed), scheme)
    return found[found["reason"] == reason if reason else found["reason"] != "few_areas"]


def test_one_council_by_itself_is_told_that_it_shares_the_whole_fund_and_both_ways_out():
    found = bcf.validate(*tables(JULY), JULY).query("reason == 'few_areas'")
    assert found[["area_code", "wave", "metric"]].to_numpy().tolist() == [["", "", ""]]
    message = found["message"].item()
    assert message.startswith("1 area shares the fund of 151,")
    assert all(
        way in message for way in ("allocation_pounds", "<component>_pounds", "performance_pot_pounds")
    )
    assert message.endswith("settle with only")


def test_as_many_areas_as_are_expected_are_not_few():
    assert "few_areas" not in set(settled("october_2013").warnings["reason"])
    two = tables(OCTOBER, (CUMBRIA, LEEDS))
    assert bcf.validate(*two, OCTOBER.replace(areas_expected=2)).empty
    assert bcf.validate(*two, OCTOBER.replace(areas_expected=3))["reason"].tolist() == ["few_areas"]
    unsaid = re.sub("areas_expected = .*", "", OCTOBER.to_toml())
    assert bcf.validate(*two, bcf.Scheme.from_toml(unsaid)).empty


def test_a_predecessor_beside_its_successors_is_warned_of_with_each_area_named():
    found = warned(codes=(CUMBRIA, CUMBERLAND, WESTMORLAND, LEEDS))
    assert found["reason"].tolist() == ["overlapping_areas"] * 3
    assert set(found["area_code"]) == {CUMBRIA, CUMBERLAND, WESTMORLAND}
    (message,) = set(found["message"])
    names = ("Cumbria E10000006", "Cumberland E06000063", "Westmorland and Furness E06000064")
    assert all(name in message for name in names)


def test_half_a_year_against_a_year_is_an_unlikely_change():
    found = warned(delayed_transfers={"outcome_numerator": 250})
    assert found["reason"].tolist() == ["unlikely_change"] * 2
    assert found["wave"].tolist() == ["wave_1", "wave_2"]
    assert (
        "an achievement of 750% and an outcome of 25% of the baseline are unlikely"
        in found["message"].iloc[0]
    )


@pytest.mark.parametrize(
    ("baseline", "target", "outcome", "unlikely"),
    [
        (1000, 900, 700, False),  # three times the plan
        (1000, 900, "699.99", True),
        (1000, 900, 1300, False),
        (1000, 900, "1300.01", True),
        (1000, 500, 500, False),  # half of the baseline
        (1000, 500, "499.99", True),
        (1000, 400, 2000, False),
        (1000, 400, "2000.01", True),
        (0, 0, 5, False),  # 0 has no multiple, and its plan no improvement
        (1000, 1000, 800, False),  # nothing was planned
        (1000, 1000, 400, True),
    ],
)
def test_a_change_is_unlikely_beyond_its_bounds_and_not_at_them(baseline, target, outcome, unlikely):
    cells = {"baseline_numerator": baseline, "target_numerator": target, "outcome_numerator": outcome}
    found = warned(delayed_transfers=cells)
    assert found["reason"].tolist() == ["unlikely_change"] * 2 * unlikely


def test_only_lines_that_are_due_are_looked_at():
    given = tables(OCTOBER, delayed_transfers={"outcome_numerator": 1})
    found = bcf.validate(*given, through="wave_1").query("reason != 'few_areas'")
    assert found["wave"].tolist() == ["wave_1"]


def test_named_periods_of_different_length_are_warned_of():
    areas, plans, outcomes, assured = tables(OCTOBER)
    plans = plans.assign(baseline_period="2013-14")
    named = outcomes.assign(outcome_period="2014-15")
    named.loc[named["metric"] == "user_experience", "outcome_period"] = "2014-15 Q4"
    named.loc[named["metric"] == "reablement", "outcome_period"] = "last winter"
    found = bcf.validate(areas, plans, named, assured).query("reason != 'few_areas'")
    assert found[["metric", "reason"]].to_numpy().tolist() == [["user_experience", "periods_differ"]]
    assert "2013-14, about 365 days, and the outcome of 2014-15 Q4, about 91" in found["message"].item()
    assert bcf.validate(areas, plans, outcomes, assured)["reason"].tolist() == ["few_areas"]


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("2014-15", 365), ("2014/15", 365), ("2014-2015", 365), ("FY 2014-15", 365), ("2014", 365),
        ("Q4 2014/15", 91), ("2014-15 Q4", 91), ("q4_2014_15", 91), ("Quarter 4 2014-15", 91),
        ("2015-16 Q1-Q2", 182), ("Q1 to Q3 2015", 273), ("H1 2015-16", 182), ("Jan-Mar 2015", 91),
        ("Oct\u2013Dec 2014", 91), ("Nov 2014-Jan 2015", 91), ("April 2014 to March 2015", 365),
        ("April 2013 to March 2015", 730), ("Sept 2014", 30), ("2014-04-01 to 2015-03-31", 365),
        ("2014-04-01/2014-06-30", 91), ("1 April 2014 - 31 March 2015", 365), ("01/10/2014-31/12/2014", 92),
        ("2014-16", None), ("2014-13", None), ("May", None), ("Q3-Q2 2014", None), ("Q5 2014", None),
        ("2014-02-30 to 2014-03-31", None), ("March 2015 to March 2014", None), ("12 months", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_period_is_as_long_as_its_name_says_and_a_name_that_is_not_understood_has_no_length(name, days):
    assert days_of(name) == days


def test_a_count_with_a_fraction_is_warned_of_where_counts_are_paid_on():
    found = warned(JULY, emergency_admissions={"outcome_numerator": "970.5"}, reason="not_whole")
    assert found["wave"].tolist() == list(JULY.wave_names)
    assert "outcome_numerator 970.5: a count with a fraction" in found["message"].iloc[0]
    rates = {"outcome_numerator": "920.5"}
    assert warned(emergency_admissions=rates).empty  # of rates numerators may be worked out


DUST = [
    ("reablement", "0.2", "0.3", "0.29999999999999998", "0.3"),
    ("residential_admissions", "0.4", "0.3", 0.1 + 0.2, "0.3"),
    ("residential_admissions", "0.4", 0.1 + 0.2, "0.3", "0.3"),
]


@pytest.mark.parametrize(("metric", "baseline", "target", "outcome", "short"), DUST)
def test_a_hair_that_decides_a_line_is_warned_of_and_settled_as_it_is_written(
    metric, baseline, target, outcome, short
):
    cells = {"baseline_numerator": baseline, "target_numerator": target, "outcome_numerator": outcome}
    ones = {f"{name}_denominator": 1 for name in ("baseline", "target", "outcome")}
    settlement = bcf.settle(*tables(OCTOBER, **{metric: cells | ones}))
    found = settlement.warnings.query("reason == 'many_digits'")
    line = settlement.assessments.query("line == @metric and wave == 'wave_2'")
    decides = metric == "reablement" or target == short
    assert line["status"].item() == ("partly_met" if decides else "met")
    assert found["metric"].tolist() == [metric] * decides
    assert all(f"is a hair from {short}" in message for message in found["message"])
    assert all("with the shorter number met" in message for message in found["message"])


def test_many_digits_that_decide_nothing_are_no_matter():
    assert warned(delayed_transfers={"outcome_numerator": 850.0000000000001}).empty
    assert warned(delayed_transfers={"outcome_numerator": "900.0000000012"}).empty  # no hair: twelve digits
    assert warned(delayed_transfers={"target_numerator": "2700/3", "outcome_numerator": "2701/3"}).empty


def test_target_and_outcome_are_told_apart_wherever_they_are_told():
    cells = {"baseline_numerator": "0.4", "target_numerator": "0.3", "outcome_numerator": 0.1 + 0.2}
    ones = {f"{name}_denominator": 1 for name in ("baseline", "target", "outcome")}
    settlement = bcf.settle(*tables(OCTOBER, residential_admissions=cells | ones))
    told = str(settlement.explain(LEEDS)).replace("\n", " ")
    assert "the target 30,000.000000000000 per 100,000 and the outcome 30,000.000000000004" in told
    shown = str(settlement.return_for(LEEDS))
    assert "30,000.000000000000" in shown
    assert "30,000.000000000004" in shown


def test_the_example_is_warned_of_nothing_but_changes_beyond_its_small_targets():
    for scheme, counts in (
        ("october_2013", {"unlikely_change": 403}),
        ("july_2014", {"pot_not_known": 3, "unlikely_change": 77}),
    ):
        assert settled(scheme).warnings["reason"].value_counts().to_dict() == counts
    assert len(example("october_2013").areas) == OCTOBER.areas_expected.value
