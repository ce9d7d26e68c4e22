"""What chance could have paid: the distribution of an area's payment, and ranges for every area."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bcf_payments.core.payment import Pence
from bcf_payments.errors import InputError
from bcf_payments.plots import style
from bcf_payments.plots.canvas import Canvas
from bcf_payments.plots.limits import Floats
from bcf_payments.plots.names import IN_PER_CENT, InPounds, one_area, per_cent
from bcf_payments.report.chance import check_beside
from bcf_payments.schemes.having import refuse_without_metric_lines
from bcf_payments.settlement import Settlement
from bcf_payments.simulation import Simulation
from bcf_payments.simulation.anything import anything_limit
from bcf_payments.words import short_pounds

ATOM = 0.01
"""From which probability on a single amount stands out as a column of its own."""

BINS = 30
"""About how many steps of money the histogram has."""

APART = 0.06
"""How far apart amounts are that both say their probability, in parts of the entitlement."""

ENDS = ("earned_p05_pence", "earned_p95_pence")
QUANTILES = ("p05", "p25", "p50", "p75", "p95")


@style.styled
def payment_distribution(
    simulation: Simulation, settlement: Settlement, area_code: str, *, ax: Axes | None = None
) -> Axes:
    """Draw what an area could have been paid by chance, beside what it is paid.

    Parameters
    ----------
    simulation : Simulation
        Of the same rules and areas.
    settlement : Settlement
        What is paid, and what can be earned at most.
    area_code : str
        The area.
    ax : Axes, optional
        Where to draw; otherwise on a new figure.

    Returns
    -------
    Axes
        A histogram in steps of money, its heights the probability of each step. Amounts that by themselves
        have a probability of at least 1%, and always nothing and the whole entitlement, are left out of the
        steps and stand as columns of their own. An upright line marks the settled payment.

    Raises
    ------
    InputError
        No such area; an area that can earn nothing; a simulation of other rules or areas.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> from bcf_payments import plots
    >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> areas, plans, _, assurance = settlement.tables
    >>> simulation = bcf.simulate(areas, plans, assurance, "july_2014", draws=500, on_missing="withhold")
    >>> ax = plots.payment_distribution(simulation, settlement, "E06000001")
    >>> ax.get_title("left").replace(chr(10), " ")
    'Hartlepool: £... to £... in nine of ten draws; £449,980 of £... is paid'
    """
    refuse_without_metric_lines(settlement.scheme, "a picture of chance")
    name = one_area(settlement, area_code)
    payments = settlement.payments
    payments = payments[payments["area_code"] == area_code]
    whole, settled = (int(payments[column].sum()) for column in ("entitlement_pence", "earned_pence"))
    check_beside(simulation, settlement)
    if not whole:
        fault = {"table": "simulation", "reason": "out_of_range", "area_code": area_code, "area_name": name}
        raise InputError([fault | {"fix": "choose an area that can earn something"}])
    found = simulation.distribution(area_code)
    pence, chance = found["earned_pence"].to_numpy(), found["probability"].to_numpy()
    canvas = Canvas.on(ax, 8.5, 4.4)
    marked = (chance >= ATOM) | (pence == 0) | (pence == whole)
    _draw_steps(canvas.ax, pence[~marked], chance[~marked], whole)
    _draw_atoms(canvas.ax, pence[marked], chance[marked], whole)
    canvas.ax.axvline(
        settled, color=style.VERMILION, linewidth=2, label=f"settled payment, {short_pounds(settled)}"
    )
    canvas.ax.set_xlim(-0.03 * whole, 1.03 * whole)
    canvas.ax.set_ylim(0, 1.12 * canvas.ax.get_ylim()[1])
    canvas.ax.xaxis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 2.5, 5, 10]))
    canvas.ax.xaxis.set_major_formatter(InPounds())
    canvas.ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g}%"))
    canvas.ax.grid(visible=True, axis="y")
    canvas.ax.set_xlabel(f"earned, of {short_pounds(whole)} that can be earned")
    canvas.ax.set_ylabel("probability")
    canvas.ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, borderaxespad=0.2)
    ranges = simulation.to_frame().set_index("area_code")
    low, high = (short_pounds(int(ranges[end][area_code])) for end in ENDS)
    said = f"{short_pounds(settled)} of {short_pounds(whole)} is paid"
    title = f"{name}: {low} to {high} in nine of ten draws; {said}"
    notes = [*_notes(simulation, settlement), *_limit(simulation, area_code), *settlement.notices]
    return canvas.finish(title, notes, above=22)


def _notes(simulation: Simulation, settlement: Settlement) -> list[str]:
    """Which rules, and which model of chance."""
    drawn = f"{simulation.draws:,} draws with seed {simulation.seed}"
    return [f"{settlement.scheme.title}. {drawn}; {simulation.model.describe()}."]


def _limit(simulation: Simulation, area_code: str) -> list[str]:
    """How likely nothing is whatever the size, where that law holds for the area."""
    place = simulation.expected.areas["area_code"].tolist().index(area_code)
    limit = anything_limit(simulation.experiment)[place]
    if np.isnan(limit):
        return []
    nothing = per_cent(1 - limit, 1)
    return [f"Without true change an area of any size is paid nothing with {nothing} (equal quarters, L1)."]


def _draw_steps(ax: Axes, pence: Pence, chance: Floats, whole: int) -> None:
    step = MaxNLocator(BINS, steps=[1, 2, 2.5, 5, 10]).tick_values(0, whole)[1]
    edges = np.minimum(np.arange(0, whole + step, step), whole)
    heights, _ = np.histogram(pence, edges, weights=chance)
    if heights.any():
        label = f"steps of {short_pounds(round(step))}"
        ax.bar(
            edges[:-1],
            heights,
            np.diff(edges),
            align="edge",
            color=style.SKY,
            ec="white",
            lw=0.5,
            label=label,
        )


def _draw_atoms(ax: Axes, pence: Pence, chance: Floats, whole: int) -> None:
    """A column for each amount; the ends tell their probability, and so do others that stand apart."""
    ax.vlines(pence, 0, chance, color=style.BLUE, linewidth=2.4, label="a single amount")
    ax.scatter(pence, chance, s=20, color=style.BLUE, zorder=3)
    told: list[int] = []
    ends = (pence == 0) | (pence == whole)
    for place in np.lexsort((pence, -chance, ~ends)):
        amount, share = int(pence[place]), float(chance[place])
        if any(abs(amount - other) < APART * whole for other in told):
            continue
        told.append(amount)
        ax.annotate(
            per_cent(share, 0 if share >= ATOM else 1),
            (amount, share),
            (0, 5),
            textcoords="offset points",
            ha="center",
            fontsize=style.LABEL,
            path_effects=[withStroke(linewidth=3, foreground="white")],
        )


@style.styled
def chance_by_area(
    simulation: Simulation,
    settlement: Settlement,
    *,
    order: Literal["size", "median"] = "size",
    ax: Axes | None = None,
) -> Axes:
    """Draw what chance could have paid each area, as a share of what it can earn, beside what it is paid.

    Parameters
    ----------
    simulation : Simulation
        Of the same rules and areas.
    settlement : Settlement
        What is paid, and what can be earned at most. Areas that can earn nothing are left out.
    order : {"size", "median"}
        By what can be earned, or by the median; from the smallest on.
    ax : Axes, optional
        Where to draw; otherwise on a new figure.

    Returns
    -------
    Axes
        A thin line per area from the 5th to the 95th percentile of its draws, a thick one over the middle
        half, a white dot at the median; a diamond for the settled payment, filled where it is outside. Of
        draws around what was observed the title tells how wide they are: most payments lie within.

    Raises
    ------
    InputError
        A simulation of other rules or areas.
    ValueError
        Another order.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> from bcf_payments import plots
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> areas, plans, _, assurance = settlement.tables
    >>> model = bcf.OutcomeModel(on_unknown_size="hold")
    >>> simulation = bcf.simulate(areas, plans, assurance, model=model, draws=200, on_missing="withhold")
    >>> plots.chance_by_area(simulation, settlement).get_title("left").replace(chr(10), " ")
    '... of 151 areas are paid what lies within nine in ten of their draws'
    """
    if order not in {"size", "median"}:
        raise ValueError(f"order={order!r}: write size or median")
    refuse_without_metric_lines(settlement.scheme, "a picture of chance")
    rows = _shares(simulation, settlement).sort_values(order, kind="stable", ignore_index=True)
    places, within = rows.index.to_numpy(), rows["settled"].between(rows["p05"], rows["p95"])
    canvas = Canvas.on(ax, 8.5, 4.8)
    canvas.ax.vlines(
        places, rows["p05"], rows["p95"], color=style.SKY, linewidth=1, label="nine in ten draws"
    )
    canvas.ax.vlines(places, rows["p25"], rows["p75"], color=style.BLUE, linewidth=2.4, label="half of them")
    canvas.ax.scatter(places, rows["p50"], s=5, color="white", zorder=3)
    for chosen, label, face in ((within, "settled payment", "white"), (~within, "outside", style.VERMILION)):
        canvas.ax.scatter(
            places[chosen], rows["settled"][chosen], s=14, marker="D", facecolor=face,
            edgecolor=style.VERMILION, linewidth=0.8, label=label, zorder=4,
        )  # fmt: skip
    canvas.ax.set_xlim(-1.5, len(rows) + 0.5)
    canvas.ax.set_ylim(-0.03, 1.03)
    canvas.ax.set_xticks([])
    canvas.ax.yaxis.set_major_formatter(IN_PER_CENT)
    canvas.ax.grid(visible=True, axis="y")
    by = "what they can earn" if order == "size" else "the median"
    canvas.ax.set_xlabel(f"{len(rows):,} areas, by {by}, smallest first")
    canvas.ax.set_ylabel("share of what can be earned")
    canvas.ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, borderaxespad=0.2)
    span = per_cent((rows["p95"] - rows["p05"]).median())
    title = f"In half of {len(rows):,} areas nine in ten draws span {span} or more of what can be earned"
    if simulation.model.expected != "observed":
        inside = int(within.sum())
        title = f"{inside:,} of {len(rows):,} areas are paid what lies within nine in ten of their draws"
    notes = [*_notes(simulation, settlement), "White dots are medians of the draws.", *settlement.notices]
    return canvas.finish(title, notes, above=22)


def _shares(simulation: Simulation, settlement: Settlement) -> pd.DataFrame:
    """Percentiles and the settled payment as shares of what each area can earn."""
    check_beside(simulation, settlement)
    paid = settlement.summary("area").set_index("area_code")
    paid = paid[paid["entitlement_pence"] > 0]
    drawn = simulation.to_frame().set_index("area_code")
    whole = paid["entitlement_pence"]
    shares = {name: drawn.loc[paid.index, f"earned_{name}_pence"] / whole for name in QUANTILES}
    table = pd.DataFrame({**shares, "settled": paid["earned_pence"] / whole, "size": whole})
    return table.assign(median=table["p50"])
