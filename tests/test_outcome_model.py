"""What is assumed of chance: settings, their faults, and estimates from past periods."""

import pickle
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

import bcf_payments as bcf
from bcf_payments.simulation import history_of
from bcf_payments.words import about

from .chance import made_up

P4P = bcf.load_example("p4p_2015_16")
EXAMPLE = history_of(P4P.plans, P4P.outcomes)


def made_up_history(dispersion, relative_sd, *, correlation=0.0, areas=150, periods=9, seed=7):
    """Counts of areas whose true rates stand still, from a hundred to a hundred thousand."""
    random = np.random.default_rng(seed)
    means = np.exp(random.uniform(np.log(100), np.log(100_000), (areas, 1)))
    variance = np.log1p(relative_sd**2)
    own = random.normal(0, variance**0.5, (areas, periods))
    for period in range(1, periods):
        own[:, period] *= (1 - correlation**2) ** 0.5
        own[:, period] += correlation * own[:, period - 1]
    means = means * np.exp(own - variance / 2)
    excess = dispersion - 1
    counts = random.poisson(excess * random.gamma(means / excess))
    return pd.DataFrame(
        {
            "area_code": np.repeat([f"E06{number:06}" for number in range(areas)], periods),
            "metric": "emergency_admissions",
            "period": list(range(2000, 2000 + periods)) * areas,
            "numerator": counts.ravel(),
        }
    )


def test_a_model_shows_what_differs_from_the_defaults():
    assert repr(bcf.OutcomeModel()) == "OutcomeModel()"
    model = bcf.OutcomeModel(dispersion={"delayed_transfers": 200}, expected={"reablement": "0.02"})
    assert repr(model) == (
        "OutcomeModel(expected={'reablement': Fraction(1, 50)}, dispersion={'delayed_transfers': 200.0})"
    )


def test_a_model_says_in_words_everything_that_it_assumes():
    assert bcf.OutcomeModel().describe() == (
        "true rates: the baselines, nothing changes; noise auto; dispersion 1; relative sd 0; correlation 0;"
        " national sd 0; baselines taken as true"
    )
    model = bcf.OutcomeModel(
        expected={"delayed_transfers": "-0.075"},
        noise={"delayed_transfers": "normal"},
        dispersion={"delayed_transfers": 215, "reablement": 1.5},
        relative_sd=0.03,
        correlation=0.63,
        national_sd=0.01,
        baseline_noise=True,
    )
    assert model.describe() == (
        "true rates: the baselines, changed by delayed_transfers -7.5%; noise delayed_transfers normal;"
        " dispersion delayed_transfers 215, reablement 1.5; relative sd 0.03; correlation 0.63;"
        " national sd 0.01; true baselines drawn too"
    )


@pytest.mark.parametrize("expected", ["baseline", "target", "observed"])
def test_a_model_says_what_it_expects(expected):
    assert {"baseline": "baselines", "target": "targets", "observed": "observed"}[expected] in (
        bcf.OutcomeModel(expected=expected).describe()
    )


def test_a_model_cannot_be_changed():
    given = {"delayed_transfers": 10.0}
    model = bcf.OutcomeModel(dispersion=given)
    given["delayed_transfers"] = 1.0
    assert model.dispersion == {"delayed_transfers": 10.0}
    with pytest.raises(ValidationError, match="frozen"):
        model.correlation = 0.5
    with pytest.raises(TypeError):
        model.dispersion["delayed_transfers"] = 1.0


def test_a_model_survives_pickling_and_equal_models_are_equal():
    model = bcf.OutcomeModel(expected={"local": "-1/30"}, relative_sd={"local": 0.1}, baseline_noise=True)
    assert pickle.loads(pickle.dumps(model)) == model  # noqa: S301 - our own
    assert model != bcf.OutcomeModel()


def test_changes_are_exact_numbers_in_every_written_form():
    expected = {"a": 0.1, "b": "1/3", "c": "-2.5e-2", "d": -1}
    model = bcf.OutcomeModel(expected=expected)
    assert [model.change_of(name) for name in "abcde"] == [
        Fraction(1, 10),
        Fraction(1, 3),
        Fraction(-1, 40),
        Fraction(-1),
        Fraction(0),
    ]


def test_each_metric_has_its_own_noise_and_a_kind_that_fits_its_unit():
    model = bcf.OutcomeModel(noise={"reablement": "normal"}, dispersion={"reablement": 2}, national_sd=0.1)
    assert model.noise_of("reablement", "per_cent") == ("normal", 2.0, 0.0, 0.1, 0.0)
    assert model.noise_of("user_experience", "per_cent") == ("binomial", 1.0, 0.0, 0.1, 0.0)
    assert model.noise_of("delayed_transfers", "per_100_000") == ("poisson", 1.0, 0.0, 0.1, 0.0)


