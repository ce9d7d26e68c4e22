"""The strategies make input that is valid, and reach the hard places often enough to matter."""

from __future__ import annotations

import datetime as dt
import importlib
import re
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bcf_payments import settle
from bcf_payments.errors import MissingExtraError
from bcf_payments.exact import as_fraction
from bcf_payments.schemes import ConditionsLine, MetricLine, Scheme, available_schemes, load_scheme
from bcf_payments.testing import (
    Case,
    area_codes,
    areas,
    assurance,
    built_in_schemes,
    cases,
    catch_up_cases,
    denominators,
    exact_numbers,
    outcomes,
    plans,
    schemes,
    weights,
)
from bcf_payments.testing.numbers import COLUMN_FORMS, FORMS, write, write_column

SAMPLE = 300
OFTEN = 3
"""A hard place must turn up in at least so many of the sample: 1 in 100."""

SHORT = settings(max_examples=50, deadline=None)

BUILT_IN_PATTERN = r"^E(06|08|09|10)\d{6}$"
NUMBERS = {
    "plans": ("baseline_numerator", "baseline_denominator", "target_numerator", "target_denominator"),
    "outcomes": ("outcome_numerator", "outcome_denominator"),
}
KEY = ["area_code", "wave", "metric"]
STATUSES = {"approved", "approved_with_support", "approved_with_conditions", "signed_off", "not_approved"}


def sampled(strategy: st.SearchStrategy[Any], size: int = SAMPLE) -> list[Any]:
    drawn: list[Any] = []

    @settings(max_examples=size, phases=[Phase.generate], derandomize=True, database=None, deadline=None)
    @given(strategy)
    def collect(value: object) -> None:
        drawn.append(value)

    collect()
    return drawn


@pytest.fixture(scope="module")
def sample() -> list[Case]:
    return sampled(cases())


@pytest.fixture(scope="module")
def sample_lines(sample: list[Case]) -> list[list[Line]]:
    return [list(lines_of(case)) for case in sample]


@pytest.fixture(scope="module")
def sample_quarters(sample: list[Case], sample_lines: list[list[Line]]) -> list[Quarters]:
    return [
        area for case, lines in zip(sample, sample_lines, strict=True) for area in quarters_of(case, lines)
    ]


@pytest.fixture(scope="module")
def scheme_sample() -> list[Scheme]:
    return sampled(schemes())


def is_blank(cell: object) -> bool:
    return cell == "" if isinstance(cell, str) else bool(pd.isna(cell))


def paid_keys(case: Case) -> set[tuple[str, str, str]]:
    return {
        (code, slot.wave, slot.name) for code in case.areas["area_code"] for slot in case.scheme.metric_lines
    }


