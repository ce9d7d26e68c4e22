"""What to pay now: figures are restated, payments are not."""

import pandas as pd
import pytest

import bcf_payments as bcf

from .samples import settled
from .test_ledger import quarters

AMOUNTS = ["earned_pence", "paid_pence", "due_pence", "overpaid_pence"]
FIRST = quarters([40, 40, 40, 40], [40, None, None, None], through="q4_2014_15")
RESTATED = quarters([40, 40, 40, 40], [0, 40, None, None], through="q1_2015_16")
CODE = FIRST.areas["area_code"].item()


def paid(*pence, **columns):
    return pd.DataFrame({"area_code": CODE, "paid_pence": list(pence)} | columns)


def due(settlement, *payments):
    return settlement.due(*payments)[AMOUNTS].iloc[0].tolist()


def test_a_quarter_that_is_restated_is_not_paid_twice():
    # 40 admissions at £1,490 in the first quarter, paid in May; later found to fall in the second.
    assert due(FIRST) == [5_960_000, 0, 5_960_000, 0]
    assert due(RESTATED, paid(5_960_000)) == [5_960_000, 5_960_000, 0, 0]


def test_what_was_paid_beyond_is_carried_forward_and_not_clawed_back():
    nothing = quarters([40, 40, 40, 40], [0, 0, None, None], through="q1_2015_16")
    assert due(nothing, paid(5_960_000)) == [0, 5_960_000, 0, 5_960_000]
    made_good = quarters([40, 40, 40, 40], [0, 0, 80, None], through="q2_2015_16")
    assert due(made_good, paid(5_960_000)) == [11_920_000, 5_960_000, 5_960_000, 0]


def test_payments_of_an_area_add_up_however_they_are_written():
    columns = {"wave": ["q4_2014_15", ""], "line": None, "paid_on": ["2015-05-01", None], "clerk": "A"}
    assert due(RESTATED, paid("5960000", 1.0, **columns)) == [5_960_000, 5_960_001, 0, 1]


def test_areas_that_were_never_paid_are_due_what_they_earned():
    whole = settled("july_2014")
    table = whole.due(whole.areas[["area_code"]].tail(1).assign(paid_pence=1))
    assert table["paid_pence"].tolist() == [0] * (len(table) - 1) + [1]
    assert (table["earned_pence"] == table["paid_pence"] + table["due_pence"] - table["overpaid_pence"]).all()
    assert table.attrs == whole.payments.attrs


@pytest.mark.parametrize(
    ("payments", "faults"),
    [
        (paid(5960.5), [("out_of_range", "paid_pence")]),
        (paid(-1), [("out_of_range", "paid_pence")]),
        (paid("£5"), [("not_a_number", "paid_pence")]),
        (paid(None), [("not_a_number", "paid_pence")]),
        (paid(1, area_code="E06000002"), [("unknown_area", "area_code")]),
        (paid(1, wave="q5"), [("unknown_value", "wave")]),
        (paid(1, line="beds"), [("unknown_value", "line")]),
        (paid(1, paid_on="May"), [("unknown_value", "paid_on")]),
        (paid(2**62, 2**62), [("out_of_range", "paid_pence")]),
        (paid(1).drop(columns="paid_pence"), [("missing_column", "paid_pence")]),
        (paid(-1, wave="q5"), [("out_of_range", "paid_pence"), ("unknown_value", "wave")]),
        ([1], [("missing_table", "")]),
    ],
)
def test_payments_that_cannot_have_been_made_are_refused_with_every_fault(payments, faults):
    with pytest.raises(bcf.InputError) as caught:
        FIRST.due(payments)
    problems = caught.value.problems
    assert set(problems["table"]) == {"paid"}
    found = problems.assign(
        column=problems["column"].where(problems["reason"] != "unknown_area", "area_code")
    )
    assert sorted(zip(found["reason"], found["column"], strict=True)) == sorted(faults)
    assert problems["fix"].str.len().gt(10).all()


def test_the_command_line_shows_and_writes_what_is_due(run, tmp_path):
    (tmp_path / "paid.csv").write_text("area_code,paid_pence\nE06000001,99999999\n", encoding="utf-8")
    options = ("--scheme", "july_2014", "--through", "q4_2014_15", "--paid", tmp_path / "paid.csv")
    status, out, err = run("due", *options, "--out", tmp_path / "due.csv")
    assert (status, err) == (0, "")
    shown = " ".join(out.split())
    assert "Hartlepool (E06000001) £44,700.00 £999,999.99 £0.00 £955,299.99" in shown
    assert "What is overpaid is set against later payments, and not clawed back." in shown
    written = pd.read_csv(tmp_path / "due.csv")
    assert len(written) == 151
    whole = settled("july_2014", through="q4_2014_15").payments["earned_pence"].sum()
    assert written["earned_pence"].sum() == whole
    assert out.count("Illustration.") == 1


