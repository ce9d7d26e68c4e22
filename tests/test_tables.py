import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import bcf_payments as bcf
from bcf_payments.tables import Problems, input_schema
from bcf_payments.tables.checking import faults_of
from bcf_payments.tables.input_rules import table_rules
from bcf_payments.tables.row_rules import Sheet
from bcf_payments.testing import cases

SPOILT = st.sampled_from(
    [
        None,
        np.nan,
        "",
        " ",
        "x",
        "e06000001",
        "E06000001",
        "wave_9",
        "up",
        "1,234",
        "77%",
        True,
        -1,
        0,
        1,
        np.inf,
    ]
)


def example(**changes):
    return bcf.load_example("two_waves")._replace(**changes)


def problems(tables, scheme="october_2013", **options):
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(*tables, scheme, **{"on_missing": "withhold"} | options)
    return Problems.validate(caught.value.problems)


def test_faults_of_all_tables_come_at_once_with_areas_and_fixes():
    tables = example()
    tables.areas.loc[3, "nhs_weight"] = -1
    tables.outcomes["outcome_numerator"] = tables.outcomes["outcome_numerator"].astype(object)
    tables.outcomes.loc[0, "outcome_numerator"] = "2,563"
    tables.assurance.loc[5, "plan_status"] = "aproved"
    found = problems(tables._replace(plans=tables.plans.drop(columns="target_numerator")))
    areas, assurance = tables.areas["area_code"], tables.assurance["area_code"]
    rows = found[["table", "reason", "area_code", "column", "value", "fix"]].itertuples(
        index=False, name=None
    )
    number_fix = "write a finite number of at least 0"
    comma_fix = "leave the thousands separators out: 2563"
    assert sorted(rows) == [
        ("areas", "out_of_range", areas[3], "nhs_weight", "-1", number_fix),
        ("assurance", "unknown_value", assurance[5], "plan_status", "aproved", "did you mean approved?"),
        ("outcomes", "not_a_number", "E06000001", "outcome_numerator", "2,563", comma_fix),
        ("plans", "missing_column", "", "target_numerator", "", "add the column"),
    ]


def test_a_misspelt_needed_column_is_a_fault_that_names_it():
    tables = example()
    found = problems(tables._replace(plans=tables.plans.rename(columns={"wave": "wavee"})))
    assert found[["reason", "column", "fix"]].to_numpy().tolist() == [
        ["missing_column", "wave", "rename the column 'wavee'"]
    ]


def test_a_misspelt_optional_column_is_a_warning():
    tables = example()
    assurance = tables.assurance.assign(submited_on="2014-09-01")
    warnings = bcf.validate(*tables._replace(assurance=assurance), on_missing="withhold")
    assert warnings["reason"].unique().tolist() == ["misspelt_column", "unlikely_change"]
    assert "did you mean 'submitted_on'" in warnings["message"][0]


def test_a_column_that_stands_twice_is_refused():
    tables = example()
    plans = tables.plans.rename(columns={"sample_size": "wave"})
    assert set(problems(tables._replace(plans=plans))["reason"]) == {"duplicate_column"}


def test_a_misspelt_metric_is_ignored_and_suggested_for_the_rows_that_are_missing():
    tables = example()
    outcomes = tables.outcomes.replace({"metric": {"reablement": "reablment"}})
    warnings = bcf.settle(*tables._replace(outcomes=outcomes), on_missing="withhold").warnings
    likely = warnings[warnings["reason"] != "unlikely_change"]
    assert likely[["metric", "reason"]].to_numpy().tolist() == [["reablment", "unknown_metric"]]
    found = problems(tables._replace(outcomes=outcomes), on_missing="raise")
    fixes = found[found["metric"] == "reablement"]["fix"]
    assert len(fixes) == 151
    assert fixes.str.startswith("rename the metric 'reablment' if it means 'reablement'").all()


def test_a_metric_that_is_not_paid_in_a_wave_is_ignored_whatever_it_holds():
    tables = example()
    extra = tables.outcomes.iloc[[0]].assign(metric="reablement", outcome_numerator="n/a")
    outcomes = pd.concat([tables.outcomes, extra], ignore_index=True)
    settlement = bcf.settle(*tables._replace(outcomes=outcomes), on_missing="withhold")
    plain = bcf.settle(*tables, on_missing="withhold")
    pd.testing.assert_frame_equal(settlement.payments, plain.payments)


