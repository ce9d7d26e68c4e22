"""The pictures of the page on pictures, drawn by the code that stands there."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl

from tests import pages

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DOCS = Path(__file__).parents[1]


def draw(_app: Sphinx) -> None:
    """Run the page in the folder from which it shows its pictures."""
    mpl.use("agg")
    import matplotlib.pyplot as plt

    place = DOCS / "pictures"
    place.mkdir(exist_ok=True)
    with contextlib.chdir(place):
        pages.run(DOCS / "pictures.md")
    plt.close("all")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("builder-inited", draw)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
