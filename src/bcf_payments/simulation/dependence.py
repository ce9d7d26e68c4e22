"""How draws hang together: effects that last, data that two lines share, and what is known already."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from bcf_payments.core.case import Case
from bcf_payments.exact.numbers import BoolArray, FloatArray
from bcf_payments.schemes import Scheme
from bcf_payments.schemes.fields import line_title
from bcf_payments.schemes.periods import Weights, spans_of
from bcf_payments.simulation.drawing import Chance, DrawnLine, Part, Place
from bcf_payments.simulation.lasting import Effects, Seen

SMALL = 0.5
"""Added to counts whose logarithm is taken."""

Whose: TypeAlias = tuple[tuple[Place, ...], Effects]


class Known(NamedTuple):
    """A line whose outcomes are known; arrays by area, 0 where nothing is known of its size.

    Parameters
    ----------
    line : int
        Its number among the lines that pay on a metric.
    outcome, expected, baseline : ndarray of float, shape (areas,)
        The count that came out, the one that the model expects, and the one behind the baseline.
    free : ndarray of float, shape (areas,)
        By how much counting noise is less than that of a count: 1, or 1 less the share of a proportion.
    """

    line: int
    outcome: FloatArray
    expected: FloatArray
    baseline: FloatArray
    free: FloatArray


class Dependence(NamedTuple):
    """Chance whose lines hang together, and what must be said of data that are drawn apart though shared."""

    chance: Chance
    notices: tuple[str, ...]


def hang_together(
    case: Case, lines: Sequence[DrawnLine], known: Sequence[Known], *, baseline_noise: bool
) -> Dependence:
    """Tie the draws of each metric together, as time and shared data do.

    Parameters
    ----------
    case : Case
        Its scheme says when lines are measured.
    lines : sequence of DrawnLine
        Uncut, as yet drawn each for itself.
    known : sequence of Known
        Lines that are not drawn, as their outcomes are known.
    baseline_noise : bool
        Whether baselines are noisy too.

    Notes
    -----
    An area's own effects are an autoregression over steps in time, each as long as the shortest period of
    the metric; the effect of a longer period is the mean of its steps'. National effects are the same
    without correlation. Where baselines are noisy, the effect of a line is its outcome's less its
    baseline's. Where the data behind a baseline are part of another line's outcome (L4), they are drawn
    once. Baselines are taken to be of the same days a year before (C8).
    """
    by_plan = case.measures.by_plan[:, 0]
    drawn = [line._replace(baseline_noise=baseline_noise and bool(by_plan[line.line])) for line in lines]
    own: list[Whose] = []
    national: list[Whose] = []
    notices: dict[str, None] = {}
    for metric in dict.fromkeys(line.metric for line in lines):
        timing = _Timing.of(case, metric)
        seen = [line for line in known if line.line in timing.outcome]
        ties = _ties(timing, drawn, metric, seen)
        for tie in ties:
            if tie.how == "apart":
                notices[_apart(case.scheme, drawn[tie.later].line, tie.earlier)] = None
            _cut(timing, drawn, tie)
        together = _Together(timing, drawn, metric, seen, ties, noisy=baseline_noise)
        own += together.own()
        national += together.national()
    return Dependence(Chance(tuple(drawn), tuple(own), tuple(national)), tuple(notices))


class _Timing(NamedTuple):
    """Of which steps in time the outcomes and the baselines of a metric are made, by number of the line."""

    weights: Weights
    outcome: dict[int, FloatArray]
    baseline: dict[int, FloatArray]

    @classmethod
    def of(cls, case: Case, metric: str) -> _Timing:
        spans = spans_of(case.scheme, metric)
        by_plan = case.measures.by_plan[:, 0]
        before = {line: span.a_year_before for line, span in spans.items() if by_plan[line]}
        weights = Weights.of([*spans.values(), *before.values()])
        rows = iter(weights.shares)
        return cls(weights, {line: next(rows) for line in spans}, {line: next(rows) for line in before})

    def common(self, outcome: int, baseline: int) -> float:
        """The share of a baseline that lies within the outcome of another line."""
        if outcome == baseline or baseline not in self.baseline:
            return 0.0
        return float(self.baseline[baseline][self.outcome[outcome] > 0].sum())


class _Tie(NamedTuple):
    """A line that is drawn (`later`, its place) whose baseline shares data with the outcome of another."""

    later: int
    earlier: int
    how: Literal["drawn", "known", "apart"]


def _ties(timing: _Timing, drawn: Sequence[DrawnLine], metric: str, known: Sequence[Known]) -> list[_Tie]:
    """Which lines share data, and whether these can be drawn once."""
    at = {line.line: number for number, line in enumerate(drawn) if line.metric == metric}
    seen = {line.line: line for line in known}
    found: list[_Tie] = []
    for later, number in at.items():
        for earlier in timing.outcome:
            common = timing.common(earlier, later)
            if not common or not (earlier in at or (earlier in seen and drawn[number].baseline_noise)):
                continue
            whole = common > 1 - 1e-9 and drawn[number].baseline_noise
            free = whole and all(tie.later != number or tie.how == "apart" for tie in found)
            cut = any(tie.earlier == earlier and tie.how == "drawn" for tie in found)
            if free and earlier in seen and _all_told(seen[earlier], drawn[number]):
                found.append(_Tie(number, earlier, "known"))
            elif (
                free
                and not cut
                and at.get(earlier, number) < number
                and _splits(drawn[at[earlier]], drawn[number])
            ):
                found.append(_Tie(number, earlier, "drawn"))
            else:
                found.append(_Tie(number, earlier, "apart"))
    return found


def _all_told(earlier: Known, later: DrawnLine) -> bool:
    """Whether the outcome is known of every area whose baseline lies in it."""
    return not ((later.mean > 0) & (earlier.outcome + earlier.expected == 0)).any()


def _splits(earlier: DrawnLine, later: DrawnLine) -> bool:
    """Whether a count can be cut in two: events of every area whose baseline is drawn."""
    return not earlier.proportion and not ((later.mean > 0) & (earlier.mean == 0)).any()


def _cut(timing: _Timing, drawn: list[DrawnLine], tie: _Tie) -> None:
    """Cut the outcome that holds a baseline, or leave that baseline's noise to the effects."""
    if tie.how == "known":
        drawn[tie.later] = drawn[tie.later]._replace(baseline_noise=False)
    elif tie.how == "drawn":
        number = [line.line for line in drawn].index(tie.earlier)
        share = float(timing.outcome[tie.earlier][timing.baseline[drawn[tie.later].line] > 0].sum())
        rest = (Part(1 - share),) if share < 1 - 1e-9 else ()
        drawn[number] = drawn[number]._replace(parts=(Part(share, tie.later), *rest))


