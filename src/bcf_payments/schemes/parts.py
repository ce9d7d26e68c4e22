"""What a scheme is: frozen, validated models in which every rule carries its source and its basis."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import BeforeValidator, Discriminator, Field, Tag

from bcf_payments.names import AGREES, CONDITIONS
from bcf_payments.schemes.cited import (
    BASES,
    RULE_KEYS,
    USER,
    Basis,
    Cited,
    Day,
    Exact,
    FrozenDict,
    Model,
    Name,
    Text,
    Titled,
    as_pattern,
    cite,
    plain,
    told,
    weakest,
)

__all__ = [
    "BASES",
    "RULE_KEYS",
    "USER",
    "Alternative",
    "Basis",
    "Cited",
    "Component",
    "ConditionsLine",
    "Exact",
    "FixedPot",
    "FrozenDict",
    "Line",
    "Metric",
    "MetricLine",
    "Model",
    "Name",
    "NationalAmount",
    "Period",
    "PlannedValuePot",
    "Point",
    "Pot",
    "Review",
    "ReviewAction",
    "Slot",
    "Text",
    "Wave",
    "as_pattern",
    "cite",
    "told",
    "weakest",
]


class Period(Model):
    """The days, first and last, that a line's performance is measured over."""

    start: Day = Field(description="The first day.", examples=[dt.date(2027, 4, 1)])
    end: Day = Field(description="The last day.", examples=[dt.date(2028, 3, 31)])

    def __str__(self) -> str:
        return f"{self.start} to {self.end}"


class Metric(Model):
    """A measure of performance: in which unit it is told, and which way is better."""

    title: Text = Field(
        "",
        description="What is measured; without it, the name in words.",
        examples=["Falls of people over 65"],
    )
    unit: Cited[Literal["per_cent", "per_100_000", "ratio", "count"]] = Field(
        description="How its rates are told; `count` uses numerators only.", examples=["per_cent"]
    )
    direction: Cited[Literal["lower", "higher", "either"]] = Field(
        description="Which way is better; with `either`, each plan says it.", examples=["lower"]
    )


class NationalAmount(Model):
    """National money that is spread over the areas by a column of weights."""

    amount_pounds: Cited[Exact] = Field(
        description="The national amount in pounds, in whole pence.", examples=[1000000]
    )
    weight: Cited[Text] = Field(
        description="The column of the table `areas` by whose weights the money is spread.",
        examples=["population"],
    )

    @property
    def amount_pence(self) -> int:
        """The national amount in whole pence."""
        return int(self.amount_pounds.value * 100)


class Component(Titled, NationalAmount):
    """Money that goes to the areas by formula."""

    name: Name = Field(description="The component's name in the tables.", examples=["base_funding"])
    title: Text = Field(
        "", description="What the money is for; without it, the name in words.", examples=["Base funding"]
    )


Share: TypeAlias = Annotated[
    Cited[Exact] | None,
    Field(
        description="The line's share of a fixed pot: the shares of all lines add up to exactly 1; without"
        " it, none: a pot of planned value has no shares.",
        examples=["1/3"],
    ),
]


Threshold: TypeAlias = Annotated[
    Cited[Exact] | None,
    Field(
        description="By level, in the metric's unit: achieved is 0 at `lower`, 1 at `upper`, the better;"
        " without it, the line is judged by plan.",
    ),
]


LineWeight: TypeAlias = Annotated[
    Cited[Text] | None,
    Field(
        description="The column of `areas` by whose weights the line's money is spread; without it, the"
        " pot's.",
        examples=["pupils"],
    ),
]


