"""What chance could have paid: the distribution of an area's payment, and ranges for every area."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from bcf_payments.display import short_pounds
from bcf_payments.errors import InputError
from bcf_payments.payment import Pence
from bcf_payments.plots import style
from bcf_payments.plots.canvas import Canvas
from bcf_payments.plots.chance_limits import Floats
from bcf_payments.plots.names import IN_PER_CENT, InPounds, one_area, per_cent
from bcf_payments.settlement import Settlement

ATOM = 0.01
"""From which probability on a single amount stands out as a column of its own."""

BINS = 30
"""About how many steps of money the histogram has."""

APART = 0.06
"""How far apart amounts are that both say their probability, in parts of the entitlement."""

QUANTILES = ("p05", "p25", "p50", "p75", "p95")


@style.styled
def payment_distribution(
    distribution: pd.DataFrame, settlement: Settlement, area_code: str, *, ax: Axes | None = None
) -> Axes:
    """Draw what an area could have been paid by chance, beside what it is paid.

    Parameters
    ----------
    distribution : DataFrame, a row per amount
        `earned_pence` and `probability`, which add up to 1: a simulation's distribution of the area.
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
        No such area; an area that can earn nothing; probabilities that do not add up to 1; amounts below 0
        or above the entitlement.

    Examples
    --------
    >>> import bcf_payments as bcf, pandas as pd
    >>> from bcf_payments import plots
    >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> coin = pd.DataFrame({"earned_pence": [0, 30_000_000], "probability": [0.5, 0.5]})
    >>> plots.payment_distribution(coin, settlement, "E06000001").get_title("left").replace(chr(10), " ")
    'Hartlepool: a 50% chance of nothing, 0% of the whole £...; ... is paid'
    """
    name = one_area(settlement, area_code)
    payments = settlement.payments
    payments = payments[payments["area_code"] == area_code]
    whole, settled = (int(payments[column].sum()) for column in ("entitlement_pence", "earned_pence"))
    pence = distribution["earned_pence"].to_numpy(dtype=np.int64)
    chance = distribution["probability"].to_numpy(dtype=np.float64)
    _check(pence, chance, whole, area_code)
    canvas = Canvas.on(ax, 8.5, 4.4)
    marked = (chance >= ATOM) | (pence == 0) | (pence == whole)
    _draw_steps(canvas.ax, pence[~marked], chance[~marked], whole)
    nothing, everything = (float(chance[pence == amount].sum()) for amount in (0, whole))
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
    title = (
        f"{name}: a {per_cent(nothing)} chance of nothing, {per_cent(everything)} of the whole "
        f"{short_pounds(whole)}; {short_pounds(settled)} is paid"
    )
    return canvas.finish(title, [f"{settlement.scheme.title}.", *settlement.notices], above=22)


def _check(pence: Pence, chance: Floats, whole: int, area_code: str) -> None:
    """An `InputError` for what is no distribution of what the area can earn."""
    for column, wrong, fix in (
        ("entitlement_pence", whole == 0, "choose an area that can earn something"),
        ("probability", abs(float(chance.sum()) - 1) > 1e-6, "give probabilities that add up to 1"),  # noqa: PLR2004
        ("earned_pence", bool(((pence < 0) | (pence > whole)).any()), "give amounts that the area can earn"),
    ):
        if wrong:
            fault = {"table": "distribution", "reason": "out_of_range", "area_code": area_code}
            raise InputError([fault | {"column": column, "fix": fix}])


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
    simulated: pd.DataFrame,
    settlement: Settlement,
    *,
    order: Literal["size", "median"] = "size",
    ax: Axes | None = None,
) -> Axes:
    """Draw what chance could have paid each area, as a share of what it can earn, beside what it is paid.

    Parameters
    ----------
    simulated : DataFrame, a row per area
        `area_code`, `earned_p05_pence`, `_p25_`, `_p50_`, `_p75_` and `_p95_`: `Simulation.to_frame()`.
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
        half, a white dot at the median; a diamond for the settled payment, filled where it is outside.

    Raises
    ------
    InputError
        Areas of the settlement that the simulation lacks.
    ValueError
        Another order.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> from bcf_payments import plots
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> simulated = settlement.summary("area")[["area_code"]]
    >>> for name, part in (("p05", 0.2), ("p25", 0.3), ("p50", 0.4), ("p75", 0.5), ("p95", 0.6)):
    ...     due = settlement.summary("area")["entitlement_pence"]
    ...     simulated[f"earned_{name}_pence"] = (part * due).astype("int64")
    >>> plots.chance_by_area(simulated, settlement).get_title("left").replace(chr(10), " ")
    '... of 151 areas are paid what lies within nine in ten of their draws'
    """
    if order not in {"size", "median"}:
        raise ValueError(f"order={order!r}: write size or median")
    rows = _shares(simulated, settlement).sort_values(order, kind="stable", ignore_index=True)
    places, within = rows.index.to_numpy(), rows["settled"].between(rows["p05"], rows["p95"])
    canvas = Canvas.on(ax, 8.5, 4.8)
    canvas.ax.vlines(
        places, rows["p05"], rows["p95"], color=style.SKY, linewidth=1, label="nine in ten draws"
    )
    canvas.ax.vlines(places, rows["p25"], rows["p75"], color=style.BLUE, linewidth=2.4, label="half of them")
    canvas.ax.scatter(places, rows["p50"], s=5, color="white", zorder=3)
    for chosen, label, face in ((within, "settled payment", "none"), (~within, "outside", style.VERMILION)):
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
    title = (
        f"{int(within.sum()):,} of {len(rows):,} areas are paid what lies within nine in ten of their draws"
    )
    note = f"{settlement.scheme.title}. White dots are medians of the draws."
    return canvas.finish(title, [note, *settlement.notices], above=22)


def _shares(simulated: pd.DataFrame, settlement: Settlement) -> pd.DataFrame:
    """Percentiles and the settled payment as shares of what each area can earn."""
    paid = settlement.summary("area").set_index("area_code")
    paid = paid[paid["entitlement_pence"] > 0]
    drawn = simulated.set_index("area_code").reindex(paid.index)
    lacking = drawn.index[drawn["earned_p50_pence"].isna()]
    if len(lacking):
        fix = "simulate the areas of the settlement"
        raise InputError(
            {"table": "simulated", "reason": "missing_row", "area_code": code, "fix": fix} for code in lacking
        )
    whole = paid["entitlement_pence"]
    shares = {name: drawn[f"earned_{name}_pence"] / whole for name in QUANTILES}
    table = pd.DataFrame({**shares, "settled": paid["earned_pence"] / whole, "size": whole})
    return table.assign(median=table["p50"])
