"""Laws of returns and of the payment calendar: their money is that of the tables, and it adds up."""

from fractions import Fraction

import pandas as pd

from bcf_payments import tables
from bcf_payments.exact.numbers import as_fraction
from bcf_payments.schemes import PlannedValuePot
from bcf_payments.testing import cases

from .changes import as_objects, pot_pence, settle
from .laws import law, over, tried
from .places import ANY_CASE

KEY = ["area_code", "wave", "line"]
PENCE = ["entitlement_pence", "earned_pence", "caught_up_pence", "withheld_pence", "not_due_pence"]
SOME = tried(0.25)


@law("return-money", "The money of returns is that of payments and releases, to the penny.", "C4", "C6")
@SOME
@over(cases(), reaches=ANY_CASE)
def test_the_money_of_returns_is_that_of_the_tables(case):
    settlement = settle(case)
    returns, payments = settlement.returns(), settlement.payments
    tables.Returns.validate(returns)
    if not case.scheme.lines:  # what is only watched is returned too, without money
        assert not returns[PENCE].any(axis=None)
        return
    columns = [*KEY, *PENCE, "held_reason"]
    pd.testing.assert_frame_equal(returns[columns], payments[columns], check_exact=True)
    goes_on = returns[returns["destination_pence"] > 0]
    moved = goes_on[[*KEY, "destination", "destination_pence"]].itertuples(index=False, name=None)
    releases = settlement.resolve().releases.itertuples(index=False, name=None)
    assert list(moved) == list(releases)


@law("return-adds-up", "What became of an area's pot adds up to it, and no part is negative.", "G5")
@SOME
@over(cases(max_areas=3), reaches=ANY_CASE)
def test_what_became_of_a_pot_adds_up_to_it(case):
    settlement = settle(case)
    pots = settlement.allocations.query("component == 'performance_pot'").set_index("area_code")
    for resolved in (settlement, settlement.resolve()):
        for code in case.areas["area_code"].astype(str):
            found = resolved.return_for(code)
            assert found.rest["amount_pence"].sum() == found.pot_pence == pots["amount_pence"].get(code, 0)
            assert (found.rest["amount_pence"] > 0).all()
            assert str(found).startswith(f"{found.title}\n")


@law("return-largest", "No payment is above the largest that was possible; what is left carries over.", "C8")
@SOME
@over(cases(), reaches=ANY_CASE)
def test_no_payment_is_above_the_largest_possible(case):
    settlement = settle(case)
    returns = settlement.returns()
    assert (returns["earned_pence"] <= returns["largest_payment_pence"]).all()
    pot = case.scheme.pot
    if not (isinstance(pot, PlannedValuePot) and pot.cumulative.value):
        assert not returns["carried_over_pence"].any()
        return
    for _, lines in returns.groupby("area_code"):
        left = (lines["largest_payment_pence"] - lines["earned_pence"] - lines["not_due_pence"]).tolist()
        assert lines["carried_over_pence"].tolist() == [0, *left[:-1]]


@law("return-improvements", "Improvements so far are exact sums of plans and outcomes, rounded once.", "C8")
@SOME
@over(cases(), reaches=ANY_CASE)
def test_improvements_so_far_are_exact_sums(case):
    returns = settle(case).returns()
    if not isinstance(case.scheme.pot, PlannedValuePot):
        assert returns[["planned_so_far", "achieved_so_far"]].isna().all(axis=None)
        return
    plans = {tuple(map(str, row[:3])): row for row in rows(case.plans, "baseline", "target")}
    outcomes = {tuple(map(str, row[:3])): row for row in rows(case.outcomes, "outcome")}
    signs = {name: -1 if m.direction.value == "higher" else 1 for name, m in case.scheme.metrics.items()}
    for _, lines in returns.groupby("area_code"):
        planned: Fraction | None = Fraction(0)
        achieved: Fraction | None = Fraction(0)
        for row in lines.to_dict("records"):
            key, sign = tuple(row[name] for name in KEY), signs[row["line"]]
            plan, outcome = plans.get(key), outcomes.get(key)
            due = row["status"] != "not_due"
            planned = grown(planned, sign, plan, plan and plan[4])
            achieved = grown(achieved, sign, plan, outcome[3] if due and outcome else None)
            assert same(row["planned_so_far"], planned)
            assert same(row["achieved_so_far"], achieved)


def rows(table, *rates):
    columns = ["area_code", "wave", "metric", *(f"{rate}_numerator" for rate in rates)]
    return as_objects(table[columns]).itertuples(index=False, name=None)


def grown(total, sign, plan, end):
    """The total with one more improvement; None once something is not known."""
    if total is None or plan is None or end is None:
        return None
    return total + sign * (as_fraction(plan[3]) - as_fraction(end))


def same(shown, expected):
    return shown != shown if expected is None else shown == float(expected)  # noqa: PLR0124 - NaN


@law("calendar-money", "Payment calendars of areas add up to England's, with the money of the lines.")
@SOME
@over(cases(max_areas=3), reaches=ANY_CASE)
def test_calendars_add_up(case):
    settlement = settle(case)
    nation = settlement.calendar()
    assert nation["payment_date"].is_monotonic_increasing
    assert nation[["wave", "line", *PENCE]].equals(settlement.summary("line")[["wave", "line", *PENCE]])
    areas = [settlement.calendar(code)[PENCE] for code in case.areas["area_code"].astype(str)]
    assert sum(areas).equals(nation[PENCE])
    if not isinstance(case.scheme.pot, PlannedValuePot):
        assert nation["at_most_pence"].equals(nation["entitlement_pence"].rename("at_most_pence"))
        assert nation["at_most_pence"].sum() == pot_pence(case.scheme)
