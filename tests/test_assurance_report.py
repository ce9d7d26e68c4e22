"""What assurance found: plans by status (N2), conditions, readiness, credibility (N7), chance (L5)."""

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.studies.assurance_report import QUESTIONS

from .samples import example
from .test_revised_targets import CODE, plans

JULY = bcf.load_scheme("july_2014")
THE_FIVE = ["Oxfordshire", "Essex", "Lancashire", "Hillingdon", "Northamptonshire"]
ALL_WELL = dict.fromkeys(QUESTIONS, "yes")


def assured(plan_status="approved", code=CODE, **columns):
    return pd.DataFrame({"area_code": [code], "plan_status": plan_status} | columns)


def report(table, planned=None, scheme=JULY, **options):
    """Findings of one area, or of all together, as finding: facts, detail."""
    found = bcf.assurance_report(table, plans(4600) if planned is None else planned, scheme, **options)
    return {row.finding: (row.facts, row.detail) for row in found.itertuples()}


def within_noise(numerator, target, **options):
    found = report(assured(**ALL_WELL), plans(target).assign(baseline_numerator=numerator), **options)
    return found.get("within_noise")


def test_of_151_plans_146_were_signed_off_and_5_not():
    # N2: about a third of the 146 with conditions; 49, say, and the others in full or with support.
    areas, planned, _, table = example("october_2013")
    names = areas.set_index("area_code")["area_name"]
    signed_off = table.index[table["plan_status"] == "signed_off"]
    table.loc[signed_off[:49], "plan_status"] = "approved_with_conditions"
    table.loc[signed_off[49:98], "plan_status"] = "approved_with_support"
    table.loc[signed_off[98:], "plan_status"] = "approved"
    counts = bcf.assurance_counts(table)
    assert counts["plans"].sum() == 151
    assert counts.groupby("signed_off")["plans"].sum().to_dict() == {True: 146, False: 5}
    assert counts.set_index("plan_status")["plans"]["approved_with_conditions"] == 49
    found = bcf.assurance_report(table, planned).query("facts == 'N2'")
    assert found["finding"].value_counts().to_dict() == {
        "approved_with_conditions": 49,
        "approved_with_support": 49,
        "not_approved": 5,
    }
    assert sorted(names[found.query("finding == 'not_approved'")["area_code"]]) == sorted(THE_FIVE)


def test_a_plan_of_which_all_is_known_and_well_has_no_finding():
    assert report(assured(**ALL_WELL)) == {}


@pytest.mark.parametrize(("column", "question"), QUESTIONS.items())
def test_a_no_is_a_finding_and_what_is_not_told_is_unknown(column, question):
    answers = ALL_WELL | {column: "no"}
    assert report(assured(**answers)) == {question.finding: (question.facts, question.said)}
    for unknown in (assured(**ALL_WELL | {column: None}), assured(**ALL_WELL).drop(columns=column)):
        assert list(report(unknown)) == [f"{column}_unknown"]


def test_what_no_area_was_asked_is_told_once_for_all():
    areas, planned, _, table = example("july_2014")
    found = bcf.assurance_report(table, planned, JULY).query("area_code == 'ENGLAND'")
    assert found["finding"].tolist() == [f"{column}_unknown" for column in QUESTIONS]
    assert len(areas) > 1


def test_conditions_that_fail_and_late_plans_are_told_with_their_facts():
    october = bcf.load_scheme("october_2013")
    conditions = dict.fromkeys(october.condition_names, True) | {"seven_day_services": False}
    table = assured("approved_with_conditions", submitted_on="2014-05-01", **conditions, **ALL_WELL)
    found = report(table, plans(4600).head(0), october)
    assert list(found) == ["approved_with_conditions", "condition_not_met", "submitted_late", "plan_missing"]
    assert found["condition_not_met"][0] == "A11"
    assert found["condition_not_met"][1].startswith("seven_day_services: ")
    assert found["submitted_late"] == ("A2, A12", "submitted on 1 May 2014, after 30 April 2014")


@pytest.mark.parametrize(
    ("target", "findings"),
    [
        (4827, []),  # 3.46%, which is 3.5% to the tenth
        (4828, ["low_ambition"]),  # 3.44%
        (5000, ["low_ambition", "plan_stands_still"]),
        (5010, ["low_ambition", "plan_rises"]),
    ],
)
def test_a_target_below_3_5_per_cent_is_a_finding_and_so_is_a_plan_that_rises(target, findings):
    found = report(assured(**ALL_WELL), plans(target).assign(baseline_numerator=5000))
    assert [name for name in found if name != "within_noise"] == findings
    if "plan_rises" in found:
        said = "emergency_admissions in q3_2015_16: a target of 5,010 is worse than the baseline of 5,000"
        assert found["plan_rises"] == ("C8, N7", said)
        assert found["low_ambition"][0] == "C5"


