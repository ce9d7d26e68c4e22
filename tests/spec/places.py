"""Hard places: what the examples of a law must reach, by name, and how to look for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import bcf_payments as bcf
from bcf_payments.exact.numbers import as_fraction
from bcf_payments.schemes import ConditionsLine, PlannedValuePot, available_schemes
from bcf_payments.testing import Case

from .changes import cells as written
from .changes import settle

SAMPLE = 450
NUMBERS = {
    "plans": ("baseline_numerator", "baseline_denominator", "target_numerator", "target_denominator"),
    "outcomes": ("outcome_numerator", "outcome_denominator"),
}
KEY = ["area_code", "wave", "metric"]


def sampled(strategy: st.SearchStrategy[Any], size: int = SAMPLE) -> list[Any]:
    drawn: list[Any] = []

    @settings(max_examples=size, phases=[Phase.generate], derandomize=True, database=None, deadline=None)
    @given(strategy)
    def collect(value: object) -> None:
        drawn.append(value)

    collect()
    return drawn


def is_blank(cell: object) -> bool:
    return cell == "" if isinstance(cell, str) else bool(pd.isna(cell))


def paid_keys(case: Case) -> set[tuple[str, str, str]]:
    return {
        (code, slot.wave, slot.name) for code in case.areas["area_code"] for slot in case.scheme.metric_lines
    }


def keys_of(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(zip(*(frame[name].tolist() for name in KEY), strict=True))


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows with every number as it was written."""
    rows = zip(*(written(frame[name]) for name in frame), strict=True)
    return [dict(zip(frame.columns, row, strict=True)) for row in rows]


def due_waves(case: Case) -> tuple[str, ...]:
    names = case.scheme.wave_names
    return names if case.through is None else names[: names.index(case.through) + 1]


Quarters: TypeAlias = list[tuple[Fraction, Fraction]]


class Line(NamedTuple):
    """A line with a plan and an outcome, as rates (a count: as numbers), and what was written."""

    curve: tuple[tuple[Fraction, Fraction], ...]
    unit: str
    better: int
    baseline: Fraction
    target: Fraction
    outcome: Fraction
    numerators: tuple[Fraction, Fraction, Fraction]
    denominators: tuple[Fraction, Fraction, Fraction]
    written: tuple[object, ...]

    @property
    def planned(self) -> Fraction:
        return self.better * (self.target - self.baseline)

    @property
    def achievement(self) -> Fraction | None:
        return (self.baseline - self.outcome) / (self.baseline - self.target) if self.planned > 0 else None


def lines_of(case: Case) -> Iterator[Line]:
    planned = dict(zip(keys_of(case.plans), records(case.plans), strict=True))
    measured = dict(zip(keys_of(case.outcomes), records(case.outcomes), strict=True))
    rules = {(slot.wave, slot.name): slot.rule for slot in case.scheme.metric_lines}
    for key in sorted(paid_keys(case) & set(planned) & set(measured)):
        written = [planned[key][name] for name in NUMBERS["plans"]]
        written += [measured[key][name] for name in NUMBERS["outcomes"]]
        numbers = list(map(as_fraction, written))
        metric, rule = case.scheme.metrics[key[2]], rules[key[1:]]
        direction = metric.direction.value
        said = planned[key]["direction"] if direction == "either" else direction
        above, below = tuple(numbers[0::2]), tuple(numbers[1::2])
        is_count = metric.unit.value == "count"
        levels = above if is_count else [a / b for a, b in zip(above, below, strict=True)]
        better = 1 if said == "higher" else -1
        curve = case.scheme.curves[rule.curve.value].value
        yield Line(curve, metric.unit.value, better, *levels, above, below, tuple(written))


def cells(case: Case, *columns: str) -> list[object]:
    return [
        cell for table in case.tables for name in columns if name in table for cell in table[name].tolist()
    ]


def conditions_of(case: Case) -> list[object]:
    return cells(case, *case.scheme.condition_names)


def days_late(case: Case) -> list[int]:
    limits = [
        slot.rule.submit_by.value
        for slot in case.scheme.lines
        if isinstance(slot.rule, ConditionsLine) and slot.rule.submit_by
    ]
    if not limits:
        return []
    days = [cell for cell in cells(case, "submitted_on") if not is_blank(cell)]
    return [(dt.date.fromisoformat(str(day)[:10]) - limits[0]).days for day in days]


