"""XmR charts: an area's readings in time, within the limits of its own routine variation."""

from __future__ import annotations

from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from bcf_payments.errors import InputError
from bcf_payments.plots import style
from bcf_payments.plots.canvas import Canvas
from bcf_payments.plots.limits import Floats
from bcf_payments.plots.names import one_area
from bcf_payments.schemes.fields import UNITS, line_title
from bcf_payments.schemes.periods import YEAR, Span, spans_of
from bcf_payments.settlement import Settlement
from bcf_payments.words import several

LIMIT, RANGE_LIMIT = 2.66, 3.267
"""Limits in mean moving ranges: of readings (3 standard deviations) and of the ranges themselves."""

RUN = 7
"""So many in a row on one side of the mean, or all rising or all falling, are no routine variation."""

NEAR = 2 / 3
"""From this part of the way to a limit on a reading is near it; two of three near one limit are a cause."""

ENOUGH = 12
"""Fewer readings give limits that are not to be relied on."""


class ProcessLimits(NamedTuple):
    """Mean and natural limits of readings, and mean and limit of their moving ranges."""

    mean: float
    low: float
    high: float
    range_mean: float
    range_high: float


def process_limits(values: Floats) -> ProcessLimits:
    """The natural process limits of an XmR chart.

    Parameters
    ----------
    values : array of float, at least two
        Readings in the order of time.

    Notes
    -----
    As in the NHS's Making Data Count: moving ranges beyond 3.267 times their mean are left out of it, once.

    Examples
    --------
    >>> limits = process_limits(np.array([10.0, 12.0, 11.0, 13.0]))
    >>> round(limits.mean, 2), round(limits.low, 2), round(limits.high, 2)
    (11.5, 7.07, 15.93)
    """
    ranges = np.abs(np.diff(values))
    kept = ranges[ranges <= RANGE_LIMIT * ranges.mean()]
    moved, mean = float(kept.mean()), float(values.mean())
    return ProcessLimits(mean, mean - LIMIT * moved, mean + LIMIT * moved, moved, RANGE_LIMIT * moved)


def special_causes(values: Floats, limits: ProcessLimits) -> list[str]:
    """Why each reading is no routine variation: the rule it breaks, or blank.

    Examples
    --------
    >>> values = np.array([1.0, 2.0] * 6 + [10.0] + [1.0, 2.0] * 4)
    >>> special_causes(values, process_limits(values))[11:14]
    ['', 'outside the limits', '']
    """
    sides = np.sign(values - limits.mean)
    steps = np.sign(np.diff(values))
    near = np.where(np.abs(values - limits.mean) >= NEAR * (limits.high - limits.mean), sides, 0)
    found = [""] * len(values)
    for start in range(len(values) - 2):
        three = near[start : start + 3]
        for side in (-1, 1):
            if (three == side).sum() > 1:
                for place in np.flatnonzero(three == side) + start:
                    found[place] = "two of three near a limit"
    for start in range(len(values) - RUN + 1):
        run = slice(start, start + RUN)
        if steps[start : start + RUN - 1].any() and abs(steps[start : start + RUN - 1].sum()) == RUN - 1:
            found[run] = [f"{RUN} rising or falling"] * RUN
        if abs(sides[run].sum()) == RUN:
            found[run] = [f"{RUN} on one side of the mean"] * RUN
    outside = (values < limits.low) | (values > limits.high)
    return ["outside the limits" if out else why for out, why in zip(outside.tolist(), found, strict=True)]


@style.styled
def xmr(settlement: Settlement, area_code: str, metric: str, *, ax: Axes | None = None) -> Axes:
    """Draw an area's readings in time as an XmR chart: baselines and outcomes of all its payment points.

    Parameters
    ----------
    settlement : Settlement
    area_code : str
        The area.
    metric : str
        A metric that the scheme pays on, over periods of one length.
    ax : Axes, optional
        Where to draw the readings alone; otherwise on a new figure, with their moving ranges below.

    Returns
    -------
    Axes
        Readings with their mean and natural process limits; diamonds are special causes. The moving ranges,
        with their mean and limit, are the second axes of the new figure.

    Raises
    ------
    InputError
        No such area or metric (`unknown_value`), fewer than three readings (`missing_value`), or periods of
        unequal lengths (`out_of_range`).

    Notes
    -----
    As in the NHS's Making Data Count: limits at the mean -+ 2.66 mean moving ranges; special causes are a
    reading outside the limits, 7 in a row on one side of the mean, 7 rising or falling, and two of three
    near one limit. Baselines are of the year before their outcomes (C8). A year's seasons are in the
    readings, and eight readings give limits that are not to be relied on: the note says so. Source: L5.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> from bcf_payments import plots
    >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> ax = plots.xmr(settlement, "E06000001", "emergency_admissions")
    >>> ax.get_title("left").replace(chr(10), " ")
    'Hartlepool, Emergency (non-elective) admissions: none of 8 readings is out of the routine'
    """
    name = one_area(settlement, area_code)
    starts, values = _readings(settlement, area_code, metric)
    limits = process_limits(values)
    causes = special_causes(values, limits)
    labels = [_month(start) for start in starts]
    unit = UNITS[settlement.scheme.metrics[metric].unit.value]
    canvas = _canvas(ax, values, limits, labels)
    _draw_readings(canvas.ax, values, limits, causes, labels)
    canvas.ax.set_ylabel(f"reading, {unit}")
    count = sum(map(bool, causes))
    told = {0: f"none of {len(values)} readings is", 1: f"1 of {len(values)} readings is"}
    said = told.get(count, f"{count} of {len(values)} readings are")
    title = f"{name}, {line_title(settlement.scheme, metric)}: {said} out of the routine"
    return canvas.finish(title, [*_notes(len(values), causes), *settlement.notices], above=22)


