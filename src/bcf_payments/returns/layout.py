"""The layout of a return: what was planned, achieved and paid down the page, payment points across it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

import pandas as pd

from bcf_payments.schemes import ConditionsLine, MetricLine, PlannedValuePot, Scheme, Slot
from bcf_payments.schemes.fields import line_title
from bcf_payments.schemes.levels import LEVEL, ends_in, reasons_in
from bcf_payments.schemes.units import apart
from bcf_payments.words import day, per_cent, pounds, rounded, spoken

Kind: TypeAlias = Literal["text", "rate", "change", "number", "share", "pence"]
Cell: TypeAlias = str | float | int | None

PERIOD = ("measured from", "measured to")
RATES = ("baseline", "target", "outcome")


class Item(NamedTuple):
    """A row of a return: its label, what kind of figures it holds, a cell for each line, and a total."""

    label: str
    kind: Kind
    cells: tuple[Cell, ...]
    total: Cell = None


class Block(NamedTuple):
    """A part of a return: its title, a heading for each of its lines, and its rows."""

    title: str
    headings: tuple[str, ...]
    units: tuple[str, ...]
    items: tuple[Item, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The heading of each line, and of the total where any row has one."""
        adds_up = any(item.total is not None for item in self.items)
        return (*self.headings, *(("total",) if adds_up else ()))


class Figure(NamedTuple):
    """How a column of a return is called, and what kind of figures it holds.

    Those that are `always` shown stand even where no line has anything to say.
    """

    column: str
    label: str
    kind: Kind
    always: bool = False
    adds_up: bool = False

    def shown(self, cells: Sequence[Cell]) -> bool:
        """Whether it says anything of these lines, or is shown all the same."""
        says = any(cells) if self.kind == "pence" else any(cell not in {None, ""} for cell in cells)
        return self.always or says


def figures(scheme: Scheme, lines: pd.DataFrame) -> tuple[Figure, ...]:
    """The rows of a return under a scheme, in the order in which they are read; paid before if it is told."""
    planned_value, ends = isinstance(scheme.pot, PlannedValuePot), ends_in(scheme)
    paying = {slot.name for slot in scheme.metric_lines}
    falls = all(scheme.metrics[name].direction.value == "lower" for name in paying)
    change = "reduction" if falls else "improvement"
    carries = isinstance(scheme.pot, PlannedValuePot) and scheme.pot.cumulative.value
    own = "largest payment of its own" if carries else "largest payment possible"
    money = [
        Figure("entitlement_pence", own, "pence", always=True, adds_up=True),
        Figure("carried_over_pence", "left from earlier points", "pence", always=carries),
        Figure("largest_payment_pence", "largest payment possible", "pence", always=carries),
    ]
    goes_on = (
        Figure("destination_pence", "of it goes on", "pence", adds_up=True),
        Figure("destination", "to", "text"),
    )
    return (
        Figure("baseline", ends.start, "rate"),
        Figure("target", ends.aim, "rate"),
        Figure("outcome", "actual", "rate"),
        Figure("planned_change", "planned % change", "change"),
        Figure("actual_change", "actual % change", "change"),
        Figure("planned_so_far", f"planned {change} so far", "number"),
        Figure("achieved_so_far", f"actual {change} so far", "number"),
        Figure("achievement", f"achieved of the {ends.way if ends is LEVEL else 'plan'}", "share"),
        Figure("status", "result", "text", always=True),
        *(money if carries else money[:1] if scheme.lines else ()),
        Figure("earned_pence", "suggested payment", "pence", always=bool(scheme.lines), adds_up=True),
        Figure("caught_up_pence", "of it for earlier points", "pence", always=carries, adds_up=True),
        Figure("withheld_pence", "held back", "pence", always=bool(scheme.lines), adds_up=True),
        Figure("held_reason", "why", "text"),
        *(() if planned_value else goes_on),
        Figure("not_due_pence", "not yet due", "pence", adds_up=True),
        *([Figure("paid_pence", "paid before", "pence", adds_up=True)] if "paid_pence" in lines else []),
    )


def blocks(lines: pd.DataFrame, scheme: Scheme) -> tuple[Block, ...]:
    """Lay one area's lines out: all payment points side by side if each has one line, else one by one.

    Parameters
    ----------
    lines : DataFrame
        One area's rows of `Settlement.returns`, in the scheme's order.
    scheme : Scheme
        The rules.
    """
    waves = [wave for wave in scheme.waves if any(slot.wave == wave.name for slot in scheme.told)]
    if len(waves) == len(scheme.told):
        titles = dict.fromkeys(line_title(scheme, slot.name) for slot in scheme.told)
        return (_block("; ".join(titles), lambda slot: slot.wave, scheme.told, lines, scheme),)
    return tuple(
        _block(
            f"{wave.title}, paid on {day(wave.payment_date.value)}" if scheme.lines else wave.title,
            lambda slot: slot.name,
            tuple(slot for slot in scheme.told if slot.wave == wave.name),
            lines[lines["wave"] == wave.name],
            scheme,
        )
        for wave in waves
    )


