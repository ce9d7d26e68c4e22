"""Regions on one page, who could help whom, and evaluations."""

from fractions import Fraction

import pandas as pd
import pytest

import bcf_payments as bcf

from .samples import example, settled

CODES = tuple(example().areas.query("region == 'North East'")["area_code"])


@pytest.fixture(scope="module")
def north_east():
    return bcf.regional_report(settled(), " north  east")


def three_areas(**columns):
    """Three areas of the example that differ only in what they are compared by."""
    areas, plans, outcomes, assurance = example("july_2014", CODES[:3])
    for name, cells in columns.items():
        areas = areas.assign(**{name: cells})
    baseline = plans["baseline_numerator"].to_numpy()
    outcomes = outcomes.assign(outcome_numerator=[*baseline[:4], *(baseline[4:] // 2)])
    return bcf.settle(areas, plans, outcomes, assurance, "july_2014")


def test_the_sums_of_a_region_are_those_of_the_summary(north_east):
    summary = settled().summary("region").set_index("region").loc["North East"]
    own = north_east.settlement.summary().loc[0].drop("nation")
    assert own.to_dict() == summary.to_dict()
    assert north_east.region == "North East"


def test_helpers_of_a_region_are_those_of_all_areas(north_east):
    found = bcf.peers(settled())
    mine = found[found["area_code"].isin(CODES)].reset_index(drop=True)
    pd.testing.assert_frame_equal(north_east.peers, mine)
    assert set(north_east.helps["peer_code"]) <= set(CODES)


def test_a_region_keeps_what_was_decided_on_its_areas():
    key = ["area_code", "wave", "line"]
    agreed = (
        settled().reviews[key].assign(hwb_agrees="yes", nhs_england_agrees="yes", peer_reviewer_agrees="yes")
    )
    resolved = settled().resolve(agreed)
    own = bcf.regional_report(resolved, "North East").settlement.releases
    theirs = resolved.releases[resolved.releases["area_code"].isin(CODES)]
    pd.testing.assert_frame_equal(own, theirs.reset_index(drop=True))


def test_the_page_of_a_region_says_the_same_in_markdown_and_html(north_east):
    page, text = north_east.to_html(), str(north_east)
    for said in ("£31.0m of £48.2m due", "Kingston upon Hull, City of", "6 of 12 met", "No figure records"):
        assert said in page
        assert said in text
    assert 'href="#area' not in page


def test_an_area_equally_near_to_two_is_helped_by_the_smaller_code_first():
    settlement = three_areas(people=["0.3", "0.1", "0.5"])
    found = bcf.peers(settlement, like=["people"])
    assert set(found["area_code"]) == {CODES[0]}
    assert found["peer_code"].tolist() == [CODES[1], CODES[2]] * 4
    assert len(set(found["distance"])) == 1


def test_areas_that_are_alike_throughout_are_named_by_their_codes():
    found = bcf.peers(three_areas(people=[7, 7, 7]), like=["people"], most=1)
    assert found["peer_code"].tolist() == [CODES[1]] * 4
    assert found["distance"].tolist() == [0.0] * 4


@pytest.mark.parametrize(
    ("like", "column", "reason", "fix"),
    [
        (["deprivation"], "deprivation", "missing_column", "areas has population, "),
        (["population / old"], "old", "missing_column", "areas has population, "),
        (["people"], "people", "not_a_number", "no area is left out"),
        (["population / zero"], "zero", "out_of_range", "above 0"),
    ],
)
def test_what_areas_cannot_be_compared_by_is_refused(like, column, reason, fix):
    settlement = three_areas(people=[1, None, 3], zero=[1, 0, 3])
    with pytest.raises(bcf.InputError) as caught:
        bcf.peers(settlement, like=like)
    problem = caught.value.problems.iloc[0]
    assert (problem["column"], problem["reason"]) == (column, reason)
    assert fix in problem["fix"]


@pytest.mark.parametrize("options", [{"like": "population"}, {"like": []}, {"most": 0}, {"most": True}])
def test_misuse_of_peers_is_refused(options):
    with pytest.raises(bcf.InputError):
        bcf.peers(settled(), **options)


def test_an_unknown_region_is_refused_with_the_nearest():
    for written, meant in (("Nort East", "North East"), ("yorkshire", "Yorkshire and The Humber")):
        with pytest.raises(bcf.InputError, match=f"did you mean {meant}"):
            bcf.regional_report(settled(), written)


def test_what_was_paid_for_a_unit_is_exact():
    found = bcf.evaluate(settled("july_2014")).set_index("area_code")
    assert found.loc["E06000001", "pounds_per_unit"] == 1490
    assert found.loc["E06000005", "pounds_per_unit"] == Fraction(445_510, 171)
    assert found["pounds_per_unit"].isna().sum() == (~(found["units_achieved"] > 0)).sum() > 0


def test_an_evaluation_says_that_it_is_no_evidence():
    notices = bcf.evaluate(settled("july_2014")).attrs["notices"]
    assert notices[:2] == settled("july_2014").notices
    assert "no figure here is evidence that payment caused" in notices[2]


def test_chance_stands_beside_what_was_paid_and_only_chance_alone():
    areas, plans, outcomes, assurance = example("july_2014")
    options = {"draws": 20, "on_missing": "withhold"}
    tables = (areas, plans, assurance, "july_2014")
    alone, lucky = bcf.simulate(*tables, **options), bcf.luck(*tables, effects=["0", "1"], **options)
    for chance in (alone, lucky):
        found = bcf.evaluate(settled("july_2014"), chance, by="nation").loc[0]
        assert 0 < found["chance_mean_pence"] < found["entitlement_pence"]
        assert found["chance_se_pence"] > 0
    known = settled("july_2014").assessments.query("status != 'missing'")
    lines = alone.lines.merge(known[["area_code", "wave", "line"]])
    found = bcf.evaluate(settled("july_2014"), alone, by="nation")["chance_mean_pence"].item()
    assert found == pytest.approx(lines["earned_mean_pence"].sum(), rel=1e-12)
    aimed = bcf.simulate(*tables, model=bcf.OutcomeModel(expected="target"), **options)
    known = bcf.simulate(*tables, outcomes=outcomes, through="q4_2014_15", **options)
    lucky_only = bcf.luck(*tables, effects=["1"], **options)
    for chance in (aimed, known, lucky_only):
        with pytest.raises(bcf.InputError):
            bcf.evaluate(settled("july_2014"), chance)
    with pytest.raises(bcf.InputError):
        bcf.evaluate(settled(), alone)


@pytest.mark.parametrize("ending", ["html", "md", "csv"])
def test_the_command_regions_writes_a_page_or_who_could_help(run, tmp_path, ending):
    file = tmp_path / f"region.{ending}"
    status, out, err = run("regions", "North East", "--out", file)
    assert (status, err) == (0, "")
    assert "Kingston upon Hull, City of" in out
    assert str(file) in out
    said = {"html": "<!DOCTYPE html>", "md": "# North East", "csv": "area_code,area_name,wave,line,review_id"}
    assert file.read_text(encoding="utf-8").startswith(said[ending])


def test_the_command_regions_without_a_region_shows_them_all(run, tmp_path):
    status, out, _ = run("regions")
    assert status == 0
    assert "South West" in out
    assert "743 of 743 missed lines have an area to ask" in out
    status, _, err = run("regions", "--out", tmp_path / "page.html")
    assert status == 1
    assert "name one of the regions" in err


def test_the_command_regions_takes_a_folder_alone_as_its_input(run, tmp_path):
    bcf.write_tables(example("july_2014", CODES)._asdict(), tmp_path)
    status, out, _ = run("regions", tmp_path, "--scheme", "july_2014", "--on-missing", "withhold")
    assert status == 0
    assert str(tmp_path.name) in out.replace("\n", "")


def test_the_command_evaluate_says_what_it_is_no_evidence_of(run, tmp_path):
    file = tmp_path / "evaluation.csv"
    words = ("--scheme", "july_2014", "--by", "area", "--chance", 10, "--out", file)
    status, out, _ = run("evaluate", *words)
    assert status == 0
    assert "no figure here is evidence" in out
    assert "chance alone" in out
    assert pd.read_csv(file, dtype=str).loc[4, "pounds_per_unit"] == "445510/171"
    assert "no figure here is evidence" in (tmp_path / "evaluation.notice.txt").read_text(encoding="utf-8")


def test_an_explanation_names_whom_to_ask_about_each_missed_target(run):
    found = bcf.peers(settled())
    own = found[found["area_code"] == CODES[0]]
    section = settled().explain(CODES[0], peers=found).sections[-1]
    names = settled().areas.set_index("area_code")["area_name"]
    assert section.title == "Who could help"
    assert len(section.sentences) == len(own[["wave", "line"]].drop_duplicates()) + 2
    first = own.query("line == 'delayed_transfers' and wave == 'wave_1'")["peer_code"].map(names)
    assert section.sentences[0].endswith(f": {'; '.join(first)}.")
    assert "Who could help" in run("explain", CODES[0])[1]


def test_an_explanation_says_nothing_of_peers_where_areas_cannot_be_compared(run, tmp_path):
    areas, *others = example("july_2014", CODES)
    tables = (areas.drop(columns=["population"]), *others)
    bcf.write_tables(dict(zip(example()._fields, tables, strict=True)), tmp_path)
    words = (tmp_path, "--scheme", "july_2014", "--on-missing", "withhold")
    status, out, _ = run("explain", CODES[0], *words)
    assert (status, "Who could help" in out) == (0, False)
    assert "Who could help" not in str(
        bcf.settle(*tables, "july_2014", on_missing="withhold").explain(CODES[0])
    )


def test_the_report_says_whom_to_ask_in_each_area_that_missed_a_target(tmp_path):
    page = bcf.write_report(three_areas(), tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count("Who could help") == 1
