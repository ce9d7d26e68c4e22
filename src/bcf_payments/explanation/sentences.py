"""The explanation of one area: every step of its money in the order in which it is worked out."""

from __future__ import annotations

from fractions import Fraction

from bcf_payments.explanation.account import Account
from bcf_payments.explanation.amounts import earned_in_words, payment_day, reason_in_short, received
from bcf_payments.explanation.ending import follows, review_rule, reviews_in_words, totals, where_it_went
from bcf_payments.explanation.findings import told_results
from bcf_payments.explanation.lines import conditions_line, metric_line, quarter
from bcf_payments.explanation.measured import MetricProgress
from bcf_payments.explanation.progress import judged, readings
from bcf_payments.explanation.steps import ROUNDED_DOWN, Money, Rule, Section, Step
from bcf_payments.names import POT, STATUS_NAMES, Held, Status
from bcf_payments.schemes import ConditionsLine, PlannedValuePot, Slot
from bcf_payments.schemes.parts import FixedPot, Wave
from bcf_payments.words import (
    NOTHING_PAID,
    bracketed,
    day,
    exact,
    exact_pounds,
    listed,
    penny_parts,
    per_cent,
    pounds,
    sentence,
    several,
)


def sections(account: Account) -> tuple[Section, ...]:
    """Every section of an area's explanation.

    Parameters
    ----------
    account : Account
        The area.

    Returns
    -------
    tuple of Section
        In short; the money by formula; the pot where it follows the plan; each payment point with its lines;
        the metrics that are only watched; totals; what follows; where held-back money went; the rule of
        reviews.
    """
    lines = [section for wave in account.scheme.waves for section in _wave(account, wave)]
    steps = [step for section in lines for step in section.steps]
    money = [formula_money(account), planned_pot(account), *lines]
    parts = [in_short(account), *([how_to_read()] if any(money) else []), *money]
    parts.append(_watched(account))
    if account.scheme.lines:
        parts += [totals(account, steps), follows(account), where_it_went(account), review_rule(account)]
    return tuple(part for part in parts if part)


def in_short(account: Account) -> Section:
    """The whole story in a few sentences."""
    money, name = account.totals, account.name
    by_formula = sum(account.components[component.name] for component in account.scheme.components)
    sentences = []
    if account.scheme.components:
        sentences.append(f"{name} gets {pounds(by_formula)} by formula, whatever its performance.")
    if not account.scheme.lines:
        return Section("In short", (*sentences, *_watched_in_short(account)))
    sentences.append(f"{name} can earn {pounds(money.entitlement_pence)} for performance.")
    if money.not_due_pence < money.entitlement_pence or not money.entitlement_pence:
        sentences.append(_earned_in_short(account))
    sentences += _missing_in_short(account)
    if money.not_due_pence:
        sentences.append(f"{pounds(money.not_due_pence)} is not due yet.")
    has_conditions = any(isinstance(slot.rule, ConditionsLine) for slot in account.scheme.lines)
    if account.not_approved and not has_conditions:
        sentences.append("The area's plan is not approved; under this scheme no payment depends on that.")
    if account.scheme.review:
        sentences.append(reviews_in_words(account))
    return Section("In short", tuple(sentences))


def _watched_in_short(account: Account) -> tuple[str, ...]:
    """What came of metrics on which nothing is paid."""
    told = told_results(STATUS_NAMES[progress.status] for progress in account.progress)
    return sentence(NOTHING_PAID), *([sentence(f"results: {told}")] if told else [])


def _earned_in_short(account: Account) -> str:
    money = account.totals
    share = ""
    due = money.entitlement_pence - money.not_due_pence
    if due:
        share = f", {per_cent(Fraction(money.earned_pence, due))} of what is due"
    held: dict[str, int] = {}
    for line, amounts in enumerate(account.money):
        if account.held[line] is not Held.NOTHING:
            why = reason_in_short(account.scheme, account.held[line])
            held[why] = held.get(why, 0) + amounts.withheld_pence
    reasons = listed([f"{pounds(pence)} because {why}" for why, pence in held.items()])
    later = ""
    if money.caught_up_pence:
        left = pounds(money.withheld_pence - money.caught_up_pence)
        later = f" Of that, {pounds(money.caught_up_pence)} was made good later, which leaves {left}."
    back = f"Held back: {reasons}.{later}" if held else "Nothing is held back."
    return f"It has earned {pounds(money.earned_pence)}{share}. {back}"


