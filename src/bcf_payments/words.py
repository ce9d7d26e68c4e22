"""How amounts, shares, days, lists and columns of tables are written for people."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from difflib import get_close_matches
from fractions import Fraction
from numbers import Rational
from typing import Any, NamedTuple

REASONS = {
    "performance": "target missed",
    "conditions": "conditions",
    "plan_not_approved": "plan not approved",
    "missing_data": "data missing",
    "gateway": "gateway not met",
}
"""Why money is held back, in words."""

NOTHING_PAID = "metrics are watched, and nothing is paid on them"

MILLION = 100_000_000
"""A million pounds in pence."""

MONEY_HEADINGS = {
    "entitlement_pence": "Entitlement",
    "earned_pence": "Earned",
    "caught_up_pence": "Caught up",
    "withheld_pence": "Held back",
    "not_due_pence": "Not yet due",
}
"""The columns of money, in words."""


def pounds(pence: int) -> str:
    """Pence as a person reads them.

    Examples
    --------
    >>> pounds(123456789), pounds(-5)
    ('£1,234,567.89', '-£0.05')
    """
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{whole:,}.{rest:02d}"


def estimated_pounds(pence: float) -> str:
    """Pence that were estimated, as a person reads them.

    Examples
    --------
    >>> estimated_pounds(1234.4), estimated_pounds(float("nan"))
    ('£12.34', 'not known')
    """
    return "not known" if math.isnan(pence) else pounds(round(pence))


def short_pounds(pence: int) -> str:
    """Pence in pounds at a glance, to four digits or so; an amount that is exact in millions is left bare.

    Examples
    --------
    >>> [short_pounds(100 * amount) for amount in (3_784_000_000, 10**9, 182_000_000, 471_973_549, 1_704_634)]
    ['£3.784bn', '£1bn', '£182m', '£472.0m', '£1.70m']
    >>> short_pounds(-34_567_849)
    '-£345,678'
    """
    sign, size = "-" if pence < 0 else "", abs(pence)
    if size < MILLION:
        return f"{sign}£{(size + 50) // 100:,}"
    unit, letters, places = (1000 * MILLION, "bn", 3) if size >= 1000 * MILLION else (MILLION, "m", 1)
    if unit == MILLION and size < 10 * MILLION:
        places = 2
    steps = (2 * size * 10**places + unit) // (2 * unit)
    whole, rest = divmod(steps, 10**places)
    exact = size * 10**places == steps * unit
    digits = f"{rest:0{places}d}"
    digits = digits.rstrip("0") if exact else digits
    return f"{sign}£{whole:,}{'.' if digits else ''}{digits}{letters}"


LONGEST_DECIMAL = 9
"""Decimal places up to which an exact number is written as a decimal and not as a fraction."""

LONGEST_NUMBER = 200
"""Bits of a numerator or denominator up to which a number is written out."""

MOST_PLACES = 18
"""Decimal places after which a rounded number is no longer told apart from its neighbours."""

PROPER = {"hwb": "HWB", "nhs": "NHS", "ccg": "CCG", "dfg": "DFG", "england": "England"}
"""Words of names that are written with capitals."""


def exact(value: Fraction | int) -> str:
    """An exact number: a decimal where a short one says it, else a fraction in lowest terms.

    Examples
    --------
    >>> exact(1234567), exact(Fraction(-5, 2)), exact(Fraction(134, 72627))
    ('1,234,567', '-2.5', '134/72,627')
    """
    value = value if isinstance(value, Fraction) else Fraction(value)
    decimal = value.denominator > 1 and 10**LONGEST_DECIMAL % value.denominator == 0
    if decimal and value.numerator.bit_length() <= LONGEST_NUMBER:
        return rounded(value, LONGEST_DECIMAL).rstrip("0")
    return fraction(value)


def fraction(value: Fraction) -> str:
    """A fraction in lowest terms; one that is too long for a page is told to seven digits.

    Examples
    --------
    >>> fraction(Fraction(1, 8)), fraction(Fraction(2)), fraction(Fraction(1, 10**100))
    ('1/8', '2', 'about 1.000000e-100')
    """
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > LONGEST_NUMBER:
        return f"about {Decimal(value.numerator) / Decimal(value.denominator):.6e}"
    below = "" if value.denominator == 1 else f"/{value.denominator:,}"
    return f"{value.numerator:,}{below}"


def rounded(value: Fraction, places: int) -> str:
    """A number to so many decimal places, halves away from 0.

    Examples
    --------
    >>> rounded(Fraction(-20000, 3), 1)
    '-6,666.7'
    """
    if abs(value.numerator).bit_length() - value.denominator.bit_length() > LONGEST_NUMBER:
        return fraction(value)
    scaled = (2 * abs(value.numerator) * 10**places + value.denominator) // (2 * value.denominator)
    whole, rest = divmod(scaled, 10**places)
    sign = "-" if value.numerator < 0 and scaled else ""
    return f"{sign}{whole:,}.{rest:0{places}d}" if places else f"{sign}{whole:,}"


def per_cent(value: Fraction, landmarks: Sequence[Fraction] = ()) -> str:
    """A share in per cent, to as many places as keep it apart from 0, 1 and the landmarks.

    Examples
    --------
    >>> per_cent(Fraction(17, 20)), per_cent(Fraction(2, 3)), per_cent(Fraction(69_999, 100_000))
    ('85%', 'about 66.7%', '69.999%')
    >>> per_cent(Fraction(699_999, 1_000_001), [Fraction(7, 10)])
    'about 69.9998%'
    """
    shown = exact(value * 100)
    if len(shown) <= LONGEST_DECIMAL and "/" not in shown:
        return f"{shown}%"
    nearest = min((Fraction(0), Fraction(1), *landmarks), key=lambda mark: abs(mark - value))
    for places in range(1, MOST_PLACES):
        if nearest == value or abs(nearest - value) >= Fraction(1, 10 ** (places + 2)):
            return f"about {rounded(value * 100, places)}%".replace("about about", "about")
    return f"just {'under' if value < nearest else 'over'} {exact(nearest * 100)}%"


def penny_parts(pence: Fraction) -> str:
    """An exact amount of money: pounds and whole pence, and the part of a penny that is left.

    Examples
    --------
    >>> penny_parts(Fraction(1001, 2)), penny_parts(Fraction(500))
    ('£5.00 and 1/2 of a penny', '£5.00')
    """
    whole, rest = divmod(pence, 1)
    return f"{pounds(int(whole))} and {fraction(rest)} of a penny" if rest else pounds(int(whole))


def exact_pounds(amount: Fraction) -> str:
    """An amount in pounds, which need not be whole pence.

    Examples
    --------
    >>> exact_pounds(Fraction(1490)), exact_pounds(Fraction(2150, 3))
    ('£1,490.00', '£2,150/3')
    """
    pence = amount * 100
    return pounds(int(pence)) if pence.denominator == 1 else f"£{exact(amount)}"


def day(date: dt.date) -> str:
    """A day as people write it.

    Examples
    --------
    >>> day(dt.date(2015, 4, 1))
    '1 April 2015'
    """
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def listed(items: Sequence[str]) -> str:
    """Items with commas, and "and" before the last.

    Examples
    --------
    >>> listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])
    ('a', 'a and b', 'a, b and c')
    """
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else ""


def several(count: int, noun: str) -> str:
    """A number with its noun.

    Examples
    --------
    >>> several(1, "line"), several(2, "line")
    ('1 line', '2 lines')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def spoken(name: str) -> str:
    """A name of the scheme as it is spoken.

    Examples
    --------
    >>> spoken("peer_review"), spoken("nhs_england_directed")
    ('peer review', 'NHS England directed')
    """
    return " ".join(PROPER.get(word, word) for word in name.split("_"))


