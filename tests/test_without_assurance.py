"""Where a scheme pays on no condition, the table of assurance may be left out."""

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import bcf_payments as bcf
from bcf_payments.cli import main
from bcf_payments.names import TABLES_OUT

EXAMPLE = bcf.load_example("p4p_2015_16")
CODES = EXAMPLE.areas["area_code"].head(4)
AREAS, PLANS, OUTCOMES, ASSURANCE = (table[table["area_code"].isin(CODES)] for table in EXAMPLE)
WITHHELD = {"on_missing": "withhold"}
WITH = bcf.settle(AREAS, PLANS, OUTCOMES, ASSURANCE, "july_2014", **WITHHELD)
WITHOUT = bcf.settle(AREAS, PLANS, OUTCOMES, scheme="july_2014", verify=True, **WITHHELD)


@pytest.mark.parametrize("name", TABLES_OUT)
def test_every_table_is_the_same_without_it(name):
    assert_frame_equal(getattr(WITHOUT, name), getattr(WITH, name))


def test_every_face_is_the_same_without_it(tmp_path):
    assert str(WITHOUT.explain("E06000001")) == str(WITH.explain("E06000001"))
    assert_frame_equal(WITHOUT.returns(), WITH.returns())
    assert_frame_equal(WITHOUT.resolve().releases, WITH.resolve().releases)
    assert_frame_equal(bcf.marginal_value(WITHOUT), bcf.marginal_value(WITH))
    assert_frame_equal(bcf.assumptions(WITHOUT).alternatives, bcf.assumptions(WITH).alternatives)
    assert bcf.write_report(WITHOUT, tmp_path / "report.html").stat().st_size > 0


def test_the_audit_pack_lists_what_went_in():
    assert WITHOUT.tables.assurance is None
    assert list(WITHOUT.provenance["sha256"]) == ["scheme", "areas", "plans", "outcomes"]
    assert "assurance" not in WITHOUT.provenance["rows"]


def test_the_steps_and_chance_do_without_it():
    assert_frame_equal(bcf.assess(AREAS, PLANS, OUTCOMES, scheme="july_2014", **WITHHELD), WITH.assessments)
    assert_frame_equal(bcf.validate(AREAS, PLANS, OUTCOMES, scheme="july_2014", **WITHHELD), WITH.warnings)
    few = {"scheme": "july_2014", "draws": 5, **WITHHELD}
    assert_frame_equal(
        bcf.simulate(AREAS, PLANS, **few).to_frame(), bcf.simulate(AREAS, PLANS, ASSURANCE, **few).to_frame()
    )
    assert not bcf.luck(AREAS, PLANS, effects=[0], **few).areas.empty


@pytest.mark.parametrize("path", ["figures", "figures.xlsx"])
def test_what_is_written_without_it_is_read_and_settled_again(tmp_path, capsys, path):
    place = tmp_path / path
    if path.endswith("xlsx"):
        pytest.importorskip("openpyxl")
    names = [file.name for file in bcf.write_tables(WITHOUT.tables._asdict(), place)]
    assert "assurance.csv" not in names
    again = bcf.read_tables(place)
    assert again.assurance is None
    settled = bcf.settle(*again, "july_2014", **WITHHELD)
    assert settled.provenance["sha256"] == WITHOUT.provenance["sha256"]
    simulate = ["simulate", "--draws", "2", "--out", str(tmp_path / "simulated")]
    for command in (["settle"], ["validate"], ["explain", "Hartlepool"], simulate):
        assert main([*command, str(place), "--scheme", "july_2014", "--on-missing", "withhold"]) == 0
    assert main(["settle", str(place), "--on-missing", "withhold"]) == 1
    assert "the scheme pays on conditions" in " ".join(capsys.readouterr().err.split())


def test_a_table_of_nearly_its_name_is_pointed_out_and_not_left_out(tmp_path):
    (written,) = bcf.write_tables({"assurances": ASSURANCE}, tmp_path, notices=())
    bcf.write_tables(WITHOUT.tables._asdict(), tmp_path)
    with pytest.raises(bcf.InputError, match=r"assurances\.csv is there"):
        bcf.read_tables(written.parent)


def test_areas_may_be_absent_from_it_where_nothing_rests_on_it():
    settlement = bcf.settle(AREAS, PLANS, OUTCOMES, ASSURANCE.iloc[1:], "july_2014", verify=True, **WITHHELD)
    assert_frame_equal(settlement.payments, WITH.payments)


@pytest.mark.parametrize("on_missing", ["raise", "withhold"])
@pytest.mark.parametrize("settle", [bcf.settle, bcf.assess, bcf.validate])
def test_a_scheme_that_pays_on_conditions_needs_it(settle, on_missing):
    with pytest.raises(bcf.InputError) as caught:
        settle(*bcf.load_example("two_waves")[:3], scheme="october_2013", on_missing=on_missing)
    found = caught.value.problems.query("reason == 'missing_table'")
    assert found["table"].tolist() == ["assurance"]
    assert "the scheme pays on conditions" in found["fix"].item()


def test_a_conditions_line_that_is_not_due_does_not_need_it():
    october = bcf.load_scheme("october_2013")
    first, last = october.waves
    conditions, *metrics = first.lines
    waves = (
        first.model_copy(update={"lines": tuple(metrics)}),
        last.model_copy(update={"lines": (*last.lines, conditions)}),
    )
    later = october.replace(waves=[wave.model_dump(exclude_none=True) for wave in waves])
    areas, plans, outcomes, _ = bcf.load_example("two_waves")
    settlement = bcf.settle(areas, plans, outcomes, None, later, through="wave_1", verify=True, **WITHHELD)
    assert set(settlement.payments.query("line == 'conditions'")["earned_pence"]) == {0}
    assert str(settlement.explain("E06000001"))
    with pytest.raises(bcf.InputError, match="assurance: missing_table"):
        bcf.settle(areas, plans, outcomes, None, later, **WITHHELD)


def test_no_assurance_is_not_an_empty_table():
    with pytest.raises(bcf.InputError, match="assurance: missing_column: area_code"):
        bcf.settle(AREAS, PLANS, OUTCOMES, pd.DataFrame(), "july_2014", **WITHHELD)
