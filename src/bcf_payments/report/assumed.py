"""What the money rests on, and what other readings of the assumptions would pay."""

from __future__ import annotations

from bcf_payments.explanation.figures import Figures
from bcf_payments.explanation.page import fact_links
from bcf_payments.html.elements import Html, bullets, joined, paragraphs, section, table, tag
from bcf_payments.report.findings import area_link
from bcf_payments.studies.assumptions import Assumptions
from bcf_payments.words import Column, pounds, spoken, titled


def assumed(figures: Figures, found: Assumptions) -> Html:
    """Money by the basis of its rules and by fact, and the nation under each alternative."""
    return section(
        "assumptions",
        "Assumptions and what they cost",
        paragraphs(
            "Stated: in a published document. Derived: arithmetic on stated figures. Assumed: no published"
            " text was found, or sources differ, so it is a default that can be changed. A line is as sure as"
            " its weakest rule."
        ),
        _by_basis(found),
        tag("h3", "What other readings would pay"),
        _alternatives(figures, found),
        tag("h3", "The facts behind the assumed rules"),
        _by_fact(found),
    )


def _by_basis(found: Assumptions) -> Html:
    rows = found.by_basis
    return table(
        "Performance money by the weakest basis of its rules",
        Column("Basis", [*map(titled, rows["basis"]), "Total"], kind="text"),
        Column("Lines", [*rows["lines"], rows["lines"].sum()]),
        Column("Entitlement", [*rows["entitlement_pence"], rows["entitlement_pence"].sum()], "pence"),
        Column("Earned", [*rows["earned_pence"], rows["earned_pence"].sum()], "pence"),
        total=True,
    )


def _alternatives(figures: Figures, found: Assumptions) -> Html:
    rows, nation = found.alternatives, figures.nation
    if rows.empty:
        return joined(
            [paragraphs("The scheme names no other reading that this input can settle."), _unsettled(found)]
        )
    columns = [
        Column("Earned", [nation["earned_pence"], *rows["earned_pence"]], "pence"),
        Column("Change", ["", *map(_change, rows["change_pence"])]),
        Column("Areas with more", ["", *rows["areas_more"]]),
        Column("Areas with less", ["", *rows["areas_less"]]),
    ]
    if figures.result.scheme.review:
        columns.append(Column("Reviews", [nation["reviews"], *rows["reviews"]]))
    for way in ("gains_most", "loses_most"):
        movers = zip(rows[way], rows[f"{way}_pence"], strict=True)
        cells = [_mover(figures, code, pence) for code, pence in movers]
        columns.append(Column(titled(way), ["", *cells], kind="text"))
    readings = map(_cited, rows["title"], rows["source"])
    shown = table(
        "What England would earn under other readings of the assumptions, one at a time",
        Column("Reading", ["As it stands", *readings], kind="text"),
        *columns,
    )
    return joined([shown, _unsettled(found)])


def _unsettled(found: Assumptions) -> Html:
    """Readings that need other tables; nothing where there are none."""
    rows = found.unsettled
    items = [
        joined([_cited(title, source), f": not settled here. {reason}"])
        for title, source, reason in zip(rows["title"], rows["source"], rows["reason"], strict=True)
    ]
    return bullets(items) if items else Html()


def _cited(title: str, source: str) -> Html:
    return joined([f"{title} (", fact_links(source.split(", ")), ")"])


def _mover(figures: Figures, code: str, pence: int) -> Html:
    if not code:
        return Html()
    return joined([area_link(figures, code), " ", tag("span", _change(pence), class_="sum")])


def _change(pence: int) -> str:
    return f"+{pounds(int(pence))}" if pence > 0 else pounds(int(pence))


def _by_fact(found: Assumptions) -> Html:
    rows = found.by_fact.query("basis == 'assumed'")
    if rows.empty:
        return paragraphs("No rule that decides money is assumed.")
    return table(
        "Money decided by assumed rules, by the facts they cite; a line counts under each of its facts",
        Column("Fact", [fact_links([fact]) for fact in rows["fact"]], kind="text"),
        Column("What it decides", [spoken(rules) for rules in rows["rules"]], kind="text"),
        Column("Lines", rows["lines"].tolist()),
        Column("Entitlement", rows["entitlement_pence"].tolist(), "pence"),
        Column("Earned", rows["earned_pence"].tolist(), "pence"),
    )
