"""Patterns that a scheme gives, matched in a time that grows only with the text."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, core_schema

LONGEST_PATTERN = 1_000
LONGEST_MATCH = 100
"""The most characters of a pattern, and of a text that it can match."""


@lru_cache(maxsize=32)
def matcher(pattern: str) -> Callable[[object], bool]:
    """Whether a value is a text that a pattern matches as a whole.

    Parameters
    ----------
    pattern : str
        A regular expression without look-around and back-references, which no engine of bounded time has.

    Returns
    -------
    callable
        From any value to bool.

    Raises
    ------
    ValueError
        Not such an expression, in one sentence.

    Examples
    --------
    >>> is_code = matcher("(a+)+b")
    >>> is_code("aab"), is_code("a" * 99), is_code("aab, and more"), is_code(None)
    (True, False, False, False)
    """
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError(f"it is longer than {LONGEST_PATTERN:,} characters")
    _compiled(pattern)  # by itself first: `a)(b` is no expression, and would be one in brackets
    return _compiled(rf"\A(?:{pattern})\z").isinstance_python


def _compiled(expression: str) -> SchemaValidator:
    try:
        return SchemaValidator(
            core_schema.str_schema(pattern=expression, max_length=LONGEST_MATCH, strict=True)
        )
    except SchemaError as error:
        why = str(error).rpartition("rror: ")[2].strip().rstrip(".")
        raise ValueError(why[:1].lower() + why[1:]) from None
