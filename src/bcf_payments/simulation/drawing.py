"""Chance itself: counts drawn around expected ones, with the noise of a model, by draw, line and area."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bcf_payments.exact.numbers import FloatArray
from bcf_payments.simulation.model import Noise

Counts = npt.NDArray[np.int64]

DECIMALS = 10**6
"""Normal draws are rounded to so many parts of one."""

MOST_DRAWN = 2.0**62 / DECIMALS
"""Normal draws beyond fit no integer of 64 bits; only an absurd spread comes near."""


MOST_EXPECTED = 1e15
"""Expected counts are cut here, where only absurd effects come: Poisson draws stay in 64 bits."""


class DrawnLine(NamedTuple):
    """A line of which some areas are drawn; arrays by area, with mean 0 and size 1 where one is not.

    Parameters
    ----------
    line : int
        Its number among the lines that pay on a metric.
    metric : str
        Its metric.
    wave : int
        Its payment point.
    noise : Noise
        By how much counts stray.
    proportion : bool
        Whether it counts people out of `size`, so that their noise falls as all or none are counted.
    mean, baseline : ndarray of float, shape (areas,)
        Expected count, and the count behind the baseline.
    size : ndarray of float, shape (areas,)
        What the count is divided by to give the rate.
    """

    line: int
    metric: str
    wave: int
    noise: Noise
    proportion: bool
    mean: FloatArray
    baseline: FloatArray
    size: FloatArray


@dataclass(frozen=True)
class Chance:
    """Every line that is drawn, and how its draws hang together."""

    lines: tuple[DrawnLine, ...]
    correlation: float
    baseline_noise: bool

    def draw(self, draws: int, random: np.random.Generator) -> Iterator[Counts]:
        """Counts line by line, in `1 / DECIMALS` where noise is normal; shape (draws, areas) each."""
        own = self._own_effects(draws, random)
        for number, line in enumerate(self.lines):
            yield self._line(line, draws, own.get(number), random)

    def _own_effects(self, draws: int, random: np.random.Generator) -> dict[int, FloatArray]:
        """Each area's own effect in each line, as standard normals that hang together along a metric."""
        effects: dict[int, FloatArray] = {}
        previous: dict[str, int] = {}
        for number, line in enumerate(self.lines):
            if not line.noise.relative_sd:
                continue
            fresh = random.standard_normal((draws, len(line.mean)))
            if line.metric in previous and self.correlation:
                fresh *= math.sqrt(1 - self.correlation**2)
                fresh += self.correlation * effects[previous[line.metric]]
            effects[number], previous[line.metric] = fresh, number
        return effects

    def _line(
        self, line: DrawnLine, draws: int, own: FloatArray | None, random: np.random.Generator
    ) -> Counts:
        mean = _disturbed(line.mean, line.noise, own, draws, random)
        if self.baseline_noise:
            mean = mean * _true_baseline(line, draws, random)
        return _counts(line, np.minimum(mean, MOST_EXPECTED), (draws, len(line.mean)), random)


def _true_baseline(line: DrawnLine, draws: int, random: np.random.Generator) -> FloatArray:
    """The true rate behind each baseline over the one that is written down (1 where that is 0)."""
    shape = (draws, len(line.mean))
    own = random.standard_normal(shape) if line.noise.relative_sd else None
    around = _disturbed(line.baseline, line.noise, own, draws, random)
    counts = _counts(line, np.minimum(around, MOST_EXPECTED), shape, random)
    written = line.baseline * (DECIMALS if line.noise.kind == "normal" else 1)
    return np.divide(counts, written, out=np.ones(shape), where=written > 0)


def _disturbed(
    mean: FloatArray, noise: Noise, own: FloatArray | None, draws: int, random: np.random.Generator
) -> FloatArray:
    """Expected counts after the effects of the areas and of the nation: by area, or by draw and area."""
    if own is not None:
        mean = mean * _log_normal(own, noise.relative_sd)
    if noise.national_sd:
        mean = mean * _log_normal(random.standard_normal((draws, 1)), noise.national_sd)
    return mean


def _log_normal(normal: FloatArray, sd: float) -> FloatArray:
    """Factors with mean 1 and standard deviation `sd`."""
    variance = math.log1p(sd * sd)
    return np.asarray(np.exp(math.sqrt(variance) * normal - variance / 2))


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
