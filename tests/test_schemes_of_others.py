"""Kinds of schemes that others pay by, from their files alone: settled, explained, drawn, compared."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

import bcf_payments as bcf

DOCS = Path(__file__).parents[1] / "docs"
BY_HAND = {
    "general_practice": "practices_from_40_to_90",
    "contract_quality": "five_indicators_in_a_contract",
    "premium_with_gateways": "premium_cut_by_pledges",
    "watched_fund": "a_fund_that_watches",
    "school_attendance": "attendance_over_four_terms",
}
OTHERS = re.compile(r"England|NHS|council|CCG|ICB|wellbeing|Better Care|Hartlepool", re.IGNORECASE)
"""What nobody but England's Better Care Fund should read of."""

of_each = pytest.mark.parametrize("name", BY_HAND)


def scheme(name: str) -> bcf.Scheme:
    return bcf.load_scheme(DOCS / "schemes_of_others" / f"{name}.toml")


def tables(name: str) -> list[pd.DataFrame]:
    """The tables of its worked example."""
    return list(bcf.load_worked_example(DOCS / "worked_examples" / f"{BY_HAND[name]}.toml").tables())


def settled(name: str) -> bcf.Settlement:
    return bcf.settle(*tables(name), scheme(name), verify=True)


def test_every_file_is_tried():
    assert {path.stem for path in (DOCS / "schemes_of_others").glob("*.toml")} == set(BY_HAND)


@of_each
def test_it_is_said_to_be_an_illustration_and_its_sum_by_hand_comes_out(name):
    assert "illustration" in scheme(name).title
    example = bcf.load_worked_example(DOCS / "worked_examples" / f"{BY_HAND[name]}.toml")
    assert bcf.check_worked_example(example).empty


@of_each
def test_it_survives_its_forms(name):
    ours = scheme(name)
    assert bcf.Scheme.from_toml(ours.to_toml()) == ours
    assert bcf.Scheme.from_dict(json.loads(ours.model_dump_json())) == ours


@of_each
def test_every_face_speaks_of_it_and_of_nothing_english(run, tmp_path, name):
    given = dict(zip(("areas", "plans", "outcomes", "assurance"), tables(name), strict=True))
    bcf.write_tables(given, tmp_path / "figures")
    given["areas"][["area_code", "area_name", "region"]].to_csv(tmp_path / "areas.csv", index=False)
    code = given["areas"]["area_code"].iloc[0]
    own = ("--scheme", DOCS / "schemes_of_others" / f"{name}.toml")
    shown = [
        run("settle", tmp_path / "figures", *own),
        run("explain", code, tmp_path / "figures", *own),
        run("return", code, tmp_path / "figures", *own),
        run("required", code, tmp_path / "figures", *own),
        run("assumptions", tmp_path / "figures", *own),
        run("report", tmp_path / "figures", *own, "--no-chance", "--out", tmp_path / "page.html"),
        run("template", tmp_path / "form.xlsx", *own, "--areas", tmp_path / "areas.csv"),
    ]
    assert [(status, err) for status, _, err in shown] == [(0, "")] * len(shown)
    assert not [found for _, out, _ in shown for found in OTHERS.findall(out)]
    page, _, facts = (tmp_path / "page.html").read_text(encoding="utf-8").partition('id="facts"')
    assert scheme(name).title in page
    assert not OTHERS.findall(page)
    assert facts


@of_each
def test_it_is_compared_with_a_changed_copy(name):
    before = settled(name)
    after = before.under(before.scheme.replace(pot__amount_pounds=before.scheme.pot.amount_pounds.value * 2))
    pot = bcf.compare(before, after).query("measure == 'pot'")
    assert (pot["after_pence"] == 2 * pot["before_pence"]).all()


@of_each
def test_chance_is_drawn_around_it(name):
    areas, plans, _, assurance = tables(name)
    by_level = name in ("general_practice", "contract_quality")
    model = bcf.OutcomeModel(expected="target" if by_level else "baseline", on_unknown_size="hold")
    drawn = bcf.simulate(areas, plans, assurance, scheme(name), model=model, draws=20)
    assert len(drawn.to_frame()) == len(areas)


def test_amounts_that_providers_were_told_replace_weights():
    areas, *others = tables("contract_quality")
    told = areas[["area_code", "area_name", "region"]].assign(performance_pot_pounds=[50_000, 12_500])
    again = bcf.settle(told, *others, scheme("contract_quality"), verify=True)
    pd.testing.assert_frame_equal(again.payments, settled("contract_quality").payments)


def test_a_register_that_is_late_in_one_term_costs_that_term():
    areas, plans, outcomes, _ = tables("school_attendance")
    terms = scheme("school_attendance").wave_names
    assurance = pd.DataFrame(
        [("SCH001", term, "approved", term != "spring_2028") for term in terms]
        + [("SCH002", term, "approved", True) for term in terms],
        columns=["area_code", "wave", "plan_status", "register_on_time"],
    )
    found = bcf.settle(areas, plans, outcomes, assurance, scheme("school_attendance"), verify=True)
    paid = found.payments.query("area_code == 'SCH001' and line == 'conditions'")
    assert paid.set_index("wave")["earned_pence"].to_dict() == dict.fromkeys(terms, 300_00) | {
        "spring_2028": 0
    }


def test_a_scheme_brings_its_own_facts_along():
    text = str(settled("premium_with_gateways").explain("GR01"))
    assert "the gateway 'planned' (Q2)" in text
    assert scheme("premium_with_gateways").facts
