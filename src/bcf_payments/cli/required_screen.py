"""What an area must achieve, on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from bcf_payments.cli.findings import finding_text
from bcf_payments.cli.layout import facts, files_written, paragraph, plain, screen, section
from bcf_payments.cli.settlement_screen import given
from bcf_payments.core.requirements import AMOUNT
from bcf_payments.errors import InputError
from bcf_payments.explanation.requirements import required_of_area, required_of_lines, required_together
from bcf_payments.settlement import Settlement
from bcf_payments.studies.planning import share_to_earn
from bcf_payments.words import per_cent, pounds, sentence, several

if TYPE_CHECKING:
    from bcf_payments.cli.chosen import Chosen

NO_LINE = "No line pays on an outcome."


def required_screen(
    table: pd.DataFrame, area_code: str, settlement: Settlement, chosen: Chosen, written: Sequence[Path]
) -> str:
    """Show what is required of each line of an area; for an amount, also of all of its lines alike."""
    name = settlement.areas.set_index("area_code")["area_name"][area_code]
    return screen(
        f"What {plain(name)} ({area_code}) must achieve under {settlement.scheme.label}",
        settlement.notices,
        facts([("Scheme", settlement.scheme.title), *given(chosen, settlement.through)]),
        *(_asked(table, area_code, settlement) if len(table) else [paragraph(NO_LINE)]),
        files_written(written),
    )


def _asked(table: pd.DataFrame, area_code: str, settlement: Settlement) -> list[str]:
    rows = table.to_dict("records")
    if table["goal"].iloc[0] != AMOUNT:
        return [finding_text(required_of_lines(rows), {})]
    together = _together(settlement, area_code, int(table["asked_pence"].iloc[0]))
    return [together, finding_text(required_of_area(rows), {})]


def _together(settlement: Settlement, area_code: str, asked_pence: int) -> str:
    """The share of the plan that all lines alike must achieve, or why there is none."""
    try:
        found = share_to_earn(settlement, area_code, asked_pence)
    except InputError as error:
        return section("On all lines alike", paragraph(sentence(str(error.problems["fix"].iloc[0]))))
    which = "with an outcome still to come" if found.to_come else "as if no outcome were known"
    lines = several(len(found.outcomes), "line")
    said = (
        f"{per_cent(found.share)} of the planned improvement on each of {lines}, {which},"
        f" earns the area {pounds(found.earned_pence)} in all."
    )
    return finding_text(required_together(found.outcomes.to_dict("records"), sentence(said)), {})
