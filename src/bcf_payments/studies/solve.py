"""The worst outcome with which a line earns an amount."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from bcf_payments.core.solving import (
    Asked,
    AskedLine,
    lacking,
    reaches,
    unreachable,
    values_of_one,
    why_lacking,
)
from bcf_payments.errors import InputError
from bcf_payments.given import guarded, take
from bcf_payments.names import CONDITIONS, SLOT_KEY
from bcf_payments.schemes import MetricLine, Scheme
from bcf_payments.schemes.having import refuse_without_money
from bcf_payments.settlement import Settlement
from bcf_payments.tables.lookup import named, position_of
from bcf_payments.words import nearest


@dataclass(frozen=True)
class RequiredOutcome:
    """The worst outcome with which a line earns an amount; made by `required_outcome`.

    Attributes
    ----------
    outcome_numerator : Fraction
        Exact: any worse numerator earns less.
    outcome_denominator : Fraction
        The denominator of the line's outcome; the target's where there is no outcome; 1 for a count.
    whole_outcome_numerator : int
        The worst whole numerator that pays: one worse does not.
    achievement : Fraction
        Of the exact outcome, as the assessments would show it: the share of the line's own planned
        improvement, or 0 or 1 where that is not above 0.
    earned_pence : int
        The amount that was asked for. Where the curve jumps, the outcome earns more.
    due : bool
        Whether the line is due. If not, this is the outcome that it will need.

    Examples
    --------
    An illustration: Hartlepool planned 298 fewer emergency admissions, from 9,715. For half of the money
    it needs 149 fewer:

    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> half = bcf.required_outcome(settlement, "E06000001", "wave_1", "emergency_admissions", 10653968)
    >>> half.whole_outcome_numerator, round(float(half.achievement), 6)
    (9566, 0.5)
    """

    outcome_numerator: Fraction
    outcome_denominator: Fraction
    whole_outcome_numerator: int
    achievement: Fraction
    earned_pence: int
    due: bool


@guarded
def required_outcome(
    settlement: Settlement, area_code: str, wave: str, line: str, earned_pence: int
) -> RequiredOutcome:
    """Find the worst outcome with which a line of one area earns an amount, all other lines as they stand.

    Parameters
    ----------
    settlement : Settlement
        The rules, the plans, and the outcomes of all other lines.
    area_code, wave, line : str
        A metric line. It may be missing its outcome, or not be due yet.
    earned_pence : int
        From 1 to the most that the line can earn: its entitlement, where the curve reaches 1. A quarter of
        a cumulative pot can earn more, making good earlier ones, or less, where it starts from behind.

    Returns
    -------
    RequiredOutcome

    Raises
    ------
    InputError
        An unknown area, wave or line; a conditions line; a missing plan; a quarter of a cumulative pot with
        an earlier outcome missing or not due; an amount that no outcome pays, or that every outcome pays.

    Notes
    -----
    All steps are exact. An amount of whole pence is reached by `floor(x)` where it is reached by `x`.

    Fixed pots: `floor(entitlement * curve(a)) >= earned` where `curve(a) >= earned / entitlement`. As the
    curve never falls and is right-continuous, the achievements that pay run from a least one, `a`, up to 1:
    the start of the first piece that begins high enough, or where a rising piece gets there. The improvement
    needed is `a` times the planned one; where none is planned, the target itself (G3).

    Pots of planned value (C8): quarter q earns `max(0, floor(pot * min(max(A_q, 0), P_q) / R) - H)` with `H`
    earned before, so `A_q >= (H + earned) * R / pot`, and the quarter's own improvement is that less the
    improvement of the quarters before. Not cumulative: `earned / entitlement_q` of `P_q - P_(q-1)`.

    The outcome is the baseline less that improvement (plus it, where higher is better), and the whole number
    the next one on the better side. Source: A14, B8, C4, C8, G1, G3.

    Examples
    --------
    How many emergency admissions may Hartlepool have, at most, to earn £10,000 for January to March 2015?
    Its baseline is 2,360, and one fewer is worth £1,490: seven fewer earn £10,430, six £8,940.

    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> line = ("E06000001", "q4_2014_15", "emergency_admissions")
    >>> bcf.required_outcome(settlement, *line, 10_000_00).whole_outcome_numerator
    2353
    """
    area, place = position_of(settlement.areas, area_code), _place(settlement.scheme, wave, line)
    need_data(settlement, area, place)
    asked = AskedLine.of(settlement, Asked.of(settlement), area, place)
    (reach,) = reaches([asked], [asked.of_line()])
    if fault := unreachable(earned_pence, reach):
        where = {"area_code": area_code, "wave": wave, "metric": line, "column": "earned_pence"}
        problem = {"table": "question", **where, "value": earned_pence, **fault}
        raise InputError(named([problem], settlement.areas))
    numerator, whole, achievement = asked.outcome(reach.needed(int(earned_pence)))
    return RequiredOutcome(
        outcome_numerator=numerator,
        outcome_denominator=asked.denominator,
        whole_outcome_numerator=whole,
        achievement=achievement,
        earned_pence=int(earned_pence),
        due=asked.due,
    )


def _place(scheme: Scheme, wave: str, line: str) -> int:
    """The number of a metric line for which an outcome can be asked."""
    for name, value in (("wave", wave), ("line", line)):
        take(value, str, name, f"write the name of a {name} as text")
    refuse_without_money(scheme, "an outcome to earn an amount")
    in_wave = [slot for slot in scheme.lines if slot.wave == wave]
    metrics = [slot.name for slot in in_wave if isinstance(slot.rule, MetricLine)]
    if line in metrics:
        return [(slot.wave, slot.name) for slot in scheme.metric_lines].index((wave, line))
    if not in_wave:
        column, value, fix = "wave", wave, nearest(wave, scheme.wave_names)
    else:
        fix = nearest(line, metrics) if metrics else f"no line of {wave} pays on an outcome"
        column, value, fix = "line", line, f"conditions have no outcome; {fix}" if line == CONDITIONS else fix
    raise InputError(
        [{"table": "scheme", "reason": "unknown_value", "column": column, "value": value, "fix": fix}]
    )


def need_data(settlement: Settlement, area: int, line: int) -> None:
    """Refuse a line whose plan, or an earlier outcome that it builds on, is not there."""
    if missing := lacking(settlement.case, area, line):
        code = settlement.case.areas["area_code"].iloc[area]
        fix = why_lacking(settlement.scheme.metric_lines[line], missing[0].what)
        problems = (
            {
                "table": "assurance" if one.what == "gateway" else f"{one.what}s",
                "reason": "missing_value" if one.what == "gateway" else "missing_row",
                "area_code": code,
                "wave": one.slot.wave,
                "metric": one.slot.name,
                "fix": fix,
            }
            for one in missing
        )
        raise InputError(named(problems, settlement.areas))


@guarded
def marginal_value(settlement: Settlement) -> pd.DataFrame:
    """Value one count more: what each area would earn with the numerator of one outcome one better.

    Parameters
    ----------
    settlement : Settlement
        A settlement with its outcomes.

    Returns
    -------
    DataFrame, a row per area and line
        `area_code`, `wave`, `line`, `value_pence`: what the area would earn in total with the numerator of
        that outcome, as given, one better (but not below 0), less what it earns now. 0 for conditions,
        and for lines that are missing or not due.

    Notes
    -----
    The kernel that settles pays the improved outcomes: all lines at once where each pays on its own, and
    a trial per quarter, added up over the area, where a quarter can make good an earlier one (C8). A trial
    is never worth less than nothing, as no curve falls.

    Examples
    --------
    One emergency admission fewer in a quarter is worth £1,490, or nothing to an area that has earned its
    pot, or whose emergency admissions are far above plan.

    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> bcf.marginal_value(settlement)["value_pence"].drop_duplicates().tolist()
    [149000, 0]
    """
    return settlement.payments[[*SLOT_KEY]].assign(value_pence=values_of_one(settlement).T.ravel())
