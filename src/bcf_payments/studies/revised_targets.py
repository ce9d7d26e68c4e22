"""Targets held against operating plans: which stand, which change, and what that does to the pot."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from bcf_payments.core.plan_lines import (
    LineKey,
    PlanLine,
    as_pence,
    keys_of,
    lines_by_area,
    plan_lines,
    read_alone,
    read_plans,
)
from bcf_payments.core.requirements import as_float
from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import as_fraction
from bcf_payments.given import guarded, handed_out, notices_of
from bcf_payments.schemes import PlannedValuePot, Scheme, scheme_of
from bcf_payments.schemes.parts import cite
from bcf_payments.tables.checking import Findings, area_numbers, check_areas
from bcf_payments.tables.inputs import LINE_KEY, Columns
from bcf_payments.tables.number_checks import number_rule
from bcf_payments.tables.row_rules import (
    RowRule,
    Sheet,
    code_rule,
    known_rule,
    truth,
    truth_rule,
    unique_rule,
)

OPERATING_COLUMNS = Columns((*LINE_KEY, "target_numerator"), ("approved",))
CHANGED = ("needs_approval", "approved")
"""Decisions by which the operating plan's targets take the place of the plan's."""


class RevisedTargets(NamedTuple):
    """Plans after a revision, and what became of each area's target.

    Attributes
    ----------
    plans : DataFrame
        The plans given, with the operating plan's targets where the decision is `needs_approval` or
        `approved`: settle on them once nothing needs approval any more.
    changes : DataFrame, a row per area with an operating plan
        `area_code`; `planned_improvement` and `operating_improvement`, over all payment points, as shares of
        the baselines (floats); `decision`: `kept`, `needs_approval`, `approved` or `refused`;
        `value_before_pence`, `value_after_pence`, `change_pence`: what the planned reduction is worth at the
        scheme's unit value, rounded down; the area's pot is that, at most its share; `source`.

    Examples
    --------
    Every target of Hartlepool as it was: nothing changes.

    >>> import bcf_payments as bcf
    >>> plans = bcf.load_example("p4p_2015_16").plans.query("area_code == 'E06000001'")
    >>> same = plans[["area_code", "wave", "metric", "target_numerator"]]
    >>> bcf.revise_targets(plans, same).changes["decision"].tolist()
    ['kept']
    """

    plans: pd.DataFrame
    changes: pd.DataFrame


@guarded
def revise_targets(
    plans: pd.DataFrame, operating_plans: pd.DataFrame, scheme: str | Path | Scheme = "july_2014"
) -> RevisedTargets:
    """Hold targets against operating plans, and resize what they are worth.

    Parameters
    ----------
    plans : DataFrame, a row per area, wave and metric
        As in `settle`.
    operating_plans : DataFrame, a row per area, wave and metric
        `area_code`, `wave`, `metric`, `target_numerator`: what the operating plan expects in place of the
        target. Optional `approved`: whether NHS England approves the revision; blank: not decided. An area
        has a row for each line that pays, or none, and then keeps its targets.
    scheme : str, Path or Scheme
        With a pot of planned value and a `revision_tolerance`, such as `july_2014`.

    Returns
    -------
    RevisedTargets
        The revised plans, and what changed.

    Raises
    ------
    InputError
        Every fault of both tables; areas without plans; a scheme without a rule on revisions.

    Notes
    -----
    With `B` the sum of the baselines over all payment points, `R` the improvement planned and `O` that of the
    operating plan, the target stands where `|O - R| / B` is at most the scheme's 2 percentage points,
    unless the revision is approved all the same. Beyond it the operating plan's figures take its place,
    marked `needs_approval` until `approved` is filled in; where any row of the area says no, the target
    stands (`refused`). What is planned is worth `floor(unit value * max(0, R))`: the pot is linear in the
    target. Source: C2, C7, C8, C9.

    Examples
    --------
    Barking and Dagenham (C9): £1m was attached to 3.5%, of 20,000 admissions in four quarters, say; 2.5% was
    agreed, for about £710,000.

    >>> import pandas as pd
    >>> import bcf_payments as bcf
    >>> scheme = bcf.load_scheme("july_2014").replace(unit_value_pounds="10000/7")
    >>> plans = pd.DataFrame({"area_code": "E09000002", "wave": scheme.wave_names,
    ...     "metric": "emergency_admissions", "baseline_numerator": 5000, "baseline_denominator": 1,
    ...     "target_numerator": 4825, "target_denominator": 1})
    >>> agreed = plans[["area_code", "wave", "metric"]].assign(target_numerator=4875, approved="yes")
    >>> revised = bcf.revise_targets(plans, agreed, scheme)
    >>> revised.changes[["decision", "value_before_pence", "value_after_pence"]].values.tolist()
    [['approved', 100000000, 71428571]]
    >>> revised.plans["target_numerator"].unique().tolist()
    [4875]
    """
    rules = scheme_of(scheme)
    pot, tolerance = _revisable(rules)
    findings = Findings(pattern=rules.area_code_pattern.value)
    sheet = read_plans(plans, rules, findings)
    operating = _read_operating(operating_plans, sheet, rules, findings)
    findings.refuse()
    revised = dict(zip(keys_of(operating), operating.cells("target_numerator"), strict=True))
    by_area = lines_by_area(plan_lines(sheet, rules))
    approvals = _approvals(operating)
    _refuse_gaps({line[:3] for lines in by_area.values() for line in lines}, set(revised), rules)
    areas = [
        _Area.of(by_area[code], revised, approval, tolerance) for code, approval in sorted(approvals.items())
    ]
    taken = {area.area_code for area in areas if area.decision in CHANGED}
    notices = notices_of({"plans": plans, "operating_plans": operating_plans})
    return RevisedTargets(
        _with_targets(plans, {key: value for key, value in revised.items() if key[0] in taken}),
        handed_out(_changes(areas, pot), notices),
    )


class _Area(NamedTuple):
    """Sums over an area's payment points, as improvements, and what becomes of its target."""

    area_code: str
    baseline: Fraction
    planned: Fraction
    operating: Fraction
    decision: str

    @property
    def agreed(self) -> Fraction:
        """The improvement that stands after the revision."""
        return self.operating if self.decision in CHANGED else self.planned

    @classmethod
    def of(
        cls, lines: list[PlanLine], revised: Mapping[LineKey, object], approval: str, tolerance: Fraction
    ) -> _Area:
        """The sums of an area's lines, and the decision that follows from them."""
        instead = [line._replace(target=as_fraction(revised[line[:3]])) for line in lines]
        baseline = sum((line.baseline for line in lines), Fraction(0))
        planned, operating = (
            sum((line.improvement for line in each), Fraction(0)) for each in (lines, instead)
        )
        within = abs(operating - planned) <= tolerance * baseline
        decided = {"yes": "approved", "no": "kept" if within else "refused"}
        decision = decided.get(approval, "kept" if within else "needs_approval")
        return cls(lines[0].area_code, baseline, planned, operating, "kept" if lines == instead else decision)


