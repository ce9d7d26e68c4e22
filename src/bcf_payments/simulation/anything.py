"""Paid anything by luck alone: the probability without size, where the law that gives it holds (L1)."""

from __future__ import annotations

from math import comb

import numpy as np

from bcf_payments.exact.numbers import BoolArray, FloatArray
from bcf_payments.schemes import PlannedValuePot, Scheme
from bcf_payments.simulation.drawing import WHOLE
from bcf_payments.simulation.experiment import Experiment

FAR_FROM_NOTHING = 4
"""So many standard deviations above 0 the cut at 0 leaves normal noise as symmetric as chance can tell."""


def is_made_good(scheme: Scheme) -> bool:
    """Whether later payment points make good what earlier ones missed (C8)."""
    return isinstance(scheme.pot, PlannedValuePot) and bool(scheme.pot.cumulative.value)


def anything_limit(experiment: Experiment) -> FloatArray:
    """How likely each area is paid anything if nothing truly changes; NaN where L1 does not hold.

    It asks for a cumulative pot above 0, of which the first payment point can pay; no true change; and
    differences that are independent, alike from point to point, symmetric and continuous. Points that share
    data are not independent, whether these are drawn once or apart.
    """
    points = len(experiment.known)
    holds = np.zeros(experiment.known.shape[1], dtype=bool)
    if is_made_good(experiment.scheme) and len(experiment.chance.lines) == points:
        holds = (experiment.entitlement[0] > 0) & _alike(experiment)
    return np.where(holds, 1 - comb(2 * points, points) / 4**points, np.nan)


def _alike(experiment: Experiment) -> BoolArray:
    """Where every point is drawn around its baseline, by the same symmetric noise."""
    lines = experiment.chance.lines
    first = lines[0]
    if experiment.notices or any(line.parts != WHOLE for line in lines):
        return np.zeros(first.mean.shape, dtype=bool)
    alike = first.mean >= FAR_FROM_NOTHING**2 * first.noise.dispersion
    for line in lines:
        alike &= (line.mean == first.mean) & (line.mean == line.baseline)
    normal = first.noise._replace(kind="normal", relative_sd=0.0, national_sd=0.0)
    return alike & all(line.noise == normal for line in lines)
