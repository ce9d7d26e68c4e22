"""The command `pool`, and the example's contributions."""

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments import cli

from .samples import settled

PUBLISHED = {"Croydon": 23_388_000_00, "Devon": 55_631_000_00, "Portsmouth": 14_193_000_00}


def test_the_example_has_the_published_minimum_of_three_areas_and_adds_up_to_the_national_ones():
    contributions = bcf.load_contributions("two_waves")
    settlement = settled("october_2013")
    pools = bcf.pool(contributions, settlement)
    names = settlement.areas.set_index("area_code")["area_name"]
    minimum = pools.set_index(pools["area_code"].map(names))["minimum_pence"]
    assert minimum[list(PUBLISHED)].to_dict() == PUBLISHED
    assert minimum.sum() == 3_784_000_000_00
    assert pools["voluntary_pence"].sum() == 1_400_000_000_00
    bodies = bcf.pool(contributions, settlement, by="contributor").set_index("contributor")
    assert bodies.loc["CCG of Bournemouth, Poole and Dorset", "areas"] == 3


def test_the_example_says_that_it_is_an_illustration():
    notices = bcf.load_contributions("two_waves").attrs["notices"]
    assert any("Croydon, Portsmouth and Devon" in notice for notice in notices)
    assert any("Open Government Licence" in notice for notice in notices)


def test_every_call_loads_contributions_of_its_own():
    changed = bcf.load_contributions("two_waves")
    changed["planned_pounds"] = -1
    assert (bcf.load_contributions("p4p_2015_16")["planned_pounds"].astype(int) >= 0).all()


@pytest.mark.parametrize("by", ["area", "region", "nation", "contributor"])
def test_the_command_shows_the_pool(capsys, by):
    assert cli.main(["pool", "--by", by]) == 0
    out = capsys.readouterr().out
    assert "£5,184,000,000.00" in out
    assert "37.0% above the minimum." in out
    assert "Croydon, Portsmouth and Devon" in out


def test_the_command_writes_every_area(capsys, tmp_path):
    assert cli.main(["pool", "--only", "North East", "--out", str(tmp_path / "pool.csv")]) == 0
    written = pd.read_csv(tmp_path / "pool.csv")
    assert len(written) == 12
    assert "area_name" in written
    assert (tmp_path / "pool.notice.txt").exists()
    assert "pool.csv" in capsys.readouterr().out


def test_a_fault_of_the_file_names_its_line(capsys, tmp_path):
    table = bcf.load_contributions("two_waves").astype(str)
    table.loc[1, "planned_pounds"] = "£5"
    table.to_csv(tmp_path / "c.csv", index=False)
    assert cli.main(["pool", "--contributions", str(tmp_path / "c.csv")]) == 1
    assert "c.csv line 3" in capsys.readouterr().err


def test_input_of_ones_own_needs_contributions(capsys, tmp_path):
    bcf.write_tables(bcf.load_example("two_waves")._asdict(), tmp_path)
    assert cli.main(["pool", str(tmp_path), "--on-missing", "withhold"]) == 1
    assert "--contributions FILE" in capsys.readouterr().err


def test_the_table_does_not_replace_the_contributions(capsys, tmp_path):
    bcf.load_contributions("two_waves").to_csv(tmp_path / "c.csv", index=False)
    file = str(tmp_path / "c.csv")
    assert cli.main(["pool", "--contributions", file, "--out", file]) == 2
    assert "would replace what the command reads" in capsys.readouterr().err
