"""One draw again, as a table of outcomes that can be settled."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bcf_payments.exact.numbers import whole_integers
from bcf_payments.simulation.blocks import BLOCK, chunks
from bcf_payments.simulation.drawing import DECIMALS
from bcf_payments.simulation.expecting import OUTCOME_COLUMNS

if TYPE_CHECKING:
    from bcf_payments.simulation.drawn import Drawn


def replay(simulation: Drawn, number: int) -> tuple[pd.DataFrame, pd.Series[Any]]:
    """The outcomes of a draw, and what each area earns by them."""
    experiment = simulation.experiment
    counts = _counts(simulation, number)
    improvements = experiment.improvements(counts)
    payouts = experiment.kernel.pay_lines(improvements, experiment.known)
    paid = sum(whole_integers(payout.earned[0]) for payout in payouts)
    codes = simulation.expected.areas["area_code"]
    earned = pd.Series(paid + experiment.conditions, index=pd.Index(codes), name="earned_pence")
    return _outcomes(simulation, counts), earned


def _counts(simulation: Drawn, number: int) -> list[Any]:
    """The counts of one draw, line by line, shape (1, areas)."""
    block, place = divmod(number, BLOCK)
    size = min(BLOCK, simulation.draws - block * BLOCK)
    for draws, counts in chunks(simulation.experiment, simulation.seed, block, size):
        drawn = list(counts)
        if place < draws:
            return [count[[place]] for count in drawn]
        place -= draws
    raise IndexError(number)


def _outcomes(simulation: Drawn, counts: list[Any]) -> pd.DataFrame:
    """The outcomes that were expected, with those that were drawn in their place."""
    experiment, sizes = simulation.experiment, simulation.sizes
    case = simulation.expected.case
    below, above = case.measures.factor
    codes = case.areas["area_code"].tolist()
    drawn = {line.line: (line, count[0]) for line, count in zip(experiment.chance.lines, counts, strict=True)}
    rows = []
    for line, slot in enumerate(case.scheme.metric_lines):
        for area in np.flatnonzero(case.measures.measured[line]):
            if line in drawn and sizes[line, area]:
                parts = DECIMALS if drawn[line][0].noise.kind == "normal" else 1
                numerator = Fraction(int(drawn[line][1][area]), parts)
                denominator = sizes[line, area]
            else:
                numerator = Fraction(int(case.measures.numerators[2][line, area]), above)
                denominator = Fraction(int(case.measures.denominators[2][line, area]), below)
            rows.append((codes[area], slot.wave, slot.name, _plain(numerator), _plain(denominator)))
    return pd.DataFrame(rows, columns=list(OUTCOME_COLUMNS)).astype({"outcome_numerator": object})


def _plain(number: Fraction) -> object:
    """A whole number as such, another exact one as a fraction."""
    return int(number) if number.denominator == 1 else number
