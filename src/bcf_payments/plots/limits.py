"""The limits of funnel plots: what chance alone holds, and how far areas stray beyond counting."""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

LEVELS = (0.95, 0.998)
"""The shares of areas that stand within the limits by chance: those of a funnel plot."""

WINSORISED = 0.1
"""The share of scores at each end that is drawn in to the next, so that true outliers do not widen limits."""


class Limits(NamedTuple):
    """The lower and the upper limit of a change."""

    low: Floats
    high: Floats


class Spread(NamedTuple):
    """How far areas stray beyond counting.

    Parameters
    ----------
    dispersion : float
        The variance over that of counting, at least 1.
    between : float
        Standard deviation of a spread between areas that does not shrink with size, relative for counts and
        in parts of 1 for shares.
    """

    dispersion: float = 1.0
    between: float = 0.0


COUNTING = Spread()
"""None beyond counting."""


def deviates(level: float) -> float:
    """How many standard deviations hold a share of a normal distribution.

    Examples
    --------
    >>> round(deviates(0.95), 3), round(deviates(0.998), 3)
    (1.96, 3.09)
    """
    return NormalDist().inv_cdf((1 + level) / 2)


def poisson_limits(
    events: Floats, level: float, dispersion: float = 1.0, between: float = 0.0, centre: float = 0.0
) -> Limits:
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
    between : float
        Standard deviation of a relative change that does not shrink with size: half of it is added in
        quadrature on the scale of roots.
    centre : float
        The relative change about which they stand.

    Examples
    --------
    >>> low, high = poisson_limits(np.array([20_000.0]), 0.95)
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (-0.0195, 0.0197)
    """
    middle = np.sqrt(1 + centre)
    shift = deviates(level) * np.sqrt(dispersion / (2 * events) + (between / 2) ** 2)
    return Limits(np.maximum(middle - shift, 0) ** 2 - 1, (middle + shift) ** 2 - 1)


def binomial_limits(
    people: Floats,
    share: float,
    level: float,
    dispersion: float = 1.0,
    between: float = 0.0,
    centre: float = 0.0,
) -> Limits:
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
    between, centre : float
        As there, in parts of 1.

    Examples
    --------
    >>> low, high = binomial_limits(np.array([200.0]), 0.8, 0.95)
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (-0.084, 0.072)
    """
    start = _angle(np.asarray(share + centre))
    spread = between / (2 * np.sqrt(share * (1 - share))) if between else 0.0
    shift = deviates(level) * np.sqrt(dispersion / (2 * people) + spread**2)
    low, high = np.maximum(start - shift, 0), np.minimum(start + shift, np.pi / 2)
    return Limits(np.sin(low) ** 2 - share, np.sin(high) ** 2 - share)


def scores(change: Floats, size: Floats, centre: float, share: float | None = None) -> Floats:
    """By how many standard deviations of counting changes are off the centre, on the scale of the limits."""
    if share is None:
        off = np.sqrt(np.maximum(1 + change, 0)) - np.sqrt(1 + centre)
    else:
        off = _angle(share + change) - _angle(np.asarray(share + centre))
    return np.asarray(off * np.sqrt(2 * size))


def _angle(share: Floats) -> Floats:
    return np.asarray(np.arcsin(np.sqrt(np.clip(share, 0, 1))))


def winsorised(values: Floats) -> Floats:
    """Values of which the lowest and the highest tenth are drawn in to the next.

    Examples
    --------
    >>> winsorised(np.array([-9.0, *range(9), 99.0])).tolist()
    [0.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 8.0]
    """
    return np.clip(values, *np.quantile(values, [WINSORISED, 1 - WINSORISED]))


def multiplicative(found: Floats) -> float:
    """The factor by which areas vary more than by counting: the mean square of winsorised scores, at least 1.

    Notes
    -----
    Spiegelhalter 2005, Statistics in Medicine 24: 1185-1202. Winsorising keeps true outliers from widening
    the limits, and takes a part of the variance of normal scores too. Source: L5.

    Examples
    --------
    >>> multiplicative(np.array([-3.0, 3.0] * 10))
    9.0
    """
    return max(float(np.mean(winsorised(found) ** 2)), 1.0)


def additive(found: Floats, size: Floats, share: float | None = None) -> float:
    """The standard deviation between areas beyond counting, by the method of moments on winsorised scores.

    Returns
    -------
    float
        Relative for counts, in parts of 1 for shares (then `share` is the baseline's).

    Notes
    -----
    The tau of random effects (DerSimonian and Laird), as in Spiegelhalter 2012, JRSS A 175: 1-47, and in the
    indicators of the NHS. Source: L5.

    Examples
    --------
    >>> round(additive(np.array([-3.0, 3.0] * 10), np.full(20, 800.0)), 3)
    0.146
    """
    weight = 2 * size
    mean = float(np.sum(winsorised(found) ** 2))
    between = (mean - (len(found) - 1)) / (weight.sum() - (weight**2).sum() / weight.sum())
    scale = 2.0 if share is None else 2 * np.sqrt(share * (1 - share))
    return float(scale * np.sqrt(max(between, 0.0)))
