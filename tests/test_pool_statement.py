"""One area's pool as its partners account for it."""

import pandas as pd
import pytest

import bcf_payments as bcf

from .test_ledger import CODE, quarters

JULY = bcf.load_scheme("july_2014").replace(unit_value_pounds=1000)
HALF_A_YEAR = quarters([100, 53, 200, 161], [0, 0, None, None], through="q1_2015_16").under(JULY)
"""£153,000 are held back so far, and £361,000 are to come."""

CONTRIBUTIONS = pd.DataFrame(
    {
        "area_code": CODE,
        "contributor": ["CCG", "council"],
        "contributor_type": ["ccg", "council"],
        "component": "pool",
        "minimum_pounds": 0,
        "planned_pounds": [10_711_000, 1_296_000],
    }
)


def spending(**changes):
    kinds = {"other_income": 916_000, "spent": 11_688_000, "forecast_underspend": 2_348_000} | changes
    table = {"area_code": CODE, "kind": list(kinds), "item": "all", "amount_pounds": list(kinds.values())}
    return pd.DataFrame(table | {"host": ["", "council", None][: len(kinds)]})


def test_nottinghams_half_year_comes_out_to_the_thousand():
    # C12.
    table = bcf.pool_statement(CONTRIBUTIONS, HALF_A_YEAR, spending(), CODE)
    rows = table.itertuples(index=False, name=None)
    assert [(line, item, pence / 100_000) for line, item, pence in rows] == [
        ("contribution", "CCG", 10_711),
        ("contribution", "council", 1_296),
        ("other_income", "all", 916),
        ("performance_adjustment", "", -153),
        ("income", "", 12_770),
        ("spent", "all", 11_688),
        ("spending", "", 11_688),
        ("balance", "council", 1_082),
        ("forecast", "", 2_348),
        ("performance_shortfall", "", -514),
        ("forecast_after_performance", "", 1_834),
    ]


def test_a_forecast_of_overspending_gets_worse():
    table = spending().replace({"kind": {"forecast_underspend": "forecast_overspend"}})
    last = bcf.pool_statement(CONTRIBUTIONS, HALF_A_YEAR, table, CODE).iloc[-1]
    assert last["amount_pence"] == -2_862_000_00


def test_what_was_spent_is_not_guessed_and_faults_of_both_tables_are_listed():
    table = spending().query("kind != 'spent'").assign(amount_pounds=["£1", 2])
    with pytest.raises(bcf.InputError) as refused:
        bcf.pool_statement(CONTRIBUTIONS.assign(planned_pounds=-1), HALF_A_YEAR, table, CODE)
    counts = refused.value.problems["table"].value_counts().to_dict()
    assert counts == {"contributions": 2, "spending": 2}


def test_an_area_that_is_not_settled_is_refused():
    with pytest.raises(bcf.InputError, match="E06000002"):
        bcf.pool_statement(CONTRIBUTIONS, HALF_A_YEAR, spending(), "E06000002")
