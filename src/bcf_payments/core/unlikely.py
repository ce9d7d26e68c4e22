"""What is possible and unlikely, so that somebody looks: warnings, which never change a figure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from fractions import Fraction

import numpy as np

from bcf_payments.core.achievement import Terms
from bcf_payments.core.case import Case
from bcf_payments.core.lines import Assessed
from bcf_payments.core.periods import days_of
from bcf_payments.exact.numbers import BoolArray, peak, times, widen
from bcf_payments.names import POT, STATUS_NAMES
from bcf_payments.tables.successions import overlapping
from bcf_payments.words import listed, per_cent, several, spoken

Warnings = Iterator[dict[str, str]]

MOST_CHANGE = 2
"""A rate beyond so many times its baseline, or below one part of so many, is unlikely."""

MOST_ACHIEVEMENT = 3
LANDMARKS = tuple(Fraction(mark) for mark in ("1/2", "2", "3", "-3"))
SAME_TO_WITHIN = 3
"""Days by which periods of one name differ: a year has 365 or 366, a quarter 90 to 92."""

SHORT_DIGITS = 12
_SHORT, _WHOLE = (Context(prec=digits, Emax=MAX_EMAX, Emin=MIN_EMIN) for digits in (SHORT_DIGITS, 40))
HAIR = Fraction(1, 10**13)
"""Sums of floats leave less than this share of a number."""

NEAR = 10**10
"""Rates that differ by more than one part of so many differ whatever a hair does."""

NUMBERS = tuple(
    f"{what}_{part}" for part in ("numerator", "denominator") for what in ("baseline", "target", "outcome")
)
"""The numbers of a line, as `Measures` holds them."""


def unlikely(case: Case, assessed: Assessed) -> list[dict[str, str]]:
    """Every warning of what is unlikely, by reason: of the fund, of areas, of lines that are due."""
    measures = case.measures
    due = np.array([slot.wave_index < case.due_waves for slot in case.slots], dtype=bool)[:, None]
    known = measures.planned & measures.measured & due
    return [
        *_few_areas(case),
        *_overlapping_areas(case),
        *_unlikely_changes(case, assessed, known),
        *_different_periods(case, known),
        *_counts_with_fractions(case, due),
        *_many_digits(case, assessed, known),
    ]


def _few_areas(case: Case) -> Warnings:
    """Weights share the whole fund among the areas that are there (G9)."""
    expected, sharing = case.scheme.areas_expected, case.fund.sharing
    if expected is None or not sharing or sharing >= expected.value:
        return
    shares = f"{several(sharing, 'area')} {'shares' if sharing == 1 else 'share'}"
    amounts = (
        f"its amounts in areas (allocation_pounds, or a column <component>_pounds each and {POT}_pounds)"
    )
    yield _warning(
        "few_areas",
        f"{shares} the fund of {expected.value:,}, each by its weight: give each area {amounts}, or all"
        f" {expected.value:,} areas with their weights, and name those to settle with only",
    )


def _overlapping_areas(case: Case) -> Warnings:
    """Nobody lives in an area and in the one that took its place (F11)."""
    for codes, message in overlapping(case.areas["area_code"].tolist()):
        yield from (_warning("overlapping_areas", message, area_code=code) for code in codes)


def _unlikely_changes(case: Case, assessed: Assessed, known: BoolArray) -> Warnings:
    """Outcomes far from their baseline, of which 0 has no multiple; achievements far from the plan."""
    measures, terms, actual = case.measures, assessed.terms, assessed.actual
    above, below = times(measures.outcome, MOST_CHANGE), times(measures.baseline, MOST_CHANGE)
    changed = ((measures.outcome > below) | (above < measures.baseline)) & (measures.baseline > 0)
    limit = times(terms.planned, MOST_ACHIEVEMENT)
    beyond = ((actual > limit) | (actual < -limit)) & ~terms.unambitious
    for line, area in _places((changed | beyond) & known & measures.by_plan):
        found = []
        if beyond[line, area]:
            share = Fraction(int(actual[line, area]), int(terms.planned[line, area]))
            found.append(f"an achievement of {per_cent(share, LANDMARKS)}")
        if changed[line, area]:
            multiple = Fraction(int(measures.outcome[line, area]), int(measures.baseline[line, area]))
            found.append(f"an outcome of {per_cent(multiple, LANDMARKS)} of the baseline")
        check = "check that baseline, target and outcome are of equally long periods and in one unit"
        message = f"{listed(found)} {'is' if len(found) == 1 else 'are'} unlikely: {check}"
        yield _of_line(case, line, area, "unlikely_change", message)


def _different_periods(case: Case, known: BoolArray) -> Warnings:
    periods = case.periods
    if periods is None:
        return
    before, after = (
        np.array([*(days_of(name) or 0 for name in names), 0])
        for names in (periods.baseline_names, periods.outcome_names)
    )
    first, second = before[periods.baseline], after[periods.outcome]
    differ = (first > 0) & (second > 0) & (np.abs(first - second) > SAME_TO_WITHIN)
    for line, area in _places(differ & known):
        baseline = periods.baseline_names[periods.baseline[line, area]]
        outcome = periods.outcome_names[periods.outcome[line, area]]
        message = (
            f"the baseline is of {baseline}, about {first[line, area]} days, and the outcome of {outcome},"
            f" about {second[line, area]}: give both for equally long periods"
        )
        yield _of_line(case, line, area, "periods_differ", message)


def _counts_with_fractions(case: Case, due: BoolArray) -> Warnings:
    """Metrics told as counts are counted; the numerators of rates may be worked out from the rate."""
    measures, scale = case.measures, case.measures.factor[1]
    if scale == 1:
        return
    counts = np.array([[case.scheme.metrics[s.name].unit.value == "count"] for s in case.slots])
    planned = measures.planned & measures.by_plan
    there = planned, planned, measures.measured & due
    broken = [
        np.asarray(values % scale != 0, dtype=bool) & there[place] & counts
        for place, values in enumerate(widen(scale, *measures.numerators))
    ]
    for line, area in _places(np.logical_or.reduce(broken)):
        told = [
            f"{name} {_decimal(_number(case, place, line, area))}"
            for place, name in enumerate(NUMBERS[: len(broken)])
            if broken[place][line, area]
        ]
        message = f"{listed(told)}: a count with a fraction; write the whole number if it was counted"
        yield _of_line(case, line, area, "not_whole", message)


def _many_digits(case: Case, assessed: Assessed, known: BoolArray) -> Warnings:
    """Where a number is a hair from a shorter one, with which the line would end otherwise."""
    measures = case.measures
    if max(map(peak, (*measures.numerators, *measures.denominators))) < 10**SHORT_DIGITS:
        return
    rates = measures.baseline, measures.target, measures.outcome
    near = np.zeros(known.shape, dtype=bool)
    for first, second in ((0, 1), (0, 2), (1, 2)):
        one, other = rates[first], rates[second]
        near |= (one != other) & (times(np.abs(one - other), NEAR) <= np.maximum(one, other))
    for line, area in _places(near & known & assessed.known):
        written = [_number(case, place, line, area) for place in range(len(NUMBERS))]
        short = [_shortened(number) for number in written]
        now, then = assessed.status[line, area], _status(short, int(measures.sign[line, area]))
        if now != then:
            told = [
                f"{name} {_decimal(number)} is a hair from {_decimal(other)}"
                for name, number, other in zip(NUMBERS, written, short, strict=True)
                if number != other
            ]
            ends = f"as written the line is {_said(now)}, with the shorter number {_said(then)}"
            message = f"{listed(told)}, as sums of floats leave it: {ends}; write the one that is meant"
            yield _of_line(case, line, area, "many_digits", message)


def _status(numbers: list[Fraction], sign: int) -> int:
    """What a line with such numbers ends as."""
    baseline, target, outcome = (above / below for above, below in zip(numbers[:3], numbers[3:], strict=True))
    planned, actual = (np.array([sign * (baseline - end)], dtype=object) for end in (target, outcome))
    return int(Terms.of(planned).status(actual)[0])


def _said(status: int) -> str:
    return spoken(STATUS_NAMES[status])


def _number(case: Case, place: int, line: int, area: int) -> Fraction:
    """One of `NUMBERS` as it was written."""
    measures = case.measures
    below, above = measures.factor
    values = (*measures.numerators, *measures.denominators)[place]
    return Fraction(int(values[line, area]), above if place < len(measures.numerators) else below)


def _shortened(number: Fraction) -> Fraction:
    """The shorter number that it is a hair from, or itself."""
    short = Fraction(_SHORT.divide(Decimal(number.numerator), Decimal(number.denominator)))
    return short if abs(number - short) <= HAIR * number else number


def _decimal(number: Fraction) -> str:
    """All the digits of a number."""
    told = _WHOLE.divide(Decimal(number.numerator), Decimal(number.denominator)).normalize()
    return f"{told:f}" if abs(told.adjusted()) < SHORT_DIGITS else f"{told}"


def _places(where: BoolArray) -> Iterator[tuple[int, int]]:
    """Lines and areas, area by area."""
    yield from ((int(line), int(area)) for area, line in np.argwhere(where.T))


def _of_line(case: Case, line: int, area: int, reason: str, message: str) -> dict[str, str]:
    slot, code = case.slots[line], str(case.areas["area_code"].iloc[area])
    told = f"{slot.name} in {slot.wave}: {message}"
    return _warning(reason, told, area_code=code, wave=slot.wave, metric=slot.name)


def _warning(
    reason: str, message: str, *, area_code: str = "", wave: str = "", metric: str = ""
) -> dict[str, str]:
    return {"area_code": area_code, "wave": wave, "metric": metric, "reason": reason, "message": message}
