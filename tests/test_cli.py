"""The command line shows what an analyst needs, and refuses bad input in words."""

from __future__ import annotations

import importlib
import os
import shlex
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest

from bcf_payments.cli import commands
from bcf_payments.cli.layout import table
from bcf_payments.errors import PROBLEM_COLUMNS
from bcf_payments.examples import NOTICES, load_example
from bcf_payments.files import write_tables
from bcf_payments.schemes import Scheme, available_schemes, load_scheme
from bcf_payments.settlement import settle
from bcf_payments.words import Column, pounds
from bcf_payments.workbook import write_template

from .programs import ran
from .samples import settled

WIDTH = 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_tables(load_example("two_waves")._asdict(), tmp_path / "input", notices=())
    return tmp_path / "input"


Run = Callable[..., tuple[int, str, str]]


def words(text: str) -> str:
    """Text without its line breaks, to look for sentences in."""
    return " ".join(text.split())


def wave_of_one_line(scheme: Scheme, wave: str) -> bool:
    return sum(slot.wave == wave for slot in scheme.lines) == 1


# What settle shows


@pytest.mark.parametrize("scheme", available_schemes())
def test_the_screen_fits_into_100_columns(run: Run, scheme: str) -> None:
    for through in ((), ("--through", load_scheme(scheme).wave_names[0])):
        status, out, err = run("settle", "--scheme", scheme, *through)
        assert (status, err) == (0, "")
        assert max(map(len, out.splitlines())) <= WIDTH


@pytest.mark.parametrize("scheme", available_schemes())
def test_the_screen_shows_the_money_of_every_line_wave_and_the_nation_to_the_penny(
    run: Run, scheme: str
) -> None:
    settlement = settled(scheme)
    rows = [line.split() for line in run("settle", "--scheme", scheme)[1].splitlines()]
    columns = ["entitlement_pence", "earned_pence", "withheld_pence"]
    if settlement.payments["caught_up_pence"].any():
        columns.insert(2, "caught_up_pence")
    expected = [("Total", settlement.summary("nation").loc[0])]
    expected += [(row["wave"], row) for _, row in settlement.summary("wave").iterrows()]
    expected += [
        (row["line"], row)
        for _, row in settlement.summary("line").iterrows()
        if not wave_of_one_line(settlement.scheme, row["wave"])
    ]
    for label, row in expected:
        assert any(line[: len(columns) + 1] == [label, *(pounds(row[c]) for c in columns)] for line in rows)


def test_the_screen_says_why_money_is_held_back(run: Run) -> None:
    payments = settled("october_2013").payments
    out = run("settle")[1]
    for reason, amount in payments.groupby("held_reason")["withheld_pence"].sum().items():
        assert reason == "" or pounds(amount) in out


def test_the_screen_says_how_many_areas_met_their_targets(run: Run) -> None:
    settlement = settled("october_2013")
    rows = [line.split() for line in run("settle")[1].splitlines()]
    for row in settlement.summary("line").to_dict("records"):
        counts = [str(row[status]) for status in ("met", "partly_met", "not_met", "missing")]
        assert row["line"] == "conditions" or [row["line"], *counts] in rows


def test_the_screen_shows_the_fund_by_component_and_what_was_announced(run: Run) -> None:
    out = run("settle", "--scheme", "july_2014")[1]
    allocations = settled("july_2014").allocations
    for amount in allocations.groupby("component")["amount_pence"].sum():
        assert pounds(amount) in out
    assert "£3,784,000,000.00" in out
    assert "Announced as £3,800,000,000.00." in out
    assert "Announced" not in run("settle")[1]


def test_the_screen_says_how_much_of_the_scheme_is_assumed(run: Run) -> None:
    out = words(run("settle")[1])
    bases = [rule.basis for _, rule in load_scheme("october_2013").cited()]
    for basis in ("stated", "derived", "assumed"):
        assert f"{bases.count(basis)} {basis}" in out
    assert "stated for £1,000,000,000.00, derived for £2,800,000,000.00" in out
    assert "assumed for £3,800,000,000.00" in out


def test_the_screen_says_which_input_and_what_missing_means_and_that_both_are_defaults(run: Run) -> None:
    out = words(run("settle")[1])
    assert "the embedded example two_waves, as no INPUT was given" in out
    assert "--on-missing withhold, the default for an example" in out
    assert words(" ".join(NOTICES)) in out


