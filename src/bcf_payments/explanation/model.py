"""What an explanation is made of: steps, in sections, each with its formula, numbers, result and rules."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pandas as pd

from bcf_payments import hints
from bcf_payments.explanation.words import weakest
from bcf_payments.schemes import Cited, Scheme
from bcf_payments.schemes.held_back import destinations, stays_with_the_area
from bcf_payments.schemes.model import Basis

FORMAT_VERSION = 1
"""Of `Explanation.to_dict`; it grows when a key changes its meaning or goes."""

COLUMNS = (
    "area_code", "step", "section", "title", "wave", "line", "component", "figure",
    "formula", "numbers", "result", "result_pence", "source", "basis",
)  # fmt: skip
"""Of `Explanation.to_frame`."""


class Rule(NamedTuple):
    """A rule that a step uses: what it settles, the ids it rests on, and how sure they are."""

    says: str
    source: tuple[str, ...]
    basis: Basis

    @classmethod
    def of(cls, says: str, cited: Cited[Any]) -> Rule:
        """A rule of the scheme."""
        return cls(says, cited.source, cited.basis)


ROUNDED_DOWN = Rule("earned money is rounded down to whole pence", ("G1",), "assumed")
LARGEST_REMAINDER = Rule("pence left over go to the largest remainders", ("G2",), "assumed")
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
class Explanation:
    """How an area's money came about, step by step, from the national fund to what was paid.

    Made by `Settlement.explain`. `str()` gives plain text, a notebook shows Markdown.

    Attributes
    ----------
    area_code, area_name, region : str
        The area.
    scheme, scheme_title : str
        The rules.
    through : str or None
        The last wave that is due; None: all are.
    notices : tuple of str
        Sentences that must stand wherever the result is shown.
    sections : tuple of Section
        The steps, in the order in which the money is worked out; the totals and what follows come last.
    totals : Money
        The area's `entitlement_pence`, `earned_pence`, `caught_up_pence`, `withheld_pence`, `not_due_pence`.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> steps = settlement.explain("E06000001").to_frame()
    >>> earned = steps.query("figure == 'earned_pence' and line != ''")["result_pence"].sum()
    >>> int(earned), settlement.explain("E06000001").totals.earned_pence
    (102478301, 102478301)
    """

    area_code: str
    area_name: str
    region: str
    scheme: str
    scheme_title: str
    through: str | None
    notices: tuple[str, ...]
    sections: tuple[Section, ...]
    totals: Money

    @property
    def title(self) -> str:
        """The area and its code."""
        return f"{self.area_name} ({self.area_code})"

    def __str__(self) -> str:
        from bcf_payments.explanation.render import as_text

        return as_text(self)

    def __repr__(self) -> str:
        return f"<Explanation of {self.title} under {self.scheme}: {len(list(self._steps()))} steps>"

    def _repr_markdown_(self) -> str:
        from bcf_payments.explanation.render import as_markdown

        return as_markdown(self)

    def to_markdown(self) -> str:
        """Write the explanation as Markdown.

        Returns
        -------
        str
            What a notebook shows.
        """
        return self._repr_markdown_()

    def to_html(self, *, provenance: hints.Provenance | None = None) -> str:
        """Write the explanation as one HTML page that needs no network.

        Parameters
        ----------
        provenance : Provenance, optional
            `Settlement.provenance`: the page then says by its digests what it was made from.

        Returns
        -------
        str
            A whole page, with the texts of the facts that the steps cite.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
        >>> "Hartlepool can earn £1,704,634.88" in settlement.explain("E06000001").to_html()
        True
        """
        from bcf_payments.report import explanation_html

        return explanation_html(self, provenance=provenance)

    def write_page(self, path: str | os.PathLike[str], *, provenance: hints.Provenance | None = None) -> Path:
        """Write `to_html()` into a file, which is never half written.

        Parameters
        ----------
        path : str or path
            The file to write, or to replace.
        provenance : Provenance, optional
            See `to_html`.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        OSError
            The file cannot be written.
        """
        from bcf_payments.report import write_page

        return write_page(self.to_html(provenance=provenance), path)

    def to_frame(self) -> pd.DataFrame:
        """The steps as a table, a row each.

        Returns
        -------
        DataFrame
            `area_code`, `step` (from 1), `section`, `title`, `wave`, `line`, `component`, `figure`,
            `formula`, `numbers`, `result` (text), `result_pence` (Int64; missing where the result is no
            money), `source` (ids) and `basis` (the weakest of the rules used; blank where none is).
        """
        import pandas as pd

        rows = [
            (
                self.area_code, number, section.title, step.title, step.wave, step.line, step.component,
                step.figure, step.formula, step.numbers, step.result, step.pence, ", ".join(step.source),
                step.basis,
            )
            for number, (section, step) in enumerate(self._steps(), start=1)
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        frame.attrs["notices"] = self.notices
        return frame.astype({"result_pence": "Int64"})

    def to_dict(self) -> dict[str, Any]:
        """The explanation as plain data that JSON can hold; money in pence, exact numbers as text.

        Returns
        -------
        dict
            `format_version` (1), `area`, `scheme`, `through`, `notices`, `sections` and `totals`.
        """
        return {
            "format_version": FORMAT_VERSION,
            "area": {"area_code": self.area_code, "area_name": self.area_name, "region": self.region},
            "scheme": {"name": self.scheme, "title": self.scheme_title},
            "through": self.through,
            "notices": list(self.notices),
            "sections": [_section_as_dict(section) for section in self.sections],
            "totals": self.totals._asdict(),
        }

    def _steps(self) -> Iterator[tuple[Section, Step]]:
        return ((section, step) for section in self.sections for step in section.steps)


def _section_as_dict(section: Section) -> dict[str, Any]:
    steps = [
        step._asdict() | {"rules": _rules_as_list(step.rules), "basis": step.basis} for step in section.steps
    ]
    return section._asdict() | {
        "sentences": list(section.sentences),
        "steps": steps,
        "rules": _rules_as_list(section.rules),
    }


def _rules_as_list(rules: tuple[Rule, ...]) -> list[dict[str, Any]]:
    return [{"says": rule.says, "source": list(rule.source), "basis": rule.basis} for rule in rules]
