"""What every row of the four input tables must obey under a scheme."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Set
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np

from bcf_payments.exact.numbers import BoolArray, as_fraction
from bcf_payments.schemes import ConditionsLine, Scheme
from bcf_payments.schemes.calendar import spread
from bcf_payments.tables.amounts import amounts_rules, parts_columns
from bcf_payments.tables.inputs import (
    DIRECTIONS,
    LINE_KEY,
    OUTCOME_NUMBERS,
    PLAN_NUMBERS,
    PLAN_STATUSES,
    OnMissing,
)
from bcf_payments.tables.number_checks import number_rule, rate_rule
from bcf_payments.tables.row_rules import (
    RowRule,
    Sheet,
    code_rule,
    date_rule,
    filled_rule,
    is_blank,
    known_rule,
    truth_rule,
    unique_rule,
)
from bcf_payments.words import nearest


class TableRules(NamedTuple):
    """The rules of a table: `of_keys` hold for every row, `of_values` for the rows that the scheme uses."""

    of_keys: tuple[RowRule, ...]
    of_values: tuple[RowRule, ...]


Waves: TypeAlias = tuple[tuple[str, frozenset[str]], ...]
"""Names of columns, each with the waves in which it is needed."""


class _Read(NamedTuple):
    """All that the rules of rows know of a scheme: those that ask for the same share their rules."""

    code: str
    whole: str
    waves: tuple[str, ...]
    counted: tuple[str, ...]
    either: tuple[str, ...]
    weights: tuple[str, ...]
    paying: tuple[str, ...]
    given: tuple[str, ...]
    parts: tuple[str, ...]
    divisible: bool
    conditions: tuple[str, ...]
    dated: bool
    pays: Waves
    cuts: Waves


def table_rules(
    scheme: Scheme, due_waves: int, on_missing: OnMissing, given: tuple[str, ...] = ()
) -> Mapping[str, TableRules]:
    """The rules of each input table, when the first `due_waves` waves of the scheme are due.

    Schemes that ask for the same have the same rules, to the last object.
    """
    pays, cuts = conditions_by_wave(scheme, due_waves) if on_missing == "raise" else ({}, {})
    paying = {weight.value for _, pence, weight in spread(scheme) if pence}
    return _rules(
        _Read(
            code=scheme.area_code_pattern.value,
            whole=scheme.nation_key,
            waves=scheme.wave_names,
            counted=tuple(name for name, metric in scheme.metrics.items() if metric.unit.value == "count"),
            either=tuple(name for name, one in scheme.metrics.items() if one.direction.value == "either"),
            weights=scheme.weight_columns,
            paying=tuple(column for column in scheme.weight_columns if column in paying),
            given=given,
            parts=parts_columns(scheme),
            divisible=bool(scheme.fund_pence),
            conditions=scheme.condition_names,
            dated=any(isinstance(slot.rule, ConditionsLine) and slot.rule.submit_by for slot in scheme.lines),
            pays=tuple((name, frozenset(waves - cuts.get(name, set()))) for name, waves in pays.items()),
            cuts=tuple((name, frozenset(waves)) for name, waves in cuts.items()),
        )
    )


@lru_cache(maxsize=64)
def _rules(read: _Read) -> Mapping[str, TableRules]:
    code = code_rule(read.code)
    line_keys = (code, known_rule("wave", read.waves), unique_rule(LINE_KEY))
    amounts = (
        amounts_rules(read.given, read.parts, divisible=read.divisible)
        if read.given
        else (number_rule(read.weights, "every area needs its weight"), _some_weight(read.paying))
    )
    return {
        "areas": TableRules(
            (code, unique_rule(("area_code",)), filled_rule(("area_name", "region")), _no_whole(read.whole)),
            amounts,
        ),
        "plans": TableRules(
            line_keys,
            (
                number_rule(PLAN_NUMBERS),
                rate_rule(("baseline", "target"), read.counted),
                *_direction(read.either),
            ),
        ),
        "outcomes": TableRules(
            line_keys,
            (number_rule(OUTCOME_NUMBERS), rate_rule(("outcome",), read.counted)),
        ),
        "assurance": TableRules(
            (code, known_rule("wave", read.waves), _once_an_area(), unique_rule(LINE_KEY[:2])),
            (known_rule("plan_status", PLAN_STATUSES), *_conditions(read)),
        ),
    }


def _once_an_area() -> RowRule:
    """An area has one row, where conditions are not told wave by wave."""
    rule = unique_rule(LINE_KEY[:1])
    return replace(
        rule,
        name="unique_area",
        bad=lambda sheet, column: rule.bad(sheet, column) & (not sheet.has("wave")),
    )


def _no_whole(key: str) -> RowRule:
    """No area is called or coded like all areas together, whose rows stand beside those of areas."""
    return RowRule(
        "not_the_whole",
        ("area_code", "area_name"),
        lambda sheet, column: sheet.rejected(column, lambda value: str(value).strip().upper() != key),
        lambda _: "bad_code",
        lambda _: f"leave the row out, or give it another code and name: {key} stands for all areas together",
    )


def _some_weight(columns: tuple[str, ...]) -> RowRule:
    """A column of weights that divides money must not be all zero."""

    def all_zero(sheet: Sheet, column: str) -> BoolArray:
        values = sheet.array(column)
        number = values.dtype.kind in "iuf"
        zero = not values.any() if number else all(_is_zero(value) for value in values.tolist())
        return np.arange(len(values)) < int(zero)

    return RowRule(
        "some_weight",
        columns,
        all_zero,
        lambda _: "out_of_range",
        lambda _: "give at least one area a weight above 0",
    )


def _is_zero(value: object) -> bool:
    try:
        return as_fraction(value) == 0
    except ValueError:
        return False


def _direction(either: tuple[str, ...]) -> tuple[RowRule, ...]:
    """Where a metric may go either way, its plan must say which way is better."""
    if not either:
        return ()

    def unsaid(sheet: Sheet, column: str) -> BoolArray:
        unclear = sheet.rejected(column, lambda value: value in DIRECTIONS)
        matters = sheet.has("metric") and np.isin(sheet.array("metric").astype(str), either)
        return unclear & matters

    return (
        RowRule(
            "direction_said",
            ("direction",),
            unsaid,
            lambda _: "unknown_value",
            lambda value: nearest(value, DIRECTIONS),
        ),
    )


def _conditions(read: _Read) -> tuple[RowRule, ...]:
    """Conditions and days must be legible, and filled in where the plan's status lets them pay."""
    pays, cuts = dict(read.pays), dict(read.cuts)
    return (
        truth_rule(read.conditions),
        *((date_rule("submitted_on"),) if read.dated else ()),
        _filled_in("filled_in_where_it_pays", pays, _blank_and_payable, unless=cuts),
        _filled_in("filled_in_where_it_cuts", cuts, _blank),
    )


