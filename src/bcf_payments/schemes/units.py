"""Rates in the unit of their metric, as people write them, and told apart."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from bcf_payments.words import exact, fraction, per_cent, rounded

UNIT_FACTORS = {"per_cent": 100, "per_100_000": 100_000, "ratio": 1, "count": 1}
"""What a rate is multiplied by to be told in its unit."""

MOST_DIGITS = 30
"""Decimal places after which a number is told as a fraction."""


def in_unit(value: Fraction, unit: str, beside: Sequence[Fraction] = ()) -> str:
    """A rate, or a difference of rates, in the unit of its metric, told apart from those beside it.

    Examples
    --------
    >>> in_unit(Fraction(1788, 72627), "per_100_000"), in_unit(Fraction(3, 4), "per_cent")
    ('2,461.9 per 100,000', '75%')
    >>> in_unit(Fraction(1, 3), "ratio"), in_unit(Fraction(1, 3), "ratio", [Fraction("0.33333")])
    ('0.3333', '0.333333')
    """
    if unit == "per_cent":
        return per_cent(value, [other for other in beside if other != value])
    if unit == "per_100_000":
        return f"{apart(value * 100_000, 1, [other * 100_000 for other in beside])} per 100,000"
    return exact(value) if unit == "count" else apart(value, 4, beside)


def apart(value: Fraction, places: int, beside: Sequence[Fraction]) -> str:
    """A number to so many decimal places, or to as many as tell it from others.

    Examples
    --------
    >>> apart(Fraction(30_000), 1, [Fraction("30000.004")]), apart(Fraction(2), 1, [Fraction(3)])
    ('30,000.000', '2.0')
    """
    others = [other for other in beside if other != value]
    for more in range(places, MOST_DIGITS):
        shown = rounded(value, more)
        if all(rounded(other, more) != shown for other in others):
            return shown
    return fraction(value)
