"""What a scheme is: frozen, validated models in which every rule carries its source and its basis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Annotated, Any, Generic, Literal, NamedTuple, NoReturn, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    InstanceOf,
    PlainSerializer,
    StringConstraints,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from bcf_payments.exact.numbers import as_fraction
from bcf_payments.names import CONDITIONS
from bcf_payments.schemes.patterns import matcher

T = TypeVar("T")

Basis: TypeAlias = Literal["stated", "derived", "assumed"]
Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Text: TypeAlias = Annotated[str, StringConstraints(min_length=1)]

BASES: tuple[Basis, ...] = ("stated", "derived", "assumed")
"""From the strongest to the weakest; a value that rests on several facts takes the weakest."""


USER = ("user",)
"""The source of a rule that a caller has changed."""


def _exact(value: object) -> object:
    """An exact number from an integer, a decimal, or a decimal or fraction in text."""
    try:
        return as_fraction(value)
    except ValueError as error:
        raise PydanticCustomError("exact_number", "{reason}", {"reason": str(error)}) from None


def as_pattern(value: str) -> str:
    """The text of a pattern that can be matched in bounded time."""
    try:
        matcher(value)
    except ValueError as error:
        why = f"no regular expression that codes can be held against: {error}"
        raise PydanticCustomError("pattern", "{why}", {"why": why}) from None
    return value


def _no_number(value: object) -> object:
    """Numbers are no days, though pydantic would count seconds from 1970."""
    if isinstance(value, (int, float)):
        raise PydanticCustomError("date_type", "not a day")
    return value


def _plain(value: object) -> object:
    """A value as a TOML file holds it: fractions as text, lists as tuples, and nothing left empty."""
    if isinstance(value, (str, int, dt.date)):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return tuple(_plain(item) for item in value)
    return str(_exact(value))


WRITTEN = r"^[+-]?(([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[0-9]+/[0-9]+)$"
"""A number in text, as a file holds it: a decimal or a fraction."""

Exact: TypeAlias = Annotated[
    InstanceOf[Fraction],
    BeforeValidator(_exact),
    PlainSerializer(str, return_type=str),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "pattern": WRITTEN}]}),
]


Day: TypeAlias = Annotated[dt.date, BeforeValidator(_no_number)]


class Model(BaseModel):
    """A frozen model that refuses what it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Cited(Model, Generic[T]):
    """A value with the ids of the facts that it rests on, and how sure they are."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by value: the class of `Cited[int]` has no name that could be looked up."""
        return _cite, (self.value, self.source, self.basis)

    value: T = Field(description="What the rule says.")
    source: tuple[Text, ...] = Field(
        min_length=1, description="Where it comes from: ids of facts, or places in documents of your own."
    )
    basis: Basis = Field(
        description="How sure it is: stated in a published document, derived by arithmetic from stated"
        " figures, or assumed."
    )

    def __repr_name__(self) -> str:
        """Without the type of the value, which pydantic would spell out."""
        return "Cited"


def _cite(value: object, source: tuple[str, ...], basis: Basis) -> Cited[Any]:
    return Cited(value=value, source=source, basis=basis)


class FrozenDict(dict[str, T]):
    """A dictionary that stays as it is."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a scheme cannot be changed; `replace` makes a changed copy")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)


class Period(Model):
    """The days, first and last, that a line's performance is measured over."""

    start: Day = Field(description="The first day.")
    end: Day = Field(description="The last day.")

    def __str__(self) -> str:
        return f"{self.start} to {self.end}"


