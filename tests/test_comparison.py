"""What changes between two settlements, in figures and on the screen."""

import pandas as pd
import pytest

import bcf_payments as bcf

from .samples import settled

WIDTH = 100


def two_areas(outcome, scheme="july_2014", codes=("E06000001", "E06000002")):
    """Two areas of equal weight that plan ten fewer in each of four quarters; the second stays as it is."""
    waves = bcf.load_scheme("july_2014").wave_names
    areas = pd.DataFrame({"area_code": codes, "area_name": ["One", "Two"], "region": ["North", "South"]})
    areas = areas.assign(nhs_weight=1, social_care_weight=1, dfg_weight=1)
    rows = pd.DataFrame([(code, wave) for code in codes for wave in waves], columns=["area_code", "wave"])
    rows["metric"] = "emergency_admissions"
    plans = rows.assign(
        baseline_numerator=100, baseline_denominator=1, target_numerator=90, target_denominator=1
    )
    first = [outcome] * len(waves) if isinstance(outcome, int) else outcome
    numerators = [*first, *[100] * len(waves)]
    outcomes = rows.assign(outcome_numerator=numerators, outcome_denominator=1)
    assurance = pd.DataFrame({"area_code": codes, "plan_status": "approved"})
    return bcf.settle(areas, plans, outcomes, assurance, scheme)


def test_the_change_of_each_measure_is_that_of_the_rules():
    table = bcf.compare(two_areas(95), two_areas(90)).set_index(["area_code", "measure"])
    # 4 x 10 fewer are planned, worth 40 x £1,490 = £59,600; 20 of them happen, then all 40.
    pot, half = 59_600_00, 29_800_00
    assert table.loc[("E06000001", "pot")].tolist() == [pot, pot, 0]
    assert table.loc[("E06000001", "earned")].tolist() == [half, pot, half]
    assert table.loc[("E06000001", "withheld")].tolist() == [half, 0, -half]
    assert table.loc[("E06000002", "withheld")].tolist() == [pot, pot, 0]
    assert table.loc[("ENGLAND", "earned")].tolist() == [half, pot, half]
    assert table.loc[("ENGLAND", "allocated")].tolist() == [3_784_000_000_00, 3_784_000_000_00, 0]


def test_what_is_made_good_later_is_not_withheld():
    # 40 fewer are planned; the first quarter's 10 are missed, 5 of them made good in the second: 35.
    settlement = two_areas([100, 85, 90, 90])
    assert settlement.payments["caught_up_pence"].sum() == 5 * 1_490_00
    assert settlement.payments["withheld_pence"].sum() == (10 + 40) * 1_490_00
    table = bcf.compare(settlement, settlement).set_index(["area_code", "measure"])
    assert table.loc[("E06000001", "withheld"), "before_pence"] == 5 * 1_490_00
    assert table.loc[("ENGLAND", "withheld"), "before_pence"] == (5 + 40) * 1_490_00


def test_rows_stand_by_area_and_measure_with_the_nation_last():
    table = bcf.compare(two_areas(95), two_areas(90))
    assert table["area_code"].drop_duplicates().tolist() == ["E06000001", "E06000002", "ENGLAND"]
    assert table["measure"].tolist() == ["allocated", "pot", "earned", "withheld"] * 3
    assert table.dtypes.astype(str).tolist()[2:] == ["int64"] * 3


def test_by_wave_the_revision_of_a_quarter_shows():
    before, after = two_areas([90, 90, 90, 90]), two_areas([100, 80, 90, 90])
    change = bcf.compare(before, after, by="wave").set_index(["area_code", "wave", "measure"])["change_pence"]
    table = change.sort_index()
    # 10 fewer in the first quarter, at £1,490 each, are found to fall in the second.
    first, second = table["E06000001", "q4_2014_15"], table["ENGLAND", "q1_2015_16"]
    assert first.to_dict() == {"pot": 0, "earned": -14_900_00, "withheld": 14_900_00}
    assert second.to_dict() == {"pot": 0, "earned": 14_900_00, "withheld": -14_900_00}
    assert not table["E06000002"].any()


