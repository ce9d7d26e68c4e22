"""What a simulation tells: tables, quantiles in bins, standard errors; what it refuses and what it holds."""

from fractions import Fraction
from math import ceil

import numpy as np
import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.simulation import history_of, tally
from bcf_payments.simulation.tally import DrawnTotals

from .chance import SIGMAS, made_up, settle, simulate

AMOUNTS = [f"earned_{name}_pence" for name in ("p05", "p25", "p50", "p75", "p95")]
PROBABILITIES = ["probability_any", "probability_full", "probability_review"]
COLUMNS = [
    "area_code",
    "earned_mean_pence",
    "earned_sd_pence",
    *AMOUNTS,
    *PROBABILITIES,
    "earned_mean_se_pence",
    *(name.replace("_pence", "_se_pence") for name in AMOUNTS),
    *(f"{name}_se" for name in PROBABILITIES),
    "quantile_error_pence",
]


@pytest.fixture(scope="module")
def october():
    return simulate(made_up((30, 900, 40_000), "october_2013"), "october_2013", draws=700)


@pytest.fixture(scope="module")
def july():
    return simulate(made_up((30, 900, 40_000)), draws=5_000)


def test_areas_have_the_columns_of_the_contract(october, july):
    for simulation in (october, july):
        table = simulation.to_frame()
        assert table.columns.tolist() == COLUMNS
        assert table["area_code"].tolist() == ["E06000000", "E06000001", "E06000002"]
        assert table.index.equals(pd.RangeIndex(3))
        assert {str(table[name].dtype) for name in [*AMOUNTS, "quantile_error_pence"]} == {"int64"}
        assert {str(table[name].dtype) for name in COLUMNS[1:3] + COLUMNS[8:-1]} == {"float64"}


def test_quantiles_are_the_least_amounts_that_a_share_of_draws_does_not_exceed():
    tables = made_up((30, 900, 40_000))
    for draws in (1, 2, 7, 100):
        simulation = simulate(tables, draws=draws)
        earned = np.column_stack([simulation.draw(number).earned_pence for number in range(draws)])
        ranks = [ceil(Fraction(share, 100) * draws) - 1 for share in (5, 25, 50, 75, 95)]
        assert (simulation.to_frame()[AMOUNTS].to_numpy() == np.sort(earned)[:, ranks]).all()


def test_means_deviations_and_probabilities_are_those_of_the_draws():
    tables = made_up((30, 900, 40_000), "october_2013")
    simulation = simulate(tables, "october_2013", draws=60)
    earned = np.column_stack([simulation.draw(number).earned_pence for number in range(60)])
    paid = simulation.expected.payments
    conditions = paid[paid["line"] == "conditions"]["earned_pence"].to_numpy()
    able = simulation.lines.groupby("area_code")["entitlement_pence"].sum().to_numpy()[:, None]
    table = simulation.to_frame()
    assert np.allclose(table["earned_mean_pence"], earned.mean(axis=1), rtol=1e-14)
    assert np.allclose(table["earned_sd_pence"], earned.std(axis=1, ddof=1), rtol=1e-10)
    on_metrics = earned - conditions[:, None]
    assert table["probability_any"].tolist() == (on_metrics > 0).mean(axis=1).tolist()
    assert table["probability_full"].tolist() == (on_metrics == able).mean(axis=1).tolist()


def test_the_nation_is_summed_draw_by_draw():
    simulation = simulate(made_up((30, 900, 40_000)), draws=20)
    totals = sorted(int(simulation.draw(number).earned_pence.sum()) for number in range(20))
    nation = simulation.summary()
    assert nation["area_code"].tolist() == ["ENGLAND"]
    assert nation[AMOUNTS].to_numpy().tolist() == [[totals[rank] for rank in (0, 4, 9, 14, 18)]]
    assert not [name for name in nation if name.startswith("probability")]
    found = simulation.distribution()
    assert np.repeat(found["earned_pence"], found["draws"]).tolist() == totals


def test_sums_by_line_by_area_and_for_the_nation_agree(october):
    table, lines = october.to_frame(), october.lines
    conditions = october.expected.payments.query("line == 'conditions'")["earned_pence"].to_numpy()
    by_area = lines.groupby("area_code")["earned_mean_pence"].sum().to_numpy()
    assert np.allclose(table["earned_mean_pence"], by_area + conditions, rtol=1e-14)
    by_line = lines.groupby(["wave", "line"], sort=False)["earned_mean_pence"].sum()
    assert np.allclose(october.summary("line")["earned_mean_pence"], by_line, rtol=1e-14)
    assert np.allclose(october.summary()["earned_mean_pence"], table["earned_mean_pence"].sum(), rtol=1e-14)
    met = lines.groupby(["wave", "line"], sort=False)["probability_met"].mean()
    assert np.allclose(october.summary("line")["probability_met"], met, rtol=1e-14)


