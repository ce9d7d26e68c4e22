"""What a pool takes in besides contributions, spends and expects: a row per area, kind and item (C12)."""

from __future__ import annotations

from bcf_payments.tables.amounts import pounds_rules
from bcf_payments.tables.beside import Beside, Known, check_beside
from bcf_payments.tables.inputs import Columns
from bcf_payments.tables.row_rules import code_rule, filled_rule, known_rule

OTHER_INCOME, SPENT = "other_income", "spent"
FORECASTS = {"forecast_underspend": 1, "forecast_overspend": -1}
"""How a forecast of the whole year, before the performance shortfall, counts."""

STATEMENT_LINES = (
    *("contribution", OTHER_INCOME, "performance_adjustment", "income", SPENT, "spending", "balance"),
    *("forecast", "performance_shortfall", "forecast_after_performance"),
)
"""The lines of a statement, in their order."""

SPENDING = Columns(("area_code", "kind", "item", "amount_pounds"), ("host",))
TABLE = "spending"


def check_spending(frame: object, known: Known) -> Beside:
    """Check spending cell by cell; who calls refuses."""
    rules = (
        code_rule(known.pattern),
        known_rule("kind", (OTHER_INCOME, SPENT, *FORECASTS)),
        filled_rule(("item",)),
        *pounds_rules(("amount_pounds",), "leave the row out if it is not known"),
    )
    return check_beside(TABLE, frame, SPENDING, rules, known)
