"""Before and after: the outcome of each area against its baseline."""

from __future__ import annotations

from matplotlib.axes import Axes

from bcf_payments.errors import InputError
from bcf_payments.names import CONDITIONS
from bcf_payments.plots import style
from bcf_payments.plots.canvas import Canvas
from bcf_payments.plots.names import wave_title
from bcf_payments.schemes.fields import UNITS, line_title
from bcf_payments.settlement import Settlement
from bcf_payments.studies.evaluation import NO_EVIDENCE
from bcf_payments.words import several

RESULTS = {
    "met the target": (("met",), style.BLUE, "o"),
    "better than before, target missed": (("partly_met",), style.SKY, "s"),
    "no better than before": (("not_met",), style.VERMILION, "D"),
}
"""What became of an area: its statuses, colour and mark."""


@style.styled
def before_after(settlement: Settlement, wave: str, metric: str, *, ax: Axes | None = None) -> Axes:
    """Draw the outcome of each area against its baseline.

    Parameters
    ----------
    settlement : Settlement
    wave, metric : str
        A line that pays on the metric, or a monitored metric.
    ax : Axes, optional
        Where to draw; otherwise on a new figure.

    Returns
    -------
    Axes
        A mark for every area whose baseline and outcome are known, by whether it met its target; the line is
        that of no change.

    Raises
    ------
    InputError
        No such line (`unknown_value`), or none of its areas has both readings (`missing_value`).

    Notes
    -----
    The picture shows what changed, and nothing of why: areas with extreme baselines move towards the others,
    of which noise in the baseline explains only a part. Source: N6, N8, L3.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> from bcf_payments import plots
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> ax = plots.before_after(settlement, "wave_1", "delayed_transfers")
    >>> ax.get_title("left").replace(chr(10), " ")
    'Delayed transfers of care, Wave 1: the start of 2015-16: 37 of 151 areas met their target'
    """
    rows = settlement.assessments
    rows = rows[(rows["wave"] == wave) & (rows["line"] == metric) & (rows["line"] != CONDITIONS)]
    known = rows[rows[["baseline", "outcome"]].notna().all(axis=1) & (rows["status"] != "missing")]
    if known.empty:
        fix = "name a wave and a metric that it assesses, of which baselines and outcomes are known"
        fault = {"table": "assessments", "wave": wave, "metric": metric, "column": "line", "fix": fix}
        raise InputError([fault | {"reason": "unknown_value" if rows.empty else "missing_value"}])
    canvas = Canvas.on(ax, 7.0, 6.4)
    for label, (statuses, colour, marker) in RESULTS.items():
        chosen = known[known["status"].isin(statuses)]
        before, after = chosen["baseline"], chosen["outcome"]
        dots = canvas.ax.scatter(before, after, s=18, lw=0, alpha=0.8, color=colour, marker=marker)
        dots.set_label(f"{label}: {len(chosen):,}")
    ends = known[["baseline", "outcome"]]
    low, high = float(ends.min().min()), float(ends.max().max())
    canvas.ax.axline((low, low), slope=1, color=style.INK, linewidth=0.9, label="no change")
    margin = 0.04 * (high - low or 1.0)
    canvas.ax.set(xlim=(low - margin, high + margin), ylim=(low - margin, high + margin))
    unit = UNITS[settlement.scheme.metrics[metric].unit.value]
    canvas.ax.set(xlabel=f"before: baseline, {unit}", ylabel=f"after: outcome, {unit}")
    canvas.ax.grid(visible=True)
    canvas.ax.legend(loc="upper left")
    place = f"{line_title(settlement.scheme, metric)}, {wave_title(settlement.scheme, wave)}"
    met = int((known["status"] == "met").sum())
    title = f"{place}: {met:,} of {several(len(known), 'area')} met their target"
    return canvas.finish(title, [*NO_EVIDENCE, *settlement.notices])
