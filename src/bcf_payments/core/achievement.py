"""How much of the planned improvement was achieved, in integers; a line's status follows from it.

Improvements are signed so that more is better, whichever way the metric runs, and stand over a common
denominator, so that the achievement is `actual / planned`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bcf_payments.exact.numbers import FLOAT_LIMIT, BoolArray, FloatArray, IntArray, peak, ratio, widen
from bcf_payments.names import Status

StatusArray = npt.NDArray[np.int8]


class Terms(NamedTuple):
    """What decides a metric line before any outcome is known.

    The achievement between 0 and 1 is `achieved(actual) / whole`. For a plan that improves, `whole` is the
    planned improvement; for an unambitious one (G3) it is 1, and all or nothing is achieved.
    """

    planned: IntArray
    whole: IntArray
    unambitious: BoolArray

    @classmethod
    def of(cls, planned: IntArray) -> Terms:
        """The terms of planned improvements of any sign."""
        unambitious = np.asarray(planned <= 0, dtype=bool)
        return cls(planned, np.where(unambitious, 1, planned), unambitious)

    def at(self, index: Any) -> Terms:
        """The terms of some lines and areas, by a NumPy index."""
        return Terms(*(part[index] for part in self))

    def fast(self) -> Terms:
        """The same numbers as floats, if they are exact in floats."""
        if max(peak(self.planned), peak(self.whole)) >= FLOAT_LIMIT:
            return self
        planned, whole = self.planned.astype(np.float64), self.whole.astype(np.float64)
        return Terms(planned, whole, self.unambitious)

    def achieved(self, actual: IntArray) -> IntArray:
        """The achieved part of `whole`, between 0 and `whole` (G6); `actual` may have leading axes."""
        achieved = np.asarray(np.clip(actual, 0, self.whole))
        if self.unambitious.any():
            at = self.unambitious
            achieved[..., at] = actual[..., at] >= self.planned[at]
        return achieved

    def achievement(self, actual: IntArray) -> FloatArray:
        """The achievement as the nearest float, not clipped; 0 or 1 for an unambitious line."""
        return ratio(np.where(self.unambitious, self.achieved(actual), actual), self.whole)

    def met(self, actual: IntArray) -> BoolArray:
        """Whether the outcome is at least as good as the target; `actual` may have leading axes."""
        return np.asarray(actual >= self.planned, dtype=bool)

    def status(self, actual: IntArray) -> StatusArray:
        """`MET`, `PARTLY_MET` or `NOT_MET`."""
        improved = np.asarray(actual > 0, dtype=bool) & ~self.unambitious
        missed = np.where(improved, Status.PARTLY_MET, Status.NOT_MET)
        return np.where(self.met(actual), Status.MET, missed).astype(np.int8)


def improvement(start: IntArray, end: IntArray, sign: npt.NDArray[np.int64]) -> IntArray:
    """How much better `end` is than `start`; `sign` is 1 where lower is better, else -1."""
    start, end = widen(peak(start) + peak(end), start, end)
    change = start - end
    change *= sign
    return change
