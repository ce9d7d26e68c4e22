"""Files that are far too large, or hold what no cell can, are refused before they fill the memory."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bcf_payments.errors import InputError, SchemeError
from bcf_payments.examples import load_example
from bcf_payments.files import parse_csv, read_tables, sizes, write_tables
from bcf_payments.schemes import load_scheme, toml_files


def fault(path: Path) -> tuple[str, str, str, str]:
    """The table, column, value and fix of the one fault in what a path holds."""
    with pytest.raises(InputError) as caught:
        read_tables(path)
    (row,) = caught.value.problems.to_dict("records")
    assert row["reason"] == "unreadable_file"
    return row["table"], row["column"], row["value"], row["fix"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_tables(load_example("two_waves")._asdict(), tmp_path / "input")
    return tmp_path / "input"


# CSV


def test_a_csv_file_of_a_million_columns_is_refused(folder: Path) -> None:
    (folder / "plans.csv").write_text(",".join(map("c{}".format, range(1_000_000))) + "\n1\n")
    assert fault(folder)[2] == "plans.csv: 1,000,000 columns"


def test_a_csv_file_with_one_blank_row_of_a_million_cells_is_refused(folder: Path) -> None:
    with (folder / "plans.csv").open("a") as plans:
        plans.write("," * 1_000_000 + "\n")
    assert fault(folder)[2] == "plans.csv: 1,000,001 columns"


@pytest.mark.parametrize(
    ("bound", "what"), [("MOST_BYTES", "bytes"), ("MOST_ROWS", "rows"), ("MOST_CELLS", "cells")]
)
def test_a_csv_file_of_too_much_is_refused_with_the_bound(
    folder: Path, monkeypatch: pytest.MonkeyPatch, bound: str, what: str
) -> None:
    (folder / "areas.csv").write_text("area_code\n" + "E06000001\n" * 200_000)
    monkeypatch.setattr(sizes, bound, 190_000)
    table, _, value, fix = fault(folder)
    assert (table, value.rpartition(" ")[2]) == ("areas", what)
    assert fix == f"keep the rows and columns that the table needs: at most 190,000 {what}"


def test_a_cell_that_is_far_too_long_is_refused(folder: Path) -> None:
    (folder / "areas.csv").write_text("area_code\n" + "x" * 10_000_000 + "\n")
    assert "line 2: field larger than field limit" in fault(folder)[2]


def test_bytes_in_hand_are_measured_like_those_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizes, "MOST_BYTES", 10)
    with pytest.raises(InputError, match="11 bytes"):
        parse_csv(b"area_code\n1", "areas", "areas.csv")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no device without an end")
def test_a_device_without_an_end_is_no_file(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "MOST_BYTES", 10**6)
    monkeypatch.setattr(toml_files, "MOST_BYTES", 10**6)
    (folder / "areas.csv").unlink()
    (folder / "areas.csv").symlink_to("/dev/zero")
    assert fault(folder)[2] == "areas.csv: 1,000,001 bytes"
    (tmp_path / "endless.toml").symlink_to("/dev/zero")
    with pytest.raises(SchemeError, match="too large: more than 1,000,000 bytes"):
        load_scheme(tmp_path / "endless.toml")


# Parquet


def write_parquet(folder: Path, name: str, column: object, rows: int = 1053) -> None:
    """Replace the plans by a Parquet file, with a column in place of one of them or beside them."""
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    plans = pd.read_csv(folder / "plans.csv").head(rows)
    (folder / "plans.csv").unlink()
    stored = arrow.Table.from_pandas(plans, preserve_index=False).drop_columns(
        [name] if name in plans else []
    )
    parquet.write_table(stored.append_column(name, column), folder / "plans.parquet")


def test_a_small_parquet_file_of_twenty_million_rows_is_refused_unread(folder: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    (folder / "plans.csv").unlink()
    many = arrow.table({"area_code": arrow.array(np.zeros(20_000_000, "int8"))})
    parquet.write_table(many, folder / "plans.parquet")
    assert (folder / "plans.parquet").stat().st_size < 200_000
    assert fault(folder)[2] == "plans.parquet: 20,000,000 rows"


def test_a_parquet_file_of_a_hundred_thousand_columns_is_refused(folder: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    (folder / "plans.csv").unlink()
    one = arrow.array([1])
    parquet.write_table(arrow.table({f"c{at}": one for at in range(20_000)}), folder / "plans.parquet")
    assert fault(folder)[2] == "plans.parquet: 20,000 columns"


def test_a_long_text_that_is_said_in_every_row_is_measured_before_it_is_unpacked(folder: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    said = arrow.DictionaryArray.from_arrays(arrow.array([0] * 1053, arrow.int8()), ["x" * 10_000_000])
    write_parquet(folder, "note", said)
    assert (folder / "plans.parquet").stat().st_size < 10**6
    assert fault(folder)[2] == "plans.parquet: 10,530,048,130 bytes"


@pytest.mark.parametrize("name", ["metric", "baseline_numerator", "note"])
@pytest.mark.parametrize("kind", ["string", "binary"])
def test_a_parquet_column_of_text_that_is_not_utf_8_is_one_fault(folder: Path, name: str, kind: str) -> None:
    arrow = pytest.importorskip("pyarrow")
    places = arrow.array(range(0, 2 * 1053 + 2, 2), arrow.int32()).buffers()[1]
    broken = arrow.Array.from_buffers(
        getattr(arrow, kind)(), 1053, [None, places, arrow.py_buffer(b"\xff\xfe" * 1053)]
    )
    write_parquet(folder, name, broken)
    assert fault(folder)[:3] == ("plans", name, "plans.parquet: text that is not UTF-8")


@pytest.mark.parametrize(
    "cell", [[1, 2], {"low": 1, "high": 2}, [{"rate": [1.5]}]], ids=["list", "struct", "list of structs"]
)
def test_a_parquet_column_with_several_values_in_a_cell_is_one_fault(folder: Path, cell: object) -> None:
    arrow = pytest.importorskip("pyarrow")
    write_parquet(folder, "target_numerator", arrow.array([cell] * 1053))
    table, column, value, fix = fault(folder)
    assert (table, column) == ("plans", "target_numerator")
    assert value.startswith("plans.parquet: ")
    assert fix == "write one number or text into each cell, or leave the column out"


@pytest.mark.parametrize("kind", ["binary", "large_string", "large_binary"])
def test_every_way_of_storing_text_in_parquet_is_text(folder: Path, kind: str) -> None:
    arrow = pytest.importorskip("pyarrow")
    metrics = pd.read_csv(folder / "plans.csv")["metric"]
    stored = arrow.array(metrics.tolist()).cast(getattr(arrow, kind)())
    write_parquet(folder, "metric", stored)
    assert read_tables(folder).plans["metric"].tolist() == metrics.tolist()


@pytest.mark.parametrize(("kind", "digits"), [("decimal128", 38), ("decimal256", 76)])
def test_decimals_of_parquet_are_the_numbers_that_are_written(folder: Path, kind: str, digits: int) -> None:
    arrow = pytest.importorskip("pyarrow")
    decimal = getattr(arrow, kind)(digits, 20)
    exact = arrow.array(["0.12345678901234567891"] * 1053).cast(decimal)
    write_parquet(folder, "target_numerator", exact)
    assert set(read_tables(folder).plans["target_numerator"].map(str)) == {"0.12345678901234567891"}


def test_folders_named_like_partitions_add_no_columns(folder: Path) -> None:
    pytest.importorskip("pyarrow")
    place = folder.parent / "wave=1"
    write_tables(read_tables(folder)._asdict(), place, file_format="parquet")
    assert list(read_tables(place).areas) == list(read_tables(folder).areas)


# Workbooks


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    pytest.importorskip("openpyxl")
    few = (frame.head(3) for frame in load_example("two_waves"))
    tables = dict(zip(("areas", "plans", "outcomes", "assurance"), few, strict=True))
    return write_tables(tables, tmp_path, file_format="xlsx", notices=())[0]


def edit(workbook: Path, find: str, put: str) -> None:
    """Change the text of the first sheet (the areas), whatever programs would make of it."""
    with zipfile.ZipFile(workbook) as old:
        parts = {part: old.read(part) for part in old.namelist()}
    first = "xl/worksheets/sheet1.xml"
    assert find.encode() in parts[first]
    parts[first] = parts[first].replace(find.encode(), put.encode(), 1)
    with zipfile.ZipFile(workbook, "w", zipfile.ZIP_DEFLATED) as new:
        for part, data in parts.items():
            new.writestr(part, data)


def test_a_sheet_with_a_row_of_an_impossible_number_is_refused(
    workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "SHEET_ROWS", 100_000)
    row = '<row r="1000000000"><c r="A1000000000"><v>1</v></c></row></sheetData>'
    edit(workbook, "</sheetData>", row)
    assert fault(workbook)[::2] == ("areas", "settlement.xlsx, sheet areas: 100,001 rows")


def test_a_stray_blank_cell_in_the_last_column_does_no_harm(workbook: Path) -> None:
    before = read_tables(workbook).areas
    edit(workbook, "</sheetData>", '<row r="9"><c r="XFD9" s="0"/></row></sheetData>')
    pd.testing.assert_frame_equal(read_tables(workbook).areas, before)


def test_a_sheet_with_a_cell_in_the_last_column_of_many_rows_is_refused(
    workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "MOST_CELLS", 1_000_000)
    rows = "".join(f'<row r="{row}"><c r="XFD{row}" s="0"/></row>' for row in range(9, 200))
    edit(workbook, "</sheetData>", f"{rows}</sheetData>")
    assert fault(workbook)[2].endswith("cells")


def test_a_workbook_that_would_grow_too_large_is_refused_unopened(workbook: Path) -> None:
    with (
        zipfile.ZipFile(workbook, "a", zipfile.ZIP_DEFLATED) as parts,
        parts.open("xl/media/image1.bin", "w") as bomb,
    ):
        for _ in range(257):
            bomb.write(bytes(2**20))
    assert workbook.stat().st_size < 10**6
    table, _, value, fix = fault(workbook)
    assert (table, value.rpartition(" ")[2]) == ("input", "bytes")
    assert fix.endswith("at most 268,435,456 bytes")
