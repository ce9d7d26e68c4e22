"""What a number is, at every door through which one comes in."""

import sys
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.exact.numbers import as_fraction, ratio

TOO_LARGE_OR_SMALL = {
    "an exponent of 400": "1e400",
    "a long exponent": "1e" + "9" * 990,
    "a decimal beyond floats": Decimal("1E+400"),
    "an integer beyond floats": 10**400,
    "an integer too long for Python to print": 10**5000,
    "a fraction too long for Python to print": Fraction(10**5000 + 1, 10**5000),
    "a text of 2,000 digits": "1" * 2000,
    "a decimal below floats": "1e-400",
}
NO_NUMBERS = {
    "a signalling NaN": Decimal("sNaN"),
    "a decimal NaN": Decimal("NaN"),
    "a complex number": 1 + 0j,
    "a complex number of NumPy": np.complex128(1),
    "a truth": True,
    "a truth of NumPy": np.bool_(True),
    "a list": [10**5000],
}
BEYOND_FLOAT64 = np.finfo(np.longdouble).maxexp > np.finfo(np.float64).maxexp
COLUMNS = (
    ("areas", "nhs_weight"),
    ("plans", "baseline_numerator"),
    ("plans", "target_denominator"),
    ("outcomes", "outcome_numerator"),
    ("outcomes", "outcome_denominator"),
)

refused = pytest.mark.parametrize(
    ("value", "reason"),
    [
        *(pytest.param(value, "out_of_range", id=name) for name, value in TOO_LARGE_OR_SMALL.items()),
        *(pytest.param(value, "not_a_number", id=name) for name, value in NO_NUMBERS.items()),
    ],
)


def with_cell(frame, column, value):
    cells = frame[column].tolist()
    cells[0] = value
    column_of_objects = np.empty(len(cells), dtype=object)
    column_of_objects[:] = cells
    return frame.assign(**{column: column_of_objects})


def with_first(table, column, value):
    example = bcf.load_example("two_waves")
    return example._replace(**{table: with_cell(getattr(example, table), column, value)})


def faults(call, *arguments, **options):
    with pytest.raises(bcf.InputError) as caught:
        call(*arguments, **options)
    assert all(len(line) < 300 for line in str(caught.value).splitlines())
    return caught.value.problems


@refused
@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_cell_that_is_no_number_of_float64s_range_is_a_fault_of_its_cell(table, column, value, reason):
    tables = with_first(table, column, value)
    found = faults(bcf.validate, *tables, on_missing="withhold")
    told = found[["table", "reason", "area_code", "column"]].drop_duplicates().to_numpy().tolist()
    assert told == [[table, reason, getattr(tables, table)["area_code"][0], column]]


@refused
def test_apportion_and_split_refuse_the_same_numbers(value, reason):
    weights = with_cell(pd.DataFrame({"weight": [1, 1]}, index=["a", "b"]), "weight", value)["weight"]
    assert faults(bcf.apportion, 100, weights)["reason"].tolist() == [reason]
    assert faults(bcf.split, 100, {"a": value, "b": 0})["reason"].tolist() == [reason]


@refused
def test_totals_and_amounts_asked_for_are_whole_pence(value, reason):
    del reason  # each door wants an integer, and says so
    settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    line = ("E06000001", "wave_1", "emergency_admissions")
    assert len(faults(bcf.split, value, {"a": 1})) == 1
    assert len(faults(bcf.apportion, value, pd.Series([1]))) == 1
    assert len(faults(bcf.required_outcome, settlement, *line, value)) == 1


@refused
@pytest.mark.parametrize("rule", ["waves__0__lines__1__share", "components__0__amount_pounds"])
def test_a_scheme_refuses_the_same_numbers_where_they_stand(rule, value, reason):
    del reason
    scheme = bcf.load_scheme("october_2013")
    with pytest.raises(bcf.SchemeError) as caught:
        scheme.replace(**{rule: value})
    assert rule.replace("__", ".") in caught.value.problems["where"][0]
    assert all(len(line) < 300 for line in str(caught.value).splitlines())


@refused
def test_a_threshold_for_reviews_is_such_a_number(value, reason):
    settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    assert faults(settlement.reviews_at, value)["reason"].tolist() == [reason]


@pytest.mark.parametrize("value", [5e-324, sys.float_info.max, "1/" + "9" * 300, 10**308, np.longdouble(3)])
def test_every_number_of_float64s_range_is_one(value):
    assert as_fraction(value) > 0
    assert bcf.apportion(100, pd.Series([value, 0], dtype=object)).tolist() == [100, 0]


@pytest.mark.skipif(not BEYOND_FLOAT64, reason="long doubles are doubles here")
def test_a_long_double_beyond_a_double_is_out_of_range():
    weights = pd.Series(np.array(["1e4000", "1"], dtype=np.longdouble))
    assert faults(bcf.apportion, 100, weights)["reason"].tolist() == ["out_of_range"]


