"""How many people or events stand behind a rate: without that number, nothing can be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.core.case import Case
from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import BoolArray, IntArray, as_fraction
from bcf_payments.simulation.model import Noise, OutcomeModel
from bcf_payments.tables.checking import area_numbers, line_numbers
from bcf_payments.tables.lookup import named
from bcf_payments.tables.number_checks import bad_numbers
from bcf_payments.tables.row_rules import Sheet, is_blank

HELD_COLUMNS = ("area_code", "wave", "metric", "why")
UNKNOWN_SIZE = "no count or sample size (above 0) is known"

MOST_COUNTED = 10**9
"""More is not drawn: with noise and six decimals it would come near the limits of 64 bits."""

EXPECTED_IN = {"target": ("plans", "target_numerator"), "observed": ("outcomes", "outcome_numerator")}
"""Where the rate that a model expects is written, unless in the model itself."""

Sizes = npt.NDArray[np.object_]
"""Exact sizes by line and area; 0 where a line is not drawn."""


class Cell(NamedTuple):
    """One line of one area that could be drawn; `counted`: the line's baselines are all whole."""

    area_code: str
    wave: str
    metric: str
    unit: str
    baseline: Fraction
    counted: bool
    denominator: Fraction
    expected_rate: Fraction
    baseline_rate: Fraction
    sample_size: Any


def sizes_of(
    case: Case, plans: pd.DataFrame, model: OutcomeModel, known_waves: int
) -> tuple[Sizes, pd.DataFrame]:
    """The size behind every line that is drawn, and the lines that are held at their rate.

    Parameters
    ----------
    case : Case
        With the expected outcomes.
    plans : DataFrame
        For `sample_size`.
    model : OutcomeModel
        Its noise, and what to do where no size is known.
    known_waves : int
        How many waves are not drawn.

    Raises
    ------
    InputError
        Sizes that are no sizes, or unknown where the model does not hold; rates that the noise cannot have.
    """
    ahead = [at for at, slot in enumerate(case.scheme.metric_lines) if slot.wave_index >= known_waves]
    sizes = np.zeros((len(case.scheme.metric_lines), case.size), dtype=object)
    problems: list[dict[str, object]] = []
    held: list[tuple[str, ...]] = []
    for line in _lines_of(case, plans, ahead, observed=model.expected == "observed"):
        noise = model.noise_of(line.metric, line.unit)
        sizes[line.number], plain = _plain_sizes(line, noise)
        for area in np.flatnonzero(line.shown & ~plain):
            cell = line.cell(int(area))
            size, why, faults = _size(cell, noise, model.expected)
            problems += faults
            if size is None and not faults:
                held.append((cell.area_code, cell.wave, cell.metric, why))
            sizes[line.number, area] = size or 0
    if held and model.on_unknown_size == "raise":
        fix = "give the number of people behind the rate, or hold the line (on_unknown_size='hold')"
        problems += [
            {
                **dict(zip(HELD_COLUMNS[:3], where, strict=True)),
                "table": "plans",
                "reason": "missing_value",
                "column": "sample_size",
                "fix": f"{why}: {fix}",
            }
            for *where, why in held
        ]
    if problems:
        raise InputError(named(problems, case.areas))
    return sizes, pd.DataFrame(held, columns=list(HELD_COLUMNS), dtype=object)


def known_sizes(case: Case, plans: pd.DataFrame, model: OutcomeModel, known_waves: int) -> Sizes:
    """The size behind every line whose outcome is known; 0 where nothing tells it, and for later lines."""
    known = [at for at, slot in enumerate(case.scheme.metric_lines) if slot.wave_index < known_waves]
    sizes = np.zeros((len(case.scheme.metric_lines), case.size), dtype=object)
    for line in _lines_of(case, plans, known, observed=False):
        noise = model.noise_of(line.metric, line.unit)
        sizes[line.number], plain = _plain_sizes(line, noise)
        for area in np.flatnonzero(line.shown & ~plain):
            size, _, faults = _size(line.cell(int(area)), noise, model.expected)
            sizes[line.number, area] = 0 if faults or size is None else size
    return sizes


class _Line(NamedTuple):
    """A line by area: where it has a plan and an expected outcome, and the numbers behind its size.

    `numerators` and `denominators` are times `above` and `below`; `outcome` and `baseline` are rates over
    `per`; `samples` are the sizes that are written down, or None, and `whole_samples` the same as integers,
    or 0 where they are not plainly whole.
    """

    number: int
    wave: str
    metric: str
    unit: str
    codes: list[str]
    shown: BoolArray
    counted: bool
    numerators: IntArray
    above: int
    denominators: IntArray
    below: int
    outcome: IntArray
    baseline: IntArray
    per: IntArray
    samples: npt.NDArray[np.object_]
    whole_samples: npt.NDArray[np.int64]

    def cell(self, area: int) -> Cell:
        """The line of one area."""
        return Cell(
            self.codes[area],
            self.wave,
            self.metric,
            self.unit,
            Fraction(int(self.numerators[area]), self.above),
            self.counted,
            Fraction(int(self.denominators[area]), self.below),
            Fraction(int(self.outcome[area]), int(self.per[area])),
            Fraction(int(self.baseline[area]), int(self.per[area])),
            self.samples[area],
        )


