"""When the lines of a metric are measured, and how near an area's own effects in two periods are."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from bcf_payments.exact.numbers import FloatArray
from bcf_payments.schemes.fields import SchemeFields
from bcf_payments.schemes.parts import MetricLine

YEAR = 12
"""Months from a baseline to its outcome: the same days a year before (C8; assumed of other schemes)."""


class Span(NamedTuple):
    """A period of time.

    Parameters
    ----------
    start : float
        Months since the year 0.
    months : float
        How long it is, above 0.
    """

    start: float
    months: float

    @classmethod
    def of(cls, first: dt.date, last: dt.date) -> Span:
        """The months from the first to the last day; whole ones are whole numbers."""
        start = _months(first)
        return cls(start, _months(last + dt.timedelta(days=1)) - start)

    @property
    def a_year_before(self) -> Span:
        """The same days of the year before."""
        return Span(self.start - YEAR, self.months)


def _months(day: dt.date) -> float:
    """Months from the year 0 to the morning of a day."""
    return YEAR * day.year + day.month - 1 + (day.day - 1) / calendar.monthrange(day.year, day.month)[1]


def spans_of(scheme: SchemeFields, metric: str) -> dict[int, Span]:
    """When each line that pays on a metric is measured, by the line's number among all metric lines."""
    return {
        number: Span.of(slot.rule.period.value.start, slot.rule.period.value.end)
        for number, slot in enumerate(scheme.metric_lines)
        if slot.name == metric and isinstance(slot.rule, MetricLine)
    }


class Weights(NamedTuple):
    """Periods as weighted means of steps in time, each as long as the shortest period.

    Parameters
    ----------
    steps : ndarray of float, shape (steps,)
        The middle of each step, in steps.
    shares : ndarray of float, shape (periods, steps)
        The share of each step in each period; rows add up to 1.
    """

    steps: FloatArray
    shares: FloatArray

    @classmethod
    def of(cls, spans: Sequence[Span]) -> Weights:
        """Periods cut into as many steps as the shortest fits into them, to the nearest number."""
        step = min(span.months for span in spans)
        cut = [np.round(_middles(span, step), 6) for span in spans]
        steps = np.unique(np.concatenate(cut))
        return cls(steps, np.stack([np.isin(steps, middles) / len(middles) for middles in cut]))

    def closeness(self, correlation: float) -> FloatArray:
        """How effects in two steps correlate: by the power of the steps between them."""
        return np.asarray(correlation ** np.abs(self.steps[:, None] - self.steps))


def _middles(span: Span, step: float) -> FloatArray:
    """The middles of the steps of a period, in steps since the year 0."""
    count = max(1, round(span.months / step))
    length = span.months / count
    return np.asarray((span.start + length * (np.arange(count) + 0.5)) / step)


class Changes(NamedTuple):
    """The changes from baseline to outcome on the lines of a metric, and what they share.

    Parameters
    ----------
    lines : tuple of int
        Numbers among the scheme's metric lines.
    effects : ndarray of float, shape (lines, lines)
        The covariance of the changes by effects that have the variance 1 in a step.
    within : ndarray of float, shape (lines, lines)
        The share of a line's baseline (second) that lies within another's outcome (first).
    """

    lines: tuple[int, ...]
    effects: FloatArray
    within: FloatArray


def changes_of(scheme: SchemeFields, metric: str, correlation: float) -> Changes:
    """How the changes on a metric hang together, where effects correlate so from step to step."""
    spans = spans_of(scheme, metric)
    weights = Weights.of([*spans.values(), *(span.a_year_before for span in spans.values())])
    outcome, baseline = np.split(weights.shares, 2)
    rows = outcome - baseline
    within = np.where(np.eye(len(rows), dtype=bool), 0.0, (outcome > 0) @ baseline.T)
    return Changes(tuple(spans), rows @ weights.closeness(correlation) @ rows.T, within)
