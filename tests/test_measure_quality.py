"""What a measure can show: the figures of L5, and what draws say of the same areas."""

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.simulation import history_of
from bcf_payments.simulation.quality import SURE

from .chance import made_up, simulate

P4P = bcf.load_example("p4p_2015_16")
HISTORY = history_of(P4P.plans, P4P.outcomes)
JULY = bcf.load_scheme("july_2014")


def complete():
    """The areas of the example whose plans have all four quarters."""
    whole = P4P.plans.groupby("area_code").size() == 4
    codes = whole.index[whole]
    return P4P.areas[P4P.areas["area_code"].isin(codes)], P4P.plans[P4P.plans["area_code"].isin(codes)]


def test_under_counting_noise_143_of_148_areas_can_show_a_years_target():
    found = bcf.measure_quality(*complete(), JULY, model=bcf.OutcomeModel(), history=HISTORY)
    row = found.metrics.iloc[0]
    assert (row["areas_shown"], row["areas"]) == (143, 148)
    assert 10_050 < row["needed_size"] < 10_150
    assert 0.9 < row["reliability"] <= 1
    assert 0.74 < row["persistence"] < 0.77  # L3 has 0.76, of relative changes and not of logarithms


def test_under_the_noise_of_history_no_size_can():
    model = bcf.OutcomeModel.from_history(HISTORY)
    found = bcf.measure_quality(*complete(), JULY, model=model, history=HISTORY)
    row = found.metrics.iloc[0]
    assert row["areas_shown"] == 0
    assert row["needed_size"] == math.inf
    assert row["reliability"] < 0.1
    assert found.areas["power"].max() < 0.3
    said = found.sentences()[0]
    assert "none of 148 areas could have shown" in said
    assert "no size would be enough" in said


def test_an_area_of_the_needed_size_has_the_power_that_is_asked_for():
    size = bcf.measure_quality(
        made_up((2_000,)).areas, made_up((2_000,)).plans, JULY, model=bcf.OutcomeModel()
    )
    needed = round(size.metrics["needed_size"][0] / 4)
    tables = made_up((needed,))
    found = bcf.measure_quality(tables.areas, tables.plans, JULY, model=bcf.OutcomeModel())
    assert abs(found.areas["power"][0] - 0.8) < 0.001
    assert abs(found.areas["detectable_change"][0] / found.areas["target_change"][0] - 1) < 0.001


LASTING = {
    "dispersion": 3,
    "relative_sd": 0.02,
    "correlation": 0.8,
    "national_sd": 0.005,
    "baseline_noise": True,
}


@pytest.mark.parametrize("scheme", ["july_2014", "october_2013"])
def test_the_noise_of_a_change_is_that_of_what_is_drawn(scheme):
    rules = bcf.load_scheme(scheme)
    lines = [4 if slot.wave == "wave_1" else 2 for slot in rules.metric_lines]
    tables = made_up((9_000, 20_000), scheme, lines=lines)
    model = bcf.OutcomeModel(**LASTING)
    found = bcf.measure_quality(tables.areas, tables.plans, scheme, model=model)
    chance = simulate(tables, scheme, draws=10, model=model).experiment.chance
    draws = 20_000
    drawn = list(chance.draw(draws, np.random.default_rng(3)))
    off, whole = np.zeros((draws, 2)), np.zeros(2)
    for line, count in zip(chance.lines, drawn, strict=True):
        if line.metric == "emergency_admissions":
            off += line.baseline - count
            whole += line.baseline
    told = found.areas[found.areas["metric"] == "emergency_admissions"]["noise_sd"].to_numpy()
    assert abs((off / whole).std(axis=0) / told - 1).max() < 0.03