def _apart(scheme: Scheme, later: int, earlier: int) -> str:
    """What is said of data that are drawn twice."""
    slots = scheme.metric_lines
    return (
        f"{line_title(scheme, slots[later].name)}: the baseline of {slots[later].wave} lies in the period of"
        f" the outcome of {slots[earlier].wave}, but the two are drawn apart, so an area's spread over both"
        " is overstated (L4)."
    )


class _Together:
    """The effects of one metric: of which steps each is made, and what is known of others."""

    def __init__(
        self,
        timing: _Timing,
        drawn: Sequence[DrawnLine],
        metric: str,
        known: Sequence[Known],
        ties: Sequence[_Tie],
        *,
        noisy: bool,
    ) -> None:
        here = [number for number, line in enumerate(drawn) if line.metric == metric]
        before = timing.baseline if noisy else {}
        self.places = tuple((number, place) for number in here for place in range(len(drawn[number].parts)))
        parts = [
            _part(timing, drawn, *place) - before.get(drawn[place[0]].line, 0.0) for place in self.places
        ]
        self.rows = np.stack(parts)
        self.noise = drawn[here[0]].noise
        self.timing = timing
        self.known = _Seen.of(timing, known, self.noise.dispersion, noisy=noisy) if known else None
        # The share of a known outcome that is the baseline of a line that is drawn.
        self.within = np.zeros((len(self.places), len(known)))
        for tie in ties:
            for effect, (number, _) in enumerate(self.places):
                for place, line in enumerate(known):
                    if tie.how == "known" and (number, line.line) == (tie.later, tie.earlier):
                        inside = timing.baseline[drawn[number].line] > 0
                        self.within[effect, place] = timing.outcome[line.line][inside].sum()

    def own(self) -> list[Whose]:
        """The areas' own effects, given the known lines."""
        close = _log_variance(self.noise.relative_sd) * self.timing.weights.closeness(self.noise.correlation)
        if not (close.any() or self.within.any()):
            return []
        covariance = (self.rows @ close @ self.rows.T)[None]
        if self.known is None:
            return [(self.places, Effects.of(covariance))]
        seen, counting = self.known, self.known.counting
        tied = (self.within > 0).astype(float)
        shared = (self.rows @ close @ seen.rows.T)[None] - counting[:, None] * tied
        # A baseline within a known outcome strays more than that, as it is shorter.
        longer = np.divide(tied, self.within, out=np.zeros_like(tied), where=tied > 0)
        covariance = covariance + np.einsum("ak,ek,fk->aef", counting, longer, tied)
        variance = seen.variance(close)
        off = seen.off + np.diagonal(variance, axis1=1, axis2=2) / 2
        if self.noise.national_sd:
            off = off - self._national(seen, seen.rows, off, variance).shift.T
        return [(self.places, Effects.of(covariance, Seen.where(seen.told, off, variance, shared)))]

    def national(self) -> list[Whose]:
        """The effects that all areas share, given the known lines."""
        if not self.noise.national_sd:
            return []
        if self.known is None:
            close = _log_variance(self.noise.national_sd) * self.timing.weights.closeness(0.0)
            return [(self.places, Effects.of((self.rows @ close @ self.rows.T)[None]))]
        own = _log_variance(self.noise.relative_sd) * self.timing.weights.closeness(self.noise.correlation)
        variance = self.known.variance(own)
        off = self.known.off + np.diagonal(variance, axis1=1, axis2=2) / 2
        return [(self.places, self._national(self.known, self.rows, off, variance))]

    def _national(self, seen: _Seen, rows: FloatArray, off: FloatArray, own: FloatArray) -> Effects:
        """National effects, given how far the areas are off on average."""
        close = _log_variance(self.noise.national_sd) * self.timing.weights.closeness(0.0)
        told = seen.told
        count = np.maximum(told.sum(axis=0), 1)
        mean = np.where(told, off, 0).sum(axis=0) / count
        left = np.where(told[:, :, None], own, 0).sum(axis=0) / count**2
        variance = seen.rows @ close @ seen.rows.T + left
        shared = rows @ close @ seen.rows.T
        any_told = np.asarray(told.sum(axis=0) > 0)[None]
        known = Seen.where(any_told, mean[None], variance[None], shared[None])
        return Effects.of((rows @ close @ rows.T)[None], known)