def test_all_bad_settings_are_refused_at_once_each_with_its_fix():
    bad = {
        "expected": "miracle",
        "noise": {"reablement": "cauchy"},
        "dispersion": 0.5,
        "relative_sd": float("inf"),
        "national_sd": -0.1,
        "correlation": 1.5,
        "baseline_noise": "perhaps",
        "on_unknown_size": "guess",
        "dispersoin": 2,
    }
    with pytest.raises(bcf.InputError) as caught:
        bcf.OutcomeModel(**bad)
    problems = caught.value.problems.set_index("column")
    assert set(problems.index) == set(bad)
    assert set(problems["table"]) == {"model"}
    assert problems.pop("reason").to_dict() == dict.fromkeys(bad, "out_of_range") | {
        "dispersoin": "unknown_value"
    }
    assert problems["fix"].astype(bool).all()
    assert "dispersion" in problems.loc["dispersoin", "fix"]


@pytest.mark.parametrize("name", ["dispersion", "relative_sd", "national_sd", "correlation"])
@pytest.mark.parametrize(
    "value", [1e308, float("nan"), float("inf"), -1, True, "much", None, {"reablement": True}]
)
def test_noise_beyond_all_sense_is_refused_in_one_sentence(name, value):
    with pytest.raises(bcf.InputError) as caught:
        bcf.OutcomeModel(**{name: value})
    assert caught.value.problems["column"].tolist() == [name]


def test_the_most_noise_that_is_allowed_can_be_drawn():
    tables = made_up((10**9,), "july_2014")
    most = {"dispersion": 10**6, "relative_sd": 10, "national_sd": 10, "correlation": 1}
    for kind in ("poisson", "normal"):
        model = bcf.OutcomeModel(noise=kind, baseline_noise=True, on_unknown_size="hold", **most)
        table = bcf.simulate(
            tables.areas, tables.plans, tables.assurance, "july_2014", model=model, draws=5_000
        ).to_frame()
        assert table["earned_mean_pence"].between(0, 10**11).all()


@pytest.mark.parametrize("change", ["-1.01", "a lot", float("nan")])
def test_a_change_below_nothing_left_is_refused(change):
    with pytest.raises(bcf.InputError, match="at least -1"):
        bcf.OutcomeModel(expected={"reablement": change})


@pytest.mark.parametrize(
    ("dispersion", "relative_sd", "correlation"), [(8.0, 0.06, 0.0), (30.0, 0.2, 0.4), (8.0, 0.06, 0.7)]
)
def test_history_gives_back_the_noise_that_made_it(dispersion, relative_sd, correlation):
    history = made_up_history(dispersion, relative_sd, correlation=correlation, areas=400)
    model = bcf.OutcomeModel.from_history(history)
    assert abs(model.dispersion["emergency_admissions"] / dispersion - 1) < 0.15
    assert abs(model.relative_sd["emergency_admissions"] / relative_sd - 1) < 0.15
    assert abs(model.correlation["emergency_admissions"] - correlation) < 0.1
    assert model.baseline_noise
    for name, true in (
        ("dispersion", dispersion),
        ("relative_sd", relative_sd),
        ("correlation", correlation),
    ):
        low, high = model.intervals[name]["emergency_admissions"]
        assert low <= getattr(model, name)["emergency_admissions"] <= high
        assert low - (high - low) <= true <= high + (high - low)


def test_with_a_correlation_given_the_other_estimates_go_with_it():
    history = made_up_history(8.0, 0.06, correlation=0.7, areas=400)
    model = bcf.OutcomeModel.from_history(history, correlation=0.7)
    assert model.correlation == 0.7
    assert abs(model.relative_sd["emergency_admissions"] / 0.06 - 1) < 0.1
    less = bcf.OutcomeModel.from_history(history, correlation=0.0)
    assert less.relative_sd["emergency_admissions"] < 0.8 * model.relative_sd["emergency_admissions"]


def test_an_estimate_is_told_with_no_more_digits_than_it_bears():
    assert about(9.31, 5.2, 13.7) == "about 9 (5 to 14)"
    assert about(0.0724, 0.0512, 0.1391) == "about 0.07 (0.05 to 0.14)"
    assert about(215.3, 148.0, 283.0) == "about 220 (150 to 280)"
    model = bcf.OutcomeModel.from_history(EXAMPLE)
    for name, said in (
        ("dispersion", "about 2 (1 to 4)"),
        ("relative_sd", "about 0.07 (0.05 to 0.14)"),
        ("correlation", "about 0.9 (0.7 to 1.0)"),
    ):
        assert model.told(name, "emergency_admissions") == said
        assert said in model.describe()


def test_the_days_of_a_scheme_tell_the_same_as_the_names_of_periods():
    dated = history_of(P4P.plans, P4P.outcomes, bcf.load_scheme("july_2014"))
    assert bcf.OutcomeModel.from_history(dated) == bcf.OutcomeModel.from_history(EXAMPLE)


def test_periods_that_lie_in_one_another_tell_nothing_of_how_long_effects_last():
    example = bcf.load_example("two_waves")
    for scheme in (None, bcf.load_scheme("december_2013")):
        model = bcf.OutcomeModel.from_history(history_of(example.plans, example.outcomes, scheme))
        assert model.correlation == 0.0
        assert set(model.intervals) == {"dispersion", "relative_sd"}