def told(value: object) -> str:
    """A rule's value as a person reads it.

    Examples
    --------
    >>> told(True), told(((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1))))
    ('yes', '(0, 0), (1, 1)')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(f"({told(item)})" if isinstance(item, tuple) else told(item) for item in value)
    return str(value)


class Metric(Model):
    """A measure of performance: in which unit it is told, and which way is better."""

    title: Text = Field(description="What is measured.")
    unit: Cited[Literal["per_cent", "per_100_000", "ratio", "count"]] = Field(
        description="How its rates are told; `count` uses numerators only."
    )
    direction: Cited[Literal["lower", "higher", "either"]] = Field(
        description="Which way is better; with `either`, each plan says it."
    )


class NationalAmount(Model):
    """National money that is spread over the areas by a column of weights."""

    amount_pounds: Cited[Exact] = Field(description="The national amount in pounds.")
    weight: Cited[Text] = Field(
        description="The column of the table `areas` by whose weights the money is spread."
    )

    @property
    def amount_pence(self) -> int:
        """The national amount in whole pence."""
        return int(self.amount_pounds.value * 100)


class Component(NationalAmount):
    """Money that goes to the areas by formula."""

    name: Name = Field(description="The component's name in the tables.")
    title: Text = Field(description="What the money is for.")


Share: TypeAlias = Annotated[
    Cited[Exact] | None,
    Field(description="The line's share of a fixed pot; the shares of all lines add up to exactly 1."),
]


class MetricLine(Model):
    """A line of a wave that pays on one metric."""

    metric: Cited[Name] = Field(description="The metric that the line pays on.")
    share: Share = None
    curve: Cited[Name] = Field(description="The curve that turns achievement into payment.")
    period: Cited[Period] = Field(
        description="The first and the last day of the performance that is paid for."
    )

    @property
    def name(self) -> str:
        """The metric."""
        return self.metric.value


class ConditionsLine(Model):
    """A line of a wave that pays on conditions of the plan: on all of them, or in equal parts for each."""

    conditions: Cited[Annotated[tuple[Name, ...], Field(min_length=1)]] = Field(
        description="The conditions that the line pays on."
    )
    pays: Cited[Literal["all", "each"]] = Field(
        description="Whether it pays for `all` of them or nothing, or in equal parts for `each`."
    )
    share: Share = None
    submit_by: Cited[Day] | None = Field(
        None, description="The last day on which a plan may be submitted; a later one earns none of it."
    )

    @property
    def name(self) -> str:
        """Always `conditions`."""
        return CONDITIONS


def _kind_of_line(data: object) -> str:
    fields = data if isinstance(data, dict) else getattr(data, "__dict__", {})
    return "<conditions>" if "conditions" in fields else "<metric>"


Line: TypeAlias = Annotated[
    Annotated[MetricLine, Tag("<metric>")] | Annotated[ConditionsLine, Tag("<conditions>")],
    Discriminator(_kind_of_line),
]


class Wave(Model):
    """A payment: its day, its lines in their order, and the metrics that are only watched."""

    name: Name = Field(description="The payment point's name in the tables.")
    title: Text = Field(description="When it is, in words.")
    payment_date: Cited[Day] = Field(description="The day on which it is paid.")
    lines: tuple[Line, ...] = Field(min_length=1, description="What it pays on.")
    monitored: Cited[tuple[Name, ...]] | None = Field(
        None, description="Metrics that are assessed here and never paid."
    )


class FixedPot(NationalAmount):
    """A pot of fixed size, split over all lines by their shares, each line over the areas by weight."""

    kind: Literal["fixed"] = Field(
        description="`fixed`: split over all lines by their shares. `planned_value`: worth each area's"
        " planned improvement."
    )


class PlannedValuePot(NationalAmount):
    """A pot worth each area's planned improvement, at most its share of the national amount.

    What the planned improvement leaves of the share becomes the component `remainder`. With
    `cumulative`, a quarter that was missed can be made good later. What is not earned when all waves
    are due goes to `unearned_to`, in the area.
    """

    amount_pounds: Cited[Exact] = Field(
        description="The national amount in pounds; an area's pot is at most its share of it."
    )
    kind: Literal["planned_value"] = Field(
        description="`planned_value`: worth each area's planned improvement. `fixed`: split over all lines by"
        " their shares."
    )
    unit_value_pounds: Cited[Exact] = Field(
        description="Pounds for one unit of planned improvement, such as one admission avoided."
    )
    cumulative: Cited[bool] = Field(
        description="Whether a missed payment point can be made good by a later one."
    )
    remainder: Cited[Name] = Field(
        description="The component that gets what the planned value leaves of an area's share."
    )
    remainder_title: Text = Field(description="What that money is for.")
    unearned_to: Cited[Name] = Field(
        description="Where money that is not earned goes in the area, when all payment points are due."
    )
    expected_reduction: Cited[Exact] | None = Field(
        None,
        description="The least planned reduction, as a share of the baselines; a plan for less is a warning.",
    )
    expected_reduction_step: Cited[Exact] | None = Field(
        None, description="The step to which a planned reduction is rounded before it is compared."
    )
    revision_tolerance: Cited[Exact] | None = Field(
        None, description="How far, as a share of the baselines, a plan may be from a later one and stand."
    )


Pot: TypeAlias = Annotated[FixedPot | PlannedValuePot, Field(discriminator="kind")]


class ReviewAction(Model):
    """What follows when a missed line's achievement is below a threshold (and below no lower one).

    The line's money that is held back goes to `destination`, in the area: at once, or with
    `needs_decision` when the review is done, and then to `destination_otherwise`, where there is one,
    unless all who review agree. A pot of planned value says by itself where unearned money goes.
    """

    action: Cited[Name] = Field(description="What follows.")
    trigger_below: Cited[Exact] = Field(
        description="It follows where the achievement is below this, and below no lower threshold."
    )
    destination: Cited[Name] | None = Field(
        None, description="Where the line's held-back money goes, in the area."
    )
    destination_otherwise: Cited[Name] | None = Field(
        None, description="Where it goes unless all three parties agree."
    )
    needs_decision: Cited[bool] | None = Field(
        None, description="Whether the money waits until all three parties have decided."
    )


class Review(Model):
    """Which missed lines trigger what; `mean` judges them by their area's mean achievement in the wave."""

    scope: Cited[Literal["each", "mean"]] = Field(
        description="Whether `each` line is judged by its own achievement, or by its area's `mean` in the"
        " wave."
    )
    actions: tuple[ReviewAction, ...] = Field(
        min_length=1, description="What follows, from the lowest threshold to the highest."
    )


