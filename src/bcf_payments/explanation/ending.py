"""How an explanation ends: the area's totals, what follows from them, and the rule of reviews."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from bcf_payments.core.ledger import Movement
from bcf_payments.explanation.account import Account
from bcf_payments.explanation.progress import share_in_words
from bcf_payments.explanation.steps import MISSING_WAITS, Rule, Section, Step, held_back_rules
from bcf_payments.names import AGREES, AWAITING_DECISION, Held, Status
from bcf_payments.schemes import Cited, PlannedValuePot, Slot
from bcf_payments.schemes.fields import line_title
from bcf_payments.schemes.held_back import stays_with_the_area
from bcf_payments.schemes.levels import ends_in
from bcf_payments.schemes.parts import Review, ReviewAction
from bcf_payments.words import fraction, listed, per_cent, pounds, sentence, several, spoken, with_article

TOTALS = {
    "entitlement_pence": "What the area can earn",
    "earned_pence": "Earned",
    "caught_up_pence": "Caught up",
    "withheld_pence": "Held back",
    "not_due_pence": "Not due yet",
}


def totals(account: Account, lines: Sequence[Step]) -> Section:
    """The five amounts of all lines together, and how they hang together.

    Each rests on the rules that its amounts line by line rest on; those are read from the `lines`' steps.
    """
    steps = []
    for figure, title in TOTALS.items():
        rules = dict.fromkeys(rule for step in lines if step.figure == figure for rule in step.rules)
        amounts = [getattr(money, figure) for money in account.money]
        total = getattr(account.totals, figure)
        steps.append(
            Step(
                f"{title}, in all",
                "the sum over the lines above",
                " + ".join(pounds(amount) for amount in amounts if amount) or "nothing on any line",
                pounds(total),
                tuple(rules),
                figure=figure,
                pence=total,
            )
        )
    return Section("Totals of the performance money", (_identity(account),), tuple(steps))


def _identity(account: Account) -> str:
    money = account.totals
    parts = [
        (money.caught_up_pence, ", less {} caught up"),
        (money.withheld_pence, ", plus {} held back"),
        (money.not_due_pence, ", plus {} not due yet"),
    ]
    others = "".join(words.format(pounds(pence)) for pence, words in parts if pence)
    entitled, earned = pounds(money.entitlement_pence), pounds(money.earned_pence)
    return f"{entitled} can be earned. That is {earned} earned{others}."


def follows(account: Account) -> Section:
    """What follows: reviews and why, and what missing data cost."""
    triggered = _triggers(account)
    sentences = [reviews_in_words(account)] if account.scheme.review else []
    missing = _missing(account)
    if missing is None:
        sentences.append("No data of any due line are missing.")
    rules: tuple[Rule, ...] = ()
    if account.totals.withheld_pence:
        stays = " The money stays with the area." if stays_with_the_area(account.scheme) else ""
        sentences.append(f"Held back means not released at this payment point.{stays}")
        rules = held_back_rules(account.scheme)
    steps = (*triggered, missing) if missing else triggered
    return Section("What follows", tuple(sentences), steps, rules)


def reviews_in_words(account: Account) -> str:
    """Which actions follow, and at how many payment points."""
    review, lines = account.scheme.review, account.scheme.lines
    hit = {
        slot.wave: account.action(line) for line, slot in enumerate(lines) if account.action(line) is not None
    }
    if review is None or not hit:
        return "No review follows."
    numbers = sorted({number for line in range(len(lines)) if (number := account.action(line)) is not None})
    names = [with_article(_name(review.actions[number])) for number in numbers]
    titles = [wave.title for wave in account.scheme.waves if wave.name in hit]
    where = f"{several(len(titles), 'payment point')} ({'; '.join(titles)})"
    return f"What was missed leads to {listed(names)}, at {where}."


def _triggers(account: Account) -> tuple[Step, ...]:
    """A step for each missed line: what it is held against, and what it triggers."""
    review = account.scheme.review
    if review is None:
        return ()
    return tuple(
        _trigger(account, review, line, slot)
        for line, slot in enumerate(account.scheme.lines)
        if line in account.metric_of_line and account.progress[account.metric_of_line[line]].missed
    )


def _trigger(account: Account, review: Review, line: int, slot: Slot) -> Step:
    """What a missed line triggers: it is held against the thresholds from the lowest up."""
    wave = account.scheme.waves[slot.wave_index]
    number = account.action(line)
    action = review.actions[-1 if number is None else number]
    threshold = share_in_words(action.trigger_below.value, [])
    is_mean = review.scope.value == "mean"
    judged = _mean(account, slot) if is_mean else _own(account, line)
    below = "is below" if number is not None else "is not below"
    lower = review.actions[number - 1] if number else None
    also = f", and not below {share_in_words(lower.trigger_below.value, [])}" if lower else ""
    held = account.money[line].withheld_pence
    return Step(
        f"{wave.title}: {account.scheme.metrics[slot.name].title}",
        f"{'the mean achievement of this payment point' if is_mean else 'the achievement'} held against"
        f" the threshold of {threshold}",
        f"{judged} {below} {threshold}{also}",
        f"{with_article(_name(action))} follows" if number is not None else "nothing follows",
        _action_rules(review, action),
        f"{pounds(held)} of this line is held back." if held else "Nothing of this line is held back.",
        slot.wave,
        slot.name,
    )


def _own(account: Account, line: int) -> str:
    counted = account.progress[account.metric_of_line[line]].counted
    return share_in_words(counted, account.landmarks)


def _mean(account: Account, slot: Slot) -> str:
    """The mean achievement, between 0 and 1 each, over the metrics of a wave whose data are there."""
    judged = [
        progress.counted
        for other, progress in zip(account.scheme.metric_lines, account.progress, strict=False)
        if other.wave == slot.wave and progress.known
    ]
    mean = sum(judged, Fraction(0)) / len(judged)
    terms = " + ".join(map(fraction, judged))
    return f"({terms}) ÷ {len(judged)} = {share_in_words(mean, account.landmarks)}"


def _missing(account: Account) -> Step | None:
    """What the lines with missing data hold back; None where there are none."""
    lines = [line for line, status in enumerate(account.statuses) if status is Status.MISSING]
    if not lines:
        return None
    amounts = [account.money[line].withheld_pence for line in lines]
    held = [line for line in lines if account.held[line] is Held.MISSING_DATA]
    total = sum(account.money[line].withheld_pence for line in held)
    waves = account.scheme.waves
    no_pot = isinstance(account.scheme.pot, PlannedValuePot) and not account.quarters.complete
    unknown = (
        " Without a whole plan there is no pot, so what it costs cannot be told in pounds." if no_pot else ""
    )
    named = [
        f"{line_title(account.scheme, slot.name)} ({waves[slot.wave_index].title})"
        for slot in _slots(account, lines)
    ]
    return Step(
        "What missing data cost",
        "the sum of what is held back on lines without data",
        " + ".join(map(pounds, amounts)),
        pounds(total),
        (MISSING_WAITS,),
        f"Data are missing on {several(len(lines), 'line')}: {'; '.join(named)}.{unknown}",
        figure="missing_pence",
        pence=total,
    )


def _slots(account: Account, lines: list[int]) -> list[Slot]:
    return [account.scheme.lines[line] for line in lines]


def where_it_went(account: Account) -> Section | None:
    """Where money that was held back went, or that it awaits a decision; None before reviews are resolved."""
    steps = tuple(
        _went(account, movement, int(movement.pence[account.index]))
        for movement in account.released
        if movement.pence[account.index]
    )
    stays = ("It stays with the area.",) if stays_with_the_area(account.scheme) else ()
    return Section("Where money that was held back went", stays, steps) if steps else None


def _went(account: Account, movement: Movement, pence: int) -> Step:
    slot = account.scheme.lines[movement.position]
    unearned = isinstance(account.scheme.pot, PlannedValuePot)
    awaits = movement.to_account == AWAITING_DECISION
    return Step(
        f"{account.scheme.waves[slot.wave_index].title}: {line_title(account.scheme, slot.name)}",
        "what all due quarters did not earn" if unearned else "what was held back on the line",
        pounds(pence),
        f"{pounds(pence)} {'awaits a decision' if awaits else f'goes to: {spoken(movement.to_account)}'}",
        (_release_rule(account, movement),),
        wave=slot.wave,
        line=slot.name,
        figure="released_pence",
        pence=pence,
    )


def _release_rule(account: Account, movement: Movement) -> Rule:
    """The rule by which money that was held back goes where it goes."""
    pot, review, number = account.scheme.pot, account.scheme.review, account.action(movement.position)
    if isinstance(pot, PlannedValuePot):
        return Rule.of("what becomes of money that was not earned", pot.unearned_to)
    if review is None or number is None:
        raise ValueError(f"{movement.line} triggered nothing")
    action = review.actions[number]
    if movement.to_account == AWAITING_DECISION and action.needs_decision:
        return Rule.of("whether the money waits for a decision", action.needs_decision)
    otherwise = action.destination_otherwise
    if otherwise and movement.to_account == otherwise.value:
        return Rule.of("where it goes unless all agree", otherwise)
    if action.destination is None:
        raise ValueError(f"{action.action.value} has no destination")
    return Rule.of("where it goes", action.destination)


def review_rule(account: Account) -> Section:
    """The rule of reviews, whether or not one is triggered; where unearned money goes."""
    review, pot, end = account.scheme.review, account.scheme.pot, ends_in(account.scheme).end
    sentences: list[str] = []
    rules: list[Rule] = []
    if review is None:
        sentences.append(f"This scheme has no reviews: a missed {end} triggers nothing.")
    else:
        sentences += _thresholds(review, end)
        sentences.append(_scope(review))
        sentences.append("Conditions of the plan, and missing data, trigger no review.")
        rules.append(Rule.of("what is held against the threshold", review.scope))
        for action in review.actions:
            sentences += _destination(action)
            rules += _action_rules(review, action)[1:]
        rules.append(MISSING_WAITS)
    if isinstance(pot, PlannedValuePot):
        to = pot.remainder_title if pot.unearned_to.value == pot.remainder.value else pot.unearned_to.value
        sentences.append(
            f"What is not earned when every payment point is due goes, within the area, to: {_words(to)}."
            " What is held back for missing data waits."
        )
        rules.append(Rule.of("where unearned money goes", pot.unearned_to))
    return Section("The rule of reviews", tuple(sentences), rules=tuple(dict.fromkeys(rules)))


def _thresholds(review: Review, end: str) -> list[str]:
    """Which achievement leads to which action."""
    words, low = [], None
    for action in review.actions:
        high = per_cent(action.trigger_below.value)
        span = f"below {high}" if low is None else f"of at least {low} and below {high}"
        words.append(
            sentence(f"a missed {end} with an achievement {span} leads to {with_article(_name(action))}")
        )
        low = high
    return words


def _scope(review: Review) -> str:
    if review.scope.value == "each":
        return "Each missed line is judged by its own achievement; there is one review per payment point."
    return (
        "All missed lines of a payment point are judged by the mean achievement, between 0 and 1 each, of its"
        " metrics whose data are there; there is one review per payment point."
    )


def _destination(action: ReviewAction) -> list[str]:
    """What becomes of money that is held back on a line with an action; nothing if the pot says so itself."""
    if action.destination is None:
        return []
    when = ", once the review is done" if action.needs_decision and action.needs_decision.value else ""
    otherwise = ""
    if action.destination_otherwise:
        parties = listed([spoken(name.removesuffix(AGREES)) for name in action.agreements])
        otherwise = f" if {parties} agree, and else {_words(action.destination_otherwise.value)}"
    becomes = f"{_words(action.destination.value)}{otherwise}"
    return [f"What becomes of money held back on a line with {with_article(_name(action))}{when}: {becomes}."]


def _action_rules(review: Review, action: ReviewAction) -> tuple[Rule, ...]:
    name = _name(action)
    cited: dict[str, Cited[Any] | None] = {
        "what is held against the threshold": review.scope,
        f"the threshold of a {name}": action.trigger_below,
        f"the {name}": action.action,
        f"what becomes of the money after a {name}": action.destination,
        f"what else becomes of the money after a {name}": action.destination_otherwise,
        f"whether the money waits for the {name}": action.needs_decision,
        f"who must agree to a {name}": action.agreed_by,
    }
    return tuple(Rule.of(says, rule) for says, rule in cited.items() if rule)


def _name(action: ReviewAction) -> str:
    return _words(action.action.value)


def _words(name: str) -> str:
    return spoken(name)
