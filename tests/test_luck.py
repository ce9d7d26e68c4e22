"""How much of a payment is luck, for true effects of a known size."""

from copy import deepcopy
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.simulation.blocks import run

from .chance import SIGMAS, made_up

CALM = bcf.OutcomeModel(noise="normal")
CALM_AND_HELD = bcf.OutcomeModel(noise="normal", on_unknown_size="hold")
LIMIT = 186 / 256


def luck(tables, scheme="july_2014", **options):
    return bcf.luck(tables.areas, tables.plans, tables.assurance, scheme, **options)


@pytest.fixture(scope="module")
def october():
    return luck(made_up((60, 900, 40_000), "october_2013"), "october_2013", draws=1_000)


@pytest.fixture(scope="module")
def july():
    return luck(made_up((100, 1_000, 10_000, 100_000)), draws=2_000, model=CALM)


def test_effects_run_from_none_to_more_than_the_plan(july):
    assert july.summary()["effect"].tolist() == [0, 0.25, 0.5, 0.75, 1, 1.25]
    assert july.areas["effect"].tolist() == np.repeat([0, 0.25, 0.5, 0.75, 1, 1.25], 4).tolist()
    assert len(july.lines) == 6 * 4 * 4


def test_true_rates_earn_exactly_the_share_of_the_plan_that_they_achieve(october):
    lines = october.lines
    for effect, rows in lines.groupby("effect"):
        share = min(Fraction(effect), Fraction(1))
        assert rows["true_pence"].tolist() == [int(pence * share) for pence in rows["entitlement_pence"]]


def test_the_difference_is_what_luck_adds_or_takes(october, july):
    for found in (october, july):
        for table in (found.lines, found.areas):
            off = table["earned_mean_pence"] - table["true_pence"]
            assert np.allclose(table["difference_mean_pence"], off, rtol=1e-9, atol=1e-3)
    by_effect = july.summary().set_index("effect")["difference_mean_pence"]
    assert by_effect[0] > 0 > by_effect[1]


def test_more_true_effect_earns_more(october, july):
    for found in (october, july):
        for _, area in found.areas.groupby("area_code"):
            assert area["share_paid"].is_monotonic_increasing
            assert area["probability_half"].is_monotonic_increasing
        assert found.summary()["share_paid"].is_monotonic_increasing


def test_luck_falls_with_size(july):
    none = july.areas[july.areas["effect"] == 0]
    assert none["luck_share"].is_monotonic_decreasing
    assert none["luck_share"].iloc[0] > 3 * none["luck_share"].iloc[-1]
    assert none["luck_pence"].is_monotonic_increasing


def test_luck_does_not_fall_with_size_where_the_noise_does_not():
    sizes = (10**5, 10**6, 10**7)
    model = bcf.OutcomeModel(noise="normal", relative_sd=0.05)
    found = luck(made_up(sizes), model=model, effects=[0], draws=4_000).areas
    assert found["luck_share"].max() / found["luck_share"].min() < 1.15
    calm = luck(made_up(sizes), model=CALM, effects=[0], draws=4_000).areas
    assert calm["luck_share"].max() / calm["luck_share"].min() > 5


def test_an_area_that_truly_achieves_its_plan_earns_all_of_a_line_half_the_time():
    model = bcf.OutcomeModel(noise="normal", dispersion=5)
    found = luck(made_up((10_000,), "october_2013"), "october_2013", model=model, effects=["1"], draws=10_000)
    assert (abs(found.lines["probability_all"] - 0.5) < SIGMAS * 0.5 / 10_000**0.5).all()


def test_anything_stands_beside_its_limit_whatever_the_size(july):
    none = july.areas[july.areas["effect"] == 0]
    assert none["probability_any_limit"].tolist() == [LIMIT] * 4
    error = (LIMIT * (1 - LIMIT) / july.draws) ** 0.5
    assert (abs(none["probability_any"] - LIMIT) < SIGMAS * error).all()


