"""What deserves a look in a settlement: gaps in the data, reviews, warnings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from bcf_payments.cli.layout import Column, paragraph, plain, several, table, table_with_text
from bcf_payments.display import pounds

if TYPE_CHECKING:
    from bcf_payments.schemes import Slot
    from bcf_payments.settlement import Settlement

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
        Column("payment point", [wave for wave, _ in keys], right=False),
        Column("line", [line for _, line in keys], right=False),
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
        Column("payment point", [str(wave) for (wave, _), _ in groups], right=False),
        Column("what follows", [str(action).replace("_", " ") for (_, action), _ in groups], right=False),
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
