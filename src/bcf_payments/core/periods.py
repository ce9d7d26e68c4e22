"""How long a period is, by what it is called."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from bcf_payments.words import MONTHS

_MONTHS = [name.lower() for name in MONTHS]
_MONTH = "(" + "|".join(f"{name[:3]}(?:{name[3:]}|t)?" for name in _MONTHS) + ")\\.?"
_YEAR = "([0-9]{4}(?: ?[-/ ] ?(?:[0-9]{4}|[0-9]{2}))?)"
"""A year, or two that follow each other, such as 2014/15."""

_TO = " ?(?:-|to) ?"
_QUARTERS = rf"(q|h)(?:uarter |alf )?([1-4])(?:(?:{_TO}| ?(?:and|&) ?)(?:q|h)?([1-4]))?"
_ISO = "([0-9]{4})-([0-9]{2})-([0-9]{2})"
_SLASHED = "([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})"
_DAY = rf"([0-9]{{1,2}})(?:st|nd|rd|th)? {_MONTH} ([0-9]{{4}})"


def days_of(name: str) -> int | None:
    """How many days a period has, to within three: years, quarters and months are of unequal length.

    Parameters
    ----------
    name : str
        A year or financial year, quarters or halves of one, months, or the first and the last day.

    Returns
    -------
    int or None
        None where it is not known what is meant.

    Examples
    --------
    >>> [days_of(name) for name in ("2014-15", "2014", "2014-15 Q4", "Q1-Q2 2014/15", "Jan-Mar 2015")]
    [365, 365, 91, 182, 91]
    >>> days_of("April 2014 to March 2015"), days_of("1 April 2014 - 30 June 2014"), days_of("last winter")
    (365, 91, None)
    """
    text = re.sub(r"[\s_]+", " ", re.sub("[\u2010-\u2015]", "-", name.lower())).strip()
    for form, length in _FORMS.items():
        if found := re.fullmatch(form, text, re.ASCII):
            days = length(*found.groups())
            return days if days and days > 0 else None
    return None


def _months(count: int) -> int:
    return 365 * count // 12


def _years(text: str) -> int | None:
    """A year, or one that begins in one calendar year and ends in the next."""
    first, _, last = re.sub("[ /]", "-", text).partition("-")
    follows = not last or int(last.strip("-")) in {int(first) + 1, (int(first) + 1) % 100}
    return _months(12) if follows else None


def _quarters(kind: str, first: str, last: str | None, year: str) -> int | None:
    """Quarters or halves of a year, from the first to the last."""
    count = int(last or first) - int(first) + 1
    return _months((3 if kind == "q" else 6) * count) if _years(year) else None


def _named_months(first: str, first_year: str | None, last: str | None, last_year: str | None) -> int | None:
    """Months of a year, from the first to the last, which may stand in the next year."""
    apart = _month(last or first) - _month(first)
    if last_year and first_year:
        return _months(apart + 12 * (int(last_year[:4]) - int(first_year)) + 1)
    return _months(apart % 12 + 1) if last_year or first_year else None


def _of_a_year(year: str, kind: str, first: str, last: str | None) -> int | None:
    return _quarters(kind, first, last, year)


def _month(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, start=1) if month[:3] == name[:3])


def _span(*parts: str) -> int | None:
    """From the first day to the last: year, month and day of each."""
    try:
        first, last = (dt.date(*map(int, parts[at : at + 3])) for at in (0, 3))
    except ValueError:
        return None
    return (last - first).days + 1


def _written_days(*parts: str) -> int | None:
    day, month, year, last_day, last_month, last_year = parts
    return _span(year, str(_month(month)), day, last_year, str(_month(last_month)), last_day)


_FORMS: dict[str, Callable[..., int | None]] = {
    rf"(?:fy ?)?{_YEAR}": _years,
    rf"{_QUARTERS},? (?:of )?(?:fy ?)?{_YEAR}": _quarters,
    rf"{_YEAR},? {_QUARTERS}": _of_a_year,
    rf"{_MONTH} ?([0-9]{{4}})?(?:{_TO}{_MONTH} ?{_YEAR})?": _named_months,
    rf"(?:from )?{_ISO}(?:{_TO}|/){_ISO}": _span,
    rf"(?:from )?{_SLASHED}{_TO}{_SLASHED}": lambda d, m, y, *to: _span(y, m, d, to[2], to[1], to[0]),
    rf"(?:from )?{_DAY}{_TO}{_DAY}": _written_days,
}
"""What a period may look like, and how long it then is."""