def test_payments_to_areas_that_are_not_settled_are_not_read():
    whole, alone = settled("july_2014"), settled("july_2014", only=("North East",))
    paid = pd.DataFrame(
        {"area_code": ["E06000001", "E08000035", "Hull"], "paid_pence": ["5", "a lot", "7"]}, dtype=object
    )
    assert due(alone, paid.head(2)) == due(whole, paid.head(1))
    assert alone.returns(paid.head(2))["paid_pence"].sum() == 0
    with pytest.raises(bcf.InputError, match="Hull"):
        alone.due(paid)


def test_without_payments_all_that_is_earned_is_due(run):
    status, out, _ = run("due")
    assert status == 0
    assert "other areas" in out
    assert "not clawed back" not in out


def test_payments_are_not_overwritten_by_what_is_due(run, tmp_path):
    (tmp_path / "paid.csv").write_text("area_code,paid_pence\nE06000001,1\n", encoding="utf-8")
    status, _, err = run("due", "--paid", tmp_path / "paid.csv", "--out", tmp_path / "paid.csv")
    assert status == 2
    assert "paid.csv" in err


def test_due_shows_what_was_revised_since(run, tmp_path):
    example = bcf.load_example("p4p_2015_16")
    outcomes = example.outcomes.copy()
    at = (outcomes["area_code"] == "E08000035") & (outcomes["wave"] == "q4_2014_15")
    outcomes.loc[at & (outcomes["metric"] == "emergency_admissions"), "outcome_numerator"] += 200
    bcf.write_tables(example._asdict(), tmp_path / "before")
    bcf.write_tables(example._replace(outcomes=outcomes)._asdict(), tmp_path / "now")
    options = ("--scheme", "july_2014", "--through", "q1_2015_16", "--on-missing", "withhold")
    status, out, err = run("due", tmp_path / "now", "--before", tmp_path / "before", *options)
    assert (status, err) == (0, "")
    assert "Leeds (E08000035) q4_2014_15 £788,210.00 £490,210.00 -£298,000.00" in " ".join(out.split())
    _, out, _ = run("due", tmp_path / "now", "--before", tmp_path / "now", *options)
    assert "Nothing: every payment point earns what it earned before." in out
    status, _, err = run(
        "due", tmp_path / "now", "--before", tmp_path / "b.xlsx", *options, "--out", tmp_path / "due.csv"
    )
    assert status == 1
    assert not (tmp_path / "due.csv").exists()


def test_payments_stand_in_the_return_by_line_and_due_by_area():
    july = settled("july_2014")
    paid = pd.DataFrame(
        {
            "area_code": ["E06000001", "E06000001", "E06000001"],
            "wave": ["q4_2014_15", "q1_2015_16", ""],
            "paid_pence": [4_470_000, 1, 20],
        }
    )
    returns = july.returns(paid).set_index(["area_code", "wave"])["paid_pence"]
    assert returns["E06000001"].tolist() == [4_470_000, 1, 0, 0]
    assert returns.sum() == 4_470_001
    own = july.return_for("E06000001", paid)
    assert own.lines["paid_pence"].tolist() == [4_470_000, 1, 0, 0]
    said = " ".join(str(own).split())
    assert "paid before £44,700.00 £0.01 £0.00 £0.00 £44,700.01" in said
    assert "earned to date £449,980.00" in said
    assert "less what was paid before -£44,700.21" in said
    assert "What is due now" in said
    assert "£405,279.79" in said
    assert "Overpaid" not in said
    assert "paid_pence" not in july.return_for("E06000001").lines


def test_a_payment_names_the_line_of_a_wave_that_has_several():
    october = settled("october_2013")
    paid = pd.DataFrame(
        {"area_code": "E06000001", "wave": "wave_1", "line": ["conditions", ""], "paid_pence": [7, 5]}
    )
    returns = october.returns(paid).set_index(["area_code", "wave", "line"])["paid_pence"]
    assert returns["E06000001", "wave_1", "conditions"] == returns.sum() == 7
    assert "Overpaid" not in str(october.return_for("E06000001", paid))


def test_what_an_area_was_overpaid_stands_in_its_return(run, tmp_path):
    (tmp_path / "paid.csv").write_text("area_code,paid_pence\nE06000001,99999999\n", encoding="utf-8")
    given = ("--scheme", "july_2014", "--paid", tmp_path / "paid.csv")
    _, out, _ = run("return", "Hartlepool", *given)
    assert "Overpaid, below 0: set against later payments" in out
    assert "Total -£550,019.99" in " ".join(out.split())
    status, _, _ = run("return", "all", *given, "--out", tmp_path / "returns.csv")
    assert status == 0
    assert pd.read_csv(tmp_path / "returns.csv")["paid_pence"].sum() == 0
