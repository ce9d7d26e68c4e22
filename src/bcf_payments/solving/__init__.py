"""What would have to happen: the worst outcome that still pays, and what one count more is worth."""

from bcf_payments.solving.marginal import marginal_value
from bcf_payments.solving.required import RequiredOutcome, required_outcome

__all__ = ["RequiredOutcome", "marginal_value", "required_outcome"]
