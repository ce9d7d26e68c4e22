"""What areas were told that they get: columns of pounds in `areas`, in place of weights (G7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

import numpy as np

from bcf_payments.exact.numbers import INT64_LIMIT, BoolArray, NumberError, as_fraction
from bcf_payments.schemes import Scheme
from bcf_payments.tables.number_checks import number_rule
from bcf_payments.tables.row_rules import RowRule, Sheet, is_blank
from bcf_payments.words import pounds

ALLOCATION = "allocation_pounds"
"""An area's whole allocation: every component and the pot together."""


def parts_columns(scheme: Scheme) -> tuple[str, ...]:
    """The columns of an allocation that is given part by part: every component, and the pot."""
    return tuple(f"{name}_pounds" for name in scheme.amounts)


def amounts_columns(scheme: Scheme) -> tuple[str, ...]:
    """Every column of amounts that the areas may have."""
    return (ALLOCATION, *parts_columns(scheme)) if scheme.amounts else ()


def given_columns(sheet: Sheet, scheme: Scheme) -> tuple[str, ...]:
    """The columns of amounts that are to be read: none where no area has an amount.

    Where an area has an amount of its own for a component or the pot, all of them are needed.
    """
    filled = [column for column in amounts_columns(scheme) if is_filled(sheet, column)]
    if filled in ([], [ALLOCATION]):
        return tuple(filled)
    return parts_columns(scheme)


def is_twice(sheet: Sheet, given: Iterable[str]) -> bool:
    """Whether the areas have their whole allocation, too, where they have it part by part."""
    return ALLOCATION not in given and is_filled(sheet, ALLOCATION)


def is_filled(sheet: Sheet, column: str) -> bool:
    """Whether a column has a cell that is not blank."""
    return sheet.has(column) and not all(is_blank(cell) for cell in sheet.distinct(column))


def amounts_rules(
    columns: tuple[str, ...], parts: tuple[str, ...], *, divisible: bool
) -> tuple[RowRule, ...]:
    """Every area has its amounts, of whole pence, and together they are pence that an int64 holds.

    A whole allocation is divided like the scheme's own amounts, unless these are all 0.
    """
    rules = pounds_rules(columns, "every area has its amounts, or none has")
    if divisible:
        return rules
    fix = (
        f"give the amounts part by part ({', '.join(parts)}): the scheme's own are all 0, and divide nothing"
    )
    return (*rules, _refusing("divisible", (ALLOCATION,), lambda pence: not pence, fix))


def pounds_rules(columns: tuple[str, ...], not_known: str) -> tuple[RowRule, ...]:
    """Pounds are numbers of at least 0 and of whole pence, and together pence that an int64 holds."""
    largest = (INT64_LIMIT - 1) // max(len(columns), 1)

    def too_much(sheet: Sheet, column: str) -> BoolArray:
        pence = [exact_pence(cell) or Fraction(0) for cell in sheet.cells(column)]
        over = sum(pence) > largest
        return np.array([over and part == max(pence) for part in pence], dtype=bool)

    return (
        number_rule(columns, not_known),
        _refusing(
            "whole_pence",
            columns,
            lambda pence: pence.denominator == 1,
            "write pounds with at most two decimals: amounts are whole pence",
        ),
        RowRule(
            "amounts_in_range",
            columns,
            too_much,
            lambda _: "out_of_range",
            lambda _: f"write pounds: the column adds up to more than {pounds(largest)}",
        ),
    )


def _refusing(name: str, columns: tuple[str, ...], accepts: Callable[[Fraction], bool], fix: str) -> RowRule:
    """A demand on amounts in pence; what is no number has a fault of its own."""

    def bad(sheet: Sheet, column: str) -> BoolArray:
        def passes(cell: object) -> bool:
            pence = exact_pence(cell)
            return pence is None or accepts(pence)

        return sheet.rejected(column, passes)

    return RowRule(name, columns, bad, lambda _: "out_of_range", lambda _: fix)


def exact_pence(cell: object) -> Fraction | None:
    """The pence of a cell of pounds; None where it holds no number."""
    try:
        return as_fraction(cell) * 100
    except NumberError:
        return None
