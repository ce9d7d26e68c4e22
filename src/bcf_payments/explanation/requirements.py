"""What an area must achieve, as a finding: the worst outcomes that pay, and what one count is worth."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from bcf_payments.core.requirements import AMOUNT, ANYTHING, FULL, HALF
from bcf_payments.explanation.findings import Finding, Table
from bcf_payments.schemes.units import in_unit
from bcf_payments.words import Column, exact, pounds, sentence, spoken

GOALS = {FULL: "For all of it", HALF: "For half", ANYTHING: "For anything"}
ALONE = "The worst outcome of each line alone that earns so much, the others as they stand."
RATES = "In brackets stands the rate that an outcome comes to over the number beside it."
OVER = "Out of"
NOT_KNOWN, NONE_PAYS, ALL_PAY = "not known", "none earns it", "any earns it"


def required_of_lines(table: pd.DataFrame) -> Finding:
    """What is required of each line of one area: in full, half, anything; and what one count is worth."""
    lines = table[table["goal"] == FULL]
    columns = [
        _most("It can earn", lines),
        *(_outcomes(heading, table[table["goal"] == goal]) for goal, heading in GOALS.items()),
        *_beside(lines),
    ]
    shown = Table("What each line must achieve", _lines(lines), columns)
    return Finding("required", "What each line must achieve", (shown, _told(shown), *_reasons(table)))


def required_of_area(table: pd.DataFrame) -> Finding:
    """What is required of each line alone for an amount of its area."""
    lines = table[table["goal"] == AMOUNT]
    asked, earned = (pounds(int(table[f"{name}_pence"].iloc[0])) for name in ("asked", "earned"))
    title = f"On one line alone, for {asked} in all"
    columns = [_outcomes("Outcome", lines), *_beside(lines), _most("With it, at most", lines)]
    stands = f"The area earns {earned} as it stands."
    shown = Table(title, _lines(lines), columns)
    return Finding("alone", title, (shown, stands, _told(shown), *_reasons(table)))


def required_together(outcomes: pd.DataFrame, said: str) -> Finding:
    """The outcomes with which each line achieves the same share of its plan."""
    columns = [_outcomes("Outcome", outcomes), *_over(outcomes)]
    title = "On all lines alike"
    return Finding("together", title, (said, Table(title, _lines(outcomes), columns)))


def _most(heading: str, rows: pd.DataFrame) -> Column:
    return Column(heading, [None if pd.isna(most) else most for most in rows["most_pence"]], "pence")


def _lines(rows: pd.DataFrame) -> Column:
    return Column("Line", [_line(row) for row in rows.to_dict("records")], "text")


def _line(row: Mapping[Hashable, Any]) -> str:
    return f"{spoken(row['line'])}, {row['wave']}"


def _outcomes(heading: str, rows: pd.DataFrame) -> Column:
    return Column(heading, [_outcome(row) for row in rows.to_dict("records")], "text")


def _outcome(row: Mapping[Hashable, Any]) -> str:
    """A numerator and its rate; in a word where there is none."""
    if row["outcome_numerator"] is None:
        if pd.isna(row["most_pence"]):
            return NOT_KNOWN
        return NONE_PAYS if row["asked_pence"] > row["most_pence"] or not row["most_pence"] else ALL_PAY
    count = exact(row["outcome_numerator"])
    if row["unit"] == "count":
        return count
    rate = in_unit(row["outcome_numerator"] / Fraction(row["outcome_denominator"]), row["unit"])
    return f"{count} ({rate.removeprefix('about ').removesuffix(' per 100,000')})"


def _told(shown: Table) -> str:
    """How to read the outcomes."""
    return f"{ALONE} {RATES}" if any(column.heading == OVER for column in shown.columns) else ALONE


def _over(rows: pd.DataFrame) -> tuple[Column, ...]:
    """The denominators, and which rates are per 100,000; nothing beside counts alone."""
    per = rows["unit"].map({"per_100_000": " (per 100,000)"}).fillna("")
    rated = rows["outcome_denominator"].where(rows["unit"] != "count", None)
    known = [None if below is None else exact(below) for below in rated]
    texts = [below and below + unit for below, unit in zip(known, per, strict=True)]
    return (Column(OVER, texts, "text"),) if any(texts) else ()


def _beside(rows: pd.DataFrame) -> tuple[Column, ...]:
    return *_over(rows), Column("One better is worth", rows["value_pence"].tolist(), "pence")


def _reasons(table: pd.DataFrame) -> list[str]:
    """Why it is not known what is required of a line: each reason once."""
    rows = table[table["most_pence"].isna()]
    said = [f"{_line(row)}: {row['why_not']}" for row in rows.to_dict("records")]
    return [sentence(text) for text in dict.fromkeys(said)]
