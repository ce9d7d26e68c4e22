"""Laws of assurance, savings and revised targets: nothing is guessed, and the two sides of a table add up."""

from fractions import Fraction
from math import floor

import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st

import bcf_payments as bcf
from bcf_payments.tables.row_rules import truth
from bcf_payments.testing import cases, catch_up_cases

from .changes import KEY, as_objects, number
from .laws import law, over, tried
from .places import records

POUNDS = st.fractions(min_value=0, max_value=10**4, max_denominator=10**4)
PENCE = [
    "baseline_pence",
    "planned_pence",
    "achieved_pence",
    "missing",
    "not_known_pence",
    "above_plan_pence",
]
PLANNED = ("a gap in the plans", "a number beyond 64 bits", "an unambitious target", "single precision")
MEASURED = (*PLANNED, "a gap in the outcomes", "a metric of either way that should rise")


def valued(case, pounds, outcomes=None, **options):
    """The savings of a case; a case that has none to tell, or more than any table can hold, is left out."""
    names = list(case.scheme.metrics)
    values = pd.DataFrame({"metric": names, "pounds": [str(pounds)] * len(names), "source": "user"})
    try:
        return bcf.savings(
            case.plans,
            values,
            outcomes,
            scheme=case.scheme,
            areas=case.areas,
            on_missing="withhold",
            **options,
        )
    except bcf.InputError as error:
        assume(set(error.problems["reason"]) - {"missing_row", "out_of_range"})
        raise


@law(
    "savings-add-up",
    "What areas save adds up to what regions and the nation save; the difference is what was achieved, less"
    " what was planned where an outcome is known.",
    "N5",
)
@tried(0.2)
@over(cases(), POUNDS, reaches=MEASURED)
def test_savings_of_areas_are_those_of_regions_and_of_the_nation(case, pounds):
    tables = [valued(case, pounds, case.outcomes, by=by) for by in ("area", "region", "nation")]
    area, region, nation = (table.groupby(["wave", "metric"])[PENCE].sum() for table in tables)
    assert area.equals(region)
    assert area.equals(nation)
    for table in tables:
        expected = table["planned_pence"] - table["not_known_pence"]
        assert (table["above_plan_pence"] == table["achieved_pence"] - expected).all()


@law("savings-exact", "What a line saves is its exact change times the value, to the nearest penny.", "N4")
@tried(0.2)
@over(cases(), POUNDS, reaches=PLANNED)
def test_a_line_saves_the_nearest_penny_of_its_change(case, pounds):
    saved = valued(case, pounds).set_index(KEY)["planned_pence"].to_dict()
    rows = {key: row for row in records(case.plans) if (key := tuple(row[name] for name in KEY)) in saved}
    assert rows.keys() == saved.keys()
    for key, row in rows.items():
        metric = case.scheme.metrics[key[2]]
        said = metric.direction.value if metric.direction.value != "either" else row["direction"]
        names = ("baseline_numerator", "target_numerator", "baseline_denominator", "target_denominator")
        baseline, target, per, other = (number(row[name]) for name in names)
        fewer = baseline - target * (1 if metric.unit.value == "count" else per / other)
        exact = (-1 if said == "higher" else 1) * fewer * pounds * 100
        assert abs(saved[key] - exact) <= Fraction(1, 2)


@law("savings-turned-round", "A plan turned round costs to the penny what it would have saved.", "N4")
@tried(0.2)
@over(cases(), POUNDS, reaches=PLANNED)
def test_a_plan_turned_round_costs_what_it_saved(case, pounds):
    plans = as_objects(case.plans)
    there = case._replace(plans=plans.assign(target_denominator=plans["baseline_denominator"]))
    turned = {"baseline_numerator": "target_numerator", "target_numerator": "baseline_numerator"}
    back = there._replace(plans=there.plans.rename(columns=turned))
    one, other = (valued(each, pounds)["planned_pence"].tolist() for each in (there, back))
    assert one == [-pence for pence in other]


@law(
    "revised-targets-are-the-pot",
    "What revised targets are worth is the area's pot, up to its share; one within the tolerance stands.",
    "C7",
    "C9",
)
@tried(0.2)
@over(catch_up_cases(), st.integers(0, 2000), st.sampled_from(["", "yes", "no"]), reaches=("one area",))
def test_what_revised_targets_are_worth_is_the_pot_up_to_the_share(case, target, approved):
    scheme = case.scheme
    asked = case.plans[KEY].assign(target_numerator=target, approved=approved)
    plans, changes = bcf.revise_targets(case.plans, asked, scheme)
    amounts = bcf.allocate(case.areas, plans, scheme).pivot_table(
        index="area_code", columns="component", values="amount_pence", aggfunc="sum"
    )
    pots = amounts["performance_pot"]
    shares = pots + amounts[scheme.pot.remainder.value]
    worth = changes.set_index("area_code")["value_after_pence"]
    assert pots.to_dict() == worth.where(worth < shares, shares).to_dict()
    for row in changes.itertuples():
        before, after = (table[table["area_code"] == row.area_code] for table in (case.plans, plans))
        planned = sum(map(number, before["baseline_numerator"])) - sum(
            map(number, before["target_numerator"])
        )
        whole = sum(map(number, before["baseline_numerator"]))
        near = abs(whole - target * len(before) - planned) <= Fraction("0.02") * whole
        assert (row.decision in {"kept", "approved"}) == (near or approved == "yes")
        assert row.value_before_pence == floor(scheme.pot.unit_value_pounds.value * 100 * max(0, planned))
        changed = row.decision in {"needs_approval", "approved"}
        assert (after["target_numerator"].tolist() == before["target_numerator"].tolist()) != changed


@law(
    "assurance-guesses-nothing",
    "Every condition of every area is met, or a finding says that it is not, or that it is not known.",
    "A11",
)
@tried(0.2)
@over(cases(), reaches=("a blank condition", "a condition not met", "a gap in the plans"))
def test_a_condition_without_a_finding_is_met(case):
    found = bcf.assurance_report(case.assurance, case.plans, case.scheme)
    told = found.assign(first=found["detail"].str.partition(":")[0])
    rows = case.assurance.to_dict("records")
    for name in case.scheme.condition_names:
        failed = told[(told["finding"] == "condition_not_met") & (told["first"] == name)][
            "area_code"
        ].tolist()
        unknown = told[told["finding"] == f"{name}_unknown"]["area_code"].tolist()
        assert sorted(failed) == sorted(row["area_code"] for row in rows if truth(row[name]) == 0)
        assert sorted(unknown) == sorted(row["area_code"] for row in rows if truth(row[name]) == -1)
