"""Lines of a pot of fixed size: on a metric, or on the conditions of the plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial

from bcf_payments.core.case import BLANK
from bcf_payments.explanation.account import Account
from bcf_payments.explanation.amounts import (
    CATCHING_UP,
    earned_in_words,
    earned_nothing,
    earned_share,
    entitlement,
    not_earned,
)
from bcf_payments.explanation.gateways import gateways_in_words, gateways_step
from bcf_payments.explanation.measured import Checked
from bcf_payments.explanation.progress import (
    about_the_metric,
    achievement_step,
    improvement_steps,
    outcome_in_words,
    readings,
)
from bcf_payments.explanation.steps import MISSING_WAITS, ROUNDED_DOWN, Rule, Section, Step
from bcf_payments.names import POT, Status
from bcf_payments.schemes import ConditionsLine, MetricLine, PlannedValuePot, Slot
from bcf_payments.schemes.consistency import PROPORTIONAL
from bcf_payments.words import bracketed, day, exact, fraction, listed, penny_parts, pounds

ALL_OR_NOTHING = tuple((Fraction(x), Fraction(y)) for x, y in ((0, 0), (1, 0), (1, 1)))


def metric_line(account: Account, line: int, slot: Slot, rule: MetricLine) -> Section:
    """A line that pays on a metric by a curve of the achievement."""
    place = account.metric_of_line[line]
    counted, share = account.progress[place].counted, account.paid_shares[place]
    pay = partial(_paid, account, line, slot, rule, counted, share)
    return _section(account, line, slot, entitlement(account, line, slot), pay, _gaps(account, line))


def _section(
    account: Account,
    line: int,
    slot: Slot,
    entitled: Step,
    pay: Callable[[], Iterable[Step]],
    gaps: tuple[str, ...],
) -> Section:
    """A line on a metric: what it can earn, how far it got, what that pays, and which rows are missing."""
    progress, metric = account.progress[account.metric_of_line[line]], account.scheme.metrics[slot.name]
    about, rules = about_the_metric(slot, progress, metric)
    steps = [entitled, *improvement_steps(slot, progress, metric)]
    if progress.known:
        steps += achievement_step(slot, progress, account.landmarks)
        steps += gateways_step(account, line, slot)
        steps += pay()
    elif progress.status is Status.MISSING:
        steps.append(earned_nothing(account, line, slot))
    steps += not_earned(account, line, slot)
    sentences = (
        outcome_in_words(progress, account.money[line]),
        *gaps,
        *gateways_in_words(account, slot),
        about,
        *readings(progress, metric),
    )
    return Section(metric.title, sentences, tuple(steps), rules, level=2)


def _gaps(account: Account, line: int) -> tuple[str, ...]:
    """Which row of a metric line is missing."""
    progress = account.progress[account.metric_of_line[line]]
    if progress.status is Status.NOT_DUE:
        return ("There is no plan for this metric.",) if progress.baseline is None else ()
    missing = [
        what for what, rate in (("plan", progress.baseline), ("outcome", progress.outcome)) if rate is None
    ]
    return (f"There is no {' and no '.join(missing)} for this metric.",) if missing else ()


def _paid(
    account: Account, line: int, slot: Slot, rule: MetricLine, counted: Fraction, share: Fraction
) -> list[Step]:
    """The share that the curve pays, where it is not the achievement itself, and what that earns."""
    curve = account.scheme.curves[rule.curve.value]
    points, cited = (
        tuple(curve.value),
        (Rule.of("how an achievement pays", rule.curve), Rule.of("how an achievement pays", curve)),
    )
    if points == PROPORTIONAL:
        formula = "what it can earn × the achievement, between 0 and 1, rounded down to whole pence"
        step = earned_share(account, line, slot, share, formula)
        return [step._replace(rules=(*cited, ROUNDED_DOWN))]
    formula = "what it can earn × the share that is paid, rounded down to whole pence"
    earned = earned_share(account, line, slot, share, formula)._replace(rules=(ROUNDED_DOWN,))
    paid = Step(
        "The share that is paid",
        _curve_in_words(points),
        f"the achievement counts as {fraction(counted)}",
        fraction(share),
        cited,
        wave=slot.wave,
        line=slot.name,
    )
    return [paid, earned]


def _curve_in_words(points: tuple[tuple[Fraction, Fraction], ...]) -> str:
    if points == ALL_OR_NOTHING:
        return "all (1) if the achievement is at least 1, else nothing (0)"
    placed = listed([f"{exact(y)} at {exact(x)}" for x, y in points])
    return f"by achievement, {placed}; in a straight line between, and at a jump the later holds"


def conditions_line(account: Account, line: int, slot: Slot, rule: ConditionsLine) -> Section:
    """A line that pays on the conditions of the plan."""
    money, due = account.money[line], account.is_due(slot)
    steps = [entitlement(account, line, slot)]
    sentences = [f"Not due yet: {pounds(money.not_due_pence)} can be earned when the payment point comes."]
    if due:
        checked = account.checked(slot.wave, rule)
        sentences = [earned_in_words(money)]
        sentences += _plan_in_words(rule, checked) + _conditions_in_words(account, checked)
        sentences += gateways_in_words(account, slot)
        steps += gateways_step(account, line, slot)
        steps.append(_earned_on_conditions(account, line, slot, rule, checked))
    steps += not_earned(account, line, slot)
    rules = [Rule.of("the conditions", rule.conditions)]
    rules += [Rule.of("the last day for the plan", rule.submit_by)] if rule.submit_by else []
    return Section("Conditions of the plan", tuple(sentences), tuple(steps), tuple(rules), level=2)


def _plan_in_words(rule: ConditionsLine, checked: Checked) -> list[str]:
    """What is known of the plan's approval and day of submission."""
    words = ["The plan is not approved, so nothing is paid here." if checked.not_approved else ""]
    if rule.submit_by:
        last = day(rule.submit_by.value)
        if checked.late and checked.submitted_on:
            words.append(f"The plan came late: on {day(checked.submitted_on)}, and the last day was {last}.")
        elif checked.undated:
            words.append(f"The day on which the plan came is blank; the last day was {last}.")
        elif checked.submitted_on:
            words.append(f"The plan came in time: on {day(checked.submitted_on)}; the last day was {last}.")
        else:
            words.append(f"The plan had to come by {last}; the day on which it came is not in the data.")
    return list(filter(None, words))


