"""A whole settlement the slow way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from bcf_payments.reference.following import reviews_of
from bcf_payments.reference.lines import LineKey, ReferenceLine, fixed_pot, planned_value_pot, watched
from bcf_payments.reference.sharing import PlainCase, Rows, received, rows_of
from bcf_payments.schemes.parts import FixedPot
from bcf_payments.schemes.scheme import Scheme


class ReferenceSettlement(NamedTuple):
    """A whole settlement: pence by area and component, the lines that pay, the action of each review.

    `watched` holds the metrics that are assessed and never paid.
    """

    allocations: dict[tuple[str, str], int]
    lines: dict[LineKey, ReferenceLine]
    reviews: dict[LineKey, str]
    watched: dict[LineKey, ReferenceLine]


def _by_wave(assurance: pd.DataFrame, waves: list[str]) -> Rows:
    """Rows of assurance by area and wave: a row that names no wave is of all."""
    if "wave" in assurance:
        return rows_of(assurance, "area_code", "wave")
    rows = rows_of(assurance, "area_code")
    return {(code, wave): row for (code,), row in rows.items() for wave in waves}


def reference_settlement(
    areas: pd.DataFrame,
    plans: pd.DataFrame,
    outcomes: pd.DataFrame,
    assurance: pd.DataFrame | None,
    scheme: Scheme,
    *,
    through: str | None = None,
    only: Sequence[str] | None = None,
) -> ReferenceSettlement:
    """Settle a scheme the slow way, to compare with `settle`.

    Parameters
    ----------
    areas, plans, outcomes, assurance : DataFrame
        The input tables, validated, rows in any order; `assurance` may be None where no line that is due
        pays on conditions. Plans and outcomes without a row and blank conditions count as missing: their
        lines earn nothing.
    scheme : Scheme
        The rules.
    through : str, optional
        The last wave that is due; by default all are.
    only : sequence of str, optional
        The codes of the areas that are settled, while all share the fund; by default all are.

    Returns
    -------
    ReferenceSettlement
        Money in whole pence (`int`), everything else exact.

    Raises
    ------
    ValueError
        `through` is not a wave of the scheme.

    Notes
    -----
    Sources: A2, A5, A9, A12, A13, A14, B1, B3, B5, B6, B7, B8, C1, C2, C4, C8, F8, G1-G7.

    Examples
    --------
    An illustration with an invented target: Hartlepool plans 83 fewer emergency admissions from January to
    March 2015, at £1,490 each. It has 30 fewer and earns 30 x £1,490.

    >>> from bcf_payments.schemes import load_scheme
    >>> scheme = load_scheme("july_2014").replace(waves=load_scheme("july_2014").waves[:1], components=())
    >>> key = {"area_code": "E06000001", "wave": "q4_2014_15", "metric": "emergency_admissions"}
    >>> settlement = reference_settlement(
    ...     areas=pd.DataFrame({"area_code": ["E06000001"], "nhs_weight": [92590]}),
    ...     plans=pd.DataFrame([key | {"baseline_numerator": 2360, "target_numerator": 2277}]),
    ...     outcomes=pd.DataFrame([key | {"outcome_numerator": 2330}]),
    ...     assurance=pd.DataFrame({"area_code": ["E06000001"], "plan_status": ["signed_off"]}),
    ...     scheme=scheme,
    ... )
    >>> line = settlement.lines["E06000001", "q4_2014_15", "emergency_admissions"]
    >>> line.entitlement_pence, line.earned_pence, line.status
    (12367000, 4470000, 'partly_met')
    """
    waves = [wave.name for wave in scheme.waves]
    rows = rows_of(areas, "area_code")
    case = PlainCase(
        scheme=scheme,
        settled=sorted([code for (code,) in rows] if only is None else only),
        due=waves if through is None else waves[: waves.index(through) + 1],
        areas=rows,
        plans=rows_of(plans, "area_code", "wave", "metric"),
        outcomes=rows_of(outcomes, "area_code", "wave", "metric"),
        assurance={} if assurance is None else _by_wave(assurance, waves),
    )
    allocations: dict[tuple[str, str], int] = defaultdict(int)
    # F8: each formula component is apportioned by its own weight column; G7: or as the area was told.
    for component in scheme.components:
        for code, amount in received(case, component.name, component):
            allocations[code, component.name] = amount
    lines: dict[LineKey, ReferenceLine] = {}
    # C2: what a pot of planned value leaves of the area's share is a component of its own.
    if isinstance(scheme.pot, FixedPot):
        lines = fixed_pot(case, scheme.pot)
    elif scheme.pot:
        lines, left = planned_value_pot(case, scheme.pot)
        allocations |= left
    # An area's pot is the sum of its lines.
    for (code, _, _), line in lines.items():
        allocations[code, "performance_pot"] += line.entitlement_pence
    return ReferenceSettlement(dict(allocations), lines, reviews_of(scheme, lines), watched(case))
