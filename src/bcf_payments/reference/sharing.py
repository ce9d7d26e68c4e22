"""The tables as plain rows, and what each area gets of every component and of the pot."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from bcf_payments.schemes.parts import NationalAmount
from bcf_payments.schemes.scheme import Scheme

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = dict[tuple[str, ...], Row]


class PlainCase(NamedTuple):
    """The rules, the waves that are due, and the rows of every table by their key.

    `areas` holds all that share the fund, `settled` the codes of those that are settled.
    """

    scheme: Scheme
    due: Sequence[str]
    settled: Sequence[str]
    areas: Rows
    plans: Rows
    outcomes: Rows
    assurance: Rows


def rows_of(table: pd.DataFrame, *key: str) -> Rows:
    """Key the rows of a table, cells as they are but for blanks around texts."""
    columns = [list(map(_trimmed, column.to_numpy())) for _, column in table.items()]
    rows = [dict(zip(table.columns, cells, strict=True)) for cells in zip(*columns, strict=True)]
    return {tuple(row[name] for name in key): row for row in rows}


def _trimmed(cell: object) -> object:
    return cell.strip() if isinstance(cell, str) else cell


def number(value: object) -> Fraction:
    """Read a number as it is written: a float prints as the shortest decimal that it stands for."""
    return Fraction(str(value))


def is_yes(value: object) -> bool:
    """Read a yes or a no."""
    written = {"true": True, "yes": True, "1": True, "1.0": True}
    written |= {"false": False, "no": False, "0": False, "0.0": False}
    return written[str(value).strip().lower()]


def is_blank(value: Any) -> bool:
    """Whether nothing is filled in."""
    return not value.strip() if isinstance(value, str) else bool(pd.isna(value))


def pence(pounds: Fraction) -> int:
    """Round an amount in pounds down to whole pence."""
    return floor(pounds * 100)


def largest_remainder(total: int, weights: Sequence[Fraction]) -> list[int]:
    """Divide an amount in proportion to weights."""
    if total == 0:
        return [0 for _ in weights]
    # G2: exact quotas rounded down; pence left over to the largest remainders, ties to the earlier.
    whole = sum(weights)
    quotas = [total * weight / whole for weight in weights]
    amounts = [floor(quota) for quota in quotas]
    order = sorted(range(len(quotas)), key=lambda i: (amounts[i] - quotas[i], i))
    for i in order[: total - sum(amounts)]:
        amounts[i] += 1
    return amounts


def apportion(case: PlainCase, total: int, weight_column: str) -> list[tuple[str, int]]:
    """Spread a national amount in pence over the areas that share it; tell the parts of those settled."""
    # G2: between areas, ties go to the smaller area code, hence the sorting.
    codes = sorted(code for (code,) in case.areas)
    weights = [number(case.areas[code,][weight_column]) for code in codes]
    amounts = dict(zip(codes, largest_remainder(total, weights), strict=True))
    return [(code, amounts[code]) for code in case.settled]


def received(case: PlainCase, name: str, amount: NationalAmount) -> list[tuple[str, int]]:
    """What each settled area gets of a component or of the pot."""
    if f"{name}_pounds" in amounts_given(case):
        # G7: the area was told.
        return [(code, pence(number(case.areas[code,][f"{name}_pounds"]))) for code in case.settled]
    if "allocation_pounds" in amounts_given(case):
        # G7: the whole is divided in proportion to the national amounts, in the scheme's order, the pot last.
        parts: list[NationalAmount] = [*case.scheme.components]
        parts += [case.scheme.pot] if case.scheme.pot else []
        shares = [part.amount_pounds.value for part in parts]
        place = next(i for i, part in enumerate(parts) if part is amount)
        wholes = [pence(number(case.areas[code,]["allocation_pounds"])) for code in case.settled]
        amounts = [largest_remainder(whole, shares)[place] for whole in wholes]
        return list(zip(case.settled, amounts, strict=True))
    return apportion(case, pence(amount.amount_pounds.value), amount.weight.value)


def amounts_given(case: PlainCase) -> set[str]:
    """The columns of amounts in which some area has one."""
    names = ["allocation", "performance_pot", *(component.name for component in case.scheme.components)]
    rows = case.areas.values()
    columns = (f"{name}_pounds" for name in names)
    return {column for column in columns if any(not is_blank(row.get(column)) for row in rows)}
