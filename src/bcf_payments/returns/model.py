"""The return of one area: its lines, its pot, and what became of every penny of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from bcf_payments.display import REASONS, pounds
from bcf_payments.explanation.words import spoken
from bcf_payments.given import handed_out, take_path
from bcf_payments.printable import printable
from bcf_payments.returns.layout import Block, blocks
from bcf_payments.returns.words import item_texts
from bcf_payments.schemes import PlannedValuePot, Scheme
from bcf_payments.schemes.model import AWAITING_DECISION, POT

MADE_GOOD_LATER = "held back; a later payment point may still make it good"


class Share(NamedTuple):
    """An amount of money, and what it is."""

    what: str
    pence: int


@dataclass(frozen=True)
class AreaReturn:
    """The return of one area: planned, achieved, the largest payment possible, the suggested one, the rest.

    Made by `Settlement.return_for`. It prints as the quarterly return is laid out, payment points side by
    side, and shows itself in notebooks; `lines` and `rest` are its data.

    Attributes
    ----------
    area_code, area_name, region : str
        The area.
    scheme : Scheme
        The rules.
    through : str or None
        The last payment point that is due; None: all are.
    notices : tuple of str
        Sentences that must stand wherever the return is shown.
    remarks : tuple of str
        What to look at: the settlement's warnings about this area.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> july = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> hartlepool = july.return_for("E06000001")
    >>> hartlepool.lines[["wave", "baseline", "target", "outcome", "earned_pence"]].head(2)
             wave  baseline  target  outcome  earned_pence
    0  q4_2014_15    2360.0  2277.0   2330.0       4470000
    1  q1_2015_16    2384.0  2301.0   2251.0      19817000
    >>> hartlepool.rest
                                  what  amount_pence
    0                             paid      44998000
    1  to NHS-commissioned out-of-hospital services, ...       5215000
    """

    area_code: str
    area_name: str
    region: str
    scheme: Scheme
    through: str | None
    notices: tuple[str, ...]
    remarks: tuple[str, ...]
    _lines: pd.DataFrame
    _allocations: pd.DataFrame

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
            Share("paid", int(lines["earned_pence"].sum())),
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
        return f"held back: {REASONS[reason]}"

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
        return (("The area's performance money", self.funds), ("What became of the pot", self.shares))

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

    def write(self, path: str | os.PathLike[str]) -> list[Path]:
        """Write the return: its lines as CSV, or as a workbook with its layout on the first sheet.

        Parameters
        ----------
        path : str or path
            A file that ends in `.csv` or `.xlsx`; its folder is made if it is not there.

        Returns
        -------
        list of Path
            The file, and beside a CSV file a text with the notices, if there are any.

        Raises
        ------
        InputError
            Another ending.
        MissingExtraError
            A workbook needs the extra `excel`.

        Examples
        --------
        >>> import tempfile
        >>> import bcf_payments as bcf
        >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     files = settlement.return_for("E06000001").write(f"{folder}/hartlepool.csv")
        ...     [file.name for file in files]
        ['hartlepool.csv', 'hartlepool.notice.txt']
        """
        from bcf_payments.returns.writing import write_return

        return write_return(self, take_path(path))

    def __str__(self) -> str:
        parts = [f"{self.title}\n{self.scheme.title} ({self.scheme.label})", *self.notices, *self.remarks]
        parts += [f"{block.title}\n{_frame(block).to_string()}" for block in self.blocks()]
        parts += [
            f"{title}\n{_share_frame(shares).to_string(header=False)}" for title, shares in self.amounts
        ]
        return printable("\n\n".join(parts))

    def __repr__(self) -> str:
        paid = int(self._lines["earned_pence"].sum())
        return f"<{self.title}, {self.scheme.label}: paid {pounds(paid)} of {pounds(self.pot_pence)}>"

    def _repr_html_(self) -> str:
        """The return for notebooks."""
        notices = "".join(f"<p><small>{escape(text)}</small></p>" for text in (*self.notices, *self.remarks))
        tables = [(block.title, _frame(block)) for block in self.blocks()]
        tables += [(title, _share_frame(shares)) for title, shares in self.amounts]
        shown = "".join(
            f"<h4>{escape(title)}</h4>{frame.to_html(justify='right')}" for title, frame in tables
        )
        heading = f"<h3>{escape(self.title)}</h3><p>{escape(self.scheme.title)}</p>"
        return printable(f"{heading}{notices}{shown}")


def _frame(block: Block) -> pd.DataFrame:
    """A block as a table of text."""
    rows = {item.label: item_texts(item, block) for item in block.items}
    return pd.DataFrame(rows, index=[*block.headings, "total"]).T


def _share_frame(shares: list[Share]) -> pd.DataFrame:
    total = [Share("total", sum(share.pence for share in shares))] if len(shares) != 1 else []
    rows = [*shares, *total]
    return pd.DataFrame(
        {"amount": [pounds(share.pence) for share in rows]}, index=[share.what for share in rows]
    )
