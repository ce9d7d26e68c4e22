"""Cells as numbers: each row finds its own cell again, and equal keys are found at any size."""

import numpy as np
import pandas as pd
import pytest

from bcf_payments.tables.keyed import Keyed, keyed_cells, repeated

COLUMNS = {
    "text": pd.Series(["b", "a", "b", None]),
    "text without gaps": pd.Series(["b", "a", "b"]),
    "pandas string": pd.Series(["b", pd.NA, "b"], dtype="string"),
    "objects": pd.Series(["b", "a", "b"], dtype=object),
    "mixed": pd.Series([True, 1, "1", None, 1.0], dtype=object),
    "lists": pd.Series([[1], [1], "x"], dtype=object),
    "truths": pd.Series([True, False, True]),
    "integers": pd.Series([3, 1, 3]),
    "floats": pd.Series([0.5, 1.5, 0.5]),
    "single floats": pd.Series([95.1, 0.1], dtype=np.float32),
    "categories": pd.Series(["b", "a", "b"], dtype="category"),
    "nothing": pd.Series([], dtype=object),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_every_row_has_its_own_cell(name):
    values = COLUMNS[name]
    keyed = keyed_cells(values)
    assert len(keyed.cells) == len(keyed.numbers) == len(values)
    for cell, number in zip(keyed.cells, keyed.numbers, strict=True):
        found = keyed.different[number]
        assert (pd.isna(cell) and pd.isna(found)) or found == cell
    assert len(set(map(str, keyed.different))) <= len(keyed.different) <= len(values)


def test_cells_stand_as_they_are_written():
    assert [type(cell) for cell in keyed_cells(COLUMNS["mixed"]).cells] == [bool, int, str, type(None), float]
    assert keyed_cells(COLUMNS["single floats"]).cells == [95.1, 0.1]
    assert keyed_cells(COLUMNS["lists"]).cells == ["[1]", "[1]", "x"]


def test_blanks_around_words_are_no_part_of_them():
    keyed = keyed_cells(pd.Series([" a", "a", "b "])).trimmed()
    assert (keyed.cells, keyed.different, keyed.numbers.tolist()) == (["a", "a", "b"], ["a", "b"], [0, 0, 1])
    mixed = keyed_cells(pd.Series([" a", 1, None], dtype=object)).trimmed()
    assert mixed.cells == ["a", 1, None]
    same = keyed_cells(pd.Series(["a", "b"]))
    assert same.trimmed() is same


def test_keys_that_stand_before_are_found_however_many_different_ones_there_are():
    columns = [Keyed(np.array([0, 1, 0, 0]), ["a", "b"]) for _ in range(3)]
    assert repeated(columns).tolist() == [False, False, True, True]


class Many(list):
    """A list that says that it has very many items."""

    def __len__(self):
        return 2**40


def test_the_numbers_of_keys_never_exceed_64_bits():
    many = Keyed(np.array([2**40 - 1, 5, 2**40 - 1]), Many())
    assert repeated([many] * 5).tolist() == [False, False, True]