def with_article(noun: str) -> str:
    """A noun with "a" or "an".

    Examples
    --------
    >>> with_article("peer review"), with_article("inspection")
    ('a peer review', 'an inspection')
    """
    return f"{'an' if noun[:1].lower() in 'aeio' else 'a'} {noun}"


def bracketed(text: str) -> str:
    """A number as a term of a formula: in brackets if it is negative or a fraction.

    Examples
    --------
    >>> bracketed("3"), bracketed("-3"), bracketed("1/3")
    ('3', '(-3)', '(1/3)')
    """
    return f"({text})" if text.startswith("-") or "/" in text or " " in text else text


def titled(name: str) -> str:
    """A name of the scheme as a title.

    Examples
    --------
    >>> titled("peer_review"), titled("nhs_england_directed")
    ('Peer review', 'NHS England directed')
    """
    words = spoken(name)
    return f"{words[:1].upper()}{words[1:]}"


def about(value: float, low: float, high: float) -> str:
    """An estimate and its interval, with no more digits than they bear: `about 9 (5 to 14)`.

    The last digit is that of half the interval's width.
    """
    width = (high - low) / 2 or abs(value) / 100 or 1.0
    places = -math.floor(math.log10(width))
    numbers = (f"{round(number, places):,.{max(places, 0)}f}" for number in (value, low, high))
    return "about {} ({} to {})".format(*numbers)


