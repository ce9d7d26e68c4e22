"""The rules of payment once more, in plain fractions and loops: an independent check of the fast path.

Nothing here is shared with the arithmetic that settles payments: not the reading of numbers, not the
rounding, not the curves. It is slow, and short enough to be read beside the rules, whose ids stand
above each step. The tables must have passed validation; a cell that no rule needs is never read.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from bcf_payments.schemes.model import ConditionsLine, FixedPot, MetricLine, PlannedValuePot, Review, Scheme

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = dict[tuple[str, ...], Row]
LineKey: TypeAlias = tuple[str, str, str]


class ReferenceLine(NamedTuple):
    """One line of one area: what it was entitled to, what became of it, and why.

    `achievement` (not clipped) is None for conditions, missing and not due lines; `fraction_paid` is 0
    where data are missing and None where the line is not due; `unambitious` is a fact of the plan, False
    for conditions and where there is no plan.
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


class ReferenceSettlement(NamedTuple):
    """A whole settlement: pence by area and component, the lines that pay, the action of each review."""

    allocations: dict[tuple[str, str], int]
    lines: dict[LineKey, ReferenceLine]
    reviews: dict[LineKey, str]


class _Case(NamedTuple):
    scheme: Scheme
    due: Sequence[str]
    areas: Rows
    plans: Rows
    outcomes: Rows
    assurance: Rows


class _Change(NamedTuple):
    """Improvement, better counting as positive: `planned` is None without a plan, `made` if unknown."""

    planned: Fraction | None
    made: Fraction | None


def reference_settlement(
    areas: pd.DataFrame,
    plans: pd.DataFrame,
    outcomes: pd.DataFrame,
    assurance: pd.DataFrame | None,
    scheme: Scheme,
    *,
    through: str | None = None,
) -> ReferenceSettlement:
    """Settle a scheme the slow way, to compare with `settle`.

    Parameters
    ----------
    areas, plans, outcomes, assurance : DataFrame
        The input tables, validated, rows in any order; `assurance` may be None where no line that is due
        pays on conditions. Plans and outcomes without a row and blank conditions count as missing: their
        lines earn nothing.
    scheme : Scheme
        The rules.
    through : str, optional
        The last wave that is due; by default all are.

    Returns
    -------
    ReferenceSettlement
        Money in whole pence (`int`), everything else exact.

    Raises
    ------
    ValueError
        `through` is not a wave of the scheme.

    Notes
    -----
    Sources: A2, A5, A9, A12, A13, A14, B1, B5, B6, B7, B8, C1, C2, C4, C8, F8, G1-G6.

    Examples
    --------
    An illustration with an invented target: Hartlepool plans 83 fewer emergency admissions from January to
    March 2015, at £1,490 each. It has 30 fewer and earns 30 x £1,490.

    >>> from bcf_payments.schemes import load_scheme
    >>> scheme = load_scheme("july_2014").replace(waves=load_scheme("july_2014").waves[:1], components=())
    >>> key = {"area_code": "E06000001", "wave": "q4_2014_15", "metric": "emergency_admissions"}
    >>> settlement = reference_settlement(
    ...     areas=pd.DataFrame({"area_code": ["E06000001"], "nhs_weight": [92590]}),
    ...     plans=pd.DataFrame([key | {"baseline_numerator": 2360, "target_numerator": 2277}]),
    ...     outcomes=pd.DataFrame([key | {"outcome_numerator": 2330}]),
    ...     assurance=pd.DataFrame({"area_code": ["E06000001"], "plan_status": ["signed_off"]}),
    ...     scheme=scheme,
    ... )
    >>> line = settlement.lines["E06000001", "q4_2014_15", "emergency_admissions"]
    >>> line.entitlement_pence, line.earned_pence, line.status
    (12367000, 4470000, 'partly_met')
    """
    waves = [wave.name for wave in scheme.waves]
    case = _Case(
        scheme=scheme,
        due=waves if through is None else waves[: waves.index(through) + 1],
        areas=_rows(areas, "area_code"),
        plans=_rows(plans, "area_code", "wave", "metric"),
        outcomes=_rows(outcomes, "area_code", "wave", "metric"),
        assurance={} if assurance is None else _rows(assurance, "area_code"),
    )
    allocations: dict[tuple[str, str], int] = defaultdict(int)
    # F8: each formula component is apportioned by its own weight column.
    for component in scheme.components:
        total = _pence(component.amount_pounds.value)
        for code, pence in _apportion(case, total, component.weight.value):
            allocations[code, component.name] = pence
    # C2: what a pot of planned value leaves of the area's share is a component of its own.
    if isinstance(scheme.pot, FixedPot):
        lines = _fixed_pot(case, scheme.pot)
    else:
        lines, left = _planned_value_pot(case, scheme.pot)
        allocations |= left
    # An area's pot is the sum of its lines.
    for (code, _, _), line in lines.items():
        allocations[code, "performance_pot"] += line.entitlement_pence
    reviews = _reviews(lines, scheme.review) if scheme.review else {}
    return ReferenceSettlement(dict(allocations), lines, reviews)


