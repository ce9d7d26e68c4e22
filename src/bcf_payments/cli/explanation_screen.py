"""The explanation of one area on the screen, with what was settled below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bcf_payments.cli.layout import facts, section
from bcf_payments.cli.settlement_screen import given

if TYPE_CHECKING:
    from bcf_payments.cli.commands import Chosen
    from bcf_payments.explanation import Explanation

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
