"""What each column of the tables that go out means, wherever it stands, with its unit."""

from __future__ import annotations

from bcf_payments.names import AGREES
from bcf_payments.words import spoken

MEANINGS = {
    "area_code": "the code of the area",
    "area_name": "the name of the area, beside its code in files; not read back",
    "component": "the part of the fund",
    "kind": "formula: spread by weight; performance: to be earned",
    "amount_pence": "an amount, in pence",
    "wave": "the payment point",
    "line": "what is paid on at that point: a metric, or the conditions; formula money: its component",
    "baseline": "where the area started, in the metric's unit (per cent, per 100,000, or a count)",
    "target": "what it planned, in the metric's unit",
    "outcome": "what happened, in the metric's unit",
    "achievement": "the share of the planned improvement that was achieved: 1 is the target, below 0 is worse"
    " than the baseline",
    "fraction_paid": "the share that is paid, from 0 to 1; of a cumulative pot, the share reached so far",
    "status": "met, partly_met (better than the baseline), not_met, missing (no data) or not_due",
    "unambitious": "true where the target is no better than the baseline (G3)",
    "entitlement_pence": "what can be earned, in pence",
    "earned_pence": "what is earned, in pence; what was made good for earlier points included",
    "caught_up_pence": "the part of what is earned that makes earlier points good, in pence",
    "withheld_pence": "what is held back at this point, in pence",
    "not_due_pence": "what belongs to points that have not come, in pence",
    "held_reason": "why money is held back; blank where none is",
    "unit": "the unit of baseline, target and outcome",
    "planned_change": "the change from baseline to target, as a share of the baseline; below 0: a fall",
    "actual_change": "the change from baseline to outcome, as a share of the baseline; below 0: a fall",
    "planned_so_far": "the improvement planned up to this point, as a count",
    "achieved_so_far": "the improvement achieved up to this point, as a count",
    "carried_over_pence": "what earlier points left and this one may still make good, in pence",
    "largest_payment_pence": "the most that can be paid at this point, in pence",
    "destination": "where held-back money goes; awaiting_decision: not decided yet",
    "destination_pence": "how much goes there, in pence",
    "review_id": "the review: one for each area and payment point",
    "action": "what a missed line leads to",
    "from_account": "where the money was",
    "to_account": "where it went",
    "source": "the ids of the rules that decide",
    "metric": "what is measured; blank where it does not apply",
    "reason": "the kind of message or fault, as a word for programs",
    "message": "the same as a sentence",
    "measure": "allocated, pot, earned or withheld",
    "before_pence": "under the first settlement, in pence",
    "after_pence": "under the second settlement, in pence",
    "change_pence": "after less before, in pence",
    "paid_pence": "what was paid before, in pence",
    "due_pence": "what to pay now, in pence",
    "overpaid_pence": "what was paid beyond what is earned, in pence",
    "value_pence": "what one count better would earn more, in pence",
    "table": "the table that has the fault",
    "column": "the column that has the fault",
    "value": "what stands there",
    "place": "where it stands: a cell of a sheet, a line of a file, a row of a table",
    "fix": "what to do about it",
    "level": "what is added up: the fund, a component, an area, a line",
    "parts_pence": "the sum of its parts at the next level, in pence",
    "difference_pence": "amount less parts, in pence: 0; of a pool, its minimum less what is allocated",
    "region": "the region of the areas",
    "nation": "all areas together",
    "finding": "the kind of finding, as a word for programs",
    "facts": "the ids of the facts behind it",
    "detail": "the same as a sentence",
    "baseline_units": "what there was, as a count",
    "baseline_pence": "what that costs at the value of a unit, in pence",
    "planned_units": "the change planned, as a count; below 0: fewer",
    "planned_pence": "what the change planned saves, in pence; below 0: costs",
    "achieved_units": "the change achieved, as a count; below 0: fewer",
    "achieved_pence": "what the change achieved saves, in pence; below 0: costs",
    "missing": "how many plans have no outcome",
    "not_known_pence": "what plans without an outcome would save, in pence",
    "above_plan_pence": "achieved less planned where an outcome is known, in pence; below 0: worse",
    "value_source": "where the value of a unit is from",
    "contributor": "who puts money into the pool",
    "contributor_type": "ccg, icb or council",
    "areas": "into how many areas' pools it pays",
    "minimum_pence": "the least that is to be put in, in pence",
    "voluntary_pence": "what is above the minimum, contribution by contribution, in pence",
    "shortfall_pence": "what is below the minimum, contribution by contribution, in pence",
    "total_pence": "the pool: minimum, less what is below it, and what is above it, in pence",
    "share_above_minimum": "what is above the minimum, as a share of the minimum",
    "nhs_pence": "what bodies of the NHS put in, in pence",
    "council_pence": "what councils put in, in pence",
    "maintains_existing_pence": "the part that maintains existing services, in pence",
    "new_services_pence": "the part that buys new services, in pence",
    "allocation_pence": "what the scheme allocates, formula money and pot, in pence",
    "item": "what the line is about: a contributor, a service, the host of the balance",
    "partner": "who bears it; uncovered: what is above every cap",
    "share": "the part of it that the agreement gives the partner",
    "borne_pence": "what the partner bears of what is not earned, in pence",
    "relief_pence": "the part of that which relieves pressure on other services, in pence",
    "other_pence": "the rest of it, in pence",
    "decision": "what becomes of the target: kept, needs_approval, approved or refused",
    "planned_improvement": "the improvement that the plan has, as a share of the baselines",
    "operating_improvement": "the improvement that the operating plan has, as a share of the baselines",
    "value_before_pence": "what the plan was worth at the scheme's unit value, in pence",
    "value_after_pence": "what it is worth after the revision, in pence",
}


def meaning(column: str) -> str:
    """What a column means; columns of decisions bear the names of those who decide.

    Examples
    --------
    >>> meaning("due_pence"), meaning("nhs_england_agrees")
    ('what to pay now, in pence', 'to fill in: does NHS England agree, yes or no; blank: not decided yet')
    """
    if column.endswith(AGREES):
        who = spoken(column.removesuffix(AGREES))
        return f"to fill in: does {who} agree, yes or no; blank: not decided yet"
    return MEANINGS[column]


def is_beside(column: str) -> bool:
    """Whether files have the column beside those of the table, for people."""
    return column == "area_name" or column.endswith(AGREES)
