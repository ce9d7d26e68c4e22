"""The explanation of one area on the screen, with what was settled below it."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from bcf_payments.cli.findings import lowered
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
from bcf_payments.cli.settlement_screen import given
from bcf_payments.names import OFTEN_NIL
from bcf_payments.returns.layout import item_texts
from bcf_payments.words import MONEY_HEADINGS, NOTHING_PAID, Column, day, sentence

if TYPE_CHECKING:
    from bcf_payments.cli.chosen import Chosen
    from bcf_payments.explanation import Explanation
    from bcf_payments.returns import AreaReturn
    from bcf_payments.returns.figures import Share
    from bcf_payments.returns.layout import Block
    from bcf_payments.schemes import Scheme
    from bcf_payments.settlement import Settlement

TITLE = "What was settled"


def explanation_screen(explanation: Explanation, chosen: Chosen, *, markdown: bool) -> str:
    """Show an explanation as text or Markdown, then which scheme and input it is about."""
    about = [("Scheme", explanation.scheme), *given(chosen, explanation.through)]
    if markdown:
        listed = "\n".join(f"- {label}: {text}" for label, text in about)
        shown = f"{explanation.to_markdown()}\n\n## {TITLE}\n\n{listed}"
    else:
        shown = f"{explanation}\n\n{section(TITLE, facts(about))}"
    return shown


def page_screen(
    title: str,
    settlement: Settlement,
    chosen: Chosen,
    page: Path,
    more: Sequence[tuple[str, str]] = (),
) -> str:
    """Say what a page is about, and where it is."""
    return screen(
        plain(title, len(title)),
        settlement.notices,
        facts([("Scheme", settlement.scheme.title), *given(chosen, settlement.through), *more]),
        files_written([page]),
    )


def return_screen(area_return: AreaReturn, chosen: Chosen, written: Sequence[Path]) -> str:
    """Show a return: its lines, the area's performance money, and what became of the pot."""
    return screen(
        plain(area_return.title, len(area_return.title)),
        [plain(text, len(text)) for text in (*area_return.notices, *area_return.remarks)],
        facts([("Scheme", area_return.scheme.title), *given(chosen, area_return.through)]),
        *(section(block.title, _block(block)) for block in area_return.blocks()),
        *(section(title, _amounts(shares)) for title, shares in area_return.amounts),
        files_written(written),
    )


def _block(block: Block) -> str:
    labels = Column("", [item.label for item in block.items], kind="text")
    cells = zip(*(item_texts(item, block) for item in block.items), strict=True)
    columns = [Column(name, column) for name, column in zip(block.columns, cells, strict=True)]
    needed = 1 + table(labels, *columns).count("\n\n")
    size = math.ceil(len(columns) / needed)  # evenly, so that a total never stands alone
    return "\n\n".join(table(labels, *columns[at : at + size]) for at in range(0, len(columns), size))


def _amounts(shares: Sequence[Share]) -> str:
    total = [("Total", sum(share.pence for share in shares))] if len(shares) != 1 else []
    rows = [*shares, *total]
    return table(
        Column("", [what for what, _ in rows], kind="text"),
        Column("amount", [pence for _, pence in rows], "pence"),
    )


def calendar_screen(
    settlement: Settlement, chosen: Chosen, area_code: str | None, written: Sequence[Path]
) -> str:
    """Show each payment day with what is paid on it, in all areas or in one."""
    calendar = settlement.calendar(area_code)
    names = settlement.areas.set_index("area_code")["area_name"]
    who = f"{names[area_code]} ({area_code})" if area_code else settlement.whole
    return screen(
        f"Payment calendar of {plain(who)} under {settlement.scheme.label}",
        settlement.notices,
        facts([("Scheme", settlement.scheme.title), *given(chosen, settlement.through)]),
        *_paid_when(calendar, settlement.scheme),
        files_written(written),
    )


def _paid_when(calendar: pd.DataFrame, scheme: Scheme) -> Iterator[str]:
    """What is paid when, and why; where nothing is, when metrics are read."""
    if scheme.lines:
        yield section("What is paid when", _money(calendar))
        yield section("What each payment rests on", _rules(calendar))
    else:
        waves = [scheme.waves[slot.wave_index] for slot in scheme.monitored]
        days = Column("", [f"{day(wave.payment_date.value)} ({wave.name})" for wave in waves], "text")
        watched = table(days, Column("metric", [slot.name for slot in scheme.monitored], "text"))
        yield section("What is read when", sentence(NOTHING_PAID), *([watched] if waves else []))
    if scheme.components:
        yield paragraph("Money that goes to the areas by formula has no days in the schemes.")


def _money(calendar: pd.DataFrame) -> str:
    labels, groups = zip(*_groups(calendar), strict=True)
    shown = [name for name in MONEY_HEADINGS if name not in OFTEN_NIL or calendar[name].any()]
    money = (Column(MONEY_HEADINGS[name], [rows[name].sum() for rows in groups], "pence") for name in shown)
    return table(Column("", labels, "text"), *map(lowered, money))


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
        Column("payment point", calendar["wave"].tolist(), kind="text"),
        Column("line", calendar["line"].tolist(), kind="text"),
        Column("share", [str(row["share"]) or "as planned" for row in rows], kind="text"),
        Column("day", dated.tolist(), kind="text"),
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
