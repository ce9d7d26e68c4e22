"""A region, all regions, and an evaluation, on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from bcf_payments.cli.findings import finding_text
from bcf_payments.cli.layout import facts, files_written, paragraph, plain, screen, section, table
from bcf_payments.cli.settlement_screen import given
from bcf_payments.explanation.figures import Figures, regions
from bcf_payments.explanation.watched import regions_watched
from bcf_payments.schemes.fields import line_title
from bcf_payments.schemes.having import measured
from bcf_payments.words import Column, exact_pounds, rounded, several, spoken

if TYPE_CHECKING:
    from bcf_payments.cli.chosen import Chosen
    from bcf_payments.report.region import RegionalReport
    from bcf_payments.settlement import Settlement
    from bcf_payments.simulation import Simulation

MOST_ROWS = 40
"""How many rows are shown at most."""


def region_screen(report: RegionalReport, chosen: Chosen, written: Sequence[Path]) -> str:
    """Show one region: the answer, its money, its targets and who could help, its reviews."""
    settlement = report.settlement
    return screen(
        plain(report.title, len(report.title)),
        settlement.notices,
        facts(report.answer),
        facts([("Scheme", settlement.scheme.title), *given(chosen, settlement.through)]),
        *(finding_text(found, report.names) for found in report.findings),
        files_written(written),
    )


def regions_screen(
    found: pd.DataFrame, settlement: Settlement, chosen: Chosen, written: Sequence[Path]
) -> str:
    """Show the money of all regions, and how many missed lines have somebody to ask."""
    figures, scheme = Figures(settlement), settlement.scheme
    told = [(slot.wave, slot.name) for slot in measured(scheme)]
    assessed = settlement.assessments.set_index(["wave", "line"])
    missed = int(assessed[assessed.index.isin(told)]["status"].isin(["partly_met", "not_met"]).sum())
    helped = int((found["rank"].eq(1) & found.set_index(["wave", "line"]).index.isin(told)).sum())
    said = (
        f"{helped:,} of {several(missed, 'missed line')} have an area to ask that met the same target."
        " 'bcf-payments regions REGION' shows one region, and who they are."
    )
    return screen(
        f"Regions under {settlement.scheme.label}",
        settlement.notices,
        facts([("Scheme", settlement.scheme.title), *given(chosen, settlement.through)]),
        finding_text(regions(figures) if scheme.lines else regions_watched(figures), figures.names),
        section("Who could help", paragraph(said)) if told else "",
        files_written(written),
    )


def evaluation_screen(
    found: pd.DataFrame,
    settlement: Settlement,
    chosen: Chosen,
    chance: Simulation | None,
    written: Sequence[Path],
) -> str:
    """Show what was planned, achieved and paid, and what none of it shows."""
    model = [("Chance", f"{chance.draws:,} draws: {chance.model.describe()}")] if chance else []
    left = len(found) - MOST_ROWS
    more = [f"and {several(left, 'other row')}: --out FILE.csv writes every row"] if left > 0 else []
    no_evidence = found.attrs["notices"][len(settlement.notices) :]
    paid = bool(settlement.scheme.metric_lines)
    parts = "Planned, achieved and paid" if paid else "Planned and achieved"
    return screen(
        f"What was achieved{' and paid' * paid} under {settlement.scheme.label}",
        settlement.notices,
        facts([("Scheme", settlement.scheme.title), *given(chosen, settlement.through), *model]),
        section("What this is no evidence of", *map(paragraph, no_evidence)) if paid else "",
        section(parts, _evaluated(found.head(MOST_ROWS), settlement), *more),
        section("How to read it", *map(paragraph, NOTES if paid else [*NOTES[:1], NOT_PAID_ON])),
        files_written(written),
    )


NOTES = (
    "Units are counts at the baseline's denominator, of a per cent percentage points; above 0 is better.",
    "Areas that improved are paid, and others pay nothing back: money may be paid where all got worse.",
)


NOT_PAID_ON = "These metrics are watched, and nothing is paid on them."


def _evaluated(found: pd.DataFrame, settlement: Settlement) -> str:
    key = str(found.columns[0])
    names = settlement.areas.set_index("area_code")["area_name"].to_dict()
    label, rows = "metric", [plain(line_title(settlement.scheme, line), 50) for line in found["line"]]
    if key != "nation":
        label = f"{key.removesuffix('_code')}, metric"
        places = (plain(names.get(place, place)) for place in found[key])
        rows = [f"{place}, {spoken(line)}" for place, line in zip(places, found["line"], strict=True)]
    each = ["" if value is None else exact_pounds(_to_pence(value)) for value in found["pounds_per_unit"]]
    columns = [
        Column("planned", [_units(units) for units in found["units_planned"]]),
        Column("achieved", [_units(units) for units in found["units_achieved"]]),
    ]
    if settlement.scheme.metric_lines:
        columns += [
            Column("can be earned", found["entitlement_pence"].tolist(), "pence"),
            Column("paid", found["earned_pence"].tolist(), "pence"),
            Column("paid for a unit", each),
        ]
    if "chance_mean_pence" in found:
        columns.append(Column("chance alone", found["chance_mean_pence"].round().tolist(), "pence"))
    return table(Column(label, rows, "text"), *columns)


def _to_pence(value: Fraction | int) -> Fraction:
    """Pounds to the nearest penny."""
    return Fraction(round(Fraction(value) * 100), 100)


def _units(number: float) -> str:
    return "not known" if pd.isna(number) else rounded(Fraction(number), 0 if number.is_integer() else 1)
