"""Where money that was held back goes, on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bcf_payments.cli.layout import Column, table
from bcf_payments.display import pounds

if TYPE_CHECKING:
    from bcf_payments.settlement import Settlement


def releases(settlement: Settlement) -> str:
    """Add up the releases of a resolved settlement by where the money goes, or that it awaits a decision."""
    groups = settlement.releases.groupby("destination")
    if not len(groups):
        return "Nothing was held back on performance that reviews or the pot's own rule could release."
    return table(
        Column("in the same area, for", [str(name).replace("_", " ") for name, _ in groups], right=False),
        Column("areas", [f"{rows['area_code'].nunique():,}" for _, rows in groups]),
        Column("lines", [f"{len(rows):,}" for _, rows in groups]),
        Column("amount", [pounds(int(rows["amount_pence"].sum())) for _, rows in groups]),
    )
