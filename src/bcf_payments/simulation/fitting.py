"""The noise that fits changes from period to period: dispersion, own effects and how they last, together."""

from __future__ import annotations

from itertools import pairwise, product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bcf_payments.exact.numbers import FloatArray
from bcf_payments.schemes.periods import Weights

CORRELATIONS = np.concatenate([[0.0], np.arange(0.02, 0.9701, 0.01).round(2)])
"""What is tried; nearer to 1 a lasting effect cannot be told from none."""

FEWEST_AREAS = 30
"""So many areas at least must have two changes of different times, to tell how long effects last."""

RESAMPLED = 500
"""How often areas are drawn anew for the intervals."""

LEVEL = (0.05, 0.95)
"""The middle 90%."""

ROUNDS = 20


class Changes(NamedTuple):
    """Changes of areas from period to period.

    Parameters
    ----------
    area : ndarray of int, shape (changes,)
        Whose.
    change : ndarray of float, shape (changes,)
        On the log scale, less what all areas share.
    ends : ndarray of int, shape (changes, 2)
        The periods before and after.
    counts : ndarray of float, shape (changes, 2)
        The counts before and after.
    weights : Weights
        Of which steps in time each period is made.
    apart : ndarray of float, shape (periods,)
        Periods with different numbers have no common time.
    """

    area: npt.NDArray[np.int64]
    change: FloatArray
    ends: npt.NDArray[np.int64]
    counts: FloatArray
    weights: Weights
    apart: FloatArray


class Interval(NamedTuple):
    """An estimate, and the middle 90% of those of resampled areas."""

    value: float
    low: float
    high: float


class Fitted(NamedTuple):
    """The noise of one metric, as `OutcomeModel` has it; `correlation` is None where nothing tells it."""

    dispersion: Interval
    relative_sd: Interval
    correlation: Interval | None

    @property
    def intervals(self) -> dict[str, Interval]:
        """What is known of the parameters, by name."""
        return {name: interval for name, interval in self._asdict().items() if interval is not None}


def fit(changes: Changes, correlation: float | None, fallback: float) -> Fitted:
    """Fit the products of every two changes of an area, squares among them, by least squares.

    Their means are the variances and covariances of the model: the dispersion times what counts share,
    and the variance of own effects times what time leaves between them. Each product is weighed by the
    model's own variances, as its error is in proportion to these.
    """
    pairs = _pairs(changes)
    told = correlation is None and len(np.unique(changes.area[pairs.first[pairs.lasting]])) >= FEWEST_AREAS
    tried = CORRELATIONS if told else np.array([fallback if correlation is None else correlation])
    time = np.stack([_shared_time(changes, pairs, rho) for rho in tried], axis=1)
    level = np.ones(len(changes.change))
    for _ in range(ROUNDS):
        sums = _sums(changes, pairs, time, level)
        dispersion, variance, rho = _solved(sums.sum(axis=0)[None], tried)
        at = np.flatnonzero(tried == rho[0])[0]
        level = np.empty_like(level)
        own = pairs.first == pairs.second
        level[pairs.first[own]] = (dispersion * pairs.counting + variance * time[:, at])[own]
    random = np.random.default_rng(0)
    areas = len(sums)
    again = random.multinomial(areas, np.full(areas, 1 / areas), RESAMPLED)
    resampled = _solved(np.tensordot(again, sums, axes=1), tried)
    found = [
        Interval(float(value[0]), *np.quantile(values, LEVEL).tolist())
        for value, values in zip(
            (dispersion, _relative(variance), rho),
            (resampled[0], _relative(resampled[1]), resampled[2]),
            strict=True,
        )
    ]
    return Fitted(found[0], found[1], found[2] if told else None)


def _relative(variance: FloatArray) -> FloatArray:
    """The relative standard deviation of log-normal effects with this variance on the log scale."""
    return np.asarray(np.sqrt(np.expm1(variance)))


class _Pairs(NamedTuple):
    """Every two changes of an area: `counting`, what their counting noise shares; `lasting`: of two times."""

    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    counting: FloatArray
    lasting: npt.NDArray[np.bool_]


