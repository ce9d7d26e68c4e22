"""Gateways in words: which stand open, and what they leave of what a line earns."""

from __future__ import annotations

from fractions import Fraction

from bcf_payments.core.case import BLANK
from bcf_payments.explanation.account import Account
from bcf_payments.explanation.steps import Rule, Step
from bcf_payments.schemes import Slot
from bcf_payments.words import bracketed, fraction


def gateways_in_words(account: Account, slot: Slot) -> list[str]:
    """What is known of the condition of each gateway of a payment point that has come."""
    words = {
        1: "is met, so nothing is cut here",
        0: "is not met, so what is earned here is multiplied by {}",
        BLANK: "is left blank, so the line counts as missing",
    }
    gateways = account.scheme.gateways_of(slot.wave) if account.is_due(slot) else ()
    return [
        f"The condition of the gateway {gateway.name!r}"
        f" ({account.scheme.conditions[gateway.condition.value].value})"
        f" {words[account.answer(slot.wave, gateway.condition.value)].format(fraction(gateway.keeps.value))}."
        for gateway in gateways
    ]


def gateways_step(account: Account, line: int, slot: Slot) -> list[Step]:
    """What the gateways of a line leave, of which there may be none."""
    gateways = account.scheme.gateways_of(slot.wave)
    if not gateways or account.is_shut(line):
        return []
    left = [
        Fraction(1) if account.answer(slot.wave, gate.condition.value) == 1 else gate.keeps.value
        for gate in gateways
    ]
    rules = {rule: f"the gateway {gate.name!r}" for gate in gateways for rule in gate.rules}
    return [
        Step(
            "What the gateways leave",
            "1 for each gateway whose condition is met, else what it keeps, all multiplied",
            " × ".join(bracketed(fraction(part)) for part in left),
            fraction(account.kept(line)),
            tuple(Rule.of(says, rule) for rule, says in rules.items()),
            wave=slot.wave,
            line=slot.name,
        )
    ]
