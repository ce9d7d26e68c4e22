"""A table remembers where its cells stand in the file that it was read from."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.files import parse_csv
from bcf_payments.tables.places import PLACES, places_of

CSV = b'# a remark,,\n\narea_code,"line\nbreak",n\n\nA,"1\n\n2",3\n , ,\nB,4,5\n'


def places(frame, column, *rows):
    return places_of(frame).of(frame, np.array(rows), column)


def test_a_csv_file_is_counted_in_its_own_lines_also_with_blank_ones_and_quoted_line_breaks():
    frame = parse_csv(CSV, "areas", "areas.csv")
    assert places_of(frame).header == "areas.csv line 3"
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