def has_tied_remainders(case: Case) -> bool:
    """Whether pence left over from the pot must be dealt out among equal remainders."""
    if case.scheme.pot is None:
        return False
    shares = [slot.rule.share.value for slot in case.scheme.lines if slot.rule and slot.rule.share]
    weighting = [as_fraction(cell) for cell in cells(case, case.scheme.pot.weight.value)]
    for share in shares or [Fraction(1)]:
        quotas = [int(case.scheme.pot.amount_pence * share) * weight / sum(weighting) for weight in weighting]
        remainders = sorted((quota % 1 for quota in quotas), reverse=True)
        left_over = int(sum(remainders))
        if left_over and remainders[left_over - 1] == remainders[left_over]:
            return True
    return False


def quarters_of(case: Case, lines: list[Line]) -> Iterator[Quarters]:
    """Reductions planned and made in each area that has them all, under a pot of planned value."""
    size = len(case.scheme.waves)
    if isinstance(case.scheme.pot, PlannedValuePot) and len(lines) == size * len(case.areas):
        for start in range(0, len(lines), size):
            area = lines[start : start + size]
            yield [(line.planned, line.baseline - line.outcome) for line in area]


def is_made_good(area: Quarters) -> bool:
    """Whether the running total falls short of the plan in one quarter and not in a later one."""
    behind = [
        sum(p for p, _ in area[:end]) > max(Fraction(0), sum(a for _, a in area[:end]))
        for end in range(1, len(area) + 1)
    ]
    return any(before and not after for before, after in pairwise(behind))


def dtype_names(case: Case) -> set[str]:
    return {str(case.plans[name].dtype) for name in NUMBERS["plans"]}


def weights_of(case: Case) -> list[Fraction]:
    return [as_fraction(cell) for cell in cells(case, *case.scheme.weight_columns)]


def amounts_of(case: Case) -> list[Fraction]:
    names = ("allocation", "performance_pot", *(component.name for component in case.scheme.components))
    columns = [f"{name}_pounds" for name in names if f"{name}_pounds" in case.areas]
    return [as_fraction(cell) for column in columns for cell in case.areas[column]]


HARD_AMOUNTS: dict[str, Callable[[Case], bool]] = {
    "whole allocations given": lambda case: "allocation_pounds" in case.areas,
    "components and pot given one by one": lambda case: "performance_pot_pounds" in case.areas,
    "an amount of 0": lambda case: 0 in amounts_of(case),
}

HARD_PLACES: dict[str, Callable[[Case], bool]] = {
    "one area": lambda case: len(case.areas) == 1,
    "several areas": lambda case: len(case.areas) >= 4,
    "ties of remainders": has_tied_remainders,
    "a weight of zero": lambda case: 0 in weights_of(case),
    "one area with all of the pot's weight": lambda case: (
        len(case.areas) > 1
        and case.scheme.pot is not None
        and sum(as_fraction(cell) > 0 for cell in cells(case, case.scheme.pot.weight.value)) == 1
    ),
    "conditions only": lambda case: bool(case.scheme.lines) and not case.scheme.metric_lines,
    "watching only": lambda case: not case.scheme.lines,
    "a line with weights of its own": lambda case: any(
        slot.rule.weight for slot in case.scheme.lines if slot.rule
    ),
    "assurance by payment point": lambda case: "wave" in case.assurance,
    "a line judged by level": lambda case: any(
        slot.rule.lower for slot in case.scheme.metric_lines if slot.rule
    ),
    "one line": lambda case: len(case.scheme.lines) == 1,
    "a weight beyond 64 bits": lambda case: max(weights_of(case), default=0) >= 2**64,
    "a tiny weight": lambda case: any(0 < weight < Fraction(1, 10**6) for weight in weights_of(case)),
    "a gap in the plans": lambda case: not paid_keys(case) <= set(keys_of(case.plans)),
    "a gap in the outcomes": lambda case: not paid_keys(case) <= set(keys_of(case.outcomes)),
    "no plans at all": lambda case: case.plans.empty,
    "no outcomes at all": lambda case: case.outcomes.empty,
    "a blank condition": lambda case: any(map(is_blank, conditions_of(case))),
    "a blank day of submission": lambda case: any(map(is_blank, cells(case, "submitted_on"))),
    "a late plan": lambda case: max(days_late(case), default=0) > 0,
    "a plan in on the last day": lambda case: 0 in days_late(case),
    "days not known": lambda case: "submitted_on" not in case.assurance,
    "a condition not met": lambda case: any(
        str(cell).lower() in {"false", "no"} for cell in conditions_of(case)
    ),
    "a wave that is not due": lambda case: len(due_waves(case)) < len(case.scheme.waves),
    "no outcomes of waves that are not due": lambda case: (
        case.on_missing == "raise" and not paid_keys(case) <= set(keys_of(case.outcomes))
    ),
    "complete": lambda case: case.on_missing == "raise",
    "rows out of order": lambda case: keys_of(case.plans) != sorted(keys_of(case.plans)),
    "areas out of order": lambda case: not case.areas["area_code"].is_monotonic_increasing,
    "an index of its own": lambda case: case.plans.index[:1].tolist() not in ([], [0]),
    "an unrelated column": lambda case: "notes" in case.areas,
    "an unknown metric": lambda case: not set(case.plans["metric"]) <= set(case.scheme.metrics),
    "a metric that the wave does not pay": lambda case: any(
        name in case.scheme.metrics and (code, wave, name) not in paid_keys(case)
        for code, wave, name in keys_of(case.plans)
    ),
    "sample sizes": lambda case: "sample_size" in case.plans,
    "a direction that must be said": lambda case: any(
        case.scheme.metrics[slot.name].direction.value == "either" for slot in case.scheme.metric_lines
    ),
    "no directions": lambda case: "direction" not in case.plans,
    "integers": lambda case: "int64" in dtype_names(case),
    "floats": lambda case: "float64" in dtype_names(case),
    "objects": lambda case: any(
        case.plans[name].dtype == object and any(isinstance(cell, Decimal) for cell in case.plans[name])
        for name in NUMBERS["plans"]
    ),
    "texts": lambda case: any(
        set(map(type, case.plans[name].tolist())) == {str} for name in NUMBERS["plans"]
    ),
    "monitored metrics": lambda case: bool(case.scheme.monitored),
    "a built-in scheme": lambda case: case.scheme.name in available_schemes(),
    "a scheme of our own": lambda case: case.scheme.name not in available_schemes(),
}

