"""Ctrl-C leaves nothing half done, and is never lost."""

from __future__ import annotations

import shutil
import signal
import threading
from pathlib import Path

import pytest

from bcf_payments import cli
from bcf_payments.files import replacing
from bcf_payments.files.interrupts import uninterrupted
from bcf_payments.files.replacing import write_files


def press():
    signal.raise_signal(signal.SIGINT)


def test_an_interruption_waits_for_the_end_of_the_block():
    done = []

    def work():
        with uninterrupted():
            press()
            done.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done


def test_where_it_is_let_in_it_comes_at_once_and_what_tidies_up_is_left_in_peace():
    done = []

    def work():
        with uninterrupted() as interrupts:
            try:
                with interrupts.let_in():
                    press()
                    done.append("never")
            finally:
                press()
                done.append("tidied")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["tidied"]


def test_one_that_waited_comes_before_what_may_be_interrupted():
    def work():
        with uninterrupted() as interrupts:
            press()
            with interrupts.let_in():
                pytest.fail("it was to come first")

    with pytest.raises(KeyboardInterrupt):
        work()


def test_blocks_stand_in_one_another():
    done = []

    def work():
        with uninterrupted():
            with uninterrupted() as inner, inner.let_in():
                press()
                done.append("inner")
            done.append("outer")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["inner", "outer"]


def test_a_program_s_own_handler_is_called_and_stands_again_afterwards():
    pressed = []

    def handler(number, _frame):
        pressed.append(number)

    before = signal.signal(signal.SIGINT, handler)
    try:
        with uninterrupted() as interrupts, interrupts.let_in():
            press()
            press()
        assert signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert pressed == [signal.SIGINT] * 2


def test_other_threads_can_write_files(tmp_path):
    thread = threading.Thread(target=write_files, args=({"a": lambda file: file.write_text("a")}, tmp_path))
    thread.start()
    thread.join()
    assert [file.name for file in tmp_path.iterdir()] == ["a"]


def test_files_are_all_there_or_none_wherever_their_writing_is_interrupted(tmp_path):
    def interrupted(file):
        file.write_text("half")
        press()

    with pytest.raises(KeyboardInterrupt):
        write_files({"a": lambda file: file.write_text("a"), "b": interrupted}, tmp_path / "new" / "newer")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("owner", "step", "names"),
    [(replacing, "mkdtemp", []), (Path, "replace", ["a", "b"]), (shutil, "rmtree", ["a", "b"])],
)
def test_ctrl_c_while_files_are_put_in_place_waits_until_they_are(tmp_path, monkeypatch, owner, step, names):
    original = getattr(owner, step)

    def pressed(*args, **options):
        press()
        return original(*args, **options)

    monkeypatch.setattr(owner, step, pressed)
    with pytest.raises(KeyboardInterrupt):
        write_files({name: lambda file: file.write_text("whole") for name in "ab"}, tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == names


def test_the_command_line_runs_outside_the_main_thread_with_workers(tmp_path):
    words = ["simulate", "--scheme", "july_2014", "--draws", "300", "--workers", "2", "--out", str(tmp_path)]
    status = []
    thread = threading.Thread(target=lambda: status.append(cli.main(words)))
    thread.start()
    thread.join()
    assert status == [0]
