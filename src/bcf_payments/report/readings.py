"""Small pictures of an area's metrics: where it began, what it planned, where it got, point by point."""

from __future__ import annotations

import math

from bcf_payments.explanation.figures import Figures
from bcf_payments.html.bars import READINGS_KEY, Reading, readings
from bcf_payments.html.elements import Html, joined, tag
from bcf_payments.names import CONDITIONS
from bcf_payments.schemes.fields import UNITS
from bcf_payments.schemes.levels import ends_among

MEASURES = ["baseline", "target", "outcome"]

LONG = 1e12
"""From here on a number is told in round figures."""


def area_readings(figures: Figures) -> dict[str, Html]:
    """The pictures of each area of which something is known, by its code."""
    rows = figures.result.assessments
    known = rows[(rows["line"] != CONDITIONS) & rows[MEASURES].notna().any(axis=1)]
    pictures: dict[str, list[Html]] = {}
    points: dict[tuple[str, str], list[Reading]] = {}
    for code, line, wave, *values in known[["area_code", "line", "wave", *MEASURES]].itertuples(index=False):
        when = figures.wave_titles[wave].partition(":")[0]
        points.setdefault((code, line), []).append(Reading(when, *map(float, values)))
    names = _named(figures)
    for (code, line), of_line in points.items():
        pictures.setdefault(code, []).append(_picture(figures, line, of_line, names))
    key = tag("p", f"From point to point: {READINGS_KEY.format(*names)}.", class_="u")
    return {code: joined([key, tag("div", *drawn, class_="pictures")]) for code, drawn in pictures.items()}


def _picture(figures: Figures, line: str, points: list[Reading], names: tuple[str, ...]) -> Html:
    unit = UNITS[figures.result.scheme.metrics[line].unit.value]
    label = "; ".join(_told(point, names) for point in points)
    known = [value for point in points for value in point[1:] if not math.isnan(value)]
    ends = [_number(max(known)), _number(min(known))]
    caption = tag("figcaption", f"{figures.line_titles[line]}, {unit}")
    return tag("figure", caption, readings(points, ends, label))


def _named(figures: Figures) -> tuple[str, ...]:
    """What the values of a reading are called."""
    scheme = figures.result.scheme
    ends = ends_among((*scheme.metric_lines, *scheme.monitored))
    return ends.start, ends.aim, "actual"


def _told(point: Reading, names: tuple[str, ...]) -> str:
    said = ", ".join(f"{name} {_number(value)}" for name, value in zip(names, point[1:], strict=True))
    return f"{point.when}: {said}"


def _number(value: float) -> str:
    if math.isnan(value):
        return "not known"
    return f"{value:,.1f}".removesuffix(".0") if value < LONG else f"{value:.3g}"
