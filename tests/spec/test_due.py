"""Laws of paying on account: revisions change what is due, never what was paid."""

import pandas as pd
from hypothesis import strategies as st

from bcf_payments.tables import Due
from bcf_payments.testing import cases

from .changes import settle
from .laws import law, over, tried
from .places import ANY_CASE


@law(
    "due-follows-revisions",
    "In whatever order figures are revised, payments that follow `due` end at what is earned, or at what had"
    " been paid if that is more.",
    "G8",
)
@tried(0.3)
@over(cases(), st.permutations(range(3)), reaches=ANY_CASE)
def test_payments_that_follow_due_end_at_what_is_earned_or_at_what_was_paid(case, order):
    outcomes = case.outcomes
    revisions = [outcomes, outcomes.iloc[: len(outcomes) // 2], outcomes.iloc[:0]]
    paid, highest = pd.DataFrame({"area_code": [], "paid_pence": []}), 0
    for number in order:
        settlement = settle(case._replace(outcomes=revisions[number]), on_missing="withhold")
        earned = settlement.payments.groupby("area_code")["earned_pence"].sum()
        earned = earned.reindex(sorted(case.areas["area_code"]), fill_value=0)
        before = paid.groupby("area_code")["paid_pence"].sum().reindex(earned.index, fill_value=0)
        table = Due.validate(settlement.due(paid if len(paid) else None)).set_index("area_code")
        assert table["earned_pence"].to_dict() == earned.to_dict()
        assert table["paid_pence"].astype("int64").to_dict() == before.astype("int64").to_dict()
        due = table["due_pence"].rename("paid_pence").reset_index()
        paid = due if paid.empty else pd.concat([paid, due])
        highest = earned.where(earned > highest, highest)
        after = paid.groupby("area_code")["paid_pence"].sum()
        assert after.to_dict() == highest.astype("int64").to_dict()