def _changes(areas: list[_Area], pot: PlannedValuePot) -> pd.DataFrame:
    unit = pot.unit_value_pounds.value * 100
    before, after = (
        as_pence([math.floor(unit * max(Fraction(0), improvement)) for improvement in improvements], "plans")
        for improvements in ([area.planned for area in areas], [area.agreed for area in areas])
    )
    return pd.DataFrame(
        {
            "area_code": [area.area_code for area in areas],
            "planned_improvement": [_share(area.planned, area.baseline) for area in areas],
            "operating_improvement": [_share(area.operating, area.baseline) for area in areas],
            "decision": [area.decision for area in areas],
            "value_before_pence": before,
            "value_after_pence": after,
            "change_pence": after - before,
            "source": cite(pot.revision_tolerance, pot.unit_value_pounds, "C9"),
        }
    )


def _share(part: Fraction, whole: Fraction) -> float:
    """A part of a whole; NaN of nothing."""
    return as_float(part / whole) if whole else math.nan


def _with_targets(plans: pd.DataFrame, targets: Mapping[LineKey, object]) -> pd.DataFrame:
    """Plans with other targets in some rows; the column keeps its type where they are all of one."""
    keys, sheet = keys_of(Sheet(plans)), Sheet(plans)
    cells = [targets.get(key, cell) for key, cell in zip(keys, sheet.cells("target_numerator"), strict=True)]
    revised = plans.copy()
    if targets:
        kind = None if len(set(map(type, cells))) == 1 else object
        revised["target_numerator"] = pd.Series(cells, plans.index, dtype=kind)
    return revised


def _revisable(scheme: Scheme) -> tuple[PlannedValuePot, Fraction]:
    """The pot, and how far a plan may be from the operating plan; refuse a scheme that does not say so."""
    pot = scheme.pot
    if not isinstance(pot, PlannedValuePot) or pot.revision_tolerance is None:
        fix = f"{scheme.name} has no pot.revision_tolerance: give a scheme that revises targets, as july_2014"
        raise InputError([{"table": "options", "reason": "unknown_value", "column": "scheme", "fix": fix}])
    return pot, pot.revision_tolerance.value


def _read_operating(operating_plans: object, plans: Sheet, scheme: Scheme, findings: Findings) -> Sheet:
    """The rows of operating plans, after noting their faults."""
    pattern = scheme.area_code_pattern.value
    rules: tuple[RowRule, ...] = (
        code_rule(pattern),
        known_rule("wave", scheme.wave_names),
        known_rule("metric", dict.fromkeys(slot.name for slot in scheme.metric_lines)),
        unique_rule(LINE_KEY),
        number_rule(("target_numerator",), "leave the area's rows out if its operating plan is not known"),
        truth_rule(("approved",)),
    )
    sheet = read_alone("operating_plans", operating_plans, OPERATING_COLUMNS, rules, findings)
    known = sorted(plans.distinct("area_code")) if plans.has("area_code") else []
    if known:
        places = area_numbers(sheet, known)
        check_areas("operating_plans", sheet, places, known, pattern, findings)
    return sheet


def _approvals(operating: Sheet) -> dict[str, str]:
    """What was decided of each area: yes of every row, no of any, or nothing yet."""
    said = defaultdict[str, set[int | None]](set)
    cells = operating.cells("approved") if operating.has("approved") else [None] * len(operating)
    for code, cell in zip(operating.cells("area_code"), cells, strict=True):
        said[code].add(truth(cell))
    return {code: "no" if 0 in each else "yes" if each == {1} else "" for code, each in said.items()}


def _refuse_gaps(planned: set[LineKey], revised: set[LineKey], scheme: Scheme) -> None:
    """Refuse an area that lacks a payment point in one of the tables: a part tells nothing of the whole."""
    codes = sorted({code for code, *_ in revised})
    fix = "add the row: a revision is judged over all payment points of the area"
    problems = [
        {"table": table, "reason": "missing_row", **dict(zip(LINE_KEY, key, strict=True)), "fix": fix}
        for table, there in (("plans", planned), ("operating_plans", revised))
        for key in ((code, slot.wave, slot.name) for code in codes for slot in scheme.metric_lines)
        if key not in there
    ]
    if problems:
        raise InputError(problems)
