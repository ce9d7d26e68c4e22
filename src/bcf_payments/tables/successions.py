"""Areas that took the place of others (F11), so that a code is told from the area that bore it before."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Collection, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from bcf_payments.words import day

UNDER_ONE_CODE = "give the figures under the code that the area bears in areas, or settle both under one code"
"""What to do about figures under another code than that of the area."""


class Succession(NamedTuple):
    """One area that took over another, or a part of it (`share`); `when` is a day or a year."""

    predecessor: str
    predecessor_name: str
    successor: str
    successor_name: str
    when: str
    share: str
    source: str

    def __str__(self) -> str:
        took = "the whole" if self.share == "whole" else "a part"
        when = f"on {day(dt.date.fromisoformat(self.when))}" if "-" in self.when else f"in {self.when}"
        successor, predecessor = self.named(self.successor), self.named(self.predecessor)
        return f"{successor} took over {took} of {predecessor} {when}"

    def named(self, code: str) -> str:
        """One of the two areas, with its code."""
        name = self.predecessor_name if code == self.predecessor else self.successor_name
        return f"{name} {code}"


@cache
def successions() -> tuple[Succession, ...]:
    """Every succession that is known, by day.

    Examples
    --------
    >>> str(successions()[9])
    'Cumberland E06000063 took over a part of Cumbria E10000006 on 1 April 2023'
    """
    text = files("bcf_payments.tables").joinpath("successions.csv").read_text(encoding="utf-8")
    return tuple(Succession(**row) for row in csv.DictReader(text.splitlines()))


@cache
def _known() -> frozenset[str]:
    return frozenset(code for one in successions() for code in (one.predecessor, one.successor))


def related(code: str, known: Collection[str]) -> str:
    """Which known areas a code succeeded, or was succeeded by; nothing for any other code.

    Examples
    --------
    >>> related("E10000006", ["E06000064"])
    'Westmorland and Furness E06000064 took over a part of Cumbria E10000006 on 1 April 2023'
    >>> related("E06000063", ["E08000035"])
    ''
    """
    if code not in _known():
        return ""
    pairs = ((one, {one.predecessor, one.successor} - {code}) for one in successions())
    return "; ".join(str(one) for one, other in pairs if len(other) == 1 and other <= set(known))


def same_area(code: str, known: Collection[str]) -> Succession | None:
    """The succession by which a code and a known one stand for one area: the whole of one became the other.

    Examples
    --------
    >>> str(same_area("E06000060", ["E10000002"]))
    'Buckinghamshire E06000060 took over the whole of Buckinghamshire E10000002 on 1 April 2020'
    >>> same_area("E06000058", ["E06000028"])  # Poole became a part of it too
    """
    ends = [{one.predecessor, one.successor} for one in successions()]
    for one, pair in zip(successions(), ends, strict=True):
        alone = sum(1 for other in ends if other & pair) == 1
        if alone and code in pair and pair - {code} <= set(known):
            return one
    return None


def overlapping(codes: Sequence[str]) -> list[tuple[list[str], str]]:
    """Areas that are there beside those that succeeded them: the codes of each such group, and a sentence."""
    there = _known().intersection(codes)
    groups: list[list[Succession]] = []
    for one in successions():
        if {one.predecessor, one.successor} <= there:
            near = [group for group in groups if any(_touch(one, other) for other in group)]
            groups = [group for group in groups if group not in near]
            groups.append([*(other for group in near for other in group), one])
    return [_group_told(group) for group in groups]


def _touch(one: Succession, other: Succession) -> bool:
    return bool({one.predecessor, one.successor} & {other.predecessor, other.successor})


def _group_told(group: list[Succession]) -> tuple[list[str], str]:
    codes = {code for one in group for code in (one.predecessor, one.successor)}
    told = "; ".join(map(str, group))
    return sorted(codes), f"{told}: they share the fund side by side; keep the areas of one day"
