"""What assurance found, and what plans would save, on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from bcf_payments.cli.layout import (
    facts,
    files_written,
    paragraph,
    plain,
    screen,
    section,
    table,
    table_with_text,
)
from bcf_payments.given import notices_of
from bcf_payments.words import Column, listed, rounded, several, spoken, titled

if TYPE_CHECKING:
    from bcf_payments.cli.chosen import Chosen

MOST_FINDINGS, MOST_ROWS = 20, 40
"""How many rows are shown at most."""


def assurance_screen(
    counts: pd.DataFrame, found: pd.DataFrame, chosen: Chosen, written: Sequence[Path]
) -> str:
    """Show plans by status, findings by kind, and the first of those that no other area shares."""
    return screen(
        f"Assurance of the plans under {chosen.scheme.label}",
        notices_of(chosen.tables._asdict()),
        facts(_about(chosen)),
        section("Plans by status", _statuses(counts)),
        section("Findings", _kinds(found)),
        section("Rarest first", _findings(found, chosen), *map(paragraph, _left(found))),
        files_written(written),
    )


def savings_screen(saved: pd.DataFrame, chosen: Chosen, written: Sequence[Path]) -> str:
    """Show savings by area, region or nation, payment point and metric."""
    shown, sources = saved.head(MOST_ROWS), dict.fromkeys(map(plain, saved["value_source"]))
    left = len(saved) - len(shown)
    more = [f"and {several(left, 'other row')}: --out FILE.csv writes all"] if left else []
    return screen(
        f"What the plans save under {chosen.scheme.label}",
        notices_of(chosen.tables._asdict()),
        facts(
            [
                *_about(chosen),
                ("Values of a unit", "; ".join(sources)),
            ]
        ),
        section("Savings", _savings(shown, chosen), *more),
        section("How to read it", *map(paragraph, NOTES)),
        files_written(written),
    )


NOTES = (
    "A saving above £0.00 is money not spent at these values; one below is money spent.",
    "Changes are counted at the baseline's denominator, and each line is rounded to the nearest penny.",
    "Above plan = achieved - (planned - planned where missing); below £0.00 is worse than planned.",
    "Periods that overlap (L4) may not be added up.",
    "What a change is worth is arithmetic: it is no evidence that the money was released (N3, N8).",
)


def _about(chosen: Chosen) -> list[tuple[str, str]]:
    alone = [("Areas", f"{listed(chosen.only)} alone, as asked")] if chosen.only else []
    return [("Scheme", chosen.scheme.title), ("Input", chosen.source), *alone]


def _statuses(counts: pd.DataFrame) -> str:
    signed = int(counts.loc[counts["signed_off"], "plans"].sum())
    whole = int(counts["plans"].sum())
    labels = [*map(titled, counts["plan_status"]), "All plans", "of which signed off"]
    return table(Column("status", labels, "text"), Column("plans", [*counts["plans"], whole, signed]))


def _kinds(found: pd.DataFrame) -> str:
    kinds = found.groupby("finding", sort=False).agg(
        findings=("detail", "size"), areas=("area_code", "nunique"), facts=("facts", "first")
    )
    return table(
        Column("finding", [spoken(kind) for kind in kinds.index], "text"),
        Column("findings", kinds["findings"].tolist()),
        Column("areas", kinds["areas"].tolist()),
        Column("facts", kinds["facts"].tolist(), "text"),
    )


def _findings(found: pd.DataFrame, chosen: Chosen) -> str:
    """The findings that are rarest, as those that every area has say little of any."""
    names = _names(chosen)
    often = found["finding"].map(found["finding"].value_counts())
    rare = found.loc[often.sort_values(kind="stable").index].head(MOST_FINDINGS)
    who = [plain(names.get(code, code)) for code in rare["area_code"]]
    kinds = Column("finding", [spoken(kind) for kind in rare["finding"]], "text")
    return table_with_text([Column("area", who, "text"), kinds], "what was found", rare["detail"].tolist())


def _names(chosen: Chosen) -> dict[str, str]:
    """What every area is called, and all of them together."""
    areas = chosen.tables.areas
    of_areas = dict(zip(areas["area_code"], areas["area_name"], strict=True))
    return of_areas | {chosen.scheme.nation_key: chosen.scheme.whole}


def _left(found: pd.DataFrame) -> list[str]:
    left = len(found) - MOST_FINDINGS
    return [f"and {several(left, 'other finding')}: --out FILE.csv writes every one"] if left > 0 else []


def _savings(saved: pd.DataFrame, chosen: Chosen) -> str:
    key, names = str(saved.columns[0]), _names(chosen)
    rows = zip(saved[key], saved["wave"], saved["metric"], strict=True)
    labels = [
        f"{plain(names.get(place, place))}, {plain(wave)}, {spoken(metric)}" for place, wave, metric in rows
    ]
    label = f"{spoken(key.removesuffix('_code'))}, payment point, metric"
    return table(
        Column(label, labels, "text"),
        *(Column(UNITS[name], [_units(n) for n in saved[name]], "count") for name in UNITS if name in saved),
        *(Column(MONEY[name], saved[name].tolist(), "pence") for name in MONEY if name in saved),
        *([Column("missing", saved["missing"].tolist())] if "missing" in saved else []),
    )


UNITS = {"planned_units": "planned change", "achieved_units": "achieved change"}
MONEY = {
    "planned_pence": "planned saving",
    "achieved_pence": "achieved saving",
    "not_known_pence": "planned where missing",
    "above_plan_pence": "above plan",
}


def _units(number: float) -> str:
    return rounded(Fraction(number), 0 if number.is_integer() else 1)
