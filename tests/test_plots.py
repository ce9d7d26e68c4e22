"""Pictures draw what the tables say, and nothing on them overlaps or is cut."""

import sys
from functools import cache
from itertools import combinations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Annotation, Text

import bcf_payments as bcf
from bcf_payments import plots
from bcf_payments.examples import ILLUSTRATION
from bcf_payments.plots.limits import additive, binomial_limits, multiplicative, poisson_limits, scores
from bcf_payments.plots.names import InPounds
from bcf_payments.plots.xmr import ProcessLimits, process_limits, special_causes
from bcf_payments.report.chance import quality_beside
from bcf_payments.words import pounds, short_pounds

from .chance import made_up
from .programs import ran
from .samples import example, settled

SCHEMES = bcf.available_schemes()
LEEDS = "E08000035"


@pytest.fixture(params=SCHEMES)
def settlement(request):
    return settled(request.param)


def title(ax):
    return ax.get_title("left").replace("\n", " ")


def told_below(ax):
    """What stands at the foot."""
    return " ".join(" ".join([ax.figure.get_supxlabel(), *(text.get_text() for text in ax.texts)]).split())


def bare():
    """Axes of a figure without a layout, which are quick to draw on."""
    return Figure(figsize=(9, 9)).subplots()


def texts(ax):
    """Every text that is seen: of the marks, the axes, the legend, the title and the foot."""
    labels = []
    if ax.axison:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            labels += [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
    apart = {
        label
        for axis in (ax.xaxis, ax.yaxis)
        for tick in axis.get_major_ticks()
        for label in tick.findobj(Text)
    }
    apart |= {
        label
        for axis in (ax.xaxis, ax.yaxis)
        for tick in axis.get_minor_ticks()
        for label in tick.findobj(Text)
    }
    found = [*labels, *(text for text in ax.figure.findobj(Text) if text not in apart)]
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def agreeing(settlement):
    """Decisions on every triggered line: all agree on every other one."""
    answers = np.resize(["yes", "no"], len(settlement.reviews))
    return settlement.reviews[["area_code", "wave", "line"]].assign(
        hwb_agrees="yes", nhs_england_agrees=answers, peer_reviewer_agrees="yes"
    )


@cache
def simulated(scheme, expected="baseline"):
    """A small simulation of an example."""
    areas, plans, outcomes, assurance = example(scheme)
    model = bcf.OutcomeModel(
        expected=expected, on_unknown_size="hold", dispersion={"emergency_admissions": 10}
    )
    return bcf.simulate(
        areas, plans, assurance, scheme, outcomes=outcomes, model=model, draws=400, on_missing="withhold"
    )


def chance_of(settlement):
    return simulated(settlement.scheme.name)


# Where the money went


@pytest.mark.parametrize("area", [None, LEEDS])
@pytest.mark.parametrize("resolved", [False, True])
def test_ribbons_are_as_wide_as_the_pence_of_the_ledger(settlement, area, resolved):
    settlement = settlement.resolve(agreeing(settlement)) if resolved else settlement
    ax = plots.money_flow(settlement, area, ax=bare())
    ledger = settlement.ledger if area is None else settlement.ledger.query("area_code == @area")
    moved = ledger.groupby(["from_account", "to_account"])["amount_pence"].sum().to_dict()
    drawn = {}
    for patch in ax.patches:
        if isinstance(patch, PathPatch):
            corners = patch.get_path().vertices[:, 1]
            left, right = corners[7] - corners[0], corners[4] - corners[3]
            assert left == pytest.approx(right, abs=0.5)
            drawn[tuple(patch.get_gid().split(">"))] = round(left)
    stays = {pair: pence for pair, pence in drawn.items() if pair[1] == f"still {pair[0]}"}
    assert {pair: pence for pair, pence in drawn.items() if pair not in stays} == moved
    for account, _ in stays:
        into = sum(pence for (_, target), pence in moved.items() if target == account)
        assert stays[account, f"still {account}"] == into - sum(
            pence for (source, _), pence in moved.items() if source == account
        )


def test_boxes_of_a_column_do_not_overlap_and_stand_within_the_picture(settlement):
    ax = plots.money_flow(settlement.resolve(agreeing(settlement)), ax=bare())
    bottom, top = ax.get_ylim()
    boxes = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    assert all(top <= box.get_y() and box.get_y() + box.get_height() <= bottom for box in boxes)
    for one, other in combinations(boxes, 2):
        if one.get_x() == other.get_x():
            upper, lower = sorted((one, other), key=Rectangle.get_y)
            assert upper.get_y() + upper.get_height() <= lower.get_y() + 1


def test_a_flow_says_what_was_paid_held_back_and_not_due():
    july = settled("july_2014")
    part = settled("july_2014", through="q2_2015_16")
    assert title(plots.money_flow(part, ax=bare())) == (
        "England: £66.9m of £278.2m for performance was paid, £139.6m is held back, £71.7m is not yet due"
    )
    assert "was held back" in title(plots.money_flow(july.resolve(), ax=bare()))
    assert "nothing depends on performance" in title(plots.money_flow(july, "E08000025", ax=bare()))


def test_an_area_that_is_not_there_is_named(settlement):
    with pytest.raises(bcf.InputError, match="E08000099"):
        plots.money_flow(settlement, "E08000099", ax=bare())


# Money by area and region


@pytest.mark.parametrize("by", ["area", "region"])
def test_bars_are_what_was_earned_and_is_held_back(settlement, by):
    ax = plots.earned_and_held(settlement, by, top=None, ax=bare())
    summary = settlement.summary(by)
    net = summary["withheld_pence"] - summary["caught_up_pence"]
    held, earned = (np.array([bar.get_width() for bar in bars], dtype=np.int64) for bars in ax.containers[:2])
    order = np.argsort(-net.to_numpy(), kind="stable")
    assert (-held).tolist() == net.to_numpy()[order].tolist()
    assert earned.tolist() == summary["earned_pence"].to_numpy()[order].tolist()


def test_what_is_not_due_stands_beyond_what_was_earned():
    part = settled("july_2014", through="q4_2014_15")
    ax = plots.earned_and_held(part, top=10, ax=bare())
    _, earned, later = ax.containers
    assert [bar.get_x() for bar in later] == [bar.get_width() for bar in earned]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["Held back", "Earned", "Not yet due"]


def test_only_areas_or_regions_have_bars(settlement):
    with pytest.raises(ValueError, match="write area or region"):
        plots.earned_and_held(settlement, "wave", ax=bare())


@pytest.mark.parametrize("measure", ["allocated", "pot", "earned", "withheld"])
def test_bars_of_change_are_the_changes_of_the_comparison(measure):
    before, after = settled("october_2013"), settled("july_2014")
    ax = plots.change(before, after, measure=measure, top=None, ax=bare())
    rows = bcf.compare(before, after).query("measure == @measure")
    areas = rows[rows["area_code"] != "ENGLAND"]["change_pence"]
    drawn = [int(bar.get_width()) for bar in ax.containers[0]]
    assert sorted(drawn) == sorted(areas)
    assert [abs(pence) for pence in drawn] == sorted(map(abs, drawn), reverse=True)
    assert title(ax).startswith("England: ")


def test_a_change_of_nothing_says_so(settlement):
    assert title(plots.change(settlement, settlement, top=5, ax=bare())).startswith(
        "England: as much is earned under"
    )
    with pytest.raises(ValueError, match="write one of allocated, pot"):
        plots.change(settlement, settlement, measure="paid", ax=bare())


# Achievement


def test_every_known_achievement_is_a_dot_or_is_counted_at_the_edge(settlement):
    ax = plots.achievement(settlement, ax=bare())
    known = settlement.assessments["achievement"].dropna()
    dots = sum(len(dots.get_offsets()) for dots in ax.collections if dots.get_gid() == "areas")
    beyond = sum(int(text.get_text()) for text in ax.texts if text.get_gid() == "beyond")
    assert dots == known.between(-3, 3).sum()
    assert dots + beyond == len(known)


def test_lines_stand_at_the_target_and_at_the_thresholds_of_the_scheme():
    marks = {}
    for name in SCHEMES:
        lines = plots.achievement(settled(name), ax=bare()).lines
        upright = [line.get_xdata() for line in lines if list(line.get_ydata()) == [0, 1]]
        marks[name] = sorted({x[0] for x in upright})
    assert marks == {"october_2013": [1.0], "december_2013": [0.7, 1.0], "july_2014": [1.0]}


def test_medians_are_those_of_the_table():
    settlement = settled("july_2014")
    ax = plots.achievement(settlement, "q2_2015_16", ax=bare())
    ticks = [line.get_xdata()[0] for line in ax.lines if line.get_linewidth() == 1.6]
    assert ticks == [settlement.assessments.query("wave == 'q2_2015_16'")["achievement"].median()]


def test_dots_never_leave_their_row(settlement):
    ax = plots.achievement(settlement, ax=bare())
    rows = [dots for dots in ax.collections if dots.get_gid() == "areas"]
    assert len(rows) == len(ax.get_yticks())
    for place, dots in zip(ax.get_yticks(), rows, strict=True):
        assert all(abs(y - place) <= 0.37 for _, y in dots.get_offsets())


def test_waves_without_achievement_are_named():
    example = bcf.load_example("two_waves")
    part = bcf.settle(*example, "december_2013", through="wave_1", on_missing="withhold")
    assert any(
        "Wave 2: October 2015: not yet due" in text.get_text()
        for text in texts(plots.achievement(part, ax=bare()))
    )
    assert title(plots.achievement(part, "wave_2", ax=bare())) == "No achievement is known"
    with pytest.raises(ValueError, match="write one of wave_1, wave_2"):
        plots.achievement(part, "wave_3", ax=bare())
    with pytest.raises(ValueError, match="lesser achievement first"):
        plots.achievement(part, window=(1, 0), ax=bare())


# Funnels


def test_poisson_limits_hold_the_share_they_promise():
    rng = np.random.default_rng(0)
    for events, dispersion in ((60, 1), (2_000, 1), (2_000, 9)):
        counts = rng.negative_binomial(*_negative_binomial(events, dispersion), (2, 200_000))
        if dispersion == 1:
            counts = rng.poisson(events, (2, 200_000))
        low, high = poisson_limits(counts[0].astype(float), 0.95, dispersion)
        change = counts[1] / counts[0] - 1
        assert ((low <= change) & (change <= high)).mean() == pytest.approx(0.95, abs=0.006)


def _negative_binomial(mean, dispersion):
    return mean / max(dispersion - 1, 1), 1 / max(dispersion, 2)


def test_binomial_limits_hold_the_share_they_promise():
    rng = np.random.default_rng(0)
    people, share = 400, 0.8
    first, second = rng.binomial(people, share, (2, 200_000)) / people
    low, high = binomial_limits(np.array([float(people)]), share, 0.95)
    change = second - first
    # About the true share; a limit about the observed one would move with it.
    assert ((low <= change) & (change <= high)).mean() == pytest.approx(0.95, abs=0.01)


def test_limits_do_not_pass_what_is_possible():
    low, high = poisson_limits(np.array([0.5, 1e6]), 0.998)
    assert low[0] == -1
    assert low[1] == pytest.approx(-high[1], rel=0.01)
    low, high = binomial_limits(np.array([2.0]), 0.9, 0.998)
    assert (low[0], high[0]) == (pytest.approx(-0.9), pytest.approx(0.1))


@pytest.mark.parametrize("measure", ["achievement", "change"])
def test_a_funnel_has_a_dot_for_every_area_whose_size_is_known(measure):
    settlement = settled("july_2014")
    ax = plots.funnel(settlement, "q1_2015_16", "emergency_admissions", measure=measure, ax=bare())
    rows = settlement.assessments.query("wave == 'q1_2015_16'").dropna(subset=["outcome", "baseline"])
    value = rows["achievement"] if measure == "achievement" else rows["outcome"] / rows["baseline"] - 1
    expected = pd.DataFrame({"size": rows["baseline"], "value": value}).dropna()
    drawn = np.vstack([dots.get_offsets() for dots in ax.collections])
    assert sorted(drawn[:, 0]) == sorted(expected["size"])
    low, high = ax.get_ylim()
    assert sorted(drawn[:, 1]) == pytest.approx(sorted(expected["value"].clip(low, high)))


def test_a_funnel_counts_the_areas_outside_by_its_own_curves():
    settlement = settled("july_2014")
    ax = plots.funnel(
        settlement, "q1_2015_16", "emergency_admissions", measure="change", dispersion=13, ax=bare()
    )
    rows = settlement.assessments.query("wave == 'q1_2015_16'").dropna(subset=["outcome", "baseline"])
    change = rows["outcome"] / rows["baseline"] - 1
    low, high = poisson_limits(rows["baseline"].to_numpy(), 0.95, 13)
    outside = int(((change < low) | (change > high)).sum())
    assert f" {outside} of {len(rows)} areas stand outside the 95% limits" in title(ax)
    curve = ax.lines[0]
    assert curve.get_ydata() == pytest.approx(poisson_limits(curve.get_xdata(), 0.95, 13).low)
    assert ax.get_legend().get_texts()[0].get_text() == "95% limits (Poisson × 13)"


def test_achievement_has_the_limits_of_change_over_the_level_of_ambition():
    ax = plots.funnel(settled("october_2013"), "wave_1", "emergency_admissions", ax=bare())
    rows = settled("october_2013").assessments.query("wave == 'wave_1' and line == 'emergency_admissions'")
    ambition = (rows["target"] / rows["baseline"] - 1).median()
    upper = ax.lines[1]
    assert upper.get_ydata() == pytest.approx(
        poisson_limits(upper.get_xdata(), 0.95).low / ambition, rel=1e-3
    )


def test_shares_need_a_sample_size():
    october = settled("october_2013")
    ax = plots.funnel(october, "wave_2", "reablement", ax=bare())
    plans = october.tables.plans.query("wave == 'wave_2' and metric == 'reablement'")
    sizes = np.vstack([dots.get_offsets() for dots in ax.collections])[:, 0]
    assert set(sizes) <= set(plans["sample_size"])
    assert "binomial" in ax.get_legend().get_texts()[0].get_text()
    areas, plans, outcomes, assurance = example()
    plans.loc[plans["metric"] == "reablement", "sample_size"] = np.nan
    without = bcf.settle(areas, plans, outcomes, assurance, on_missing="withhold")
    with pytest.raises(bcf.InputError, match="give sample_size"):
        plots.funnel(without, "wave_2", "reablement", ax=bare())


def test_a_rate_of_a_known_population_counts_its_events():
    october = settled("october_2013")
    ax = plots.funnel(october, "wave_2", "residential_admissions", measure="change", ax=bare())
    plans = october.tables.plans.query("wave == 'wave_2' and metric == 'residential_admissions'")
    events = plans["baseline_numerator"] / 100_000 * plans["sample_size"]
    sizes = np.vstack([dots.get_offsets() for dots in ax.collections])[:, 0]
    assert all(np.isclose(events, size).any() for size in sizes)


def test_a_picture_of_what_a_measure_can_show_counts_the_areas_that_could():
    example = bcf.load_example("p4p_2015_16")
    quality = bcf.measure_quality(example.areas, example.plans, "july_2014", model=bcf.OutcomeModel())
    ax = plots.measure_quality(quality, "emergency_admissions", ax=bare())
    assert "146 of 151 areas could have shown their target" in title(ax)
    assert sum(len(dots.get_offsets()) for dots in ax.collections) == 151
    power = plots.measure_quality(quality, "emergency_admissions", measure="power", ax=bare())
    assert power.get_ylim()[1] <= 1.02
    noisy = bcf.OutcomeModel(relative_sd=0.1)
    none = bcf.measure_quality(example.areas, example.plans, "july_2014", model=noisy)
    assert "none of 151 areas" in title(plots.measure_quality(none, "emergency_admissions", ax=bare()))
    for wrong in ({"metric": "reablement"}, {"metric": "emergency_admissions", "measure": "size"}):
        with pytest.raises(bcf.InputError, match="unknown_value"):
            plots.measure_quality(quality, **wrong, ax=bare())


FIRST_QUARTER = ("q1_2015_16", "emergency_admissions")


def test_a_funnel_estimates_how_far_areas_stray_beyond_counting():
    """L5: a factor of about 7.3, or a tau of about 3.7%, in April to June 2015."""
    july = settled("july_2014")
    ax = plots.funnel(july, *FIRST_QUARTER, measure="change", dispersion="estimate", ax=bare())
    assert ax.get_legend().get_texts()[0].get_text() == "95% limits (Poisson × 7.25)"
    assert "winsorised at 10%" in told_below(ax)
    ax = plots.funnel(july, *FIRST_QUARTER, measure="change", between="estimate", ax=bare())
    assert ax.get_legend().get_texts()[0].get_text() == "95% limits (Poisson + 3.7%)"
    upper = ax.lines[1]
    tau = (upper.get_ydata()[-1] + 1) ** 0.5 - 1
    least = 1.96 * (1 / (2 * upper.get_xdata()[-1]) + (0.037 / 2) ** 2) ** 0.5
    assert tau == pytest.approx(least, rel=0.02)


def test_a_funnel_takes_its_spread_from_a_model():
    july = settled("july_2014")
    model = bcf.OutcomeModel(dispersion=4, relative_sd=0.05, correlation=0.8, national_sd=0.01)
    ax = plots.funnel(july, *FIRST_QUARTER, measure="change", dispersion=model, ax=bare())
    between = (0.05**2 * 2 * (1 - 0.8**4) + 2 * 0.01**2) ** 0.5
    upper = ax.lines[1]
    assert upper.get_ydata() == pytest.approx(poisson_limits(upper.get_xdata(), 0.95, 4, between).high)
    october = settled("october_2013")
    ax = plots.funnel(october, "wave_2", "reablement", measure="change", dispersion=model, ax=bare())
    assert "binomial × 4 +" in ax.get_legend().get_texts()[0].get_text()


@pytest.mark.parametrize("measure", ["achievement", "change"])
def test_a_funnel_stands_about_the_change_of_all_areas_if_asked(measure):
    july = settled("july_2014")
    rows = july.assessments.query("wave == 'q2_2015_16'").dropna(subset=["outcome", "baseline"])
    change = rows["outcome"].sum() / rows["baseline"].sum() - 1
    assert change > 0.01
    options = {"measure": measure, "ax": bare()}
    ax = plots.funnel(july, "q2_2015_16", "emergency_admissions", centre="nation", **options)
    ambition = (rows["target"] / rows["baseline"] - 1).median() if measure == "achievement" else 1
    low, high = (ax.lines[number].get_ydata() for number in (0, 1))
    wanted = poisson_limits(ax.lines[0].get_xdata(), 0.95, centre=change)
    expected = sorted([(wanted.low / ambition).tolist(), (wanted.high / ambition).tolist()])
    assert sorted([low.tolist(), high.tolist()]) == [pytest.approx(one, rel=0.05) for one in expected]
    assert "all changed as England" in told_below(ax)
    assert "all areas" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_limits_hold_what_is_drawn_from_their_own_spread():
    random = np.random.default_rng(5)
    size = np.exp(random.uniform(np.log(500), np.log(50_000), 20_000))
    own = 0.04 * random.standard_normal(size.size)
    change = (1 + own / 2 + random.standard_normal(size.size) / (2 * size) ** 0.5) ** 2 - 1
    low, high = poisson_limits(size, 0.95, 1, 0.04)
    assert abs(((change < low) | (change > high)).mean() - 0.05) < 0.01
    found = scores(change, size, 0.0)
    assert 0.5 < additive(found, size) / 0.04 < 1  # winsorising takes a part of a normal's variance
    plain = scores((1 + random.standard_normal(size.size) * (9 / (2 * size)) ** 0.5) ** 2 - 1, size, 0.0)
    assert (
        abs(multiplicative(plain) / 9 - 0.78) < 0.12
    )  # winsorising takes about a fifth of a normal's variance


@pytest.mark.parametrize(
    "wrong",
    [
        {"dispersion": "estimate", "between": "estimate"},
        {"dispersion": "estimate", "between": 0.1},
        {"dispersion": 2, "between": "estimate"},
        {"dispersion": bcf.OutcomeModel(), "between": 0.1},
        {"dispersion": "much"},
        {"between": -0.1},
        {"between": float("nan")},
        {"centre": "England"},
    ],
)
def test_a_spread_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match=r"=.*: "):
        plots.funnel(settled("july_2014"), *FIRST_QUARTER, **wrong, ax=bare())


