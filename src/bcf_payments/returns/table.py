"""The lines of a return as a table: what was planned, achieved, could be paid and was, and the rest."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.core.achievement import improvement
from bcf_payments.core.case import Case
from bcf_payments.core.lines import Assessed, Settled
from bcf_payments.core.payment import Pence
from bcf_payments.exact.numbers import BoolArray, FloatArray, IntArray, peak, ratio, widen
from bcf_payments.names import PENCE_COLUMNS, SLOT_KEY, STATUS_NAMES
from bcf_payments.schemes import PlannedValuePot

KEY = [*SLOT_KEY]

COLUMNS = (
    *KEY,
    "unit",
    "baseline",
    "target",
    "outcome",
    "planned_change",
    "actual_change",
    "planned_so_far",
    "achieved_so_far",
    "achievement",
    "status",
    "entitlement_pence",
    "carried_over_pence",
    "largest_payment_pence",
    "earned_pence",
    "caught_up_pence",
    "withheld_pence",
    "held_reason",
    "not_due_pence",
    "destination",
    "destination_pence",
)
"""The columns of a return, in their order: see `Settlement.returns`."""


def returns_table(
    case: Case,
    assessed: Assessed,
    settled: Settled,
    assessments: pd.DataFrame,
    payments: pd.DataFrame,
    releases: pd.DataFrame,
) -> pd.DataFrame:
    """The returns of all areas: see `Settlement.returns`.

    Parameters
    ----------
    case, assessed, settled
        The parts of the settlement.
    assessments, payments, releases : DataFrame
        The settlement's tables, whose figures these are.
    """
    goes_on = releases.rename(columns={"amount_pence": "destination_pence"})
    paid = payments if case.scheme.lines else _nothing(case)
    lines = paid.merge(assessments, on=KEY, how="left", validate="1:1")
    lines = lines.merge(goes_on, on=KEY, how="left", validate="1:1")
    lines = lines.fillna({"destination": "", "destination_pence": 0}).astype({"destination_pence": "int64"})
    scheme = case.scheme
    units = {name: metric.unit.value for name, metric in scheme.metrics.items()}
    carried = carried_over(case, settled)
    planned, achieved = _so_far(case, assessed)
    added: dict[str, npt.NDArray[np.generic]] = {
        "unit": np.array([[units.get(slot.name, "")] * case.size for slot in scheme.told], dtype=object),
        "planned_change": _change(case, case.measures.target, case.measures.planned),
        "actual_change": _change(case, case.measures.outcome, case.measures.planned & case.measures.measured),
        "planned_so_far": planned,
        "achieved_so_far": achieved,
    }
    if scheme.lines:
        added |= {"carried_over_pence": carried, "largest_payment_pence": settled.entitlement + carried}
    else:
        added["status"] = np.array(STATUS_NAMES)[assessed.status]
    for name, values in added.items():
        lines[name] = values.T.ravel()
    return lines[list(COLUMNS)].astype({"unit": str, "status": str})


def _nothing(case: Case) -> pd.DataFrame:
    """The rows of a return, where metrics are only watched and nothing is paid."""
    rows = [(code, slot.wave, slot.name) for code in case.areas["area_code"] for slot in case.scheme.told]
    money = dict.fromkeys((*PENCE_COLUMNS, "carried_over_pence", "largest_payment_pence"), 0)
    return pd.DataFrame(rows, columns=KEY).assign(**money, held_reason="")


def carried_over(case: Case, settled: Settled) -> Pence:
    """Money of due payment points before that a line can still make good (C8); shape (lines, areas)."""
    pot = case.scheme.pot
    if not (isinstance(pot, PlannedValuePot) and pot.cumulative.value):
        return np.zeros_like(settled.entitlement)
    left = settled.withheld - settled.caught_up
    return np.asarray(np.cumsum(left, axis=0) - left)


def _change(case: Case, end: IntArray, known: BoolArray) -> FloatArray:
    """The change from the baseline as a share of it, above 0 for a rise; NaN where it is not known."""
    start = case.measures.baseline
    rise = improvement(start, end, np.full(1, -1))
    known = known & (start > 0) & case.measures.by_plan
    return _of_lines(case, np.where(known, ratio(rise, np.where(known, start, 1)), np.nan))


def _so_far(case: Case, assessed: Assessed) -> tuple[FloatArray, FloatArray]:
    """The improvement planned and achieved up to each payment point, in units of a pot of planned value.

    NaN for other pots, and from the first payment point on whose plan or outcome is not known.
    """
    measures, paid = case.measures, slice(len(case.scheme.metric_lines))
    if not isinstance(case.scheme.pot, PlannedValuePot):
        nothing = np.full((len(case.scheme.told), case.size), np.nan)
        return nothing, nothing
    planned = assessed.terms.planned[paid], measures.planned[paid]
    achieved = assessed.actual[paid], measures.planned[paid] & measures.measured[paid]
    scale = measures.factor[1]
    return (
        _of_lines(case, _running_total(*planned, scale)),
        _of_lines(case, _running_total(*achieved, scale)),
    )


def _running_total(values: IntArray, known: BoolArray, scale: int) -> FloatArray:
    (values,) = widen(peak(values) * len(values), values)
    whole = np.logical_and.accumulate(known, axis=0)
    return np.where(whole, ratio(np.cumsum(values, axis=0), scale), np.nan)


def _of_lines(case: Case, by_metric: FloatArray) -> FloatArray:
    """Values of metrics, in the order of the lines; NaN on conditions."""
    place = {slot: index for index, slot in enumerate(case.slots)}
    blank = np.full((1, case.size), np.nan)
    rows = [place.get(slot, len(by_metric)) for slot in case.scheme.told]
    return np.asarray(np.vstack([by_metric, blank])[rows])
