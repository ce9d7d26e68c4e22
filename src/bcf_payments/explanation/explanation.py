"""One area's money, explained: as text, Markdown, data and pages."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from bcf_payments.core.provenance import Provenance
from bcf_payments.explanation.steps import ExplainedArea, Rule, Section, Step

FORMAT_VERSION = 1
"""Of `Explanation.to_dict`; it grows when a key changes its meaning or goes."""

COLUMNS = (
    "area_code", "step", "section", "title", "wave", "line", "component", "figure",
    "formula", "numbers", "result", "result_pence", "source", "basis",
)  # fmt: skip
"""Of `Explanation.to_frame`."""


@dataclass(frozen=True, repr=False)
class Explanation(ExplainedArea):
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
    facts : mapping
        The facts that the scheme brings along, by id.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> steps = settlement.explain("E06000001").to_frame()
    >>> earned = steps.query("figure == 'earned_pence' and line != ''")["result_pence"].sum()
    >>> int(earned), settlement.explain("E06000001").totals.earned_pence
    (102478301, 102478301)
    """

    def __str__(self) -> str:
        from bcf_payments.explanation.text import as_text

        return as_text(self)

    def __repr__(self) -> str:
        return f"<Explanation of {self.title} under {self.scheme}: {len(list(self._steps()))} steps>"

    def _repr_markdown_(self) -> str:
        from bcf_payments.explanation.text import as_markdown

        return as_markdown(self)

    def to_markdown(self) -> str:
        """Write the explanation as Markdown.

        Returns
        -------
        str
            What a notebook shows.
        """
        return self._repr_markdown_()

    def to_html(self, *, provenance: Provenance | None = None) -> str:
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
        from bcf_payments.explanation.page import explanation_html

        return explanation_html(self, provenance=provenance)

    def write_page(self, path: str | os.PathLike[str], *, provenance: Provenance | None = None) -> Path:
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
        from bcf_payments.files.writing import write_page

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
