import pandas as pd
import pytest

import bcf_payments as bcf

OWN = {"source": ("own",), "basis": "assumed"}
EXAMPLE = bcf.load_example("two_waves")
CONDITION = "data_sharing_nhs_number"


def gateway(**changes):
    rules = {"name": "sharing", "condition": CONDITION, "keeps": "3/4", "waves": ("wave_2",)} | changes
    return {key: value if key == "name" else {"value": value} | OWN for key, value in rules.items()}


def gated(*gateways, scheme="october_2013"):
    return bcf.load_scheme(scheme).replace(gateways=gateways or (gateway(),))


def settled(answer, scheme=None, **options):
    assurance = EXAMPLE.assurance.assign(**{CONDITION: answer})
    options = {"on_missing": "withhold"} | options
    return bcf.settle(*EXAMPLE[:3], assurance, scheme or gated(), **options)


def test_a_shut_gateway_leaves_a_part_of_the_lines_of_its_waves_alone():
    met, shut = settled("yes"), settled("no")
    both = met.payments.merge(shut.payments, on=["area_code", "wave", "line"], suffixes=("", "_shut"))
    second = both[both["wave"] == "wave_2"]
    assert (second["earned_pence_shut"] * 4 - second["earned_pence"] * 3).between(-3, 3).all()
    first = both[(both["wave"] == "wave_1") & (both["line"] != "conditions")]
    assert (first["earned_pence_shut"] == first["earned_pence"]).all()
    whole = second[second["earned_pence"] == second["entitlement_pence"]]
    assert set(whole["held_reason_shut"]) == {"gateway"}
    assert set(second["held_reason_shut"]) == {"gateway", "performance", "missing_data"}


def test_gateways_that_are_shut_together_multiply():
    two = gated(gateway(), gateway(name="again", keeps="2/3"))
    one = gated(gateway(keeps="1/2"))
    pd.testing.assert_frame_equal(settled("no", two).payments, settled("no", one).payments)


def test_a_blank_gateway_is_a_fault_whatever_the_plans_status():
    with pytest.raises(bcf.InputError) as refused:
        settled("", gated(gateway(waves=("wave_1",))), through="wave_1", on_missing="raise")
    blank = refused.value.problems.query("reason == 'missing_value' and column == @CONDITION")
    assert set(blank["area_code"]) == set(EXAMPLE.areas["area_code"])


def test_a_withheld_blank_gateway_makes_every_line_behind_it_missing():
    settlement = settled("")
    assert set(settlement.assessments.query("wave == 'wave_2'")["status"]) == {"missing"}
    assert not settlement.payments.query("wave == 'wave_2'")["earned_pence"].any()
    code = EXAMPLE.areas["area_code"].iloc[0]
    assert "is left blank, so the line counts as missing" in " ".join(str(settlement.explain(code)).split())
    with pytest.raises(bcf.InputError, match="gateway"):
        bcf.required_outcome(settlement, code, "wave_2", "reablement", 1)


def test_what_is_required_behind_a_shut_gateway_pays_it():
    settlement = settled("no")
    row = settlement.payments.query("wave == 'wave_2' and line == 'reablement'").iloc[0]
    most = int(row["entitlement_pence"]) * 3 // 4
    assert bcf.required_outcome(settlement, row["area_code"], "wave_2", "reablement", most).achievement <= 1
    with pytest.raises(bcf.InputError, match="the most that this line can earn"):
        bcf.required_outcome(settlement, row["area_code"], "wave_2", "reablement", most + 1)


def test_a_shut_gateway_is_told_step_by_step_and_in_the_ledger():
    settlement = settled("no")
    code = settlement.payments.query("held_reason == 'gateway'")["area_code"].iloc[0]
    told = " ".join(str(settlement.explain(code)).split())
    assert "is not met, so what is earned here is multiplied by 3/4." in told
    assert "It is held back because the condition of a gateway is not met." in told
    moved = settlement.ledger.query("wave == 'wave_2' and to_account in ['paid', 'withheld']")
    assert moved["source"].str.contains("own").all()


def test_simulated_payments_stay_behind_a_shut_gateway():
    assurance = EXAMPLE.assurance.assign(**{CONDITION: "no"})
    model = bcf.OutcomeModel(expected="target", on_unknown_size="hold")
    simulation = bcf.simulate(
        *EXAMPLE[:2], assurance, gated(gateway(keeps="0")), model=model, draws=20, on_missing="withhold"
    )
    lines = simulation.lines.query("wave == 'wave_2'")
    assert lines["entitlement_pence"].any()
    assert not lines["earned_mean_pence"].any()


@pytest.mark.parametrize(
    ("gateways", "scheme", "fault"),
    [
        ([gateway(keeps="1")], "october_2013", "1 is not at least 0 and below 1"),
        ([gateway(keeps="-0.1")], "october_2013", "is not at least 0 and below 1"),
        ([gateway(condition="data_sharing")], "october_2013", "unknown condition 'data_sharing'"),
        ([gateway(waves=("wave_3",))], "october_2013", "unknown wave 'wave_3'"),
        ([gateway(), gateway()], "october_2013", "the gateway 'sharing' stands twice"),
        ([gateway(waves=("q4_2014_15",))], "july_2014", "a pot of planned value has no gateways"),
    ],
)
def test_a_gateway_that_cannot_be_is_refused(gateways, scheme, fault):
    with pytest.raises(bcf.SchemeError, match=fault):
        bcf.load_scheme(scheme).replace(gateways=gateways)


def test_a_scheme_with_gateways_survives_toml():
    assert bcf.Scheme.from_toml(gated().to_toml()) == gated()
