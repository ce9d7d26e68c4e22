"""A table remembers where its cells stand in the file that it was read from."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.files import parse_csv
from bcf_payments.tables.places import PLACES, header_place, places_of

CSV = b'# a remark,,\n\narea_code,"line\nbreak",n\n\nA,"1\n\n2",3\n , ,\nB,4,5\n'


def places(frame, column, *rows):
    return places_of(frame).of(frame, np.array(rows), column)


def test_a_csv_file_is_counted_in_its_own_lines_also_with_blank_ones_and_quoted_line_breaks():
    frame = parse_csv(CSV, "areas", "areas.csv")
    assert header_place(frame) == "areas.csv line 3"
    assert places(frame, "n", 0, 1) == ["areas.csv line 6", "areas.csv line 10"]


@pytest.mark.parametrize(
    "change",
    [
        lambda frame: frame.iloc[1:],
        lambda frame: frame.iloc[::-1],
        lambda frame: frame.sort_values("n", ascending=False, ignore_index=True),
        lambda frame: frame.assign(n=9),
        lambda frame: pd.concat([frame, frame]),
    ],
)
def test_a_table_that_was_changed_has_no_places_in_the_file_any_more(change):
    frame = change(parse_csv(CSV, "areas", "areas.csv"))
    assert PLACES in frame.attrs
    assert places(frame, "n", 0) is None


def test_a_column_more_or_less_moves_no_place():
    frame = parse_csv(CSV, "areas", "areas.csv")
    assert places(frame.assign(note="")[["area_code", "note"]], "n", 1) == ["areas.csv line 10"]


def test_places_are_not_copied_with_a_table_nor_sent_to_another_process(tmp_path):
    frame = parse_csv(CSV, "areas", "areas.csv")
    assert copy.deepcopy(frame).attrs[PLACES] is frame.attrs[PLACES]
    sent = pickle.loads(pickle.dumps(frame))  # noqa: S301
    assert places_of(sent) is None
    frame.to_parquet(tmp_path / "areas.parquet")
    assert places_of(pd.read_parquet(tmp_path / "areas.parquet")) is None


def test_an_example_stands_in_no_file_of_the_user():
    assert all(places_of(frame) is None for frame in bcf.load_example("two_waves"))


def found_in(tables):
    with pytest.raises(bcf.InputError) as caught:
        bcf.validate(*tables, on_missing="withhold")
    return caught.value.problems


def broken():
    tables = bcf.load_example("two_waves")
    plans, outcomes, assurance = (table.astype(object) for table in tables[1:])
    plans.loc[3, "target_numerator"] = "1,788"
    outcomes.loc[5, "area_code"] = "E06999999"
    assurance.loc[1, "plan_status"] = "aproved"
    columns = tables.areas.columns.drop("region")
    areas = tables.areas.iloc[::-1].reset_index(drop=True).astype(object)
    areas.loc[7, "nhs_weight"] = -1
    return tables._replace(areas=areas[columns], plans=plans, outcomes=outcomes, assurance=assurance)


IN_FILE = {
    "csv": [
        "areas.csv line 1",
        "areas.csv line 9",
        "plans.csv line 5",
        "outcomes.csv line 7",
        "assurance.csv line 3",
    ],
    "xlsx": ["areas!1:1", "areas!G9", "plans!F5", "outcomes!A7", "assurance!B3"],
    "parquet": [
        "",
        "areas.parquet row 8",
        "plans.parquet row 4",
        "outcomes.parquet row 6",
        "assurance.parquet row 2",
    ],
}


@pytest.mark.parametrize("file_format", IN_FILE)
def test_a_fault_in_a_file_says_where_it_stands(file_format, tmp_path):
    files = bcf.write_tables(broken()._asdict(), tmp_path, file_format=file_format)
    tables = bcf.read_tables(files[0] if file_format == "xlsx" else tmp_path)
    assert set(found_in(tables)["place"]) == set(IN_FILE[file_format])


def test_a_fault_in_a_data_frame_is_told_by_its_row_and_a_changed_one_is_a_data_frame(tmp_path):
    rows = {"", "row 8", "row 4", "row 6", "row 2"}
    assert set(found_in(broken())["place"]) == rows
    bcf.write_tables(broken()._asdict(), tmp_path)
    read = bcf.read_tables(tmp_path)
    shuffled = [table.sample(frac=1, random_state=1, ignore_index=True) for table in read]
    assert {place.split()[0] for place in found_in(shuffled)["place"] if place} == {"areas.csv", "row"}


def test_every_fault_names_its_area_where_the_areas_or_its_own_row_do():
    found = found_in(broken())
    areas = bcf.load_example("two_waves").areas.set_index("area_code")["area_name"]
    assert (found["area_name"] == found["area_code"].map(areas).fillna("")).all()
    assert (found["area_name"] != "").sum() == 3


def test_the_message_of_a_fault_begins_with_its_place_and_the_name_of_its_area(tmp_path):
    bcf.write_tables(broken()._asdict(), tmp_path, file_format="xlsx")
    with pytest.raises(bcf.InputError, match="\n  plans!F5 Hartlepool: not_a_number: E06000001 wave_2 "):
        bcf.settle(*bcf.read_tables(tmp_path / "settlement.xlsx"), on_missing="withhold")
    with pytest.raises(bcf.InputError, match="\n  plans row 4 Hartlepool: not_a_number: E06000001 wave_2 "):
        bcf.settle(*broken(), on_missing="withhold")


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("paid", "area_code,line,paid_pence\n\nE06000001,reablement,-5\n"),
        (
            "decisions",
            "area_code,wave,line,hwb_agrees,nhs_england_agrees,peer_reviewer_agrees\n\nE06000001,x,,,,\n",
        ),
    ],
)
def test_payments_made_and_decisions_have_places_too(name, columns):
    settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    table = parse_csv(columns.encode(), name, f"{name}.csv")
    with pytest.raises(bcf.InputError) as caught:
        settlement.due(table) if name == "paid" else settlement.resolve(table)
    first = caught.value.problems.iloc[0]
    assert first["place"] == f"{name}.csv line 3"
    assert first["area_name"] == "Hartlepool"
