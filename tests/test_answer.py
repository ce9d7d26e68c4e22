"""The answer comes first, can stand alone, and the page is as wide as the terminal within reason."""

from __future__ import annotations

import sys
from collections.abc import Callable
from os import terminal_size

import pytest

from bcf_payments.cli import layout
from bcf_payments.explanation.answer import answer
from bcf_payments.explanation.figures import Figures
from bcf_payments.schemes import available_schemes
from bcf_payments.words import pounds, short_pounds

from .samples import settled

Run = Callable[..., tuple[int, str, str]]

every_scheme = pytest.mark.parametrize("scheme", available_schemes())


@every_scheme
def test_settle_says_the_answer_before_anything_else_but_the_notices(run: Run, scheme: str) -> None:
    shown = run("settle", "--scheme", scheme)[1]
    nation = settled(scheme).summary().loc[0]
    earned, held = nation["earned_pence"], nation["withheld_pence"] - nation["caught_up_pence"]
    first = shown.partition("\n\n")[2].partition("\n\n")[0]
    assert f"Earned     {short_pounds(int(earned))} of" in first
    assert pounds(int(earned)) in first
    assert f"Held back  {short_pounds(int(held))} ({pounds(int(held))})" in first
    assert (f"Reviews    {nation['reviews']}, over" in first) == bool(settled(scheme).scheme.review)


@every_scheme
@pytest.mark.parametrize("through", [False, True])
def test_brief_says_the_answer_alone_and_what_must_be_said_with_it(
    run: Run, scheme: str, through: bool
) -> None:
    first = settled(scheme).scheme.wave_names[0]
    options = ("--through", first) if through else ()
    status, shown, error = run("settle", "--scheme", scheme, *options, "--brief")
    told, notices = shown.split("\n\n")
    settlement = settled(scheme, through=first) if through else settled(scheme)
    labels = [label for label, _ in answer(Figures(settlement))]
    assert (status, error) == (0, "")
    assert [line.split("  ")[0] for line in told.splitlines()] == labels
    assert 3 <= len(labels) <= 5
    assert ("Not yet due" in labels) == through
    assert all(notice in " ".join(notices.split()) for notice in settlement.notices)


def test_a_settlement_that_holds_nothing_back_says_so() -> None:
    everything = settled("july_2014", ("E09000025",))  # Newham earned all of its pot
    assert dict(answer(Figures(everything)))["Held back"] == "nothing"


@pytest.mark.parametrize(("columns", "wide"), [(40, 80), (80, 80), (93, 93), (110, 110), (200, 120)])
def test_the_page_is_as_wide_as_the_terminal_within_reason(
    run: Run, monkeypatch: pytest.MonkeyPatch, columns: int, wide: int
) -> None:
    monkeypatch.setattr(layout, "get_terminal_size", lambda _: terminal_size((columns, 24)))
    assert layout.width() == layout.WIDTH
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert layout.width() == wide
    for scheme in available_schemes():
        shown = run("settle", "--scheme", scheme)[1]
        assert max(map(len, shown.splitlines())) <= wide