def test_the_screen_counts_missing_lines_and_names_their_areas(run: Run) -> None:
    out = words(run("settle")[1])
    assert "13 of 1,208 lines, in 7 areas" in out
    assert "Birmingham, Solihull, Staffordshire" in out
    assert "reablement 3 Bournemouth, Poole, Dorset" in out
    assert "user_experience 1 City of London" in out
    december = words(run("settle", "--scheme", "december_2013")[1])
    assert "wave_2 local 151 all areas" in december


def test_many_areas_with_missing_lines_are_counted_after_the_first_ten(run: Run, folder: Path) -> None:
    outcomes = load_example("two_waves").outcomes
    outcomes = outcomes[(outcomes["metric"] != "reablement") | (outcomes["area_code"] > "E06000020")]
    write_tables({"outcomes": outcomes}, folder)
    out = words(run("settle", folder, "--on-missing", "withhold")[1])
    assert "York" in out
    assert "and 13 more" in out


def test_the_screen_counts_reviews_and_what_they_would_be_at_other_triggers(run: Run) -> None:
    settlement = settled("december_2013")
    out = words(run("settle", "--scheme", "december_2013")[1])
    assert f"{settlement.reviews['review_id'].nunique()} reviews" in out
    assert "wave_1 recovery plan" in out
    assert "wave_2 contingency plan" in out
    at = [settlement.reviews_at(trigger) for trigger in ("1", "0.9", "0.7")]
    assert "{} at 1, {} at 0.9, {} at 0.7".format(*at) in out


def test_a_scheme_without_reviews_shows_none(run: Run) -> None:
    assert "Reviews" not in run("settle", "--scheme", "july_2014")[1]


def test_the_screen_ranks_areas_by_what_is_held_back_less_what_was_caught_up(run: Run) -> None:
    settlement = settled("july_2014")
    areas = settlement.summary("area").merge(settlement.areas)
    net = (areas["withheld_pence"] - areas["caught_up_pence"]).sort_values(ascending=False)
    lines = run("settle", "--scheme", "july_2014")[1].partition("Areas with most held back")[2].splitlines()
    shown = [line for line in lines if "£" in line]
    expected = areas.loc[net.index[:10], "area_name"]
    assert [line.startswith(name) for line, name in zip(shown, expected, strict=True)] == [True] * 10
    assert [pounds(amount) in line for line, amount in zip(shown, net, strict=False)] == [True] * 10


def test_the_regions_add_up_to_the_nation(run: Run) -> None:
    settlement = settled("october_2013")
    regions = run("settle")[1].partition("\nRegions\n")[2].partition("\n\n")[0]
    for column in ("entitlement_pence", "earned_pence", "withheld_pence"):
        for amount in [*settlement.summary("region")[column], settlement.summary()[column].sum()]:
            assert pounds(amount) in regions


def test_through_a_wave_shows_what_is_not_due(run: Run) -> None:
    out = run("settle", "--through", "wave_1")[1]
    assert "wave_1: 1 of 2 payment points due" in out
    assert "not yet due" in out
    assert "Entitlement = earned + held back + not yet due." in out


def test_warnings_are_grouped_by_reason_with_a_few_examples(run: Run, folder: Path) -> None:
    plans = load_example("p4p_2015_16").plans
    plans["target_numerator"] = plans["baseline_numerator"] - plans.index % 7
    p4p = load_example("p4p_2015_16")._replace(plans=plans)
    write_tables(p4p._asdict(), folder)
    settlement = settle(*p4p, "july_2014", on_missing="withhold")
    counts = settlement.warnings["reason"].value_counts()
    assert counts.max() > 3
    arguments = (folder, "--scheme", "july_2014", "--on-missing", "withhold")
    for command in ("settle", "validate"):
        out = run(command, *arguments)[1]
        for reason, count in counts.items():
            assert f"{reason}: {count:,}" in out
        assert f"... and {counts.max() - 3:,} more" in out


def test_an_input_of_ones_own_is_settled_like_the_example(run: Run, folder: Path) -> None:
    status, out, _ = run("settle", folder, "--on-missing", "withhold", "--verify")
    assert status == 0
    assert str(folder) in out
    assert "--on-missing withhold, as asked" in words(out)
    assert "the slow reference gives the same figures" in words(out)
    assert "Illustration" not in out
    assert pounds(settled("october_2013").summary()["earned_pence"].sum()) in out


