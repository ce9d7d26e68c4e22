"""What must be achieved, asked in Python and on the command line; pictures and packs as files."""

from argparse import ArgumentTypeError
from fractions import Fraction

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments import cli, plots
from bcf_payments.cli.planning_options import pence_of
from bcf_payments.names import PICTURES

from .samples import example, settled
from .test_solving import AREA, quarters


def shown(capsys, *words):
    """What a command that succeeds prints."""
    assert cli.main(words) == 0
    return capsys.readouterr().out


def refused(capsys, *words, status=1):
    """What a command that does not succeed says of it."""
    assert cli.main(words) == status
    return capsys.readouterr().err


def test_each_line_says_what_pays_in_full_half_and_anything():
    table = bcf.outcomes_to_earn(quarters([90] * 4, [95, 95, 95, 95]), AREA)
    first = table[table["wave"] == "q4_2014_15"]
    assert first["goal"].tolist() == ["full", "half", "anything"]
    assert first["asked_pence"].tolist() == [10_000, 5_000, 1]
    assert first["outcome_numerator"].tolist() == [90, 95, 99]
    assert first["earned_pence"].tolist() == [5_000] * 3
    assert first["value_pence"].tolist() == [1_000] * 3


def test_an_amount_of_the_area_counts_what_a_quarter_makes_good_later():
    settlement = quarters([90] * 4, [95, 95, 95, 95])
    table = bcf.outcomes_to_earn(settlement, AREA, 21_000).set_index("wave")
    assert table["earned_pence"].tolist() == [20_000] * 4
    assert table["outcome_numerator"].tolist() == [94] * 4


def test_the_answers_for_all_areas_are_those_for_each():
    settlement = settled(areas=5)
    codes = settlement.areas["area_code"]
    each = pd.concat([bcf.outcomes_to_earn(settlement, code) for code in codes], ignore_index=True)
    pd.testing.assert_frame_equal(bcf.outcomes_to_earn(settlement), each)


def test_a_line_without_its_plan_says_so_and_names_no_amount():
    table = bcf.outcomes_to_earn(settled("december_2013", areas=2))
    local = table[table["line"] == "local"]
    assert set(local["why_not"]) == {
        "not known without the plan of wave_1",
        "not known without the plan of wave_2",
    }
    assert local["most_pence"].isna().all()


def test_what_no_outcome_or_every_outcome_earns_is_said_in_words():
    settlement = quarters([90] * 4, [95, 95, 95, 95])
    for pence, words in ((20_000_00, "nothing pays so much"), (1_000, "nothing is required")):
        assert bcf.outcomes_to_earn(settlement, AREA, pence)["why_not"].iloc[-1].startswith(words)


@pytest.mark.parametrize("pence", [1.5, True, "100", 0, -1])
@pytest.mark.parametrize("ask", [bcf.outcomes_to_earn, bcf.share_to_earn])
def test_an_amount_is_of_whole_pence(ask, pence):
    with pytest.raises(bcf.BcfError):
        ask(quarters([90] * 4, [95] * 4), AREA, pence)


def test_the_share_is_of_the_lines_that_are_still_to_come():
    settlement = quarters([90] * 4, [95, 95, 95, 95], through="q1_2015_16")
    required = bcf.share_to_earn(settlement, AREA, 25_000)
    assert required.to_come
    assert required.share == Fraction(3, 4)  # 5 + 5 are known, 15 of the other 20 are needed
    assert required.outcomes["wave"].tolist() == ["q2_2015_16", "q3_2015_16"]
    assert required.outcomes["outcome_numerator"].tolist() == [92, 92]
    assert required.earned_pence == 25_000


def test_where_everything_is_known_the_share_is_of_all_lines_as_if_nothing_were():
    required = bcf.share_to_earn(quarters([90] * 4, [95] * 4), AREA, 25_000)
    assert not required.to_come
    assert required.share == Fraction(5, 8)


@pytest.mark.parametrize(("pence", "fix"), [(50_000, "nothing pays so much"), (9_000, "nothing is required")])
def test_a_share_that_is_none_is_refused_with_the_reason(pence, fix):
    settlement = quarters([90] * 4, [95] * 4, through="q1_2015_16")
    with pytest.raises(bcf.InputError, match=fix):
        bcf.share_to_earn(settlement, AREA, pence)


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("£100,000", 10_000_000),
        ("100000", 10_000_000),
        ("£1m", 100_000_000),
        ("1.5M", 150_000_000),
        ("£2bn", 200_000_000_000),
        ("250k", 25_000_000),
        ("£0.05", 5),
        (" £ 1,234.50 ", 123_450),
    ],
)
def test_amounts_are_read_as_people_write_them(text, pence):
    assert pence_of(text) == pence


@pytest.mark.parametrize("text", ["", "£", "1,00", "0", "-5", "0.001", "1e9", "five", "£1m2", "٣", "1" * 50])
def test_what_is_no_amount_of_whole_pence_is_refused_with_the_fix(text):
    with pytest.raises(ArgumentTypeError, match="write an amount of pounds"):
        pence_of(text)


