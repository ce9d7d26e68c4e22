"""That cost grows linearly with the number of areas, for all of `settle` and for the kernel alone."""

import numpy as np
import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.core.achievement import improvement
from bcf_payments.core.allocation import allocation_of
from bcf_payments.core.lines import assess_lines, payment_kernel
from bcf_payments.core.reading import Reading

from .synthetic import tables

SIZES = (151, 1_510, 15_100, 151_000)
MEASURES = ("baseline", "target", "outcome")


@pytest.mark.benchmark(group="settle, by number of areas")
@pytest.mark.parametrize("areas", SIZES)
def test_settle_grows(benchmark, areas):
    case = tables(areas)
    benchmark.pedantic(lambda: bcf.settle(*case), rounds=3, warmup_rounds=1)
    _note_rate(benchmark, areas)


@pytest.mark.benchmark(group="all of England a thousand times, in pandas by hand and settled")
class TestByHand:
    """The same payments as an analyst would write them: not exact, not checked, not explained."""

    def test_merge_groupby_and_arithmetic(self, benchmark):
        case, scheme = tables(SIZES[-1]), bcf.load_scheme("october_2013")
        of_areas, *_ = benchmark.pedantic(lambda: by_hand(case, scheme), rounds=3, warmup_rounds=1)
        assert set(of_areas.index) == set(case.areas["area_code"])

    def test_settle(self, benchmark):
        case = tables(SIZES[-1])
        benchmark.pedantic(lambda: bcf.settle(*case), rounds=3, warmup_rounds=1)


def by_hand(case, scheme):
    """What each area earns in pounds, each line in all, and each line of each area."""
    slots = pd.DataFrame(
        [(slot.wave, slot.name, float(slot.rule.share.value)) for slot in scheme.metric_lines],
        columns=["wave", "metric", "share"],
    )
    lower = {name: metric.direction.value == "lower" for name, metric in scheme.metrics.items()}
    lines = case.plans.merge(case.outcomes, on=["area_code", "wave", "metric"]).merge(slots)
    lines = lines.merge(case.areas[["area_code", "nhs_weight"]], on="area_code")
    baseline, target, outcome = (
        lines[f"{name}_numerator"] / lines[f"{name}_denominator"] for name in MEASURES
    )
    sign = np.where(lines["metric"].map(lower), 1, -1)
    achieved = (sign * (baseline - outcome) / (sign * (baseline - target))).clip(0, 1)
    pot = float(scheme.pot.amount_pounds.value) * lines["nhs_weight"] / case.areas["nhs_weight"].sum()
    lines["earned"] = (pot * lines["share"] * achieved).round(2)
    of_areas, of_lines = (lines.groupby(keys)["earned"].sum() for keys in ("area_code", ["wave", "metric"]))
    return of_areas, of_lines, lines


@pytest.mark.benchmark(group="the kernel, from counts to pence, by number of areas")
@pytest.mark.parametrize("areas", SIZES)
def test_the_kernel_grows(benchmark, areas):
    scheme = bcf.load_scheme("october_2013")
    case = Reading(tables(areas), None, "raise").case(scheme, None)
    assessed, measures = assess_lines(case), case.measures
    kernel = payment_kernel(case, allocation_of(case), assessed.terms)

    def run():
        actual = improvement(measures.baseline, measures.outcome, measures.sign)
        return kernel.pay(actual, assessed.known)

    benchmark.pedantic(run, rounds=10, warmup_rounds=2)
    _note_rate(benchmark, areas)


def _note_rate(benchmark, areas):
    if benchmark.stats:
        rate = areas / benchmark.stats.stats.min / 1e6
        benchmark.extra_info["million area-settlements a second"] = round(rate, 2)
