"""The pooled fund on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from bcf_payments.cli.layout import facts, files_written, paragraph, plain, screen, section, table
from bcf_payments.cli.settlement_screen import given
from bcf_payments.words import Column, pounds, several

if TYPE_CHECKING:
    from bcf_payments.cli.chosen import Chosen
    from bcf_payments.settlement import Settlement

HEADINGS = {
    "total_pence": "pool",
    "minimum_pence": "minimum",
    "voluntary_pence": "above it",
    "shortfall_pence": "below it",
    "nhs_pence": "from the NHS",
    "council_pence": "from councils",
    "maintains_existing_pence": "existing care",
    "new_services_pence": "new services",
    "allocation_pence": "allocated",
    "difference_pence": "minimum less allocated",
}
MOST_ROWS = 20
"""How many rows are shown at most: those below their minimum first, then the largest."""


def pool_screen(
    pooled: pd.DataFrame, by: str, settlement: Settlement, chosen: Chosen, written: Sequence[Path]
) -> str:
    """Show the pool by area, region, nation or contributor, with the total of all."""
    return screen(
        "The pooled fund",
        pooled.attrs.get("notices", ()),
        facts([("Scheme", settlement.scheme.title), *given(chosen, settlement.through)]),
        section(f"By {by}", _rows(pooled, by), *map(paragraph, _notes(pooled))),
        files_written(written),
    )


def _rows(pooled: pd.DataFrame, by: str) -> str:
    order = ["shortfall_pence", "total_pence"]
    most = pooled.sort_values(order, ascending=False, kind="stable").head(MOST_ROWS)
    rest = pooled.drop(most.index)
    key = "area_name" if "area_name" in pooled else pooled.columns[0]
    labels = [plain(name) for name in most[key]] + (
        [f"{several(len(rest), 'other row')}"] if len(rest) else []
    )
    sums = [rest, pooled] if len(rest) else [pooled][: len(pooled) - 1]
    columns = [
        Column(heading, [*most[name], *(int(rows[name].sum()) for rows in sums)], "pence")
        for name, heading in HEADINGS.items()
        if name in pooled
    ]
    return table(Column(by, [*labels, "Total"][: len(columns[0].cells)], "text"), *columns)


def _notes(pooled: pd.DataFrame) -> list[str]:
    """How far the pool is above its minimum, what is short, and how to see every row."""
    minimum, above, short = (
        int(pooled[f"{name}_pence"].sum()) for name in ("minimum", "voluntary", "shortfall")
    )
    notes = ["Pool = minimum + above it - below it = from the NHS + from councils (F1, F2)."]
    if minimum:
        notes.append(f"{100 * above / minimum:.1f}% above the minimum.")
    if short:
        notes.append(f"Contributions below their minimum are short of {pounds(short)} together.")
    if len(pooled) > MOST_ROWS:
        notes.append("--out FILE.csv writes every row.")
    return notes
