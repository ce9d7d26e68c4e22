"""The strategies make input that is valid, and reach the hard places often enough to matter."""

from __future__ import annotations

import datetime as dt
import importlib
import re
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from bcf_payments import settle
from bcf_payments.errors import MissingExtraError
from bcf_payments.exact.numbers import as_fraction
from bcf_payments.schemes import ConditionsLine, MetricLine, Scheme, available_schemes, load_scheme
from bcf_payments.schemes.levels import levels_of
from bcf_payments.testing import (
    Case,
    area_codes,
    areas,
    assurance,
    built_in_schemes,
    cases,
    catch_up_cases,
    decisions,
    denominators,
    exact_numbers,
    given_amounts,
    long_floats,
    outcomes,
    plans,
    schemes,
    single_precision,
    unequal_denominators,
    weights,
)
from bcf_payments.testing.numbers import COLUMN_FORMS, FORMS, write, write_column
from bcf_payments.testing.rewriting import SINGLE_TYPES

from .spec.changes import pot_pence
from .spec.places import (
    HARD_AMOUNTS,
    HARD_LINES,
    HARD_PLACES,
    HARD_QUARTERS,
    KEY,
    NUMBERS,
    Line,
    Quarters,
    cells,
    conditions_of,
    due_waves,
    is_blank,
    keys_of,
    lines_of,
    paid_keys,
    quarters_of,
    sampled,
)

OFTEN = 3
"""A hard place must turn up in at least so many of the sample: 1 in 100."""

BUILT_IN_PATTERN = r"^E(06|08|09|10)\d{6}$"
STATUSES = {"approved", "approved_with_support", "approved_with_conditions", "signed_off", "not_approved"}

SHORT = settings(max_examples=50, deadline=None)


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


@pytest.mark.parametrize("place", HARD_PLACES)
def test_cases_reach_every_hard_place(place: str, sample: list[Case]) -> None:
    assert sum(HARD_PLACES[place](case) for case in sample) >= OFTEN


@pytest.fixture(scope="module")
def sample_told() -> list[Case]:
    return sampled(cases().flatmap(given_amounts))


@pytest.mark.parametrize("place", HARD_AMOUNTS)
def test_amounts_given_reach_every_hard_place(place: str, sample_told: list[Case]) -> None:
    assert sum(HARD_AMOUNTS[place](case) for case in sample_told) >= OFTEN


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


def rates(case: Case) -> list[tuple[Fraction, Fraction]]:
    return [(line.target, line.outcome) for line in lines_of(case)]


def some_lines(case: Case) -> bool:
    return case.scheme.name == "december_2013" and len(case.areas) == 2


PLAIN = find(cases(built_in_schemes(), gaps=False), some_lines)


def test_unequal_denominators_leave_some_rates_and_change_others() -> None:
    others = sampled(unequal_denominators(PLAIN), size=20)
    kept = [[new == old for new, old in zip(rates(case), rates(PLAIN), strict=True)] for case in others]
    assert any(map(any, kept))
    assert not all(map(all, kept))
    assert all(len(set(line.denominators)) > 1 for line in lines_of(others[-1]))


def test_single_precision_comes_in_every_container() -> None:
    found = {
        str(case.outcomes["outcome_numerator"].dtype) for case in sampled(single_precision(PLAIN), size=20)
    }
    assert found == set(SINGLE_TYPES)


def test_long_floats_have_sixteen_digits_or_more() -> None:
    (case,) = sampled(long_floats(PLAIN), size=1)
    assert all(len(str(cell).replace(".", "")) >= 16 for cell in case.plans["target_numerator"])


def test_numbers_that_single_precision_cannot_hold_stay_as_they_are() -> None:
    huge = PLAIN._replace(plans=PLAIN.plans.assign(target_numerator=10**39))
    (case,) = sampled(single_precision(huge), size=1)
    assert set(case.plans["target_numerator"]) == {10**39}
    assert case.plans["baseline_numerator"].dtype.itemsize == 4


def test_decisions_agree_refuse_and_wait() -> None:
    settlement = settle(
        *PLAIN._replace(outcomes=PLAIN.outcomes.assign(outcome_numerator=10**6)).tables, PLAIN.scheme
    )
    assert not settlement.reviews.empty
    drawn = [
        settlement.resolve(table).releases["destination"] for table in sampled(decisions(settlement), size=30)
    ]
    for destination in ("recovery_plan", "nhs_england_directed", "awaiting_decision"):
        assert sum((went == destination).any() for went in drawn) >= 10


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
    "a pot of a few pence": lambda scheme: 0 < pot_pence(scheme) < 10,
    "a pot of a billion": lambda scheme: pot_pence(scheme) == 10**11,
    "a pot of nothing": lambda scheme: pot_pence(scheme) == 0 and scheme.pot is not None,
    "no pot": lambda scheme: scheme.pot is None,
    "a line with weights of its own": lambda scheme: any(slot.rule.weight for slot in scheme.lines),
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
    "three waves of a fixed pot": lambda scheme: kind_of_pot(scheme) == "fixed" and len(scheme.waves) == 3,
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


def kind_of_pot(scheme: Scheme) -> str | None:
    return scheme.pot.kind if scheme.pot else None


def adds_up(scheme: Scheme) -> bool | None:
    return scheme.pot.cumulative.value if kind_of_pot(scheme) == "planned_value" else None


def unit_value(scheme: Scheme) -> Fraction | None:
    return scheme.pot.unit_value_pounds.value if kind_of_pot(scheme) == "planned_value" else None


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
    by_wave = "wave" in case.assurance
    assured = [column for column in ("area_code", "wave") if column in case.assurance]
    assert set(case.assurance["area_code"]) == set(codes)
    assert not case.assurance.duplicated(assured).any()
    assert len(case.assurance) == len(codes) * (len(case.scheme.waves) if by_wave else 1)
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
    slots = case.scheme.metric_lines
    by_level = {(slots[place].wave, slots[place].name) for place in levels_of(case.scheme, slots)}
    assert {key for key in paid_keys(case) if key[1:] not in by_level} <= set(keys_of(case.plans))
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
    assert set(data.draw(assurance(scheme, codes))["area_code"]) == set(codes)


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