def test_process_limits_leave_out_ranges_that_are_none_of_the_routine():
    values = np.array([1.0, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1])
    limits = process_limits(values)
    assert limits.range_mean == 1.0
    assert limits.high == pytest.approx(values.mean() + 2.66)
    assert special_causes(values, limits)[4] == "outside the limits"


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        ([5, 6, 5, 6, 5, 6, 5, 8, 9, 8, 9, 8, 9, 8], "7 on one side of the mean"),
        ([5, 5.2, 5.4, 5.6, 5.8, 6, 6.2, 5, 5.5, 5, 5.5, 5], "7 rising or falling"),
    ],
)
def test_special_causes_are_those_of_making_data_count(values, cause):
    array = np.array(values, dtype=float)
    assert cause in special_causes(array, process_limits(array))


def test_two_of_three_readings_near_one_limit_are_a_special_cause():
    limits = ProcessLimits(0.0, -3.0, 3.0, 1.1, 3.6)
    near = "two of three near a limit"
    assert special_causes(np.array([0, 1, 0, 2.5, 0, 2.4, 0.0]), limits) == ["", "", "", near, "", near, ""]
    assert special_causes(np.array([0, 1, 0, 2.5, 0, -2.4, 0.0]), limits) == [""] * 7


def test_routine_readings_have_no_special_cause():
    values = np.array([5.0, 6, 5, 6, 6, 5, 6, 5])
    assert special_causes(values, process_limits(values)) == [""] * 8


