"""An explanation as HTML: sections under headings, steps with their result and rules."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from bcf_payments.explanation.model import Explanation, Rule, Section, Step
from bcf_payments.explanation.render import rules_by_basis
from bcf_payments.explanation.steps import how_to_read
from bcf_payments.report.facts import fact_links
from bcf_payments.report.html import Html, joined, paragraphs, tag

HOW_TO_READ = how_to_read()


def sections_html(explanation: Explanation, level: int) -> Html:
    """The sections of an explanation, their headings from a level on; how to read it is said once a page."""
    return joined(section_html(part, level) for part in explanation.sections if part != HOW_TO_READ)


def section_html(part: Section, level: int) -> Html:
    """A section: what it says, its rules, its steps."""
    return joined(
        [
            tag(f"h{level + part.level - 1}", part.title),
            paragraphs(*part.sentences),
            tag("p", _rules(part.rules), class_="u") if part.rules else "",
            tag("dl", *map(_step, part.steps), class_="steps") if part.steps else "",
        ]
    )


def sources(explanation: Explanation) -> Iterable[str]:
    """The ids of every fact that an explanation cites."""
    for part in explanation.sections:
        for rules in (part.rules, *(step.rules for step in part.steps)):
            for rule in rules:
                yield from rule.source


def _step(step: Step) -> Html:
    """A step; its classes are the parts' first letters, for an area has some fifty steps."""
    parts = {"f": step.formula, "n": step.numbers, "r": step.result, "o": step.note, "u": _rules(step.rules)}
    said = (tag("dd", text, class_=kind) for kind, text in parts.items() if text)
    return tag("div", tag("dt", step.title), *said)


@lru_cache(maxsize=4096)
def _rules(rules: tuple[Rule, ...]) -> Html:
    return joined((_basis(name, said) for name, said in rules_by_basis(rules)), " ")


def _basis(name: str, rules: list[Rule]) -> Html:
    said = (joined([f"{rule.says} (", fact_links(rule.source), ")"]) for rule in rules)
    return joined([tag("b", f"{name}:"), " ", joined(said, "; "), "."])
