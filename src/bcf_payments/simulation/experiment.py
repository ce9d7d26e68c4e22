"""From expected outcomes to an experiment: the integers that turn every draw into pence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from bcf_payments.core.achievement import Terms
from bcf_payments.core.case import Case
from bcf_payments.core.lines import payment_kernel
from bcf_payments.core.payment import FixedKernel, Pence, PlannedValueKernel
from bcf_payments.exact.numbers import (
    FLOAT_LIMIT,
    BoolArray,
    FloatArray,
    IntArray,
    narrow,
    peak,
    ratio,
    widen,
)
from bcf_payments.schemes import MetricLine, Scheme
from bcf_payments.settlement import Settlement
from bcf_payments.simulation.dependence import Known, hang_together
from bcf_payments.simulation.drawing import DECIMALS, Chance, Counts, DrawnLine
from bcf_payments.simulation.model import Noise, OutcomeModel
from bcf_payments.simulation.sizes import Sizes


@dataclass(frozen=True)
class Experiment:
    """All that a worker needs: what is drawn, and what turns draws into pence.

    The improvement of a line is the integer `offset + step * count`; `step` is 0 where nothing is drawn.
    Arrays have the shape (lines that pay on a metric, areas).

    Parameters
    ----------
    expected : ndarray of int64
        Pence that the expected outcomes earn.
    conditions : ndarray of int64, shape (areas,)
        Pence that conditions pay, whatever the outcomes.
    shares : bool
        Whether to count the draws in which a line or an area earns half or all of its entitlement, and to
        keep batches of draws.
    notices : tuple of str
        What must be said of draws that do not hang together as the data do.
    """

    scheme: Scheme
    chance: Chance
    kernel: FixedKernel | PlannedValueKernel
    entitlement: Pence
    terms: Terms
    known: BoolArray
    offset: IntArray
    step: IntArray
    expected: Pence
    conditions: Pence
    shares: bool = False
    notices: tuple[str, ...] = ()

    @cached_property
    def lines(self) -> tuple[Terms, ...]:
        """The terms of each line, in floats where they are exact."""
        return tuple(self.terms.at(line).fast() for line in range(len(self.known)))

    @cached_property
    def expected_totals(self) -> Pence:
        """What the expected outcomes earn on metrics, by area and (last) for the nation."""
        totals = self.expected.sum(axis=0)
        return np.append(totals, totals.sum())

    def improvements(self, counts: Iterable[Counts]) -> Iterator[IntArray]:
        """The improvement of every line, for counts of those that are drawn.

        Arrays of shape (draws, areas), or (1, areas) for a line that is not drawn: whole floats where they
        stay below 2**53, else integers.
        """
        upcoming = iter(counts)
        drawn = {line.line for line in self.chance.lines}
        for line, (offset, step) in enumerate(zip(self.offset, self.step, strict=True)):
            yield _improvement(offset, step, next(upcoming)) if line in drawn else offset[None, :]


def _improvement(offset: IntArray, step: IntArray, counts: Counts) -> IntArray:
    """`offset + step * counts`, in floats where they are exact."""
    improvement = counts.astype(np.float64)
    bound = peak(offset) + peak(step) * int(improvement.max())
    if bound >= FLOAT_LIMIT:
        offset, step = widen(2 * bound, offset, step)
        return np.asarray(offset + step * counts)
    improvement *= step.astype(np.float64)
    improvement += offset.astype(np.float64)
    return improvement


def experiment_around(
    expected: Settlement, sizes: Sizes, known: Sizes, model: OutcomeModel, *, shares: bool = False
) -> Experiment:
    """The experiment that draws around expected outcomes, at the places that have a size.

    `known` are the sizes of lines that are not drawn, as their outcomes are known: 0 where they tell nothing.
    """
    case, allocation, assessed = expected.case, expected.allocation, expected.assessed
    slots = case.scheme.metric_lines
    noises = [model.noise_of(slot.name, case.scheme.metrics[slot.name].unit.value) for slot in slots]
    paid, drawn = slice(len(slots)), np.asarray(sizes > 0, dtype=bool)
    multiple, step = _steps(case, sizes, noises)
    kernel = payment_kernel(case, allocation, assessed.terms)
    if isinstance(kernel, PlannedValueKernel):
        common = math.lcm(*multiple.ravel().tolist())
        multiple, step = np.full_like(multiple, common), step * (common // multiple)
        kernel = kernel.refined(common)
    sign, measures = case.measures.sign[paid], case.measures
    baseline = measures.baseline[paid].astype(object) * sign
    planned = assessed.terms.planned[paid].astype(object) * multiple
    offset = np.where(drawn, baseline, assessed.actual[paid].astype(object)) * multiple
    step = np.where(drawn, -sign, 0) * step
    if isinstance(kernel, FixedKernel):
        shared = np.maximum(np.gcd(np.gcd(planned, offset), step), 1)
        planned, offset, step = planned // shared, offset // shared, step // shared
    terms = Terms.of(narrow(planned))
    if isinstance(kernel, FixedKernel):
        kernel = replace(kernel, terms=terms)
    is_metric = [isinstance(slot.rule, MetricLine) for slot in case.scheme.lines]
    earned = expected.settled.earned
    together = hang_together(
        case,
        _drawn_lines(case, sizes, drawn, noises),
        _known_lines(case, known, noises, model),
        baseline_noise=model.baseline_noise,
    )
    return Experiment(
        case.scheme,
        together.chance,
        kernel,
        allocation.entitlement[is_metric],
        terms,
        assessed.known[paid],
        narrow(offset),
        narrow(step),
        earned[is_metric],
        earned[np.logical_not(is_metric)].sum(axis=0),
        shares,
        together.notices,
    )


def _steps(case: Case, sizes: Sizes, noises: list[Noise]) -> tuple[IntArray, IntArray]:
    """What one count is in the integers of the measures: `step / multiple`, as Python integers."""
    below, above = case.measures.factor
    parts = [DECIMALS if noise.kind == "normal" else 1 for noise in noises]
    per = case.measures.per[: len(noises)].astype(object)
    numerator = per * above * _denominators(sizes)
    denominator = np.maximum(_numerators(sizes), 1) * below * np.array(parts, dtype=object)[:, None]
    shared = np.gcd(numerator, denominator)
    nothing = sizes == 0
    return (
        np.where(nothing, 1, denominator // shared),
        np.where(nothing, 0, numerator // shared),
    )


def _numerators(sizes: Sizes) -> IntArray:
    return np.asarray(np.frompyfunc(lambda size: size.numerator, 1, 1)(sizes))


def _denominators(sizes: Sizes) -> IntArray:
    return np.asarray(np.frompyfunc(lambda size: size.denominator, 1, 1)(sizes))


def _drawn_lines(case: Case, sizes: Sizes, drawn: BoolArray, noises: list[Noise]) -> tuple[DrawnLine, ...]:
    """The lines of which any area is drawn, with expected counts."""
    measures = case.measures
    found = []
    for line, (slot, noise) in enumerate(zip(case.scheme.metric_lines, noises, strict=True)):
        if not drawn[line].any():
            continue
        count, baseline, size = _counts(case, line, sizes[line], measures.outcome, measures.baseline)
        unit = case.scheme.metrics[slot.name].unit.value
        found.append(
            DrawnLine(
                line,
                slot.name,
                noise,
                unit == "per_cent",
                np.where(drawn[line], count, 0.0),
                np.where(drawn[line] & measures.by_plan[line], baseline, 0.0),
                np.where(drawn[line], size, 1.0),
            )
        )
    return tuple(found)


def _known_lines(case: Case, sizes: Sizes, noises: list[Noise], model: OutcomeModel) -> tuple[Known, ...]:
    """The lines whose outcomes are known, with the counts that the model expects of them."""
    measures = case.measures
    found = []
    for line, (slot, noise) in enumerate(zip(case.scheme.metric_lines, noises, strict=True)):
        told, by_plan = np.asarray(sizes[line] > 0, dtype=bool), bool(measures.by_plan[line, 0])
        if model.expected == "observed" or not (by_plan or model.expected == "target") or not told.any():
            continue
        like = measures.target if model.expected == "target" else measures.baseline
        outcome, expected, baseline, size = _counts(
            case, line, sizes[line], measures.outcome, like, measures.baseline
        )
        if not isinstance(model.expected, str):
            expected = expected * float(1 + model.change_of(slot.name))
        is_share = case.scheme.metrics[slot.name].unit.value == "per_cent" and noise.kind != "poisson"
        free = 1 - _share(expected, size) if is_share else np.ones_like(size)
        columns = (outcome, expected, baseline if by_plan else np.zeros_like(size), free)
        found.append(Known(line, *(np.where(told, column, 0.0) for column in columns)))
    return tuple(found)


def _share(count: FloatArray, size: FloatArray) -> FloatArray:
    return np.divide(count, size, out=np.ones_like(count), where=size > count)


def _counts(case: Case, line: int, sizes: Sizes, *rates: IntArray) -> tuple[FloatArray, ...]:
    """The counts behind rates of a line, and its size (0 where there is none)."""
    below, above = case.measures.factor
    per = case.measures.per[line].astype(object) * above * _denominators(sizes)
    counts = (ratio(rate[line].astype(object) * below * _numerators(sizes), per) for rate in rates)
    return *counts, ratio(_numerators(sizes), _denominators(sizes))
