"""A settlement and an error as plain data, as files, and across processes."""

import copy
import json
import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import bcf_payments as bcf
from bcf_payments.cli import main
from bcf_payments.names import TABLES_OUT


def few(name: str) -> bcf.Tables:
    """The first areas of an example."""
    example = bcf.load_example(name)
    codes = example.areas["area_code"].head(4)
    return bcf.Tables(*(table[table["area_code"].isin(codes)] for table in example))


JULY = bcf.settle(*few("p4p_2015_16"), "july_2014", on_missing="withhold")
OCTOBER = bcf.settle(*few("two_waves"), through="wave_1", on_missing="withhold")
SETTLEMENTS = {"july": JULY, "october": OCTOBER, "resolved": OCTOBER.resolve()}
PLAIN = {int, float, str, bool, type(None)}


def leaves(data: Any) -> set[type]:
    """The types of everything in nested lists and dictionaries."""
    if isinstance(data, dict):
        return {str} | set().union(*map(leaves, data.values()))
    if isinstance(data, list):
        return set().union(*map(leaves, data))
    return {type(data)}


@pytest.mark.parametrize("which", SETTLEMENTS)
def test_a_settlement_goes_through_json_and_back(which):
    settlement = SETTLEMENTS[which]
    result = settlement.to_dict()
    assert json.loads(settlement.to_json()) == result
    assert leaves(result) <= PLAIN
    assert list(result) == ["format", "scheme", "options", "notices", "provenance", "tables"]
    assert result["format"] == 1
    assert result["options"]["resolved"] is settlement.is_resolved
    assert result["provenance"]["sha256"] == settlement.provenance["sha256"]
    assert result["notices"] == list(settlement.notices)


@pytest.mark.parametrize("which", SETTLEMENTS)
@pytest.mark.parametrize("name", ["areas", *TABLES_OUT])
def test_its_tables_are_those_of_the_settlement(which, name):
    table = getattr(SETTLEMENTS[which], name)
    rows = SETTLEMENTS[which].to_dict()["tables"][name]
    again = pd.DataFrame(rows, columns=table.columns).astype(table.dtypes)
    assert_frame_equal(again, table)


def test_what_is_not_known_is_null_and_pence_are_whole():
    rows = OCTOBER.to_dict()["tables"]
    not_due = [row for row in rows["assessments"] if row["status"] == "not_due"]
    assert not_due
    assert {row["fraction_paid"] for row in not_due} == {None}
    assert {type(row["earned_pence"]) for row in rows["payments"]} == {int}
    assert {type(row["unambitious"]) for row in rows["assessments"]} == {bool}


def test_a_number_that_no_float_can_hold_is_null():
    from bcf_payments.core.frames import records

    assert records(pd.DataFrame({"a": [1.5, np.nan, np.inf]})) == [{"a": 1.5}, {"a": None}, {"a": None}]


@pytest.mark.parametrize("file_format", ["csv", "parquet", "xlsx"])
def test_a_settlement_writes_what_the_command_line_writes(tmp_path, file_format):
    pytest.importorskip({"csv": "pandas", "parquet": "pyarrow", "xlsx": "openpyxl"}[file_format])
    bcf.write_tables(few("two_waves")._asdict(), tmp_path / "figures")
    written = OCTOBER.write(tmp_path / "python", file_format=file_format)
    options = ["--through", "wave_1", "--on-missing", "withhold", "--format", file_format]
    assert main(["settle", str(tmp_path / "figures"), "--out", str(tmp_path / "shell"), *options]) == 0
    assert {file.name for file in written} == {file.name for file in (tmp_path / "shell").iterdir()}
    for file in written:
        assert file.read_bytes() == (tmp_path / "shell" / file.name).read_bytes()


@pytest.mark.parametrize("misuse", [{"folder": None}, {"folder": ".", "file_format": "json"}])
def test_writing_refuses_what_it_does_not_know(misuse):
    with pytest.raises(bcf.InputError):
        OCTOBER.write(**misuse)


def test_an_error_is_plain_data_with_its_problems():
    areas, plans, outcomes, assurance = bcf.load_example("two_waves")
    areas.loc[0, "nhs_weight"] = -1
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(areas, plans, outcomes, assurance, on_missing="withhold")
    answer = caught.value.to_dict()
    assert json.loads(json.dumps(answer)) == answer
    assert (answer["format"], answer["error"], answer["message"]) == (1, "InputError", str(caught.value))
    assert answer["problems"] == caught.value.problems.to_dict("records")


@pytest.mark.parametrize(
    ("error", "problems"),
    [
        (bcf.SchemeError([("waves.0", "is wrong")]), [{"where": "waves.0", "fault": "is wrong"}]),
        (bcf.WorkedExampleError([("row 2", "is wrong")]), [{"where": "row 2", "fault": "is wrong"}]),
        (bcf.VerificationError("a figure differs"), []),
        (bcf.MissingExtraError("install it"), []),
    ],
)
def test_every_error_can_be_handed_on(error, problems):
    answer = error.to_dict()
    assert answer == {"format": 1, "error": type(error).__name__, "message": str(error), "problems": problems}


@pytest.mark.parametrize("which", SETTLEMENTS)
@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda thing: pickle.loads(pickle.dumps(thing))],  # noqa: S301 - its own
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_settlement_survives_copies_and_other_processes(which, again):
    settlement = SETTLEMENTS[which]
    copied = again(settlement)
    assert copied.to_json() == settlement.to_json()
    assert copied.provenance.to_json() == settlement.provenance.to_json()
    assert str(copied.explain("E06000001")) == str(settlement.explain("E06000001"))
    assert copied.resolve().releases.equals(settlement.resolve().releases)
    assert_frame_equal(
        bcf.compare(settlement, copied).query("change_pence != 0"), bcf.compare(copied, copied)[:0]
    )


def test_all_that_comes_of_a_settlement_can_be_pickled():
    model = bcf.OutcomeModel(on_unknown_size="hold")
    areas, plans, _, assurance = JULY.tables
    options = {"model": model, "draws": 2, "on_missing": "withhold"}
    things = [
        bcf.assumptions(JULY),
        JULY.explain("E06000001"),
        JULY.return_for("E06000001"),
        JULY.provenance,
        JULY.tables,
        bcf.required_outcome(JULY, "E06000001", "q4_2014_15", "emergency_admissions", 1_000_00),
        bcf.simulate(areas, plans, assurance, "july_2014", **options),
        bcf.luck(areas, plans, assurance, "july_2014", effects=[0], **options),
        model,
        JULY.scheme,
    ]
    for thing in things:
        for copied in (pickle.loads(pickle.dumps(thing)), copy.deepcopy(thing)):  # noqa: S301 - its own
            assert repr(copied) == repr(thing)


@pytest.mark.parametrize("name", ["w3.xlsx", "w3.CSV", "tables.parquet", "taken", "taken/below"])
def test_a_file_is_not_taken_for_a_folder(name, tmp_path):
    (tmp_path / "taken").write_text("")
    settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    for error in (bcf.InputError, OSError):
        with pytest.raises(error, match=": give a folder") as caught:
            settlement.write(tmp_path / name)
    assert pickle.loads(pickle.dumps(caught.value)).filename == caught.value.filename  # noqa: S301 - our own
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