def _lines_of(case: Case, plans: pd.DataFrame, lines: Sequence[int], *, observed: bool) -> Iterator[_Line]:
    """Some of the lines that pay on a metric."""
    if not lines:
        return
    measures, (below, above) = case.measures, case.measures.factor
    codes = case.areas["area_code"].tolist()
    samples, whole_samples = _samples(plans, case)
    for line in lines:
        slot = case.scheme.metric_lines[line]
        by_plan = bool(measures.by_plan[line, 0])
        told = 0 if by_plan else 2 if observed else 1  # a level counts nobody, what was observed may
        numerators, shown = measures.numerators[told][line], measures.planned[line] & measures.measured[line]
        # One rate of a column that happens to be whole is no count.
        whole = not (numerators[measures.planned[line] if by_plan else shown] % above).any()
        rates = (measures.outcome, measures.baseline if by_plan else measures.outcome)
        yield _Line(
            line,
            slot.wave,
            slot.name,
            case.scheme.metrics[slot.name].unit.value,
            codes,
            shown,
            whole and (by_plan or observed),
            numerators,
            above,
            measures.denominators[told][line],
            below,
            rates[0][line].astype(object) * below,
            rates[1][line].astype(object) * below,
            measures.per[line].astype(object) * above,
            samples[line],
            whole_samples[line],
        )


def _samples(plans: pd.DataFrame, case: Case) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64]]:
    """The sample sizes that are written down, by line and area; and those that are plainly whole."""
    slots = case.scheme.metric_lines
    written = np.full((len(slots), case.size), None, dtype=object)
    whole = np.zeros(written.shape, dtype=np.int64)
    sheet = Sheet(plans)
    if not sheet.has("sample_size"):
        return written, whole
    lines, areas = line_numbers(sheet, slots), area_numbers(sheet, case.areas["area_code"])
    rows = (lines >= 0) & (areas >= 0) & sheet.rejected("sample_size", is_blank)
    cells = np.empty(len(rows), dtype=object)
    cells[:] = sheet.cells("sample_size")
    written[lines[rows], areas[rows]] = cells[rows]
    values = sheet.array("sample_size")
    if values.dtype.kind in "iuf":
        rows &= (values > 0) & (values <= MOST_COUNTED) & (values % 1 == 0)
        whole[lines[rows], areas[rows]] = values[rows].astype(np.int64)
    return written, whole


def _plain_sizes(line: _Line, noise: Noise) -> tuple[Sizes, BoolArray]:
    """Sizes that are whole numbers with which nothing is wrong, and where they are: `_size` would say so too.

    Whatever is not as plain as that is left to it.
    """
    if line.unit == "count":
        size = (line.numerators % line.above == 0).astype(object) * 1
    else:
        told = np.where(line.denominators % line.below == 0, line.denominators // line.below, 0)
        counted = told if line.unit == "per_100_000" and line.counted else np.zeros_like(told)
        unsaid = np.array([sample is None for sample in line.samples], dtype=bool)
        size = np.where(unsaid, counted, line.whole_samples).astype(object)
    highest = np.maximum(line.outcome, line.baseline)
    plain = line.shown & (size > 0) & (highest * size <= MOST_COUNTED * line.per)
    if noise.kind == "binomial":
        plain &= (size <= MOST_COUNTED) & (size > noise.dispersion) & (highest <= line.per)
    return np.where(plain, size, 0).astype(object), np.asarray(plain, dtype=bool)


def _size(cell: Cell, noise: Noise, expected: object) -> tuple[Fraction | None, str, list[dict[str, object]]]:
    """The size of a cell; or None and why it is not drawn; and what is wrong with it."""
    size, why, faults = _known_size(cell, noise, expected)
    if size is not None:
        least = Fraction(noise.kind == "binomial")
        if max(cell.expected_rate, cell.baseline_rate, least) * size > MOST_COUNTED:
            return None, f"counts above {MOST_COUNTED:,} are not drawn", faults
    return size, why, faults


def _known_size(
    cell: Cell, noise: Noise, expected: object
) -> tuple[Fraction | None, str, list[dict[str, object]]]:
    """The size of a cell; or None and why it is not known; and what is wrong with it."""
    if cell.unit == "count":
        return (Fraction(1) if cell.baseline.denominator == 1 else None), UNKNOWN_SIZE, []
    if cell.sample_size is None:
        counted = cell.unit == "per_100_000" and cell.counted
        return (cell.denominator if counted else None), UNKNOWN_SIZE, []
    if bad_numbers(np.array([cell.sample_size], dtype=object), divides=False)[0]:
        fix = "write how many people the rate speaks of, or leave the cell blank"
        return None, "", [_fault(cell, "sample_size", cell.sample_size, fix)]
    size = as_fraction(cell.sample_size)
    if noise.kind == "binomial" and 1 < noise.dispersion >= size:
        return None, f"a sample of {size} is too small for a dispersion of {noise.dispersion:g}", []
    faults = _impossible(cell, size, noise, expected) if size else []
    return (None if faults else size or None), UNKNOWN_SIZE, faults


def _impossible(cell: Cell, size: Fraction, noise: Noise, expected: object) -> list[dict[str, object]]:
    """What a proportion of so many people cannot be."""
    if noise.kind != "binomial":
        return []
    faults = []
    if size.denominator != 1:
        fix = "write a whole number of people, or take normal noise for the metric"
        faults.append(_fault(cell, "sample_size", cell.sample_size, fix))
    fix = "a rate above 100% is no proportion: take Poisson or normal noise for the metric"
    if cell.baseline_rate > 1:
        faults.append(_fault(cell, "baseline_numerator", cell.baseline, fix))
    elif cell.expected_rate > 1:
        table, column = EXPECTED_IN.get(str(expected), ("model", "expected"))
        rate = f"{float(cell.expected_rate):.1%}"
        faults.append(_fault(cell, column, rate, fix) | {"table": table})
    return faults


def _fault(cell: Cell, column: str, value: object, fix: str) -> dict[str, object]:
    where = {"area_code": cell.area_code, "wave": cell.wave, "metric": cell.metric}
    return {"table": "plans", "reason": "out_of_range", **where, "column": column, "value": value, "fix": fix}
