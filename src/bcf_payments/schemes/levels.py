"""Lines judged by level: two thresholds, the same for every area, in place of baseline and target."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from bcf_payments.schemes.fields import SchemeFields
from bcf_payments.schemes.parts import ConditionsLine, MetricLine, Slot
from bcf_payments.schemes.units import UNIT_FACTORS
from bcf_payments.words import REASONS


class Level(NamedTuple):
    """The thresholds of a line in its metric's unit, each over `per`, such as 40 over 100 for 40%."""

    lower: Fraction
    upper: Fraction
    per: int


class Ends(NamedTuple):
    """What an achievement is measured from and to (in a return `aim`), and the way between."""

    start: str
    end: str
    ends: str
    aim: str
    way: str


PLAN = Ends("baseline", "target", "targets", "plan", "planned improvement")
LEVEL = Ends(
    "lower threshold", "upper threshold", "upper thresholds", "upper threshold", "way between the thresholds"
)
EITHER = Ends(*(" or ".join(names) for names in zip(PLAN, LEVEL, strict=True)))


def level_of(scheme: SchemeFields, slot: Slot) -> Level | None:
    """The thresholds of a line that is judged by level; None where a plan decides."""
    rule = slot.rule
    if not isinstance(rule, MetricLine) or rule.lower is None or rule.upper is None:
        return None
    per = UNIT_FACTORS[scheme.metrics[slot.name].unit.value]
    return Level(rule.lower.value, rule.upper.value, per)


def levels_of(scheme: SchemeFields, slots: Sequence[Slot]) -> dict[int, Level]:
    """The thresholds of those lines that are judged by level, by their place among some lines."""
    found = ((place, level_of(scheme, slot)) for place, slot in enumerate(slots))
    return {place: level for place, level in found if level}


def ends_of(rule: MetricLine | ConditionsLine | None) -> Ends:
    """What the ends of a line are called."""
    return LEVEL if isinstance(rule, MetricLine) and rule.lower else PLAN


def ends_among(slots: Sequence[Slot]) -> Ends:
    """What the ends of lines on metrics are called, in words for them all."""
    found = {ends_of(slot.rule) for slot in slots}
    return EITHER if len(found) > 1 else next(iter(found), PLAN)


def ends_in(scheme: SchemeFields) -> Ends:
    """What the ends of the lines that pay are called, in words for them all."""
    return ends_among(scheme.metric_lines)


def reasons_in(scheme: SchemeFields) -> dict[str, str]:
    """Why money is held back, in words."""
    return REASONS | {"performance": f"{ends_in(scheme).end} missed"}
