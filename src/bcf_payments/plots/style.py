"""Colours that everybody can tell apart, and type that can be read: the same in every picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
import matplotlib.pyplot as plt

from bcf_payments.given import guarded

P = ParamSpec("P")
R = TypeVar("R")

# The palette of Okabe and Ito, which people with any common colour blindness can tell apart.
BLUE = "#0072B2"
SKY = "#56B4E9"
GREEN = "#009E73"
ORANGE = "#E69F00"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"

INK = "#222222"
GREY = "#666666"
PALE = "#C4C4C4"
GRID = "#E4E4E4"

SMALL = 7.0
"""Points of the notices at the foot."""

LABEL = 8.5
"""Points of everything that names a mark."""

TITLE = 11.0
"""Points of the title."""

SETTINGS: Any = {
    "font.size": 9.0,
    "axes.titlesize": TITLE,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9.0,
    "axes.labelcolor": INK,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": False,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": LABEL,
    "ytick.labelsize": LABEL,
    "legend.frameon": False,
    "legend.fontsize": LABEL,
    "text.color": INK,
}


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Draw with the settings of this package, and leave those of matplotlib as they were."""
    checked = guarded(draw)

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> R:
        # Loads the backend, lest what a notebook's sets be put back as well.
        plt.draw_if_interactive()  # type: ignore[no-untyped-call]
        with mpl.rc_context(SETTINGS):
            return checked(*args, **kwargs)

    return drawn
