"""What a pool does not earn falls on its partners, to the penny."""

import pandas as pd
import pytest

import bcf_payments as bcf

from .test_ledger import CODE, quarters

SHORT = quarters([10, 10, 10, 10], [0, 0, 0, 0])
"""Nothing of 40 admissions at £1,490 is earned: £59,600."""


def agreement(*shares, **columns):
    partners = ["CCG", "council", "trust"][: len(shares)]
    return pd.DataFrame({"area_code": CODE, "partner": partners, "share": list(shares)} | columns)


def borne(table):
    return dict(zip(table["partner"], table["borne_pence"], strict=True))


def test_half_and_half_as_in_rotherham():
    assert borne(bcf.share_risk(SHORT, agreement("1/2", "1/2"))) == {"CCG": 29_800_00, "council": 29_800_00}


def test_pennies_left_over_go_to_the_earlier_partner():
    shared = borne(bcf.share_risk(SHORT, agreement("1/3", "1/3", "1/3")))
    assert list(shared.values()) == [19_866_67, 19_866_67, 19_866_66]


def test_what_is_above_a_cap_falls_on_the_others_by_their_shares():
    table = agreement("0.5", "0.3", "0.2", cap_pounds=[10_000, None, ""])
    assert borne(bcf.share_risk(SHORT, table)) == {"CCG": 10_000_00, "council": 29_760_00, "trust": 19_840_00}


def test_what_is_above_every_cap_is_uncovered():
    shared = bcf.share_risk(SHORT, agreement("1/2", "1/2", cap_pounds=[10_000, 20_000.50]))
    assert borne(shared) == {"CCG": 10_000_00, "council": 20_000_50, "uncovered": 29_599_50}


def test_a_partner_without_a_share_bears_nothing_even_above_the_cap_of_others():
    shared = bcf.share_risk(SHORT, agreement(1, 0, cap_pounds=[1, None]))
    assert borne(shared) == {"CCG": 1_00, "council": 0, "uncovered": 59_599_00}


def test_a_part_relieves_pressure_on_other_services():
    shared = bcf.share_risk(SHORT, agreement("1/2", "1/2", relief_share=[1, "1/3"]))
    assert shared["relief_pence"].tolist() == [29_800_00, 9_933_33]
    assert (shared["relief_pence"] + shared["other_pence"]).equals(shared["borne_pence"])


def test_by_contribution_each_bears_what_it_is_of_the_pool():
    # C10: £13.245m of £23.316m.
    contributions = pd.DataFrame(
        {
            "area_code": CODE,
            "contributor": ["CCG", "council"],
            "contributor_type": ["ccg", "council"],
            "component": "pool",
            "minimum_pounds": 0,
            "planned_pounds": [13_245_000, 10_071_000],
        }
    )
    shared = borne(bcf.share_risk(SHORT, bcf.agreement_by_contribution(contributions)))
    assert shared == {"CCG": 33_856_66, "council": 25_743_34}


def test_what_was_made_good_is_not_borne():
    shared = bcf.share_risk(quarters([10, 10, 10, 10], [0, 20, 10, 0]), agreement(1))
    assert borne(shared) == {"CCG": 14_900_00}


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        (agreement("1/2", "1/3"), [("out_of_range", "share")]),
        (agreement("half", "1/2"), [("not_a_number", "share")]),
        (agreement(1, cap_pounds="0.001"), [("out_of_range", "cap_pounds")]),
        (agreement(1, relief_share=2), [("out_of_range", "relief_share")]),
        (agreement(1, partner="uncovered"), [("unknown_value", "partner")]),
        (agreement(1, area_code="E06000002"), [("unknown_area", "")]),
        (pd.concat([agreement("1/2"), agreement("1/2")]), [("duplicate_row", "area_code")]),
        (agreement(1).drop(columns="share"), [("missing_column", "share")]),
    ],
)
def test_every_fault_of_an_agreement_is_listed(table, faults):
    with pytest.raises(bcf.InputError) as refused:
        bcf.share_risk(SHORT, table)
    problems = refused.value.problems
    assert list(zip(problems["reason"], problems.get("column", ""), strict=True)) == faults
