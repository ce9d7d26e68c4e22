"""The reviews that are written are ready to be filled in, and what is filled in is read back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

import bcf_payments as bcf

from .samples import settled

Run = Callable[..., tuple[int, str, str]]

AGREEMENTS = ("hwb_agrees", "nhs_england_agrees", "peer_reviewer_agrees")
AREAS = ("E06000001", "E08000035", "E10000012")
ANSWERS = (("yes", "yes", "yes"), ("yes", "no", "yes"), ("yes", "", ""))


@pytest.fixture
def written(tmp_path: Path) -> tuple[bcf.Settlement, Path]:
    settlement = settled("december_2013", AREAS)
    bcf.write_tables(settlement.tables._asdict(), tmp_path / "in")
    settlement.write(tmp_path / "out")
    settlement.write(tmp_path / "out", file_format="xlsx")
    return settlement, tmp_path


def fill_in_csv(file: Path) -> None:
    reviews = pd.read_csv(file, dtype=str)
    assert reviews[list(AGREEMENTS)].isna().all(axis=None)
    reviews.loc[: len(ANSWERS) - 1, list(AGREEMENTS)] = ANSWERS
    reviews.to_csv(file, index=False)


def fill_in_sheet(file: Path) -> None:
    book = openpyxl.load_workbook(file)
    sheet = book["reviews"]
    heads = [cell.value for cell in sheet[1]]
    for row, answers in enumerate(ANSWERS, start=2):
        for name, answer in zip(AGREEMENTS, answers, strict=True):
            sheet.cell(row, heads.index(name) + 1).value = answer
    book.save(file)


@pytest.mark.parametrize(
    ("name", "fill_in"), [("reviews.csv", fill_in_csv), ("settlement.xlsx", fill_in_sheet)]
)
def test_what_is_filled_in_is_read_back(
    written: tuple[bcf.Settlement, Path], run: Run, name: str, fill_in: Callable[[Path], None]
) -> None:
    settlement, folder = written
    fill_in(folder / "out" / name)
    given = [folder / "in", "--scheme", "december_2013", "--on-missing", "withhold"]
    filled = folder / "out" / name
    status, _, err = run("settle", *given, "--decisions", filled, "--out", folder / "then")
    assert (status, err) == (0, "")
    key = ["area_code", "wave", "line"]
    decided = settlement.reviews[key].head(3)
    decided[list(AGREEMENTS)] = ANSWERS
    releases = pd.read_csv(folder / "then" / "releases.csv").drop(columns="area_name")
    pd.testing.assert_frame_equal(releases, settlement.resolve(decided).releases, check_dtype=False)
    again = pd.read_csv(folder / "then" / "reviews.csv", dtype=str, keep_default_na=False)
    assert again[list(AGREEMENTS)].head(3).to_numpy().tolist() == [list(answers) for answers in ANSWERS]


def test_the_reviews_of_a_file_can_be_given_to_resolve(written: tuple[bcf.Settlement, Path]) -> None:
    settlement, folder = written
    fill_in_csv(folder / "out" / "reviews.csv")
    resolved = settlement.resolve(pd.read_csv(folder / "out" / "reviews.csv"))
    assert set(resolved.releases["destination"]) > {"awaiting_decision", "recovery_plan"}


def test_the_sheet_offers_yes_and_no(written: tuple[bcf.Settlement, Path]) -> None:
    sheet = openpyxl.load_workbook(written[1] / "out" / "settlement.xlsx")["reviews"]
    heads = [cell.value for cell in sheet[1]]
    offered = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    letters = [openpyxl.utils.get_column_letter(heads.index(name) + 1) for name in AGREEMENTS]
    assert offered == {f"{letter}2:{letter}{sheet.max_row}": '"yes,no"' for letter in letters}
    assert not sheet[f"{letters[0]}2"].protection.locked


def test_a_workbook_without_reviews_is_refused_as_decisions(
    written: tuple[bcf.Settlement, Path], run: Run
) -> None:
    bcf.write_template(written[1] / "template.xlsx", "december_2013")
    status, out, err = run("settle", "--scheme", "december_2013", "--decisions", written[1] / "template.xlsx")
    assert (status, out) == (1, "")
    assert "sheet reviews" in err