def test_an_unknown_wave_is_a_fault_with_the_nearest_one():
    tables = example()
    plans = tables.plans.replace({"wave": {"wave_2": "wave2"}})
    found = problems(tables._replace(plans=plans))
    assert set(found["reason"]) == {"unknown_value"}
    assert set(found["fix"]) == {"did you mean wave_2?"}


def test_outcomes_of_waves_that_are_not_due_may_be_blank():
    tables = example()
    later = tables.outcomes["wave"] == "wave_2"
    outcomes = tables.outcomes.assign(outcome_numerator=tables.outcomes["outcome_numerator"].mask(later))
    settlement = bcf.settle(*tables._replace(outcomes=outcomes), through="wave_1", on_missing="withhold")
    assert settlement.summary("wave")["not_due_pence"].tolist() == [0, 50_000_000_000]


def test_a_hundred_thousand_bad_rows_are_all_listed_and_briefly_told():
    size = 100_000
    plans = pd.DataFrame(
        {
            "area_code": [f"X{i:08}" for i in range(size)],
            "wave": [f"wave {i}" for i in range(size)],
            "metric": "delayed_transfers",
            "baseline_numerator": "none",
            "baseline_denominator": 0,
            "target_numerator": np.nan,
            "target_denominator": "100%",
        }
    )
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(*example(plans=plans), on_missing="withhold")
    assert caught.value.problems["reason"].value_counts().to_dict() == {
        "bad_code": size,
        "unknown_value": size,
    }
    assert len(str(caught.value).splitlines()) == 12
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(*example(plans=plans.assign(wave="wave_1")), on_missing="withhold")
    assert len(caught.value.problems) == 5 * size


def test_an_empty_areas_table_is_a_missing_row():
    tables = example()
    found = problems(tables._replace(areas=tables.areas.head(0)))
    assert ["areas", "missing_row"] in found[["table", "reason"]].to_numpy().tolist()


def test_every_area_needs_assurance_unless_gaps_are_withheld():
    tables = example()
    lacking = tables._replace(assurance=tables.assurance.iloc[1:])
    settled = bcf.settle(*lacking, on_missing="withhold", verify=True)
    assert settled.payments.query("held_reason == 'missing_data' and line == 'conditions'")[
        "area_code"
    ].tolist() == [tables.assurance["area_code"][0]]
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(*lacking)
    found = caught.value.problems.query("table == 'assurance'")
    assert found[["table", "reason", "area_code"]].to_numpy().tolist() == [
        ["assurance", "missing_row", tables.assurance["area_code"][0]]
    ]


def test_weights_must_not_all_be_zero():
    tables = example()
    for zero in (0, "0/3", 0.0):
        found = problems(tables._replace(areas=tables.areas.assign(nhs_weight=zero)))
        assert found[["reason", "column"]].to_numpy().tolist() == [["out_of_range", "nhs_weight"]]


def test_blank_names_and_regions_are_refused():
    tables = example()
    found = problems(tables._replace(areas=tables.areas.assign(region=None)))
    assert set(found["reason"]) == {"missing_value"}
    assert len(found) == 151


def test_a_metric_that_may_go_either_way_needs_its_direction():
    tables = example()
    row = {"area_code": "E06000001", "wave": "wave_1", "metric": "local"}
    numbers = dict.fromkeys(["baseline_numerator", "target_numerator"], 1)
    numbers |= dict.fromkeys(["baseline_denominator", "target_denominator"], 1)
    plans = pd.concat([tables.plans, pd.DataFrame([row | numbers])], ignore_index=True)
    found = problems(tables._replace(plans=plans), "december_2013")
    assert found[["reason", "column"]].to_numpy().tolist() == [["missing_column", "direction"]]
    found = problems(tables._replace(plans=plans.assign(direction="up")), "december_2013")
    assert found[["reason", "metric", "fix"]].to_numpy().tolist() == [
        ["unknown_value", "local", "write one of: lower, higher"]
    ]
    bcf.settle(
        *tables._replace(plans=plans.assign(direction="higher")), "december_2013", on_missing="withhold"
    )


