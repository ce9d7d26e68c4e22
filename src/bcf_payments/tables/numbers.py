"""Numbers that are each in range, and what is made of them: rates, and numbers given as arguments."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction
from typing import Any

import numpy as np

from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import BoolArray, FloatArray, NumberError, as_fraction
from bcf_payments.tables.rules import RowRule, Sheet

LARGEST_UNIT = 100_000.0
"""Rates are shown in parts of up to this many."""


def rate_rule(rates: tuple[str, ...], counted: Collection[str]) -> RowRule:
    """Rates must be numbers that a float64 can hold, except those of metrics whose numerators are counts."""

    def too_high(sheet: Sheet, column: str) -> BoolArray:
        below = column.replace("_numerator", "_denominator")
        if not sheet.has(below):
            return np.zeros(len(sheet), dtype=bool)
        with np.errstate(over="ignore", divide="ignore", invalid="ignore"):
            # A denominator of 0 is a fault of its own.
            divisor = _floats(sheet, below)
            divisor = np.where(divisor == 0, np.nan, divisor)
            beyond = np.isinf(_floats(sheet, column) / divisor * LARGEST_UNIT)
        if not beyond.any() or not sheet.has("metric"):
            return beyond
        return np.asarray(beyond & ~np.isin(sheet.array("metric").astype(str), list(counted)), dtype=bool)

    return RowRule(
        "rate_in_range",
        tuple(f"{rate}_numerator" for rate in rates),
        too_high,
        lambda _: "out_of_range",
        lambda _: "correct the numerator or its denominator: no float64 holds the rate (1.8e308 at most)",
    )


def _floats(sheet: Sheet, column: str) -> FloatArray:
    """The nearest floats; NaN where a cell has a fault of its own."""
    values = sheet.array(column)
    if values.dtype.kind in "iuf":
        floats = values.astype(np.float64)
        return np.where(np.isfinite(floats) & (floats >= 0), floats, np.nan)
    known = {cell: _float(cell) for cell in sheet.distinct(column)}
    return np.array([known[cell] for cell in sheet.cells(column)], dtype=np.float64)


def _float(cell: Any) -> float:
    try:
        return float(as_fraction(cell))
    except NumberError:
        return np.nan


def given_number(value: object, argument: str) -> Fraction:
    """An exact number that a caller has given; an `InputError` if it is none."""
    try:
        return as_fraction(value)
    except NumberError as error:
        problem = {"table": "options", "reason": error.reason, "column": argument}
        raise InputError([{**problem, "value": value, "fix": str(error)}]) from None
