"""What the assumptions cost, on the screen: money by basis and fact, alternatives, and who gains or loses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from bcf_payments.cli.layout import facts, paragraph, plain, section, table, table_with_text
from bcf_payments.cli.settlement_screen import given
from bcf_payments.words import Column, pounds

if TYPE_CHECKING:
    from bcf_payments.cli.chosen import Chosen
    from bcf_payments.studies.assumptions import Assumptions

AS_IT_STANDS = "as it stands"
MOVERS = 3
LONGEST_TITLE = 300


def assumptions_screen(found: Assumptions, chosen: Chosen) -> str:
    """Show what rests on which assumption, and what each alternative would pay."""
    settlement = found.settlement
    parts = [
        section(
            f"What the assumptions cost under {settlement.scheme.name}",
            *map(paragraph, settlement.notices),
        ),
        facts([("Scheme", settlement.scheme.title), *given(chosen, settlement.through)]),
        section("Performance money by the basis of its rules", _by_basis(found.by_basis)),
        section("Money that rests on assumed rules, by the facts they cite", _by_fact(found.by_fact)),
        section("What each alternative would pay", _alternatives(found)),
        section("What each alternative changes", _titles(found.alternatives)),
        section("What follows from missed lines", _actions(found)),
        section(f"Areas that gain and lose most, up to {MOVERS} each", _movers(found)),
        section("Alternatives that this input cannot settle", _unsettled(found.unsettled)),
    ]
    return "\n\n".join(part for part in parts if part)


def _by_basis(money: pd.DataFrame) -> str:
    total = money[["lines", "entitlement_pence", "earned_pence"]].sum()
    rows = pd.concat([money, pd.DataFrame([{"basis": "Total", **total}])])
    shown = table(
        _text("basis", rows["basis"]),
        _counts("lines", rows["lines"]),
        _money("entitlement", rows["entitlement_pence"]),
        _money("earned", rows["earned_pence"]),
    )
    note = paragraph(
        "A line of a payment point counts under the weakest basis of the rules that decide it: stated in a"
        " published document, derived by arithmetic from stated figures, or assumed."
    )
    return f"{shown}\n{note}"


def _by_fact(money: pd.DataFrame) -> str:
    assumed = money[money["basis"] == "assumed"]
    if assumed.empty:
        return "None."
    columns = [
        _text("fact", assumed["fact"]),
        _counts("lines", assumed["lines"]),
        _money("entitlement", assumed["entitlement_pence"]),
        _money("earned", assumed["earned_pence"]),
    ]
    note = paragraph(
        "A line counts under every fact that its assumed rules cite, so the columns do not add up. A fact may"
        " itself be stated: then what is assumed is how the rule reads it."
    )
    return f"{table_with_text(columns, 'what it decides', assumed['rules'].tolist())}\n{note}"


def _alternatives(found: Assumptions) -> str:
    rows = found.alternatives
    if rows.empty:
        return "The scheme names no alternative that this input can settle."
    nation = found.settlement.summary().to_dict("records")[0]
    paid = int((found.settlement.summary("area")["earned_pence"] > 0).sum())
    columns = [
        _money("earned", [nation["earned_pence"], *rows["earned_pence"]]),
        Column("change", ["", *map(_change, rows["change_pence"])]),
        _counts("areas paid", [paid, *rows["areas_paid"]]),
        Column("more", ["", *_numbers(rows["areas_more"])]),
        Column("less", ["", *_numbers(rows["areas_less"])]),
    ]
    if found.settlement.scheme.review:
        columns.append(_counts("reviews", [nation["reviews"], *rows["reviews"]]))
    if (rows["entitlement_pence"] != nation["entitlement_pence"]).any():
        columns.append(_money("entitlement", [nation["entitlement_pence"], *rows["entitlement_pence"]]))
    return table(_text("alternative", [AS_IT_STANDS, *rows["name"]]), *columns)


def _titles(rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    columns = [_text("alternative", rows["name"]), _text("source", rows["source"])]
    titles = [plain(title, LONGEST_TITLE) for title in rows["title"]]
    return table_with_text(columns, "in plain words", titles)


def _actions(found: Assumptions) -> str:
    """Show what missed lines lead to where an alternative changes it."""
    changed = found.alternatives.loc[found.alternatives["actions_changed"] > 0, "name"]
    if changed.empty:
        return ""
    rows = found.actions
    rows = rows[rows["name"].isin(["", *changed])]
    return table(
        _text("alternative", [name or AS_IT_STANDS for name in rows["name"]]),
        _text("what follows", rows["action"].str.replace("_", " ")),
        _counts("lines", rows["lines"]),
        _money("held back on them", rows["withheld_pence"]),
    )


def _movers(found: Assumptions) -> str:
    rows = found.movers(MOVERS)
    if rows.empty:
        return "No alternative changes what any area earns." if len(found.alternatives) else ""
    first = ~rows.duplicated("name")
    return table(
        _text("alternative", rows["name"].where(first, "")),
        _text("area", rows["area_name"]),
        _text("code", rows["area_code"]),
        Column("change", [_change(change) for change in rows["change_pence"]]),
    )


def _unsettled(rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    columns = [_text("alternative", rows["name"])]
    return table_with_text(columns, "why", [plain(reason, LONGEST_TITLE) for reason in rows["reason"]])


def _text(heading: str, cells: Iterable[object]) -> Column:
    return Column(heading, [plain(cell) for cell in cells], kind="text")


def _money(heading: str, pence: Iterable[int]) -> Column:
    return Column(heading, [pounds(int(amount)) for amount in pence])


def _counts(heading: str, counts: Iterable[int]) -> Column:
    return Column(heading, _numbers(counts))


def _numbers(counts: Iterable[int]) -> list[str]:
    return [f"{count:,}" for count in counts]


def _change(pence: int) -> str:
    return f"+{pounds(int(pence))}" if pence > 0 else pounds(int(pence))
