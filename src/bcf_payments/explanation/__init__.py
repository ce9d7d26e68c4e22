"""How an area's money came about, step by step: formula, numbers, result, rules."""

from __future__ import annotations

from collections.abc import Sequence

from bcf_payments.allocation import Allocation
from bcf_payments.case import Case
from bcf_payments.explanation.model import Explanation
from bcf_payments.ledger import Movement
from bcf_payments.lines import Assessed, Settled

__all__ = ["Explanation", "explain_area"]


def explain_area(
    area_code: str,
    case: Case,
    allocation: Allocation,
    assessed: Assessed,
    settled: Settled,
    released: Sequence[Movement],
    *,
    through: str | None,
    notices: tuple[str, ...],
) -> Explanation:
    """Explain one area of a settlement: see `Settlement.explain`."""
    from bcf_payments.explanation.account import Account
    from bcf_payments.explanation.lookup import position_of
    from bcf_payments.explanation.steps import sections

    index = position_of(case.areas, area_code)
    account = Account(index, case, allocation, assessed, settled, tuple(released))
    return Explanation(
        area_code,
        account.name,
        str(case.areas["region"].iloc[index]),
        case.scheme.name,
        case.scheme.title,
        through,
        notices,
        sections(account),
        account.totals,
    )
