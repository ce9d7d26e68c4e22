"""Nothing from outside steers a terminal, and what programs read is exact or refused."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

import bcf_payments as bcf
from bcf_payments.examples import load_example
from bcf_payments.files import write_tables
from bcf_payments.schemes import load_scheme
from bcf_payments.settlement import settle

Run = Callable[..., tuple[int, str, str]]

NASTY = "a\x1b[31mb\u202ec\u200bd\u2066e\x07f"
STEERING = set(NASTY) - set("[31mabcdef")


def shell(command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    run = f"{shlex.quote(sys.executable)} -m bcf_payments {command}"
    words = ["sh", "-c", run]
    return subprocess.run(words, capture_output=True, check=False, env=os.environ | environment)  # noqa: S603


@pytest.fixture
def nasty_scheme(tmp_path: Path) -> Path:
    scheme = load_scheme("october_2013")
    text = scheme.replace(title=NASTY).to_toml().replace("Emergency admissions", "x\\u001b[2J\\u202ey")
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    return tmp_path / "own.toml"


@pytest.mark.parametrize(
    "command", ["settle", "validate", "schemes", "assumptions", "explain Leeds", "report"]
)
def test_no_title_or_notice_steers_the_terminal(
    run: Run, tmp_path: Path, nasty_scheme: Path, command: str
) -> None:
    write_tables(load_example("two_waves")._asdict(), tmp_path / "in", notices=(NASTY,))
    words = [*command.split()]
    if command == "schemes":
        words += [nasty_scheme]
    else:
        words += [tmp_path / "in", "--on-missing", "withhold", "--scheme", nasty_scheme]
    if command == "report":
        words += ["--no-chance", "--out", tmp_path / "r.html"]
    status, out, err = run(*words)
    assert (status, err) == (0, "")
    page = (tmp_path / "r.html").read_text(encoding="utf-8") if command == "report" else ""
    assert not STEERING & set(out + page)


def test_what_an_error_echoes_does_not_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    for words in (
        ("settle", tmp_path / NASTY),
        ("settle", "--scheme", NASTY),
        ("settle", "--problems", NASTY),
        ("settle", "--decisions", f"{NASTY}.csv"),
        ("check", NASTY),
    ):
        status, out, err = run(*words)
        assert status
        assert not STEERING & set(out + err)


def test_explanations_and_tables_in_notebooks_show_no_control_characters(nasty_scheme: Path) -> None:
    settlement = settle(*load_example("two_waves"), load_scheme(nasty_scheme), on_missing="withhold")
    explanation = settlement.explain("E06000001")
    shown = (str(explanation), explanation.to_markdown(), explanation.to_html(), settlement._repr_html_())
    assert not STEERING & set("".join(shown))


def test_returns_and_assumptions_show_no_control_characters(nasty_scheme: Path) -> None:
    example, scheme = load_example("two_waves"), load_scheme(nasty_scheme)
    settlement = settle(*example, scheme, on_missing="withhold")
    one = settlement.return_for("E06000001")
    shown = (str(one), one._repr_html_(), bcf.assumptions(settlement)._repr_html_())
    assert not STEERING & set("".join(shown))


def test_sheets_for_people_show_no_control_characters(run: Run, tmp_path: Path, nasty_scheme: Path) -> None:
    example = load_example("two_waves")
    nasty = example._replace(areas=example.areas.assign(region=NASTY))
    write_tables(nasty._asdict(), tmp_path / "in", notices=(NASTY,))
    words = ("--on-missing", "withhold", "--scheme", nasty_scheme, "--format", "xlsx")
    assert run("settle", tmp_path / "in", *words, "--out", tmp_path / "out")[0] == 0
    book = openpyxl.load_workbook(tmp_path / "out" / "settlement.xlsx", read_only=True)
    for title in ("Summary", "By area", "Explanations"):
        text = "".join(str(cell) for row in book[title].iter_rows(values_only=True) for cell in row)
        assert not STEERING & set(text)
        assert "_x00" not in text


def test_a_file_for_programs_is_exact_on_a_terminal_of_few_characters() -> None:
    done = shell("schemes july_2014 --toml", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.decode() == load_scheme("july_2014").to_toml()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("schemes >&-", "standard output is closed"),
        ("schemes > /dev/full", "No space left on device"),
        ("schemes nowhere 2>&-", ""),
    ],
)
def test_a_closed_or_full_output_is_said_in_a_sentence(command: str, said: str) -> None:
    done = shell(command)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode().count("\n") == (1 if said else 0)
    assert said in done.stderr.decode()


def test_half_a_character_in_a_workbook_is_refused_and_two_halves_are_one(run: Run, tmp_path: Path) -> None:
    write_tables(load_example("two_waves")._asdict(), tmp_path / "in.xlsx")
    book = openpyxl.load_workbook(tmp_path / "in.xlsx")
    book["areas"]["B2"] = "_xD83D__xDE00_"
    book.save(tmp_path / "in.xlsx")
    assert run("validate", tmp_path / "in.xlsx", "--on-missing", "withhold")[0] == 0
    book["areas"]["B2"] = "_xD83D_x"
    book.save(tmp_path / "in.xlsx")
    status, out, err = run("validate", tmp_path / "in.xlsx", "--problems", tmp_path / "p.csv")
    assert (status, out) == (1, "")
    assert "half a character" in err
    assert "half a character" in (tmp_path / "p.csv").read_text(encoding="utf-8")


def test_a_name_that_is_not_utf_8_is_echoed_in_a_sentence(tmp_path: Path) -> None:
    done = shell(f"validate $(printf 'no\\377where') --problems {tmp_path / 'p.csv'}")
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert (tmp_path / "p.csv").exists()
