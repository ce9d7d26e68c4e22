"""What is found in a settlement, on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bcf_payments.cli.layout import paragraph, plain, section, table, table_with_text
from bcf_payments.explanation.findings import Finding, Note, Notes, Part, Points, Table
from bcf_payments.words import Column, spoken

LONGEST_AREA = 28

NAMES_SHOWN = 10

MESSAGES_SHOWN = 3

LONGEST_MESSAGE = 300

WRAPPED = ("areas", "rules", "sentence")
"""Kinds of running text, which a last column has room for."""


def finding_text(found: Finding, names: Mapping[str, str]) -> str:
    """Lay out a finding, with the names of the areas by their codes; nothing if it says nothing."""
    shown: list[str] = []
    tables = 0
    for part in found.parts:
        if isinstance(part, Table | Points):
            shown += [""] if shown else []
            shown += [part.caption] if tables and isinstance(part, Table) else []
            tables += 1
        shown += [_part(part, names)] if part else []
    return section(found.title, "\n".join(shown))


def _part(part: Part, names: Mapping[str, str]) -> str:
    if isinstance(part, str):
        return paragraph(part)
    if isinstance(part, Notes):
        return _notes(part, names)
    if isinstance(part, Points):
        return table(*_woven(part))
    tell: dict[str, Callable[[Any], str]] = {
        "area": lambda code: plain(names.get(code, code), LONGEST_AREA),
        "areas": lambda codes: codes if isinstance(codes, str) else _listed([names[code] for code in codes]),
        "code": plain,
        "region": plain,
        "way": spoken,
        "alternative": plain,
        "sentence": lambda text: plain(text, LONGEST_MESSAGE),
    }
    key, *columns = (lowered(column.named(tell)) for column in (part.key, *part.columns))
    if part.columns[-1].kind in WRAPPED:
        return table_with_text([key, *columns[:-1]], columns[-1].heading, columns[-1].texts)
    return table(key, *columns)


def lowered(column: Column) -> Column:
    """A column as the screen has it: its heading without a capital, a dash where nothing is held back."""
    cells = [cell or "-" for cell in column.cells] if column.kind == "held" else column.cells
    return column._replace(heading=f"{column.heading[:1].lower()}{column.heading[1:]}", cells=cells)


def _woven(part: Points) -> list[Column]:
    """Each payment point, and indented below it its lines if it has several."""
    waves, lines, figures = zip(*part.woven(), strict=True)
    labels = [f"  {line}" if line else wave for wave, line in zip(waves, lines, strict=True)]
    cells = zip(*figures, strict=True)
    columns = [
        lowered(column._replace(cells=own))
        for column, own in zip(part.points.columns[1:], cells, strict=True)
    ]
    return [Column("", labels, "text"), *columns]


def _listed(names: Sequence[str]) -> str:
    named = ", ".join(plain(name) for name in names[:NAMES_SHOWN])
    more = len(names) - NAMES_SHOWN
    return f"{named} and {more:,} more" if more > 0 else named


def _notes(part: Notes, names: Mapping[str, str]) -> str:
    """How many there are of a kind, and the first few."""
    shown = part.notes[:MESSAGES_SHOWN]
    lines = [f"{part.kind}: {part.count():,}"]
    lines += [paragraph(plain(_told(note, names), LONGEST_MESSAGE), "  ") for note in shown]
    if more := part.count(len(shown)):
        lines.append(f"  ... and {more:,} more")
    return "\n".join(lines)


def _told(note: Note, names: Mapping[str, str]) -> str:
    before, codes, after = note.lead
    alone = [f"{names[code]} ({code})" for code in codes if code in names]
    named = [names.get(code, code) for code in codes] if before else alone or codes
    return f"{before}{', '.join(named)}{after}{note.text}"
