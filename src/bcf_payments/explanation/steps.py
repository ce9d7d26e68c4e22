"""What an explanation is made of: steps, in sections, each with its formula, numbers, result and rules."""

# Annotations are types here, not text: what inherits these fields in another module lacks their names.

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Self

from bcf_payments.schemes import Cited, Scheme
from bcf_payments.schemes.facts import OwnFact
from bcf_payments.schemes.held_back import destinations, stays_with_the_area
from bcf_payments.schemes.parts import Basis, weakest


class Rule(NamedTuple):
    """A rule that a step uses: what it settles, the ids it rests on, and how sure they are."""

    says: str
    source: tuple[str, ...]
    basis: Basis

    @classmethod
    def of(cls, says: str, cited: Cited[Any]) -> Self:
        """A rule of the scheme."""
        return cls(says, cited.source, cited.basis)


ROUNDED_DOWN = Rule("earned money is rounded down to whole pence", ("G1",), "assumed")
LARGEST_REMAINDER = Rule("pence left over go to the largest remainders", ("G2",), "assumed")
GIVEN = Rule("amounts that an area was given stand in place of weights", ("G7",), "assumed")
UNAMBITIOUS = Rule("a target no better than the baseline pays in full if it is kept", ("G3",), "assumed")
MISSING_WAITS = Rule("missing data earn nothing, wait, and trigger no review", ("G4",), "assumed")
HELD_BACK = Rule("what held back means", ("G5",), "stated")
NO_MORE_THAN_TARGET = Rule("improvement beyond the target earns no more", ("G6",), "assumed")


def held_back_rules(scheme: Scheme) -> tuple[Rule, ...]:
    """What held back means: a fact of the fund, or where the scheme's own rules send the money."""
    if stays_with_the_area(scheme):
        return (HELD_BACK,)
    ways = (Rule.of("what becomes of money held back", way) for way in destinations(scheme))
    return tuple(dict.fromkeys(ways))


class Step(NamedTuple):
    """One step: a formula, the same with this area's numbers, and what comes out.

    Attributes
    ----------
    title, formula, numbers, result : str
        In words; money in pounds and pence.
    rules : tuple of Rule
        What the step rests on.
    note : str
        What else there is to say; often nothing.
    wave, line, component : str
        Names of the scheme, blank where the step is not about one.
    figure : str
        What the money is: a column of `payments` or `allocations`, or the name of a step between.
    pence : int or None
        The result in pence; None where it is no money.
    """

    title: str
    formula: str
    numbers: str
    result: str
    rules: tuple[Rule, ...] = ()
    note: str = ""
    wave: str = ""
    line: str = ""
    component: str = ""
    figure: str = ""
    pence: int | None = None

    @property
    def basis(self) -> Basis | Literal[""]:
        """The weakest basis of its rules; blank if it uses none."""
        return weakest(rule.basis for rule in self.rules) if self.rules else ""

    @property
    def source(self) -> tuple[str, ...]:
        """The ids of its rules, each once."""
        return tuple(dict.fromkeys(fact for rule in self.rules for fact in rule.source))


class Money(NamedTuple):
    """The five amounts of a line, or of an area: entitlement = earned - caught up + withheld + not due."""

    entitlement_pence: int
    earned_pence: int
    caught_up_pence: int
    withheld_pence: int
    not_due_pence: int


class Section(NamedTuple):
    """Steps that belong together, with what they mean in plain sentences.

    `level` is 1 for a part of the explanation and 2 for a line or a component within one. `rules` are those
    that the sentences themselves rest on.
    """

    title: str
    sentences: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    rules: tuple[Rule, ...] = ()
    level: int = 1


@dataclass(frozen=True, repr=False)
class ExplainedArea:
    """One area's money, explained, before it is told as text, page or data: see `Explanation`."""

    area_code: str
    area_name: str
    region: str
    scheme: str
    scheme_title: str
    through: str | None
    notices: tuple[str, ...]
    sections: tuple[Section, ...]
    totals: Money
    facts: Mapping[str, OwnFact] = field(default_factory=dict, hash=False)

    @property
    def title(self) -> str:
        """The area and its code."""
        return f"{self.area_name} ({self.area_code})"

    @property
    def heading(self) -> str:
        """What is told: how money comes about, or where none does, what is watched."""
        if any(section.steps for section in self.sections):
            return f"How the money of {self.title} comes about"
        return f"What is watched in {self.title}"