def test_anything_is_told_only_of_a_cumulative_pot(october):
    assert "probability_any" not in october.areas
    july = bcf.load_scheme("july_2014")
    separate = {"value": False, "source": ("a test",), "basis": "assumed"}
    apart = july.replace(pot=july.pot.model_dump() | {"cumulative": separate})
    assert "probability_any" not in luck(made_up((100,)), apart, draws=10).areas


@pytest.mark.parametrize(("deviations", "share"), [((1, 2, 4, 8), 0.85), ((8, 4, 2, 1), 0.60)])
@pytest.mark.parametrize("model", [CALM, bcf.OutcomeModel(noise="normal", baseline_noise=True)])
def test_the_limit_is_another_where_quarters_are_unequal(deviations, share, model):
    """Quarters whose standard deviations are in this proportion, by counts in that of their squares."""
    tables = made_up((1_000,), lines=[deviation**2 for deviation in deviations])
    found = luck(tables, model=model, effects=[0], draws=20_000).areas
    normal = np.random.default_rng(8).standard_normal((200_000, 4)) * deviations
    anything = (np.cumsum(normal, axis=1).max(axis=1) > 0).mean()
    assert abs(anything - share) < 0.01
    probability = found["probability_any"].iloc[0]
    assert (
        abs(probability - anything) < SIGMAS * (anything * (1 - anything) * (1 / 20_000 + 1 / 200_000)) ** 0.5
    )
    assert abs(probability - LIMIT) > 0.1
    assert found["probability_any_limit"].isna().all()


def test_the_limit_stands_where_nothing_truly_changes_and_nowhere_else(july):
    stands = july.areas["probability_any_limit"].notna()
    assert stands.tolist() == july.areas["effect"].eq(0).tolist()


@pytest.mark.parametrize(
    "model",
    [
        bcf.OutcomeModel(),
        bcf.OutcomeModel(noise="normal", relative_sd=0.1, correlation=0.6),
        bcf.OutcomeModel(noise="normal", national_sd=0.1),
        bcf.OutcomeModel(noise="normal", dispersion=100),
    ],
    ids=["counts that tie", "effects that last", "noise that is skewed", "noise that is cut at 0"],
)
def test_the_limit_stands_beside_no_noise_for_which_it_is_not_proved(model):
    found = luck(made_up((1_000,)), model=model, effects=[0], draws=50).areas
    assert found["probability_any_limit"].isna().all()
    assert found["probability_any"].notna().all()


def test_the_limit_needs_a_pot_and_a_plan_that_the_first_quarter_can_pay():
    tables = made_up((1_000, 1_000, 1_000))
    plans = tables.plans.copy()
    codes = tables.areas["area_code"].tolist()
    late = (plans["area_code"] == codes[1]) & (plans["wave"] == "q4_2014_15")
    none = plans["area_code"] == codes[2]
    plans.loc[late | none, "target_numerator"] = plans.loc[late | none, "baseline_numerator"]
    found = luck(tables._replace(plans=plans), model=CALM, effects=[0], draws=50).areas
    assert found["probability_any_limit"].isna().tolist() == [False, True, True]


def test_an_effect_that_goes_beyond_every_person_is_cut_at_all_of_them():
    tables = made_up((900,), "october_2013", better=Fraction(1, 2))
    plans = tables.plans.copy()
    share = plans["metric"] == "reablement"
    plans.loc[share, ["baseline_numerator", "target_numerator"]] = [1_500, 1_750]
    effects, model = ["1", "1.25", "2.5"], bcf.OutcomeModel()
    found = luck(tables._replace(plans=plans), "october_2013", effects=effects, draws=50, model=model)
    line = found.lines[found.lines["line"] == "reablement"]
    assert line["size"].round(6).tolist() == [1_750, 1_800, 1_800]
    assert line["earned_mean_pence"].iloc[-1] == line["entitlement_pence"].iloc[-1]


def test_a_target_above_every_person_is_named_and_not_the_baseline():
    tables = made_up((900,), "october_2013")
    plans = tables.plans.copy()
    share = plans["metric"] == "reablement"
    plans.loc[share, "target_numerator"] = 1_890
    with pytest.raises(bcf.InputError) as caught:
        luck(tables._replace(plans=plans), "october_2013", draws=50)
    fault = caught.value.problems.iloc[0]
    assert (fault["metric"], fault["column"], fault["value"]) == ("reablement", "target_numerator", "105.0%")