def keys_of(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(zip(*(frame[name].tolist() for name in KEY), strict=True))


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
    planned = dict(zip(keys_of(case.plans), case.plans.to_dict("records"), strict=True))
    measured = dict(zip(keys_of(case.outcomes), case.outcomes.to_dict("records"), strict=True))
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
    if case.scheme.pot.kind == "planned_value" and len(lines) == size * len(case.areas):
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


HARD_PLACES: dict[str, Callable[[Case], bool]] = {
    "one area": lambda case: len(case.areas) == 1,
    "several areas": lambda case: len(case.areas) >= 4,
    "ties of remainders": has_tied_remainders,
    "a weight of zero": lambda case: 0 in weights_of(case),
    "one area with all of the pot's weight": lambda case: (
        len(case.areas) > 1
        and sum(as_fraction(cell) > 0 for cell in cells(case, case.scheme.pot.weight.value)) == 1
    ),
    "conditions only": lambda case: not case.scheme.metric_lines,
    "one line": lambda case: len(case.scheme.lines) == 1,
    "a weight beyond 64 bits": lambda case: max(weights_of(case)) >= 2**64,
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


@pytest.mark.parametrize("place", HARD_PLACES)
def test_cases_reach_every_hard_place(place: str, sample: list[Case]) -> None:
    assert sum(HARD_PLACES[place](case) for case in sample) >= OFTEN


@pytest.mark.parametrize("place", HARD_LINES)
def test_lines_reach_every_hard_place(place: str, sample_lines: list[list[Line]]) -> None:
    assert sum(any(map(HARD_LINES[place], lines)) for lines in sample_lines) >= OFTEN


@pytest.mark.parametrize("place", HARD_QUARTERS)
def test_running_totals_reach_every_hard_place(place: str, sample_quarters: list[Quarters]) -> None:
    assert sum(map(HARD_QUARTERS[place], sample_quarters)) >= OFTEN


@pytest.mark.parametrize("status", sorted(STATUSES))
def test_cases_have_plans_of_every_status(status: str, sample: list[Case]) -> None:
    assert sum(status in set(case.assurance["plan_status"]) for case in sample) >= OFTEN


@pytest.mark.parametrize(
    "written", [True, False, "true", "False", "TRUE", "Yes", "NO", "yes", "no", "1", "0", 1, 0, 1.0, 0.0]
)
def test_conditions_are_written_in_every_accepted_way(written: object, sample: list[Case]) -> None:
    def same(cell: object) -> bool:
        return type(cell) is type(written) and cell == written

    assert sum(any(map(same, conditions_of(case))) for case in sample) >= OFTEN


@pytest.mark.parametrize("kind", [str, dt.date, pd.Timestamp])
def test_days_are_written_in_every_accepted_way(kind: type, sample: list[Case]) -> None:
    assert sum(any(type(day) is kind for day in cells(case, "submitted_on")) for case in sample) >= OFTEN


def test_in_half_of_the_cases_of_catching_up_money_is_made_good() -> None:
    made_good = [
        settle(*case.tables, case.scheme).payments["caught_up_pence"].any()
        for case in sampled(catch_up_cases(max_areas=2), size=30)
    ]
    assert sum(made_good) >= 15


HARD_RULES: dict[str, Callable[[Scheme], bool]] = {
    "a line without a share": lambda scheme: any(
        slot.rule is not None and slot.rule.share is not None and slot.rule.share.value == 0
        for slot in scheme.lines
    ),
    "a pot of a few pence": lambda scheme: 0 < scheme.pot.amount_pence < 10,
    "a pot of a billion": lambda scheme: scheme.pot.amount_pence == 10**11,
    "a pot of nothing": lambda scheme: scheme.pot.amount_pence == 0,
    "no components": lambda scheme: not scheme.components,
    "two weights": lambda scheme: len(scheme.weight_columns) == 2,
    "all conditions": lambda scheme: "all" in pays(scheme),
    "each condition": lambda scheme: "each" in pays(scheme),
    "a day to submit by": lambda scheme: any(line.submit_by for line in conditions_lines(scheme)),
    "conditions after metrics": lambda scheme: bool(scheme.lines) and scheme.lines[-1].name == "conditions",
    "a curve that stops below 1": lambda scheme: any(points[-1][1] < 1 for points in used_curves(scheme)),
    "a curve that starts above 0": lambda scheme: any(
        [y for x, y in points if x == 0][-1] > 0 for points in used_curves(scheme)
    ),
    "conditions only": lambda scheme: not scheme.metric_lines,
    "a wave of conditions beside one of metrics": lambda scheme: (
        0 < len({slot.wave for slot in scheme.metric_lines}) < len(scheme.waves)
    ),
    "a single line": lambda scheme: len(scheme.lines) == 1,
    "a jump at 0": lambda scheme: any(points[1][0] == 0 for points in used_curves(scheme)),
    "a flat part": lambda scheme: any(
        a[1] == b[1] and a[0] < b[0] for points in used_curves(scheme) for a, b in pairwise(points)
    ),
    "several jumps": lambda scheme: any(
        sum(a[0] == b[0] for a, b in pairwise(points)) > 1 for points in used_curves(scheme)
    ),
    "a bend": lambda scheme: any(
        len({x for x, _ in points}) > 2 and len({y for _, y in points}) > 2 for points in used_curves(scheme)
    ),
    "no review": lambda scheme: scheme.review is None,
    "review of each line": lambda scheme: scheme.review is not None and scheme.review.scope.value == "each",
    "review by the mean": lambda scheme: scheme.review is not None and scheme.review.scope.value == "mean",
    "three actions": lambda scheme: scheme.review is not None and len(scheme.review.actions) == 3,
    "five waves": lambda scheme: len(scheme.waves) == 5,
    "three waves of a fixed pot": lambda scheme: scheme.pot.kind == "fixed" and len(scheme.waves) == 3,
    "each quarter by itself": lambda scheme: adds_up(scheme) is False,
    "running totals": lambda scheme: adds_up(scheme) is True,
    "a unit value of a penny": lambda scheme: unit_value(scheme) == Fraction(1, 100),
    "a unit value of no whole pence": lambda scheme: unit_value(scheme) == Fraction(2150, 3),
    "an expected reduction": lambda scheme: getattr(scheme.pot, "expected_reduction", None) is not None,
    "a metric that is only watched": lambda scheme: bool(scheme.monitored),
    "codes of its own": lambda scheme: scheme.area_code_pattern.value != BUILT_IN_PATTERN,
}


def conditions_lines(scheme: Scheme) -> list[ConditionsLine]:
    return [slot.rule for slot in scheme.lines if isinstance(slot.rule, ConditionsLine)]


def pays(scheme: Scheme) -> set[str]:
    return {line.pays.value for line in conditions_lines(scheme)}


def used_curves(scheme: Scheme) -> list[tuple[tuple[Fraction, Fraction], ...]]:
    rules = [slot.rule for slot in scheme.metric_lines if isinstance(slot.rule, MetricLine)]
    return [scheme.curves[rule.curve.value].value for rule in rules]


def adds_up(scheme: Scheme) -> bool | None:
    return scheme.pot.cumulative.value if scheme.pot.kind == "planned_value" else None


def unit_value(scheme: Scheme) -> Fraction | None:
    return scheme.pot.unit_value_pounds.value if scheme.pot.kind == "planned_value" else None


@pytest.mark.parametrize("rule", HARD_RULES)
def test_schemes_have_every_kind_of_rule(rule: str, scheme_sample: list[Scheme]) -> None:
    assert sum(HARD_RULES[rule](scheme) for scheme in scheme_sample) >= OFTEN


@pytest.mark.parametrize("unit", ["per_cent", "per_100_000", "ratio", "count"])
@pytest.mark.parametrize("direction", ["lower", "higher", "either"])
def test_schemes_pay_on_metrics_of_every_kind(unit: str, direction: str, scheme_sample: list[Scheme]) -> None:
    def pays_on(scheme: Scheme) -> bool:
        used = [scheme.metrics[slot.name] for slot in scheme.metric_lines]
        return any((metric.unit.value, metric.direction.value) == (unit, direction) for metric in used)

    assert sum(map(pays_on, scheme_sample)) >= OFTEN


def test_built_in_schemes_come_as_they_are_and_with_options_changed() -> None:
    drawn = sampled(built_in_schemes())
    assert all(load_scheme(name) in drawn for name in available_schemes())
    assert load_scheme("july_2014").replace(cumulative=False) in drawn
    assert load_scheme("december_2013").replace(review__scope="mean") in drawn


@SHORT
@given(cases())
def test_tables_have_their_columns_and_no_key_twice(case: Case) -> None:
    assert case.tables == (case.areas, case.plans, case.outcomes, case.assurance)
    assert {"area_code", "area_name", "region", *case.scheme.weight_columns} <= set(case.areas)
    assert {*KEY, *NUMBERS["plans"]} <= set(case.plans)
    assert {*KEY, *NUMBERS["outcomes"]} <= set(case.outcomes)
    assert {"area_code", "plan_status", *case.scheme.condition_names} <= set(case.assurance)
    assert set(case.assurance["plan_status"]) <= STATUSES
    codes = case.areas["area_code"].tolist()
    assert all(re.fullmatch(case.scheme.area_code_pattern.value, code) for code in codes)
    assert len(set(codes)) == len(codes)
    assert sorted(case.assurance["area_code"]) == sorted(codes)
    for frame in (case.plans, case.outcomes):
        assert set(frame["area_code"]) <= set(codes)
        assert set(frame["wave"]) <= set(case.scheme.wave_names)
        assert len(set(keys_of(frame))) == len(frame)


@SHORT
@given(cases())
def test_numbers_are_exact_and_in_range(case: Case) -> None:
    for column in case.scheme.weight_columns:
        weighting = [as_fraction(cell) for cell in case.areas[column].tolist()]
        assert min(weighting) >= 0 < max(weighting)
    for name in (*NUMBERS["plans"], *NUMBERS["outcomes"]):
        numbers = [as_fraction(cell) for cell in cells(case, name)]
        assert all(number > 0 if name.endswith("denominator") else number >= 0 for number in numbers)


@SHORT
@given(cases(gaps=False))
def test_cases_without_gaps_are_complete(case: Case) -> None:
    assert case.on_missing == "raise"
    assert paid_keys(case) <= set(keys_of(case.plans))
    due = {key for key in paid_keys(case) if key[1] in due_waves(case)}
    assert due <= set(keys_of(case.outcomes))
    payable = case.assurance[case.assurance["plan_status"] != "not_approved"]
    asked = [name for name in (*case.scheme.condition_names, "submitted_on") if name in payable]
    assert not any(is_blank(cell) for name in asked for cell in payable[name].tolist())


@SHORT
@given(cases())
def test_a_metric_that_may_go_either_way_says_which_way_is_better(case: Case) -> None:
    either = [name for name, metric in case.scheme.metrics.items() if metric.direction.value == "either"]
    rows = case.plans[case.plans["metric"].isin(either)]
    assert rows.empty or set(rows["direction"]) <= {"lower", "higher"}


@SHORT
@given(cases(schemes(), max_areas=2))
def test_cases_take_their_scheme_and_size_from_the_caller(case: Case) -> None:
    assert case.scheme.name.startswith("made_up")
    assert len(case.areas) <= 2


@SHORT
@given(st.data())
def test_tables_are_to_be_had_one_by_one(data: st.DataObject) -> None:
    scheme = data.draw(built_in_schemes())
    table = data.draw(areas(scheme, min_size=2, max_size=3))
    codes = table["area_code"].tolist()
    paid = len(codes) * len(scheme.metric_lines)
    assert 2 <= len(codes) <= 3
    assert len(data.draw(plans(scheme, codes))) >= paid
    assert len(data.draw(outcomes(scheme, codes))) >= paid
    assert len(data.draw(assurance(scheme, codes))) == len(codes)


@SHORT
@given(area_codes())
def test_area_codes_fit_the_built_in_schemes(code: str) -> None:
    assert re.fullmatch(BUILT_IN_PATTERN, code)


@SHORT
@given(areas(load_scheme("october_2013").replace(area_code_pattern="^[A-Z]{2}-[0-9]$")))
def test_areas_follow_any_pattern_of_codes(table: pd.DataFrame) -> None:
    assert table["area_code"].str.fullmatch("[A-Z]{2}-[0-9]").all()


@SHORT
@given(exact_numbers(min_value="1/3", max_value=10**20))
def test_exact_numbers_stay_within_their_bounds(number: object) -> None:
    assert Fraction(1, 3) <= as_fraction(number) <= 10**20


@SHORT
@given(exact_numbers(min_value="0.1234", max_value="0.1234"))
def test_bounds_may_leave_one_number(number: object) -> None:
    assert as_fraction(number) == Fraction("0.1234")


@SHORT
@given(denominators())
def test_denominators_are_above_zero(number: object) -> None:
    assert as_fraction(number) > 0


def test_exact_numbers_come_in_every_form() -> None:
    drawn = sampled(exact_numbers())
    assert {type(number) for number in drawn} == {int, float, Decimal, str}
    texts = [number for number in drawn if isinstance(number, str)]
    assert all(any(mark in text for text in texts) for mark in ("/", ".", "e"))
    assert min(map(as_fraction, drawn)) == 0
    assert any(0 < as_fraction(number) < Fraction(1, 10**5) for number in drawn)


@SHORT
@given(st.fractions(min_value=0, max_denominator=10**6), st.sampled_from(FORMS))
def test_a_number_means_the_same_in_whatever_form_it_is_written(value: Fraction, form: str) -> None:
    assert as_fraction(write(value, form)) == value


@SHORT
@given(st.lists(st.fractions(min_value=0, max_denominator=100) | st.integers(0, 2**80).map(Fraction)))
def test_a_column_means_the_same_in_whatever_form_it_is_written(values: list[Fraction]) -> None:
    for form in COLUMN_FORMS:
        column = pd.Series(write_column(values, form), dtype=None if values else object)
        assert [as_fraction(cell) for cell in column.tolist()] == values


@SHORT
@given(weights(min_size=2, max_size=6))
def test_weights_can_be_apportioned_by(series: pd.Series[Any]) -> None:
    numbers = [as_fraction(cell) for cell in series.tolist()]
    assert 2 <= len(numbers) <= 6
    assert min(numbers) >= 0 < max(numbers)
    assert series.index.is_unique
    assert len(set(map(type, series.index.tolist()))) == 1


WEIGHTINGS: dict[str, Callable[[list[Fraction]], bool]] = {
    "one weight": lambda numbers: len(numbers) == 1,
    "all equal": lambda numbers: len(numbers) > 2 and len(set(numbers)) == 1,
    "a zero": lambda numbers: 0 in numbers,
    "beyond 64 bits": lambda numbers: max(numbers) > 2**64,
    "tiny": lambda numbers: any(0 < number < Fraction(1, 10**6) for number in numbers),
    "huge and tiny together": lambda numbers: (
        max(numbers) > 10**20 * min(number for number in numbers if number)
    ),
    "thirds": lambda numbers: any(number.denominator % 3 == 0 for number in numbers),
}


def test_weights_reach_every_hard_place() -> None:
    drawn = [[as_fraction(cell) for cell in series.tolist()] for series in sampled(weights())]
    rare = {name for name, test in WEIGHTINGS.items() if sum(map(test, drawn)) < OFTEN}
    assert not rare


def test_weights_come_in_columns_of_every_type() -> None:
    drawn = sampled(weights())
    assert {"int64", "float64", "object"} <= {str(series.dtype) for series in drawn}
    assert {type(series.index.tolist()[0]) for series in drawn} == {int, str}


@settings(max_examples=50, deadline=None, suppress_health_check=())
@given(cases())
def test_whole_cases_pass_every_health_check(case: Case) -> None:
    assert not case.areas.empty


def test_without_hypothesis_the_error_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("bcf_payments.testing")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(MissingExtraError, match=re.escape('pip install "bcf-payments[test]"')):
        importlib.import_module("bcf_payments.testing")
