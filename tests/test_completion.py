"""A shell completes commands, options, names and files."""

from __future__ import annotations

import shutil
import sys

import pytest

from bcf_payments import cli
from bcf_payments.cli.commands import COMMANDS

from .programs import program, ran

ASK = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
$(complete -p bcf-payments | sed 's/.*-F \\([^ ]*\\).*/\\1/')
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script(tmp_path_factory):
    done = ran([sys.executable, "-m", "bcf_payments", "completion", "bash"])
    assert (done.returncode, done.stderr) == (0, "")
    file = tmp_path_factory.mktemp("completion") / "bcf-payments.bash"
    file.write_text(done.stdout, encoding="utf-8")
    return file


@pytest.fixture
def complete(script, tmp_path):
    (tmp_path / "mine.toml").touch()
    (tmp_path / "notes.txt").touch()
    (tmp_path / "figures").mkdir()

    def ask(*words):
        shell = [program("bash"), "--norc", "-c", ASK, "ask", script, "bcf-payments", *words]
        done = ran(shell, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        return set(done.stdout.split())

    return ask


def test_commands_are_completed(complete):
    assert set(COMMANDS) <= complete("")
    assert complete("sch") == {"schemes"}


def test_options_are_completed(complete):
    assert complete("settle", "--on") == {"--on-missing", "--only"}
    assert {"--scheme", "--example", "--through", "--out"} <= complete("return", "Leeds", "--")


def test_a_scheme_is_a_name_or_a_file(complete):
    schemes = {"october_2013", "december_2013", "july_2014", "mine.toml", "figures"}
    assert complete("settle", "--scheme", "") == schemes
    assert complete("compare", "october_2013", "j") == {"july_2014"}
    assert complete("schemes", "m") == {"mine.toml"}


def test_examples_waves_and_choices_are_completed(complete):
    assert complete("settle", "--example", "") == {"two_waves", "p4p_2015_16"}
    assert complete("explain", "Leeds", "--through", "q1") == {"q1_2015_16"}
    assert complete("validate", "--on-missing", "") == {"raise", "withhold"}


def test_files_are_completed(complete):
    assert complete("settle", "f") == {"figures"}
    assert complete("check", "n") == {"notes.txt"}


def test_zsh_has_its_own_script(capsys):
    assert cli.main(["completion", "zsh"]) == 0
    script = capsys.readouterr().out
    assert script.startswith("#compdef bcf-payments")
    assert "october_2013 december_2013 july_2014" in script
    zsh = shutil.which("zsh")
    if zsh:
        assert ran([zsh, "-n"], given=script).returncode == 0


def test_another_shell_is_wrong_usage(capsys):
    assert cli.main(["completion", "cmd"]) == 2
    assert "invalid choice" in capsys.readouterr().err


def test_without_its_package_the_command_that_adds_it_is_named(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert cli.main(["completion", "bash"]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert 'python -m pip install "bcf-payments[completion]"' in shown.err
