"""What areas were told that they get, and settling some of the areas that share."""

import pandas as pd
import pytest

import bcf_payments as bcf

EXAMPLE = bcf.load_example("two_waves")
JULY = bcf.load_example("p4p_2015_16")
LEEDS = "E08000035"
OPTIONS = {"on_missing": "withhold", "verify": True}


def areas(**amounts):
    """Leeds with the amounts that it was told."""
    return pd.DataFrame(
        {"area_code": [LEEDS], "area_name": ["Leeds"], "region": ["Yorkshire and The Humber"], **amounts}
    )


def problems(table, scheme="october_2013", **options):
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(table, *EXAMPLE[1:], scheme, only=[LEEDS], on_missing="withhold", **options)
    return caught.value.problems[["table", "reason", "column"]].to_numpy().tolist()


def test_one_council_is_settled_from_its_whole_allocation():
    told = bcf.settle(
        areas(allocation_pounds="53,617,406.72".replace(",", "")), *EXAMPLE[1:], only=["Leeds"], **OPTIONS
    )
    assert told.allocations["amount_pence"].sum() == 5361740672
    assert told.allocations["amount_pence"].tolist() == [3950756285, 1410984387]
    assert told.whole == "Leeds"
    assert told.summary()["nation"].tolist() == ["ENGLAND"]


def test_one_council_is_settled_from_its_components_and_pot():
    told = bcf.settle(
        areas(formula_pounds=39507562.85, performance_pot_pounds="14109843.87"),
        *EXAMPLE[1:],
        only=[LEEDS],
        **OPTIONS,
    )
    assert told.allocations["amount_pence"].tolist() == [3950756285, 1410984387]
    assert told.payments["entitlement_pence"].sum() == 1410984387


def test_a_pot_of_planned_value_is_at_most_the_one_given():
    names = [component.name for component in bcf.load_scheme("july_2014").components]
    told = areas(**{f"{name}_pounds": "0" for name in names}, performance_pot_pounds="1000000.01")
    settled = bcf.settle(told, *JULY[1:], "july_2014", only=["Leeds"], **OPTIONS)
    by_component = settled.allocations.set_index("component")["amount_pence"]
    assert by_component["performance_pot"] + by_component["nhs_commissioned_services"] == 100000001


def test_an_explanation_says_that_the_amount_was_given():
    told = bcf.settle(areas(allocation_pounds="1000.01"), *EXAMPLE[1:], only=["Leeds"], **OPTIONS)
    text = str(told.explain(LEEDS))
    assert "given in the areas table" in text
    assert "£1,000.01 × £2,800,000,000.00 ÷ £3,800,000,000.00" in text
    assert "G7" in text
    said = text.replace("stand in place of weights", "").replace("weights are proxies", "")
    assert "weight" not in said


def test_the_ledger_cites_the_rule_of_amounts_given():
    told = bcf.settle(
        areas(formula_pounds=1, performance_pot_pounds=2), *EXAMPLE[1:], only=["Leeds"], **OPTIONS
    )
    sources = told.ledger.query("from_account == 'national_fund'").set_index("line")["source"]
    assert sources["formula"] == "G7"
    assert sources["user_experience"] == "G7, A9, A13, G2"


def test_the_audit_pack_shows_how_amounts_given_differ_from_the_national_ones():
    told = bcf.settle(
        areas(formula_pounds=1, performance_pot_pounds=2), *EXAMPLE[1:], only=["Leeds"], **OPTIONS
    )
    part = told.provenance["part"]
    assert (part["by"], part["areas"]) == ("amounts given", 1)
    assert part["components"]["performance_pot"] == {
        "national_pence": 100000000000,
        "here_pence": 200,
        "difference_pence": -99999999800,
    }
    assert (told.provenance.reconciliation["difference_pence"] == 0).all()
    assert bcf.settle(*EXAMPLE, on_missing="withhold").provenance["part"] is None


