"""Text that a spreadsheet would take for a formula: an apostrophe before it, as Excel has it."""

from __future__ import annotations

import re

_TAKEN = r"(?:[\t\r\n]|\s*[=+\-@])"
_AS_FORMULA = re.compile(f"'*{_TAKEN}")
_GUARDED = re.compile(f"'+{_TAKEN}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet would take a text for a formula; a plain number is none.

    Examples
    --------
    >>> [looks_like_formula(text) for text in ("=1+1", "@SUM(A1)", "-5", "-5+1", "Leeds")]
    [True, True, False, True, False]
    """
    return _AS_FORMULA.match(text) is not None and _NUMBER.fullmatch(text) is None


def guarded(text: str) -> str:
    """A text as it stands in a CSV file; `unguarded` gives it back, whatever it is.

    Examples
    --------
    >>> guarded("=1+1"), guarded("'=1+1"), guarded("King's Lynn"), guarded("-5")
    ("'=1+1", "''=1+1", "King's Lynn", '-5')
    """
    return f"'{text}" if looks_like_formula(text) else text


def unguarded(text: str) -> str:
    """The text that `guarded` has written so.

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if _GUARDED.match(text) else text