def test_an_xmr_chart_shows_baselines_and_outcomes_in_the_order_of_time():
    july = settled("july_2014")
    ax = plots.xmr(july, "E06000001", "emergency_admissions", ax=bare())
    rows = july.assessments.query("area_code == 'E06000001'").set_index("wave")
    waves = list(july.scheme.wave_names)
    expected = [*rows.loc[waves, "baseline"], *rows.loc[waves, "outcome"]]
    assert ax.lines[0].get_ydata().tolist() == expected
    labels = [label.get_text() for label in ax.get_xticklabels()]
    assert labels == [f"{year}-{month}" for year in (2014, 2015) for month in ("01", "04", "07", "10")]
    assert "none of 8 readings is out of the routine" in title(ax)
    assert "not to be relied on" in told_below(ax)
    figure = plots.xmr(july, "E06000001", "emergency_admissions").figure
    assert [panel.get_ylabel() for panel in figure.axes] == ["reading, a count", "moving range"]


def test_what_no_xmr_chart_can_show_is_refused():
    july = settled("july_2014")
    with pytest.raises(bcf.InputError, match="E99"):
        plots.xmr(july, "E99", "emergency_admissions", ax=bare())
    with pytest.raises(bcf.InputError, match="name a metric that the scheme pays on"):
        plots.xmr(july, "E06000001", "reablement", ax=bare())
    with pytest.raises(bcf.InputError, match="periods of one length"):
        plots.xmr(settled("october_2013"), "E06000001", "emergency_admissions", ax=bare())
    with pytest.raises(bcf.InputError, match="at least three readings"):
        plots.xmr(settled("october_2013"), "E06000001", "reablement", ax=bare())