@pytest.mark.parametrize("numerator", [10.0, "10", 10])
@pytest.mark.parametrize("denominator", [1e-308, "1e-308", Decimal("1E-308")])
def test_a_rate_that_no_float64_holds_is_out_of_range(numerator, denominator):
    tables = with_first("plans", "target_numerator", numerator)
    tables = tables._replace(plans=with_cell(tables.plans, "target_denominator", denominator))
    found = faults(bcf.validate, *tables, on_missing="withhold")
    assert found[["table", "reason", "column"]].to_numpy().tolist() == [
        ["plans", "out_of_range", "target_numerator"]
    ]
    assert "denominator" in found["fix"][0]


def test_denominators_that_are_ignored_make_no_rate():
    tables = bcf.load_example("p4p_2015_16")
    plans = tables.plans.assign(baseline_denominator=1e-308, target_denominator=1e-308)
    outcomes = tables.outcomes.assign(outcome_denominator=1e-308)
    changed = tables._replace(plans=plans, outcomes=outcomes)
    found = bcf.settle(*changed, "july_2014", on_missing="withhold")
    plain = bcf.settle(*tables, "july_2014", on_missing="withhold")
    pd.testing.assert_frame_equal(found.payments, plain.payments)


def test_a_sample_size_is_such_a_number():
    tables = bcf.load_example("two_waves")
    rows = (tables.plans["metric"] == "user_experience").idxmax()
    sizes = tables.plans["sample_size"].astype(object)
    for value in (10**5000, Decimal("sNaN"), "1e400", Decimal("1E+400")):
        sizes[rows] = value
        plans = tables.plans.assign(sample_size=sizes)
        found = faults(bcf.simulate, tables.areas, plans, tables.assurance, draws=2, on_missing="withhold")
        assert set(found["column"]) == {"sample_size"}


def test_an_achievement_beyond_floats_is_the_largest_float():
    tables = with_first("plans", "baseline_numerator", 10**300)
    first = tables.plans.loc[0]
    plans = with_cell(tables.plans, "target_numerator", str(10**300 - 1))
    same = plans.assign(target_denominator=plans["baseline_denominator"])
    tables = tables._replace(plans=with_cell(same, "target_denominator", str(first["baseline_denominator"])))
    settlement = bcf.settle(*tables, on_missing="withhold", verify=True)
    line = settlement.assessments.set_index(["area_code", "wave", "line"]).loc[
        (first["area_code"], first["wave"], first["metric"])
    ]
    assert line["achievement"] == pytest.approx(1e300)
    assert line["status"] == "met"
    settlement.explain(first["area_code"])


def test_ratios_beyond_the_largest_float_are_that_float():
    above, below = np.array([10**400, -(10**400), 1], dtype=object), np.array([1, 1, 10**400], dtype=object)
    assert ratio(above, below).tolist() == [sys.float_info.max, -sys.float_info.max, 0.0]


@pytest.mark.parametrize(
    ("read", "error"), [(bcf.load_scheme, bcf.SchemeError), (bcf.load_worked_example, bcf.WorkedExampleError)]
)
def test_a_file_of_rules_with_a_number_too_long_to_read_is_refused(tmp_path, read, error):
    path = tmp_path / "rules.toml"
    path.write_text(f"amount = {'9' * 5000}\n")
    with pytest.raises(error, match="at most 1,000 digits"):
        read(path)


def test_a_worked_example_refuses_the_same_numbers_where_they_stand(tmp_path):
    path = tmp_path / "example.toml"
    text = ['scheme = "october_2013"', "[[areas]]", 'area_code = "E06000001"', f'weight = "{"9" * 4000}"']
    text += ["[[performance]]", 'wave = "wave_1"', 'metric = "delayed_transfers"', 'outcome = "1e400"']
    path.write_text("\n".join(text))
    with pytest.raises(bcf.WorkedExampleError) as caught:
        bcf.load_worked_example(path)
    places = caught.value.problems.set_index("where")["fault"]
    assert "too large" in places["areas, row 1, weight"]
    assert "too large" in places["performance, row 1, outcome"]
    assert all(len(line) < 300 for line in str(caught.value).splitlines())


def test_true_effects_are_such_numbers():
    areas, plans, _, assurance = bcf.load_example("p4p_2015_16")
    options = {"draws": 2, "on_missing": "withhold", "effects": ["1e400"]}
    assert faults(bcf.luck, areas, plans, assurance, "july_2014", **options)["column"].tolist() == ["effects"]


def test_a_denominator_of_nought_is_one_fault():
    tables = bcf.load_example("two_waves")
    plans = tables.plans.assign(baseline_denominator=tables.plans["baseline_denominator"].replace(100, 0))
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(*tables._replace(plans=plans), on_missing="withhold")
    assert set(caught.value.problems["column"]) == {"baseline_denominator"}


@pytest.mark.parametrize("write", [bcf.write_tables, lambda _, path: bcf.write_template(path)])
def test_a_path_of_no_characters_is_refused(write):
    with pytest.raises(bcf.InputError, match="the name of a file or folder"):
        write({}, "")
