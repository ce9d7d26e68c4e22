"""Findings in Markdown: titles, sentences, tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bcf_payments.explanation.figures import Figures
from bcf_payments.explanation.findings import Finding, Notes, Points, Table
from bcf_payments.explanation.text import escaped
from bcf_payments.words import day, spoken, titled


def finding_markdown(figures: Figures, found: Finding, names: Mapping[str, str]) -> str:
    """A finding below its title, with the names of areas by their codes; nothing if it says nothing."""
    parts = [content for part in found.parts if part for content in _part(figures, part, names)]
    return "\n\n".join([f"## {escaped(found.title)}", *parts]) if parts else ""


def _part(figures: Figures, part: str | Table | Points | Notes, names: Mapping[str, str]) -> Iterator[str]:
    if isinstance(part, str):
        yield escaped(part)
    elif isinstance(part, Notes):
        yield "\n".join(f"- {escaped(note.text)}" for note in part.notes)
    else:
        for own in part.tables if isinstance(part, Points) else (part,):
            yield _table(figures, own, names)


def _table(figures: Figures, part: Table, names: Mapping[str, str]) -> str:
    tell: dict[str, Callable[[Any], str]] = {
        "wave": lambda wave: figures.wave_titles.get(wave, wave),
        "line": lambda line: figures.line_titles.get(line, line),
        "area": lambda code: names.get(code, code),
        "areas": lambda codes: codes if isinstance(codes, str) else ", ".join(names[one] for one in codes),
        "way": titled,
        "rules": spoken,
        "day": day,
    }
    columns = [column.named(tell) for column in (part.key, *part.columns)]
    rule = ["---:" if column.is_number else "---" for column in columns]
    rows = zip(*(column.texts for column in columns), strict=True)
    lines = [
        [escaped(column.heading) for column in columns],
        rule,
        *([escaped(cell) for cell in row] for row in rows),
    ]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"{escaped(part.caption)}:\n\n{table}"
