"""Plans by themselves, without areas or a fund: each line exactly, for studies of plans alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import INT64_LIMIT, as_fraction
from bcf_payments.schemes import Scheme
from bcf_payments.schemes.parts import Metric
from bcf_payments.tables.checking import (
    ABSENT,
    Findings,
    faults_of,
    line_numbers,
    rows_of_areas,
    with_columns,
)
from bcf_payments.tables.choosing import Codes, of_these
from bcf_payments.tables.input_rules import table_rules
from bcf_payments.tables.inputs import AREA, LINE_KEY, Columns, table_columns
from bcf_payments.tables.number_checks import number_rule
from bcf_payments.tables.row_rules import RowRule, Sheet, code_rule, filled_rule, or_blank, unique_rule

LineKey: TypeAlias = tuple[str, str, str]
"""Area, wave and metric."""


class PlanLine(NamedTuple):
    """What an area plans on one line; levels are rates, or counts where the metric counts.

    `per` is what the baseline is divided by, 1 where the metric counts; `sign` is 1 where lower is better.
    """

    area_code: str
    wave: str
    metric: str
    baseline: Fraction
    target: Fraction
    per: Fraction
    sign: int

    @property
    def improvement(self) -> Fraction:
        """From baseline to target; below 0 where the plan gets worse."""
        return self.sign * (self.baseline - self.target)


def read_alone(
    name: str,
    frame: object,
    columns: Columns,
    rules: Sequence[RowRule],
    findings: Findings,
    only: Codes | None = None,
) -> Sheet:
    """The rows of a table that is checked by itself, after noting its faults; of some areas `only`."""
    pattern = findings.pattern
    sheet = rows_of_areas(name, with_columns(name, frame, columns, findings), pattern, findings)
    if only is not None:
        sheet = of_these(sheet, only, pattern)
    findings.problems += faults_of(name, sheet, tuple(rules))
    return sheet


def read_areas(areas: object, findings: Findings) -> Sheet:
    """The rows of areas, for studies that share nothing among them."""
    rules = (
        code_rule(findings.pattern),
        unique_rule(("area_code",)),
        filled_rule(("area_name", "region")),
    )
    return read_alone("areas", areas, Columns(AREA), rules, findings)


def read_plans(plans: object, scheme: Scheme, findings: Findings, only: Codes | None = None) -> Sheet:
    """The rows of plans on which the scheme pays."""
    rules = table_rules(scheme, len(scheme.waves), "withhold")["plans"]
    sheet = read_alone("plans", plans, table_columns(scheme)["plans"], rules.of_keys, findings, only)
    paid = sheet.only(line_numbers(sheet, scheme.metric_lines) != ABSENT)
    values = (*rules.of_values, or_blank(number_rule(("sample_size",), "leave the cell blank")))
    findings.problems += faults_of("plans", paid, values)
    return paid


def keys_of(sheet: Sheet) -> list[LineKey]:
    """Area, wave and metric of each row."""
    return list(zip(*(sheet.cells(name) for name in LINE_KEY), strict=True))


def plan_lines(sheet: Sheet, scheme: Scheme) -> list[PlanLine]:
    """Every row of plans that are free of faults."""
    said = sheet.cells("direction") if sheet.has("direction") else [""] * len(sheet)
    baselines, targets = (levels(sheet, name, scheme) for name in ("baseline", "target"))
    rows = zip(keys_of(sheet), baselines, targets, said, strict=True)
    return [
        PlanLine(*key, baseline, target, per, _sign(scheme.metrics[key[2]], direction))
        for key, (baseline, per), (target, _), direction in rows
    ]


def lines_by_area(lines: Sequence[PlanLine]) -> defaultdict[str, list[PlanLine]]:
    """The lines of each area, which are none where it has no plan."""
    by_area = defaultdict[str, list[PlanLine]](list)
    for line in lines:
        by_area[line.area_code].append(line)
    return by_area


def levels(sheet: Sheet, name: str, scheme: Scheme) -> list[tuple[Fraction, Fraction]]:
    """The level of each row, and what it is divided by: 1 where the metric counts."""
    rows = zip(
        sheet.cells("metric"),
        *(sheet.cells(f"{name}_{part}ator") for part in ("numer", "denomin")),
        strict=True,
    )
    return [
        _level(above, 1 if scheme.metrics[metric].unit.value == "count" else below)
        for metric, above, below in rows
    ]


def _level(above: Any, below: Any) -> tuple[Fraction, Fraction]:
    per = as_fraction(below)
    return as_fraction(above) / per, per


def _sign(metric: Metric, said: object) -> int:
    direction = metric.direction.value
    return -1 if (said if direction == "either" else direction) == "higher" else 1


def as_pence(values: Sequence[int], table: str) -> npt.NDArray[np.int64]:
    """Whole pence as a column, after refusing more than any table can hold."""
    if sum(map(abs, values)) >= INT64_LIMIT:
        fix = "correct the amounts: together they are 2**63 pence or more"
        raise InputError([{"table": table, "reason": "out_of_range", "fix": fix}])
    return np.array(values, dtype=np.int64)