def test_what_no_funnel_can_show_is_refused():
    october, december = settled("october_2013"), settled("december_2013")
    with pytest.raises(bcf.InputError, match="name a wave and a metric"):
        plots.funnel(october, "wave_1", "reablement", ax=bare())
    with pytest.raises(bcf.InputError, match="name a wave and a metric"):
        plots.funnel(october, "wave_1", "conditions", ax=bare())
    with pytest.raises(ValueError, match="is a ratio"):
        plots.funnel(december, "wave_1", "local", ax=bare())
    with pytest.raises(ValueError, match="at least 1"):
        plots.funnel(october, "wave_1", "emergency_admissions", dispersion=0.5, ax=bare())


# Chance


def columns_of(ax):
    """What stands as a column of its own: probability by amount."""
    lines = next(found for found in ax.collections if found.get_label() == "a single amount")
    return {path.vertices[0, 0]: path.vertices[1, 1] for path in lines.get_paths()}


def test_columns_and_steps_add_up_to_certainty(settlement):
    ax = plots.payment_distribution(chance_of(settlement), settlement, LEEDS, ax=bare())
    columns = columns_of(ax)
    steps = [bar for container in ax.containers for bar in container]
    assert sum(bar.get_height() for bar in steps) + sum(columns.values()) == pytest.approx(1)
    found = chance_of(settlement).distribution(LEEDS).set_index("earned_pence")["probability"]
    often = found[(found >= 0.01) | (found.index == 0)]
    assert {pence: columns[pence] for pence in often.index} == pytest.approx(often.to_dict())
    whole = settlement.payments.query("area_code == @LEEDS")["entitlement_pence"].sum()
    assert all(bar.get_x() + bar.get_width() <= whole for bar in steps)


