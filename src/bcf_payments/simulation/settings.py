"""A low and a high setting of noise: the least there can be, and as much as an input shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from bcf_payments.errors import InputError
from bcf_payments.schemes.fields import line_title
from bcf_payments.simulation.history import FEWEST_PAIRS, estimate, history_of
from bcf_payments.simulation.model import OutcomeModel

if TYPE_CHECKING:
    from bcf_payments.schemes import Scheme
    from bcf_payments.settlement import Settlement

MEASURED = (
    "Real noise is far larger: on English data changes vary 10 to 34 times as much for emergency admissions,"
    " 150 to 280 times for delayed days, and in the largest areas about 3% remains that is no matter of"
    " counting (L3)."
)
LEFT_OUT = (
    "This noise has no bad years that all areas share, and no effect that lasts from one payment point to the"
    " next, though changes of adjacent quarters correlate at 0.63 (L3)."
)


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
    not. Both periods of a change are noisy, so the true rates behind the baselines are drawn too, unless
    the observed outcomes are taken as true. Estimates are used as they are told, to three digits, so that
    what is read can be asked for again. Source: L3.
    """
    seen = _seen(settled)
    if not seen["dispersion"]:
        return None
    redrawn = model.expected != "observed"
    high = OutcomeModel(
        expected=model.expected,
        noise=model.noise,
        dispersion=seen["dispersion"],
        relative_sd=seen["relative_sd"],
        baseline_noise=redrawn,
        on_unknown_size=model.on_unknown_size,
    )
    known = f", through {settled.through}" if settled.through else ""
    baselines = (
        "The true rates behind the baselines are drawn too, since both periods of a change are noisy."
        if redrawn
        else "What was observed is taken as true, so nothing is drawn of the baselines."
    )
    measured = (
        f"As much noise as there is between the baselines and the outcomes of this input{known}:"
        f" {_spreads(settled.scheme, seen)}. All true change is counted as noise, and none that both"
        " periods share: a high reading, not an upper bound (L3)."
    )
    return Setting("high", high, (measured, f"{baselines} {LEFT_OUT}", *_unseen(settled.scheme, seen)))


def _seen(settled: Settlement) -> dict[str, dict[str, float]]:
    """`dispersion` and `relative_sd` of each paid count, from what was due."""
    scheme, tables = settled.scheme, settled.tables
    waves = scheme.wave_names
    due = waves[: waves.index(settled.through) + 1] if settled.through else waves
    history = history_of(tables.plans, tables.outcomes)
    counted = [
        slot.name for slot in scheme.metric_lines if scheme.metrics[slot.name].unit.value != "per_cent"
    ]
    history = history[history["series"].isin(due) & history["metric"].isin(counted)]
    seen: dict[str, dict[str, float]] = {"dispersion": {}, "relative_sd": {}}
    for _, rows in history.groupby("metric", sort=True):
        try:
            found = estimate(rows)
        except InputError:  # too few pairs
            continue
        for name, by_metric in found.items():
            seen[name] |= {metric: float(f"{value:.3g}") for metric, value in by_metric.items()}
    return seen


def _spreads(scheme: Scheme, seen: Mapping[str, Mapping[str, float]]) -> str:
    """What was estimated, in words."""
    return "; ".join(
        f"{line_title(scheme, metric)}, {dispersion:.3g} times the variance of counting, and"
        f" {100 * seen['relative_sd'][metric]:.3g}% that does not shrink with size"
        for metric, dispersion in seen["dispersion"].items()
    )


def _unseen(scheme: Scheme, seen: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Which metrics stay at the low setting; nothing where none does."""
    metrics = dict.fromkeys(slot.name for slot in scheme.metric_lines if slot.name not in seen["dispersion"])
    if not metrics:
        return ()
    names = "; ".join(line_title(scheme, metric) for metric in metrics)
    return (f"Of the least noise, without {FEWEST_PAIRS} pairs of counts to estimate it from: {names}.",)
