"""The payment calendar on the screen: what is paid when, on what, and by which rules."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from bcf_payments.cli.layout import Column, facts, paragraph, plain, section, table, table_with_text
from bcf_payments.cli.return_screen import files_written
from bcf_payments.cli.settlement_screen import given
from bcf_payments.display import pounds
from bcf_payments.explanation.words import day

if TYPE_CHECKING:
    from bcf_payments.cli.commands import Chosen
    from bcf_payments.settlement import Settlement

MONEY = {
    "entitlement_pence": "can be earned",
    "earned_pence": "paid",
    "caught_up_pence": "of it for earlier points",
    "withheld_pence": "held back",
    "not_due_pence": "not yet due",
}
OFTEN_NONE = ("caught_up_pence", "not_due_pence")


def calendar_screen(
    settlement: Settlement, chosen: Chosen, area_code: str | None, written: Sequence[Path]
) -> str:
    """Show each payment day with what is paid on it, in England or in one area."""
    calendar = settlement.calendar(area_code)
    names = settlement.areas.set_index("area_code")["area_name"]
    who = f"{names[area_code]} ({area_code})" if area_code else "England"
    parts = [
        section(
            f"Payment calendar of {plain(who)} under {settlement.scheme.label}",
            *map(paragraph, settlement.notices),
        ),
        facts([("Scheme", settlement.scheme.title), *given(chosen, settlement.through)]),
        section("What is paid when", _money(calendar)),
        section("What each payment rests on", _rules(calendar)),
        paragraph("Money that goes to the areas by formula has no days in the schemes."),
        files_written(written),
    ]
    return "\n\n".join(part for part in parts if part)


def _money(calendar: pd.DataFrame) -> str:
    rows = [(label, lines[list(MONEY)].sum()) for label, lines in _groups(calendar)]
    shown = [name for name in MONEY if name not in OFTEN_NONE or calendar[name].any()]
    return table(
        Column("", [label for label, _ in rows], right=False),
        *(Column(MONEY[name], [pounds(int(sums[name])) for _, sums in rows]) for name in shown),
    )


def _groups(calendar: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The rows of each payment day, of each of its lines if it has several, and of all."""
    for wave, lines in calendar.groupby("wave", sort=False):
        yield f"{day(lines['payment_date'].iloc[0])} ({wave})", lines
        if len(lines) > 1:
            yield from ((f"  {line}", rows) for line, rows in lines.groupby("line", sort=False))
    yield "Total", calendar


def _rules(calendar: pd.DataFrame) -> str:
    """Which facts name each day and each line's period, and how sure they are."""
    rows = calendar.to_dict("records")
    dated = calendar["date_basis"] + ": " + calendar["date_source"]
    columns = [
        Column("payment point", calendar["wave"].tolist(), right=False),
        Column("line", calendar["line"].tolist(), right=False),
        Column("share", [str(row["share"]) or "as planned" for row in rows], right=False),
        Column("day", dated.tolist(), right=False),
    ]
    return table_with_text(columns, "measured over, and why", [_over(row) for row in rows])


def _over(row: Mapping[Hashable, Any]) -> str:
    """The period of a metric, or the day by which a plan is due; then the facts of the line."""
    if pd.notna(row["measured_to"]):
        when = f"{day(row['measured_from'])} to {day(row['measured_to'])}"
    elif pd.notna(row["submit_by"]):
        when = f"plan by {day(row['submit_by'])}"
    else:
        when = "the plan"
    return f"{when}; {row['basis']}: {row['source']}"
