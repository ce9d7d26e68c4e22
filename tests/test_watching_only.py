"""A scheme that pays nothing and watches two metrics: every face shows what there is, and no column of £0."""

from __future__ import annotations

import pandas as pd
import pytest

import bcf_payments as bcf

WATCHING = """
name = "watching"
title = "Two metrics are watched"
area_code_pattern = "[A-Z]{3}"
nation = "all areas"

[metrics.days_waiting]
title = "Days of waiting"
unit = "per_100_000"
direction = "lower"

[metrics.still_at_home]
title = "Still at home after 91 days"
unit = "per_cent"
direction = "higher"

[[waves]]
name = "year"
title = "The year"
payment_date = 2028-04-01
monitored = ["days_waiting", "still_at_home"]
"""
SCHEME = bcf.Scheme.from_toml(WATCHING)
CODES = ["ABC", "XYZ"]
AREAS = pd.DataFrame({"area_code": CODES, "area_name": ["Ay", "Zed"], "region": "North"})
KEY = {"wave": "year", "metric": "days_waiting"}
PLANS = pd.DataFrame({"area_code": CODES, "baseline_numerator": 400, "target_numerator": 380, **KEY}).assign(
    baseline_denominator=100_000, target_denominator=100_000
)
OUTCOMES = pd.DataFrame({"area_code": CODES, "outcome_numerator": [420, 380], **KEY}).assign(
    outcome_denominator=100_000
)


@pytest.fixture(scope="module")
def settled():
    return bcf.settle(AREAS, PLANS, OUTCOMES, None, SCHEME, verify=True)


@pytest.fixture
def folder(tmp_path):
    bcf.write_tables({"areas": AREAS, "plans": PLANS, "outcomes": OUTCOMES}, tmp_path / "figures")
    (tmp_path / "watching.toml").write_text(WATCHING, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        "settle",
        "explain ABC",
        "return ABC",
        "due",
        "required ABC",
        "regions North",
        "evaluate",
        "assumptions",
    ],
)
def test_every_screen_shows_what_is_watched_or_says_that_nothing_is_paid(run, folder, command):
    status, out, err = run(*command.split(), folder / "figures", "--scheme", folder / "watching.toml")
    assert (status, err) == (0, "")
    assert "£" not in out
    assert "met" in out or "nothing is paid" in out or "No line pays" in out


def test_a_simulation_says_that_there_is_nothing_to_draw(run, folder):
    status, _, err = run("simulate", folder / "figures", "--scheme", folder / "watching.toml")
    assert status
    assert "nothing is paid on them" in " ".join(err.split())


def test_the_report_shows_no_money(run, folder):
    own = ("--scheme", folder / "watching.toml", "--out", folder / "page.html")
    assert run("report", folder / "figures", *own)[0] == 0
    page = (folder / "page.html").read_text(encoding="utf-8").partition('id="facts"')[0]
    assert "£" not in page
    assert "Days of waiting" in page


def test_faces_in_python_show_no_money(settled):
    shown = [str(settled), str(settled.explain("ABC")), str(settled.return_for("ABC")), settled._repr_html_()]
    assert not [text for text in shown if "£" in text]


def test_an_evaluation_tells_the_watched_metrics_though_one_has_no_row_at_all(settled):
    found = bcf.evaluate(settled).set_index(["area_code", "line"])
    assert found.loc[("ABC", "days_waiting"), "units_achieved"] == -20
    assert found["lines_known"].tolist() == [1, 0, 1, 0]
