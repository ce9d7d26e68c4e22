"""The pooled fund, worked by hand: who puts in how much, and how far above the minimum."""

import pandas as pd
import pytest

import bcf_payments as bcf

from .pages import ROOT
from .samples import settled

ROTHERHAM, ELSEWHERE = "E08000018", "E08000019"


def contributions(*rows, **columns):
    names = ("area_code", "contributor", "contributor_type", "component", "minimum_pounds", "planned_pounds")
    return pd.DataFrame(rows, columns=list(names)).assign(**columns)


def of_one(*amounts, kind="ccg", **columns):
    return contributions((ROTHERHAM, "Rotherham", kind, "pool", *amounts), **columns)


def national(planned):
    return contributions(
        (ROTHERHAM, "NHS", "ccg", "pool", 3_400_000_000, 3_400_000_000),
        (ROTHERHAM, "councils", "council", "pool", 400_000_000, 400_000_000),
        (ROTHERHAM, "councils", "council", "voluntary", 0, planned - 3_800_000_000),
    )


def test_the_national_minimum_is_3_8bn_of_which_the_nhs_gives_3_4bn():
    nation = bcf.pool(national(3_800_000_000), by="nation").loc[0]
    assert nation["nation"] == "ENGLAND"
    assert (nation["minimum_pence"], nation["nhs_pence"]) == (3_800_000_000_00, 3_400_000_000_00)
    assert nation["council_pence"] == 400_000_000_00


def test_a_pool_of_5_2bn_is_36_8_per_cent_above_the_minimum_and_5_3bn_is_1_5bn_above():
    early = bcf.pool(national(5_200_000_000), by="nation").loc[0]
    assert early["voluntary_pence"] == 1_400_000_000_00
    assert round(100 * early["share_above_minimum"], 1) == 36.8
    approved = bcf.pool(national(5_300_000_000), by="nation").loc[0]
    assert (approved["total_pence"], approved["voluntary_pence"]) == (5_300_000_000_00, 1_500_000_000_00)


def test_what_dorset_called_at_risk_is_its_share_of_the_billion_and_not_a_pot():
    # C11: £14.3m are 26.5% of a fund of £53.962m; £1bn are 26.3% of £3.8bn.
    local = contributions(
        (ROTHERHAM, "Dorset", "ccg", "share", 14_300_000, 14_300_000),
        (ROTHERHAM, "Dorset", "ccg", "other", 39_662_000, 39_662_000),
    )
    nation = contributions(
        (ROTHERHAM, "England", "ccg", "share", 1_000_000_000, 1_000_000_000),
        (ROTHERHAM, "England", "ccg", "other", 2_800_000_000, 2_800_000_000),
    )
    for table, percentage in ((local, 26.5), (nation, 26.3)):
        part, whole = bcf.pool(table.head(1)), bcf.pool(table)
        assert round(100 * part.loc[0, "total_pence"] / whole.loc[0, "total_pence"], 1) == percentage


def test_rotherhams_pot_of_0_4m_stands_within_its_fund_of_23_316m():
    # C10; the pot is the value of 268 fewer admissions in the worked example.
    example = bcf.load_worked_example(ROOT / "docs/worked_examples/july_rotherham.toml")
    settlement = bcf.settle(*example.tables(), example.scheme, on_missing="withhold")
    table = contributions(
        (ROTHERHAM, "CCG", "ccg", "pool", 13_245_000, 13_245_000),
        (ROTHERHAM, "council", "council", "pool", 10_071_000, 10_071_000),
    )
    area = bcf.pool(table, settlement).loc[0]
    assert (area["allocation_pence"], area["difference_pence"]) == (23_316_000_00, 0)
    pot = settlement.summary()["entitlement_pence"].item()
    assert (round(pot / 1e8, 1), round(100 * pot / area["total_pence"], 1)) == (0.4, 1.7)


def test_rotherhams_20m_are_0_53_per_cent_of_the_fund_and_half_of_them_are_mandated():
    table = contributions(
        (ROTHERHAM, "Rotherham", "ccg", "mandated streams", 10_000_000, 10_000_000),
        (ROTHERHAM, "Rotherham", "ccg", "other", 10_000_000, 10_000_000),
        (ELSEWHERE, "others", "ccg", "pool", 3_780_000_000, 3_780_000_000),
    )
    total = bcf.pool(table).set_index("area_code")["total_pence"]
    assert total[ROTHERHAM] == 20_000_000_00
    assert round(100 * total[ROTHERHAM] / total.sum(), 2) == 0.53
    mandated = bcf.pool(table[table["component"] == "mandated streams"])
    assert 2 * mandated.loc[0, "total_pence"] == total[ROTHERHAM]


def test_rotherhams_fund_of_23_316m_is_13_245m_of_its_ccg_and_10_071m_of_its_council():
    table = contributions(
        (ROTHERHAM, "CCG", "ccg", "pool", 13_245_000, 13_245_000),
        (ROTHERHAM, "council", "council", "pool", 10_071_000, 10_071_000),
    )
    area = bcf.pool(table).loc[0]
    money = [area[name] for name in ("total_pence", "nhs_pence", "council_pence")]
    assert money == [23_316_000_00, 13_245_000_00, 10_071_000_00]


