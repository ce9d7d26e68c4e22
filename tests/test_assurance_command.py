"""Assurance and savings on the command line: what is shown, written and refused."""

import re

import pandas as pd
import pytest

import bcf_payments as bcf

from .samples import example


@pytest.fixture
def values(tmp_path):
    """A file with what an admission saves."""
    file = tmp_path / "values.csv"
    file.write_text("metric,pounds,source\nemergency_admissions,1490,C8\n", encoding="utf-8")
    return file


def test_assurance_shows_the_plans_by_status_and_writes_every_finding(run, tmp_path):
    status, out, err = run("assurance", "--out", tmp_path / "findings.csv")
    assert (status, err) == (0, "")
    shown = " ".join(out.split())
    assert "All plans 151 of which signed off 146" in shown
    assert "not approved 5 5 N2" in shown
    assert out.count("Illustration.") == 1
    assert max(map(len, out.splitlines())) <= 100
    tables = example("october_2013")
    found = bcf.assurance_report(tables.assurance, tables.plans)
    written = pd.read_csv(tmp_path / "findings.csv", keep_default_na=False)
    assert written.drop(columns="area_name").equals(found.astype(written.drop(columns="area_name").dtypes))
    assert (tmp_path / "findings.notice.txt").exists()
    assert f"and {len(found) - 20} other findings" in shown


def test_more_noise_hides_more_targets(run):
    shown = [
        run("assurance", "--scheme", "july_2014", *noise)
        for noise in ((), ("--dispersion", "2"), ("--relative-sd", "0.03"), ("--dispersion", "0"))
    ]
    assert [status for status, _, _ in shown] == [0, 0, 0, 1]
    hidden = [int(re.search(r"within noise +(\d+)", out)[1]) for _, out, _ in shown[:3]]
    assert hidden == [438, 554, 598]
    assert "dispersion" in shown[3][2]


@pytest.mark.parametrize(("by", "rows"), [("nation", 4), ("region", 36), ("area", 598)])
def test_savings_are_shown_and_written_to_the_penny(run, tmp_path, values, by, rows):
    options = ("--unit-values", values, "--scheme", "july_2014", "--by", by, "--out", tmp_path / "saved.csv")
    status, out, err = run("savings", *options)
    assert (status, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 100
    assert ("other row" in out) == (by == "area")
    written = pd.read_csv(tmp_path / "saved.csv")
    assert len(written) == rows
    _, plans, _, _ = example("july_2014")
    reduction = (plans["baseline_numerator"] - plans["target_numerator"]).astype(int).sum()
    assert written["planned_pence"].sum() == reduction * 1_490_00
    if by == "nation":
        shown = " ".join(out.split())
        assert "England, q1_2015_16, emergency admissions -48,831 1,607 £72,758,190.00" in shown


def test_missing_outcomes_of_ones_own_input_are_refused_unless_asked_otherwise(run, tmp_path, values):
    bcf.write_tables(example("july_2014")._asdict(), tmp_path / "figures")
    options = ("savings", tmp_path / "figures", "--scheme", "july_2014", "--unit-values", values)
    status, _, err = run(*options)
    assert status == 1
    assert "missing_row" in err
    status, out, _ = run(*options, "--on-missing", "withhold")
    assert status == 0
    assert "planned where missing" in out


def test_unit_values_are_needed_and_never_overwritten(run, values):
    assert run("savings")[0] == 2
    status, _, err = run("savings", "--unit-values", values, "--out", values)
    assert status == 2
    assert "values.csv" in err


def test_faults_of_unit_values_are_listed_with_their_line_and_written(run, tmp_path, values):
    values.write_text("metric,pounds,source\nemergency_admision,£1490,\n", encoding="utf-8")
    problems = tmp_path / "problems.csv"
    status, _, err = run("savings", "--unit-values", values, "--problems", problems)
    assert status == 1
    assert "did you mean emergency_admissions?" in err
    written = pd.read_csv(problems)
    assert written["column"].tolist() == ["metric", "pounds", "source"]
    assert set(written["place"]) == {"values.csv line 2"}


@pytest.mark.parametrize("command", ["assurance", "savings"])
def test_some_areas_alone_are_told_of_and_no_row_of_others_is_read(run, tmp_path, values, command):
    tables = example("july_2014")
    plans = tables.plans.astype({"target_numerator": object})
    plans.loc[plans["area_code"] == "E08000035", "target_numerator"] = "many"
    bcf.write_tables(tables._replace(plans=plans)._asdict(), tmp_path / "figures")
    options = ("--scheme", "july_2014", "--out", tmp_path / "out.csv")
    options += ("--unit-values", values, "--by", "area") if command == "savings" else ()
    assert run(command, tmp_path / "figures", *options)[0] == 1
    status, out, err = run(command, tmp_path / "figures", *options, "--only", "North East", "Croydon")
    assert (status, err) == (0, "")
    assert "North East and Croydon alone" in out
    codes = tables.areas.loc[tables.areas["region"] == "North East", "area_code"]
    told = set(pd.read_csv(tmp_path / "out.csv")["area_code"]) - {"ENGLAND"}
    assert "E09000008" in told <= {*codes, "E09000008"}


def test_a_table_of_areas_that_cannot_be_read_is_refused(run, tmp_path):
    tables = example("july_2014")
    bcf.write_tables(tables._replace(areas=tables.areas.drop(columns="region"))._asdict(), tmp_path)
    status, _, err = run("assurance", tmp_path, "--scheme", "july_2014")
    assert status == 1
    assert "region" in err