HARD_LINES: dict[str, Callable[[Line], bool]] = {
    "baseline equal to target": lambda line: line.planned == 0,
    "target worse than baseline": lambda line: line.planned < 0,
    "outcome exactly at target": lambda line: line.outcome == line.target != line.baseline,
    "outcome exactly at baseline": lambda line: line.outcome == line.baseline != line.target,
    "outcome exactly at 0.7 of the plan": lambda line: line.achievement == Fraction(7, 10),
    "outcome exactly at a jump inside the curve": lambda line: (
        [x for x, _ in line.curve].count(line.achievement) == 2 and 0 < line.achievement < 1
    ),
    "outcome beyond the target": lambda line: (line.achievement or 0) > 1,
    "outcome worse than the baseline": lambda line: (line.achievement or 0) < 0,
    "outcome between baseline and target": lambda line: 0 < (line.achievement or 0) < 1,
    "an outcome that nearly meets the target": lambda line: Fraction(99, 100) < (line.achievement or 0) < 1,
    "single precision": lambda line: any(isinstance(cell, np.float32) for cell in line.written),
    "16 or 17 digits": lambda line: any(
        isinstance(cell, float) and len(str(cell).replace(".", "").lstrip("0")) >= 16 for cell in line.written
    ),
    "three denominators": lambda line: len(set(line.denominators)) == 3,
    "a fraction in text": lambda line: any("/" in str(cell) for cell in line.written),
    "a decimal": lambda line: any(isinstance(cell, Decimal) for cell in line.written),
    "an exponent": lambda line: any("e" in str(cell) for cell in line.written),
    "a baseline of 0": lambda line: line.baseline == 0,
    "an outcome of 0": lambda line: line.outcome == 0,
    "a rate above 100%": lambda line: line.unit == "per_cent" and line.baseline > 1,
    "a number beyond 64 bits": lambda line: max(line.numerators) >= 2**63,
    "higher is better": lambda line: line.better == 1,
}

HARD_QUARTERS: dict[str, Callable[[Quarters], bool]] = {
    "a plan that does not fall every quarter": lambda area: (
        min(p for p, _ in area) < 0 < sum(p for p, _ in area)
    ),
    "a quarter made good later": is_made_good,
    "a plan without any reduction": lambda area: sum(p for p, _ in area) <= 0,
}


class Seen:
    """What a law looks at: a case, its settlement, and what is decided or asked of it."""

    def __init__(self, case: Case, decisions: pd.DataFrame | None = None, asked: Asked | None = None) -> None:
        self.case = case
        self.decisions = decisions
        self.asked = asked

    @cached_property
    def settlement(self) -> bcf.Settlement:
        """The case, settled."""
        return settle(self.case)

    @cached_property
    def lines(self) -> list[Line]:
        """Lines with a plan and an outcome."""
        return list(lines_of(self.case))

    def said(self) -> Iterator[set[str]]:
        """What the parties said of each line that needs their agreement: `yes`, `no`, or nothing."""
        review = self.case.scheme.review
        if self.decisions is None or review is None:
            return
        by_all = {action.action.value for action in review.actions if action.destination_otherwise}
        actions = self.settlement.reviews.set_index(["area_code", "wave", "line"])["action"].to_dict()
        for code, wave, line, *answers in self.decisions.itertuples(index=False, name=None):
            if actions[code, wave, line] in by_all:
                yield set(map(_answer, answers))


