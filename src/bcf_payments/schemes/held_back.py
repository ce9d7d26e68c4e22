"""What it means that money is held back: the scheme's own rules of where it goes say it."""

from __future__ import annotations

from typing import Any

from bcf_payments.schemes.facts import facts
from bcf_payments.schemes.parts import Cited, PlannedValuePot
from bcf_payments.schemes.scheme import Scheme


def destinations(scheme: Scheme) -> tuple[Cited[Any], ...]:
    """The rules of where money goes that is held back."""
    if isinstance(scheme.pot, PlannedValuePot):
        return (scheme.pot.unearned_to,)
    actions = scheme.review.actions if scheme.review else ()
    ways = (way for action in actions for way in (action.destination, action.destination_otherwise))
    return tuple(way for way in ways if way)


def stays_with_the_area(scheme: Scheme) -> bool:
    """Whether G5 holds: a fact of the fund, for schemes whose money goes where facts of the fund say."""
    ways = destinations(scheme)
    return bool(ways) and all(source in facts() for way in ways for source in way.source)
