"""What each line of an area must achieve, as a table: in full, half, anything, or an amount of the area's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from bcf_payments.core.result import Result
from bcf_payments.core.solving import (
    Asked,
    AskedLine,
    Reach,
    lacking,
    reaches,
    unreachable,
    values_of_one,
)
from bcf_payments.exact.numbers import nearest_float
from bcf_payments.schemes import MetricLine
from bcf_payments.schemes.units import UNIT_FACTORS
from bcf_payments.words import listed

FULL, HALF, ANYTHING, AMOUNT = "full", "half", "anything", "amount"
GOALS = (FULL, HALF, ANYTHING)
"""What is asked of a line where no amount is named."""

COLUMNS = {
    **dict.fromkeys(("area_code", "wave", "line", "goal"), "str"),
    **dict.fromkeys(("asked_pence", "most_pence"), "Int64"),
    "earned_pence": "int64",
    "outcome_numerator": "object",
    "outcome_denominator": "object",
    "outcome": "float64",
    "unit": "str",
    "achievement": "float64",
    "value_pence": "int64",
    "why_not": "str",
}
"""The columns, and their types: an amount that is not known is blank, and no count is too large."""


def requirements_table(
    result: Result, areas: Sequence[int] | None = None, earned_pence: int | None = None
) -> pd.DataFrame:
    """What is required of each metric line of some areas, by their numbers; of all, if none are given."""
    numbers = range(result.case.size) if areas is None else areas
    lines = list(product(numbers, range(len(result.scheme.metric_lines))))
    asked = Asked.of(result)
    solvable = {
        place: AskedLine.of(result, asked, *place) for place in lines if not lacking(result.case, *place)
    }
    asked_lines = list(solvable.values())
    questions = [line.of_line() if earned_pence is None else line.of_area() for line in asked_lines]
    answers = {
        place: (line, reach)
        for (place, line), reach in zip(solvable.items(), reaches(asked_lines, questions), strict=True)
    }
    rows = [
        about | row
        for place, about in zip(lines, _about(result, lines, earned_pence), strict=True)
        for row in (
            _answers(*answers[place], about["unit"], earned_pence)
            if place in answers
            else _lacking(result, place, earned_pence)
        )
    ]
    return pd.DataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=kind) for name, kind in COLUMNS.items()}
    )


def _about(
    result: Result, lines: Sequence[tuple[int, int]], earned_pence: int | None
) -> Iterator[dict[str, Any]]:
    """Which line of which area, what is earned now, and what one count more is worth."""
    metric = [at for at, slot in enumerate(result.scheme.lines) if isinstance(slot.rule, MetricLine)]
    values, earned = values_of_one(result), result.settled.earned
    now = earned if earned_pence is None else np.broadcast_to(earned.sum(axis=0), earned.shape)
    codes = result.case.areas["area_code"].tolist()
    for area, line in lines:
        slot = result.scheme.metric_lines[line]
        yield {
            "area_code": codes[area],
            "wave": slot.wave,
            "line": slot.name,
            "unit": result.scheme.metrics[slot.name].unit.value,
            "earned_pence": int(now[metric[line], area]),
            "value_pence": int(values[metric[line], area]),
        }


def _lacking(result: Result, place: tuple[int, int], earned_pence: int | None) -> Iterator[dict[str, Any]]:
    """The goals of a line that cannot be solved, and why not."""
    missing = lacking(result.case, *place)
    waves = listed([one.slot.wave for one in missing])
    why = f"not known without the {missing[0].what} of {waves}"
    for goal in GOALS if earned_pence is None else (AMOUNT,):
        yield {"goal": goal, "asked_pence": earned_pence, "why_not": why}


def _answers(line: AskedLine, reach: Reach, unit: str, earned_pence: int | None) -> Iterator[dict[str, Any]]:
    """The worst whole outcome for each goal of a line, or why there is none."""
    who, goals = "this line", {FULL: reach.most, HALF: -(-reach.most // 2), ANYTHING: 1}
    if earned_pence is not None:
        who, goals = "the area, with this line alone,", {AMOUNT: earned_pence}
    for goal, pence in goals.items():
        row = {"goal": goal, "asked_pence": pence, "most_pence": reach.most}
        if fault := unreachable(pence, reach, who):
            yield row | {"why_not": fault["fix"]}
            continue
        _, whole, achievement = line.outcome(reach.needed(pence))
        yield row | {
            "outcome_numerator": whole,
            "outcome_denominator": short(line.denominator),
            "outcome": as_float(whole / line.denominator * UNIT_FACTORS[unit]),
            "achievement": as_float(achievement),
            "why_not": "",
        }


def short(value: Fraction) -> Fraction | int:
    """An exact number, as an integer where it is one."""
    return value.numerator if value.denominator == 1 else value


def as_float(value: Fraction) -> float:
    """The nearest finite float."""
    return nearest_float(value.numerator, value.denominator)
