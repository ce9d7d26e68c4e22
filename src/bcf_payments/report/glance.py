"""The committee's page: planned, due, released, held back, what may still come."""

from __future__ import annotations

from collections.abc import Iterator

from bcf_payments.explanation.figures import Figures
from bcf_payments.html.bars import legend
from bcf_payments.html.elements import Html, bullets, paragraphs, section, tag
from bcf_payments.report.chance import ChanceBeside
from bcf_payments.report.findings import money_bar
from bcf_payments.schemes import PlannedValuePot
from bcf_payments.schemes.held_back import stays_with_the_area
from bcf_payments.words import day, pounds, several, share, short_pounds


def money_at_a_glance(figures: Figures, chance: ChanceBeside | None) -> Html:
    """Planned, due, earned, held back and not yet due, for the nation, and how they tie."""
    nation = figures.nation
    stays = " It stays with the area." if stays_with_the_area(figures.result.scheme) else ""
    held = f"Not released at its payment point.{stays}"
    if nation["caught_up_pence"]:
        made_good = pounds(nation["caught_up_pence"])
        held = f"{held} {pounds(nation['withheld_pence'])} less {made_good} made good later."
    earned = f"Earned: {share(nation['earned'], nation['due']) or 'nothing'} of what is due."
    most = "At most this, and what is named below, can still be earned."
    later = most if nation["later"] else "Every payment point is due."
    cards = {
        "Planned": (nation["entitlement_pence"], "What areas can earn at all payment points: entitlement."),
        "Due": (nation["due"], _points_due(figures)),
        "Released": (nation["earned"], earned),
        "Held back": (nation["held"], held),
        "Not yet due": (nation["later"], later),
    }
    later_told = bool(nation["later"] or figures.result.scheme.metric_lines)
    if not later_told:
        del cards["Not yet due"]
    label = "; ".join(f"{title} {pounds(nation[part])}" for part, title in figures.parts.items())
    return section(
        "money",
        "The money at a glance",
        tag("dl", *(_card(title, *card) for title, card in cards.items()), class_="cards"),
        tag("figure", money_bar(nation, label), legend(figures.parts)),
        paragraphs(_tie(nation, later_told=later_told)),
        tag("h3", "What can still be earned"),
        bullets(_forecast(figures, chance)),
    )


def _card(title: str, pence: int, note: str) -> Html:
    amount = tag("dd", tag("strong", short_pounds(pence)), " ", tag("span", pounds(pence), class_="sum"))
    return tag("div", tag("dt", title), amount, tag("dd", note))


def _points_due(figures: Figures) -> str:
    points = len(figures.result.scheme.waves)
    return f"{points - len(figures.to_come)} of {several(points, 'payment point')}."


def _tie(nation: dict[str, int], *, later_told: bool) -> str:
    planned, due, earned, held, later = (
        pounds(nation[part]) for part in ("entitlement_pence", "due", "earned", "held", "later")
    )
    parts = f"{due} due = {earned} released + {held} held back."
    if not later_told:
        return parts
    return f"{parts} {planned} planned = {due} due + {later} not yet due."


def _forecast(figures: Figures, chance: ChanceBeside | None) -> Iterator[str]:
    """What may still come: payment points to come, quarters that can be made good, missing data."""
    pot, lines = figures.result.scheme.pot, figures.lines
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
    without_pot = int((figures.result.warnings["reason"] == "pot_not_known").sum())
    if without_pot:
        areas = several(without_pot, "area")
        yield f"Not known: what {areas} without a whole plan, and so without a pot, could earn."
    if chance and figures.to_come:
        average = f"{short_pounds(chance.mean)} is earned in all, {chance.further} of it still to come"
        yield f"On average over the simulated years {average}."
