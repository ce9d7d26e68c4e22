"""Settling: from four tables and a scheme to an immutable settlement."""

from bcf_payments.settlement.grid import settle_grid
from bcf_payments.settlement.model import Settlement
from bcf_payments.settlement.settling import settle

__all__ = ["Settlement", "settle", "settle_grid"]