def _part(timing: _Timing, drawn: Sequence[DrawnLine], number: int, place: int) -> FloatArray:
    """The steps of a part of an outcome."""
    line, whole = drawn[number], timing.outcome[drawn[number].line]
    shared = line.parts[0].baseline_of
    if shared is None:
        return whole
    inside = timing.baseline[drawn[shared].line] > 0
    return np.asarray(np.where(inside != bool(place), whole, 0.0) / line.parts[place].share)


def _log_variance(sd: float) -> float:
    """The variance on the log scale of a log-normal factor with mean 1."""
    return math.log1p(sd * sd)


class _Seen(NamedTuple):
    """The known lines of a metric: `told` and `off`, `counting` and `before` (variances) by area and line."""

    rows: FloatArray
    told: BoolArray
    off: FloatArray
    counting: FloatArray
    before: FloatArray
    shared: FloatArray

    @classmethod
    def of(cls, timing: _Timing, known: Sequence[Known], dispersion: float, *, noisy: bool) -> _Seen:
        before = timing.baseline if noisy else {}
        rows = [timing.outcome[line.line] - before.get(line.line, 0.0) for line in known]
        told = np.stack([(line.expected > 0) & (line.free > 0) for line in known], axis=1)
        off = np.stack([np.log((line.outcome + SMALL) / (line.expected + SMALL)) for line in known], axis=1)
        free = dispersion * np.stack([line.free for line in known], axis=1)
        expected, baseline = (
            np.stack([getattr(line, name) for line in known], axis=1) for name in ("expected", "baseline")
        )
        is_noisy = np.array([line.line in before for line in known])
        shared = np.array(
            [[timing.common(one.line, other.line) > 0 for other in known] for one in known], dtype=bool
        )
        return cls(
            np.stack(rows),
            told,
            off,
            _ratio(free, expected),
            np.where(is_noisy, _ratio(free, baseline), 0.0),
            (shared & is_noisy).astype(float),
        )

    def variance(self, close: FloatArray) -> FloatArray:
        """How far outcomes stray together, by area: by effects, and by counting them and their baselines."""
        each = np.eye(len(self.rows)) * (self.counting + self.before)[:, None]
        held = self.shared * self.counting[:, :, None]
        return np.asarray(self.rows @ close @ self.rows.T + each - held - held.swapaxes(1, 2))


def _ratio(above: FloatArray, below: FloatArray) -> FloatArray:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)