def test_the_settled_payment_is_marked_and_the_title_tells_the_range(settlement):
    simulation = chance_of(settlement)
    ax = plots.payment_distribution(simulation, settlement, LEEDS, ax=bare())
    earned = settlement.payments.query("area_code == @LEEDS")["earned_pence"].sum()
    assert earned in [line.get_xdata()[0] for line in ax.lines]
    row = simulation.to_frame().set_index("area_code").loc[LEEDS]
    low, high = (short_pounds(int(row[f"earned_{name}_pence"])) for name in ("p05", "p95"))
    assert title(ax).startswith(
        f"Leeds: {low} to {high} in nine of ten draws; {short_pounds(int(earned))} of"
    )


def test_amounts_that_stand_close_together_say_only_one_probability():
    october = settled("october_2013")
    ax = plots.payment_distribution(simulated("october_2013", "observed"), october, LEEDS, ax=bare())
    whole = october.payments.query("area_code == @LEEDS")["entitlement_pence"].sum()
    told = sorted(text.xy[0] for text in ax.texts if text.get_text().endswith("%"))
    assert 1 < len(told) < len(columns_of(ax))
    assert np.diff(told).min() >= 0.06 * whole


def test_the_limit_of_being_paid_anything_stands_where_it_holds():
    def notes(scheme, **options):
        ax = plots.payment_distribution(simulated(scheme, **options), settled(scheme), LEEDS)
        return " ".join(ax.figure.get_supxlabel().split())

    alike = made_up((1_000, 1_000))
    settlement = bcf.settle(*alike, "july_2014")
    for noise, stands in (("normal", True), ("poisson", False)):
        calm = bcf.OutcomeModel(noise=noise)
        drawn = bcf.simulate(alike.areas, alike.plans, alike.assurance, "july_2014", model=calm, draws=50)
        ax = plots.payment_distribution(drawn, settlement, alike.areas["area_code"][0])
        told = " ".join(ax.figure.get_supxlabel().split())
        assert ("is paid nothing with 27.3% (equal quarters, L1)" in told) == stands
    assert "paid nothing" not in notes("july_2014")
    assert "paid nothing" not in notes("july_2014", expected="observed")
    assert "paid nothing" not in notes("october_2013")
    assert simulated("july_2014").model.describe() in notes("july_2014")


