"""Draws in blocks, each with a stream of random numbers of its own: counts, then pence, then sums."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from threading import Event
from typing import Any

import numpy as np
import numpy.typing as npt

from bcf_payments.core.payment import Pence
from bcf_payments.core.review import full_from, judged_together, missed_below
from bcf_payments.exact.numbers import (
    FLOAT_LIMIT,
    INT64_LIMIT,
    BoolArray,
    FloatArray,
    IntArray,
    whole_integers,
)
from bcf_payments.simulation.drawing import Counts
from bcf_payments.simulation.experiment import Experiment
from bcf_payments.simulation.tally import DrawnTotals, Tally

Sums = npt.NDArray[Any]

BLOCK = 2_000
"""Draws that share a stream of random numbers; part of what a seed means."""

BATCHES = 25
"""So many batches tell an error to within about a seventh."""

CHUNK_CELLS = 2**15
"""Areas times draws of a line that are paid at a time, to fit the cache; part of what a seed means."""


KEPT_BYTES = 2**24
"""Once so much was freed, the C library of Linux keeps what smaller arrays free, instead of giving it back to
the system and fetching it again page by page, which costs a fifth of a simulation."""

MOST_DRAWS = 250
"""More draws at a time could not be counted in one byte."""


def run(experiment: Experiment, seed: int, draws: int, blocks: range, *, left: Event | None = None) -> Tally:
    """Draw and pay some blocks of a simulation of so many draws, and tally what they earn.

    Once everybody has `left`, nobody waits for the rest: it is not drawn.
    """
    np.empty(KEPT_BYTES, dtype=np.uint8)
    able = experiment.entitlement.sum(axis=0)
    tally = Tally(DrawnTotals.expecting(np.append(able, able.sum()), draws))
    for block in blocks:
        size = min(BLOCK, draws - block * BLOCK)
        totals = np.empty((len(tally.totals.most), size), dtype=np.int64)
        sums: dict[str, Sums] = {}
        done = 0
        for number, counts in chunks(experiment, seed, block, size):
            if left is not None and left.is_set():
                return tally
            for batch, drawn, those in _batches(experiment, block * BLOCK + done, number, draws, counts):
                found = _pay(experiment, drawn, those, able)
                totals[:, done : done + drawn] = found.pop("totals").T
                done += drawn
                for name, values in found.items():
                    sums[name] = sums[name] + values if name in sums else values
                if experiment.shares:
                    tally.add_batch(batch, drawn, found)
        tally.add(size, totals, sums)
    return tally


def _batches(
    experiment: Experiment, start: int, number: int, draws: int, counts: Iterator[Counts]
) -> Iterator[tuple[int, int, Iterable[Counts]]]:
    """The draws of a chunk, cut where a batch ends: the batch, how many, and their counts line by line.

    Batches are as even as can be, and of two draws at least where there are four, so that each has a spread
    of its own. Nothing is cut where no batches are kept.
    """
    if not experiment.shares:
        yield 0, number, counts
        return
    batches, whole = min(BATCHES, max(draws // 2, 2)), list(counts)
    edges = [min(max(batch * draws // batches - start, 0), number) for batch in range(batches + 1)]
    for batch, (first, last) in enumerate(pairwise(edges)):
        if first < last:
            yield batch, last - first, [line[first:last] for line in whole]


def chunks(
    experiment: Experiment, seed: int, block: int, draws: int
) -> Iterator[tuple[int, Iterator[Counts]]]:
    """The draws of a block, a few at a time: how many, and the counts line by line, to be read in turn."""
    random = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(block,)))
    size = min(max(CHUNK_CELLS // len(experiment.conditions), 1), MOST_DRAWS)
    for start in range(0, draws, size):
        number = min(size, draws - start)
        yield number, experiment.chance.draw(number, random)


def _pay(experiment: Experiment, draws: int, counts: Iterable[Counts], able: Pence) -> dict[str, Sums]:
    """What the draws of a chunk earn in all (`totals`), and sums over them; see `Tally`.

    Lines pass one by one through drawing, paying and adding up, so that their draws stay in the cache.
    Squares are of deviations from what the expected outcomes earn: they stay small, and 0 where nothing
    varies.
    """
    improvements: list[IntArray] = []
    remembered = _noting(experiment.improvements(counts), improvements)
    kind = _kind_of_sums(able)
    expected = experiment.expected.astype(kind)
    total = np.zeros((draws, len(able)), dtype=kind)
    by_line = []
    for line, payout in enumerate(experiment.kernel.pay_lines(remembered, experiment.known)):
        earned = payout.earned.astype(kind, copy=False)
        deviation = (earned - expected[line]).astype(np.float64, copy=False)
        by_line.append(_line_sums(experiment, line, improvements[line], earned, deviation, draws))
        total += earned
    totals = np.column_stack([total, total.sum(axis=1)])
    off = (totals - experiment.expected_totals).astype(np.float64, copy=False)
    shares = {"half_of_all": _times(2 * total >= able, draws)} if experiment.shares else {}
    return (
        _stacked(by_line, len(able))
        | shares
        | {
            "totals": totals,
            "any": _times(total > 0, draws),
            "all": _times(total == able, draws),
            "reviewed": _times(_reviewed(experiment, improvements, draws), draws),
            "total": totals.sum(axis=0),
            "total_square": np.einsum("da,da->a", off, off),
        }
    )


def _noting(improvements: Iterable[IntArray], noted: list[IntArray]) -> Iterator[IntArray]:
    """The improvements, one by one, each noted as it passes."""
    for improvement in improvements:
        noted.append(improvement)
        yield improvement


def _kind_of_sums(able: Pence) -> npt.DTypeLike:
    """In which numbers the sums of a block are exact: floats, which are fastest, or integers."""
    most = sum(int(pence) for pence in able) * BLOCK
    if most < FLOAT_LIMIT:
        return np.float64
    return np.int64 if most < INT64_LIMIT else np.object_


def _line_sums(
    experiment: Experiment,
    line: int,
    improvement: IntArray,
    earned: IntArray,
    deviation: FloatArray,
    draws: int,
) -> dict[str, Sums]:
    """Sums over draws of one line, by area; a line that is not drawn has one row for all draws."""
    known, each = experiment.known[line], draws // len(earned)
    national = deviation.sum(axis=1)
    shares = {}
    if experiment.shares:
        entitlement = experiment.entitlement[line]
        shares["some"] = _times(earned > 0, draws)
        shares["half"] = _times(earned >= -(-entitlement // 2), draws)
        shares["full"] = _times(earned >= entitlement, draws)
    met = experiment.lines[line].met(improvement) & known
    how_many = met.sum(axis=1)
    return shares | {
        "met": _times(met, draws),
        "met_square": (how_many @ how_many) * each,
        "earned": earned.sum(axis=0) * each,
        "earned_square": np.einsum("da,da->a", deviation, deviation) * each,
        "line_square": (national @ national) * each,
    }


def _stacked(by_line: list[dict[str, Sums]], areas: int) -> dict[str, Sums]:
    """The sums of all lines, one above the other; of no line, where a scheme pays on conditions only."""
    if by_line:
        return {name: np.stack([found[name] for found in by_line]) for name in by_line[0]}
    none = np.zeros((0, areas), dtype=np.int64)
    return dict.fromkeys(("some", "half", "full", "met", "earned", "earned_square"), none) | {
        "line_square": none[:, 0],
        "met_square": none[:, 0],
    }


def _times(happened: BoolArray, draws: int) -> npt.NDArray[np.int64]:
    """In how many draws (first axis, at most `MOST_DRAWS`; or one row for all) something happened."""
    found = np.asarray(happened).view(np.uint8).sum(axis=0, dtype=np.uint8)
    return np.asarray(found.astype(np.int64) * (draws // len(happened)))


def _reviewed(experiment: Experiment, improvements: list[IntArray], draws: int) -> BoolArray:
    """Whether any line of an area triggers a review; shape (draws, areas)."""
    scheme, reviewed = experiment.scheme, np.zeros((draws, len(experiment.conditions)), dtype=bool)
    if scheme.review is None:
        return reviewed
    threshold = max(action.trigger_below.value for action in scheme.review.actions)
    full = full_from(scheme)
    for lines in judged_together(scheme):
        paid_full = [full[line] for line in lines]
        first, known = improvements[lines[0]], experiment.known[lines]
        if len(lines) == 1:
            terms = experiment.lines[lines[0]].at(None)
            reviewed |= missed_below(terms, first[:, None, :], known, threshold, paid_full)[:, 0]
        else:
            actual = np.stack(
                np.broadcast_arrays(*(whole_integers(improvements[line]) for line in lines)), axis=1
            )
            together = experiment.terms.at(lines)
            reviewed |= missed_below(together, actual, known, threshold, paid_full).any(axis=1)
    return reviewed
