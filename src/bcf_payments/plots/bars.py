"""Money by area or region, as bars: earned against held back, and what changes between two settlements."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from bcf_payments.plots import style
from bcf_payments.plots.canvas import Canvas
from bcf_payments.plots.names import InPounds, InSignedPounds, area_names
from bcf_payments.schemes.having import refuse_without_money
from bcf_payments.settlement import Settlement
from bcf_payments.studies.compare import compare
from bcf_payments.words import listed, several, short_pounds

ROW_INCHES = 0.21
FRAME_INCHES = 1.7
BAR = 0.72

LEGEND_POINTS = 22
"""Room for a legend between the axes and the title."""

MEASURES = {
    "allocated": "is allocated",
    "pot": "depends on performance",
    "earned": "is earned",
    "withheld": "is held back",
}
"""The measures of `compare`, as what happens to the money."""


@style.styled
def earned_and_held(
    settlement: Settlement,
    by: Literal["area", "region"] = "area",
    *,
    top: int | None = 25,
    ax: Axes | None = None,
) -> Axes:
    """Draw what was earned against what is held back, by area or region: most held back first.

    Parameters
    ----------
    settlement : Settlement
    by : {"area", "region"}
        What a bar stands for.
    top : int or None
        How many areas are drawn, those with most held back; None: all of them, on a tall figure.
    ax : Axes, optional
        Where to draw; otherwise on a new figure.

    Returns
    -------
    Axes
        To the left what is held back, net of what was caught up later; to the right what was earned and,
        beyond it, what is not yet due: together, what the area can earn. The x axis is in pence and
        labelled in pounds; beside each bar stands the share of the money that is due that was earned.

    Raises
    ------
    ValueError
        Another `by`.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> from bcf_payments import plots
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> ax = plots.earned_and_held(settlement, by="region")
    >>> [label.get_text() for label in ax.get_yticklabels()][:2]
    ['South East', 'London']
    """
    if by not in {"area", "region"}:
        raise ValueError(f"by={by!r}: write area or region")
    refuse_without_money(settlement.scheme, "a picture of money")
    rows = _by_most_held_back(settlement, by)
    shown = rows if top is None or by == "region" else rows.head(top)
    canvas = Canvas.on(ax, 8.5, FRAME_INCHES + ROW_INCHES * len(shown))
    _segment(canvas.ax, "Held back", -shown["held_back_pence"], style.ORANGE)
    _segment(canvas.ax, "Earned", shown["earned_pence"], style.BLUE)
    if shown["not_due_pence"].any():
        _segment(canvas.ax, "Not yet due", shown["not_due_pence"], style.PALE, shown["earned_pence"])
    canvas.ax.axvline(0, color="white", linewidth=1.2)
    _name_rows(canvas.ax, shown["name"].tolist())
    ends = shown["earned_pence"] + shown["not_due_pence"]
    for row, (end, share) in enumerate(zip(ends, shown["share"], strict=True)):
        _beside(canvas.ax, share, end, row)
    canvas.ax.margins(x=0.06)
    _money_axis(canvas.ax, "beside each bar: what was earned, of what is due", InPounds())
    canvas.ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2, handlelength=1.0)
    notes = [f"{settlement.scheme.title}.", *settlement.notices]
    return canvas.finish(_earned_title(settlement.whole, rows, shown, by), notes, above=LEGEND_POINTS)


def _segment(
    ax: Axes, label: str, pence: pd.Series[int], colour: str, start: pd.Series[int] | int = 0
) -> None:
    ax.barh(np.arange(len(pence)), pence, BAR, start, color=colour, label=label)


def _beside(ax: Axes, text: str, end: float, row: int) -> None:
    """What a bar says, beside its end."""
    side = -1 if end < 0 else 1
    ax.annotate(
        text,
        (end, row),
        (4 * side, 0),
        textcoords="offset points",
        va="center",
        ha="right" if side < 0 else "left",
        fontsize=style.LABEL,
    )


def _by_most_held_back(settlement: Settlement, by: Literal["area", "region"]) -> pd.DataFrame:
    rows = settlement.summary(by)
    rows["held_back_pence"] = rows["withheld_pence"] - rows["caught_up_pence"]
    rows["name"] = rows["area_code"].map(area_names(settlement)) if by == "area" else rows["region"]
    due = rows["earned_pence"] + rows["held_back_pence"]
    rows["share"] = [
        f"{100 * earned / whole:.0f}%" if whole else "none due"
        for earned, whole in zip(rows["earned_pence"], due, strict=True)
    ]
    return rows.sort_values("held_back_pence", ascending=False, kind="stable", ignore_index=True)


def _earned_title(whole: str, rows: pd.DataFrame, shown: pd.DataFrame, by: str) -> str:
    earned, held = (short_pounds(int(rows[column].sum())) for column in ("earned_pence", "held_back_pence"))
    title = f"{whole}: {earned} earned, {held} held back"
    if len(shown) == len(rows):
        return f"{title}, by {by}"
    part = short_pounds(int(shown["held_back_pence"].sum()))
    return f"{title}; {part} of it in the {len(shown)} areas with most held back"


@style.styled
def change(
    before: Settlement,
    after: Settlement,
    *,
    measure: Literal["allocated", "pot", "earned", "withheld"] = "earned",
    top: int | None = 25,
    ax: Axes | None = None,
) -> Axes:
    """Draw what changes for each area from one settlement to another: biggest change first.

    Parameters
    ----------
    before, after : Settlement
        Over the same areas: two schemes, or two sets of inputs.
    measure : {"allocated", "pot", "earned", "withheld"}
        What is compared; see `bcf_payments.compare`.
    top : int or None
        How many areas are drawn, those that change most either way; None: all, on a tall figure.
    ax : Axes, optional
        Where to draw; otherwise on a new figure.

    Returns
    -------
    Axes
        A bar is the `change_pence` of an area in `compare(before, after)`; the x axis is in pence and
        labelled in pounds, and the title gives the total of all.

    Raises
    ------
    InputError
        Areas that only one of the two has.
    ValueError
        Another measure.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> from bcf_payments import plots
    >>> october = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> ax = plots.change(october, october.under("december_2013"))
    >>> ax.get_title("left").replace(chr(10), " ")[:50]
    'England: £85.8m less is earned under december_2013'
    """
    if measure not in MEASURES:
        raise ValueError(f"measure={measure!r}: write one of {', '.join(MEASURES)}")
    refuse_without_money((after if after.scheme.lines else before).scheme, "a picture of money")
    comparison = compare(before, after)
    comparison = comparison[comparison["measure"] == measure]
    nation = comparison[comparison["area_code"] == before.case.nation_key].iloc[0]
    areas = comparison[comparison["area_code"] != before.case.nation_key]
    areas = areas.assign(size=areas["change_pence"].abs()).sort_values("size", ascending=False, kind="stable")
    shown = areas if top is None else areas.head(top)
    canvas = Canvas.on(ax, 8.5, FRAME_INCHES + ROW_INCHES * len(shown))
    amounts = shown["change_pence"].to_numpy()
    colours = np.where(amounts < 0, style.VERMILION, style.BLUE).tolist()
    canvas.ax.barh(np.arange(len(shown)), amounts, BAR, color=colours)
    for row, pence in enumerate(amounts.tolist()):
        text = f"{'+' if pence > 0 else ''}{short_pounds(pence)}"
        _beside(canvas.ax, text, pence, row)
    canvas.ax.axvline(0, color=style.INK, linewidth=0.8)
    canvas.ax.margins(x=0.16)
    _name_rows(canvas.ax, shown["area_code"].map(area_names(before)).tolist())
    label = f"change from {before.scheme.label} to {after.scheme.label}"
    _money_axis(canvas.ax, label, InSignedPounds())
    titles = [f"{one.scheme.label}: {one.scheme.title}." for one in (before, after)]
    notes = dict.fromkeys([*titles, *before.notices, *after.notices])
    return canvas.finish(
        f"{before.whole}: {_changed(nation, areas, len(shown), measure, after.scheme.label)}", notes
    )


def _changed(nation: pd.Series, areas: pd.DataFrame, shown: int, measure: str, after: str) -> str:
    total, size = int(nation["change_pence"]), len(areas)
    more = f"{short_pounds(abs(total))} {'less' if total < 0 else 'more'}" if total else "as much"
    counts = {
        word: int((sign * areas["change_pence"] > 0).sum()) for word, sign in (("more", 1), ("less", -1))
    }
    where = listed([f"{word} in {count:,}" for word, count in counts.items() if count])
    where = f": {where} of {several(size, 'area')}" if where else ""
    part = "" if shown == size else f"; the {shown} biggest changes"
    return f"{more} {MEASURES[measure]} under {after}{where}{part}"


def _name_rows(ax: Axes, names: list[str]) -> None:
    """Names beside the bars, the first at the top."""
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _money_axis(ax: Axes, label: str, pounds: InPounds) -> None:
    ax.xaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(pounds)
    ax.set_xlabel(label)
    ax.grid(visible=True, axis="x")
