"""Returns: the quarterly layout, what became of every penny, and files that spreadsheets open."""

from __future__ import annotations

import zipfile

import openpyxl
import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.examples import NOTICES
from bcf_payments.returns.writing import write_returns

from .samples import settled

KEY = ["area_code", "wave", "line"]
SCHEMES = bcf.available_schemes()
HARTLEPOOL, BIRMINGHAM, OXFORDSHIRE = "E06000001", "E08000025", "E10000025"


def row(text: str, label: str) -> list[str]:
    """The cells of a row of a printed return."""
    (line,) = (line for line in text.splitlines() if line.startswith(f"{label}  "))
    return line.removeprefix(label).split()


def test_the_quarterly_layout_shows_what_was_worked_out_by_hand():
    text = str(settled("july_2014").return_for(HARTLEPOOL))
    # 337 admissions fewer at £1,490: £502,130; 30 of 337, then 163, 222 and 302 of them are reached.
    assert row(text, "baseline") == ["2,360", "2,384", "2,370", "2,509", "9,623"]
    assert row(text, "planned reduction so far") == ["83", "166", "249", "337"]
    assert row(text, "actual reduction so far") == ["30", "163", "222", "302"]
    assert row(text, "actual % change") == ["-1.3%", "-5.6%", "-2.5%", "-3.2%", "-3.1%"]
    largest = ["£123,670.00", "£202,640.00", "£128,140.00", "£171,350.00"]
    assert row(text, "largest payment possible") == largest
    assert row(text, "suggested payment")[:4] == ["£44,700.00", "£198,170.00", "£87,910.00", "£119,200.00"]
    assert row(text, "of it for earlier points")[1] == "£74,500.00"
    assert row(text, "held back")[-1] == "£126,650.00"
    assert "to NHS-commissioned out-of-hospital services, in the area   £52,150.00" in text
    assert NOTICES[0] in text


def test_quarters_that_have_not_come_show_what_they_can_still_pay():
    found = settled("july_2014", through="q1_2015_16").return_for(HARTLEPOOL)
    text = str(found)
    assert row(text, "result")[-4:] == ["not", "due", "not", "due"]
    assert row(text, "left from earlier points") == ["£0.00", "£78,970.00", "£4,470.00", "£4,470.00"]
    assert found.rest.to_numpy().tolist() == [
        ["paid", 24287000],
        ["held back; a later payment point may still make it good", 447000],
        ["not yet due", 25479000],
    ]


def test_an_area_without_all_its_plans_says_why_it_has_no_pot():
    found = settled("july_2014").return_for(BIRMINGHAM)
    assert found.pot_pence == 0
    assert found.rest.empty
    assert "no plan for q2_2015_16, q3_2015_16" in found.remarks[0]
    assert found.remarks[0] in str(found)
    assert row(str(found), "actual")[:1] == ["-"]


def test_a_plan_without_improvement_has_no_pot_and_no_payment():
    areas, plans, outcomes, assurance = bcf.load_example("p4p_2015_16")
    here = plans["area_code"] == HARTLEPOOL
    plans.loc[here, "target_numerator"] = plans.loc[here, "baseline_numerator"]
    july = bcf.settle(areas, plans, outcomes, assurance, "july_2014", on_missing="withhold")
    found = july.return_for(HARTLEPOOL)
    assert found.pot_pence == 0
    assert row(str(found), "planned % change") == ["0.0%"] * 5
    assert "no improvement" in found.remarks[0]


def test_other_schemes_show_each_payment_point_with_its_lines():
    found = settled("december_2013").return_for(OXFORDSHIRE)
    assert [block.title for block in found.blocks()] == [
        "Wave 1: April 2015, paid on 1 April 2015",
        "Wave 2: October 2015, paid on 1 October 2015",
    ]
    assert found.blocks()[0].headings == ("conditions", "delayed_transfers", "emergency_admissions", "local")
    assert found.rest["what"].tolist() == [
        "paid",
        "held back; awaits the decision of a review",
        "held back: plan not approved",
        "held back: data missing",
    ]
    assert found.rest["amount_pence"].sum() == found.pot_pence


def test_decisions_say_where_held_back_money_goes():
    december = settled("december_2013")
    decisions = december.reviews[KEY].assign(
        hwb_agrees="yes", nhs_england_agrees="yes", peer_reviewer_agrees="yes"
    )
    found = december.resolve(decisions).return_for(OXFORDSHIRE)
    assert "to recovery plan, in the area" in set(found.rest["what"])


def test_money_is_held_back_for_good_where_a_scheme_has_no_review():
    scheme = bcf.load_scheme("october_2013").replace(review=None)
    october = bcf.settle(*bcf.load_example("two_waves"), scheme, on_missing="withhold")
    assert october.return_for(HARTLEPOOL).rest["what"].tolist() == ["paid", "held back: target missed"]


def test_separate_quarters_carry_nothing_over():
    july = settled("july_2014")
    separate = july.under(july.scheme.replace(cumulative=False))
    assert not separate.returns()["carried_over_pence"].any()
    assert "left from earlier points" not in str(separate.return_for(HARTLEPOOL))


