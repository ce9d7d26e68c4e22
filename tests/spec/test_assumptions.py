"""Laws of assumptions: their money adds up, and an alternative is what settling under it gives."""

import tomllib

import pandas as pd
import pytest
from hypothesis import assume
from hypothesis import strategies as st

import bcf_payments as bcf
from bcf_payments.schemes import PlannedValuePot
from bcf_payments.testing import Case, cases

from .changes import settle
from .laws import law, over, tried
from .places import ANY_CASE

MONEY = ["entitlement_pence", "earned_pence"]
TABLES = ("allocations", "assessments", "payments", "reviews")


def with_alternatives(case: Case) -> Case:
    """The same case with alternatives of every kind, the first of which changes nothing."""
    pot, curves = case.scheme.pot, case.scheme.curves
    assume(pot is not None)
    changes = {"nothing": {"pot__weight": pot.weight.value}, "by_need": {"pot__weight": "need"}}
    if isinstance(pot, PlannedValuePot):
        changes["other_quarters"] = {"cumulative": not pot.cumulative.value}
        changes["cheaper"] = {"unit_value_pounds": pot.unit_value_pounds.value / 3}
    else:
        jump = ((0, 0), (1, 0), (1, 1))
        changes["strict"] = {f"curves__{name}": jump for name in curves}
    made_up = [
        {"name": name, "title": "A made-up reading", "source": ["B7"], "changes": change}
        for name, change in changes.items()
    ]
    return case._replace(scheme=case.scheme.replace(alternatives=[*made_up, *case.scheme.alternatives[:2]]))


def as_it_stands(case: Case) -> Case:
    return case._replace(scheme=case.scheme.replace(alternatives=[]))


def all_stated(case: Case) -> Case:
    text = (
        as_it_stands(case).scheme.to_toml().replace('"assumed"', '"stated"').replace('"derived"', '"stated"')
    )
    return case._replace(scheme=bcf.Scheme.model_validate(tomllib.loads(text)))


@law("bases-add-up", "Money by the basis of its rules adds up to the settlement, to the penny.", "F8")
@tried(0.4)
@over(cases(), reaches=ANY_CASE)
def test_money_by_basis_adds_up_to_the_settlement(case):
    case = as_it_stands(case)
    settlement = settle(case)
    found = bcf.assumptions(settlement).by_basis
    assert found["basis"].tolist() == ["stated", "derived", "assumed"]
    assert found["lines"].sum() == len(case.scheme.lines)
    assert found[MONEY].sum().to_dict() == settlement.summary().loc[0, MONEY].to_dict()


@law("weakest-decides", "One assumed rule among stated ones makes the money of its lines assumed.", "A13")
@tried(0.4)
@over(cases(), st.data(), reaches=ANY_CASE)
def test_one_assumed_rule_makes_the_money_of_its_lines_assumed(case, data):
    case = all_stated(case)
    rules = bcf.assumptions(settle(case)).rules
    assume(not rules.empty)
    path = data.draw(st.sampled_from(sorted(set(rules["rule"]))))
    assumed = dict(case.scheme.cited())[path].model_copy(update={"basis": "assumed"})
    doubted = case._replace(scheme=case.scheme.replace(**{path.replace(".", "__"): assumed}))
    found = bcf.assumptions(settle(doubted)).by_basis.set_index("basis")
    touched = rules[rules["rule"] == path]
    assert found.loc["assumed", MONEY].to_dict() == touched[MONEY].sum().to_dict()
    assert found.loc["assumed", "lines"] == len(touched)
    assert found.loc["stated", "lines"] == len(case.scheme.lines) - len(touched)


@law("nothing-costs-nothing", "An alternative that changes no rule changes no money and no review.", "A12")
@tried(0.2)
@over(cases(), reaches=ANY_CASE)
def test_an_alternative_that_changes_nothing_shows_zero(case):
    case = with_alternatives(case)
    settlement = settle(case)
    found = bcf.assumptions(settlement)
    row = found.alternatives.set_index("name").loc["nothing"]
    zero = ["change_pence", "areas_more", "areas_less", "gains_most_pence", "loses_most_pence"]
    assert not row[[*zero, "actions_changed"]].any()
    assert (row["gains_most"], row["loses_most"]) == ("", "")
    assert not found.by_area.loc[found.by_area["name"] == "nothing", "change_pence"].any()
    nation = settlement.summary().loc[0, [*MONEY, "reviews"]]
    assert row[[*MONEY, "reviews"]].to_dict() == nation.to_dict()


@law("alternatives-settle", "An alternative shows what settling under its rules gives.", "B7", "B8", "C8")
@tried(0.2)
@over(cases(), reaches=ANY_CASE)
def test_an_alternative_is_what_settling_under_its_rules_gives(case):
    case = with_alternatives(case)
    settlement = settle(case)
    found = bcf.assumptions(settlement)
    alternatives, earned = (table.set_index("name") for table in (found.alternatives, found.by_area))
    before = settlement.summary("area").set_index("area_code")["earned_pence"]
    for alternative in case.scheme.alternatives:
        changed = case._replace(scheme=case.scheme.replace(**alternative.changes))
        if alternative.name in set(found.unsettled["name"]):
            with pytest.raises(bcf.InputError):
                settle(changed)
            continue
        after = settle(changed)
        under = settlement.under(case.scheme.alternative(alternative.name))
        for table in TABLES:
            pd.testing.assert_frame_equal(getattr(under, table), getattr(after, table), check_exact=True)
        shown, areas = alternatives.loc[alternative.name], earned.loc[[alternative.name]]
        by_area = after.summary("area").set_index("area_code")["earned_pence"]
        assert areas.set_index("area_code")["earned_pence"].to_dict() == by_area.to_dict()
        assert areas.set_index("area_code")["change_pence"].to_dict() == (by_area - before).to_dict()
        assert shown["earned_pence"] == by_area.sum()
        assert shown["change_pence"] == by_area.sum() - before.sum()
        assert shown["areas_paid"] == (by_area > 0).sum()
        assert (shown["areas_more"], shown["areas_less"]) == (
            (by_area > before).sum(),
            (by_area < before).sum(),
        )
        assert shown["gains_most_pence"] == max(0, (by_area - before).max())
        assert shown["loses_most_pence"] == min(0, (by_area - before).min())
        assert shown["reviews"] == after.reviews["review_id"].nunique()
