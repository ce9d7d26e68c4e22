"""An explanation as HTML: sections under headings, steps with their result and rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from bcf_payments.core.provenance import Provenance
from bcf_payments.explanation.sentences import how_to_read
from bcf_payments.explanation.steps import ExplainedArea, Rule, Section, Step
from bcf_payments.explanation.text import rules_by_basis
from bcf_payments.given import guarded
from bcf_payments.html.document import document
from bcf_payments.html.elements import Html, anchor, html, joined, paragraphs, section, table, tag
from bcf_payments.schemes.cited import OWN, USER
from bcf_payments.schemes.facts import Fact, OwnFact, facts_with
from bcf_payments.words import Column, pounds

HOW_TO_READ = how_to_read()

UNKNOWN = {USER: "Changed for this settlement.", OWN: "Assumed by the author of the scheme."}


def sections_html(explanation: ExplainedArea, level: int) -> Html:
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


def sources(explanation: ExplainedArea) -> Iterable[str]:
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


def fact_links(sources: Iterable[str]) -> Html:
    """Ids of facts, each of which leads to its text."""
    return joined((tag("a", source, href=f"#{anchor('fact', source)}") for source in sources), ", ")


def facts_cited(sources: Iterable[str], own: Mapping[str, OwnFact]) -> Html:
    """The texts of facts, each once: those that are known by letter and number, then others."""
    known = facts_with(own)
    cited = sorted(set(sources), key=lambda source: (source not in known, source[:1], len(source), source))
    entries = (
        joined([tag("dt", source, id=anchor("fact", source)), tag("dd", _text(source, known.get(source)))])
        for source in cited
    )
    return section(
        "facts",
        "The facts behind the rules",
        paragraphs("Every rule rests on facts, which it cites by these ids."),
        tag("dl", *entries, class_="facts"),
    )


def _text(source: str, fact: Fact | None) -> Html:
    if fact is None:
        return html(UNKNOWN.get((source,), "Cited by the author of the scheme."))
    documents = f" {'; '.join(fact.documents)}." if fact.documents else ""
    return joined([f"{fact.says}. ", tag("em", f"{fact.basis.capitalize()}."), documents])


def made_from(provenance: Provenance, label: str) -> Html:
    """The audit pack of a settlement in short."""
    options, versions = provenance["options"], provenance["versions"]
    digests, rows = provenance["sha256"], provenance["rows"]
    ties = provenance.reconciliation
    difference = pounds(int(ties["difference_pence"].abs().sum()))
    tied = f"{len(ties):,} amounts beside the sum of their parts: difference {difference}"
    paid = {
        "Missing data": "refused" if options["on_missing"] == "raise" else "earn nothing and wait",
        "Reviews resolved": "yes" if options["resolved"] else "no",
        "Reconciliation": tied,
    }
    about = {
        "Scheme": label,
        "Due": f"through {options['through']}" if options["through"] else "every payment point",
        **(paid if ties["amount_pence"].any() else {}),
        "Software": ", ".join(f"{name} {version}" for name, version in versions.items()),
    }
    return section(
        "made",
        "How this page was made",
        tag(
            "dl",
            *(joined([tag("dt", name), tag("dd", text)]) for name, text in about.items()),
            class_="about",
        ),
        table(
            "What went in",
            Column("Input", [name.capitalize() for name in digests], kind="text"),
            Column("Rows", [f"{rows[name]:,}" if name in rows else "" for name in digests]),
            Column("SHA-256", [tag("code", digest) for digest in digests.values()], kind="text"),
        ),
    )


@guarded
def explanation_html(explanation: ExplainedArea, *, provenance: Provenance | None = None) -> str:
    """One area's explanation as an HTML page: see `Explanation.to_html`."""
    facts = facts_cited(sources(explanation), explanation.facts)
    read = [section_html(HOW_TO_READ, 2)] if HOW_TO_READ in explanation.sections else []
    parts = [sections_html(explanation, 2), *read, facts]
    if provenance is not None:
        parts.append(made_from(provenance, explanation.scheme))
    return document(explanation.heading, explanation.scheme_title, explanation.notices, parts)
