"""Money that comes by formula, and a pot of planned value: what the area gets before anything is measured."""

from __future__ import annotations

from fractions import Fraction

from bcf_payments.display import pounds
from bcf_payments.explanation.account import Account
from bcf_payments.explanation.amounts import spread, spread_rules
from bcf_payments.explanation.model import ROUNDED_DOWN, Rule, Section, Step
from bcf_payments.explanation.words import bracketed, exact, exact_pounds, listed, penny_parts
from bcf_payments.schemes import PlannedValuePot
from bcf_payments.schemes.model import POT


def formula_money(account: Account) -> Section | None:
    """The components that are spread by weight; None where the scheme has none."""
    components = account.scheme.components
    if not components:
        return None
    steps = [
        spread(
            component.title,
            component.amount_pence,
            account.weight(component.weight.value),
            account.components[component.name],
            spread_rules(component, "the national amount"),
        )._replace(component=component.name, figure="amount_pence")
        for component in components
    ]
    if len(steps) > 1:
        steps.append(_sum_of(steps))
    return Section("Money by formula", ("This money does not depend on performance.",), tuple(steps))


def _sum_of(steps: list[Step]) -> Step:
    total = sum(step.pence or 0 for step in steps)
    return Step(
        "Money by formula in all",
        "the sum of the amounts above",
        " + ".join(step.result for step in steps),
        pounds(total),
        tuple(dict.fromkeys(rule for step in steps for rule in step.rules)),
        figure="formula_pence",
        pence=total,
    )


def planned_pot(account: Account) -> Section | None:
    """The pot of planned value, and what the plan leaves of the area's share; None for a fixed pot."""
    pot = account.scheme.pot
    if not isinstance(pot, PlannedValuePot):
        return None
    share = spread(
        "The area's share of the national amount",
        pot.amount_pence,
        account.weight(pot.weight.value),
        account.quarters.share_pence,
        spread_rules(pot, "the national amount"),
    )._replace(figure="share_pence")
    steps = (share, *_planned(account, pot), _pot(account, pot), _remainder(account, pot))
    story = (
        "The pot is worth the improvement that the area plans, and at most its share of the national amount."
    )
    return Section("The performance pot", (story, *_missing_plans(account)), steps)


def _missing_plans(account: Account) -> tuple[str, ...]:
    if account.quarters.complete:
        return ()
    titles = {wave.name: wave.title for wave in account.scheme.waves}
    missing = [
        titles[slot.wave]
        for slot, progress in zip(account.scheme.metric_lines, account.progress, strict=False)
        if progress.baseline is None
    ]
    return (f"There is no plan for {listed(missing)}. Without a whole plan there is no pot.",)


def _planned(account: Account, pot: PlannedValuePot) -> tuple[Step, ...]:
    quarters = account.quarters
    if not quarters.complete:
        return ()
    numbers = " + ".join(bracketed(exact(value)) for value in quarters.planned)
    note = "The plan is for no improvement in all, so it counts as 0." if sum(quarters.planned) < 0 else ""
    return (
        Step(
            "The improvement planned",
            "the planned improvements of all payment points added up, at least 0",
            numbers,
            exact(quarters.reduction),
            (
                Rule.of("the pot follows the plan", pot.remainder),
                Rule.of("the running total", pot.cumulative),
            ),
            note,
        ),
    )


def _pot(account: Account, pot: PlannedValuePot) -> Step:
    quarters, pence = account.quarters, account.components[POT]
    worth = pot.unit_value_pounds.value * 100 * quarters.reduction
    unit = exact_pounds(pot.unit_value_pounds.value)
    exactly = f" (exactly {penny_parts(worth)})" if worth.denominator != 1 else ""
    value = f"{unit} × {exact(quarters.reduction)} = {pounds(int(Fraction(worth) // 1))}{exactly}"
    cap = f"at most {pounds(quarters.share_pence)}"
    note = "The share is the limit: the plan is worth more." if worth > quarters.share_pence else ""
    return Step(
        "The pot",
        "value of one unit × the improvement planned, rounded down, at most the area's share",
        f"{value}, {cap}",
        pounds(pence),
        (
            Rule.of("the value of one unit", pot.unit_value_pounds),
            Rule.of("the pot follows the plan", pot.remainder),
            ROUNDED_DOWN,
        ),
        note,
        component=POT,
        figure="amount_pence",
        pence=pence,
    )


def _remainder(account: Account, pot: PlannedValuePot) -> Step:
    pence = account.components[pot.remainder.value]
    return Step(
        pot.remainder_title,
        "the area's share - the pot",
        f"{pounds(account.quarters.share_pence)} - {pounds(account.components[POT])}",
        pounds(pence),
        (Rule.of("where the rest of the share goes", pot.remainder),),
        "This part of the share does not depend on performance.",
        component=pot.remainder.value,
        figure="amount_pence",
        pence=pence,
    )
