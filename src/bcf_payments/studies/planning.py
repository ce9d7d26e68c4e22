"""What an area must achieve to earn an amount: on each line, and on all of its lines alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import pandas as pd

from bcf_payments.core.payment import Curve, FixedKernel, PlannedValueKernel
from bcf_payments.core.requirements import as_float, requirements_table, short
from bcf_payments.core.solving import Asked, AskedLine, Reach, least_achievement, unreachable
from bcf_payments.errors import InputError
from bcf_payments.given import guarded, handed_out
from bcf_payments.schemes import MetricLine
from bcf_payments.schemes.units import UNIT_FACTORS
from bcf_payments.settlement import Settlement
from bcf_payments.studies.solve import need_data
from bcf_payments.tables.lookup import position_of

ANY_AMOUNT = Reach(0, 2**63, Fraction)


@guarded
def outcomes_to_earn(
    settlement: Settlement, area_code: str | None = None, earned_pence: int | None = None
) -> pd.DataFrame:
    """Find the worst outcome of each line that pays in full, half, anything, or an amount of the area's.

    Parameters
    ----------
    settlement : Settlement
        The rules, the plans, and the outcomes of all other lines.
    area_code : str, optional
        An area of the settlement; by default every one.
    earned_pence : int, optional
        What each area is to earn in all, with one line alone, its other lines and conditions as they stand.
        By default what each line is to earn: all that it can, half of that, and anything.

    Returns
    -------
    DataFrame, a row per area, metric line and goal
        `area_code`, `wave`, `line`; `goal` (`full`, `half`, `anything`, or `amount`); `asked_pence`;
        `most_pence`, the most that this line can earn, or the area with it; `earned_pence`, what it earns
        now; the worst whole `outcome_numerator` that pays, over its exact `outcome_denominator` (that of the
        outcome; of the target where there is no outcome; 1 for a count), both None where there is none;
        `outcome`, the same in the metric's `unit`; `achievement`; `value_pence`, as `marginal_value`; and
        `why_not`, a sentence where every outcome pays, or none does.

    Raises
    ------
    InputError
        An unknown area.

    Notes
    -----
    As `required_outcome`, exactly. A quarter of a cumulative pot asked for an amount of the area's counts in
    every running total up to the next outcome that is missing. Source: A14, B8, C4, C8, G1, G3.

    Examples
    --------
    How many emergency admissions may Hartlepool have from January to March 2015 for all of the money of that
    quarter, for half, and for anything?

    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> table = bcf.outcomes_to_earn(settlement, "E06000001")
    >>> table.query("wave == 'q4_2014_15'")["outcome_numerator"].tolist()
    [2277, 2318, 2359]
    """
    areas = None if area_code is None else [position_of(settlement.areas, area_code)]
    if earned_pence is not None:
        _whole_pence(earned_pence)
    return handed_out(requirements_table(settlement, areas, earned_pence), settlement.notices)


@dataclass(frozen=True)
class RequiredShare:
    """The least share of the plan that earns an amount, the same on all lines; made by `share_to_earn`.

    Attributes
    ----------
    share : Fraction
        Exact: any smaller share earns less than was asked.
    asked_pence, earned_pence : int
        The amount that was asked for, and what the area earns in all with the share: at least as much.
    outcomes : DataFrame
        A row per line on which the share is achieved: `wave`, `line`, the worst whole `outcome_numerator`
        that achieves it over `outcome_denominator`, and `outcome` in the metric's `unit`.
    to_come : bool
        Whether these are the lines whose outcomes are still to come; if not, every outcome is known, and
        they are all lines, as if none were.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> bcf.share_to_earn(settlement, "E06000001", 251_065_00).share
    Fraction(1, 2)
    """

    share: Fraction
    asked_pence: int
    earned_pence: int
    outcomes: pd.DataFrame
    to_come: bool


@guarded
def share_to_earn(settlement: Settlement, area_code: str, earned_pence: int) -> RequiredShare:
    """Find the least share of the plan, the same on all lines, with which an area earns an amount.

    Parameters
    ----------
    settlement : Settlement
        The rules, the plans, and the outcomes that are known.
    area_code : str
        An area of the settlement.
    earned_pence : int
        What the area is to earn in all for performance.

    Returns
    -------
    RequiredShare

    Raises
    ------
    InputError
        An unknown area, a pot of planned value without a whole plan, a gateway that is blank, or an amount
        that no share earns or that every share earns.

    Notes
    -----
    The share `x` of the planned improvement is achieved on every line with a plan whose outcome is still to
    come: not due, or missing. What is known stands, and conditions stand as they are. Where every outcome is
    known, all lines are asked, as if none were. A plan that improves nothing (G3) is met. In a pot of planned
    value a quarter achieves `x` times what it adds to the plan's highest running total (C8).

    What the area earns is a step function of `x` that never falls. Fixed pots: it rises only where some line
    earns a penny more, at fractions of bounded denominators; halving the range until it holds only one of
    them gives the least exactly. Cumulative pots: `A_q = B_q + x * S_q`, so that the least `x` is that of the
    first quarter whose running total gets there. Source: A14, B8, C4, C8, G1, G3.

    Examples
    --------
    What must Hartlepool achieve in the second wave to earn £1,000,000 in all, the first as it stands?

    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("two_waves")
    >>> settlement = bcf.settle(*example, through="wave_1", on_missing="withhold")
    >>> required = bcf.share_to_earn(settlement, "E06000001", 1_000_000_00)
    >>> round(float(required.share), 4), required.earned_pence
    (0.5709, 100000004)
    """
    area = position_of(settlement.areas, area_code)
    _whole_pence(earned_pence)
    asked, planned = Asked.of(settlement), settlement.case.measures.planned
    if isinstance(asked.kernel, PlannedValueKernel):
        need_data(settlement, area, 0)
    numbers = [line for line in range(len(asked.actual)) if planned[line, area]]
    to_come = [line for line in numbers if not asked.there[line, area]]
    if not asked.is_cumulative:
        for line in to_come or numbers:
            need_data(settlement, area, line)
    lines = [AskedLine.of(settlement, asked, area, line) for line in to_come or numbers]
    steps = _running(asked, lines, area) if asked.is_cumulative else _separate(settlement, asked, lines, area)
    reach = Reach(steps.earned(Fraction(0)), steps.earned(Fraction(1)), steps.least)
    if fault := unreachable(earned_pence, reach, "the area"):
        where = {"area_code": area_code, "column": "earned_pence", "value": earned_pence}
        raise InputError([{"table": "question", **where, **fault}])
    share = steps.least(int(earned_pence))
    outcomes = handed_out(_outcomes(settlement, lines, share), settlement.notices)
    return RequiredShare(share, int(earned_pence), steps.earned(share), outcomes, bool(to_come))


class _Steps(NamedTuple):
    """What an area earns with a share of the plan, and the least share that earns an amount."""

    earned: Callable[[Fraction], int]
    least: Callable[[int], Fraction]


def _running(asked: Asked, lines: Sequence[AskedLine], area: int) -> _Steps:
    """Quarters that make good one another."""
    besides, (pot, whole, path) = int(asked.besides[area]), asked.pot(area)
    planned = {line.line: line.improvement_planned for line in lines}
    known = (0 if at in planned else int(actual) for at, actual in enumerate(asked.actual[:, area]))
    more = (planned.get(at, 0) for at in range(len(asked.actual)))
    quarters = list(zip(accumulate(known), accumulate(more), path[1:], strict=True))

    def earned(share: Fraction) -> int:
        totals = [min(max(made + share * more, Fraction(0)), Fraction(most)) for made, more, most in quarters]
        return besides + math.floor(pot * max(totals) / whole)

    def least(pence: int) -> Fraction:
        target = Fraction((pence - besides) * whole, pot)
        return min((target - made) / more for made, more, most in quarters if more and most >= target)

    return _Steps(earned, least)


def _separate(settlement: Settlement, asked: Asked, lines: Sequence[AskedLine], area: int) -> _Steps:
    """Lines that each pay by themselves: where the share grows, they step up one after another."""
    others = {line.line for line in lines}
    metric = [at for at, slot in enumerate(settlement.scheme.lines) if isinstance(slot.rule, MetricLine)]
    settled = [settlement.settled.earned[at, area] for line, at in enumerate(metric) if line not in others]
    besides = int(asked.besides[area]) + sum(map(int, settled))
    parts = [_part(asked.kernel, line) for line in lines]
    besides += sum(_paid(*part, Fraction(1)) for part, line in zip(parts, lines, strict=True) if line.is_met)
    parts = [part for part, line in zip(parts, lines, strict=True) if not line.is_met]

    def earned(share: Fraction) -> int:
        return besides + sum(_paid(*part, share) for part in parts)

    def least(pence: int) -> Fraction:
        fine = max(entitlement * curve.factor for entitlement, curve in parts) ** 2 + 1
        below, reached = 0, fine  # no two steps are nearer to each other than one in `fine`
        while reached - below > 1:
            middle = (below + reached) // 2
            enough = earned(Fraction(middle, fine)) >= pence
            below, reached = (below, middle) if enough else (middle, reached)
        return max(_last_step(*part, Fraction(reached, fine)) for part in parts)

    return _Steps(earned, least)


def _part(kernel: FixedKernel | PlannedValueKernel, line: AskedLine) -> tuple[int, Curve]:
    """What a line can earn, and by which curve."""
    entitlement = int(kernel.entitlement[line.line, line.area])
    if isinstance(kernel, FixedKernel):
        return entitlement, kernel.curves[line.line]
    return entitlement, Curve.through([(Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))])


def _paid(entitlement: int, curve: Curve, share: Fraction) -> int:
    part, whole = curve.paid(*(np.array([number], dtype=object) for number in share.as_integer_ratio()))
    return int(entitlement * part[0] // whole[0])


def _last_step(entitlement: int, curve: Curve, share: Fraction) -> Fraction:
    """From which share on a line earns what it earns with this one."""
    paid = _paid(entitlement, curve, share)
    return least_achievement(curve, Fraction(paid, entitlement)) if paid else Fraction(0)


def _outcomes(settlement: Settlement, lines: Sequence[AskedLine], share: Fraction) -> pd.DataFrame:
    """The worst whole outcome on each line that achieves a share of its plan."""
    rows = []
    for line in lines:
        slot = settlement.scheme.metric_lines[line.line]
        unit = settlement.scheme.metrics[slot.name].unit.value
        planned = Fraction(line.improvement_planned)
        _, whole, _ = line.outcome(planned if line.is_met else share * planned)
        rate = as_float(whole / line.denominator * UNIT_FACTORS[unit])
        rows.append((slot.wave, slot.name, whole, short(line.denominator), rate, unit))
    columns = ["wave", "line", "outcome_numerator", "outcome_denominator", "outcome", "unit"]
    exact = {"outcome_numerator": object, "outcome_denominator": object}
    return pd.DataFrame(rows, columns=columns).astype(exact)


def _whole_pence(earned_pence: int) -> None:
    """Refuse an amount that is not of whole pence, and at least one."""
    if fault := unreachable(earned_pence, ANY_AMOUNT):
        raise InputError([{"table": "question", "column": "earned_pence", "value": earned_pence, **fault}])
