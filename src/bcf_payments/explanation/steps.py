"""The explanation of one area: every step of its money in the order in which it is worked out."""

from __future__ import annotations

from fractions import Fraction

from bcf_payments.achievement import Status
from bcf_payments.display import pounds
from bcf_payments.explanation.account import Account, Progress
from bcf_payments.explanation.amounts import IN_SHORT, earned_in_words, payment_day
from bcf_payments.explanation.ending import follows, review_rule, reviews_in_words, totals, where_it_went
from bcf_payments.explanation.fixed_lines import conditions_line, metric_line
from bcf_payments.explanation.formula_money import formula_money, planned_pot
from bcf_payments.explanation.model import Money, Rule, Section
from bcf_payments.explanation.progress import judged, readings
from bcf_payments.explanation.quarters import quarter
from bcf_payments.explanation.words import day, listed, per_cent, several
from bcf_payments.lines import Held
from bcf_payments.schemes import ConditionsLine, PlannedValuePot, Slot
from bcf_payments.schemes.model import Wave


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
    parts = [in_short(account), how_to_read(), formula_money(account), planned_pot(account), *lines]
    parts += [_watched(account), totals(account, steps), follows(account)]
    parts += [where_it_went(account), review_rule(account)]
    return tuple(part for part in parts if part)


def in_short(account: Account) -> Section:
    """The whole story in a few sentences."""
    money, name = account.totals, account.name
    by_formula = sum(account.components[component.name] for component in account.scheme.components)
    sentences = [f"{name} can earn {pounds(money.entitlement_pence)} for performance."]
    if account.scheme.components:
        sentences.insert(0, f"{name} gets {pounds(by_formula)} by formula, whatever its performance.")
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


def _earned_in_short(account: Account) -> str:
    money = account.totals
    share = ""
    due = money.entitlement_pence - money.not_due_pence
    if due:
        share = f", {per_cent(Fraction(money.earned_pence, due))} of what is due"
    held: dict[str, int] = {}
    for line, amounts in enumerate(account.money):
        if account.held[line] is not Held.NOTHING:
            why = IN_SHORT[account.held[line]]
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
    ids = "Letters with numbers, such as G1, are facts: docs/facts.md lists them."
    bases = (
        "Stated: in a published document. Derived: arithmetic on stated figures. An assumption: no published"
        " text was found, or sources differ, so it is a default that can be changed."
        " A step is as sure as its weakest rule."
    )
    return Section("How to read this", (steps, ids, bases))


def _wave(account: Account, wave: Wave) -> list[Section]:
    """A payment point and its lines."""
    lines = [(line, slot) for line, slot in enumerate(account.scheme.lines) if slot.wave == wave.name]
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


def _watched_in_words(account: Account, slot: Slot, progress: Progress) -> str:
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