def test_the_screen_says_what_each_line_must_achieve(capsys):
    text = shown(capsys, "required", "Hartlepool", "--scheme", "july_2014")
    assert "emergency admissions, q4_2014_15  £123,670.00  2,277          2,318     2,359" in text
    assert text == shown(capsys, "required", "Hartlepool", "--scheme", "july_2014", "--all")


def test_the_screen_says_what_an_amount_takes_on_one_line_and_on_all(capsys):
    text = shown(capsys, "required", "Hartlepool", "--earn", "£1m", "--through", "wave_1")
    assert "About 57.1% of the planned improvement on each of 5 lines" in text
    assert "earns the\narea £1,000,000.04 in all." in text
    assert "none earns it" in text
    assert "On all lines alike" in shown(capsys, "required", "Hartlepool", "--earn", "£9bn")


def test_every_area_goes_into_a_file(capsys, tmp_path):
    assert "required all needs --out" in refused(capsys, "required", "all", status=2)
    shown(capsys, "required", "all", "--out", str(tmp_path / "required.csv"))
    table = pd.read_csv(tmp_path / "required.csv", dtype=str)
    assert table["area_code"].nunique() == 151
    assert table["outcome_numerator"].iloc[0] == "1654"


def test_the_command_line_knows_every_public_picture():
    assert sorted(plots.__all__) == sorted(PICTURES)


NEEDED = {
    "change": ["--against", "december_2013"],
    "funnel": ["--wave", "wave_1", "--metric", "emergency_admissions"],
    "before_after": ["--wave", "wave_1", "--metric", "emergency_admissions"],
    "xmr": ["--area", "Hartlepool", "--metric", "emergency_admissions", "--scheme", "july_2014"],
    "measure_quality": ["--metric", "emergency_admissions"],
    "payment_distribution": ["--area", "Hartlepool", "--draws", "50"],
    "chance_by_area": ["--draws", "50"],
}


@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_is_drawn_into_a_file(picture, capsys, tmp_path):
    file = tmp_path / f"{picture}.png"
    shown(capsys, "plot", picture, *NEEDED.get(picture, []), "--out", str(file))
    assert file.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_same_picture_is_the_same_file(ending, capsys, tmp_path):
    files = [tmp_path / f"{number}.{ending}" for number in (1, 2)]
    for file in files:
        shown(capsys, "plot", "money_flow", "--area", "Leeds", "--out", str(file))
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_picture_says_which_options_it_takes(capsys, tmp_path):
    out = ["--out", str(tmp_path / "one.png")]
    assert "needs --wave and --metric" in " ".join(refused(capsys, "plot", "funnel", *out).split())
    assert "tile_map takes none of these options" in refused(capsys, "plot", "tile_map", "--top", "3", *out)
    assert "does not end in .png or .svg or .pdf" in refused(
        capsys, "plot", "tile_map", "--out", "x.gif", status=2
    )
    assert not list(tmp_path.iterdir())


def test_a_pack_of_every_area_stands_in_a_folder(capsys, tmp_path):
    tables = example("july_2014", 3)
    names = tables.areas.assign(area_name=["King's Lynn / West", "Łódź, 'new'", ".."])
    bcf.write_tables(tables._replace(areas=names)._asdict(), tmp_path / "in")
    settling = [str(tmp_path / "in"), "--scheme", "july_2014", "--on-missing", "withhold"]
    text = shown(capsys, "return", "all", *settling, "--out", str(tmp_path / "packs"))
    assert "3 areas: a workbook and a page each" in text
    codes = tables.areas["area_code"].tolist()
    stems = [f"{codes[0]}_kings_lynn_west", f"{codes[1]}_odz_new", codes[2]]
    files = sorted(f"{stem}{ending}" for stem in stems for ending in (".html", ".png", ".xlsx"))
    assert sorted(file.name for file in (tmp_path / "packs").iterdir()) == files


def test_one_pack_is_that_of_the_return_and_the_explanation(capsys, tmp_path):
    shown(capsys, "return", "Hartlepool", "--scheme", "july_2014", "--out", str(tmp_path / "pack"))
    settlement = settled("july_2014")
    page = settlement.explain("E06000001", peers=bcf.peers(settlement)).to_html(
        provenance=settlement.provenance
    )
    assert (tmp_path / "pack" / "E06000001_hartlepool.html").read_text(encoding="utf-8") == page
    settlement.return_for("E06000001").write(tmp_path / "return.xlsx")
    book = (tmp_path / "pack" / "E06000001_hartlepool.xlsx").read_bytes()
    assert book == (tmp_path / "return.xlsx").read_bytes()


def test_packs_do_not_go_into_the_folder_that_is_read(capsys, tmp_path):
    bcf.write_tables(example("july_2014", 1)._asdict(), tmp_path)
    words = ["return", "all", str(tmp_path), "--scheme", "july_2014", "--out", str(tmp_path)]
    assert "would replace what the command reads" in refused(capsys, *words, status=2)