@pytest.mark.parametrize(
    "effects", [[], None, 1, "01", ["x"], [float("nan")], [True], ["0", "0.0"], ["1e300"]]
)
def test_effects_that_are_none_or_there_twice_are_refused(effects):
    with pytest.raises(bcf.InputError, match="effects"):
        luck(made_up((100,)), effects=effects, draws=5)


def test_a_metric_that_the_noise_misspells_is_refused():
    model = bcf.OutcomeModel(dispersion={"emergency_admision": 10})
    with pytest.raises(bcf.InputError, match="emergency_admissions"):
        luck(made_up((100,)), model=model, draws=5)


def test_a_single_draw_shows_itself_without_errors():
    found = luck(made_up((100,)), effects=[0], draws=1)
    assert found.areas[["luck_pence", "share_paid_se", "probability_half_se"]].isna().all(axis=None)
    assert "<table>" in found._repr_html_()


def test_a_noisy_baseline_makes_more_luck():
    tables, noisy = made_up((1_000,)), bcf.OutcomeModel(noise="normal", baseline_noise=True)
    shares = [
        luck(tables, model=model, effects=[0], draws=4_000).areas["share_paid"].iloc[0]
        for model in (CALM, noisy)
    ]
    assert shares[1] > 1.15 * shares[0]


def test_size_groups_hold_fifths_of_the_areas_smallest_first():
    counts = [100 * 2**power for power in range(10)]
    found = luck(made_up(counts, "october_2013"), "october_2013", effects=["1"], draws=400).by_size()
    for _, line in found.groupby(["wave", "line"]):
        assert line["size_group"].tolist() == [1, 2, 3, 4, 5]
        assert line["areas"].tolist() == [2] * 5
        assert line["size_mean"].is_monotonic_increasing
        assert line["luck_share"].iloc[0] > line["luck_share"].iloc[-1]
    first = found.iloc[0]
    assert first["size_mean"] == (counts[0] + counts[1]) / 2 * (1 - 0.035)


def test_lines_that_stand_still_are_in_no_size_group_and_are_named():
    tables = made_up((60, 900, 40_000), "october_2013")
    plans = tables.plans.assign(sample_size=None)
    model = bcf.OutcomeModel(on_unknown_size="hold")
    found = luck(tables._replace(plans=plans), "october_2013", model=model, effects=["1"], draws=50)
    assert set(found.held["metric"]) == {"reablement", "user_experience"}
    assert not found.by_size()["line"].isin(found.held["metric"]).any()
    still = found.lines[found.lines["line"].isin(found.held["metric"])]
    assert still["size"].isna().all()
    assert (still["luck_pence"] == 0).all()


def test_lines_and_areas_add_up(october):
    money = ["entitlement_pence", "true_pence", "earned_mean_pence", "difference_mean_pence"]
    lines = october.lines.groupby(["effect", "area_code"])[money].sum()
    areas = october.areas.set_index(["effect", "area_code"])[money]
    assert np.allclose(lines, areas, rtol=1e-12, atol=1e-3)
    assert np.allclose(october.summary()[money], areas.groupby("effect").sum(), rtol=1e-12, atol=1e-3)


def test_luck_at_an_effect_is_a_simulation_of_that_effect():
    tables = made_up((100, 5_000))
    found = luck(tables, model=CALM, effects=["0", "1"], draws=80, seed=5).areas
    for effect, expected in (0, "baseline"), (1, "target"):
        model = bcf.OutcomeModel(noise="normal", expected=expected)
        simulation = bcf.simulate(
            tables.areas, tables.plans, tables.assurance, "july_2014", model=model, draws=80, seed=5
        )
        table, rows = simulation.to_frame(), found[found["effect"] == effect].reset_index(drop=True)
        assert rows["earned_mean_pence"].equals(table["earned_mean_pence"])
        assert np.allclose(rows["luck_pence"], table["earned_sd_pence"], rtol=1e-12, atol=0)
        assert rows["probability_all"].equals(table["probability_full"])
        earned = np.column_stack([simulation.draw(number).earned_pence for number in range(80)])
        half = (earned.T * 2 - rows["entitlement_pence"].to_numpy() >= 0).mean(axis=0)
        assert rows["probability_half"].tolist() == half.tolist()


