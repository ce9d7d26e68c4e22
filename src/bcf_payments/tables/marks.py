"""What stands in cells in place of a figure: shorthand of statistics, formulas without a value."""

from __future__ import annotations

import re
from collections import Counter

import pandas as pd

from bcf_payments.words import several

SUPPRESSED, UNAVAILABLE, INAPPLICABLE = "suppressed", "not available", "not applicable"

MEANINGS = {
    "c": SUPPRESSED, "*": SUPPRESSED, "**": SUPPRESSED,
    "x": UNAVAILABLE, "..": UNAVAILABLE, "...": UNAVAILABLE, ":": UNAVAILABLE, "#n/a": UNAVAILABLE,
    "n/a": UNAVAILABLE, "na": UNAVAILABLE, "low": "too low to be shown",
    "z": INAPPLICABLE, ".": INAPPLICABLE,
    "-": "none or not available", "\u2013": "none or not available", "\u2014": "none or not available",
    "u": "of low reliability", "w": "none recorded",
}  # fmt: skip
"""By the shorthand, without its brackets and in small letters, as English official statistics use it."""

FORMULA = re.compile(r"=\s*[A-Za-z0-9(+\-\"'{].*", re.DOTALL)
FORMULA_FIX = "open the workbook in a spreadsheet program and save it: the formula has never been calculated"

_SMALL = re.compile(r"(?:<|&lt;|under |less than )\s*\d+", re.IGNORECASE)
_MARKED = re.compile(r"([+-]?\d[\d.]*)\s*(?:\[[a-z]{1,3}\]|[*†‡])")
_TWO_FIGURES = re.compile(r"[+-]?\d[\d.]*%?\s*(?:\(.*\d.*\)|\[.*\d.*\]|±.*\d)")


def meaning(value: object) -> str:
    """What a shorthand in place of a figure means; nothing where it is none.

    Examples
    --------
    >>> meaning("[c]"), meaning(".."), meaning("<5"), meaning("12.5"), meaning("")
    ('suppressed', 'not available', 'suppressed, as it is small', '', '')
    """
    text = str(value).strip().lower()
    if _SMALL.fullmatch(text):
        return f"{SUPPRESSED}, as it is small"
    return MEANINGS.get(text[1:-1].strip() if text[:1] + text[-1:] in {"[]", "()"} else text, "")


def fix_of_mark(text: str, not_known: str) -> str:
    """What to do about a shorthand, or a figure with something beside it; nothing where it is neither."""
    if FORMULA.fullmatch(text):
        return FORMULA_FIX
    if said := meaning(text):
        return (
            f"{text} means that the figure is {said}: {not_known} (a line without a figure is a missing one)"
        )
    if marked := _MARKED.fullmatch(text):
        return f"leave the mark out: {marked[1]}"
    return "write one figure into the cell: it holds two" if _TWO_FIGURES.fullmatch(text) else ""


def told_once(faults: pd.DataFrame) -> pd.DataFrame:
    """The faults of a rule, with those of one shorthand, or of the formulas of one column, as one."""
    kinds = [_kind(*cell) for cell in zip(faults["value"], faults["column"], strict=True)]
    counts = Counter(kinds)
    if list(counts) == [""]:
        return faults
    fixes = [
        (FORMULA_FIX if kind.startswith("=") else fix)
        + (f" ({several(counts[kind], 'cell')})" if kind else "")
        for kind, fix in zip(kinds, faults["fix"], strict=True)
    ]
    later = pd.Series(kinds, dtype=object).duplicated().to_numpy()
    return faults.assign(fix=fixes)[[not (kind and again) for kind, again in zip(kinds, later, strict=True)]]


def _kind(value: object, column: str) -> str:
    text = str(value).strip()
    return f"={column}" if FORMULA.fullmatch(text) else text.lower() if meaning(text) else ""
