"""A low and a high setting of noise: the least there can be, and as much as an input shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, cast

from bcf_payments.errors import InputError
from bcf_payments.schemes.fields import line_title
from bcf_payments.schemes.periods import spans_of
from bcf_payments.simulation.fitting import Fitted, Interval
from bcf_payments.simulation.history import FEWEST_PAIRS, estimate, history_of
from bcf_payments.simulation.model import OutcomeModel
from bcf_payments.simulation.quality import MeasureQuality, measure_quality
from bcf_payments.words import listed

if TYPE_CHECKING:
    from bcf_payments.core.result import Result
    from bcf_payments.schemes import Scheme
    from bcf_payments.settlement import Settlement

MEASURED = (
    "Real noise is far larger: on English data changes vary 10 to 34 times as much for emergency admissions,"
    " 150 to 280 times for delayed days, and in the largest areas about 3% remains that is no matter of"
    " counting (L3)."
)
LEFT_OUT = (
    "All change counts as noise, but bad years that all areas share are left out, and so is noise that never"
    " changes: no bound on what chance pays (L3)."
)

LASTS = 0.9
"""How an area's own effects in a quarter and in the next correlate: as fitted to the example (L3)."""

QUARTER = 3.0
"""Months."""


class Setting(NamedTuple):
    """A model of chance under a name, and what must be said of it."""

    name: str
    model: OutcomeModel
    remarks: tuple[str, ...]


def low_setting(model: OutcomeModel) -> Setting:
    """Pure counting noise, with what a model expects and the kinds of noise that it names."""
    kinds = "counts as Poisson and shares as binomial" if model.noise == "auto" else "of the kinds asked for"
    counting = OutcomeModel(expected=model.expected, noise=model.noise, on_unknown_size=model.on_unknown_size)
    said = f"Pure counting noise, {kinds}, with baselines taken as true: the least there can be."
    return Setting("low", counting, (f"{said} {MEASURED}",))


def own_setting(model: OutcomeModel) -> Setting:
    """A model as asked for."""
    return Setting("own", model, (f"As asked: {model.describe()}.",))


def high_setting(model: OutcomeModel, settled: Settlement) -> Setting | None:
    """As much noise as a settlement's own outcomes show, where any metric's can be estimated.

    Parameters
    ----------
    model : OutcomeModel
        For what it expects, its kinds of noise, and what it does where no size is known.
    settled : Settlement
        Its plans and its outcomes, as far as they were due.

    Returns
    -------
    Setting or None
        None where no metric has at least 30 pairs of counts.

    Notes
    -----
    Metrics in per cent are not estimated: their noise falls as a share nears 0 or 100%, which a count's does
    not. Both periods of a change are noisy, so the true rates behind the baselines are drawn too, around
    observed outcomes as well. Where the input does not tell how long effects last, they last as they do in
    the example (`LASTS`), which is an assumption, and the other estimates go with it.
    Estimates are used to three digits, so that they can be asked for again. Source: L3.
    """
    seen = _seen(settled)
    if not seen:
        return None
    values: dict[str, dict[str, float]] = {}
    intervals: dict[str, dict[str, tuple[float, float]]] = {}
    for metric, fitted in seen.items():
        for name, interval in fitted.intervals.items():
            values.setdefault(name, {})[metric] = float(f"{interval.value:.3g}")
            if interval.high > interval.low:
                intervals.setdefault(name, {})[metric] = interval.low, interval.high
    high = OutcomeModel(
        expected=model.expected,
        noise=model.noise,
        **values,
        intervals=intervals,
        baseline_noise=True,
        on_unknown_size=model.on_unknown_size,
    )
    known = f", through {settled.through}" if settled.through else ""
    baselines = "The true rates behind the baselines are drawn too, since both periods of a change are noisy."
    scheme = settled.scheme
    measured = (
        f"As much noise as there is between the baselines and the outcomes of this input{known}:"
        f" {_spreads(scheme, high)}."
    )
    assumed = [metric for metric in seen if metric not in intervals.get("correlation", {})]
    names = listed([line_title(scheme, metric) for metric in assumed])
    lasts = f" How long effects last is assumed of {names}: as in the embedded example (L3)." if names else ""
    return Setting("high", high, (measured, f"{baselines}{lasts} {LEFT_OUT}", *_unseen(scheme, seen)))


def _seen(settled: Settlement) -> dict[str, Fitted]:
    """The noise of each paid count, from what was due."""
    scheme, tables = settled.scheme, settled.tables
    waves = scheme.wave_names
    due = waves[: waves.index(settled.through) + 1] if settled.through else waves
    history = history_of(tables.plans, tables.outcomes, scheme)
    counted = [
        slot.name for slot in scheme.metric_lines if scheme.metrics[slot.name].unit.value != "per_cent"
    ]
    history = history[history["series"].isin(due) & history["metric"].isin(counted)]
    seen: dict[str, Fitted] = {}
    for metric, rows in history.groupby("metric", sort=True):
        months = min(span.months for span in spans_of(scheme, str(metric)).values())
        lasts = LASTS ** (months / QUARTER)
        try:
            found = estimate(rows, fallback=lasts)[str(metric)]
        except InputError:  # too few pairs
            continue
        seen[str(metric)] = found._replace(correlation=found.correlation or Interval(lasts, lasts, lasts))
    return seen


def _spreads(scheme: Scheme, model: OutcomeModel) -> str:
    """What was estimated, in words, and how to ask for it again."""
    told = []
    for metric, dispersion in cast("Mapping[str, float]", model.dispersion).items():
        sd, lasts = (
            cast("Mapping[str, float]", one)[metric] for one in (model.relative_sd, model.correlation)
        )
        said = [model.told(name, metric) for name in ("dispersion", "relative_sd", "correlation")]
        told.append(
            f"{line_title(scheme, metric)}, {said[0]} times the variance of counting, and an effect of the"
            f" area's own, {said[1]} of its rate, which does not shrink with size and correlates at {said[2]}"
            f" from period to period (used: {dispersion:g}, {sd:g} and {lasts:g})"
        )
    return "; ".join(told)


def _unseen(scheme: Scheme, seen: Mapping[str, Fitted]) -> tuple[str, ...]:
    """Which metrics stay at the low setting; nothing where none does."""
    metrics = dict.fromkeys(slot.name for slot in scheme.metric_lines if slot.name not in seen)
    if not metrics:
        return ()
    names = "; ".join(line_title(scheme, metric) for metric in metrics)
    return (f"Of the least noise, without {FEWEST_PAIRS} pairs of counts to estimate it from: {names}.",)


def quality_of(settled: Result, model: OutcomeModel, observed: Result | None) -> MeasureQuality:
    """What the measures of a settlement can show under a model, beside outcomes that were observed."""
    areas, plans = settled.areas, settled.tables.plans
    plans = plans[plans["area_code"].isin(areas["area_code"])]
    history = None if observed is None else history_of(plans, observed.tables.outcomes, settled.scheme)
    return measure_quality(areas, plans, settled.scheme, model=model, history=history)
