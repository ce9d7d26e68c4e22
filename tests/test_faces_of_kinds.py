"""Schemes that watch, or pay on conditions alone, on every face: no column of nothing, no empty table."""

from __future__ import annotations

import html
import re

import pandas as pd
import pytest

import bcf_payments as bcf

WATCHED = """
name = "watched"
title = "Two metrics watched"
area_code_pattern = "P[0-9]{3}"
metrics.falls = { unit = "per_100_000", direction = "lower" }
metrics.at_home = { unit = "per_cent", direction = "higher" }

[[waves]]
name = "year"
payment_date = 2030-04-01
monitored = ["falls", "at_home"]
"""
CONDITIONS = """
name = "premium"
title = "A premium on conditions"
area_code_pattern = "P[0-9]{3}"
pot = { kind = "fixed", amount_pounds = 1000, weight = "people" }
conditions = { board = "A joint board meets", records = "Records are shared" }

[[waves]]
name = "year"
payment_date = 2030-04-01

[[waves.lines]]
conditions = ["board", "records"]
pays = "each"
share = 1
"""
CODES = ["P001", "P002", "P003"]
NAMES = {"area_code": CODES, "area_name": ["One", "Two", "Three"], "region": ["North", "North", "South"]}
OF_KIND = {"watched": WATCHED, "premium": CONDITIONS}
NIL = re.compile(r"£0(?:\.00)?(?![\d,.])|\b0 of 0\b|nan")
EMPTY_TABLE = re.compile(r"^-[- ]*-$\n(?:\n|\Z)", re.MULTILINE)

COMMANDS = {
    "settle": (), "validate": (), "explain": ("P001",), "return": ("P001",), "calendar": (), "due": (),
    "required": ("P001",),
}  # fmt: skip

of_each = pytest.mark.parametrize("kind", OF_KIND)


def rows(metric: str, column: str, values: list[int]) -> pd.DataFrame:
    key = {"area_code": CODES, "wave": "year", "metric": metric}
    return pd.DataFrame(key | {f"{column}_numerator": values, f"{column}_denominator": 1000})


def tables(kind: str) -> dict[str, pd.DataFrame]:
    """Every area of the conditions meets one of two, so that no true amount of the scheme is nil."""
    if kind == "premium":
        assurance = {"area_code": CODES, "plan_status": "approved", "board": "yes", "records": "no"}
        return {
            "areas": pd.DataFrame(NAMES | {"people": [1, 2, 3]}),
            "assurance": pd.DataFrame(assurance),
        }
    key = ["area_code", "wave", "metric"]
    plans, outcomes = [], []
    for metric, start, aim, ends in (
        ("falls", 100, 80, [80, 90, 120]),
        ("at_home", 500, 600, [600, 550, 400]),
    ):
        before = rows(metric, "baseline", [start] * 3)
        plans.append(before.merge(rows(metric, "target", [aim] * 3), on=key))
        outcomes.append(rows(metric, "outcome", ends))
    return {"areas": pd.DataFrame(NAMES), "plans": pd.concat(plans), "outcomes": pd.concat(outcomes)}


@pytest.fixture
def given(tmp_path):
    """A scheme's file and a folder with the tables that it has a use for."""

    def write(kind: str):
        bcf.write_tables(tables(kind), tmp_path / kind)
        (tmp_path / f"{kind}.toml").write_text(OF_KIND[kind], encoding="utf-8")
        return tmp_path / kind, tmp_path / f"{kind}.toml"

    return write


def settled(kind: str) -> bcf.Settlement:
    found = tables(kind)
    names = ("areas", "plans", "outcomes", "assurance")
    return bcf.settle(*map(found.get, names), bcf.Scheme.from_toml(OF_KIND[kind]), verify=True)


@of_each
def test_tables_that_the_scheme_has_no_use_for_may_be_absent(given, kind):
    folder, scheme = given(kind)
    found = bcf.read_tables(folder, scheme)
    assert bcf.settle(*found, scheme).payments.equals(settled(kind).payments)
    assert (found.assurance is None) == (kind == "watched")
    assert (len(found.plans), len(found.outcomes)) == ((6, 6) if kind == "watched" else (0, 0))