class Alternative(Model):
    """Another reading of what is assumed: the rules that it changes, and the facts behind it.

    `changes` are those of `Scheme.replace`: the path of a rule, with `__` between its steps, and its value.
    """

    name: Name = Field(description="The reading's name.")
    title: Text = Field(description="The reading in plain words.")
    source: tuple[Text, ...] = Field(min_length=1, description="The facts behind it.")
    changes: dict[Text, Annotated[Any, BeforeValidator(_plain)]] = Field(
        min_length=1,
        description="The rules that it changes, by their path with `__` between its steps, and their values.",
    )


class Slot(NamedTuple):
    """A place in the scheme's order: a line that pays, or (`rule` is None) a metric that is only watched."""

    wave: str
    wave_index: int
    name: str
    rule: MetricLine | ConditionsLine | None


Point: TypeAlias = tuple[Exact, Exact]


def weakest(bases: Iterable[Basis]) -> Basis:
    """The weakest of some bases, of which there is at least one.

    Examples
    --------
    >>> weakest(["stated", "assumed", "derived"])
    'assumed'
    """
    return max(bases, key=BASES.index)


def cite(*rules: Cited[Any] | str | None) -> str:
    """The ids of rules, and ids as they are, each once, with commas between them.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> line = bcf.load_scheme("october_2013").lines[1].rule
    >>> cite(line.share, line.curve, "G1")
    'A9, A13, A14, G1'
    """
    ids = [rule.source if isinstance(rule, Cited) else (rule,) for rule in rules if rule is not None]
    return ", ".join(dict.fromkeys(name for names in ids for name in names))


RULE_KEYS = {"value", "source", "basis"}