def share(part: int, whole: int) -> str:
    """A part in per cent of the whole, to a tenth; nothing if there is no whole.

    Examples
    --------
    >>> share(2, 3), share(1, 0)
    ('66.7%', '')
    """
    return f"{rounded(Fraction(100 * int(part), int(whole)), 1)}%" if whole else ""


class Column(NamedTuple):
    """A column of a table for people, whichever face lays it out.

    A cell that is a text stands as it is, None is blank; the `kind` tells others: as in `_TOLD`, or as names,
    which each face tells in its own way. A `spare` column may be left out where there is no room.
    """

    heading: str
    cells: Sequence[Any]
    kind: str = "count"
    spare: bool = False

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers, which are aligned to the right."""
        return self.kind in _TOLD

    @property
    def texts(self) -> list[str]:
        """Its cells in words.

        Examples
        --------
        >>> Column("areas", [1234, None, "all"]).texts, Column("earned", [50], "pence").texts
        (['1,234', '', 'all'], ['£0.50'])
        """
        tell = _TOLD.get(self.kind, str)
        return ["" if cell is None else cell if isinstance(cell, str) else tell(cell) for cell in self.cells]

    def named(self, tell: Mapping[str, Callable[[Any], str]]) -> Column:
        """The same, with names told as a face tells those of its kind."""
        if self.kind not in tell:
            return self
        return self._replace(cells=[cell and tell[self.kind](cell) for cell in self.cells], kind="text")


_TOLD: dict[str, Callable[[Any], str]] = {
    "count": lambda number: f"{int(number):,}",
    **dict.fromkeys(("pence", "held"), lambda amount: pounds(int(amount))),
    "change": lambda amount: f"{'+' if amount > 0 else ''}{pounds(int(amount))}",
    "share": lambda pair: share(*pair),
}


def sentence(text: str) -> str:
    """A text that begins with a capital and ends with a full stop.

    Examples
    --------
    >>> sentence("peer review")
    'Peer review.'
    """
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip

_LAID_OUT = frozenset({"\n", "\u00a0", "\u202f", "\u2009"})
"""Not printable to Python, and harmless: line ends and spaces of various widths."""


def printable(text: str, instead: str = "?") -> str:
    r"""A text with every control, format, half or unassigned character replaced; as long as it was.

    Examples
    --------
    >>> printable("Leeds\x1b[31m"), printable("a\u202eb\u200bc\ud800"), printable("Leeds\u00a0City\n")
    ('Leeds?[31m', 'a?b?c?', 'Leeds\xa0City\n')
    """
    if text.isprintable() or text.replace("\n", "").isprintable():
        return text
    return "".join(one if one.isprintable() or one in _LAID_OUT else instead for one in text)


LONGEST = 10**40
"""Numbers from here on are told in round figures."""

_ROUND = Context(prec=7, Emax=MAX_EMAX, Emin=MIN_EMIN)


def briefly(value: object) -> str:
    """A value as text: an integer or a fraction of more than 40 digits rounded to seven.

    Python itself refuses to write out integers of more than 4,300 digits.

    Examples
    --------
    >>> briefly(12), briefly("1/12"), briefly(10**5000)
    ('12', '1/12', '1.000000e+5000')
    """
    if isinstance(value, Rational):
        above, below = int(value.numerator), int(value.denominator)
        if max(abs(above), below) >= LONGEST:
            return f"{_ROUND.divide(Decimal(above), Decimal(below)):e}"
    try:
        return str(value)
    except ValueError:  # such an integer in a list
        return f"a {type(value).__name__} that is too long to print"


def nearest(value: object, known: Iterable[str]) -> str:
    """A fix that names the known value that is written otherwise, the nearest one, or all of them.

    Examples
    --------
    >>> nearest("Wave 1", ["wave_1", "wave_2"]), nearest("wave1", ["wave_1", "wave_2"])
    ('write wave_1', 'did you mean wave_1?')
    """
    options = list(known)
    name = "_".join(re.findall("[a-z0-9]+", str(value).lower()))
    if name in options and name != value:
        return f"write {name}"
    near = get_close_matches(str(value).lower(), options, n=1)
    return f"did you mean {near[0]}?" if near else one_of(options)


def one_of(known: Iterable[str]) -> str:
    """A fix that names all known values."""
    return f"write one of: {', '.join(known)}"
