"""The four tables that come in: their columns, their rules, and their pandera schemas."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Mapping, Sequence, Set
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from bcf_payments import hints
from bcf_payments.exact.numbers import BoolArray, as_fraction
from bcf_payments.given import take_option
from bcf_payments.schemes import (
    ConditionsLine,
    Scheme,
    Slot,
    available_schemes,
    load_scheme,
    scheme_of,
)
from bcf_payments.schemes.calendar import spread
from bcf_payments.schemes.levels import level_of
from bcf_payments.tables.amounts import ALLOCATION, amounts_columns, amounts_rules, parts_columns
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

OnMissing: TypeAlias = Literal["raise", "withhold"]

PLAN_STATUSES = (
    "approved",
    "approved_with_support",
    "approved_with_conditions",
    "signed_off",
    "not_approved",
)
DIRECTIONS = ("lower", "higher")
PLAN_NUMBERS = ("baseline_numerator", "baseline_denominator", "target_numerator", "target_denominator")
AREA = ("area_code", "area_name", "region")
"""What is told of an area, besides its weights or amounts."""

OUTCOME_NUMBERS = ("outcome_numerator", "outcome_denominator")
LINE_KEY = ("area_code", "wave", "metric")


class Columns(NamedTuple):
    """The columns of a table: those it must have, those it may have, and what may stand for others."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    instead: Mapping[str, str] = MappingProxyType({})


def table_columns(scheme: Scheme, given: tuple[str, ...] = ()) -> dict[str, Columns]:
    """The columns of each input table under a scheme; `given` are those of amounts, in place of weights."""
    amounts = f"or say what each area gets: {ALLOCATION}, or {', '.join(parts_columns(scheme))}"
    shared = given or scheme.weight_columns
    optional = () if given else amounts_columns(scheme)
    return {
        "areas": Columns((*AREA, *shared), optional, dict.fromkeys(scheme.weight_columns, amounts)),
        "plans": Columns(LINE_KEY + PLAN_NUMBERS, ("sample_size", "baseline_period", "direction")),
        "outcomes": Columns(LINE_KEY + OUTCOME_NUMBERS, ("outcome_period",)),
        "assurance": Columns(("area_code", "plan_status", *scheme.condition_names), ("submitted_on", "wave")),
    }


MEASURES = ("plans", "outcomes")
"""The tables that metrics are measured by."""


def or_no_rows(scheme: Scheme, table: Any, name: str) -> Any:
    """The table; one without rows in place of None, where no line that pays (or watched alone) needs any."""
    measured = [slot for slot in scheme.told if not isinstance(slot.rule, ConditionsLine)]
    needed = [slot for slot in measured if name == "outcomes" or not level_of(scheme, slot)]
    if table is not None or needed:
        return table
    return pd.DataFrame(columns=[*table_columns(scheme)[name].required, "direction"])


class TableRules(NamedTuple):
    """The rules of a table: `of_keys` hold for every row, `of_values` for the rows that the scheme uses."""

    of_keys: tuple[RowRule, ...]
    of_values: tuple[RowRule, ...]


