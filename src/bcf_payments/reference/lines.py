"""What each line of each area is entitled to, what it earns, and why money is held back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import floor
from typing import NamedTuple, TypeAlias

from bcf_payments.reference.sharing import (
    PlainCase,
    Row,
    amounts_given,
    apportion,
    is_blank,
    is_yes,
    largest_remainder,
    number,
    pence,
    received,
)
from bcf_payments.schemes.parts import ConditionsLine, FixedPot, MetricLine, PlannedValuePot

LineKey: TypeAlias = tuple[str, str, str]

_FACTORS = {"per_cent": 100, "per_100_000": 100_000, "ratio": 1, "count": 1}
"""What a rate is multiplied by to be told in its unit."""


class ReferenceLine(NamedTuple):
    """One line of one area: what it was entitled to, what became of it, and why.

    `achievement` (not clipped) is None for conditions, missing and not due lines; `fraction_paid` is 0
    where data are missing and None where the line is not due or only watched; `unambitious` is a fact of
    the plan, False for conditions and where there is no plan. `baseline`, `target` and `outcome` are told
    in the metric's unit, None where they are not known.
    """

    entitlement_pence: int
    earned_pence: int
    caught_up_pence: int
    withheld_pence: int
    not_due_pence: int
    held_reason: str
    status: str
    achievement: Fraction | None = None
    fraction_paid: Fraction | None = None
    unambitious: bool = False
    baseline: Fraction | None = None
    target: Fraction | None = None
    outcome: Fraction | None = None


class _Change(NamedTuple):
    """Improvement, better counting as positive: `planned` is None without a plan, `made` if unknown."""

    planned: Fraction | None
    made: Fraction | None


class _Levels(NamedTuple):
    """What was measured and planned; None where there is no row, or the outcome is not due."""

    baseline: Fraction | None
    target: Fraction | None
    outcome: Fraction | None
    better: int

    @property
    def change(self) -> _Change:
        if self.baseline is None or self.target is None:
            return _Change(None, None)
        made = None if self.outcome is None else self.better * (self.outcome - self.baseline)
        return _Change(self.better * (self.target - self.baseline), made)


def _level(row: Row, what: str, unit: str) -> Fraction:
    # C1, C8: a count is its numerator, any other unit a rate.
    numerator = number(row[f"{what}_numerator"])
    return numerator if unit == "count" else numerator / number(row[f"{what}_denominator"])


def _thresholds(case: PlainCase, wave: str, metric: str) -> tuple[Fraction, Fraction] | None:
    """The lower and the upper threshold of a line that is judged by level."""
    factor = _FACTORS[case.scheme.metrics[metric].unit.value]
    for line in (line for part in case.scheme.waves if part.name == wave for line in part.lines):
        if isinstance(line, MetricLine) and line.name == metric and line.lower and line.upper:
            return line.lower.value / factor, line.upper.value / factor
    return None


def _levels(case: PlainCase, code: str, wave: str, metric: str) -> _Levels:
    rule = case.scheme.metrics[metric]
    unit, direction = rule.unit.value, rule.direction.value
    plan = case.plans.get((code, wave, metric))
    baseline = target = outcome = None
    # A line judged by level needs no plan: its thresholds stand in place of baseline and target.
    if thresholds := _thresholds(case, wave, metric):
        baseline, target = thresholds
    elif plan is not None:
        baseline, target = _level(plan, "baseline", unit), _level(plan, "target", unit)
        # B1: the direction of a local metric stands in its plan.
        direction = plan["direction"] if direction == "either" else direction
    if (code, wave, metric) in case.outcomes and wave in case.due:
        outcome = _level(case.outcomes[code, wave, metric], "outcome", unit)
    return _Levels(baseline, target, outcome, 1 if direction == "higher" else -1)


def _told(case: PlainCase, metric: str, line: ReferenceLine, levels: _Levels) -> ReferenceLine:
    """The line with what was measured, in the metric's unit, and whether its plan is ambitious."""
    factor = _FACTORS[case.scheme.metrics[metric].unit.value]
    baseline, target, outcome = (None if level is None else level * factor for level in levels[:3])
    return line._replace(
        baseline=baseline, target=target, outcome=outcome, unambitious=_is_unambitious(levels.change)
    )


def _is_unambitious(change: _Change) -> bool:
    # G3: the target is no better than the baseline.
    return change.planned is not None and change.planned <= 0


def _achievement(planned: Fraction, made: Fraction) -> Fraction:
    # G3: an unambitious target is met or not met, nothing between.
    if planned <= 0:
        return Fraction(made >= planned)
    # A14, B5, C4: the share of the planned improvement, (baseline - outcome) / (baseline - target).
    return made / planned


def _status(share: Fraction) -> str:
    """Name an achievement, or the share of the conditions that pays."""
    if share >= 1:
        return "met"
    return "partly_met" if share > 0 else "not_met"


def clipped(value: Fraction) -> Fraction:
    """Cut an achievement at nothing and at all."""
    return min(Fraction(1), max(Fraction(0), value))


