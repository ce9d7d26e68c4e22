"""Values as messages quote them: short, and never a reason to fail."""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from numbers import Rational

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
    if isinstance(value, str):
        return value
    if isinstance(value, Rational):
        above, below = int(value.numerator), int(value.denominator)
        if max(abs(above), below) >= LONGEST:
            return f"{_ROUND.divide(Decimal(above), Decimal(below)):e}"
    try:
        return str(value)
    except ValueError:  # such an integer in a list
        return f"a {type(value).__name__} that is too long to print"
