"""What is shown of what to pay now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from bcf_payments.cli.layout import facts, files_written, paragraph, plain, screen, section, table
from bcf_payments.cli.settlement_screen import given
from bcf_payments.settlement import Settlement
from bcf_payments.words import NOTHING_PAID, Column, sentence, several

if TYPE_CHECKING:
    from bcf_payments.cli.chosen import Chosen

HEADINGS = {
    "earned_pence": "earned to date",
    "paid_pence": "paid before",
    "due_pence": "due now",
    "overpaid_pence": "overpaid",
}
ALWAYS = ("earned_pence", "due_pence")
"""The columns that are shown though they be nil."""

MOST_AREAS = 20
"""How many areas are shown at most: those that are overpaid first, then those that are due most."""


def due_screen(
    due: pd.DataFrame,
    revised: pd.DataFrame | None,
    settlement: Settlement,
    chosen: Chosen,
    written: Sequence[Path],
) -> str:
    """Show what the areas are due, those that are overpaid first, the total of all, and what was revised."""
    pays = bool(settlement.scheme.lines)
    shown = [_areas(due, settlement), *map(paragraph, _notes(due))] if pays else [sentence(NOTHING_PAID)]
    return screen(
        f"What to pay now under {settlement.scheme.label}",
        settlement.notices,
        facts([("Scheme", settlement.scheme.title), *given(chosen, settlement.through)]),
        section("Due by area", *shown),
        *([] if revised is None else [section("What was revised since", _revisions(revised, settlement))]),
        files_written(written),
    )


def _areas(due: pd.DataFrame, settlement: Settlement) -> str:
    order = ["overpaid_pence", "due_pence"]
    most = due.sort_values(order, ascending=False, kind="stable").head(MOST_AREAS)
    names = settlement.areas.set_index("area_code")["area_name"]
    said = [f"{plain(names[code])} ({code})" for code in most["area_code"]]
    left = len(due) - len(most)
    sums = [most, due.drop(most.index), due] if left else [most, due]
    labels = [*said, f"{several(left, 'other area')}", "Total"] if left else [*said, "Total"]
    columns = [
        Column(heading, [*most[name], *(int(rows[name].sum()) for rows in sums[1:])], "pence")
        for name, heading in HEADINGS.items()
        if name in _told(due)
    ]
    return table(Column("area", labels, "text"), *columns)


def _told(due: pd.DataFrame) -> list[str]:
    """The columns that say anything: without payments before, what is due is what is earned."""
    return [name for name in HEADINGS if name in ALWAYS or due[name].any()]


def _revisions(revised: pd.DataFrame, settlement: Settlement) -> str:
    """Where another sum is earned than before, by area and payment point, biggest changes first."""
    names = settlement.areas.set_index("area_code")["area_name"]
    earned = revised[(revised["measure"] == "earned") & revised["area_code"].isin(names.index)]
    changed = earned[earned["change_pence"] != 0]
    if changed.empty:
        return "Nothing: every payment point earns what it earned before."
    order = changed["change_pence"].abs().sort_values(ascending=False, kind="stable").index
    shown = changed.loc[order].head(MOST_AREAS)
    left = len(changed) - len(shown)
    text = table(
        Column("area", [f"{plain(names[code])} ({code})" for code in shown["area_code"]], "text"),
        Column("payment point", shown["wave"].tolist(), "text"),
        Column("earned before", shown["before_pence"].tolist(), "pence"),
        Column("earned now", shown["after_pence"].tolist(), "pence"),
        Column("change", shown["change_pence"].tolist(), "pence"),
    )
    return f"{text}\nand {several(left, 'other change')}" if left else text


def _notes(due: pd.DataFrame) -> list[str]:
    """What the columns add up to, and what becomes of money paid beyond what is earned."""
    told = _told(due)
    before, over = "paid before + " * ("paid_pence" in told), " - overpaid" * ("overpaid_pence" in told)
    notes = [f"Earned to date = {before}due now{over} (G8)."]
    if len(due) > MOST_AREAS:
        notes.append("--out FILE.csv writes every area.")
    if due["overpaid_pence"].any():
        notes.append("What is overpaid is set against later payments, and not clawed back.")
    return notes
