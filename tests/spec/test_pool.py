"""Laws of the pool: it adds up whichever way, and what it does not earn is borne once."""

import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st

import bcf_payments as bcf
from bcf_payments.testing import cases

from .changes import settle
from .laws import law, over, tried
from .places import ANY_CASE, PAYING

AMOUNTS = [f"{name}_pence" for name in ("minimum", "voluntary", "shortfall", "total", "nhs", "council")]


@law(
    "pool-adds-up",
    "A pool is the same by area, region, contributor and nation, and is its minimum, less what is short,"
    " and what is above.",
    "F1",
    "F2",
)
@tried(0.05)
@over(cases(), st.lists(st.integers(0, 10**12), min_size=4, max_size=4), reaches=ANY_CASE)
def test_a_pool_adds_up_whichever_way(case, pence):
    settlement = settle(case, on_missing="withhold")
    rows = [
        (code, body, kind, "pool", f"{minimum // 100}.{minimum % 100:02d}", f"{plan // 100}.{plan % 100:02d}")
        for number, code in enumerate(settlement.areas["area_code"])
        for body, kind, minimum, plan in (
            ("NHS", "icb", pence[0], pence[1] + number),
            (f"council of {code}", "council", pence[2] + number, pence[3]),
        )
    ]
    names = ["area_code", "contributor", "contributor_type", "component", "minimum_pounds", "planned_pounds"]
    contributions = pd.DataFrame(rows, columns=names)
    nation = bcf.pool(contributions, settlement, by="nation").iloc[0]
    for by in ("area", "region", "contributor"):
        sums = bcf.pool(contributions, settlement, by=by)[AMOUNTS].sum()
        assert sums.to_dict() == nation[AMOUNTS].to_dict()
    total = nation["total_pence"]
    assert total == nation["minimum_pence"] - nation["shortfall_pence"] + nation["voluntary_pence"]
    assert total == nation["nhs_pence"] + nation["council_pence"]
    assert nation["allocation_pence"] == settlement.allocations["amount_pence"].sum()


@law(
    "risk-is-borne-once",
    "What partners bear, and what is above every cap, is what the area did not earn; nobody bears more"
    " than its cap.",
    "A7",
    "C6",
    "G2",
)
@tried(0.1)
@over(
    cases(),
    st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 10**9)), min_size=1, max_size=4),
    reaches=PAYING,
)
def test_what_is_not_earned_is_borne_once(case, partners):
    assume(case.scheme.lines)
    settlement = settle(case, on_missing="withhold")
    whole = sum(weight for weight, _ in partners) or 1
    weights = [weight for weight, _ in partners]
    weights[0] += whole - sum(weights)
    caps = [cap for _, cap in partners]
    rows = [
        (code, f"partner {number}", f"{weight}/{whole}", cap)
        for code in settlement.areas["area_code"]
        for number, (weight, cap) in enumerate(zip(weights, caps, strict=True))
    ]
    names = ["area_code", "partner", "share", "cap_pounds"]
    agreement = pd.DataFrame(rows, columns=names, dtype=object)
    shared = bcf.share_risk(settlement, agreement)
    sums = settlement.payments.groupby("area_code")[["withheld_pence", "caught_up_pence"]].sum()
    unearned = sums["withheld_pence"] - sums["caught_up_pence"]
    assert shared.groupby("area_code")["borne_pence"].sum().to_dict() == unearned.to_dict()
    for number, (weight, cap) in enumerate(zip(weights, caps, strict=True)):
        borne = shared.loc[shared["partner"] == f"partner {number}", "borne_pence"]
        assert (borne >= 0).all()
        assert cap is None or (borne <= cap * 100).all()
        assert weight or not borne.any()