def test_tables_that_are_needed_may_not_be_absent(given):
    folder, scheme = given("watched")
    (folder / "outcomes.csv").unlink()
    with pytest.raises(bcf.InputError, match="outcomes: missing_table"):
        bcf.read_tables(folder, scheme)
    with pytest.raises(bcf.InputError, match="plans: missing_table"):
        bcf.read_tables(given("premium")[0])


@of_each
def test_no_screen_shows_a_column_of_nothing(run, given, kind):
    folder, scheme = given(kind)
    for command, words in COMMANDS.items():
        status, out, err = run(command, *words, folder, "--scheme", scheme)
        assert (status, err) == (0, ""), command
        if (kind, command) != ("premium", "explain"):  # whose totals are all five kinds of money
            assert not NIL.findall(out), command
        assert not EMPTY_TABLE.search(out), command
        assert kind == "premium" or "£" not in out, command
    assert kind == "premium" or "£" not in run("evaluate", folder, "--scheme", scheme)[1]
    assert run("regions", "North", folder, "--scheme", scheme)[0] == 0
    status, out, _ = run("compare", scheme, scheme, folder)
    assert status == 0
    assert kind == "premium" or "£" not in out


@of_each
def test_no_page_of_the_report_shows_nothing(run, given, tmp_path, kind):
    folder, scheme = given(kind)
    status, out, _ = run("report", folder, "--scheme", scheme, "--out", tmp_path / "page.html")
    assert status == 0
    assert "left out" in out
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    page = html.unescape(re.sub(r"<[^>]+>", " ", page.partition("</style>")[2]))
    assert "Number of areas by result" in page
    assert "Chance beside" not in page
    assert kind == "premium" or not re.search(r"£\d", page)


def test_what_is_watched_is_told_by_result(run, given):
    folder, scheme = given("watched")
    results = "2 met, 2 partly met and 2 not met of 6 readings"
    settlement = settled("watched")
    assert results in run("settle", folder, "--scheme", scheme)[1]
    assert results in settlement._repr_html_()
    assert str(settlement.explain("P001")).startswith("What is watched in One (P001)")
    assert "total" not in str(settlement.return_for("P001"))
    assert bcf.regional_report(settlement, "north").to_markdown().startswith("# North: metrics that are")


def test_an_evaluation_tells_of_what_is_watched_and_refuses_conditions():
    found = bcf.evaluate(settled("watched"), by="nation").set_index("line")
    assert found["units_achieved"].to_dict() == {"falls": 10, "at_home": 50}
    assert found["pounds_per_unit"].isna().all()
    with pytest.raises(bcf.InputError, match="no metric is measured"):
        bcf.evaluate(settled("premium"))


def test_an_evaluation_tells_of_a_metric_that_is_watched_though_no_row_of_it_is_there():
    found = tables("watched")
    some = [found[name].query("metric == 'falls'") for name in ("plans", "outcomes")]
    scheme = bcf.Scheme.from_toml(WATCHED)
    told = bcf.evaluate(bcf.settle(found["areas"], *some, None, scheme, on_missing="withhold"), by="nation")
    assert told.set_index("line")["lines_known"].to_dict() == {"falls": 3, "at_home": 0}


def test_chance_changes_nothing_where_conditions_alone_pay(run, given):
    folder, scheme = given("premium")
    status, out, _ = run("simulate", folder, "--scheme", scheme, "--draws", "5")
    assert status == 0
    assert "£499.99 of £1,000.00 is paid in every draw" in " ".join(out.split())
    folder, scheme = given("watched")
    status, _, err = run("simulate", folder, "--scheme", scheme, "--draws", "5")
    assert status == 1
    assert "nothing is paid on them" in " ".join(err.split())


def test_pictures_of_what_there_is_not_are_refused():
    plots = pytest.importorskip("bcf_payments.plots")
    for picture in (plots.money_flow, plots.earned_and_held, plots.tile_map):
        with pytest.raises(bcf.InputError, match="nothing is paid"):
            picture(settled("watched"))
    with pytest.raises(bcf.InputError, match="no metric is measured"):
        plots.achievement(settled("premium"))
