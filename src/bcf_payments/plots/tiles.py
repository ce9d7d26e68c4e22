"""England's areas as tiles, region by region."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import BoundaryNorm
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from bcf_payments import hints
from bcf_payments.errors import InputError
from bcf_payments.plots import style
from bcf_payments.plots.canvas import Canvas
from bcf_payments.plots.limits import Floats
from bcf_payments.plots.names import InPounds, per_cent
from bcf_payments.schemes.having import refuse_without_money
from bcf_payments.settlement import Settlement
from bcf_payments.words import short_pounds

PLACES = {
    "North East": (6, 0, 4),
    "North West": (0, 2, 5),
    "Yorkshire and The Humber": (6, 4.4, 4),
    "West Midlands": (0, 8.4, 4),
    "East Midlands": (5, 9.8, 3),
    "East of England": (9, 9.8, 4),
    "South West": (0, 13.4, 4),
    "South East": (5, 14.2, 4),
    "London": (10, 13.8, 5),
}
"""Where the regions of England stand, roughly as in the country: column, row, tiles in a row."""

TILES_ABREAST = 5
"""How many tiles stand in a row of any other region."""

TILE_INCHES = (0.68, 0.46)
GAP = 0.06
LETTERS = 14
"""How many letters a tile has room for in a line."""

NAME_POINTS = 6.0
DARK = 0.5
"""The part of the colour scale below which letters are white."""

STEP_TILES = 0.75
"""How many tiles wide a class is on the scale."""

CLASSES = 5
"""Into how many classes the values fall, more or less."""

AS_IN_THE_COUNTRY = "regions stand roughly as in England; "
CAPTION = "areas stand in alphabetical order within regions."


@style.styled
def tile_map(
    settlement: Settlement,
    values: hints.FloatSeries | None = None,
    *,
    label: str = "earned, as a share of what is due",
    ax: Axes | None = None,
) -> Axes:
    """Draw a tile for every area, coloured by a value, with the regions roughly where they are in England.

    Parameters
    ----------
    settlement : Settlement
        Gives the areas, their names and regions.
    values : Series by area code, optional
        What the colours say; without it, what was earned as a share of what is due. A Series whose name ends
        in `_pence` is told in pounds, any other in per cent. Areas without a value are left white.
    label : str
        What the values are: it becomes the title.
    ax : Axes, optional
        Where to draw; otherwise on a new figure.

    Returns
    -------
    Axes
        One rectangle per area, whose `gid` is the area's code. The package holds no coordinates: the map is
        a schematic, and a tile says nothing on where in its region an area lies. Regions that are not
        England's stand below, one after another.

    Raises
    ------
    InputError
        A value for an area that the settlement lacks (`unknown_area`).

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> from bcf_payments import plots
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> ax = plots.tile_map(settlement)
    >>> sum(str(patch.get_gid()).startswith("E") for patch in ax.patches)
    151
    """
    if values is None:
        refuse_without_money(settlement.scheme, "a picture of money")
    chosen = _share_earned(settlement) if values is None else values
    areas = settlement.areas
    _refuse_unknown(chosen, areas)
    shades = np.asarray(chosen.reindex(areas["area_code"]), dtype=np.float64)
    areas = areas.assign(value=shades).sort_values(["region", "area_name"], kind="stable")
    places = _places(areas["region"].value_counts(sort=False).sort_index())
    width = max(column + abreast for column, _, abreast in places.values())
    depth = max(_bottom(places[str(region)], len(group)) for region, group in areas.groupby("region"))
    canvas = Canvas.on(ax, TILE_INCHES[0] * width + 0.3, TILE_INCHES[1] * (depth + 1) + 1.1)
    known = shades[~np.isnan(shades)]
    bounds = _classes(known)
    scale = BoundaryNorm(bounds, colormaps["cividis"].N)
    for region, group in areas.groupby("region"):
        _draw_region(canvas.ax, str(region), places[str(region)], group, scale)
    in_pounds = str(chosen.name).endswith("_pence")
    texts = InPounds().format_ticks(bounds) if in_pounds else [per_cent(bound) for bound in bounds]
    _draw_scale(canvas.ax, scale, width, texts)
    canvas.ax.set(xlim=(-0.1, width), ylim=(depth + 0.1, -1))
    canvas.ax.set_axis_off()
    mapped = AS_IN_THE_COUNTRY if PLACES.keys() & places else ""
    notes = [f"{settlement.scheme.title}. Schematic: {mapped}{CAPTION}", *settlement.notices]
    return canvas.finish(_title(label, known, in_pounds=in_pounds), notes)


def _classes(known: Floats) -> list[float]:
    """Round bounds that hold all values."""
    ends = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    return list(MaxNLocator(CLASSES, steps=[1, 2, 2.5, 5, 10]).tick_values(*ends))


def _title(label: str, known: Floats, *, in_pounds: bool) -> str:
    title = f"{label[:1].upper()}{label[1:]}"
    if not known.size:
        return f"{title}: no value is known"
    marks = [float(known.min()), float(known.max()), float(np.median(known))]
    low, high, middle = [short_pounds(round(mark)) if in_pounds else per_cent(mark) for mark in marks]
    return f"{title}: from {low} to {high}, with a median of {middle}"


def _share_earned(settlement: Settlement) -> pd.Series[float]:
    totals = settlement.summary("area").set_index("area_code")
    due = totals["entitlement_pence"] - totals["not_due_pence"]
    return (totals["earned_pence"] / due.where(due > 0)).rename("share_earned")


def _refuse_unknown(values: pd.Series[float], areas: pd.DataFrame) -> None:
    strays = [str(code) for code in values.index.difference(pd.Index(areas["area_code"]))]
    if strays:
        fix = "give values by the area codes of the settlement"
        raise InputError(
            {"table": "values", "reason": "unknown_area", "area_code": code, "fix": fix} for code in strays
        )


def _places(sizes: pd.Series[int]) -> Mapping[str, tuple[float, float, int]]:
    """Where each region stands; those that are not England's, below the others."""
    known = {region: PLACES[region] for region in map(str, sizes.index) if region in PLACES}
    row = max((_bottom(place, int(sizes[region])) for region, place in known.items()), default=-1.0) + 1.4
    others: dict[str, tuple[float, float, int]] = {}
    for region in map(str, sizes.index):
        if region not in PLACES:
            others[region] = (0, row, TILES_ABREAST)
            row = _bottom(others[region], int(sizes[region])) + 1.4
    return known | others


