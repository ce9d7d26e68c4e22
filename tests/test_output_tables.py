"""Tables that go out, and come back from files as others read them."""

import io

import pandas as pd
import pandera.errors
import pytest

import bcf_payments as bcf
from bcf_payments import tables
from bcf_payments.names import TABLES_OUT
from bcf_payments.tables.meanings import meaning

from .samples import settled

MODELS = {
    "allocations": tables.Allocations,
    "assessments": tables.Assessments,
    "payments": tables.Payments,
    "reviews": tables.Reviews,
    "ledger": tables.Ledger,
    "warnings": tables.Warnings,
    "returns": tables.Returns,
    "releases": tables.Releases,
    "comparison": tables.Comparison,
    "comparison_by_wave": tables.ComparisonByWave,
    "due": tables.Due,
    "marginal_values": tables.MarginalValues,
    "assurance_findings": tables.AssuranceFindings,
    "savings": tables.Savings,
    "revised_values": tables.RevisedValues,
    "pool": tables.Pool,
    "pool_statement": tables.PoolStatement,
    "risk_shares": tables.RiskShares,
    "problems": tables.Problems,
    "reconciliation": tables.Reconciliation,
}
BACKENDS = {
    "plain": {},
    "nullable": {"dtype_backend": "numpy_nullable"},
    "arrow": {"dtype_backend": "pyarrow"},
}
READERS = {"csv": pd.read_csv, "parquet": pd.read_parquet}


def every_table(tables_in, scheme):
    settlement = bcf.settle(*tables_in, scheme, on_missing="withhold").resolve()
    with pytest.raises(bcf.InputError) as caught:
        bcf.settle(*tables_in._replace(outcomes=tables_in.outcomes.head(3)), scheme)
    return {
        name: getattr(settlement, name)
        for name in ("allocations", "assessments", "payments", "reviews", "ledger", "warnings", "releases")
    } | {
        "returns": settlement.returns(),
        "comparison": bcf.compare(settlement, settlement),
        "comparison_by_wave": bcf.compare(settlement, settlement, by="wave"),
        "due": settlement.due(),
        "marginal_values": bcf.marginal_value(settlement),
        "problems": caught.value.problems,
        "assurance_findings": bcf.assurance_report(tables_in.assurance, tables_in.plans, scheme),
        "savings": savings(tables_in, scheme),
        "revised_values": revised_values(),
        **of_the_pool(settlement),
        "reconciliation": settlement.provenance.reconciliation,
    }


def savings(tables_in, scheme):
    _, plans, outcomes, _ = tables_in
    values = pd.DataFrame({"metric": ["emergency_admissions"], "pounds": [1552], "source": ["N4"]})
    return bcf.savings(plans, values, outcomes, scheme=scheme, on_missing="withhold")


def of_the_pool(settlement):
    contributions = bcf.load_contributions("two_waves")
    agreement = bcf.agreement_by_contribution(contributions).assign(relief_share="1/3")
    spending = pd.DataFrame(
        {
            "area_code": "E06000001",
            "kind": ["spent", "forecast_underspend"],
            "item": "all",
            "amount_pounds": 1,
        }
    )
    return {
        "pool": bcf.pool(contributions, settlement),
        "pool_statement": bcf.pool_statement(contributions, settlement, spending, "E06000001"),
        "risk_shares": bcf.share_risk(settlement, agreement),
    }


def revised_values():
    plans = bcf.load_example("p4p_2015_16").plans.query("area_code < 'E06000009'")
    operating = plans[["area_code", "wave", "metric", "target_numerator"]]
    return bcf.revise_targets(plans, operating).changes


@pytest.fixture(scope="module")
def written():
    october = every_table(bcf.load_example("two_waves"), "october_2013")
    july = every_table(bcf.load_example("p4p_2015_16"), "july_2014")
    return {"october": october, "july": july, "empty": {name: table.head(0) for name, table in july.items()}}


