"""What is only a matter of writing is accepted, or refused with what to write."""

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.tables.row_rules import as_date

KEYS = ["area_code", "wave", "metric"]


def example():
    return bcf.load_example("two_waves")


def problems(tables, **options):
    with pytest.raises(bcf.InputError) as caught:
        bcf.validate(*tables, on_missing="withhold", **options)
    return caught.value.problems


def spaced(table):
    words = [name for name in (*KEYS, "area_name", "region", "plan_status") if name in table]
    return table.assign(**{name: table[name].astype(object).map(lambda cell: f" {cell}\t") for name in words})


def test_blanks_around_codes_waves_metrics_names_and_statuses_change_nothing():
    plain = bcf.settle(*example(), on_missing="withhold", verify=True)
    settled = bcf.settle(*map(spaced, example()), on_missing="withhold", verify=True)
    for name in ("areas", "payments", "assessments", "reviews", "warnings"):
        pd.testing.assert_frame_equal(getattr(settled, name), getattr(plain, name))
    assert settled.provenance["sha256"] == plain.provenance["sha256"]


def test_blanks_around_directions_and_decisions_change_nothing():
    tables = example()
    plans = tables.plans.assign(direction="lower")
    either = "december_2013"
    plain = bcf.settle(*tables._replace(plans=plans), either, on_missing="withhold")
    given = tables._replace(plans=plans.assign(direction=" lower "))
    settled = bcf.settle(*given, either, on_missing="withhold", verify=True)
    pd.testing.assert_frame_equal(settled.payments, plain.payments)
    review = plain.reviews.iloc[[0]][["area_code", "wave", "line"]]
    agreed = review.assign(hwb_agrees="yes", nhs_england_agrees="yes", peer_reviewer_agrees="yes")
    moved = settled.resolve(agreed.assign(area_code=f" {agreed['area_code'].iloc[0]}", wave="wave_1 "))
    pd.testing.assert_frame_equal(moved.releases, plain.resolve(agreed).releases)


def test_keys_that_differ_by_blanks_alone_are_the_same_key():
    tables = example()
    again = tables.plans.iloc[[0]].assign(metric="delayed_transfers ")
    found = problems(tables._replace(plans=pd.concat([tables.plans, again], ignore_index=True)))
    assert found[["reason", *KEYS, "place"]].to_numpy().tolist() == [
        ["duplicate_row", "E06000001", "wave_1", "delayed_transfers", f"row {len(tables.plans) + 1}"]
    ]


@pytest.mark.parametrize(
    ("table", "column", "written", "fix"),
    [
        ("plans", "wave", "Wave 1", "write wave_1"),
        ("assurance", "plan_status", "Approved with Support", "write approved_with_support"),
        ("assurance", "plan_status", "Approved_With_Support", "write approved_with_support"),
        ("plans", "baseline_numerator", "£1,000", "write 1000, without the pound sign"),
        ("plans", "baseline_numerator", -1, "write a finite number of at least 0; a denominator above 0"),
        ("areas", "nhs_weight", -1, "write a finite number of at least 0"),
    ],
)
def test_what_is_written_otherwise_is_refused_with_what_to_write(table, column, written, fix):
    tables = example()
    changed = getattr(tables, table).astype(object)
    changed.loc[0, column] = written
    assert problems(tables._replace(**{table: changed}))["fix"].tolist() == [fix]


def test_a_quarter_and_a_metric_as_people_write_them_are_told_their_names():
    tables = bcf.load_example("p4p_2015_16")
    outcomes = tables.outcomes.astype(object)
    outcomes.loc[0, "wave"] = "Q4 2014/15"
    found = problems(tables._replace(outcomes=outcomes), scheme="july_2014")
    assert found["fix"].tolist() == ["write q4_2014_15"]
    plans = tables.plans.replace({"metric": {"emergency_admissions": "Emergency admissions"}})
    with pytest.raises(bcf.InputError, match="rename the metric 'Emergency admissions' if it means"):
        bcf.validate(*tables._replace(plans=plans), "july_2014")
    warnings = bcf.validate(*tables._replace(plans=plans), "july_2014", on_missing="withhold")
    assert warnings["message"].str.contains("did you mean 'emergency_admissions'").any()


@pytest.mark.parametrize(
    "day", ["2014-04-04", "2014-04-04 00:00:00", "2014-04-04T23:59", " 2014-04-04 00:00:00.000 "]
)
def test_a_time_after_a_day_is_accepted(day):
    assert as_date(day).isoformat() == "2014-04-04"


@pytest.mark.parametrize(
    "day", ["20140404", "2014-W14-5", "2014-04-04 25:00", "2014-04-04 noon", "2014-04-31"]
)
def test_what_is_no_day_of_the_iso_calendar_is_none(day):
    assert as_date(day) is None


def test_payments_made_are_asked_for_in_pence():
    settlement = bcf.settle(*example(), on_missing="withhold")

    def fix_of(**columns):
        with pytest.raises(bcf.InputError) as caught:
            settlement.due(pd.DataFrame({"area_code": ["E06000001"], **columns}))
        return caught.value.problems.loc[0, "fix"]

    assert fix_of(paid_pence=[-5]) == "write a finite number of at least 0"
    assert fix_of(paid_pence=["£1,000.50"]) == "write whole pence: 100050"
    assert fix_of(paid_pounds=[5]) == "write whole pence into paid_pence: paid_pounds times 100"
