"""Achievement by metric: a dot for every area, with the lines that decide what follows."""

from __future__ import annotations

import textwrap
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from bcf_payments.names import CONDITIONS
from bcf_payments.plots import style
from bcf_payments.plots.canvas import Canvas
from bcf_payments.plots.names import IN_PER_CENT, per_cent, wave_title
from bcf_payments.schemes import Scheme
from bcf_payments.schemes.fields import line_title
from bcf_payments.schemes.having import refuse_without_metrics
from bcf_payments.settlement import Settlement
from bcf_payments.words import listed, several, spoken

ROW_INCHES = 0.62
HEADING_INCHES = 0.3
FRAME_INCHES = 1.6

BINS = 90
"""How many columns of dots a row has at most."""

SWARM = 0.36
"""How far from its row the outermost dot of the fullest column stands."""

STEP = 0.085
"""How far apart the dots of a column stand, if they have room."""

EDGE = 0.02
"""How far beyond the window the triangles stand, in parts of it."""

LONGEST_LINE = 34


class Row(NamedTuple):
    """A line's achievements, known ones only, and where it stands."""

    place: float
    title: str
    achievement: npt.NDArray[np.float64]
    met: int


@style.styled
def achievement(
    settlement: Settlement,
    wave: str | None = None,
    *,
    window: tuple[float, float] = (-3.0, 3.0),
    ax: Axes | None = None,
) -> Axes:
    """Draw how much of its planned improvement each area achieved, metric by metric.

    Parameters
    ----------
    settlement : Settlement
    wave : str, optional
        One wave; otherwise every wave.
    window : (float, float)
        The least and the greatest achievement drawn, 1 being the target. Areas beyond stand at the edge as
        one triangle with their number.
    ax : Axes, optional
        Where to draw; otherwise on a new figure.

    Returns
    -------
    Axes
        A row per line that pays on a metric, and per monitored metric that has data; a dot per area whose
        achievement is known, in columns where several share a place; a tick at the median. Upright lines
        stand at 100% (the target) and wherever the scheme's reviews have a threshold.

    Raises
    ------
    ValueError
        A wave that the scheme lacks, or a window that is none.

    Notes
    -----
    `achievement = (baseline - outcome) / (baseline - target)`. Source: A5, B5, B6, G3.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> from bcf_payments import plots
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> plots.achievement(settlement).get_title("left").replace(chr(10), " ")
    'The target was reached in ... of 1,044 cases; in ... the outcome was worse than the baseline'
    """
    scheme = settlement.scheme
    if wave is not None and wave not in scheme.wave_names:
        raise ValueError(f"wave={wave!r}: write one of {', '.join(scheme.wave_names)}")
    if not window[0] < window[1]:
        raise ValueError(f"window={window!r}: write the lesser achievement first")
    waves = scheme.wave_names if wave is None else (wave,)
    refuse_without_metrics(scheme, "a picture of achievement")
    rows, headings = _rows(settlement, waves)
    height = FRAME_INCHES + ROW_INCHES * len(rows) + HEADING_INCHES * len(headings)
    canvas = Canvas.on(ax, 8.5, height)
    for row in rows:
        _draw_row(canvas.ax, row, window)
    _draw_thresholds(canvas.ax, scheme)
    low, high = window
    margin = (high - low) * 0.08
    last = max(*(row.place for row in rows), *(place for place, _ in headings), 0.0)
    canvas.ax.set(xlim=(low - margin, high + margin), ylim=(last + 0.6, -0.4))
    canvas.ax.set_yticks([row.place for row in rows], [row.title for row in rows])
    canvas.ax.tick_params(axis="y", length=0)
    for place, title in headings:
        canvas.ax.text(low - margin, place, title, fontweight="bold", fontsize=style.LABEL, va="center")
    canvas.ax.spines["left"].set_visible(False)
    canvas.ax.xaxis.set_major_formatter(IN_PER_CENT)
    canvas.ax.grid(visible=True, axis="x")
    canvas.ax.set_xlabel("share of the planned improvement achieved: 0% is the baseline, 100% the target")
    notes = [
        f"{scheme.title}. A dot is a case (area and metric), a tick the median; triangles count dots beyond.",
        *settlement.notices,
    ]
    return canvas.finish(_title(rows), notes, above=20)


