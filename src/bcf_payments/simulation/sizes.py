"""How many people or events stand behind a rate: without that number, nothing can be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.core.case import Case
from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import as_fraction
from bcf_payments.simulation.model import Noise, OutcomeModel
from bcf_payments.tables.checking import line_numbers
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
    slots = case.scheme.metric_lines
    sizes = np.zeros((len(slots), case.size), dtype=object)
    problems: list[dict[str, object]] = []
    held: list[tuple[str, ...]] = []
    observed = model.expected == "observed"
    for line, area, cell in _cells(case, plans, known_waves, observed=observed):
        size, why, faults = _size(cell, model.noise_of(cell.metric, cell.unit), model.expected)
        problems += faults
        if size is None and not faults:
            held.append((cell.area_code, cell.wave, cell.metric, why))
        sizes[line, area] = size or 0
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
    slots = case.scheme.metric_lines
    sizes = np.zeros((len(slots), case.size), dtype=object)
    if known_waves:
        for line, area, cell in _cells(case, plans, 0, observed=False):
            if slots[line].wave_index < known_waves:
                size, _, faults = _size(cell, model.noise_of(cell.metric, cell.unit), model.expected)
                sizes[line, area] = 0 if faults or size is None else size
    return sizes


def _cells(
    case: Case, plans: pd.DataFrame, known_waves: int, *, observed: bool
) -> Iterator[tuple[int, int, Cell]]:
    """Every line and area that is to be drawn and has a plan and an expected outcome."""
    slots, measures = case.scheme.metric_lines, case.measures
    codes = case.areas["area_code"].tolist()
    written = _sample_sizes(plans, case, codes)
    below, above = measures.factor
    for line, slot in enumerate(slots):
        if slot.wave_index < known_waves:
            continue
        unit = case.scheme.metrics[slot.name].unit.value
        by_plan = bool(measures.by_plan[line, 0])
        told = 0 if by_plan else 2 if observed else 1  # a level counts nobody, what was observed may
        written_out, shown = measures.numerators[told][line], measures.planned[line] & measures.measured[line]
        # One rate of a column that happens to be whole is no count.
        counted = not (written_out[measures.planned[line] if by_plan else shown] % above).any()
        for area in np.flatnonzero(shown):
            per = Fraction(int(measures.per[line, area]) * above, below)
            yield (
                line,
                int(area),
                Cell(
                    codes[area],
                    slot.wave,
                    slot.name,
                    unit,
                    Fraction(int(written_out[area]), above),
                    counted and (by_plan or observed),
                    Fraction(int(measures.denominators[told][line, area]), below),
                    int(measures.outcome[line, area]) / per,
                    int((measures.baseline if by_plan else measures.outcome)[line, area]) / per,
                    written.get((line, int(area))),
                ),
            )


def _sample_sizes(plans: pd.DataFrame, case: Case, codes: list[str]) -> Mapping[tuple[int, int], Any]:
    """The sample sizes that are written down, by line and area."""
    sheet = Sheet(plans)
    if not sheet.has("sample_size"):
        return {}
    position = {code: area for area, code in enumerate(codes)}
    lines = line_numbers(sheet, case.scheme.metric_lines)
    cells = zip(lines.tolist(), sheet.cells("area_code"), sheet.cells("sample_size"), strict=True)
    return {
        (line, position[code]): size
        for line, code, size in cells
        if line >= 0 and code in position and not is_blank(size)
    }


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