@pytest.mark.parametrize("blank", [None, "", " ", np.nan, pd.NA, pd.NaT])
def test_a_blank_day_of_submission_is_a_missing_condition(blank):
    tables = example()
    days = pd.Series(["2014-04-30"] * 151, dtype=object)
    days[0] = blank
    tables = tables._replace(assurance=tables.assurance.assign(submitted_on=days))
    assert "submitted_on" in problems(tables, on_missing="raise")["column"].tolist()
    settlement = bcf.settle(*tables, on_missing="withhold")
    line = settlement.assessments.query("line == 'conditions'").set_index("area_code")["status"]
    assert line[tables.assurance["area_code"][0]] == "missing"


@pytest.mark.parametrize(
    ("day", "reason"),
    [("2014-05-01", "conditions"), ("2014-04-30", ""), (pd.Timestamp("2014-05-01"), "conditions")],
)
def test_a_late_plan_earns_none_of_the_conditions_money(day, reason):
    tables = example()
    assurance = tables.assurance.assign(submitted_on=pd.Series([day] * 151, dtype=object))
    payments = bcf.settle(*tables._replace(assurance=assurance), on_missing="withhold").payments
    row = payments.query("line == 'conditions' and area_code == 'E06000001'").iloc[0]
    assert row["held_reason"] == reason
    assert (row["earned_pence"] == 0) == bool(reason)


def test_days_that_are_no_dates_are_refused():
    tables = example()
    found = problems(tables._replace(assurance=tables.assurance.assign(submitted_on="30/04/2014")))
    assert set(found["reason"]) == {"unknown_value"}


@pytest.mark.parametrize("written", [True, "Yes", "TRUE", 1, "1", 1.0, np.True_])
def test_conditions_may_be_written_in_any_accepted_way(written):
    tables = example()
    conditions = bcf.load_scheme("october_2013").condition_names
    assurance = tables.assurance.assign(**dict.fromkeys(conditions, written), plan_status="approved")
    settlement = bcf.settle(*tables._replace(assurance=assurance), on_missing="withhold")
    assert set(settlement.assessments.query("line == 'conditions'")["status"]) == {"met"}


def test_nullable_and_text_columns_settle_like_plain_ones():
    tables = example()
    plain = bcf.settle(*tables, on_missing="withhold")
    nullable = [frame.convert_dtypes() for frame in tables]
    text = [frame.astype(object).map(lambda v: v if v is None or v != v else str(v)) for frame in tables]  # noqa: PLR0124
    for other in (nullable, text):
        settled = bcf.settle(*other, on_missing="withhold")
        pd.testing.assert_frame_equal(settled.payments, plain.payments)
        pd.testing.assert_frame_equal(settled.assessments, plain.assessments)


def test_tables_that_are_no_tables_are_named():
    tables = example()
    found = problems(tables._replace(plans=[1, 2]))
    assert found[["table", "reason"]].to_numpy().tolist() == [["plans", "missing_table"]]


def test_options_are_checked_like_values():
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(*example(), through="wave_3", on_missing="withold")
    assert caught.value.problems[["column", "fix"]].to_numpy().tolist() == [
        ["through", "did you mean wave_2?"],
        ["on_missing", "did you mean withhold?"],
    ]


def test_the_callers_tables_stay_as_they_are():
    tables = example()
    copies = [frame.copy() for frame in tables]
    bcf.settle(*tables, on_missing="withhold")
    for frame, copy in zip(tables, copies, strict=True):
        pd.testing.assert_frame_equal(frame, copy)


def test_checks_hold_even_where_pandera_is_switched_off():
    from pandera.config import config_context

    tables = example()
    tables.areas.loc[0, "nhs_weight"] = -1
    with config_context(validation_enabled=False):
        assert set(problems(tables)["reason"]) == {"out_of_range"}


@pytest.mark.parametrize("scheme", bcf.available_schemes())
def test_the_examples_pass_the_published_schemas(scheme):
    rules = bcf.load_scheme(scheme)
    for name, frame in bcf.load_example(rules.example)._asdict().items():
        assert input_schema(name, rules).validate(frame) is not None