def curve(points: Sequence[tuple[Fraction, Fraction]], x: Fraction) -> Fraction:
    """Evaluate a curve: straight between points; of two points at one x, the later holds."""
    i = max(i for i, (start, _) in enumerate(points) if start <= x)
    start, low = points[i]
    if i == len(points) - 1:
        return low
    end, high = points[i + 1]
    return low + (high - low) * (x - start) / (end - start)


def _settled(entitlement: int, earned: int, paid: Fraction, status: str, reason: str) -> ReferenceLine:
    """Account for a line that is due; `reason` says why money is withheld, if any is."""
    # C8: what is earned above the entitlement makes good what earlier quarters missed.
    caught_up = max(0, earned - entitlement)
    # G1, G5: what is not earned is withheld.
    withheld = entitlement - earned + caught_up
    reason = reason if withheld else ""
    return ReferenceLine(entitlement, earned, caught_up, withheld, 0, reason, status, None, paid)


def _missing(entitlement: int) -> ReferenceLine:
    # G4: missing data earns nothing and waits.
    return _settled(entitlement, 0, Fraction(0), "missing", "missing_data")


def _not_due(entitlement: int) -> ReferenceLine:
    return ReferenceLine(entitlement, 0, 0, 0, entitlement, "", "not_due")


def fixed_pot(case: PlainCase, pot: FixedPot) -> dict[LineKey, ReferenceLine]:
    """Settle the lines of all areas under a pot of fixed size."""
    rules = [(wave.name, line) for wave in case.scheme.waves for line in wave.lines]
    lines: dict[LineKey, ReferenceLine] = {}
    for (wave, line), (code, entitlement) in _entitlements(case, pot, rules):
        if isinstance(line, MetricLine):
            result = _metric_line(case, entitlement, code, wave, line)
        elif wave in case.due:
            # G4: an area without a row of assurance has no condition filled in.
            row = case.assurance.get((code, wave), {})
            result = _conditions_line(entitlement, line, row, _kept(case, code, wave))
        else:
            result = _not_due(entitlement)
        lines[code, wave, line.name] = result
    return lines


def _entitlements(
    case: PlainCase, pot: FixedPot, rules: list[tuple[str, MetricLine | ConditionsLine]]
) -> Iterator[tuple[tuple[str, MetricLine | ConditionsLine], tuple[str, int]]]:
    # A9, A13, B1, B8: the pot is split once over all its lines; G2: ties go to the earlier line.
    shares = [line.share.value for _, line in rules if line.share]
    if amounts_given(case):
        # G7: a pot that an area was given is split within the area.
        for code, own in received(case, "performance_pot", pot):
            for rule, entitlement in zip(rules, largest_remainder(own, shares), strict=True):
                yield rule, (code, entitlement)
        return
    totals = largest_remainder(pence(pot.amount_pounds.value), shares)
    for rule, total in zip(rules, totals, strict=True):
        # F8: each line is apportioned over the areas by the pot's weight column, or by one of its own.
        weight = rule[1].weight or pot.weight
        for amount in apportion(case, total, weight.value):
            yield rule, amount


def _metric_line(case: PlainCase, entitlement: int, code: str, wave: str, line: MetricLine) -> ReferenceLine:
    levels = _levels(case, code, wave, line.name)
    planned, made = levels.change
    kept = _kept(case, code, wave)
    if wave not in case.due:
        result = _not_due(entitlement)
    elif planned is None or made is None or kept is None:
        result = _missing(entitlement)
    else:
        achieved = _achievement(planned, made)
        # A14, B8: the curve says what the achievement pays; G6: beyond the target pays no more.
        paid = curve(case.scheme.curves[line.curve.value].value, clipped(achieved))
        # G1: money is rounded down when earned.
        earned = floor(entitlement * paid * kept)
        reason = "gateway" if paid == 1 else "performance"
        result = _settled(entitlement, earned, paid * kept, _status(achieved), reason)
        result = result._replace(achievement=achieved)
    return _told(case, line.name, result, levels)


def _kept(case: PlainCase, code: str, wave: str) -> Fraction | None:
    """What gateways leave of what a line of the wave earns; None where a condition is not known."""
    row, kept = case.assurance.get((code, wave), {}), Fraction(1)
    for gateway in case.scheme.gateways:
        if gateway.waves is None or wave in gateway.waves.value:
            answer = row.get(gateway.condition.value)
            # G4: an area without a row of assurance has no condition filled in.
            if is_blank(answer):
                return None
            kept *= 1 if is_yes(answer) else gateway.keeps.value
    return kept


def watched(case: PlainCase) -> dict[LineKey, ReferenceLine]:
    """Metrics that are assessed where rows exist, and never paid (C1)."""
    found: dict[LineKey, ReferenceLine] = {}
    for code, wave in product(case.settled, case.scheme.waves):
        for metric in wave.monitored.value if wave.monitored else ():
            levels = _levels(case, code, wave.name, metric)
            planned, made = levels.change
            if levels[:3] == (None, None, None):
                continue
            status, achieved = "missing", None
            if wave.name not in case.due:
                status = "not_due"
            elif planned is not None and made is not None:
                achieved = _achievement(planned, made)
                status = _status(achieved)
            line = ReferenceLine(0, 0, 0, 0, 0, "", status, achieved)
            found[code, wave.name, metric] = _told(case, metric, line, levels)
    return found


