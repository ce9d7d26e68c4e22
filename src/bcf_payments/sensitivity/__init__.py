"""What the assumptions cost: money by the basis of its rules, and what other readings would pay."""

from bcf_payments.sensitivity.cost import Assumptions, assumptions

__all__ = ["Assumptions", "assumptions"]
