"""What is said when a file cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NoReturn

from bcf_payments.errors import InputError


def refuse(table: str, reason: str, *, value: object, fix: str, column: str = "") -> NoReturn:
    """Raise an `InputError` of one problem."""
    raise InputError([{"table": table, "reason": reason, "column": column, "value": value, "fix": fix}])


def refuse_all(errors: Iterable[InputError]) -> None:
    """Raise an `InputError` of the problems of several, if there are any."""
    problems = [row for error in errors for row in error.problems.to_dict("records")]
    if problems:
        raise InputError(problems)


def unreadable(table: str, value: object, fix: str) -> NoReturn:
    """Raise an `InputError` about a file that cannot be read."""
    refuse(table, "unreadable_file", value=value, fix=fix)


def refuse_columns(faults: Mapping[str, str], table: str, name: str, fix: str) -> None:
    """Raise an `InputError` of what is wrong with columns of a file, by heading, if there are any."""
    refuse_all(
        InputError(
            [
                {
                    "table": table,
                    "reason": "unreadable_file",
                    "column": heading,
                    "value": f"{name}: {fault}",
                    "fix": fix,
                }
            ]
        )
        for heading, fault in faults.items()
    )


@contextmanager
def refusing_any_fault(table: str, name: object, fix: str) -> Iterator[None]:
    """Report whatever a broken file makes its library raise, which can be anything."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001
        why = getattr(error, "strerror", None) or str(error).partition("\n")[0] or type(error).__name__
        unreadable(table, f"{name}: {why}", fix)


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
