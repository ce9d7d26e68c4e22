"""Laws of explanations: every figure is that of the tables, and every step says what it rests on."""

import json

import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st

from bcf_payments.testing import cases

from .arithmetic import disagreements, steps_of, weighted
from .changes import is_read, number, settle
from .laws import law, over, tried
from .places import ANY_CASE

SOME = tried(0.5)
MONEY = ["entitlement_pence", "earned_pence", "caught_up_pence", "withheld_pence", "not_due_pence"]


def explanations(case):
    settlement = settle(case)
    return settlement, [settlement.explain(code) for code in settlement.areas["area_code"]]


def figures(explanation, keys):
    """Pence by key and figure, for the steps that have all of the keys."""
    steps = explanation.to_frame()
    told = steps[(steps[keys] != "").all(axis=1) & steps["result_pence"].notna()]
    assert not told.duplicated([*keys, "figure"]).any()
    return told.set_index([*keys, "figure"])["result_pence"].astype("int64").to_dict()


@law(
    "explains-the-tables", "Every figure that an explanation gives for a line or a component is the table's."
)
@SOME
@over(cases(), reaches=ANY_CASE)
def test_explained_figures_are_those_of_the_tables(case):
    settlement, explained = explanations(case)
    payments, allocations = settlement.payments, settlement.allocations
    for explanation in explained:
        told = figures(explanation, ["wave", "line"])
        rows = payments[payments["area_code"] == explanation.area_code].set_index(["wave", "line"])
        for (wave, line), row in rows.iterrows():
            for column in MONEY:
                assert told.pop((wave, line, column), 0) == row[column]
        assert {figure for _, _, figure in told} <= {"reached_pence"}
        amounts = allocations[allocations["area_code"] == explanation.area_code].set_index("component")
        of_components = figures(explanation, ["component"])
        if case.scheme.pot:
            of_components.setdefault(("performance_pot", "amount_pence"), rows["entitlement_pence"].sum())
        expected = {(name, "amount_pence"): pence for name, pence in amounts["amount_pence"].items()}
        assert of_components == expected


@law(
    "explains-the-sums",
    "An explanation's totals are the sums of its lines, and the area's row of the summary.",
)
@SOME
@over(cases(), reaches=ANY_CASE)
def test_explained_totals_are_sums(case):
    settlement, explained = explanations(case)
    summary = settlement.summary("area").set_index("area_code")
    for explanation in explained:
        steps = explanation.to_frame()
        on_lines = steps[(steps["line"] != "") & steps["result_pence"].notna()]
        totals = steps[(steps["line"] == "") & steps["figure"].isin(MONEY)].set_index("figure")[
            "result_pence"
        ]
        if not case.scheme.lines:  # there is no money to tell of
            assert totals.empty
            assert not any(explanation.totals)
            continue
        assert totals.to_dict() == summary.loc[explanation.area_code, MONEY].to_dict()
        assert explanation.totals._asdict() == totals.to_dict()
        for column in MONEY:
            assert on_lines.loc[on_lines["figure"] == column, "result_pence"].sum() == totals[column]


@law(
    "explains-what-follows",
    "An explanation names every review of its area, and what missing data cost.",
    "A5",
    "G4",
)
@SOME
@over(cases(), reaches=ANY_CASE)
def test_explanations_name_reviews_and_what_missing_data_cost(case):
    settlement, explained = explanations(case)
    reviews, payments = settlement.reviews, settlement.payments
    for explanation in explained:
        steps = explanation.to_frame()
        follow = steps[(steps["section"] == "What follows") & (steps["line"] != "")]
        triggered = follow[~follow["result"].str.startswith("nothing")]
        mine = reviews[reviews["area_code"] == explanation.area_code]
        assert triggered[["wave", "line"]].to_numpy().tolist() == mine[["wave", "line"]].to_numpy().tolist()
        for result, action in zip(triggered["result"], mine["action"], strict=True):
            assert action.replace("_", " ") in result
        held = (payments["area_code"] == explanation.area_code) & (payments["held_reason"] == "missing_data")
        cost = steps.loc[steps["figure"] == "missing_pence", "result_pence"].sum()
        assert cost == payments.loc[held, "withheld_pence"].sum()


@law("explains-to-all", "Every area of every settlement is explained, in every form, with ids on every rule.")
@SOME
@over(cases(), reaches=ANY_CASE)
def test_every_area_is_explained_in_every_form(case):
    settlement, explained = explanations(case)
    for explanation in explained:
        text, markdown = str(explanation), explanation.to_markdown()
        assert max(map(len, text.splitlines())) <= 100
        assert text.count("  formula  ") == markdown.count("- formula: ") == len(explanation.to_frame())
        assert json.loads(json.dumps(explanation.to_dict())) == explanation.to_dict()
        assert all(notice in " ".join(text.split()) for notice in settlement.notices)
        steps = [step for section in explanation.sections for step in section.steps]
        assert all(step.title and step.formula and step.numbers and step.result for step in steps)
        rules = [rule for step in steps for rule in step.rules]
        assert all(rule.says and rule.source and rule.basis for rule in rules)
        titles = [section.title for section in explanation.sections]
        assert titles[0] == "In short"
        if case.scheme.lines:
            assert titles[-3:] == ["Totals of the performance money", "What follows", "The rule of reviews"]


@law("explains-what-it-prints", "The pounds that an explanation prints are the pence that it holds.")
@SOME
@over(cases(), reaches=ANY_CASE)
def test_printed_pounds_are_the_pence(case):
    _, explained = explanations(case)
    for explanation in explained:
        steps = explanation.to_frame()
        money = steps[steps["result_pence"].notna()]
        printed = money["result"].str.replace("[£,]", "", regex=True).str.replace(".", "", regex=False)
        assert printed.astype("int64").tolist() == money["result_pence"].astype("int64").tolist()
        assert not pd.isna(money["figure"]).any()
        assert (money["figure"] != "").all()


@law("explains-by-sums-that-hold", "Every sum that an explanation prints comes to what it says.", "G1", "G2")
@tried(0.3)
@over(cases(), st.sampled_from(["1", "1.0123456", "1/3"]), reaches=ANY_CASE)
def test_printed_sums_hold(case, factor):
    weights = (cell for name in case.scheme.weight_columns for cell in case.areas[name].tolist())
    assume(all(is_read(number(cell) * number(factor)) for cell in weights))
    for step in steps_of(settle(weighted(case, case.scheme, factor))):
        assert not disagreements(step)
