"""Conditions that are met term by term: assurance may have a row for each area and wave."""

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.tables.inputs import LINE_KEY, PLAN_NUMBERS

SCHEME = bcf.Scheme.from_toml("""
name = "school_terms"
area_code_pattern = "SCH[0-9]{3}"
pot = { kind = "fixed", amount_pounds = 600, weight = "pupils" }
conditions = { open_days = "Parents can visit", records = "Registers are kept" }

[[waves]]
name = "autumn"
payment_date = 2027-01-15

[[waves.lines]]
conditions = ["open_days", "records"]
pays = "each"
share = "1/2"

[[waves]]
name = "spring"
payment_date = 2027-04-15

[[waves.lines]]
conditions = ["open_days"]
pays = "all"
share = "1/2"

[[gateways]]
name = "registers"
condition = "records"
keeps = "1/4"
waves = ["autumn"]
""")
AREAS = pd.DataFrame(
    {"area_code": ["SCH001", "SCH002"], "area_name": ["Ash", "Birch"], "region": "Town", "pupils": 1}
)
ROWS = [
    ("SCH001", "autumn", "approved", "yes", "no"),
    ("SCH001", "spring", "approved", "yes", ""),
    ("SCH002", "spring", "not_approved", "yes", "yes"),
    ("SCH002", "autumn", "approved", "no", "yes"),
]
COLUMNS = ["area_code", "wave", "plan_status", "open_days", "records"]
BY_WAVE = pd.DataFrame(ROWS, columns=COLUMNS)


def settle(assurance=BY_WAVE, **options):
    return bcf.settle(AREAS, None, None, assurance, SCHEME, **options)


def faults_of(assurance, **options):
    with pytest.raises(bcf.InputError) as error:
        settle(assurance, **options)
    problems = error.value.problems
    return problems[["reason", "area_code", "wave", "column"]].to_numpy().tolist()


def test_each_wave_is_paid_by_its_own_rows():
    settlement = settle(verify=True)
    earned = settlement.payments.set_index(["area_code", "wave"])["earned_pence"].to_dict()
    assert earned == {
        ("SCH001", "autumn"): 15_000 // 2 // 4,
        ("SCH001", "spring"): 15_000,
        ("SCH002", "autumn"): 15_000 // 2,
        ("SCH002", "spring"): 0,
    }
    assert settlement.payments["held_reason"].to_list() == [
        "conditions",
        "",
        "conditions",
        "plan_not_approved",
    ]
    told = " ".join(str(settlement.explain("SCH001")).split())
    assert "'registers' (Registers are kept) is not met, so what is earned here is multiplied by 1/4" in told


def test_what_is_found_of_an_area_says_in_which_wave():
    refused = BY_WAVE.assign(plan_status="not_approved")
    found = bcf.assurance_report(refused, pd.DataFrame(columns=[*LINE_KEY, *PLAN_NUMBERS]), SCHEME)
    told = found[found["finding"] == "not_approved"]
    assert not told.duplicated().any()
    waves = told["detail"].str.rsplit(", for ", n=1).str[-1]
    pairs = zip(told["area_code"], waves, strict=True)
    assert sorted(pairs) == sorted(zip(BY_WAVE["area_code"], BY_WAVE["wave"], strict=True))


def test_rows_of_waves_are_read_from_files(tmp_path):
    none = pd.DataFrame(columns=["area_code", "wave", "metric"])
    tables = {"areas": AREAS, "plans": none, "outcomes": none, "assurance": BY_WAVE}
    bcf.write_tables(tables, tmp_path / "in")
    read = bcf.read_tables(tmp_path / "in").assurance
    pd.testing.assert_frame_equal(settle(read).payments, settle().payments)


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        (ROWS[1:], [["missing_row", "SCH001", "autumn", ""]]),
        ([*ROWS, ROWS[0]], [["duplicate_row", "SCH001", "autumn", "area_code"]]),
        (
            [("SCH001", "summer", *ROWS[0][2:]), *ROWS[1:]],
            [["unknown_value", "SCH001", "summer", "wave"], ["missing_row", "SCH001", "autumn", ""]],
        ),
        (
            [(*ROWS[0][:4], ""), ("SCH001", "spring", "approved", "", ""), *ROWS[2:]],
            [
                ["missing_value", "SCH001", "spring", "open_days"],
                ["missing_value", "SCH001", "autumn", "records"],
            ],
        ),
    ],
)
def test_what_is_missing_or_twice_is_told_with_its_wave(rows, faults):
    assert faults_of(pd.DataFrame(rows, columns=COLUMNS)) == faults


def test_only_waves_that_are_due_need_rows():
    settlement = settle(BY_WAVE[BY_WAVE["wave"] == "autumn"], through="autumn", verify=True)
    assert settlement.payments["not_due_pence"].sum() == 30_000


def test_under_withhold_a_wave_without_a_row_waits():
    settlement = settle(BY_WAVE.iloc[1:], on_missing="withhold", verify=True)
    first = settlement.payments.iloc[0]
    assert (first["wave"], first["held_reason"]) == ("autumn", "missing_data")