def _block(
    title: str, heading: Callable[[Slot], str], slots: tuple[Slot, ...], lines: pd.DataFrame, scheme: Scheme
) -> Block:
    items = [*_rules(slots, scheme), *_figures(lines, scheme)]
    return Block(title, tuple(map(heading, slots)), tuple(lines["unit"]), tuple(items))


def _rules(slots: tuple[Slot, ...], scheme: Scheme) -> Iterator[Item]:
    """When each line is paid, and what period it is measured over."""
    names = [slot.name for slot in slots]
    waves = [scheme.waves[slot.wave_index] for slot in slots]
    if len({wave.name for wave in waves}) > 1:
        if len(set(names)) > 1:
            yield Item("line", "text", tuple(names))
        if scheme.lines:
            yield Item("paid on", "text", tuple(wave.payment_date.value.isoformat() for wave in waves))
    periods = [slot.rule.period.value if isinstance(slot.rule, MetricLine) else None for slot in slots]
    if any(periods):
        starts = tuple(period.start.isoformat() if period else None for period in periods)
        ends = tuple(period.end.isoformat() if period else None for period in periods)
        yield from (Item(label, "text", days) for label, days in zip(PERIOD, (starts, ends), strict=True))
    limits = [slot.rule.submit_by if isinstance(slot.rule, ConditionsLine) else None for slot in slots]
    if any(limits):
        yield Item(
            "plan due by", "text", tuple(limit.value.isoformat() if limit else None for limit in limits)
        )


def _figures(lines: pd.DataFrame, scheme: Scheme) -> Iterator[Item]:
    """The rows of figures that have something to say."""
    counts = _counts_in_all(lines)
    for figure in figures(scheme, lines):
        cells = tuple(cell_of(value, scheme) for value in lines[figure.column].tolist())
        if figure.shown(cells):
            total = sum(map(int, lines[figure.column])) if figure.adds_up else counts.get(figure.column)
            yield Item(figure.label, figure.kind, cells, total)


def _counts_in_all(lines: pd.DataFrame) -> dict[str, float]:
    """Totals of counts of one metric that are all known, and their change from the baseline."""
    if set(lines["unit"]) != {"count"} or len(set(lines["line"])) > 1:
        return {}
    totals = {name: sum(map(Fraction, map(str, lines[name]))) for name in RATES if lines[name].notna().all()}
    start = totals.get("baseline")
    changes = {
        change: totals[end] / start - 1
        for end, change in (("target", "planned_change"), ("outcome", "actual_change"))
        if start and end in totals and lines[change].notna().all()
    }
    return {name: float(total) for name, total in (totals | changes).items()}


def cell_of(value: str | float, scheme: Scheme) -> Cell:
    """A number as it is, a name in words, and None where nothing is known."""
    if isinstance(value, str):
        return reasons_in(scheme).get(value) or spoken(value)
    return None if value != value else value  # noqa: PLR0124 - NaN


_PLACES = {"count": 0, "per_cent": 1, "per_100_000": 1, "ratio": 4}

_MOST_PLACES = 3


def cell_text(cell: Cell, kind: Kind, unit: str, beside: Sequence[Cell] = ()) -> str:
    """A cell of a return in words; a dash where nothing is known.

    Parameters
    ----------
    cell : str, float, int or None
        What stands there.
    kind : str
        What kind of figure it is: see `Item`.
    unit : str
        The unit of the line's metric, blank for conditions.
    beside : sequence of such cells
        The other rates of the line, from which this one is told apart.

    Examples
    --------
    >>> cell_text(2360.0, "rate", "count"), cell_text(80.75, "rate", "per_cent")
    ('2,360', '80.8%')
    >>> cell_text(-0.0351, "change", "count"), cell_text(None, "rate", "count"), cell_text(150, "pence", "")
    ('-3.5%', '-', '£1.50')
    """
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    if kind == "pence":
        return pounds(int(cell))
    value = Fraction(str(cell))
    if kind == "share":
        return per_cent(value).removeprefix("about ")
    if kind == "change":
        shown = rounded(value * 100, 1)
        return f"{'+' if value > 0 and shown != '0.0' else ''}{shown}%"
    return _in_unit(value, unit, [Fraction(str(other)) for other in beside if other is not None])


def _in_unit(value: Fraction, unit: str, beside: Sequence[Fraction]) -> str:
    """A rate or a count; a count that is not whole keeps its decimals."""
    if unit == "count" and value.denominator > 1:
        return apart(value, _MOST_PLACES, beside).rstrip("0").removesuffix(".")
    return f"{apart(value, _PLACES.get(unit, _MOST_PLACES), beside)}{'%' if unit == 'per_cent' else ''}"


def item_texts(item: Item, block: Block) -> list[str]:
    """The cells of a row, one for each column of its block: its lines, and its total or nothing."""
    rates = [row.cells for row in block.items if row.kind == "rate"]
    cells = [
        cell_text(cell, item.kind, unit, [row[line] for row in rates])
        for line, (cell, unit) in enumerate(zip(item.cells, block.units, strict=True))
    ]
    total = "" if item.total is None else cell_text(item.total, item.kind, block.units[0])
    return [*cells, total][: len(block.columns)]