class MetricLine(Model):
    """A line of a wave that pays on one metric."""

    metric: Cited[Name] = Field(description="The metric that the line pays on.", examples=["falls"])
    judged: Cited[Literal["plan", "level"]] | None = Field(
        None,
        description="`plan`: by each area's baseline and target; `level`: by two thresholds, the same for"
        " every area; without it, by plan.",
        examples=["level"],
    )
    lower: Threshold = Field(None, examples=[40])
    upper: Threshold = Field(None, examples=[90])
    share: Share = None
    weight: LineWeight = None
    curve: Cited[Name] = Field(
        description="The curve that turns achievement into payment.", examples=["in_proportion"]
    )
    period: Cited[Period] = Field(
        description="The first and the last day of the performance that is paid for.",
        examples=[{"start": dt.date(2027, 4, 1), "end": dt.date(2028, 3, 31)}],
    )

    @property
    def name(self) -> str:
        """The metric."""
        return self.metric.value


class ConditionsLine(Model):
    """A line of a wave that pays on conditions of the plan: on all of them, or in equal parts for each."""

    conditions: Cited[Annotated[tuple[Name, ...], Field(min_length=1)]] = Field(
        description="The conditions that the line pays on.", examples=[["warm_homes"]]
    )
    pays: Cited[Literal["all", "each"]] = Field(
        description="Whether it pays for `all` of them or nothing, or in equal parts for `each`.",
        examples=["all"],
    )
    share: Share = None
    weight: LineWeight = None
    submit_by: Cited[Day] | None = Field(
        None,
        description="The last day on which a plan may be submitted, a later one earns none of it; without it,"
        " any day will do.",
        examples=[dt.date(2027, 1, 31)],
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


class Wave(Titled):
    """A payment: its day, its lines in their order, and the metrics that are only watched."""

    name: Name = Field(description="The payment point's name in the tables.", examples=["spring"])
    title: Text = Field(
        "", description="When it is; without it, the name in words.", examples=["Spring 2028"]
    )
    payment_date: Cited[Day] = Field(
        description="The day on which it is paid.", examples=[dt.date(2028, 4, 1)]
    )
    lines: tuple[Line, ...] = Field((), description="What it pays on; without it, nothing.")
    monitored: Cited[tuple[Name, ...]] | None = Field(
        None,
        description="Metrics that are assessed here and never paid; without it, none.",
        examples=[["admissions"]],
    )


class FixedPot(NationalAmount):
    """A pot of fixed size, split over all lines by their shares, each line over the areas by weight."""

    kind: Literal["fixed"] = Field(description="Split over all lines by their shares.", examples=["fixed"])


class PlannedValuePot(NationalAmount):
    """A pot worth each area's planned improvement, at most its share of the national amount.

    What the planned improvement leaves of the share becomes the component `remainder`. With
    `cumulative`, a quarter that was missed can be made good later. What is not earned when all waves
    are due goes to `unearned_to`, in the area.
    """

    amount_pounds: Cited[Exact] = Field(
        description="The national amount in pounds; an area's pot is at most its share of it.",
        examples=[1000000],
    )
    kind: Literal["planned_value"] = Field(
        description="Worth each area's planned improvement.", examples=["planned_value"]
    )
    unit_value_pounds: Cited[Exact] = Field(
        description="Pounds for one unit of planned improvement, such as one fall fewer.", examples=[1490]
    )
    cumulative: Cited[bool] = Field(
        description="Whether a missed payment point can be made good by a later one.", examples=[True]
    )
    remainder: Cited[Name] = Field(
        description="The component that gets what the planned value leaves of an area's share.",
        examples=["other_services"],
    )
    remainder_title: Text = Field(description="What that money is for.", examples=["Other services"])
    unearned_to: Cited[Name] = Field(
        description="Where money that is not earned goes in the area, when all payment points are due.",
        examples=["other_services"],
    )
    expected_reduction: Cited[Exact] | None = Field(
        None,
        description="The least planned reduction, as a share of the baselines, a plan for less is a warning;"
        " without it, none is expected.",
        examples=["0.035"],
    )
    expected_reduction_step: Cited[Exact] | None = Field(
        None,
        description="The step to which a planned reduction is rounded before it is compared, needed with"
        " `expected_reduction`; without it, there is none.",
        examples=["0.001"],
    )
    revision_tolerance: Cited[Exact] | None = Field(
        None,
        description="How far, as a share of the baselines, a plan may be from a later one and stand; without"
        " it, no plan is compared with a later one.",
        examples=["0.02"],
    )


Pot: TypeAlias = Annotated[FixedPot | PlannedValuePot, Field(discriminator="kind")]


REVIEWER = "reviewer"
"""Who must agree where the scheme does not say."""


class ReviewAction(Model):
    """What follows when a missed line's achievement is below a threshold (and below no lower one).

    The line's money that is held back goes to `destination`, in the area: at once, or with
    `needs_decision` when the review is done, and then to `destination_otherwise`, where there is one,
    unless all who review agree. A pot of planned value says by itself where unearned money goes.
    """

    action: Cited[Name] = Field(description="What follows.", examples=["visit"])
    trigger_below: Cited[Exact] = Field(
        description="It follows where the achievement is below this, and below no lower threshold.",
        examples=["1/2"],
    )
    destination: Cited[Name] | None = Field(
        None,
        description="Where the line's held-back money goes, in the area, needed with a fixed pot; without it,"
        " the pot says so.",
        examples=["warm_homes_fund"],
    )
    destination_otherwise: Cited[Name] | None = Field(
        None,
        description="Where it goes unless all who must agree do; without it, to `destination` all the same.",
        examples=["elsewhere_in_the_area"],
    )
    needs_decision: Cited[bool] | None = Field(
        None,
        description="Whether the money waits until all who must agree have decided, needed with a fixed pot;"
        " without it, the pot says so.",
        examples=[True],
    )
    agreed_by: Cited[Annotated[tuple[Name, ...], Field(min_length=1)]] | None = Field(
        None,
        description="Who must agree where a decision is needed, each with a column of decisions,"
        " `<name>_agrees`; without it, the `reviewer`.",
        examples=[["council", "visitor"]],
    )

    @property
    def agreements(self) -> tuple[str, ...]:
        """The columns of decisions that say who agrees, where a decision is needed."""
        if not (self.needs_decision and self.needs_decision.value):
            return ()
        names = self.agreed_by.value if self.agreed_by else (REVIEWER,)
        return tuple(f"{name}{AGREES}" for name in names)


class Review(Model):
    """Which missed lines trigger what; `mean` judges them by their area's mean achievement in the wave."""

    scope: Cited[Literal["each", "mean"]] = Field(
        description="Whether `each` line is judged by its own achievement, or by its area's `mean` in the"
        " wave.",
        examples=["each"],
    )
    actions: tuple[ReviewAction, ...] = Field(
        min_length=1, description="What follows, from the lowest threshold to the highest."
    )


class Alternative(Titled):
    """Another reading of what is assumed: the rules that it changes, and the facts behind it.

    `changes` are those of `Scheme.replace`: the path of a rule, with `__` between its steps, and its value.
    """

    name: Name = Field(description="The reading's name.", examples=["half_up_front"])
    title: Text = Field(
        "",
        description="The reading in plain words; without it, the name in words.",
        examples=["Half of the money is paid on the conditions"],
    )
    source: tuple[Text, ...] = Field(min_length=1, description="The facts behind it.", examples=[["P2"]])
    changes: dict[Text, Annotated[Any, BeforeValidator(plain)]] = Field(
        min_length=1,
        description="The rules that it changes, by their path with `__` between its steps, counted from 0,"
        " and their values.",
        examples=[{"waves__0__lines__0__share": "1/2", "waves__0__lines__1__share": "1/2"}],
    )


class Slot(NamedTuple):
    """A place in the scheme's order: a line that pays, or (`rule` is None) a metric that is only watched."""

    wave: str
    wave_index: int
    name: str
    rule: MetricLine | ConditionsLine | None


Point: TypeAlias = tuple[Exact, Exact]
