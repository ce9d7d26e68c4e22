"""That the reference is asked about every figure: a single wrong cell of any table is found."""

import pandas as pd
import pytest

import bcf_payments as bcf

from .samples import example

FEW = 4
SCHEMES = {scheme: example(scheme, FEW) for scheme in bcf.available_schemes()}


def watching():
    """Four areas of July 2014, with a metric that is only watched."""
    tables = SCHEMES["july_2014"]
    waves = {"wave": "q1_2015_16", "metric": "reablement"}
    plans = tables.areas[["area_code"]].assign(
        **waves, baseline_numerator=80, baseline_denominator=100, target_numerator=82, target_denominator=100
    )
    outcomes = plans[["area_code", "wave", "metric"]].assign(outcome_numerator=81, outcome_denominator=100)
    return tables._replace(
        plans=pd.concat([tables.plans, plans]), outcomes=pd.concat([tables.outcomes, outcomes])
    )


def another(value):
    if isinstance(value, bool):
        return not value
    return f"not {value}" if isinstance(value, str) else value + 1


def with_one_wrong_cell(honest, column, rows):
    """A table of a settlement in which the last cell of a column that is filled in is another."""

    def tampered(settlement):
        table = honest.fget(settlement)
        chosen = table.query(rows) if rows else table
        filled = chosen.index[chosen[column].notna()]
        if len(filled):
            cells = table[column].tolist()
            cells[filled[-1]] = another(cells[filled[-1]])
            table[column] = cells
        return table

    return property(tampered)


def refusal(tables, scheme, through=None):
    with pytest.raises(bcf.VerificationError) as found:
        bcf.settle(*tables, scheme, through=through, on_missing="withhold", verify=True)
    return str(found.value)


CELLS = [
    ("october_2013", "allocations", "amount_pence", ""),
    ("october_2013", "payments", "entitlement_pence", ""),
    ("october_2013", "payments", "earned_pence", ""),
    ("july_2014", "payments", "caught_up_pence", ""),
    ("december_2013", "payments", "withheld_pence", ""),
    ("december_2013", "payments", "held_reason", ""),
    ("october_2013", "assessments", "baseline", ""),
    ("october_2013", "assessments", "target", ""),
    ("july_2014", "assessments", "outcome", ""),
    ("december_2013", "assessments", "achievement", ""),
    ("december_2013", "assessments", "fraction_paid", ""),
    ("july_2014", "assessments", "status", ""),
    ("july_2014", "assessments", "unambitious", ""),
    ("december_2013", "reviews", "withheld_pence", ""),
    ("december_2013", "reviews", "achievement", ""),
    ("december_2013", "reviews", "action", ""),
    ("october_2013", "reviews", "review_id", ""),
    ("october_2013", "releases", "amount_pence", ""),
    ("july_2014", "releases", "destination", ""),
    ("december_2013", "releases", "destination", ""),
    ("december_2013", "releases", "amount_pence", "destination == 'nhs_england_directed'"),
    ("december_2013", "releases", "amount_pence", "destination == 'recovery_plan'"),
    ("october_2013", "releases", "amount_pence", "destination == 'awaiting_decision'"),
    ("july_2014", "ledger", "amount_pence", "to_account == 'nhs_commissioned_services'"),
    ("october_2013", "ledger", "amount_pence", "to_account == 'formula_allocation'"),
    ("october_2013", "ledger", "to_account", ""),
]


@pytest.mark.parametrize(("scheme", "table", "column", "rows"), CELLS)
def test_one_wrong_cell_is_found(monkeypatch, scheme, table, column, rows):
    honest = getattr(bcf.Settlement, table)
    monkeypatch.setattr(bcf.Settlement, table, with_one_wrong_cell(honest, column, rows))
    what = {"allocations": "allocation", "payments": "line", "assessments": "assessment", "reviews": "review"}
    assert f"{what.get(table, table.rstrip('s'))} " in refusal(SCHEMES[scheme], scheme)


@pytest.mark.parametrize("column", ["baseline", "target", "outcome", "achievement", "status"])
def test_one_wrong_cell_of_a_metric_that_is_only_watched_is_found(monkeypatch, column):
    bcf.settle(*watching(), "july_2014", on_missing="withhold", verify=True)
    honest = bcf.Settlement.assessments
    monkeypatch.setattr(
        bcf.Settlement, "assessments", with_one_wrong_cell(honest, column, "line == 'reablement'")
    )
    assert refusal(watching(), "july_2014").startswith("1 figures differ")


@pytest.mark.parametrize("through", ["q4_2014_15", "q1_2015_16", "q2_2015_16"])
def test_what_is_watched_and_not_due_is_what_the_reference_has(through):
    bcf.settle(*watching(), "july_2014", through=through, on_missing="withhold", verify=True)


def test_a_row_too_many_or_too_few_is_found(monkeypatch):
    honest = bcf.Settlement.reviews
    monkeypatch.setattr(bcf.Settlement, "reviews", property(lambda self: honest.fget(self).iloc[1:]))
    assert "None is not the reference's" in refusal(SCHEMES["october_2013"], "october_2013")