def _pairs(changes: Changes) -> _Pairs:
    """Pair the changes of each area, each with itself too, but none whose periods lie in one another.

    By counting alone two changes vary together by 1 over the count of each period that both have.
    """
    order = np.argsort(changes.area, kind="stable")
    bounds = np.searchsorted(changes.area[order], np.arange(changes.area.max() + 2))
    found = []
    for start, stop in pairwise(bounds):
        upper = np.triu_indices(stop - start)
        found.append(np.stack([order[start + upper[0]], order[start + upper[1]]]))
    first, second = np.concatenate(found, axis=1)
    kept = changes.apart[changes.ends[first, 0]] == changes.apart[changes.ends[second, 0]]
    shares = changes.weights.shares > 0
    partly = (shares @ shares.T) & ~np.eye(len(shares), dtype=bool)
    counting = np.zeros(len(first))
    for end, other in product((0, 1), repeat=2):
        periods = changes.ends[first, end], changes.ends[second, other]
        kept &= ~partly[periods]
        shared = (periods[0] == periods[1]) / changes.counts[first, end]
        counting += shared if end == other else -shared
    return _Pairs(first[kept], second[kept], counting[kept], (first != second)[kept])


def _shared_time(changes: Changes, pairs: _Pairs, correlation: float) -> FloatArray:
    """The covariance of two changes by own effects of variance 1."""
    kinds, kind = np.unique(changes.ends, axis=0, return_inverse=True)
    rows = changes.weights.shares[kinds[:, 1]] - changes.weights.shares[kinds[:, 0]]
    covariance = rows @ changes.weights.closeness(correlation) @ rows.T
    kind = kind.reshape(-1)
    return np.asarray(covariance[kind[pairs.first], kind[pairs.second]])


def _sums(changes: Changes, pairs: _Pairs, time: FloatArray, level: FloatArray) -> FloatArray:
    """Sums of squares and products by area, shape (areas, 6, correlations).

    The error of a product is in proportion to the root of the product of both variances.
    """
    weight = 1 / np.sqrt(level[pairs.first] * level[pairs.second])
    seen = (changes.change[pairs.first] * changes.change[pairs.second] * weight)[:, None]
    count, lasts = (pairs.counting * weight)[:, None], time * weight[:, None]
    sums = (seen * seen, seen * count, count * count, seen * lasts, count * lasts, lasts * lasts)
    area = changes.area[pairs.first]
    found = np.zeros((area.max() + 1, len(sums), time.shape[1]))
    for place, values in enumerate(sums):
        np.add.at(found[:, place], area, np.broadcast_to(values, time.shape))
    return found


def _solved(sums: FloatArray, tried: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Dispersion (at least 1), variance (at least 0) and correlation that fit each of `sums` best."""
    square, by_count, counts, by_time, both, times = np.moveaxis(sums, 1, 0)

    def error(dispersion: FloatArray, variance: FloatArray) -> FloatArray:
        return np.asarray(
            square
            - 2 * dispersion * by_count
            - 2 * variance * by_time
            + dispersion**2 * counts
            + 2 * dispersion * variance * both
            + variance**2 * times
        )

    determinant = counts * times - both**2
    safe = np.where(determinant > 1e-12 * counts * times, determinant, np.inf)
    free = (
        (by_count * times - by_time * both) / safe,
        (by_time * counts - by_count * both) / safe,
    )
    inside = (free[0] >= 1) & (free[1] >= 0)
    edges = (
        (np.ones_like(times), np.maximum((by_time - both) / np.where(times > 0, times, np.inf), 0)),
        (np.maximum(by_count / counts, 1), np.zeros_like(times)),
    )
    ends = [error(*edge) for edge in edges]
    better = ends[0] <= ends[1]
    dispersion = np.where(inside, free[0], np.where(better, edges[0][0], edges[1][0]))
    variance = np.where(inside, free[1], np.where(better, edges[0][1], edges[1][1]))
    best = error(dispersion, variance).argmin(axis=1)
    row = np.arange(len(best))
    return dispersion[row, best], variance[row, best], tried[best]
