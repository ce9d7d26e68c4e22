"""What an area planned, achieved and is paid, before it is laid out as table, sheet or page."""

# Annotations are types here, not text: what inherits these fields in another module lacks their names.

from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from bcf_payments.given import handed_out
from bcf_payments.names import AWAITING_DECISION, POT
from bcf_payments.returns.layout import Block, blocks
from bcf_payments.schemes import PlannedValuePot, Scheme
from bcf_payments.schemes.levels import reasons_in
from bcf_payments.words import REASONS, spoken


class Share(NamedTuple):
    """An amount of money, and what it is."""

    what: str
    pence: int


@dataclass(frozen=True, repr=False)
class AreaFigures:
    """One area's return, before it is written or shown: see `AreaReturn`."""

    area_code: str
    area_name: str
    region: str
    scheme: Scheme
    through: str | None
    notices: tuple[str, ...]
    remarks: tuple[str, ...]
    _lines: pd.DataFrame
    _allocations: pd.DataFrame
    balance: tuple[Share, ...] = ()

    @property
    def lines(self) -> pd.DataFrame:
        """A row per line: this area's rows of `Settlement.returns`."""
        return handed_out(self._lines, self.notices)

    @property
    def pot_pence(self) -> int:
        """Pence that the area could be paid for performance in all."""
        return int(self._lines["entitlement_pence"].sum())

    @property
    def rest(self) -> pd.DataFrame:
        """What became of the pot: `what`, `amount_pence`; the amounts add up to the pot."""
        table = pd.DataFrame(self.shares, columns=["what", "amount_pence"])
        return handed_out(table, self.notices)

    @property
    def shares(self) -> list[Share]:
        """What became of the pot: paid, gone on, held back and why, not yet due; only what is above 0."""
        lines = self._lines
        gone = lines.groupby("destination")["destination_pence"].sum().drop("", errors="ignore")
        held = lines.groupby("held_reason")["withheld_pence"].sum().drop("", errors="ignore").to_dict()
        made_good_or_gone = int(lines["caught_up_pence"].sum() + gone.sum())
        held["performance"] = held.get("performance", 0) - made_good_or_gone
        amounts = [
            Share("earned" if self.balance else "paid", int(lines["earned_pence"].sum())),
            *(Share(self._destination(str(name)), int(pence)) for name, pence in gone.items()),
            *(Share(self._held(reason), int(held[reason])) for reason in REASONS if reason in held),
            Share("not yet due", int(lines["not_due_pence"].sum())),
        ]
        return [share for share in amounts if share.pence]

    def _destination(self, name: str) -> str:
        if name == AWAITING_DECISION:
            return "held back; awaits the decision of a review"
        pot = self.scheme.pot
        if isinstance(pot, PlannedValuePot) and name == pot.remainder.value:
            return f"to {pot.remainder_title}, in the area"
        return f"to {spoken(name)}, in the area"

    def _held(self, reason: str) -> str:
        pot = self.scheme.pot
        if reason == "performance" and isinstance(pot, PlannedValuePot) and pot.cumulative.value:
            return MADE_GOOD_LATER
        return f"held back: {reasons_in(self.scheme)[reason]}"

    @property
    def funds(self) -> list[Share]:
        """The area's performance money: its pot, and what a pot of planned value leaves of its share."""
        pot = self.scheme.pot
        title = pot.remainder_title if isinstance(pot, PlannedValuePot) else ""
        rows = self._allocations[self._allocations["kind"] == "performance"]
        named = {POT: "performance pot"}
        return [
            Share(named.get(component, title), int(pence))
            for component, pence in zip(rows["component"][::-1], rows["amount_pence"][::-1], strict=True)
        ]

    @property
    def amounts(self) -> tuple[tuple[str, list[Share]], ...]:
        """What stands below the lines, each with its title: the area's money, and what became of the pot."""
        told: tuple[tuple[str, list[Share]], ...] = ()
        if self.scheme.pot:
            told = (("The area's performance money", self.funds), ("What became of the pot", self.shares))
        if not self.balance:
            return told
        due = sum(share.pence for share in self.balance) >= 0
        return (*told, ("What is due now" if due else OVERPAID, [*self.balance]))

    @property
    def title(self) -> str:
        """The heading of the return."""
        return f"Return of {self.area_name} ({self.area_code}), {self.region}"

    def blocks(self) -> tuple[Block, ...]:
        """Lay the rows of the return out, for a table, a sheet or a page.

        Returns
        -------
        tuple
            Blocks of a title, headings and rows: all payment points side by side if each has one line, else
            one block each.
        """
        return blocks(self._lines, self.scheme)


OVERPAID = "Overpaid, below 0: set against later payments"

MADE_GOOD_LATER = "held back; a later payment point may still make it good"
