"""Inputs as people bring them, in a hurry: each is settled with a warning, or refused with the fix."""

from pathlib import Path

import pytest

import bcf_payments as bcf

BROUGHT = Path(__file__).parent / "data" / "brought"
JULY = "july_2014"

REFUSED = {
    "exponent_400": [("out_of_range", "outcomes.csv line 7", "write a number of at most 1,000 digits")],
    "total_rows": [
        ("bad_code", "areas.csv line 5", "leave out the rows of E92000001: they are totals"),
        ("bad_code", "outcomes.csv line 23", "England and one without a code: they are totals"),
    ],
    "title_rows_above": [("unreadable_file", "", "the headings, which seem to stand in line 4")],
    "footnotes_below": [
        ("bad_code", "outcomes.csv line 24", "leave out the text that stands below the table")
    ],
    "merged_area_cells": [
        ("bad_code", "outcomes!A3", "write E06000001 into each row of its block"),
        ("bad_code", "outcomes!A10", "write E06000002 into each row of its block"),
        ("bad_code", "outcomes!A17", "write E08000035 into each row of its block"),
    ],
    "formula_without_value": [("not_a_number", "outcomes!D2", "open the workbook in a spreadsheet program")],
    "shorthand_codes": [
        ("not_a_number", "outcomes.csv line 6", "[c] means that the figure is suppressed"),
        ("not_a_number", "outcomes.csv line 7", ": means that the figure is not available"),
        ("not_a_number", "outcomes.csv line 8", "* means that the figure is suppressed"),
        ("not_a_number", "outcomes.csv line 13", "[x] means that the figure is not available"),
        ("not_a_number", "outcomes.csv line 14", "<5 means that the figure is suppressed, as it is small"),
        ("not_a_number", "outcomes.csv line 15", "- means that the figure is none or not available"),
        ("not_a_number", "outcomes.csv line 20", "[z] means that the figure is not applicable"),
        ("not_a_number", "outcomes.csv line 21", "write one figure into the cell: it holds two"),
        ("not_a_number", "outcomes.csv line 22", ".. means that the figure is not available"),
    ],
    "xlsx_area_name_surrogate.xlsx": [("unreadable_file", "", "type the text of the cell again")],
}
"""The faults of each input that is refused: reason, place, and what the fix says."""

WARNED = {
    "one_council_only": (JULY, {"few_areas": 1}, "1 area shares the fund of 151"),
    "predecessor_and_successors": ("october_2013", {"few_areas": 1, "overlapping_areas": 3}, "Cumberland"),
    "half_year_against_year": ("october_2013", {"few_areas": 1, "unlikely_change": 3}, "achievement of 750%"),
    "float_dust": ("october_2013", {"few_areas": 1, "many_digits": 2}, "is a hair from 0.3"),
}
"""The scheme of each input that is settled, its warnings, and what one of them says."""


def tables(name):
    place = BROUGHT / name
    workbook = place / f"{name}.xlsx"
    return bcf.read_tables(workbook if workbook.exists() else place)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_settled_is_refused_once_with_its_place_and_fix(name):
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(*tables(name))
    found = caught.value.problems[["reason", "place", "fix"]].to_numpy().tolist()
    assert [row[:2] for row in found] == [[reason, place] for reason, place, _ in REFUSED[name]]
    assert all(told in row[2] for row, (_, _, told) in zip(found, REFUSED[name], strict=True))


def test_outcomes_under_the_codes_of_successors_are_told_from_misspelt_ones():
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(*tables("outcomes_under_new_codes"))
    problems = caught.value.problems.set_index("reason")["fix"]
    (fix,) = set(problems["unknown_area"])
    assert fix.startswith("Cumberland E06000063 took over a part of Cumbria E10000006 on 1 April 2023")
    assert "add" not in fix
    assert set(problems.index) == {"unknown_area", "missing_row"}


@pytest.mark.parametrize("name", WARNED)
def test_what_is_unlikely_is_settled_as_written_with_a_warning(name):
    scheme, reasons, told = WARNED[name]
    settlement = bcf.settle(*tables(name), scheme=scheme, on_missing="withhold", verify=True)
    assert settlement.warnings["reason"].value_counts().to_dict() == reasons
    assert settlement.warnings["message"].str.contains(told, regex=False).any()


def test_a_part_of_a_succession_is_told_with_those_that_took_over():
    warnings = bcf.settle(*tables("predecessor_and_successors"), on_missing="withhold").warnings
    (message,) = set(warnings.loc[warnings["reason"] == "overlapping_areas", "message"])
    assert all(name in message for name in ("Cumbria", "Cumberland", "Westmorland and Furness"))


def test_a_restated_quarter_is_paid_once():
    first, later = (
        bcf.settle(*tables(f"restated_quarter_{when}"), scheme=JULY, through=through)
        for when, through in (("first", "q4_2014_15"), ("later", "q1_2015_16"))
    )
    paid = first.due().rename(columns={"paid_pence": "before", "due_pence": "paid_pence"})
    due = later.due(paid[["area_code", "paid_pence"]]).set_index("area_code").loc["E06000001"]
    assert due[["paid_pence", "earned_pence", "due_pence"]].tolist() == [5_960_000, 5_960_000, 0]


def test_a_published_series_settles_whatever_codes_its_areas_bore():
    place = BROUGHT / "real_ascof_1d_2015_17"
    settlement = bcf.settle(*bcf.read_tables(place), scheme=place / "mine.toml", on_missing="withhold")
    missing = settlement.assessments.query("status == 'missing'")["area_code"].tolist()
    assert missing == ["E09000001", "E10000002", "E10000023", "E10000027"]


@pytest.mark.parametrize(
    "name", ["scheme_fund_above_int64", "scheme_nested_10000", "worked_example_scheme_nul"]
)
def test_files_of_rules_that_cannot_be_are_refused_by_check_which_goes_on(name, run, tmp_path):
    folder = tmp_path / "examples"
    folder.mkdir()
    (folder / "a.toml").write_bytes((BROUGHT / f"{name}.toml").read_bytes())
    with pytest.raises(bcf.SchemeError):
        bcf.load_scheme(BROUGHT / f"{name}.toml")
    status, out, err = run("check", folder)
    assert status == 1
    assert "Traceback" not in out + err


@pytest.mark.parametrize("command", ["settle", "validate", "report"])
def test_no_notice_steers_the_terminal(command, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = run(command, BROUGHT / "csv_notice_ansi")
    assert status == 0
    assert "\x1b" not in out + err


def test_no_title_of_a_scheme_steers_the_terminal(run):
    status, out, err = run("schemes", BROUGHT / "scheme_title_ansi_escape.toml")
    assert status == 0
    assert "\x1b" not in out + err