def _bottom(place: tuple[float, float, int], tiles: int) -> float:
    return place[1] + -(-tiles // place[2])


def _draw_region(
    ax: Axes, region: str, place: tuple[float, float, int], areas: pd.DataFrame, scale: BoundaryNorm
) -> None:
    column, row, abreast = place
    ax.text(column, row - 0.12, region, fontsize=style.LABEL, fontweight="bold", va="bottom")
    named = zip(areas["area_code"], areas["area_name"], areas["value"], strict=True)
    for number, (code, name, value) in enumerate(named):
        x, y = column + number % abreast, row + number // abreast
        known = not np.isnan(value)
        part = float(scale(value)) / colormaps["cividis"].N if known else 1.0
        tile = Rectangle(
            (x, y),
            1 - GAP,
            1 - GAP,
            facecolor=colormaps["cividis"](int(scale(value))) if known else "white",
            edgecolor="none" if known else style.PALE,
        )
        tile.set_gid(code)
        ax.add_patch(tile)
        ax.text(
            x + (1 - GAP) / 2,
            y + (1 - GAP) / 2,
            short_name(name),
            ha="center",
            va="center",
            fontsize=NAME_POINTS,
            color="white" if part < DARK else style.INK,
            linespacing=0.95,
        )


def short_name(name: str) -> str:
    r"""The name of an area in up to three short lines.

    Examples
    --------
    >>> short_name("Kingston upon Hull, City of"), short_name("Northamptonshire")
    ('Kingston upon\nHull', 'Northampton-\nshire')
    """
    plain = re.sub(r", (City|County) of$", "", str(name))
    broken = re.sub(rf"(\w{{{LETTERS - 4},}})(shire)\b", r"\1-\2", plain)
    lines = textwrap.wrap(broken, LETTERS)
    last = textwrap.shorten(" ".join(lines[2:]), LETTERS, placeholder="…")
    return "\n".join(filter(None, [*lines[:2], last]))


def _draw_scale(ax: Axes, scale: BoundaryNorm, width: float, texts: Sequence[str]) -> None:
    """The classes and their bounds, at the upper right."""
    middles = (scale.boundaries[:-1] + scale.boundaries[1:]) / 2
    left = width - STEP_TILES * len(middles) - 0.3
    for number, middle in enumerate(middles):
        colour = colormaps["cividis"](int(scale(middle)))
        ax.add_patch(Rectangle((left + number * STEP_TILES, 0), STEP_TILES, 0.4, color=colour, linewidth=0))
    for number, text in enumerate(texts):
        ax.text(left + number * STEP_TILES, 0.5, text, ha="center", va="top", fontsize=style.LABEL)
