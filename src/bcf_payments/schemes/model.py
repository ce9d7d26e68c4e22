"""What a scheme is: frozen, validated models in which every rule carries its source and its basis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Annotated, Any, Generic, Literal, NamedTuple, NoReturn, TypeAlias, TypeVar

from pydantic import (
    AfterValidator,
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
    model_validator,
)
from pydantic_core import PydanticCustomError

from bcf_payments import hints
from bcf_payments.exact import as_fraction
from bcf_payments.schemes.consistency import Fault, contradictions
from bcf_payments.schemes.patterns import matcher

T = TypeVar("T")

Basis: TypeAlias = Literal["stated", "derived", "assumed"]
Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Text: TypeAlias = Annotated[str, StringConstraints(min_length=1)]

BASES: tuple[Basis, ...] = ("stated", "derived", "assumed")
"""From the strongest to the weakest; a value that rests on several facts takes the weakest."""

CONDITIONS = "conditions"
"""The name of a conditions line, which no metric may bear."""

USER = ("user",)
"""The source of a rule that a caller has changed."""

POT = "performance_pot"
"""The name of the component that the performance lines add up to."""

NATIONAL_FUND = "national_fund"
FORMULA_ALLOCATION = "formula_allocation"
PAID = "paid"
WITHHELD = "withheld"
NOT_DUE = "not_due"
AWAITING_DECISION = "awaiting_decision"

ACCOUNTS = (NATIONAL_FUND, FORMULA_ALLOCATION, POT, PAID, WITHHELD, NOT_DUE, AWAITING_DECISION)
"""Where money of every scheme stands; no destination or remainder may bear such a name."""


def _exact(value: object) -> object:
    """An exact number from an integer, a decimal, or a decimal or fraction in text."""
    try:
        return as_fraction(value)
    except ValueError as error:
        raise PydanticCustomError("exact_number", "{reason}", {"reason": str(error)}) from None


def _pattern(value: str) -> str:
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


class Scheme(Model):
    """The rules of one settlement, as data: what is paid, when, on what, by which curve, and why.

    Instances are immutable; `replace` gives a changed copy, `to_toml` the file that would load it. A cited
    value has a `value`, its `source` (ids of facts) and its `basis` (`stated`, `derived` or `assumed`).

    Attributes
    ----------
    name, title : str
        What the scheme is called.
    example : str or None
        The embedded example that suits it.
    area_code_pattern : cited str
        The regular expression that area codes match.
    announced_pounds : cited Fraction or None
        The whole fund as it was announced.
    components : tuple
        Money by formula: `name`, `title`, `amount_pounds`, and the column of weights, `weight`.
    pot
        The performance pot: its `kind` (`fixed` or `planned_value`), `amount_pounds`, `weight`, and the rules
        of its kind.
    metrics : dict
        By name: `title`, `unit` and `direction`.
    conditions : dict
        By name, what each condition of a plan says, cited.
    curves : dict
        By name, the points from x = 0 to x = 1, cited.
    waves : tuple
        The payment points: `name`, `title`, `payment_date`, their `lines`, and the metrics `monitored`.
    review : Review or None
        Which missed lines trigger what: a `scope` and `actions`.
    alternatives : tuple
        Other readings of what is assumed.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> scheme = bcf.load_scheme("october_2013")
    >>> [wave.name for wave in scheme.waves], scheme.pot.amount_pence
    (['wave_1', 'wave_2'], 100000000000)
    >>> scheme.curves["proportional"].basis, scheme.curves["proportional"].source
    ('assumed', ('A14',))
    """

    name: Name = Field(description="The scheme's name: small letters, digits and underscores.")
    title: Text = Field(description="What the scheme is, for people who read its results.")
    example: Name | None = Field(
        None, description="The embedded example that is settled where no input is given."
    )
    area_code_pattern: Cited[Annotated[str, AfterValidator(_pattern)]] = Field(
        description="The regular expression that every area code matches as a whole."
    )
    announced_pounds: Cited[Exact] | None = Field(
        None, description="The size of the whole fund as announced, where its components differ."
    )
    components: tuple[Component, ...] = Field(
        (), description="Money that goes to the areas by formula, whatever they achieve."
    )
    pot: Pot = Field(description="Money that is paid for performance.")
    metrics: Annotated[dict[Name, Metric], AfterValidator(FrozenDict)] = Field(
        description="The measures of performance, by name."
    )
    conditions: Annotated[dict[Name, Cited[Text]], AfterValidator(FrozenDict)] = Field(
        FrozenDict(), description="The conditions of a plan, by name: columns of the table `assurance`."
    )
    curves: Annotated[
        dict[Name, Cited[Annotated[tuple[Point, ...], Field(min_length=2)]]], AfterValidator(FrozenDict)
    ] = Field(
        description="What share of its money a line pays for which share of the planned improvement, by name:"
        " points from x = 0 to x = 1; of two points at one x, a step, the later holds there."
    )
    waves: tuple[Wave, ...] = Field(
        min_length=1, description="The payment points, in the order of their dates."
    )
    review: Review | None = Field(None, description="What a missed line triggers.")
    alternatives: tuple[Alternative, ...] = Field(
        (), description="Other readings of what is assumed; `bcf-payments assumptions` settles under each."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Scheme:
        from bcf_payments.schemes.files import misfits

        sections = {name: getattr(self, name) for name in type(self).model_fields}
        faults = contradictions(sections) or misfits(self, self.alternatives)
        if faults:
            raise InconsistentError(faults)
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as data, which are checked again: classes such as `Cited[int]` have no name to find."""
        return Scheme.model_validate, (self.model_dump(),)

    def __hash__(self) -> int:
        return hash((self.name, self.title))

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
    def monitored(self) -> tuple[Slot, ...]:
        """The metrics that are assessed and never paid, by wave."""
        return tuple(
            Slot(wave.name, index, metric, None)
            for index, wave in enumerate(self.waves)
            if wave.monitored
            for metric in wave.monitored.value
        )

    @cached_property
    def weight_columns(self) -> tuple[str, ...]:
        """The columns of weights that the areas table must have."""
        return tuple(dict.fromkeys([c.weight.value for c in self.components] + [self.pot.weight.value]))

    @cached_property
    def condition_names(self) -> tuple[str, ...]:
        """The conditions that some line pays on: columns that the assurance table must have."""
        lines = (slot.rule for slot in self.lines)
        return tuple(
            dict.fromkeys(
                name for line in lines if isinstance(line, ConditionsLine) for name in line.conditions.value
            )
        )

    @cached_property
    def fund_pence(self) -> int:
        """Formula components and pot together, in pence."""
        return sum(component.amount_pence for component in self.components) + self.pot.amount_pence

    def cited(self) -> list[tuple[str, Cited[Any]]]:
        """List every rule of the scheme.

        Returns
        -------
        list of (str, cited value)
            With the place of each (`waves.0.payment_date`), in file order.
        """
        return list(_cited(self, ""))

    @cached_property
    def changed_rules(self) -> int:
        """How many rules a caller has changed by `replace`."""
        return sum(rule.source == USER for _, rule in self.cited())

    @cached_property
    def label(self) -> str:
        """The name, and whether rules of it were changed."""
        rules = f"{self.changed_rules} rule{'s' if self.changed_rules != 1 else ''}"
        return f"{self.name} ({rules} changed)" if self.changed_rules else self.name

    def rules(self) -> hints.DataFrame:
        """Show every rule as a table.

        Returns
        -------
        DataFrame
            `rule` (its path), `value`, `source`, `basis`; all text.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> bcf.load_scheme("july_2014").rules().query("rule == 'pot.unit_value_pounds'").iloc[0].to_list()
        ['pot.unit_value_pounds', '1490', 'C8', 'assumed']
        """
        import pandas as pd

        rows = [(path, told(rule.value), ", ".join(rule.source), rule.basis) for path, rule in self.cited()]
        return pd.DataFrame(rows, columns=["rule", "value", "source", "basis"])

    def calendar(self) -> hints.DataFrame:
        """Show when the scheme pays, on what, and by which rules.

        Returns
        -------
        DataFrame, a row per line
            `payment_date`, `wave`, `line`; `measured_from` and `measured_to` of a metric, or `submit_by` of
            a plan; `share` of the pot, exact, as text (blank where the pot depends on plans);
            `at_most_pence`, the most that England can be paid on it: its share of the pot, or the whole
            pot where missed payment points can be made good later or the plans decide; `date_source` and
            `date_basis` of the day; `source`, the ids of all `rules` of the line (paths, as in `rules()`),
            and `basis`, the weakest of theirs. Money by formula has no days.

        Notes
        -----
        Source: A1, A15, B1, C3, C8.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> calendar = bcf.load_scheme("july_2014").calendar()
        >>> calendar[["payment_date", "measured_to", "date_source", "date_basis"]].head(2)
          payment_date measured_to date_source date_basis
        0   2015-05-01  2015-03-31      C3, C8    assumed
        1   2015-08-01  2015-06-30          C8    assumed
        """
        from bcf_payments.payment_calendar import scheme_calendar

        return scheme_calendar(self)

    def __repr__(self) -> str:
        return f"<Scheme {self.label}: {self.title}; {len(self.cited())} rules>"

    def replace(self, **changes: Any) -> Scheme:
        """A validated copy with some rules changed.

        Parameters
        ----------
        **changes
            A field of the scheme; the path of a rule with `__` between its steps
            (`pot__cumulative=False`, `waves__0__payment_date=...`); or the name of a rule that stands
            in the scheme only once (`cumulative=False`). A plain value for a cited rule is marked as
            the caller's own assumption: `source` becomes `("user",)` and `basis` `"assumed"`.
            Alternatives that contradict the changed rules are left out.

        Returns
        -------
        Scheme
            The copy; this one stays as it is.

        Raises
        ------
        SchemeError
            A name that the scheme lacks, or a copy that contradicts itself.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> bcf.load_scheme("july_2014").replace(unit_value_pounds=2150).pot.unit_value_pounds
        Cited(value=Fraction(2150, 1), source=('user',), basis='assumed')
        """
        from bcf_payments.schemes.files import changed_copy

        return changed_copy(self, changes)

    def alternative(self, name: str) -> Scheme:
        """A copy in which one of the scheme's alternatives holds, itself without alternatives.

        Parameters
        ----------
        name : str
            One of `alternatives`. The rules that it changes become assumptions that cite its facts.

        Returns
        -------
        Scheme

        Raises
        ------
        SchemeError
            A name that no alternative has.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> bcf.load_scheme("july_2014").alternative("separate_quarters").pot.cumulative
        Cited(value=False, source=('C8',), basis='assumed')
        """
        from bcf_payments.schemes.files import alternative_scheme

        return alternative_scheme(self, name)

    @classmethod
    def from_toml(cls, text: str) -> Scheme:
        """Read a scheme from the text of a TOML file, as a service that keeps schemes elsewhere has it.

        Parameters
        ----------
        text : str
            What stands in the file.

        Returns
        -------
        Scheme

        Raises
        ------
        SchemeError
            Every fault of it, as `load_scheme` finds them.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> july = bcf.load_scheme("july_2014")
        >>> bcf.Scheme.from_toml(july.to_toml()) == july
        True
        """
        from bcf_payments.schemes.files import scheme_from_toml

        return scheme_from_toml(text)

    def to_toml(self) -> str:
        """Write the scheme as TOML.

        Returns
        -------
        str
            The text of a file; `load_scheme` and `Scheme.from_toml` read it back to an equal scheme.
        """
        from bcf_payments.schemes.files import toml_text

        return toml_text(self)


class InconsistentError(ValueError):
    """Rules that are well formed one by one and contradict each other."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{where}: {fault}" for where, fault in faults))


def _cited(value: object, path: str) -> Any:
    if isinstance(value, Cited):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _cited(getattr(value, name), f"{path}.{name}".lstrip("."))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _cited(item, f"{path}.{name}")
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _cited(item, f"{path}.{index}")
