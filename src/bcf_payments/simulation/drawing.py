"""Chance itself: counts drawn around expected ones, with the noise of a model, by draw, line and area."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bcf_payments.exact.numbers import FloatArray
from bcf_payments.simulation.lasting import Effects, centre, expit
from bcf_payments.simulation.model import Noise

Counts = npt.NDArray[np.int64]

DECIMALS = 10**6
"""Normal draws are rounded to so many parts of one."""

MOST_DRAWN = 2.0**62 / DECIMALS
"""Normal draws beyond fit no integer of 64 bits; only an absurd spread comes near."""


MOST_EXPECTED = 1e15
"""Expected counts are cut here, where only absurd effects come: Poisson draws stay in 64 bits."""


class Part(NamedTuple):
    """A part of a period, whose effect is its own and whose count is drawn by itself.

    Parameters
    ----------
    share : float
        Of the expected count of the line.
    baseline_of : int or None
        The place, among the lines that are drawn, of the line whose baseline this part is.
    """

    share: float
    baseline_of: int | None = None


WHOLE = (Part(1.0),)


class DrawnLine(NamedTuple):
    """A line of which some areas are drawn; arrays by area, with mean 0 and size 1 where one is not.

    Parameters
    ----------
    line : int
        Its number among the lines that pay on a metric.
    metric : str
        Its metric.
    noise : Noise
        By how much counts stray.
    proportion : bool
        Whether it counts people out of `size`, so that their noise falls as all or none are counted.
    mean, baseline : ndarray of float, shape (areas,)
        Expected count, and the count behind the baseline.
    size : ndarray of float, shape (areas,)
        What the count is divided by to give the rate.
    parts : tuple of Part
        What its period is cut into.
    baseline_noise : bool
        Whether the baseline's counting noise is drawn; it is part of the effects where its data are known.
    """

    line: int
    metric: str
    noise: Noise
    proportion: bool
    mean: FloatArray
    baseline: FloatArray
    size: FloatArray
    parts: tuple[Part, ...] = WHOLE
    baseline_noise: bool = False


Place = tuple[int, int]
"""A line's place among those drawn, and a part's among its parts."""


@dataclass(frozen=True)
class Chance:
    """Every line that is drawn, and how its draws hang together.

    Parameters
    ----------
    lines : tuple of DrawnLine
        In the scheme's order.
    own, national : tuple
        Effects of the areas and of the nation, metric by metric: whose they are, in order, and how they fall.
    """

    lines: tuple[DrawnLine, ...]
    own: tuple[tuple[tuple[Place, ...], Effects], ...] = ()
    national: tuple[tuple[tuple[Place, ...], Effects], ...] = ()

    def draw(self, draws: int, random: np.random.Generator) -> Iterator[Counts]:
        """Counts line by line, in `1 / DECIMALS` where noise is normal; shape (draws, areas) each."""
        drawn: dict[Place, FloatArray] = {}
        for together in (self.own, self.national):
            for places, effects in together:
                areas = len(self.lines[0].mean) if together is self.own else 1
                for place, effect in zip(places, effects.draw(draws, areas, random), strict=True):
                    drawn[place] = drawn[place] + effect if place in drawn else effect
        off: dict[int, FloatArray] = {}
        for number, line in enumerate(self.lines):
            shape = (draws, len(line.mean))
            true = _true_baseline(line, off.pop(number, None), shape, random)
            counts = []
            for index, part in enumerate(line.parts):
                mean = self._disturbed(number, index, drawn)
                mean = np.minimum(mean if true is None else mean * true, MOST_EXPECTED)
                counts.append(_counts(line, mean, shape, random))
                if part.baseline_of is not None:
                    off[part.baseline_of] = _relative(line, counts[-1], mean)
            yield counts[0] if len(counts) == 1 else counts[0] + counts[1]

    def _disturbed(self, number: int, place: int, drawn: dict[Place, FloatArray]) -> FloatArray:
        """The expected count of a part after its effects, which keep its mean."""
        line = self.lines[number]
        effect = drawn.get((number, place))
        mean = line.mean * line.parts[place].share
        if effect is None:
            return mean
        if not line.proportion:
            return np.asarray(mean * np.exp(effect - self._variances[number, place] / 2))
        share, middle = self._middles[number]
        moved = expit(middle + effect / np.where(share < 1, 1 - share, 1))
        return np.asarray(np.where((share > 0) & (share < 1), moved * line.size, line.mean))

    @cached_property
    def _variances(self) -> dict[Place, FloatArray]:
        """The variance of the effects of each part, by area or for all."""
        found: dict[Place, FloatArray] = {}
        for places, effects in (*self.own, *self.national):
            for place, variance in zip(places, effects.variance, strict=True):
                found[place] = found[place] + variance if place in found else variance
        return found

    @cached_property
    def _middles(self) -> dict[int, tuple[FloatArray, FloatArray]]:
        """The mean shares of proportions, and where their logits must lie to keep them."""
        found = {}
        for number, line in enumerate(self.lines):
            if line.proportion and (number, 0) in self._variances:
                share = np.minimum(line.mean / line.size, 1)
                inside = np.where((share > 0) & (share < 1), share, 0.5)
                sd = np.sqrt(self._variances[number, 0]) / (1 - inside)
                found[number] = share, centre(inside, sd)
        return found


def _true_baseline(
    line: DrawnLine, off: FloatArray | None, shape: tuple[int, int], random: np.random.Generator
) -> FloatArray | None:
    """The true rate behind each baseline over the one that is written down (1 where that is 0).

    Where the data behind the baseline are drawn with another line's outcome (`off`), a count too high by
    chance there hides a truth that is lower by as much.
    """
    if off is not None:
        return np.asarray(np.where(line.baseline > 0, np.maximum(1 - off, 0), 1.0))
    if not line.baseline_noise:
        return None
    counts = _counts(line, line.baseline, shape, random)
    written = line.baseline * (DECIMALS if line.noise.kind == "normal" else 1)
    return np.divide(counts, written, out=np.ones(shape), where=written > 0)


def _relative(line: DrawnLine, counts: Counts, mean: FloatArray) -> FloatArray:
    """By how much counts are off their means, relative to these (0 where they are 0)."""
    scaled = counts / (DECIMALS if line.noise.kind == "normal" else 1)
    expected = np.broadcast_to(mean, counts.shape)
    return np.divide(scaled, expected, out=np.ones(counts.shape), where=expected > 0) - 1


def _counts(line: DrawnLine, mean: FloatArray, shape: tuple[int, int], random: np.random.Generator) -> Counts:
    """Counts around their means, with variance = dispersion x that of pure counting."""
    excess = line.noise.dispersion - 1
    if line.noise.kind == "normal":
        shares = np.minimum(mean / line.size, 1) if line.proportion else 0.0
        sd = np.sqrt(line.noise.dispersion * mean * (1 - shares))
        drawn = np.clip(mean + sd * random.standard_normal(shape), 0, MOST_DRAWN)
        return np.asarray(np.rint(drawn * DECIMALS), dtype=np.int64)
    if line.noise.kind == "binomial":
        share = np.minimum(mean / line.size, 1)
        if excess:
            share = _beta(share, line.size, excess, shape, random)
        # Area by area, because NumPy prepares each pair of size and share anew, but not one that repeats.
        size, share = line.size.astype(np.int64)[:, None], np.atleast_2d(share).T
        return np.ascontiguousarray(random.binomial(size, share, shape[::-1]).T)
    if excess:
        mean = excess * random.standard_gamma(mean / excess, shape)
    return random.poisson(mean, shape)


def _beta(
    share: FloatArray, size: FloatArray, excess: float, shape: tuple[int, int], random: np.random.Generator
) -> FloatArray:
    """Shares that make a binomial draw of `size` vary `1 + excess` times as much.

    `excess` is below `size - 1`, but where nothing is drawn.
    """
    strength = np.maximum(size - 1 - excess, 0) / excess
    yes = random.standard_gamma(share * strength, shape)
    no = random.standard_gamma((1 - share) * strength, shape)
    total = yes + no
    return np.divide(yes, total, out=np.broadcast_to(share, shape).copy(), where=total > 0)
