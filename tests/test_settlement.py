import pandas as pd
import pytest

import bcf_payments as bcf

from .samples import example, settled


@pytest.mark.parametrize("scheme", bcf.available_schemes())
@pytest.mark.parametrize("waves_due", [1, None])
def test_the_examples_equal_the_reference(scheme, waves_due):
    through = bcf.load_scheme(scheme).wave_names[waves_due - 1] if waves_due else None
    settled(scheme, through=through, verify=True)


def test_the_pot_adds_up_both_ways_to_a_billion_pounds():
    settlement = settled()
    assert settlement.summary().loc[0, "entitlement_pence"] == 100_000_000_000
    assert settlement.summary("area")["entitlement_pence"].sum() == 100_000_000_000
    assert settlement.summary("line")["entitlement_pence"].tolist() == [
        25_000_000_000,
        12_500_000_000,
        12_500_000_000,
        *[10_000_000_000] * 5,
    ]
    assert settlement.allocations["amount_pence"].sum() == 380_000_000_000


def test_the_planned_value_and_the_rest_add_up_to_a_billion_pounds():
    amounts = settled("july_2014").allocations.groupby("component")["amount_pence"].sum()
    assert amounts["nhs_commissioned_services"] + amounts["performance_pot"] == 100_000_000_000
    assert amounts.sum() == 378_400_000_000


def test_the_gaps_of_the_examples_are_counted():
    assert settled().summary().loc[0, "missing"] == 13
    assert settled("december_2013").summary().loc[0, "missing"] == 13 + 302
    with pytest.raises(bcf.InputError, match="13 problems in the input") as caught:
        settled(on_missing="raise")
    assert caught.value.problems["reason"].value_counts().to_dict() == {"missing_row": 13}


def test_plans_that_were_not_approved_earn_nothing_on_conditions():
    payments = settled().payments.query("line == 'conditions' and withheld_pence > 0")
    assert set(payments["held_reason"]) == {"plan_not_approved"}
    assert payments["area_code"].tolist() == ["E09000017", "E10000012", "E10000017", "E10000021", "E10000025"]


def test_a_plan_without_improvement_pays_in_full_if_it_is_kept():
    # The City of London plans to keep 100% at home after reablement, from 100%.
    city = settled().assessments.query("area_code == 'E09000001' and line == 'reablement'").iloc[0]
    assert city["unambitious"]
    assert (city["status"], city["achievement"], city["fraction_paid"]) in [("met", 1, 1), ("not_met", 0, 0)]


def test_tables_are_copies():
    settlement = settled()
    mine = settlement.payments
    mine["earned_pence"] = 0
    assert settlement.summary().loc[0, "earned_pence"] > 0
    assert settlement.payments["earned_pence"].sum() == settlement.summary().loc[0, "earned_pence"]


def test_a_settlement_cannot_be_changed():
    with pytest.raises(AttributeError):
        settled().scheme = None


def test_an_unknown_summary_says_which_there_are():
    with pytest.raises(ValueError, match="nation, region, area, wave, line"):
        settled().summary("county")


def test_reviews_are_counted_once_for_an_area_and_wave():
    settlement = settled()
    assert settlement.reviews_at(1) == settlement.reviews["review_id"].nunique()
    assert settlement.reviews_at(1) >= settlement.reviews_at("0.9") >= settlement.reviews_at("7/10")
    milder = settlement.scheme.replace(trigger_below="0.7")
    assert settled(milder).summary().loc[0, "reviews"] == settlement.reviews_at("0.7")


def test_allocation_and_assessment_stand_alone():
    settlement, example = settled("july_2014"), bcf.load_example("p4p_2015_16")
    allocated = bcf.allocate(example.areas, example.plans, "july_2014", on_missing="withhold")
    pd.testing.assert_frame_equal(allocated, settlement.allocations)
    assessed = bcf.assess(*example, scheme="july_2014", on_missing="withhold")
    pd.testing.assert_frame_equal(assessed, settlement.assessments)


def test_a_fixed_pot_is_allocated_without_plans():
    example = bcf.load_example("two_waves")
    pd.testing.assert_frame_equal(
        bcf.allocate(example.areas, pd.DataFrame(), "october_2013"), settled().allocations
    )