def conditions_by_wave(scheme: Scheme, due_waves: int) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """In which of the waves that are due a condition, or the day of submission, pays, and where it cuts."""
    pays: dict[str, set[str]] = defaultdict(set)
    cuts: dict[str, set[str]] = defaultdict(set)
    for slot in scheme.lines:
        if slot.wave_index < due_waves:
            for gateway in scheme.gateways_of(slot.wave):
                cuts[gateway.condition.value].add(slot.wave)
            if isinstance(slot.rule, ConditionsLine):
                dated = ("submitted_on",) if slot.rule.submit_by else ()
                for name in (*slot.rule.conditions.value, *dated):
                    pays[name].add(slot.wave)
    return pays, cuts


def _filled_in(
    name: str,
    needed: Mapping[str, Set[str]],
    at_fault: Callable[[Sheet, str], BoolArray],
    unless: Container[str] = (),
) -> RowRule:
    """Cells must be filled in where they are needed: in rows of these waves, if rows name a wave."""

    def bad(sheet: Sheet, column: str) -> BoolArray:
        if sheet.has("wave"):
            rows = np.isin(sheet.array("wave").astype(str), list(needed[column]))
            return np.asarray(at_fault(sheet, column) & rows, dtype=bool)
        return np.asarray(at_fault(sheet, column) & (column not in unless), dtype=bool)

    return RowRule(
        name,
        tuple(needed),
        bad,
        lambda _: "missing_value",
        lambda _: "fill the cell in, or withhold what is missing (on_missing='withhold')",
    )


def _blank(sheet: Sheet, column: str) -> BoolArray:
    return sheet.rejected(column, lambda value: not is_blank(value))


def _blank_and_payable(sheet: Sheet, column: str) -> BoolArray:
    blank = _blank(sheet, column)
    if not blank.any() or not sheet.has("plan_status"):
        return blank
    payable = ~sheet.rejected("plan_status", lambda status: status != "not_approved")
    return np.asarray(blank & payable, dtype=bool)