def _rows(settlement: Settlement, waves: tuple[str, ...]) -> tuple[list[Row], list[tuple[float, str]]]:
    """The rows, and the headings of the waves, from the top down."""
    table = settlement.assessments
    table = table[(table["line"] != CONDITIONS) & table["wave"].isin(waves)]
    rows, headings, place = [], [], 0.0
    for wave in waves:
        in_wave = table[table["wave"] == wave]
        due = bool((in_wave["status"] != "not_due").any())
        headings.append((place, wave_title(settlement.scheme, wave) + ("" if due else ": not yet due")))
        place -= 0.15
        for line, cases in (in_wave if due else in_wave.head(0)).groupby("line", sort=False):
            place += 1.0
            known, met = cases["achievement"].dropna(), int((cases["status"] == "met").sum())
            title = _row_title(settlement.scheme, wave, str(line), cases, known)
            rows.append(Row(place, title, known.to_numpy(), met))
        place += 0.85
    return rows, headings


def _row_title(scheme: Scheme, wave: str, line: str, cases: pd.DataFrame, known: pd.Series[float]) -> str:
    watched = any(slot.name == line and slot.wave == wave for slot in scheme.monitored)
    title = textwrap.fill(line_title(scheme, line) + (" (only watched)" if watched else ""), LONGEST_LINE)
    if known.empty:
        return f"{title}\nno data"
    met = int((cases["status"] == "met").sum())
    return f"{title}\nmedian {per_cent(known.median())}; {met} of {len(known)} met"


def _draw_row(ax: Axes, row: Row, window: tuple[float, float]) -> None:
    """Dots in columns about the row, a tick at the median, and a triangle with a number at each edge."""
    ax.axhline(row.place, color=style.GRID, linewidth=0.6, zorder=0)
    low, high = window
    below, above = row.achievement < low, row.achievement > high
    inside = np.sort(row.achievement[~(below | above)])
    dots = ax.scatter(inside, row.place + _offsets(inside, window), s=9, color=style.BLUE, alpha=0.75, lw=0)
    dots.set_gid("areas")
    for beyond, edge, marker, side in ((below, low, "<", -1), (above, high, ">", 1)):
        if count := int(beyond.sum()):
            place = edge + side * EDGE * (high - low)
            ax.scatter([place], [row.place], marker=marker, s=34, color=style.VERMILION, zorder=4)
            ax.annotate(
                f"{count}",
                (place, row.place),
                (7 * side, 0),
                textcoords="offset points",
                ha="left" if side > 0 else "right",
                va="center",
                fontsize=style.LABEL,
            ).set_gid("beyond")
    if row.achievement.size:
        median = float(np.clip(np.median(row.achievement), low, high))
        ax.plot([median] * 2, [row.place - 0.4, row.place + 0.4], color=style.INK, linewidth=1.6, zorder=4)


def _offsets(sorted_values: npt.NDArray[np.float64], window: tuple[float, float]) -> npt.NDArray[np.float64]:
    """How far each dot stands from its row: those of a column pile up on both sides of it."""
    if not sorted_values.size:
        return sorted_values
    column = np.floor((sorted_values - window[0]) / (window[1] - window[0]) * BINS)
    counts = pd.Series(column).groupby(column)
    place = counts.cumcount().to_numpy() - (counts.transform("size").to_numpy() - 1) / 2
    step = min(STEP, SWARM / max(float(np.abs(place).max()), 1.0))
    return np.asarray(place * step)


def _draw_thresholds(ax: Axes, scheme: Scheme) -> None:
    """The target, and what follows below each threshold of the scheme's reviews."""
    actions = scheme.review.actions if scheme.review else ()
    follows = {float(action.trigger_below.value): spoken(action.action.value) for action in actions}
    for mark in sorted({1.0, *follows}):
        ax.axvline(mark, color=style.INK, linewidth=0.9, linestyle="-" if mark == 1 else "--", zorder=2)
    target = f"100%: target{f'; below, {follows[1.0]}' if 1.0 in follows else ''}"
    lower = listed([f"below {per_cent(mark)}, {follows[mark]}" for mark in sorted(follows) if mark < 1])
    for text, mark, side in (
        (target, 1.0, "left"),
        (lower, max((m for m in follows if m < 1), default=1.0), "right"),
    ):
        ax.annotate(
            text,
            (mark, 1),
            (0, 3),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha=side,
            va="bottom",
            fontsize=style.LABEL,
        )


def _title(rows: list[Row]) -> str:
    cases, met = sum(row.achievement.size for row in rows), sum(row.met for row in rows)
    behind = sum(int((row.achievement < 0).sum()) for row in rows)
    if not cases:
        return "No achievement is known"
    title = f"The target was reached in {met:,} of {several(cases, 'case')}"
    return f"{title}; in {behind:,} the outcome was worse than the baseline"
