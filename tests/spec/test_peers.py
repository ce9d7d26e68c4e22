"""Laws of peers and evaluation: who may help, in which order, and that sums are those of the payments."""

from fractions import Fraction

import pandas as pd
from hypothesis import strategies as st

import bcf_payments as bcf
from bcf_payments.testing import cases

from .changes import reordered, settle
from .laws import law, over, tried
from .places import ANY_CASE

NUMBERS = st.lists(st.integers(0, 6), min_size=12, max_size=12)
LIKE = ["people", "old / people"]


def with_people(case, numbers, unit=Fraction(1)):
    """The case with two columns to compare areas by, the first in some unit."""
    codes = sorted(case.areas["area_code"])
    order = [codes.index(code) for code in case.areas["area_code"]]
    people = [str((numbers[place % 12] + 1) * unit) for place in order]
    old = [str(numbers[(place + 5) % 12]) for place in order]
    return case._replace(areas=case.areas.assign(people=people, old=old))


def pairs(found):
    return found[["area_code", "wave", "line", "rank", "peer_code"]]


@law(
    "peers-met-it",
    "Only areas that met the same line are named to help one that missed it, the nearest first, equally near"
    " ones by their codes; every missed line that some area met has one.",
    "A5",
    "A8",
)
@tried(0.05)
@over(cases(), NUMBERS, reaches=ANY_CASE)
def test_only_areas_that_met_a_line_help_with_it(case, numbers):
    settlement = settle(with_people(case, numbers), on_missing="withhold")
    found = bcf.peers(settlement, like=LIKE, most=2)
    key = ["area_code", "wave", "line"]
    metrics = settlement.assessments.query("line != 'conditions'")
    status = metrics.set_index(key)["status"]
    met = metrics.query("status == 'met'").groupby(["wave", "line"]).size().to_dict()
    missed = status[status.isin(["partly_met", "not_met"])].index
    named = dict(iter(found.groupby(key)))
    assert set(named) == {name for name in missed if name[1:] in met}
    for (_, *line), rows in named.items():
        assert all(status[(peer, *line)] == "met" for peer in rows["peer_code"])
        assert len(rows) == min(2, met[tuple(line)])
        near = list(zip(rows["distance"], rows["peer_code"], strict=True))
        assert near == sorted(near)
        assert rows["rank"].tolist() == list(range(1, len(rows) + 1))


@law(
    "peers-any-unit",
    "Neither the unit of what areas are compared by nor the order of rows changes who is named to help.",
)
@tried(0.04)
@over(
    cases(),
    NUMBERS,
    st.fractions(Fraction(1, 10**4), 10**4, max_denominator=10**4),
    st.integers(0, 99),
    reaches=ANY_CASE,
)
def test_units_and_order_of_rows_change_no_peer(case, numbers, unit, seed):
    found = bcf.peers(settle(with_people(case, numbers), on_missing="withhold"), like=LIKE)
    other = reordered(with_people(case, numbers, unit), seed)
    again = bcf.peers(settle(other, on_missing="withhold"), like=LIKE)
    pd.testing.assert_frame_equal(pairs(found), pairs(again))


@law(
    "evaluation-adds-up",
    "What an evaluation says was paid is what the metric lines earned, whatever it adds up over.",
)
@tried(0.04)
@over(cases(), reaches=ANY_CASE)
def test_an_evaluation_adds_up_to_the_payments(case):
    settlement = settle(case, on_missing="withhold")
    paid = settlement.payments.query("line != 'conditions'")
    sums = ["lines", "lines_known", "entitlement_pence", "earned_pence"]
    every = [bcf.evaluate(settlement, by=by) for by in ("area", "region", "nation")]
    by_metric = [table.groupby("line")[sums].sum() for table in every]
    assert by_metric[0].equals(by_metric[1])
    assert by_metric[0].equals(by_metric[2])
    for name in ("entitlement_pence", "earned_pence"):
        assert by_metric[0][name].to_dict() == paid.groupby("line")[name].sum().to_dict()
    gained = every[0]["units_achieved"] > 0
    assert (every[0]["pounds_per_unit"].notna() == gained).all()
