"""Who is entitled to what: formula money and the pot, spread over areas and lines by weight."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from bcf_payments.core.achievement import improvement
from bcf_payments.core.case import Case
from bcf_payments.core.payment import Pence, PlannedValueKernel
from bcf_payments.core.reading import Reading
from bcf_payments.exact.numbers import narrow
from bcf_payments.exact.sharing import divided, in_proportion
from bcf_payments.given import guarded, handed_out, notices_of
from bcf_payments.names import POT
from bcf_payments.schemes import PlannedValuePot, Scheme, scheme_of
from bcf_payments.schemes.calendar import line_amounts, line_shares
from bcf_payments.tables.inputs import OnMissing, Tables, table_columns


class Allocation(NamedTuple):
    """Pence by component and area, and the pot's pence by line and area."""

    components: tuple[str, ...]
    kinds: tuple[str, ...]
    amounts: Pence
    entitlement: Pence


@guarded
def allocate(
    areas: pd.DataFrame,
    plans: pd.DataFrame,
    scheme: str | Path | Scheme = "october_2013",
    *,
    only: Sequence[str] | None = None,
    on_missing: OnMissing = "raise",
) -> pd.DataFrame:
    """Spread formula money and the performance pot over the areas.

    Parameters
    ----------
    areas : DataFrame, a row per area
        `area_code`, `area_name`, `region` and the scheme's columns of weights, or amounts, as in `settle`.
    plans : DataFrame, a row per area, wave and metric
        Read only where the size of the pot depends on the plans (`july_2014`).
    scheme : str, Path or Scheme
        A built-in name, the path of a TOML file, or a scheme.
    only : sequence of str, optional
        The areas whose money is told, by code, name or region, while all share the fund.
    on_missing : {"raise", "withhold"}
        Whether a missing plan is a fault, or makes its area's pot 0.

    Returns
    -------
    DataFrame, a row per area and component
        `area_code`, `component`, `kind` (`formula` or `performance`), `amount_pence`.

    Raises
    ------
    InputError
        Every fault of the tables.
    SchemeError
        A scheme that cannot be read.

    Notes
    -----
    Each component is apportioned by its own weights; the pot is split over its lines first and each line
    then apportioned. Source: F4, F7, F8, G2, G7; `july_2014`: C2, C8.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("two_waves")
    >>> money = bcf.allocate(example.areas, example.plans, "october_2013")
    >>> money.groupby("component")["amount_pence"].sum().to_dict()
    {'formula': 280000000000, 'performance_pot': 100000000000}
    """
    scheme = scheme_of(scheme)
    columns = table_columns(scheme)
    outcomes = pd.DataFrame(columns=list(columns["outcomes"].required))
    if not isinstance(scheme.pot, PlannedValuePot):
        plans, on_missing = pd.DataFrame(columns=[*columns["plans"].required, "direction"]), "withhold"
    case = Reading(Tables(areas, plans, outcomes), only, on_missing).case_of_waves(scheme, 0)
    notices = notices_of({"areas": areas, "plans": plans})
    return handed_out(allocation_table(case, allocation_of(case)), notices)


def allocation_table(case: Case, allocation: Allocation) -> pd.DataFrame:
    """The table of allocations, by area and component."""
    count = len(allocation.components)
    return pd.DataFrame(
        {
            "area_code": np.repeat(case.areas["area_code"].to_numpy(dtype=object), count),
            "component": np.tile(np.array(allocation.components, dtype=object), case.size),
            "kind": np.tile(np.array(allocation.kinds, dtype=object), case.size),
            "amount_pence": allocation.amounts.T.ravel(),
        }
    )


