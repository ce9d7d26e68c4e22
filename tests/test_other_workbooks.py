"""Workbooks of OpenDocument and of old Excel are read as exactly as others; formulas want their values."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import bcf_payments as bcf
from bcf_payments.errors import MissingExtraError

from .samples import example

openpyxl = pytest.importorskip("openpyxl")
pytest.importorskip("python_calamine")

DATA = Path(__file__).parent / "data"
SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
KIND = "application/vnd.oasis.opendocument.spreadsheet"


def open_document(folder: Path, *rows: str) -> Path:
    """A document whose sheet of areas has these rows."""
    file = folder / "mine.ods"
    body = f'<table:table table:name="Areas">{"".join(rows)}</table:table>'
    with ZipFile(file, "w") as parts:
        parts.writestr("mimetype", KIND)
        parts.writestr(
            "META-INF/manifest.xml",
            f'<m:manifest xmlns:m="{MANIFEST}"><m:file-entry m:full-path="/" m:media-type="{KIND}"/>'
            "</m:manifest>",
        )
        parts.writestr(
            "content.xml",
            f"<office:document-content {SPACES}><office:body><office:spreadsheet>{body}"
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return file


def row(*cells: str, repeated: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{repeated}">{"".join(cells)}</table:table-row>'


def text(*said: str) -> str:
    return "".join(
        f'<table:table-cell office:value-type="string"><text:p>{one}</text:p></table:table-cell>'
        for one in said
    )


def number(value: str, kind: str = "float", repeated: int = 1) -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{value}" '
        f'table:number-columns-repeated="{repeated}"/>'
    )


def read_areas(file: Path) -> pd.DataFrame:
    """The table of areas, of a workbook that has no other; or its own faults."""
    with pytest.raises(bcf.InputError) as caught:
        bcf.read_tables(file)
    return caught.value.problems.query("table == 'areas' or table == 'input'")


@pytest.mark.parametrize("kind", ["ods", "xls"])
def test_what_another_program_saved_reads_to_the_very_same_tables(tmp_path: Path, kind: str) -> None:
    tables = example("july_2014", ("E06000001", "E06000002"))._replace(assurance=None)
    bcf.write_tables(tables._asdict(), tmp_path / "book.xlsx")
    read, given = bcf.read_tables(DATA / f"two_areas.{kind}"), bcf.read_tables(tmp_path / "book.xlsx")
    for one, other in zip(read[:3], given[:3], strict=True):
        assert_frame_equal(one, other, check_exact=True)
    assert read.assurance is None


def test_a_share_that_is_shown_as_a_per_cent_is_read_as_it_is_shown(tmp_path: Path) -> None:
    from bcf_payments.files.sheets import read_sheets

    file = open_document(tmp_path, row(text("n"), number("0.1", "percentage"), number("0.1", repeated=2)))
    (cells,) = read_sheets(file, {"areas"}.__contains__)["areas"]
    assert cells.iloc[0].tolist() == ["n", "10%", "0.1", "0.1"]


def test_a_formula_of_a_document_that_has_no_value_is_read_as_a_formula(tmp_path: Path) -> None:
    from bcf_payments.files.sheets import read_sheets

    formula = '<table:table-cell table:formula="of:=[.A1]+1"/>'
    file = open_document(tmp_path, row(text("n"), formula), row(formula))
    (cells,) = read_sheets(file, {"areas"}.__contains__)["areas"]
    assert cells.iloc[:, 1].tolist()[0] == "=[.A1]+1"
    assert cells.iloc[1, 0] == "=[.A1]+1"


def test_a_document_that_says_in_few_words_that_millions_of_cells_are_full_is_refused(tmp_path: Path) -> None:
    file = open_document(tmp_path, row(number("1", repeated=16_000), repeated=1_000_000))
    assert "at most 50,000,000 cells" in read_areas(file)["fix"].iloc[0]


def test_blank_rows_to_the_end_of_a_sheet_do_no_harm(tmp_path: Path) -> None:
    blank = '<table:table-cell table:number-columns-repeated="16384"/>'
    file = open_document(tmp_path, row(text("area_code", "n")), row(blank, repeated=1_048_575))
    assert read_areas(file).empty


@pytest.mark.parametrize("name", ["broken.ods", "broken.xls"])
def test_a_broken_file_is_one_fault(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 no workbook")
    assert read_areas(tmp_path / name)["reason"].tolist() == ["unreadable_file"]


def test_without_the_package_the_error_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "python_calamine", None)
    with pytest.raises(MissingExtraError, match=r"bcf-payments\[excel\]"):
        bcf.read_tables(DATA / "two_areas.ods")


def with_formulas(folder: Path, *formulas: str) -> Path:
    file = folder / "book.xlsx"
    tables = example("october_2013", ("E06000001", "E06000002"))
    bcf.write_tables(tables._asdict(), file)
    book = openpyxl.load_workbook(file)
    for at, formula in enumerate(formulas, start=2):
        book["outcomes"].cell(at, 4).value = formula
    book["outcomes"]["H3"] = "=1+1"  # in a column that nobody reads
    book.save(file)
    return file


def test_formulas_that_were_never_calculated_are_one_fault_for_each_column(tmp_path: Path) -> None:
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(*bcf.read_tables(with_formulas(tmp_path, "=900+20", "=A1", "=B1")))
    (fault,) = caught.value.problems.to_dict("records")
    assert (fault["column"], fault["value"]) == ("outcome_numerator", "=900+20")
    assert "save it: the formula has never been calculated (3 cells)" in fault["fix"]


def test_formulas_that_were_calculated_are_read_by_their_values(tmp_path: Path) -> None:
    file = with_formulas(tmp_path, "=900+20", "=A1")
    calculated = tmp_path / "calculated.xlsx"
    with ZipFile(file) as parts, ZipFile(calculated, "w") as written:
        for name in parts.namelist():
            data = re.sub(rb"<f>900\+20</f><v ?/>", b"<f>900+20</f><v>920</v>", parts.read(name))
            blank = b'<c r="D3" t="str">'  # a text that came to nothing, as Excel writes it
            written.writestr(name, data.replace(b'<c r="D3"><f>', blank + b"<f>"))
    numbers = bcf.read_tables(calculated).outcomes["outcome_numerator"]
    assert numbers.isna().tolist()[:3] == [False, True, False]
    assert numbers[0] == 920