def test_an_area_without_a_pot_has_no_distribution():
    july = settled("july_2014")
    with pytest.raises(bcf.InputError, match="can earn something"):
        plots.payment_distribution(chance_of(july), july, "E08000025", ax=bare())
    with pytest.raises(bcf.InputError, match="E08000099"):
        plots.payment_distribution(chance_of(july), july, "E08000099", ax=bare())


@pytest.mark.parametrize("order", ["size", "median"])
def test_ranges_are_those_of_the_simulation_as_shares_of_what_can_be_earned(settlement, order):
    simulation = chance_of(settlement)
    ax = plots.chance_by_area(simulation, settlement, order=order, ax=bare())
    due = settlement.summary("area").set_index("area_code")["entitlement_pence"]
    due = due[due > 0]
    shares = simulation.to_frame().set_index("area_code").loc[due.index].div(due, axis=0)
    by = due if order == "size" else shares["earned_p50_pence"]
    ordered = shares.loc[by.sort_values(kind="stable").index]
    wide = [path.vertices[:, 1].tolist() for path in ax.collections[0].get_paths()]
    assert wide == ordered[["earned_p05_pence", "earned_p95_pence"]].to_numpy().tolist()


def test_draws_around_what_was_observed_are_told_by_their_width():
    july = settled("july_2014")
    ax = plots.chance_by_area(simulated("july_2014", "observed"), july, ax=bare())
    due = july.summary("area").set_index("area_code")["entitlement_pence"]
    found = simulated("july_2014", "observed").to_frame().set_index("area_code")
    width = ((found["earned_p95_pence"] - found["earned_p05_pence"]) / due)[due > 0].median()
    assert title(ax).startswith(f"In half of 148 areas nine in ten draws span {100 * width:.0f}% or more")
    within = title(plots.chance_by_area(chance_of(july), july, ax=bare()))
    assert within.endswith("of 148 areas are paid what lies within nine in ten of their draws")


