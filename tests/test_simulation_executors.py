"""One result to the last bit wherever tasks run; what is sent; what happens when things break."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import random
import signal
import sys
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import pytest
from distributed import Client, LocalCluster

import bcf_payments as bcf
from bcf_payments.simulation import simulating
from bcf_payments.simulation.blocks import BLOCK, run

from .chance import assert_same, made_up, simulate
from .programs import no_children_left

TASKS = 7
OPTIONS = {
    "draws": TASKS * BLOCK - 300,
    "seed": 2015,
    "model": bcf.OutcomeModel(dispersion=3, relative_sd=0.02, correlation=0.6, baseline_noise=True),
}


def run_on(executor, **options):
    """A simulation of seven tasks."""
    return simulate(made_up((30, 900, 40_000)), executor=executor, **(OPTIONS | options))


@pytest.fixture(scope="module")
def alone():
    return run_on(None)


def pool(workers):
    """Processes that start afresh, as they do on every system."""
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


@pytest.fixture(scope="module", autouse=True)
def ended():
    """Pools and clusters end with the module."""
    with no_children_left(seconds=600):
        yield


@pytest.fixture(scope="module")
def two_processes():
    with pool(2) as executor:
        yield executor


@pytest.fixture(scope="module")
def cluster():
    """Two worker processes of Dask, as on two machines."""
    options = {"processes": True, "dashboard_address": ":0", "silence_logs": "CRITICAL"}
    with LocalCluster(n_workers=2, threads_per_worker=1, **options) as cluster, Client(cluster) as client:
        yield client


class Held(Executor):
    """Keeps every task until the last is there, then hands them all over."""

    def __init__(self, hand_over):
        self.tasks, self.hand_over = [], hand_over

    def submit(self, function, *arguments):
        future = Future()
        self.tasks.append((future, function, arguments))
        if len(self.tasks) == TASKS:
            threading.Thread(target=self.hand_over, args=(self.tasks,)).start()
        return future


def finish(future, function, arguments):
    if future.set_running_or_notify_cancel():
        future.set_result(function(*arguments))


def in_order_of(seed):
    """An executor that finishes tasks in another order than they came."""

    def hand_over(tasks):
        order = random.Random(seed).sample(tasks, TASKS)  # noqa: S311 - no secret
        assert order != tasks
        for task in order:
            finish(*task)

    return Held(hand_over)


def test_threads_give_the_same_result(alone):
    with ThreadPoolExecutor(3) as executor:
        assert_same(run_on(executor), alone)


@pytest.mark.parametrize("cores", [1, 2, 3, 100])
def test_any_number_of_cores_gives_the_same_result(alone, monkeypatch, cores):
    monkeypatch.setattr(simulating, "usable_cores", lambda: cores)
    assert_same(run_on(None), alone)


def test_two_worker_processes_give_the_same_result(alone, two_processes):
    assert_same(run_on(two_processes), alone)


@pytest.mark.parametrize("seed", range(3))
def test_tasks_that_finish_in_any_order_give_the_same_result(alone, seed):
    assert_same(run_on(in_order_of(seed)), alone)


@pytest.mark.parametrize(("fewest", "most"), [(1, 16), (2, 16), (1, 3), (1, 1)])
def test_tasks_of_any_size_give_the_same_result(alone, monkeypatch, fewest, most):
    monkeypatch.setattr(simulating, "FEWEST_TASKS", fewest)
    monkeypatch.setattr(simulating, "MOST_BLOCKS", most)
    assert_same(run_on(None), alone)


def test_another_seed_gives_another_result(alone):
    assert not run_on(None, seed=2016).to_frame().equals(alone.to_frame())


def test_luck_is_the_same_on_worker_processes(two_processes):
    tables = made_up((30, 900))
    one, other = (
        bcf.luck(
            *tables[:2], tables.assurance, "july_2014", effects=["1"], draws=2 * BLOCK, executor=executor
        )
        for executor in (None, two_processes)
    )
    assert one.lines.equals(other.lines)
    assert one.areas.equals(other.areas)


def test_a_cluster_gives_the_same_result(alone, cluster):
    assert_same(run_on(cluster.get_executor()), alone)


class Deadly(Executor):
    """Passes tasks on, and kills a process as soon as the first task is done."""

    def __init__(self, executor, pid):
        self.executor, self.pid, self.waiting = executor, pid, None

    def submit(self, function, *arguments):
        future = self.executor.submit(function, *arguments)
        if self.waiting is None:
            future.add_done_callback(self.kill)
            self.waiting = []
        self.waiting.append(future)
        return future

    def kill(self, _):
        self.undone = sum(not future.done() for future in self.waiting)
        os.kill(self.pid, signal.SIGKILL)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by a signal")
def test_a_worker_of_a_cluster_that_dies_loses_no_draws_and_changes_no_result(cluster):
    pids = cluster.run(os.getpid)
    victim = next(iter(pids.values()))
    deadly = Deadly(cluster.get_executor(), victim)
    many = {"draws": 24 * BLOCK}
    assert_same(run_on(deadly, **many), run_on(None, **many))
    assert deadly.undone
    assert victim not in cluster.run(os.getpid).values()


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by a signal")
def test_one_worker_process_gives_the_same_result_even_if_it_dies(alone):
    with pool(1) as executor:
        assert_same(run_on(executor), alone)
        deadly = Deadly(executor, executor.submit(os.getpid).result())
        with pytest.warns(RuntimeWarning, match=r"\d of 7 tasks are done again in this process"):
            found = run_on(deadly)
    assert_same(found, alone)


def test_an_executor_that_is_broken_from_the_start_loses_no_draws(alone):
    class Broken(Executor):
        def submit(self, *_):
            raise BrokenProcessPool

    with pytest.warns(RuntimeWarning, match="7 of 7 tasks"):
        assert_same(run_on(Broken()), alone)


def test_an_error_in_a_task_is_no_breakdown(monkeypatch):
    def fail(*_):
        raise ArithmeticError("no such number")

    monkeypatch.setattr(simulating, "run", fail)
    with ThreadPoolExecutor(1) as executor, pytest.raises(ArithmeticError, match="no such number"):
        run_on(executor)


@pytest.mark.parametrize("scheme", bcf.available_schemes())
def test_only_little_crosses_the_wire(scheme):
    example = bcf.load_example(bcf.load_scheme(scheme).example)
    model = bcf.OutcomeModel(on_unknown_size="hold")
    experiment = simulate(example, scheme, draws=1, model=model, on_missing="withhold").experiment
    sent = pickle.dumps((run, experiment, 0, BLOCK, range(1)))
    assert len(sent) < 2**20
    assert len(pickle.dumps(run(experiment, 0, BLOCK, range(1)))) < 3 * 2**20
    binned = run(experiment, 0, 500 * BLOCK, range(1))
    back = pickle.dumps(binned)
    assert not binned.totals.exact
    assert len(back) < 2**20
    assert (pickle.loads(back).totals.counted == binned.totals.counted).all()  # noqa: S301 - our own


def test_progress_shows_on_the_error_stream(capsys):
    run_on(None, progress=True)
    shown = capsys.readouterr()
    assert not shown.out
    assert "simulating: 100%" in shown.err
    assert "13.7k/13.7k" in shown.err


def test_nothing_shows_unless_progress_is_asked_for(capsys):
    run_on(None)
    assert capsys.readouterr() == ("", "")


def test_progress_without_its_package_names_the_command_that_installs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(bcf.MissingExtraError, match=r"bcf-payments\[progress\]"):
        run_on(None, progress=True)


@pytest.mark.parametrize("cores", [1, 2])
def test_an_interruption_stops_the_run_here(monkeypatch, cores):
    ran = []

    def interrupted(*arguments, **options):
        ran.append(arguments)
        if len(ran) == 3:
            raise KeyboardInterrupt
        return run(*arguments, **options)

    monkeypatch.setattr(simulating, "run", interrupted)
    monkeypatch.setattr(simulating, "usable_cores", lambda: cores)
    with pytest.raises(KeyboardInterrupt):
        run_on(None)
    assert 3 <= len(ran) < 3 + cores


def test_whoever_has_left_is_not_waited_for(alone):
    left = threading.Event()
    left.set()
    assert run(alone.experiment, 0, BLOCK, range(1), left=left).draws == 0


def finish_two(tasks):
    for task in tasks[:2]:
        finish(*task)


def test_an_interruption_while_waiting_cancels_what_has_not_begun():
    def hand_over(tasks):
        finish(*tasks[0])
        tasks[1][0].set_exception(KeyboardInterrupt())

    held = Held(hand_over)
    with pytest.raises(KeyboardInterrupt):
        run_on(held)
    assert [future.cancelled() for future, *_ in held.tasks] == [False] * 2 + [True] * 5


def test_an_interruption_while_adding_up_cancels_what_has_not_begun(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(simulating.Tally, "merge", interrupted)
    held = Held(finish_two)
    with pytest.raises(KeyboardInterrupt) as caught:
        run_on(held)
    assert caught.tb is not None
    assert [future.cancelled() for future, *_ in held.tasks] == [False] * 2 + [True] * 5