def test_a_copy_of_the_example_still_says_that_it_is_an_illustration(run: Run, tmp_path: Path) -> None:
    write_tables(load_example("two_waves")._asdict(), tmp_path)
    status, out, _ = run("settle", tmp_path, "--on-missing", "withhold")
    assert status == 0
    assert "Illustration" in out


def test_missing_rows_of_ones_own_input_are_refused_unless_asked_otherwise(run: Run, folder: Path) -> None:
    status, out, err = run("settle", folder)
    assert (status, out) == (1, "")
    assert "The input is refused: 13 problems." in err
    assert "outcomes: missing_row" in err
    assert "E10000028  wave_1  emergency_admissions" in err


def test_an_example_brings_its_own_scheme(run: Run) -> None:
    assert run("settle", "--example", "p4p_2015_16")[1].startswith("Settlement under july_2014")
    assert run("settle", "--example", "two_waves")[1].startswith("Settlement under october_2013")
    december = run("settle", "--example", "two_waves", "--scheme", "december_2013")[1]
    assert december.startswith("Settlement under december_2013")


def test_a_table_that_is_too_wide_drops_what_it_can_spare_and_goes_on_below() -> None:
    key = Column("line", ["wave_1"], kind="text")
    money = [Column(f"money {number}", ["£100,000,000,000,000.00"]) for number in range(5)]
    text = table(key, *money, Column("share", ["50%"], spare=True))
    assert max(map(len, text.splitlines())) <= WIDTH
    assert text.count("wave_1") == 2
    assert text.count("£100,000,000,000,000.00") == 5
    assert "50%" not in text


# Files


def test_out_writes_the_tables_with_their_notices_and_says_so(run: Run, tmp_path: Path) -> None:
    out = run("settle", "--out", tmp_path / "results")[1]
    names = [
        "allocations.csv",
        "assessments.csv",
        "payments.csv",
        "reviews.csv",
        "ledger.csv",
        "reconciliation.csv",
        "releases.csv",
        "warnings.csv",
        "NOTICE.txt",
        "README.txt",
        "provenance.json",
    ]
    assert sorted(file.name for file in (tmp_path / "results").iterdir()) == sorted(names)
    assert all(str(tmp_path / "results" / name) in out for name in names)
    payments = pd.read_csv(tmp_path / "results" / "payments.csv")
    assert payments["entitlement_pence"].sum() == 1_000_000_000_00
    written = pd.read_csv(tmp_path / "results" / "payments.csv", keep_default_na=False)
    told = written.drop(columns="area_name")
    pd.testing.assert_frame_equal(told, settled("october_2013").payments, check_dtype=False)


@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_the_same_input_is_written_byte_by_byte_the_same(run: Run, tmp_path: Path, file_format: str) -> None:
    if file_format == "parquet":
        pytest.importorskip("pyarrow")
    for folder in ("one", "two"):
        run("settle", "--scheme", "july_2014", "--format", file_format, "--out", tmp_path / folder)
    names = sorted(file.name for file in (tmp_path / "one").iterdir())
    assert names == sorted(file.name for file in (tmp_path / "two").iterdir())
    assert all((tmp_path / "one" / n).read_bytes() == (tmp_path / "two" / n).read_bytes() for n in names)


def test_decisions_say_where_money_that_was_held_back_goes(run: Run, tmp_path: Path) -> None:
    decisions = tmp_path / "decisions.csv"
    heading = "area_code,wave,line,hwb_agrees,nhs_england_agrees,peer_reviewer_agrees\n"
    decisions.write_text(f"{heading}E06000001,wave_1,delayed_transfers,yes,no,1\n")
    status, out, err = run("settle", "--decisions", decisions, "--out", tmp_path / "results")
    assert (status, err) == (0, "")
    releases = pd.read_csv(tmp_path / "results" / "releases.csv")
    assert releases["destination"].value_counts()["retained_in_area"] == 1
    assert "retained in area" in out
    assert "awaiting decision" in out
    decisions.write_text(f"{heading}E06000001,wave_1,conditions,yes,no,1\n")
    status, out, err = run("settle", "--decisions", decisions, "--out", tmp_path / "refused")
    assert (status, out) == (1, "")
    assert "triggered no review" in err
    assert not (tmp_path / "refused").exists()


