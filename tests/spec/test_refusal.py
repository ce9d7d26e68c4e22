"""Laws of bad input: every fault is found, named with its place, and nothing is computed."""

import pandas as pd
import pytest
from hypothesis import assume
from hypothesis import strategies as st

import bcf_payments as bcf
from bcf_payments.schemes import PlannedValuePot
from bcf_payments.tables import Problems
from bcf_payments.testing import cases

from .changes import KEY, cells, paid_rows, pot_pence, settle
from .laws import law, over, tried
from .places import ANY_CASE, COMPLETE

NUMBERS = {
    "plans": ("baseline_numerator", "baseline_denominator", "target_numerator", "target_denominator"),
    "outcomes": ("outcome_numerator", "outcome_denominator"),
}
BAD_NUMBERS = st.sampled_from(
    [
        ("1,234", "not_a_number"),
        ("77%", "not_a_number"),
        ("", "not_a_number"),
        (None, "not_a_number"),
        ("n/a", "not_a_number"),
        ("1/0", "not_a_number"),
        (True, "not_a_number"),
        (float("nan"), "not_a_number"),
        (-1, "out_of_range"),
        ("-0.5", "out_of_range"),
        (float("inf"), "out_of_range"),
    ]
)


def faults(case, **changes):
    with pytest.raises(bcf.InputError) as caught:
        settle(case._replace(**changes))
    return Problems.validate(caught.value.problems)


def with_cell(table, position, column, value):
    changed = cells(table[column])
    changed[position] = value
    return table.assign(**{column: pd.Series(changed, index=table.index, dtype=object)})


@law(
    "bad-numbers-found",
    "Every cell that is no number, or out of range, is named with its place; of a shorthand the first.",
)
@over(cases(gaps=False), st.data(), reaches=COMPLETE)
def test_every_bad_number_is_found(case, data):
    expected, shorthand, changes = set(), set(), {}
    for name, columns in NUMBERS.items():
        table = getattr(case, name)
        rows = [r for r in paid_rows(case, table) if name == "plans" or case.through is None]
        for position in data.draw(st.sets(st.sampled_from(rows), max_size=3)) if rows else ():
            column = data.draw(st.sampled_from(columns))
            value, reason = data.draw(BAD_NUMBERS)
            table = with_cell(table, position, column, value)
            cell = (name, reason, *table[KEY].iloc[position], column)
            (shorthand if value == "n/a" else expected).add(cell)
        changes[name] = table
    if expected | shorthand:
        found = faults(case, **changes)
        told = set(found[["table", "reason", *KEY, "column"]].itertuples(index=False, name=None))
        assert told - shorthand == expected
        assert sorted(cell[0] for cell in told & shorthand) == sorted({cell[0] for cell in shorthand})
        assert (found["fix"] != "").all()
    else:
        settle(case._replace(**changes))


@law("missing-rows-found", "Every row that a settlement needs and lacks is named.", "G4")
@over(cases(gaps=False), st.data(), reaches=COMPLETE)
def test_every_missing_row_is_found(case, data):
    due = case.scheme.wave_names
    due = due if case.through is None else due[: due.index(case.through) + 1]
    plans, outcomes = paid_rows(case, case.plans), paid_rows(case, case.outcomes)
    outcomes = [row for row in outcomes if case.outcomes["wave"].iloc[row] in due]
    lost = {
        "plans": data.draw(st.sets(st.sampled_from(plans)) if plans else st.just(set())),
        "outcomes": data.draw(st.sets(st.sampled_from(outcomes)) if outcomes else st.just(set())),
    }
    tables = {name: getattr(case, name) for name in lost}
    changes = {
        name: table.iloc[[position for position in range(len(table)) if position not in lost[name]]]
        for name, table in tables.items()
    }
    expected = {
        (name, "missing_row", *tables[name][KEY].iloc[position]) for name in lost for position in lost[name]
    }
    if expected:
        found = faults(case, **changes)[["table", "reason", *KEY]]
        assert set(found.itertuples(index=False, name=None)) == expected
    else:
        settle(case._replace(**changes))


@law(
    "blanks-found",
    "A blank condition is a fault only where a gateway reads it or the plan's status would let it pay.",
    "A12",
)
@over(cases(gaps=False), st.data(), reaches=COMPLETE)
def test_blank_conditions_are_found_where_they_would_pay(case, data):
    due = case.scheme.wave_names
    due = due if case.through is None else due[: due.index(case.through) + 1]
    lines = [slot for slot in case.scheme.lines if slot.wave in due]
    pays = {
        (slot.wave, name)
        for slot in lines
        if slot.name == "conditions"
        for name in slot.rule.conditions.value
    }
    cuts = {
        (slot.wave, gate.condition.value) for slot in lines for gate in case.scheme.gateways_of(slot.wave)
    }
    needed = sorted({name for _, name in pays | cuts})
    table = case.assurance
    expected = set()
    for position in data.draw(st.sets(st.integers(0, len(table) - 1))) if needed else ():
        column = data.draw(st.sampled_from(needed))
        table = with_cell(table, position, column, data.draw(st.sampled_from([None, "", float("nan")])))
        row = table.iloc[position]
        read = {(row.get("wave", wave), column) for wave in due}
        if read & cuts or (read & pays and row["plan_status"] != "not_approved"):
            expected.add((row["area_code"], column))
    if expected:
        found = faults(case, assurance=table)
        assert set(found["reason"]) == {"missing_value"}
        assert set(found[["area_code", "column"]].itertuples(index=False, name=None)) == expected
    else:
        settle(case._replace(assurance=table))


@law("codes-found", "Repeated, malformed and unknown areas are told apart, in every table.")
@tried(0.5)
@over(cases(gaps=False), st.sampled_from(["plans", "outcomes", "assurance"]), st.data(), reaches=COMPLETE)
def test_repeated_malformed_and_unknown_areas_are_found(case, name, data):
    table = getattr(case, name)
    assume(not table.empty)
    known = table["area_code"].iloc[0]
    nowhere = f"{known[:-6]}999999"
    assume(nowhere not in set(case.areas["area_code"]))
    code, reason = data.draw(
        st.sampled_from(
            [("X99999999", "bad_code"), (f"{known} {known}", "bad_code"), (nowhere, "unknown_area")]
        )
    )
    stray = table.iloc[[0]].assign(area_code=code)
    again = table.iloc[[0]].assign(area_code=f" {known}")  # blanks around a code are no part of it
    changed = pd.concat([table, again, stray], ignore_index=True)
    found = faults(case, **{name: changed})
    places = set(found[["table", "reason", "area_code"]].itertuples(index=False, name=None))
    assert places == {(name, "duplicate_row", known), (name, reason, code)}


@law(
    "withhold-forgives-gaps", "What is refused for missing rows settles when missing rows are withheld.", "G4"
)
@tried(0.5)
@over(cases(), reaches=ANY_CASE)
def test_withholding_accepts_every_gap(case):
    settlement = settle(case, on_missing="withhold")
    if not isinstance(case.scheme.pot, PlannedValuePot):
        assert settlement.summary().loc[0, "entitlement_pence"] == pot_pence(case.scheme)
