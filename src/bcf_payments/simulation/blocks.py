"""Draws in blocks, each with a stream of random numbers of its own: from counts to pence to a tally."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from bcf_payments.exact import IntArray, peak, widen
from bcf_payments.payment import Pence
from bcf_payments.review import missed_below
from bcf_payments.simulation.drawing import Counts
from bcf_payments.simulation.experiment import Experiment
from bcf_payments.simulation.tally import Tally, Totals

BLOCK = 1_000
"""Draws that share a stream of random numbers; part of what a seed means."""

CHUNK_CELLS = 2**15
"""Lines times areas times draws that are paid at a time, to fit the cache; part of what a seed means."""


def run(experiment: Experiment, seed: int, draws: int, blocks: range) -> Tally:
    """Draw some blocks of a simulation of so many draws, pay them, and tally what they earned."""
    tally = Tally(Totals.expecting(_most(experiment), draws))
    for block in blocks:
        _run_block(experiment, seed, block, min(BLOCK, draws - block * BLOCK), tally)
    return tally


def chunks(experiment: Experiment, seed: int, block: int, draws: int) -> Iterator[list[Counts]]:
    """The counts of a block of draws, a few at a time."""
    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(block,)))
    size = max(CHUNK_CELLS // experiment.offset.size, 1)
    for start in range(0, draws, size):
        yield experiment.chance.draw(min(size, draws - start), random)
