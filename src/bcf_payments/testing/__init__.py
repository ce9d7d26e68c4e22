"""Hypothesis strategies for tests against this package: numbers, weights, schemes, tables, whole cases.

They make small input that is valid and awkward: ties, zeros, gaps, exact hits of a target or a curve's
jump, mixed denominators, numbers in every written form. Needs the extra `test`.
"""

try:
    import hypothesis as _hypothesis  # noqa: F401
except ImportError:
    from bcf_payments.extras import require_extra

    require_extra("hypothesis", "bcf_payments.testing")

from bcf_payments.testing.cases import Case, cases, catch_up_cases
from bcf_payments.testing.frames import area_codes, areas, assurance, outcomes, plans
from bcf_payments.testing.numbers import denominators, exact_numbers, weights
from bcf_payments.testing.schemes import built_in_schemes, schemes

__all__ = [
    "Case",
    "area_codes",
    "areas",
    "assurance",
    "built_in_schemes",
    "cases",
    "catch_up_cases",
    "denominators",
    "exact_numbers",
    "outcomes",
    "plans",
    "schemes",
    "weights",
]