def _conditions_in_words(account: Account, checked: Checked) -> list[str]:
    words = {1: "Met", 0: "Not met", BLANK: "Left blank"}
    titles = account.scheme.conditions
    return [f"{words[value]}: {titles[name].value}." for name, value in checked.conditions.items()]


def _earned_on_conditions(
    account: Account, line: int, slot: Slot, rule: ConditionsLine, checked: Checked
) -> Step:
    if rule.pays.value == "each":
        formula = "what it can earn × conditions met ÷ conditions, rounded down to whole pence"
    else:
        formula = "what it can earn if every condition is met, else nothing"
    step = earned_share(account, line, slot, account.conditions_share(line, rule), formula)
    rules = [Rule.of("whether all count together or each by itself", rule.pays)]
    barred = [
        "the plan is not approved" if checked.not_approved else "",
        "the plan came late" if checked.late else "",
        "something is left blank" if checked.blank or account.is_shut(line) else "",
    ]
    why = listed([words for words in barred if words])
    if why:
        step = step._replace(note=f"Nothing, because {why}.")
    if (checked.blank or account.is_shut(line)) and not (checked.not_approved or checked.late):
        rules.append(MISSING_WAITS)
    return step._replace(rules=(*rules, ROUNDED_DOWN))


def quarter(account: Account, line: int, slot: Slot, rule: MetricLine, pot: PlannedValuePot) -> Section:
    """A payment point of a pot of planned value."""
    pay = partial(_cumulative if pot.cumulative.value else _separate, account, line, slot, rule, pot)
    entitled = _entitlement(account, line, slot, pot)
    return _section(account, line, slot, entitled, pay, _missing_quarters(account, line, pot))


def _missing_quarters(account: Account, line: int, pot: PlannedValuePot) -> tuple[str, ...]:
    """Which rows are missing that this payment point needs."""
    sentences = []
    if not account.quarters.complete:
        sentences.append("The plan is not whole, so there is no pot.")
    if account.progress[line].status is not Status.MISSING:
        return tuple(sentences)
    first = 0 if pot.cumulative.value else line
    titles = {wave.name: wave.title for wave in account.scheme.waves}
    slots = account.scheme.metric_lines[first : line + 1]
    missing = [
        titles[slot.wave]
        for slot, progress in zip(slots, account.progress[first:], strict=False)
        if progress.outcome is None
    ]
    if missing:
        needed = (
            "" if account.progress[line].outcome is None else " Without it the total up to here is not known."
        )
        sentences.append(f"There is no outcome for {listed(missing)}.{needed}")
    return tuple(sentences)


