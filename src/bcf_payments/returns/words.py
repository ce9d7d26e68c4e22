"""The cells of a return as a person reads them."""

from __future__ import annotations

from fractions import Fraction

from bcf_payments.display import pounds
from bcf_payments.explanation.words import per_cent, rounded
from bcf_payments.returns.layout import Block, Cell, Item, Kind

_PLACES = {"count": 0, "per_cent": 1, "per_100_000": 1, "ratio": 4}
_MOST_PLACES = 3


def cell_text(cell: Cell, kind: Kind, unit: str) -> str:
    """A cell of a return in words; a dash where nothing is known.

    Parameters
    ----------
    cell : str, float, int or None
        What stands there.
    kind : str
        What kind of figure it is: see `Item`.
    unit : str
        The unit of the line's metric, blank for conditions.

    Examples
    --------
    >>> cell_text(2360.0, "rate", "count"), cell_text(80.75, "rate", "per_cent")
    ('2,360', '80.8%')
    >>> cell_text(-0.0351, "change", "count"), cell_text(None, "rate", "count"), cell_text(150, "pence", "")
    ('-3.5%', '-', '£1.50')
    """
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    if kind == "pence":
        return pounds(int(cell))
    value = Fraction(str(cell))
    if kind == "share":
        return per_cent(value).removeprefix("about ")
    if kind == "change":
        shown = rounded(value * 100, 1)
        return f"{'+' if value > 0 and shown != '0.0' else ''}{shown}%"
    return _in_unit(value, unit)


def _in_unit(value: Fraction, unit: str) -> str:
    """A rate or a count; a count that is not whole keeps its decimals."""
    places = _PLACES.get(unit, _MOST_PLACES)
    if unit == "count" and value.denominator > 1:
        return rounded(value, _MOST_PLACES).rstrip("0")
    return f"{rounded(value, places)}{'%' if unit == 'per_cent' else ''}"


def item_texts(item: Item, block: Block) -> list[str]:
    """The cells of a row, one for each line of its block, and its total or nothing."""
    cells = [cell_text(cell, item.kind, unit) for cell, unit in zip(item.cells, block.units, strict=True)]
    return [*cells, "" if item.total is None else cell_text(item.total, item.kind, block.units[0])]
