"""How an area's money came about, step by step: formula, numbers, result, rules."""

from __future__ import annotations

import pandas as pd

from bcf_payments.core.result import Result
from bcf_payments.explanation.explanation import Explanation
from bcf_payments.explanation.pooled import PoolTold

__all__ = ["Explanation", "explain_area"]


def explain_area(
    settlement: Result, area_code: str, pool: PoolTold | None = None, peers: pd.DataFrame | None = None
) -> Explanation:
    """Explain one area of a settlement: see `Settlement.explain`."""
    from bcf_payments.explanation.account import account_of
    from bcf_payments.explanation.helped import helpers
    from bcf_payments.explanation.sentences import sections

    case, account = settlement.case, account_of(settlement, area_code)
    return Explanation(
        area_code,
        account.name,
        account.region,
        case.scheme.name,
        case.scheme.title,
        settlement.through,
        tuple(dict.fromkeys((*settlement.notices, *(pool.notices if pool else ())))),
        (
            *sections(account),
            *helpers(account, peers),
            *((pool.sections[area_code],) if pool else ()),
        ),
        account.totals,
        case.scheme.facts,
    )
