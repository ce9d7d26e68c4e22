"""What a simulation costs: against bare random numbers, against settling, by workers, in memory."""

import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest

import bcf_payments as bcf
from bcf_payments.simulation import blocks, simulating

from ..programs import no_children_left, ran

DRAWS = 20_000
MANY = 200_000
FEW = 20
SCHEMES = ("october_2013", "july_2014")
MODEL = bcf.OutcomeModel(on_unknown_size="hold")


def example(scheme):
    return bcf.load_example(bcf.load_scheme(scheme).example)


def simulate(scheme, **options):
    """Simulate the example of a scheme."""
    areas, plans, _, assurance = example(scheme)
    return bcf.simulate(areas, plans, assurance, scheme, model=MODEL, on_missing="withhold", **options)


@pytest.mark.parametrize("draws", [4_000, 20_000])
@pytest.mark.parametrize("scheme", SCHEMES)
class TestAgainstItsOwnRandomNumbers:
    @pytest.fixture(autouse=True)
    def grouped(self, benchmark, scheme, draws):
        benchmark.group = f"{draws:,} draws of {scheme}: its own random numbers alone, or all of simulate"

    def test_numpy(self, benchmark, scheme, draws):
        """Bare NumPy: every count that `simulate` draws, in chunks of the same size, and nothing else."""
        lines = simulate(scheme, draws=1).experiment.chance.lines
        chunk = blocks.CHUNK_CELLS // len(lines[0].mean)

        def run():
            random = np.random.default_rng(0)
            for _ in range(-(-draws // chunk)):
                for line in lines:
                    if line.proportion:
                        random.binomial(
                            line.size.astype(int)[:, None],
                            (line.mean / line.size)[:, None],
                            (len(line.mean), chunk),
                        )
                    else:
                        random.poisson(line.mean, (chunk, len(line.mean)))

        benchmark.pedantic(run, rounds=5, warmup_rounds=1)

    def test_simulate_on_one_core(self, benchmark, scheme, draws, monkeypatch):
        monkeypatch.setattr(simulating, "usable_cores", lambda: 1)
        benchmark.pedantic(lambda: simulate(scheme, draws=draws), rounds=5, warmup_rounds=1)
        if benchmark.stats:
            benchmark.extra_info["where the time goes"] = _stages(scheme, draws, benchmark.stats.stats.min)

    def test_simulate(self, benchmark, scheme, draws):
        benchmark.pedantic(lambda: simulate(scheme, draws=draws), rounds=5, warmup_rounds=1)


def _stages(scheme, draws, whole):
    """Shares of drawing, paying, and the rest (adding up and reading tables), each timed on its own."""
    experiment = simulate(scheme, draws=1).experiment
    began = time.perf_counter()
    for block in range(draws // blocks.BLOCK):
        for _, counts in blocks.chunks(experiment, 0, block, blocks.BLOCK):
            for _ in counts:
                pass
    drawn = time.perf_counter()
    for block in range(draws // blocks.BLOCK):
        for _, counts in blocks.chunks(experiment, 0, block, blocks.BLOCK):
            for _ in experiment.kernel.pay_lines(experiment.improvements(counts), experiment.known):
                pass
    paid = time.perf_counter()
    shares = {"drawing": drawn - began, "paying": paid - drawn - (drawn - began)}
    shares["adding up and reading tables"] = whole - sum(shares.values())
    return {name: f"{seconds / whole:.0%}" for name, seconds in shares.items()}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.benchmark(group="settlements: 20 by a loop over settle, or 20,000 by simulate")
class TestAgainstSettling:
    def test_loop_over_settle(self, benchmark, scheme):
        areas, plans, outcomes, assurance = example(scheme)
        random = np.random.default_rng(0)
        columns = ["area_code", "wave", "metric", "baseline_numerator", "baseline_denominator"]
        drawn = plans.loc[:, columns].set_axis(outcomes.columns[:5], axis=1)
        drawn = drawn.astype({"outcome_numerator": float})
        rows = drawn["outcome_numerator"] % 1 == 0
        means = drawn.loc[rows, "outcome_numerator"].to_numpy()

        def run():
            total = np.zeros(len(areas))
            for _ in range(FEW):
                drawn.loc[rows, "outcome_numerator"] = random.poisson(means).astype(float)
                settlement = bcf.settle(areas, plans, drawn, assurance, scheme, on_missing="withhold")
                total += settlement.payments.groupby("area_code")["earned_pence"].sum().to_numpy()
            return total / FEW

        benchmark.pedantic(run, rounds=3, warmup_rounds=1)
        _note_rate(benchmark, FEW)

    def test_simulate(self, benchmark, scheme):
        benchmark.pedantic(lambda: simulate(scheme, draws=DRAWS), rounds=3, warmup_rounds=1)
        _note_rate(benchmark, DRAWS)


def _note_rate(benchmark, settlements):
    if benchmark.stats:
        benchmark.extra_info["settlements a second"] = round(settlements / benchmark.stats.stats.median)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.benchmark(group="200,000 draws: one worker process, or two")
def test_workers(benchmark, workers):
    spawn = multiprocessing.get_context("spawn")
    with no_children_left(), ProcessPoolExecutor(workers, mp_context=spawn) as executor:
        simulate("october_2013", draws=40 * blocks.BLOCK, executor=executor)
        draws = MANY if benchmark.enabled else DRAWS
        benchmark.pedantic(
            lambda: simulate("october_2013", draws=draws, executor=executor), rounds=2, warmup_rounds=0
        )


MEASURE = """
import resource, sys
import bcf_payments as bcf
areas, plans, _, assurance = bcf.load_example("two_waves")
model = bcf.OutcomeModel(on_unknown_size="hold")
found = bcf.simulate(areas, plans, assurance, model=model, draws=int(sys.argv[1]), on_missing="withhold")
found.to_frame(), found.lines, found.summary()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(
    "BCF_SLOW" not in os.environ, reason="takes minutes: set the environment variable BCF_SLOW"
)
@pytest.mark.skipif(sys.platform != "linux", reason="peak memory is read in the units of Linux")
def test_a_million_draws_take_little_more_memory_than_a_thousand(benchmark):
    def peak(draws):
        command = [sys.executable, "-c", MEASURE, str(draws)]
        return int(ran(command, seconds=1_800).stdout) / 1024

    few = peak(1_000)
    many = benchmark.pedantic(lambda: peak(1_000_000), rounds=1)
    benchmark.extra_info |= {"MB for 1,000 draws": round(few), "MB for 1,000,000 draws": round(many)}
    assert many - few < 500
