"""What is found in a settlement: titled sentences and tables, told once for every face."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from bcf_payments.words import Column


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


class Notes(NamedTuple):
    """Messages of one kind, each after the code of the area that it is about, if it is about one."""

    kind: str
    messages: Sequence[tuple[str, str]]


Part: TypeAlias = str | Table | Points | Notes


class Finding(NamedTuple):
    """A titled part of what a settlement comes to; `legend` names the parts of its bars."""

    name: str
    title: str
    parts: Sequence[Part]
    legend: Mapping[str, str] = {}
