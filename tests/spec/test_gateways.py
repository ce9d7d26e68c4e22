"""Laws of gateways: they only ever cut, and one whose condition is met changes nothing."""

import pandas as pd
from hypothesis import strategies as st

from bcf_payments.testing import cases

from .changes import settle
from .drawn import WITH_GATEWAYS
from .laws import law, over, tried
from .places import GATED

GATED_CASES = cases(WITH_GATEWAYS)


def open_gateways(case):
    """The case with the conditions of all gateways met."""
    names = {gateway.condition.value for gateway in case.scheme.gateways}
    return case._replace(assurance=case.assurance.assign(**dict.fromkeys(names, "yes")))


@law("gateways-only-cut", "No line earns more with gateways than without, and all it lacks is held back.")
@tried(0.3)
@over(GATED_CASES, reaches=GATED)
def test_no_line_earns_more_with_gateways(case):
    cut = settle(case).payments
    whole = settle(case._replace(scheme=case.scheme.replace(gateways=()))).payments
    assert (cut["earned_pence"] <= whole["earned_pence"]).all()
    assert (cut["entitlement_pence"] == whole["entitlement_pence"]).all()
    lacking = whole["earned_pence"] - cut["earned_pence"]
    assert (cut["withheld_pence"] == whole["withheld_pence"] + lacking).all()


@law("gateway-met", "A gateway whose condition is met changes nothing.")
@tried(0.3)
@over(GATED_CASES, reaches=("one area",))
def test_a_met_gateway_changes_nothing(case):
    met = open_gateways(case)
    plain = met._replace(scheme=case.scheme.replace(gateways=()))
    for table in ("payments", "assessments", "reviews"):
        tables = [getattr(settle(one), table) for one in (met, plain)]
        pd.testing.assert_frame_equal(*tables, check_exact=True)


@law("gateway-keeps", "What a shut gateway leaves is less than a penny from its part of the whole.", "G1")
@tried(0.3)
@over(GATED_CASES, st.data(), reaches=GATED)
def test_a_line_keeps_the_part_that_is_left(case, data):
    gateway = data.draw(st.sampled_from(case.scheme.gateways))
    one = case._replace(scheme=case.scheme.replace(gateways=(gateway,)))
    met, shut = (
        settle(one._replace(assurance=case.assurance.assign(**{gateway.condition.value: answer})))
        for answer in ("yes", "no")
    )
    paid = [run.payments[run.payments["line"] != "conditions"] for run in (met, shut)]
    for whole, cut in zip(*(lines.itertuples() for lines in paid), strict=True):
        keeps = gateway.keeps.value if gateway.covers(whole.wave) else 1
        assert cut.earned_pence <= whole.earned_pence
        assert abs(cut.earned_pence - whole.earned_pence * keeps) < 1
