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


def _balance(due: pd.DataFrame, area_code: str) -> tuple[Share, ...]:
    """What the area has earned, less what it was paid before: what is due, or below 0 overpaid (G8)."""
    (row,) = due[due["area_code"] == area_code].to_dict("records")
    return (
        Share("earned to date", int(row["earned_pence"])),
        Share("less what was paid before", -int(row["paid_pence"])),
    )
