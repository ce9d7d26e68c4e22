"""Small pictures in SVG: bars of parts, a payment beside what chance would have paid, readings over time."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bcf_payments.html.elements import Html, joined, tag

WIDTH = 1000
HEIGHT = 100
"""Of a picture, in units of its own."""


def bar(parts: Mapping[str, int], label: str = "") -> Html:
    """A bar of parts one beside the other.

    Parameters
    ----------
    parts : mapping of str to int
        How much there is of each, by the class that colours it; none is negative.
    label : str
        What the bar shows, for those who do not see it; without one it is taken to repeat figures beside it.
    """
    ends, so_far = [0], 0
    whole = sum(parts.values())
    for part in parts.values():
        so_far += part
        ends.append(so_far * WIDTH // whole if whole else 0)
    shown = [
        _rect(name, start, end - start, 0, HEIGHT)
        for name, start, end in zip(parts, ends, ends[1:], strict=False)
        if end > start
    ]
    return picture("bar", label, *shown)


def legend(names: Mapping[str, str]) -> Html:
    """What the colours of a bar mean, by their class."""
    keys = {title: picture("key", "", _rect(name, 0, WIDTH, 0, HEIGHT)) for name, title in names.items()}
    return tag("ul", *(tag("li", key, title) for title, key in keys.items()), class_="legend")


def picture(kind: str, label: str, *shapes: str) -> Html:
    """An SVG picture that stretches to the room it has."""
    seen = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    box = f"0 0 {WIDTH} {HEIGHT}"
    return tag("svg", *shapes, class_=kind, viewBox=box, preserveAspectRatio="none", **seen)


def spread(low: int, lower: int, middle: int, upper: int, high: int, earned: int, label: str) -> Html:
    """The middle 90% (line), the middle half (box) and the median (gap), with what was earned (mark)."""
    top = max(high, earned, 1)
    at = [value * (WIDTH - 20) // top + 10 for value in (low, lower, middle, upper, high, earned)]
    line = _rect("range", at[0], max(at[4] - at[0], 2), 46, 8)
    box = _rect("half", at[1], max(at[3] - at[1], 2), 26, 48)
    median = _rect("median", at[2] - 2, 4, 26, 48)
    mark = _rect("mark", at[5] - 4, 8, 4, 92)
    return picture("spread", label, joined([line, box, median, mark]))


class Reading(NamedTuple):
    """A measure at one point in time; what is not known is NaN."""

    when: str
    baseline: float
    plan: float
    actual: float


READINGS_KEY = "○ {}, ━ {}, ● {}"
"""What the marks of `readings` mean, when it is said what their values are called."""

_ROOM, _CHARACTERS = 92, 16
"""How much room a point has, and how many characters a line of its name."""


def readings(points: Sequence[Reading], told: Sequence[str], label: str) -> Html:
    """Baseline (ring), plan (dash) and actual (dot) point by point, from the greatest down to the least.

    Parameters
    ----------
    points : sequence of Reading
        Of which something is known.
    told : sequence of str
        The greatest and the least value, in words.
    label : str
        What the picture shows.
    """
    known = [value for point in points for value in point[1:] if not math.isnan(value)]
    top, span = max(known), (max(known) - min(known)) or 1
    shapes = [tag("text", text, x=0, y=y) for text, y in zip(told, (14, 74), strict=True)]
    for place, point in enumerate(points):
        x = _ROOM * place + 90
        lines = textwrap.wrap(point.when, _CHARACTERS)[:2]
        shapes += [tag("text", line, x=x, y=92 + 12 * number) for number, line in enumerate(lines)]
        shapes += [
            mark(at + x, round(10 + 60 * ((top - value) / span)))
            for mark, at, value in zip(_MARKS, (-22, 0, 22), point[1:], strict=True)
            if not math.isnan(value)
        ]
    box = f"0 0 {_ROOM * len(points) + 45} 110"
    return tag("svg", *shapes, class_="readings", viewBox=box, role="img", aria_label=label)


def _ring(x: int, y: int) -> Html:
    return tag("circle", class_="was", cx=x, cy=y, r=5)


def _dash(x: int, y: int) -> Html:
    return _rect("median", x - 11, 22, y - 2, 4)


def _dot(x: int, y: int) -> Html:
    return tag("circle", class_="mark", cx=x, cy=y, r=5)


_MARKS = (_ring, _dash, _dot)
"""Of baseline, plan and actual."""


def _rect(name: str, x: int, width: int, y: int, height: int) -> Html:
    return tag("rect", class_=name, x=x, y=y, width=width, height=height)
