"""An explanation on the page: plain text, and Markdown."""

from __future__ import annotations

import re

from bcf_payments.explanation.steps import ExplainedArea, Rule, Section, Step
from bcf_payments.schemes.parts import Basis
from bcf_payments.words import printable

WIDTH = 100
INDENT = "  "
_LABEL = 9

_BASIS: dict[Basis, str] = {"assumed": "Assumptions", "derived": "Derived", "stated": "Stated"}
"""What rules of a basis are called, from the weakest."""

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|$~])")


def as_text(explanation: ExplainedArea) -> str:
    """An explanation as plain text, at most 100 columns wide."""
    parts = [_underlined(explanation.heading, "=")]
    parts.append("\n".join(_wrapped(text) for text in (explanation.scheme_title, *explanation.notices)))
    parts += [_section_as_text(section) for section in explanation.sections]
    return printable("\n\n".join(parts))


def _section_as_text(section: Section) -> str:
    title = _underlined(section.title, "=" if section.level == 1 else "-")
    said = [_wrapped(sentence) for sentence in section.sentences]
    said += [_wrapped(rules_in_words(section.rules))] if section.rules else []
    return "\n\n".join(["\n".join([title, *said]), *map(_step_as_text, section.steps)])


def _step_as_text(step: Step) -> str:
    lines = [_filled(step.title, INDENT, INDENT)]
    lines += [_labelled(label, text) for label, text in _details(step)]
    return "\n".join(lines)


def _details(step: Step) -> list[tuple[str, str]]:
    """The labelled parts of a step below its title; a part that says nothing is left out."""
    rules = rules_in_words(step.rules)
    parts = [("formula", step.formula), ("numbers", step.numbers), ("result", step.result)]
    return [(label, text) for label, text in (*parts, ("note", step.note), ("rules", rules)) if text]


def _labelled(label: str, text: str) -> str:
    first = f"{INDENT * 2}{label}".ljust(_LABEL + 2 * len(INDENT))
    return _filled(text, first, " " * len(first))


def rules_in_words(rules: tuple[Rule, ...]) -> str:
    """Rules with their ids by basis, the weakest first; nothing for no rules."""
    said = {
        name: [f"{rule.says} ({', '.join(rule.source)})" for rule in group]
        for name, group in rules_by_basis(rules)
    }
    return " ".join(f"{name}: {'; '.join(group)}." for name, group in said.items())


def rules_by_basis(rules: tuple[Rule, ...]) -> list[tuple[str, list[Rule]]]:
    """Rules, each once, under what their basis is called, the weakest first."""
    once = dict.fromkeys(rules)
    groups = [(name, [rule for rule in once if rule.basis == basis]) for basis, name in _BASIS.items()]
    return [(name, said) for name, said in groups if said]


def _underlined(title: str, rule: str) -> str:
    lines = _wrapped(title)
    return f"{lines}\n{rule * max(map(len, lines.splitlines()))}"


def _wrapped(text: str) -> str:
    return _filled(text, "", "")


def _filled(text: str, first: str, rest: str) -> str:
    """A text in lines of at most `WIDTH`; a word that is longer is broken."""
    if len(first) + len(text) <= WIDTH and "\n" not in text:
        return first + text
    lines, room = [first], WIDTH - len(rest)
    for word in text.split():
        pieces = [word[start : start + room] for start in range(0, len(word), room)]
        for piece in pieces:
            gap = "" if lines[-1] in {first, rest} else " "
            if gap and len(lines[-1]) + len(gap) + len(piece) > WIDTH:
                lines.append(rest + piece)
            else:
                lines[-1] += gap + piece
    return "\n".join(lines)


def as_markdown(explanation: ExplainedArea) -> str:
    """An explanation in Markdown."""
    parts = [f"# {escaped(explanation.heading)}", escaped(explanation.scheme_title)]
    parts += [f"*{escaped(notice)}*" for notice in explanation.notices]
    parts += [_section_as_markdown(section) for section in explanation.sections]
    return printable("\n\n".join(parts))


def _section_as_markdown(section: Section) -> str:
    parts = [f"{'#' * (section.level + 1)} {escaped(section.title)}"]
    parts += [escaped(sentence) for sentence in section.sentences]
    parts += [escaped(rules_in_words(section.rules))] if section.rules else []
    return "\n\n".join([*parts, *map(_step_as_markdown, section.steps)])


def _step_as_markdown(step: Step) -> str:
    lines = [f"**{escaped(step.title)}**", ""]
    lines += [f"- {label}: {escaped(text)}" for label, text in _details(step)]
    return "\n".join(lines)


def escaped(text: str) -> str:
    """Text in which nothing means anything to Markdown."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))
