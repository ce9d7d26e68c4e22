"""Numbers that are each in range, and what is made of them: rates, and numbers given as arguments."""

from __future__ import annotations

import re
from collections.abc import Collection
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import RANGE, BoolArray, FloatArray, NumberError, as_fraction
from bcf_payments.tables.keyed import FLOAT64_BYTES
from bcf_payments.tables.marks import fix_of_mark
from bcf_payments.tables.row_rules import Reason, RowRule, Sheet

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


def number_rule(
    columns: tuple[str, ...],
    not_known: str = "leave the row out, or its cells blank in a template, if it is not known",
) -> RowRule:
    """Values must be finite numbers of at least 0; denominators must be above 0."""
    least = "at least 0; a denominator above 0" if any(map(_divides, columns)) else "at least 0"

    def fix(value: object) -> str:
        if not (pounds := _pounds(value)):
            return _number_fix(value, not_known, least)
        if all(column.endswith("_pence") for column in columns):
            return f"write whole pence: {as_fraction(pounds) * 100}"
        return f"write {pounds}, without the pound sign"

    return RowRule(
        "number_in_range",
        columns,
        _bad_numbers,
        _number_reason,
        fix,
    )


def _bad_numbers(sheet: Sheet, column: str) -> BoolArray:
    return bad_numbers(sheet.array(column), divides=_divides(column))


def _divides(column: str) -> bool:
    return column.endswith("denominator")


def bad_numbers(values: npt.NDArray[Any], *, divides: bool) -> BoolArray:
    """True where a cell is no finite number of at least 0, or above 0 if it `divides`."""
    if values.dtype.kind in "iuf" and values.itemsize <= FLOAT64_BYTES:
        good = (values > 0 if divides else values >= 0) & (values < np.inf)
        return np.asarray(~good, dtype=bool)
    # Cell by cell, as True and 1 are the same key and not the same number.
    return np.array([not _is_good_number(value, divides=divides) for value in values.tolist()], dtype=bool)


def _is_good_number(value: object, *, divides: bool) -> bool:
    try:
        number = as_fraction(value)
    except NumberError:
        return False
    return number > 0 or (number == 0 and not divides)


def _number_reason(value: object) -> Reason:
    """A number that is at fault is out of range, infinity included; anything else is no number."""
    try:
        as_fraction(value)
    except NumberError as error:
        return error.reason
    return "out_of_range"


_THOUSANDS = re.compile(r"[+-]?\d{1,3}([,' ]\d{3})+(\.\d+)?")


def _plain(text: str) -> str:
    """A number without its thousands separators."""
    return re.sub(r"[^0-9.+-]", "", text) if _THOUSANDS.fullmatch(text) else text


def _pounds(value: object) -> str:
    """The number that is written behind a pound sign, if one is."""
    before, _, amount = str(value).strip().partition("£")
    number = _plain(amount.strip())
    try:
        as_fraction(number)
    except NumberError:
        return ""
    return "" if before else number


def _number_fix(value: object, not_known: str, least: str) -> str:
    text = str(value).strip()
    return fix_of_mark(text, not_known) or _fix_of_writing(text) or _fix_of_number(text, not_known, least)


def _fix_of_writing(text: str) -> str:
    """What to do about a number that is written as people write them."""
    if text.endswith("%"):
        return "leave the percent sign out, and put 100 in the denominator"
    if _THOUSANDS.fullmatch(text):
        return f"leave the thousands separators out: {_plain(text)}"
    if re.fullmatch(r"[+-]?\d+,\d+", text):
        return f"write the decimal with a point: {text.replace(',', '.')}"
    return ""


def _fix_of_number(text: str, not_known: str, least: str) -> str:
    try:
        as_fraction(text)
    except NumberError as error:
        if error.reason == "out_of_range":
            return f"write a number of {RANGE}"
        if text.strip("-") != "inf":
            return f"write a number such as 1234, 12.5 or 1/12; {not_known}"
    return f"write a finite number of {least}"
