"""What outcomes earn: the kernel that turns improvements into pence, for one settlement or many draws.

Every array ends in the axes (line, area); improvements may have leading axes of draws. Lines are paid one
by one, so that a line of large numbers slows no other, and the working set of many draws stays small.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bcf_payments.core.achievement import Terms
from bcf_payments.exact.numbers import (
    FLOAT_LIMIT,
    BoolArray,
    IntArray,
    floor_share,
    peak,
    times,
    whole_integers,
    widen,
)

Pence = npt.NDArray[np.int64]


class Payout(NamedTuple):
    """Pence earned by line and area, and the share that was paid: exactly `part / whole`."""

    earned: IntArray
    part: IntArray
    whole: IntArray


@dataclass(frozen=True)
class Curve:
    """A curve of payment in integers: from `starts[i]` on, `(slope * x + intercept) / over`.

    Parameters
    ----------
    starts : tuple of Fraction
        Where each piece begins; the first begins at 0, a piece holds up to the next.
    pieces : tuple of (int, int)
        Slope and intercept of each piece, both times `over`.
    over : int
        Common denominator.
    """

    starts: tuple[Fraction, ...]
    pieces: tuple[tuple[int, int], ...]
    over: int

    @classmethod
    def through(cls, points: Sequence[tuple[Fraction, Fraction]]) -> Curve:
        """The non-decreasing, right-continuous, piecewise linear curve through points from x = 0 to 1."""
        starts: list[Fraction] = []
        lines: list[tuple[Fraction, Fraction]] = []
        ends = [*points[1:], (points[-1][0] + 1, points[-1][1])]
        for (x, y), (next_x, next_y) in zip(points, ends, strict=True):
            if next_x == x:
                continue
            slope = (next_y - y) / (next_x - x)
            line = (slope, y - slope * x)
            continues = bool(lines) and lines[-1][0] * x + lines[-1][1] == y
            if not (continues and (lines[-1] == line or x == 1)):
                starts.append(x)
                lines.append(line)
        over = math.lcm(*(value.denominator for line in lines for value in line))
        pieces = tuple((int(slope * over), int(intercept * over)) for slope, intercept in lines)
        return cls(tuple(starts), pieces, over)

    @cached_property
    def factor(self) -> int:
        """By how much `paid` multiplies at most."""
        steepest = max(abs(slope) + abs(intercept) for slope, intercept in self.pieces)
        sharpest = max(max(x.numerator, x.denominator) for x in self.starts)
        return max(steepest, sharpest, self.over)

    def paid(self, part: IntArray, whole: IntArray) -> tuple[IntArray, IntArray]:
        """The share paid for the achievement `part / whole` (0 <= part <= whole), as part and whole."""
        if self.over == 1 and self.pieces == ((1, 0),):
            return part, whole
        part, whole = widen(self.factor * peak(whole), part, whole)
        slope, intercept = self.pieces[0]
        paid = part * slope + whole * intercept
        for x, (slope, intercept) in zip(self.starts[1:], self.pieces[1:], strict=True):
            reached = np.asarray(part * x.denominator >= whole * x.numerator, dtype=bool)
            paid = np.where(reached, part * slope + whole * intercept, paid)
        return paid, whole * self.over


class FixedLine(NamedTuple):
    """A line that pays by a curve; its integers are held as floats where no product reaches 2**53."""

    entitlement: npt.NDArray[Any]
    terms: Terms
    curve: Curve

    @classmethod
    def of(cls, entitlement: Pence, terms: Terms, curve: Curve) -> FixedLine:
        """A line in floats, which are faster, if they are exact."""
        if max(peak(entitlement), 1) * peak(terms.whole) * curve.factor >= FLOAT_LIMIT:
            return cls(entitlement, terms, curve)
        return cls(entitlement.astype(np.float64), terms.fast(), curve)

    def pay(self, actual: IntArray, known: BoolArray) -> Payout:
        """What actual improvements earn; where they are not `known`, nothing."""
        part, whole = self.curve.paid(self.terms.achieved(actual), self.terms.whole)
        part = part if known.all() else np.where(known, part, 0)
        return Payout(floor_share(self.entitlement, part, whole), part, whole)


@dataclass(frozen=True)
class FixedKernel:
    """Lines that pay their entitlement by a curve of the achievement.

    Parameters
    ----------
    entitlement : ndarray of int64, shape (lines, areas)
        Pence that each line can earn.
    terms : Terms
        Of the same shape.
    curves : tuple of Curve
        One per line.
    """

    entitlement: Pence
    terms: Terms
    curves: tuple[Curve, ...]

    def of_areas(self, areas: Sequence[int]) -> FixedKernel:
        """The kernel of some areas, by their numbers, each as often as it is named."""
        only = (slice(None), list(areas))
        return replace(self, entitlement=self.entitlement[only], terms=self.terms.at(only))

    @cached_property
    def lines(self) -> tuple[FixedLine, ...]:
        """Each line on its own."""
        return tuple(
            FixedLine.of(self.entitlement[line], self.terms.at(line), curve)
            for line, curve in enumerate(self.curves)
        )

    def pay_lines(self, actual: Iterable[IntArray], known: BoolArray) -> Iterator[Payout]:
        """What actual improvements earn, line by line; arrays that end in the axis of areas."""
        for line, improved, is_known in zip(self.lines, actual, known, strict=True):
            yield line.pay(improved, is_known)

    def pay(self, actual: IntArray, known: BoolArray) -> Payout:
        """What actual improvements earn; lines that are not `known` earn nothing."""
        return _together(self.pay_lines(np.moveaxis(actual, -2, 0), known), actual)


@dataclass(frozen=True)
class PlannedValueKernel:
    """Quarters that pay out a pot worth the planned improvement (C2, C4, C8).

    Parameters
    ----------
    planned : ndarray of int64 or object, shape (quarters, areas)
        Planned improvement of each quarter, over one denominator (`scale`) for all quarters of an area.
    share : ndarray of int64, shape (areas,)
        The most that the pot can be, in pence.
    unit_value : Fraction
        Pence for one unit of improvement.
    scale : int
        What stands for one unit of improvement in `planned`.
    cumulative : bool
        Whether a missed quarter can be made good later.
    """

    planned: IntArray
    share: Pence
    unit_value: Fraction
    scale: int
    cumulative: bool

    def of_areas(self, areas: Sequence[int]) -> PlannedValueKernel:
        """The kernel of some areas, by their numbers, each as often as it is named."""
        only = list(areas)
        return replace(self, planned=self.planned[:, only], share=self.share[only])

    def refined(self, factor: int) -> PlannedValueKernel:
        """The same kernel for improvements in units so many times as fine."""
        return replace(self, planned=times(self.planned, factor), scale=self.scale * factor)

    @cached_property
    def _reached(self) -> IntArray:
        """Cumulative planned improvement."""
        (planned,) = widen(peak(self.planned) * len(self.planned), self.planned)
        return np.cumsum(planned, axis=0)

    @cached_property
    def reduction(self) -> IntArray:
        """`R`: the improvement planned over all quarters, at least 0; shape (areas,)."""
        return np.asarray(np.maximum(self._reached[-1], 0))

    @cached_property
    def path(self) -> IntArray:
        """`P_q`: the highest cumulative planned improvement so far, between 0 and `R`."""
        highest = np.maximum.accumulate(self._reached, axis=0)
        return np.minimum(np.maximum(highest, 0), self.reduction)

    @cached_property
    def whole(self) -> IntArray:
        """`R`, or 1 where nothing is planned (and nothing can be earned)."""
        return np.maximum(self.reduction, 1)

    @cached_property
    def pot(self) -> Pence:
        """`min(share, floor(unit value x R))` by area."""
        numerator = self.unit_value.numerator
        denominator = self.unit_value.denominator * self.scale
        (reduction,) = widen(max(peak(self.reduction) * numerator, denominator), self.reduction)
        worth = reduction * numerator // denominator
        return np.asarray(np.minimum(worth, self.share)).astype(np.int64)

    @cached_property
    def entitlement(self) -> Pence:
        """What each quarter adds to the pot that the plan has reached; shape (quarters, areas)."""
        return np.diff(floor_share(self.pot, self.path, self.whole), axis=0, prepend=0)

    def pay_lines(self, actual: Iterable[IntArray], known: BoolArray) -> Iterator[Payout]:
        """What actual improvements earn, quarter by quarter; arrays that end in the axis of areas."""
        if not self.cumulative:
            yield from self._pay_each(actual, known)
            return
        exact_in_floats = max(peak(self.pot), 1) * peak(self.whole) < FLOAT_LIMIT
        amounts: tuple[IntArray, ...] = (self.pot, self.path, self.whole)
        if exact_in_floats:
            amounts = tuple(amount.astype(np.float64) for amount in amounts)
        pot, path, whole = amounts
        reached, highest, bound = np.zeros_like(self.whole), np.zeros_like(pot), 0
        for improved, is_known, most in zip(actual, known, path, strict=True):
            bound += peak(improved)
            reached, more = widen(bound, reached, improved)
            reached = reached + more
            part = np.clip(reached, 0, np.where(is_known, most, 0))
            before = highest
            highest = np.maximum(before, floor_share(pot, part, whole))
            yield Payout(highest - before, part, np.broadcast_to(self.whole, part.shape))

    def _pay_each(self, actual: Iterable[IntArray], known: BoolArray) -> Iterator[Payout]:
        """Each quarter on its own."""
        steps = np.diff(self.path, axis=0, prepend=0)
        for improved, is_known, step, able in zip(actual, known, steps, self.entitlement, strict=True):
            part = np.clip(improved, 0, np.where(is_known, step, 0))
            whole = np.maximum(step, 1)
            yield Payout(floor_share(able, part, whole), part, np.broadcast_to(whole, part.shape))

    def pay(self, actual: IntArray, known: BoolArray) -> Payout:
        """What actual improvements earn; quarters that are not `known` earn nothing."""
        return _together(self.pay_lines(np.moveaxis(actual, -2, 0), known), actual)


def _together(lines: Iterable[Payout], actual: IntArray) -> Payout:
    """Payouts line by line, or of no line, as one: integers, the axis of lines before that of areas."""
    payouts = [np.broadcast_arrays(*payout) for payout in lines]
    none = np.zeros_like(actual[..., :0, :], dtype=np.int64)
    return Payout(
        *(
            np.concatenate(
                [none, *(whole_integers(payout[part])[..., None, :] for payout in payouts)], axis=-2
            )
            for part in range(len(Payout._fields))
        )
    )