def _conditions_line(
    entitlement: int, line: ConditionsLine, row: Row, kept: Fraction | None
) -> ReferenceLine:
    answers = [row.get(name) for name in line.conditions.value]
    blank = any(is_blank(answer) for answer in answers)
    late = False
    # A2, A12: the date is tested where the scheme sets one and the table has the column.
    if line.submit_by and "submitted_on" in row:
        if is_blank(row["submitted_on"]):
            blank = True
        else:
            # A date, a time stamp and ISO text all print the day first.
            late = dt.date.fromisoformat(str(row["submitted_on"]).strip()[:10]) > line.submit_by.value
    # A12: a plan that is not approved, or late, earns none of it, whatever is known of its conditions.
    if row.get("plan_status") == "not_approved":
        return _settled(entitlement, 0, Fraction(0), "not_met", "plan_not_approved")
    if late:
        return _settled(entitlement, 0, Fraction(0), "not_met", "conditions")
    if blank or kept is None:
        return _missing(entitlement)
    # B8: equal parts for each condition; A12, B3: all of them or nothing.
    paid = Fraction(sum(is_yes(answer) for answer in answers), len(answers))
    if line.pays.value == "all":
        paid = Fraction(floor(paid))
    # G1: money is rounded down when earned.
    reason = "gateway" if paid == 1 else "conditions"
    return _settled(entitlement, floor(entitlement * paid * kept), paid * kept, _status(paid), reason)


def planned_value_pot(
    case: PlainCase, pot: PlannedValuePot
) -> tuple[dict[LineKey, ReferenceLine], dict[tuple[str, str], int]]:
    """Settle the lines of all areas; also say what the areas' pots leave of their shares."""
    rules = [(wave.name, line) for wave in case.scheme.waves for line in wave.lines]
    lines: dict[LineKey, ReferenceLine] = {}
    left: dict[tuple[str, str], int] = {}
    # C8, F8: the area's share of the national amount.
    for code, share in received(case, "performance_pot", pot):
        levels = [_levels(case, code, wave, line.name) for wave, line in rules]
        known = [level.change for level in levels]
        # G4: with the plan of any quarter missing there is no pot, and nothing to test.
        complete = all(change.planned is not None for change in known)
        changes = known if complete else [_Change(None, None) for _ in known]
        # C8: R, the reduction planned over all quarters; C2, C8: the pot is its value, at most the share.
        whole = max(Fraction(0), sum((change.planned or Fraction(0) for change in changes), Fraction(0)))
        area_pot = min(share, pence(pot.unit_value_pounds.value * whole))
        left[code, pot.remainder.value] = share - area_pot
        results = _quarters(changes, len(case.due), area_pot, whole, cumulative=pot.cumulative.value)
        for (wave, line), level, result in zip(rules, levels, results, strict=True):
            lines[code, wave, line.name] = _told(case, line.name, result, level)
    return lines, left


def _quarters(
    changes: Sequence[_Change], due: int, pot: int, whole: Fraction, *, cumulative: bool
) -> list[ReferenceLine]:
    """Settle the quarters of one area: the first `due` are due, `whole` is the R of C8."""
    results: list[ReferenceLine] = []
    planned_so_far = highest = before = made_so_far = Fraction(0)
    gap = False
    for quarter, (planned, made) in enumerate(changes):
        # C8: P_q, the highest cumulative planned reduction so far, at least 0 and at most R.
        planned_so_far += planned or 0
        highest = max(highest, planned_so_far)
        counted = min(whole, highest)
        # C8: the quarter's entitlement is the step from P_(q-1) to P_q, in pence rounded down.
        entitlement = floor(pot * counted / whole) - floor(pot * before / whole) if whole else 0
        own, before = counted - before, counted
        gap = gap or (cumulative and made is None)
        if quarter >= due:
            result = _not_due(entitlement)
        elif planned is None or made is None or gap:
            # G4: under the cumulative test a gap hides the later quarters as well.
            result = _missing(entitlement)
        else:
            made_so_far += made
            if cumulative:
                # C4, C8: the running total is paid, never above the pot, and nothing is clawed back.
                paid = min(max(made_so_far, Fraction(0)), counted) / whole if whole else Fraction(0)
                earned = max(0, floor(pot * paid) - sum(earlier.earned_pence for earlier in results))
            else:
                # C4: the quarter pays on its own.
                paid = clipped(made / own) if own else Fraction(0)
                earned = floor(entitlement * paid)
            achieved = _achievement(planned, made)
            result = _settled(entitlement, earned, paid, _status(achieved), "performance")
            result = result._replace(achievement=achieved)
        results.append(result)
    return results