def _rows(table: pd.DataFrame, *key: str) -> Rows:
    """Key the rows of a table, cells untouched."""
    columns = [column.to_numpy() for _, column in table.items()]
    rows = [dict(zip(table.columns, cells, strict=True)) for cells in zip(*columns, strict=True)]
    return {tuple(row[name] for name in key): row for row in rows}


def _number(value: object) -> Fraction:
    """Read a number as it is written: a float prints as the shortest decimal that it stands for."""
    return Fraction(str(value))


def _is_yes(value: object) -> bool:
    written = {"true": True, "yes": True, "1": True, "1.0": True}
    written |= {"false": False, "no": False, "0": False, "0.0": False}
    return written[str(value).strip().lower()]


def _is_blank(value: Any) -> bool:
    return not value.strip() if isinstance(value, str) else bool(pd.isna(value))


def _pence(pounds: Fraction) -> int:
    return floor(pounds * 100)


def _largest_remainder(total: int, weights: Sequence[Fraction]) -> list[int]:
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


def _apportion(case: _Case, total: int, weight_column: str) -> list[tuple[str, int]]:
    """Spread a national amount in pence over the areas."""
    # G2: between areas, ties go to the smaller area code, hence the sorting.
    codes = sorted(code for (code,) in case.areas)
    weights = [_number(case.areas[code,][weight_column]) for code in codes]
    return list(zip(codes, _largest_remainder(total, weights), strict=True))


def _level(row: Row, what: str, unit: str) -> Fraction:
    # C1, C8: a count is its numerator, any other unit a rate.
    numerator = _number(row[f"{what}_numerator"])
    return numerator if unit == "count" else numerator / _number(row[f"{what}_denominator"])


def _change(case: _Case, code: str, wave: str, line: MetricLine) -> _Change:
    key = (code, wave, line.name)
    if key not in case.plans:
        return _Change(None, None)
    plan, metric = case.plans[key], case.scheme.metrics[line.name]
    unit, direction = metric.unit.value, metric.direction.value
    # B1: the direction of a local metric stands in its plan.
    better = 1 if (plan["direction"] if direction == "either" else direction) == "higher" else -1
    baseline = _level(plan, "baseline", unit)
    planned = better * (_level(plan, "target", unit) - baseline)
    if key not in case.outcomes or wave not in case.due:
        return _Change(planned, None)
    return _Change(planned, better * (_level(case.outcomes[key], "outcome", unit) - baseline))


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


def _clipped(value: Fraction) -> Fraction:
    return min(Fraction(1), max(Fraction(0), value))


def _curve(points: Sequence[tuple[Fraction, Fraction]], x: Fraction) -> Fraction:
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


def _fixed_pot(case: _Case, pot: FixedPot) -> dict[LineKey, ReferenceLine]:
    rules = [(wave.name, line) for wave in case.scheme.waves for line in wave.lines]
    # A9, A13, B1, B8: the pot is split once over all its lines; G2: ties go to the earlier line.
    shares = [line.share.value for _, line in rules if line.share]
    totals = _largest_remainder(_pence(pot.amount_pounds.value), shares)
    lines: dict[LineKey, ReferenceLine] = {}
    for (wave, line), total in zip(rules, totals, strict=True):
        # F8: each line is apportioned over the areas by the pot's weight column.
        for code, entitlement in _apportion(case, total, pot.weight.value):
            if isinstance(line, MetricLine):
                result = _metric_line(case, entitlement, code, wave, line)
            elif wave in case.due:
                result = _conditions_line(entitlement, line, case.assurance[code,])
            else:
                result = _not_due(entitlement)
            lines[code, wave, line.name] = result
    return lines


