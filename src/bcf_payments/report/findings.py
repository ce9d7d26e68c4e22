"""What is found in a settlement, on the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import Any

from bcf_payments.explanation.figures import MONEY_PARTS, Figures
from bcf_payments.explanation.findings import Finding, Note, Notes, Part, Points, Table
from bcf_payments.explanation.page import fact_links
from bcf_payments.html.bars import bar, legend
from bcf_payments.html.elements import Html, anchor, bullets, joined, paragraphs, section, table, tag
from bcf_payments.words import Column, day, several, spoken, titled

MESSAGES_SHOWN = 20


def finding_html(figures: Figures, found: Finding) -> Html:
    """A finding as a section of the page; nothing if it says nothing."""
    key = legend(found.legend) if found.legend else ""
    parts = [content for part in found.parts for content in _part(figures, part)]
    return section(found.name, found.title, key, *parts) if parts else Html()


def chapter_html(figures: Figures, name: str, title: str, found: Iterable[Finding]) -> Html:
    """Findings that belong together, as one section of the page."""
    parts = (
        [tag("h3", one.title), *(own for part in one.parts for own in _part(figures, part))] for one in found
    )
    return section(name, title, *chain.from_iterable(parts))


def parts_html(figures: Figures, found: Finding) -> Html:
    """What a finding says, without its title."""
    return joined(content for part in found.parts for content in _part(figures, part))


def area_link(figures: Figures, code: str) -> Html:
    """An area's name, which leads to its explanation."""
    return tag("a", figures.names[code], href=f"#{anchor('area', code)}")


def money_bar(parts: Mapping[Any, Any], label: str = "") -> Html:
    """A bar of what an entitlement became."""
    return bar({name: max(int(parts[name]), 0) for name in MONEY_PARTS}, label)


def _part(figures: Figures, part: Part) -> list[Html]:
    if isinstance(part, str):
        return [paragraphs(part)] if part else []
    if isinstance(part, Notes):
        return _notes(figures, part)
    return [_table(figures, own) for own in (part.tables if isinstance(part, Points) else (part,))]


def _table(figures: Figures, part: Table) -> Html:
    key, *columns = (column.named(_names(figures)) for column in (part.key, *part.columns))
    bars = [bar({name: max(int(size), 0) for name, size in row.items()}) for row in part.bars]
    columns += [Column("As a bar", bars, "text")] if bars else []
    return table(part.caption, key, *columns, total=part.total)


def _names(figures: Figures) -> dict[str, Callable[[Any], str]]:
    """How the page tells each kind of name: by title, and areas as links to their explanations."""
    return {
        "wave": lambda wave: figures.wave_titles.get(wave, wave),
        "line": lambda line: figures.line_titles.get(line, line),
        "area": lambda code: area_link(figures, code) if code in figures.names else code,
        "areas": lambda codes: codes if isinstance(codes, str) else _links(figures, codes),
        "way": titled,
        "alternative": titled,
        "rules": spoken,
        "facts": lambda sources: fact_links(sources.split(", ")),
        "day": lambda date: tag("span", day(date), class_="sum"),
    }


def _links(figures: Figures, codes: Iterable[str]) -> Html:
    return joined((area_link(figures, code) for code in codes), ", ")


def _notes(figures: Figures, part: Notes) -> list[Html]:
    shown = [_told(figures, note) for note in part.notes[:MESSAGES_SHOWN]]
    head = tag("h3", f"{titled(part.kind)}: {several(part.count(), 'warning')}")
    more = part.count(len(shown))
    said = [paragraphs(f"{more:,} more stand with the areas that they are about.")] if more else []
    return [head, bullets(shown), *said]


def _told(figures: Figures, note: Note) -> Html:
    before, codes, after = note.lead
    return joined([before, _links(figures, codes), after, note.text])
