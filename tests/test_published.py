"""A published table becomes tidy rows: nothing is guessed, and every figure is told of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bcf_payments as bcf

from .samples import example

WIDE = """Table 3a: overall satisfaction
Cells marked [c] are suppressed

Code,Area,Region,2015-16,2016-17
E92000001,England,[z],64.4,64.7
E12000001,North East,North East,66.0,67.1
S,Shire counties,[z],64.0,65.0
,Total,,64.0,65.0
E06000060,Buckinghamshire,South East,61.2,62.5
E06000001,Hartlepool,North East,[c],70.1
E06000063,Cumberland,North West,..,64.1
E09000001,City of London,London,,71.0

Source: NHS England
"""
AREAS = pd.DataFrame({"area_code": ["E06000001", "E09000001", "E10000002", "E10000006"]})


def read(folder: Path, text: str, **options: Any) -> bcf.Published:
    file = folder / "3a.csv"
    file.write_text(text)
    return bcf.read_published(file, **{"denominator": 100} | options)


def refused(folder: Path, text: str, **options: Any) -> str:
    with pytest.raises(bcf.InputError) as caught:
        read(folder, text, **options)
    return str(caught.value)


def test_a_wide_table_becomes_a_row_for_each_area_and_period_under_the_codes_of_the_areas(tmp_path):
    table, _ = read(tmp_path, WIDE, areas=AREAS)
    assert table.to_numpy().tolist() == [
        ["E06000001", "2016-17", 70.1, 100],
        ["E09000001", "2016-17", 71.0, 100],
        ["E10000002", "2015-16", 61.2, 100],
        ["E10000002", "2016-17", 62.5, 100],
    ]


def test_what_is_left_out_or_recoded_is_told_with_its_place_and_why(tmp_path):
    report = read(tmp_path, WIDE, areas=AREAS).report
    told = report.groupby("reason", sort=False)["value"].agg(list).to_dict()
    assert told == {
        "total": ["64.4", "64.7", "66.0", "67.1", "64.0", "65.0", "64.0", "65.0"],
        "recoded": ["61.2", "62.5"],
        "no_figure": ["[c]", ""],
        "not_in_areas": ["..", "64.1"],
        "note": [""],
    }
    messages = report.set_index("value")["message"]
    assert messages["[c]"] == "numerator: suppressed"
    assert messages["61.2"].startswith("as E10000002: Buckinghamshire E06000060 took over the whole of")
    assert messages["64.1"].startswith("Cumberland E06000063 took over a part of Cumbria E10000006")
    assert report["place"].iloc[0] == "3a.csv line 5"


def test_without_areas_every_code_of_the_scheme_stays_as_it_is(tmp_path):
    codes = read(tmp_path, WIDE).table["area_code"]
    assert set(codes) == {"E06000001", "E06000060", "E06000063", "E09000001"}


def test_a_sheet_says_in_which_cell_a_figure_stands(tmp_path):
    pytest.importorskip("openpyxl")
    frame = pd.DataFrame({"Code": ["E06000001", "E06000002"], "2015-16": ["[c]", 4], "2016-17": [5, 6]})
    bcf.write_tables({"Contents": pd.DataFrame({"x": ["Notes"]}), "3A": frame}, tmp_path / "a.xlsx")
    with pytest.raises(
        bcf.InputError, match="give sheet=, one of those that hold something: contents and 3a"
    ):
        bcf.read_published(tmp_path / "a.xlsx", denominator=100)
    published = bcf.read_published(tmp_path / "a.xlsx", denominator=100, sheet="3A")
    assert published.report["place"].tolist() == ["3a!B2"]
    assert published.table["numerator"].tolist() == [5, 4, 6]


def test_pairs_of_columns_under_two_rows_of_headings(tmp_path):
    text = (
        "Title,,,,\nCode,2014-15,,2015-16,\n,Delayed days,Population,Delayed days,Population\n"
        "E06000001,10,100,11,101\nE06000002,12,102,13,[x]\n"
    )
    options = {"numerator": "Delayed days", "denominator": "Population"}
    assert "or header=, where two rows make one heading" in refused(tmp_path, text, **options)
    table, report = read(tmp_path, text, header=(2, 3), **options)
    assert table["numerator"].tolist() == [10, 11, 12]
    assert table["denominator"].tolist() == [100, 101, 102]
    assert report["message"].tolist() == ["denominator: not available"]


LONG = """Geographical code,ONS code,Measure,Measure type,Year,Value
England,E92000001,3A,Outcome,2015-16,64.4
104,E06000057,3A,Outcome,2015-16,68.3
104,E06000057,3A,Base,2015-16,488
104,E06000057,2B,Outcome,2015-16,80.1
"""


def test_a_long_table_of_many_measures_is_read_by_what_is_asked_of_it(tmp_path):
    options = {"numerator": "Value", "period": "Year"}
    assert "duplicate_row" in refused(tmp_path, LONG, **options)
    where = {"Measure": "3A", "Measure type": "Outcome"}
    table, report = read(tmp_path, LONG, where=where, **options)
    assert table.to_numpy().tolist() == [["E06000057", "2015-16", 68.3, 100]]
    assert report["reason"].tolist() == ["total", "not_asked", "not_asked"]


def test_the_period_of_a_whole_table_may_be_given(tmp_path):
    text = "Code,Name,NHS,Total\nE06000001,Hartlepool,5,9\n"
    table, _ = read(tmp_path, text, numerator="Total", period="April 2015", denominator=72_627)
    assert table.to_numpy().tolist() == [["E06000001", "April 2015", 9, 72627]]


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("Code,2015-16\nLeeds,5\n", {}, "no cell holds the code of an area"),
        ("Code,Old code,2015-16\nE06000001,E06000002,5\n", {}, "give area_code="),
        ("Code,2015-16\nE06000001,5\n", {"area_code": "Kode"}, "give header="),
        ("Code,2015-16 rate,2015-16 base\nE06000001,5,6\n", {}, "beside the period: 'base' and 'rate'"),
        ("Code,Value\nE06000001,5\n", {}, "give header="),
        ("Code,Value\nE06000001,5\n", {"period": "Value"}, "give header="),
        ("Code,Value\nE06000001,5\n", {"period": "lately", "numerator": "Value"}, "such as '2015-16'"),
        ("Code,2015-16,2015-16\nE06000001,5,6\n", {}, "more than one column holds 2015-16"),
        ('Code,2015-16\nE06000001,"1,234"\n', {}, "leave the thousands separators out: 1234"),
        ("Code,2015-16\nE06000001,4.1 (5.2)\n", {}, "it holds two"),
        ("Code,2015-16\nE06000001,5\nE06000001,6\n", {}, "duplicate_row"),
        ("Code,2015-16\nE06000001,5\nE0600000l,6\n", {}, "bad_code"),
        ("Code,2015-16\nE06000001,5\n", {"header": 7}, "give the number of the row of headings"),
        ("Code,2015-16\nE06000001,5\n", {"denominator": 1.5}, "give a number such as 100"),
        ("Code,2015-16\nE06000001,5\n", {"denominator": 0}, "out_of_range"),
        ("Code,2015-16\nE06000001,5\n", {"where": {"Measure": "3A"}}, "give header="),
    ],
)
def test_what_is_not_clear_is_refused_with_the_option_that_says_it(tmp_path, text, options, says):
    assert says in refused(tmp_path, text, **options)


def test_two_codes_of_one_area_with_a_figure_each_are_refused(tmp_path):
    text = "Code,2015-16\nE10000002,5\nE06000060,6\n"
    assert "duplicate_row" in refused(tmp_path, text, areas=AREAS)
    table, _ = read(tmp_path, text.replace(",6", ",[x]"), areas=AREAS)
    assert table["numerator"].tolist() == [5]


CELLS = st.sampled_from(["", "1", "2.5", "[c]", "..", "<5", "0"])
CODES = ["E06000001", "E06000060", "E06000063", "E10000006", "E92000001", "E12000003", "S", "England"]
PERIODS = ["2014-15", "2015-16", "2016-17"]


@given(rows=st.lists(st.tuples(*[CELLS] * 3), min_size=1, max_size=8), known=st.booleans())
def test_every_figure_is_in_the_table_or_in_the_report(tmp_path_factory, rows: Sequence[Any], known: bool):
    frame = pd.DataFrame(rows, columns=PERIODS).assign(Code=CODES[: len(rows)])[["Code", *PERIODS]]
    table, report = read(
        tmp_path_factory.mktemp("published"), frame.to_csv(index=False), areas=AREAS if known else None
    )
    left_out = report[report["reason"] != "recoded"]
    given_figures = [str(cell) for cell in frame[PERIODS].to_numpy().ravel()]
    found = [f"{float(cell):g}" for cell in table["numerator"]] + left_out["value"].tolist()
    assert sorted(found) == sorted(given_figures)
    assert len(report[report["reason"] == "recoded"]) <= len(table) + len(left_out)


SCHEME = """
name = "satisfaction_only"
title = "User satisfaction, one payment"
area_code_pattern = { value = "E(06|08|09|10)[0-9]{6}", source = ["own"], basis = "assumed" }
[pot]
kind = "fixed"
amount_pounds = { value = 1000000, source = ["own"], basis = "assumed" }
weight = { value = "nhs_weight", source = ["own"], basis = "assumed" }
[metrics.user_experience]
title = "Overall satisfaction"
unit = { value = "per_cent", source = ["own"], basis = "assumed" }
direction = { value = "higher", source = ["own"], basis = "assumed" }
[curves]
proportional = { value = [[0, 0], [1, 1]], source = ["own"], basis = "assumed" }
[[waves]]
name = "w"
title = "Wave"
payment_date = { value = 2017-12-01, source = ["own"], basis = "assumed" }
[[waves.lines]]
metric = { value = "user_experience", source = ["own"], basis = "assumed" }
share = { value = 1, source = ["own"], basis = "assumed" }
curve = { value = "proportional", source = ["own"], basis = "assumed" }
period = { value = { start = 2016-04-01, end = 2017-03-31 }, source = ["own"], basis = "assumed" }
"""
LATER_CODES = {"E10000002": "E06000060", "E10000023": "E06000065", "E10000027": "E06000066"}


def test_the_real_series_settles_and_three_areas_that_only_changed_their_code_are_not_missing(tmp_path):
    """Satisfaction of 2015-16 and 2016-17 under later codes (Open Government Licence, NHS Digital)."""
    tables = example("october_2013")
    rows = [frame.query("metric == 'user_experience'") for frame in tables[1:3]]
    years = [
        frame.set_index("area_code")[column].rename(year)
        for frame, column, year in zip(
            rows, ("baseline_numerator", "outcome_numerator"), ("2015-16", "2016-17"), strict=True
        )
    ]
    series = (
        pd.concat(years, axis=1).rename(index=LATER_CODES).rename_axis("Code").astype(object).fillna("[c]")
    )
    table, report = read(tmp_path, f"Table 3a,,\n{series.to_csv()}", areas=tables.areas)
    before, after = (
        table[table["period"] == year].drop(columns="period").assign(wave="w", metric="user_experience")
        for year in ("2015-16", "2016-17")
    )
    plans = before.rename(
        columns=lambda name: name.replace("numer", "baseline_numer").replace("denom", "baseline_denom")
    )
    plans = plans.assign(target_numerator=plans["baseline_numerator"] + 1, target_denominator=100)
    outcomes = after.rename(
        columns=lambda name: name.replace("numer", "outcome_numer").replace("denom", "outcome_denom")
    )
    settled = bcf.settle(
        tables.areas, plans, outcomes, scheme=bcf.Scheme.from_toml(SCHEME), on_missing="withhold", verify=True
    )
    missing = settled.assessments.query("status == 'missing'")["area_code"].tolist()
    assert missing == ["E09000001"]  # the City's baseline is suppressed
    assert set(report["reason"]) == {"recoded", "no_figure"}
    assert set(report.query("reason == 'recoded'")["area_code"]) == set(LATER_CODES.values())
