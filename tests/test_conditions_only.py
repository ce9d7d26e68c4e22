import pandas as pd
import pytest

import bcf_payments as bcf

PREMIUM = """
name = "premium"
title = "A premium on conditions"
area_code_pattern = { value = 'P\\d{3}', source = ["own"], basis = "assumed" }

[conditions]
board = { value = "A joint board meets", source = ["own"], basis = "assumed" }
records = { value = "Records are shared", source = ["own"], basis = "assumed" }

[pot]
kind = "fixed"
amount_pounds = { value = 1000, source = ["own"], basis = "assumed" }
weight = { value = "people", source = ["own"], basis = "assumed" }

[[waves]]
name = "year"
title = "The year"
payment_date = { value = 2030-04-01, source = ["own"], basis = "assumed" }

[[waves.lines]]
conditions = { value = ["board", "records"], source = ["own"], basis = "assumed" }
pays = { value = "each", source = ["own"], basis = "assumed" }
share = { value = 1, source = ["own"], basis = "assumed" }
"""
CODES = ["P001", "P002"]
AREAS = pd.DataFrame({"area_code": CODES, "area_name": ["One", "Two"], "region": "North", "people": [1, 2]})
ASSURANCE = pd.DataFrame(
    {"area_code": CODES, "plan_status": "approved", "board": ["yes", "no"], "records": "yes"}
)
SCHEME = bcf.Scheme.from_toml(PREMIUM)


def test_a_scheme_on_conditions_needs_no_metrics_and_no_curves():
    assert not SCHEME.metrics
    assert not SCHEME.curves
    assert bcf.Scheme.from_toml(SCHEME.to_toml()) == SCHEME
    assert "[metrics]" not in SCHEME.to_toml()


def test_plans_and_outcomes_may_be_left_out_where_only_conditions_pay():
    settlement = bcf.settle(AREAS, None, None, ASSURANCE, SCHEME, verify=True)
    assert settlement.payments["earned_pence"].tolist() == [33333, 33333]
    assert settlement.payments["held_reason"].tolist() == ["", "conditions"]
    assert bcf.validate(AREAS, None, None, ASSURANCE, SCHEME).empty
    statuses = bcf.assess(AREAS, None, None, ASSURANCE, SCHEME)["status"]
    assert statuses.tolist() == ["met", "partly_met"]


def test_every_face_of_a_scheme_on_conditions_speaks():
    settlement = bcf.settle(AREAS, None, None, ASSURANCE, SCHEME)
    assert "Not met: A joint board meets." in str(settlement.explain("P002"))
    assert settlement.summary("line")["earned_pence"].tolist() == [66666]
    assert settlement.calendar()["earned_pence"].tolist() == [66666]
    assert "£333.33" in str(settlement.return_for("P001"))
    assert not bcf.compare(settlement, settlement)["change_pence"].any()


def test_a_simulation_of_conditions_alone_is_certain():
    simulated = bcf.simulate(AREAS, None, ASSURANCE, SCHEME, draws=10).to_frame()
    assert simulated["earned_mean_pence"].tolist() == [33333, 33333]
    assert not simulated["earned_sd_pence"].any()


@pytest.mark.parametrize("name", ["plans", "outcomes"])
def test_tables_that_a_line_needs_may_not_be_left_out(name):
    tables = bcf.load_example("two_waves")._replace(**{name: None})
    with pytest.raises(bcf.InputError, match=f"{name}: missing_table"):
        bcf.settle(*tables, on_missing="withhold")
