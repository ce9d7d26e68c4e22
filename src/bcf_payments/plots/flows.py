"""Where the money went, as ribbons whose widths are the ledger's pence."""

from __future__ import annotations

import textwrap

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke

from bcf_payments.names import FORMULA_ALLOCATION, NATIONAL_FUND, NOT_DUE, PAID, POT, WITHHELD
from bcf_payments.plots import style
from bcf_payments.plots.canvas import Canvas
from bcf_payments.plots.flow_layout import STILL, Box, FlowLayout, Flows, Ribbon, flow_layout
from bcf_payments.plots.names import account_title, one_area
from bcf_payments.schemes.having import refuse_without_money
from bcf_payments.settlement import Settlement
from bcf_payments.words import short_pounds

COLOURS = {
    NATIONAL_FUND: style.GREY,
    FORMULA_ALLOCATION: style.PALE,
    POT: style.GREY,
    PAID: style.BLUE,
    WITHHELD: style.ORANGE,
    STILL + WITHHELD: style.ORANGE,
    NOT_DUE: style.SKY,
}
ELSEWHERE = style.GREEN
"""The colour of where held-back money goes, and of what a pot of planned value leaves."""

ORDER = (POT, PAID, STILL + WITHHELD, WITHHELD, NOT_DUE, "", FORMULA_ALLOCATION)
BOX_WIDTH = 0.035
HALO = (withStroke(linewidth=2.5, foreground="white"),)
LINE_POINTS = 13
"""How high a line of a label is."""

LONGEST_LINE = 26
"""Letters of a label in one line."""


@style.styled
def money_flow(settlement: Settlement, area_code: str | None = None, *, ax: Axes | None = None) -> Axes:
    """Draw where the money went: from the national fund to what was paid, held back and not yet due.

    Parameters
    ----------
    settlement : Settlement
        Resolved or not: after `resolve`, held-back money flows on to its destinations.
    area_code : str, optional
        One area; otherwise all of them.
    ax : Axes, optional
        Where to draw; otherwise on a new figure.

    Returns
    -------
    Axes
        Drawn from `settlement.ledger` alone. Its y axis is in pence: every ribbon is as wide as the pence
        that moved, and the boxes are as high as what passes through their account.

    Raises
    ------
    InputError
        No such area (`unknown_area`).

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> from bcf_payments import plots
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> plots.money_flow(settlement).get_title("left").replace(chr(10), " ")
    'England: £477.3m of £1bn for performance was paid, £522.7m is held back'
    """
    refuse_without_money(settlement.scheme, "a picture of money")
    place = settlement.whole if area_code is None else one_area(settlement, area_code)
    ledger = settlement.ledger
    if area_code is not None:
        ledger = ledger[ledger["area_code"] == area_code]
    sums = ledger.groupby(["from_account", "to_account"], sort=False)["amount_pence"].sum()
    flows = {pair: int(pence) for pair, pence in zip(sums.index.tolist(), sums, strict=True)}
    canvas = Canvas.on(ax, 8.5, 5.6)
    labels = {name: _label(name, settlement) for pair in flows for to in pair for name in (to, STILL + to)}
    layout = flow_layout(
        flows,
        NATIONAL_FUND,
        ORDER,
        lines=lambda account: labels[account].count("\n") + 2,
        line=LINE_POINTS / canvas.points[1],
    )
    for ribbon in layout.ribbons:
        _draw_ribbon(canvas.ax, ribbon, layout)
    for account, box in layout.boxes.items():
        _draw_box(canvas.ax, account, box, layout, labels[account])
    canvas.ax.set_axis_off()
    canvas.ax.set(xlim=(-0.3, layout.columns - 1 + 0.75), ylim=(layout.height, -0.04 * layout.height))
    note = f"{settlement.scheme.title}. Drawn from the ledger; widths are in proportion to the money."
    if made_good := flows.get((WITHHELD, PAID), 0):
        note += f" {short_pounds(made_good)} was held back at first and made good later."
    return canvas.finish(_title(place, flows), [note, *settlement.notices])


def _title(place: str, flows: Flows) -> str:
    """What was paid of the pot, and what is held back, net of what was made good."""
    made_good = flows.get((WITHHELD, PAID), 0)
    amounts = (
        (flows.get((POT, PAID), 0) + made_good, "was paid"),
        (flows.get((POT, WITHHELD), 0) - made_good, "was held back" if _moved_on(flows) else "is held back"),
        (flows.get((POT, NOT_DUE), 0), "is not yet due"),
    )
    pot = flows.get((NATIONAL_FUND, POT), 0)
    parts = [f"{short_pounds(pence)} {words}" for pence, words in amounts if pence]
    if not parts:
        return f"{place}: nothing depends on performance"
    parts[0] = parts[0].replace(" ", f" of {short_pounds(pot)} for performance ", 1)
    return f"{place}: {', '.join(parts)}"


def _moved_on(flows: Flows) -> bool:
    return any(source == WITHHELD and target != PAID for source, target in flows)


def _colour(account: str) -> str:
    return COLOURS.get(account, ELSEWHERE)


def _draw_ribbon(ax: Axes, ribbon: Ribbon, layout: FlowLayout) -> None:
    """A band between two curves; the lower one runs back."""
    left = layout.boxes[ribbon.source].column + BOX_WIDTH
    right = layout.boxes[ribbon.target].column
    middle = (left + right) / 2
    top, bottom = (
        (ribbon.leaves, ribbon.arrives),
        (ribbon.arrives + ribbon.pence, ribbon.leaves + ribbon.pence),
    )
    corners = [(left, top[0]), (middle, top[0]), (middle, top[1]), (right, top[1])]
    corners += [(right, bottom[0]), (middle, bottom[0]), (middle, bottom[1]), (left, bottom[1]), corners[0]]
    curve = [Path.CURVE4] * 3
    codes = [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY]
    patch = PathPatch(Path(corners, codes), facecolor=_colour(ribbon.target), alpha=0.45, linewidth=0)
    patch.set_gid(f"{ribbon.source}>{ribbon.target}")
    ax.add_patch(patch)


def _label(account: str, settlement: Settlement) -> str:
    given = account == NATIONAL_FUND and settlement.case.fund.given
    title = "Given to its areas" if given else account_title(settlement.scheme, account.removeprefix(STILL))
    if account.startswith(STILL):
        title = f"Still {title[:1].lower()}{title[1:]}"
    return textwrap.fill(title, LONGEST_LINE, break_on_hyphens=False)


def _draw_box(ax: Axes, account: str, box: Box, layout: FlowLayout, label: str) -> None:
    """A box with its name and amount: beside it at both ends, above it between them."""
    ax.add_patch(Rectangle((box.column, box.top), BOX_WIDTH, box.pence, color=_colour(account), linewidth=0))
    amount, middle = short_pounds(box.pence), box.top + box.pence / 2
    if box.column == layout.columns - 1:
        ax.text(box.column + 1.6 * BOX_WIDTH, middle, f"{label}\n{amount}", va="center", fontsize=style.LABEL)
    elif box.column == 0:
        ax.text(-BOX_WIDTH, middle, f"{label}\n{amount}", va="center", ha="right", fontsize=style.LABEL)
    else:
        x, y = box.column + BOX_WIDTH / 2, box.top - 0.01 * layout.height
        ax.text(x, y, f"{label} {amount}", va="bottom", ha="center", fontsize=style.LABEL, path_effects=HALO)
