"""A settlement on the screen: what an analyst wants to see first, in pounds, within 100 columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from bcf_payments.cli.figures import Figures
from bcf_payments.cli.layout import facts, paragraph, plain, section, table, table_with_text
from bcf_payments.cli.scheme_screen import payment_points, rules_by_basis
from bcf_payments.given import notices_of
from bcf_payments.schemes.parts import BASES, Basis, NationalAmount
from bcf_payments.words import Column, pounds, several

if TYPE_CHECKING:
    from bcf_payments.cli.chosen import Chosen
    from bcf_payments.schemes import Scheme, Slot
    from bcf_payments.settlement import Settlement

MISSING_MEANS = {
    "raise": "refused",
    "withhold": "a line without its plan, outcome or conditions earns nothing and waits",
}


def settlement_screen(
    settlement: Settlement, chosen: Chosen, *, verified: bool, written: Sequence[Path]
) -> str:
    """Show a settlement: its input, the national figures, gaps, reviews, regions, areas and warnings."""
    figures = Figures.of(settlement)
    about = [*_about(chosen, settlement.through)]
    if verified:
        about.append(("Verified", "the slow reference gives the same figures, to the penny"))
    parts = [
        section(f"Settlement under {settlement.scheme.label}", *map(paragraph, settlement.notices)),
        facts(about),
        section("The fund", figures.fund()),
        section("Performance money by payment point and line", figures.money(), figures.identity()),
        section("Why money is held back", figures.held_back_by_reason()),
        section("Number of areas by result", figures.results()),
        section("Missing data", missing_lines(figures.rows, settlement.scheme.lines)),
        section("Reviews", reviews(settlement)),
        section("Where money that was held back goes", releases(settlement)),
        section("Regions", figures.regions()),
        section("Areas with most held back", figures.most_held_back()),
        section("Warnings", warnings_by_reason(settlement.warnings)),
        section("Files written", "\n".join(map(str, written))),
    ]
    return "\n\n".join(part for part in parts if part)


def validation_screen(chosen: Chosen, warnings: pd.DataFrame, through: str | None) -> str:
    """Show that an input has no problem, and what is worth a look nonetheless."""
    notices = notices_of(chosen.tables._asdict())
    parts = [
        section("No problems in the input", *map(paragraph, notices)),
        facts([("Scheme", chosen.scheme.title), *given(chosen, through)]),
        section("Warnings", warnings_by_reason(warnings) or "None."),
    ]
    return "\n\n".join(part for part in parts if part)


def _about(chosen: Chosen, through: str | None) -> list[tuple[str, str]]:
    scheme = chosen.scheme
    parts: list[NationalAmount] = [*scheme.components, scheme.pot]
    return [
        ("Scheme", scheme.title),
        ("Rules", f"{rules_by_basis(scheme)} ('bcf-payments schemes {chosen.scheme_given}' shows them)"),
        ("Amounts", _by_basis((part.amount_pence, part.amount_pounds.basis) for part in parts)),
        ("Weights", _by_basis((part.amount_pence, part.weight.basis) for part in parts)),
        ("Paid on", payment_points(scheme)),
        *given(chosen, through),
    ]


def given(chosen: Chosen, through: str | None) -> list[tuple[str, str]]:
    """Say what was settled: how far, which input, and what missing rows mean."""
    return [
        ("Through", _through(chosen.scheme, through)),
        ("Input", _input(chosen)),
        ("If missing", f"{MISSING_MEANS[chosen.on_missing]} ({chosen.on_missing_option})"),
    ]


def _by_basis(amounts: Iterable[tuple[int, Basis]]) -> str:
    """Add up national money by how sure its rule is."""
    totals = dict.fromkeys(BASES, 0)
    for amount, basis in amounts:
        totals[basis] += amount
    return ", ".join(f"{basis} for {pounds(total)}" for basis, total in totals.items() if total)


def _through(scheme: Scheme, through: str | None) -> str:
    names = scheme.wave_names
    if through is None:
        return f"{names[-1]}: every payment point is due"
    return f"{through}: {names.index(through) + 1} of {several(len(names), 'payment point')} due"


def _input(chosen: Chosen) -> str:
    areas, plans, outcomes = (len(frame) for frame in chosen.tables[:3])
    areas_said = f"{several(areas, 'area')} that share the whole fund"
    rows = f"{areas_said}, {several(plans, 'plan')}, {several(outcomes, 'outcome')}"
    return f"{chosen.source} ({rows})"


def releases(settlement: Settlement) -> str:
    """Add up the releases of a resolved settlement by where the money goes, or that it awaits a decision."""
    groups = settlement.releases.groupby("destination")
    if not len(groups):
        return "Nothing was held back on performance that reviews or the pot's own rule could release."
    return table(
        Column("in the same area, for", [str(name).replace("_", " ") for name, _ in groups], kind="text"),
        Column("areas", [f"{rows['area_code'].nunique():,}" for _, rows in groups]),
        Column("lines", [f"{len(rows):,}" for _, rows in groups]),
        Column("amount", [pounds(int(rows["amount_pence"].sum())) for _, rows in groups]),
    )


TRIGGERS = ("1", "0.9", "0.7")

NAMES_SHOWN = 10

MESSAGES_SHOWN = 3

LONGEST_MESSAGE = 300


def missing_lines(rows: pd.DataFrame, slots: Sequence[Slot]) -> str:
    """Say which lines of which areas have no data; `rows` are those of `Figures`."""
    missing = rows[rows["status"] == "missing"]
    if missing.empty:
        return ""
    areas = several(missing["area_code"].nunique(), "area")
    total = f"{len(missing):,} of {several(len(rows), 'line')}, in {areas}: they earn nothing and wait."
    by_line = dict(list(missing.groupby(["wave", "line"])["area_name"]))
    keys = [(slot.wave, slot.name) for slot in slots if (slot.wave, slot.name) in by_line]
    names = [by_line[key].tolist() for key in keys]
    columns = [
        Column("payment point", [wave for wave, _ in keys], kind="text"),
        Column("line", [line for _, line in keys], kind="text"),
        Column("areas", [f"{len(named):,}" for named in names]),
    ]
    everywhere = rows["area_code"].nunique()
    texts = ["all areas" if len(named) == everywhere else _names(named) for named in names]
    return f"{total}\n\n{table_with_text(columns, 'which', texts)}"


def _names(names: Sequence[str]) -> str:
    named = ", ".join(plain(name) for name in names[:NAMES_SHOWN])
    more = len(names) - NAMES_SHOWN
    return f"{named} and {more:,} more" if more > 0 else named


def reviews(settlement: Settlement) -> str:
    """Say which reviews the missed lines trigger, and how many there would be at other thresholds."""
    if settlement.scheme.review is None:
        return ""
    triggered = settlement.reviews
    at = ", ".join(f"{settlement.reviews_at(trigger):,} at {trigger}" for trigger in TRIGGERS)
    ifs = paragraph(
        "Reviews by trigger (the share of the planned improvement below which a missed line would lead to"
        f" one): {at}."
    )
    if triggered.empty:
        return f"No line triggers a review.\n\n{ifs}"
    total = (
        f"{several(triggered['review_id'].nunique(), 'review')}, one per area and payment point,"
        f" over {several(len(triggered), 'missed line')}."
    )
    return f"{total}\n\n{_by_action(triggered, settlement.scheme.wave_names)}\n\n{ifs}"


def _by_action(triggered: pd.DataFrame, waves: Sequence[str]) -> str:
    ordered = triggered.sort_values("wave", key=lambda names: names.map(waves.index), kind="stable")
    groups = list(ordered.groupby(["wave", "action"], sort=False))
    return table(
        Column("payment point", [str(wave) for (wave, _), _ in groups], kind="text"),
        Column("what follows", [str(action).replace("_", " ") for (_, action), _ in groups], kind="text"),
        Column("areas", [f"{rows['area_code'].nunique():,}" for _, rows in groups]),
        Column("lines", [f"{len(rows):,}" for _, rows in groups]),
        Column("held back on them", [pounds(int(rows["withheld_pence"].sum())) for _, rows in groups]),
    )


def warnings_by_reason(warnings: pd.DataFrame) -> str:
    """Count the warnings of each reason, and give the first few."""
    parts = []
    for reason, rows in warnings.groupby("reason", sort=False):
        parts.append(f"{reason}: {len(rows):,}")
        shown = rows.head(MESSAGES_SHOWN)
        about = [f"{code}: " if code else "" for code in shown["area_code"]]
        texts = [f"{place}{text}" for place, text in zip(about, shown["message"], strict=True)]
        parts += [paragraph(plain(text, LONGEST_MESSAGE), "  ") for text in texts]
        if len(rows) > len(shown):
            parts.append(f"  ... and {len(rows) - len(shown):,} more")
    return "\n".join(parts)
