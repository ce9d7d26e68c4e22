"""What every rule is made of: a value with its sources and its basis, and the types that values have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Any, Generic, Literal, NoReturn, TypeAlias, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    InstanceOf,
    PlainSerializer,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from bcf_payments.exact.numbers import as_fraction
from bcf_payments.schemes.patterns import matcher
from bcf_payments.words import titled as in_words

T = TypeVar("T")

Basis: TypeAlias = Literal["stated", "derived", "assumed"]
Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Text: TypeAlias = Annotated[str, StringConstraints(min_length=1)]

BASES: tuple[Basis, ...] = ("stated", "derived", "assumed")
"""From the strongest to the weakest; a value that rests on several facts takes the weakest."""


USER = ("user",)
"""The source of a rule that a caller has changed."""

OWN = ("own",)
"""The source of a rule that is written as a bare value: an assumption of who wrote the scheme."""

RULE_KEYS = {"value", "source", "basis"}


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


def plain(value: object) -> object:
    """A value as a file of any kind holds it: fractions and days as text, and nothing left empty."""
    if isinstance(value, (str, int)):
        return value
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return tuple(plain(item) for item in value)
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


class Titled(Model):
    """A model with a name, in which a title that nobody gives is the name in words."""

    @model_validator(mode="before")
    @classmethod
    def _titled(cls, given: object) -> object:
        name = given.get("name") if isinstance(given, Mapping) else None
        return titled(given, name) if isinstance(name, str) else given


def titled(given: object, name: str) -> object:
    """Data with a title: their own, or else the name in words."""
    if not isinstance(given, Mapping) or given.get("title") is not None:
        return given
    return {**given, "title": in_words(name)}


class Cited(Model, Generic[T]):
    """A value with the ids of the facts that it rests on, and how sure they are.

    A bare value is an assumption: of who wrote the scheme, or of whom the context of the validation names.
    """

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by value: the class of `Cited[int]` has no name that could be looked up."""
        return _cite, (self.value, self.source, self.basis)

    value: T = Field(description="What the rule says.")
    source: tuple[Text, ...] = Field(
        min_length=1,
        description="Where it comes from: ids of facts, or places in documents of your own.",
        examples=[["P1", "plan p. 3"]],
    )
    basis: Basis = Field(
        description="How sure it is: stated in a published document, derived by arithmetic from stated"
        " figures, or assumed.",
        examples=["stated"],
    )

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, given: object, info: ValidationInfo) -> object:
        if isinstance(given, Cited) or (isinstance(given, Mapping) and not RULE_KEYS.isdisjoint(given)):
            return given
        return {"value": given, "source": (info.context or {}).get("source", OWN), "basis": "assumed"}

    def __repr_name__(self) -> str:
        """Without the type of the value, which pydantic would spell out."""
        return "Cited"


def _cite(value: object, source: tuple[str, ...], basis: Basis) -> Cited[Any]:
    return Cited(value=value, source=source, basis=basis)


def cited_in(value: object, path: str = "") -> Iterator[tuple[str, Cited[Any]]]:
    """Every rule in a part of a scheme, with its place."""
    if isinstance(value, Cited):
        yield path, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from cited_in(getattr(value, name), f"{path}.{name}".lstrip("."))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from cited_in(item, f"{path}.{name}".lstrip("."))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from cited_in(item, f"{path}.{index}")


class FrozenDict(dict[str, T]):
    """A dictionary that stays as it is."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a scheme cannot be changed; `replace` makes a changed copy")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)


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
