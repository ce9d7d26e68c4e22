"""Drawing outcomes again and again, and paying each draw exactly."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from threading import Event

import pandas as pd

from bcf_payments.core.case import count_due_waves
from bcf_payments.core.tasks import spread, usable_cores
from bcf_payments.errors import require_extra
from bcf_payments.given import guarded
from bcf_payments.schemes import Scheme, scheme_of
from bcf_payments.settlement import Settlement
from bcf_payments.simulation.blocks import BLOCK, run
from bcf_payments.simulation.expecting import check_expected, settle_expected
from bcf_payments.simulation.experiment import Experiment, experiment_around
from bcf_payments.simulation.model import OutcomeModel
from bcf_payments.simulation.options import Running, checked_running
from bcf_payments.simulation.result import Simulation
from bcf_payments.simulation.sizes import known_sizes, sizes_of
from bcf_payments.simulation.tally import Tally
from bcf_payments.tables.inputs import OnMissing, or_no_rows

DEFAULT_MODEL = OutcomeModel()


@guarded
def simulate(
    areas: pd.DataFrame,
    plans: pd.DataFrame,
    assurance: pd.DataFrame | None = None,
    scheme: str | Path | Scheme = "october_2013",
    *,
    outcomes: pd.DataFrame | None = None,
    model: OutcomeModel = DEFAULT_MODEL,
    draws: int = 10_000,
    seed: int = 0,
    only: Sequence[str] | None = None,
    through: str | None = None,
    executor: Executor | None = None,
    progress: bool = False,
    on_missing: OnMissing = "raise",
) -> Simulation:
    """Simulate how much of a payment is luck: draw outcomes with noise, and pay each draw to the penny.

    Parameters
    ----------
    areas, plans, assurance : DataFrame
        As in `settle`; `plans` may hold `sample_size`, the number of people behind a rate.
    scheme : str, Path or Scheme
        As in `settle`.
    outcomes : DataFrame, optional
        As in `settle`; needed up to `through`, and where the model expects what was observed.
    model : OutcomeModel
        Where outcomes are expected to fall, and how far they stray.
    draws : int
        How many times, at least 1 and at most 100 million: more would not show in the quantiles.
    seed : int
        At least 0; the same seed gives the same result to the last bit, whatever the executor.
    only : sequence of str, optional
        As in `settle`: the areas that are drawn, while all share the fund.
    through : str, optional
        Waves up to this one are settled on the outcomes given, later ones are drawn: a forecast.
    executor : concurrent.futures.Executor, optional
        Where to run: a pool of processes, a Dask client's `get_executor()`; without one, here, on a thread
        for each core.
    progress : bool
        Whether to show how far it has come (needs the extra `progress`).
    on_missing : {"raise", "withhold"}
        As in `settle`.

    Returns
    -------
    Simulation

    Raises
    ------
    InputError
        Every fault of the tables, the options and the model; rows without a size, unless the model holds
        them.
    MissingExtraError
        `progress` without tqdm.

    Notes
    -----
    A count is drawn for each line of each area: its rate times its size. The size is the `sample_size`,
    else, for metrics per 100,000 whose baseline is a whole count, the baseline's denominator; a pot that
    pays on counts needs none. A draw's pence are what `settle` pays for its outcomes: both call the same
    kernel, and `Simulation.draw` gives any draw back to be settled. Lines without a plan are missing in
    every draw. Adding and multiplying in integers, and in floats only where these are exact, are checked by
    bounds at run time. Blocks of draws have random streams of their own, and sums are kept in integers, so
    that no order of adding them changes the result. Source: L1-L3.

    Examples
    --------
    With nothing truly changed, under the least noise there can be, most areas are paid something.

    >>> import bcf_payments as bcf
    >>> areas, plans, outcomes, assurance = bcf.load_example("p4p_2015_16")
    >>> simulation = bcf.simulate(areas, plans, assurance, "july_2014", draws=2_000, on_missing="withhold")
    >>> bool(simulation.to_frame()["probability_any"].median() > 0.5)
    True
    """
    rules = scheme_of(scheme)
    how = checked_running(draws, seed, executor, model, progress=progress)
    known_waves = 0 if through is None else count_due_waves(rules, through, on_missing)
    check_expected(rules, model, known_waves)
    plans = or_no_rows(rules, plans, "plans")
    expected = settle_expected(areas, plans, outcomes, assurance, rules, model, known_waves, on_missing, only)
    return draw_around(expected, plans, model, how, through=through, known_waves=known_waves)


def draw_around(
    expected: Settlement,
    plans: pd.DataFrame,
    model: OutcomeModel,
    how: Running,
    *,
    through: str | None = None,
    known_waves: int = 0,
    shares: bool = False,
) -> Simulation:
    """Draw outcomes around those of a settlement; see `simulate`, and `Experiment` for `shares`."""
    sizes, held = sizes_of(expected.case, plans, model, known_waves)
    known = known_sizes(expected.case, plans, model, known_waves)
    experiment = experiment_around(expected, sizes, known, model, shares=shares)
    tally = run_all(experiment, how.seed, how.draws, how.executor, progress=how.progress)
    return Simulation(model, expected, how.draws, how.seed, through, held, experiment, sizes, tally)


FEWEST_TASKS = 32
"""A simulation is cut into so many tasks at least, if it has the blocks, to keep workers busy to the end."""

MOST_BLOCKS = 16
"""Blocks of a task at most, so that progress shows and a lost worker loses little."""


def run_all(
    experiment: Experiment, seed: int, draws: int, executor: Executor | None, *, progress: bool
) -> Tally:
    """Draw everything, and add up what the tasks find in whatever order they finish."""
    tasks = _tasks(draws)
    found = (
        _here(experiment, seed, draws, tasks)
        if executor is None
        else spread(partial(run, experiment, seed, draws), tasks, executor)
    )
    with _bar(draws, shown=progress) as advance, closing(found):
        tally = next(found)
        advance(tally.draws)
        for more in found:
            tally.merge(more)
            advance(more.draws)
    return tally


def _here(experiment: Experiment, seed: int, draws: int, tasks: list[range]) -> Generator[Tally, None, None]:
    """The tallies of tasks here, on a thread for each core: while NumPy draws, others may work."""
    workers, left = min(usable_cores(), len(tasks)), Event()
    work = partial(run, experiment, seed, draws, left=left)
    if workers == 1:
        yield from map(work, tasks)
        return
    with ThreadPoolExecutor(workers) as threads:
        try:
            yield from spread(work, tasks, threads)
        finally:
            left.set()


def _tasks(draws: int) -> list[range]:
    """Ranges of blocks."""
    blocks = -(-draws // BLOCK)
    size = min(max(blocks // FEWEST_TASKS, 1), MOST_BLOCKS)
    return [range(first, min(first + size, blocks)) for first in range(0, blocks, size)]


@contextmanager
def _bar(draws: int, *, shown: bool) -> Iterator[Callable[[int], object]]:
    """A bar of progress in the terminal or the notebook, or nothing."""
    if not shown:
        yield lambda _: None
        return
    tqdm = require_extra("tqdm", "showing progress", "tqdm.auto").tqdm
    with tqdm(total=draws, unit=" draws", unit_scale=True, desc="simulating") as bar:
        yield bar.update
