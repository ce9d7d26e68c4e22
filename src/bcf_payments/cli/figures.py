"""The figures of a settlement as tables of text: by payment point and line, by region, by area."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import pandas as pd

from bcf_payments.cli.layout import plain, table
from bcf_payments.cli.scheme_screen import announcement
from bcf_payments.names import CONDITIONS
from bcf_payments.schemes.fields import component_titles
from bcf_payments.words import REASONS, Column, pounds

if TYPE_CHECKING:
    from bcf_payments.settlement import Settlement

Groups: TypeAlias = list[tuple[str, pd.DataFrame]]
"""Rows by area and line, under the label that they are added up for."""

KEY = ["area_code", "wave", "line"]

MONEY = {
    "entitlement_pence": "entitlement",
    "earned_pence": "earned",
    "caught_up_pence": "caught up",
    "withheld_pence": "held back",
    "not_due_pence": "not due",
}
OFTEN_NONE = ("caught_up_pence", "not_due_pence")
"""Columns of money that are left out where they are nil throughout."""

STATUSES = {
    "met": "met",
    "partly_met": "partly met",
    "not_met": "not met",
    "missing": "missing",
    "not_due": "not due",
}
MOST_HELD_BACK = 10
LONGEST_AREA = 28


@dataclass(frozen=True)
class Figures:
    """A settlement's lines by area, with everything that the screen adds up."""

    settlement: Settlement
    rows: pd.DataFrame

    @classmethod
    def of(cls, settlement: Settlement) -> Figures:
        """Join payments with the status of each line and the name of its area."""
        statuses = settlement.assessments[[*KEY, "status"]]
        rows = settlement.payments.merge(statuses, on=KEY).merge(settlement.areas, on="area_code")
        return cls(settlement, rows)

    def fund(self) -> str:
        """Show the national amount of each component."""
        scheme = self.settlement.scheme
        titles = component_titles(scheme)
        totals = self.settlement.allocations.groupby("component", sort=False)["amount_pence"].sum()
        amounts = table(
            Column("component", [*(titles[str(name)] for name in totals.index), "Total"], kind="text"),
            Column("amount", _pounds([*totals, totals.sum()])),
        )
        announced = announcement(scheme)
        return f"{amounts}\nAnnounced as {announced}." if announced else amounts

    def money(self) -> str:
        """Show entitlement, earned, caught up, held back and not due, by payment point and line."""
        columns = [
            Column(MONEY[name], _pounds(rows[name].sum() for _, rows in self.groups))
            for name in self._money_columns()
        ]
        sums = pd.DataFrame([rows[list(MONEY)].sum() for _, rows in self.groups])
        return table(self._labels(), *columns, _share_earned(sums))

    def identity(self) -> str:
        """Say how the columns of money hang together."""
        earned = "earned - caught up" if "caught_up_pence" in self._money_columns() else "earned"
        not_due = " + not due" if "not_due_pence" in self._money_columns() else ""
        net = "; held back, net = held back - caught up" if earned != "earned" else ""
        return f"entitlement = {earned} + held back{not_due}{net}"

    def held_back_by_reason(self) -> str:
        """Show what is held back by reason, by payment point and line."""
        sums = [rows.groupby("held_reason")["withheld_pence"].sum() for _, rows in self.groups]
        columns = [
            Column(title, [_pounds_or_dash(held.get(reason, 0)) for held in sums])
            for reason, title in REASONS.items()
            if sums[-1].get(reason, 0)
        ]
        if len(columns) > 1:
            return table(self._labels(), *columns)
        return f"All of it: {columns[0].heading}." if columns else "Nothing is held back."

    def results(self) -> str:
        """Count the areas by result on each line."""
        counts = [
            (rows if label.startswith(" ") else rows[rows["line"] != CONDITIONS])["status"].value_counts()
            for label, rows in self.groups
        ]
        columns = [
            Column(title, [f"{count.get(status, 0):,}" for count in counts])
            for status, title in STATUSES.items()
            if status != "not_due" or status in counts[-1]
        ]
        note = "A line counts areas; a payment point and the total count the metric lines of all areas."
        return f"{table(self._labels(), *columns)}\n{note}"

    def regions(self) -> str:
        """Show the money of each region, and of the nation."""
        regions = self.settlement.summary("region").rename(columns={"region": "name"})
        nation = self.settlement.summary("nation").rename(columns={"nation": "name"}).assign(name="Total")
        totals = pd.concat([regions, nation], ignore_index=True)
        names = Column("region", [plain(name) for name in totals["name"]], kind="text")
        columns = self._totals(totals)
        if self.settlement.scheme.review:
            columns.append(Column("reviews", [f"{count:,}" for count in totals["reviews"]], spare=True))
        return table(names, *columns)

    def most_held_back(self) -> str:
        """Show the areas with most held back, and why most of it is."""
        totals = self.settlement.summary("area").merge(self.settlement.areas, on="area_code")
        net = totals["withheld_pence"] - totals["caught_up_pence"]
        top = totals.loc[net[net > 0].sort_values(ascending=False, kind="stable").index[:MOST_HELD_BACK]]
        if top.empty:
            return "Nothing is held back."
        names = Column("area", [plain(name, LONGEST_AREA) for name in top["area_name"]], kind="text")
        codes = Column("code", [plain(code) for code in top["area_code"]], kind="text", spare=True)
        reasons = [self._main_reason(code) for code in top["area_code"]]
        return table(names, codes, *self._totals(top), Column("mostly", reasons, kind="text", spare=True))

    def _totals(self, totals: pd.DataFrame) -> list[Column]:
        """Lay out entitlement, earned, held back (less what was caught up), not due, and the share earned."""
        net = totals["withheld_pence"] - totals["caught_up_pence"]
        caught_up = "caught_up_pence" in self._money_columns()
        columns = [
            Column("entitlement", _pounds(totals["entitlement_pence"])),
            Column("earned", _pounds(totals["earned_pence"])),
            Column("held back, net" if caught_up else "held back", _pounds(net)),
        ]
        if "not_due_pence" in self._money_columns():
            columns.append(Column("not due", _pounds(totals["not_due_pence"])))
        return [*columns, _share_earned(totals)]

    def _main_reason(self, code: str) -> str:
        rows = self.rows[self.rows["area_code"] == code]
        return REASONS[str(rows.groupby("held_reason")["withheld_pence"].sum().idxmax())]

    @cached_property
    def groups(self) -> Groups:
        """The rows of each payment point, of each of its lines if it has several, and of the nation."""
        groups: Groups = []
        for wave in self.settlement.scheme.waves:
            in_wave = self.rows[self.rows["wave"] == wave.name]
            groups.append((wave.name, in_wave))
            if len(wave.lines) > 1:
                groups += [(f"  {line.name}", in_wave[in_wave["line"] == line.name]) for line in wave.lines]
        return [*groups, ("Total", self.rows)]

    def _labels(self) -> Column:
        return Column("", [label for label, _ in self.groups], kind="text")

    def _money_columns(self) -> list[str]:
        return [name for name in MONEY if name not in OFTEN_NONE or self.rows[name].any()]


def _pounds(amounts: Iterable[float]) -> list[str]:
    return [pounds(int(amount)) for amount in amounts]


def _pounds_or_dash(amount: float) -> str:
    return pounds(int(amount)) if amount else "-"


def _share_earned(totals: pd.DataFrame) -> Column:
    """Lay out what is earned in per cent of what is due."""
    due = totals["entitlement_pence"] - totals["not_due_pence"]
    shares = zip(totals["earned_pence"], due, strict=True)
    cells = [f"{100 * earned / whole:.1f}%" if whole else "" for earned, whole in shares]
    return Column("earned %", cells, spare=True)
