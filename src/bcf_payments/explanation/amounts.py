"""Steps that every kind of money shares: spread by weight; what a line can earn, earns and holds back."""

from __future__ import annotations

from fractions import Fraction

from bcf_payments.core.fund import Weight
from bcf_payments.explanation.account import Account
from bcf_payments.explanation.steps import (
    GIVEN,
    LARGEST_REMAINDER,
    MISSING_WAITS,
    Money,
    Rule,
    Step,
    held_back_rules,
)
from bcf_payments.names import POT, Held, Status
from bcf_payments.schemes import Cited, ConditionsLine, PlannedValuePot, Scheme, Slot
from bcf_payments.schemes.levels import ends_in, ends_of
from bcf_payments.schemes.parts import NationalAmount, Pot, Wave
from bcf_payments.words import bracketed, exact, fraction, penny_parts, pounds, spoken

CATCHING_UP = "a missed payment point can be made good later; nothing is taken back"

NATIONAL = "the national amount"

GIVEN_IN_TABLE = "given in the areas table"

IN_SHORT = {
    Held.CONDITIONS: "the conditions of the plan are not met",
    Held.PLAN_NOT_APPROVED: "the plan is not approved",
    Held.MISSING_DATA: "data are missing",
    Held.GATEWAY: "the condition of a gateway is not met",
}


def reason_in_short(scheme: Scheme, held: Held) -> str:
    """Why money is held back, in a clause."""
    if held is Held.PERFORMANCE:
        return f"{ends_in(scheme).ends} were missed"
    return IN_SHORT[held]


def received(account: Account, title: str, amount: NationalAmount, pence: int) -> Step:
    """What an area gets of a component or the pot: by its weight, or as it stands in the areas table."""
    fund, national = account.case.fund, amount.amount_pence
    if not fund.given:
        weight = account.weight(amount.weight.value)
        return _by_weight(title, national, weight, pence, spread_rules(amount, NATIONAL, amount.weight))
    if fund.whole is None:
        return Step(title, GIVEN_IN_TABLE, pounds(pence), pounds(pence), (GIVEN,), pence=pence)
    whole, parts = int(fund.whole[account.index]), account.scheme.fund_pence
    return _portion(
        title,
        f"the whole allocation, {GIVEN_IN_TABLE} × this national amount ÷ all national amounts",
        f"{pounds(whole)} × {pounds(national)} ÷ {pounds(parts)}",
        Fraction(whole * national, parts or 1),
        pence,
        (GIVEN, Rule.of(NATIONAL, amount.amount_pounds), LARGEST_REMAINDER),
    )


def _by_weight(title: str, national_pence: int, weight: Weight, pence: int, rules: tuple[Rule, ...]) -> Step:
    """National money spread over the areas by weight, to the nearest penny that makes it add up."""
    area, all_areas = (bracketed(exact(value)) for value in weight)
    numbers = f"{pounds(national_pence)} × {area} ÷ {all_areas}"
    return _portion(
        title,
        "national amount × this area's weight ÷ the weight of all areas",
        numbers if national_pence else "nothing to spread",
        Fraction(national_pence) * weight.area / weight.all_areas if national_pence else Fraction(0),
        pence,
        (*rules, LARGEST_REMAINDER),
        "this area gets one of the pence left over",
    )


def _portion(
    title: str,
    formula: str,
    numbers: str,
    quota: Fraction,
    pence: int,
    rules: tuple[Rule, ...],
    rounded_up: str = "one of the pence left over goes here",
) -> Step:
    """A part of an amount that is shared out by largest remainder."""
    note = ""
    if quota.denominator != 1:
        note = f"Before rounding: {penny_parts(quota)}; {'rounded down' if pence <= quota else rounded_up}."
    return Step(title, formula, numbers, pounds(pence), rules, note, pence=pence)


def spread_rules(amount: NationalAmount, what: str, weight: Cited[str]) -> tuple[Rule, ...]:
    """The rules of national money: how much, and by which weights."""
    return Rule.of(what, amount.amount_pounds), Rule.of(f"weighting by {spoken(weight.value)}", weight)


def entitlement(account: Account, line: int, slot: Slot) -> Step:
    """What a line of a fixed pot can earn in this area."""
    pot, rule = account.scheme.pot, slot.rule
    if rule is None or rule.share is None or pot is None:
        raise TypeError(f"{slot.name} in {slot.wave} has no share of a fixed pot")
    says, pence = Rule.of("the line's share of it", rule.share), account.money[line].entitlement_pence
    if account.case.fund.given:
        step = _of_own_pot(account.components[POT], rule.share, pence, (says, LARGEST_REMAINDER))
    else:
        national = account.line_pence(line)
        by = account.scheme.weight_of(slot)
        rules = spread_rules(pot, "the national pot", by)
        step = _by_weight("What it can earn", national, account.weight(by.value), pence, (*rules, says))
        share = f"Nationally this line is {fraction(rule.share.value)} of {pounds(pot.amount_pence)},"
        exactly = rule.share.value * pot.amount_pence
        rounded = f", rounded from {penny_parts(exactly)}" if exactly.denominator != 1 else ""
        step = step._replace(note=f"{share} which is {pounds(national)}{rounded}. {step.note}".strip())
    return step._replace(wave=slot.wave, line=slot.name, figure="entitlement_pence")


def _of_own_pot(pot: int, share: Cited[Fraction], pence: int, rules: tuple[Rule, ...]) -> Step:
    """A line's part of a pot that was given to the area."""
    return _portion(
        "What it can earn",
        "the area's pot × the line's share",
        f"{pounds(pot)} × {bracketed(fraction(share.value))}",
        pot * share.value,
        pence,
        rules,
    )


def earned_share(account: Account, line: int, slot: Slot, share: Fraction, formula: str) -> Step:
    """What a line earns: a share of its entitlement, and of that what gateways leave, rounded down."""
    money, kept = account.money[line], ""
    exactly = money.entitlement_pence * share
    if account.scheme.gateways_of(slot.wave):
        exactly *= account.kept(line)
        formula += "; times what the gateways leave, before rounding"
        kept = f" × {bracketed(fraction(account.kept(line)))}"
    note = f"Before rounding: {penny_parts(exactly)}." if exactly.denominator != 1 else ""
    return Step(
        "Earned",
        formula,
        f"{pounds(money.entitlement_pence)} × {bracketed(fraction(share))}{kept}",
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


def _caught_up(money: Money, pot: Pot | None) -> Step:
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
    """Why money of a line is held back: what the line itself lacks, and then what gateways cut."""
    why = _lacks(account, line, slot)
    also = account.held[line] in (Held.PERFORMANCE, Held.CONDITIONS) and account.kept(line) < 1
    return f"{why}, and {IN_SHORT[Held.GATEWAY]}" if also else why


def _lacks(account: Account, line: int, slot: Slot) -> str:
    held, rule = account.held[line], slot.rule
    if held is Held.PERFORMANCE:
        if isinstance(account.scheme.pot, PlannedValuePot):
            return "the improvement achieved falls short of the plan"
        if account.statuses[line] is Status.MET:
            return "the curve of payment stops below the whole amount"
        return f"the {ends_of(rule).end} was missed"
    if held is Held.CONDITIONS and isinstance(rule, ConditionsLine):
        return (
            "the plan came late"
            if account.checked(slot.wave, rule).late
            else "the conditions are not all met"
        )
    return reason_in_short(account.scheme, held)
