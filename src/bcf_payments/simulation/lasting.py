"""Effects that last: normal ones that hang together, and what those that are known tell of the others."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bcf_payments.exact.numbers import BoolArray, FloatArray

JITTER = 1e-12
"""Of the greatest variance: so much is added, for effects that hang together wholly have no root."""

UNSEEN = 1e9
"""The variance of what was not seen: it tells nothing."""


class Seen(NamedTuple):
    """What is known of each area before anything is drawn.

    Parameters
    ----------
    off : ndarray of float, shape (areas, seen)
        By how much outcomes were off what was expected, on the log scale; 0 where nothing is known.
    variance : ndarray of float, shape (areas, seen, seen)
        How far they stray together, counting noise included; `UNSEEN` where nothing is known.
    shared : ndarray of float, shape (areas, effects, seen)
        How they hang together with the effects that are drawn.
    """

    off: FloatArray
    variance: FloatArray
    shared: FloatArray

    @classmethod
    def where(cls, told: BoolArray, off: FloatArray, variance: FloatArray, shared: FloatArray) -> Seen:
        """What is known where it is `told`, shape (areas, seen), and nothing elsewhere."""
        both = told[:, :, None] & told[:, None]
        nothing = UNSEEN * np.eye(told.shape[1])
        return cls(
            np.where(told, off, 0.0),
            np.where(both, variance, nothing),
            np.where(told[:, None], shared, 0.0),
        )


class Effects(NamedTuple):
    """Normal effects on the log scale, of one metric: each row of `root` adds up independent ones.

    Parameters
    ----------
    shift : ndarray of float, shape (effects, areas or 1)
        Their means: 0, but for what is known.
    root : ndarray of float, shape (effects, effects, areas or 1)
        A lower triangular root of their covariance.
    variance : ndarray of float, shape (effects, areas or 1)
        Their variances as long as nothing is known, by which their means are kept.
    """

    shift: FloatArray
    root: FloatArray
    variance: FloatArray

    @classmethod
    def of(cls, covariance: FloatArray, seen: Seen | None = None) -> Effects:
        """Effects with this covariance, shape (areas or 1, effects, effects), given what was seen.

        The normal approximation: off and effects are taken as jointly normal on the log scale, so that
        what was seen moves the means by its regression, and takes from the variances what it explains.
        """
        variance = np.diagonal(covariance, axis1=1, axis2=2)
        shift = np.zeros_like(variance)
        if seen is not None:
            told = np.linalg.solve(seen.variance, seen.shared.swapaxes(1, 2)).swapaxes(1, 2)
            shift = np.einsum("aes,as->ae", told, seen.off)
            covariance = covariance - told @ seen.shared.swapaxes(1, 2)
        count = covariance.shape[1]
        most = np.maximum(variance.max(axis=1), np.finfo(np.float64).tiny)[:, None, None]
        root = np.linalg.cholesky(covariance + JITTER * most * np.eye(count))
        return cls(shift.T, np.moveaxis(root, 0, -1), variance.T)

    def draw(self, draws: int, areas: int, random: np.random.Generator) -> FloatArray:
        """Effects, shape (effects, draws, areas); `areas` is 1 for effects that all areas share."""
        normal = random.standard_normal((len(self.shift), draws, areas))
        drawn = np.empty_like(normal)
        for place, row in enumerate(self.root):
            drawn[place] = self.shift[place] + row[0] * normal[0]
            for step in range(1, place + 1):
                drawn[place] += row[step] * normal[step]
        return drawn


NODES, SHARES = np.polynomial.hermite_e.hermegauss(40)
SHARES = SHARES / SHARES.sum()


def centre(share: FloatArray, sd: FloatArray) -> FloatArray:
    """Where normal effects with this standard deviation must lie on the logit scale to keep a mean share.

    Parameters
    ----------
    share : ndarray of float
        Between 0 and 1, ends not included.
    sd : ndarray of float
        On the logit scale, of the same shape.
    """
    low, high = np.full_like(share, -60.0), np.full_like(share, 60.0)
    for _ in range(60):  # halving: the mean rises with the centre
        middle = (low + high) / 2
        above = (expit(middle[..., None] + sd[..., None] * NODES) @ SHARES) > share
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.asarray((low + high) / 2)


def expit(logit: FloatArray) -> FloatArray:
    """The share of a logit."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logit, -700, 700))))
