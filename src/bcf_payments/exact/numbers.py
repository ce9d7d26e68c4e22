"""Exact numbers: what a written number means, and columns of them as integers over one denominator.

An integer is itself, a float is the shortest decimal that prints it, a text is the decimal or the
fraction written there. Columns are int64 where a bound allows it and Python integers (object arrays)
otherwise; the same expressions serve both.
"""

from __future__ import annotations

import math
import re
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from bcf_payments.words import briefly

IntArray: TypeAlias = npt.NDArray[Any]
"""Integers: int64, Python integers in an object array, or whole float64 below 2**53 where it is said."""

FloatArray: TypeAlias = npt.NDArray[np.float64]
BoolArray: TypeAlias = npt.NDArray[np.bool_]

INT64_LIMIT = 2**63
"""Results below this in absolute value are exact in int64."""

FLOAT_LIMIT = 2**53
"""Integers up to this are exact in float64."""

AMOUNT_LIMIT = 2**50
"""A share of an amount below this is known to within 1 from floats."""

WHOLE_LIMIT = 2**62
"""Twice an integer below this fits in int64."""

DECIMAL_LIMIT = 10**15
"""Decimals of at most 15 digits are told apart by float64."""

DECIMAL_PLACES = 15
MAX_WRITTEN = 1_000
"""Longest text, and largest exponent, that is read as a number."""

LONGEST = 10**MAX_WRITTEN
"""Numerators and denominators have fewer digits than this."""

RANGE = "at most 1,000 digits, and 0 or from 5e-324 to 1.8e308 in size"
"""Which numbers are read: those that a float64 can hold, though it may round them."""

_NUMBER = re.compile(
    r"\s*[+-]?(?:[0-9]+/[0-9]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE](?P<exponent>[+-]?[0-9]+))?)\s*", re.ASCII
)


class NumberError(ValueError):
    """What is given is no number, or none that can be counted with: `reason` says which."""

    def __init__(self, message: str, reason: Literal["not_a_number", "out_of_range"]) -> None:
        super().__init__(message)
        self.reason: Literal["not_a_number", "out_of_range"] = reason


def as_fraction(value: object) -> Fraction:
    """The exact value of one number.

    Parameters
    ----------
    value : int, float, Decimal, Fraction or str
        A float stands for the shortest decimal that prints it, a text for the decimal or fraction
        written in it.

    Returns
    -------
    Fraction

    Raises
    ------
    NumberError
        A `ValueError`: not a number, not finite, longer than 1,000 digits, or of a size that a float64
        cannot hold.

    Examples
    --------
    >>> as_fraction(0.1), as_fraction("1/12"), as_fraction("2.5e3")
    (Fraction(1, 10), Fraction(1, 12), Fraction(2500, 1))
    """
    number = _finite(value)
    if max(abs(number.numerator), number.denominator) >= LONGEST or not _in_range(number):
        raise _beyond(value)
    return number


def _finite(value: object) -> Fraction:
    if isinstance(value, Fraction):
        return value
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return Fraction(int(value))
    if isinstance(value, (float, np.floating, Decimal)):
        if value.is_nan() if isinstance(value, Decimal) else math.isnan(value):
            raise NumberError(f"{value} is not a number", "not_a_number")
        if not math.isfinite(value):
            raise NumberError(f"{value} is not finite: write {RANGE}", "out_of_range")
        value = str(value)
    if not isinstance(value, str):
        raise NumberError(f"{briefly(value)[:40]!r} is not a number", "not_a_number")
    return _written(value)


def _written(text: str) -> Fraction:
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise NumberError(f"{text[:40]!r} is not a number", "not_a_number")
    if len(text) > MAX_WRITTEN or abs(int(match["exponent"] or 0)) > MAX_WRITTEN:
        raise _beyond(text)
    try:
        return Fraction(text)
    except ZeroDivisionError:
        raise NumberError(f"{text[:40]!r} divides by zero", "not_a_number") from None


def _in_range(number: Fraction) -> bool:
    """Whether a float64 holds it: not as infinity, and not as 0 unless it is."""
    try:
        return not number or float(number) != 0
    except OverflowError:
        return False


