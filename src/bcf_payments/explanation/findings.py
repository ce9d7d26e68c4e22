"""What is found in a settlement: titled sentences and tables, told once for every face."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import pandas as pd

from bcf_payments.names import STATUS_NAMES
from bcf_payments.words import Column, listed, several, spoken

AREAS_NAMED = 3
"""How many areas are named of those that a message is about."""


class Table(NamedTuple):
    """A table: its first column names the rows.

    `total` says that the last row adds up the others. `bars` are the parts of each row, for faces that draw.
    """

    caption: str
    key: Column
    columns: Sequence[Column]
    total: bool = False
    bars: Sequence[Mapping[Any, int]] = ()


class Points(NamedTuple):
    """The same figures by payment point and by line.

    The first column beside the key is no figure: what there is to say of the point, and the line's point. The
    lines have a total where the points add up all of them.
    """

    points: Table
    lines: Table

    @property
    def tables(self) -> tuple[Table, ...]:
        """Both tables; where each payment point is one line, the first, with that line named."""
        within = self.lines.columns[0].cells
        if len(set(within)) < len(within) or not self.lines.total:
            return self.points, self.lines
        lines = dict(zip(within, self.lines.key.cells, strict=True))
        named = self.lines.key._replace(cells=[lines.get(wave) for wave in self.points.key.cells])
        about, *figures = self.points.columns
        return (self.points._replace(columns=(about, named, *figures)),)

    def woven(self) -> Iterator[tuple[str, str, Sequence[object]]]:
        """Each payment point, and below it its lines if they say more: point, line, figures."""
        points, lines = (zip(*(column.cells for column in table.columns), strict=True) for table in self)
        below = list(zip(self.lines.key.cells, lines, strict=True))
        for wave, (_, *figures) in zip(self.points.key.cells, points, strict=True):
            yield wave, "", figures
            own = [(line, cells) for line, (of, *cells) in below if of == wave]
            if len(own) > 1 or not self.lines.total:
                yield from ((wave, line, cells) for line, cells in own)


def told_results(statuses: Iterable[str]) -> str:
    """How many readings of metrics are met, partly met, not met, or have no data; nothing for none."""
    counts = Counter(map(str, statuses))
    told = (f"{counts[status]:,} {spoken(status)}" for status in STATUS_NAMES if counts[status])
    return f"{listed([*told])} of {several(counts.total(), 'reading')}" if counts else ""


class Note(NamedTuple):
    """A message, and the codes of the areas that it is about."""

    areas: tuple[str, ...]
    text: str

    @property
    def lead(self) -> tuple[str, tuple[str, ...], str]:
        """What stands before the text: words, the first areas, for each face to name, and words."""
        many, more = len(self.areas), len(self.areas) - AREAS_NAMED
        if not self.areas[1:]:
            return "", self.areas, ": " * many
        return (
            f"{several(many, 'area')} (",
            self.areas[:AREAS_NAMED],
            f" and {more:,} more): " if more > 0 else "): ",
        )


class Notes(NamedTuple):
    """Messages of one kind."""

    kind: str
    notes: Sequence[Note]

    def count(self, first: int = 0) -> int:
        """How many warnings they stand for, from the first note that is not told already."""
        return sum(max(len(note.areas), 1) for note in self.notes[first:])


def folded(warnings: pd.DataFrame, tell: Callable[[pd.Series[str]], Any]) -> pd.DataFrame:
    """Equal warnings as one, with all that is told of their areas in one cell."""
    same = [name for name in warnings if not str(name).startswith("area_")]
    areas = [name for name in warnings if name not in same]
    return warnings.groupby(same, sort=False)[areas].agg(tell).reset_index()[list(warnings)]


Part: TypeAlias = str | Table | Points | Notes


class Finding(NamedTuple):
    """A titled part of what a settlement comes to; `legend` names the parts of its bars."""

    name: str
    title: str
    parts: Sequence[Part]
    legend: Mapping[str, str] = {}

    def with_areas(self, names: Mapping[str, str]) -> Finding:
        """The same with the names of areas in place of their codes, for faces that have no place of each."""
        tell: dict[str, Callable[[Any], str]] = {
            "area": lambda code: names.get(code, code),
            "areas": lambda codes: (
                codes if isinstance(codes, str) else ", ".join(map(names.__getitem__, codes))
            ),
        }

        def named(part: Part) -> Part:
            if not isinstance(part, Table):
                return part
            columns = [column.named(tell) for column in part.columns]
            return part._replace(key=part.key.named(tell), columns=columns)

        return self._replace(parts=[named(part) for part in self.parts])


def warnings(found: pd.DataFrame) -> Finding:
    """What to look at, by reason."""
    notes = [
        Notes(str(reason), list(map(Note, rows["area_code"], rows["message"])))
        for reason, rows in folded(found, lambda codes: tuple(filter(None, codes))).groupby(
            "reason", sort=False
        )
    ]
    return Finding("look", "Warnings", notes)
