"""What the assumptions cost, on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bcf_payments.cli.findings import finding_text
from bcf_payments.cli.layout import facts, screen
from bcf_payments.cli.settlement_screen import given
from bcf_payments.explanation.figures import Figures
from bcf_payments.studies.assumed import assumed

if TYPE_CHECKING:
    from bcf_payments.cli.chosen import Chosen
    from bcf_payments.studies.assumptions import Assumptions


def assumptions_screen(found: Assumptions, chosen: Chosen) -> str:
    """Show what rests on which assumption, and what each alternative would pay."""
    settlement = found.settlement
    names = Figures(settlement).names
    return screen(
        f"What the assumptions cost under {settlement.scheme.name}",
        settlement.notices,
        facts([("Scheme", settlement.scheme.title), *given(chosen, settlement.through)]),
        *(finding_text(finding, names) for finding in assumed(found)),
    )
