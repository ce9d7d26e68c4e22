"""Means, standard deviations and standard errors, from sums that are exact."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from bcf_payments.exact import FloatArray, IntArray


def means(sums: IntArray, draws: int) -> FloatArray:
    """Exact sums over draws, as the nearest floats of their means."""
    return np.asarray([float(Fraction(int(value), draws)) for value in sums.ravel()]).reshape(sums.shape)


def sds(deviations: IntArray, squares: IntArray, draws: int) -> FloatArray:
    """Standard deviations from exact sums of deviations and of their squares; NaN for a single draw."""
    if draws == 1:
        return np.full(deviations.shape, np.nan)
    variances = [
        max(Fraction(int(square)) - Fraction(int(deviation) ** 2, draws), Fraction(0)) / (draws - 1)
        for deviation, square in zip(deviations.ravel(), squares.ravel(), strict=True)
    ]
    found = np.sqrt(np.array([float(variance) for variance in variances]))
    return np.asarray(found.reshape(deviations.shape), dtype=np.float64)


def standard_errors(probability: FloatArray, draws: int) -> FloatArray:
    """Standard errors of the estimated probabilities; NaN for a single draw, which tells none."""
    if draws == 1:
        return np.full(probability.shape, np.nan)
    return np.asarray(np.sqrt(probability * (1 - probability) / draws))