def test_a_fall_of_3_5_per_cent_is_told_from_chance_from_about_10_100_counts_on():
    # L5: (1.645 + 0.842)^2 x 2 / 0.035^2 = 10,095.
    assert within_noise(10_100, "9746.5") is None
    facts, detail = within_noise(10_000, 9_650)
    assert facts == "L5"
    assert detail.endswith("it would take about 10,100 counts a period, where it has 10,000")
    wide = bcf.OutcomeModel(dispersion=10)
    assert "about 101,000 counts" in within_noise(10_100, "9746.5", model=wide)[1]
    lasting = bcf.OutcomeModel(relative_sd=0.03)
    assert within_noise(10**9, 965 * 10**6, model=lasting)[1].endswith("no size would be enough")


def test_under_counting_noise_143_of_148_areas_can_show_a_years_3_5_per_cent():
    # L5, by the example: the year's count of the areas that have every quarter, less 3.5%.
    _, quarters, _, _ = example("july_2014")
    by_area = quarters.groupby("area_code")["baseline_numerator"]
    year = by_area.sum()[by_area.size() == 4]
    planned = pd.DataFrame(
        {
            "area_code": year.index,
            "wave": "wave_1",
            "metric": "emergency_admissions",
            "baseline_numerator": year.to_numpy(),
            "baseline_denominator": 100_000,
            "target_numerator": [f"{965 * count}/1000" for count in year],
            "target_denominator": 100_000,
        }
    )
    table = example("october_2013").assurance
    found = bcf.assurance_report(table, planned)
    assert len(year) == 148
    assert (found["finding"] == "within_noise").sum() == 148 - 143


def test_a_rate_without_its_size_is_not_judged_and_says_so():
    _, planned, _, table = example("october_2013", areas=2)
    rates = planned[planned["metric"] == "user_experience"]
    for size, finding in ((None, "size_unknown"), (100, "within_noise")):
        found = bcf.assurance_report(table, rates.assign(sample_size=size))
        assert (found["facts"] == "L5").sum() == (1 if size is None else len(rates))
        assert set(found.query("facts == 'L5'")["finding"]) == {finding}


def test_a_size_next_to_nothing_is_none():
    tiny = {"baseline_numerator": "1e-300", "target_numerator": "1e-301", "sample_size": "1e-300"}
    _, planned, _, table = example("october_2013", areas=1)
    found = bcf.assurance_report(table, planned[planned["metric"] == "delayed_transfers"].assign(**tiny))
    assert set(found.query("facts == 'L5'")["finding"]) == {"size_unknown"}


def test_areas_that_one_table_lacks_are_findings():
    assert report(assured(**ALL_WELL), plans(4600).head(0))["plan_missing"][0] == "C1"
    other = report(assured(code="E08000018", **ALL_WELL))
    assert set(other) == {"assurance_missing", "plan_missing"}


@pytest.mark.parametrize(
    ("table", "planned", "options", "fault"),
    [
        (assured("signed"), plans(1), {}, ("assurance", "unknown_value", "plan_status")),
        (assured(ready="soon"), plans(1), {}, ("assurance", "unknown_value", "ready")),
        (assured(code="England"), plans(1), {}, ("assurance", "bad_code", "area_code")),
        (assured().drop(columns="plan_status"), plans(1), {}, ("assurance", "missing_column", "plan_status")),
        (assured(), plans(-1), {}, ("plans", "out_of_range", "target_numerator")),
        (assured(), plans(1).assign(sample_size="few"), {}, ("plans", "not_a_number", "sample_size")),
        (None, plans(1), {}, ("assurance", "missing_table", "")),
        (assured(), plans(1), {"model": 1}, ("arguments", "unknown_value", "model")),
        (assured(), plans(1), {"model": bcf.OutcomeModel}, ("arguments", "unknown_value", "model")),
        (
            assured(),
            plans(1),
            {"model": bcf.OutcomeModel(dispersion={"beds": 2})},
            ("model", "unknown_value", "dispersion"),
        ),
    ],
)
def test_tables_that_cannot_be_read_are_refused_with_the_fix(table, planned, options, fault):
    with pytest.raises(bcf.BcfError) as caught:
        bcf.assurance_report(table, planned, JULY, **options)
    problems = caught.value.problems
    assert set(zip(problems["table"], problems["reason"], problems["column"], strict=True)) == {fault}
    assert problems["fix"].str.len().gt(10).all()


def test_a_misspelt_column_is_told_of_beside_what_is_then_unknown():
    found = report(assured(**ALL_WELL).rename(columns={"contingency_plan": "contingency_plans"}))
    assert list(found) == ["misspelt_column", "contingency_plan_unknown"]