def test_a_third_of_a_contribution_may_maintain_existing_care():
    area = bcf.pool(of_one(9_000_000, 9_000_000, maintains_existing_pounds=3_000_000)).loc[0]
    assert area["maintains_existing_pence"] * 3 == area["total_pence"]
    assert area["new_services_pence"] == 6_000_000_00


def test_what_maintains_existing_care_is_not_guessed():
    assert "new_services_pence" not in bcf.pool(of_one(1, 1))


def test_one_contribution_above_its_minimum_does_not_make_up_for_another_below():
    table = contributions(
        (ROTHERHAM, "CCG", "ccg", "pool", 100, "99.99"), (ROTHERHAM, "council", "council", "pool", 10, 15)
    )
    area = bcf.pool(table).loc[0]
    assert (area["voluntary_pence"], area["shortfall_pence"], area["total_pence"]) == (500, 1, 11_499)


def test_a_contribution_below_its_minimum_is_an_error_on_request():
    with pytest.raises(bcf.InputError) as refused:
        bcf.pool(of_one(100, 90), below_minimum="raise")
    fault = refused.value.problems.iloc[0]
    assert (fault["reason"], fault["column"], fault["value"]) == ("out_of_range", "planned_pounds", "90")
    assert fault["fix"] == "plan at least the minimum: £10.00 is missing"
    assert fault["place"] == "row 1"


def test_a_contributor_that_pays_into_several_areas_comes_out_whole():
    people = pd.Series({"E06000028": 191_390, "E06000029": 150_109, "E10000009": 418_269})
    spread = bcf.spread_contribution(10_000_000_01, people)
    table = spread.drop(columns="planned_pence").assign(
        contributor="Dorset CCG", contributor_type="ccg", component="pool", minimum_pounds=0
    )
    found = bcf.pool(table, by="contributor").loc[0]
    assert (found["contributor"], found["areas"], found["total_pence"]) == ("Dorset CCG", 3, 10_000_000_01)
    assert len(bcf.pool(table)) == 3


def test_beside_a_settlement_stands_what_the_scheme_allocates():
    settlement = settled("october_2013", only=(ROTHERHAM,))
    allocated = settlement.allocations["amount_pence"].sum()
    area = bcf.pool(of_one(1, 1), settlement).loc[0]
    assert (area["allocation_pence"], area["difference_pence"]) == (allocated, 100 - allocated)
    region = bcf.pool(of_one(1, 1), settlement, by="region").loc[0]
    assert (region["region"], region["allocation_pence"]) == ("Yorkshire and The Humber", allocated)
    assert "allocation_pence" not in bcf.pool(of_one(1, 1), settlement, by="contributor")


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        (of_one(-1, "12.345"), [("out_of_range", "minimum_pounds"), ("out_of_range", "planned_pounds")]),
        (of_one("£5", None), [("not_a_number", "minimum_pounds"), ("not_a_number", "planned_pounds")]),
        (of_one(1, 1, kind="trust"), [("unknown_value", "contributor_type")]),
        (of_one(1, 1, area_code="England"), [("bad_code", "area_code")]),
        (of_one(1, 1, contributor=" "), [("missing_value", "contributor")]),
        (of_one(1, 1, maintains_existing_pounds=2), [("out_of_range", "maintains_existing_pounds")]),
        (of_one(1, 1, maintains_existing_pounds=None), [("not_a_number", "maintains_existing_pounds")]),
        (of_one(1, 1).drop(columns="planned_pounds"), [("missing_column", "planned_pounds")]),
        (pd.concat([of_one(1, 1), of_one(1, 1)]), [("duplicate_row", "area_code")]),
        (
            pd.concat([of_one(1, 1), of_one(1, 1, kind="council", component="other")]),
            [("unknown_value", "contributor_type")] * 2,
        ),
        ({"area_code": [1]}, [("missing_table", "")]),
    ],
)
def test_every_fault_of_contributions_is_listed(table, faults):
    with pytest.raises(bcf.InputError) as refused:
        bcf.pool(table)
    problems = refused.value.problems
    assert list(zip(problems["reason"], problems["column"], strict=True)) == faults


def test_areas_that_a_settlement_lacks_or_that_lack_contributions_are_refused():
    settlement = settled("october_2013")
    with pytest.raises(bcf.InputError) as refused:
        bcf.pool(of_one(1, 1, area_code="E06000099"), settlement)
    counts = refused.value.problems["reason"].value_counts().to_dict()
    assert counts == {"missing_row": len(settlement.areas), "unknown_area": 1}


def test_regions_need_a_settlement():
    with pytest.raises(bcf.InputError, match="give a settlement"):
        bcf.pool(of_one(1, 1), by="region")


def test_the_sum_of_some_areas_alone_has_the_key_that_every_table_gives_it():
    alone = settled("october_2013", only=(ROTHERHAM,))
    found = bcf.pool(of_one(1, 1), alone, by="nation").loc[0]
    assert (found["nation"], found["total_pence"]) == (alone.summary("nation")["nation"].item(), 100)