class Asked(NamedTuple):
    """An amount that a line is to earn."""

    key: tuple[str, str, str]
    pence: int


def _answer(cell: object) -> str:
    if is_blank(cell):
        return ""
    return "yes" if str(cell).lower() in {"true", "yes", "1", "1.0"} else "no"


def _asks_for_more(seen: Seen) -> bool:
    entitled = seen.settlement.payments.set_index(["area_code", "wave", "line"])["entitlement_pence"]
    return seen.asked is not None and seen.asked.pence > entitled[seen.asked.key]


def _goes(direction: str) -> Callable[[Seen], bool]:
    def reached(seen: Seen) -> bool:
        either = {n for n, metric in seen.case.scheme.metrics.items() if metric.direction.value == "either"}
        paid = {slot.name for slot in seen.case.scheme.metric_lines} & either
        plans = seen.case.plans
        said = plans["direction"] == direction if "direction" in plans else False
        return bool((plans["metric"].isin(paid) & said).any())

    return reached


def _gateways(answer: str) -> Callable[[Seen], bool]:
    """Whether the condition of a gateway is blank, or holds back money of a line that earned all else."""

    def reached(seen: Seen) -> bool:
        if answer == "shut":
            return bool((seen.settlement.payments["held_reason"] == "gateway").any())
        names = {gateway.condition.value for gateway in seen.case.scheme.gateways}
        return any(is_blank(cell) for name in names for cell in seen.case.assurance[name])

    return reached


OF_SEEN: dict[str, Callable[[Seen], bool]] = {
    "a gateway that is shut": _gateways("shut"),
    "a gateway whose condition is blank": _gateways("blank"),
    "money caught up": lambda seen: bool(seen.settlement.payments["caught_up_pence"].any()),
    "a recovery plan that all agree to": lambda seen: {"yes"} in seen.said(),
    "a recovery plan that one refuses": lambda seen: {"yes", "no"} in seen.said(),
    "a recovery plan not yet agreed": lambda seen: any("" in answers for answers in seen.said()),
    "more than the line's own entitlement": _asks_for_more,
    "a metric of either way that should rise": _goes("higher"),
    "a metric of either way that should fall": _goes("lower"),
    "unequal denominators": lambda seen: any(len(set(line.denominators)) > 1 for line in seen.lines),
    "an unambitious target": lambda seen: any(line.planned <= 0 for line in seen.lines),
    "a curve with a jump": lambda seen: any(
        len({x for x, _ in line.curve}) < len(line.curve) for line in seen.lines
    ),
    "reviews by the mean": lambda seen: (
        seen.case.scheme.review is not None and seen.case.scheme.review.scope.value == "mean"
    ),
}

PLACES: dict[str, Callable[[Seen], bool]] = (
    {
        name: (lambda seen, there=there: there(seen.case))
        for name, there in (HARD_PLACES | HARD_AMOUNTS).items()
    }
    | {name: (lambda seen, there=there: any(map(there, seen.lines))) for name, there in HARD_LINES.items()}
    | OF_SEEN
)
"""Every place that a law may name."""

COMPLETE = (
    "a gateway that is shut",
    "one area",
    "one area with all of the pot's weight",
    "conditions only",
    "watching only",
    "a line with weights of its own",
    "assurance by payment point",
    "one line",
    "unequal denominators",
    "single precision",
    "16 or 17 digits",
    "a number beyond 64 bits",
    "an unambitious target",
    "a metric of either way that should rise",
    "a metric of either way that should fall",
    "a late plan",
    "a curve with a jump",
    "reviews by the mean",
)
"""What cases without gaps reach."""

ANY_CASE = (
    *COMPLETE,
    "a gap in the plans",
    "a gap in the outcomes",
    "a blank condition",
    "a gateway whose condition is blank",
)
CAUGHT_UP = (*ANY_CASE, "money caught up")
GATED = ("a gateway that is shut", "a gateway whose condition is blank")
PAYING = tuple(name for name in ANY_CASE if name != "watching only")
IN_PROPORTION = tuple(name for name in PAYING if name != "a curve with a jump")
DECIDED = (
    *ANY_CASE,
    "a recovery plan that all agree to",
    "a recovery plan that one refuses",
    "a recovery plan not yet agreed",
)
ASKED = (
    *(name for name in CAUGHT_UP if name not in {"conditions only", "watching only"}),
    "more than the line's own entitlement",
)
