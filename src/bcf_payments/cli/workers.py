"""Worker processes that can be stopped at any moment, whatever they are doing, without waiting."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
Task = tuple[Future[Any], Callable[[], Any]]

_SPAWN = get_context("spawn")


class Workers(Executor):
    """An executor whose processes may be killed in the middle of a word.

    Each process has a pipe of its own, and a thread that asks it. Thread and process hold the only ends of
    the pipe, so that whichever of them is left reads its end, even halfway through a message. The processes
    of a `ProcessPoolExecutor` share queues and locks, and one that is killed may leave another, or the exit
    of the program, waiting for ever.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._processes: list[SpawnProcess] = []
        self._starting = threading.Lock()
        self._stopped = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a process call a function; if the process dies first, the future says `BrokenExecutor`."""
        if self._stopped:
            raise BrokenExecutor("the worker processes were stopped")
        future: Future[T] = Future()
        self._tasks.put((future, partial(fn, *args, **kwargs)))
        if len(self._threads) < self._count:
            self._threads.append(threading.Thread(target=self._serve, daemon=True))
            self._threads[-1].start()
        return future

    def stop(self) -> None:
        """Kill every process; what was not done is broken."""
        with self._starting:
            self._stopped = True
            for process in self._processes:
                process.kill()
        for process in self._processes:
            process.join()
        for _ in range(self._count):
            self._tasks.put(None)

    def _serve(self) -> None:
        """Start a process and ask it, task by task; one that is gone breaks whatever it is asked."""
        with self._started() as pipe:
            while task := self._tasks.get():
                future, call = task
                if future.set_running_or_notify_cancel():
                    _ask(pipe, future, call)

    def _started(self) -> Connection:
        """The way to a new process; the way to nowhere if there can be none."""
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_work, args=(theirs,), daemon=True)
        # A daemonic process may have no children (AssertionError), nor a system more than its limit.
        with theirs, self._starting, suppress(OSError, AssertionError):
            if not self._stopped:
                _leave_ctrl_c_to_the_parent()
                process.start()
                self._processes.append(process)
        return ours


def _leave_ctrl_c_to_the_parent() -> None:
    """Block the signal in this thread, and so in what it starts, from its first moment on."""
    if hasattr(signal, "pthread_sigmask"):
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()  # which unblocks it, the first time
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})


def _ask(pipe: Connection, future: Future[Any], call: Callable[[], Any]) -> None:
    try:
        pipe.send(call)
        result, error = pipe.recv()
    except (EOFError, OSError) as gone:
        result, error = None, BrokenExecutor(f"a worker process ended: {gone!r}")
    except Exception as unsendable:  # noqa: BLE001 - whoever waits is told
        result, error = None, unsendable
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


def _work(pipe: Connection) -> None:
    """Answer calls until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, OSError):
        while True:
            pipe.send(_answer(pipe.recv()))


def _answer(call: Callable[[], T]) -> tuple[T | None, Exception | None]:
    try:
        return call(), None
    except Exception as error:  # noqa: BLE001 - whoever asked is told
        return None, error


def _end_with_parent() -> None:
    """Leave no process behind, even one that is busy, however the parent ended."""
    if parent := parent_process():
        parent.join()
        os._exit(1)
