"""The words of the contract: accounts, statuses, reasons, columns of money; and the version."""

from __future__ import annotations

import enum

__version__ = "0.1.0"

CONDITIONS = "conditions"
"""The name of a conditions line, which no metric may bear."""

POT = "performance_pot"
"""The name of the component that the performance lines add up to."""

BUILT_IN_SCHEMES = ("october_2013", "december_2013", "july_2014")
"""In the order of their dates."""

PICTURES = (
    "achievement", "before_after", "chance_by_area", "change", "earned_and_held", "funnel", "measure_quality",
    "money_flow", "payment_distribution", "tile_map", "xmr",
)  # fmt: skip
"""The public names of `bcf_payments.plots`, which loads matplotlib."""

NATIONAL_FUND = "national_fund"

FORMULA_ALLOCATION = "formula_allocation"

PAID = "paid"

WITHHELD = "withheld"

NOT_DUE = "not_due"

AWAITING_DECISION = "awaiting_decision"

ACCOUNTS = (NATIONAL_FUND, FORMULA_ALLOCATION, POT, PAID, WITHHELD, NOT_DUE, AWAITING_DECISION)
"""Where money of every scheme stands; no destination or remainder may bear such a name."""


class Status(enum.IntEnum):
    """What became of a line."""

    MET = 0
    PARTLY_MET = 1
    NOT_MET = 2
    MISSING = 3
    NOT_DUE = 4


STATUS_NAMES = tuple(status.name.lower() for status in Status)


class Held(enum.IntEnum):
    """Why money of a line is held back."""

    NOTHING = 0
    PERFORMANCE = 1
    CONDITIONS = 2
    PLAN_NOT_APPROVED = 3
    MISSING_DATA = 4
    GATEWAY = 5


HELD_NAMES = ("", *(held.name.lower() for held in Held if held))


PENCE_COLUMNS = ("entitlement_pence", "earned_pence", "caught_up_pence", "withheld_pence", "not_due_pence")

OFTEN_NIL = ("caught_up_pence", "not_due_pence")
"""Columns of money that are left out where they are nil throughout."""


SLOT_KEY = ("area_code", "wave", "line")
"""What names a row of every table of lines."""


ALL_AREAS = "All areas"
"""What all areas are called together where the scheme does not say."""

AGREES = "_agrees"
"""The end of the names of columns that say who agrees."""


TABLES_OUT = ("allocations", "assessments", "payments", "reviews", "ledger", "releases", "warnings")
"""The tables that come out of a settlement, as they are written and handed on."""