def _beyond(value: object) -> NumberError:
    return NumberError(f"{briefly(value)[:40]!r} is too large or too small: write {RANGE}", "out_of_range")


class ExactColumn(NamedTuple):
    """Exact numbers as integers over one common denominator: `numerators / denominator`."""

    numerators: IntArray
    denominator: int


def exact_column(values: npt.NDArray[Any]) -> ExactColumn:
    """An array of numbers as integers over one common denominator.

    Parameters
    ----------
    values : ndarray of any shape
        Integers, finite floats, or objects that `as_fraction` takes.

    Returns
    -------
    ExactColumn

    Raises
    ------
    ValueError
        As `as_fraction`.

    Notes
    -----
    A float column is first tried as integers over 10, 100, ...: where `n = rint(x * 10**k)` is below
    10**15 and `n / 10**k == x`, then `n / 10**k` is the shortest decimal that prints `x`, because
    decimals of at most 15 digits are told apart by float64. Any other column goes through `Fraction`.

    Examples
    --------
    >>> exact_column(np.array([0.25, 3.0]))
    ExactColumn(numerators=array([ 25, 300]), denominator=100)
    """
    if values.dtype.kind in "iu" and values.dtype != np.uint64:
        return ExactColumn(values.astype(np.int64, copy=False), 1)
    if values.dtype == np.float64 and (decimals := _decimals(values)):
        return decimals
    fractions = (
        [as_fraction(value) for value in values.ravel().tolist()]
        if values.dtype.kind != "f"
        else [as_fraction(str(value)) for value in values.ravel()]
    )
    denominator = math.lcm(*{fraction.denominator for fraction in fractions})
    whole = [fraction.numerator * (denominator // fraction.denominator) for fraction in fractions]
    return ExactColumn(integers(whole).reshape(values.shape), denominator)


def _decimals(values: FloatArray) -> ExactColumn | None:
    for places in range(DECIMAL_PLACES + 1):
        scaled = np.rint(values * 10.0**places)
        if not (np.abs(scaled) < DECIMAL_LIMIT).all():
            return None
        if (scaled / 10.0**places == values).all():
            return ExactColumn(scaled.astype(np.int64), 10**places)
    return None


def integers(values: list[int]) -> IntArray:
    """Python integers as an array: int64 if all fit, else objects."""
    if all(-INT64_LIMIT < value < INT64_LIMIT for value in values):
        return np.array(values, dtype=np.int64)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def peak(values: IntArray) -> int:
    """The largest absolute value, as a Python integer; 0 for an empty array."""
    if values.size == 0:
        return 0
    return max(abs(int(values.min())), abs(int(values.max())))


def total(values: IntArray) -> int:
    """The sum of integers, exactly, as a Python integer.

    Examples
    --------
    >>> total(np.array([2**62, 2**62]))
    9223372036854775808
    """
    (wide,) = widen(peak(values) * values.size, whole_integers(values))
    return int(wide.sum())


def widen(bound: int, *arrays: IntArray) -> tuple[IntArray, ...]:
    """The arrays as they are if `bound` fits, else as int64 (whole floats), or as Python integers.

    Parameters
    ----------
    bound : int
        No intermediate or final result of the caller's expression exceeds it in absolute value.
    *arrays : ndarray of int64, object, or whole float64
        The operands.
    """
    if bound < FLOAT_LIMIT:
        return arrays
    arrays = tuple(whole_integers(array) for array in arrays)
    return arrays if bound < INT64_LIMIT else tuple(array.astype(object) for array in arrays)


def whole_integers(values: IntArray) -> IntArray:
    """Whole floats as int64; integers as they are."""
    return values.astype(np.int64) if values.dtype == np.float64 else values


def narrow(values: IntArray) -> IntArray:
    """Integers as int64 if all fit, else as they are."""
    if values.dtype == object and peak(values) < INT64_LIMIT:
        return values.astype(np.int64)
    return values


def times(values: IntArray, factor: int) -> IntArray:
    """Every value times one factor, exactly."""
    if factor == 1:
        return values
    (wide,) = widen(max(peak(values), 1) * abs(factor), values)
    return wide * factor


def floor_share(amount: IntArray, part: IntArray, whole: IntArray) -> IntArray:
    """`floor(amount * part / whole)`, exactly, for amounts of at least 0 and `0 <= part <= whole`.

    Parameters
    ----------
    amount, whole : ndarray of int64, object, or whole float64
        Of shapes that broadcast together; `whole` > 0, `amount` below 2**63.
    part : ndarray of int64, object, or whole float64
        Of the shape of the answer: may have leading axes.

    Returns
    -------
    ndarray of int64, or of whole float64 where all that is given is

    Notes
    -----
    Three ways to one answer, chosen by bounds. Where the product `amount * part` stays below 2**53 one
    float division is exact: it is rounded correctly, and a quotient that is not whole is at least
    `1 / whole` below the next integer `k`, which is more than half the distance from `k` to the float
    before it. Where amounts are below 2**50 and wholes below 2**62, a float says the answer to within 1,
    and the remainder that it leaves says the rest. Else Python integers do it.
    """
    most, longest = peak(amount), peak(whole)
    fast = object not in (amount.dtype, part.dtype, whole.dtype)
    if fast and max(most, 1) * longest < FLOAT_LIMIT:
        product = amount * part
        in_floats = amount.dtype == part.dtype == whole.dtype == np.float64
        quotient = np.true_divide(product, whole, out=product if in_floats else None)
        np.floor(quotient, out=quotient)
        return np.asarray(quotient if in_floats else quotient.astype(np.int64))
    if fast and most < AMOUNT_LIMIT and longest < WHOLE_LIMIT:
        return _corrected_share(*(array.astype(np.int64, copy=False) for array in (amount, part, whole)))
    amount, part, whole = (whole_integers(array).astype(object) for array in (amount, part, whole))
    return np.asarray((amount * part) // whole).astype(np.int64)


def _corrected_share(amount: IntArray, part: IntArray, whole: IntArray) -> npt.NDArray[np.int64]:
    """`floor_share` by a float and its remainder.

    The float is off by at most 4.01 roundings of 2**-53 of an amount below 2**50: by less than 0.51, so its
    floor by at most 1. The remainder is then between `-whole` and `2 * whole`, and right though the products
    may overflow, because int64 counts modulo 2**64.
    """
    guess = np.true_divide(part, whole)
    guess *= amount
    share = np.asarray(np.floor(guess, out=guess)).astype(np.int64)
    rest = amount * part
    rest -= share * whole
    share += rest >= whole
    share -= rest < 0
    return share


def ratio(numerators: IntArray, denominators: IntArray | int) -> FloatArray:
    """`numerators / denominators` as the nearest floats (denominators > 0): see `nearest_float`."""
    below = np.asarray(denominators)
    if peak(numerators) < FLOAT_LIMIT and peak(below) < FLOAT_LIMIT:
        return np.asarray(np.true_divide(numerators, below), dtype=np.float64)
    return np.asarray(np.frompyfunc(nearest_float, 2, 1)(numerators, below), dtype=np.float64)


def nearest_float(numerator: int, denominator: int) -> float:
    """`numerator / denominator` (> 0) as the nearest finite float: a larger one is the largest there is."""
    try:
        return numerator / denominator
    except OverflowError:
        return sys.float_info.max if numerator > 0 else -sys.float_info.max


def common_denominator(*rates: tuple[IntArray, IntArray]) -> tuple[list[IntArray], IntArray]:
    """Fractions, element by element, over their least common denominators.

    Parameters
    ----------
    *rates : (numerators, denominators)
        Integer arrays of one shape; denominators > 0.

    Returns
    -------
    (list of ndarray, ndarray)
        The numerators of each rate, and the denominators that they now share.
    """
    common = rates[0][1]
    for _, below in rates[1:]:
        if not np.array_equal(common, below):
            factor = below // np.gcd(common, below)
            wide, factor = widen(peak(common) * peak(factor), common, factor)
            common = wide * factor
    above = []
    for numerators, below in rates:
        factor = common // below
        wide, factor = widen(max(peak(numerators), 1) * peak(factor), numerators, factor)
        above.append(narrow(wide * factor))
    return above, narrow(common)
