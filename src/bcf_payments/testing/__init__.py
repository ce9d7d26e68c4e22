"""Hypothesis strategies for tests against this package: numbers, schemes, tables, whole cases, decisions.

They make small input that is valid and awkward: ties, zeros, gaps, exact hits of a target or a curve's
jump, mixed denominators, numbers in every written form and of every precision. Needs the extra `test`.
"""

try:
    import hypothesis as _hypothesis  # noqa: F401
except ImportError:
    from bcf_payments.errors import require_extra

    require_extra("hypothesis", "bcf_payments.testing")

from bcf_payments.testing.amounts import given_amounts
from bcf_payments.testing.area_frames import area_codes, areas, assurance
from bcf_payments.testing.case import Case
from bcf_payments.testing.cases import cases, catch_up_cases
from bcf_payments.testing.decisions import decisions
from bcf_payments.testing.line_frames import outcomes, plans
from bcf_payments.testing.numbers import denominators, exact_numbers, weights
from bcf_payments.testing.rewriting import long_floats, single_precision, unequal_denominators
from bcf_payments.testing.schemes import built_in_schemes, schemes

__all__ = [
    "Case",
    "area_codes",
    "areas",
    "assurance",
    "built_in_schemes",
    "cases",
    "catch_up_cases",
    "decisions",
    "denominators",
    "exact_numbers",
    "given_amounts",
    "long_floats",
    "outcomes",
    "plans",
    "schemes",
    "single_precision",
    "unequal_denominators",
    "weights",
]
