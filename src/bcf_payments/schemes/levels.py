"""Lines that are judged by level: two thresholds, the same for every area, in place of baseline and target."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from bcf_payments.schemes.fields import SchemeFields
from bcf_payments.schemes.parts import ConditionsLine, MetricLine, Slot
from bcf_payments.schemes.units import UNIT_FACTORS


class Level(NamedTuple):
    """The thresholds of a line in its metric's unit, each over `per`, such as 40 over 100 for 40%."""

    lower: Fraction
    upper: Fraction
    per: int


class Ends(NamedTuple):
    """What the two ends of the way are called, from which an achievement is measured and to which."""

    start: str
    end: str
    way: str = "the planned improvement"

    @property
    def aim(self) -> str:
        """The end, as a return calls it."""
        return "plan" if self == PLAN else self.end


PLAN = Ends("baseline", "target")
LEVEL = Ends("lower threshold", "upper threshold", "the way from the lower to the upper threshold")
EITHER = Ends(
    "baseline or lower threshold", "target or upper threshold", "the planned improvement or way between thresholds"
)


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


def ends_of_all(slots: Sequence[Slot]) -> Ends:
    """What the ends of some lines are called, all in one."""
    found = {ends_of(slot.rule) for slot in slots if not isinstance(slot.rule, ConditionsLine)}
    return EITHER if len(found) > 1 else next(iter(found), PLAN)
