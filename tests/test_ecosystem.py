"""At home beside pandas, pandera and notebooks: any frame in, plain frames out, schemas to use elsewhere."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa
import pytest
from pandera.typing import DataFrame

import bcf_payments as bcf
from bcf_payments import tables

from .samples import example, settled

TABLES = ("allocations", "assessments", "payments", "reviews", "ledger", "warnings")


def nullable(table):
    return table.convert_dtypes()


def arrow(table):
    return table.convert_dtypes(dtype_backend="pyarrow")


def categories(table):
    return table.astype(dict.fromkeys(table.select_dtypes(exclude="number"), "category"))


def objects(table):
    return table.astype(object)


def shuffled_index(table):
    return table.set_axis([f"row {number % 7}" for number in range(len(table))])


def index_of_keys(table):
    return table.set_axis(pd.MultiIndex.from_frame(table[list(table.columns[:2])]))


def index_of_days(table):
    return table.set_axis(pd.date_range("2015-04-01", periods=len(table)))


def named_columns(table):
    return table.rename_axis(columns="column")


FORMS = [
    nullable, arrow, categories, objects, shuffled_index, index_of_keys, index_of_days, named_columns
]  # fmt: skip


@pytest.fixture(scope="module", params=bcf.available_schemes())
def plain(request):
    return settled(request.param)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_a_table_may_come_in_any_form(form, plain):
    if form is arrow:
        pytest.importorskip("pyarrow")
    settlement = bcf.settle(*map(form, example(plain.scheme)), plain.scheme, on_missing="withhold")
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(settlement, name), getattr(plain, name), check_exact=True)
    assert settlement.provenance["sha256"] == plain.provenance["sha256"]


def outputs(settlement):
    resolved = settlement.resolve()
    yield from ((name, getattr(settlement, name)) for name in TABLES)
    yield from (("releases", resolved.releases), ("areas", settlement.areas))
    yield from (("returns", settlement.returns()), ("calendar", settlement.calendar()))
    yield from (
        (f"summary {by}", settlement.summary(by)) for by in ("nation", "region", "area", "wave", "line")
    )
    yield from (
        ("compare", bcf.compare(settlement, settlement)),
        ("marginal", bcf.marginal_value(settlement)),
    )


def test_what_comes_out_is_plain(plain):
    text = pd.Series(["a"]).dtype
    for name, table in outputs(plain):
        assert isinstance(table.index, pd.RangeIndex), name
        assert table.columns.is_unique, name
        assert table.columns.names == [None], name
        for column, dtype in table.dtypes.items():
            wanted = {"int64"} if column.endswith("_pence") else {"int64", "float64", "bool", "datetime64[s]"}
            assert str(dtype) in wanted or (dtype == text and not column.endswith("_pence")), (name, column)


def test_a_settlement_is_a_line_in_a_terminal_and_a_table_in_a_notebook(plain):
    line, html = str(plain), plain._repr_html_()
    assert line == repr(plain)
    assert "\n" not in line
    assert len(line) <= 120
    assert line.startswith(f"<Settlement of {plain.scheme.name}: 151 areas, earned £")
    assert html.count("<tr>") == 2 + len(plain.scheme.lines)
    assert ("Caught up" in html) == bool(plain.payments["caught_up_pence"].any())
    assert "Not yet due" not in html


def test_output_models_work_as_annotations():
    @pa.check_types
    def earned(payments: DataFrame[tables.Payments]) -> int:
        return int(payments["earned_pence"].sum())

    october = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    assert earned(october.payments) == october.summary()["earned_pence"].iloc[0]
    with pytest.raises(pa.errors.SchemaError, match="adds_up"):
        earned(october.payments.assign(earned_pence=1))


def test_input_schemas_list_every_fault_when_asked():
    schema = tables.input_schema("plans", bcf.load_scheme("july_2014"))
    plans = bcf.load_example("p4p_2015_16").plans
    pd.testing.assert_frame_equal(schema.validate(plans, lazy=True), plans, check_exact=True)
    plans.loc[3, "baseline_numerator"] = -1
    plans.loc[5, "wave"] = "q5"
    with pytest.raises(pa.errors.SchemaErrors) as caught:
        schema.validate(plans, lazy=True)
    assert set(caught.value.failure_cases["index"].dropna()) == {3, 5}


def test_every_model_of_a_table_is_there_to_import():
    for name in tables.__all__:
        assert getattr(tables, name).__doc__