def _metric_line(case: _Case, entitlement: int, code: str, wave: str, line: MetricLine) -> ReferenceLine:
    change = _change(case, code, wave, line)
    planned, made = change
    if wave not in case.due:
        result = _not_due(entitlement)
    elif planned is None or made is None:
        result = _missing(entitlement)
    else:
        achieved = _achievement(planned, made)
        # A14, B8: the curve says what the achievement pays; G6: beyond the target pays no more.
        paid = _curve(case.scheme.curves[line.curve.value].value, _clipped(achieved))
        # G1: money is rounded down when earned.
        earned = floor(entitlement * paid)
        result = _settled(entitlement, earned, paid, _status(achieved), "performance")
        result = result._replace(achievement=achieved)
    return result._replace(unambitious=_is_unambitious(change))


def _conditions_line(entitlement: int, line: ConditionsLine, row: Row) -> ReferenceLine:
    answers = [row[name] for name in line.conditions.value]
    blank = any(_is_blank(answer) for answer in answers)
    late = False
    # A2, A12: the date is tested where the scheme sets one and the table has the column.
    if line.submit_by and "submitted_on" in row:
        if _is_blank(row["submitted_on"]):
            blank = True
        else:
            # A date, a time stamp and ISO text all print the day first.
            late = dt.date.fromisoformat(str(row["submitted_on"]).strip()[:10]) > line.submit_by.value
    # A12: a plan that is not approved, or late, earns none of it, whatever is known of its conditions.
    if row["plan_status"] == "not_approved":
        return _settled(entitlement, 0, Fraction(0), "not_met", "plan_not_approved")
    if late:
        return _settled(entitlement, 0, Fraction(0), "not_met", "conditions")
    if blank:
        return _missing(entitlement)
    # B8: equal parts for each condition; A12: all of them or nothing.
    paid = Fraction(sum(_is_yes(answer) for answer in answers), len(answers))
    if line.pays.value == "all":
        paid = Fraction(floor(paid))
    # G1: money is rounded down when earned.
    return _settled(entitlement, floor(entitlement * paid), paid, _status(paid), "conditions")


def _planned_value_pot(
    case: _Case, pot: PlannedValuePot
) -> tuple[dict[LineKey, ReferenceLine], dict[tuple[str, str], int]]:
    """Settle the lines of all areas; also say what the areas' pots leave of their shares."""
    rules = [(wave.name, line) for wave in case.scheme.waves for line in wave.lines]
    lines: dict[LineKey, ReferenceLine] = {}
    left: dict[tuple[str, str], int] = {}
    # C8, F8: the area's share of the national amount.
    for code, share in _apportion(case, _pence(pot.amount_pounds.value), pot.weight.value):
        known = [_change(case, code, wave, line) for wave, line in rules if isinstance(line, MetricLine)]
        # G4: with the plan of any quarter missing there is no pot, and nothing to test.
        complete = all(change.planned is not None for change in known)
        changes = known if complete else [_Change(None, None) for _ in known]
        # C8: R, the reduction planned over all quarters; C2, C8: the pot is its value, at most the share.
        whole = max(Fraction(0), sum((change.planned or Fraction(0) for change in changes), Fraction(0)))
        area_pot = min(share, _pence(pot.unit_value_pounds.value * whole))
        left[code, pot.remainder.value] = share - area_pot
        results = _quarters(changes, len(case.due), area_pot, whole, cumulative=pot.cumulative.value)
        for (wave, line), change, result in zip(rules, known, results, strict=True):
            lines[code, wave, line.name] = result._replace(unambitious=_is_unambitious(change))
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
                paid = _clipped(made / own) if own else Fraction(0)
                earned = floor(entitlement * paid)
            achieved = _achievement(planned, made)
            result = _settled(entitlement, earned, paid, _status(achieved), "performance")
            result = result._replace(achievement=achieved)
        results.append(result)
    return results


def _reviews(lines: dict[LineKey, ReferenceLine], review: Review) -> dict[LineKey, str]:
    """Find what the missed lines of each area and wave trigger."""
    # G4: conditions, missing and not due lines have no achievement; they trigger nothing and do not count.
    judged: dict[tuple[str, str], dict[LineKey, Fraction]] = defaultdict(dict)
    for key, line in lines.items():
        if line.achievement is not None:
            judged[key[:2]][key] = line.achievement
    actions: dict[LineKey, str] = {}
    for achievements in judged.values():
        mean = sum(map(_clipped, achievements.values()), Fraction(0)) / len(achievements)
        for key, own in achievements.items():
            # B7: 70% is tested line by line, or on the mean of the area's lines of that wave.
            decisive = mean if review.scope.value == "mean" else own
            # A5, B5, B6: of a missed line, the lowest threshold that it is below.
            triggered = [step.action.value for step in review.actions if decisive < step.trigger_below.value]
            if lines[key].status != "met" and triggered:
                actions[key] = triggered[0]
    return actions
