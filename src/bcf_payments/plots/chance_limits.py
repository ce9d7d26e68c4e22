"""How much a measured rate changes by chance alone, when nothing truly changed."""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEVELS = (0.95, 0.998)
"""The shares of areas that stand within the limits by chance: those of a funnel plot."""


class Limits(NamedTuple):
    """The lower and the upper limit of a change."""

    low: Floats
    high: Floats


def deviates(level: float) -> float:
    """How many standard deviations hold a share of a normal distribution.

    Examples
    --------
    >>> round(deviates(0.95), 3), round(deviates(0.998), 3)
    (1.96, 3.09)
    """
    return NormalDist().inv_cdf((1 + level) / 2)


def poisson_limits(events: Floats, level: float, dispersion: float = 1.0) -> Limits:
    """Limits of the relative change between two counts of one true rate.

    The square root of a Poisson count has a variance near 1/4 whatever its mean, so with `n` events in the
    baseline, and `z` standard deviations, a change stays between `(1 - z sqrt(phi / 2n))**2 - 1` and
    `(1 + z sqrt(phi / 2n))**2 - 1`. Both counts vary, therefore 2n; `phi` multiplies both variances. The
    approximation is good from about ten events on.

    Parameters
    ----------
    events : array of float
        The counts of the baseline.
    level : float
        The share of areas within the limits, for one true rate.
    dispersion : float
        `phi`: the variance over that of a Poisson count.

    Examples
    --------
    >>> low, high = poisson_limits(np.array([20_000.0]), 0.95)
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (-0.0195, 0.0197)
    """
    shift = deviates(level) * np.sqrt(dispersion / (2 * events))
    return Limits(np.maximum(1 - shift, 0) ** 2 - 1, (1 + shift) ** 2 - 1)


def binomial_limits(people: Floats, share: float, level: float, dispersion: float = 1.0) -> Limits:
    """Limits of the change between two shares of equally many people, of one true share.

    The arcsine of the root of a share `p` of `n` people has a variance near 1/4n whatever the share, so the
    later share stays within `sin(arcsin(sqrt(p)) -+ z sqrt(phi / 2n))**2`; the limits are those less `p`.

    Parameters
    ----------
    people : array of float
        The size of the samples.
    share : float
        The share in the baseline, from 0 to 1.
    level, dispersion : float
        As in `poisson_limits`.

    Examples
    --------
    >>> low, high = binomial_limits(np.array([200.0]), 0.8, 0.95)
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (-0.084, 0.072)
    """
    start = np.arcsin(np.sqrt(share))
    shift = deviates(level) * np.sqrt(dispersion / (2 * people))
    low, high = np.maximum(start - shift, 0), np.minimum(start + shift, np.pi / 2)
    return Limits(np.sin(low) ** 2 - share, np.sin(high) ** 2 - share)