def test_half_of_a_line_of_an_odd_number_of_pence_is_the_penny_above():
    """A curve pays half of nearly everything: of an odd number of pence that is less than half."""
    october = bcf.load_scheme("october_2013")
    steps = ((0, 0), ("1/2", 0), ("1/2", "1/2"), (1, "1/2"), (1, 1))
    curve = {"value": steps, "source": ("a test",), "basis": "assumed"}
    scheme = october.replace(curves=dict.fromkeys(october.curves, curve))
    tables = made_up([10**8] * 30, "october_2013", better=Fraction(1, 5))
    areas = tables.areas.assign(nhs_weight=range(7, 37))
    found = luck(tables._replace(areas=areas), scheme, effects=["0.75"], draws=20)
    lines = found.lines
    assert set(lines["entitlement_pence"] % 2) == {0, 1}
    assert lines["probability_half"].tolist() == (1.0 - lines["entitlement_pence"] % 2).tolist()


def test_half_of_an_area_of_an_odd_number_of_pence_is_the_penny_above():
    """Pots are capped at a third of the fund, and half of the reduction is exactly achieved."""
    tables, model = made_up([Fraction("1000000.5")] * 3, better=Fraction(1, 5)), CALM_AND_HELD
    found = luck(tables, model=model, effects=["0.5"], draws=3).areas
    assert found["entitlement_pence"].tolist() == [33_333_333_334, 33_333_333_333, 33_333_333_333]
    assert found["earned_mean_pence"].tolist() == [16_666_666_667, 16_666_666_666, 16_666_666_666]
    assert found["probability_half"].tolist() == [1, 0, 0]


def test_the_plans_are_kept_whatever_is_drawn(october):
    assert october.lines.groupby(["area_code", "wave", "line"])["entitlement_pence"].nunique().eq(1).all()


def test_a_line_with_nothing_to_earn_has_no_shares():
    found = luck(made_up((300, 300), better=[Fraction(0), Fraction(1, 20)]), effects=["1"], draws=50).areas
    shares = ["share_paid", "luck_share", "probability_half", "probability_all", "probability_any"]
    assert found.loc[0, shares].isna().all()
    assert found.loc[1, shares].notna().all()


def test_reviews_are_counted_where_there_are_any(october, july):
    assert (july.areas["probability_review"] == 0).all()
    by_effect = october.summary().set_index("effect")["probability_review"]
    assert by_effect[0] >= by_effect[1.25] > 0


def test_standard_errors_are_those_of_so_many_draws(july):
    table = july.areas
    p = table["probability_half"]
    assert np.allclose(table["probability_half_se"], (p * (1 - p) / july.draws) ** 0.5)
    assert np.allclose(table["share_paid_se"], table["luck_share"] / july.draws**0.5)


def test_luck_shows_its_model_and_its_notices():
    example = bcf.load_example("p4p_2015_16")
    found = luck(example, draws=20, effects=["0", "1"], on_missing="withhold")
    html = found._repr_html_()
    assert found.model.describe() in html
    assert found.model.baseline_noise
    assert all(sentence in html for sentence in found.notices)
    assert "Illustration" in html
    assert repr(found) == "<Luck under july_2014: 151 areas, 2 true effects, 20 draws>"


def test_bad_numbers_of_draws_are_refused():
    with pytest.raises(bcf.InputError, match="at least 1"):
        luck(made_up((100,)), draws=0)