def test_a_simulation_of_other_rules_or_areas_is_refused():
    tables = [table.query("area_code != @LEEDS") for table in bcf.load_example("p4p_2015_16")]
    fewer = bcf.settle(*tables, "july_2014", on_missing="withhold")
    for picture in (
        plots.chance_by_area,
        lambda *given, ax: plots.payment_distribution(*given, LEEDS, ax=ax),
    ):
        with pytest.raises(bcf.InputError, match="october_2013"):
            picture(simulated("october_2013"), settled("july_2014"), ax=bare())
    with pytest.raises(bcf.InputError, match=LEEDS):
        plots.chance_by_area(simulated("july_2014"), fewer, ax=bare())
    with pytest.raises(ValueError, match="write size or median"):
        plots.chance_by_area(chance_of(settled("july_2014")), settled("july_2014"), order="name", ax=bare())


# The tile map


def test_every_area_is_one_tile_and_no_two_share_a_place(settlement):
    ax = plots.tile_map(settlement, ax=bare())
    tiles = [patch for patch in ax.patches if patch.get_gid()]
    assert sorted(tile.get_gid() for tile in tiles) == settlement.areas["area_code"].tolist()
    corners = np.array([tile.get_xy() for tile in tiles])
    apart = np.abs(corners[:, None] - corners[None]).max(axis=2)
    np.fill_diagonal(apart, 9)
    assert apart.min() >= 1 - 1e-9


def test_tiles_of_other_regions_stand_below():
    areas, *others = settled("october_2013").tables
    areas = areas.assign(region=["The North" if code < "E08" else "London" for code in areas["area_code"]])
    elsewhere = bcf.settle(areas, *others, on_missing="withhold")
    ax = plots.tile_map(elsewhere, ax=bare())
    ys = {patch.get_gid(): patch.get_y() for patch in ax.patches if patch.get_gid()}
    north = [ys[code] for code in ys if code < "E08"]
    assert min(north) > max(ys[code] for code in ys if code >= "E08")


def test_areas_without_a_value_are_white_and_strays_are_named():
    october = settled("october_2013")
    held = october.summary("area").set_index("area_code")["withheld_pence"]
    ax = plots.tile_map(october, held.drop(LEEDS), label="held back", ax=bare())
    white = [
        patch.get_gid() for patch in ax.patches if patch.get_gid() and patch.get_facecolor()[:3] == (1, 1, 1)
    ]
    assert white == [LEEDS]
    assert title(ax).startswith("Held back: from £")
    with pytest.raises(bcf.InputError, match="E99"):
        plots.tile_map(october, pd.Series({"E99": 1.0}), ax=bare())
    assert "no value is known" in title(plots.tile_map(october, held.head(0).astype(float), ax=bare()))


# All of them

