"""Targets held against operating plans (C7): what stands, what needs approval, what the pot becomes (C9)."""

import pandas as pd
import pytest

import bcf_payments as bcf

JULY = bcf.load_scheme("july_2014")
CODE, OTHER = "E09000002", "E08000018"


def plans(targets, code=CODE):
    """Four quarters of 5,000 admissions, and what is planned for each."""
    return pd.DataFrame(
        {
            "area_code": code,
            "wave": JULY.wave_names,
            "metric": "emergency_admissions",
            "baseline_numerator": 5000,
            "baseline_denominator": 1,
            "target_numerator": targets,
            "target_denominator": 1,
        }
    )


def operating(targets, code=CODE, **columns):
    return plans(targets, code)[["area_code", "wave", "metric", "target_numerator"]].assign(**columns)


def revise(planned, expected, scheme=JULY, **columns):
    revised = bcf.revise_targets(plans(planned), operating(expected, **columns), scheme)
    return revised.changes.iloc[0], revised.plans["target_numerator"].unique().tolist()


def test_a_pot_of_one_million_at_3_5_per_cent_is_714_thousand_at_2_5():
    # Barking and Dagenham (C9): the minutes say about £710,000; 700 and 500 of 20,000 admissions.
    scheme = JULY.replace(unit_value_pounds="10000/7")
    change, targets = revise(4825, 4875, scheme, approved=True)
    assert change["value_before_pence"] == 1_000_000_00
    assert change["value_after_pence"] == 714_285_71
    assert (change["planned_improvement"], change["operating_improvement"]) == (0.035, 0.025)
    assert targets == [4875]
    assert change["source"] == "C7, user, C9"


@pytest.mark.parametrize(
    ("expected", "approved", "decision", "targets"),
    [
        (4925, None, "kept", [4825]),  # 2 percentage points less: just within
        ("4925.01", None, "needs_approval", ["4925.01"]),
        (4725, "", "kept", [4825]),
        (4724, "", "needs_approval", [4724]),
        (5100, "yes", "approved", [5100]),
        (5100, "no", "refused", [4825]),
        (4875, 0, "kept", [4825]),
        (4825, 1, "kept", [4825]),
    ],
)
def test_a_target_stands_within_two_points_and_changes_beyond_unless_it_is_refused(
    expected, approved, decision, targets
):
    change, revised = revise(4825, expected, approved=approved)
    assert change["decision"] == decision
    assert revised == targets


def test_a_plan_that_comes_to_rise_is_worth_nothing():
    change, _ = revise(4825, 5100)
    assert (change["value_before_pence"], change["value_after_pence"]) == (700 * 1_490_00, 0)
    assert change["change_pence"] == -700 * 1_490_00


def test_areas_without_an_operating_plan_keep_their_targets_and_are_not_told_of():
    both = pd.concat([plans(4825), plans(4800, OTHER)])
    revised = bcf.revise_targets(both, operating(5000), JULY)
    assert revised.changes["area_code"].tolist() == [CODE]
    assert revised.plans["target_numerator"].tolist() == [5000] * 4 + [4800] * 4
    assert both["target_numerator"].tolist() == [4825] * 4 + [4800] * 4
    assert revised.plans["target_numerator"].dtype == both["target_numerator"].dtype


def test_one_refusal_of_an_area_refuses_its_revision():
    change, _ = revise(4825, 5000, approved=["yes", "yes", "no", ""])
    assert change["decision"] == "refused"


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        (operating(5000).head(3), [("missing_row", "")]),
        (operating(-1), [("out_of_range", "target_numerator")] * 4),
        (operating("many", approved="perhaps"), [("not_a_number", "target_numerator")] * 4),
        (operating(5000, OTHER), [("unknown_area", "")] * 4),
        (operating(5000).assign(wave="q5"), [("unknown_value", "wave")] * 4),
        (operating(5000).drop(columns="target_numerator"), [("missing_column", "target_numerator")]),
        ([5000], [("missing_table", "")]),
    ],
)
def test_operating_plans_are_refused_with_every_fault_and_its_place(table, faults):
    with pytest.raises(bcf.InputError) as caught:
        bcf.revise_targets(plans(4825), table, JULY)
    problems = caught.value.problems
    assert set(problems["table"]) == {"operating_plans"}
    found = list(zip(problems["reason"], problems["column"], strict=True))
    assert set(faults) <= set(found)
    assert problems["fix"].str.len().gt(10).all()


def test_a_tolerance_below_0_is_no_rule():
    with pytest.raises(bcf.SchemeError, match=r"pot\.revision_tolerance: is negative"):
        JULY.replace(revision_tolerance="-0.01")


def test_a_scheme_that_says_nothing_of_revisions_is_refused():
    with pytest.raises(bcf.InputError, match="revision_tolerance"):
        bcf.revise_targets(plans(4825), operating(5000), "october_2013")
