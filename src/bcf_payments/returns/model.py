"""The return of one area: its lines, its pot, and what became of every penny of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd

from bcf_payments.given import take_path
from bcf_payments.returns.figures import AreaFigures, Share
from bcf_payments.returns.layout import Block, item_texts
from bcf_payments.words import NOTHING_PAID, pounds, printable


@dataclass(frozen=True)
class AreaReturn(AreaFigures):
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
        money = f"paid {pounds(paid)} of {pounds(self.pot_pence)}" if self.scheme.lines else NOTHING_PAID
        return f"<{self.title}, {self.scheme.label}: {money}>"

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
    return pd.DataFrame(rows, index=block.columns).T


def _share_frame(shares: list[Share]) -> pd.DataFrame:
    total = [Share("total", sum(share.pence for share in shares))] if len(shares) != 1 else []
    rows = [*shares, *total]
    return pd.DataFrame(
        {"amount": [pounds(share.pence) for share in rows]}, index=[share.what for share in rows]
    )
