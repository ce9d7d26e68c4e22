"""How much of a payment is luck: what true effects of a known size earn, and how far chance moves it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from bcf_payments.exact.numbers import FloatArray, IntArray
from bcf_payments.given import guarded, handed_out
from bcf_payments.names import SLOT_KEY
from bcf_payments.schemes import Scheme, scheme_of
from bcf_payments.settlement import Settlement, settle
from bcf_payments.simulation.anything import anything_limit, is_made_good
from bcf_payments.simulation.expecting import OUTCOME_COLUMNS, settle_expected
from bcf_payments.simulation.model import OutcomeModel
from bcf_payments.simulation.options import checked_effects, checked_running
from bcf_payments.simulation.result import Simulation
from bcf_payments.simulation.simulating import draw_around
from bcf_payments.simulation.tally import means, sds, standard_errors
from bcf_payments.tables.inputs import OnMissing
from bcf_payments.words import pounds

EFFECTS = ("0", "0.25", "0.5", "0.75", "1", "1.25")
SIZE_GROUPS = 5

DEFAULT_MODEL = OutcomeModel(baseline_noise=True)


@dataclass(frozen=True, eq=False, repr=False)
class Luck:
    """What chance does to payments for true effects of a known size; made by `luck`.

    Attributes
    ----------
    model : OutcomeModel
        What was assumed of chance: no figure means anything without it.
    scheme : Scheme
        The rules.
    draws : int
        How many times chance was drawn for each effect.
    lines : DataFrame
        A row per effect, area and metric line; see `luck`.
    areas : DataFrame
        A row per effect and area; see `luck`.
    held : DataFrame
        Lines that stood still for want of a size.
    notices : tuple of str
        Sentences that must stand wherever the result is shown.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> areas, plans, _, assurance = bcf.load_example("p4p_2015_16")
    >>> found = bcf.luck(
    ...     areas, plans, assurance, "july_2014", effects=["0", "1"], draws=100, on_missing="withhold"
    ... )
    >>> found
    <Luck under july_2014: 151 areas, 2 true effects, 100 draws>

    Chance pays for no effect, and takes from one that achieves the plan.

    >>> (found.summary()["difference_mean_pence"] > 0).tolist()
    [True, False]
    """

    model: OutcomeModel
    scheme: Scheme
    draws: int
    lines: pd.DataFrame
    areas: pd.DataFrame
    held: pd.DataFrame
    notices: tuple[str, ...]

    def summary(self) -> pd.DataFrame:
        """Sum up over the areas.

        Returns
        -------
        DataFrame, a row per effect
            `effect`, `entitlement_pence`, `true_pence` (what the rule pays on the true rates),
            `earned_mean_pence`, `difference_mean_pence`, and over all areas the means of `share_paid`,
            `probability_half`, `probability_all`, `probability_review`, and of `luck_share`: the standard
            deviation of what an area earns, as a share of what it can earn.
        """
        by_effect = self.areas.groupby("effect", sort=False)
        money = ["entitlement_pence", "true_pence", "earned_mean_pence", "difference_mean_pence"]
        shares = ["share_paid", "probability_half", "probability_all", "probability_review", "luck_share"]
        table = by_effect[money].sum().join(by_effect[shares].mean()).reset_index()
        return handed_out(table, self.notices)

    def by_size(self) -> pd.DataFrame:
        """Show how luck falls with size: the lines of like size together.

        Returns
        -------
        DataFrame, a row per effect, line and size group (fifths of the areas, smallest first)
            `effect`, `wave`, `line`, `size_group` (1 to 5), `areas`, `size_mean` (expected count),
            `share_paid`, `probability_half`, `probability_all`, `luck_share` (means over its areas) and
            `luck_mean_pence` (mean standard deviation). Only lines that are drawn.
        """
        drawn = self.lines[self.lines["size"].notna() & self.lines["share_paid"].notna()]
        rank = drawn.groupby(["effect", "wave", "line"])["size"].rank(method="first", pct=True)
        group = np.ceil(rank * SIZE_GROUPS).astype(int).rename("size_group")
        grouped = drawn.groupby(["effect", "wave", "line", group], sort=False, observed=True)
        table = (
            grouped.agg(
                areas=("size", "size"),
                size_mean=("size", "mean"),
                share_paid=("share_paid", "mean"),
                probability_half=("probability_half", "mean"),
                probability_all=("probability_all", "mean"),
                luck_share=("luck_share", "mean"),
                luck_mean_pence=("luck_pence", "mean"),
            )
            .sort_index(level=["effect", "wave", "line", "size_group"])
            .reset_index()
        )
        return handed_out(table, self.notices)

    def __repr__(self) -> str:
        areas = self.areas["area_code"].nunique()
        effects = self.areas["effect"].nunique()
        return (
            f"<Luck under {self.scheme.label}: {areas:,} areas, {effects} true effects, {self.draws:,} draws>"
        )

    def _repr_html_(self) -> str:
        """The summary, the model and the notices, for notebooks."""
        heads = (
            "True effect",
            "Paid on true rates",
            "Earned on average",
            "Share paid",
            "Half or more",
            "All",
            "Luck (s.d. of the share paid)",
        )
        body = "".join(
            f"<tr><td>{row['effect']:.0%} of plan</td><td>{pounds(row['true_pence'])}</td>"
            f"<td>{pounds(round(row['earned_mean_pence']))}</td>"
            + "".join(
                f"<td>{row[name]:.1%}</td>"
                for name in ("share_paid", "probability_half", "probability_all", "luck_share")
            )
            + "</tr>"
            for row in self.summary().to_dict("records")
        )
        head = "".join(f'<th scope="col">{text}</th>' for text in heads)
        below = "".join(
            f"<p><small>{escape(text)}</small></p>"
            for text in (f"Model: {self.model.describe()}.", *self.notices)
        )
        caption = f"<caption>{escape(self.scheme.title)}: what true effects earn</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{below}"


@guarded
def luck(
    areas: pd.DataFrame,
    plans: pd.DataFrame,
    assurance: pd.DataFrame | None = None,
    scheme: str | Path | Scheme = "october_2013",
    *,
    model: OutcomeModel = DEFAULT_MODEL,
    effects: Sequence[Fraction | str | float] = EFFECTS,
    draws: int = 10_000,
    seed: int = 0,
    only: Sequence[str] | None = None,
    executor: Executor | None = None,
    progress: bool = False,
    on_missing: OnMissing = "raise",
) -> Luck:
    """Measure how much of a payment is luck: every area has the same true effect, chance does the rest.

    Parameters
    ----------
    areas, plans, assurance : DataFrame
        As in `simulate`.
    scheme : str, Path or Scheme
        As in `simulate`.
    model : OutcomeModel
        The noise; what it expects is not read. `baseline_noise` should be True: the true rates behind the
        baselines are drawn too, while the agreed plans stay.
    effects : sequence of exact numbers
        True effects as shares of the planned improvement: 0 is no change, 1 the plan. At least one, each of
        them once, from -100 to 100.
    draws : int
        How many times for each effect; as in `simulate`.
    seed : int
        As in `simulate`; the same for each effect.
    only : sequence of str, optional
        As in `simulate`.
    executor : concurrent.futures.Executor, optional
        As in `simulate`.
    progress : bool
        As in `simulate`, a bar for each effect.
    on_missing : {"raise", "withhold"}
        As in `settle`.

    Returns
    -------
    Luck
        `lines`, a row per effect, area and metric line: `effect`, `area_code`, `wave`, `line`, `size`
        (expected count behind the outcome; NaN where the line is not drawn), `entitlement_pence`,
        `true_pence` (what the rule pays on the true rates), `earned_mean_pence`, `luck_pence` (standard
        deviation of what is earned), `share_paid` (mean earned over the entitlement), `luck_share`,
        `difference_mean_pence` (mean earned less `true_pence`), `probability_half` and `probability_all`
        (of earning at least half and all of the entitlement), and Monte Carlo standard errors (`_se`).
        `areas`, a row per effect and area over all its metric lines: the same, with
        `probability_review`. Where a cumulative pot pays (C8) it has `probability_any` and
        `probability_any_limit` besides.

    Raises
    ------
    InputError
        As `simulate`.

    Notes
    -----
    A true effect e makes the true rate `baseline + e * (target - baseline)`, not below 0, nor above 100% for
    a metric in per cent whose baseline and target are not; with
    `baseline_noise` both are moved in proportion to the true rate behind the baseline. The paid share of an
    effect of 0 is luck alone, and what is lacking at an effect of 1 is bad luck. Amounts of luck fall with
    size, unless part of the noise does not (`relative_sd`): see `Luck.by_size`. The probability of being
    paid anything does not fall: with no true change, equal quarters and symmetric noise it is
    `1 - C(2n, n) / 4**n` for n quarters, whatever the size (L1: 72.66% for four). `probability_any_limit`
    is that number where its conditions are met: nothing truly changes, the first quarter can pay, all
    quarters have one baseline, and noise is normal, of counting alone and far from 0. Elsewhere it is NaN.
    Source: L1-L3.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> areas, plans, _, assurance = bcf.load_example("p4p_2015_16")
    >>> found = bcf.luck(areas, plans, assurance, "july_2014", draws=1_000, on_missing="withhold")
    >>> summary = found.summary()
    >>> summary["effect"].tolist()
    [0.0, 0.25, 0.5, 0.75, 1.0, 1.25]
    >>> bool(summary["share_paid"].is_monotonic_increasing)
    True
    """
    rules = scheme_of(scheme)
    how = checked_running(draws, seed, executor, model, progress=progress)
    shares = checked_effects(effects)
    baseline, planned = (model.model_copy(update={"expected": rates}) for rates in ("baseline", "target"))
    unchanged = settle_expected(areas, plans, None, assurance, rules, baseline, 0, on_missing, only)
    found = []
    for effect in shares:
        outcomes = _outcomes(unchanged, effect)
        true = settle(areas, plans, outcomes, assurance, rules, only=only, on_missing=on_missing)
        found.append((effect, draw_around(true, plans, planned, how, shares=True)))
    lines = pd.concat([_lines(effect, simulation) for effect, simulation in found], ignore_index=True)
    by_area = pd.concat([_areas(effect, simulation) for effect, simulation in found], ignore_index=True)
    notices = unchanged.notices
    held = handed_out(found[0][1].held, notices)
    return Luck(
        model,
        rules,
        how.draws,
        handed_out(lines, notices),
        handed_out(by_area, notices),
        held,
        notices,
    )


def _outcomes(unchanged: Settlement, effect: Fraction) -> pd.DataFrame:
    """Outcomes at which exactly this share of the planned improvement is achieved."""
    case = unchanged.case
    measures, (below, above) = case.measures, case.measures.factor
    codes = case.areas["area_code"].tolist()
    rows = []
    for line, slot in enumerate(case.scheme.metric_lines):
        unit = case.scheme.metrics[slot.name].unit.value
        for area in np.flatnonzero(measures.planned[line]):
            start, end = (int(rate[line, area]) for rate in (measures.baseline, measures.target))
            whole = Fraction(int(measures.per[line, area]) * above, below)
            rate = max(start + effect * (end - start), Fraction(0)) / whole
            if unit == "per_cent":
                rate = min(rate, max(start / whole, end / whole, Fraction(1)))
            denominator = Fraction(int(measures.denominators[0][line, area]), below)
            numerator = rate if unit == "count" else rate * denominator
            rows.append((codes[area], slot.wave, slot.name, numerator, denominator))
    return pd.DataFrame(rows, columns=list(OUTCOME_COLUMNS), dtype=object)


def _lines(effect: Fraction, simulation: Simulation) -> pd.DataFrame:
    """What each line of each area earns at a true effect."""
    experiment, sums, draws = simulation.experiment, simulation.tally.sums, simulation.draws
    table = simulation.lines
    deviation = sums["earned"] - experiment.expected.astype(object) * draws
    sizes = np.full(experiment.known.shape, np.nan)
    for line in experiment.chance.lines:
        sizes[line.line] = np.where(line.mean > 0, line.mean, np.nan)
    money = _money(
        experiment.entitlement,
        experiment.expected,
        sums["earned"],
        deviation,
        sums["earned_square"],
        draws,
    )
    columns = {"size": sizes, **money}
    columns |= _chances(sums["half"], sums["full"], experiment.entitlement, draws)
    keys = table[[*SLOT_KEY]]
    frame = keys.assign(**{name: values.T.ravel() for name, values in columns.items()})
    frame.insert(0, "effect", float(effect))
    return frame


def _areas(effect: Fraction, simulation: Simulation) -> pd.DataFrame:
    """What the metric lines of each area earn in all at a true effect."""
    experiment, tally, draws = simulation.experiment, simulation.tally, simulation.draws
    able, expected = experiment.entitlement.sum(axis=0), experiment.expected.sum(axis=0)
    earned, square = tally.sums["total"][:-1], tally.sums["total_square"][:-1]
    deviation = earned - expected.astype(object) * draws
    half = np.array(
        [_at_least_half(simulation, area, int(most)) for area, most in enumerate(able)], dtype=object
    )
    columns = _money(able, expected, earned, deviation, square, draws)
    columns |= _chances(half, tally.sums["all"], able, draws)
    columns["probability_review"] = means(tally.sums["reviewed"], draws)
    columns["probability_review_se"] = standard_errors(columns["probability_review"], draws)
    if is_made_good(simulation.scheme):
        columns["probability_any"] = np.where(able > 0, means(tally.sums["any"], draws), np.nan)
        columns["probability_any_limit"] = anything_limit(experiment)
    codes = simulation.expected.areas[["area_code"]]
    frame = codes.assign(**columns)
    frame.insert(0, "effect", float(effect))
    return frame


def _at_least_half(simulation: Simulation, area: int, most: int) -> int:
    """In how many draws an area earns at least half of what its metric lines can earn."""
    pence, counts = simulation.tally.totals.values(area)
    return int(counts[pence >= -(-most // 2)].sum())


def _money(
    able: IntArray, true: IntArray, earned: IntArray, deviation: IntArray, square: IntArray, draws: int
) -> dict[str, FloatArray]:
    """Columns of money and of shares of the entitlement (NaN where there is none)."""
    entitlement = np.where(able > 0, able, np.nan)
    sd = sds(deviation, square, draws)
    mean = means(earned, draws)
    return {
        "entitlement_pence": able,
        "true_pence": true,
        "earned_mean_pence": mean,
        "luck_pence": sd,
        "share_paid": mean / entitlement,
        "share_paid_se": sd / draws**0.5 / entitlement,
        "luck_share": sd / entitlement,
        "difference_mean_pence": means(deviation, draws),
        "difference_se_pence": sd / draws**0.5,
    }


def _chances(half: IntArray, everything: IntArray, able: IntArray, draws: int) -> dict[str, FloatArray]:
    """Probabilities of half and of all (NaN where there is nothing to earn), with their errors."""
    found = {}
    for name, times in (("probability_half", half), ("probability_all", everything)):
        found[name] = np.where(able > 0, means(times, draws), np.nan)
        found[f"{name}_se"] = standard_errors(found[name], draws)
    return found
