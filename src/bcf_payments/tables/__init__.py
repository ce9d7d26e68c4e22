"""The tables that come in and go out: columns, rules and pandera schemas, for use in other pipelines too."""

from bcf_payments.tables.inputs import input_schema
from bcf_payments.tables.outputs import (
    Allocations,
    Assessments,
    Comparison,
    Ledger,
    MarginalValues,
    Payments,
    Problems,
    Releases,
    Returns,
    Reviews,
    Warnings,
)

__all__ = [
    "Allocations",
    "Assessments",
    "Comparison",
    "Ledger",
    "MarginalValues",
    "Payments",
    "Problems",
    "Releases",
    "Returns",
    "Reviews",
    "Warnings",
    "input_schema",
]
