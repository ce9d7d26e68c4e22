import hashlib
import json
import platform
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.core.provenance import scheme_digest, table_digest

from .samples import example, settled

TABLES = ("areas", "plans", "outcomes", "assurance")


def test_the_digest_is_that_of_the_canonical_form():
    table = pd.DataFrame(
        {
            "wave": ["wave_1", "wave_1", None],
            "rate": [0.5, "1e2", "7/14"],
            "area_code": ["b", "a", "a"],
            "kept": [True, "no", float("nan")],
        }
    )
    canonical = [
        '["area_code","kept","rate","wave"]',
        '["a","","1/2",""]',
        '["a","0","100","wave_1"]',
        '["b","1","1/2","wave_1"]',
        "",
    ]
    assert table_digest(table) == hashlib.sha256("\n".join(canonical).encode()).hexdigest()


def test_types_and_spellings_of_the_same_cells_have_one_digest():
    spellings = [
        pd.Series([1, 0], dtype="int8"),
        pd.Series([1.0, 0.0], dtype="float32"),
        pd.Series(["1", "0.0"]),
        pd.Series([True, False]),
        pd.Series(["Yes", "no"], dtype="string"),
        pd.Series([Decimal("1.00"), 0], dtype=object),
        pd.Series([1, 0], dtype="Int64"),
        pd.Series(["true", "FALSE"], dtype="category"),
    ]
    assert len({table_digest(pd.DataFrame({"cell": column})) for column in spellings}) == 1
    days = [pd.to_datetime(pd.Series(["2014-04-30"])), pd.Series(["2014-04-30"])]
    assert len({table_digest(pd.DataFrame({"day": column})) for column in days}) == 1
    short = pd.DataFrame({"x": np.array([0.1], dtype="float32")})
    assert table_digest(short) == table_digest(pd.DataFrame({"x": ["1/10"]}))


@pytest.mark.parametrize(
    "other",
    [
        pd.DataFrame({"area_code": ["a", "b"], "x": [1, 3]}),
        pd.DataFrame({"area_code": ["a", "b"], "y": [1, 2]}),
        pd.DataFrame({"area_code": ["a"], "x": [1]}),
        pd.DataFrame({"area_code": ["b", "a"], "x": [1, 2]}),
        pd.DataFrame({"area_code": ["a", "b"], "x": [1, None]}),
    ],
)
def test_another_table_has_another_digest(other):
    assert table_digest(other) != table_digest(pd.DataFrame({"area_code": ["a", "b"], "x": [1, 2]}))


def test_the_digest_of_a_scheme_is_that_of_its_rules(tmp_path):
    scheme = bcf.load_scheme("december_2013")
    path = tmp_path / "mine.toml"
    path.write_text(scheme.to_toml(), encoding="utf-8")
    assert scheme_digest(bcf.load_scheme(path)) == scheme_digest(scheme)
    assert scheme_digest(scheme.replace(scope="mean")) != scheme_digest(scheme)


def test_a_table_has_the_same_digest_under_every_scheme():
    one, other = settled("october_2013").provenance, settled("december_2013").provenance
    assert {t: one["sha256"][t] for t in TABLES} == {t: other["sha256"][t] for t in TABLES}
    assert one["sha256"]["scheme"] != other["sha256"]["scheme"]


def test_changing_a_table_later_changes_nothing():
    tables = example()
    settlement, untouched = bcf.settle(*tables, on_missing="withhold"), settled().provenance
    tables.plans.loc[0, "baseline_numerator"] = 1
    tables.areas["region"] = "elsewhere"
    assert settlement.provenance.to_json() == untouched.to_json()


def test_versions_options_and_rows_are_written_down():
    provenance = settled(through="wave_1").provenance
    assert provenance["versions"] == {
        "bcf_payments": bcf.__version__,
        "python": platform.python_version(),
        "pandas": pd.__version__,
        "numpy": np.__version__,
    }
    assert provenance["options"] == {
        "scheme": "october_2013",
        "through": "wave_1",
        "on_missing": "withhold",
        "resolved": False,
    }
    assert provenance["rows"] == {"areas": 151, "plans": 1053, "outcomes": 1048, "assurance": 151}
    assert provenance["notices"][0].startswith("Illustration.")


def test_control_totals_are_the_sums_of_the_tables():
    settlement = settled("july_2014").resolve()
    totals = settlement.provenance["control_totals"]
    nation = settlement.summary().loc[0]
    for name, pence in totals["payments"].items():
        assert pence == nation[name]
    assert sum(totals["components"].values()) == settlement.scheme.fund_pence
    assert sum(totals["entitlement_by_status"].values()) == totals["components"]["performance_pot"]
    assert totals["ledger"]["withheld to paid"] == nation["caught_up_pence"]
    assert totals["releases"] == {"nhs_commissioned_services": settlement.releases["amount_pence"].sum()}


def test_the_announced_fund_is_not_the_sum_of_its_components(tmp_path):
    assert settled("december_2013").provenance["announced"] == {
        "announced_pence": 380_000_000_000,
        "components_pence": 378_400_000_000,
        "difference_pence": 1_600_000_000,
        "source": ["F1"],
        "basis": "stated",
    }
    assert settled("october_2013").provenance["announced"]["difference_pence"] == 0
    lines = bcf.load_scheme("october_2013").to_toml().splitlines()
    quiet = tmp_path / "quiet.toml"
    quiet.write_text("\n".join(line for line in lines if not line.startswith("announced")), encoding="utf-8")
    silent = bcf.settle(*bcf.load_example("two_waves"), quiet, on_missing="withhold")
    assert silent.provenance["announced"] is None


def test_decisions_are_part_of_the_pack():
    settlement = settled()
    decisions = settlement.reviews[["area_code", "wave", "line"]].assign(
        hwb_agrees="yes", nhs_england_agrees="yes", peer_reviewer_agrees="yes"
    )
    resolved = settlement.resolve(decisions).provenance
    assert "decisions" not in settlement.provenance["sha256"]
    assert resolved["sha256"]["decisions"] == table_digest(decisions)
    assert resolved["options"]["resolved"]
    assert list(resolved["control_totals"]["releases"]) == ["retained_in_area"]


def test_the_pack_reads_as_a_mapping_and_cannot_be_changed():
    provenance = settled().provenance
    assert json.loads(provenance.to_json()) == provenance.to_dict() == dict(provenance)
    mine = provenance.to_dict()
    mine["rows"]["areas"] = provenance["rows"]["areas"] = 0
    assert provenance["rows"]["areas"] == 151
    with pytest.raises(TypeError):
        provenance["rows"] = {}
    assert repr(provenance).startswith("<Provenance of october_2013: format, versions")


@pytest.mark.parametrize("scheme", bcf.available_schemes())
def test_the_reconciliation_goes_from_the_fund_to_lines(scheme):
    settlement = settled(scheme)
    table = settlement.provenance.reconciliation
    assert not table["difference_pence"].any()
    counts = table["level"].value_counts().to_dict()
    components = settlement.allocations["component"].nunique()
    lines = len(settlement.payments)
    assert counts == {"nation": 1, "component": components, "area": 151 * components, "line": lines}
    assert table.loc[0, "amount_pence"] == settlement.scheme.fund_pence
    assert (table[["component", "area_code", "wave", "line"]].iloc[0] == "").all()
