"""What is said of a page that was written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bcf_payments.cli.layout import facts, paragraph, plain, section
from bcf_payments.cli.return_screen import files_written
from bcf_payments.cli.settlement_screen import given

if TYPE_CHECKING:
    from bcf_payments.cli.commands import Chosen
    from bcf_payments.settlement import Settlement


def page_screen(
    title: str,
    settlement: Settlement,
    chosen: Chosen,
    page: Path,
    more: Sequence[tuple[str, str]] = (),
) -> str:
    """Say what a page is about, and where it is."""
    parts = [
        section(plain(title, len(title)), *map(paragraph, settlement.notices)),
        facts([("Scheme", settlement.scheme.title), *given(chosen, settlement.through), *more]),
        files_written([page]),
    ]
    return "\n\n".join(parts)
