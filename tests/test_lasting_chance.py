"""Chance that lasts: forecasts that know what is known, and data that two payment points share."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.schemes.periods import Span, Weights
from bcf_payments.simulation import history_of
from bcf_payments.simulation.drawing import DECIMALS
from bcf_payments.simulation.lasting import Effects, Seen

from .chance import made_up, simulate

P4P = bcf.load_example("p4p_2015_16")
JULY = bcf.load_scheme("july_2014")
LASTING = bcf.OutcomeModel.from_history(history_of(P4P.plans, P4P.outcomes))
FLEETING = LASTING.model_copy(update={"correlation": 0.0})


def backtest(known, model):
    """Of areas not yet decided: the share inside the 90% range, and by how much each is forecast too well.

    A payment has steps, above all nothing and everything: a step counts inside by the share of it that lies
    between the 5th and the 95th percentile, so that a true model has 90% inside.
    """
    through = JULY.wave_names[known - 1]
    options = {"outcomes": P4P.outcomes, "through": through, "on_missing": "withhold"}
    simulation = bcf.simulate(P4P.areas, P4P.plans, P4P.assurance, JULY, model=model, draws=1_000, **options)
    came = bcf.settle(*P4P, JULY, on_missing="withhold").summary("area")
    rows = simulation.to_frame().set_index("area_code").join(came.set_index("area_code")["earned_pence"])
    rows = rows.join(came.set_index("area_code")["entitlement_pence"])
    rows = rows[rows["earned_sd_pence"] > 0]
    inside = []
    for code, row in rows.iterrows():
        amounts = simulation.distribution(code)
        below = amounts.loc[amounts["earned_pence"] < row["earned_pence"], "probability"].sum()
        upto = amounts.loc[amounts["earned_pence"] <= row["earned_pence"], "probability"].sum()
        within = max(min(upto, 0.95) - max(below, 0.05), 0.0)
        inside.append(within / (upto - below) if upto > below else float(0.05 < below < 0.95))
    too_well = (rows["earned_mean_pence"] - rows["earned_pence"]) / rows["entitlement_pence"]
    return float(np.mean(inside)), too_well


def known_changes(known):
    """The mean change of each area so far."""
    both = P4P.plans.merge(P4P.outcomes, on=["area_code", "wave", "metric"])
    both = both[both["wave"].isin(JULY.wave_names[:known])]
    change = both["outcome_numerator"].astype(float) / both["baseline_numerator"].astype(float) - 1
    return change.groupby(both["area_code"]).mean()


@pytest.mark.parametrize("known", [1, 2, 3])
def test_forecasts_hold_what_came(known):
    inside, too_well = backtest(known, LASTING)
    assert 0.85 <= inside <= 0.95
    bad = known_changes(known).reindex(too_well.index) > 0
    assert too_well[bad].mean() - too_well[~bad].mean() <= 0.015


def test_forecasts_that_forget_what_is_known_flatter_areas_with_a_bad_quarter():
    _, too_well = backtest(1, FLEETING)
    bad = known_changes(1).reindex(too_well.index) > 0
    assert too_well[bad].mean() - too_well[~bad].mean() > 0.1


def test_effects_given_what_is_known_are_the_regression_on_it():
    covariance = np.array([[[2.0, 0.6], [0.6, 1.0]]])
    whole = Effects.of(covariance).draw(400_000, 1, np.random.default_rng(1))[:, :, 0]
    near = np.abs(whole[1] - 1.0) < 0.02
    seen = Seen(np.array([[1.0]]), covariance[:, 1:, 1:], covariance[:, :1, 1:])
    given = Effects.of(covariance[:, :1, :1], seen)
    drawn = given.draw(100_000, 1, np.random.default_rng(2))[0, :, 0]
    assert abs(drawn.mean() - 0.6) < 0.03 > abs(whole[0, near].mean() - 0.6)
    assert abs(drawn.var() - (2 - 0.36)) < 0.04
    assert given.variance.tolist() == [[2.0]]


def test_what_is_not_told_tells_nothing():
    told = np.array([[False], [True]])
    seen = Seen.where(told, np.full((2, 1), 5.0), np.full((2, 1, 1), 0.1), np.full((2, 1, 1), 0.1))
    effects = Effects.of(np.full((2, 1, 1), 1.0), seen)
    assert effects.shift.ravel().tolist() == pytest.approx([0.0, 5.0])


def test_a_national_effect_that_is_known_is_not_taken_for_the_areas_own():
    tables = made_up((50_000,) * 60)
    outcomes = tables.outcomes.assign(outcome_numerator=55_000)
    own = {}
    for national in (0.0, 0.2):
        model = bcf.OutcomeModel(relative_sd=0.05, correlation=0.9, national_sd=national)
        options = {"outcomes": outcomes, "through": JULY.wave_names[1], "model": model, "draws": 5}
        own[national] = float(simulate(tables, **options).experiment.chance.own[0][1].shift.mean())
    assert own[0.0] > 0.06
    assert abs(own[0.2]) < 0.01


def test_periods_are_weighed_by_the_steps_in_them():
    year, half = Span(24, 12), Span(24, 6)
    weights = Weights.of([year, half, half.a_year_before])
    assert weights.steps.tolist() == [2.5, 4.5, 5.5]
    assert weights.shares.tolist() == [[0, 0.5, 0.5], [0, 1, 0], [1, 0, 0]]
    assert weights.closeness(0.5)[0].tolist() == [1, 0.25, 0.125]


EMERGENCY = "emergency_admissions"
TRUE_DESIGN = bcf.OutcomeModel(dispersion=9.3, relative_sd=0.027, baseline_noise=True, on_unknown_size="hold")
"""The noise of L4."""


def drawn_counts(simulation, draws, metric=EMERGENCY):
    """Counts of a metric by payment point, shape (points, draws, areas)."""
    chance = simulation.experiment.chance
    found = list(chance.draw(draws, np.random.default_rng(7)))
    return np.array(
        [counts for line, counts in zip(chance.lines, found, strict=True) if line.metric == metric]
    )


def twenty_areas(scheme="december_2013"):
    """Areas of middling size, whose first outcome is of a year and whose second is of half a year."""
    lines = [4 if slot.wave == "wave_1" else 2 for slot in bcf.load_scheme(scheme).metric_lines]
    return made_up((9_000,) * 20, scheme, better=Fraction(307, 10_000), lines=lines)


def correlations(first, second):
    """The mean over areas of the correlation of two arrays of shape (draws, areas)."""
    pairs = [np.corrcoef(first[:, area], second[:, area])[0, 1] for area in range(first.shape[1])]
    return float(np.nanmean(pairs))


def test_a_baseline_that_is_part_of_an_earlier_outcome_is_drawn_once():
    """L4: improvements of the two waves correlate at about -0.35, payments at about -0.25."""
    simulation = simulate(twenty_areas(), "december_2013", draws=10, model=TRUE_DESIGN)
    assert not simulation.notices
    counts = drawn_counts(simulation, 2_000)
    assert abs(correlations(counts[0], counts[1]) + 0.35) < 0.02
    baseline = np.array([36_000, 18_000])[:, None, None]
    paid = np.clip((1 - counts / baseline) / 0.0307, 0, 1)  # in proportion, as in October 2013
    assert abs(correlations(paid[0], paid[1]) + 0.25) < 0.05


def test_where_shared_data_are_drawn_apart_the_result_says_so():
    tables = made_up((9_000,) * 3, "december_2013")
    simulation = simulate(tables, "december_2013", draws=10)
    said = [notice for notice in simulation.notices if "(L4)" in notice]
    assert [notice.split(":")[0] for notice in said] == [
        "Delayed transfers of care",
        "Emergency (non-elective) admissions",
        "The area's own metric",
    ]
    assert simulation.to_frame().attrs["notices"] == simulation.notices


@pytest.mark.parametrize("noise", ["auto", "normal"])
def test_the_parts_of_an_outcome_add_up_to_its_mean_and_its_variance(noise):
    model = TRUE_DESIGN.model_copy(update={"noise": noise, "relative_sd": 0.0})
    simulation = simulate(twenty_areas(), "december_2013", draws=10, model=model)
    drawn = drawn_counts(simulation, 5_000)[0] / (DECIMALS if noise == "normal" else 1)
    assert abs(drawn.mean() - 36_000) < 5 * (2 * 9.3 * 36_000 / drawn.size) ** 0.5
    assert abs(drawn.var() / (2 * 9.3 * 36_000) - 1) < 5 * (2 / drawn.size) ** 0.5


def test_a_baseline_within_a_known_outcome_is_drawn_given_that_outcome():
    """An outcome that was too high by chance held a baseline that was too high, too, in part."""
    tables = twenty_areas()
    outcomes = tables.outcomes.astype({"outcome_numerator": object})
    first = (outcomes["metric"] == EMERGENCY) & (outcomes["wave"] == "wave_1")
    means = {}
    for off in (-600, 0, 600):
        outcomes.loc[first, "outcome_numerator"] = 4 * 9_000 + off
        options = {"outcomes": outcomes, "through": "wave_1", "model": TRUE_DESIGN, "draws": 50}
        simulation = simulate(tables, "december_2013", **options)
        means[off] = drawn_counts(simulation, 200)[0].mean()
    assert means[-600] > means[0] > means[600]


def test_unknown_sizes_of_known_waves_tell_nothing():
    tables = made_up((9_000,) * 3, "october_2013")
    plans = tables.plans.assign(sample_size=pd.NA)
    model = bcf.OutcomeModel(relative_sd=0.05, correlation=0.9, on_unknown_size="hold")
    options = {"outcomes": tables.outcomes, "through": "wave_1", "model": model, "draws": 20}
    simulation = simulate(tables._replace(plans=plans), "october_2013", **options)
    assert simulation.to_frame()["earned_mean_pence"].notna().all()


def test_a_baseline_within_an_outcome_that_is_known_of_some_areas_is_drawn_apart_and_said():
    """An area whose known outcome is missing keeps the noise of its baseline."""
    tables = twenty_areas()
    missing = (tables.outcomes["wave"] == "wave_1") & (tables.outcomes["area_code"] == "E06000003")
    options = {"through": "wave_1", "model": TRUE_DESIGN, "draws": 10, "on_missing": "withhold"}
    for outcomes, said in ((tables.outcomes, 0), (tables.outcomes[~missing], 1)):
        simulation = simulate(tables, "december_2013", outcomes=outcomes, **options)
        found = [notice for notice in simulation.notices if "(L4)" in notice and "Emergency" in notice]
        assert len(found) == said
        drawn = [line for line in simulation.experiment.chance.lines if line.metric == EMERGENCY]
        assert [line.baseline_noise for line in drawn] == [bool(said)]


def test_a_baseline_is_drawn_with_no_outcome_that_is_drawn_after_it():
    """The second payment point is measured first: its outcome is not there when the first one is drawn."""
    rules = bcf.load_scheme("december_2013").model_dump(mode="json", exclude_none=True)
    lines = [wave["lines"] for wave in rules["waves"]]
    first, second = ([line["period"] for line in both if "period" in line] for both in lines)
    for both, periods in zip(lines, (second, first), strict=True):
        measured = [line for line in both if "period" in line]
        for line, period in zip(measured, periods, strict=False):
            line["period"] = period
    swapped = bcf.Scheme.from_dict(rules)
    simulation = simulate(twenty_areas(), swapped, draws=10, model=TRUE_DESIGN)
    assert any("(L4)" in notice and "Emergency" in notice for notice in simulation.notices)
    assert all(len(line.parts) == 1 for line in simulation.experiment.chance.lines)
