"""The cells of a sheet as a workbook's file holds them.

openpyxl writes all else of a workbook. Its cells would take most of the time, hold no value of a formula, and
keep 16 digits of numbers of which some need 17.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import NamedTuple, TypeAlias

Rows: TypeAlias = Mapping[int, Mapping[int, str]]
"""The cells of a sheet, as text, by row and column, counted from 1."""

_CELLS = re.compile(r"<sheetData ?/>|<sheetData>.*</sheetData>", re.DOTALL)
_SIZE = re.compile(r'(?<=<dimension ref=")[^"]*')


class Formula(NamedTuple):
    """A formula, with the value that it comes to, for programs that do not recalculate.

    Attributes
    ----------
    text : str
        Beginning with `=`.
    value : int, float or str
    """

    text: str
    value: float | str


Content: TypeAlias = bool | float | str | Formula | None
"""What a cell can hold; days as sheets count them."""


def cell_xml(place: str, look: int, value: Content) -> str:
    """A cell; `look` is the number of its style.

    Examples
    --------
    >>> cell_xml("B2", 3, 1.5), cell_xml("B2", 0, Formula("=A1&A2", "x"))
    ('<c r="B2" s="3"><v>1.5</v></c>', '<c r="B2" s="0" t="str"><f>A1&amp;A2</f><v>x</v></c>')
    """
    start = f'<c r="{place}" s="{look}"'
    if isinstance(value, str):
        kept = ' xml:space="preserve"' if value != value.strip() else ""
        return f'{start} t="inlineStr"><is><t{kept}>{escape(value, quote=False)}</t></is></c>'
    if isinstance(value, Formula):
        kind = ' t="str"' if isinstance(value.value, str) else ""
        formula = escape(value.text.removeprefix("="), quote=False)
        return f"{start}{kind}><f>{formula}</f><v>{_shown(value.value)}</v></c>"
    if isinstance(value, bool):
        return f'{start} t="b"><v>{value:d}</v></c>'
    return f"{start}/>" if value is None else f"{start}><v>{_shown(value)}</v></c>"


def _shown(value: float | str) -> str:
    """A value as text; a number in all of its digits."""
    if isinstance(value, str):
        return escape(value, quote=False)
    short = f"{value:.16g}" if isinstance(value, float) else str(value)
    return short if float(short) == value else repr(value)


def with_cells(sheet: str, rows: Rows, heights: Mapping[int, float], size: str) -> str:
    """A sheet as openpyxl writes it, with these cells in place of its own.

    Parameters
    ----------
    rows : mapping
        The cells.
    heights : mapping of int to float
        Of the rows that have one of their own, in points.
    size : str
        The range of the cells, such as `A1:C9`.
    """
    written = "".join(
        f"{_row_start(row, heights.get(row))}{''.join(text for _, text in sorted(cells.items()))}</row>"
        for row, cells in sorted(rows.items())
    )
    sheet = _CELLS.sub(lambda _: f"<sheetData>{written}</sheetData>", sheet, count=1)
    return _SIZE.sub(size, sheet, count=1)


def _row_start(row: int, height: float | None) -> str:
    return f'<row r="{row}">' if height is None else f'<row r="{row}" ht="{height}" customHeight="1">'
