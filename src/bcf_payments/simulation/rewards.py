"""Wrong and missed rewards: how often chance pays those who fell short, and not those who did not."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

from bcf_payments.exact.numbers import BoolArray, FloatArray
from bcf_payments.schemes.parts import Slot
from bcf_payments.simulation.effect_estimates import DrawnEffect, mean_known
from bcf_payments.simulation.tally import Batch, means

COUNTED = {"anything": ("any", "some"), "half": ("half_of_all", "half"), "all": ("all", "full")}
"""Rewards, and which sums count them: of all lines together, and of one."""


def reward_rates(
    drawn: Sequence[DrawnEffect], likely: Sequence[Fraction], reward: str, slots: Sequence[Slot]
) -> pd.DataFrame:
    """Wrong and missed rewards where true effects are so likely; see `Luck.rewards`.

    Parameters
    ----------
    drawn : sequence of DrawnEffect
        The draws around each effect.
    likely : sequence of Fraction
        How likely each of these is.
    reward : {"anything", "half", "all"}
        How much of what can be earned counts as a reward.
    slots : sequence of Slot
        The metric lines.
    """
    places = [("", "", None), *((slot.wave, slot.name, line) for line, slot in enumerate(slots))]
    rows = [
        {"wave": wave, "line": name}
        | _judged(drawn, likely, [_rewarded(effect, reward, line) for effect in drawn])
        for wave, name, line in places
    ]
    return pd.DataFrame(rows)


def _rewarded(drawn: DrawnEffect, reward: str, line: int | None) -> tuple[float, FloatArray]:
    """How likely an area is rewarded, on average over the areas; and the same by batches."""

    def mean(batch: Batch) -> float:
        of_all, of_line = COUNTED[reward]
        able = drawn.experiment.entitlement
        able, times = (
            (able.sum(axis=0), batch.sums[of_all])
            if line is None
            else (able[line], batch.sums[of_line][line])
        )
        return mean_known(np.where(able > 0, means(times, batch.draws), np.nan))

    batches = [mean(batch) for _, batch in sorted(drawn.tally.batches.items())]
    return mean(drawn.whole), np.array(batches)


def _judged(
    drawn: Sequence[DrawnEffect],
    likely: Sequence[Fraction],
    chances: Sequence[tuple[float, FloatArray]],
) -> dict[str, float]:
    """Wrong and missed rewards under a prior; errors by batches, which draw each effect alike."""
    short = np.array([effect.effect < 1 for effect in drawn])
    weights = np.array([float(share) for share in likely])
    whole, batches = (np.stack([chance[place] for chance in chances]) for place in (0, 1))
    found, spread = (_shares(short, weights, values) for values in (whole[:, None], batches))
    judged: dict[str, float] = {}
    for name, values in found.items():
        error = spread[name].std(ddof=1) / len(spread[name]) ** 0.5 if len(spread[name]) > 1 else np.nan
        judged |= {name: float(values[0]), f"{name}_se": float(error)}
    return judged


def _shares(short: BoolArray, weights: FloatArray, rewarded: FloatArray) -> dict[str, FloatArray]:
    """Wrong and missed rewards, and the share of rewards that is wrong; one for each column."""
    wrong, right = weights[short] @ rewarded[short], weights[~short] @ rewarded[~short]
    undeserving, deserving = weights[short].sum(), weights[~short].sum()
    nothing = np.full(rewarded.shape[1], np.nan)
    return {
        "wrong_reward": wrong / undeserving if undeserving else nothing,
        "missed_reward": 1 - right / deserving if deserving else nothing,
        "wrong_of_rewards": np.divide(wrong, wrong + right, out=nothing.copy(), where=wrong + right > 0),
    }
