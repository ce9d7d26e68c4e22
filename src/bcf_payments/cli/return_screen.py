"""The return of one area on the screen, payment points side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bcf_payments.cli.layout import Column, facts, paragraph, plain, section, table
from bcf_payments.cli.settlement_screen import given
from bcf_payments.display import pounds
from bcf_payments.returns.words import item_texts

if TYPE_CHECKING:
    from bcf_payments.cli.commands import Chosen
    from bcf_payments.returns import AreaReturn
    from bcf_payments.returns.layout import Block
    from bcf_payments.returns.model import Share


def return_screen(area_return: AreaReturn, chosen: Chosen, written: Sequence[Path]) -> str:
    """Show a return: its lines, the area's performance money, and what became of the pot."""
    remarks = [paragraph(plain(text, len(text))) for text in (*area_return.notices, *area_return.remarks)]
    parts = [
        section(plain(area_return.title, len(area_return.title)), *remarks),
        facts([("Scheme", area_return.scheme.title), *given(chosen, area_return.through)]),
        *(section(block.title, _block(block)) for block in area_return.blocks()),
        *(section(title, _amounts(shares)) for title, shares in area_return.amounts),
        files_written(written),
    ]
    return "\n\n".join(part for part in parts if part)


def files_written(written: Sequence[Path]) -> str:
    """Name the files that were written, if there are any."""
    return section("Files written", "\n".join(map(str, written)))


def _block(block: Block) -> str:
    labels = Column("", [item.label for item in block.items], right=False)
    cells = zip(*(item_texts(item, block) for item in block.items), strict=True)
    headings = (*block.headings, "total")
    columns = [Column(name, column) for name, column in zip(headings, cells, strict=True)]
    needed = 1 + table(labels, *columns).count("\n\n")
    size = math.ceil(len(columns) / needed)  # evenly, so that a total never stands alone
    return "\n\n".join(table(labels, *columns[at : at + size]) for at in range(0, len(columns), size))


def _amounts(shares: Sequence[Share]) -> str:
    total = [("Total", sum(share.pence for share in shares))] if len(shares) != 1 else []
    rows = [*shares, *total]
    return table(
        Column("", [what for what, _ in rows], right=False),
        Column("amount", [pounds(pence) for _, pence in rows]),
    )
