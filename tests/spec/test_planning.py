"""Laws of planning: what an area must achieve earns the amount, and anything less does not."""

from fractions import Fraction
from itertools import accumulate, pairwise

import pandas as pd
from hypothesis import assume

import bcf_payments as bcf
from bcf_payments.schemes import PlannedValuePot
from bcf_payments.schemes.levels import levels_of

from .changes import KEY, as_objects, number, settle
from .drawn import asked_cases
from .laws import law, over, tried
from .places import ASKED
from .test_solving import SMALL, direction

A_LITTLE = Fraction(1, 10**9)


def metric_earned(settlement, code):
    """What an area earns on its metric lines, and on conditions."""
    payments = settlement.payments.set_index("area_code").loc[[code]].set_index("line")["earned_pence"]
    conditions = payments[payments.index == "conditions"].sum()
    return int(payments.sum() - conditions), int(conditions)


def earned_by_area(case, area, outcomes, *, kept):
    """What an area earns on its metric lines with other outcomes, given as rate by wave and metric.

    Outcomes that are not `kept` are missing.
    """
    rows = [
        {"area_code": area, "wave": wave, "metric": metric, "outcome_numerator": str(rate)}
        for (wave, metric), rate in outcomes.items()
    ]
    own = pd.DataFrame(rows, dtype=object).assign(outcome_denominator="1")
    same = [key[0] != area or (key[1:] in kept and key[1:] not in outcomes) for key in keys(case.outcomes)]
    table = pd.concat([as_objects(case.outcomes[same]), own], ignore_index=True)
    settled = settle(case._replace(outcomes=table), through=None, on_missing="withhold")
    return metric_earned(settled, area)[0]


def keys(table):
    """Area, wave and metric of each row."""
    return [tuple(row) for row in table[KEY].to_numpy()]


def known(case):
    """The waves and metrics whose outcomes are due."""
    names = case.scheme.wave_names
    last = names.index(case.through or names[-1])
    return {(slot.wave, slot.name) for slot in case.scheme.metric_lines if slot.wave_index <= last}


@law(
    "area-required-outcome-pays",
    "The outcome that is required of one line for an amount of its area earns it in all; one worse does not.",
    "A14",
    "C8",
    "G1",
    "G3",
)
@tried(0.6)
@over(asked_cases(SMALL), reaches=ASKED)
def test_the_outcome_required_for_the_area_is_the_worst_that_earns_its_amount(seen):
    case, settlement, ((area, *place), pence) = seen.case, seen.settlement, seen.asked
    table = bcf.outcomes_to_earn(settlement, area, pence).set_index(["wave", "line"])
    row = table.loc[tuple(place)]
    assume(row["outcome_numerator"] is not None)
    conditions = metric_earned(settlement, area)[1]
    worse, over_ = direction(case, (area, *place)), Fraction(row["outcome_denominator"])
    for numerator, pays in ((row["outcome_numerator"], True), (row["outcome_numerator"] + worse, False)):
        if numerator >= 0:
            outcome = {tuple(place): numerator / over_}
            assert (earned_by_area(case, area, outcome, kept=known(case)) + conditions >= pence) == pays


@law(
    "required-outcomes-agree",
    "What earns a line's own money in full, half or anything is what is required of the line alone.",
    "A14",
    "C8",
)
@tried(0.3)
@over(asked_cases(SMALL), reaches=ASKED)
def test_the_goals_of_a_line_are_those_of_its_required_outcome(seen):
    settlement, area = seen.settlement, seen.asked.key[0]
    for row in bcf.outcomes_to_earn(settlement, area).to_dict("records"):
        try:
            required = bcf.required_outcome(
                settlement, area, row["wave"], row["line"], int(row["asked_pence"])
            )
        except (bcf.InputError, TypeError):  # what is asked is not known where a plan is missing
            assert row["outcome_numerator"] is None
            assert row["why_not"]
        else:
            assert row["outcome_numerator"] == required.whole_outcome_numerator
            assert row["outcome_denominator"] == required.outcome_denominator
            assert not row["why_not"]


def rates(case, area, places, share):
    """The rates with which an area achieves a share in some places, of the plan or thresholds as written."""
    plans = as_objects(case.plans[case.plans["area_code"] == area]).set_index(["wave", "metric"]).sort_index()
    found, slots = {}, case.scheme.metric_lines
    levels = levels_of(case.scheme, slots)
    for at, slot in enumerate(slots):
        if at in levels:
            found[slot.wave, slot.name] = [end / levels[at].per for end in levels[at][:2]]
            continue
        plan = plans.loc[(slot.wave, slot.name)] if (slot.wave, slot.name) in plans.index else None
        if plan is not None:
            is_count = case.scheme.metrics[slot.name].unit.value == "count"
            below = {name: 1 if is_count else number(plan[f"{name}_denominator"]) for name in ENDS}
            found[slot.wave, slot.name] = [number(plan[f"{name}_numerator"]) / below[name] for name in ENDS]
    if isinstance(case.scheme.pot, PlannedValuePot):
        totals = accumulate(start - end for start, end in found.values())
        path = [0, *(max(total, 0) for total in accumulate(totals, max))]
        path = [min(reached, max(sum(start - end for start, end in found.values()), 0)) for reached in path]
        steps = dict(zip(found, (after - before for before, after in pairwise(path)), strict=True))
        return {place: found[place][0] - share * steps[place] for place in places}
    planned = {place: (start, end, direction(case, (area, *place))) for place, (start, end) in found.items()}
    return {
        place: end if (start - end) * sign <= 0 else start - share * (start - end)
        for place, (start, end, sign) in planned.items()
        if place in places
    }


ENDS = ("baseline", "target")


@law(
    "required-share-pays",
    "The share of the plan that is required on all lines alike earns the amount, and a little less does not.",
    "A14",
    "C8",
    "G1",
    "G3",
)
@tried(0.6)
@over(asked_cases(SMALL), reaches=ASKED)
def test_the_share_of_the_plan_is_the_least_that_earns_the_amount(seen):
    case, settlement, ((area, *_), pence) = seen.case, seen.settlement, seen.asked
    try:
        required = bcf.share_to_earn(settlement, area, pence)
    except bcf.InputError:
        assume(False)
    conditions = metric_earned(settlement, area)[1]
    rows = required.outcomes.set_index(["wave", "line"])
    kept = known(case) - set(rows.index) if required.to_come else set()
    whole = (rows["outcome_numerator"] / rows["outcome_denominator"].map(Fraction)).to_dict()
    assert earned_by_area(case, area, whole, kept=kept) + conditions >= pence
    exact = rates(case, area, set(rows.index), required.share)
    assert earned_by_area(case, area, exact, kept=kept) + conditions == required.earned_pence >= pence
    less = rates(case, area, set(rows.index), required.share * (1 - A_LITTLE))
    assert earned_by_area(case, area, less, kept=kept) + conditions < pence
