"""What an account tells of one metric, of a plan's conditions, and of a pot of planned value."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from bcf_payments.core.case import BLANK
from bcf_payments.names import Status
from bcf_payments.schemes.levels import PLAN, Ends

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True)
class Rate:
    """A rate as it was written."""

    numerator: Fraction
    denominator: Fraction

    @cached_property
    def value(self) -> Fraction:
        """Numerator over denominator."""
        return self.numerator / self.denominator


@dataclass(frozen=True)
class MetricProgress:
    """How a metric did: its rates (None where a row is missing), and the achievement that decides.

    `ends` is what baseline and target are called. `achievement` is not clipped; `counted` is what it counts
    for, between 0 and 1. For an unambitious plan (G3) both are 0 or 1.
    """

    baseline: Rate | None
    target: Rate | None
    outcome: Rate | None
    lower_is_better: bool
    unambitious: bool
    status: Status
    known: bool
    achievement: Fraction
    counted: Fraction
    ends: Ends = PLAN
    full_from: Fraction = Fraction(1)

    @property
    def paid_in_full(self) -> bool:
        """Whether the curve pays all for what is achieved."""
        return self.counted >= self.full_from

    @property
    def missed(self) -> bool:
        """Whether less is achieved than was asked for, and than is paid in full."""
        return self.status in {Status.PARTLY_MET, Status.NOT_MET} and not self.paid_in_full

    @cached_property
    def planned(self) -> Fraction | None:
        """The improvement that was planned, above 0 for a better rate."""
        return self._improvement(self.target)

    @cached_property
    def actual(self) -> Fraction | None:
        """The improvement that was achieved, above 0 for a better rate."""
        return self._improvement(self.outcome)

    def _improvement(self, end: Rate | None) -> Fraction | None:
        if self.baseline is None or end is None:
            return None
        change = self.baseline.value - end.value
        return change if self.lower_is_better else -change


class Checked(NamedTuple):
    """What is known of a plan on a conditions line: 1, 0 or `BLANK` by condition, and what bars it."""

    conditions: dict[str, int]
    not_approved: bool
    late: bool
    undated: bool
    submitted_on: dt.date | None

    @property
    def blank(self) -> bool:
        """Whether something that decides is not filled in."""
        return self.undated or BLANK in self.conditions.values()


class Quarters(NamedTuple):
    """A pot of planned value in one area, in units of improvement; by quarter where it is a tuple."""

    share_pence: int
    pot_pence: int
    planned: tuple[Fraction, ...]
    reduction: Fraction
    path: tuple[Fraction, ...]
    complete: bool
