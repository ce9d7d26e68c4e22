"""What an area must achieve, as a finding: the worst outcomes that pay, and what one count is worth."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any, TypeAlias

import pandas as pd

from bcf_payments.core.requirements import AMOUNT, ANYTHING, FULL, HALF
from bcf_payments.explanation.findings import Finding, Table
from bcf_payments.schemes.units import in_unit
from bcf_payments.words import Column, exact, pounds, sentence, spoken

Row: TypeAlias = Mapping[Hashable, Any]
"""A row of `Settlement.requirements`, or of `RequiredShare.outcomes`."""

GOALS = {FULL: "For all of it", HALF: "For half", ANYTHING: "For anything"}
ALONE = "The worst outcome of each line alone that earns so much, the others as they stand."
RATES = "In brackets stands the rate that an outcome comes to over the number beside it."
OVER = "Out of"
PER = {"per_100_000": " (per 100,000)"}
NOT_KNOWN, NONE_PAYS, ALL_PAY = "not known", "none earns it", "any earns it"


def required_of_lines(table: Sequence[Row]) -> Finding:
    """What is required of each line of one area: in full, half, anything; and what one count is worth."""
    lines = _for(FULL, table)
    columns = [
        _most("It can earn", lines),
        *(_outcomes(heading, _for(goal, table)) for goal, heading in GOALS.items()),
        *_beside(lines),
    ]
    shown = Table("What each line must achieve", _lines(lines), columns)
    return Finding("required", "What each line must achieve", (shown, _told(shown), *_reasons(table)))


def required_of_area(table: Sequence[Row]) -> Finding:
    """What is required of each line alone for an amount of its area."""
    lines = _for(AMOUNT, table)
    asked, earned = (pounds(int(table[0][f"{name}_pence"])) for name in ("asked", "earned"))
    title = f"On one line alone, for {asked} in all"
    columns = [_outcomes("Outcome", lines), *_beside(lines), _most("With it, at most", lines)]
    stands = f"The area earns {earned} as it stands."
    shown = Table(title, _lines(lines), columns)
    return Finding("alone", title, (shown, stands, _told(shown), *_reasons(table)))


def required_together(outcomes: Sequence[Row], said: str) -> Finding:
    """The outcomes with which each line achieves the same share of its plan."""
    columns = [_outcomes("Outcome", outcomes), *_over(outcomes)]
    title = "On all lines alike"
    return Finding("together", title, (said, Table(title, _lines(outcomes), columns)))


def _for(goal: str, table: Sequence[Row]) -> list[Row]:
    return [row for row in table if row["goal"] == goal]


def _most(heading: str, rows: Sequence[Row]) -> Column:
    most = (row["most_pence"] for row in rows)
    return Column(heading, [None if pd.isna(pence) else pence for pence in most], "pence")


def _lines(rows: Sequence[Row]) -> Column:
    return Column("Line", [_line(row) for row in rows], "text")


def _line(row: Row) -> str:
    return f"{spoken(row['line'])}, {row['wave']}"


def _outcomes(heading: str, rows: Sequence[Row]) -> Column:
    return Column(heading, [_outcome(row) for row in rows], "text")


def _outcome(row: Row) -> str:
    """A numerator and its rate; in a word where there is none."""
    numerator = row["outcome_numerator"]
    if numerator is None:
        most = row["most_pence"]
        if bool(pd.isna(most)):
            return NOT_KNOWN
        return NONE_PAYS if row["asked_pence"] > most or not most else ALL_PAY
    count = exact(numerator)
    if row["unit"] == "count":
        return count
    rate = in_unit(numerator / Fraction(row["outcome_denominator"]), row["unit"])
    return f"{count} ({rate.removeprefix('about ').removesuffix(' per 100,000')})"


def _told(shown: Table) -> str:
    """How to read the outcomes."""
    return f"{ALONE} {RATES}" if any(column.heading == OVER for column in shown.columns) else ALONE


def _over(rows: Sequence[Row]) -> tuple[Column, ...]:
    """The denominators, and which rates are per 100,000; nothing beside counts alone."""
    texts = [_denominator(row) for row in rows]
    return (Column(OVER, texts, "text"),) if any(texts) else ()


def _denominator(row: Row) -> str | None:
    if row["unit"] == "count" or row["outcome_denominator"] is None:
        return None
    return exact(row["outcome_denominator"]) + PER.get(row["unit"], "")


def _beside(rows: Sequence[Row]) -> tuple[Column, ...]:
    return *_over(rows), Column("One better is worth", [row["value_pence"] for row in rows], "pence")


def _reasons(table: Sequence[Row]) -> list[str]:
    """Why it is not known what is required of a line: each reason once."""
    said = [f"{_line(row)}: {row['why_not']}" for row in table if pd.isna(row["most_pence"])]
    return [sentence(text) for text in dict.fromkeys(said)]
