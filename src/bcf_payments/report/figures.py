"""What every part of the report adds up from: a settlement's lines, and columns of money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from bcf_payments.core.frames import By
from bcf_payments.html.bars import bar
from bcf_payments.html.elements import Html, anchor, tag
from bcf_payments.schemes.fields import line_title
from bcf_payments.schemes.parts import Wave
from bcf_payments.settlement import Settlement
from bcf_payments.words import Column, pounds, share

KEY = ["area_code", "wave", "line"]

MONEY_PARTS = {"earned": "Earned", "held": "Held back", "later": "Not yet due"}
"""The parts of an entitlement: what colours them, and what they are called."""


@dataclass(frozen=True)
class Figures:
    """A settlement as the report tells it."""

    settlement: Settlement

    @cached_property
    def nation(self) -> dict[str, int]:
        """The national totals: see `with_parts`."""
        return {str(name): int(sum_) for name, sum_ in self.by("nation").iloc[0, 1:].items()}

    def by(self, key: By) -> pd.DataFrame:
        """A summary with the parts of its entitlements."""
        return with_parts(self.settlement.summary(key))

    @cached_property
    def parts(self) -> dict[str, str]:
        """The parts of entitlements that are not nil throughout: see `MONEY_PARTS`."""
        return {part: title for part, title in MONEY_PARTS.items() if self.nation[part]}

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Every line of every area that pays: payments, and statuses."""
        return self.settlement.payments.merge(self.settlement.assessments[[*KEY, "status"]], on=KEY)

    @cached_property
    def names(self) -> dict[str, str]:
        """The areas' names by their codes."""
        areas = self.settlement.areas.astype(str)
        return dict(zip(areas["area_code"], areas["area_name"], strict=True))

    @cached_property
    def to_come(self) -> tuple[Wave, ...]:
        """The payment points that are not due yet."""
        scheme, through = self.settlement.scheme, self.settlement.through
        return scheme.waves[scheme.wave_names.index(through) + 1 :] if through else ()

    @cached_property
    def wave_titles(self) -> dict[str, str]:
        """The titles of the payment points by their names."""
        return {wave.name: wave.title for wave in self.settlement.scheme.waves}

    def line_title(self, line: str) -> str:
        """The title of a line."""
        return line_title(self.settlement.scheme, line)

    def area_link(self, code: str) -> Html:
        """An area's name, which leads to its explanation."""
        return tag("a", self.names[code], href=f"#{anchor('area', code)}")

    def money_columns(self, totals: pd.DataFrame) -> list[Column]:
        """Entitlement and its parts (what is not yet due only if something is), and a bar of them."""
        return [
            Column("Entitlement", money(totals["entitlement_pence"])),
            Column("Earned", money(totals["earned_pence"])),
            *([Column("For earlier points", money(totals["caught_up_pence"]))] if "own" in totals else []),
            Column("Held back", money(totals["held"])),
            *([Column("Not yet due", money(totals["later"]))] if self.nation["later"] else []),
            Column("Earned of what is due", [share(*pair) for pair in _pairs(totals, "earned_pence", "due")]),
            Column("As a bar", [money_bar(row) for row in totals.to_dict("records")], kind="text"),
        ]

    def by_point(self, key: By) -> pd.DataFrame:
        """A summary of payment points or lines: what is made good there belongs to earlier ones."""
        totals = self.by(key)
        if not self.nation["caught_up_pence"]:
            return totals
        own = totals["earned_pence"] - totals["caught_up_pence"]
        return totals.assign(own=own, earned=own, held=totals["withheld_pence"])


def with_parts(totals: pd.DataFrame) -> pd.DataFrame:
    """Totals of money with what is `due`, and the parts of the entitlement: `earned`, `held` and `later`.

    What is held back is told net of what was made good later, so that the parts add up.
    """
    return totals.assign(
        due=totals["entitlement_pence"] - totals["not_due_pence"],
        earned=totals["earned_pence"],
        held=totals["withheld_pence"] - totals["caught_up_pence"],
        later=totals["not_due_pence"],
    )


def _pairs(table: pd.DataFrame, *columns: str) -> list[tuple[int, ...]]:
    return list(table[list(columns)].itertuples(index=False, name=None))


def money(pence: Iterable[float]) -> list[str]:
    """Amounts as a person reads them."""
    return [pounds(int(amount)) for amount in pence]


def counts(numbers: Iterable[float]) -> list[str]:
    """Whole numbers as a person reads them."""
    return [f"{int(number):,}" for number in numbers]


def money_bar(parts: Mapping[Any, Any], label: str = "") -> Html:
    """A bar of what an entitlement became."""
    return bar({name: max(int(parts[name]), 0) for name in MONEY_PARTS}, label)