def test_lines_stand_in_the_order_of_the_scheme(october):
    slots = [(slot.wave, slot.name) for slot in october.scheme.metric_lines]
    assert list(zip(october.summary("line")["wave"], october.summary("line")["line"], strict=True)) == slots
    assert list(zip(october.lines["wave"], october.lines["line"], strict=True)) == slots * 3


def test_a_distribution_adds_up_to_the_draws(july):
    for area in ("ENGLAND", "E06000001"):
        found = july.distribution(area)
        assert found.columns.tolist() == ["earned_pence", "draws", "probability"]
        assert found["earned_pence"].is_monotonic_increasing
        assert found["earned_pence"].is_unique
        assert found["draws"].sum() == july.draws
        assert abs(found["probability"].sum() - 1) < 1e-12
    mean = july.to_frame().set_index("area_code").loc["E06000001", "earned_mean_pence"]
    assert abs((found["earned_pence"] * found["probability"]).sum() / mean - 1) < 1e-12


def test_an_unknown_area_is_refused(july):
    with pytest.raises(bcf.InputError, match="unknown_area"):
        july.distribution("E09999999")


def test_an_unknown_summary_is_refused(july):
    with pytest.raises(ValueError, match="nation, area, line"):
        july.summary("region")
    pd.testing.assert_frame_equal(july.summary("area"), july.to_frame())


def test_standard_errors_tell_how_far_small_simulations_scatter():
    tables, draws, times = made_up((300,)), 400, 100
    found = pd.concat([simulate(tables, draws=draws, seed=seed).to_frame() for seed in range(times)])
    for name in ("earned_mean_pence", "probability_any", "probability_full"):
        told = found[f"{name}_se" if name in PROBABILITIES else "earned_mean_se_pence"].mean()
        assert abs(found[name].std() / told - 1) < SIGMAS / (2 * times) ** 0.5
    for name in ("earned_p50_pence", "earned_p75_pence"):
        told = found[name.replace("_pence", "_se_pence")].mean()
        assert 0.6 < found[name].std() / told < 1.6


def test_standard_errors_of_lines_are_those_of_their_draws():
    tables, draws = made_up((300, 2_000)), 25
    simulation = simulate(tables, draws=draws)
    settled = [settle(tables._replace(outcomes=simulation.draw(n).outcomes)) for n in range(draws)]
    earned = np.column_stack([settlement.payments["earned_pence"] for settlement in settled])
    told = simulation.lines["earned_mean_se_pence"]
    assert np.allclose(told, earned.std(axis=1, ddof=1) / draws**0.5)
    by_line = earned.reshape(2, 4, draws).sum(axis=0)
    told = simulation.summary("line")["earned_mean_se_pence"]
    assert np.allclose(told, by_line.std(axis=1, ddof=1) / draws**0.5)


def test_one_draw_has_no_standard_error():
    table = simulate(made_up((300,)), draws=1).to_frame()
    assert table[["earned_sd_pence", "earned_mean_se_pence"]].isna().all(axis=None)
    assert table["earned_p05_pence"].tolist() == table["earned_p95_pence"].tolist()


def test_what_can_earn_nothing_has_no_probability_of_earning():
    table = simulate(made_up((300, 300), better=[Fraction(0), Fraction(1, 20)]), draws=50).to_frame()
    assert table["probability_any"].isna().tolist() == [True, False]
    assert table["probability_full"].isna().tolist() == [True, False]
    assert table["earned_mean_pence"].iloc[0] == 0


