"""Exact numbers in every written form, columns of them, and weights to apportion by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Context, Decimal, Inexact
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bcf_payments import hints
from bcf_payments.exact.numbers import FLOAT_LIMIT, INT64_LIMIT, as_fraction
from bcf_payments.tables.keyed import as_array
from bcf_payments.testing.tape import TAPES, Tape

Written: TypeAlias = int | float | Decimal | str

Column: TypeAlias = npt.NDArray[Any] | list[Written]
"""An array, or a list of texts, whose type pandas chooses."""

FORMS = ("int", "decimal_text", "float", "fraction", "decimal", "exponent", "unreduced")
"""The ways to write one number."""

COLUMN_FORMS = ("number", "mixed", "float", "decimal_text", "decimal", "fraction", "exponent")
"""The ways to write a column: `number` is int64 or float64 where it can be."""

SCALES = (1, 10, 100, 10**7, 3, 7, 12, 1490)
"""Denominators of drawn numbers."""

LARGEST = 10**15

AWKWARD = (
    *map(Fraction, ("1", "0", "1/3", "0.1", "1e-7", "1/12", "0.30000000000000004", "5e-324", "1e300")),
    *map(Fraction, (10**15, 2**63, 2**64 + 1, 10**30)),
)
"""Weights from the smallest float to beyond 64 bits."""

_DIVISION = Context(prec=60, traps=[Inexact])


_read = lru_cache(maxsize=4096, typed=True)(as_fraction)


def read_column(column: hints.AnySeries) -> list[Fraction]:
    """The exact numbers of a column, whatever holds them: single precision keeps its width."""
    return [_read(cell) for cell in as_array(column)]


def write(value: Fraction, form: str) -> Written:
    """A number in one of `FORMS` if that form can hold it, else as a decimal or a fraction in text."""
    if form == "int" and value.denominator == 1:
        return value.numerator
    if form == "float" and (number := _as_float(value)) is not None:
        return number
    decimal = _as_decimal(value)
    if decimal is None or form in {"fraction", "unreduced"}:
        factor = 3 if form == "unreduced" else 1
        return f"{factor * value.numerator}/{factor * value.denominator}"
    if form == "decimal":
        return decimal
    return f"{decimal:e}" if form == "exponent" else f"{decimal:f}"


def _as_float(value: Fraction) -> float | None:
    if value.denominator == 1 and value <= FLOAT_LIMIT:
        return float(value.numerator)
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if as_fraction(number) == value else None


def _as_decimal(value: Fraction) -> Decimal | None:
    try:
        return _DIVISION.divide(Decimal(value.numerator), Decimal(value.denominator))
    except Inexact:
        return None


def write_column(values: Sequence[Fraction], form: str) -> Column:
    """Numbers as a column in one of `COLUMN_FORMS`, of the narrowest type that holds them all."""
    if form == "number":
        form = "int" if all(value.denominator == 1 for value in values) else "float"
    forms = FORMS if form == "mixed" else (form,)
    cells = [write(value, forms[i % len(forms)]) for i, value in enumerate(values)]
    kinds = {type(cell) for cell in cells}
    if kinds == {str}:
        return cells
    if kinds == {float} or (kinds == {int} and max(values) < INT64_LIMIT):
        return np.array(cells)
    column = np.empty(len(cells), dtype=object)
    column[:] = cells
    return column


def exact_numbers(
    min_value: Written | Fraction = 0, max_value: Written | Fraction = LARGEST
) -> SearchStrategy[Written]:
    """Exact numbers of at least 0 in every form that the package reads.

    Parameters
    ----------
    min_value, max_value : int, float, Decimal, str or Fraction
        Bounds, themselves included; `min_value` at least 0.

    Returns
    -------
    SearchStrategy of int, float, Decimal or str
        A text is a decimal (`"0.25"`), a fraction (`"3/12"`) or has an exponent (`"2.5e-1"`).

    Examples
    --------
    >>> from hypothesis import find
    >>> find(exact_numbers(min_value=2), lambda number: isinstance(number, str))
    '2'
    """
    low, high = as_fraction(min_value), as_fraction(max_value)
    scales = [scale for scale in SCALES if ceil(low * scale) <= floor(high * scale)]
    scales += [low.denominator] if low.denominator not in scales else []
    values = st.one_of(
        [st.integers(ceil(low * scale), floor(high * scale)).map(_over(scale)) for scale in scales]
    )
    return st.builds(write, values, st.sampled_from(FORMS))


def _over(scale: int) -> Callable[[int], Fraction]:
    return lambda whole: Fraction(whole, scale)


def denominators(max_value: Written | Fraction = LARGEST) -> SearchStrategy[Written]:
    """Exact numbers above 0 in every form that the package reads.

    Parameters
    ----------
    max_value : int, float, Decimal, str or Fraction
        The largest, at least 1e-7.

    Returns
    -------
    SearchStrategy of int, float, Decimal or str

    Examples
    --------
    >>> from hypothesis import find
    >>> find(denominators(), lambda number: True)
    1
    """
    return exact_numbers(Fraction(1, 10**7), max_value) | exact_numbers(1, max_value)


def weights(min_size: int = 1, max_size: int = 8) -> SearchStrategy[hints.AnySeries]:
    """Weights to apportion by: small, equal, zero, tiny, and beyond 64 bits.

    Parameters
    ----------
    min_size, max_size : int
        How many weights.

    Returns
    -------
    SearchStrategy of Series
        Numbers of at least 0, at least one above 0, of dtype int64, float64, text or object. The labels
        are unique, all text or all integers, in any order.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(weights(), lambda series: len(series) == 2).tolist()
    [1, 1]
    """
    texts = st.lists(st.text("AEZaé019 ", max_size=4), min_size=min_size, max_size=max_size, unique=True)
    numbers = st.lists(st.integers(-9, 10**9), min_size=min_size, max_size=max_size, unique=True)
    return st.builds(
        lambda labels, tape: pd.Series(weight_column(tape, len(labels)), index=labels), numbers | texts, TAPES
    )


def weight_column(tape: Tape, size: int) -> Column:
    """A column of weights, at least one of them above 0."""
    kind = tape.pick((_small, _people, _awkward, _huge, _decimal))
    values = [kind(tape) for _ in range(size)]
    spread = tape.pick(("as drawn", "as drawn", "as drawn", "equal", "one alone"))
    if spread == "equal":
        values = values[:1] * size
    if spread == "one alone":
        heir = tape.pick(range(size))
        values = [value if place == heir else Fraction(0) for place, value in enumerate(values)]
    if not any(values):
        values[0] = Fraction(1)
    return write_column(values, tape.pick(COLUMN_FORMS))


def _small(tape: Tape) -> Fraction:
    return Fraction(tape.pick((1, 0, 2, 3, 5, 7)))


def _people(tape: Tape) -> Fraction:
    return Fraction(tape.number())


def _awkward(tape: Tape) -> Fraction:
    return tape.pick(AWKWARD)


def _huge(tape: Tape) -> Fraction:
    return Fraction(tape.pick((10**15, 2**63, 2**64, 10**30)) + tape.number())


def _decimal(tape: Tape) -> Fraction:
    return Fraction(tape.number(), 100)
