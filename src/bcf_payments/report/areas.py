"""Every area's explanation, to unfold, found by name or code."""

from __future__ import annotations

from typing import Any

from bcf_payments.core.requirements import requirements_table
from bcf_payments.explanation.explanation import Explanation
from bcf_payments.explanation.figures import Figures
from bcf_payments.explanation.page import HOW_TO_READ, sections_html, sources
from bcf_payments.explanation.requirements import required_of_lines
from bcf_payments.html.elements import Html, anchor, bullets, paragraphs, section, tag
from bcf_payments.report.chance import ChanceBeside
from bcf_payments.report.findings import money_bar, parts_html
from bcf_payments.settlement import Settlement
from bcf_payments.words import pounds


def areas_explained(
    settlement: Settlement, figures: Figures, chance: ChanceBeside | None
) -> tuple[Html, set[str]]:
    """Each area's explanation, folded, below a search; with the ids of the facts that they cite."""
    warnings = dict(list(settlement.warnings.groupby("area_code")["message"]))
    required = dict(list(requirements_table(settlement).groupby("area_code")))
    folds, cited = [], set[str]()
    for row in figures.by("area").to_dict("records"):
        code = str(row["area_code"])
        explanation = settlement.explain(code)
        cited.update(sources(explanation))
        extra = [tag("h4", "Chance beside the payment"), chance.beside(code)] if chance else []
        if code in warnings:
            extra += [tag("h4", "Warnings"), bullets(warnings[code])]
        below = []
        if code in required:
            found = required_of_lines(required[code])
            below = [tag("h4", found.title), parts_html(figures, found)]
        folds.append(_fold(explanation, row, extra, below))
    shown = f"{len(folds):,} of {len(folds):,} areas shown"
    body = section(
        "explained",
        "Each area explained",
        paragraphs(HOW_TO_READ.sentences[0], "Select an area to unfold it. Only unfolded areas are printed."),
        _search(shown),
        tag("div", *folds, id="folds"),
        tag("p", "No area has this in its name or code.", id="none-found", hidden=True),
    )
    return body, cited


def _search(found: str) -> Html:
    """The search, which shows itself where a script can work it."""
    return tag(
        "form",
        tag("label", "Find an area by name or code", for_="search"),
        tag("input", type="search", id="search", autocomplete="off", spellcheck="false"),
        tag("button", "Unfold all shown", type="button", id="unfold"),
        tag("button", "Fold all", type="button", id="fold"),
        tag("output", found, id="count", for_="search"),
        role="search",
        id="find",
        hidden=True,
    )


def _fold(explanation: Explanation, row: dict[Any, Any], extra: list[Html], below: list[Html]) -> Html:
    """An area that can be unfolded: a link to it opens it, because what it leads to lies inside."""
    money = f"{pounds(row['earned_pence'])} earned of {pounds(row['entitlement_pence'])}"
    head = tag(
        "summary",
        tag("h3", explanation.area_name),
        " ",
        tag("span", f"{explanation.area_code}, {explanation.region}", class_="where"),
        " ",
        tag("span", money, class_="sum"),
        money_bar(row),
    )
    place = anchor("area", explanation.area_code)
    body = tag("div", *extra, sections_html(explanation, 4), *below, id=place, class_="body")
    return tag("details", head, body, data_area=f"{explanation.area_name} {explanation.area_code}")