@pytest.mark.parametrize(("file_format", "module"), [("xlsx", "xlsxwriter"), ("parquet", "pyarrow")])
def test_out_writes_other_formats_or_names_the_package_that_they_need(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file_format: str, module: str
) -> None:
    present = importlib.import_module

    def without(name: str, package: str | None = None) -> object:
        if name.partition(".")[0] == module:
            raise ImportError(name)
        return present(name, package)

    monkeypatch.setattr(importlib, "import_module", without)
    status, out, err = run("settle", "--out", tmp_path / "results", "--format", file_format)
    assert (status, out) == (1, "")
    assert 'pip install "bcf-payments[' in err
    monkeypatch.undo()
    pytest.importorskip(module)
    status, out, _ = run("settle", "--out", tmp_path / "results", "--format", file_format)
    assert status == 0
    assert f".{file_format}" in out


def test_a_comparison_as_a_workbook_bears_its_own_name(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    out = ("--out", tmp_path, "--format", "xlsx")
    assert run("compare", "october_2013", "december_2013", *out)[0] == 0
    assert [file.name for file in tmp_path.iterdir()] == ["comparison.xlsx"]


def test_a_template_is_written_and_never_overwritten(run: Run, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    areas, file = tmp_path / "areas.csv", tmp_path / "return.xlsx"
    areas.write_text("area_code,area_name,region\nE06000001,Hartlepool,North East\n")
    options = ("--scheme", "july_2014", "--areas", areas)
    status, out, _ = run("template", file, *options)
    assert status == 0
    assert f"settle {shlex.quote(str(file))} --out DIR" in " ".join(out.split())
    written = file.read_bytes()
    status, out, err = run("template", file, *options)
    assert (status, out) == (1, "")
    assert "may be filled in" in err
    assert file.read_bytes() == written
    status, _, err = run("validate", file, "--scheme", "july_2014")
    assert status == 1
    assert "plans: missing_row" in err
    assert run("template", tmp_path / "return.xls")[0] == 2
    _, out, _ = run(
        "template", tmp_path / "alone.xlsx", "--scheme", "july_2014", "--only", "Leeds", "North East"
    )
    assert "--only Leeds 'North East' --out DIR" in " ".join(out.split())


def test_a_folder_that_cannot_be_written_is_said_in_a_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    for arguments in (
        ("settle", "--out", tmp_path / "taken"),
        ("settle", "--problems", tmp_path / "taken" / "problems.csv"),
        ("settle", tmp_path / "nowhere", "--problems", tmp_path / "taken" / "problems.csv"),
    ):
        status, out, err = run(*arguments)
        assert (status, out) == (1, "")
        assert f"{tmp_path / 'taken'}: " in err.splitlines()[-1]


# Bad input


def rewrite(table: str, change: Callable[[str], str], encoding: str = "utf-8") -> Callable[[Path], object]:
    def spoil(folder: Path) -> object:
        file = folder / f"{table}.csv"
        text = change(file.read_text(encoding="utf-8"))
        return file.write_bytes(text.encode(encoding))

    return spoil


def replace_file(table: str, data: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder / f"{table}.csv").write_bytes(data)


def make_unreadable(folder: Path) -> None:
    (folder / "plans.csv").unlink()
    (folder / "plans.csv").mkdir()


def remove_tables(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


BAD_INPUTS: dict[str, tuple[Callable[[Path], object], Sequence[str]]] = {
    "an unreadable file": (make_unreadable, ["plans", "unreadable_file", "plans.csv"]),
    "a folder without the tables": (remove_tables, ["missing_table", "areas.csv", "assurance.csv"]),
    "semicolons": (rewrite("plans", lambda text: text.replace(",", ";")), ["plans", "semicolons", "comma"]),
    "vertical bars": (rewrite("plans", lambda text: text.replace(",", "|")), ["plans", "bars", "comma"]),
    "UTF-16 without its mark": (
        rewrite("areas", str, "utf-16-le"),
        ["areas", "not a text file", "CSV UTF-8"],
    ),
    "an old code page": (
        rewrite("areas", lambda text: text.replace("Hartlepool", "Hartlepül"), "cp437"),
        ["areas", "line 2: neither UTF-8 nor Windows text", "CSV UTF-8 (comma delimited)"],
    ),
    "an empty file": (replace_file("assurance", b""), ["assurance", "an empty file"]),
    "a picture": (replace_file("areas", b"\x89PNG\r\n\x1a\n\x00\x00"), ["areas", "not a text file"]),
    "thousands separators": (
        rewrite("plans", lambda text: text.replace(",1788.0,", ',"1,788",', 1)),
        ["plans: not_a_number", "E06000001", "baseline_numerator", "1,788", "thousands separators", "1788"],
    ),
    "thousands separators without quotation marks": (
        rewrite("plans", lambda text: text.replace(",1788.0,", ",1,788,", 1)),
        ["plans", "line 2", "9 cells"],
    ),
    "percent signs": (
        rewrite("outcomes", lambda text: text.replace(",2563.0,", ",77%,")),
        ["outcomes: not_a_number", "E06000001", "outcome_numerator", "77%", "percent sign"],
    ),
    "a word for a number": (
        rewrite("outcomes", lambda text: text.replace(",2563.0,", ",unknown,")),
        ["outcomes: not_a_number", "unknown"],
    ),
    "a negative number": (
        rewrite("outcomes", lambda text: text.replace(",2563.0,", ",-2563,")),
        ["outcomes: out_of_range", "-2563"],
    ),
    "a bad code": (
        rewrite("areas", lambda text: text.replace("E06000001", "Hartlepool")),
        ["areas: bad_code"],
    ),
    "an area that is not in areas": (
        rewrite("areas", lambda text: text.replace("E06000001", "E06000999")),
        ["plans: unknown_area", "outcomes: unknown_area", "assurance: unknown_area", "E06000001"],
    ),
    "a row that stands twice": (
        rewrite("areas", lambda text: text + text.splitlines()[-1] + "\n"),
        ["areas: duplicate_row", "E10000034"],
    ),
    "a heading that stands twice": (
        rewrite("areas", lambda text: text.replace("region_code", "region", 1)),
        ["areas: unreadable_file", "region"],
    ),
    "a column that is missing": (
        rewrite("plans", lambda text: text.replace("baseline_numerator", "baseline_nmerator", 1)),
        ["plans: missing_column", "baseline_numerator", "baseline_nmerator"],
    ),
    "an unknown wave": (
        rewrite("plans", lambda text: text.replace("wave_1", "wav_1", 1)),
        ["plans: unknown_value", "wav_1", "did you mean wave_1?"],
    ),
    "an unknown status": (
        rewrite("assurance", lambda text: text.replace("signed_off", "signed", 1)),
        ["assurance: unknown_value", "plan_status", "signed_off"],
    ),
}


@pytest.mark.parametrize("kind", BAD_INPUTS)
def test_bad_input_is_refused_with_a_table_on_standard_error(run: Run, folder: Path, kind: str) -> None:
    spoil, sentences = BAD_INPUTS[kind]
    spoil(folder)
    for command in ("settle", "validate"):
        status, out, err = run(command, folder, "--on-missing", "withhold")
        assert (status, out) == (1, "")
        assert "The input is refused" in err
        assert "Traceback" not in err
        assert all(sentence in words(err) for sentence in sentences)
        assert max(map(len, err.splitlines())) <= WIDTH


def test_bad_input_writes_nothing(run: Run, folder: Path, tmp_path: Path) -> None:
    assert run("settle", folder, "--out", tmp_path / "results")[0] == 1
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("spoil", "table"),
    [
        (lambda text: "\ufeff" + text, "areas"),
        (lambda text: text + "\n\n,,,,,,\n", "assurance"),
        (lambda text: text.replace("\n", "\r\n"), "plans"),
        (lambda text: text.replace("\n", ",,\n"), "outcomes"),
    ],
    ids=["a byte-order mark", "blank rows at the end", "Windows line ends", "empty columns"],
)
def test_what_spreadsheets_add_is_accepted(
    run: Run, folder: Path, spoil: Callable[[str], str], table: str
) -> None:
    expected = run("settle", folder, "--on-missing", "withhold")[1]
    rewrite(table, spoil)(folder)
    assert run("settle", folder, "--on-missing", "withhold")[1] == expected


def test_a_path_that_is_not_there_is_refused(run: Run, tmp_path: Path) -> None:
    status, _, err = run("settle", tmp_path / "nowhere")
    assert status == 1
    assert "nothing is there" in words(err)


def test_a_single_file_is_refused_with_the_advice_to_give_the_folder(run: Run, folder: Path) -> None:
    status, _, err = run("validate", folder / "areas.csv")
    assert status == 1
    assert "give the folder that holds the four tables" in words(err)


def test_more_than_fifty_problems_are_counted_and_written_into_a_file(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    rewrite("plans", lambda text: text.replace(",wave_1,", ",wave_9,"))(folder)
    file = tmp_path / "problems.csv"
    status, _, err = run("validate", folder, "--on-missing", "withhold", "--problems", file)
    problems = pd.read_csv(file, dtype=str, keep_default_na=False)
    assert status == 1
    assert list(problems) == list(PROBLEM_COLUMNS)
    assert len(problems) == 302
    assert "The input is refused: 302 problems." in err
    assert "... and 252 more" in err
    assert sum("wave_9" in line for line in err.splitlines()) == 50
    assert str(file) in err


def test_an_input_without_problems_leaves_a_file_of_headings(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "problems.csv"
    for command in ("settle", "validate"):
        file.write_text("old")
        assert run(command, "--problems", file)[0] == 0
        assert file.read_text() == ",".join(PROBLEM_COLUMNS) + "\n"


def test_control_characters_in_the_input_do_not_reach_the_terminal(run: Run, folder: Path) -> None:
    rewrite("areas", lambda text: text.replace("Birmingham", "\x1b[31mBirmingham"))(folder)
    rewrite("plans", lambda text: text.replace(",1788.0,", ",\x1b[31m1788,", 1))(folder)
    assert "\x1b" not in run("validate", folder)[2]
    rewrite("plans", lambda text: text.replace("\x1b[31m", ""))(folder)
    out = run("settle", folder, "--on-missing", "withhold")[1]
    assert "\x1b" not in out
    assert "?[31mBirmingham" in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--through", "wave_3"), "did you mean wave_2?"),
        (("--example", "two_wave"), "did you mean two_waves?"),
        (("--scheme", "october_2014"), "did you mean 'october_2013'?"),
        (("--scheme", "no/such/scheme.toml"), "cannot be read"),
    ],
)
def test_a_name_that_is_not_known_is_refused_with_the_nearest(
    run: Run, arguments: tuple[str, str], sentence: str
) -> None:
    status, out, err = run("settle", *arguments)
    assert (status, out) == (1, "")
    assert sentence in words(err)


def test_a_workbook_knows_its_scheme_and_another_is_refused(run: Run, tmp_path: Path) -> None:
    scheme = load_scheme("july_2014").replace(unit_value_pounds=2150, title="Mine")
    areas = load_example("p4p_2015_16").areas.head(2)
    file = write_template(tmp_path / "mine.xlsx", scheme, areas)
    status, out, _ = run("settle", file, "--on-missing", "withhold")
    assert status == 0
    assert "Mine" in out
    assert "the sheet scheme of the workbook has them" in words(out)
    (tmp_path / "same.toml").write_text(scheme.to_toml())
    assert run("validate", file, "--on-missing", "withhold", "--scheme", tmp_path / "same.toml")[0] == 0
    status, _, err = run("validate", file, "--on-missing", "withhold", "--scheme", "july_2014")
    assert status == 1
    assert "leave --scheme out, or take the sheet scheme out of the workbook" in words(err)
    assert run("compare", "july_2014", tmp_path / "same.toml", file, "--on-missing", "withhold")[0] == 0


def test_the_faults_of_a_scheme_are_listed_and_written(run: Run, tmp_path: Path) -> None:
    text = load_scheme("october_2013").to_toml()
    own = tmp_path / "own.toml"
    own.write_text(text.replace('"1/8"', '"1/7"').replace('"0", "0"', '"0", "2"', 1), encoding="utf-8")
    status, _, err = run("settle", "--scheme", own, "--problems", tmp_path / "problems.csv")
    assert status == 1
    assert "3 faults" in err
    assert "curves.proportional" in err
    assert "add up to" in words(err)
    assert list(pd.read_csv(tmp_path / "problems.csv")) == ["where", "fault"]


def test_a_scheme_without_an_example_needs_an_input(run: Run, folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    text = load_scheme("october_2013").to_toml()
    own.write_text(
        text.replace('example = "two_waves"\n', "").replace("october_2013", "own"), encoding="utf-8"
    )
    status, _, err = run("settle", "--scheme", own)
    assert status == 1
    assert "give INPUT, or --example" in words(err)
    status, out, _ = run("settle", folder, "--scheme", own, "--on-missing", "withhold")
    assert status == 0
    assert out.startswith("Settlement under own")


# Usage


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("pay",),
        ("settle", "folder", "--example", "two_waves"),
        ("settle", "--on-missing", "ignore"),
        ("settle", "--format", "ods"),
        ("settle", "--problems", "problems.txt"),
        ("settle", "--form", "csv"),
        ("validate", "--out", "folder"),
        ("schemes", "--toml"),
        ("settle", "--format", "csv"),
    ],
)
def test_wrong_usage_has_status_2(run: Run, arguments: tuple[str, ...]) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert "usage: bcf-payments" in err


def test_help_and_version_have_status_0(run: Run) -> None:
    status, out, _ = run("--help")
    assert status == 0
    assert "not the Local Government Finance Settlement" in words(out)
    assert max(map(len, out.splitlines())) <= WIDTH
    status, out, _ = run("--version")
    assert status == 0
    assert out.startswith("bcf-payments ")


def test_validate_says_that_the_example_has_no_problem(run: Run) -> None:
    status, out, err = run("validate", "--scheme", "december_2013")
    assert (status, err) == (0, "")
    assert out.startswith("No problems in the input")
    assert NOTICES[0] in words(out)


# Schemes


def test_schemes_lists_fund_announcement_days_and_bases(run: Run) -> None:
    out = words(run("schemes")[1])
    for name in available_schemes():
        scheme = load_scheme(name)
        assert f"{name} {'=' * len(name)} Title {scheme.title} Fund {pounds(scheme.fund_pence)}" in out
        assert all(f"{wave.payment_date.value} ({wave.name})" in out for wave in scheme.waves)
        bases = [rule.basis for _, rule in scheme.cited()]
        assert f"{len(bases)}: {bases.count('stated')} stated" in out
    assert out.count("announced as £3,800,000,000.00") == 2


@pytest.mark.parametrize("name", available_schemes())
def test_a_scheme_is_shown_rule_by_rule_with_source_and_basis(run: Run, name: str) -> None:
    scheme = load_scheme(name)
    out = run("schemes", name)[1]
    assert max(map(len, out.splitlines())) <= WIDTH
    rows = [line.split() for line in out.splitlines()]
    shown = [row for row in rows if {"stated", "derived", "assumed"} & set(row[1:5]) and row[0] != "Rules"]
    shown = [row for row in shown if row[0] not in {"Basis:", "to"}]
    assert len(shown) == len(scheme.cited())
    for _, rule in scheme.cited():
        assert any(" ".join([rule.basis, ", ".join(rule.source)]) in " ".join(row) for row in shown)


def test_a_scheme_is_printed_as_a_file_that_loads_again(run: Run, tmp_path: Path) -> None:
    for name in available_schemes():
        own = tmp_path / f"{name}.toml"
        own.write_text(run("schemes", name, "--toml")[1], encoding="utf-8")
        assert load_scheme(own) == load_scheme(name)
        assert run("schemes", own)[1] == run("schemes", name)[1]


# The process


def test_python_m_is_the_same_command() -> None:
    command = [sys.executable, "-m", "bcf_payments", "schemes"]
    done = ran(command)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("october_2013")


def test_a_reader_that_stops_reading_is_no_error() -> None:
    command = [sys.executable, "-m", "bcf_payments", "schemes", "december_2013"]
    read, write = os.pipe()
    os.close(read)
    done = ran(command, stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_without_the_pound_sign_gets_a_question_mark() -> None:
    command = [sys.executable, "-m", "bcf_payments", "schemes"]
    ascii_only = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = ran(command, env=ascii_only)
    assert done.returncode == 0
    assert "?3,800,000,000.00" in done.stdout


def test_ctrl_c_ends_with_a_word(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(commands.COMMANDS, "schemes", lambda _: signal.raise_signal(signal.SIGINT))
    status, out, err = run("schemes")
    assert (status, out, err) == (130, "", "interrupted\n")
