"""What `bcf-payments assumptions` shows, and what `bcf-payments schemes` says of alternatives."""

from __future__ import annotations

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.files import write_tables
from bcf_payments.words import pounds

from .samples import settled

WIDTH = 100


def words(text):
    return " ".join(text.split())


@pytest.mark.parametrize("scheme", bcf.available_schemes())
def test_every_alternative_stands_on_the_screen_with_its_money_and_words(run, scheme):
    status, out, err = run("assumptions", "--scheme", scheme)
    assert (status, err) == (0, "")
    assert max(map(len, out.splitlines())) <= WIDTH
    found = bcf.assumptions(settled(scheme))
    rows = [line.split() for line in out.splitlines()]
    for row in found.alternatives.to_dict("records"):
        change = f"{'+' if row['change_pence'] > 0 else ''}{pounds(row['change_pence'])}"
        counts = [str(row[column]) for column in ("areas_paid", "areas_more", "areas_less")]
        assert any(line[:6] == [row["name"], pounds(row["earned_pence"]), change, *counts] for line in rows)
        # Titles are wrapped beside their names, so their words stand in order but not in one run.
        assert all(word in out for word in row["title"].split())
    for row in found.movers().to_dict("records"):
        assert row["area_name"] in out
        assert pounds(row["change_pence"]) in out
    assert all(words(notice) in words(out) for notice in found.settlement.notices)


def test_money_stands_by_basis_and_by_fact_and_the_screen_says_that_facts_do_not_add_up(run):
    out = run("assumptions")[1]
    found = bcf.assumptions(settled("october_2013"))
    rows = [line.split() for line in out.splitlines()]
    for row in found.by_basis.to_dict("records"):
        assert [
            row["basis"],
            str(row["lines"]),
            pounds(row["entitlement_pence"]),
            pounds(row["earned_pence"]),
        ] in rows
    for row in found.by_fact.query("basis == 'assumed'").to_dict("records"):
        money = [pounds(row["entitlement_pence"]), pounds(row["earned_pence"])]
        assert [row["fact"], str(row["lines"]), *money, *row["rules"].split()] in rows
    assert "the columns do not add up" in words(out)


def test_what_follows_is_shown_only_where_an_alternative_changes_it(run):
    assert "What follows from missed lines" not in run("assumptions")[1]
    out = run("assumptions", "--scheme", "december_2013")[1]
    rows = [words(line) for line in out.splitlines()]
    for row in bcf.assumptions(settled("december_2013")).actions.to_dict("records"):
        action = row["action"].replace("_", " ")
        shown = f"{row['name'] or 'as it stands'} {action} {row['lines']} {pounds(row['withheld_pence'])}"
        assert (shown in rows) == (row["name"] in {"", "mean_achievement"})


def test_through_and_the_input_are_as_asked(run):
    out = run("assumptions", "--scheme", "july_2014", "--through", "q4_2014_15")[1]
    earned = bcf.assumptions(settled("july_2014", through="q4_2014_15")).alternatives["earned_pence"]
    assert "1 of 4 payment points due" in out
    assert all(pounds(amount) in out for amount in earned)


def test_an_alternative_that_the_input_cannot_settle_is_named_with_the_reason(run, tmp_path):
    example = bcf.load_example("two_waves")
    tables = example._asdict() | {"areas": example.areas.drop(columns="social_care_weight")}
    write_tables(tables, tmp_path)
    status, out, _ = run("assumptions", tmp_path, "--on-missing", "withhold")
    assert status == 0
    below = words(out.partition("Alternatives that this input cannot settle")[2])
    assert "social_care_weights" in below
    assert "missing_column" in below
    assert max(map(len, out.splitlines())) <= WIDTH


def test_a_scheme_without_alternatives_says_so(run, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(bcf.load_scheme("july_2014").replace(alternatives=[]).to_toml(), encoding="utf-8")
    out = run("assumptions", "--scheme", own)[1]
    assert "The scheme names no alternative that this input can settle." in out
    assert "Areas that gain" not in out


def test_an_input_that_is_refused_is_refused_here_too(run, tmp_path):
    file = tmp_path / "problems.csv"
    status, out, err = run("assumptions", "--on-missing", "raise", "--problems", file)
    assert (status, out) == (1, "")
    assert "The input is refused" in err
    assert len(pd.read_csv(file))


@pytest.mark.parametrize("scheme", bcf.available_schemes())
def test_schemes_lists_the_alternatives_with_their_sources(run, scheme):
    rows = [words(line) for line in run("schemes", scheme)[1].partition("alternatives\n===")[2].splitlines()]
    for alternative in bcf.load_scheme(scheme).alternatives:
        start = f"{alternative.name} {', '.join(alternative.source)} {alternative.title.split()[0]}"
        assert any(row.startswith(start) for row in rows)
