"""What draws around a true effect come to: estimates by line and by area, and their errors by batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from bcf_payments.exact.numbers import FloatArray, IntArray
from bcf_payments.simulation.experiment import Experiment
from bcf_payments.simulation.tally import Batch, Tally, means, sds, standard_errors

Estimates = dict[str, FloatArray]

SIZE_GROUPS = 5
"""Fifths of the areas."""


class DrawnEffect(NamedTuple):
    """The draws around a true effect, a share of the planned improvement."""

    effect: Fraction
    experiment: Experiment
    tally: Tally

    @property
    def whole(self) -> Batch:
        """All draws."""
        return Batch(self.tally.draws, self.tally.sums)

    def lines(self, batch: Batch) -> Estimates:
        """What each line of each area earns, shape (lines, areas)."""
        experiment, sums, draws = self.experiment, batch.sums, batch.draws
        deviation = sums["earned"] - experiment.expected.astype(object) * draws
        able = experiment.entitlement
        found = _money(able, experiment.expected, sums["earned"], deviation, sums["earned_square"], draws)
        return found | _chances(sums["half"], sums["full"], able, draws)

    def areas(self, batch: Batch) -> Estimates:
        """What the metric lines of each area earn in all, shape (areas,)."""
        experiment, sums, draws = self.experiment, batch.sums, batch.draws
        able, expected = experiment.entitlement.sum(axis=0), experiment.expected.sum(axis=0)
        earned, square = sums["total"][:-1], sums["total_square"][:-1]
        deviation = earned - expected.astype(object) * draws
        found = _money(able, expected, earned, deviation, square, draws)
        found |= _chances(sums["half_of_all"], sums["all"], able, draws)
        found["probability_review"] = means(sums["reviewed"], draws)
        found["probability_review_se"] = standard_errors(found["probability_review"], draws)
        return found

    def errors(self, estimate: Callable[[Batch], Mapping[str, FloatArray]]) -> Estimates:
        """Monte Carlo standard errors of estimates from all draws, by how far those of batches differ."""
        batches = [estimate(batch) for _, batch in sorted(self.tally.batches.items())]
        found = {}
        for name in batches[0]:
            values = np.stack([np.asarray(batch[name]) for batch in batches])
            told = len(values) > 1
            found[name] = values.std(axis=0, ddof=1) / len(values) ** 0.5 if told else np.nan * values[0]
        return found


def _money(
    able: IntArray, true: IntArray, earned: IntArray, deviation: IntArray, square: IntArray, draws: int
) -> Estimates:
    """Money, and shares of the entitlement (NaN where there is none)."""
    entitlement = np.where(able > 0, able, np.nan)
    sd = sds(deviation, square, draws)
    mean = means(earned, draws)
    return {
        "entitlement_pence": able,
        "true_pence": true,
        "earned_mean_pence": mean,
        "luck_pence": sd,
        "share_paid": mean / entitlement,
        "share_paid_se": sd / draws**0.5 / entitlement,
        "luck_share": sd / entitlement,
        "difference_mean_pence": means(deviation, draws),
        "difference_se_pence": sd / draws**0.5,
    }


def _chances(half: IntArray, everything: IntArray, able: IntArray, draws: int) -> Estimates:
    """Probabilities of half and of all (NaN where there is nothing to earn), with their errors."""
    found = {}
    for name, times in (("probability_half", half), ("probability_all", everything)):
        found[name] = np.where(able > 0, means(times, draws), np.nan)
        found[f"{name}_se"] = standard_errors(found[name], draws)
    return found


def error_name(name: str) -> str:
    """The column of an estimate's error."""
    if name == "difference_mean_pence":
        return "difference_se_pence"
    return name.replace("_pence", "_se_pence") if name.endswith("_pence") else f"{name}_se"


SUMMED = ("earned_mean_pence", "difference_mean_pence")
AVERAGED = ("share_paid", "probability_half", "probability_all", "probability_review", "luck_share")


def summed_of(drawn: DrawnEffect, batch: Batch) -> dict[str, Any]:
    """What the areas of some draws come to together."""
    return summed(drawn.areas(batch))


def summed(estimates: Mapping[str, FloatArray]) -> dict[str, Any]:
    """Money added up over areas, shares averaged over those that can earn anything."""
    whole = {name: estimates[name].sum() for name in SUMMED}
    return whole | {name: mean_known(estimates[name]) for name in AVERAGED}


def mean_known(values: FloatArray) -> float:
    """The mean of what is known; NaN of nothing."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def size_groups(sizes: FloatArray) -> Iterator[tuple[int, int, IntArray]]:
    """Fifths of the areas of each line, the smallest first: the line, the group from 1, its areas."""
    for line, own in enumerate(sizes):
        known = np.flatnonzero(~np.isnan(own))
        rising = known[np.argsort(own[known], kind="stable")]
        groups = np.ceil(np.arange(1, len(rising) + 1) / max(len(rising), 1) * SIZE_GROUPS).astype(int)
        for group in np.unique(groups):
            yield line, int(group), rising[groups == group]


def mean_of(drawn: DrawnEffect, line: int, members: IntArray, batch: Batch) -> dict[str, Any]:
    """Means over some areas of a line."""
    found = drawn.lines(batch)
    names = ("share_paid", "probability_half", "probability_all", "luck_share")
    means = {name: found[name][line, members].mean() for name in names}
    return means | {"luck_mean_pence": found["luck_pence"][line, members].mean()}
