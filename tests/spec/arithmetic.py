"""Sums as an explanation prints them, worked out again from their text."""

from __future__ import annotations

import ast
import operator
import re
from fractions import Fraction
from math import floor

from bcf_payments.exact.numbers import as_fraction
from bcf_payments.explanation.steps import Step

WAYS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
SUM = re.compile(r"[-\d,.£×÷+*/() ]*\d[-\d,.£×÷+*/() ]*")
AMOUNT = re.compile(r"£(?P<pounds>[\d,.]*\d)(?: and (?P<part>[\d,/]+) of a penny)?")


def value_of(text: str) -> Fraction | None:
    """What a printed sum comes to, exactly; None if it is no sum of plain numbers."""
    if not SUM.fullmatch(text):
        return None
    plain = NUMBER.sub(lambda found: f"'{found[0].replace(',', '')}'", text.replace("£", ""))
    return _evaluated(ast.parse(plain.replace("×", "*").replace("÷", "/").strip(), mode="eval").body)


def _evaluated(node: ast.expr) -> Fraction:
    if isinstance(node, ast.BinOp):
        return WAYS[type(node.op)](_evaluated(node.left), _evaluated(node.right))
    if isinstance(node, ast.UnaryOp):
        return -_evaluated(node.operand)
    return Fraction(ast.literal_eval(node))


def amount_in(text: str) -> Fraction:
    """The first amount of money in a text, in pence, with the part of a penny that may follow it."""
    found = AMOUNT.search(text)
    assert found, f"no amount in {text}"
    pounds, part = (found[name].replace(",", "") if found[name] else "0" for name in ("pounds", "part"))
    return Fraction(pounds) * 100 + Fraction(part)


def disagreements(step: Step) -> list[str] | None:
    """What in a step does not follow from its printed numbers; None if they are no sum."""
    numbers, equals, rest = step.numbers.partition(" = ")
    value = value_of(numbers)
    if value is None:
        return None
    if step.pence is None:
        shown = (rest if equals else step.result).split(" (")[0]
        if shown.startswith("about "):  # longer than a page bears, and says so
            return None
        told = value_of(shown)
        value = max(value, Fraction(0)) if "at least 0" in step.formula else value
        return [] if told == value else [f"{numbers} is {value}, not {step.result}"]
    pence, wrong = value * 100, []
    if equals:  # the pot: what it is worth, at most the share
        worth, _, cap = rest.rpartition(", at most ")
        exactly = amount_in(worth.partition("(exactly ")[2] or worth)
        wrong += [] if exactly == pence else [f"{numbers} is not {worth}"]
        pence = min(pence, amount_in(cap))
    _, noted, before = step.note.partition("Before rounding: ")
    if noted and amount_in(before) != pence:
        wrong.append(f"{numbers} is not {before}")
    if amount_in(step.result) not in _rounded(step, pence):
        wrong.append(f"{numbers} is not {step.result}")
    return wrong


def _rounded(step: Step, pence: Fraction) -> tuple[Fraction | int, ...]:
    """What the step may say that so many pence come to, by its own words."""
    if "one of the pence left over" in step.note:
        return (floor(pence) + 1,)
    if "rounded down" in step.note or "rounded down" in step.formula:
        return (floor(pence),)
    return (max(pence, Fraction(0)),) if "at least 0" in step.formula else (pence,)


def steps_of(settlement):
    """Every step of the explanations of all areas."""
    codes = settlement.areas["area_code"]
    sections = (section for code in codes for section in settlement.explain(code).sections)
    return [step for section in sections for step in section.steps]


def weighted(case, scheme, factor):
    """The same with every weight times a factor: the same shares, in longer numbers."""
    weights = {
        column: [str(as_fraction(weight) * as_fraction(factor)) for weight in case.areas[column]]
        for column in scheme.weight_columns
    }
    return case._replace(areas=case.areas.assign(**weights))
