"""Returns: what an area planned, achieved and is paid at each payment point, laid out as it reports it."""

from __future__ import annotations

import pandas as pd

from bcf_payments.core.result import Result
from bcf_payments.given import guarded
from bcf_payments.returns.figures import Share
from bcf_payments.returns.model import AreaReturn

__all__ = ["AreaReturn", "area_return"]


@guarded
def area_return(
    settlement: Result, lines: pd.DataFrame, area_code: str, paid: pd.DataFrame | None = None
) -> AreaReturn:
    """The return of one area: see `Settlement.return_for`."""
    from bcf_payments.tables.lookup import position_of

    areas, money = settlement.areas, settlement.allocations
    warnings = settlement.warnings
    area = areas.iloc[position_of(areas, area_code)]
    return AreaReturn(
        area_code,
        str(area["area_name"]),
        str(area["region"]),
        settlement.scheme,
        settlement.through,
        settlement.notices,
        tuple(warnings.loc[warnings["area_code"] == area_code, "message"]),
        lines[lines["area_code"] == area_code].reset_index(drop=True),
        money[money["area_code"] == area_code].reset_index(drop=True),
        () if paid is None else _balance(settlement.due(paid), area_code),
    )


BALANCE = {
    "earned_pence": "earned to date",
    "paid_pence": "paid before",
    "due_pence": "due now",
    "overpaid_pence": "overpaid: set against later payments",
}


def _balance(due: pd.DataFrame, area_code: str) -> tuple[Share, ...]:
    """What the area has earned, was paid before, and is due or overpaid (G8)."""
    (row,) = due[due["area_code"] == area_code].to_dict("records")
    told = [Share(what, int(row[name])) for name, what in BALANCE.items()]
    return tuple(share for share in told if share.pence or share.what != BALANCE["overpaid_pence"])
