"""A simulation to stand beside a settlement: how much the same areas could have earned by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bcf_payments.simulation import OutcomeModel, Simulation, simulate
from bcf_payments.simulation.settings import high_setting, low_setting

if TYPE_CHECKING:
    from bcf_payments.settlement import Settlement

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
    The noise is the high setting, a high reading and not an upper bound, where 30 pairs of counts tell of it
    (L3), and else the least that there can be. Source: L2, L3.
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
        through=settlement.through if to_come else None,
        on_missing=settlement.on_missing,
    )
    return simulation, "\n".join([TO_COME if to_come else OBSERVED, *setting.remarks])
