"""Small made-up areas to draw, and what tests of chance ask of two simulations."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pandas as pd

import bcf_payments as bcf
from bcf_payments.schemes.parts import Metric

BETTER = Fraction(7, 200)
SIGMAS = 5
"""Estimates may be so many standard errors from what they should be: 1 in 1.7 million is further."""


def made_up(
    counts: Sequence[int],
    scheme: str = "july_2014",
    *,
    better: Fraction | Sequence[Fraction] = BETTER,
    lines: Sequence[int] | None = None,
) -> bcf.Tables:
    """Areas with so many events behind each line (times a factor by line), which meet every condition.

    The plan is to be better by a share of the baseline; the outcomes are the baselines again. Of the people
    who are asked about a proportion, half say yes.
    """
    rules = bcf.load_scheme(scheme)
    betters = better if isinstance(better, Sequence) else [better] * len(counts)
    codes = [f"E06{number:06}" for number in range(len(counts))]
    weights = dict.fromkeys(rules.weight_columns, 1)
    areas = pd.DataFrame({"area_code": codes, "area_name": codes, "region": "England", **weights})
    plans = pd.DataFrame(
        [
            {"area_code": code, "wave": slot.wave, "metric": slot.name}
            | _numbers(rules.metrics[slot.name], count * factor, change)
            for code, count, change in zip(codes, counts, betters, strict=True)
            for slot, factor in zip(rules.metric_lines, lines or [1] * 100, strict=False)
        ]
    )
    columns = {f"baseline_{part}": f"outcome_{part}" for part in ("numerator", "denominator")}
    outcomes = plans[["area_code", "wave", "metric", *columns]].rename(columns=columns)
    conditions = dict.fromkeys(rules.condition_names, True)
    assurance = pd.DataFrame({"area_code": codes, "plan_status": "approved", **conditions})
    return bcf.Tables(areas, plans, outcomes, assurance)


def _numbers(metric: Metric, count: int, better: Fraction) -> dict[str, object]:
    """The plan of one line."""
    lower = metric.direction.value != "higher"
    below = {"per_100_000": 100 * count, "count": 1}.get(metric.unit.value, 2 * count)
    return {
        "direction": "lower",
        "baseline_numerator": count,
        "baseline_denominator": below,
        "target_numerator": count * (1 - better if lower else 1 + better),
        "target_denominator": below,
        "sample_size": below if below == 2 * count else None,
    }


def simulate(tables: bcf.Tables, scheme: str = "july_2014", **options: object) -> bcf.Simulation:
    """Simulate tables; their outcomes stay aside unless they are given."""
    return bcf.simulate(tables.areas, tables.plans, tables.assurance, scheme, **options)


def settle(tables: bcf.Tables, scheme: str = "july_2014", **options: object) -> bcf.Settlement:
    """Settle tables."""
    return bcf.settle(*tables, scheme, **options)


def assert_same(one: bcf.Simulation, other: bcf.Simulation) -> None:
    """Everything that two simulations found is the same to the last bit."""
    for table in (
        bcf.Simulation.to_frame,
        lambda found: found.lines,
        lambda found: found.summary("line"),
        bcf.Simulation.summary,
        bcf.Simulation.distribution,
    ):
        pd.testing.assert_frame_equal(table(one), table(other), check_exact=True)
    mine, others = one.tally.sums, other.tally.sums
    assert mine.keys() == others.keys()
    assert all((mine[name] == others[name]).all() for name in mine)


def assert_moments(values: np.ndarray, mean: float, variance: float) -> None:
    """Draws have this mean and variance, as far as so many of them can tell."""
    off = values - values.mean()
    count, spread = len(values), (off**2).mean()
    assert abs(values.mean() - mean) < SIGMAS * (spread / count) ** 0.5
    assert abs(spread - variance) < SIGMAS * (((off**4).mean() - spread**2) / count) ** 0.5
