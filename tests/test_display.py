"""Money as people read it."""

import pandas as pd

import bcf_payments as bcf


def test_every_column_of_pence_is_told_in_pounds_and_nothing_else_changes():
    table = pd.DataFrame(
        {"area": ["a", "b"], "earned_pence": [123_456_78, -5], "rate": [0.1, 0.2]}, index=[7, 3]
    )
    table.attrs["notices"] = ("An example.",)
    told = bcf.in_pounds(table)
    assert told["earned"].tolist() == ["£123,456.78", "-£0.05"]
    assert told.columns.tolist() == ["area", "earned", "rate"]
    assert told.index.tolist() == [7, 3]
    assert told.attrs == table.attrs
    assert table["earned_pence"].tolist() == [123_456_78, -5]
    pd.testing.assert_frame_equal(told[["area", "rate"]], table[["area", "rate"]])


def test_amounts_of_any_size_keep_every_penny():
    amounts = [2**53 + 1, 10**30 + 1]
    assert bcf.in_pounds(pd.DataFrame({"amount_pence": amounts}, dtype=object))["amount"].tolist() == [
        "£90,071,992,547,409.93",
        "£10,000,000,000,000,000,000,000,000,000.01",
    ]


def test_means_are_rounded_to_pence_and_missing_amounts_are_blank():
    table = pd.DataFrame({"mean_pence": [1.4, float("nan")], "pence": [1, 2]})
    assert bcf.in_pounds(table).to_dict("list") == {"mean": ["£0.01", ""], "pence": [1, 2]}
    assert bcf.in_pounds(pd.DataFrame({"left_pence": pd.array([1, None], dtype="Int64")}))["left"][1] == ""
    assert bcf.in_pounds(table.head(0)).columns.tolist() == ["mean", "pence"]
