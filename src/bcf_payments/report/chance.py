"""Chance beside the payment: what the same plan could have paid, from a simulation's table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bcf_payments.display import pounds
from bcf_payments.errors import InputError
from bcf_payments.explanation.words import several
from bcf_payments.report.bars import spread
from bcf_payments.report.figures import Figures, money
from bcf_payments.report.html import Column, Html, bullets, joined, paragraphs, section, table, tag

QUANTILES = tuple(f"earned_p{percent}_pence" for percent in ("05", "25", "50", "75", "95"))
PROBABILITIES = {
    "probability_any": "something is earned",
    "probability_full": "every metric is paid in full",
    "probability_review": "a review follows",
}
COLUMNS = ("area_code", "earned_mean_pence", *QUANTILES, *PROBABILITIES)
"""What the report reads of `Simulation.to_frame()`."""

NOT_DESCRIBED = "The model behind the simulation is not described."


@dataclass(frozen=True)
class Chance:
    """The middle 90% of what each area's plan could have paid, beside what it earned.

    Where payment points are still to come, the simulation is a forecast of the whole year: what was earned
    so far is not held against it.
    """

    figures: Figures
    rows: Mapping[str, Mapping[Any, Any]]
    earned: Mapping[str, int]
    note: str

    @classmethod
    def of(cls, frame: pd.DataFrame, figures: Figures, note: str) -> Chance:
        """Chance for the areas of a settlement.

        Raises
        ------
        InputError
            The table lacks a column or an area, or has an area twice.
        """
        _check(frame, figures)
        totals = figures.settlement.summary("area")
        earned = dict(zip(totals["area_code"], totals["earned_pence"].tolist(), strict=True))
        rows = {str(row["area_code"]): row for row in frame.to_dict("records")}
        return cls(figures, rows, earned, note or NOT_DESCRIBED)

    @property
    def mean(self) -> int:
        """The areas' average earnings, each in whole pence, added up."""
        return sum(round(self.rows[code]["earned_mean_pence"]) for code in self.earned)

    @property
    def further(self) -> str:
        """How much of the average is still to come."""
        return pounds(self.mean - sum(self.earned.values()))

    def place(self, code: str) -> str:
        """Where what was earned lies: below, within or above the middle 90%."""
        row = self.rows[code]
        if self.earned[code] < row[QUANTILES[0]]:
            return "below"
        return "above" if self.earned[code] > row[QUANTILES[-1]] else "within"

    def beside(self, code: str) -> Html:
        """An area's payment beside chance: a sentence, a picture, and how likely what is."""
        row, earned = self.rows[code], pounds(self.earned[code])
        low, middle, high = (pounds(row[QUANTILES[place]]) for place in (0, 2, 4))
        mean = pounds(round(row["earned_mean_pence"]))
        spans = f"{low} to {high} nine times in ten, {middle} in the middle and {mean} on average"
        if self.figures.to_come:
            said = f"{earned} has been earned so far. In the simulation the plan earns in all {spans}."
        else:
            said = f"{earned} was earned. In the simulation the same plan earns {spans}."
            said = f"{said} What was earned lies {self.place(code)} the middle 90%."
        likely = "; ".join(f"{what}: {100 * row[name]:.1f}%" for name, what in self._probabilities().items())
        return joined([paragraphs(said), self._picture(code, said), tag("p", f"How likely: {likely}.")])

    def _probabilities(self) -> dict[str, str]:
        """What is told of how likely it is: reviews only where the scheme has them."""
        untold = "" if self.figures.settlement.scheme.review else "probability_review"
        return {name: what for name, what in PROBABILITIES.items() if name != untold}

    def national(self) -> Html:
        """What the simulation says of all areas, and what it is."""
        earned, mean = pounds(sum(self.earned.values())), pounds(self.mean)
        if self.figures.to_come:
            said = f"{earned} has been earned so far; {mean} in all on average over the simulated years."
        else:
            said = f"{earned} was earned; {mean} is earned on average over the simulated years."
        ranges = "Ranges of areas do not add up to a range for England, so none is given."
        counts = Html() if self.figures.to_come else bullets(self._counts())
        parts = (paragraphs(self.note, f"{said} {ranges}"), counts, self._table())
        return section("chance", "Chance beside the payment", *parts)

    def _counts(self) -> list[str]:
        """How many areas earned less, about as much, and more than chance would have paid."""
        places = [self.place(code) for code in self.earned]
        words = {
            "below": "less than the middle 90% of what chance would have paid.",
            "within": "what lies within it: chance alone could have paid as much, or as little.",
            "above": "more than the middle 90%.",
        }
        whole = several(len(places), "area")
        return [f"{places.count(place):,} of {whole} earned {said}" for place, said in words.items()]

    def _table(self) -> Html:
        codes, to_come = list(self.earned), bool(self.figures.to_come)
        headings = {
            "1 in 20 below": QUANTILES[0],
            "In the middle": QUANTILES[2],
            "1 in 20 above": QUANTILES[4],
        }
        lies = [] if to_come else [Column("Earned lies", [*map(self.place, codes)], number=False)]
        return table(
            "What each area earned, and the middle 90% of what the same plan earns in the simulation",
            Column("Area", [*map(self.figures.area_link, codes)], number=False),
            Column("Earned so far" if to_come else "Earned", money(self.earned.values())),
            *(
                Column(said, money(self.rows[code][name] for code in codes))
                for said, name in headings.items()
            ),
            *lies,
            Column("As a picture", [self._picture(code, "") for code in codes], number=False),
        )

    def _picture(self, code: str, label: str) -> Html:
        low, lower, middle, upper, high = (int(self.rows[code][name]) for name in QUANTILES)
        return spread(low, lower, middle, upper, high, self.earned[code], label)


def _check(frame: pd.DataFrame, figures: Figures) -> None:
    """Refuse a table without what the report reads of it."""
    problems = [{"reason": "missing_column", "column": name} for name in COLUMNS if name not in frame]
    if not problems:
        codes = frame["area_code"].astype(str)
        absent = [code for code in figures.names if code not in set(codes)]
        problems += [{"reason": "missing_row", "area_code": code} for code in absent]
        problems += [{"reason": "duplicate_row", "area_code": code} for code in codes[codes.duplicated()]]
    if problems:
        fix = "give a row per area with every column, as Simulation.to_frame() does for these areas"
        raise InputError([{"table": "chance", "fix": fix} | problem for problem in problems])
