"""Areas that took the place of others are told from them."""

import re

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.schemes.facts import facts
from bcf_payments.tables.successions import overlapping, related, successions

from .samples import example

CUMBRIA, CUMBERLAND, WESTMORLAND, LEEDS = "E10000006", "E06000063", "E06000064", "E08000035"
PATTERN = bcf.load_scheme("october_2013").area_code_pattern.value


def test_the_table_holds_the_successions_of_its_fact():
    told = {code for one in successions() for code in (one.predecessor, one.successor)}
    assert told == set(re.findall(r"\bE\d{8}\b", facts()["F11"].says))
    assert {one.source for one in successions()} == {"F11"}
    assert all(re.fullmatch(PATTERN, code) for code in told)


@pytest.mark.parametrize("one", successions(), ids=str)
def test_the_years_are_those_of_the_fact_and_an_area_is_taken_over_wholly_or_in_parts(one):
    assert one.when[:4] in facts()["F11"].says
    parts = [other.share for other in successions() if other.predecessor == one.predecessor]
    assert parts in (["whole"], ["part", "part"])


def test_a_code_is_related_to_those_that_it_took_over_from_either_end():
    sentence = "Cumberland E06000063 took over a part of Cumbria E10000006 on 1 April 2023"
    assert related(CUMBERLAND, [CUMBRIA]) == related(CUMBRIA, [CUMBERLAND, LEEDS]) == sentence
    assert related(CUMBERLAND, [WESTMORLAND, LEEDS, CUMBERLAND]) == ""
    assert related("E06000048", ["E06000057"]).endswith("the whole of Northumberland E06000048 in 2013")


def test_areas_that_overlap_are_grouped_with_all_that_they_touch():
    dorset = ["E10000009", "E06000058", "E06000028"]
    (cumbria, _), (found, _) = sorted(overlapping([CUMBRIA, CUMBERLAND, LEEDS, *dorset]), key=len)
    assert sorted(map(tuple, (cumbria, found))) == [
        ("E06000028", "E06000058", "E10000009"),
        (CUMBERLAND, CUMBRIA),
    ]
    assert overlapping([CUMBERLAND, WESTMORLAND, LEEDS]) == []


def recoded(table: pd.DataFrame, old: str, new: str) -> pd.DataFrame:
    return table.assign(area_code=table["area_code"].replace(old, new))


def test_outcomes_under_a_new_code_are_refused_without_the_advice_to_add_an_area():
    areas, plans, outcomes, assurance = example("october_2013", (CUMBRIA, LEEDS))
    with pytest.raises(bcf.InputError) as refusal:
        bcf.settle(areas, plans, recoded(outcomes, CUMBRIA, CUMBERLAND), assurance)
    found = refusal.value.problems.query("reason == 'unknown_area'")
    assert len(found) == 7
    (fix,) = found["fix"].unique()
    assert fix.startswith("Cumberland E06000063 took over a part of Cumbria E10000006 on 1 April 2023: ")
    assert "under one code" in fix
    assert "add" not in fix


def test_codes_without_a_succession_keep_the_advice_to_add_or_correct():
    areas, plans, outcomes, assurance = example("october_2013", (CUMBRIA, LEEDS))
    strange = pd.concat([outcomes, outcomes.head(2).assign(area_code=["E06000001", WESTMORLAND])])
    with pytest.raises(bcf.InputError) as refusal:
        bcf.settle(areas, plans, strange, assurance)
    found = refusal.value.problems.query("reason == 'unknown_area'").set_index("area_code")["fix"]
    assert found["E06000001"] == "add the area to the areas table, or correct the code"
    assert found[WESTMORLAND].startswith("Westmorland and Furness")


@pytest.mark.parametrize("ask", ["explain", "return_for", "calendar"])
def test_an_area_asked_for_by_a_new_code_is_told_of_the_old_one(ask):
    settlement = bcf.settle(*example("october_2013", (CUMBRIA, LEEDS)), on_missing="withhold")
    with pytest.raises(bcf.InputError, match="Cumberland E06000063 took over a part of Cumbria E10000006"):
        getattr(settlement, ask)(CUMBERLAND)


def test_what_was_paid_to_a_predecessor_is_refused_with_the_same_fix():
    settlement = bcf.settle(*example("october_2013", (CUMBRIA, LEEDS)), on_missing="withhold")
    paid = pd.DataFrame({"area_code": [CUMBERLAND], "paid_pence": [1]})
    with pytest.raises(bcf.InputError, match="under one code"):
        settlement.due(paid)
