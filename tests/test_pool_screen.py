"""The command `pool`, and the example's contributions."""

import openpyxl
import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments import cli

from .samples import settled

PUBLISHED = {"Croydon": 23_388_000_00, "Devon": 55_631_000_00, "Portsmouth": 14_193_000_00}


def test_the_example_has_the_published_minimum_of_three_areas_and_adds_up_to_the_national_ones():
    contributions = bcf.load_contributions("two_waves")
    settlement = settled("october_2013")
    pools = bcf.pool(contributions, settlement)
    names = settlement.areas.set_index("area_code")["area_name"]
    minimum = pools.set_index(pools["area_code"].map(names))["minimum_pence"]
    assert minimum[list(PUBLISHED)].to_dict() == PUBLISHED
    assert minimum.sum() == 3_784_000_000_00
    assert pools["voluntary_pence"].sum() == 1_400_000_000_00
    bodies = bcf.pool(contributions, settlement, by="contributor").set_index("contributor")
    assert bodies.loc["CCG of Bournemouth, Poole and Dorset", "areas"] == 3


def test_the_example_says_that_it_is_an_illustration():
    notices = bcf.load_contributions("two_waves").attrs["notices"]
    assert any("Croydon, Portsmouth and Devon" in notice for notice in notices)
    assert any("Open Government Licence" in notice for notice in notices)


def test_every_call_loads_contributions_of_its_own():
    changed = bcf.load_contributions("two_waves")
    changed["planned_pounds"] = -1
    assert (bcf.load_contributions("p4p_2015_16")["planned_pounds"].astype(int) >= 0).all()


@pytest.mark.parametrize("by", ["area", "region", "nation", "contributor"])
def test_the_command_shows_the_pool(capsys, by):
    assert cli.main(["pool", "--by", by]) == 0
    out = capsys.readouterr().out
    assert "£5,184,000,000.00" in out
    assert "37.0% above the minimum." in out
    assert "Croydon, Portsmouth and Devon" in out


def test_the_command_writes_every_area(capsys, tmp_path):
    assert cli.main(["pool", "--only", "North East", "--out", str(tmp_path)]) == 0
    written = pd.read_csv(tmp_path / "pool.csv")
    assert len(written) == 12
    assert "area_name" in written
    assert (tmp_path / "NOTICE.txt").exists()
    assert "pool.csv" in capsys.readouterr().out


def test_a_fault_of_the_file_names_its_line(capsys, tmp_path):
    table = bcf.load_contributions("two_waves").astype(str)
    table.loc[1, "planned_pounds"] = "£5"
    table.to_csv(tmp_path / "c.csv", index=False)
    assert cli.main(["pool", "--contributions", str(tmp_path / "c.csv")]) == 1
    assert "c.csv line 3" in capsys.readouterr().err


def test_input_of_ones_own_needs_contributions(capsys, tmp_path):
    bcf.write_tables(bcf.load_example("two_waves")._asdict(), tmp_path)
    command = ["pool", str(tmp_path), "--on-missing", "withhold"]
    assert cli.main(command) == 1
    assert "--contributions FILE" in capsys.readouterr().err
    bcf.load_contributions("two_waves").to_csv(tmp_path / "contributions.csv", index=False)
    assert cli.main(command) == 0
    assert "£5,184,000,000.00" in capsys.readouterr().out


def test_the_table_does_not_replace_the_contributions(capsys, tmp_path):
    bcf.load_contributions("two_waves").to_csv(tmp_path / "c.csv", index=False)
    (tmp_path / "c.csv").rename(tmp_path / "pool.csv")
    file = str(tmp_path / "pool.csv")
    assert cli.main(["pool", "--contributions", file, "--out", str(tmp_path)]) == 2
    assert "would replace what the command reads" in capsys.readouterr().err


def beside(folder, **tables):
    """A folder of input with these tables beside the four."""
    example = bcf.load_example("p4p_2015_16")
    bcf.write_tables(example._asdict() | {"contributions": bcf.load_contributions("p4p_2015_16")}, folder)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return ["--scheme", "july_2014", "--on-missing", "withhold", "--only", "Nottingham"]


SPENDING = """area_code,kind,item,amount_pounds,host
E06000018,other_income,grants,916000,
E06000018,spent,services,11688000,Council of Nottingham
E06000018,forecast_underspend,year,2348000,
"""
AGREEMENT = """area_code,partner,share,cap_pounds,relief_share
E06000018,CCG,1/2,,1
E06000018,council,1/2,100000,0
E08000035,CCG,1,,1
"""


