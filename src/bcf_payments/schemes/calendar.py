"""The payment calendar: what is paid when, on what, and by which rules of the scheme; settled, how much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

import pandas as pd

from bcf_payments.exact.sharing import in_shares
from bcf_payments.names import POT
from bcf_payments.schemes.fields import SchemeFields
from bcf_payments.schemes.parts import Cited, ConditionsLine, MetricLine, PlannedValuePot, Wave, cite, weakest

DAYS = ("payment_date", "measured_from", "measured_to", "submit_by")
"""Columns that hold days."""

COLUMNS = (
    "payment_date", "wave", "line", "measured_from", "measured_to", "submit_by", "share", "at_most_pence",
    "date_source", "date_basis", "source", "basis", "rules",
)  # fmt: skip


def scheme_calendar(scheme: SchemeFields) -> pd.DataFrame:
    """The payment calendar of a scheme: see `Scheme.calendar`."""
    kinds = dict.fromkeys(DAYS, "datetime64[s]") | {"at_most_pence": "int64"}
    return pd.DataFrame(_rows(scheme), columns=list(COLUMNS)).astype(kinds)


def _rows(scheme: SchemeFields) -> Iterator[dict[str, object]]:
    """A row for each line, in the scheme's order."""
    if (pot := scheme.pot) is None:
        return
    whole = isinstance(pot, PlannedValuePot)
    amounts = [pot.amount_pence] * len(scheme.lines) if whole else line_amounts(scheme)
    places = [(slot, place) for slot in scheme.waves for place in range(len(slot.lines))]
    for (wave, place), pence in zip(places, amounts, strict=True):
        rules = _rules(wave, place, f"waves.{scheme.waves.index(wave)}")
        yield {
            "payment_date": wave.payment_date.value,
            "wave": wave.name,
            "line": wave.lines[place].name,
            **_days(wave.lines[place]),
            "share": str(getattr(wave.lines[place].share, "value", "")),
            "at_most_pence": pence,
            "date_source": cite(wave.payment_date),
            "date_basis": wave.payment_date.basis,
            "source": cite(*rules.values(), pot.amount_pounds),
            "basis": weakest(rule.basis for rule in (*rules.values(), pot.amount_pounds)),
            "rules": ", ".join([*rules, "pot.amount_pounds"]),
        }


def _days(line: MetricLine | ConditionsLine) -> dict[str, dt.date | None]:
    """The period that a line is measured over, or the day by which its plan is due."""
    if isinstance(line, ConditionsLine):
        due = line.submit_by.value if line.submit_by else None
        return {"measured_from": None, "measured_to": None, "submit_by": due}
    period = line.period.value
    return {"measured_from": period.start, "measured_to": period.end, "submit_by": None}


def _rules(wave: Wave, place: int, path: str) -> dict[str, Cited[Any]]:
    """The rules of a line by their paths: when it pays, on what, over which period, and how much."""
    line = wave.lines[place]
    rules = {f"{path}.lines.{place}.{name}": getattr(line, name) for name in type(line).model_fields}
    return {f"{path}.payment_date": wave.payment_date} | {name: rule for name, rule in rules.items() if rule}


def line_amounts(scheme: SchemeFields) -> tuple[int, ...]:
    """The national pence of every line of a fixed pot, which is split once over them all."""
    return _split(scheme.pot.amount_pence, tuple(line_shares(scheme))) if scheme.pot else ()


@lru_cache(maxsize=256)
def _split(pence: int, shares: tuple[Fraction, ...]) -> tuple[int, ...]:
    return tuple(in_shares(pence, shares))


def spread(scheme: SchemeFields) -> list[tuple[str, int, Cited[str]]]:
    """What is spread over the areas, in pence, and by which weights: components, and the lines of the pot.

    A pot of planned value is spread as a whole.
    """
    parts = [(component.name, component.amount_pence, component.weight) for component in scheme.components]
    if isinstance(scheme.pot, PlannedValuePot):
        return [*parts, (POT, scheme.pot.amount_pence, scheme.pot.weight)]
    lines = zip(scheme.lines, line_amounts(scheme), strict=True)
    return [*parts, *((slot.name, pence, scheme.weight_of(slot)) for slot, pence in lines)]


def line_shares(scheme: SchemeFields) -> list[Fraction]:
    """The exact shares of a fixed pot's lines."""
    return [slot.rule.share.value for slot in scheme.lines if slot.rule and slot.rule.share]


def early_payments(scheme: SchemeFields) -> list[tuple[str, str, str]]:
    """Lines that are paid before the data on their performance can exist: wave, metric, and a sentence."""
    return [
        (
            wave.name,
            line.name,
            f"paid on {wave.payment_date.value}, before the period ends on {line.period.value.end}",
        )
        for wave in scheme.waves
        for line in wave.lines
        if hasattr(line, "period") and wave.payment_date.value <= line.period.value.end
    ]
