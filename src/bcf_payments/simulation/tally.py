"""What is kept of the draws: counts and sums that add up in any order, to the last bit."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bcf_payments.core.payment import Pence
from bcf_payments.exact.numbers import FloatArray, IntArray

EXACT_CELLS = 2**24
"""So many totals are kept one by one: 128 MiB. Beyond, they are counted in bins: 100 million draws of 151
areas would take 122 GB."""

BIN_CELLS = 2**21
"""So many bins are shared out among the areas and the nation."""

Counts = npt.NDArray[np.int64]


class Quantiles(NamedTuple):
    """Order statistics by row and probability, and the standard errors that chance leaves them."""

    pence: Pence
    error: npt.NDArray[np.float64]


@dataclass
class DrawnTotals:
    """What draws earn on metrics in all, by area and (last row) for the nation.

    Each is kept, or they are counted in bins: bin 0 holds nothing earned, bin j more than `(j - 1) * width`
    and up to `j * width`, which stands for all of them.

    Parameters
    ----------
    most : ndarray of int64, shape (areas + 1,)
        Pence that can be earned.
    counted : ndarray of int64, shape (areas + 1, bins)
        How many draws fell into each bin; no bins where totals are kept.
    kept : list of ndarray of int64, shape (areas + 1, draws)
        The totals, block by block.
    """

    most: Pence
    counted: Counts
    kept: list[Pence] = field(default_factory=list)

    @classmethod
    def expecting(cls, most: Pence, draws: int) -> DrawnTotals:
        """No totals yet, of so many to come in the whole simulation."""
        exact = draws * len(most) <= EXACT_CELLS
        bins = 0 if exact else max(BIN_CELLS // len(most), 2)
        return cls(most, np.zeros((len(most), bins), dtype=np.int64))

    def __getstate__(self) -> tuple[Any, ...]:
        """What travels from a worker: bins pressed together, as most of them are empty."""
        return self.most, self.counted.shape, zlib.compress(self.counted.tobytes(), 1), self.kept

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.most, shape, pressed, self.kept = state
        self.counted = np.frombuffer(zlib.decompress(pressed), dtype=np.int64).reshape(shape).copy()

    @property
    def exact(self) -> bool:
        """Whether every total is kept."""
        return not self.counted.shape[1]

    @property
    def width(self) -> Pence:
        """Pence from one bin to the next; what is told of a bin is too high by less than this."""
        if self.exact:
            return np.ones_like(self.most)
        bins = self.counted.shape[1] - 1
        return np.asarray(np.maximum(-(-self.most // bins), 1))

    def add(self, totals: Pence) -> None:
        """Add the totals of more draws, shape (areas + 1, draws)."""
        if self.exact:
            self.kept.append(totals)
            return
        rows, bins = self.counted.shape
        places = -(-totals // self.width[:, None]) + np.arange(0, rows * bins, bins)[:, None]
        np.add.at(self.counted.reshape(-1), places.ravel(), 1)

    def merge(self, other: DrawnTotals) -> None:
        """Add what another has collected."""
        self.kept += other.kept
        self.counted += other.counted

    def values(self, row: int) -> tuple[Pence, Counts]:
        """The totals of one row in rising order, and how many draws earned each."""
        if self.exact:
            return np.unique(np.concatenate([kept[row] for kept in self.kept]), return_counts=True)
        bins = np.flatnonzero(self.counted[row])
        return np.minimum(bins * self.width[row], self.most[row]), self.counted[row, bins]

    def quantiles(self, probabilities: tuple[float, ...]) -> Quantiles:
        """The least total that at least a share of the draws does not exceed.

        Its standard error is half the distance between the order statistics one standard deviation of the
        rank (binomial) below and above; a single draw tells none (NaN).
        """
        shape = (len(self.most), len(probabilities))
        pence, error = np.empty(shape, dtype=np.int64), np.empty(shape)
        for row in range(len(self.most)):
            values, counts = self.values(row)
            reached = np.cumsum(counts)
            draws = int(reached[-1])
            for column, p in enumerate(probabilities):
                rank, spread = p * draws, math.sqrt(draws * p * (1 - p))
                ranks = np.clip(np.ceil([rank, rank - spread, rank + spread]), 1, draws)
                at, low, high = values[np.searchsorted(reached, ranks)]
                pence[row, column], error[row, column] = at, (high - low) / 2 if draws > 1 else np.nan
        return Quantiles(pence, error)


class Batch(NamedTuple):
    """Some of the draws: how many, and their sums."""

    draws: int
    sums: dict[str, IntArray]


@dataclass
class Tally:
    """Sums over draws, by name: how often something happened, what was earned, squares of what was earned.

    Sums are Python integers, so that no order of adding changes them. Where estimates are functions of
    several areas, which one draw may move together, batches of draws are kept by themselves: how far
    their estimates differ is the error.
    """

    totals: DrawnTotals
    draws: int = 0
    sums: dict[str, IntArray] = field(default_factory=dict)
    batches: dict[int, Batch] = field(default_factory=dict)

    def add(self, draws: int, totals: Pence, sums: dict[str, npt.NDArray[Any]]) -> None:
        """Add a block of draws; sums are int64, or floats without a fraction."""
        self.totals.add(totals)
        self._add(draws, _in_integers(sums))

    def add_batch(self, number: int, draws: int, sums: dict[str, npt.NDArray[Any]]) -> None:
        """Add draws of a block to one of the batches too."""
        self._add_batch(number, Batch(draws, _in_integers(sums)))

    def merge(self, other: Tally) -> None:
        """Add what another has collected."""
        self.totals.merge(other.totals)
        for number, batch in other.batches.items():
            self._add_batch(number, batch)
        self._add(other.draws, other.sums)

    def _add_batch(self, number: int, batch: Batch) -> None:
        so_far = self.batches.get(number, Batch(0, {}))
        self.batches[number] = Batch(so_far.draws + batch.draws, _added(so_far.sums, batch.sums))

    def _add(self, draws: int, sums: dict[str, IntArray]) -> None:
        self.draws += draws
        self.sums = _added(self.sums, sums)


def _added(one: dict[str, IntArray], other: dict[str, IntArray]) -> dict[str, IntArray]:
    return {name: one[name] + values if name in one else values for name, values in other.items()}


def _in_integers(sums: dict[str, npt.NDArray[Any]]) -> dict[str, IntArray]:
    """Sums as Python's integers."""
    whole = np.frompyfunc(int, 1, 1)
    return {name: np.asarray(whole(values), dtype=object) for name, values in sums.items()}


def means(sums: IntArray, draws: int) -> FloatArray:
    """Exact sums over draws, as the nearest floats of their means."""
    return np.asarray([int(value) / draws for value in sums.ravel()], dtype=np.float64).reshape(sums.shape)


def sds(deviations: IntArray, squares: IntArray, draws: int) -> FloatArray:
    """Standard deviations from exact sums of deviations and of their squares; NaN for a single draw."""
    if draws == 1:
        return np.full(deviations.shape, np.nan)
    variances = [
        max(draws * int(square) - int(deviation) ** 2, 0) / (draws * (draws - 1))
        for deviation, square in zip(deviations.ravel(), squares.ravel(), strict=True)
    ]
    return np.asarray(np.sqrt(np.array(variances)).reshape(deviations.shape), dtype=np.float64)


def standard_errors(probability: FloatArray, draws: int) -> FloatArray:
    """Standard errors of the estimated probabilities; NaN for a single draw, which tells none."""
    if draws == 1:
        return np.full(probability.shape, np.nan)
    return np.asarray(np.sqrt(probability * (1 - probability) / draws))
