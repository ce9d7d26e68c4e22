"""Ctrl-C at many random moments of a simulation with workers, on a busy machine: an hour or less.

Not part of the suite: `pytest tests/long -n 0`. The environment variable INTERRUPTS says how many moments.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack

import pytest

from tests.programs import ran, started

SOON = 10
"""Seconds from Ctrl-C to the end of the last process."""

TIMES = int(os.environ.get("INTERRUPTS", "200"))

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a terminal sends signals to groups")


@pytest.fixture(scope="module", autouse=True)
def busy_machine():
    """Every processor has something else to do."""
    command = [sys.executable, "-c", "while True: pass"]
    with ExitStack() as stack:
        for _ in range(os.cpu_count()):
            stack.enter_context(started(command, seconds=7_200))
        yield


def simulation(out):
    words = ["--scheme", "july_2014", "--draws", "8000", "--workers", "2", "--out", str(out)]
    return [sys.executable, "-m", "bcf_payments", "simulate", *words]


@pytest.fixture(scope="module")
def whole(busy_machine, tmp_path_factory):  # noqa: ARG001 - it is to be busy
    """How long it takes undisturbed, and the files that it writes."""
    out, start = tmp_path_factory.mktemp("whole"), time.monotonic()
    ran(simulation(out), seconds=300).check_returncode()
    return time.monotonic() - start, [file.name for file in out.iterdir()]


@pytest.mark.parametrize("turn", range(TIMES))
def test_ctrl_c_ends_a_simulation_soon_and_leaves_all_files_or_none(tmp_path, turn, whole):
    duration, written = whole
    moment = random.Random(turn).uniform(0, duration)  # noqa: S311 - no secret
    out = tmp_path / "out"
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with started(simulation(out), seconds=300, **streams) as process:
        threading.Event().wait(moment)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=SOON)  # to the end of the last process that could write
    names = [file.name for file in out.iterdir()] if out.exists() else []
    assert sorted(names) in ([], sorted(written))
    assert out.exists() == bool(names)
    assert process.returncode in {0, 130, -signal.SIGINT}
    if said or process.returncode == 130:
        last = said.splitlines()[-1]
        assert last in {"interrupted", "stopped: nothing was written"} or _before_the_command(said)


def _before_the_command(said):
    """Whether Python itself was interrupted, before it had come to the package."""
    return said.endswith("KeyboardInterrupt\n") and "bcf_payments/cli" not in said
