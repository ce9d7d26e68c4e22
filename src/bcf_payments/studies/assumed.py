"""What the assumptions cost, as findings: money by basis and fact, other readings, who gains and loses."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from bcf_payments.explanation.findings import Finding, Table
from bcf_payments.studies.assumptions import Assumptions
from bcf_payments.words import NOTHING_PAID, Column, sentence

BY_BASIS = "Performance money by the basis of its rules"
AS_IT_STANDS = "as it stands"
MOVERS = 3


def assumed(found: Assumptions) -> Iterator[Finding]:
    """What rests on which assumption, and what each alternative would pay and change."""
    if not found.settlement.scheme.lines:
        yield Finding("basis", BY_BASIS, (sentence(NOTHING_PAID),))
        return
    yield _by_basis(found.by_basis)
    yield _by_fact(found.by_fact)
    rows, lacking, title = found.alternatives, found.unsettled, "What each alternative would pay"
    if rows.empty:
        yield Finding("pays", title, ("The scheme names no alternative that this input can settle.",))
    else:
        yield Finding("pays", title, (_alternatives(found, rows),))
    if len(named := pd.concat([rows, lacking])):
        says = _table("In plain words, one at a time", named, source="facts", title="sentence")
        yield Finding("readings", "What each alternative changes", (says,))
    if len(rows):
        yield from _actions(found)
        yield _movers(found)
    if len(lacking):
        reasons = _table("What they would need", lacking, reason="sentence")
        yield Finding("unsettled", "Alternatives that this input cannot settle", (reasons,))


def _table(caption: str, rows: pd.DataFrame, **kinds: str) -> Table:
    """Columns of a table beside the names of the alternatives, under their headings."""
    columns = [Column(_HEADINGS[name], rows[name].tolist(), kind) for name, kind in kinds.items()]
    return Table(caption, Column("Alternative", rows["name"].tolist(), "alternative"), columns)


_HEADINGS = {
    "source": "Source",
    "title": "In plain words",
    "reason": "Why",
    "action": "What follows",
    "lines": "Lines",
    "withheld_pence": "Held back on them",
}


def _by_basis(rows: pd.DataFrame) -> Finding:
    whole = pd.concat([rows, rows.sum(numeric_only=True).to_frame().T.assign(basis="Total")])
    shown = Table(
        "Performance money by the weakest basis of its rules",
        Column("Basis", whole["basis"].tolist(), "way"),
        _money(whole),
        total=True,
    )
    note = (
        "A line of a payment point counts under the weakest basis of the rules that decide it: stated in a"
        " published document; derived by arithmetic from stated figures; or assumed, a default that can be"
        " changed, because no published text was found or sources differ."
    )
    return Finding("basis", BY_BASIS, (shown, note))


def _money(rows: pd.DataFrame) -> list[Column]:
    return [
        Column("Lines", rows["lines"].tolist()),
        Column("Entitlement", rows["entitlement_pence"].tolist(), "pence"),
        Column("Earned", rows["earned_pence"].tolist(), "pence"),
    ]


def _by_fact(money: pd.DataFrame) -> Finding:
    title, rows = (
        "Money that rests on assumed rules, by the facts they cite",
        money.query("basis == 'assumed'"),
    )
    if rows.empty:
        return Finding("rests", title, ("No rule that decides money is assumed.",))
    note = (
        "A line counts under every fact that its assumed rules cite, so the columns do not add up. A fact may"
        " itself be stated: then what is assumed is how the rule reads it."
    )
    columns = [*_money(rows), Column("What it decides", rows["rules"].tolist(), "rules")]
    shown = Table("Money decided by assumed rules", Column("Fact", rows["fact"].tolist(), "facts"), columns)
    return Finding("rests", title, (shown, note))


def _alternatives(found: Assumptions, rows: pd.DataFrame) -> Table:
    nation = found.settlement.summary().to_dict("records")[0]
    paid = int((found.settlement.summary("area")["earned_pence"] > 0).sum())
    columns = [
        Column("Earned", [nation["earned_pence"], *rows["earned_pence"]], "pence"),
        Column("Change", [None, *rows["change_pence"]], "change"),
        Column("Areas paid", [paid, *rows["areas_paid"]]),
        Column("More", [None, *rows["areas_more"]]),
        Column("Less", [None, *rows["areas_less"]]),
    ]
    if found.settlement.scheme.review:
        columns.append(Column("Reviews", [nation["reviews"], *rows["reviews"]]))
    if (rows["entitlement_pence"] != nation["entitlement_pence"]).any():
        entitlement = [nation["entitlement_pence"], *rows["entitlement_pence"]]
        columns.append(Column("Entitlement", entitlement, "pence"))
    caption = "What is earned, one at a time, and in how many areas it is more or less"
    return Table(caption, Column("Alternative", [AS_IT_STANDS, *rows["name"]], "alternative"), columns)


def _actions(found: Assumptions) -> Iterator[Finding]:
    """What missed lines lead to, where an alternative changes it."""
    changed = found.alternatives.loc[found.alternatives["actions_changed"] > 0, "name"]
    if len(changed):
        rows = found.actions
        rows = rows[rows["name"].isin(["", *changed])]
        rows = rows.assign(name=rows["name"].replace("", AS_IT_STANDS))
        shown = _table(
            "What follows, by alternative", rows, action="way", lines="count", withheld_pence="pence"
        )
        yield Finding("leads", "What follows from missed lines", (shown,))


def _movers(found: Assumptions) -> Finding:
    rows, title = found.movers(MOVERS), f"Areas that gain and lose most, up to {MOVERS} each"
    if rows.empty:
        return Finding("movers", title, ("No alternative changes what any area earns.",))
    columns = [
        Column("Area", rows["area_code"].tolist(), "area"),
        Column("Code", rows["area_code"].tolist(), "code"),
        Column("Change", rows["change_pence"].tolist(), "change"),
    ]
    return Finding(
        "movers", title, (Table(title, Column("Alternative", rows["name"].tolist(), "alternative"), columns),)
    )