def test_the_same_seed_gives_the_same_luck():
    one, other = (luck(made_up((100, 900)), draws=100, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(one.lines, other.lines, check_exact=True)
    pd.testing.assert_frame_equal(one.areas, other.areas, check_exact=True)
    assert not luck(made_up((100, 900)), draws=100, seed=5).areas.equals(one.areas)


SHARED = bcf.OutcomeModel(noise="normal", dispersion=4, national_sd=0.05, baseline_noise=True)


def rebuilt(found):
    """The error of the mean share paid, rebuilt from the areas' own as if they were independent."""
    return (found.areas["share_paid_se"] ** 2).sum() ** 0.5 / len(found.areas)


def test_errors_of_what_is_summed_up_hold_areas_that_move_together():
    tables = made_up((2_000,) * 100)
    options = {"model": SHARED, "effects": ["0"], "draws": 500}
    runs = [luck(tables, seed=seed, **options) for seed in range(30)]
    for name in ("share_paid", "probability_half", "probability_all", "luck_share"):
        values = np.array([found.summary()[name][0] for found in runs])
        told = np.array([found.summary()[f"{name}_se"][0] for found in runs]).mean()
        assert 0.6 < told / values.std(ddof=1) < 1.7, name
    told = np.mean([found.summary()["share_paid_se"][0] for found in runs])
    assert told > 4 * np.mean([rebuilt(found) for found in runs])


def test_errors_of_areas_of_like_size_are_those_of_runs_with_other_seeds():
    tables = made_up((500, 2_000, 8_000, 30_000, 90_000) * 4)
    runs = [luck(tables, seed=seed, model=SHARED, effects=["0"], draws=500).by_size() for seed in range(30)]
    for name, error in (
        ("share_paid", "share_paid_se"),
        ("probability_half", "probability_half_se"),
        ("luck_mean_pence", "luck_mean_se_pence"),
    ):
        values = np.array([found[name] for found in runs])
        told = np.array([found[error] for found in runs]).mean(axis=0)
        ratio = told / values.std(axis=0, ddof=1)
        assert 0.5 < ratio.min() <= ratio.max() < 2, name


def test_errors_of_lines_of_the_nation_hold_areas_that_move_together():
    tables = made_up((2_000,) * 100)
    runs = [
        bcf.simulate(
            tables.areas, tables.plans, tables.assurance, "july_2014", model=SHARED, draws=400, seed=seed
        )
        for seed in range(30)
    ]
    for name, error in (
        ("earned_mean_pence", "earned_mean_se_pence"),
        ("probability_met", "probability_met_se"),
    ):
        values = np.array([found.summary("line")[name] for found in runs])
        told = np.array([found.summary("line")[error] for found in runs]).mean(axis=0)
        ratio = told / values.std(axis=0, ddof=1)
        assert 0.6 < ratio.min() <= ratio.max() < 1.7, name


def test_a_single_draw_tells_no_error():
    found = luck(made_up((300, 900)), effects=["0"], draws=1)
    assert found.summary().filter(like="_se").isna().all(axis=None)
    assert found.by_size().filter(like="_se").isna().all(axis=None)
    assert luck(made_up((300, 900)), effects=["0"], draws=2).summary()["share_paid_se"].notna().all()


@pytest.mark.parametrize("draws", [4, 26, 51, 2_001])
def test_every_batch_of_draws_tells_a_spread(draws):
    found = luck(made_up((300, 900)), effects=["0"], draws=draws)
    sizes = [batch.draws for batch in found.drawn[0].tally.batches.values()]
    assert sum(sizes) == draws
    assert 2 <= min(sizes) <= max(sizes) <= min(sizes) + 1
    assert found.summary().filter(like="_se").notna().all(axis=None)
    assert found.by_size().filter(like="_se").notna().all(axis=None)


def test_batches_add_up_to_the_same_in_any_order():
    tables = made_up((300, 900))
    experiment = luck(tables, effects=["0"], draws=10).drawn[0].experiment
    pieces = [run(experiment, 0, 6_001, range(block, block + 1)) for block in range(4)]
    rising, falling = pieces[0], pieces[3]
    for one, other in zip(pieces[1:], pieces[2::-1], strict=True):
        rising, falling = deepcopy(rising), deepcopy(falling)
        rising.merge(one)
        falling.merge(other)
    assert sorted(rising.batches) == sorted(falling.batches)
    for number, batch in rising.batches.items():
        assert batch.draws == falling.batches[number].draws
        for name, values in batch.sums.items():
            assert (values == falling.batches[number].sums[name]).all()


@pytest.mark.parametrize("noisy", [False, True], ids=["drawn apart", "drawn once"])
def test_the_limit_stands_beside_no_points_that_share_data(noisy):
    """Two points a year apart: the baseline of the last is the outcome of the first."""
    rules = bcf.load_scheme("july_2014").model_dump(mode="json", exclude_none=True)
    later = {"start": "2016-01-01", "end": "2016-03-31"}
    rules["waves"][3]["lines"][0]["period"]["value"] = later
    model = CALM.model_copy(update={"baseline_noise": noisy})
    options = {"model": model, "effects": [0], "draws": 50}
    alike = luck(made_up((1_000,)), **options).areas
    shared = luck(made_up((1_000,)), bcf.Scheme.from_dict(rules), **options).areas
    assert alike["probability_any_limit"].notna().all()
    assert shared["probability_any_limit"].isna().all()


def test_every_estimate_that_is_summed_up_has_its_error(october):
    for table in (october.summary(), october.by_size()):
        estimates = [
            name
            for name in table
            if not name.endswith("_se") and "_se_" not in name and table[name].dtype == float
        ]
        told = set(table)
        for name in estimates:
            if name in {"effect", "size_mean"}:
                continue
            error = {"difference_mean_pence": "difference_se_pence"}.get(
                name, name.replace("_pence", "_se_pence") if name.endswith("_pence") else f"{name}_se"
            )
            assert error in told, name


def test_wrong_and_missed_rewards_follow_from_the_prior(october):
    prior = {"0": "1/2", "1/4": 0, "1/2": 0, "3/4": 0, "1": "1/4", "5/4": "1/4"}
    found = october.rewards(prior).iloc[0]
    half = october.summary().set_index("effect")["probability_half"]
    assert found["wrong_reward"] == pytest.approx(half[0], rel=1e-12)
    assert found["missed_reward"] == pytest.approx(1 - (half[1] + half[1.25]) / 2, rel=1e-12)
    wrong, right = half[0] / 2, (half[1] + half[1.25]) / 4
    assert found["wrong_of_rewards"] == pytest.approx(wrong / (wrong + right), rel=1e-12)
    assert (october.rewards(prior).filter(like="_se") >= 0).all(axis=None)
    lines = october.rewards(prior, reward="all")
    assert lines["line"].tolist() == ["", *october.lines["line"].head(len(lines) - 1)]
    assert (lines["missed_reward"] >= october.rewards(prior)["missed_reward"]).all()
    some = october.rewards(prior, reward="anything")
    assert (some["missed_reward"] <= october.rewards(prior)["missed_reward"]).all()
    assert (some["wrong_reward"] >= october.rewards(prior)["wrong_reward"]).all()
    everybody = october.rewards(dict.fromkeys(prior, 0) | {"1": 1}).iloc[0]
    assert np.isnan(everybody["wrong_reward"])
    assert everybody["wrong_of_rewards"] == 0


@pytest.mark.parametrize(
    ("prior", "said"),
    [
        ({"0": 1}, "say how likely"),
        ({"0": "1/2", "1": "1/3"}, "add up to 1"),
        ({"0": "1/2", "1": "1/2", "2": 0}, "that was drawn once"),
        ({"0": "much", "1": 1}, "probability from 0 to 1"),
        ({"0": -1, "1": 2}, "probability from 0 to 1"),
        ({0: "1/2", "0": "1/2", "1": 0}, "that was drawn once"),
        ([0.5, 0.5], "a probability for each effect"),
    ],
)
def test_a_prior_that_is_none_is_refused(prior, said):
    found = luck(made_up((300,)), effects=["0", "1"], draws=5)
    with pytest.raises(bcf.InputError, match=said):
        found.rewards(prior)
    with pytest.raises(bcf.InputError, match="reward"):
        found.rewards({"0": 1, "1": 0}, reward="most")