def test_another_way_to_compare_is_refused():
    with pytest.raises(bcf.InputError, match="line"):
        bcf.compare(two_areas(90), two_areas(90), by="line")


def test_areas_of_only_one_settlement_are_named():
    other = two_areas(95, codes=("E06000001", "E06000003"))
    with pytest.raises(bcf.InputError) as refusal:
        bcf.compare(two_areas(95), other)
    problems = refusal.value.problems
    assert problems[["table", "reason", "area_code"]].to_numpy().tolist() == [
        ["after", "unknown_area", "E06000002"],
        ["before", "unknown_area", "E06000003"],
    ]


PAIRS = [("october_2013", "december_2013"), ("december_2013", "july_2014"), ("july_2014", "october_2013")]


@pytest.mark.parametrize("pair", PAIRS)
def test_the_screen_fits_and_shows_notices_and_the_nation(run, pair):
    status, out, err = run("compare", *pair)
    assert (status, err) == (0, "")
    assert max(map(len, out.splitlines())) <= WIDTH
    settlements = [settled(name) for name in pair]
    words = " ".join(out.split())
    assert all(notice in words for notice in settlements[0].notices)
    for settlement in settlements:
        assert bcf.words.pounds(int(settlement.payments["earned_pence"].sum())) in out


def test_the_screen_says_what_is_not_comparable(run):
    same = " ".join(run("compare", "october_2013", "december_2013")[1].split())
    other = " ".join(run("compare", "december_2013", "july_2014")[1].split())
    assert "the same input: the embedded example two_waves" in same
    assert "different inputs: the embedded example two_waves" in other
    assert "emergency_admissions pays on rates (per 100,000), then on counts" in other
    assert "only december_2013 pays on conditions, delayed_transfers, local" in other
    assert "(26.4%); then £278,156,180.00 of" in other
    assert "315 of 1,510 lines earn nothing" in other


def test_a_scheme_against_itself_changes_nothing(run):
    out = run("compare", "july_2014", "july_2014")[1]
    assert "No area gains or loses" in out


def test_a_changed_rule_is_named(run, tmp_path):
    scheme = bcf.load_scheme("july_2014").replace(unit_value_pounds=2150)
    (tmp_path / "mine.toml").write_text(scheme.to_toml(), encoding="utf-8")
    out = run("compare", "july_2014", tmp_path / "mine.toml")[1]
    assert "1 rule of 56 with another value: pot.unit_value_pounds" in out


def test_through_must_be_a_wave_of_both_schemes(run):
    assert run("compare", "october_2013", "december_2013", "--through", "wave_1")[0] == 0
    status, out, err = run("compare", "october_2013", "july_2014", "--through", "wave_1")
    assert (status, out) == (1, "")
    assert "july_2014" in err
    assert "q4_2014_15" in err


def test_the_table_is_written(run, tmp_path):
    status, out, _ = run("compare", "october_2013", "december_2013", "--out", tmp_path)
    assert status == 0
    assert str(tmp_path / "comparison.csv") in out
    table = pd.read_csv(tmp_path / "comparison.csv")
    columns = ["area_code", "area_name", "measure", "before_pence", "after_pence", "change_pence"]
    assert list(table) == columns
    assert len(table) == 4 * 152
    assert (tmp_path / "NOTICE.txt").exists()


@pytest.mark.parametrize(
    "words",
    [("october_2013",), ("october_2013", "july_2014", "--scheme", "x"), ("a", "b", "--format", "csv")],
)
def test_wrong_usage_is_refused(run, words):
    assert run("compare", *words)[0] == 2


def test_input_is_settled_under_both_schemes(run, tmp_path):
    bcf.write_tables(bcf.load_example("two_waves")._asdict(), tmp_path)
    words = (tmp_path, "--on-missing", "withhold")
    status, out, _ = run("compare", "october_2013", "december_2013", *words)
    assert status == 0
    assert f"the same input: {tmp_path}" in " ".join(out.split())
    status, _, err = run("compare", "october_2013", "december_2013", tmp_path)
    assert status == 1
    assert "missing_row" in err
