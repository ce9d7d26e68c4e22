"""Worker processes stop whatever they are doing, and nothing waits for what they did not do."""

from __future__ import annotations

import os
import signal
import sys
import threading
from concurrent.futures import BrokenExecutor, wait

import pytest

from bcf_payments.cli.workers import Workers

from .programs import no_children_left, ran

LONG = 30
"""Seconds after which something counts as waiting for ever."""

posix = pytest.mark.skipif(sys.platform == "win32", reason="processes are held and killed by signals")


@pytest.fixture
def workers():
    with no_children_left(seconds=LONG):
        two = Workers(2)
        try:
            yield two
        finally:
            two.stop()


class LongAnswer:
    """What is stopped while it is pickled: the parent has then read nothing but may wait for all of it."""

    def __reduce__(self):
        os.kill(os.getpid(), signal.SIGSTOP)
        return int, ()


def end_of(*futures):
    done, waiting = wait(futures, timeout=LONG)
    assert not waiting
    return [future.exception() for future in done]


def test_tasks_are_done_in_other_processes_and_no_more_than_asked_for(workers):
    pids = {workers.submit(os.getpid).result(LONG) for _ in range(20)}
    assert os.getpid() not in pids
    assert len(pids) <= 2


def test_an_error_in_a_task_is_raised_to_whoever_waits_and_the_process_goes_on(workers):
    assert isinstance(workers.submit(int, "a").exception(LONG), ValueError)
    assert workers.submit(int, "7").result(LONG) == 7


def test_what_cannot_be_sent_is_an_error_of_its_task_alone(workers):
    assert workers.submit(lambda: 1).exception(LONG) is not None
    assert workers.submit(int, "7").result(LONG) == 7


@posix
def test_a_process_that_is_killed_breaks_its_task(workers):
    assert isinstance(workers.submit(signal.raise_signal, signal.SIGKILL).exception(LONG), BrokenExecutor)


@posix
@pytest.mark.parametrize(
    "task",
    [(signal.raise_signal, signal.SIGSTOP), (LongAnswer,), (bytes, 2**26), (len, bytes(2**24))],
    ids=["at work", "answering", "writing much", "reading much"],
)
def test_stopping_ends_processes_in_the_middle_of_anything(workers, task):
    futures = [workers.submit(*task) for _ in range(6)]
    stopping = threading.Thread(target=workers.stop, daemon=True)
    stopping.start()
    stopping.join(LONG)
    assert not stopping.is_alive()
    assert all(error is None or isinstance(error, BrokenExecutor) for error in end_of(*futures))


@posix
def test_a_process_that_is_given_more_than_it_reads_does_not_keep_the_parent(workers):
    """Both are held up before the large task is sent: it fills the pipe of whoever gets it."""
    held = [workers.submit(signal.raise_signal, signal.SIGSTOP) for _ in range(2)]
    large = workers.submit(len, bytes(2**24))
    workers.stop()
    assert all(isinstance(error, BrokenExecutor) for error in end_of(*held, large))


def test_after_the_stop_no_task_is_taken_and_stopping_again_is_no_error(workers):
    workers.stop()
    workers.stop()
    with pytest.raises(BrokenExecutor):
        workers.submit(int)


@posix
def test_workers_end_with_a_parent_that_is_killed():
    """The pipe of the output ends when the last process that could write to it has ended."""
    code = (
        "import os, signal, time\n"
        "from bcf_payments.cli.workers import Workers\n"
        "workers = Workers(1)\n"
        "workers.submit(int).result()\n"
        "busy = workers.submit(time.sleep, 600)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = ran([sys.executable, "-c", code], seconds=LONG)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGKILL, "", "")


@posix
def test_a_program_that_forgets_to_stop_its_workers_ends_all_the_same():
    code = (
        "import time\n"
        "from bcf_payments.cli.workers import Workers\n"
        "workers = Workers(2)\n"
        "print(workers.submit(int).result())\n"
        "busy = [workers.submit(time.sleep, 600) for _ in range(2)]\n"
    )
    done = ran([sys.executable, "-c", code], seconds=LONG)
    # A process that is just starting then may say that nobody answers it.
    assert (done.returncode, done.stdout) == (0, "0\n")
