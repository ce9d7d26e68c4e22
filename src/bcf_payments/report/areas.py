"""Every area's explanation, to unfold, found by name or code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bcf_payments.core.requirements import requirements_table
from bcf_payments.explanation import explain_area
from bcf_payments.explanation.explanation import Explanation
from bcf_payments.explanation.figures import Figures
from bcf_payments.explanation.page import HOW_TO_READ, sections_html, sources
from bcf_payments.explanation.pooled import PoolTold
from bcf_payments.explanation.requirements import Row, required_of_lines
from bcf_payments.html.elements import Html, anchor, bullets, paragraphs, section, tag
from bcf_payments.report.chance import ChanceBeside
from bcf_payments.report.findings import money_bar, parts_html
from bcf_payments.report.readings import area_readings
from bcf_payments.settlement import Settlement
from bcf_payments.studies.peers import peers_known
from bcf_payments.words import pounds, short_pounds


def areas_explained(
    settlement: Settlement, figures: Figures, chance: ChanceBeside | None, pool: PoolTold | None
) -> tuple[Html, set[str]]:
    """Each area's explanation, folded, below a search; with the ids of the facts that they cite."""
    warnings = dict(list(settlement.warnings.groupby("area_code")["message"]))
    required = defaultdict[str, list[Row]](list)
    for row in requirements_table(settlement).to_dict("records"):
        required[row["area_code"]].append(row)
    pictures, peers = area_readings(figures), peers_known(settlement)
    helped = {} if peers is None else dict(list(peers.groupby("area_code")))
    folds: list[tuple[Explanation, Sequence[Html | str], list[Html]]] = []
    cited = set[str]()
    for row in figures.by("area").to_dict("records"):
        code = str(row["area_code"])
        explanation = explain_area(settlement, code, pool, helped.get(code))
        cited.update(sources(explanation))
        noted = [tag("h4", "Warnings"), bullets(warnings[code])] if code in warnings else []
        luck = [tag("h4", "Chance beside the payment"), chance.beside(code)] if chance else []
        steps = [pictures.get(code, Html()), sections_html(explanation, 4)]
        money = _money(row) if settlement.scheme.lines else ()
        folds.append((explanation, money, [*noted, *steps, *_required(figures, required[code]), *luck]))
    read = HOW_TO_READ.sentences[:1] if settlement.scheme.lines else ()
    folded = [_fold(*fold, unfolded=len(folds) == 1) for fold in folds]
    shown = f"{len(folds):,} of {len(folds):,} areas shown"
    body = section(
        "explained",
        "Each area explained",
        paragraphs(
            *read,
            "Select an area to unfold it. Only unfolded areas are printed.",
        ),
        _search(shown),
        tag("div", *folded, id="folds"),
        tag("p", "No area has this in its name or code.", id="none-found", hidden=True),
    )
    return body, cited


def _required(figures: Figures, table: Sequence[Row]) -> list[Html]:
    """What each line of an area must achieve, where any pays on an outcome."""
    if not table:
        return []
    found = required_of_lines(table)
    return [tag("h4", found.title), parts_html(figures, found)]


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


def _money(row: dict[Any, Any]) -> tuple[Html | str, ...]:
    """What an area has earned of what it can earn."""
    money, exact = (
        f"{told(row['earned_pence'])} earned of {told(row['entitlement_pence'])}"
        for told in (short_pounds, pounds)
    )
    return " ", tag("span", money, class_="sum", title=exact), money_bar(row)


def _fold(
    explanation: Explanation, money: Sequence[Html | str], parts: list[Html], *, unfolded: bool
) -> Html:
    """An area that can be unfolded: a link to it opens it, because what it leads to lies inside."""
    head = tag(
        "summary",
        tag("h3", explanation.area_name),
        " ",
        tag("span", f"{explanation.area_code}, {explanation.region}", class_="where"),
        *money,
    )
    place = anchor("area", explanation.area_code)
    body = tag("div", *parts, id=place, class_="body")
    named = f"{explanation.area_name} {explanation.area_code}"
    return tag("details", head, body, open=unfolded, data_area=named, data_region=explanation.region)
