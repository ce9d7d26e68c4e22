"""What a worked example says: a scheme, inputs, the sum done by hand, and the figures that must come out."""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from typing import Annotated, Any, Literal, TypeAlias

import pandas as pd
from pydantic import BeforeValidator, ConfigDict, Field, InstanceOf, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

from bcf_payments.exact.numbers import as_fraction
from bcf_payments.files import Tables
from bcf_payments.schemes import ConditionsLine, Scheme
from bcf_payments.schemes.parts import Exact, Model, Name, Text
from bcf_payments.tables.inputs import DIRECTIONS, PLAN_STATUSES, OnMissing, table_columns
from bcf_payments.words import pounds

_POUNDS = re.compile(r"-?£(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d{2})?", re.ASCII)


def _pence(value: object) -> int:
    """Pence from pounds as a person writes them, so that no bare number can be taken for the other."""
    if isinstance(value, str) and _POUNDS.fullmatch(value.strip()):
        return int(as_fraction(re.sub("[£,]", "", value)) * 100)
    raise PydanticCustomError("money", 'write pounds in quotation marks, such as "£1,234.56" or "£500"')


def _one_of(*options: str) -> BeforeValidator:
    def check(value: object) -> object:
        if value not in options:
            known = ", ".join(options)
            raise PydanticCustomError("one_of", "write one of: {known}", {"known": known})
        return value

    return BeforeValidator(check)


Money: TypeAlias = Annotated[int, BeforeValidator(_pence), PlainSerializer(pounds, return_type=str)]
"""Whole pence, written as `"£1,234.56"`."""


class Source(Model):
    """Where an example comes from: a document, and the ids of the facts that it shows."""

    document: Text
    facts: Annotated[tuple[Text, ...], Field(min_length=1)]


class Area(Model):
    """An area. `weight` stands in every column of weights that `weights` does not name."""

    area_code: Text
    area_name: Text | None = None
    region: Text | None = None
    weight: Exact = Fraction(1)
    weights: dict[Name, Exact] = Field(default_factory=dict)


