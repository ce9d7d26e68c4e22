"""Laws of a comparison: nothing changes by itself, both ways are mirror images, areas add up."""

import bcf_payments as bcf
from bcf_payments.tables import Comparison, ComparisonByWave
from bcf_payments.testing import cases

from .changes import reordered, settle
from .laws import law, over, tried
from .places import ANY_CASE

PENCE = ["before_pence", "after_pence", "change_pence"]


def changed(case):
    """The same areas and rules when nothing has been measured."""
    return settle(case._replace(outcomes=case.outcomes.iloc[:0]), on_missing="withhold")


@law("no-change-is-zero", "A settlement against itself, or its rows in another order, is zero everywhere.")
@tried(0.3)
@over(cases(), reaches=ANY_CASE)
def test_nothing_changes_by_itself(case):
    settlement = settle(case)
    for other in (settlement, settle(reordered(case, 1))):
        assert not bcf.compare(settlement, other)["change_pence"].any()


@law("change-both-ways", "Seen from the other side, every change is the same with the other sign.")
@tried(0.3)
@over(cases(), reaches=ANY_CASE)
def test_a_comparison_the_other_way_round_is_the_mirror_image(case):
    one, other = settle(case), changed(case)
    there, back = bcf.compare(one, other), bcf.compare(other, one)
    assert (there["change_pence"] == -back["change_pence"]).all()
    assert (there[["before_pence", "after_pence"]].to_numpy() == back[["after_pence", "before_pence"]]).all(
        axis=None
    )


@law("changes-add-up", "In a comparison the nation is the sum of its areas, and equals both summaries.")
@tried(0.3)
@over(cases(), reaches=ANY_CASE)
def test_the_nation_is_the_sum_of_its_areas(case):
    one, other = settle(case), changed(case)
    table = Comparison.validate(bcf.compare(one, other))
    nation = table[table["area_code"] == one.scheme.nation_key].set_index("measure")[PENCE]
    areas = table[table["area_code"] != one.scheme.nation_key]
    assert areas["area_code"].tolist() == sorted(case.areas["area_code"].tolist() * len(nation))
    assert areas.groupby("measure")[PENCE].sum().to_dict() == nation.sort_index().to_dict()
    for column, settlement in (("before_pence", one), ("after_pence", other)):
        totals = settlement.summary().loc[0]
        assert nation.loc["allocated", column] == settlement.allocations["amount_pence"].sum()
        assert nation.loc["pot", column] == totals["entitlement_pence"]
        assert nation.loc["earned", column] == totals["earned_pence"]
        assert nation.loc["withheld", column] == totals["withheld_pence"] - totals["caught_up_pence"]


@law(
    "waves-add-up",
    "By wave, pot, earned and withheld of a comparison add up to those of the area.",
)
@tried(0.3)
@over(cases(), reaches=ANY_CASE)
def test_the_waves_of_a_comparison_add_up_to_the_area(case):
    one, other = settle(case), changed(case)
    by_wave = ComparisonByWave.validate(bcf.compare(one, other, by="wave"))
    assert by_wave["wave"].unique().tolist() == list(case.scheme.wave_names)
    sums = by_wave.groupby(["area_code", "measure"])[PENCE].sum()
    by_area = bcf.compare(one, other).set_index(["area_code", "measure"])[PENCE]
    assert sums.to_dict("index") == by_area.drop("allocated", level="measure").sort_index().to_dict("index")
