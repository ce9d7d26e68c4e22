"""Text from outside as it may be shown: nothing in it steers a terminal or turns the direction of a line."""

from __future__ import annotations

_LAID_OUT = frozenset({"\n", "\u00a0", "\u202f", "\u2009"})
"""Not printable to Python, and harmless: line ends and spaces of various widths."""


def printable(text: str, instead: str = "?") -> str:
    r"""A text with every control, format, half or unassigned character replaced; as long as it was.

    Examples
    --------
    >>> printable("Leeds\x1b[31m"), printable("a\u202eb\u200bc\ud800"), printable("Leeds\u00a0City\n")
    ('Leeds?[31m', 'a?b?c?', 'Leeds\xa0City\n')
    """
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one in _LAID_OUT else instead for one in text)
