"""Running a simulation here, or spread over any executor, with the same result to the last bit."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from contextlib import closing, contextmanager

from bcf_payments.extras import require_extra
from bcf_payments.simulation.blocks import BLOCK, run
from bcf_payments.simulation.experiment import Experiment
from bcf_payments.simulation.tally import Tally

FEWEST_TASKS = 32
"""A simulation is cut into so many tasks at least, if it has the blocks, to keep workers busy to the end."""

MOST_BLOCKS = 16
"""Blocks of a task at most, so that progress shows and a lost worker loses little."""


def run_all(
    experiment: Experiment, seed: int, draws: int, executor: Executor | None, *, progress: bool
) -> Tally:
    """Draw everything, and add up what the tasks find in whatever order they finish.

    A task whose executor breaks down, as when a worker process is killed, is done again in this process.
    """
    tasks = _tasks(draws)
    found = (
        (run(experiment, seed, draws, task) for task in tasks)
        if executor is None
        else _spread(experiment, seed, draws, tasks, executor)
    )
    with _bar(draws, shown=progress) as advance, closing(found):
        tally = next(found)
        advance(tally.draws)
        for more in found:
            tally.merge(more)
            advance(more.draws)
    return tally


def _tasks(draws: int) -> list[range]:
    """Ranges of blocks."""
    blocks = -(-draws // BLOCK)
    size = min(max(blocks // FEWEST_TASKS, 1), MOST_BLOCKS)
    return [range(first, min(first + size, blocks)) for first in range(0, blocks, size)]


def _spread(
    experiment: Experiment, seed: int, draws: int, tasks: list[range], executor: Executor
) -> Generator[Tally]:
    """The tallies of tasks as an executor finishes them; on the way out the others are cancelled."""
    waiting: dict[Future[Tally], range] = {}
    lost: list[range] = []
    try:
        for task in tasks:
            try:
                waiting[executor.submit(run, experiment, seed, draws, task)] = task
            except BrokenExecutor:
                lost.append(task)
        for future in as_completed(list(waiting)):
            task = waiting.pop(future)
            try:
                yield future.result()
            except BrokenExecutor:
                lost.append(task)
    finally:
        for future in waiting:
            future.cancel()
    if lost:
        warnings.warn(
            f"the executor broke down: {len(lost)} of {len(tasks)} tasks are done again in this process",
            RuntimeWarning,
            stacklevel=5,
        )
    for task in lost:
        yield run(experiment, seed, draws, task)


@contextmanager
def _bar(draws: int, *, shown: bool) -> Iterator[Callable[[int], object]]:
    """A bar of progress in the terminal or the notebook, or nothing."""
    if not shown:
        yield lambda _: None
        return
    tqdm = require_extra("tqdm", "showing progress", "tqdm.auto").tqdm
    with tqdm(total=draws, unit=" draws", unit_scale=True, desc="simulating") as bar:
        yield bar.update
