"""Programs and processes that tests start; none of them outlives its time, nor what it has started itself."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker

import psutil
import pytest


def program(*names: str) -> str:
    """Where a program is, under the first of its names; without it the test is skipped, but fails in CI."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"needs {names[0]}")
    assert found, f"{names[0]} is not installed"
    return found


@contextmanager
def started(command, *, seconds=60, **options):
    """A program, in a session of its own; it ends with the block, or after so many seconds."""
    process = subprocess.Popen(command, start_new_session=True, **options)  # noqa: S603 - our own words
    with process, at_last(seconds, lambda: _end_session(process)):
        yield process


def ran(command, *, given=None, seconds=60, **options):
    """What became of a program: its status, and what it wrote, as text."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    if given is not None:
        streams["stdin"] = subprocess.PIPE
    with started(command, seconds=seconds, **(streams | options)) as process:
        out, err = process.communicate(given, timeout=seconds)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


@contextmanager
def no_children_left(seconds=100):
    """Processes that a library starts in the block (pools, clusters, browsers) end with it, or in time."""
    resource_tracker.ensure_running()  # which the whole session shares
    before = set(psutil.Process().children(recursive=True))

    def end():
        for process in set(psutil.Process().children(recursive=True)) - before:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    with at_last(seconds, end):
        yield


@contextmanager
def at_last(seconds, end):
    """End something after the block, or after so many seconds."""
    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        end()


def _end_session(process):
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