@pytest.mark.parametrize(
    ("amounts", "found"),
    [
        ({"allocation_pounds": "100.001"}, ["out_of_range", "allocation_pounds"]),
        ({"allocation_pounds": 0.1 + 0.2}, ["out_of_range", "allocation_pounds"]),
        ({"allocation_pounds": -1}, ["out_of_range", "allocation_pounds"]),
        ({"allocation_pounds": "1e20"}, ["out_of_range", "allocation_pounds"]),
        ({"allocation_pounds": "lots"}, ["not_a_number", "allocation_pounds"]),
        ({"formula_pounds": 1}, ["missing_column", "performance_pot_pounds"]),
        ({"formula_pounds": 1, "performance_pot_pounds": None}, ["not_a_number", "performance_pot_pounds"]),
        (
            {"formula_pounds": 1, "performance_pot_pounds": 1, "allocation_pounds": 2},
            ["duplicate_column", "allocation_pounds"],
        ),
        ({"allocation_pounds": None}, ["missing_column", "nhs_weight"]),
        ({}, ["missing_column", "nhs_weight"]),
    ],
)
def test_amounts_that_are_none_are_refused(amounts, found):
    assert problems(areas(**amounts)) == [["areas", *found]]


def test_every_area_has_its_amounts_or_none_has():
    table = EXAMPLE.areas.assign(allocation_pounds=["1000", *[""] * 150])
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(table, *EXAMPLE[1:], on_missing="withhold")
    assert caught.value.problems["reason"].tolist() == ["not_a_number"] * 150
    assert "every area has its amounts, or none has" in caught.value.problems["fix"][0]


def test_the_way_out_of_a_missing_weight_names_the_amounts():
    with pytest.raises(bcf.InputError, match="allocation_pounds, or formula_pounds, performance_pot_pounds"):
        bcf.settle(areas(), *EXAMPLE[1:], only=[LEEDS], on_missing="withhold")


def test_weights_beside_amounts_are_not_read_and_a_warning_says_so():
    table = areas(allocation_pounds=1000, nhs_weight="not a weight")
    told = bcf.settle(table, *EXAMPLE[1:], only=["Leeds"], on_missing="withhold")
    assert "weights_not_read" in told.warnings["reason"].tolist()


def test_amounts_of_others_are_not_read_where_some_are_settled():
    table = EXAMPLE.areas.assign(
        allocation_pounds=["1000" if code == LEEDS else "" for code in EXAMPLE.areas["area_code"]]
    )
    told = bcf.settle(table, *EXAMPLE[1:], only=["Leeds"], on_missing="withhold")
    assert told.allocations["amount_pence"].sum() == 100000


@pytest.mark.parametrize(
    ("only", "whole", "count"),
    [
        (["E08000035"], "Leeds", 1),
        (["leeds"], "Leeds", 1),
        (["North East"], "North East", 12),
        (["North East", "E06000001"], "North East", 12),
        (["E06000001", "E06000002"], "2 areas in North East", 2),
        (["Leeds", "Hartlepool"], "2 areas", 2),
    ],
)
def test_areas_are_chosen_by_code_name_and_region(only, whole, count):
    some = bcf.settle(*EXAMPLE, only=only, on_missing="withhold")
    assert (some.whole, len(some.areas)) == (whole, count)
    assert bcf.compare(some, some)["area_code"].iloc[-1] == "ENGLAND"


def test_what_means_no_area_is_refused_with_those_that_come_near():
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(*EXAMPLE, only=["Leedz", "Nort East"], on_missing="withhold")
    found = caught.value.problems
    assert found[["reason", "column", "value"]].to_numpy().tolist() == [
        ["unknown_area", "only", "Leedz"],
        ["unknown_area", "only", "Nort East"],
    ]
    assert "E08000035 (Leeds)" in found["fix"][0]


@pytest.mark.parametrize("only", ["Leeds", [], 3])
def test_a_choice_that_is_no_list_is_refused(only):
    with pytest.raises(bcf.InputError, match="give a list of area codes"):
        bcf.settle(*EXAMPLE, only=only, on_missing="withhold")


def test_one_area_needs_its_own_rows_alone():
    mine = [table[table["area_code"] == LEEDS] for table in EXAMPLE[1:]]
    some = bcf.settle(EXAMPLE.areas, *mine, only=[LEEDS], verify=True)
    whole = bcf.settle(*EXAMPLE, on_missing="withhold")
    rows = whole.payments.query("area_code == @LEEDS").reset_index(drop=True)
    pd.testing.assert_frame_equal(some.payments, rows)


def test_simulations_and_their_reports_take_some_areas():
    found = bcf.simulate(
        *EXAMPLE[:2],
        EXAMPLE.assurance,
        draws=20,
        only=["Leeds"],
        on_missing="withhold",
        model=bcf.OutcomeModel(on_unknown_size="hold"),
    )
    assert found.to_frame()["area_code"].tolist() == [LEEDS]
    assert found.summary().shape[0] == 1
