"""Tasks on any executor: what waits is cancelled on the way out, and what is lost is done here."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed
from typing import TypeVar

from bcf_payments.given import told

Task = TypeVar("Task")
Found = TypeVar("Found")


def spread(
    work: Callable[[Task], Found], tasks: Sequence[Task], executor: Executor
) -> Generator[Found, None, None]:
    """What tasks find, as an executor finishes them.

    A task that fails elsewhere, as when a worker is killed, is done again in this process, where a fault of
    its own is raised.
    """
    waiting: dict[Future[Found], Task] = {}
    lost: list[Task] = []
    try:
        for task in tasks:
            try:
                waiting[executor.submit(work, task)] = task
            except BrokenExecutor:
                lost.append(task)
        for future in as_completed(list(waiting)):
            task = waiting.pop(future)
            try:
                found = future.result()
            except BrokenExecutor:
                lost.append(task)
            except Exception:  # noqa: BLE001 - a fault of the task's own is raised again
                yield work(task)
            else:
                yield found
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
        yield work(task)


def usable_cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "process_cpu_count"):
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def executor_problems(executor: object) -> list[dict[str, object]]:
    """What is wrong with where to run: nothing, if it is an executor, or None for this process."""
    if executor is None or hasattr(executor, "submit"):
        return []
    fix = "give an executor of concurrent.futures, a Dask client's get_executor(), or leave it out"
    where = {"table": "options", "reason": "out_of_range", "column": "executor"}
    return [{**where, "value": told(executor), "fix": fix}]