def _entitlement(account: Account, line: int, slot: Slot, pot: PlannedValuePot) -> Step:
    quarters, money = account.quarters, account.money[line]
    before = sum(earlier.entitlement_pence for earlier in account.money[:line])
    numbers = _of_the_pot(account, quarters.path[line])
    note = ""
    if quarters.complete and quarters.path[line] != sum(quarters.planned[: line + 1]):
        note = (
            "The plan's total up to here counts by its highest value so far, at least 0 and at most the total"
            " of all payment points."
        )
    return Step(
        "What it can earn",
        "the pot × the improvement planned up to here ÷ that planned in all, rounded down, less what the"
        " payment points before can earn",
        f"{numbers} - {pounds(before)}",
        pounds(money.entitlement_pence),
        (Rule.of("the plan's running total", pot.cumulative), ROUNDED_DOWN),
        note,
        slot.wave,
        slot.name,
        figure="entitlement_pence",
        pence=money.entitlement_pence,
    )


def _of_the_pot(account: Account, reached: Fraction) -> str:
    """The pot times what is reached over what is planned in all."""
    planned = account.quarters.reduction
    if not planned:
        why = "no improvement is planned" if account.quarters.complete else "the plan is not whole"
        return f"{pounds(account.components[POT])} ({why})"
    return f"{pounds(account.components[POT])} × {bracketed(exact(reached))} ÷ {bracketed(exact(planned))}"


def _cumulative(
    account: Account, line: int, slot: Slot, rule: MetricLine, pot: PlannedValuePot
) -> tuple[Step, ...]:
    quarters, share = account.quarters, account.paid_shares[line]
    exactly = account.components[POT] * share
    reached = int(exactly // 1)
    before = sum(earlier.earned_pence for earlier in account.money[:line])
    earned = account.money[line].earned_pence
    achieved = [progress.actual or Fraction(0) for progress in account.progress[: line + 1]]
    total = exact(sum(achieved, Fraction(0)))
    terms = " + ".join(bracketed(exact(value)) for value in achieved)
    adding = f"Achieved up to here: {terms}{f' = {total}' if line else ''}."
    rounding = f" Before rounding: {penny_parts(exactly)}." if exactly.denominator != 1 else ""
    note = f"{adding} Planned up to here: {exact(quarters.path[line])}.{rounding}"
    steps = (
        Step(
            "Reached up to here",
            "the pot × the improvement achieved up to here (at least 0, at most the one planned up to here)"
            " ÷ that planned in all, rounded down",
            _of_the_pot(account, share * quarters.reduction),
            pounds(reached),
            (
                Rule.of("the running total decides", pot.cumulative),
                Rule.of("payment in proportion", account.scheme.curves[rule.curve.value]),
                ROUNDED_DOWN,
            ),
            note,
            figure="reached_pence",
            pence=reached,
        ),
        Step(
            "Earned",
            "reached up to here - earned before, at least 0",
            f"{pounds(reached)} - {pounds(before)}",
            pounds(earned),
            (Rule.of(CATCHING_UP, pot.cumulative),),
            figure="earned_pence",
            pence=earned,
        ),
    )
    return tuple(step._replace(wave=slot.wave, line=slot.name) for step in steps)


def _separate(
    account: Account, line: int, slot: Slot, rule: MetricLine, pot: PlannedValuePot
) -> tuple[Step, ...]:
    path = account.quarters.path
    planned = path[line] - (path[line - 1] if line else 0)
    formula = (
        "what it can earn × the improvement achieved ÷ the one that counts as planned here, between 0 and 1,"
        " rounded down"
    )
    step = earned_share(account, line, slot, account.paid_shares[line], formula)
    note = f"{exact(planned)} counts as planned here. {step.note}".strip()
    rules = (
        Rule.of("each payment point stands alone", pot.cumulative),
        Rule.of("payment in proportion", account.scheme.curves[rule.curve.value]),
        ROUNDED_DOWN,
    )
    return (step._replace(note=note, rules=rules),)
