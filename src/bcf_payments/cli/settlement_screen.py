"""A settlement on the screen: the answer first, then what an analyst wants to see, in pounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from bcf_payments.cli.findings import finding_text
from bcf_payments.cli.layout import facts, files_written, paragraph, screen, section
from bcf_payments.cli.scheme_screen import payment_points, rules_by_basis
from bcf_payments.explanation.answer import answer, findings_of
from bcf_payments.explanation.figures import (
    Figures,
    follows,
    fund,
    missing,
    money,
    most_held_back,
    reasons,
    regions,
    results,
    reviews,
)
from bcf_payments.explanation.findings import warnings
from bcf_payments.given import notices_of
from bcf_payments.schemes.calendar import spread
from bcf_payments.schemes.parts import BASES, Basis
from bcf_payments.words import listed, pounds, several

if TYPE_CHECKING:
    from bcf_payments.cli.chosen import Chosen
    from bcf_payments.schemes import Scheme
    from bcf_payments.settlement import Settlement

MISSING_MEANS = {
    "raise": "refused",
    "withhold": "a line without its plan, outcome or conditions earns nothing and waits",
}


def settlement_screen(
    settlement: Settlement, chosen: Chosen, *, verified: bool, written: Sequence[Path]
) -> str:
    """Show a settlement: the answer, its input, national figures, gaps, reviews, regions, areas, warnings."""
    figures = Figures(settlement)
    about = [*_about(chosen, settlement.through)]
    if verified:
        about.append(("Verified", "the slow reference gives the same figures, to the penny"))
    tell = (fund, money, reasons, results, missing, reviews, follows, regions, most_held_back)
    return screen(
        f"Settlement under {settlement.scheme.label}",
        settlement.notices,
        facts(answer(figures)),
        facts(about),
        *(finding_text(found, figures.names) for found in findings_of(figures, tell)),
        finding_text(warnings(settlement.warnings), figures.names),
        files_written(written),
    )


def brief_screen(settlement: Settlement, written: Sequence[Path]) -> str:
    """Show the answer alone, and what must be said with it."""
    notices = "\n".join(map(paragraph, settlement.notices))
    return "\n\n".join(filter(None, (facts(answer(Figures(settlement))), notices, files_written(written))))


def validation_screen(chosen: Chosen, found: pd.DataFrame, through: str | None) -> str:
    """Show that an input has no problem, and what is worth a look nonetheless."""
    reasons = ", ".join(found["reason"].unique())
    areas = chosen.tables.areas[["area_code", "area_name"]].astype(str)
    names = {code.strip(): name.strip() for code, name in areas.itertuples(index=False)}
    return screen(
        f"No problems in the input, and {several(len(found), 'warning')}: {reasons}"
        if reasons
        else "No problems in the input",
        notices_of(chosen.tables._asdict()),
        facts([("Scheme", chosen.scheme.title), *given(chosen, through)]),
        finding_text(warnings(found), names) or section("Warnings", "None."),
    )


def _about(chosen: Chosen, through: str | None) -> list[tuple[str, str]]:
    scheme = chosen.scheme
    parts = scheme.amounts.values()
    amounts = [
        ("Amounts", _by_basis((part.amount_pence, part.amount_pounds.basis) for part in parts)),
        ("Weights", _by_basis((pence, weight.basis) for _, pence, weight in spread(scheme))),
    ]
    amounts = amounts if parts else []
    if chosen.amounts:
        amounts = [("Amounts", f"given for each area, as {listed(chosen.amounts)} (assumed: G7)")]
    return [
        ("Scheme", scheme.title),
        ("Rules", f"{rules_by_basis(scheme)} ({_shown_by(chosen.scheme_given)})"),
        *amounts,
        payment_points(scheme),
        *given(chosen, through),
    ]


def _shown_by(scheme: str) -> str:
    """Say where the rules stand: a scheme that no command names is the workbook's own."""
    return (
        f"'bcf-payments schemes {scheme}' shows them"
        if scheme
        else "the sheet scheme of the workbook has them"
    )


def given(chosen: Chosen, through: str | None) -> list[tuple[str, str]]:
    """Say what was settled: how far, which input, and what missing rows mean."""
    missing = f"{MISSING_MEANS[chosen.on_missing]} ({chosen.on_missing_option})"
    return [
        ("Through", _through(chosen.scheme, through)),
        ("Input", _input(chosen)),
        *([("Settled", f"{listed(chosen.only)} alone, as asked")] if chosen.only else []),
        *([("If missing", missing)] if chosen.scheme.lines else []),
    ]


def _by_basis(amounts: Iterable[tuple[int, Basis]]) -> str:
    """Add up national money by how sure its rule is."""
    totals = dict.fromkeys(BASES, 0)
    for amount, basis in amounts:
        totals[basis] += amount
    return ", ".join(f"{basis} for {pounds(total)}" for basis, total in totals.items() if total)


def _through(scheme: Scheme, through: str | None) -> str:
    names = scheme.wave_names
    if through is None:
        return f"{names[-1]}: every payment point is due"
    return f"{through}: {names.index(through) + 1} of {several(len(names), 'payment point')} due"


def _input(chosen: Chosen) -> str:
    areas, *measured = (len(frame) for frame in chosen.tables[:3])
    whole = " that share the whole fund" if chosen.scheme.amounts and not chosen.amounts else ""
    rows = [several(number, name) for number, name in zip(measured, ("plan", "outcome"), strict=True)]
    said = [several(areas, "area") + whole, *(rows if any(measured) else ())]
    return f"{chosen.source} ({', '.join(said)})"