def test_the_published_schemas_point_at_rows():
    import pandera.pandas as pa

    plans = bcf.load_example("two_waves").plans
    plans.loc[7, "target_denominator"] = 0
    with pytest.raises(pa.errors.SchemaErrors) as caught:
        input_schema("plans", bcf.load_scheme("october_2013")).validate(plans, lazy=True)
    assert set(caught.value.failure_cases["index"]) == {7}


def test_a_row_of_blanks_does_not_pass_the_published_schemas():
    import pandera.pandas as pa

    plans = bcf.load_example("two_waves").plans.astype(object)
    plans.loc[7] = None
    with pytest.raises(pa.errors.SchemaErrors) as caught:
        input_schema("plans", bcf.load_scheme("october_2013")).validate(plans, lazy=True)
    assert set(caught.value.failure_cases["index"]) == {7}


@given(cases(), st.data())
def test_the_published_schemas_find_at_fault_what_a_settlement_finds(case, data):
    import pandera.pandas as pa

    name = data.draw(st.sampled_from(case._fields[1:5]))
    table = getattr(case, name).astype(object)
    places, columns = range(len(table)), range(len(table.columns))
    for row in data.draw(st.sets(st.sampled_from(places), max_size=3)) if places else ():
        spoilt = data.draw(st.lists(st.sampled_from(columns), min_size=1) | st.just(list(columns)))
        table.iloc[row, spoilt] = data.draw(SPOILT)
    rules = table_rules(case.scheme, len(case.scheme.waves), "raise")[name]
    rules = (*rules.of_keys, *rules.of_values)
    sheet = Sheet(table)
    asked = {
        (rule.name, index)
        for rule in rules
        for column in rule.columns
        if sheet.has(column)
        for index in table.index[rule.bad(sheet, column)]
    }
    try:
        input_schema(name, case.scheme).validate(table, lazy=True)
        told = set()
    except pa.errors.SchemaErrors as error:
        told = set(error.failure_cases[["check", "index"]].itertuples(index=False, name=None))
    assert told == asked
    assert bool(faults_of(name, sheet, rules)) == bool(asked)


def test_errors_cross_process_borders():
    import pickle

    found = problems(example(plans=3))
    error = pickle.loads(pickle.dumps(bcf.InputError(found)))  # noqa: S301 - our own bytes
    pd.testing.assert_frame_equal(error.problems, found)
    fault = pickle.loads(pickle.dumps(bcf.SchemeError([("a", "b")], "own")))  # noqa: S301 - our own bytes
    assert (str(fault), fault.faults) == (str(bcf.SchemeError([("a", "b")], "own")), (("a", "b"),))


def test_a_hundred_thousand_unknown_metrics_are_ignored_one_by_one():
    tables = example()
    names = [f"metric {i}" for i in range(100_000)]
    extra = pd.DataFrame({"area_code": "E06000001", "wave": "wave_1", "metric": names})
    outcomes = pd.concat([tables.outcomes, extra], ignore_index=True)
    warnings = bcf.validate(*tables._replace(outcomes=outcomes), on_missing="withhold")
    likely = bcf.validate(*tables, on_missing="withhold")["reason"].value_counts().to_dict()
    assert warnings["reason"].value_counts().to_dict() == {"unknown_metric": 100_000} | likely


@pytest.mark.parametrize("dtype", ["float32", "Float32", "float[pyarrow]", "category"])
def test_a_single_precision_number_is_read_in_its_own_width_whatever_holds_the_column(dtype):
    weights = pd.Series([95.1, 1.1], index=["E1", "E2"], dtype="float32")
    assert bcf.apportion(10**17, weights.astype(dtype)).equals(
        bcf.apportion(10**17, pd.Series({"E1": "95.1", "E2": "1.1"}))
    )


@pytest.mark.parametrize("code", [101, 101.0])
def test_codes_that_are_numbers_are_told_to_be_text(code):
    scheme = bcf.load_scheme("october_2013").replace(area_code_pattern=r"\d{3}(\.0)?")
    tables = example()
    codes = tables.areas["area_code"].astype(object)
    codes[0] = code
    found = problems(tables._replace(areas=tables.areas.assign(area_code=codes)), scheme)
    of_code = found[(found["table"] == "areas") & (found["value"] == str(code))]
    assert of_code["fix"].tolist() == ["give the codes as text, not as numbers (.astype(str))"]
