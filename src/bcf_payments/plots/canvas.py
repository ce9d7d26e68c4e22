"""The sheet that a picture is drawn on: a new figure or the caller's axes, a title, notes at the foot."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bcf_payments.plots.style import GREY, SMALL, TITLE
from bcf_payments.words import printable

TITLE_CHARACTER = 0.64
NOTE_CHARACTER = 0.56
"""How wide a character of bold and of regular type is on average, in parts of the type's size."""

NOTES_BELOW = 46
"""Points between the caller's axes and the notes, for ticks and a label."""


@dataclass(frozen=True)
class Canvas:
    """Axes, and the figure if it was made for them."""

    ax: Axes
    figure: Figure | None

    @classmethod
    def on(cls, ax: Axes | None, width: float, height: float) -> Canvas:
        """The caller's axes; without any, a new figure of so many inches."""
        if ax is not None:
            return cls(ax, None)
        figure, made = plt.subplots(figsize=(width, height), layout="constrained")
        return cls(made, figure)

    @property
    def points(self) -> tuple[float, float]:
        """Width and height of the axes."""
        if self.figure and (engine := self.figure.get_layout_engine()):
            engine.execute(self.figure)
        box, dpi = self.ax.get_window_extent(), self.ax.figure.dpi
        return 72 * box.width / dpi, 72 * box.height / dpi

    def finish(self, title: str, notes: Iterable[str], above: float = 6) -> Axes:
        """Write the notes at the foot and the title so many points above, in lines that fit; the axes."""
        self._foot(list(notes))
        lines = textwrap.wrap(printable(title), int(self._title_width() / (TITLE * TITLE_CHARACTER)))
        self.ax.set_title("\n".join(lines), loc="left", pad=above)
        return self.ax

    def _title_width(self) -> float:
        """Points from the left of the axes to the right of them or, of a new figure, of the figure."""
        width, _ = self.points
        if self.figure is None:
            return width
        return 72 * self.figure.get_figwidth() * (1 - float(self.ax.get_position().x0))

    def _foot(self, notes: list[str]) -> None:
        width = 72 * self.figure.get_figwidth() if self.figure else self.points[0]
        letters = int(width / (SMALL * NOTE_CHARACTER))
        text = "\n".join(textwrap.fill(printable(note), letters) for note in notes)
        if self.figure:
            self.figure.supxlabel(text, x=0.01, ha="left", fontsize=SMALL, color=GREY)
        else:
            self.ax.annotate(
                text,
                (0, 0),
                (0, -NOTES_BELOW),
                xycoords="axes fraction",
                textcoords="offset points",
                va="top",
                fontsize=SMALL,
                color=GREY,
                annotation_clip=False,
            )
