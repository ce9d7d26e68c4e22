"""What to pay now: what is earned to date, against what was paid before (G8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.core.case import Case
from bcf_payments.exact.numbers import INT64_LIMIT, NumberError, as_fraction
from bcf_payments.schemes import Scheme
from bcf_payments.tables.beside import Known, check_beside
from bcf_payments.tables.checking import Findings
from bcf_payments.tables.inputs import Columns
from bcf_payments.tables.number_checks import number_rule
from bcf_payments.tables.row_rules import (
    RowRule,
    Sheet,
    code_rule,
    date_rule,
    is_blank,
    known_rule,
    or_blank,
)

PAID_COLUMNS = Columns(("area_code", "paid_pence"), ("wave", "line", "paid_on"))
"""Of the table of payments made, a row each."""


Only: TypeAlias = tuple[str, ...] | None
"""The codes of the areas that are settled alone: payments to others are not read; None: all areas are."""


def due_table(
    case: Case, earned: npt.NDArray[np.int64], paid: pd.DataFrame | None, only: Only
) -> pd.DataFrame:
    """What each area is due: see `Settlement.due`; `earned` is each area's pence to date, shape (areas,)."""
    before = np.zeros(case.size, dtype=np.int64) if paid is None else paid_before(case, paid, only)
    left = earned - before
    return pd.DataFrame(
        {
            "area_code": case.areas["area_code"].array,
            "earned_pence": earned,
            "paid_pence": before,
            "due_pence": np.maximum(left, 0),
            "overpaid_pence": np.maximum(-left, 0),
        }
    )


def paid_before(case: Case, paid: pd.DataFrame, only: Only) -> npt.NDArray[np.int64]:
    """What was paid to each area, in pence, shape (areas,)."""
    by_line, unnamed = paid_by_line(case, paid, only)
    before: npt.NDArray[np.int64] = by_line.sum(axis=0) + unnamed
    return before


def paid_by_line(
    case: Case, paid: pd.DataFrame, only: Only
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """What was paid on each line of each area, in pence, and to each area without naming a line.

    A payment names its line by its wave, where that has only one; every fault of the table at once.
    """
    known = Known(case.areas, case.scheme.area_code_pattern.value, only)
    sheet, places, findings = check_beside("paid", paid, PAID_COLUMNS, _rules(case.scheme), known)
    findings.refuse()
    lines = _lines_named(case.scheme, sheet)
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for line, area, cell in zip(lines, places.tolist(), sheet.cells("paid_pence"), strict=True):
        sums[line, area] += int(as_fraction(cell))
    in_all = _by_area(sums, case.size)
    _refuse_too_much(case, in_all, findings)
    table = np.zeros((len(case.scheme.lines) + 1, case.size), dtype=np.int64)
    for where, pence in sums.items():
        table[where] = pence
    return table[:-1], table[-1]


def _by_area(sums: Mapping[tuple[int, int], int], areas: int) -> list[int]:
    """Pence by area, whatever line they were paid on."""
    found = [0] * areas
    for (_, area), pence in sums.items():
        found[area] += pence
    return found


def _lines_named(scheme: Scheme, sheet: Sheet) -> list[int]:
    """The number of the line that each payment was made on; -1 where it names none."""
    numbers = {(slot.wave, slot.name): number for number, slot in enumerate(scheme.lines)}
    alone = {wave.name: wave.lines[0].name for wave in scheme.waves if len(wave.lines) == 1}
    blank: list[Any] = [""] * len(sheet)
    waves = sheet.cells("wave") if sheet.has("wave") else blank
    lines = sheet.cells("line") if sheet.has("line") else blank
    named = (
        (wave, alone.get(wave, "") if is_blank(line) else line)
        for wave, line in zip(waves, lines, strict=True)
    )
    return [numbers.get(name, -1) for name in named]


def _rules(scheme: Scheme) -> tuple[RowRule, ...]:
    return (
        code_rule(scheme.area_code_pattern.value),
        number_rule(("paid_pence",), "leave the row out if nothing was paid"),
        _whole_pence_rule("paid_pence"),
        or_blank(known_rule("wave", scheme.wave_names)),
        or_blank(known_rule("line", dict.fromkeys(slot.name for slot in scheme.lines))),
        date_rule("paid_on"),
    )


def _whole_pence_rule(column: str) -> RowRule:
    """Amounts must be whole pence; what is no number at all is a fault already."""
    return RowRule(
        "whole_pence",
        (column,),
        lambda sheet, name: sheet.rejected(name, _is_whole),
        lambda _: "out_of_range",
        lambda _: "write whole pence: £596.00 is 59600",
    )


def _is_whole(value: object) -> bool:
    try:
        amount: Fraction = as_fraction(value)
    except NumberError:
        return True
    return amount.denominator == 1


def _refuse_too_much(case: Case, sums: list[int], findings: Findings) -> None:
    """Refuse more pence than any table can hold."""
    over = [place for place, pence in enumerate(sums) if pence >= INT64_LIMIT]
    if over:
        codes, values = case.areas["area_code"].iloc[over].tolist(), [str(sums[place]) for place in over]
        fix = "correct the payments: together they are 2**63 pence or more"
        where = {"area_code": codes, "column": "paid_pence", "value": values}
        findings.problem("paid", "out_of_range", fix, **where)
    findings.refuse()
