"""Tables as statisticians and spreadsheets shape them are refused once for each shape, with what to do."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.files import parse_csv
from bcf_payments.tables.shapes import is_total

from .samples import example

AREAS = ("E06000001", "E06000002", "E08000035")


@pytest.fixture
def tables() -> bcf.Tables:
    return bcf.Tables(*(frame.astype(object) for frame in example("october_2013", AREAS)))


def refused(tables: bcf.Tables, **options: Any) -> pd.DataFrame:
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(*tables, **options)
    return caught.value.problems


def with_rows(frame: pd.DataFrame, *rows: dict[str, object]) -> pd.DataFrame:
    return pd.concat([frame, pd.DataFrame(rows, dtype=object)], ignore_index=True)


def test_totals_are_named_in_one_fault_for_each_table_and_bring_no_others(tables: bcf.Tables) -> None:
    line = {"wave": "wave_2", "metric": "reablement", "outcome_numerator": 7000, "outcome_denominator": 9000}
    codes = ["E92000001", "E12000001", "S", "[z]", "England", None]
    problems = refused(
        tables._replace(
            areas=with_rows(tables.areas, {"area_code": "E92000001", "area_name": "England"}),
            outcomes=with_rows(tables.outcomes, *(line | {"area_code": code} for code in codes)),
        )
    )
    assert problems[["table", "reason", "column"]].to_numpy().tolist() == [
        ["areas", "bad_code", "area_code"],
        ["outcomes", "bad_code", "area_code"],
    ]
    assert "E92000001, E12000001, S, [z], England and one without a code" in problems["fix"][1]
    assert "totals" in problems["fix"][1]


@pytest.mark.parametrize("code", ["Hartlepool", "E0600000l", "E0600001", "Bristol, City of", "1234"])
def test_a_code_that_was_mistyped_is_taken_for_no_total(code: str) -> None:
    assert not is_total(code)


def test_notes_below_a_table_are_one_fault(tables: bcf.Tables) -> None:
    notes = [{"area_code": None}, {"area_code": "Source: NHS England"}, {"area_code": "1. Without the City"}]
    problems = refused(tables._replace(outcomes=with_rows(tables.outcomes, *notes[1:])))
    assert problems["value"].tolist() == ["Source: NHS England"]
    assert "text that stands below the table" in problems["fix"][0]
    assert "2 rows" in problems["fix"][0]


def test_a_code_said_once_for_its_block_is_one_fault_for_each_block(tables: bcf.Tables) -> None:
    outcomes = tables.outcomes.sort_values(["area_code", "wave", "metric"])
    merged = outcomes.assign(area_code=outcomes["area_code"].mask(outcomes["area_code"].duplicated()))
    problems = refused(tables._replace(outcomes=merged))
    assert problems["area_code"].tolist() == list(AREAS)
    assert problems["place"].tolist() == [f"row {row}" for row in (2, 9, 16)]
    assert problems["fix"].str.startswith(tuple(f"write {code} into each row" for code in AREAS)).all()


def test_a_blank_code_among_blocks_stays_a_fault_of_its_own(tables: bcf.Tables) -> None:
    outcomes = tables.outcomes.sort_values(["area_code", "wave", "metric"]).reset_index(drop=True)
    again = outcomes.iloc[[1]].assign(area_code=None)
    merged = outcomes.assign(area_code=outcomes["area_code"].mask(outcomes.index == 1))
    problems = refused(tables._replace(outcomes=pd.concat([merged, again.iloc[[0, 0]]])))
    assert len(problems.query("reason == 'bad_code'")) > 1


def test_one_code_that_is_blank_is_a_code_to_fill_in_and_no_total(tables: bcf.Tables) -> None:
    outcomes = tables.outcomes.copy()
    outcomes.iloc[0, 0] = None
    assert "total" not in " ".join(refused(tables._replace(outcomes=outcomes))["fix"])


@pytest.mark.parametrize(
    ("mark", "says"),
    [
        ("[c]", "suppressed"),
        ("*", "suppressed"),
        ("<5", "suppressed"),
        ("[x]", "not available"),
        ("..", "not available"),
        (":", "not available"),
        ("[z]", "not applicable"),
        ("-", "none or not available"),
    ],
)
def test_shorthand_is_one_fault_that_says_what_it_means(tables: bcf.Tables, mark: str, says: str) -> None:
    outcomes = tables.outcomes.copy()
    outcomes.iloc[:3, 3:5] = mark
    problems = refused(tables._replace(outcomes=outcomes))
    assert problems[["reason", "value"]].to_numpy().tolist() == [["not_a_number", mark]]
    (fix,) = problems["fix"]
    assert fix.startswith(f"{mark} means that the figure is {says}")
    assert "a line without a figure is a missing one" in fix
    assert fix.endswith("(6 cells)")


@pytest.mark.parametrize(
    ("cell", "fix"), [("4.1 (5.2)", "it holds two"), ("12.5 [e]", "leave the mark out: 12.5"), ("7*", ": 7")]
)
def test_a_figure_with_something_beside_it_is_refused_with_the_fix(
    tables: bcf.Tables, cell: str, fix: str
) -> None:
    outcomes = tables.outcomes.copy()
    outcomes.iloc[0, 3] = cell
    assert fix in refused(tables._replace(outcomes=outcomes))["fix"][0]


def test_formulas_without_a_value_are_one_fault_for_each_column(tables: bcf.Tables) -> None:
    outcomes = tables.outcomes.copy()
    outcomes.iloc[:5, 3] = [f"=900+{number}" for number in range(5)]
    outcomes.iloc[:2, 4] = "=SUM(A1:A2)"
    problems = refused(tables._replace(outcomes=outcomes))
    assert problems["column"].tolist() == ["outcome_numerator", "outcome_denominator"]
    assert problems["fix"].str.contains("open the workbook in a spreadsheet program and save it").all()


def test_codes_that_are_formulas_do_not_bring_missing_rows(tables: bcf.Tables) -> None:
    formulas = [f"=VLOOKUP(B{row},codes,1)" for row in range(len(tables.outcomes))]
    outcomes = tables.outcomes.assign(area_code=formulas)
    problems = refused(tables._replace(outcomes=outcomes))
    assert problems[["reason", "column"]].to_numpy().tolist() == [["bad_code", "area_code"]]


def test_headings_below_a_title_are_found(tables: bcf.Tables) -> None:
    titled = pd.DataFrame([["Cells marked [c]", *[""] * 4], list(tables.outcomes.columns[:5])])
    problems = refused(tables._replace(outcomes=titled.rename(columns={0: "Table 2d(1)"})))
    assert problems[["reason", "column"]].to_numpy().tolist() == [["missing_column", "area_code"]]
    assert "row 2 of the table" in problems["fix"][0]


def test_headings_in_two_rows_are_found(tables: bcf.Tables) -> None:
    below = {"Outcome": "outcome_numerator", "unnamed_5": "outcome_denominator"}
    first = tables.outcomes.columns[3:5]
    outcomes = tables.outcomes.rename(columns=dict(zip(first, below, strict=True)))
    problems = refused(tables._replace(outcomes=pd.concat([pd.DataFrame([below]), outcomes])))
    assert problems[["reason", "column"]].to_numpy().tolist() == [["missing_column", "outcome_numerator"]]
    assert "write the headings in one row" in problems["fix"][0]


def test_totals_among_payments_and_decisions_are_one_fault_too(tables: bcf.Tables) -> None:
    settled = bcf.settle(*tables, on_missing="withhold")
    paid = pd.DataFrame({"area_code": ["E06000001", "Total"], "paid_pence": [1, 1]})
    with pytest.raises(bcf.InputError, match="leave out the rows of Total"):
        settled.due(paid)


def a_file(text: str) -> pd.DataFrame:
    return parse_csv(text.encode(), "outcomes", "outcomes.csv")


TITLES = ["Table 2d(1): people\nCells marked [c] are suppressed\n", "Table 2d(1),,\nAs of May,,\n"]


@pytest.mark.parametrize("title", TITLES)
def test_text_above_the_headings_of_a_file_is_refused_with_the_line_of_the_headings(title: str) -> None:
    with pytest.raises(bcf.InputError) as caught:
        a_file(f"{title}\narea_code,wave,metric\nE06000001,wave_1,falls\n")
    assert caught.value.problems["reason"].tolist() == ["unreadable_file"]
    assert "which seem to stand in line 4" in caught.value.problems["fix"][0]


@pytest.mark.parametrize("note", ["Source: NHS England", "Source: NHS England,,", '"Source: NHS, England"'])
def test_text_below_the_table_of_a_file_is_read_for_the_checks_to_tell(note: str) -> None:
    read = a_file(f"area_code,wave,metric\nE06000001,wave_1,falls\n\n{note}\n1. A note\n")
    assert len(read) == 3
    assert read["wave"].notna().tolist() == [True, False, False]


def test_a_short_row_within_the_table_of_a_file_is_refused_with_its_line() -> None:
    with pytest.raises(bcf.InputError, match=r"outcomes.csv, line 2"):
        a_file("area_code,wave,metric\nE06000001\nE06000001,wave_1,falls\n")
