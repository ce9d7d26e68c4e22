"""Many schemes over the same tables, which are checked once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import closing
from itertools import islice, repeat
from pathlib import Path
from typing import TypeAlias

from bcf_payments.core.case import Case
from bcf_payments.core.lines import Figures, figures_of
from bcf_payments.core.reading import Reading
from bcf_payments.core.tasks import executor_problems, spread
from bcf_payments.errors import InputError, SchemeError
from bcf_payments.given import guarded
from bcf_payments.schemes import Scheme, scheme_of
from bcf_payments.settlement.model import Settlement
from bcf_payments.tables.inputs import OnMissing, Tables

OF_A_TASK = 16
"""So many schemes are sent to an executor at a time."""

OF_A_ROUND = 64 * OF_A_TASK
"""So many schemes are under way at most, so that a long grid does not pile up."""

Task: TypeAlias = tuple[int, list[Case]]


@guarded
def settle_grid(
    tables: Tables,
    schemes: Iterable[str | Path | Scheme],
    executor: Executor | None = None,
    *,
    only: Sequence[str] | None = None,
    through: str | None = None,
    on_missing: OnMissing = "raise",
) -> Iterator[Settlement]:
    """Settle the same tables under many schemes, one by one.

    Parameters
    ----------
    tables : Tables
        The four tables, as `load_example` and `read_tables` give them.
    schemes : iterable of str, Path or Scheme
        Each as in `settle`; read one by one, so that they may be made as they are asked for.
        `Scheme.combinations` makes every combination of a scheme's alternatives.
    executor : concurrent.futures.Executor, optional
        Where to work: a pool of processes, a Dask client's `get_executor()`; without one, here. It pays for
        large tables: schemes and results travel.
    only : sequence of str, optional
        As in `settle`.
    through : str, optional
        As in `settle`.
    on_missing : {"raise", "withhold"}
        As in `settle`.

    Returns
    -------
    iterator of Settlement
        In the order of the schemes, each the same as from `settle`, to the last bit.

    Raises
    ------
    InputError
        An executor that is none; with the settlement that it concerns, every fault of the tables.
    SchemeError
        With its settlement, a scheme that cannot be read.

    Notes
    -----
    What two schemes ask for alike of the tables is checked and laid out once; the rest is settled anew.

    Examples
    --------
    What would have been earned at other values of an avoided admission (C8), in pounds?

    >>> import bcf_payments as bcf
    >>> july = bcf.load_scheme("july_2014")
    >>> schemes = [july.replace(unit_value_pounds=pounds) for pounds in (1_490, 2_150)]
    >>> tables = bcf.load_example("p4p_2015_16")
    >>> settled = bcf.settle_grid(tables, schemes, on_missing="withhold")
    >>> [int(one.payments["earned_pence"].sum()) // 100 for one in settled]
    [91748240, 132388400]
    """
    if problems := executor_problems(executor):
        raise InputError(problems)
    reading = Reading.of(tables, only, on_missing)
    cases = (reading.case(scheme_of(scheme), through) for scheme in schemes)
    if executor is None:
        return (Settlement.of_case(reading, case, through) for case in cases)
    return (Settlement.of_case(reading, *found) for found in _spread(cases, through, executor))


def _spread(
    cases: Iterator[Case], through: str | None, executor: Executor
) -> Iterator[tuple[Case, str | None, Figures]]:
    """Cases and what an executor finds of them, round by round; a fault comes after the cases before it."""
    fault: Exception | None = None
    while fault is None:
        under_way: list[Case] = []
        try:
            under_way.extend(islice(cases, OF_A_ROUND))  # those before a fault are kept
        except (InputError, SchemeError) as error:
            fault = error
        starts = range(0, len(under_way), OF_A_TASK)
        tasks = [(start, under_way[start : start + OF_A_TASK]) for start in starts]
        with closing(spread(_worked_out, tasks, executor)) as found:
            figures = [one for _, several in sorted(found, key=lambda task: task[0]) for one in several]
        yield from zip(under_way, repeat(through), figures, strict=False)
        if not under_way:
            return
    raise fault


def _worked_out(task: Task) -> tuple[int, list[Figures]]:
    """The figures of some cases, and where they stand."""
    start, cases = task
    return start, [figures_of(case) for case in cases]
