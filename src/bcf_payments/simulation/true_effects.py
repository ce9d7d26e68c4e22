"""How much of a payment is luck: what true effects of a known size earn, and how far chance moves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from html import escape
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from bcf_payments.given import guarded, handed_out, take_option
from bcf_payments.names import SLOT_KEY
from bcf_payments.schemes import Scheme, scheme_of
from bcf_payments.settlement import Settlement, settle
from bcf_payments.simulation.anything import anything_limit, is_made_good
from bcf_payments.simulation.effect_estimates import (
    DrawnEffect,
    error_name,
    mean_of,
    size_groups,
    summed,
    summed_of,
)
from bcf_payments.simulation.expecting import OUTCOME_COLUMNS, settle_expected
from bcf_payments.simulation.model import OutcomeModel
from bcf_payments.simulation.options import checked_effects, checked_prior, checked_running
from bcf_payments.simulation.rewards import reward_rates
from bcf_payments.simulation.simulating import draw_around
from bcf_payments.simulation.tally import means
from bcf_payments.tables.inputs import OnMissing
from bcf_payments.words import pounds

EFFECTS = ("0", "0.25", "0.5", "0.75", "1", "1.25")
Reward: TypeAlias = Literal["anything", "half", "all"]

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
    drawn : tuple of DrawnEffect
        The draws around each effect, for the errors of what is summed up.
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
    drawn: tuple[DrawnEffect, ...]
    notices: tuple[str, ...]

    def summary(self) -> pd.DataFrame:
        """Sum up over the areas.

        Returns
        -------
        DataFrame, a row per effect
            `effect`, `entitlement_pence`, `true_pence` (what the rule pays on the true rates),
            `earned_mean_pence`, `difference_mean_pence`, and over all areas the means of `share_paid`,
            `probability_half`, `probability_all`, `probability_review`, and of `luck_share`: the standard
            deviation of what an area earns, as a share of what it can earn. Then the Monte Carlo standard
            error of each estimate (`earned_mean_se_pence`, `share_paid_se`, ...), by how far 25 batches of
            draws differ: areas that move together in a draw have larger ones.
        """
        found = []
        for drawn in self.drawn:
            whole, errors = summed(drawn.areas(drawn.whole)), drawn.errors(partial(summed_of, drawn))
            entitlement, true = drawn.experiment.entitlement.sum(), drawn.experiment.expected.sum()
            row = {"effect": float(drawn.effect), "entitlement_pence": entitlement, "true_pence": true}
            found.append(row | whole | {error_name(name): errors[name] for name in whole})
        return handed_out(pd.DataFrame(found), self.notices)

    def by_size(self) -> pd.DataFrame:
        """Show how luck falls with size: the lines of like size together.

        Returns
        -------
        DataFrame, a row per effect, line and size group (fifths of the areas, smallest first)
            `effect`, `wave`, `line`, `size_group` (1 to 5), `areas`, `size_mean` (expected count),
            `share_paid`, `probability_half`, `probability_all`, `luck_share` (means over its areas) and
            `luck_mean_pence` (mean standard deviation), each followed by its Monte Carlo standard error, as
            in `summary`. Only lines that are drawn.
        """
        slots, found = self.scheme.metric_lines, []
        effects = self.lines["effect"].to_numpy()
        for drawn in self.drawn:
            own = self.lines[effects == float(drawn.effect)]
            shape = drawn.experiment.entitlement.shape
            sizes = np.where(own["share_paid"].notna(), own["size"], np.nan).reshape(shape[::-1]).T
            for line, group, members in size_groups(sizes):
                mean = partial(mean_of, drawn, line, members)
                whole, errors = mean(drawn.whole), drawn.errors(mean)
                row = {"effect": float(drawn.effect), "wave": slots[line].wave, "line": slots[line].name}
                row |= {"size_group": group, "areas": len(members), "size_mean": sizes[line, members].mean()}
                for name, value in whole.items():
                    row |= {name: value, error_name(name): errors[name]}
                found.append(row)
        columns = ["effect", "wave", "line", "size_group"]
        table = pd.DataFrame(found, columns=None if found else columns).sort_values(columns, kind="stable")
        return handed_out(table.reset_index(drop=True), self.notices)

    def rewards(
        self,
        prior: Mapping[Fraction | str | float, Fraction | str | float],
        *,
        reward: Reward = "half",
    ) -> pd.DataFrame:
        """Count wrong and missed rewards, if true effects are as likely as you say.

        Parameters
        ----------
        prior : mapping of effect to probability
            For each of the effects that were drawn, how likely it is: an assumption, yours. They add up to
            1 exactly.
        reward : {"anything", "half", "all"}
            What counts as rewarded: a penny or more, at least half, or all, of what can be earned.

        Returns
        -------
        DataFrame, a row for all lines together and one per line
            `wave` and `line` (blank for all together); `wrong_reward`, how likely an area is rewarded whose
            true effect falls short of its plan; `missed_reward`, how likely it is not, although it achieved
            its plan; `wrong_of_rewards`, which share of the rewards is wrong; each followed by its Monte
            Carlo standard error. NaN where the prior has no such area.

        Raises
        ------
        InputError
            Effects that were not drawn or lack a probability; probabilities that are none, or do not add
            up to 1; another `reward`.

        Notes
        -----
        Wrong rewards above 10% and missed ones above 25% were found in shared savings (L2). Source: L2.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> areas, plans, _, assurance = bcf.load_example("p4p_2015_16")
        >>> found = bcf.luck(
        ...     areas, plans, assurance, "july_2014", effects=["0", "1"], draws=100, on_missing="withhold"
        ... )
        >>> found.rewards({"0": "1/2", "1": "1/2"})[["wrong_reward", "missed_reward"]].round(1).head(1)
           wrong_reward  missed_reward
        0           0.0            0.0
        """
        how = take_option(reward, get_args(Reward), "reward")
        likely = checked_prior(prior, [drawn.effect for drawn in self.drawn])
        return handed_out(reward_rates(self.drawn, likely, how, self.scheme.metric_lines), self.notices)

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
    found, helds = [], []
    for effect in shares:
        outcomes = _outcomes(unchanged, effect)
        true = settle(areas, plans, outcomes, assurance, rules, only=only, on_missing=on_missing)
        simulation = draw_around(true, plans, planned, how, shares=True)
        found.append(DrawnEffect(effect, simulation.experiment, simulation.tally))
        helds.append(simulation.held)
    keys = simulation.lines[[*SLOT_KEY]]
    codes = simulation.expected.areas[["area_code"]]
    notices = simulation.notices
    return Luck(
        model,
        rules,
        how.draws,
        handed_out(pd.concat([_lines(drawn, keys) for drawn in found], ignore_index=True), notices),
        handed_out(pd.concat([_areas(drawn, codes) for drawn in found], ignore_index=True), notices),
        handed_out(helds[0], notices),
        tuple(found),
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


def _lines(drawn: DrawnEffect, keys: pd.DataFrame) -> pd.DataFrame:
    """What each line of each area earns at a true effect."""
    sizes = np.full(drawn.experiment.known.shape, np.nan)
    for line in drawn.experiment.chance.lines:
        sizes[line.line] = np.where(line.mean > 0, line.mean, np.nan)
    columns = {"size": sizes, **drawn.lines(drawn.whole)}
    frame = keys.assign(**{name: values.T.ravel() for name, values in columns.items()})
    frame.insert(0, "effect", float(drawn.effect))
    return frame


def _areas(drawn: DrawnEffect, codes: pd.DataFrame) -> pd.DataFrame:
    """What the metric lines of each area earn in all at a true effect."""
    columns = drawn.areas(drawn.whole)
    if is_made_good(drawn.experiment.scheme):
        able = columns["entitlement_pence"] > 0
        columns["probability_any"] = np.where(able, means(drawn.tally.sums["any"], drawn.tally.draws), np.nan)
        columns["probability_any_limit"] = anything_limit(drawn.experiment)
    frame = codes.assign(**columns)
    frame.insert(0, "effect", float(drawn.effect))
    return frame
