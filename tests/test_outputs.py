"""No output of a command replaces its input, and no argument is empty."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bcf_payments.examples import load_example
from bcf_payments.files import write_tables

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_tables(load_example("two_waves")._asdict(), tmp_path / "input")
    (tmp_path / "link").symlink_to(tmp_path / "input")
    (tmp_path / "input" / "ledger.csv").write_text("area_code\n", encoding="utf-8")
    (tmp_path / "book.xlsx").write_bytes(b"PK")
    (tmp_path / "own.toml").write_text("", encoding="utf-8")
    (tmp_path / "linked.csv").symlink_to(tmp_path / "input" / "plans.csv")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        "return all {}/input --out {}/input/outcomes.csv",
        "return Leeds {}/input --out {}/link/OUTCOMES.csv",
        "validate {}/input --problems {}/input/../input/plans.csv",
        "validate {}/link --problems {}/linked.csv",
        "settle {}/input --out {}/link",
        "settle {}/input --out {}/input/../input --format xlsx",
        "simulate {}/input --out {}/input",
        "compare october_2013 july_2014 {}/input --out {}/input",
        "settle --decisions {}/input/ledger.csv --out {}/input",
        "settle --decisions {}/input/ledger.csv --problems {}/link/ledger.csv",
        "calendar {}/input --out {}/input/areas.csv",
        "return all {}/book.xlsx --out {}/book.xlsx",
        "template {}/book.xlsx --areas {}/input/areas.csv --scheme {}/book.xlsx",
        "schemes {}/own.toml --toml --out {}/own.toml",
        "calendar --out {}/new.csv --problems {}/link/../new.csv",
        "calendar --out {}/input/new.csv --problems {}/link/new.csv",
    ],
)
def test_an_output_that_would_replace_an_input_is_refused_before_any_work(
    run: Run, folder: Path, words: str
) -> None:
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    status, out, err = run(*words.format(*[folder] * 9).split())
    assert (status, out) == (2, "")
    assert "give another name" in err or "give two names" in err
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize("words", ["settle {} --out {}/out", "return all {} --out {}/new.csv"])
def test_an_output_beside_the_input_is_written(run: Run, folder: Path, words: str) -> None:
    given = words.format(*[folder / "input"] * 2).split()
    status, _, err = run(*given, "--on-missing", "withhold")
    assert (status, err) == (0, "")


@pytest.mark.parametrize(
    "option", ["--scheme", "--example", "--through", "--out", "--problems", "--decisions"]
)
def test_an_empty_value_of_an_option_is_wrong_usage(run: Run, option: str) -> None:
    for words in ((option, ""), (f"{option}=",)):
        status, out, err = run("settle", *words)
        assert (status, out) == (2, "")
        assert f"{option} is empty: give a value, or leave it out" in err


@pytest.mark.parametrize("words", [("settle", ""), ("explain", ""), ("settle", "a\0b"), ("schemes", "")])
def test_an_argument_that_is_empty_or_holds_nul_is_wrong_usage(run: Run, words: tuple[str, ...]) -> None:
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert "an argument" in err