def test_bins_leave_everything_but_quantiles_unchanged_to_the_last_bit(monkeypatch, july):
    monkeypatch.setattr(tally, "EXACT_CELLS", 10)
    monkeypatch.setattr(tally, "BIN_CELLS", 4 * 200)
    binned, exact = simulate(made_up((30, 900, 40_000)), draws=5_000), july
    same = [name for name in COLUMNS if not name.startswith(("earned_p", "quantile"))]
    for of in (bcf.Simulation.to_frame, bcf.Simulation.summary):
        columns = [name for name in same if name in of(exact)]
        pd.testing.assert_frame_equal(of(binned)[columns], of(exact)[columns], check_exact=True)
        error = of(binned)["quantile_error_pence"]
        assert (error > 0).all()
        assert (of(exact)["quantile_error_pence"] == 0).all()
        for name in AMOUNTS:
            off = of(binned)[name] - of(exact)[name]
            assert ((off >= 0) & (off <= error)).all()
    pd.testing.assert_frame_equal(binned.lines, exact.lines, check_exact=True)


def test_amounts_of_nothing_and_of_all_are_exact_in_bins(monkeypatch, july):
    monkeypatch.setattr(tally, "EXACT_CELLS", 10)
    monkeypatch.setattr(tally, "BIN_CELLS", 4 * 200)
    binned = simulate(made_up((30, 900, 40_000)), draws=5_000)
    most = july.lines.groupby("area_code")["entitlement_pence"].sum()
    for area in most.index:
        found, exact = (
            simulation.distribution(area).set_index("earned_pence")["draws"] for simulation in (binned, july)
        )
        assert found[0] == exact[0]
        assert found.index.max() <= most[area]
        assert found.sum() == exact.sum() == 5_000
    assert july.distribution("E06000000").set_index("earned_pence")["draws"].get(most.iloc[0], 0) > 0


