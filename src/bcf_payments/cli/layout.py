"""Plain text within the page: aligned tables, facts with hanging indents, paragraphs."""

from __future__ import annotations

import io
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from shutil import get_terminal_size
from typing import TextIO

from bcf_payments.words import Column, printable

WIDTH, NARROWEST_PAGE, WIDEST_PAGE = 100, 80, 120
"""Columns of the page where no terminal shows it, and the fewest and the most where one does."""

GAP = "  "
NARROWEST = 20
"""What a column of running text gets at least."""

LONGEST_NAME = 40


def width() -> int:
    """How many columns the page has: those of the terminal, within reason."""
    if not sys.stdout.isatty():
        return WIDTH
    return min(max(get_terminal_size((WIDTH, 0)).columns, NARROWEST_PAGE), WIDEST_PAGE)


def plain(text: object, longest: int = LONGEST_NAME) -> str:
    """Text from outside on one line: without control characters, and cut short where it is very long."""
    shown = printable(str(text)).replace("\n", "?")
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def show(text: object, stream: TextIO | None = None) -> None:
    """Print what people read: the one door to the screen and to standard error, which nothing else passes."""
    print(printable(str(text)), file=stream)


def show_exactly(text: str) -> None:
    """Print what programs read, in UTF-8 whatever the terminal's own characters are."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="strict")
    print(text, end="")


def table(key: Column, *columns: Column) -> str:
    """Lay out a table; where it is too wide, columns go below, beside the key once more."""
    chosen = list(columns)
    while _too_wide(key, chosen) and any(column.spare for column in chosen):
        chosen.remove(next(column for column in reversed(chosen) if column.spare))
    blocks: list[list[Column]] = [[]]
    for column in chosen:
        if blocks[-1] and _too_wide(key, [*blocks[-1], column]):
            blocks.append([])
        blocks[-1].append(column)
    return "\n\n".join(_block([key, *block]) for block in blocks)


def _too_wide(key: Column, columns: Sequence[Column]) -> bool:
    return sum(_width(column) + len(GAP) for column in columns) + _width(key) > width()


def _width(column: Column) -> int:
    return max(map(len, (column.heading, *column.texts)))


def lined(column: Column) -> list[str]:
    """The heading, a rule and the cells, all of one width."""
    wide = _width(column)
    lines = [column.heading, "-" * wide, *column.texts]
    return [line.rjust(wide) if column.is_number else line.ljust(wide) for line in lines]


def _block(columns: Sequence[Column]) -> str:
    rows = zip(*map(lined, columns), strict=True)
    return "\n".join(GAP.join(row).rstrip() for row in rows)


def table_with_text(columns: Sequence[Column], heading: str, texts: Sequence[str]) -> str:
    """Lay out a table whose last column is running text, wrapped within the page."""
    beside = [lined(column) for column in columns]
    indent = sum(_width(column) + len(GAP) for column in columns)
    room = max(NARROWEST, width() - indent)
    wrapped = [textwrap.wrap(text, room) or [""] for text in texts]
    rule = "-" * max(len(heading), *(len(line) for lines in wrapped for line in lines))
    rows = []
    for *cells, lines in zip(*beside, [[heading], [rule], *wrapped], strict=True):
        rows.append(GAP.join([*cells, lines[0]]).rstrip())
        rows += [" " * indent + line for line in lines[1:]]
    return "\n".join(rows)


def screen(title: str, notices: Iterable[str], *parts: str) -> str:
    """A whole screen: its title, the notices below it, and the parts that say something."""
    return "\n\n".join(filter(None, (section(title, *map(paragraph, notices)), *parts)))


def files_written(written: Iterable[Path]) -> str:
    """Name the files that were written, if there are any."""
    return section("Files written", "\n".join(map(str, written)))


def facts(pairs: Iterable[tuple[str, str]]) -> str:
    """Lay out labelled sentences, a paragraph each."""
    labelled = list(pairs)
    hanging = max(len(label) for label, _ in labelled)
    return "\n".join(
        textwrap.fill(
            text,
            width(),
            initial_indent=label.ljust(hanging) + GAP,
            subsequent_indent=" " * (hanging + len(GAP)),
            break_on_hyphens=False,
        )
        for label, text in labelled
    )


def paragraph(text: str, indent: str = "") -> str:
    """Wrap a text within the page."""
    return textwrap.fill(
        text, width(), initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def section(title: str, *parts: str) -> str:
    """Put an underlined title above its parts; nothing at all if it has parts and none says anything."""
    shown = [part for part in parts if part]
    return "\n".join([title, "=" * len(title), *shown]) if shown or not parts else ""
