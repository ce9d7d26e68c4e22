"""Laws of amounts that areas were told, and of settling some areas while all share the fund."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import assume
from hypothesis import strategies as st

import bcf_payments as bcf
from bcf_payments.names import POT
from bcf_payments.schemes import PlannedValuePot
from bcf_payments.tables.amounts import ALLOCATION
from bcf_payments.testing import cases, catch_up_cases, given_amounts

from .changes import as_objects, number, settle
from .laws import law, over, tried
from .places import ANY_CASE

TOLD = (cases() | catch_up_cases()).flatmap(given_amounts)
TABLES = ("allocations", "assessments", "payments", "reviews", "ledger")
WIDELY = (
    "whole allocations given",
    "components and pot given one by one",
    "an amount of 0",
    "a gap in the plans",
    "a gap in the outcomes",
)
CHOICES = st.lists(st.booleans(), min_size=5, max_size=5)


def parts_of(case):
    """The columns of amounts, each with the component that it is for."""
    names = [component.name for component in case.scheme.components] + [POT] * (case.scheme.pot is not None)
    return {f"{name}_pounds": name for name in names}


def received(settlement):
    """Pence by area and component; what a pot of planned value leaves is the pot's."""
    pot = settlement.scheme.pot
    merged = {pot.remainder.value: POT} if isinstance(pot, PlannedValuePot) else {}
    allocations = settlement.allocations.replace({"component": merged})
    return allocations.groupby(["area_code", "component"])["amount_pence"].sum().to_dict()


@law("given-equals-reference", "With amounts given, too, the fast path gives the reference's figures.", "G7")
@pytest.mark.timeout(300)
@tried(2)
@over(TOLD, reaches=WIDELY)
def test_amounts_given_are_settled_as_by_the_reference(case):
    settle(case, verify=True)


@law("given-is-kept", "An area gets what it was told: each component and the pot, or the whole.", "G7")
@over(TOLD, reaches=WIDELY)
def test_an_area_gets_what_it_was_told(case):
    got = received(settle(case))
    for row in case.areas.to_dict("records"):
        code = row["area_code"]
        if ALLOCATION in row:
            whole = sum(got[code, name] for name in parts_of(case).values())
            assert whole == number(row[ALLOCATION]) * 100
        else:
            for column, name in parts_of(case).items():
                assert got[code, name] == number(row[column]) * 100


@law("given-is-shared", "A whole allocation is divided to within a penny of the national proportions.", "G7")
@over(TOLD, reaches=WIDELY)
def test_a_whole_allocation_is_divided_in_national_proportions(case):
    assume(ALLOCATION in case.areas)
    got = received(settle(case))
    parts = {name: amount.amount_pence for name, amount in case.scheme.amounts.items()}
    for row in case.areas.to_dict("records"):
        for name, national in parts.items():
            quota = number(row[ALLOCATION]) * 100 * national / case.scheme.fund_pence
            assert abs(got[row["area_code"], name] - quota) < 1


@law("given-alone", "Where amounts are given, an area alone is settled as it is among others.", "G7")
@over(TOLD, reaches=WIDELY)
def test_an_area_alone_is_settled_as_among_others(case):
    whole = settle(case)
    code = min(case.areas["area_code"])
    mine = [table[table["area_code"] == code] for table in case.tables]
    alone = bcf.settle(*mine, case.scheme, through=case.through, on_missing=case.on_missing)
    for table in TABLES:
        rows = getattr(whole, table).query("area_code == @code").reset_index(drop=True)
        pd.testing.assert_frame_equal(
            getattr(alone, table), rows, check_exact=True, check_dtype=len(rows) > 0
        )


@law(
    "given-from-weights",
    "With the pots that weights gave, an area's allocations are the same, and no line is further away than"
    " two roundings and the pot's own.",
    "G2",
    "G7",
)
@over(cases(), reaches=ANY_CASE)
def test_the_pots_that_weights_gave_give_the_same_totals(case):
    by_weight = settle(case)
    pence = received(by_weight)
    columns = {
        column: [str(Fraction(pence[code, name], 100)) for code in case.areas["area_code"]]
        for column, name in parts_of(case).items()
    }
    told = settle(
        case._replace(areas=case.areas.drop(columns=list(case.scheme.weight_columns)).assign(**columns))
    )
    pd.testing.assert_frame_equal(told.allocations, by_weight.allocations, check_exact=True)
    if isinstance(case.scheme.pot, PlannedValuePot):
        pd.testing.assert_frame_equal(told.payments, by_weight.payments, check_exact=True)
        return
    if any(slot.rule.weight for slot in case.scheme.lines):
        return  # the pot that is told is shared by the lines alike
    # With P the national pot, w the area's part of the weights, p its pot, s the line's share: by weights the
    # line is less than 1 from L * w, where L is less than 1 from P * s; told, it is less than 1 from p * s.
    # So the two are less than 2 + w + s * |p - P * w| apart.
    weights = dict.fromkeys(case.areas["area_code"], Fraction(0))
    if case.scheme.pot:
        column = map(number, case.areas[case.scheme.pot.weight.value])
        weights = dict(zip(case.areas["area_code"], column, strict=True))
    shares = {(slot.wave, slot.name): slot.rule.share.value for slot in case.scheme.lines}
    rows = zip(told.payments.itertuples(), by_weight.payments["entitlement_pence"], strict=True)
    for row, before in rows:
        part = weights[row.area_code] / (sum(weights.values()) or 1)
        drift = abs(pence[row.area_code, POT] - case.scheme.pot.amount_pence * part)
        assert abs(row.entitlement_pence - before) < 2 + part + shares[row.wave, row.line] * drift


@law("only-agrees", "Some areas settled alone have to the penny the figures of the whole run.", "G9")
@over(cases(), CHOICES, reaches=ANY_CASE)
def test_some_areas_have_the_figures_of_the_whole_run(case, choices):
    codes = sorted(case.areas["area_code"])
    only = [code for code, chosen in zip(codes, choices, strict=False) if chosen] or codes[-1:]
    whole = settle(case)
    mine = [table[table["area_code"].isin(only)] for table in case.tables[1:]]
    some = bcf.settle(
        case.areas,
        *mine,
        case.scheme,
        only=only,
        through=case.through,
        on_missing=case.on_missing,
        verify=True,
    )
    for table in TABLES:
        rows = getattr(whole, table).query("area_code in @only").reset_index(drop=True)
        pd.testing.assert_frame_equal(getattr(some, table), rows, check_exact=True, check_dtype=len(rows) > 0)


@law("only-reads-its-own", "With `only`, nobody else's rows are read.", "G9")
@over(cases(), reaches=ANY_CASE)
def test_nobody_elses_rows_are_read(case):
    mine = max(case.areas["area_code"])
    options = {"only": [mine], "through": case.through, "on_missing": case.on_missing}
    tables = case._replace(plans=spoilt(case.plans, mine), outcomes=spoilt(case.outcomes, mine))
    clean, soiled = (bcf.settle(*one.tables, case.scheme, **options) for one in (case, tables))
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(soiled, table), getattr(clean, table), check_exact=True)


def spoilt(table, mine):
    """The table with nonsense in the rows of others."""
    others = table["area_code"] != mine
    cells = as_objects(table)
    return cells.assign(**{name: cells[name].mask(others, "??") for name in cells if name != "area_code"})