def test_an_area_that_is_not_there_gets_the_nearest():
    with pytest.raises(bcf.InputError, match="did you mean E06000001"):
        settled("july_2014").return_for("E06000000")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_return_shows_itself_in_a_notebook(scheme):
    found = settled(scheme).return_for(HARTLEPOOL)
    html = found._repr_html_()
    assert NOTICES[0] in html
    assert all(block.title in html for block in found.blocks())
    assert repr(found).startswith(f"<Return of Hartlepool (E06000001), North East, {scheme}: paid £")


def test_names_of_areas_cannot_write_into_a_page():
    areas, *rest = bcf.load_example("two_waves")
    areas.loc[0, "area_name"] = "<script>alert(1)</script>"
    october = bcf.settle(areas, *rest, on_missing="withhold")
    assert "<script>" not in october.return_for(HARTLEPOOL)._repr_html_()


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_screen_shows_the_return_within_its_width(scheme, run):
    status, out, err = run("return", "hartlepool", "--scheme", scheme)
    assert (status, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 100
    assert "suggested payment" in out
    assert "What became of the pot" in out
    assert " ".join(NOTICES[0].split()) in " ".join(out.split())


def test_a_return_is_written_as_csv_with_its_notice(tmp_path, run):
    status, out, _ = run("return", HARTLEPOOL, "--out", tmp_path / "new" / "hartlepool.csv")
    assert status == 0
    assert str(tmp_path / "new" / "hartlepool.csv") in out
    written = pd.read_csv(tmp_path / "new" / "hartlepool.csv", keep_default_na=False)
    lines = settled("october_2013").return_for(HARTLEPOOL).lines
    assert written["earned_pence"].tolist() == lines["earned_pence"].tolist()
    notice = (tmp_path / "new" / "hartlepool.notice.txt").read_text(encoding="utf-8")
    assert notice.splitlines() == list(NOTICES)
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == [
        "hartlepool.csv",
        "hartlepool.notice.txt",
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_sheet_has_the_layout_in_pounds_and_the_lines_in_pence(scheme, tmp_path):
    found = settled(scheme).return_for(HARTLEPOOL)
    assert found.write(tmp_path / "one.xlsx") == [tmp_path / "one.xlsx"]
    book = openpyxl.load_workbook(tmp_path / "one.xlsx")
    assert book.sheetnames == ["return", "lines"]
    cells = {line[0].value: line for line in book["return"].iter_rows()}
    assert cells[NOTICES[0]]
    paid = cells["paid"][1]
    assert (paid.value, paid.number_format[:1]) == (found.lines["earned_pence"].sum() / 100, "£")
    assert isinstance(cells["actual % change"][3].value, float)
    (earned,) = (column for column in book["lines"].iter_cols() if column[0].value == "earned_pence")
    assert [cell.value for cell in earned[1:]] == found.lines["earned_pence"].tolist()


def test_all_areas_stand_in_one_sheet_a_row_each(tmp_path, run):
    status, out, _ = run("return", "all", "--scheme", "july_2014", "--out", tmp_path / "all.xlsx")
    assert (status, out.splitlines()[-1]) == (0, str(tmp_path / "all.xlsx"))
    sheet = openpyxl.load_workbook(tmp_path / "all.xlsx")["returns"]
    rows = list(sheet.iter_rows(values_only=True))
    first = next(index for index, line in enumerate(rows) if line[0] == HARTLEPOOL)
    assert len(rows) - first == 151
    suggested = [at for at, text in enumerate(rows[first - 3]) if text == "suggested payment"]
    assert [rows[first][at] for at in suggested] == [44700, 198170, 87910, 119200]


def test_all_areas_as_csv_are_the_returns(tmp_path):
    written = write_returns(settled("july_2014"), settled("july_2014").returns(), tmp_path / "all.csv")
    assert [file.name for file in written] == ["all.csv", "all.notice.txt"]
    assert len(pd.read_csv(written[0])) == 151 * 4


def test_a_name_that_looks_like_a_formula_stays_text_in_a_sheet(tmp_path):
    areas, *rest = bcf.load_example("two_waves")
    areas.loc[0, "area_name"] = "=1+1"
    october = bcf.settle(areas, *rest, on_missing="withhold")
    october.return_for(HARTLEPOOL).write(tmp_path / "one.xlsx")
    with zipfile.ZipFile(tmp_path / "one.xlsx") as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_another_ending_is_refused(tmp_path, run):
    with pytest.raises(bcf.InputError, match=r"end the name in \.csv or \.xlsx"):
        settled("october_2013").return_for(HARTLEPOOL).write(tmp_path / "one.pdf")
    with pytest.raises(bcf.InputError, match=r"end the name in \.csv or \.xlsx"):
        write_returns(settled("october_2013"), settled("october_2013").returns(), tmp_path / "all.ods")
    assert run("return", HARTLEPOOL, "--out", "one.pdf")[0] == 2
    assert not list(tmp_path.iterdir())


def test_the_returns_of_all_areas_need_a_file(run):
    status, _, err = run("return", "all")
    assert (status, "return all needs --out FILE" in err) == (2, True)
