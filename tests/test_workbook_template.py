"""The template: filled in and read back it settles; unfilled it says what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import bcf_payments as bcf
from bcf_payments.examples import LICENCE
from bcf_payments.workbook.columns import NOT_READ

from .samples import example

openpyxl = pytest.importorskip("openpyxl")

SCHEMES = ("october_2013", "december_2013", "july_2014")
HEADINGS, FIRST = 2, 3
KEY = ["area_code", "wave", "metric"]


def headings(sheet: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[HEADINGS]}


def rows(sheet: Any, keys: list[str]) -> dict[tuple[str, ...], int]:
    """The rows of a sheet by their keys."""
    columns = headings(sheet)
    return {
        tuple(sheet.cell(row, columns[key]).value for key in keys): row
        for row in range(FIRST, sheet.max_row + 1)
    }


def fill_in(file: Path, tables: bcf.Tables) -> None:
    """Type the numbers of tables into a template, only where typing is allowed."""
    book = openpyxl.load_workbook(file)
    for table, frame in tables._asdict().items():
        sheet = book[table]
        keys, columns = [key for key in KEY if key in frame], headings(sheet)
        places = rows(sheet, keys)
        for record in frame.to_dict("records"):
            row = places[tuple(record[key] for key in keys)]
            for name in set(record) & set(columns):
                cell = sheet.cell(row, columns[name])
                if not cell.protection.locked and not pd.isna(record[name]):
                    cell.value = record[name]
    book.save(file)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_filled_in_with_the_example_it_settles_to_the_same_pennies(tmp_path: Path, scheme: str) -> None:
    tables = example(scheme, 20)  # gaps among them
    names = tables.areas[["area_code", "area_name", "region"]]
    file = bcf.write_template(tmp_path / "filled.xlsx", scheme, names)
    fill_in(file, tables)
    read = bcf.settle(*bcf.read_tables(file), scheme, on_missing="withhold")
    given = bcf.settle(*tables, scheme, on_missing="withhold")
    for table in ("allocations", "assessments", "payments", "reviews", "ledger"):
        assert_frame_equal(getattr(read, table), getattr(given, table))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_unfilled_it_is_refused_row_by_row_and_not_cell_by_cell(tmp_path: Path, scheme: str) -> None:
    rules, tables = bcf.load_scheme(scheme), example(scheme, 3)
    file = bcf.write_template(tmp_path / "blank.xlsx", scheme, tables.areas.iloc[:, :4])
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(*bcf.read_tables(file), scheme)
    found = caught.value.problems.groupby(["table", "reason"]).size().to_dict()
    assured = {("assurance", "missing_row"): 3} if rules.condition_names else {}
    assert found == assured | {
        ("areas", "not_a_number"): 3 * len(rules.weight_columns),
        ("plans", "missing_row"): 3 * len(rules.metric_lines),
        ("outcomes", "missing_row"): 3 * len(rules.metric_lines),
    }


def test_a_row_that_is_filled_in_by_half_is_still_at_fault(tmp_path: Path) -> None:
    tables = example("october_2013", 2)
    file = bcf.write_template(tmp_path / "half.xlsx", areas=tables.areas)
    book = openpyxl.load_workbook(file)
    book["plans"].cell(FIRST, headings(book["plans"])["target_numerator"]).value = 7
    book.save(file)
    assert bcf.read_tables(file).plans["target_numerator"].tolist() == [7]
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(*bcf.read_tables(file), on_missing="withhold")
    at_fault = caught.value.problems.query("table == 'plans' and reason == 'not_a_number'")
    assert sorted(at_fault["column"]) == ["baseline_denominator", "baseline_numerator", "target_denominator"]


def test_a_note_below_the_rows_of_a_form_is_not_dropped_without_a_word(tmp_path: Path) -> None:
    file = bcf.write_template(tmp_path / "noted.xlsx", areas=example("october_2013", 2).areas)
    book = openpyxl.load_workbook(file)
    book["plans"].cell(book["plans"].max_row + 1, 1).value = "Source: our own returns"
    book.save(file)
    with pytest.raises(bcf.InputError, match="Source: our own returns"):
        bcf.settle(*bcf.read_tables(file), on_missing="withhold")


def test_by_default_it_lists_the_areas_of_the_example_without_weights(tmp_path: Path) -> None:
    file = bcf.write_template(tmp_path / "all.xlsx", "july_2014")
    tables = bcf.read_tables(file)
    assert tables.areas["area_code"].tolist() == bcf.load_example("p4p_2015_16").areas["area_code"].tolist()
    assert tables.areas[list(bcf.load_scheme("july_2014").weight_columns)].isna().all(axis=None)
    assert LICENCE in [cell.value for cell in openpyxl.load_workbook(file)["Read me"]["B"]]


def test_weights_that_are_given_are_taken_over_and_may_be_changed(tmp_path: Path) -> None:
    tables = example("october_2013", 2)
    file = bcf.write_template(tmp_path / "weights.xlsx", "october_2013", tables.areas)
    sheet = openpyxl.load_workbook(file)["areas"]
    column = headings(sheet)["nhs_weight"]
    cells = [sheet.cell(row, column) for row in (FIRST, FIRST + 1)]
    assert [cell.value for cell in cells] == tables.areas["nhs_weight"].tolist()
    assert not any(cell.protection.locked for cell in cells)


def test_areas_at_fault_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    areas = pd.DataFrame({"area_code": ["E06000001", "Leeds"], "area_name": ["Hartlepool", "Leeds"]})
    with pytest.raises(bcf.InputError) as caught:
        bcf.write_template(tmp_path / "out.xlsx", areas=areas)
    assert sorted(caught.value.problems["reason"]) == ["bad_code", "missing_column"]
    assert not list(tmp_path.iterdir())


def test_a_scheme_without_an_example_needs_areas(tmp_path: Path) -> None:
    scheme = bcf.load_scheme("october_2013").replace(example=None)
    with pytest.raises(bcf.InputError, match="names no example"):
        bcf.write_template(tmp_path / "out.xlsx", scheme)


def test_what_is_laid_out_is_locked_and_what_is_to_be_typed_is_not(tmp_path: Path) -> None:
    file = bcf.write_template(tmp_path / "out.xlsx", "december_2013", example("december_2013", 2).areas)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["Read me", *bcf.Tables._fields, "codes", "scheme"]
    assert all(sheet.protection.sheet and sheet.protection.password is None for sheet in book)
    sheet = book["plans"]
    columns, places = headings(sheet), rows(sheet, KEY)
    code = sheet.cell(FIRST, 1).value
    for metric, locked in (("local", False), ("delayed_transfers", True)):
        row = places[code, "wave_1", metric]
        assert sheet.cell(row, columns["direction"]).protection.locked is locked
        assert sheet.cell(row, columns["metric"]).protection.locked
        assert not sheet.cell(row, columns["baseline_numerator"]).protection.locked
    assert sheet["A1"].value.startswith(NOT_READ)
    assert sheet.freeze_panes == "E3"


def test_denominators_of_counts_are_laid_out_as_one(tmp_path: Path) -> None:
    file = bcf.write_template(tmp_path / "out.xlsx", "july_2014", example("july_2014", 2).areas)
    sheet = openpyxl.load_workbook(file)["plans"]
    cell = sheet.cell(FIRST, headings(sheet)["target_denominator"])
    assert (cell.value, cell.protection.locked) == (1, True)


def test_codes_drop_down_and_numbers_and_days_are_checked(tmp_path: Path) -> None:
    file = bcf.write_template(tmp_path / "out.xlsx", "october_2013", example("october_2013", 2).areas)
    book = openpyxl.load_workbook(file)
    offered = {}
    for table in bcf.Tables._fields:
        names = {column: name for name, column in headings(book[table]).items()}
        for check in book[table].data_validations.dataValidation:
            (place,) = check.sqref.ranges
            listed = check.formula1.rpartition("!")[2].replace("$", "") if check.type == "list" else ""
            codes = [row[0].value for row in book["codes"][listed]] if listed else check.type
            offered[table, names[place.min_col]] = codes
    assert offered["plans", "wave"] == ["wave_1", "wave_2"]
    assert offered["outcomes", "metric"] == list(bcf.load_scheme("october_2013").metrics)
    assert offered["assurance", "plan_status"][0] == "approved"
    assert offered["assurance", "seven_day_services"] == ["yes", "no"]
    assert offered["assurance", "submitted_on"] == "date"
    assert {offered[key] for key in offered if key[1].endswith(("_numerator", "_weight"))} == {"decimal"}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_its_messages_are_as_short_as_excel_demands(tmp_path: Path, scheme: str) -> None:
    file = bcf.write_template(tmp_path / "out.xlsx", scheme, example(scheme, 2).areas)
    checks = [
        check for sheet in openpyxl.load_workbook(file) for check in sheet.data_validations.dataValidation
    ]
    assert checks
    assert max(len(check.errorTitle) for check in checks) <= 32
    assert max(len(check.error) for check in checks) <= 255


def test_a_day_that_is_typed_into_it_is_read_as_one(tmp_path: Path) -> None:
    tables = example("october_2013", 2)
    file = bcf.write_template(tmp_path / "days.xlsx", areas=tables.areas)
    late = tables.assurance.assign(submitted_on=pd.Timestamp("2014-05-01"), plan_status="approved")
    fill_in(file, tables._replace(assurance=late))
    read = bcf.read_tables(file)
    assert set(read.assurance["submitted_on"]) == {"2014-05-01"}
    payments = bcf.settle(*read, on_missing="withhold").payments
    assert payments.query("line == 'conditions'")["earned_pence"].sum() == 0


def test_a_template_knows_a_scheme_that_was_changed_in_python(tmp_path):
    changed = bcf.load_scheme("july_2014").replace(unit_value_pounds=2150)
    file = bcf.write_template(tmp_path / "return.xlsx", changed)
    assert [path.name for path in tmp_path.iterdir()] == ["return.xlsx"]
    assert bcf.read_tables(file).scheme == changed
    sheet = openpyxl.load_workbook(file)["Read me"]
    texts = [str(cell.value) for row in sheet for cell in row if cell.value]
    assert any("bcf-payments settle return.xlsx --out" in text for text in texts)


@pytest.mark.parametrize("scheme", [*SCHEMES, Path(__file__).parent / "data" / "own_scheme.toml"])
def test_it_says_of_which_scheme_it_is(tmp_path: Path, scheme: str | Path) -> None:
    codes = ["AA", "AB"] if isinstance(scheme, Path) else ["E06000001", "E06000002"]
    areas = example("october_2013", 2).areas.assign(area_code=codes)
    file = bcf.write_template(tmp_path / "out.xlsx", scheme, areas)
    assert bcf.read_tables(file).scheme == bcf.load_scheme(scheme)


def test_a_sheet_of_that_name_that_is_somebodys_own_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "own.xlsx"
    bcf.write_tables(example("october_2013", 2)._asdict() | {"scheme": pd.DataFrame({"mine": ["x"]})}, file)
    assert bcf.read_tables(file).scheme is None


def test_the_template_of_a_built_in_scheme_stands_alone(tmp_path):
    bcf.write_template(tmp_path / "return.xlsx", bcf.load_scheme("july_2014"))
    assert [path.name for path in tmp_path.iterdir()] == ["return.xlsx"]