def test_drawn_outcomes_are_as_spread_as_those_of_the_example():
    """Within 15% of what was observed: the fit is to variances and covariances, and paid areas follow."""
    model = bcf.OutcomeModel.from_history(EXAMPLE)
    simulation = bcf.simulate(
        P4P.areas, P4P.plans, P4P.assurance, "july_2014", model=model, draws=60, on_missing="withhold"
    )
    observed = spread_of(P4P.outcomes)
    assert observed.round(4).tolist() == [0.0697, 0.0530, 0.6346, 0.6081]  # L3
    drawn = np.mean([spread_of(simulation.draw(number).outcomes) for number in range(60)], axis=0)
    assert abs(drawn / observed - 1).max() < 0.15


def spread_of(outcomes):
    """Of complete areas: sd of changes of quarters and of the year, their correlation, the share paid."""
    both = P4P.plans.merge(outcomes, on=["area_code", "wave", "metric"])
    waves = list(bcf.load_scheme("july_2014").wave_names)
    before, after = (
        both.pivot_table(index="area_code", columns="wave", values=f"{name}_numerator", aggfunc="first")[
            waves
        ]
        .astype(float)
        .dropna()
        for name in ("baseline", "outcome")
    )
    before = before.loc[after.index]
    quarters, year = after / before - 1, after.sum(axis=1) / before.sum(axis=1) - 1
    settlement = bcf.settle(*P4P._replace(outcomes=outcomes), "july_2014", on_missing="withhold")
    paid = settlement.summary("area").set_index("area_code").loc[after.index, "earned_pence"] > 0
    adjacent = np.diag(quarters.corr().to_numpy(), 1).mean()
    return np.array([quarters.to_numpy().std(ddof=1), year.std(), adjacent, paid.mean()])


def test_history_without_noise_beyond_counting_shows_hardly_any():
    model = bcf.OutcomeModel.from_history(made_up_history(1.000001, 0.0))
    assert 1 <= model.dispersion["emergency_admissions"] < 1.2
    assert model.relative_sd["emergency_admissions"] < 0.005


def test_history_compares_periods_of_one_series_only():
    history = made_up_history(8.0, 0.06)
    summer = history["period"] % 2 == 0
    seasons = history.assign(series=np.where(summer, "summer", "winter"))
    seasons["numerator"] *= np.where(summer, 1, 5)
    model = bcf.OutcomeModel.from_history(seasons)
    apart = [
        bcf.OutcomeModel.from_history(rows).dispersion["emergency_admissions"]
        for _, rows in seasons.groupby("series")
    ]
    assert min(apart) <= model.dispersion["emergency_admissions"] <= max(apart)
    assert bcf.OutcomeModel.from_history(seasons.drop(columns="series")) != model


def test_history_in_any_order_gives_the_same_model():
    history = made_up_history(8.0, 0.06, areas=60)
    shuffled = history.sample(frac=1, random_state=3)
    assert bcf.OutcomeModel.from_history(shuffled) == bcf.OutcomeModel.from_history(history)


def test_too_few_pairs_of_periods_are_refused_metric_by_metric():
    few = made_up_history(8.0, 0.06, areas=3).assign(metric="reablement")
    history = pd.concat([made_up_history(8.0, 0.06), few])
    with pytest.raises(bcf.InputError, match="at least 30 pairs") as caught:
        bcf.OutcomeModel.from_history(history)
    assert caught.value.problems["metric"].tolist() == ["reablement"]


def test_bad_numbers_in_a_history_are_refused_all_at_once():
    history = made_up_history(8.0, 0.06).astype({"numerator": object})
    history.loc[3, "numerator"] = "many"
    history.loc[5, "numerator"] = -1
    history.loc[8, "period"] = None
    with pytest.raises(bcf.InputError) as caught:
        bcf.OutcomeModel.from_history(history)
    assert caught.value.problems["reason"].value_counts().to_dict() == {
        "not_a_number": 1,
        "out_of_range": 1,
        "missing_value": 1,
    }


def test_a_history_without_its_columns_is_refused():
    with pytest.raises(bcf.InputError, match="missing_column"):
        bcf.OutcomeModel.from_history(made_up_history(8.0, 0.06).drop(columns="numerator"))


def test_baselines_and_outcomes_of_the_example_are_a_history_of_what_is_counted():
    example = bcf.load_example("two_waves")
    history = history_of(example.plans, example.outcomes)
    assert set(history["metric"]) == {"delayed_transfers", "emergency_admissions"}
    assert not history.duplicated(["area_code", "metric", "series", "period"]).any()
    model = bcf.OutcomeModel.from_history(history)
    assert model.dispersion["delayed_transfers"] > 50 > model.dispersion["emergency_admissions"] >= 1
    assert model.relative_sd["delayed_transfers"] > 0.1 > model.relative_sd["emergency_admissions"] > 0
