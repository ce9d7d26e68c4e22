"""What a measure can show: power, or the change that chance does not hide, against size."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from bcf_payments.errors import InputError
from bcf_payments.given import take_option
from bcf_payments.plots import style
from bcf_payments.plots.canvas import Canvas
from bcf_payments.plots.names import IN_PER_CENT
from bcf_payments.schemes.fields import line_title
from bcf_payments.simulation import MeasureQuality
from bcf_payments.simulation.quality import POWER
from bcf_payments.words import nearest, several

Shown: TypeAlias = Literal["detectable_change", "power"]

LABELS = {
    "detectable_change": "improvement that is told from chance, of the baseline",
    "power": "how likely the agreed target is told from chance",
}
LEAST = 0.002
"""Of changes that are drawn: the axis is one of powers of ten."""


@style.styled
def measure_quality(
    quality: MeasureQuality, metric: str, *, measure: Shown = "detectable_change", ax: Axes | None = None
) -> Axes:
    """Draw what a measure can show of each area, against its size.

    Parameters
    ----------
    quality : MeasureQuality
        As made by `bcf_payments.measure_quality`.
    metric : str
        One that it judges.
    measure : {"detectable_change", "power"}
        The smallest change that is shown with a power of 80%, or the power of the agreed target.
    ax : Axes, optional
        Where to draw; otherwise on a new figure.

    Returns
    -------
    Axes
        A dot is an area, over all payment points of the metric; the x axis is the events, or people asked,
        behind its baselines. Filled dots could have shown their target. Lines stand at the median
        target, or at a power of 80%.

    Raises
    ------
    InputError
        A metric that is not judged (`unknown_value`), or another measure.

    Notes
    -----
    A change that does not shrink with size (`relative_sd`) is a floor that no size falls below.
    Source: L3, L5.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> from bcf_payments import plots
    >>> areas, plans, _, _ = bcf.load_example("p4p_2015_16")
    >>> found = bcf.measure_quality(areas, plans, "july_2014", model=bcf.OutcomeModel())
    >>> ax = plots.measure_quality(found, "emergency_admissions")
    >>> ax.get_title("left").replace(chr(10), " ")
    'Emergency (non-elective) admissions: 146 of 151 areas could have shown their target'
    """
    take_option(measure, get_args(Shown), "measure")
    rows = quality.areas[quality.areas["metric"] == metric]
    if rows.empty:
        fault = {"table": "quality", "reason": "unknown_value", "column": "metric", "value": metric}
        raise InputError([fault | {"fix": nearest(metric, quality.areas["metric"].unique())}])
    canvas = Canvas.on(ax, 8.5, 5.0)
    _draw(canvas.ax, rows, measure)
    shown = int((rows["power"] >= POWER).sum())
    whose = "their" if shown > 1 else "its"
    told = f"{shown or 'none'} of {several(len(rows), 'area')} could have shown {whose}"
    notes = [
        f"One-sided test at 5%, power {POWER:.0%}. Model: {quality.model.describe()}.",
        *quality.notices,
    ]
    return canvas.finish(f"{line_title(quality.scheme, metric)}: {told} target", notes, above=22)


def _draw(ax: Axes, rows: pd.DataFrame, measure: Shown) -> None:
    """The areas, and what they are held against."""
    can = rows["power"] >= POWER
    for kept, fill, label in ((can, style.BLUE, "target can be shown"), (~can, "white", "it cannot")):
        if kept.any():
            ax.scatter(
                rows.loc[kept, "size"],
                rows.loc[kept, measure],
                s=22,
                facecolor=fill,
                edgecolor=style.BLUE,
                linewidth=0.8,
                label=label,
            )
    level = rows["target_change"].median() if measure == "detectable_change" else POWER
    label = "target of the middle area" if measure == "detectable_change" else f"power of {POWER:.0%}"
    ax.axhline(level, color=style.GREEN, linewidth=1.4, label=label, zorder=1)
    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:,.0f}"))
    ax.xaxis.set_minor_formatter(NullFormatter())
    highest = max(float(rows[measure].max()), float(level)) * 1.1
    ax.set_ylim(0, min(highest, 1.02) if measure == "power" else max(highest, LEAST))
    ax.yaxis.set_major_formatter(IN_PER_CENT)
    ax.grid(visible=True, axis="y")
    ax.set_xlabel("size: events or people behind the baselines")
    ax.set_ylabel(LABELS[measure])
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