def test_allocation_by_planned_value_needs_every_plan():
    example = bcf.load_example("p4p_2015_16")
    with pytest.raises(bcf.InputError) as caught:
        bcf.allocate(example.areas, example.plans, "july_2014")
    assert set(caught.value.problems["table"]) == {"plans"}
    assert len(caught.value.problems) == 6


def test_monitored_metrics_are_assessed_and_never_paid():
    example, extra = bcf.load_example("p4p_2015_16"), bcf.load_example("two_waves")
    wave = {"wave": "q2_2015_16"}
    plans = extra.plans.query("metric == 'delayed_transfers' and wave == 'wave_2'").assign(**wave)
    outcomes = extra.outcomes.query("metric == 'delayed_transfers' and wave == 'wave_2'").assign(**wave)
    example = example._replace(
        plans=pd.concat([example.plans, plans]), outcomes=pd.concat([example.outcomes, outcomes])
    )
    settlement = bcf.settle(*example, "july_2014", on_missing="withhold")
    pd.testing.assert_frame_equal(settlement.payments, settled("july_2014").payments)
    watched = settlement.assessments.query("line == 'delayed_transfers'")
    assert len(watched) == 151
    assert watched["fraction_paid"].isna().all()
    rates = settled().assessments.query("line == 'delayed_transfers' and wave == 'wave_2'")
    pd.testing.assert_series_equal(
        watched["achievement"].reset_index(drop=True), rates["achievement"].reset_index(drop=True)
    )


def test_a_plan_below_the_expected_reduction_is_a_warning_rounded_half_up():
    example = bcf.load_example("p4p_2015_16")
    key = {"area_code": ["E06000001"] * 4, "metric": "emergency_admissions"}
    key["wave"] = bcf.load_scheme("july_2014").wave_names
    areas, assurance = example.areas.head(1), example.assurance.head(1)
    for target, warned in ((96550, False), (96551, True)):  # 3.45% rounds to 3.5%, 3.449% to 3.4%
        plans = pd.DataFrame(key).assign(
            baseline_numerator=100_000, baseline_denominator=1,
            target_numerator=target, target_denominator=1,
        )  # fmt: skip
        outcomes = pd.DataFrame(key).assign(outcome_numerator=100_000, outcome_denominator=1)
        warnings = bcf.settle(areas, plans, outcomes, assurance, "july_2014").warnings
        assert warnings["reason"].tolist() == ["low_ambition"] * warned + ["few_areas"]


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ((1000, 1000, 1000, 1000), "no improvement"),
        ((1010, 990, 1000, 1000), "no improvement"),
        ((1010, 1000, 1000, 1000), "no improvement"),
        ((980, 1000, 1000, 1000), "an improvement of 0.5%"),
    ],
)
def test_a_plan_that_improves_nothing_is_not_called_an_improvement(targets, words):
    areas, plans, *rest = example("july_2014", 1)
    plans = plans.assign(baseline_numerator=1000, target_numerator=targets)
    warnings = bcf.settle(areas, plans, *rest, "july_2014").warnings.query("reason == 'low_ambition'")
    assert warnings["message"].tolist() == [f"the plan is for {words}; at least 3.5% is expected"]


def test_a_pot_that_is_not_known_for_want_of_a_plan_is_a_warning():
    warnings = settled("july_2014").warnings.query("reason == 'pot_not_known'")
    assert warnings["area_code"].tolist() == ["E08000025", "E08000029", "E10000028"]
    assert warnings["message"].str.startswith("no plan for q2_2015_16, q3_2015_16").all()


def test_notices_of_the_input_come_with_the_result():
    assert settled().notices[0].startswith("Illustration.")
    assert any("Open Government Licence" in notice for notice in settled().notices)
    bare = [frame.set_axis(frame.columns, axis=1) for frame in bcf.load_example("two_waves")]
    for frame in bare:
        frame.attrs.clear()
    assert bcf.settle(*bare, on_missing="withhold").notices == ()


def test_a_settlement_shows_itself_in_a_line_and_in_a_notebook():
    settlement = settled(through="wave_1")
    assert repr(settlement).startswith("<Settlement of october_2013 through wave_1: 151 areas, earned £")
    page = settlement._repr_html_()
    assert all(notice in page for notice in settlement.notices)
    assert page.count("<tr>") == 10
