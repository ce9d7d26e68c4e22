import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.core.ledger import movement_rows
from bcf_payments.schemes.parts import cite

from .samples import settled

CODE = "E06000001"
WAVES = bcf.load_scheme("july_2014").wave_names
AREAS = pd.DataFrame(
    {"area_code": [CODE], "area_name": ["Hartlepool"], "region": ["North East"]}
    | {weight: [1] for weight in ("nhs_weight", "social_care_weight", "dfg_weight")}
)
ASSURANCE = pd.DataFrame({"area_code": [CODE], "plan_status": ["signed_off"]})


def quarters(planned, made, **options):
    """One area that plans and makes so many fewer admissions in each quarter, from 1,000."""
    key = {"area_code": CODE, "metric": "emergency_admissions", "wave": list(WAVES)}
    plans = pd.DataFrame(key).assign(
        baseline_numerator=1000,
        baseline_denominator=1,
        target_numerator=[1000 - n for n in planned],
        target_denominator=1,
    )
    outcomes = pd.DataFrame(key).assign(
        outcome_numerator=[None if n is None else 1000 - n for n in made], outcome_denominator=1
    )
    known = outcomes["outcome_numerator"].notna()
    return bcf.settle(AREAS, plans, outcomes[known], ASSURANCE, "july_2014", **options)


def test_a_quarter_made_good_is_paid_from_what_was_held_back():
    # 10 fewer planned each quarter at £1,490; none, then 15, then none more, then 20.
    ledger = quarters([10, 10, 10, 10], [0, 15, 0, 20]).ledger
    moved = ledger[ledger["from_account"].isin(["performance_pot", "withheld"])]
    rows = moved[["wave", "from_account", "to_account", "amount_pence"]].itertuples(index=False, name=None)
    assert list(rows) == [
        ("q4_2014_15", "performance_pot", "withheld", 14_900_00),
        ("q1_2015_16", "performance_pot", "paid", 14_900_00),
        ("q1_2015_16", "withheld", "paid", 7_450_00),
        ("q2_2015_16", "performance_pot", "withheld", 14_900_00),
        ("q3_2015_16", "performance_pot", "paid", 14_900_00),
        ("q3_2015_16", "withheld", "paid", 14_900_00),
    ]


def test_what_the_plan_is_not_worth_goes_to_the_services_of_the_remainder():
    ledger = quarters([10, 10, 10, 10], [0, 0, 0, 0]).ledger
    row = ledger[ledger["to_account"] == "nhs_commissioned_services"].iloc[0]
    assert (row["wave"], row["line"]) == ("", "nhs_commissioned_services")
    assert row["amount_pence"] == 1_000_000_000_00 - 40 * 1_490_00
    assert row["source"] == "F4, F8, C8, C2, G2"


def test_money_that_is_not_due_waits_in_its_own_account():
    ledger = settled("october_2013", through="wave_1").ledger
    waits = ledger[ledger["to_account"] == "not_due"]
    assert waits["amount_pence"].sum() == 500_000_000_00
    assert set(waits["wave"]) == {"wave_2"}
    assert set(waits["source"]) == {"A1, A15"}


def test_each_movement_says_why():
    ledger = settled("october_2013").ledger
    held = ledger[ledger["to_account"] == "withheld"]
    conditions = held[held["line"] == "conditions"]
    assert set(conditions["source"]) == {"A2, A12, G1, G5"}
    missing = settled("october_2013").payments.query("held_reason == 'missing_data'")
    waiting = held.merge(missing, on=["area_code", "wave", "line"])["source"]
    assert len(waiting) == 13
    assert all("G4" in source.split(", ") for source in waiting)
    assert not any("G3" in source.split(", ") for source in waiting)
    entitled = ledger.query("to_account == 'performance_pot' and wave == 'wave_1'")
    assert set(entitled["source"]) == {"F4, F8, A9, A13, G2"}


@pytest.mark.parametrize(("made", "account"), [(0, "paid"), (-1, "withheld")])
def test_a_plan_without_improvement_is_settled_by_its_own_rule(made, account):
    tables = bcf.load_example("two_waves")
    key = {"area_code": CODE, "wave": "wave_2", "metric": "emergency_admissions"}
    plans, outcomes = (table.query(" and ".join(f"{k} == @key['{k}']" for k in key)) for table in tables[1:3])
    tables.plans.loc[plans.index, ["target_numerator", "target_denominator"]] = plans[
        ["baseline_numerator", "baseline_denominator"]
    ].to_numpy()
    tables.outcomes.loc[outcomes.index, "outcome_denominator"] = plans["baseline_denominator"].item()
    tables.outcomes.loc[outcomes.index, "outcome_numerator"] = plans["baseline_numerator"].item() - made
    ledger = bcf.settle(*tables, on_missing="withhold").ledger
    by_own_rule = ledger[ledger["source"].str.contains("G3") & (ledger["area_code"] == CODE)]
    assert by_own_rule["to_account"].tolist() == [account]
    assert (by_own_rule["line"].item(), by_own_rule["wave"].item()) == (key["metric"], key["wave"])


@pytest.mark.parametrize("scheme", bcf.available_schemes())
def test_rows_stand_by_area_wave_and_line(scheme):
    settlement = settled(scheme)
    lines = [(slot.wave, slot.name) for slot in settlement.scheme.lines]
    components = [("", component) for component in settlement.allocations["component"].unique()]
    order = {key: place for place, key in enumerate([*components, *lines])}
    ledger = settlement.ledger
    places = [
        (code, order[wave, line])
        for code, wave, line in ledger[["area_code", "wave", "line"]].itertuples(index=False)
    ]
    assert places == sorted(places)
    assert ledger.index.equals(pd.RangeIndex(len(ledger)))


def test_the_ledger_is_a_copy():
    settlement = settled("october_2013")
    mine = settlement.ledger
    mine["amount_pence"] = 0
    assert settlement.ledger["amount_pence"].sum() > 0


def test_ids_are_cited_once_in_the_order_of_the_rules():
    line = bcf.load_scheme("december_2013").lines[1].rule
    assert cite(line.metric, None, line.share, "G1", line.curve) == "B1, B2, B8, G1"


def test_without_a_movement_the_columns_are_text_and_whole_pence_all_the_same():
    empty = movement_rows([], AREAS["area_code"])
    assert empty.empty
    full = settled("october_2013").ledger
    assert empty.dtypes.to_dict() == full.dtypes.to_dict()


def test_a_target_no_better_than_the_baseline_decides_nothing_where_planned_values_add_up():
    # G3 speaks of lines that pay by themselves; here a quarter that plans nothing has no pot of its own (C8).
    movements = quarters([10, 0, 10, 10], [10, 10, 10, 10])
    assert movements.assessments["unambitious"].tolist() == [False, True, False, False]
    assert not movements.ledger["source"].str.contains(r"\bG3\b").any()
