"""Achievement or change against size, with the limits of chance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from bcf_payments.errors import InputError
from bcf_payments.plots import style
from bcf_payments.plots.canvas import Canvas
from bcf_payments.plots.limits import (
    COUNTING,
    LEVELS,
    WINSORISED,
    Floats,
    Limits,
    Spread,
    additive,
    binomial_limits,
    multiplicative,
    poisson_limits,
    scores,
)
from bcf_payments.plots.names import IN_PER_CENT, per_cent, wave_title
from bcf_payments.schemes.fields import line_title
from bcf_payments.schemes.periods import changes_of
from bcf_payments.schemes.units import UNIT_FACTORS
from bcf_payments.settlement import Settlement
from bcf_payments.simulation import OutcomeModel
from bcf_payments.words import several

Measure: TypeAlias = Literal["achievement", "change"]
Centre: TypeAlias = Literal["no change", "nation"]
Estimate: TypeAlias = Literal["estimate"]

OUTERMOST = 0.98
"""The share of areas for which the y axis has room at least; triangles count the others."""

CAVEAT = (
    "Pure {kind} noise understates the real one (people come in clusters, seasons differ), and part of that "
    "does not shrink with size: a dot outside is no proof of a true change, a dot inside no proof of none."
)


@dataclass(frozen=True)
class Funnel:
    """Sizes and measures of the areas, and what the limits depend on.

    `ambition` is the median planned change, relative for counts and in parts of 1 for shares; `share` is
    the median baseline of a share; `centre` is the change about which the limits stand, and `of` whose it is.
    """

    size: Floats
    value: Floats
    change: Floats
    measure: Measure
    is_share: bool
    share: float
    ambition: float
    left_out: int
    spread: Spread = COUNTING
    centre: float = 0.0
    of: str = ""
    estimated: bool = False

    def limits(self, size: Floats, level: float) -> Limits:
        """The limits of chance, in terms of the measure."""
        if self.is_share:
            low, high = binomial_limits(size, self.share, level, *self.spread, self.centre)
        else:
            low, high = poisson_limits(size, level, *self.spread, self.centre)
        if self.measure == "change":
            return Limits(low, high)
        ends = low / self.ambition, high / self.ambition
        return Limits(np.minimum(*ends), np.maximum(*ends))

    def outside(self, level: float) -> npt.NDArray[np.bool_]:
        """Which areas stand outside the limits."""
        low, high = self.limits(self.size, level)
        return np.asarray((self.value < low) | (self.value > high))

    @property
    def target(self) -> float:
        """The measure of an area that just reaches the median level of ambition."""
        return 1.0 if self.measure == "achievement" else self.ambition

    @property
    def scores(self) -> Floats:
        """By how many standard deviations of counting each area is off the centre."""
        return scores(self.change, self.size, self.centre, self.share if self.is_share else None)

    @property
    def beyond(self) -> str:
        """What the limits hold beyond counting, in figures; nothing where they hold no more."""
        times = f" \N{MULTIPLICATION SIGN} {self.spread.dispersion:.3g}" if self.spread.dispersion > 1 else ""
        return times + (f" + {per_cent(self.spread.between, 1)}" if self.spread.between else "")

    @property
    def kind(self) -> str:
        """The kind of noise behind the limits."""
        return "binomial" if self.is_share else "Poisson"


@style.styled
def funnel(
    settlement: Settlement,
    wave: str,
    metric: str,
    *,
    measure: Measure = "achievement",
    dispersion: float | Estimate | OutcomeModel = 1.0,
    between: float | Estimate = 0.0,
    centre: Centre = "no change",
    ax: Axes | None = None,
) -> Axes:
    """Draw achievement, or change, against size, with the limits of chance: a funnel plot.

    Parameters
    ----------
    settlement : Settlement
    wave, metric : str
        A line that pays on the metric, or a monitored metric.
    measure : {"achievement", "change"}
        The share of the planned improvement that was achieved, or the change from baseline to outcome
        (relative for counts, in percentage points for shares).
    dispersion : float, "estimate" or OutcomeModel
        The variance over that of a Poisson count or a binomial share: at least 1. Above 1 the funnel widens.
        "estimate" takes it from the areas shown, winsorised at 10%; a model gives it, and `between` too.
    between : float or "estimate"
        Standard deviation of a spread between areas that does not shrink with size, added in quadrature:
        relative for counts, in parts of 1 for shares. "estimate" takes tau from the areas shown.
    centre : {"no change", "nation"}
        Whether the limits stand about no change, or about the change of all areas together.
    ax : Axes, optional
        Where to draw; otherwise on a new figure.

    Returns
    -------
    Axes
        The x axis is the size: events in the baseline, or, of a metric in per cent, people asked. A dot is
        an area; the curves hold 95% and 99.8% of the areas where nothing truly changed. The y axis leaves
        out the most extreme areas: triangles at its edge count them.

    Raises
    ------
    InputError
        No such line (`unknown_value`), or no area whose size is known (`missing_value`).
    ValueError
        A dispersion below 1, a spread below 0, both estimated at once, another measure or centre, or a
        metric without a unit that tells what is counted.

    Notes
    -----
    Size is the baseline rate times `sample_size` (for shares: the sample size itself); without it, the
    baseline's numerator where those of the line are whole numbers; otherwise unknown, and the area is left
    out and counted in the note. Limits of counts are `(1 -+ z sqrt(phi / 2n))**2 - 1` with z 1.96 and 3.09:
    baseline and outcome both vary. Those of shares are the same on the arcsine scale, about the median
    baseline. For achievement they are divided by the median level of ambition, so that an area which plans
    more or less than that has limits of its own: see `measure="change"`. Areas whose target is no better
    than their baseline have no such measure of achievement and are left out.

    One estimate widens every limit alike (multiplicative, Spiegelhalter 2005), the other adds what no size
    takes away (additive, as in the NHS's indicators, Spiegelhalter 2012): in the example's first quarter of
    2015-16 a factor of about 7.3, or a tau of about 3.7% (L5). Of a model the spread is that of the change of
    an area's own and of England's effects, as far as they do not last.

    Poisson noise understates the real one: 10 to 17 times the variance was measured for emergency
    admissions by quarter, 150 to 280 times for delayed days, and part of it does not shrink with size. So
    nothing outside the limits is proof. Source: L2, L3, L5.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> from bcf_payments import plots
    >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> ax = plots.funnel(settlement, "q1_2015_16", "emergency_admissions", dispersion=13)
    >>> ax.get_title("left").replace(chr(10), " ")
    'Emergency (non-elective) admissions, April to June 2015: ... areas stand outside ...'
    """
    if measure not in get_args(Measure) or centre not in get_args(Centre):
        raise ValueError(f"{measure=}, {centre=}: write achievement or change; no change or nation")
    data = _read(settlement, wave, metric, measure)
    data = _centred(data, settlement, centre)
    data = _spread(data, settlement, wave, metric, dispersion, between)
    canvas = Canvas.on(ax, 8.5, 5.4)
    _draw_limits(canvas.ax, data)
    _draw_areas(canvas.ax, data)
    _dress(canvas.ax, data)
    place = f"{line_title(settlement.scheme, metric)}, {wave_title(settlement.scheme, wave)}"
    notes = [_note(data), CAVEAT.format(kind=data.kind), *settlement.notices]
    return canvas.finish(f"{place}: {_finding(data)}", notes, above=22)


def _centred(data: Funnel, settlement: Settlement, centre: Centre) -> Funnel:
    """The limits about no change, or about that of all areas together."""
    if centre == "no change":
        return data
    change = float((data.change * data.size).sum() / data.size.sum())
    return replace(data, centre=change, of=settlement.whole)


def _spread(
    data: Funnel,
    settlement: Settlement,
    wave: str,
    metric: str,
    dispersion: float | Estimate | OutcomeModel,
    between: float | Estimate,
) -> Funnel:
    """How far areas stray beyond counting: as given, estimated from them, or by a model."""
    if isinstance(dispersion, OutcomeModel):
        if between != 0:
            raise ValueError(f"{between=}: a model says how far areas stray; leave it out")
        return replace(data, spread=_of_model(settlement, wave, metric, dispersion, data))
    if "estimate" in (dispersion, between):
        if dispersion == between or (isinstance(between, float | int) and between != 0):
            raise ValueError(f"{dispersion=}, {between=}: estimate one of them, and leave the other out")
        if dispersion == "estimate":
            return replace(data, spread=Spread(multiplicative(data.scores)), estimated=True)
        if dispersion != 1:
            raise ValueError(f"{dispersion=}: an estimated spread stands beside a dispersion of 1")
        tau = additive(data.scores, data.size, data.share if data.is_share else None)
        return replace(data, spread=Spread(between=tau), estimated=True)
    numbers = isinstance(dispersion, float | int) and isinstance(between, float | int)
    if not numbers or not (float(dispersion) >= 1 and float(between) >= 0):
        raise ValueError(f'{dispersion=}, {between=}: write at least 1, at least 0, or "estimate"')
    return replace(data, spread=Spread(float(dispersion), float(between)))


def _of_model(settlement: Settlement, wave: str, metric: str, model: OutcomeModel, data: Funnel) -> Spread:
    """The dispersion of a model, and the spread of a change by its effects."""
    scheme = settlement.scheme
    noise = model.noise_of(metric, scheme.metrics[metric].unit.value)
    own, national = (changes_of(scheme, metric, rho) for rho in (noise.correlation, 0.0))
    slots = scheme.metric_lines
    place = next((at for at, line in enumerate(own.lines) if slots[line].wave == wave), None)
    if place is None:
        raise ValueError(f"{metric} is only watched in {wave}: a model says nothing of when it is measured")
    variance = noise.relative_sd**2 * own.effects[place, place]
    variance += noise.national_sd**2 * national.effects[place, place]
    return Spread(noise.dispersion, float(variance**0.5) * (data.share if data.is_share else 1.0))


def _read(settlement: Settlement, wave: str, metric: str, measure: Measure) -> Funnel:
    """The areas whose measure and size are known."""
    rows = _rows(settlement, wave, metric)
    unit = settlement.scheme.metrics[metric].unit.value
    if unit == "ratio":
        raise ValueError(f"{metric} is a ratio: nothing tells how much it varies by chance")
    is_share = unit == "per_cent"
    factor = UNIT_FACTORS[unit]
    baseline, target, outcome = (rows[name] / factor for name in ("baseline", "target", "outcome"))
    scale = 1.0 if is_share else baseline.where(baseline > 0)
    planned, change, size = (
        (target - baseline) / scale,
        (outcome - baseline) / scale,
        _size(rows, baseline, unit),
    )
    value = change
    if measure == "achievement":
        value = rows["achievement"].mask(rows["unambitious"].astype(bool))
    known = size.gt(0) & value.notna()
    if not known.any():
        fault = {"table": "plans", "reason": "missing_value", "wave": wave, "metric": metric}
        fix = "give sample_size, or counts as numerators, for areas with an outcome and an ambitious target"
        raise InputError([fault | {"column": "sample_size", "fix": fix}])
    return Funnel(
        np.asarray(size[known], dtype=np.float64),
        np.asarray(value[known], dtype=np.float64),
        np.asarray(change[known], dtype=np.float64),
        measure,
        is_share,
        float(baseline[known].median()),
        float(planned[known].median()),
        int((~known).sum()),
    )


def _rows(settlement: Settlement, wave: str, metric: str) -> pd.DataFrame:
    """Assessments of the line with the written numerators and sample sizes of its plans."""
    assessments = settlement.assessments
    rows = assessments[(assessments["wave"] == wave) & (assessments["line"] == metric)]
    if rows.empty or metric not in settlement.scheme.metrics:
        fault = {"table": "assessments", "reason": "unknown_value", "wave": wave, "metric": metric}
        raise InputError([fault | {"column": "line", "fix": "name a wave and a metric that it assesses"}])
    plans = settlement.tables.plans
    columns = ["area_code", "baseline_numerator", *(name for name in ("sample_size",) if name in plans)]
    here = plans[(plans["wave"] == wave) & (plans["metric"] == metric)][columns]
    return rows.merge(here, on="area_code", how="left", validate="one_to_one")


def _size(rows: pd.DataFrame, baseline: pd.Series[float], unit: str) -> pd.Series[float]:
    """Events in the baseline, or people asked; NaN where that is not known."""
    people = pd.to_numeric(rows.get("sample_size", pd.Series(np.nan, rows.index)), errors="coerce")
    if unit == "per_cent":
        return people
    counts = pd.to_numeric(rows["baseline_numerator"], errors="coerce")
    if (counts.dropna() % 1 != 0).any():
        counts = pd.Series(np.nan, rows.index)
    return (baseline * people).fillna(counts)


def _draw_limits(ax: Axes, data: Funnel) -> None:
    size = np.geomspace(data.size.min() * 0.9, data.size.max() * 1.1, 200)
    for level, line in zip(LEVELS, ("--", "-"), strict=True):
        for number, limit in enumerate(data.limits(size, level)):
            label = "_" if number else f"{100 * level:g}% limits ({data.kind}{data.beyond})"
            ax.plot(size, limit, line, color=style.INK, linewidth=0.9, label=label)
    ax.axhline(0, color=style.GREY, linewidth=0.9, zorder=1)
    if data.of:
        middle = data.centre / (1 if data.measure == "change" else data.ambition)
        ax.axhline(middle, color=style.INK, linewidth=0.9, linestyle=":", label="all areas", zorder=1)
    ax.axhline(data.target, color=style.GREEN, linewidth=1.4, label="target", zorder=1)
    ax.set_xlim(size[0], size[-1])


def _draw_areas(ax: Axes, data: Funnel) -> None:
    """A dot for every area within the picture, and triangles that count the others."""
    tail = (1 - OUTERMOST) / 2
    low, high = np.quantile([*data.value, 0, data.target], [tail, 1 - tail])
    margin = 0.08 * (high - low)
    low, high = low - margin, high + margin
    ax.set_ylim(low, high)
    outside = data.outside(LEVELS[-1])
    for chosen, colour, marker in ((~outside, style.BLUE, "o"), (outside, style.VERMILION, "D")):
        shown = chosen & (data.value >= low) & (data.value <= high)
        ax.scatter(data.size[shown], data.value[shown], s=16, color=colour, marker=marker, alpha=0.75, lw=0)
    for beyond, edge, marker in ((data.value < low, low, "v"), (data.value > high, high, "^")):
        places = data.size[beyond]
        ax.scatter(
            places, np.full(places.size, edge), s=28, color=style.VERMILION, marker=marker, clip_on=False
        )


def _dress(ax: Axes, data: Funnel) -> None:
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:,.0f}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.yaxis.set_major_formatter(IN_PER_CENT)
    ax.set_xlabel("people in the sample" if data.is_share else "number in the baseline period")
    points = " (percentage points)" if data.is_share else ""
    change = f"change from baseline to outcome{points}"
    ax.set_ylabel("share of the planned improvement achieved" if data.measure == "achievement" else change)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, borderaxespad=0.2)


def _finding(data: Funnel) -> str:
    count, areas = int(data.outside(LEVELS[0]).sum()), data.size.size
    by_chance = round((1 - LEVELS[0]) * areas)
    return (
        f"{count:,} of {several(areas, 'area')} stand outside the {100 * LEVELS[0]:g}% limits, "
        f"where chance alone would put {by_chance}"
    )


def _note(data: Funnel) -> str:
    """What the limits rest on, and who is left out."""
    of_what = "a difference of two shares" if data.is_share else "a change between two counts"
    changed = "nothing truly changed" if not data.of else f"all changed as {data.of}, by {_told(data)}"
    parts = [f"Limits: {data.kind} noise{_beyond(data)} in {of_what} when {changed}"]
    if data.is_share:
        parts.append(f"for the median baseline, {per_cent(data.share, 1)}")
    if data.measure == "achievement":
        parts.append(f"for the median level of ambition, {per_cent(data.ambition, 1)}")
    left_out = f" Left out for want of size, outcome or ambition: {several(data.left_out, 'area')}."
    return f"{'; '.join(parts)}.{left_out if data.left_out else ''}"


def _beyond(data: Funnel) -> str:
    """What the limits hold beyond counting, in words."""
    dispersion, between = data.spread
    how = f", as estimated from these areas (winsorised at {WINSORISED:.0%})" if data.estimated else ""
    size = (
        f" of {dispersion:.3g} times the variance"
        if dispersion > 1 or (data.estimated and not between)
        else ""
    )
    spread = f" and a spread of {per_cent(between, 1)} that does not shrink with size" if between else ""
    return f"{size}{spread}{how}"


def _told(data: Funnel) -> str:
    """The change of all areas together."""
    return f"{per_cent(data.centre, 1)}{' points' if data.is_share else ''}"
