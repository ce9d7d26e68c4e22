"""Chance beside the payment: what the same areas could have earned, from a simulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from bcf_payments.core.result import Result
from bcf_payments.errors import InputError
from bcf_payments.explanation.figures import Figures
from bcf_payments.html.bars import spread
from bcf_payments.html.elements import Html, bullets, joined, paragraphs, section, table, tag
from bcf_payments.report.findings import area_link
from bcf_payments.simulation import MeasureQuality, OutcomeModel, Simulation, simulate
from bcf_payments.simulation.settings import high_setting, low_setting, quality_of
from bcf_payments.simulation.showing import held_sentences
from bcf_payments.tables.lookup import named
from bcf_payments.words import Column, pounds, several, share, short_pounds

if TYPE_CHECKING:
    from bcf_payments.settlement import Settlement

QUANTILES = tuple(f"earned_p{percent}_pence" for percent in ("05", "25", "50", "75", "95"))
PROBABILITIES = {
    "probability_full": "every metric is paid in full",
    "probability_review": "a review follows",
}
WIDE = 0.5
"""From which share of what an area can earn on the middle 90% is called wide."""

BOUNDED = "The two differ because a payment can neither fall below nothing nor rise above all."

FACTS = ("L2", "L3")
"""What is known of chance."""


@dataclass(frozen=True)
class ChanceBeside:
    """The middle 90% of what each area could have earned, beside what it earned.

    Where payment points are still to come, the simulation is a forecast of the whole year: what was earned
    so far is not held against it. Nor is it where chance was drawn around what was observed: that says how
    much else the same performance could have earned.
    """

    figures: Figures
    simulation: Simulation
    rows: Mapping[str, Mapping[Any, Any]]
    earned: Mapping[str, int]
    entitlement: Mapping[str, int]
    note: str

    @classmethod
    def of(cls, simulation: Simulation, figures: Figures, note: str) -> ChanceBeside:
        """Chance for the areas of a settlement.

        Raises
        ------
        InputError
            The simulation is of other rules or other areas.
        """
        check_beside(simulation, figures.result)
        totals = figures.result.summary("area")
        earned, entitlement = (
            dict(zip(totals["area_code"], totals[f"{name}_pence"].tolist(), strict=True))
            for name in ("earned", "entitlement")
        )
        rows = {str(row["area_code"]): row for row in simulation.to_frame().to_dict("records")}
        return cls(figures, simulation, rows, earned, entitlement, note)

    @property
    def mean(self) -> int:
        """What all areas earn on average, in whole pence."""
        return round(float(self.simulation.summary()["earned_mean_pence"].iloc[0]))

    @property
    def regions(self) -> dict[str, str]:
        """The areas' regions by their codes."""
        areas = self.figures.result.areas.astype(str)
        return dict(zip(areas["area_code"], areas["region"], strict=True))

    @property
    def compares(self) -> bool:
        """Whether it says anything that what was earned lies inside or outside the middle 90%."""
        return not self.figures.to_come and self.simulation.model.expected != "observed"

    @property
    def further(self) -> str:
        """How much of the average is still to come."""
        return short_pounds(self.mean - sum(self.earned.values()))

    def place(self, code: str) -> str:
        """Where what was earned lies: below, within or above the middle 90%."""
        row = self.rows[code]
        if self.earned[code] < row[QUANTILES[0]]:
            return "below"
        return "above" if self.earned[code] > row[QUANTILES[-1]] else "within"

    def beside(self, code: str) -> Html:
        """An area's payment beside chance: a sentence, a picture, and how likely what is."""
        if not self.entitlement[code]:
            return paragraphs("The area can earn nothing, so nothing of it is a matter of chance.")
        row, earned = self.rows[code], pounds(self.earned[code])
        low, middle, high = (pounds(row[QUANTILES[place]]) for place in (0, 2, 4))
        mean = short_pounds(round(row["earned_mean_pence"]))
        spans = f"{low} to {high} nine times in ten, {middle} in the middle and {mean} on average"
        if self.figures.to_come:
            said = f"{earned} has been earned so far. In the simulation the area earns in all {spans}."
        else:
            said = f"{earned} was earned. In the simulation the area earns {spans}."
            said += f" What was earned lies {self.place(code)} the middle 90%." if self.compares else ""
        likely = "; ".join(
            f"{what}: {100 * row[name]:.1f}%"
            for name, what in self._probabilities().items()
            if row[name] == row[name]
        )
        return joined([paragraphs(said), self._picture(code, said), tag("p", f"How likely: {likely}.")])

    def _probabilities(self) -> dict[str, str]:
        """What is told of how likely it is: reviews only where the scheme has them."""
        untold = "" if self.figures.result.scheme.review else "probability_review"
        return {name: what for name, what in PROBABILITIES.items() if name != untold}

    def national(self) -> Html:
        """What the simulation says of all areas, and what it is."""
        earned, mean = short_pounds(sum(self.earned.values())), short_pounds(self.mean)
        if self.figures.to_come:
            said = f"{earned} has been earned so far; {mean} in all on average over the simulated years."
        else:
            said = f"{earned} was earned; {mean} is earned on average over the simulated years."
        low, high = (short_pounds(int(self.simulation.summary()[name].iloc[0])) for name in QUANTILES[::4])
        whole = self.simulation.expected.whole
        ranges = f"Nine times in ten {low} to {high} is earned in {whole}, where areas vary each for itself."
        counts = self._counts() if self.compares else []
        bounded = "" if self.figures.to_come else BOUNDED
        parts = (
            paragraphs(*self._model(), f"{said} {bounded} {ranges}"),
            bullets([self._wide(), self._by_chance(), *counts]),
        )
        return section("chance", "Chance beside the payment", *parts, self._table())

    def _model(self) -> list[str]:
        """What the measures can show at all; what was drawn, how often, and what stood still."""
        result = self.figures.result
        shown = quality_of(result, self.simulation.model, result).sentences()
        model = self.note or f"Model: {self.simulation.model.describe()}."
        made = f"{self.simulation.draws:,} draws with seed {self.simulation.seed}."
        return [*shown, *model.splitlines(), " ".join([made, *held_sentences(self.simulation)])]

    def _wide(self) -> str:
        """In how many areas much of what can be earned is a matter of chance."""
        wide = sum(self._range(code) > WIDE * self.entitlement[code] for code in self.earned)
        whole = several(sum(able > 0 for able in self.entitlement.values()), "area")
        said = f"the middle 90% spans more than {WIDE:.0%} of what can be earned"
        return f"In {wide:,} of {whole} that can earn anything {said}."

    def _by_chance(self) -> str:
        """How many areas chance alone puts outside: fewer than one in ten, as payments have steps."""
        able = [(place, code) for place, code in enumerate(self.rows) if self.entitlement[code]]
        outside = 0
        for place, code in able:
            pence, draws = self.simulation.tally.totals.values(place)
            low, high = (self.rows[code][name] for name in QUANTILES[::4])
            earned = pence + self.simulation.experiment.conditions[place]
            outside += int(draws[(earned < low) | (earned > high)].sum())
        average, whole = outside / self.simulation.draws, several(len(able), "area")
        return f"Chance alone puts about {average:.0f} of {whole} outside the middle 90%."

    def _range(self, code: str) -> int:
        """Pence from one end of the middle 90% to the other."""
        return int(self.rows[code][QUANTILES[-1]] - self.rows[code][QUANTILES[0]])

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
        codes, to_come, regions = list(self.earned), bool(self.figures.to_come), self.regions
        headings = {
            "1 in 20 below": QUANTILES[0],
            "In the middle": QUANTILES[2],
            "1 in 20 above": QUANTILES[4],
        }
        lies = [Column("Earned lies", [*map(self.place, codes)], kind="text")] if self.compares else []
        spans = [share(self._range(code), self.entitlement[code]) for code in codes]
        return table(
            "What each area earned, and the middle 90% of what it earns in the simulation",
            Column("Area", [area_link(self.figures, code) for code in codes], kind="text"),
            Column("Region", [regions[code] for code in codes], "text"),
            Column("Earned so far" if to_come else "Earned", list(self.earned.values()), "pence"),
            *(
                Column(said, [self.rows[code][name] for code in codes], "pence")
                for said, name in headings.items()
            ),
            Column("Span, of what can be earned", spans),
            *lies,
            Column("As a picture", [self._picture(code, "") for code in codes], kind="text"),
        )

    def _picture(self, code: str, label: str) -> Html:
        low, lower, middle, upper, high = (int(self.rows[code][name]) for name in QUANTILES)
        return spread(low, lower, middle, upper, high, self.earned[code], label)


