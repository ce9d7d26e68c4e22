"""That cost grows linearly with the number of areas, for all of `settle` and for the kernel alone."""

import pytest

import bcf_payments as bcf
from bcf_payments.core.achievement import improvement
from bcf_payments.core.allocation import allocation_of
from bcf_payments.core.case import read_case
from bcf_payments.core.lines import assess_lines, payment_kernel

from .synthetic import tables

SIZES = (151, 1_510, 15_100, 151_000)


@pytest.mark.benchmark(group="settle, by number of areas")
@pytest.mark.parametrize("areas", SIZES)
def test_settle_grows(benchmark, areas):
    case = tables(areas)
    benchmark.pedantic(lambda: bcf.settle(*case), rounds=3, warmup_rounds=1)
    _note_rate(benchmark, areas)


@pytest.mark.benchmark(group="the kernel, from counts to pence, by number of areas")
@pytest.mark.parametrize("areas", SIZES)
def test_the_kernel_grows(benchmark, areas):
    scheme = bcf.load_scheme("october_2013")
    case = read_case(*tables(areas), scheme, len(scheme.waves), "raise")
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