@pytest.fixture(scope="module")
def folder(written, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    for case, of_case in written.items():
        for file_format in READERS:
            bcf.write_tables(of_case, folder / case, file_format=file_format)
    return folder


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("file_format", READERS)
@pytest.mark.parametrize("case", ["october", "july", "empty"])
@pytest.mark.parametrize("name", MODELS)
def test_a_table_from_a_file_is_the_one_that_was_written(written, folder, name, case, file_format, backend):
    read = READERS[file_format](folder / case / f"{name}.{file_format}", **BACKENDS[backend])
    found = MODELS[name].validate(read)
    pd.testing.assert_frame_equal(found, MODELS[name].validate(written[case][name]), check_exact=True)


@pytest.mark.parametrize("name", MODELS)
def test_any_container_of_text_will_do(written, name):
    table = written["october"][name]
    own = MODELS[name].validate(table)
    text = [column for column in table if table[column].dtype == "str"]
    for kind in ("category", "object", "string[pyarrow]", "string[python]"):
        given = table.astype(dict.fromkeys(text, kind))
        before = given.copy()
        pd.testing.assert_frame_equal(MODELS[name].validate(given), own, check_exact=True)
        pd.testing.assert_frame_equal(given, before)
    pd.testing.assert_frame_equal(MODELS[name].validate(table.astype(object)), own, check_exact=True)


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("area_code", [101, 102]),
        ("area_code", ["E06000001", None]),
        ("amount_pence", [1, 1.5]),
        ("amount_pence", [1, None]),
        ("amount_pence", [1, 2**70]),
        ("amount_pence", [1, True]),
        ("amount_pence", ["1", "2"]),
    ],
)
def test_no_other_cells_pass_for_text_or_money(written, column, cells):
    table = written["october"]["allocations"].head(2).astype({column: object})
    with pytest.raises(pandera.errors.SchemaError, match=column):
        tables.Allocations.validate(table.assign(**{column: pd.Series(cells, dtype=object)}))


def test_a_blank_where_one_may_not_stand_is_refused():
    text = "area_code,component,kind,amount_pence\n,carers_breaks,formula,1\n"
    with pytest.raises(pandera.errors.SchemaError, match="area_code"):
        tables.Allocations.validate(pd.read_csv(io.StringIO(text)))


@pytest.mark.parametrize("model", MODELS.values())
def test_every_column_says_what_it_means(model):
    columns = model.to_schema().columns
    assert {name: column.description for name, column in columns.items()} == {
        name: meaning(name) for name in columns
    }
    assert all(("pence" in meaning(name)) == name.endswith("_pence") for name in columns)


@pytest.mark.parametrize("file_format", READERS)
@pytest.mark.parametrize("scheme", ["october_2013", "july_2014"])
def test_a_written_settlement_has_names_beside_codes_and_is_read_as_its_own_tables(
    scheme, file_format, tmp_path
):
    settlement = settled(scheme).resolve()
    names = settlement.areas.set_index("area_code")["area_name"]
    files = settlement.write(tmp_path, file_format=file_format)
    for name in (*TABLES_OUT, "reconciliation"):
        read = READERS[file_format](tmp_path / f"{name}.{file_format}").fillna({"area_code": ""})
        assert (read["area_name"].fillna("") == read["area_code"].map(names).fillna("")).all()
        own = getattr(settlement, name, settlement.provenance.reconciliation)
        pd.testing.assert_frame_equal(MODELS[name].validate(read), MODELS[name].validate(own))
    guide = (tmp_path / "README.txt").read_text(encoding="utf-8")
    assert all(file.name in guide for file in files if file.name != "README.txt")
    for name in (*TABLES_OUT, "reconciliation"):
        part = guide.partition(f"\n{name}.{file_format}\n")[2].partition("\n\n")[0]
        assert part.startswith(MODELS[name].__doc__)
        told = [line.split(maxsplit=1) for line in part.splitlines()[1:]]
        columns = READERS[file_format](tmp_path / f"{name}.{file_format}").columns
        assert told == [[column, meaning(column)] for column in columns]