def check_beside(simulation: Simulation, settlement: Result) -> None:
    """Refuse a simulation of other rules or of other areas.

    Raises
    ------
    InputError
        Another scheme, and each area that only one of the two has.
    """
    problems = []
    if simulation.scheme != settlement.scheme:
        problems.append({"reason": "unknown_value", "column": "scheme", "value": simulation.scheme.label})
    simulated, settled = (set(one.areas["area_code"]) for one in (simulation.expected, settlement))
    for reason, codes in (("missing_row", settled - simulated), ("unknown_area", simulated - settled)):
        problems += [{"reason": reason, "area_code": code} for code in sorted(codes)]
    if problems:
        fix = f"simulate the areas of the settlement, under {settlement.scheme.label}"
        told = [{"table": "simulation", "fix": fix} | problem for problem in problems]
        raise InputError(named(told, pd.concat([settlement.areas, simulation.expected.areas])))


DRAWS = 2_000
"""Enough for ranges to the nearest per cent or so, and quick."""

OBSERVED = (
    "What the same areas could have earned by chance, if the rates that were observed are the true ones."
)

TO_COME = (
    "What areas may earn in all: outcomes that are known stand, and those still to come are drawn as if"
    " nothing changed but for chance, around the rates of the baselines."
)


def chance_beside(settlement: Settlement, draws: int = DRAWS, seed: int = 0) -> tuple[Simulation, str]:
    """Simulate around what a settlement knows, with as much noise as can be estimated from it.

    Parameters
    ----------
    settlement : Settlement
        Where every payment point is due, its outcomes are taken as the true rates; else those that are due
        stand as they are, and later ones are drawn around the baselines.
    draws, seed : int
        As in `simulate`.

    Returns
    -------
    Simulation
        Lines without a count or a sample size are held at their rate.
    str
        What the simulation is, a paragraph a line.

    Raises
    ------
    InputError
        Sample sizes that are none, or shares above 100%, of which nothing can be drawn.

    Notes
    -----
    The noise is the high setting where 30 pairs of counts tell of it, and else the least that there can be;
    neither is a bound (L3). Source: L2, L3.
    """
    to_come = settlement.through not in {None, settlement.scheme.wave_names[-1]}
    asked = OutcomeModel(expected="baseline" if to_come else "observed", on_unknown_size="hold")
    setting = high_setting(asked, settlement) or low_setting(asked)
    areas, plans, outcomes, assurance = settlement.tables
    simulation = simulate(
        areas,
        plans,
        assurance,
        settlement.scheme,
        outcomes=outcomes,
        model=setting.model,
        draws=draws,
        seed=seed,
        only=settlement.only,
        through=settlement.through if to_come else None,
        on_missing=settlement.on_missing,
    )
    return simulation, "\n".join([TO_COME if to_come else OBSERVED, *setting.remarks])


def quality_beside(settlement: Settlement) -> MeasureQuality:
    """What the measures of a settlement can show, under as much noise as it shows itself."""
    asked = OutcomeModel(on_unknown_size="hold")
    setting = high_setting(asked, settlement) or low_setting(asked)
    return quality_of(settlement, setting.model, settlement)