def allocation_of(case: Case) -> Allocation:
    """The allocation of a case."""
    components, fund, pot = case.scheme.components, case.fund, case.scheme.pot
    amounts = [fund.amount(c.name, c.amount_pence, c.weight.value) for c in components]
    names = [component.name for component in components]
    kinds = ["formula"] * len(names)
    entitlement = np.zeros((0, case.size), dtype=np.int64)
    if isinstance(pot, PlannedValuePot):
        kernel = planned_value_kernel(case)
        entitlement = kernel.entitlement
        amounts.append(kernel.share - kernel.pot)
        names.append(pot.remainder.value)
    elif pot and fund.given:
        entitlement = divided(fund.given[POT], in_proportion(line_shares(case.scheme)))
    elif pot:
        lines = zip(line_amounts(case.scheme), case.scheme.lines, strict=True)
        entitlement = np.stack([fund.shared(p, case.scheme.weight_of(slot).value) for p, slot in lines])
    if pot:
        amounts.append(entitlement.sum(axis=0))
        names.append(POT)
    kinds += ["performance"] * (len(names) - len(kinds))
    by_area = np.array(amounts, dtype=np.int64).reshape(len(names), case.size)
    return Allocation(tuple(names), tuple(kinds), by_area, entitlement)


def planned_value_kernel(case: Case) -> PlannedValueKernel:
    """The kernel of a pot of planned value; where a plan is missing, the area plans nothing."""
    pot = case.scheme.pot
    if not isinstance(pot, PlannedValuePot):
        raise TypeError(f"{case.scheme.name} has no pot of planned value")
    measures = case.measures
    paid = slice(len(case.scheme.metric_lines))
    planned = improvement(measures.baseline[paid], measures.target[paid], measures.sign[paid])
    complete = measures.planned[paid].all(axis=0)
    return PlannedValueKernel(
        narrow(np.where(complete, planned, 0)),
        case.fund.amount(POT, pot.amount_pence, pot.weight.value),
        pot.unit_value_pounds.value * 100,
        measures.factor[1],
        pot.cumulative.value,
    )


def pot_warnings(case: Case) -> list[dict[str, str]]:
    """Warnings about pots of planned value: plans that are missing, and plans that aim low (C5, C8)."""
    pot = case.scheme.pot
    if not isinstance(pot, PlannedValuePot):
        return []
    return [*_unknown_pots(case, pot), *_low_ambitions(case, pot)]


def _unknown_pots(case: Case, pot: PlannedValuePot) -> list[dict[str, str]]:
    """A warning for each area whose pot is 0 because a plan is missing."""
    slots = case.scheme.metric_lines
    planned = case.measures.planned[: len(slots)]
    found = []
    for area in np.flatnonzero(~planned.all(axis=0)):
        waves = ", ".join(slot.wave for slot, known in zip(slots, planned[:, area], strict=True) if not known)
        message = (
            f"no plan for {waves}: without every plan the area's pot is not known and counts as 0,"
            f" and its whole share stands under {pot.remainder.value}"
        )
        found.append(_area_warning(case, int(area), "pot_not_known", message))
    return found


def _low_ambitions(case: Case, pot: PlannedValuePot) -> list[dict[str, str]]:
    """A warning for each area whose planned reduction is below the expected one."""
    measures, paid = case.measures, slice(len(case.scheme.metric_lines))
    planned = improvement(measures.baseline[paid], measures.target[paid], measures.sign[paid])
    found = []
    for area in np.flatnonzero(measures.planned[paid].all(axis=0)):
        baseline = sum(int(value) for value in measures.baseline[paid][:, area])
        reduction = sum(int(value) for value in planned[:, area])
        if message := low_ambition(pot, baseline, reduction):
            found.append(_area_warning(case, int(area), "low_ambition", message))
    return found


def low_ambition(pot: PlannedValuePot, baseline: Fraction | int, reduction: Fraction | int) -> str:
    """What to say of a planned reduction that is below the expected one; nothing where it is not.

    It is compared as a share of the baselines, rounded half up to the scheme's step.
    """
    if not pot.expected_reduction or not pot.expected_reduction_step or not baseline:
        return ""
    step, expected = pot.expected_reduction_step.value, pot.expected_reduction.value
    rounded = math.floor(Fraction(reduction, baseline) / step + Fraction(1, 2)) * step
    if rounded >= expected:
        return ""
    plan = f"an improvement of {float(rounded):.1%}" if rounded > 0 else "no improvement"
    return f"the plan is for {plan}; at least {float(expected):.1%} is expected"


def _area_warning(case: Case, area: int, reason: str, message: str) -> dict[str, str]:
    code = str(case.areas["area_code"].iloc[area])
    metric = case.scheme.metric_lines[0].name
    return {"area_code": code, "wave": "", "metric": metric, "reason": reason, "message": message}