def test_no_more_than_one_area_in_ten_reaches_the_rewardable_change_by_chance():
    model = bcf.OutcomeModel(baseline_noise=True, dispersion=5)
    tables = made_up((500, 2_000, 20_000))
    found = bcf.measure_quality(tables.areas, tables.plans, JULY, model=model)
    asked = found.rewardable_change()["rewardable_change"][0]
    chance = simulate(tables, draws=10, model=model).experiment.chance
    counts = sum(chance.draw(20_000, np.random.default_rng(4)))
    change = 1 - counts / (4 * np.array([500, 2_000, 20_000]))
    assert abs((change >= asked).mean() - 0.1) < 0.01
    alone = found.areas["rewardable_change"].to_numpy()
    assert abs((change >= alone).mean(axis=0) - 0.1).max() < 0.015
    less = found.rewardable_change("1/5")["rewardable_change"][0]
    assert less < asked == found.metrics["rewardable_change"][0]


def test_power_is_how_often_the_target_is_told_from_chance_where_it_is_reached():
    model = bcf.OutcomeModel(expected="target", dispersion=5, baseline_noise=True)
    tables = made_up((5_000,), better=Fraction(1, 20))
    found = bcf.measure_quality(tables.areas, tables.plans, JULY, model=model).areas.iloc[0]
    counts = sum(
        simulate(tables, draws=10, model=model).experiment.chance.draw(20_000, np.random.default_rng(5))
    )
    shown = 1 - counts[:, 0] / 20_000 > SURE * found["noise_sd"]
    assert abs(shown.mean() - found["power"]) < 0.02


def test_lines_of_payment_points_stand_beside_areas():
    found = bcf.measure_quality(*complete(), JULY, model=bcf.OutcomeModel())
    assert found.lines.columns.tolist()[:4] == ["area_code", "area_name", "wave", "metric"]
    assert found.lines["size"].sum() == found.areas["size"].sum()
    one = found.lines.iloc[0]
    assert abs(one["noise_sd"] - (2 / one["size"]) ** 0.5) < 1e-12


def test_a_plan_within_noise_is_so_for_both_faces():
    findings = bcf.assurance_report(P4P.assurance, P4P.plans, JULY)
    within = findings[findings["finding"] == "within_noise"]["area_code"].value_counts()
    lines = bcf.measure_quality(P4P.areas, P4P.plans, JULY, model=bcf.OutcomeModel()).lines
    weak = lines[(lines["detectable_change"] > lines["target_change"]) & (lines["target_change"] > 0)]
    assert within.sort_index().to_dict() == weak["area_code"].value_counts().sort_index().to_dict()


def test_nothing_is_judged_without_a_size_or_a_baseline():
    tables = made_up((200,), "october_2013")
    plans = tables.plans.assign(sample_size=pd.NA)
    plans.loc[plans["metric"] == "delayed_transfers", ["baseline_numerator", "target_numerator"]] = 0
    found = bcf.measure_quality(tables.areas, plans, model=bcf.OutcomeModel())
    assert set(found.areas["metric"]) == {"emergency_admissions", "residential_admissions"}
    assert len(found.sentences()) == 2


def test_faults_of_tables_model_and_options_are_refused():
    tables = made_up((200,))
    with pytest.raises(bcf.InputError, match="not_a_number"):
        bcf.measure_quality(
            tables.areas, tables.plans.assign(target_numerator="few"), JULY, model=bcf.OutcomeModel()
        )
    model = bcf.OutcomeModel(dispersion={"reablment": 2})
    with pytest.raises(bcf.InputError, match="unknown_value"):
        bcf.measure_quality(tables.areas, tables.plans, JULY, model=model)
    found = bcf.measure_quality(tables.areas, tables.plans, JULY, model=bcf.OutcomeModel())
    for share in (0, "1/2", 0.7, "few", float("nan")):
        with pytest.raises(bcf.InputError, match="paid_for_nothing"):
            found.rewardable_change(share)


def test_what_is_shown_carries_its_notices_and_its_model():
    found = bcf.measure_quality(*complete(), JULY, model=bcf.OutcomeModel())
    assert repr(found) == "<MeasureQuality under july_2014: 148 areas, 1 metric>"
    html = found._repr_html_()
    assert "143 of 148 areas" in html
    assert "true rates" in html
    assert all(table.attrs["notices"] == found.notices for table in (found.areas, found.lines, found.metrics))
    assert found.notices