def test_bins_are_too_high_by_less_than_their_width(monkeypatch):
    monkeypatch.setattr(tally, "EXACT_CELLS", 0)
    monkeypatch.setattr(tally, "BIN_CELLS", 2 * 50)
    totals = DrawnTotals.expecting(np.array([1_000, 10**14]), 3)
    totals.add(np.array([[0, 1, 1_000], [0, 10**14 - 1, 10**14]]))
    assert totals.width.tolist() == [21, -(-(10**14) // 49)]
    assert totals.values(0)[0].tolist() == [0, 21, 1_000]
    assert totals.values(1)[0].tolist() == [0, 10**14]
    assert totals.values(1)[1].tolist() == [1, 2]


def test_what_has_no_size_is_refused_with_its_rows():
    tables = made_up((300, 900), "october_2013")
    plans = tables.plans.assign(sample_size=None)
    with pytest.raises(bcf.InputError, match="on_unknown_size='hold'") as caught:
        simulate(tables._replace(plans=plans), "october_2013", draws=5)
    problems = caught.value.problems
    assert problems["reason"].unique().tolist() == ["missing_value"]
    assert set(problems["metric"]) == {"reablement", "user_experience"}
    assert set(problems["area_code"]) == {"E06000000", "E06000001"}
    assert problems["column"].unique().tolist() == ["sample_size"]


def test_what_has_no_size_may_be_held_at_its_rate_and_is_named():
    tables = made_up((300, 900), "october_2013")
    plans = tables.plans.assign(sample_size=None)
    model = bcf.OutcomeModel(on_unknown_size="hold", expected="target")
    simulation = simulate(tables._replace(plans=plans), "october_2013", draws=40, model=model)
    assert simulation.held.columns.tolist() == ["area_code", "wave", "metric", "why"]
    assert set(simulation.held["metric"]) == {"reablement", "user_experience"}
    lines = simulation.lines
    held = lines["line"].isin(simulation.held["metric"])
    assert (lines.loc[held, "probability_met"] == 1).all()
    assert (lines.loc[held, "earned_mean_se_pence"] == 0).all()
    assert (lines.loc[~held, "earned_mean_se_pence"] > 0).all()
    html = simulation._repr_html_()
    assert "Held at the expected rate" in html
    assert "in 2 of 2 areas, because no count or sample size (above 0) is known" in html


def test_a_sample_too_small_for_its_dispersion_is_held():
    tables = made_up((8, 900), "october_2013")
    model = bcf.OutcomeModel(dispersion=20, on_unknown_size="hold")
    held = simulate(tables, "october_2013", draws=5, model=model).held
    assert held["area_code"].unique().tolist() == ["E06000000"]
    assert held["why"].unique().tolist() == ["a sample of 16 is too small for a dispersion of 20"]


@pytest.mark.parametrize("noise", ["poisson", "normal", "binomial"])
def test_more_than_a_billion_is_held_and_leaves_other_lines_exact(noise):
    tables = made_up((300, 900), "october_2013", lines=[1, 10**17, 1, 1, 1, 1, 1])
    model = bcf.OutcomeModel(noise=noise, on_unknown_size="hold", relative_sd=0.5, baseline_noise=True)
    simulation = simulate(tables, "october_2013", draws=30, model=model)
    huge = simulation.held[simulation.held["why"] == "counts above 1,000,000,000 are not drawn"]
    assert huge["metric"].tolist() == ["emergency_admissions"] * 2
    outcomes, earned = simulation.draw(2)
    settlement = settle(tables._replace(outcomes=outcomes), "october_2013", verify=True)
    assert settlement.summary("area")["earned_pence"].tolist() == earned.tolist()


@pytest.mark.parametrize(
    ("size", "reason", "fix"),
    [
        ("many", "out_of_range", "write how many people"),
        (-5, "out_of_range", "write how many people"),
        ("12.5", "out_of_range", "write a whole number of people"),
        (None, "missing_value", "give the number of people"),
        (0, "missing_value", "give the number of people"),
    ],
)
def test_a_sample_size_that_is_none_is_refused(size, reason, fix):
    tables = made_up((300, 900), "october_2013")
    plans = tables.plans.astype({"sample_size": object})
    where = plans.index[plans["metric"] == "reablement"][1]
    plans.loc[where, "sample_size"] = size
    with pytest.raises(bcf.InputError, match=fix) as caught:
        simulate(tables._replace(plans=plans), "october_2013", draws=5)
    (problem,) = caught.value.problems.to_dict("records")
    assert (problem["reason"], problem["column"]) == (reason, "sample_size")
    assert (problem["area_code"], problem["metric"]) == ("E06000001", "reablement")


def test_a_rate_above_100_per_cent_is_no_proportion():
    tables = made_up((300,), "october_2013")
    model = bcf.OutcomeModel(expected={"reablement": "1.5"})
    with pytest.raises(bcf.InputError, match="above 100%") as caught:
        simulate(tables, "october_2013", draws=5, model=model)
    assert caught.value.problems["metric"].tolist() == ["reablement"]
    counted = bcf.OutcomeModel(expected={"reablement": "1.5"}, noise={"reablement": "poisson"})
    assert simulate(tables, "october_2013", draws=5, model=counted).draws == 5


def test_metrics_that_the_scheme_lacks_are_refused_all_at_once_with_the_nearest_name():
    model = bcf.OutcomeModel(dispersion={"emergency_admission": 9}, expected={"reablment": 0})
    with pytest.raises(bcf.InputError, match="emergency_admissions") as caught:
        simulate(made_up((300,), "october_2013"), "october_2013", model=model)
    assert caught.value.problems["column"].tolist() == ["expected", "dispersion"]
    assert caught.value.problems["table"].unique().tolist() == ["model"]


@pytest.mark.parametrize(
    "options", [{"model": bcf.OutcomeModel(expected="observed")}, {"through": "q4_2014_15"}]
)
def test_outcomes_that_are_needed_and_not_given_are_missed(options):
    with pytest.raises(bcf.InputError, match="give the outcomes") as caught:
        simulate(made_up((300,)), **options)
    assert caught.value.problems["reason"].tolist() == ["missing_table"]


@pytest.mark.parametrize(("draws", "seed"), [(0, -1), (-3, "x"), (2.5, 1.0), ("many", None)])
def test_numbers_of_draws_and_seeds_that_are_none_are_refused_together(draws, seed):
    with pytest.raises(bcf.InputError) as caught:
        simulate(made_up((300,)), draws=draws, seed=seed)
    assert caught.value.problems["column"].tolist() == ["draws", "seed"]


def test_faults_of_plans_are_told_once_and_not_again_of_outcomes():
    tables = made_up((300, 900))
    plans = tables.plans.astype({"baseline_numerator": object})
    plans.loc[0, "baseline_numerator"] = "about 300"
    plans.loc[5, "baseline_numerator"] = -4
    with pytest.raises(bcf.InputError) as caught:
        simulate(tables._replace(plans=plans.drop(index=7)))
    problems = caught.value.problems
    assert problems["table"].unique().tolist() == ["plans"]
    assert sorted(problems["reason"]) == ["missing_row", "not_a_number", "out_of_range"]


def test_a_line_without_a_plan_is_missing_in_every_draw():
    tables = made_up((300, 900), "october_2013")
    plans = tables.plans.drop(index=1)
    simulation = simulate(tables._replace(plans=plans), "october_2013", draws=60, on_missing="withhold")
    lines = simulation.lines
    assert lines["probability_met"].isna().tolist() == [False, True] + [False] * 12
    assert lines["earned_mean_pence"].iloc[1] == 0
    known = lines.groupby(["wave", "line"], sort=False)["probability_met"].mean()
    assert np.allclose(simulation.summary("line")["probability_met"], known, rtol=1e-14)


def test_a_forecast_settles_what_is_known_and_draws_the_rest():
    tables = made_up((300, 900, 40_000))
    observed = tables.outcomes["outcome_numerator"] * ([0, 9, 11, 10] * 3) // 10
    outcomes = tables.outcomes.assign(outcome_numerator=observed)
    outcomes = outcomes[outcomes["wave"] != "q3_2015_16"]
    through = "q2_2015_16"
    simulation = simulate(tables, draws=200, outcomes=outcomes, through=through)
    settlement = settle(tables._replace(outcomes=outcomes), through=through)
    known = simulation.lines["wave"].isin(["q4_2014_15", "q1_2015_16", "q2_2015_16"]).to_numpy()
    assert simulation.lines["earned_mean_pence"][known].tolist() == (
        settlement.payments["earned_pence"][known].tolist()
    )
    met = settlement.assessments["status"][known] == "met"
    assert simulation.lines["probability_met"][known].tolist() == met.astype(float).tolist()
    ahead = simulation.lines["probability_met"][~known]
    assert ((ahead > 0) & (ahead < 1)).any()
    assert simulation.through == through
    assert "known through q2_2015_16" in repr(simulation)
    drawn = simulation.draw(5).outcomes
    both = drawn.merge(outcomes, on=["area_code", "wave", "metric"])
    assert (both["outcome_numerator_x"] == both["outcome_numerator_y"]).all()


@pytest.mark.parametrize("scheme", ["october_2013", "july_2014"])
def test_a_forecast_after_the_last_wave_is_the_settlement(scheme):
    example = bcf.load_example(bcf.load_scheme(scheme).example)
    last = bcf.load_scheme(scheme).wave_names[-1]
    options = {"on_missing": "withhold"}
    simulation = simulate(example, scheme, draws=3, outcomes=example.outcomes, through=last, **options)
    settlement = settle(example, scheme, **options)
    earned = settlement.summary("area")["earned_pence"]
    for name in ("earned_mean_pence", *AMOUNTS):
        assert simulation.to_frame()[name].tolist() == earned.tolist()
    assert (simulation.to_frame()["earned_sd_pence"] == 0).all()


def test_what_was_observed_may_be_what_is_expected():
    tables = made_up((900, 40_000))
    outcomes = tables.outcomes.assign(outcome_numerator=tables.outcomes["outcome_numerator"] * 9 // 10)
    model = bcf.OutcomeModel(expected="observed")
    simulation = simulate(tables, draws=500, outcomes=outcomes, model=model)
    assert simulation.expected.payments.equals(settle(tables._replace(outcomes=outcomes)).payments)
    assert simulation.to_frame()["probability_full"].iloc[1] == 1


def test_expecting_the_target_or_a_change_moves_the_true_rates():
    tables = made_up((40_000,), "october_2013", better=Fraction(1, 10))
    found = {
        name: simulate(tables, "october_2013", draws=100, model=bcf.OutcomeModel(expected=expected))
        for name, expected in {
            "baseline": "baseline",
            "target": "target",
            "change": dict.fromkeys(("delayed_transfers", "emergency_admissions"), "-0.1"),
        }.items()
    }
    expected = {name: simulation.lines["expected_pence"] for name, simulation in found.items()}
    entitled = found["target"].lines["entitlement_pence"]
    assert expected["baseline"].tolist() == [0] * len(entitled)
    assert expected["target"].tolist() == entitled.tolist()
    moved = found["change"].lines["line"].isin(["delayed_transfers", "emergency_admissions"])
    assert expected["change"].tolist() == entitled.where(moved, 0).tolist()


def test_a_result_shows_its_model_and_its_notices():
    example = bcf.load_example("p4p_2015_16")
    model = bcf.OutcomeModel(dispersion=12, baseline_noise=True)
    simulation = simulate(example, draws=20, model=model, on_missing="withhold")
    html = simulation._repr_html_()
    assert model.describe() in html
    assert "Illustration" in html
    assert simulation.notices == simulation.expected.notices
    assert all(sentence in html for sentence in simulation.notices)
    assert repr(simulation).startswith("<Simulation of july_2014: 151 areas, 20 draws, earned £")


@pytest.mark.parametrize("kind", ["float32", "Float32", "float[pyarrow]"])
def test_what_is_known_and_what_is_expected_keep_their_single_precision(kind):
    tables = made_up((100,))
    halves = {"outcome_numerator": [94.1] * len(tables.plans), "outcome_denominator": 1}
    outcomes = tables.plans[["area_code", "wave", "metric"]].assign(**halves)
    short, wave = outcomes.astype({"outcome_numerator": kind}), tables.plans["wave"].iloc[0]
    known = [simulate(tables, outcomes=given, through=wave, draws=10) for given in (short, outcomes)]
    assert known[0].to_frame().equals(known[1].to_frame())
    assert known[0].expected.tables.outcomes["outcome_numerator"].iloc[0] == 94.1
    plans = tables.plans.assign(baseline_numerator=94.1)
    other = tables._replace(plans=plans.astype({"baseline_numerator": kind}))
    held = simulate(other, draws=10, model=bcf.OutcomeModel(on_unknown_size="hold"))
    assert held.expected.tables.outcomes["outcome_numerator"].iloc[0] == 94.1


@pytest.mark.parametrize("number", [np.int64(50), np.uint8(50), 50])
def test_every_integer_counts_draws_and_names_them(number):
    simulation = simulate(made_up((100,)), draws=number, seed=number)
    assert simulation.draws == 50
    assert type(simulation.draws) is type(simulation.seed) is int
    one = simulate(made_up((100,)), draws=50, seed=50)
    assert simulation.draw(number - 1).earned_pence.equals(one.draw(49).earned_pence)


@pytest.mark.parametrize("option", ["draws", "seed", "model", "executor"])
@pytest.mark.parametrize("value", [True, 2.0, "5", b"5", -1, float("nan")], ids=repr)
def test_what_is_no_number_no_model_and_no_executor_is_refused(option, value):
    with pytest.raises(bcf.InputError, match=option):
        simulate(made_up((100,)), **({"draws": 5} | {option: value}))


def test_more_draws_than_quantiles_could_show_are_refused_before_any_is_drawn():
    with pytest.raises(bcf.InputError, match="at most 100,000,000"):
        simulate(made_up((100,)), draws=10**12)


@pytest.mark.parametrize("number", [True, 1.0, "1", None])
def test_what_is_no_number_of_a_draw_is_refused(number):
    simulation = simulate(made_up((100,)), draws=5)
    with pytest.raises(bcf.InputError, match="from 0 to 4"):
        simulation.draw(number)


def test_a_single_draw_tells_no_error_and_says_so():
    simulation = simulate(made_up((100,)), draws=1)
    table = simulation.to_frame()
    errors = [name for name in table if "_se" in name or "_sd" in name]
    assert table[errors].isna().all(axis=None)
    assert table["earned_p50_pence"].tolist() == table["earned_mean_pence"].tolist()
    assert "not known" in simulation._repr_html_()


def test_a_rate_that_cannot_be_is_named_where_it_is_written():
    tables = made_up((100,), "october_2013")
    share = tables.outcomes["metric"] == "reablement"
    outcomes = tables.outcomes.copy()
    outcomes.loc[share, "outcome_numerator"] = 300
    places = {
        "observed": ("outcomes", "outcome_numerator"),
        "raised": ("model", "expected"),
    }
    for expected, place in places.items():
        model = bcf.OutcomeModel(expected={"reablement": "1.5"} if expected == "raised" else expected)
        with pytest.raises(bcf.InputError) as caught:
            simulate(tables, "october_2013", outcomes=outcomes, model=model, draws=5)
        assert tuple(caught.value.problems.loc[0, ["table", "column"]]) == place


def test_history_asks_for_tables():
    with pytest.raises(bcf.InputError, match="DataFrame"):
        history_of(None, made_up((100,)).outcomes)


def test_nothing_but_reablement_in_some_areas_of_the_example_needs_holding():
    areas, plans, _, assurance = bcf.load_example("two_waves")
    model = bcf.OutcomeModel(on_unknown_size="hold")
    held = bcf.simulate(areas, plans, assurance, model=model, draws=2, on_missing="withhold").held
    assert held["metric"].unique().tolist() == ["reablement"]
    assert 0 < held["area_code"].nunique() < 20
