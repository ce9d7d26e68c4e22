"""The sums done by hand come out to the penny, and a wrong one would be noticed."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import bcf_payments as bcf
from bcf_payments import cli
from bcf_payments.schemes.parts import Model
from bcf_payments.studies import worked_example as model
from bcf_payments.studies.check import KEYS

FOLDER = Path(__file__).parents[1] / "docs" / "worked_examples"
FILES = sorted(FOLDER.glob("*.toml"))
FACTS = (
    *("A5", "A6", "A9", "A12", "A13", "A14", "A15"),
    *("B1", "B3", "B5", "B6", "B7", "B8"),
    *("C1", "C2", "C3", "C4", "C5", "C6", "C8", "C9", "C10", "C11"),
    *("G1", "G2", "G3", "G4", "G5", "G6"),
)

SMALL = """
name = "small"
title = "A third"
source = { document = "made up", facts = ["A14"] }
working = "A third of £120 is £40."
scheme = "october_2013"
changes = { pot__amount_pounds = 960 }
through = "wave_1"
on_missing = "withhold"
areas = [{ area_code = "E06990001" }]
performance = [
    { wave = "wave_1", metric = "delayed_transfers", baseline = 400, target = 370, outcome = 390 },
]
[expected]
lines = [{ wave = "wave_1", line = "delayed_transfers", earned = "£40.00" }]
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the small example, with some of its text replaced."""

    def file(*changes: tuple[str, str]) -> Path:
        text = SMALL
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "small.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return file


def faults(path: Path) -> list[tuple[str, str]]:
    with pytest.raises(bcf.WorkedExampleError) as caught:
        bcf.load_worked_example(path)
    assert caught.value.problems["fault"].tolist() == [fault for _, fault in caught.value.faults]
    return list(caught.value.faults)


# The files


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_figure_of_a_worked_example_comes_out(file: Path) -> None:
    example = bcf.load_worked_example(file)
    assert example.name == file.stem
    assert bcf.check_worked_example(example).to_dict("records") == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_figure_of_a_worked_example_is_compared(file: Path) -> None:
    example = bcf.load_worked_example(file)
    sections = ("lines", "allocations", "totals", "reviews", "releases")
    wrong = {name: tuple(map(spoilt, getattr(example.expected, name) or ())) for name in sections}
    figures = sum(len(figures_of(row)) for rows in wrong.values() for row in rows)
    warnings = () if example.expected.warnings is None else ("another",)
    update = {name: rows for name, rows in wrong.items() if rows} | {"warnings": warnings or None}
    differences = bcf.check_worked_example(
        example.model_copy(update={"expected": example.expected.model_copy(update=update)})
    )
    assert len(differences) == figures + len(warnings) > 0
    assert (differences["expected"] != differences["found"]).all()


def figures_of(row: Any) -> dict[str, Any]:
    return {name: value for name, value in row if name not in KEYS and value is not None}


def spoilt(row: Any) -> Any:
    """The row with every figure wrong: money by a penny, numbers by one, texts altogether."""
    return row.model_copy(update={name: other(value) for name, value in figures_of(row).items()})


def other(value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, Fraction)):
        return value + 1
    return f"{value}?"


def test_the_files_show_every_fact_that_decides_money() -> None:
    shown = {fact for file in FILES for fact in bcf.load_worked_example(file).source.facts}
    assert set(FACTS) <= shown
    assert all(re.fullmatch(r"[ABCFGN]\d+", fact) for fact in shown)


def test_each_scheme_has_examples() -> None:
    schemes = {bcf.load_worked_example(file).scheme.name for file in FILES}
    others = {path.stem for path in (FOLDER.parent / "schemes_of_others").glob("*.toml")}
    own = {"winter_vaccination", "childrens_services", "public_health"} | others
    assert schemes == {*bcf.available_schemes(), *own}


def test_the_example_in_the_readme_comes_out(tmp_path: Path) -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    path = tmp_path / "a_third.toml"
    path.write_text(re.findall(r"```toml\n(.*?)```", readme, re.DOTALL)[0], encoding="utf-8")
    assert bcf.check_worked_example(bcf.load_worked_example(path)).empty


def test_the_readme_names_every_field() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    kinds = [kind for kind in vars(model).values() if isinstance(kind, type) and issubclass(kind, Model)]
    fields = {field for kind in kinds if kind.__module__ == model.__name__ for field in kind.model_fields}
    named = {word for span in re.findall(r"`([^`\n]+)`", readme) for word in re.findall(r"\w+", span)}
    assert fields - named == set()


# What is noticed


def test_a_wrong_figure_is_a_difference_in_pounds(write: Write) -> None:
    example = bcf.load_worked_example(write(("£40.00", "£1,040.01")))
    assert bcf.check_worked_example(example).to_dict("records") == [
        {
            "where": "E06990001 wave_1 delayed_transfers: earned",
            "expected": "£1,040.01",
            "found": "£40.00",
        }
    ]


def test_reviews_that_are_given_are_all_there_may_be(write: Write) -> None:
    example = bcf.load_worked_example(write(("[expected]", "[expected]\nreviews = []")))
    assert bcf.check_worked_example(example)[["expected", "found"]].to_numpy().tolist() == [
        ["none", "peer_review"],
        ["none", "£80.00"],
    ]


def test_a_review_that_does_not_follow_is_a_difference(write: Write) -> None:
    review = 'reviews = [{ wave = "wave_1", line = "emergency_admissions", action = "peer_review" }]'
    example = bcf.load_worked_example(write(("[expected]", f"[expected]\n{review}")))
    assert bcf.check_worked_example(example).loc[0].tolist() == [
        "E06990001 wave_1 emergency_admissions: action",
        "peer_review",
        "none",
    ]


def test_inputs_that_settle_refuses_are_refused(write: Write) -> None:
    example = bcf.load_worked_example(write(("withhold", "raise")))
    with pytest.raises(bcf.InputError, match="missing_row"):
        bcf.check_worked_example(example)


def test_all_faults_of_a_file_come_at_once(write: Write) -> None:
    path = write(
        ('title = "A third"', 'titel = "A third"'),
        ("outcome = 390", 'outcome = "many", colour = 3'),
        ('"£40.00"', "40"),
        ("pot__amount_pounds", "pot__amount_pound"),
    )
    found = dict(faults(path))
    assert set(found) == {
        "changes, pot__amount_pound",
        "expected, lines, row 1, earned",
        "performance, row 1, colour",
        "performance, row 1, outcome",
        "titel",
        "title",
    }
    assert "did you mean 'pot__amount_pounds'" in found["changes, pot__amount_pound"]
    assert found["titel"] == "nothing of this name is known here (given: 'A third')"


@pytest.mark.parametrize("money", ["40", "40.00", "£40.1", "£1,04.00", "1040 pounds", "£", "$40.00", "£4e3"])
def test_money_that_is_not_written_as_pounds_is_a_fault(write: Write, money: str) -> None:
    assert faults(write(("£40.00", money))) == [
        (
            "expected, lines, row 1, earned",
            f'write pounds in quotation marks, such as "£1,234.56" or "£500" (given: {money!r})',
        )
    ]


@pytest.mark.parametrize(
    ("money", "pence"), [("£500", 50000), ("£1,234.56", 123456), ("£1234.56", 123456), ("-£0.05", -5)]
)
def test_money_is_read_as_pounds(write: Write, money: str, pence: int) -> None:
    assert bcf.load_worked_example(write(("£40.00", money))).expected.lines[0].earned == pence


@pytest.mark.parametrize(
    ("old", "new", "where", "fault"),
    [
        ('metric = "delayed_transfers"', 'metric = "delayed_transfer"', "performance, row 1", "metric"),
        ('line = "delayed_transfers"', 'line = "reablement"', "expected, lines, row 1", "line of wave_1"),
        ('lines = [{ wave = "wave_1"', 'lines = [{ wave = "wave_3"', "expected, lines, row 1", "wave"),
        ('through = "wave_1"', 'through = "wave_9"', "through", "wave"),
        (
            'performance = [\n    { wave',
            'performance = [\n    { area_code = "E06990009", wave',
            "performance, row 1",
            "area",
        ),
        (
            '"E06990001" }',
            '"E06990001", weights = { nhs_wait = 1 } }',
            "areas, row 1",
            "column of weights",
        ),
        (
            "[expected]",
            'assurance = [{ not_met = ["seven_day_service"] }]\n[expected]',
            "assurance, row 1",
            "condition",
        ),
        (
            "[expected]",
            '[expected]\nallocations = [{ component = "formular", amount = "£1" }]',
            "expected, allocations, row 1",
            "component",
        ),
    ],
)  # fmt: skip
def test_a_name_that_nothing_bears_is_a_fault(
    write: Write, old: str, new: str, where: str, fault: str
) -> None:
    ((place, sentence),) = faults(write((old, new)))
    assert place == where
    assert sentence.startswith(f"unknown {fault} ")


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("areas = [{", "areas = [3, {", "areas, row 1"),
        ('[{ area_code = "E06990001" }]', "[]", "areas"),
        (", outcome = 390", "", None),
        (", baseline = 400, target = 370, outcome = 390", "", "performance, row 1"),
        ("baseline = 400, ", "", "performance, row 1"),
        ("outcome = 390", "outcome = nan", "performance, row 1, outcome"),
        ('lines = [{ wave = "wave_1", line = "delayed_transfers", earned = "£40.00" }]', "", "expected"),
        ('"october_2013"', '"november_2013"', "scheme"),
        ('"october_2013"', '"nowhere.toml"', "scheme"),
        ('"october_2013"', "3", "scheme"),
        ('scheme = "october_2013"', "", "scheme"),
        ("changes = { pot__amount_pounds = 960 }", "changes = 3", "scheme"),
        ("changes = { pot__amount_pounds = 960 }", "changes = { self = 3 }", "changes, self"),
        ('name = "small"', "name = ", ""),
        ('facts = ["A14"]', "facts = []", "source, facts"),
        ('through = "wave_1"', "through = 1", "through"),
        ('{ wave = "wave_1", metric', '{ wave = ["wave_1"], metric', "performance, row 1, wave"),
    ],
)
def test_whatever_is_wrong_is_a_fault_with_its_place(
    write: Write, old: str, new: str, where: str | None
) -> None:
    path = write((old, new))
    if where is None:
        assert bcf.load_worked_example(path).performance[0].outcome is None
    else:
        assert [place for place, _ in faults(path) if not place.endswith(", area_code")] == [where]


def test_a_missing_file_cannot_be_read(tmp_path: Path) -> None:
    ((where, fault),) = faults(tmp_path / "nowhere.toml")
    assert (where, fault.partition(":")[0]) == ("", "cannot be read")
    assert issubclass(bcf.WorkedExampleError, (bcf.BcfError, ValueError))


def test_an_area_must_be_named_where_there_are_two(write: Write) -> None:
    path = write(
        ('[{ area_code = "E06990001" }]', '[{ area_code = "E06990001" }, { area_code = "E06990002" }]')
    )
    assert dict(faults(path)) == {
        "performance, row 1, area_code": "is missing: fill it in",
        "expected, lines, row 1, area_code": "is missing: fill it in",
    }


def test_a_worked_example_cannot_be_changed_and_is_equal_to_itself(write: Write) -> None:
    example = bcf.load_worked_example(write())
    with pytest.raises(ValueError, match="frozen"):
        example.title = "another"
    assert example == bcf.load_worked_example(write())
    assert len({example, bcf.load_worked_example(write())}) == 1


# bcf-payments check


def check(capsys: pytest.CaptureFixture[str], *paths: Path) -> tuple[int, str, str]:
    status = cli.main(["check", *map(str, paths)])
    shown = capsys.readouterr()
    return status, shown.out, shown.err


def test_files_that_come_out_get_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = check(capsys, *FILES[:2])
    assert (status, err) == (0, "")
    first, second, blank, total = out.splitlines()
    assert first.endswith("  as expected")
    assert len(first) == len(second)
    assert (blank, total) == ("", "2 of 2 worked examples as expected.")


def test_a_folder_stands_for_the_files_in_it(capsys: pytest.CaptureFixture[str], write: Write) -> None:
    status, out, _ = check(capsys, write().parent)
    assert (status, out.splitlines()[-1]) == (0, "1 of 1 worked example as expected.")


def test_what_differs_is_shown_in_aligned_pounds(capsys: pytest.CaptureFixture[str], write: Write) -> None:
    path = write(("£40.00", "£1,040.01"))
    status, out, err = check(capsys, path, FILES[0])
    assert (status, err) == (1, "")
    rows = [line for line in out.splitlines() if "earned" in line]
    assert rows == ["E06990001 wave_1 delayed_transfers: earned  £1,040.01  £40.00"]
    assert "small.toml" in out
    assert "1 figure differs" in out
    assert out.splitlines()[-1] == "1 of 2 worked examples as expected."


def test_what_cannot_be_read_is_said_and_the_others_are_checked(
    capsys: pytest.CaptureFixture[str], write: Write, tmp_path: Path
) -> None:
    status, out, err = check(capsys, tmp_path / "nowhere.toml", write(("withhold", "raise")), FILES[0])
    assert status == 1
    assert out.count("refused") == 2
    assert out.splitlines()[-1] == "1 of 3 worked examples as expected."
    assert "nowhere.toml is refused: 1 fault." in err
    assert "missing_row" in err
