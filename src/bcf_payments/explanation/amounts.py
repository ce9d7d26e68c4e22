"""Steps that every kind of money shares: spread by weight; what a line can earn, earns and holds back."""

from __future__ import annotations

from fractions import Fraction

from bcf_payments.explanation.account import Account, Weight
from bcf_payments.explanation.steps import (
    LARGEST_REMAINDER,
    MISSING_WAITS,
    Money,
    Rule,
    Step,
    held_back_rules,
)
from bcf_payments.names import Held, Status
from bcf_payments.schemes import ConditionsLine, PlannedValuePot, Slot
from bcf_payments.schemes.parts import FixedPot, NationalAmount, Wave
from bcf_payments.words import bracketed, exact, fraction, penny_parts, pounds, spoken

CATCHING_UP = "a missed payment point can be made good later; nothing is taken back"

IN_SHORT = {
    Held.PERFORMANCE: "targets were missed",
    Held.CONDITIONS: "the conditions of the plan are not met",
    Held.PLAN_NOT_APPROVED: "the plan is not approved",
    Held.MISSING_DATA: "data are missing",
}


def spread(title: str, national_pence: int, weight: Weight, pence: int, rules: tuple[Rule, ...]) -> Step:
    """National money spread over the areas by weight, to the nearest penny that makes it add up."""
    area, nation = (bracketed(exact(value)) for value in weight)
    numbers = f"{pounds(national_pence)} × {area} ÷ {nation}"
    quota = Fraction(national_pence) * weight.area / weight.nation if national_pence else Fraction(0)
    note = ""
    if quota.denominator != 1:
        way = "rounded down" if pence <= quota else "this area gets one of the pence left over"
        note = f"Before rounding: {penny_parts(quota)}; {way}."
    return Step(
        title,
        "national amount × this area's weight ÷ the weight of all areas",
        numbers if national_pence else "nothing to spread",
        pounds(pence),
        (*rules, LARGEST_REMAINDER),
        note,
        pence=pence,
    )


def spread_rules(amount: NationalAmount, what: str) -> tuple[Rule, ...]:
    """The rules of national money: how much, and by which weights."""
    return (
        Rule.of(what, amount.amount_pounds),
        Rule.of(f"weighting by {spoken(amount.weight.value)}", amount.weight),
    )


def entitlement(account: Account, line: int, slot: Slot) -> Step:
    """What a line of a fixed pot can earn in this area."""
    pot, rule = account.scheme.pot, slot.rule
    if rule is None or rule.share is None:
        raise TypeError(f"{slot.name} in {slot.wave} has no share of a fixed pot")
    national = account.line_pence(line)
    step = spread(
        "What it can earn",
        national,
        account.weight(pot.weight.value),
        account.money[line].entitlement_pence,
        (*spread_rules(pot, "the national pot"), Rule.of("the line's share of it", rule.share)),
    )
    share = f"Nationally this line is {fraction(rule.share.value)} of {pounds(pot.amount_pence)},"
    exactly = rule.share.value * pot.amount_pence
    rounded = f", rounded from {penny_parts(exactly)}" if exactly.denominator != 1 else ""
    note = f"{share} which is {pounds(national)}{rounded}. {step.note}".strip()
    return step._replace(note=note, wave=slot.wave, line=slot.name, figure="entitlement_pence")


def earned_share(account: Account, line: int, slot: Slot, share: Fraction, formula: str) -> Step:
    """What a line earns: a share of its entitlement, rounded down."""
    money = account.money[line]
    exactly = money.entitlement_pence * share
    note = f"Before rounding: {penny_parts(exactly)}." if exactly.denominator != 1 else ""
    return Step(
        "Earned",
        formula,
        f"{pounds(money.entitlement_pence)} × {bracketed(fraction(share))}",
        pounds(money.earned_pence),
        note=note,
        wave=slot.wave,
        line=slot.name,
        figure="earned_pence",
        pence=money.earned_pence,
    )


def earned_nothing(account: Account, line: int, slot: Slot) -> Step:
    """What a line earns whose data are missing."""
    money = account.money[line]
    return Step(
        "Earned",
        "nothing, as data are missing",
        f"{pounds(money.entitlement_pence)} × 0",
        pounds(money.earned_pence),
        (MISSING_WAITS,),
        wave=slot.wave,
        line=slot.name,
        figure="earned_pence",
        pence=money.earned_pence,
    )


def not_earned(account: Account, line: int, slot: Slot) -> tuple[Step, ...]:
    """What of a line is caught up, held back or not due: a step for each that is not nothing."""
    money = account.money[line]
    steps = []
    if money.caught_up_pence:
        steps.append(_caught_up(money, account.scheme.pot))
    if money.withheld_pence:
        steps.append(_held_back(money, held_because(account, line, slot), held_back_rules(account.scheme)))
    if money.not_due_pence:
        steps.append(_not_due(money, account.scheme.waves[slot.wave_index]))
    return tuple(step._replace(wave=slot.wave, line=slot.name) for step in steps)


def earned_in_words(money: Money) -> str:
    """What is earned, of how much."""
    earned, entitled = pounds(money.earned_pence), pounds(money.entitlement_pence)
    if not money.caught_up_pence:
        return f"{earned} is earned here, of {entitled}."
    made_good = pounds(money.caught_up_pence)
    return f"{earned} is earned here: all {entitled} of this payment point, and {made_good} of earlier ones."


def _caught_up(money: Money, pot: FixedPot | PlannedValuePot) -> Step:
    rule = [Rule.of(CATCHING_UP, pot.cumulative)] if isinstance(pot, PlannedValuePot) else []
    return Step(
        "Caught up",
        "earned here - what this payment point alone can earn",
        f"{pounds(money.earned_pence)} - {pounds(money.entitlement_pence)}",
        pounds(money.caught_up_pence),
        tuple(rule),
        "This is money of earlier payment points, made good.",
        figure="caught_up_pence",
        pence=money.caught_up_pence,
    )


def _held_back(money: Money, why: str, rules: tuple[Rule, ...]) -> Step:
    return Step(
        "Held back",
        "what it can earn - earned",
        f"{pounds(money.entitlement_pence)} - {pounds(money.earned_pence)}",
        pounds(money.withheld_pence),
        rules,
        f"It is held back because {why}.",
        figure="withheld_pence",
        pence=money.withheld_pence,
    )


def _not_due(money: Money, wave: Wave) -> Step:
    return Step(
        "Not due yet",
        "what it can earn, as the payment point has not come",
        pounds(money.entitlement_pence),
        pounds(money.not_due_pence),
        (payment_day(wave),),
        figure="not_due_pence",
        pence=money.not_due_pence,
    )


def payment_day(wave: Wave) -> Rule:
    """The rule of a payment point's day."""
    return Rule.of("the day of payment", wave.payment_date)


def held_because(account: Account, line: int, slot: Slot) -> str:
    """Why money of a line is held back."""
    held, rule = account.held[line], slot.rule
    if held is Held.PERFORMANCE:
        if isinstance(account.scheme.pot, PlannedValuePot):
            return "the improvement achieved falls short of the plan"
        if account.statuses[line] is Status.MET:
            return "the curve of payment stops below the whole amount"
        return "the target was missed"
    if held is Held.CONDITIONS and isinstance(rule, ConditionsLine):
        return "the plan came late" if account.checked(rule).late else "the conditions are not all met"
    return IN_SHORT[held]
