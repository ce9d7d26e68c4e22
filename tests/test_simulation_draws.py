"""What is drawn: moments of every kind of noise, effects that hang together, numbers in odd columns."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.simulation.dependence import hang_together
from bcf_payments.simulation.drawing import DECIMALS, DrawnLine, _true_baseline
from bcf_payments.simulation.experiment import _improvement
from bcf_payments.simulation.model import Noise

from .chance import assert_moments, assert_same, made_up, settle, simulate

DRAWS = 40_000
COUNTS = (5, 300, 100_000)
QUARTERS = settle(made_up((150,))).case
"""Four quarters of emergency admissions, each with a baseline of the year before."""

HUGE = 10**9
"""So many that counting noise is nothing beside the effects of areas and nation."""


def drawn(kind, *, counts=COUNTS, sizes=None, dispersion=1.0, relative_sd=0.0, national_sd=0.0, **options):
    """Counts of areas (columns) in four quarters of one metric."""
    means = np.array(counts, dtype=float)
    noise = Noise(kind, dispersion, relative_sd, national_sd, options.get("correlation", 0.0))
    below = means * 100 if sizes is None else np.array(sizes, dtype=float)
    lines = tuple(
        DrawnLine(line, "emergency_admissions", noise, sizes is not None, means, means, below)
        for line in range(4)
    )
    chance = hang_together(QUARTERS, lines, (), baseline_noise=options.get("baseline_noise", False)).chance
    random = np.random.default_rng(options.get("seed", 2014))
    found = [found / (DECIMALS if kind == "normal" else 1) for found in chance.draw(DRAWS, random)]
    return chance.lines, np.stack(found)


def correlation(one, other):
    return float(np.corrcoef(np.log(one), np.log(other))[0, 1])


@pytest.mark.parametrize("dispersion", [1.0, 1.5, 30.0])
def test_counts_vary_by_the_dispersion_times_what_poisson_counts_vary(dispersion):
    _, found = drawn("poisson", dispersion=dispersion)
    for area, count in enumerate(COUNTS):
        assert_moments(found[0, :, area], count, dispersion * count)


def test_counts_without_dispersion_are_as_often_zero_as_poisson_counts():
    _, found = drawn("poisson", counts=(2,))
    assert abs((found[0] == 0).mean() - np.exp(-2)) < 5 * (np.exp(-2) / DRAWS) ** 0.5


@pytest.mark.parametrize("dispersion", [1.0, 1.5, 9.0])
def test_proportions_vary_by_the_dispersion_times_what_independent_people_vary(dispersion):
    sizes, counts = (10, 400, 100_000), (4, 390, 30_000)
    _, found = drawn("binomial", counts=counts, sizes=sizes, dispersion=dispersion)
    for area, (count, size) in enumerate(zip(counts, sizes, strict=True)):
        assert_moments(found[0, :, area], count, dispersion * count * (1 - count / size))
        assert found[0, :, area].max() <= size


@pytest.mark.parametrize("dispersion", [1.0, 30.0])
def test_normal_counts_vary_alike_and_have_six_decimals(dispersion):
    _, found = drawn("normal", counts=(1_000, 100_000), dispersion=dispersion)
    for area, count in enumerate((1_000, 100_000)):
        assert_moments(found[0, :, area], count, dispersion * count)
    assert (found != np.rint(found)).mean() > 0.99


def test_normal_proportions_vary_less_where_nearly_all_say_yes():
    _, found = drawn("normal", counts=(900,), sizes=(1_000,))
    assert_moments(found[0, :, 0], 900, 900 * 0.1)


def test_normal_counts_below_nothing_count_as_nothing():
    _, found = drawn("normal", counts=(1,), dispersion=4.0)
    below = (1 - 0.382925) / 2
    assert abs((found[0] == 0).mean() - below) < 5 * (below / DRAWS) ** 0.5
    assert found.min() == 0


def test_a_count_of_nothing_stays_nothing():
    for kind in ("poisson", "binomial", "normal"):
        _, found = drawn(kind, counts=(0,), sizes=(10,), dispersion=2.0, relative_sd=0.5)
        assert not found.any()


def test_a_proportion_of_all_stays_all():
    _, found = drawn("binomial", counts=(50,), sizes=(50,), dispersion=3.0)
    assert (found == 50).all()


@pytest.mark.parametrize("effect", ["relative_sd", "national_sd"])
def test_effects_add_noise_that_does_not_shrink_with_size(effect):
    _, found = drawn("poisson", dispersion=2.0, **{effect: 0.05})
    for area, count in enumerate(COUNTS):
        assert_moments(found[0, :, area], count, 2 * count + (0.05 * count) ** 2)


def test_a_national_effect_is_shared_by_all_areas_and_an_own_effect_by_none():
    _, found = drawn("poisson", counts=(HUGE, HUGE), national_sd=0.03)
    assert correlation(found[0, :, 0], found[0, :, 1]) > 0.99
    assert abs(correlation(found[0, :, 0], found[1, :, 0])) < 5 / DRAWS**0.5
    _, found = drawn("poisson", counts=(HUGE, HUGE), relative_sd=0.03)
    assert abs(correlation(found[0, :, 0], found[0, :, 1])) < 5 / DRAWS**0.5


@pytest.mark.parametrize("rho", [0.0, 0.63, 1.0])
def test_an_areas_own_effect_correlates_from_quarter_to_quarter(rho):
    _, found = drawn("poisson", counts=(HUGE,), relative_sd=0.03, correlation=rho)
    error = 5 / DRAWS**0.5
    for apart in (1, 2, 3):
        assert abs(correlation(found[0, :, 0], found[apart, :, 0]) - rho**apart) < error
    assert_moments(found[2, :, 0], HUGE, HUGE + (0.03 * HUGE) ** 2)


@pytest.mark.parametrize("rho", [0.0, 0.63, 0.9])
def test_a_baseline_quarter_is_four_steps_before_its_outcome(rho):
    _, found = drawn("poisson", counts=(HUGE,), relative_sd=0.03, correlation=rho, baseline_noise=True)
    own, error = np.log1p(0.03**2), 5 / DRAWS**0.5
    logs = np.log(found[:, :, 0])
    assert abs(logs.var(axis=1) / (2 * own * (1 - rho**4)) - 1).max() < 2 * error
    lasting = np.corrcoef(logs)
    for apart in (1, 2, 3):
        together = 2 * rho**apart - rho ** (4 - apart) - rho ** (4 + apart)
        assert abs(lasting[0, apart] - together / (2 * (1 - rho**4))) < error
    assert abs(found[0].mean() / HUGE - 1) < 5 * logs[0].std() / DRAWS**0.5


def test_an_effect_that_never_changes_is_in_the_baseline_too_and_moves_nothing():
    _, found = drawn("poisson", counts=(HUGE,), relative_sd=0.5, correlation=1.0, baseline_noise=True)
    assert_moments(found[1, :, 0], HUGE, 2 * HUGE)


def test_metrics_have_effects_of_their_own():
    tables = made_up((HUGE // 10,), "october_2013")
    model = bcf.OutcomeModel(relative_sd=0.03, correlation=0.9)
    simulation = simulate(tables, "october_2013", draws=1_000, model=model)
    tables = [simulation.draw(number).outcomes for number in range(300)]
    found = pd.concat(tables).groupby(["wave", "metric"])["outcome_numerator"].apply(list)
    first, other = (found["wave_1", name] for name in ("delayed_transfers", "emergency_admissions"))
    assert abs(np.corrcoef(np.array(first, float), np.array(other, float))[0, 1]) < 5 / 300**0.5


@pytest.mark.parametrize("relative_sd", [0.02, 0.2, 0.6])
def test_effects_keep_the_mean_of_a_proportion(relative_sd):
    sizes, counts = (10**6,) * 3, (100_000, 500_000, 900_000)
    _, found = drawn("binomial", counts=counts, sizes=sizes, relative_sd=relative_sd)
    for area, count in enumerate(counts):
        values = found[0, :, area]
        assert abs(values.mean() - count) < 5 * values.std() / DRAWS**0.5
        assert values.max() <= sizes[area]
    _, found = drawn("binomial", counts=counts, sizes=sizes, relative_sd=0.02)
    assert abs(found[0].std(axis=0) / np.array(counts) / 0.02 - 1).max() < 0.02


@pytest.mark.parametrize("kind", ["poisson", "normal"])
def test_a_baseline_that_was_luck_too_doubles_the_noise_of_the_change(kind):
    _, found = drawn(kind, counts=(400, 100_000), dispersion=2.0, baseline_noise=True)
    for area, count in enumerate((400, 100_000)):
        assert_moments(found[0, :, area], count, 2 * 2 * count)


def test_after_a_lucky_baseline_outcomes_return_to_the_true_rate():
    lines, found = drawn("poisson", counts=(10_000,), baseline_noise=True)
    true = _true_baseline(lines[0], None, (DRAWS, 1), np.random.default_rng(2014))[:, 0] * 10_000
    slope = np.cov(true, found[0, :, 0])[0, 1] / true.var()
    assert abs(slope - 1) < 5 * DRAWS**-0.5
    assert found[0, true > 10_100, 0].mean() > 10_100


def test_a_noisy_baseline_never_changes_the_plan():
    tables = made_up((40, 4_000))
    quiet = simulate(tables, draws=50)
    noisy = simulate(tables, draws=50, model=bcf.OutcomeModel(baseline_noise=True))
    columns = ["area_code", "wave", "line", "entitlement_pence", "expected_pence"]
    pd.testing.assert_frame_equal(noisy.lines[columns], quiet.lines[columns])
    outcomes, earned = noisy.draw(3)
    settlement = settle(tables._replace(outcomes=outcomes))
    assert settlement.summary("area")["earned_pence"].tolist() == earned.tolist()
    planned = settlement.assessments.pivot_table(index="area_code", columns="wave", values="target")
    assert planned.loc["E06000001"].tolist() == [4_000 * (1 - 0.035)] * 4


@pytest.mark.parametrize("scheme", bcf.available_schemes())
@pytest.mark.parametrize("noise", ["auto", "poisson", "binomial", "normal"])
def test_every_draw_is_what_settle_pays_for_its_outcomes(scheme, noise):
    tables = made_up((12, 150, 40_000), scheme)
    model = bcf.OutcomeModel(noise=noise, dispersion=1.5, relative_sd=0.02, baseline_noise=True)
    simulation = simulate(tables, scheme, draws=600, model=model, on_missing="withhold")
    for number in (0, 249, 250, 599):
        outcomes, earned = simulation.draw(number)
        settlement = settle(tables._replace(outcomes=outcomes), scheme, on_missing="withhold", verify=True)
        assert settlement.summary("area")["earned_pence"].tolist() == earned.tolist()


@pytest.mark.parametrize("scheme", bcf.available_schemes())
def test_draws_of_the_example_are_what_settle_pays(scheme):
    example = bcf.load_example(bcf.load_scheme(scheme).example)
    model = bcf.OutcomeModel(dispersion=12, on_unknown_size="hold")
    simulation = simulate(example, scheme, draws=20, model=model, on_missing="withhold")
    outcomes, earned = simulation.draw(13)
    settlement = settle(example._replace(outcomes=outcomes), scheme, on_missing="withhold", verify=True)
    assert settlement.summary("area")["earned_pence"].tolist() == earned.tolist()


def test_a_small_line_is_exact_beside_one_that_takes_python_integers():
    both = np.array([[5, 7], [10**30, 10**30]], dtype=object)
    step = np.array([[-3, 0], [-1, 10**20]], dtype=object)
    counts = np.array([[2, 8], [4, 9]])
    for offset, each in zip(both, step, strict=True):
        assert (_improvement(offset, each, counts) == offset + each * counts.astype(object)).all()


def test_drawn_outcomes_are_whole_counts_over_the_size_behind_them():
    tables = made_up((150, 40_000), "october_2013")
    drawn_table = simulate(tables, "october_2013", draws=3).draw(1).outcomes
    both = drawn_table.merge(tables.plans, on=["area_code", "wave", "metric"])
    assert len(both) == len(tables.plans)
    assert (both["outcome_denominator"] == both["baseline_denominator"]).all()
    assert all(isinstance(number, int) for number in drawn_table["outcome_numerator"])
    assert (both["outcome_numerator"] != both["baseline_numerator"]).mean() > 0.5


def test_there_is_no_draw_beyond_the_last():
    simulation = simulate(made_up((150,)), draws=5)
    for number in (-1, 5):
        with pytest.raises(IndexError, match="there are 5, from 0"):
            simulation.draw(number)


def test_a_proportion_written_as_a_rate_is_drawn_by_its_sample():
    tables = made_up((200,), "october_2013")
    asked = tables.plans["sample_size"].notna()
    plans = tables.plans.astype({"baseline_numerator": object, "target_numerator": object})
    plans.loc[asked, "baseline_numerator"] = "50.0"
    plans.loc[asked, "target_numerator"] = "51.75"
    plans.loc[asked, ["baseline_denominator", "target_denominator"]] = 100
    outcomes = simulate(tables._replace(plans=plans), "october_2013", draws=3).draw(0).outcomes
    reabled = outcomes[outcomes["metric"] == "reablement"].iloc[0]
    assert reabled["outcome_denominator"] == 400
    assert 100 < reabled["outcome_numerator"] < 300


NUMBERS = ["baseline_numerator", "baseline_denominator", "target_denominator"]


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "float64", "string", "object", "category", "int32"])
def test_numbers_in_odd_columns_give_the_same_result(dtype):
    tables = made_up((150, 40_000), "october_2013", better=Fraction(1, 25))
    whole = tables.plans.assign(target_numerator=tables.plans["target_numerator"].astype("int64"))
    usual = simulate(tables._replace(plans=whole), "october_2013", draws=40)
    numbers = [*NUMBERS, "target_numerator"]
    odd = whole.astype(dict.fromkeys(numbers, dtype))
    size = whole["sample_size"].astype("Int64" if dtype != "category" else "category")
    odd = odd.assign(sample_size=size, area_code=whole["area_code"].astype("category"))
    odd = odd.sample(frac=1, random_state=1).set_index("metric", drop=False)
    assert_same(simulate(tables._replace(plans=odd), "october_2013", draws=40), usual)
