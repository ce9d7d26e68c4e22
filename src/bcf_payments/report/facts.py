"""The facts that a page cites: links to them, and the list that they lead to."""

from __future__ import annotations

from collections.abc import Iterable

from bcf_payments.report.html import Html, anchor, html, joined, paragraphs, section, tag
from bcf_payments.schemes.facts import facts
from bcf_payments.schemes.model import USER


def fact_links(sources: Iterable[str]) -> Html:
    """Ids of facts, each of which leads to its text."""
    return joined((tag("a", source, href=f"#{anchor('fact', source)}") for source in sources), ", ")


def facts_cited(sources: Iterable[str]) -> Html:
    """The texts of facts, each once: those of the package by letter and number, then others."""
    entries = (_entry(source) for source in sorted(set(sources), key=_place))
    return section(
        "facts",
        "The facts behind the rules",
        paragraphs("Every rule rests on facts, which it cites by these ids."),
        tag("dl", *entries, class_="facts"),
    )


def _place(source: str) -> tuple[bool, str, int, str]:
    return source not in facts(), source[:1], len(source), source


def _entry(source: str) -> Html:
    return joined([tag("dt", source, id=anchor("fact", source)), tag("dd", _text(source))])


def _text(source: str) -> Html:
    fact = facts().get(source)
    if fact is None:
        return html(
            "Changed for this settlement." if source in USER else "Cited by the author of the scheme."
        )
    documents = f" {'; '.join(fact.documents)}." if fact.documents else ""
    return joined([f"{fact.says}. ", tag("em", f"{fact.basis.capitalize()}."), documents])
