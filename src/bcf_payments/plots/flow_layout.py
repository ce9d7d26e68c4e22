"""Where accounts and movements of money stand on a flow picture, with heights in pence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

Flows: TypeAlias = Mapping[tuple[str, str], int]
"""Pence that move from one account to another."""

Movement: TypeAlias = tuple[tuple[str, str], int]
"""A flow and its pence."""

FULLEST = 0.9
"""The part of the height that names may take up at most."""

HALF_WAY_NAME = 4.0
"""Room for the name of an account half way, in lines."""

STILL = "still "
"""Before an account's name: the money that stays there though some of it moved on."""


class Box(NamedTuple):
    """An account: its column, the top of its box, and the pence that are its height."""

    column: int
    top: float
    pence: int


class Ribbon(NamedTuple):
    """A movement: its accounts, where it leaves and arrives (the tops), and the pence that are its width."""

    source: str
    target: str
    leaves: float
    arrives: float
    pence: int


@dataclass(frozen=True)
class FlowLayout:
    """Boxes and ribbons; the picture is `height` pence high, and y grows downwards."""

    boxes: Mapping[str, Box]
    ribbons: Sequence[Ribbon]
    columns: int
    height: float


def flow_layout(
    flows: Flows, first: str, order: Sequence[str], lines: Callable[[str], int], line: float
) -> FlowLayout:
    """Lay out flows that start at one account and never run in a circle.

    Parameters
    ----------
    flows : mapping of (from, to) to pence
        What moves.
    first : str
        The account that all money comes from.
    order : sequence of str
        Accounts that stand above the others, first the topmost; a blank is the place of all others.
    lines : callable
        How many lines of text stand beside an account at the end: it is at least as high.
    line : float
        The part of the height that a line of text takes.
    """
    complete = _with_what_stays(flows, first)
    children = {
        account: sorted(
            (target for source, target in complete if source == account), key=lambda to: _rank(to, order)
        )
        for account in dict.fromkeys(name for pair in complete for name in pair)
    }
    movements = [(pair, complete[pair]) for pair in _walk(first, children)]
    ends = [account for account in dict.fromkeys(to for (_, to), _ in movements) if not children[account]]
    depth = _depths(first, children)
    sizes = {account: _through(complete, account) for account in children}
    column = max(depth.values())
    room = {end: float(lines(end)) for end in ends}
    boxes, height = _ends({end: sizes[end] for end in ends}, room, _gaps(ends, children), column, line)
    arrives = _arrivals(movements)
    for account in sorted((name for name in children if children[name]), key=depth.__getitem__, reverse=True):
        leads_to = [(boxes[to].top + arrives[account, to], complete[account, to]) for to in children[account]]
        middle = sum(pence * (top + pence / 2) for top, pence in leads_to) / sizes[account]
        boxes[account] = Box(depth[account], middle - sizes[account] / 2, sizes[account])
    return FlowLayout(boxes, _ribbons(movements, boxes, arrives), column + 1, height)


def _with_what_stays(flows: Flows, first: str) -> dict[tuple[str, str], int]:
    """The flows, and one more from every account that keeps a part of what it passes on."""
    complete = dict(flows)
    for account in dict.fromkeys(source for source, _ in flows):
        into = sum(pence for (_, target), pence in flows.items() if target == account)
        out_of = sum(pence for (source, _), pence in flows.items() if source == account)
        if account != first and into > out_of:
            complete[account, STILL + account] = into - out_of
    return complete


def _rank(account: str, order: Sequence[str]) -> int:
    return order.index(account) if account in order else order.index("")


def _walk(account: str, children: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """The flows from one account on, each before those that follow it, and each once."""
    found: list[tuple[str, str]] = []
    for child in children[account]:
        further = [(account, child), *_walk(child, children)]
        found += [pair for pair in further if pair not in found]
    return found


def _gaps(ends: Sequence[str], children: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Room above some ends, in lines: for the name of an account half way, over the first end it feeds."""
    half_way = [names for account, names in children.items() if names and account != next(iter(children))]
    first_fed = {next((end for end in ends[1:] if end in names), "") for names in half_way}
    return dict.fromkeys(first_fed & set(ends), HALF_WAY_NAME)


def _depths(first: str, children: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """The most steps from the first account to each."""
    depth = {first: 0}
    for _ in children:
        for source, targets in children.items():
            for target in targets:
                depth[target] = max(depth.get(target, 0), depth.get(source, 0) + 1)
    return depth


def _through(flows: Flows, account: str) -> int:
    """What passes through an account: all that comes in or, of the first, all that goes out."""
    into = sum(pence for (_, target), pence in flows.items() if target == account)
    return into or sum(pence for (source, _), pence in flows.items() if source == account)


def _ends(
    sizes: Mapping[str, int], lines: Mapping[str, float], gaps: Mapping[str, float], column: int, line: float
) -> tuple[dict[str, Box], float]:
    """Boxes for the ends, one below the other, and the height at which they fill the picture."""
    line = min(line, FULLEST / (sum(lines.values()) + sum(gaps.values())))
    height = float(sum(sizes.values()))
    for _ in range(len(sizes) + 1):
        small = [end for end in sizes if sizes[end] < lines[end] * line * height]
        taken = line * (sum(lines[end] for end in small) + sum(gaps.values()))
        height = sum(size for end, size in sizes.items() if end not in small) / (1 - taken) or height
    boxes, top = {}, 0.0
    for end, size in sizes.items():
        top += gaps.get(end, 0) * line * height
        room = max(float(size), lines[end] * line * height)
        boxes[end] = Box(column, top + (room - size) / 2, size)
        top += room
    return boxes, top


def _arrivals(movements: Sequence[Movement]) -> dict[tuple[str, str], float]:
    """How far below the top of its target each flow arrives."""
    arrives, filled = {}, dict.fromkeys((to for (_, to), _ in movements), 0.0)
    for (source, target), pence in movements:
        arrives[source, target] = filled[target]
        filled[target] += pence
    return arrives


def _ribbons(
    movements: Sequence[Movement], boxes: Mapping[str, Box], arrives: Mapping[tuple[str, str], float]
) -> list[Ribbon]:
    """Every flow, stacked at both ends in the order in which money moves."""
    leaves = {name: box.top for name, box in boxes.items()}
    ribbons = []
    for (source, target), pence in movements:
        arrival = boxes[target].top + arrives[source, target]
        ribbons.append(Ribbon(source, target, leaves[source], arrival, pence))
        leaves[source] += pence
    return ribbons
