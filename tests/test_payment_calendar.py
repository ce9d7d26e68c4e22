"""The payment calendar: what is paid when, by which rules, in England and in an area."""

from __future__ import annotations

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments import cli

from .samples import settled

SCHEMES = bcf.available_schemes()
OWN = "tests/data/own_scheme.toml"


@pytest.mark.parametrize("scheme", [*SCHEMES, OWN])
def test_every_row_names_rules_that_the_scheme_has_and_their_weakest_basis(scheme, request):
    rules = bcf.load_scheme(request.config.rootpath / scheme if scheme == OWN else scheme)
    table = rules.rules().set_index("rule")
    calendar = rules.calendar()
    assert calendar[["wave", "line"]].to_numpy().tolist() == [[slot.wave, slot.name] for slot in rules.lines]
    for row in calendar.to_dict("records"):
        named = table.loc[row["rules"].split(", ")]
        assert row["basis"] in set(named["basis"])
        assert ("assumed" in set(named["basis"])) == (row["basis"] == "assumed")
        assert set(row["source"].split(", ")) == set(", ".join(named["source"]).split(", "))
        dated = table.loc[row["rules"].split(", ")[0]]
        assert dated["value"] == str(row["payment_date"].date())
        assert (dated["source"], dated["basis"]) == (row["date_source"], row["date_basis"])


def test_shares_and_amounts_are_those_of_the_pot():
    calendar = bcf.load_scheme("december_2013").calendar()
    assert calendar["share"].tolist() == ["1/4"] + ["1/12"] * 9
    assert calendar["at_most_pence"].sum() == 100_000_000_000
    july = bcf.load_scheme("july_2014").calendar()
    assert july["share"].tolist() == [""] * 4
    assert set(july["at_most_pence"]) == {100_000_000_000}


def test_days_are_days_and_blank_where_they_do_not_apply():
    calendar = bcf.load_scheme("october_2013").calendar()
    conditions, metric = calendar.iloc[0], calendar.iloc[1]
    assert conditions["submit_by"] == pd.Timestamp("2014-04-30")
    assert pd.isna(conditions["measured_to"])
    assert (metric["measured_from"], metric["measured_to"]) == (
        pd.Timestamp("2014-04-01"),
        pd.Timestamp("2015-03-31"),
    )
    assert pd.isna(metric["submit_by"])


def test_a_settlement_says_what_is_paid_when():
    october = settled("october_2013", through="wave_1")
    calendar = october.calendar()
    later = calendar["wave"] == "wave_2"
    assert calendar.loc[later, "not_due_pence"].sum() == 50_000_000_000
    assert calendar.loc[~later, "earned_pence"].sum() == october.payments["earned_pence"].sum()
    with pytest.raises(bcf.InputError, match="unknown_area"):
        october.calendar("E06999999")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_screen_shows_the_calendar_within_its_width(scheme, capsys, tmp_path):
    words = ["calendar", "--scheme", scheme, "--area", "hartlepool", "--out", str(tmp_path / "days.csv")]
    assert cli.main(words) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 100
    assert "Payment calendar of Hartlepool (E06000001)" in out
    assert "Illustration" in out
    written = pd.read_csv(tmp_path / "days.csv", keep_default_na=False)
    expected = settled(scheme).calendar("E06000001")
    assert written["earned_pence"].tolist() == expected["earned_pence"].tolist()
    assert written["payment_date"].tolist() == expected["payment_date"].dt.strftime("%Y-%m-%d").tolist()
    assert (tmp_path / "days.notice.txt").exists()


def test_the_screen_shows_england_unless_an_area_is_named(capsys):
    assert cli.main(["calendar", "--through", "wave_1"]) == 0
    out = capsys.readouterr().out
    assert "Payment calendar of England under october_2013" in out
    assert "£500,000,000.00" in out
