"""Laws of a settlement: nothing is lost, order and scale do not matter, better never earns less."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import bcf_payments as bcf
from bcf_payments.schemes import PlannedValuePot
from bcf_payments.schemes.levels import levels_of
from bcf_payments.tables.inputs import OUTCOME_NUMBERS, PLAN_NUMBERS
from bcf_payments.testing import built_in_schemes, cases, catch_up_cases, schemes

from .changes import (
    KEY,
    all_targets_met,
    as_objects,
    better_is_lower,
    in_proportion,
    is_read,
    moved,
    number,
    paid_rows,
    pays_catch_up,
    pot_pence,
    reordered,
    scaled,
    settle,
)
from .laws import law, over, tried
from .places import ANY_CASE, CAUGHT_UP, COMPLETE, IN_PROPORTION

TABLES = ("allocations", "assessments", "payments", "reviews", "warnings")
MONEY = ["entitlement_pence", "earned_pence", "caught_up_pence", "withheld_pence", "not_due_pence"]
STEPS = st.fractions(min_value=0, max_value=200, max_denominator=12)
RATIOS = st.fractions(min_value=Fraction(1, 1000), max_value=1000, max_denominator=1000)
BY_LEVEL = schemes().filter(lambda scheme: bool(levels_of(scheme, scheme.metric_lines)))
FIXED_IN_PROPORTION = (
    (schemes() | built_in_schemes())
    .filter(lambda scheme: scheme.pot is not None and scheme.pot.kind == "fixed")
    .map(in_proportion)
)


def assert_same(one: bcf.Settlement, other: bcf.Settlement) -> None:
    for table in TABLES:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(other, table), check_exact=True)


def running_totals(settlement: bcf.Settlement) -> pd.Series:
    """Earned so far, by area, wave after wave: rows stand in that order."""
    return settlement.payments.groupby("area_code")["earned_pence"].cumsum()


@law("equals-reference", "The fast path gives every figure that the slow reference gives.", "G1", "G2")
@pytest.mark.timeout(300)
@tried(5)
@over(cases(), reaches=ANY_CASE)
def test_the_fast_path_equals_the_reference(case):
    settle(case, verify=True)


@law(
    "assurance-by-wave",
    "Assurance that says of every payment point what it said of all changes nothing.",
    "A12",
)
@tried(0.3)
@over(cases(), reaches=ANY_CASE)
def test_assurance_that_is_repeated_for_each_wave_changes_nothing(case):
    assume("wave" not in case.assurance)
    rows = [case.assurance.assign(wave=wave) for wave in reversed(case.scheme.wave_names)]
    by_wave = case._replace(assurance=pd.concat(rows, ignore_index=True))
    assert_same(settle(case), settle(by_wave, verify=True))


@law(
    "level-as-plan",
    "A line judged by level pays and triggers what it would if its thresholds were every area's plan.",
    "A14",
)
@tried(0.5)
@over(cases(BY_LEVEL), reaches=("a line judged by level",))
def test_a_level_pays_what_a_plan_of_its_thresholds_pays(case):
    slots = case.scheme.metric_lines
    rows = [
        (code, slots[place].wave, slots[place].name, *map(str, (at.lower, at.per, at.upper, at.per)))
        for code in case.areas["area_code"]
        for place, at in levels_of(case.scheme, slots).items()
    ]
    thresholds = pd.DataFrame(rows, columns=[*KEY, *PLAN_NUMBERS], dtype=object)
    unsaid = {
        f"waves__{wave}__lines__{line}__{name}": None
        for wave, rules in enumerate(case.scheme.waves)
        for line, rule in enumerate(rules.lines)
        for name in ("judged", "lower", "upper")
        if getattr(rule, name, None)
    }
    plans = pd.concat([as_objects(case.plans), thresholds], ignore_index=True)
    by_level = settle(case)
    by_plan = settle(case._replace(scheme=case.scheme.replace(**unsaid), plans=plans))
    for table in ("allocations", "payments", "reviews"):
        pd.testing.assert_frame_equal(getattr(by_level, table), getattr(by_plan, table), check_exact=True)


@law("conserves-components", "Every component adds up over the areas to its national amount.", "F4", "F7")
@over(cases(), reaches=ANY_CASE)
def test_components_add_up_to_the_national_amounts(case):
    scheme = case.scheme
    sums = settle(case).allocations.groupby("component")["amount_pence"].sum()
    for component in scheme.components:
        assert sums[component.name] == component.amount_pence
    pot = ["performance_pot", *([scheme.pot.remainder.value] if hasattr(scheme.pot, "remainder") else [])]
    assert sums.reindex(pot, fill_value=0).sum() == pot_pence(scheme)
    assert sums.sum() == scheme.fund_pence


@law("conserves-lines", "Every line of a fixed pot adds up over the areas to its exact share.", "F4", "G2")
@over(cases(), reaches=ANY_CASE)
def test_lines_add_up_to_their_shares(case):
    scheme = case.scheme
    assume(not isinstance(scheme.pot, PlannedValuePot))
    sums = settle(case).payments.groupby(["wave", "line"])["entitlement_pence"].sum()
    for slot in scheme.lines:
        share = slot.rule.share.value * scheme.pot.amount_pence
        assert abs(int(sums[slot.wave, slot.name]) - share) < 1
    assert sums.sum() == pot_pence(scheme)


@law("conserves-areas", "An area's pot is the sum of its lines.", "F4")
@over(cases(), reaches=ANY_CASE)
def test_an_areas_pot_is_the_sum_of_its_lines(case):
    settlement = settle(case)
    pots = settlement.allocations.query("component == 'performance_pot'").set_index("area_code")
    lines = settlement.payments.groupby("area_code")["entitlement_pence"].sum()
    assert lines.to_dict() == pots["amount_pence"].to_dict()


@law(
    "pot-quota", "An area's share of a fixed pot is less than a penny a line away from its exact quota.", "G2"
)
@over(cases(), reaches=ANY_CASE)
def test_an_areas_pot_is_less_than_a_penny_a_line_from_its_quota(case):
    scheme = case.scheme
    assume(not isinstance(scheme.pot, PlannedValuePot))
    quotas = dict.fromkeys(case.areas["area_code"], Fraction(0))
    for slot in scheme.lines:
        weights = list(map(number, case.areas[scheme.weight_of(slot).value]))
        for code, weight in zip(case.areas["area_code"], weights, strict=True):
            quotas[code] += slot.rule.share.value * scheme.pot.amount_pence * weight / sum(weights)
    pots = settle(case).payments.groupby("area_code")["entitlement_pence"].sum()
    for code, pence in pots.items():
        assert abs(int(pence) - quotas[code]) < len(scheme.lines)


@law("accounts-for-all", "Entitlement is earned less caught up, plus held back, plus not yet due.", "G5")
@over(cases() | catch_up_cases(), reaches=CAUGHT_UP)
def test_every_penny_of_a_line_is_accounted_for(case):
    payments = settle(case).payments
    released = payments["earned_pence"] - payments["caught_up_pence"]
    assert (payments[MONEY] >= 0).all(axis=None)
    held = payments["withheld_pence"] + payments["not_due_pence"]
    assert (payments["entitlement_pence"] == released + held).all()
    assert ((payments["held_reason"] == "") == (payments["withheld_pence"] == 0)).all()


@law("summaries-add-up", "Summaries by any key add up to the nation, as do statuses of metric lines.")
@tried(0.5)
@over(cases(), reaches=ANY_CASE)
def test_summaries_add_up_both_ways(case):
    settlement = settle(case)
    nations = settlement.summary().set_index("nation").drop(columns="reviews")
    nation = nations.loc[settlement.scheme.nation_key]
    for key in ("region", "area", "wave", "line"):
        parts = settlement.summary(key)
        sums = parts[nation.index].sum()
        assert sums.to_dict() == nation.to_dict()
    counted = nation[["met", "partly_met", "not_met", "missing", "not_due"]].sum()
    assert counted == len(case.areas) * len(case.scheme.metric_lines)
    reviews = settlement.reviews["review_id"].nunique()
    assert settlement.summary("area")["reviews"].sum() == reviews
    assert settlement.summary("wave")["reviews"].sum() == reviews


@law("within-a-penny", "Every amount of formula money is within a penny of its exact quota.", "F8", "G2")
@over(cases(), reaches=ANY_CASE)
def test_formula_money_is_within_a_penny_of_its_quota(case):
    amounts = settle(case).allocations.set_index(["component", "area_code"])["amount_pence"]
    for component in case.scheme.components:
        column = case.areas.set_index("area_code")[component.weight.value]
        exact = {code: number(value) for code, value in column.items()}
        for code, weight in exact.items():
            quota = component.amount_pence * weight / sum(exact.values())
            assert abs(int(amounts[component.name, code]) - quota) < 1


@law("scale-free", "Scaling a column of weights by one exact positive rational changes nothing.", "G2")
@tried(0.5)
@over(
    cases(), st.fractions(min_value=Fraction(1, 1000), max_value=1000, max_denominator=1000), reaches=ANY_CASE
)
def test_scaling_weights_changes_nothing(case, ratio):
    columns = case.scheme.weight_columns
    assume(all(is_read(number(cell) * ratio) for name in columns for cell in case.areas[name].tolist()))
    other = case._replace(areas=scaled(case.areas, columns, ratio))
    assert_same(settle(other), settle(case))


@law("order-free", "The order of rows in any table changes nothing.")
@tried(0.5)
@over(cases(), st.integers(0, 2**16), reaches=ANY_CASE)
def test_the_order_of_rows_changes_nothing(case, seed):
    assert_same(settle(reordered(case, seed)), settle(case))


@law("zero-weight", "An area with a weight of zero gets nothing of what is spread by that weight.", "G2")
@over(cases(), reaches=ANY_CASE)
def test_a_zero_weight_gets_nothing(case):
    allocations = settle(case).allocations.set_index(["component", "area_code"])["amount_pence"]
    spread = [(component.name, component.weight.value) for component in case.scheme.components]
    if len(of_pot := {case.scheme.weight_of(slot).value for slot in case.scheme.lines}) == 1:
        spread.append(("performance_pot", *of_pot))
    for name, weight in spread:
        for code, value in case.areas.set_index("area_code")[weight].items():
            if number(value) == 0:
                assert allocations[name, code] == 0


@law("never-above", "A fixed line earns between nothing and its entitlement; cumulative running totals do.")
@over(cases() | catch_up_cases(), reaches=CAUGHT_UP)
def test_earned_is_between_nothing_and_the_entitlement(case):
    settlement = settle(case)
    payments = settlement.payments
    if not pays_catch_up(case.scheme):
        assert (payments["earned_pence"] <= payments["entitlement_pence"]).all()
        assert not payments["caught_up_pence"].any()
    entitled = payments.groupby("area_code")["entitlement_pence"].cumsum()
    assert (running_totals(settlement) <= entitled).all()


@law("better-never-less", "A better outcome never earns less: line by line, or in running totals.", "A14")
@over(cases() | catch_up_cases(), st.data(), reaches=CAUGHT_UP)
def test_a_better_outcome_never_earns_less(case, data):
    rows = paid_rows(case, case.outcomes)
    assume(rows)
    position = data.draw(st.sampled_from(rows))
    step = data.draw(STEPS)
    lower = better_is_lower(case, case.outcomes.iloc[position])
    better = moved(case.outcomes, position, "outcome_numerator", -step if lower else step)
    before, after = settle(case), settle(case._replace(outcomes=better))
    if pays_catch_up(case.scheme):
        assert (running_totals(after) >= running_totals(before)).all()
    else:
        assert (after.payments["earned_pence"] >= before.payments["earned_pence"]).all()


@law(
    "harder-never-more", "In proportion, a harder target never earns more for the same outcome.", "A14", "G3"
)
@over(cases(FIXED_IN_PROPORTION), st.data(), reaches=IN_PROPORTION)
def test_a_harder_target_never_earns_more(case, data):
    rows = paid_rows(case, case.plans)
    assume(rows)
    position = data.draw(st.sampled_from(rows))
    step = data.draw(STEPS)
    lower = better_is_lower(case, case.plans.iloc[position])
    harder = moved(case.plans, position, "target_numerator", -step if lower else step)
    before, after = settle(case), settle(case._replace(plans=harder))
    assert (after.payments["earned_pence"] <= before.payments["earned_pence"]).all()


@law(
    "all-met-earns-all", "Where curves reach 1, meeting every condition and target earns the whole pot.", "C4"
)
@over(cases(gaps=False), reaches=COMPLETE)
def test_meeting_everything_earns_the_whole_pot(case):
    assume(all(curve.value[-1][1] == 1 for curve in case.scheme.curves.values()))
    met = settle(all_targets_met(case))
    nation = met.summary().loc[0]
    assert (
        nation["earned_pence"] - nation["caught_up_pence"] + nation["withheld_pence"]
        == nation["entitlement_pence"]
    )
    if pays_catch_up(case.scheme):
        last = met.payments.groupby("area_code")[["entitlement_pence", "earned_pence"]].sum()
        assert (last["earned_pence"] == last["entitlement_pence"]).all()
    else:
        assert not nation["withheld_pence"]
    assert met.reviews.empty


@law("no-neighbour-effects", "One area's outcome never changes another area's money.")
@tried(0.5)
@over(cases(), st.data(), reaches=ANY_CASE)
def test_one_areas_outcome_changes_no_other_areas_money(case, data):
    rows = paid_rows(case, case.outcomes)
    assume(rows)
    position = data.draw(st.sampled_from(rows))
    other = case._replace(
        outcomes=moved(case.outcomes, position, "outcome_numerator", data.draw(STEPS) - 100)
    )
    code = case.outcomes["area_code"].iloc[position]
    before, after = settle(case), settle(other)
    for table in ("allocations", "payments", "reviews", "assessments"):
        rows = [getattr(run, table) for run in (before, after)]
        others = [frame[frame["area_code"] != code].reset_index(drop=True) for frame in rows]
        pd.testing.assert_frame_equal(*others, check_exact=True)


@law("through-agrees", "Settled through a wave, the waves it covers are as in the full run.", "A1", "C8")
@tried(0.5)
@over(cases(), st.data(), reaches=ANY_CASE)
def test_through_a_wave_agrees_with_the_full_run(case, data):
    assume(case.through is None)
    wave = data.draw(st.sampled_from(case.scheme.wave_names))
    covered = case.scheme.wave_names[: case.scheme.wave_names.index(wave) + 1]
    full = settle(case, on_missing="withhold")
    part = settle(case, on_missing="withhold", through=wave)
    for table in ("payments", "assessments", "reviews"):
        rows = [getattr(run, table) for run in (full, part)]
        kept = [frame[frame["wave"].isin(covered)].reset_index(drop=True) for frame in rows]
        pd.testing.assert_frame_equal(*kept, check_exact=True)
    later = part.payments[~part.payments["wave"].isin(covered)]
    assert (later["not_due_pence"] == later["entitlement_pence"]).all()
    pd.testing.assert_frame_equal(full.allocations, part.allocations)


@law("missing-waits", "A missing line earns nothing, says why, and triggers no review.", "G4")
@over(cases(), reaches=ANY_CASE)
def test_missing_lines_earn_nothing_and_trigger_nothing(case):
    settlement = settle(case)
    keys = ["area_code", "wave", "line"]
    lines = settlement.payments.merge(settlement.assessments, on=keys)
    missing = lines[lines["status"] == "missing"]
    assert not missing["earned_pence"].any()
    assert (missing["withheld_pence"] == missing["entitlement_pence"]).all()
    held = missing[missing["withheld_pence"] > 0]
    assert (held["held_reason"] == "missing_data").all()
    assert settlement.reviews.merge(missing, on=keys).empty


@law("tables-as-promised", "Every table that comes out obeys its published model.")
@tried(0.5)
@over(cases(), reaches=ANY_CASE)
def test_tables_obey_their_models(case):
    from bcf_payments import tables

    settlement = settle(case)
    for name in TABLES:
        getattr(tables, name.title()).validate(getattr(settlement, name))


@law("draws-alike", "The kernel pays each of many draws what it pays that draw alone.")
@over(cases(), st.integers(0, 2**32 - 1), reaches=ANY_CASE)
def test_the_kernel_pays_draws_as_it_pays_one(case, seed):
    from bcf_payments.core.allocation import allocation_of
    from bcf_payments.core.case import count_due_waves
    from bcf_payments.core.lines import assess_lines, payment_kernel
    from bcf_payments.core.reading import Reading

    due = count_due_waves(case.scheme, case.through, case.on_missing)
    read = Reading(bcf.Tables(*case.tables), None, case.on_missing).case_of_waves(case.scheme, due)
    assessed = assess_lines(read)
    kernel = payment_kernel(read, allocation_of(read), assessed.terms)
    paid = slice(len(case.scheme.metric_lines))
    actual, known = assessed.actual[paid], assessed.known[paid]
    factors = np.random.default_rng(seed).integers(-2, 3, size=(4, *actual.shape))
    draws = factors.astype(actual.dtype) * actual
    together = kernel.pay(draws, known).earned
    for index, draw in enumerate(draws):
        assert (together[index] == kernel.pay(draw, known).earned).all()


@law("schemes-survive-toml", "A scheme survives being written as TOML and read back.")
@given(schemes() | built_in_schemes())
def test_a_scheme_survives_toml(tmp_path_factory, scheme):
    path = tmp_path_factory.mktemp("scheme") / "scheme.toml"
    path.write_text(scheme.to_toml(), encoding="utf-8")
    assert bcf.load_scheme(path) == scheme


WIDTHS = {
    "float16": ["float16", "halffloat[pyarrow]", "object"],
    "float32": ["float32", "Float32", "float[pyarrow]", "category", "object"],
    "float64": ["float64", "Float64", "double[pyarrow]", "category", "object"],
}


def told_in(case, width, container):
    """The case with every number of plans, outcomes and weights as a float of a width, in a container."""

    def told(table, columns):
        kind = np.dtype(width).type
        floats = {name: [kind(float(number(v)) % 1000 + 1) for v in table[name]] for name in columns}
        if container == "text":
            return table.assign(**{name: [str(value) for value in cells] for name, cells in floats.items()})
        return table.assign(
            **{
                name: pd.Series(
                    cells, index=table.index, dtype=object if container == "object" else width
                ).astype(container)
                for name, cells in floats.items()
            }
        )

    return case._replace(
        areas=told(case.areas, case.scheme.weight_columns),
        plans=told(case.plans, PLAN_NUMBERS),
        outcomes=told(case.outcomes, OUTCOME_NUMBERS),
    )


@law(
    "any-container", "A number of one width is the decimal that prints it, whatever kind of column holds it."
)
@tried(0.3)
@over(
    cases(),
    st.sampled_from([(w, c) for w, containers in WIDTHS.items() for c in containers]),
    reaches=ANY_CASE,
)
def test_the_same_written_numbers_are_paid_the_same_in_any_container(case, kind):
    width, container = kind
    held, written = settle(told_in(case, width, container)), settle(told_in(case, width, "text"))
    pd.testing.assert_frame_equal(held.payments, written.payments)
    assert held.provenance["sha256"] == written.provenance["sha256"]
