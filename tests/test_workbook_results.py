"""The results workbook: what people read, and figures that tie to the tables."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.names import PENCE_COLUMNS

from .programs import program, ran
from .samples import example, settled

openpyxl = pytest.importorskip("openpyxl")

FEW = 4
"""Areas: the last of the example."""

SCHEMES = ("october_2013", "december_2013", "july_2014")
ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def values(file: Path) -> dict[str, dict[str, Any]]:
    """The value of each cell that has one, by sheet."""
    book = openpyxl.load_workbook(file, data_only=True)
    return {
        sheet.title: {cell.coordinate: cell.value for row in sheet for cell in row if cell.value is not None}
        for sheet in book
    }


def formulas(file: Path) -> list[tuple[str, str]]:
    """Sheet and place of each formula."""
    book = openpyxl.load_workbook(file)
    return [
        (sheet.title, cell.coordinate)
        for sheet in book
        for row in sheet
        for cell in row
        if cell.data_type == "f"
    ]


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("results")
    return bcf.write_workbook(settled("december_2013", FEW).resolve(), folder / "results.xlsx")


def test_it_has_a_sheet_for_the_whole_for_areas_for_each_table_and_for_explanations(workbook: Path) -> None:
    assert openpyxl.load_workbook(workbook, read_only=True).sheetnames == [
        "Summary", "By area", "payments", "assessments", "required", "reviews", "releases", "allocations",
        "ledger", "warnings", "reconciliation", "Explanations", "scheme",
    ]  # fmt: skip


def test_its_first_sheet_says_the_notices(workbook: Path) -> None:
    said = set(values(workbook)["Summary"].values())
    assert said >= set(settled("december_2013", FEW).notices)


@pytest.mark.parametrize("table", ["payments", "assessments", "allocations", "ledger", "reviews", "releases"])
def test_every_table_can_be_read_back_from_its_sheet(workbook: Path, table: str) -> None:
    written = getattr(settled("december_2013", FEW).resolve(), table)
    read = pd.read_excel(workbook, sheet_name=table, keep_default_na=False, engine="openpyxl")
    for column in written:
        same = [
            a == b or (b == "" and isinstance(a, float) and math.isnan(a))
            for a, b in zip(written[column], read[column], strict=True)
        ]
        assert all(same), column


def test_pounds_stand_beside_pence_and_names_beside_codes(workbook: Path) -> None:
    read = pd.read_excel(workbook, sheet_name="payments", keep_default_na=False, engine="openpyxl")
    assert list(read)[:2] == ["area_code", "area_name"]
    assert (read["Earned (£)"] * 100).round().tolist() == read["earned_pence"].tolist()
    sheet = openpyxl.load_workbook(workbook)["payments"]
    assert sheet.cell(2, list(read).index("Earned (£)") + 1).number_format.startswith("£#,##0.00")
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("C2", "$1:$1")
    assert sheet.auto_filter.ref.startswith("A1:")


def test_programs_that_do_not_recalculate_see_the_figures_of_the_settlement(workbook: Path) -> None:
    shown = values(workbook)["By area"]
    for row, area in enumerate(settled("december_2013", FEW).summary("area").to_dict("records"), start=2):
        assert shown[f"A{row}"] == area["area_code"]
        pence = [round(100 * shown[f"{letter}{row}"]) for letter in "DEFGH"]
        assert pence == [area[name] for name in PENCE_COLUMNS]


def test_each_area_leads_to_its_explanation(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    for row in range(2, 6):
        cell = book["By area"].cell(row, 1)
        sheet, _, place = cell.hyperlink.location.rpartition("!")
        start = book[sheet.strip("'")][place.replace("$", "")]
        assert start.value == cell.value
        assert start.offset(-1, 0).value != cell.value


def test_explanations_have_every_step_of_every_area(workbook: Path) -> None:
    settlement = settled("december_2013", FEW).resolve()
    shown = pd.read_excel(workbook, sheet_name="Explanations", keep_default_na=False, engine="openpyxl")
    for code, rows in shown.groupby("Area code"):
        steps = settlement.explain(code).to_frame()
        given = rows[rows["Result"] != ""]
        assert given["Result"].tolist() == steps.loc[steps["result"] != "", "result"].tolist()


def test_the_same_settlement_gives_the_same_bytes(tmp_path: Path) -> None:
    files = [bcf.write_workbook(settled("july_2014", 3), tmp_path / name) for name in ("a.xlsx", "b.xlsx")]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_no_name_becomes_a_formula(tmp_path: Path) -> None:
    names = ["=1+1", "@SUM(A1)", "+44"]
    areas, *others = example("july_2014", 3)
    named = areas.assign(area_name=names, region=names)
    settlement = bcf.settle(named, *others, "july_2014", on_missing="withhold")
    file = bcf.write_workbook(settlement, tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(file)
    for sheet, column in (("By area", "B"), ("payments", "B"), ("Explanations", "B")):
        found = {cell.value: cell.data_type for cell in book[sheet][column][1:]}
        assert {found[name] for name in names} == {"s"}


def test_a_workbook_in_a_folder_that_is_not_there_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file = bcf.write_workbook(settled("july_2014", 2), tmp_path / "new" / "a.xlsx")
    assert [path.name for path in file.parent.iterdir()] == ["a.xlsx"]


def recalculated(files: list[Path], folder: Path) -> dict[str, dict[str, dict[str, Any]]]:
    """The values of workbooks once LibreOffice has opened and recalculated them."""
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS_RECALCULATE)
    out = folder / "recalculated"
    command = [program("soffice"), f"-env:UserInstallation={profile.as_uri()}", "--headless",
               "--convert-to", "xlsx", "--outdir", out, *files]  # fmt: skip
    ran(command, seconds=100).check_returncode()
    return {file.stem: values(out / file.name) for file in files}


def verdicts(cells: dict[str, Any]) -> list[str]:
    return [value for value in cells.values() if value in {"ties", "does not tie"}]


def test_libreoffice_opens_and_recalculates_both_workbooks_without_an_error_cell(tmp_path: Path) -> None:
    written = {
        scheme: bcf.write_workbook(settled(scheme, FEW).resolve(), tmp_path / f"{scheme}.xlsx")
        for scheme in SCHEMES
    }
    tables = bcf.load_example("two_waves")
    template = bcf.write_template(tmp_path / "template.xlsx", "december_2013", tables.areas.head(3))
    tampered = tmp_path / "tampered.xlsx"
    book = openpyxl.load_workbook(written["october_2013"])
    pence = next(cell for cell in book["payments"][1] if cell.value == "earned_pence")
    pence.offset(1, 0).value += 1
    book.save(tampered)

    shown = recalculated([*written.values(), template, tampered], tmp_path)

    for sheets in shown.values():
        texts = [value for cells in sheets.values() for value in cells.values() if isinstance(value, str)]
        assert not [text for text in texts if re.match(r"#\S|Err:", text)]
    for scheme, file in written.items():
        ours = values(file)
        for sheet, place in formulas(file):
            theirs = shown[scheme][sheet].get(place, "")
            assert theirs == ours[sheet].get(place, "") or math.isclose(
                theirs, ours[sheet][place], rel_tol=1e-13
            ), (scheme, sheet, place)
        assert set(verdicts(shown[scheme]["Summary"])) == {"ties"}
        assert "Every total ties." in shown[scheme]["Summary"].values()
    progress = shown["template"]["Read me"]
    assert [progress[f"E{row}"] for row in range(9, 13)] == [3, 0, 0, 0]
    assert "does not tie" in verdicts(shown["tampered"]["Summary"])
    assert "Every total ties." not in shown["tampered"]["Summary"].values()


def test_equal_warnings_stand_in_one_row_with_all_their_areas(tmp_path: Path) -> None:
    settlement = settled("july_2014")
    file = bcf.write_workbook(settlement, tmp_path / "results.xlsx")
    rows = pd.read_excel(file, sheet_name="warnings", keep_default_na=False, engine="openpyxl")
    assert list(rows) == ["area_code", "area_name", "wave", "metric", "reason", "message"]
    row = rows[rows["reason"] == "pot_not_known"]
    assert row["area_code"].tolist() == ["E08000025, E08000029, E10000028"]
    assert row["area_name"].tolist() == ["Birmingham, Solihull, Staffordshire"]


def test_what_is_told_of_the_fund_has_sheets_of_its_own(tmp_path: Path) -> None:
    areas, plans, _, assurance = example("july_2014", FEW)
    settlement = settled("july_2014", FEW)
    contributions = bcf.load_contributions("p4p_2015_16")
    beside = {
        "pool": bcf.pool(contributions[contributions["area_code"].isin(areas["area_code"])], settlement),
        "assurance": bcf.assurance_report(assurance, plans, "july_2014"),
        "evaluation": bcf.evaluate(settlement),
    }
    file = bcf.write_workbook(settlement, tmp_path / "results.xlsx", beside=beside)
    read = pd.read_excel(file, sheet_name=None, engine="openpyxl")
    for name, table in beside.items():
        assert len(read[name]) == len(table)
    assert read["pool"]["total_pence"].tolist() == beside["pool"]["total_pence"].tolist()
    said = set(values(file)["Summary"].values())
    assert said >= {*beside["pool"].attrs["notices"], *beside["evaluation"].attrs["notices"]}
    assert file.read_bytes() == bcf.write_workbook(settlement, file, beside=beside).read_bytes()


def test_a_table_beside_needs_a_name_of_its_own(tmp_path: Path) -> None:
    settlement = settled("july_2014", 1)
    with pytest.raises(bcf.InputError, match="name of its own"):
        bcf.write_workbook(settlement, tmp_path / "a.xlsx", beside={"Ledger": settlement.ledger})


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_command_settle_writes_what_tables_beside_the_four_come_to(run, tmp_path, file_format) -> None:
    tables = example("july_2014", FEW)
    contributions = bcf.load_contributions("p4p_2015_16")
    own = contributions[contributions["area_code"].isin(tables.areas["area_code"])]
    units = pd.DataFrame({"metric": ["emergency_admissions"], "pounds": [1490], "source": ["C8"]})
    given = tables._asdict() | {"contributions": own, "unit_values": units}
    bcf.write_tables(given, tmp_path / "in")
    options = ("--scheme", "july_2014", "--on-missing", "withhold", "--format", file_format)
    status, _, err = run("settle", tmp_path / "in", *options, "--out", tmp_path / "out")
    assert (status, err) == (0, "")
    if file_format == "csv":
        read = {name: pd.read_csv(tmp_path / "out" / f"{name}.csv") for name in ("pool", "savings")}
    else:
        read = pd.read_excel(tmp_path / "out" / "settlement.xlsx", sheet_name=None, engine="openpyxl")
    assert read["pool"]["total_pence"].sum() == 100 * own["planned_pounds"].sum()
    assert set(read["savings"]["metric"]) == {"emergency_admissions"}