class Performance(Model):
    """A metric of an area in a wave: plan and outcome side by side, each over `per`.

    A row without baseline and target has no plan, one without an outcome no outcome.
    """

    area_code: Text
    wave: Text
    metric: Text
    baseline: Exact | None = None
    target: Exact | None = None
    outcome: Exact | None = None
    per: Exact = Fraction(1)
    direction: Annotated[str, _one_of(*DIRECTIONS)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Performance:
        if (self.baseline is None) != (self.target is None):
            raise PydanticCustomError("plan", "a plan needs both baseline and target")
        if self.baseline is None and self.outcome is None:
            raise PydanticCustomError("plan", "give baseline and target, or an outcome, or leave the row out")
        return self


class Assurance(Model):
    """What is not in order with an area's plan; an area without a row has every condition met, in time."""

    area_code: Text
    plan_status: Annotated[str, _one_of(*PLAN_STATUSES)] = "approved"
    submitted_on: dt.date | Literal["unknown"] | None = None
    not_met: tuple[Text, ...] = ()
    unknown: tuple[Text, ...] = ()


class Decision(Model):
    """Who agrees to what a review says, each as `<name>_agrees`; what is left out is not known."""

    model_config = ConfigDict(extra="allow")

    __pydantic_extra__: dict[str, bool | None]

    area_code: Text
    wave: Text
    line: Text


class Expectation(Model):
    """Figures that must come out; those that are left out are not compared."""

    area_code: Text


class ExpectedLine(Expectation):
    """What must come out for one line: money of `payments`, performance of `assessments`."""

    wave: Text
    line: Text
    entitlement: Money | None = None
    earned: Money | None = None
    caught_up: Money | None = None
    withheld: Money | None = None
    not_due: Money | None = None
    held_reason: str | None = None
    achievement: Exact | None = None
    fraction_paid: Exact | None = None
    status: Text | None = None
    unambitious: bool | None = None


class ExpectedAllocation(Expectation):
    """What must be allocated to an area, or to all together, by one component."""

    component: Text
    amount: Money


class ExpectedTotal(Expectation):
    """What the lines of an area, or of all together, must add up to; in one wave, if one is named."""

    wave: Text | None = None
    entitlement: Money | None = None
    earned: Money | None = None
    caught_up: Money | None = None
    withheld: Money | None = None
    not_due: Money | None = None
    reviews: int | None = None


class ExpectedReview(Expectation):
    """A line that must trigger something."""

    wave: Text
    line: Text
    action: Text
    withheld: Money | None = None


class ExpectedRelease(Expectation):
    """Where the money of a line must go in the end."""

    wave: Text
    line: Text
    destination: Text
    amount: Money | None = None


class Expected(Model):
    """Everything that must come out. Reviews, warnings and releases, where given, are all there may be."""

    lines: tuple[ExpectedLine, ...] = ()
    allocations: tuple[ExpectedAllocation, ...] = ()
    totals: tuple[ExpectedTotal, ...] = ()
    reviews: tuple[ExpectedReview, ...] | None = None
    warnings: tuple[Text, ...] | None = None
    releases: tuple[ExpectedRelease, ...] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Expected:
        if not self.model_fields_set:
            raise PydanticCustomError("nothing", "say what must come out: nothing is expected")
        return self


class WorkedExample(Model):
    """A sum done by hand, as data: read by `load_worked_example`, compared by `check_worked_example`.

    Attributes
    ----------
    name, title : str
        The name is that of the file.
    source : Source
        The document that it follows, and the ids of the facts that it shows.
    working : str
        The arithmetic in words.
    scheme : Scheme
        The rules, with the changes that the file makes to them.
    through, on_missing
        As in `settle`.
    areas, performance, assurance, decisions : tuple
        The inputs, row by row.
    expected : Expected
        The figures that must come out.

    Examples
    --------
    >>> WorkedExample.model_fields["on_missing"].default
    'raise'
    """

    name: Name
    title: Text
    source: Source
    working: Text
    scheme: Annotated[InstanceOf[Scheme], Field(repr=False)]
    through: Text | None = None
    on_missing: OnMissing = "raise"
    areas: Annotated[tuple[Area, ...], Field(min_length=1)]
    performance: tuple[Performance, ...] = ()
    assurance: tuple[Assurance, ...] = ()
    decisions: tuple[Decision, ...] = ()
    expected: Expected

    def __hash__(self) -> int:
        return hash((self.name, self.title))

    def tables(self) -> Tables:
        """Lay the inputs out as tables.

        Returns
        -------
        Tables
            What `settle` reads.
        """
        columns = table_columns(self.scheme)
        either = [name for name, metric in self.scheme.metrics.items() if metric.direction.value == "either"]
        rows = {
            "areas": [self._area_row(area) for area in self.areas],
            "plans": [_plan_row(row) for row in self.performance if row.baseline is not None],
            "outcomes": [_outcome_row(row) for row in self.performance if row.outcome is not None],
            "assurance": self._assurance_rows(),
        }
        headings = {name: list(columns[name].required) for name in rows}
        if either:
            headings["plans"].append("direction")
        if any(row.submitted_on for row in self.assurance):
            headings["assurance"].append("submitted_on")
        return Tables(
            **{name: pd.DataFrame(rows[name], columns=headings[name], dtype=object) for name in rows}
        )

    def decisions_table(self) -> pd.DataFrame:
        """Lay the decisions out as a table.

        Returns
        -------
        DataFrame
            What `Settlement.resolve` reads.
        """
        rows = [row.model_dump() for row in self.decisions]
        return pd.DataFrame(rows, columns=[*Decision.model_fields, *self.scheme.agreements], dtype=object)

    def _area_row(self, area: Area) -> dict[str, Any]:
        weights = dict.fromkeys(self.scheme.weight_columns, area.weight) | area.weights
        name = area.area_name or area.area_code
        region = area.region or self.scheme.whole
        return {"area_code": area.area_code, "area_name": name, "region": region, **weights}

    def _assurance_rows(self) -> list[dict[str, Any]]:
        given = {row.area_code: row for row in self.assurance}
        codes = dict.fromkeys((*(area.area_code for area in self.areas), *given))
        rules = (slot.rule for slot in self.scheme.lines)
        days = [line.submit_by.value for line in rules if isinstance(line, ConditionsLine) and line.submit_by]
        in_time = min(days, default=None)
        rows = (given.get(code, Assurance(area_code=code)) for code in codes)
        return [_assurance_row(row, self.scheme, in_time) for row in rows]


def _plan_row(row: Performance) -> dict[str, Any]:
    return {
        **_key(row),
        "baseline_numerator": row.baseline,
        "baseline_denominator": row.per,
        "target_numerator": row.target,
        "target_denominator": row.per,
        "direction": row.direction,
    }


def _outcome_row(row: Performance) -> dict[str, Any]:
    return {**_key(row), "outcome_numerator": row.outcome, "outcome_denominator": row.per}


def _key(row: Performance) -> dict[str, str]:
    return {"area_code": row.area_code, "wave": row.wave, "metric": row.metric}


def _assurance_row(row: Assurance, scheme: Scheme, in_time: dt.date | None) -> dict[str, Any]:
    conditions = {
        name: None if name in row.unknown else name not in row.not_met for name in scheme.condition_names
    }
    day = None if row.submitted_on == "unknown" else row.submitted_on or in_time
    return {"area_code": row.area_code, "plan_status": row.plan_status, "submitted_on": day, **conditions}
