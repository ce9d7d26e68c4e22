"""The tables that come in and go out: columns, rules and pandera schemas, for use in other pipelines too.

The models of pandera are loaded on first use: a settlement needs none of them.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bcf_payments.tables.demands import input_schema

if TYPE_CHECKING:
    from bcf_payments.tables.fund_outputs import (
        AssuranceFindings,
        Peers,
        Pool,
        PoolStatement,
        RevisedValues,
        RiskShares,
        Savings,
    )
    from bcf_payments.tables.outputs import (
        Allocations,
        Assessments,
        Comparison,
        ComparisonByWave,
        Due,
        Ledger,
        MarginalValues,
        Payments,
        Problems,
        Reconciliation,
        Releases,
        Returns,
        Reviews,
        Warnings,
    )

__all__ = [
    "Allocations",
    "Assessments",
    "AssuranceFindings",
    "Comparison",
    "ComparisonByWave",
    "Due",
    "Ledger",
    "MarginalValues",
    "Payments",
    "Peers",
    "Pool",
    "PoolStatement",
    "Problems",
    "Reconciliation",
    "Releases",
    "Returns",
    "Reviews",
    "RevisedValues",
    "RiskShares",
    "Savings",
    "Warnings",
    "input_schema",
]

_OF_THE_FUND = (
    "AssuranceFindings",
    "Peers",
    "Pool",
    "PoolStatement",
    "RevisedValues",
    "RiskShares",
    "Savings",
)


if not TYPE_CHECKING:  # so that type checkers see misspelt names

    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = "fund_outputs" if name in _OF_THE_FUND else "outputs"
        return getattr(import_module(f"bcf_payments.tables.{module}"), name)


def __dir__() -> list[str]:
    return __all__
