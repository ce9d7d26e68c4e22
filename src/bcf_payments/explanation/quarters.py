"""Payment points of a pot of planned value: each pays for the improvement achieved up to there, or alone."""

from __future__ import annotations

from fractions import Fraction

from bcf_payments.achievement import Status
from bcf_payments.display import pounds
from bcf_payments.explanation.account import Account
from bcf_payments.explanation.amounts import CATCHING_UP, earned_nothing, earned_share, not_earned
from bcf_payments.explanation.model import ROUNDED_DOWN, Rule, Section, Step
from bcf_payments.explanation.progress import (
    about_the_metric,
    achievement_step,
    improvement_steps,
    outcome_in_words,
    readings,
)
from bcf_payments.explanation.words import bracketed, exact, listed, penny_parts
from bcf_payments.schemes import MetricLine, PlannedValuePot, Slot
from bcf_payments.schemes.model import POT


def quarter(account: Account, line: int, slot: Slot, rule: MetricLine, pot: PlannedValuePot) -> Section:
    """A payment point of a pot of planned value."""
    progress, metric = account.progress[line], account.scheme.metrics[slot.name]
    about, rules = about_the_metric(slot, progress, metric)
    steps = [_entitlement(account, line, slot, pot), *improvement_steps(slot, progress, metric)]
    if progress.known:
        steps += achievement_step(slot, progress, account.landmarks)
        pay = _cumulative if pot.cumulative.value else _separate
        steps += pay(account, line, slot, rule, pot)
    elif progress.status is Status.MISSING:
        steps.append(earned_nothing(account, line, slot))
    steps += not_earned(account, line, slot)
    sentences = (
        outcome_in_words(progress, account.money[line]),
        *_gaps(account, line, pot),
        about,
        *readings(progress, metric),
    )
    return Section(metric.title, sentences, tuple(steps), rules, level=2)


def _gaps(account: Account, line: int, pot: PlannedValuePot) -> tuple[str, ...]:
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