def test_risk_and_statement_are_shown_and_written_where_the_input_tells_of_them(run, tmp_path):
    options = beside(tmp_path / "figures", spending=SPENDING, agreement=AGREEMENT)
    status, out, err = run("pool", tmp_path / "figures", *options, "--out", tmp_path / "out")
    assert (status, err) == (0, "")
    shown = " ".join(out.split())
    assert "Nottingham CCG £123,500.00 £123,500.00 £0.00" in shown
    assert "Nottingham council £100,000.00 £0.00 £100,000.00" in shown
    assert "£223,500.00 is not earned" in shown
    assert "balance Council of Nottingham £16,251,572.00" in shown
    assert "forecast after performance £2,124,500.00" in shown
    stated = pd.read_csv(tmp_path / "out" / "pool_statement.csv")
    assert set(stated["area_code"]) == {"E06000018"}
    assert (tmp_path / "out" / "risk_shares.csv").exists()


def test_by_contribution_each_bears_what_it_puts_in_and_a_workbook_holds_all(run, tmp_path):
    options = ["--agreement", "contribution", "--out", tmp_path, "--format", "xlsx"]
    status, out, _ = run("pool", "--scheme", "july_2014", "--only", "Leeds", *options)
    assert status == 0
    assert "Leeds CCGs of Leeds £2,320,802.13" in " ".join(out.split())
    assert openpyxl.load_workbook(tmp_path / "pool.xlsx").sheetnames == ["notice", "pool", "risk_shares"]


@pytest.mark.parametrize("kind", ["folder", "workbook"])
def test_explain_and_report_tell_of_the_pool_where_the_input_does(run, tmp_path, kind):
    options = beside(tmp_path / "figures")
    figures = tmp_path / "figures"
    if kind == "workbook":
        tables = bcf.load_example("p4p_2015_16")._asdict()
        figures = tmp_path / "figures.xlsx"
        bcf.write_tables(tables | {"contributions": bcf.load_contributions("p4p_2015_16")}, figures)
    status, out, _ = run("explain", "Nottingham", figures, *options)
    assert status == 0
    assert "Nottingham pools £27,247,072.00: £21,823,948.00 from the NHS and £5,423,124.00" in out
    page = tmp_path / "report.html"
    assert run("report", figures, *options, "--no-chance", "--out", page)[0] == 0
    text = page.read_text(encoding="utf-8")
    assert "What goes into the pool by region" in text
    assert "Nottingham pools £27,247,072.00" in text


def test_explain_tells_of_the_examples_contributions_only_if_asked(run):
    command = ["explain", "Leeds", "--scheme", "july_2014"]
    assert "goes into the pool" not in run(*command)[1]
    shown = run(*command, "--contributions", "example")[1]
    assert "goes into the pool" in shown
    assert "Croydon, Portsmouth and Devon" in shown


def test_faults_of_contributions_refuse_an_explanation(run, tmp_path):
    options = beside(tmp_path / "figures")
    file = tmp_path / "figures" / "contributions.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "E06000018,a \u0007,ccg,other,-1,1\n", encoding="utf-8")
    status, _, err = run("explain", "Nottingham", tmp_path / "figures", *options)
    assert status == 1
    assert "contributions.csv line 606" in err


def test_an_explanation_of_the_pool_adds_up():
    contributions = bcf.load_contributions("two_waves").assign(maintains_existing_pounds="0.5")
    contributions.loc[contributions["planned_pounds"] == 0, "maintains_existing_pounds"] = "0"
    contributions.loc[contributions["area_code"] == "E06000028", "minimum_pounds"] += 2_000_000
    settlement = settled("october_2013")
    steps = settlement.explain("E06000028", contributions).to_frame()
    told = steps[steps["section"] == "What goes into the pool"].set_index("figure")["result_pence"]
    row = bcf.pool(contributions, settlement).set_index("area_code").loc["E06000028"]
    assert told["planned_pence"].sum() == told["total_pence"] == row["total_pence"]
    for figure in ("minimum_pence", "voluntary_pence", "shortfall_pence"):
        assert told.get(figure, 0) == row[figure]
    assert row["shortfall_pence"] > 0
    assert "is missing" in str(settlement.explain("E06000028", contributions))