PICTURES = {
    "money_flow": lambda s, ax: plots.money_flow(s, ax=ax),
    "money_flow_of_an_area": lambda s, ax: plots.money_flow(s.resolve(agreeing(s)), LEEDS, ax=ax),
    "earned_and_held": lambda s, ax: plots.earned_and_held(s, ax=ax),
    "earned_and_held_by_region": lambda s, ax: plots.earned_and_held(s, "region", ax=ax),
    "achievement": lambda s, ax: plots.achievement(s, ax=ax),
    "funnel": lambda s, ax: plots.funnel(s, s.scheme.wave_names[0], "emergency_admissions", ax=ax),
    "xmr": lambda s, ax: plots.xmr(s, LEEDS, "emergency_admissions", ax=ax),
    "measure_quality": lambda s, ax: plots.measure_quality(quality_beside(s), "emergency_admissions", ax=ax),
    "before_after": lambda s, ax: plots.before_after(
        s, s.scheme.wave_names[0], "emergency_admissions", ax=ax
    ),
    "payment_distribution": lambda s, ax: plots.payment_distribution(chance_of(s), s, LEEDS, ax=ax),
    "chance_by_area": lambda s, ax: plots.chance_by_area(chance_of(s), s, ax=ax),
    "change": lambda s, ax: plots.change(s, s.under(s.scheme.replace(**FEWER[s.scheme.name])), ax=ax),
    "tile_map": lambda s, ax: plots.tile_map(s, ax=ax),
}
FEWER = {
    "october_2013": {"waves__1__lines__0__curve": "all_or_nothing"},
    "december_2013": {"waves__1__lines__0__curve": "proportional"},
    "july_2014": {"cumulative": False},
}


EVERYWHERE = ("money_flow", "money_flow_of_an_area", "earned_and_held", "achievement")
"""Pictures that are looked at under every scheme; of the others, one is enough."""
LOOKS = [(name, "july_2014") for name in PICTURES] + [
    (name, scheme) for name in EVERYWHERE for scheme in SCHEMES if scheme != "july_2014"
]


@pytest.mark.parametrize(("name", "scheme"), LOOKS)
def test_a_picture_has_a_title_and_the_notice_and_nothing_on_it_overlaps_or_is_cut(name, scheme):
    before = dict(mpl.rcParams)
    ax = PICTURES[name](settled(scheme), None)
    assert dict(mpl.rcParams) == before
    assert title(ax)
    assert ILLUSTRATION in " ".join(ax.figure.get_supxlabel().split())
    ax.figure.draw_without_rendering()
    whole = ax.figure.bbox
    seen = [(text, text.get_window_extent()) for text in texts(ax)]
    assert len(seen) >= 8
    for text, box in seen:
        assert whole.x0 - 1 <= box.x0 <= box.x1 <= whole.x1 + 1, text
        assert whole.y0 - 1 <= box.y0 <= box.y1 <= whole.y1 + 1, text
    for (one, first), (other, second) in combinations(seen, 2):
        touching = min(first.x1, second.x1) - max(first.x0, second.x0) > 1.5
        assert not (touching and min(first.y1, second.y1) - max(first.y0, second.y0) > 1.5), (one, other)


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_pictures_draw_on_the_axes_they_are_given(draw):
    left, right = Figure(figsize=(18, 9)).subplots(1, 2)
    assert draw(settled("july_2014"), left) is left
    assert left.figure.axes == [left, right]
    assert not right.has_data()
    notes = [text.get_text() for text in left.texts if isinstance(text, Annotation)]
    assert any(ILLUSTRATION in " ".join(note.split()) for note in notes)
    assert not plt.get_fignums()


def test_pictures_come_out_the_same_every_time():
    pixels = []
    for _ in range(2):
        figure = plots.achievement(settled("december_2013")).figure
        figure.canvas.draw()
        pixels.append(np.asarray(figure.canvas.buffer_rgba()).copy())
    assert np.array_equal(*pixels)


def test_own_figures_carry_no_notice():
    tables = [table.copy() for table in settled("july_2014").tables]
    for table in tables:
        table.attrs.clear()
    own = bcf.settle(*tables, "july_2014", on_missing="withhold")
    assert "Illustration" not in plots.money_flow(own).figure.get_supxlabel()


def test_ticks_of_an_axis_are_told_in_one_unit():
    assert InPounds().format_ticks([0, 25_000_000, 100_000_000]) == ["£0", "£0.25m", "£1m"]
    assert InPounds().format_ticks([-50_000_00, 0]) == ["£50,000", "£0"]
    assert InPounds()(123_456_789) == "£1.23m"
    assert pounds(123_456_789).startswith("£1,23")


def test_without_matplotlib_the_command_that_installs_it_is_named():
    code = "import sys; sys.modules['matplotlib'] = None; import bcf_payments.plots"
    done = ran([sys.executable, "-c", code])
    assert done.stderr.strip().endswith(
        'MissingExtraError: bcf_payments.plots needs matplotlib: python -m pip install "bcf-payments[plot]"'
    )
