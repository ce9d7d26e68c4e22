"""Ctrl-C at many random moments of a simulation with workers, on a busy machine: about half an hour.

Not part of the suite: `pytest tests/long -n 0`.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack

import pytest

from tests.programs import started

LATEST = 12
"""Seconds within which the moments lie: before, in and after everything that the command does."""

SOON = 10
WRITTEN = 8
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


@pytest.mark.parametrize("turn", range(TIMES))
def test_ctrl_c_ends_a_simulation_soon_and_leaves_all_files_or_none(tmp_path, turn, record_property):
    moment = random.Random(turn).uniform(0, LATEST)  # noqa: S311 - no secret
    out = tmp_path / "out"
    words = ["--scheme", "july_2014", "--draws", "8000", "--workers", "2", "--out", str(out)]
    command = [sys.executable, "-m", "bcf_payments", "simulate", *words]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with started(command, seconds=60, **streams) as process:
        threading.Event().wait(moment)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=SOON)  # to the end of the last process that could write
    record_property("ended", (process.returncode, said[-100:]))
    names = [file.name for file in out.iterdir()] if out.exists() else []
    assert len(names) in {0, WRITTEN}
    assert not [name for name in names if name.startswith(".")]
    assert out.exists() == bool(names)
    if process.returncode == 130:
        assert said.splitlines()[-1] in {"interrupted", "stopped: nothing was written"}
        assert "Traceback" not in said
    else:
        assert process.returncode in {0, -signal.SIGINT}
