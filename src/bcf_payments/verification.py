"""Whether a settlement is what the slow reference makes of the same tables: every figure, exactly."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import pandas as pd

from bcf_payments.errors import VerificationError
from bcf_payments.reference import ReferenceLine, reference_settlement
from bcf_payments.settlement import Settlement

Figures: TypeAlias = Mapping[Any, Any]

SHOWN_DIFFERENCES = 10


def verify_settlement(
    settlement: Settlement,
    areas: pd.DataFrame,
    plans: pd.DataFrame,
    outcomes: pd.DataFrame,
    assurance: pd.DataFrame | None,
) -> None:
    """Compare a settlement with the reference.

    Parameters
    ----------
    settlement : Settlement
        The result of the fast path.
    areas, plans, outcomes, assurance : DataFrame
        The tables that it was made from.

    Raises
    ------
    VerificationError
        Any difference in pence, reason, status, achievement, share paid, or review.
    """
    tables = (areas, plans, outcomes, assurance)
    reference = reference_settlement(*tables, settlement.scheme, through=settlement.through)
    pairs: tuple[tuple[str, Figures, Figures], ...] = (
        ("allocation", _allocations(settlement), reference.allocations),
        ("line", _lines(settlement), {key: _comparable(line) for key, line in reference.lines.items()}),
        ("review", _reviews(settlement), reference.reviews),
    )
    differences = [text for what, fast, slow in pairs for text in _differences(what, fast, slow)]
    if differences:
        shown = "\n".join(f"  {text}" for text in differences[:SHOWN_DIFFERENCES])
        raise VerificationError(f"{len(differences)} figures differ from the reference\n{shown}")


def _differences(what: str, fast: Figures, slow: Figures) -> Iterator[str]:
    for key in sorted(fast.keys() | slow.keys()):
        if fast.get(key) != slow.get(key):
            yield f"{what} {' '.join(key)}: {fast.get(key)} is not the reference's {slow.get(key)}"


def _allocations(settlement: Settlement) -> Figures:
    table = settlement.allocations
    keys = zip(table["area_code"], table["component"], strict=True)
    return dict(zip(keys, table["amount_pence"].tolist(), strict=True))


def _reviews(settlement: Settlement) -> Figures:
    table = settlement.reviews
    return dict(zip(_keys(table), table["action"], strict=True))


def _lines(settlement: Settlement) -> Figures:
    payments, assessments = settlement.payments, settlement.assessments
    read = zip(
        assessments["status"],
        *(_known(assessments[column]) for column in ("achievement", "fraction_paid")),
        assessments["unambitious"].tolist(),
        strict=True,
    )
    assessed = dict(zip(_keys(assessments), read, strict=True))
    money = zip(*(payments[column].tolist() for column in payments.columns[3:]), strict=True)
    return {key: (*paid, *assessed[key]) for key, paid in zip(_keys(payments), money, strict=True)}


def _comparable(line: ReferenceLine) -> tuple[Any, ...]:
    """A line of the reference with its fractions as the nearest floats, which the tables hold."""
    achievement, fraction = (None if v is None else float(v) for v in (line.achievement, line.fraction_paid))
    return (*line[:7], achievement, fraction, line.unambitious)


def _known(values: pd.Series[float]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values.tolist()]


def _keys(table: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(zip(table["area_code"], table["wave"], table["line"], strict=True))
