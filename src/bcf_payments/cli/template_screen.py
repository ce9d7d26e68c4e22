"""What is said once a template is written."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from bcf_payments.cli.layout import facts, section

if TYPE_CHECKING:
    from bcf_payments.schemes import Scheme


def template_screen(file: Path, scheme: Scheme, named: str) -> str:
    """Say where the template is, and what to do with it."""
    about = [
        ("Scheme", scheme.title),
        ("Fill in", "the yellow cells; the sheet 'Read me' says how"),
        ("Check", f"bcf-payments validate {quote(str(file))} --scheme {quote(named)}"),
        ("Settle", f"bcf-payments settle {quote(str(file))} --scheme {quote(named)} --out DIR --format xlsx"),
    ]
    return "\n\n".join(
        [section(f"Template for {scheme.label}"), facts(about), section("Files written", str(file))]
    )
