"""Whether a settlement is what the slow reference makes of the same tables: every figure, exactly."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import pandas as pd

from bcf_payments.core.release import DECISION_KEY
from bcf_payments.core.result import Result
from bcf_payments.errors import VerificationError
from bcf_payments.exact.numbers import nearest_float
from bcf_payments.names import SLOT_KEY
from bcf_payments.reference import (
    ReferenceLine,
    ReferenceSettlement,
    ledger_of,
    reference_settlement,
    releases_of,
)

Figures: TypeAlias = Mapping[Any, tuple[Any, ...]]
Pair: TypeAlias = tuple[str, Figures, Figures]
"""What is compared, the figures of the fast path, and those of the reference."""

SHOWN_DIFFERENCES = 10

LEDGER = [*SLOT_KEY, "from_account", "to_account", "source", "amount_pence"]


def verify_settlement(
    settlement: Result,
    areas: pd.DataFrame,
    plans: pd.DataFrame,
    outcomes: pd.DataFrame,
    assurance: pd.DataFrame | None,
) -> None:
    """Compare a settlement with the reference.

    Parameters
    ----------
    settlement : Result
        The result of the fast path.
    areas, plans, outcomes, assurance : DataFrame
        The tables that it was made from.

    Raises
    ------
    VerificationError
        Any difference in the pence, reason, status, rates, achievement or share paid of a line, in a metric
        that is only watched, in a review and its money, or in the releases and the ledger: as long as no
        review is decided, where all parties agree on each, and where one never agrees.
    """
    tables = (areas, plans, outcomes, assurance)
    through, only = settlement.through, settlement.only
    reference = reference_settlement(*tables, settlement.scheme, through=through, only=only)
    pairs = (*_settled(settlement, reference), *_followed(settlement, reference))
    differences = [text for pair in pairs for text in _differences(*pair)]
    if differences:
        shown = "\n".join(f"  {text}" for text in differences[:SHOWN_DIFFERENCES])
        raise VerificationError(f"{len(differences)} figures differ from the reference\n{shown}")


def _differences(what: str, fast: Figures, slow: Figures) -> Iterator[str]:
    for key in sorted(fast.keys() | slow.keys()):
        if fast.get(key) != slow.get(key):
            yield f"{what} {' '.join(key)}: {fast.get(key)} is not the reference's {slow.get(key)}"


def _settled(settlement: Result, reference: ReferenceSettlement) -> Iterator[Pair]:
    """The tables of a settlement before its reviews are resolved."""
    lines = reference.lines
    allocations = settlement.allocations[["area_code", "component", "amount_pence"]]
    yield "allocation", _figures(allocations, 2), _amounts(reference.allocations)
    yield "line", _figures(settlement.payments, 3), {key: line[:6] for key, line in lines.items()}
    assessed = {key: _reading(line) for key, line in (lines | reference.watched).items()}
    yield "assessment", _figures(settlement.assessments, 3), assessed
    reviews = settlement.reviews[[*DECISION_KEY, "review_id", "achievement", "action", "withheld_pence"]]
    triggered = {
        key: (f"{key[0]}-{key[1]}", _told(lines[key].achievement), action, lines[key].withheld_pence)
        for key, action in reference.reviews.items()
    }
    yield "review", _figures(reviews, 3), triggered


def _followed(settlement: Result, reference: ReferenceSettlement) -> Iterator[Pair]:
    """Releases and ledgers: before any decision, and after the same one on every review."""
    scheme, allocations, lines = settlement.scheme, reference.allocations, reference.lines
    yield "ledger", _ledger(settlement), _amounts(ledger_of(scheme, allocations, lines, {}))
    agreed = settlement.reviews[list(DECISION_KEY)].assign(**dict.fromkeys(scheme.agreements, "yes"))
    actions = scheme.review.actions if scheme.review else ()
    refused = agreed.assign(**{name: "no" for action in actions for name in action.agreements[-1:]})
    for case, decisions, decided in (
        ("undecided", None, {}),
        ("agreed", agreed, dict.fromkeys(reference.reviews, True)),
        ("refused", refused, dict.fromkeys(reference.reviews, False)),
    )[: None if len(agreed) else 1]:
        resolved = settlement.resolve(decisions)
        releases = releases_of(scheme, lines, reference.reviews, decided)
        yield f"{case} release", _figures(resolved.releases, 4), _amounts(releases)
        moved = ledger_of(scheme, allocations, lines, releases)
        yield f"{case} ledger", _ledger(resolved), _amounts(moved)


def _figures(table: pd.DataFrame, keys: int) -> Figures:
    """The rows of a table by its first columns; what is not a number, as None."""
    rows = zip(*(column.tolist() for _, column in table.items()), strict=True)
    return {row[:keys]: tuple(map(_none_if_nan, row[keys:])) for row in rows}


def _none_if_nan(cell: object) -> object:
    return None if isinstance(cell, float) and math.isnan(cell) else cell


def _ledger(settlement: Result) -> Figures:
    """Each movement, whatever rules moved parts of it."""
    moved: Counter[tuple[str, ...]] = Counter()
    for (*movement, _), (pence, *_) in _figures(settlement.ledger[LEDGER], len(LEDGER) - 1).items():
        moved[tuple(movement)] += pence
    return _amounts(moved)


def _amounts(pence: Mapping[Any, int]) -> Figures:
    return {key: (amount,) for key, amount in pence.items()}


def _reading(line: ReferenceLine) -> tuple[object, ...]:
    """A line as the table of assessments shows it."""
    exact = (line.baseline, line.target, line.outcome, line.achievement, line.fraction_paid)
    return (*map(_told, exact), line.status, line.unambitious)


def _told(value: Fraction | None) -> float | None:
    """A fraction of the reference as the nearest float, which the tables hold."""
    return None if value is None else nearest_float(value.numerator, value.denominator)
