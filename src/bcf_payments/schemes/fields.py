"""What stands in a scheme, and what follows from it: every rule with its source and its basis."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from bcf_payments.names import ALL_AREAS, POT
from bcf_payments.schemes.cited import Titled, cited_in, titled
from bcf_payments.schemes.consistency import Fault
from bcf_payments.schemes.facts import OwnFacts
from bcf_payments.schemes.gateways import Gateway
from bcf_payments.schemes.parts import (
    USER,
    Alternative,
    Cited,
    Component,
    ConditionsLine,
    Exact,
    FrozenDict,
    Metric,
    MetricLine,
    Name,
    NationalAmount,
    PlannedValuePot,
    Point,
    Pot,
    Review,
    Slot,
    Text,
    Wave,
    as_pattern,
)
from bcf_payments.words import exact_pounds, printable


def _titled_metrics(given: object) -> object:
    """Metrics that bear no title bear their names."""
    if not isinstance(given, Mapping):
        return given
    return {name: titled(item, name) if isinstance(name, str) else item for name, item in given.items()}


def _or_a_file(schema: dict[str, Any]) -> None:
    """An editor accepts the name of a file, too."""
    table = {name: schema.pop(name) for name in ("type", "additionalProperties")}
    schema["anyOf"] = [table, {"type": "string"}]


class SchemeFields(Titled):
    """The rules of one settlement, before anybody changes or writes them: see `Scheme`."""

    name: Name = Field(
        description="The scheme's name: small letters, digits and underscores.", examples=["healthy_ageing"]
    )
    title: Text = Field(
        "",
        description="What the scheme is, for people who read its results; without it, the name in words.",
        examples=["Healthy ageing: one payment"],
    )
    example: Name | None = Field(
        None,
        description="The embedded example that is settled where no input is given; without it, none.",
        examples=["two_waves"],
    )
    area_code_pattern: Cited[Annotated[str, AfterValidator(as_pattern)]] = Field(
        description="The regular expression that every area code matches as a whole.",
        examples=["SCH[0-9]{3}"],
    )
    nation: Cited[Text] | None = Field(
        None,
        description="What all areas are called together, in capitals the code of their rows; without it,"
        f" {ALL_AREAS}.",
        examples=["Wales"],
    )
    announced_pounds: Cited[Exact] | None = Field(
        None,
        description="The size of the whole fund as announced; without it, what its parts add up to.",
        examples=[3800000000],
    )
    areas_expected: Cited[Annotated[int, Field(gt=0, strict=True)]] | None = Field(
        None,
        description="How many areas share the fund, fewer are a warning; without it, any number.",
        examples=[151],
    )
    components: tuple[Component, ...] = Field(
        (), description="Money that goes to the areas by formula, whatever they achieve; without it, none."
    )
    pot: Pot | None = Field(
        None, description="Money that is paid on lines; without it, metrics are only watched."
    )
    metrics: Annotated[dict[Name, Metric], BeforeValidator(_titled_metrics), AfterValidator(FrozenDict)] = (
        Field(FrozenDict(), description="The measures of performance, by name; without it, none.")
    )
    conditions: Annotated[dict[Name, Cited[Text]], AfterValidator(FrozenDict)] = Field(
        FrozenDict(),
        description="The conditions of a plan, by name: columns of the table `assurance`; without it, none.",
        examples=[{"warm_homes": "A warm homes register is kept"}],
    )
    curves: Annotated[
        dict[Name, Cited[Annotated[tuple[Point, ...], Field(min_length=2)]]], AfterValidator(FrozenDict)
    ] = Field(
        FrozenDict(),
        description="What share of its money a line pays for which share of the planned improvement, by name:"
        " points of x, the achievement, and y, the share paid, from x = 0 to x = 1: of two points at one x,"
        " a step, the later holds there; without it, none.",
        examples=[{"in_proportion": [[0, 0], [1, 1]]}],
    )
    waves: tuple[Wave, ...] = Field(
        min_length=1, description="The payment points, in the order of their dates."
    )
    gateways: tuple[Gateway, ...] = Field(
        (), description="Conditions that cut what the lines of whole payment points earn; without it, none."
    )
    review: Review | None = Field(None, description="What a missed line triggers; without it, nothing.")
    alternatives: tuple[Alternative, ...] = Field(
        (),
        description="Other readings of what is assumed: `bcf-payments assumptions` settles under each;"
        " without it, none.",
    )
    facts: Annotated[OwnFacts, AfterValidator(FrozenDict)] = Field(
        FrozenDict(),
        description="Facts of your own by their ids, or the name of a Markdown file beside the scheme's that"
        " has them in tables, as the package's page of facts has its own. Where there are any, every source"
        " must be one of them or of the package's; without it, sources are not looked up.",
        examples=["my_facts.md"],
        json_schema_extra=_or_a_file,
    )

    def __hash__(self) -> int:
        return hash((self.name, self.title))

    @cached_property
    def whole(self) -> str:
        """What all areas are called together."""
        return self.nation.value if self.nation else ALL_AREAS

    @cached_property
    def nation_key(self) -> str:
        """In place of an area code in the rows of all areas together; no area bears it."""
        return self.whole.upper()

    @cached_property
    def agreements(self) -> tuple[str, ...]:
        """The columns of decisions that say who agrees to what a review says."""
        actions = self.review.actions if self.review else ()
        return tuple(dict.fromkeys(name for action in actions for name in action.agreements))

    @cached_property
    def wave_names(self) -> tuple[str, ...]:
        """The waves in their order."""
        return tuple(wave.name for wave in self.waves)

    @cached_property
    def lines(self) -> tuple[Slot, ...]:
        """Every line that pays, in the scheme's order."""
        return tuple(
            Slot(wave.name, index, line.name, line)
            for index, wave in enumerate(self.waves)
            for line in wave.lines
        )

    @cached_property
    def metric_lines(self) -> tuple[Slot, ...]:
        """The lines that pay on a metric."""
        return tuple(slot for slot in self.lines if isinstance(slot.rule, MetricLine))

    @cached_property
    def metric_places(self) -> list[int]:
        """Where the lines that pay on a metric stand among all that pay."""
        return [place for place, slot in enumerate(self.lines) if isinstance(slot.rule, MetricLine)]

    @cached_property
    def monitored(self) -> tuple[Slot, ...]:
        """The metrics that are assessed and never paid, by wave."""
        return tuple(
            Slot(wave.name, index, metric, None)
            for index, wave in enumerate(self.waves)
            if wave.monitored
            for metric in wave.monitored.value
        )

    @cached_property
    def told(self) -> tuple[Slot, ...]:
        """What a return tells of: the lines that pay, or where none does, the metrics that are watched."""
        return self.lines or self.monitored

    @cached_property
    def amounts(self) -> dict[str, NationalAmount]:
        """The national amounts of the components and, last, of the pot if there is one."""
        named = {component.name: component for component in self.components}
        return {**named, POT: self.pot} if self.pot else {**named}

    def weight_of(self, slot: Slot) -> Cited[str]:
        """Name the weights by which the money of a line is spread.

        Parameters
        ----------
        slot : Slot
            A line of one of the scheme's waves.

        Returns
        -------
        Cited of str
            A column of the areas table, with its source: the line's own, or that of the pot.
        """
        own = slot.rule.weight if slot.rule else None
        return own or self.amounts[POT].weight

    @cached_property
    def weight_columns(self) -> tuple[str, ...]:
        """The columns of weights that the areas table must have."""
        spread = [*(component.weight for component in self.components), *map(self.weight_of, self.lines)]
        return tuple(dict.fromkeys(weight.value for weight in spread))

    @cached_property
    def condition_names(self) -> tuple[str, ...]:
        """The conditions of lines and gateways: columns that the assurance table must have."""
        lines = (slot.rule for slot in self.lines if isinstance(slot.rule, ConditionsLine))
        paying = [name for line in lines for name in line.conditions.value]
        return tuple(dict.fromkeys([*paying, *(gateway.condition.value for gateway in self.gateways)]))

    def gateways_of(self, wave: str) -> tuple[Gateway, ...]:
        """List the gateways that cut what the lines of a wave earn.

        Parameters
        ----------
        wave : str
            The name of a wave of the scheme.

        Returns
        -------
        tuple of Gateway
            In the scheme's order; empty where nothing cuts.
        """
        return tuple(gateway for gateway in self.gateways if gateway.covers(wave))

    @cached_property
    def fund_pence(self) -> int:
        """Formula components and pot together, in pence."""
        return sum(amount.amount_pence for amount in self.amounts.values())

    def cited(self) -> list[tuple[str, Cited[Any]]]:
        """List every rule of the scheme.

        Returns
        -------
        list of (str, cited value)
            With the place of each (`waves.0.payment_date`), in file order.
        """
        return list(cited_in(self))

    @cached_property
    def changed_rules(self) -> int:
        """How many rules a caller has changed by `replace`."""
        return sum(rule.source == USER for _, rule in self.cited())

    @cached_property
    def label(self) -> str:
        """The name, and whether rules of it were changed."""
        rules = f"{self.changed_rules} rule{'s' if self.changed_rules != 1 else ''}"
        return f"{self.name} ({rules} changed)" if self.changed_rules else self.name


class InconsistentError(ValueError):
    """Rules that are well formed one by one and contradict each other."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{where}: {fault}" for where, fault in faults))


UNITS = {"per_cent": "per cent", "per_100_000": "per 100,000", "ratio": "as a ratio", "count": "a count"}
"""The units of metrics, in words."""


def line_title(scheme: SchemeFields, line: str) -> str:
    """The title of a line's metric, or what a conditions line is about."""
    metric = scheme.metrics.get(line)
    return printable(metric.title) if metric else "Conditions of the plan"


def component_titles(scheme: SchemeFields) -> dict[str, str]:
    """The titles of the components, the performance pot and what a pot of planned value leaves included."""
    titles = {component.name: component.title for component in scheme.components}
    if isinstance(scheme.pot, PlannedValuePot):
        titles[scheme.pot.remainder.value] = scheme.pot.remainder_title
    return titles | ({POT: "Performance pot: the entitlements below"} if scheme.pot else {})


def announcement(scheme: SchemeFields) -> str:
    """The announced size of the fund where its components add up to another; else nothing."""
    announced = scheme.announced_pounds
    if announced is None or announced.value * 100 == scheme.fund_pence:
        return ""
    return exact_pounds(announced.value)
