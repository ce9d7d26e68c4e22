"""The four tables that come in: their columns, their rules, and their pandera schemas."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

import pandas as pd

from bcf_payments.schemes import (
    ConditionsLine,
    Scheme,
    available_schemes,
    load_scheme,
)
from bcf_payments.schemes.levels import level_of
from bcf_payments.tables.amounts import ALLOCATION, amounts_columns, parts_columns

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
