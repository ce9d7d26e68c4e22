"""A simulation that is shown beside a settlement must be of the same rules and the same areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bcf_payments.errors import InputError

if TYPE_CHECKING:
    from bcf_payments.settlement import Settlement
    from bcf_payments.simulation.result import Simulation


def check_beside(simulation: Simulation, settlement: Settlement) -> None:
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
        raise InputError([{"table": "simulation", "fix": fix} | problem for problem in problems])
