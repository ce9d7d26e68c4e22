"""What may be written after `required` and `plot`."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from fractions import Fraction

from bcf_payments.cli.simulation_options import whole_number

UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "bn": 1_000_000_000}
"""Pounds in what may stand after an amount."""

_NUMBER = r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?P<rest>\.[0-9]+)?"
_AMOUNT = re.compile(rf"£?\s*{_NUMBER}\s*(?P<unit>k|m|bn|)", re.ASCII)
LONGEST = 40
"""Characters of an amount of money."""


def add_required(command: ArgumentParser) -> None:
    """Add what is asked of the outcomes."""
    asked = command.add_mutually_exclusive_group()
    asked.add_argument(
        "--earn",
        metavar="POUNDS",
        type=pence_of,
        help="what the area is to earn in all, such as £250,000 or £1.5m: on one line, and on all alike",
    )
    asked.add_argument(
        "--all",
        action="store_true",
        help="what each line must achieve for all of its money, half of it, and anything (the default)",
    )


OPTIONS = {
    "area": "area_code",
    "wave": "wave",
    "metric": "metric",
    "measure": "measure",
    "by": "by",
    "order": "order",
    "top": "top",
    "dispersion": "dispersion",
    "between": "between",
    "centre": "centre",
    "against": "after",
    "draws": "simulation",
    "seed": "simulation",
}
"""Options of pictures, and which argument of their functions each is for."""


def add_plot(command: ArgumentParser) -> None:
    """Add what pictures are drawn of; each takes some of it."""
    own = command.add_argument_group("what is drawn", "Each picture takes some of these, and says which.")
    own.add_argument("--area", metavar="AREA", help="one area, by its code or name, or part of its name")
    own.add_argument("--wave", metavar="WAVE", help="one payment point")
    own.add_argument("--metric", metavar="METRIC", help="one metric")
    own.add_argument("--measure", metavar="WHAT", help="what is measured, such as achievement or earned")
    own.add_argument("--by", choices=("area", "region"), help="what each bar stands for")
    own.add_argument("--order", choices=("size", "median"), help="in which order areas stand")
    own.add_argument("--top", metavar="N", type=whole_number(1), help="how many are drawn at most")
    own.add_argument(
        "--dispersion",
        metavar="X|estimate",
        type=_or_estimate,
        help="the variance over that of counting that the limits hold, or estimated from the areas (funnel)",
    )
    own.add_argument(
        "--between",
        metavar="X|estimate",
        type=_or_estimate,
        help="a spread between areas that does not shrink with size, such as 0.03 (funnel)",
    )
    own.add_argument(
        "--centre",
        choices=("no change", "nation"),
        help="limits about no change, or about that of all areas (funnel)",
    )
    own.add_argument("--against", metavar="S", help="the scheme that a change leads to (change)")
    own.add_argument("--draws", metavar="N", type=whole_number(1), help="how often chance is drawn")
    own.add_argument("--seed", metavar="N", type=whole_number(0), help="of the draws")


def _or_estimate(text: str) -> float | str:
    """A number, or that it is to be estimated."""
    try:
        return text if text == "estimate" else float(text)
    except ValueError:
        raise ArgumentTypeError(f"{text[:LONGEST]!r}: write a number, or estimate") from None


def pence_of(text: str) -> int:
    """The pence of an amount of pounds as people write it.

    Examples
    --------
    >>> [pence_of(text) for text in ("£100,000", "100000", "£1.5m", "£0.05")]
    [10000000, 10000000, 150000000, 5]
    """
    found = _AMOUNT.fullmatch(text.strip().lower()) if len(text) <= LONGEST else None
    if found:
        number = found["whole"].replace(",", "") + (found["rest"] or "")
        pence = 100 * UNITS[found["unit"]] * Fraction(number)
        if pence > 0 and pence.denominator == 1:
            return int(pence)
    raise ArgumentTypeError(
        f"{text[:LONGEST]!r}: write an amount of pounds and whole pence, such as £100,000, 250000.50 or £1.5m"
    )
