"""Tables come in exactly or are refused with every fault, and go out whole or not at all."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import bcf_payments as bcf
from bcf_payments.errors import InputError, MissingExtraError
from bcf_payments.exact.numbers import as_fraction
from bcf_payments.examples import NOTICES, load_example
from bcf_payments.files import Tables, parse_csv, read_tables, write_tables

TABLES = Tables._fields


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_tables(load_example("two_waves")._asdict(), tmp_path / "input")
    return tmp_path / "input"


def cells(*texts: str) -> pd.Series:
    """Read one column as a CSV file would hold it."""
    quoted = "".join('"' + text.replace('"', '""') + '",x\n' for text in texts)
    return parse_csv(("number,other\n" + quoted).encode(), "plans", "plans.csv")["number"]


def problems(read: Callable[[], object]) -> pd.DataFrame:
    with pytest.raises(InputError) as caught:
        read()
    return caught.value.problems


def fault_of(data: bytes) -> pd.Series:
    found = problems(lambda: parse_csv(data, "plans", "plans.csv"))
    assert len(found) == 1
    assert found.loc[0, "table"] == "plans"
    return found.loc[0]


# Numbers


def test_whole_numbers_become_integers() -> None:
    assert cells("1", "+20", "-3", "007").tolist() == [1, 20, -3, 7]
    assert cells("1", "2").dtype == "int64"


def test_the_largest_integer_fits_and_the_next_stays_as_it_is_written() -> None:
    assert cells("9223372036854775807").tolist() == [2**63 - 1]
    assert cells("9223372036854775808").tolist() == ["9223372036854775808"]


def test_decimals_become_floats_and_blanks_become_missing() -> None:
    numbers = cells("0.1", "", "2.5e3", "12")
    assert numbers.dtype == "float64"
    assert numbers.dropna().tolist() == [0.1, 2500.0, 12.0]
    assert numbers.isna().tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    "text",
    ["1,234", "77%", "1_000", "nan", "inf", "1/12", "١٢", " 1", "0x1F", "1e400", "0.12345678901234567"],
)
def test_a_column_with_anything_else_in_it_stays_as_it_is_written(text: str) -> None:
    assert cells("1", text).tolist() == ["1", text]


@given(
    st.lists(
        st.builds(
            lambda digits, exponent, sign: sign + f"{Decimal(digits).scaleb(exponent)}",
            st.integers(0, 10**17),
            st.integers(-60, 60),
            st.sampled_from(["", "-", "+"]),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_every_cell_keeps_the_exact_number_that_is_written(texts: list[str]) -> None:
    read = cells(*texts).tolist()
    assert [as_fraction(value) for value in read] == [Fraction(text) for text in texts]


def test_codes_and_periods_stay_text_whatever_they_look_like() -> None:
    data = b"area_code,baseline_period,region\n007,2014,1e5\n"
    assert parse_csv(data, "plans", "plans.csv").loc[0].tolist() == ["007", "2014", "1e5"]


def test_words_that_pandas_takes_for_missing_stay_words() -> None:
    assert cells("NA", "null", "None").tolist() == ["NA", "null", "None"]


# CSV files that are accepted


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbfa,b\n1,x\n",
        b"a,b\r\n1,x\r\n",
        b"a,b\r1,x\r",
        b"a,b\n1,x",
        b" a , b \n1,x\n",
        b'"a","b"\n"1","x"\n',
        b"a,b\n1,x\n\n\n",
        b"a,b\n1,x\n,\n,,,\n , \n",
        b"\n\na,b\n\n1,x\n",
        b"a,b,,\n1,x,,\n",
        b"a\tb\n1\tx\n",
        "a\tb\r\n1\tx\r\n".encode("utf-16"),
        "a,b\r\n1,x\r\n".encode("utf-16"),
    ],
    ids=[
        "byte-order mark",
        "Windows line ends",
        "old Mac line ends",
        "no last line end",
        "spaces around headings",
        "quoted cells",
        "empty rows at the end",
        "rows of commas at the end",
        "empty rows anywhere",
        "nameless empty columns",
        "Excel's 'Text (Tab delimited)'",
        "Excel's 'Unicode Text'",
        "UTF-16 with commas",
    ],
)
def test_a_csv_file_may_be_written_in_this_way(data: bytes) -> None:
    frame = parse_csv(data, "plans", "plans.csv")
    assert frame.to_dict("list") == {"a": [1], "b": ["x"]}


def test_what_excel_on_windows_saves_as_plain_csv_is_read() -> None:
    frame = parse_csv("a,b\n1,Ynys Môn œ west\n".encode("cp1252"), "areas", "areas.csv")
    assert frame["b"].tolist() == ["Ynys Môn œ west"]


def test_the_index_that_pandas_saves_does_no_harm(folder: Path) -> None:
    for table in TABLES:
        frame = pd.read_csv(folder / f"{table}.csv", dtype=str)
        frame.to_csv(folder / f"{table}.csv")
    tables = read_tables(folder)
    assert {name for frame in tables for name in frame if "unnamed" in name} == {"unnamed_1"}
    bcf.settle(*tables, on_missing="withhold")


def test_quoted_cells_may_hold_commas_quotes_and_line_ends() -> None:
    frame = parse_csv(b'area_name,b\n"Hull, City of",1\n"say ""a""\nb",2\n', "areas", "areas.csv")
    assert frame["area_name"].tolist() == ["Hull, City of", 'say "a"\nb']


def test_a_nameless_column_with_something_in_it_is_kept_under_its_number() -> None:
    assert list(parse_csv(b",a\n0,1\n", "plans", "plans.csv")) == ["unnamed_1", "a"]


def test_a_table_of_headings_alone_has_no_rows() -> None:
    frame = parse_csv(b"area_code,n\n", "plans", "plans.csv")
    assert list(frame) == ["area_code", "n"]
    assert frame.empty


# CSV files that are refused


@pytest.mark.parametrize(
    ("data", "value", "fix"),
    [
        (b"", "empty file", "headings"),
        (b"\n \n,,\n", "empty file", "headings"),
        (b"a;b\n1;2\n", "semicolons", "CSV UTF-8 (comma delimited)"),
        (b"a;b\n1,5;2\n", "semicolons", "commas, not semicolons"),
        (b"a|b\n1|2\n", "vertical bars", "commas, not vertical bars"),
        (b"\xff\xfea", "broken UTF-16", "CSV UTF-8"),
        ("a,b\n1,2\n".encode("utf-16-le"), "not a text file", "CSV UTF-8"),
        (b"a,b\n1,2\n1,\x81\n", "line 3: neither UTF-8 nor Windows text", "CSV UTF-8"),
        (b"PK\x03\x04 and so on", "workbook", "CSV UTF-8"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not a text file", "CSV UTF-8"),
        (b"a,b\n1,2\n1,234,5\n", "line 3: more or fewer cells", "2 cells"),
        (b"a,b\n1\n1,2\n1,2,3\n", "lines 2, 4: more or fewer cells", "2 cells"),
        (b"a,b\n" + b"1\n" * 8, "lines 2, 3, 4, 5, 6 and 3 more", "2 cells"),
        (b'a,b\n1,"2\n3,4\n', "line 3: unexpected end of data", "quotation marks"),
        (b'a,b\n1,"2"3\n', "line 2", "quotation marks"),
    ],
)
def test_a_csv_file_that_is_something_else_is_refused_with_its_fix(data: bytes, value: str, fix: str) -> None:
    fault = fault_of(data)
    assert fault["reason"] == "unreadable_file"
    assert value in fault["value"]
    assert fix in fault["fix"]


def test_headings_that_stand_twice_are_refused_each() -> None:
    found = problems(lambda: parse_csv(b"a,b,a, b\n1,2,3,4\n", "plans", "plans.csv"))
    assert found["column"].tolist() == ["a", "b"]
    assert set(found["reason"]) == {"unreadable_file"}


# Folders


def test_a_folder_of_csv_files_gives_the_tables_that_were_written(folder: Path) -> None:
    for read, written in zip(read_tables(folder), load_example("two_waves"), strict=True):
        assert_frame_equal(read, written)


def test_names_of_files_may_be_in_capitals(folder: Path) -> None:
    (folder / "plans.csv").rename(folder / "Plans.CSV")
    assert len(read_tables(folder).plans) == 1_053


def test_a_folder_without_the_tables_lacks_all_four(tmp_path: Path) -> None:
    found = problems(lambda: read_tables(tmp_path))
    assert found["table"].tolist() == list(TABLES)
    assert set(found["reason"]) == {"missing_table"}


def test_a_file_of_nearly_the_right_name_is_pointed_out(folder: Path) -> None:
    (folder / "plans.csv").rename(folder / "plan.csv")
    (folder / "areas.csv").rename(folder / "areas.xls")
    found = problems(lambda: read_tables(folder)).set_index("table")["fix"]
    assert "plan.csv is there" in found["plans"]
    assert "save areas.xls as areas.csv" in found["areas"]


def test_a_workbook_in_a_folder_without_tables_is_pointed_out(tmp_path: Path) -> None:
    (tmp_path / "submission.xlsx").write_bytes(b"")
    assert "submission.xlsx" in problems(lambda: read_tables(tmp_path)).loc[0, "fix"]


def test_the_faults_of_all_files_come_at_once(folder: Path) -> None:
    (folder / "areas.csv").write_bytes(b"a;b\n")
    (folder / "plans.csv").write_bytes(b"")
    (folder / "outcomes.csv").unlink()
    (folder / "outcomes.csv").mkdir()
    (folder / "assurance.csv").unlink()
    found = problems(lambda: read_tables(folder))
    assert found["table"].tolist() == list(TABLES)
    assert found["reason"].tolist() == ["unreadable_file"] * 3 + ["missing_table"]


def test_two_files_for_one_table_are_refused(folder: Path) -> None:
    (folder / "plans.parquet").write_bytes(b"")
    found = problems(lambda: read_tables(folder))
    assert found["value"].tolist() == ["plans.csv and plans.parquet"]
    assert "keep one" in found.loc[0, "fix"]


@pytest.mark.parametrize(
    ("name", "fix"),
    [
        ("areas.csv", "give the folder"),
        ("areas.parquet", "give the folder"),
        ("tables.ods", "Excel workbook (.xlsx)"),
        ("tables.xls", "Excel workbook (.xlsx)"),
    ],
)
def test_a_path_that_is_neither_folder_nor_workbook_is_refused(tmp_path: Path, name: str, fix: str) -> None:
    (tmp_path / name).write_bytes(b"a,b\n")
    assert fix in problems(lambda: read_tables(tmp_path / name)).loc[0, "fix"]


def test_a_path_that_is_not_there_gets_the_nearest_one(folder: Path) -> None:
    found = problems(lambda: read_tables(folder.with_name("inputs")))
    assert found.loc[0, "reason"] == "unreadable_file"
    assert f"did you mean {folder}?" in found.loc[0, "fix"]
    far = problems(lambda: read_tables(folder / "no" / "such" / "place"))
    assert far.loc[0, "fix"] == "check the path: nothing is there"


# Forms


FORM = """# This row is not read.,,,,,,
area_code,wave,metric,target_numerator,target_denominator,sample_size,baseline_period
E06000001,wave_1,reablement,1,100,,
E06000001,wave_1,local,,,,2014
E06000002,wave_1,reablement,,1,30,
E06000002,wave_1,local,,100,,
"""


def test_rows_of_a_form_that_nobody_has_filled_in_count_as_no_rows() -> None:
    frame = parse_csv(FORM.encode(), "plans", "plans.csv")
    assert frame["target_denominator"].tolist() == [100, 100]
    assert frame["target_numerator"].isna().tolist() == [False, True]


def test_without_a_remark_above_the_headings_every_row_counts() -> None:
    table = FORM.partition("\n")[2]
    assert len(parse_csv(table.encode(), "plans", "plans.csv")) == 4
    with_remark_below = table + "# not above,,,,,,\n"
    assert len(parse_csv(with_remark_below.encode(), "plans", "plans.csv")) == 5


def test_a_day_of_submission_that_no_row_of_a_form_gives_is_not_tested() -> None:
    form = "# Remark,,\narea_code,plan_status,submitted_on\nE06000001,approved,{}\nE06000002,,\n"
    assert list(parse_csv(form.format("").encode(), "assurance", "a.csv")) == ["area_code", "plan_status"]
    dated = parse_csv(form.format("2014-04-04").encode(), "assurance", "a.csv")
    assert dated.to_dict("records") == [
        {"area_code": "E06000001", "plan_status": "approved", "submitted_on": "2014-04-04"}
    ]


# Workbooks and Parquet


def few() -> Tables:
    example = load_example("two_waves")
    codes = example.areas["area_code"].head(5)
    return Tables(*(frame[frame["area_code"].isin(codes)].reset_index(drop=True) for frame in example))


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    pytest.importorskip("openpyxl")
    return write_tables(few()._asdict(), tmp_path, file_format="xlsx", notices=NOTICES)[0]


def edit(workbook: Path, sheet: str, cell: str, value: object, number_format: str = "General") -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(workbook)
    book[sheet][cell] = value
    book[sheet][cell].number_format = number_format
    book.save(workbook)


def test_a_workbook_gives_the_tables_that_were_written(workbook: Path) -> None:
    for read, written in zip(read_tables(workbook), few(), strict=True):
        assert_frame_equal(read.astype(object), written.astype(object))


def test_a_workbook_says_its_notices_on_the_first_sheet(workbook: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(workbook)
    assert book.sheetnames == ["notice", *TABLES]
    assert [row[0] for row in book["notice"].iter_rows(values_only=True)] == ["notice", *NOTICES]


def test_a_share_shown_as_a_percentage_reads_as_one_so_that_it_is_refused(workbook: Path) -> None:
    edit(workbook, "plans", "D2", 0.775, "0.0%")
    assert read_tables(workbook).plans["baseline_numerator"].iloc[0] == "77.5%"


def test_numbers_kept_as_text_dates_and_booleans_of_a_workbook_are_read(workbook: Path) -> None:
    edit(workbook, "plans", "D2", "1788")
    edit(workbook, "assurance", "C2", value=True)
    edit(workbook, "assurance", "H1", "submitted_on")
    edit(workbook, "assurance", "H2", pd.Timestamp("2014-04-04").to_pydatetime(), "yyyy-mm-dd")
    tables = read_tables(workbook)
    assert tables.plans["baseline_numerator"].iloc[0] == 1788
    assert tables.assurance["protects_social_care"].iloc[0] == "true"
    assert tables.assurance["submitted_on"].iloc[0] == "2014-04-04"


def test_blank_rows_and_columns_of_a_sheet_are_left_out(workbook: Path) -> None:
    edit(workbook, "plans", "P1", "", "0.00")
    edit(workbook, "plans", "A50", None, "0.00")
    read, written = read_tables(workbook).plans, few().plans
    assert_frame_equal(read.astype(object), written.astype(object))


def test_sheets_that_are_missing_or_empty_are_refused_at_once(workbook: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(workbook)
    book["plans"].title = "plan"
    book["areas"].delete_rows(1, 200)
    book.save(workbook)
    found = problems(lambda: read_tables(workbook))
    assert found["table"].tolist() == ["areas", "plans"]
    assert found["reason"].tolist() == ["unreadable_file", "missing_table"]
    assert "sheet plan is there" in found.loc[1, "fix"]


def test_sheets_may_be_named_in_any_case_and_a_workbook_may_hold_macros(workbook: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(workbook)
    book["plans"].title = " Plans "
    book["areas"].title = " AREAS"
    book.save(workbook.with_suffix(".xlsm"))
    assert_frame_equal(read_tables(workbook.with_suffix(".xlsm")).plans, read_tables(workbook).plans)


def test_two_sheets_for_one_table_are_refused(workbook: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(workbook)
    book.copy_worksheet(book["plans"]).title = "plans "
    book.save(workbook)
    found = problems(lambda: read_tables(workbook))
    assert found[["table", "reason"]].to_numpy().tolist() == [["plans", "unreadable_file"]]
    assert "keep one" in found.loc[0, "fix"]


def test_a_text_too_long_for_a_cell_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    frame = pd.DataFrame({"message": ["a" * 32_767, "b" * 32_768]})
    found = problems(lambda: write_tables({"warnings": frame}, tmp_path / "out", file_format="xlsx"))
    assert found.loc[0, "value"].startswith("bbb")
    assert "csv or parquet" in found.loc[0, "fix"]
    assert not (tmp_path / "out").exists()


def test_the_same_tables_give_the_same_workbook(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    files = [write_tables(few()._asdict(), tmp_path / name)[0] for name in ("a.xlsx", "b.xlsx")]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_number_keeps_all_its_digits_in_a_workbook(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    numbers = [0.1 + 0.2, 1e300, 5e-324, 10**15 - 1, 10**15 + 1, 2**63, Decimal("0.1"), Decimal(1) / 3]
    areas = pd.DataFrame({"area_code": map(str, range(8)), "weight": pd.Series(numbers, dtype=object)})
    (file,) = write_tables(dict.fromkeys(TABLES, areas), tmp_path / "a.xlsx")
    read = read_tables(file).areas["weight"]
    assert list(map(as_fraction, read)) == list(map(as_fraction, numbers))


@pytest.mark.parametrize("file_format", ["csv", "parquet", "xlsx"])
def test_what_must_be_said_with_tables_goes_with_them(tmp_path: Path, file_format: str) -> None:
    pytest.importorskip({"parquet": "pyarrow", "xlsx": "openpyxl"}.get(file_format, "pandas"))
    files = write_tables(load_example("two_waves")._asdict(), tmp_path, file_format=file_format)  # type: ignore[arg-type]
    read = read_tables(files[0] if file_format == "xlsx" else tmp_path)
    assert all(frame.attrs["notices"] == NOTICES for frame in read)


@pytest.mark.parametrize(
    "data", [b"", b"not a workbook", b"PK\x03\x04garbage", b"\xd0\xcf\x11\xe0 old Excel"]
)
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, data: bytes) -> None:
    pytest.importorskip("openpyxl")
    (tmp_path / "tables.xlsx").write_bytes(data)
    found = problems(lambda: read_tables(tmp_path / "tables.xlsx"))
    assert found.loc[0, "reason"] == "unreadable_file"
    assert "workbook (.xlsx)" in found.loc[0, "fix"]


def test_a_text_that_looks_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    frame = pd.DataFrame({"message": ["=1+1", "a\x07b"]})
    (file,) = write_tables({"warnings": frame}, tmp_path, file_format="xlsx")
    sheet = openpyxl.load_workbook(file)["warnings"]
    assert [(cell.value, cell.data_type) for cell in sheet["A"][1:]] == [("=1+1", "s"), ("a_x0007_b", "s")]
    assert [cell.quotePrefix for cell in sheet["A"][1:]] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "a_x000D_b",
        "a\rb",
        "_x005F_x000D_",
        "_x000d__x0041_",
        "\x00\x1f\ufffe\uffff",
        "<r>a</r>",
        "<r><t>a</t></r>",
        "&amp; < > \"'",
        "{=1+1}",
        "=1+1",
        "http://a.b",
        "internal:areas!A1",
        " a ",
        "a\n\tb\n",
        "\N{GRINNING FACE}" * 20_000,
    ],
)
def test_every_text_reads_back_from_a_workbook_as_it_was(tmp_path: Path, text: str) -> None:
    pytest.importorskip("openpyxl")
    table = pd.DataFrame({"area_code": ["E06000001"], "area_name": [text]})
    (file,) = write_tables(dict.fromkeys(TABLES, table), tmp_path / "a.xlsx")
    assert read_tables(file).areas["area_name"].tolist() == [text]


@pytest.mark.parametrize("names", [["a/b"], ["a" * 32], ["plans", "PLANS"], ["'plans'"]])
def test_names_that_no_sheet_can_bear_are_refused_before_anything_is_written(
    tmp_path: Path, names: list[str]
) -> None:
    pytest.importorskip("xlsxwriter")
    tables = dict.fromkeys(names, pd.DataFrame({"a": [1]}))
    found = problems(lambda: write_tables(tables, tmp_path / "out", file_format="xlsx"))
    assert found["value"].tolist() == names[-1:]
    assert "31 characters" in found.loc[0, "fix"]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-1/12", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "'=1"])
def test_no_text_is_a_formula_to_a_program_that_opens_the_csv_file(tmp_path: Path, text: str) -> None:
    frame = pd.DataFrame({text: [text, "King's Lynn", "'tis", "-5"], "n": [-5, -1.5, 2, 3]})
    (file,) = write_tables({"messages": frame}, tmp_path)
    rows = list(csv.reader(io.StringIO(file.read_bytes().decode(), newline="")))
    guarded = "'" + text
    assert [row[0] for row in rows] == [guarded, guarded, "King's Lynn", "'tis", "-5"]
    assert [row[1] for row in rows[1:3]] == ["-5.0", "-1.5"]
    assert parse_csv(file.read_bytes(), "plans", "plans.csv").iloc[:, 0].tolist() == frame[text].tolist()


def test_a_table_too_long_for_a_sheet_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    long = pd.DataFrame(index=range(1_048_576))
    found = problems(lambda: write_tables({"payments": long}, tmp_path / "out", file_format="xlsx"))
    assert "csv or parquet" in found.loc[0, "fix"]
    assert not (tmp_path / "out").exists()


def test_parquet_gives_the_tables_that_were_written(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    example = load_example("p4p_2015_16")
    names = [file.name for file in write_tables(example._asdict(), tmp_path, file_format="parquet")]
    assert names == [*(f"{table}.parquet" for table in TABLES), "NOTICE.txt"]
    for read, written in zip(read_tables(tmp_path), example, strict=True):
        filled = [frame.astype(object).where(frame.notna(), "") for frame in (read, written)]
        assert_frame_equal(*filled)


def test_parquet_keeps_large_integers_beside_blanks_and_writes_days_as_text(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    example = load_example("two_waves")
    large = pd.array([2**53 + 1, *[None] * 150], dtype="Int64")
    areas = example.areas.assign(nhs_weight=large)
    assurance = example.assurance.assign(submitted_on=pd.Timestamp("2014-04-04"))
    tables = example._replace(areas=areas, assurance=assurance)
    write_tables(tables._asdict(), tmp_path, file_format="parquet")
    read = read_tables(tmp_path)
    assert read.areas["nhs_weight"].iloc[0] == 2**53 + 1
    assert set(read.assurance["submitted_on"]) == {"2014-04-04"}


def as_pandas_users_save_them(tables: Tables) -> Tables:
    """The same tables with the types and indexes that pandas users have."""
    areas = tables.areas.set_index("area_code").convert_dtypes()
    plans = tables.plans.astype({"wave": "category", "metric": "category", "target_numerator": "Float64"})
    outcomes = tables.outcomes.convert_dtypes(dtype_backend="pyarrow").set_index(
        ["area_code", "wave", "metric"]
    )
    truths = {"true": True, "false": False}
    assurance = tables.assurance.map(lambda cell: truths.get(cell, cell)).convert_dtypes()
    return Tables(areas, plans.sample(frac=1, random_state=1), outcomes, assurance)


@pytest.mark.parametrize("file_format", ["parquet", "xlsx", "csv"])
def test_whatever_pandas_users_commonly_save_opens(tmp_path: Path, file_format: str) -> None:
    pytest.importorskip({"parquet": "pyarrow", "xlsx": "openpyxl"}.get(file_format, "pandas"))
    pytest.importorskip("pyarrow")
    tables = few()
    saved = as_pandas_users_save_them(tables)
    place = tmp_path / "tables.xlsx" if file_format == "xlsx" else tmp_path
    if file_format == "xlsx":
        with pd.ExcelWriter(place) as writer:
            for name, frame in saved._asdict().items():
                frame.to_excel(writer, sheet_name=f" {name.upper()}", merge_cells=False)
    else:
        for name, frame in saved._asdict().items():
            getattr(frame, f"to_{file_format}")(tmp_path / f"{name}.{file_format}")
    read = bcf.settle(*read_tables(place), on_missing="withhold")
    assert_frame_equal(read.ledger, bcf.settle(*tables, on_missing="withhold").ledger)
    assert not [name for frame in read_tables(place) for name in frame if "__index_level" in name]


def test_a_broken_parquet_file_is_refused(folder: Path) -> None:
    pytest.importorskip("pyarrow")
    (folder / "plans.csv").unlink()
    (folder / "plans.parquet").write_bytes(b"PAR1 broken")
    found = problems(lambda: read_tables(folder))
    assert found[["table", "reason"]].to_numpy().tolist() == [["plans", "unreadable_file"]]


@pytest.mark.parametrize(
    ("module", "part", "file_format", "extra"),
    [("openpyxl", "xlsxwriter", "xlsx", "excel"), ("pyarrow", "pyarrow.parquet", "parquet", "parquet")],
)
def test_a_format_without_its_packages_names_the_command_that_adds_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch, module: str, part: str, file_format: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, part, None)
    command = rf'pip install "bcf-payments\[{extra}\]"'
    with pytest.raises(MissingExtraError, match=command):
        write_tables({}, folder / "out", file_format=file_format)  # type: ignore[arg-type]
    (folder / "areas.csv").unlink()
    stored = folder / f"areas.{file_format}"
    stored.write_bytes(b"")
    with pytest.raises(MissingExtraError, match=command):
        read_tables(stored if file_format == "xlsx" else folder)


# Writing


def test_notices_go_into_a_file_beside_the_tables(tmp_path: Path) -> None:
    frame = pd.DataFrame({"earned_pence": [1]})
    files = write_tables({"payments": frame}, tmp_path / "a" / "b", notices=NOTICES)
    assert [file.name for file in files] == ["payments.csv", "NOTICE.txt"]
    assert files[1].read_text(encoding="utf-8").splitlines() == list(NOTICES)


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    found = problems(lambda: write_tables({}, tmp_path, file_format="ods"))  # type: ignore[arg-type]
    assert found.loc[0, "fix"] == "write one of: csv, parquet, xlsx"


def test_a_failure_half_way_leaves_the_folder_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = pd.DataFrame({"earned_pence": [1]})
    write_tables({"payments": frame, "reviews": frame}, tmp_path)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    write = pd.DataFrame.to_csv

    def fail_at_reviews(self: pd.DataFrame, path: Path, **options: object) -> None:
        if path.name == "reviews.csv":
            raise OSError(28, "No space left on device", str(path))
        write(self, path, **options)

    monkeypatch.setattr(pd.DataFrame, "to_csv", fail_at_reviews)
    with pytest.raises(OSError, match="No space left"):
        write_tables({"payments": frame + 1, "reviews": frame + 1}, tmp_path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_a_notice_of_an_earlier_writing_does_not_outlive_it(tmp_path):
    table = {"areas": pd.DataFrame({"area_code": ["E06000001"]})}
    write_tables(table, tmp_path, notices=("Illustration.",))
    assert (tmp_path / "NOTICE.txt").exists()
    write_tables(table, tmp_path)
    assert (tmp_path / "NOTICE.txt").exists()
    write_tables(table, tmp_path, notices=())
    assert not (tmp_path / "NOTICE.txt").exists()