def _missing_in_short(account: Account) -> list[str]:
    """Which data are missing, and that without a whole plan there is no pot."""
    pot, missing = account.scheme.pot, account.statuses.count(Status.MISSING)
    sentences = [f"Data are missing on {several(missing, 'line')}."] if missing else []
    if isinstance(pot, PlannedValuePot) and not account.quarters.complete:
        share = pounds(account.quarters.share_pence)
        sentences.append(f"Without a whole plan there is no pot: {share} goes to {pot.remainder_title}.")
    return sentences


def how_to_read() -> Section:
    """What the words and ids below mean."""
    steps = "Each step gives a formula, the same with this area's numbers, the result, and its rules."
    ids = "Letters with numbers, such as G1, are facts, which the report and the documentation list."
    bases = (
        "Stated: in a published document. Derived: arithmetic on stated figures. An assumption: no published"
        " text was found, or sources differ, so it is a default that can be changed."
        " A step is as sure as its weakest rule."
    )
    return Section("How to read this", (steps, ids, bases))


def _wave(account: Account, wave: Wave) -> list[Section]:
    """A payment point and its lines."""
    lines = [(line, slot) for line, slot in enumerate(account.scheme.lines) if slot.wave == wave.name]
    if not lines:
        return []
    money = Money(*map(sum, zip(*(account.money[line] for line, _ in lines), strict=True)))
    due = account.is_due(lines[0][1])
    paid = f"Paid on {day(wave.payment_date.value)}."
    result = earned_in_words(money) if due else f"Not due yet: {pounds(money.not_due_pence)} can be earned."
    head = Section(wave.title, (paid, result), rules=(payment_day(wave),))
    return [head, *(_line(account, line, slot) for line, slot in lines)]


def _line(account: Account, line: int, slot: Slot) -> Section:
    rule, pot = slot.rule, account.scheme.pot
    if isinstance(rule, ConditionsLine):
        return conditions_line(account, line, slot, rule)
    if rule is None:
        raise TypeError(f"{slot.name} is only watched in {slot.wave}")
    if isinstance(pot, PlannedValuePot):
        return quarter(account, line, slot, rule, pot)
    return metric_line(account, line, slot, rule)


def _watched(account: Account) -> Section | None:
    """Metrics that are assessed and never paid, where they have rows."""
    first = len(account.scheme.metric_lines)
    watched = [
        (slot, progress)
        for slot, progress in zip(account.scheme.monitored, account.progress[first:], strict=True)
        if progress.baseline or progress.outcome
    ]
    if not watched:
        return None
    waves = account.scheme.waves
    sentences = [_watched_in_words(account, slot, progress) for slot, progress in watched]
    cited = {slot.wave_index: waves[slot.wave_index].monitored for slot, _ in watched}
    rules = dict.fromkeys(Rule.of("metrics that are only watched", rule) for rule in cited.values() if rule)
    first_words = f"{several(len(watched), 'reading')} of metrics that are watched; nothing is paid on them."
    return Section("Watched, not paid on", (first_words, *sentences), rules=tuple(rules))


def _watched_in_words(account: Account, slot: Slot, progress: MetricProgress) -> str:
    metric, wave = account.scheme.metrics[slot.name], account.scheme.waves[slot.wave_index]
    result = (
        judged(progress)
        if progress.known
        else {
            Status.NOT_DUE: "Not due yet.",
            Status.MISSING: "Data are missing.",
        }[progress.status]
    )
    return " ".join([f"{metric.title}, {wave.title}.", result, *readings(progress, metric)])


def formula_money(account: Account) -> Section | None:
    """What the area gets of every component; None where the scheme has none."""
    components = account.scheme.components
    if not components:
        return None
    amounts = [(component, account.components[component.name]) for component in components]
    steps = [
        received(account, component.title, component, pence)._replace(
            component=component.name, figure="amount_pence"
        )
        for component, pence in amounts
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
    """The pot of planned value, and what the plan leaves of the area's share, or a pot that was given.

    None for a fixed pot that areas share by weights.
    """
    pot = account.scheme.pot
    if not isinstance(pot, PlannedValuePot):
        return _given_pot(account, pot) if pot and account.case.fund.given else None
    title = "The area's share of the national amount"
    share = received(account, title, pot, account.quarters.share_pence)._replace(figure="share_pence")
    steps = (share, *_planned(account, pot), _pot(account, pot), _remainder(account, pot))
    story = (
        "The pot is worth the improvement that the area plans, and at most its share of the national amount."
    )
    return Section("The performance pot", (story, *_missing_plans(account)), steps)


def _given_pot(account: Account, pot: FixedPot) -> Section:
    """A fixed pot that the area was given."""
    step = received(account, "The pot", pot, account.components[POT])
    story = "The pot is what the area was told that it can earn for performance."
    return Section("The performance pot", (story,), (step._replace(component=POT, figure="amount_pence"),))


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
