"""Laws of simulation: every draw is a settlement, sums add up in any order, luck alone pays what it must."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from unittest.mock import patch

import numpy as np
import pandas as pd
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import bcf_payments as bcf
from bcf_payments.schemes.levels import levels_of
from bcf_payments.simulation import sizes as sizing
from bcf_payments.simulation.blocks import BLOCK, run
from bcf_payments.testing import cases

from ..chance import SIGMAS, assert_same, made_up
from ..chance import simulate as simulate_tables
from .changes import better_is_lower, moved, paid_rows, settle
from .laws import law, over
from .places import ANY_CASE

DRAWS = 3
"""So few that the order statistics at 5%, 50% and 95% are the lowest, the middle and the highest."""

LINE = ["area_code", "wave", "line"]
MONEY = ["entitlement_pence", "earned_pence", "caught_up_pence"]
LIMIT = 186 / 256

KINDS = st.sampled_from(("auto", "poisson", "binomial", "normal"))
SPREADS = st.sampled_from((0.0, 0.03, 0.5))


@st.composite
def models(draw, scheme):
    """Models of every kind of noise, that hold what has no size; lines judged by level have no baseline."""
    changes = st.sampled_from((Fraction(-1), Fraction(-1, 30), Fraction(0), Fraction(1, 50)))
    named = st.sampled_from(sorted(scheme.metrics))
    around = st.sampled_from(("baseline", "target")) | st.dictionaries(named, changes)
    return bcf.OutcomeModel(
        expected="target" if levels_of(scheme, scheme.metric_lines) else draw(around),
        noise=draw(KINDS | st.dictionaries(named, KINDS)),
        dispersion=draw(st.sampled_from((1.0, 1.5, 30.0))),
        relative_sd=draw(SPREADS | st.dictionaries(named, SPREADS)),
        national_sd=draw(SPREADS),
        correlation=draw(st.sampled_from((0.0, 0.6, 1.0))),
        baseline_noise=draw(st.booleans()),
        on_unknown_size="hold",
    )


def simulate(case, model, **options):
    """Simulate a case, unless the noise cannot have its rates."""
    chosen = {"draws": DRAWS, "on_missing": case.on_missing} | options
    try:
        return bcf.simulate(case.areas, case.plans, case.assurance, case.scheme, model=model, **chosen)
    except bcf.InputError as error:
        if set(error.problems["reason"]) == {"out_of_range"} and set(error.problems["table"]) == {"plans"}:
            reject()
        raise


def settled(case, draw, **options):
    """The outcomes of a draw, settled."""
    return settle(case._replace(outcomes=draw.outcomes), through=None, **options)


def by_area(settlement, column="earned_pence"):
    """One figure of each area."""
    return settlement.summary("area").set_index("area_code")[column]


@law(
    "draw-is-a-settlement", "What a draw earns is what settling its outcomes pays, area by area.", "L1", "G1"
)
@settings(max_examples=50)
@over(cases(max_areas=3), st.data(), st.integers(0, 2**64), reaches=ANY_CASE)
def test_a_draw_earns_what_settling_it_pays(case, data, seed):
    simulation = simulate(case, data.draw(models(case.scheme)), seed=seed)
    draw = simulation.draw(data.draw(st.integers(0, DRAWS - 1)))
    settlement = settled(case, draw, verify=True)
    pd.testing.assert_series_equal(draw.earned_pence, by_area(settlement))


@law(
    "sums-of-draws", "What a simulation tells of areas, lines and the nation is the sum over its draws.", "G1"
)
@settings(max_examples=30)
@over(cases(max_areas=3), st.data(), reaches=ANY_CASE)
def test_a_simulation_is_the_sum_of_its_draws(case, data):
    simulation = simulate(case, data.draw(models(case.scheme)))
    settlements = [settled(case, simulation.draw(number)) for number in range(DRAWS)]
    found = simulation.to_frame().set_index("area_code")
    earned = np.array([by_area(settlement) for settlement in settlements])
    assert found[["earned_p05_pence", "earned_p50_pence", "earned_p95_pence"]].to_numpy().tolist() == (
        np.sort(earned, axis=0).T.tolist()
    )
    reviewed = np.array([by_area(settlement, "reviews") > 0 for settlement in settlements])
    assert (found["probability_review"] * DRAWS).round(9).tolist() == reviewed.sum(axis=0).tolist()
    nation = simulation.distribution()
    amounts = np.repeat(nation["earned_pence"], nation["draws"])
    assert amounts.tolist() == np.sort(earned.sum(axis=1)).tolist()
    lines = simulation.lines.set_index(LINE)
    payments = pd.concat([settlement.payments.set_index(LINE) for settlement in settlements])
    means = payments["earned_pence"].groupby(LINE).agg(lambda pence: float(Fraction(int(pence.sum()), DRAWS)))
    assert lines["earned_mean_pence"].to_dict() == means.reindex(lines.index).to_dict()
    states = pd.concat([settlement.assessments.set_index(LINE) for settlement in settlements])["status"]
    met = (states == "met").groupby(LINE).sum().reindex(lines.index)
    assert (lines["probability_met"].fillna(0) * DRAWS).round(9).tolist() == met.tolist()
    assert (lines["probability_met"].isna() == (states.groupby(LINE).first() == "missing")[lines.index]).all()


@law(
    "laws-in-every-draw",
    "In every draw no line earns more than it can, no money is lost, and a better outcome earns no less.",
    "F4",
    "G1",
)
@settings(max_examples=30)
@over(cases(max_areas=3), st.data(), reaches=ANY_CASE)
def test_the_laws_of_a_settlement_hold_in_every_draw(case, data):
    simulation = simulate(case, data.draw(models(case.scheme)))
    drawn = case._replace(outcomes=simulation.draw(data.draw(st.integers(0, DRAWS - 1))).outcomes)
    settlement = settle(drawn, through=None)
    payments = settlement.payments
    assert payments["entitlement_pence"].equals(simulation.expected.payments["entitlement_pence"])
    paid = payments.groupby("area_code")[MONEY].cumsum()
    assert (paid["earned_pence"] <= paid["entitlement_pence"]).all()
    assert (payments["earned_pence"] - payments["caught_up_pence"] <= payments["entitlement_pence"]).all()
    balance = payments["earned_pence"] - payments["caught_up_pence"] + payments["withheld_pence"]
    assert (balance == payments["entitlement_pence"]).all()
    rows = paid_rows(drawn, drawn.outcomes)
    if rows:
        position = data.draw(st.sampled_from(rows))
        step = Fraction(-1 if better_is_lower(drawn, drawn.outcomes.iloc[position]) else 1)
        better = drawn._replace(outcomes=moved(drawn.outcomes, position, "outcome_numerator", step))
        assert (by_area(settle(better, through=None)) >= by_area(settlement)).all()


@law("known-waves-stand", "Up to the last known wave a forecast earns what is settled, in every draw.", "C8")
@settings(max_examples=30)
@over(cases(max_areas=3), st.data(), reaches=ANY_CASE)
def test_a_forecast_keeps_what_is_known(case, data):
    names = case.scheme.wave_names
    known = names[: names.index(case.through or names[-1]) + 1]
    through = data.draw(st.sampled_from(known))
    model = data.draw(models(case.scheme))
    lines = simulate(case, model, outcomes=case.outcomes, through=through).lines.set_index(LINE)
    settlement = settle(case, through=through)
    earned = settlement.payments.set_index(LINE)["earned_pence"]
    status = settlement.assessments.set_index(LINE)["status"]
    covered = lines[lines.index.get_level_values("wave").isin(known[: known.index(through) + 1])]
    assert covered["earned_mean_pence"].to_dict() == earned[covered.index].astype(float).to_dict()
    certain = covered["probability_met"].dropna()
    assert certain.to_dict() == (status[certain.index] == "met").astype(float).to_dict()


@law("seeds-decide", "The same seed gives the same result to the last bit, another seed another.")
@settings(max_examples=15)
@given(st.integers(0, 2**128), st.integers(0, 2**128), st.sampled_from(("july_2014", "october_2013")))
def test_a_seed_decides_everything(seed, other, scheme):
    tables, options = made_up((150, 6_000), scheme), {"draws": 400}
    first, second = (simulate_tables(tables, scheme, seed=seed, **options) for _ in range(2))
    assert_same(first, second)
    another = simulate_tables(tables, scheme, seed=other, **options)
    assert (seed == other) == (another.tally.sums["total"] == first.tally.sums["total"]).all()


TALLIES = simulate_tables(made_up((150, 6_000)), draws=10)
"""Its experiment is run again, block by block."""


@law("sums-in-any-order", "Blocks of draws add up to the same result in whatever order and groups.")
@settings(max_examples=20)
@given(st.permutations(range(5)), st.sets(st.integers(1, 4)))
def test_tallies_merge_in_any_order(order, cuts):
    draws = 4 * BLOCK + 7

    def tally(numbers):
        first, *others = (run(TALLIES.experiment, 3, draws, range(n, n + 1)) for n in numbers)
        for other in others:
            first.merge(other)
        return first

    ends = [0, *sorted(cuts), 5]
    groups = [tally(order[start:end]) for start, end in pairwise(ends)]
    merged = groups[0]
    for group in groups[1:]:
        merged.merge(group)
    whole = run(TALLIES.experiment, 3, draws, range(5))
    assert merged.draws == whole.draws == draws
    assert all((merged.sums[name] == whole.sums[name]).all() for name in whole.sums)
    for row in range(len(whole.totals.most)):
        one, other = merged.totals.values(row), whole.totals.values(row)
        assert all(np.array_equal(mine, theirs) for mine, theirs in zip(one, other, strict=True))


SIZES = st.integers(1_000, 1_000_000)
REDUCTIONS = st.fractions(Fraction(1, 1000), Fraction(1, 5), max_denominator=1000)
EQUAL = st.lists(st.tuples(SIZES, REDUCTIONS), min_size=1, max_size=4)


@law(
    "paid-by-luck-alone",
    "With no true change and four equal quarters an area is paid something with probability 1 - C(8,4)/2^8.",
    "L1",
    "C8",
)
@settings(max_examples=25, derandomize=True)
@given(EQUAL, st.floats(1, 50), st.booleans())
def test_luck_alone_pays_something_to_three_areas_in_four(areas, dispersion, baseline_noise):
    sizes, reductions = zip(*areas, strict=True)
    tables = made_up(sizes, better=reductions)
    model = bcf.OutcomeModel(noise="normal", dispersion=dispersion, baseline_noise=baseline_noise)
    draws = 10_000
    found = bcf.luck(
        tables.areas, tables.plans, tables.assurance, "july_2014", model=model, effects=[0], draws=draws
    ).areas
    assert (found["probability_any_limit"] == LIMIT).all()
    error = (LIMIT * (1 - LIMIT) / draws) ** 0.5
    assert (abs(found["probability_any"] - LIMIT) < SIGMAS * error).all()


def sizes_or_faults(case, model):
    """The sizes behind what is drawn and what is held, or what is refused."""
    try:
        found = bcf.simulate(
            *case.tables[:2], case.assurance, case.scheme, model=model, draws=1, on_missing=case.on_missing
        )
    except bcf.InputError as error:
        return str(error)
    return found.sizes.tolist(), found.held.to_dict("records")


@law("sizes-at-once", "Sizes that are found for all areas at once are those found cell by cell.")
@settings(max_examples=60)
@over(cases(max_areas=4), st.data(), reaches=ANY_CASE)
def test_sizes_found_at_once_are_those_found_cell_by_cell(case, data):
    model = data.draw(models(case.scheme))
    written = st.sampled_from((None, 0, 1, 30, 31.5, 2_000, 10**9, 10**12, "40", Fraction(7, 2), "many"))
    plain = st.sampled_from((np.nan, 0.0, 1.0, 30.0, 31.5, 2_000.0, 1e12))
    cells = data.draw(written | plain if data.draw(st.booleans()) else plain)
    sizes = data.draw(st.lists(st.just(cells) | plain, min_size=len(case.plans), max_size=len(case.plans)))
    case = case._replace(plans=case.plans.assign(sample_size=sizes))
    found = sizes_or_faults(case, model)
    with patch.object(sizing, "_plain_sizes", lambda line, _: (line.shown * 0, line.shown & False)):
        assert sizes_or_faults(case, model) == found