def _readings(settlement: Settlement, area_code: str, metric: str) -> tuple[list[float], Floats]:
    """The starts of the periods in time, in months, and what was read of each."""
    scheme = settlement.scheme
    spans = spans_of(scheme, metric)
    fault = {"table": "assessments", "area_code": area_code, "metric": metric}
    if not spans:
        fix = "name a metric that the scheme pays on"
        raise InputError([fault | {"reason": "unknown_value", "column": "metric", "fix": fix}])
    if len({round(span.months) for span in spans.values()}) > 1:
        fix = "choose a metric whose payment points are measured over periods of one length"
        raise InputError([fault | {"reason": "out_of_range", "column": "metric", "fix": fix}])
    rows = settlement.assessments
    rows = rows[(rows["area_code"] == area_code) & (rows["line"] == metric)]
    read = {str(wave): ends for wave, *ends in rows[["wave", "baseline", "outcome"]].itertuples(index=False)}
    found: dict[Span, float] = {}
    for number, span in spans.items():
        ends = read[scheme.metric_lines[number].wave]
        for period, value in zip((span.a_year_before, span), ends, strict=True):
            if value == value:  # noqa: PLR0124 - not NaN
                found.setdefault(period, float(value))
    if len(found) < 3:  # noqa: PLR2004 - two moving ranges at least
        fix = "choose an area with at least three readings, baselines included"
        raise InputError([fault | {"reason": "missing_value", "column": "outcome", "fix": fix}])
    periods = sorted(found)
    return [span.start for span in periods], np.array([found[span] for span in periods])


def _canvas(ax: Axes | None, values: Floats, limits: ProcessLimits, labels: list[str]) -> Canvas:
    """The caller's axes; or a new figure, in which the moving ranges stand below."""
    if ax is not None:
        return Canvas.on(ax, 0, 0)
    figure, (above, below) = plt.subplots(
        2, 1, figsize=(8.5, 6.0), layout="constrained", sharex=True, height_ratios=(5, 2)
    )
    _draw_ranges(below, values, limits, labels)
    return Canvas(above, figure)


def _month(start: float) -> str:
    """The month in which a period starts."""
    year, month = divmod(int(start), YEAR)
    return f"{year}-{month + 1:02}"


def _draw_readings(
    ax: Axes, values: Floats, limits: ProcessLimits, causes: list[str], labels: list[str]
) -> None:
    places = np.arange(len(values))
    ax.plot(places, values, color=style.BLUE, linewidth=1.2, zorder=2)
    special = np.array([bool(cause) for cause in causes])
    for chosen, colour, marker, label in (
        (~special, style.BLUE, "o", "routine"),
        (special, style.VERMILION, "D", "special cause"),
    ):
        if chosen.any():
            ax.scatter(
                places[chosen], values[chosen], s=30, color=colour, marker=marker, label=label, zorder=3
            )
    ax.axhline(limits.mean, color=style.INK, linewidth=0.9, label="mean")
    for number, limit in enumerate((limits.low, limits.high)):
        label = "_" if number else "natural process limits"
        ax.axhline(limit, color=style.GREY, linewidth=0.9, linestyle="--", label=label)
    ax.set_xticks(places, labels)
    ax.grid(visible=True, axis="y")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, borderaxespad=0.2)


def _draw_ranges(ax: Axes, values: Floats, limits: ProcessLimits, labels: list[str]) -> None:
    places = np.arange(1, len(values))
    ax.plot(places, np.abs(np.diff(values)), color=style.BLUE, linewidth=1.2, marker="o", markersize=4)
    ax.axhline(limits.range_mean, color=style.INK, linewidth=0.9)
    ax.axhline(limits.range_high, color=style.GREY, linewidth=0.9, linestyle="--")
    ax.set_xticks(np.arange(len(values)), labels)
    ax.set_ylim(bottom=0)
    ax.set_ylabel("moving range")
    ax.set_xlabel("start of the period")
    ax.grid(visible=True, axis="y")


def _notes(count: int, causes: list[str]) -> list[str]:
    """The rules that were broken, and how far limits from so few readings can be relied on."""
    broken = list(dict.fromkeys(filter(None, causes)))
    said = f"Special causes: {'; '.join(broken)}." if broken else ""
    few = (
        f"Limits from {several(count, 'reading')} are not to be relied on: Making Data Count asks for"
        f" {ENOUGH} or more."
        if count < ENOUGH
        else ""
    )
    rule = "Limits: the mean and 2.66 mean moving ranges on each side; seasons are in the readings."
    return [text for text in (rule, said, few) if text]