def table_rules(
    scheme: Scheme, due_waves: int, on_missing: OnMissing, given: tuple[str, ...] = ()
) -> dict[str, TableRules]:
    """The rules of each input table, when the first `due_waves` waves of the scheme are due."""
    weights = (number_rule(scheme.weight_columns, "every area needs its weight"), _some_weight(scheme))
    code = code_rule(scheme.area_code_pattern.value)
    counted = [name for name, metric in scheme.metrics.items() if metric.unit.value == "count"]
    line_keys = (code, known_rule("wave", scheme.wave_names), unique_rule(LINE_KEY))
    return {
        "areas": TableRules(
            (code, unique_rule(("area_code",)), filled_rule(("area_name", "region")), _no_whole(scheme)),
            amounts_rules(given, scheme) if given else weights,
        ),
        "plans": TableRules(
            line_keys,
            (number_rule(PLAN_NUMBERS), rate_rule(("baseline", "target"), counted), *_direction(scheme)),
        ),
        "outcomes": TableRules(
            line_keys,
            (number_rule(OUTCOME_NUMBERS), rate_rule(("outcome",), counted)),
        ),
        "assurance": TableRules(
            (code, known_rule("wave", scheme.wave_names), _once_an_area(), unique_rule(LINE_KEY[:2])),
            (known_rule("plan_status", PLAN_STATUSES), *_conditions(scheme, due_waves, on_missing)),
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


def _no_whole(scheme: Scheme) -> RowRule:
    """No area is called or coded like all areas together, whose rows stand beside those of areas."""
    key = scheme.nation_key
    return RowRule(
        "not_the_whole",
        ("area_code", "area_name"),
        lambda sheet, column: sheet.rejected(column, lambda value: str(value).strip().upper() != key),
        lambda _: "bad_code",
        lambda _: f"leave the row out, or give it another code and name: {key} stands for all areas together",
    )


class Demands(NamedTuple):
    """All that the checks of tables know of a scheme.

    `slots` are numbered in the order of the laid-out lines; by table, `read` (rows that may be) and `needed`
    (rows that must be) are such numbers.
    `assurance` says whether the table is needed, `assured` for which waves every area needs a row of it;
    `given` are the columns of amounts that are read in place of those of `weights`.
    """

    area_code: str
    metrics: tuple[str, ...]
    slots: tuple[Slot, ...]
    read: Mapping[str, Sequence[int]]
    needed: Mapping[str, Sequence[int]]
    either: tuple[Slot, ...]
    assurance: bool
    assured: tuple[str, ...]
    columns: Mapping[str, Columns]
    rules: Mapping[str, TableRules]
    given: tuple[str, ...]
    weights: tuple[str, ...]


@lru_cache(maxsize=64)
def demands(scheme: Scheme, due_waves: int, on_missing: OnMissing, given: tuple[str, ...] = ()) -> Demands:
    """What the tables must hold, when the first `due_waves` waves of the scheme are due."""
    slots = (*scheme.metric_lines, *scheme.monitored)
    due = tuple(number for number, slot in enumerate(slots) if slot.wave_index < due_waves)
    planned = tuple(number for number, slot in enumerate(slots) if not level_of(scheme, slot))
    read, paid = {"plans": planned, "outcomes": due}, range(len(scheme.metric_lines))
    needed = {name: [number for number in numbers if number in paid] for name, numbers in read.items()}
    pays, cuts = _conditions_by_wave(scheme, due_waves)
    waves = tuple(wave for wave in scheme.wave_names if wave in {*chain(*pays.values(), *cuts.values())})
    return Demands(
        area_code=scheme.area_code_pattern.value,
        metrics=tuple(scheme.metrics),
        slots=slots,
        read=read,
        needed=needed if on_missing == "raise" else {},
        either=tuple(slot for slot in slots if scheme.metrics[slot.name].direction.value == "either"),
        assurance=bool(waves),
        assured=waves if on_missing == "raise" else (),
        columns=table_columns(scheme, given),
        rules=table_rules(scheme, due_waves, on_missing, given),
        given=given,
        weights=scheme.weight_columns,
    )


def input_schema(table: str, scheme: str | Path | Scheme) -> hints.DataFrameSchema:
    """The pandera schema of an input table, for use in other pipelines.

    Parameters
    ----------
    table : {"areas", "plans", "outcomes", "assurance"}
        Which table.
    scheme : str, Path or Scheme
        The rules that say which columns, waves and conditions there are.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Its checks answer row by row, and are those that `settle` makes before it looks across tables.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("two_waves")
    >>> schema = input_schema("plans", bcf.load_scheme("october_2013"))
    >>> len(schema.validate(example.plans))
    1053
    """
    import pandera.pandas as pa

    rules_of = scheme_of(scheme)
    columns = table_columns(rules_of)[take_option(table, table_columns(rules_of), "table")]
    rules = table_rules(rules_of, len(rules_of.waves), "raise")[table]

    return pa.DataFrameSchema(
        {name: pa.Column(nullable=True, required=True) for name in columns.required}
        | {name: pa.Column(nullable=True, required=False) for name in columns.optional},
        checks=[
            pa.Check(rule.holds_by_row, name=rule.name, ignore_na=False)  # a row of blanks is a fault too
            for rule in (*rules.of_keys, *rules.of_values)
        ],
        name=table,
    )


def _some_weight(scheme: Scheme) -> RowRule:
    """A column of weights that divides money must not be all zero."""
    paying = {weight.value for _, pence, weight in spread(scheme) if pence}

    def all_zero(sheet: Sheet, column: str) -> BoolArray:
        values = sheet.array(column)
        number = values.dtype.kind in "iuf"
        zero = not values.any() if number else all(_is_zero(value) for value in values.tolist())
        return np.arange(len(values)) < int(zero)

    columns = tuple(column for column in scheme.weight_columns if column in paying)
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


def _direction(scheme: Scheme) -> tuple[RowRule, ...]:
    """Where a metric may go either way, its plan must say which way is better."""
    either = [name for name, metric in scheme.metrics.items() if metric.direction.value == "either"]
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


def _conditions(scheme: Scheme, due_waves: int, on_missing: OnMissing) -> tuple[RowRule, ...]:
    """Conditions and days must be legible, and filled in where the plan's status lets them pay."""
    rules = [truth_rule(scheme.condition_names)]
    if any(isinstance(slot.rule, ConditionsLine) and slot.rule.submit_by for slot in scheme.lines):
        rules.append(date_rule("submitted_on"))
    if on_missing == "raise":
        pays, cuts = _conditions_by_wave(scheme, due_waves)
        pays = {name: waves - cuts.get(name, set()) for name, waves in pays.items()}
        rules += [
            _filled_in("filled_in_where_it_pays", pays, _blank_and_payable, unless=cuts),
            _filled_in("filled_in_where_it_cuts", cuts, _blank),
        ]
    return tuple(rules)


def _conditions_by_wave(scheme: Scheme, due_waves: int) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
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


class Tables(NamedTuple):
    """The four tables that a settlement is made from, in the order in which `settle` takes them.

    Attributes
    ----------
    areas, plans, outcomes, assurance : DataFrame
        One row per area; per area, wave and metric (`plans` and `outcomes`); per area. `assurance` is None
        where it is left out, as it may be where a scheme pays on no condition.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> tables = bcf.load_example("two_waves")
    >>> [len(table) for table in tables]
    [151, 1053, 1048, 151]
    >>> one_wave = tables._replace(plans=tables.plans.query("wave == 'wave_1'"))
    """

    areas: pd.DataFrame
    plans: pd.DataFrame
    outcomes: pd.DataFrame
    assurance: pd.DataFrame | Any = None

    @property
    def scheme(self) -> Scheme | None:
        """The scheme that the workbook says it is made for; None where nothing says so."""
        said = [table.attrs["scheme"] for table in self if table is not None and "scheme" in table.attrs]
        return scheme_said(said[0]) if said else None


def scheme_said(said: str) -> Scheme | None:
    """The scheme that a workbook says it is made for, by its name or whole text; None where it says none."""
    if not said:
        return None
    return load_scheme(said) if said in available_schemes() else Scheme.from_toml(said)
