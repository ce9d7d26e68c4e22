"""The rules of payment once more, in plain fractions and loops: an independent check of the fast path.

Nothing here is shared with the arithmetic that settles payments: not the reading of numbers, not the
rounding, not the curves. It is slow, and short enough to be read beside the rules, whose ids stand
above each step. The tables must have passed validation; a cell that no rule needs is never read.
"""

from bcf_payments.reference.following import ledger_of, releases_of, reviews_of
from bcf_payments.reference.lines import ReferenceLine
from bcf_payments.reference.settling import ReferenceSettlement, reference_settlement

__all__ = [
    "ReferenceLine",
    "ReferenceSettlement",
    "ledger_of",
    "reference_settlement",
    "releases_of",
    "reviews_of",
]
