"""The pooled fund on the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from bcf_payments.cli.findings import lowered
from bcf_payments.cli.layout import facts, files_written, paragraph, plain, screen, section, table
from bcf_payments.cli.settlement_screen import given
from bcf_payments.explanation.pooled import HEADINGS
from bcf_payments.words import Column, pounds, several, spoken

if TYPE_CHECKING:
    from bcf_payments.cli.chosen import Chosen
    from bcf_payments.settlement import Settlement

MOST_ROWS = 20
"""How many rows are shown at most: those below their minimum first, then the largest."""

MOST_STATEMENTS = 3
BORNE = {"borne": "bears", "relief": "relieves others", "other": "the rest"}
"""What amounts of the risk are called."""


def pool_screen(
    tables: Mapping[str, pd.DataFrame],
    by: str,
    settlement: Settlement,
    chosen: Chosen,
    notices: Sequence[str],
    written: Sequence[Path],
) -> str:
    """Show the pool by area, region, nation or contributor, its risk and its statements."""
    pooled, risk, stated = tables["pool"], tables.get("risk_shares"), tables.get("pool_statement")
    return screen(
        "The pooled fund",
        notices,
        facts([("Scheme", settlement.scheme.title), *given(chosen, settlement.through)]),
        section(f"By {by}", _rows(pooled, by), *map(paragraph, _notes(pooled))),
        "" if risk is None else section("On whom falls what is not earned", *_risk(risk)),
        *([] if stated is None else _statements(stated)),
        files_written(written),
    )


def _risk(risk: pd.DataFrame) -> list[str]:
    """Who bears how much, the most first."""
    shown = risk.sort_values("borne_pence", ascending=False, kind="stable").head(MOST_ROWS)
    said = table(
        Column("area", [plain(name) for name in shown["area_name"]], "text"),
        Column("partner", [plain(name) for name in shown["partner"]], "text"),
        *(
            Column(heading, shown[f"{name}_pence"].tolist(), "pence")
            for name, heading in BORNE.items()
            if f"{name}_pence" in risk
        ),
    )
    whole = f"{pounds(int(risk['borne_pence'].sum()))} is not earned (A7, C6, G2)."
    return [said, *map(paragraph, (whole, *_every_row(risk)))]


def _statements(stated: pd.DataFrame) -> list[str]:
    """The statements of the first areas."""
    areas = list(stated.groupby("area_code", sort=False))
    shown = [
        section(
            f"Statement of {plain(own['area_name'].iloc[0])}",
            table(
                Column("line", [spoken(line) for line in own["line"]], "text"),
                Column("item", [plain(item) for item in own["item"]], "text"),
                Column("amount", own["amount_pence"].tolist(), "pence"),
            ),
        )
        for _, own in areas[:MOST_STATEMENTS]
    ]
    left = len(areas) - len(shown)
    return [*shown, f"And {several(left, 'statement')} more: --out DIR writes all." if left else ""]


def _every_row(rows: pd.DataFrame) -> list[str]:
    return ["--out DIR writes every row."] if len(rows) > MOST_ROWS else []


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
        if name in pooled and pooled[name].any()
    ]
    key_column = Column(by, [*labels, "Total"][: len(columns[0].cells)], "text")
    return table(key_column, *map(lowered, columns))


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
    return notes + _every_row(pooled)
