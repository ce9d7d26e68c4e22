"""Small pictures of each metric of an area: where it began, what it planned and where it got, point by point."""

from __future__ import annotations

import pandas as pd

from bcf_payments.explanation.figures import Figures
from bcf_payments.html.bars import READING_KEY, Reading, readings
from bcf_payments.html.elements import Html, joined, tag
from bcf_payments.names import CONDITIONS

MEASURES = ["baseline", "target", "outcome"]

UNITS = {"per_cent": "per cent", "per_100_000": "per 100,000", "ratio": "a ratio", "count": "a count"}


def area_readings(figures: Figures) -> dict[str, Html]:
    """The pictures of each area of which something is known, by its code."""
    rows = figures.result.assessments
    known = rows[(rows["line"] != CONDITIONS) & rows[MEASURES].notna().any(axis=1)]
    pictures: dict[str, list[Html]] = {}
    for (code, line), of_line in known.groupby(["area_code", "line"], sort=False):
        pictures.setdefault(str(code), []).append(_picture(figures, str(line), of_line))
    return {code: tag("div", *drawn, class_="pictures") for code, drawn in pictures.items()}


def _picture(figures: Figures, line: str, rows: pd.DataFrame) -> Html:
    unit = UNITS[figures.result.scheme.metrics[line].unit.value]
    titles = [figures.wave_titles[wave] for wave in rows["wave"]]
    values = rows[MEASURES].itertuples(index=False)
    points = [Reading(title.partition(":")[0], *row) for title, row in zip(titles, values, strict=True)]
    label = "; ".join(_told(point) for point in points)
    ends = [_number(end) for end in (rows[MEASURES].min(axis=None), rows[MEASURES].max(axis=None))]
    caption = f"{figures.line_titles[line]} ({unit}): {READING_KEY}"
    return tag("figure", readings(points, ends, label), tag("figcaption", caption, class_="u"))


def _told(point: Reading) -> str:
    parts = {"baseline": point.baseline, "plan": point.plan, "actual": point.actual}
    said = ", ".join(f"{name} {_number(value)}" for name, value in parts.items())
    return f"{point.when}: {said}"


def _number(value: float) -> str:
    return "not known" if value != value else f"{value:,.1f}".removesuffix(".0")
