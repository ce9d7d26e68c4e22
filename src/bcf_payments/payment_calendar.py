"""The payment calendar: what is paid when, on what, and by which rules of the scheme; settled, how much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from bcf_payments.allocation import line_amounts
from bcf_payments.explanation.lookup import position_of
from bcf_payments.explanation.words import weakest
from bcf_payments.frames import PENCE_COLUMNS
from bcf_payments.ledger import cite
from bcf_payments.schemes import Cited, ConditionsLine, MetricLine, PlannedValuePot, Scheme
from bcf_payments.schemes.model import Wave

if TYPE_CHECKING:
    from bcf_payments.settlement import Settlement

DAYS = ("payment_date", "measured_from", "measured_to", "submit_by")
"""Columns that hold days."""


def scheme_calendar(scheme: Scheme) -> pd.DataFrame:
    """The payment calendar of a scheme: see `Scheme.calendar`."""
    return pd.DataFrame(_rows(scheme)).astype(dict.fromkeys(DAYS, "datetime64[s]"))


def settlement_calendar(settlement: Settlement, area_code: str | None) -> pd.DataFrame:
    """The payment calendar with what is paid: see `Settlement.calendar`."""
    lines = settlement.payments
    if area_code is not None:
        position_of(settlement.areas, area_code)
        lines = lines[lines["area_code"] == area_code]
    paid = lines.groupby(["wave", "line"])[list(PENCE_COLUMNS)].sum().reset_index()
    planned = scheme_calendar(settlement.scheme)
    return planned.merge(paid, on=["wave", "line"], how="left", validate="1:1")


def _rows(scheme: Scheme) -> Iterator[dict[str, object]]:
    """A row for each line, in the scheme's order."""
    pot = scheme.pot
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
