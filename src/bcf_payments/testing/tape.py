"""Many small choices from one draw: a block of bytes, of which each chooses from a table.

A draw of Hypothesis costs tens of microseconds whatever its size, and a table of 20 rows needs more
than a hundred choices. A zero byte is the first option, the plainest one, so a failing example still
shrinks to plain rows; blocks are of one size and each area reads from its own place, so it also shrinks
to fewer areas.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice
from typing import TypeVar

from hypothesis import strategies as st

T = TypeVar("T")

BLOCK = 256
"""Bytes to a tape; a reader that needs more reads them again."""

PART = 47
"""Bytes from the place of one area to that of the next; odd, so that 256 areas start at different places."""

NO_GAP = 256
"""The threshold that no byte reaches."""


class Tape:
    """A block of bytes that is read as choices."""

    def __init__(self, block: bytes, start: int = 0) -> None:
        self._block = block
        self._bytes = islice(cycle(block), start % BLOCK, None)

    def part(self, index: int) -> Tape:
        """The same block, read from the place of the area with this index."""
        return Tape(self._block, PART * (index + 1))

    def pick(self, options: Sequence[T]) -> T:
        """One of at most 256 options; the first for a zero byte."""
        return options[next(self._bytes) % len(options)]

    def number(self) -> int:
        """A number below 65,536."""
        return next(self._bytes) * 256 + next(self._bytes)

    def reaches(self, threshold: int) -> bool:
        """Whether a byte is at least the threshold; never for a zero byte and a threshold above 0."""
        return next(self._bytes) >= threshold


TAPES = st.binary(min_size=BLOCK, max_size=BLOCK).map(Tape)
