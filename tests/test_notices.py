"""What must be said with tables goes with every table that is made of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.settlement import Settlement


@pytest.fixture(scope="module")
def settlement() -> Settlement:
    return bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold").resolve()


def settled_tables(settlement: Settlement) -> Iterator[tuple[str, pd.DataFrame]]:
    names = ("areas", "allocations", "assessments", "payments", "reviews", "ledger", "releases", "warnings")
    yield from ((name, getattr(settlement, name)) for name in names)
    yield from ((by, settlement.summary(by)) for by in ("nation", "region", "area", "wave", "line"))
    yield from settlement.tables._asdict().items()
    yield "returns", settlement.returns()
    yield "calendar", settlement.calendar()
    yield "explanation", settlement.explain("E06000001").to_frame()
    a_return = settlement.return_for("E06000001")
    yield from (("lines", a_return.lines), ("rest", a_return.rest))


def other_tables(settlement: Settlement) -> Iterator[tuple[str, pd.DataFrame]]:
    areas, plans, _, assurance = tables = settlement.tables
    rules = {"scheme": "july_2014", "on_missing": "withhold"}
    yield "assess", bcf.assess(*tables, **rules)
    yield "allocate", bcf.allocate(areas, plans, **rules)
    yield "validate", bcf.validate(*tables, **rules)
    yield "compare", bcf.compare(settlement, settlement)
    yield "marginal_value", bcf.marginal_value(settlement)
    assumed = bcf.assumptions(settlement)
    names = ("rules", "by_basis", "by_fact", "alternatives", "by_area", "actions", "unsettled")
    yield from ((name, getattr(assumed, name)) for name in names)
    yield "movers", assumed.movers()
    simulation = bcf.simulate(areas, plans, assurance, draws=2, **rules)
    yield from (("simulation", simulation.to_frame()), ("its lines", simulation.lines))
    yield from ((f"its {by}", simulation.summary(by)) for by in ("nation", "area", "line"))
    yield "distribution", simulation.distribution()
    luck = bcf.luck(areas, plans, assurance, effects=["0"], draws=2, **rules)
    yield from (("luck", luck.summary()), ("sizes", luck.by_size()), ("lines", luck.lines))


@pytest.mark.parametrize("made", [settled_tables, other_tables])
def test_every_table_that_is_handed_out_carries_the_notices_of_the_input(
    settlement: Settlement, made: object
) -> None:
    said = {name: table.attrs.get("notices") for name, table in made(settlement)}  # type: ignore[operator]
    assert settlement.notices
    assert {name for name, notices in said.items() if notices != settlement.notices} == set()


def test_a_table_of_a_settlement_is_written_with_its_notice(settlement: Settlement, tmp_path: Path) -> None:
    written = bcf.write_tables({"payments": settlement.payments}, tmp_path)
    assert [file.name for file in written] == ["payments.csv", "NOTICE.txt"]
    assert written[1].read_text(encoding="utf-8").splitlines() == list(settlement.notices)


def test_a_comparison_carries_the_notices_of_both_sides(settlement: Settlement) -> None:
    tables = settlement.tables
    tables.areas.attrs["notices"] = ("Another source.",)
    other = bcf.settle(*tables, "july_2014", on_missing="withhold")
    said = bcf.compare(settlement, other).attrs["notices"]
    assert set(said) == {*settlement.notices, "Another source."}


def test_tables_without_notices_stay_without() -> None:
    tables = bcf.load_example("two_waves")
    for table in tables:
        table.attrs.clear()
    assert bcf.settle(*tables, on_missing="withhold").payments.attrs == {}


def test_no_notice_steers_a_terminal_wherever_it_comes_to_stand(tmp_path: Path) -> None:
    tables = bcf.load_example("two_waves")
    tables.areas.attrs["notices"] = ("red\x1b[31m, turned\u202e",)
    settlement = bcf.settle(*tables, on_missing="withhold")
    (tmp_path / "given").mkdir()
    bcf.write_tables({"areas": tables.areas}, tmp_path / "given")
    bcf.write_tables({"areas": tables.areas}, tmp_path / "named", notices=("red\x1b[31m, turned\u202e",))
    files = [(tmp_path / place / "NOTICE.txt").read_text(encoding="utf-8") for place in ("given", "named")]
    assert settlement.notices[0] == "red?[31m, turned?"
    assert files == ["red?[31m, turned?\n"] * 2
