"""What tables hold besides rows of areas: totals, notes, codes that are said once for a block of rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from bcf_payments.exact.numbers import BoolArray
from bcf_payments.tables.marks import FORMULA, meaning
from bcf_payments.tables.row_rules import Sheet, is_blank
from bcf_payments.words import listed, several

SEARCHED = 50
"""How many rows above a table its title may take."""

NOTES = frozenset({"note", "notes", "source", "sources", "footnotes"})
"""What stands alone above notes."""

LONGEST = 60
"""Longer texts name nothing."""

LISTED = 8
"""How many codes of totals a fix spells out."""

_OTHER_KIND = re.compile(
    r"(?:E(?:05|07|1[1-35-9]|2[36]|3[7-9]|4[0257]|54|92)|[KSWN]\d\d|J99)\d{6}", re.IGNORECASE
)
"""Codes of countries, regions, districts, wards and NHS bodies: no upper-tier council bears one."""

_TOTALS = (
    r"(?:\w+ )*(?:total|england|average|mean|median)(?: \w+)*",
    r"all(?: \w+)*|national|great britain|united kingdom",
    r"(?:north|south) (?:east|west)|(?:east|west) midlands|yorkshire (?:and|&) (?:the )?humber",
    r"eastern|east of england|(?:inner |outer )?london(?: boroughs?)?",
    r"(?:shire |english )?(?:counties|regions)|(?:unitary|local) authorities",
    r"metropolitan (?:districts|boroughs)",
    r"[a-z]{1,2}",
)
_TOTAL = re.compile("|".join(_TOTALS), re.IGNORECASE)
"""How rows of totals are named, and the one or two letters that stand for a kind of council."""


class SetAside(NamedTuple):
    """Rows of a table that are no rows of areas: each array is True for the rows of its kind."""

    notes: BoolArray
    totals: BoolArray
    continued: BoolArray
    """Rows without a code, below the first of a block that has one."""


def is_total(value: object) -> bool:
    """Whether a cell in the place of a code or a name says that its row is a total, or another kind of area.

    Examples
    --------
    >>> [is_total(text) for text in ("E92000001", "E12000001", "S", "[z]", "England", "E0600000l", "Leeds")]
    [True, True, True, True, True, False, False]
    """
    text = " ".join(str(value).split())
    return len(text) <= LONGEST and bool(
        _OTHER_KIND.fullmatch(text) or _TOTAL.fullmatch(text) or meaning(text)
    )


def no_rows_of_areas(
    sheet: Sheet, well_formed: Callable[[Any], bool], keys: Collection[str] = ()
) -> SetAside | None:
    """Which rows are notes, totals, or lack the code of their block; None where every code is well formed."""
    malformed = sheet.rejected("area_code", well_formed)
    if not malformed.any():
        return None
    blank = sheet.rejected("area_code", lambda code: not is_blank(code)) & malformed
    notes, continued = np.zeros((2, len(sheet)), dtype=bool)
    notes[malformed] = _notes(sheet.only(malformed))
    named = {code for code in sheet.distinct("area_code") if not is_blank(code) and is_total(code)}
    totals = sheet.rejected("area_code", lambda code: code not in named) & malformed
    seen = _keys(sheet, keys, malformed)
    above = pd.Series(sheet.cells("area_code"), dtype=object).mask(blank).ffill()
    for row in np.flatnonzero(blank).tolist():
        totals[row] = above[row] in named or _names_total(sheet, row)
        continued[row] = (
            bool(seen) and well_formed(above[row]) and _key(sheet, keys, row, above[row]) not in seen
        )
    totals &= ~notes
    return SetAside(notes, totals, continued & ~(notes | totals))


def _keys(sheet: Sheet, keys: Collection[str], malformed: BoolArray) -> set[tuple[object, ...]]:
    """The keys of the rows that have a code, where the key is more than the code."""
    if len(keys) <= 1 or not sheet.has(*keys):
        return set()
    columns = [sheet.cells(key) for key in keys]
    return {key for key, bad in zip(zip(*columns, strict=True), malformed, strict=True) if not bad}


def _key(sheet: Sheet, keys: Collection[str], row: int, code: object) -> tuple[object, ...]:
    return tuple(code if key == "area_code" else sheet.cells(key)[row] for key in keys)


def _names_total(sheet: Sheet, row: int) -> bool:
    return sheet.has("area_name") and is_total(sheet.cells("area_name")[row])


def _notes(sheet: Sheet) -> BoolArray:
    """Rows that say something in one cell alone: words, not a code that was mistyped."""
    columns = list(sheet.frame.columns) if sheet.frame.columns.is_unique else []
    filled = [~sheet.rejected(column, lambda cell: not is_blank(cell)) for column in columns]
    alone = np.sum(filled, axis=0) == 1 if len(columns) > 1 else np.zeros(len(sheet), dtype=bool)
    if alone.any():
        said = sheet.only(alone)
        cells = zip(*(said.cells(column) for column in columns), strict=True)
        alone[alone] = [is_prose(next(cell for cell in row if not is_blank(cell))) for row in cells]
    return np.asarray(alone, dtype=bool)


def is_prose(cell: object) -> bool:
    """Whether a cell holds words, as notes do."""
    text = str(cell).strip()
    return not is_total(text) and (" " in text or text.rstrip(":").lower() in NOTES)


def fix_of_totals(codes: Iterable[object]) -> str:
    """What to do about rows of totals, which are named."""
    names = list(dict.fromkeys("" if is_blank(code) else str(code).strip() for code in codes))
    told = [name or "one without a code" for name in sorted(names, key=lambda name: not name)]
    more = [f"{len(told) - LISTED:,} more"] if len(told) > LISTED else []
    return (
        f"leave out the rows of {listed([*told[:LISTED], *more])}: they are totals, or no areas of this kind"
    )


def fix_of_notes(count: int) -> str:
    """What to do about text below a table."""
    return f"leave out the text that stands below the table, or within it ({several(count, 'row')})"


def fix_of_block(code: object, count: int) -> str:
    """What to do where a code stands only in the first row of its block."""
    return (
        f"write {code} into each row of its block: it stands only in the first, as merged cells leave it"
        f" ({several(count, 'row')} without it)"
    )


def row_of_headings(rows: pd.DataFrame, names: Collection[str]) -> int | None:
    """The place of the first row that holds one of some names, as headings would, among the first rows."""
    for place, row in enumerate(rows.head(SEARCHED).itertuples(index=False)):
        if any(isinstance(cell, str) and cell.strip() in names for cell in row):
            return place
    return None


def has_formula(cells: Iterable[object]) -> bool:
    """Whether a cell holds a formula in place of its value."""
    return any(isinstance(cell, str) and "=" in cell and FORMULA.fullmatch(cell.strip()) for cell in cells)
