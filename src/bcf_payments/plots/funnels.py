"""Achievement or change against size, with the limits of chance."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from bcf_payments.errors import InputError
from bcf_payments.plots import style
from bcf_payments.plots.canvas import Canvas
from bcf_payments.plots.names import IN_PER_CENT, per_cent, wave_title
from bcf_payments.schemes.fields import line_title
from bcf_payments.schemes.units import UNIT_FACTORS
from bcf_payments.settlement import Settlement
from bcf_payments.words import several

Measure: TypeAlias = Literal["achievement", "change"]

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
    the median baseline of a share.
    """

    size: Floats
    value: Floats
    measure: Measure
    is_share: bool
    share: float
    ambition: float
    dispersion: float
    left_out: int

    def limits(self, size: Floats, level: float) -> Limits:
        """The limits of chance, in terms of the measure."""
        if self.is_share:
            low, high = binomial_limits(size, self.share, level, self.dispersion)
        else:
            low, high = poisson_limits(size, level, self.dispersion)
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
    dispersion: float = 1.0,
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
    dispersion : float
        The variance over that of a Poisson count or a binomial share: at least 1. Above 1 the funnel widens.
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
        A dispersion below 1, another measure, or a metric without a unit that tells what is counted.

    Notes
    -----
    Size is the baseline rate times `sample_size` (for shares: the sample size itself); without it, the
    baseline's numerator where those of the line are whole numbers; otherwise unknown, and the area is left
    out and counted in the note. Limits of counts are `(1 -+ z sqrt(phi / 2n))**2 - 1` with z 1.96 and 3.09:
    baseline and outcome both vary. Those of shares are the same on the arcsine scale, about the median
    baseline. For achievement they are divided by the median level of ambition, so that an area which plans
    more or less than that has limits of its own: see `measure="change"`. Areas whose target is no better
    than their baseline have no such measure of achievement and are left out.

    Poisson noise understates the real one: 10 to 17 times the variance was measured for emergency
    admissions by quarter, 150 to 280 times for delayed days, and part of it does not shrink with size. So
    nothing outside the limits is proof. Source: L2, L3.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> from bcf_payments import plots
    >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> ax = plots.funnel(settlement, "q1_2015_16", "emergency_admissions", dispersion=13)
    >>> ax.get_title("left").replace(chr(10), " ")
    'Emergency (non-elective) admissions, April to June 2015: ... areas stand outside ...'
    """
    data = _read(settlement, wave, metric, measure, dispersion)
    canvas = Canvas.on(ax, 8.5, 5.4)
    _draw_limits(canvas.ax, data)
    _draw_areas(canvas.ax, data)
    _dress(canvas.ax, data)
    place = f"{line_title(settlement.scheme, metric)}, {wave_title(settlement.scheme, wave)}"
    notes = [_note(data), CAVEAT.format(kind=data.kind), *settlement.notices]
    return canvas.finish(f"{place}: {_finding(data)}", notes, above=22)


def _read(settlement: Settlement, wave: str, metric: str, measure: Measure, dispersion: float) -> Funnel:
    """The areas whose measure and size are known."""
    if measure not in {"achievement", "change"} or not dispersion >= 1:
        raise ValueError(f"{measure=}, {dispersion=}: write achievement or change, and at least 1")
    rows = _rows(settlement, wave, metric)
    unit = settlement.scheme.metrics[metric].unit.value
    if unit == "ratio":
        raise ValueError(f"{metric} is a ratio: nothing tells how much it varies by chance")
    is_share = unit == "per_cent"
    factor = UNIT_FACTORS[unit]
    baseline, target, outcome = (rows[name] / factor for name in ("baseline", "target", "outcome"))
    scale = 1.0 if is_share else baseline.where(baseline > 0)
    planned, value, size = (
        (target - baseline) / scale,
        (outcome - baseline) / scale,
        _size(rows, baseline, unit),
    )
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
        measure,
        is_share,
        float(baseline[known].median()),
        float(planned[known].median()),
        dispersion,
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
    times = "" if data.dispersion == 1 else f" \N{MULTIPLICATION SIGN} {data.dispersion:g}"
    for level, line in zip(LEVELS, ("--", "-"), strict=True):
        for number, limit in enumerate(data.limits(size, level)):
            label = "_" if number else f"{100 * level:g}% limits ({data.kind}{times})"
            ax.plot(size, limit, line, color=style.INK, linewidth=0.9, label=label)
    ax.axhline(0, color=style.GREY, linewidth=0.9, zorder=1)
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
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)


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
    size = "" if data.dispersion == 1 else f" of {data.dispersion:g} times the variance"
    parts = [f"Limits: {data.kind} noise{size} in {of_what} when nothing truly changed"]
    if data.is_share:
        parts.append(f"for the median baseline, {per_cent(data.share, 1)}")
    if data.measure == "achievement":
        parts.append(f"for the median level of ambition, {per_cent(data.ambition, 1)}")
    left_out = f" Left out for want of size, outcome or ambition: {several(data.left_out, 'area')}."
    return f"{'; '.join(parts)}.{left_out if data.left_out else ''}"


Floats = npt.NDArray[np.float64]

LEVELS = (0.95, 0.998)
"""The shares of areas that stand within the limits by chance: those of a funnel plot."""


class Limits(NamedTuple):
    """The lower and the upper limit of a change."""

    low: Floats
    high: Floats


def deviates(level: float) -> float:
    """How many standard deviations hold a share of a normal distribution.

    Examples
    --------
    >>> round(deviates(0.95), 3), round(deviates(0.998), 3)
    (1.96, 3.09)
    """
    return NormalDist().inv_cdf((1 + level) / 2)


def poisson_limits(events: Floats, level: float, dispersion: float = 1.0) -> Limits:
    """Limits of the relative change between two counts of one true rate.

    The square root of a Poisson count has a variance near 1/4 whatever its mean, so with `n` events in the
    baseline, and `z` standard deviations, a change stays between `(1 - z sqrt(phi / 2n))**2 - 1` and
    `(1 + z sqrt(phi / 2n))**2 - 1`. Both counts vary, therefore 2n; `phi` multiplies both variances. The
    approximation is good from about ten events on.

    Parameters
    ----------
    events : array of float
        The counts of the baseline.
    level : float
        The share of areas within the limits, for one true rate.
    dispersion : float
        `phi`: the variance over that of a Poisson count.

    Examples
    --------
    >>> low, high = poisson_limits(np.array([20_000.0]), 0.95)
    >>> round(float(low[0]), 4), round(float(high[0]), 4)
    (-0.0195, 0.0197)
    """
    shift = deviates(level) * np.sqrt(dispersion / (2 * events))
    return Limits(np.maximum(1 - shift, 0) ** 2 - 1, (1 + shift) ** 2 - 1)


def binomial_limits(people: Floats, share: float, level: float, dispersion: float = 1.0) -> Limits:
    """Limits of the change between two shares of equally many people, of one true share.

    The arcsine of the root of a share `p` of `n` people has a variance near 1/4n whatever the share, so the
    later share stays within `sin(arcsin(sqrt(p)) -+ z sqrt(phi / 2n))**2`; the limits are those less `p`.

    Parameters
    ----------
    people : array of float
        The size of the samples.
    share : float
        The share in the baseline, from 0 to 1.
    level, dispersion : float
        As in `poisson_limits`.

    Examples
    --------
    >>> low, high = binomial_limits(np.array([200.0]), 0.8, 0.95)
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (-0.084, 0.072)
    """
    start = np.arcsin(np.sqrt(share))
    shift = deviates(level) * np.sqrt(dispersion / (2 * people))
    low, high = np.maximum(start - shift, 0), np.minimum(start + shift, np.pi / 2)
    return Limits(np.sin(low) ** 2 - share, np.sin(high) ** 2 - share)
