"""The committee's page: planned, due, released, held back, what may still come, what follows; the fund."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from bcf_payments.html.bars import legend
from bcf_payments.html.elements import Html, bullets, paragraphs, section, table, tag
from bcf_payments.names import AWAITING_DECISION
from bcf_payments.report.chance import Chance
from bcf_payments.report.figures import Figures, counts, money, money_bar
from bcf_payments.schemes import PlannedValuePot
from bcf_payments.schemes.fields import component_titles
from bcf_payments.schemes.held_back import stays_with_the_area
from bcf_payments.words import REASONS, Column, day, pounds, several, share, titled


def money_at_a_glance(figures: Figures, chance: Chance | None) -> Html:
    """Planned, due, earned, held back and not yet due, for the nation, and how they tie."""
    nation = figures.nation
    stays = " It stays with the area." if stays_with_the_area(figures.settlement.scheme) else ""
    held = f"Not released at its payment point.{stays}"
    if nation["caught_up_pence"]:
        made_good = pounds(nation["caught_up_pence"])
        held = f"{held} {pounds(nation['withheld_pence'])} less {made_good} made good later."
    earned = f"Earned: {share(nation['earned'], nation['due']) or 'nothing'} of what is due."
    later = "Not yet due. At most this, and what is named below, can still be earned."
    cards = {
        "Planned": (nation["entitlement_pence"], "What areas can earn at all payment points: entitlement."),
        "Due": (nation["due"], _points_due(figures)),
        "Released": (nation["earned"], earned),
        "Held back": (nation["held"], held),
        "Forecast": (nation["later"], later),
    }
    label = "; ".join(f"{title} {pounds(nation[part])}" for part, title in figures.parts.items())
    return section(
        "money",
        "The money at a glance",
        tag("dl", *(_card(title, *card) for title, card in cards.items()), class_="cards"),
        tag("figure", money_bar(nation, label), legend(figures.parts)),
        paragraphs(_tie(nation)),
        tag("h3", "What can still be earned"),
        bullets(_forecast(figures, chance)),
    )


def _card(title: str, pence: int, note: str) -> Html:
    return tag("div", tag("dt", title), tag("dd", tag("strong", pounds(pence))), tag("dd", note))


def _points_due(figures: Figures) -> str:
    points = len(figures.settlement.scheme.waves)
    return f"{points - len(figures.to_come)} of {several(points, 'payment point')}."


def _tie(nation: dict[str, int]) -> str:
    planned, due, earned, held, later = (
        pounds(nation[part]) for part in ("entitlement_pence", "due", "earned", "held", "later")
    )
    parts = f"{due} due = {earned} released + {held} held back."
    return f"{parts} {planned} planned = {due} due + {later} not yet due."


def _forecast(figures: Figures, chance: Chance | None) -> Iterator[str]:
    """What may still come: payment points to come, quarters that can be made good, missing data."""
    pot, lines = figures.settlement.scheme.pot, figures.lines
    for wave in figures.to_come:
        pence = int(lines.loc[lines["wave"] == wave.name, "not_due_pence"].sum())
        yield f"{wave.title}, paid on {day(wave.payment_date.value)}: at most {pounds(pence)}."
    missing = lines["status"] == "missing"
    if not figures.to_come:
        yield "Every payment point is due."
    elif isinstance(pot, PlannedValuePot) and pot.cumulative.value:
        complete = lines[~lines["area_code"].isin(lines.loc[missing, "area_code"])]
        pence = int((complete["withheld_pence"] - complete["caught_up_pence"]).sum())
        yield f"Missed at earlier payment points, and can be made good: at most {pounds(pence)}."
    waits = int(lines.loc[lines["held_reason"] == "missing_data", "withheld_pence"].sum())
    if waits:
        yield f"Waiting for missing data: at most {pounds(waits)}, on {several(int(missing.sum()), 'line')}."
    without_pot = int((figures.settlement.warnings["reason"] == "pot_not_known").sum())
    if without_pot:
        areas = several(without_pot, "area")
        yield f"Not known: what {areas} without a whole plan, and so without a pot, could earn."
    if chance and figures.to_come:
        average = f"{pounds(chance.mean)} is earned in all, {chance.further} of it still to come"
        yield f"On average over the simulated years {average}."


def what_follows(figures: Figures) -> Html:
    """Where money that is held back goes, what awaits a decision, which reviews are triggered."""
    if not figures.nation["held"]:
        return section("follows", "What follows", paragraphs(_reviews(figures), "Nothing is held back."))
    where = _where_it_goes(figures)
    within = ", always within its area" if stays_with_the_area(figures.settlement.scheme) else ""
    awaiting = int(where.loc[where["way"] == AWAITING_DECISION, "pence"].sum())
    return section(
        "follows",
        "What follows",
        paragraphs(_reviews(figures), _decisions(figures, awaiting)),
        table(
            f"What becomes of the money held back{within}",
            Column("Where it goes", [*where["title"], "Held back"], kind="text"),
            Column("Areas", [*counts(where["areas"]), ""]),
            Column("Amount", money([*where["pence"], where["pence"].sum()])),
            total=True,
        ),
    )


def _reviews(figures: Figures) -> str:
    if figures.settlement.scheme.review is None:
        return "This scheme has no reviews: its own rule says where money that is not earned goes."
    reviews = several(figures.nation["reviews"], "review")
    return f"{reviews}, one per area and payment point, from missed targets."


def _decisions(figures: Figures, awaiting: int) -> str:
    """How much awaits a decision, and whether any were given; nothing where none is ever needed."""
    if figures.settlement.scheme.review is None:
        return ""
    given = "as decided" if figures.settlement.is_resolved else "by the rules alone: no decisions were given"
    return f"{pounds(awaiting)} awaits a decision. The table shows where money goes {given}."


def _where_it_goes(figures: Figures) -> pd.DataFrame:
    """What is held back, by where it goes or why it stays; adds up to what is held back."""
    settlement = figures.settlement
    released = (settlement if settlement.is_resolved else settlement.resolve()).releases
    goes = released.rename(columns={"destination": "way", "amount_pence": "pence"})
    goes["title"] = [titled(way) for way in goes["way"]]
    ways = pd.concat([goes, _what_stays(settlement.payments, goes)]).groupby(["way", "title"], sort=False)
    return ways.agg(pence=("pence", "sum"), areas=("area_code", "nunique")).reset_index()


def _what_stays(payments: pd.DataFrame, goes: pd.DataFrame) -> pd.DataFrame:
    """What no rule releases, by area and reason: only money held for performance is released or made good."""
    held = payments.rename(columns={"withheld_pence": "pence"})[["area_code", "held_reason", "pence"]]
    gone = pd.concat([goes, payments.rename(columns={"caught_up_pence": "pence"})])[["area_code", "pence"]]
    gone = gone.assign(held_reason="performance", pence=-gone["pence"])
    rest = pd.concat([held, gone]).groupby(["held_reason", "area_code"])["pence"].sum().reset_index()
    rest = rest[rest["pence"] != 0]
    return rest.assign(way="", title="Still held back: " + rest["held_reason"].map(REASONS))


def whole_fund(figures: Figures) -> Html:
    """The fund by component, the performance pot among them."""
    titles = component_titles(figures.settlement.scheme)
    totals = figures.settlement.allocations.groupby("component", sort=False)["amount_pence"].sum()
    components = table(
        "The fund by component, allocated to the areas",
        Column("Component", [*(titles[str(name)] for name in totals.index), "Total"], kind="text"),
        Column("Amount", money([*totals, totals.sum()])),
        total=True,
    )
    return section("fund", "The whole fund", components)
