"""From four raw tables to tables that are safe to compute from, or to every fault in them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import BoolArray
from bcf_payments.given import table_fix, told
from bcf_payments.schemes import ConditionsLine, Scheme, Slot
from bcf_payments.schemes.patterns import matcher
from bcf_payments.tables.inputs import (
    LINE_KEY,
    Columns,
    OnMissing,
    TableRules,
    table_columns,
    table_rules,
)
from bcf_payments.tables.rules import SUGGESTED, RowRule, Sheet

ABSENT = -1
"""In place of a row number where a table has no row."""

RowNumbers = npt.NDArray[np.intp]


@dataclass
class Findings:
    """What the checks have found so far: faults, which refuse the input, and warnings, which do not."""

    problems: list[pd.DataFrame] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)

    def problem(self, table: str, reason: str, fix: str, **where: object) -> None:
        """Add faults of one kind; `where` holds columns of the problems table, scalars or sequences."""
        columns = {"table": table, "reason": reason, **where, "fix": fix}
        size = max([1, *(len(v) for v in columns.values() if isinstance(v, (list, np.ndarray)))])
        self.problems.append(pd.DataFrame(columns, index=range(size)))

    def warn(
        self, reason: str, message: str, *, area_code: str = "", wave: str = "", metric: str = ""
    ) -> None:
        """Add a warning."""
        self.warnings.append(
            {"area_code": area_code, "wave": wave, "metric": metric, "reason": reason, "message": message}
        )

    def refuse(self) -> None:
        """Raise every fault found, if any."""
        if self.problems:
            raise InputError(pd.concat(self.problems, ignore_index=True))


@dataclass(frozen=True)
class CheckedTables:
    """Tables without a fault, and where in them the rows of each area and line stand.

    Row numbers are `ABSENT` where there is no row; only under `withhold`, or for lines that are not
    due or not paid.
    """

    areas: Sheet
    plans: Sheet
    outcomes: Sheet
    area_rows: RowNumbers
    slots: tuple[Slot, ...]
    plan_rows: RowNumbers
    outcome_rows: RowNumbers
    warnings: tuple[dict[str, str], ...]
    assurance: Sheet | None
    assurance_rows: RowNumbers | None


def check_tables(
    areas: pd.DataFrame,
    plans: pd.DataFrame,
    outcomes: pd.DataFrame,
    assurance: pd.DataFrame | None,
    scheme: Scheme,
    due_waves: int,
    on_missing: OnMissing,
) -> CheckedTables:
    """Check all tables, each by its rules and then one against the other; see `read_case`.

    Raises
    ------
    InputError
        With every fault of every table.
    """
    given = {"areas": areas, "plans": plans, "outcomes": outcomes}
    if assurance is not None:
        given["assurance"] = assurance
    findings = Findings()
    if assurance is None and _needs_assurance(scheme, due_waves):
        fix = "give the table, as DataFrame, file or sheet: the scheme pays on conditions of each area's plan"
        findings.problem("assurance", "missing_table", fix)
    known = table_columns(scheme)
    sheets = {name: with_columns(name, frame, known[name], findings) for name, frame in given.items()}
    rules = table_rules(scheme, due_waves, on_missing)
    slots = (*scheme.metric_lines, *scheme.monitored)
    lines = {name: line_numbers(sheets[name], slots) for name in ("plans", "outcomes")}
    due = [number for number, slot in enumerate(slots) if slot.wave_index < due_waves]
    used = {"plans": lines["plans"] >= 0, "outcomes": np.isin(lines["outcomes"], due)}
    for name, sheet in sheets.items():
        _check_rows(name, sheet, rules[name], used.get(name), findings)
    _warn_of_unknown_metrics(sheets, scheme, findings)
    _check_direction_column(sheets["plans"], scheme, slots, findings)
    if len(sheets["areas"]) == 0 and isinstance(areas, pd.DataFrame):
        findings.problem("areas", "missing_row", "give at least one area")
    if not sheets["areas"].has("area_code"):
        findings.refuse()
    placed = _place(sheets, lines, scheme, slots, due_waves, on_missing, findings)
    findings.refuse()
    return CheckedTables(
        areas=sheets["areas"],
        plans=sheets["plans"],
        outcomes=sheets["outcomes"],
        assurance=sheets.get("assurance"),
        slots=slots,
        warnings=tuple(findings.warnings),
        **placed,
    )


def _needs_assurance(scheme: Scheme, due_waves: int) -> bool:
    """Whether a line that is due pays on conditions."""
    due = (slot.rule for slot in scheme.lines if slot.wave_index < due_waves)
    return any(isinstance(rule, ConditionsLine) for rule in due)


def with_columns(name: str, frame: object, columns: Columns, findings: Findings) -> Sheet:
    """The table, after noting columns that are missing, stand twice, or look misspelt."""
    if not isinstance(frame, pd.DataFrame):
        findings.problem(name, "missing_table", table_fix(frame, name), value=told(frame))
        return Sheet(pd.DataFrame())
    if not frame.columns.is_unique:
        repeated = frame.columns[frame.columns.duplicated()].unique()
        for column in repeated:
            findings.problem(name, "duplicate_column", "keep one column of this name", column=str(column))
        frame = frame.loc[:, ~frame.columns.duplicated()]
    present = tuple(str(column) for column in frame.columns)
    wanted = columns.required + columns.optional
    absent = tuple(column for column in wanted if column not in present)
    if not absent:
        return Sheet(frame)
    misspelt = _misspellings(tuple(column for column in present if column not in wanted), absent)
    for column in absent:
        near = misspelt.get(column)
        if column in columns.required:
            fix = f"rename the column {near!r}" if near else _column_fix(frame, column)
            findings.problem(name, "missing_column", fix, column=column)
        elif near:
            findings.warn(
                "misspelt_column", f"{name}: the column {near!r} is not read; did you mean {column!r}?"
            )
    return Sheet(frame)


def _column_fix(frame: pd.DataFrame, column: str) -> str:
    """What to do about a column that is not there, though its cells may be."""
    if column in frame.index.names:
        return f"{column} is in the index: make it a column with .reset_index()"
    if isinstance(frame.columns, pd.MultiIndex):
        return "give the columns one name each: they have several levels (MultiIndex)"
    return "add the column"


@lru_cache(maxsize=256)
def _misspellings(extra: tuple[str, ...], absent: tuple[str, ...]) -> dict[str, str]:
    """For each absent column, the extra one that looks like it."""
    near = {column: get_close_matches(column, extra, n=1, cutoff=0.75) for column in absent}
    return {column: names[0] for column, names in near.items() if names}


def _check_rows(
    name: str, sheet: Sheet, rules: TableRules, used: BoolArray | None, findings: Findings
) -> None:
    """Check the keys of every row, and the values of the rows that the scheme uses (None: all)."""
    if used is None or used.all():
        findings.problems += faults_of(name, sheet, (*rules.of_keys, *rules.of_values))
    else:
        findings.problems += faults_of(name, sheet, rules.of_keys)
        findings.problems += faults_of(name, Sheet(sheet.frame[used]), rules.of_values)


def line_numbers(sheet: Sheet, slots: Sequence[Slot]) -> RowNumbers:
    """For each row of a table the number of its slot, and `ABSENT` where the scheme does not use it."""
    if not sheet.has("wave", "metric"):
        return np.full(len(sheet), ABSENT, dtype=np.intp)
    numbers = {(slot.wave, slot.name): number for number, slot in enumerate(slots)}
    pairs = zip(sheet.cells("wave"), sheet.cells("metric"), strict=True)
    return np.fromiter(map(numbers.get, pairs, repeat(ABSENT)), dtype=np.intp, count=len(sheet))


def faults_of(name: str, sheet: Sheet, rules: tuple[RowRule, ...]) -> list[pd.DataFrame]:
    """The faults of one table; only a rule that does not hold lists its rows."""
    return [rule.problems(sheet, name) for rule in rules if not rule.holds(sheet)]


def _warn_of_unknown_metrics(sheets: dict[str, Sheet], scheme: Scheme, findings: Findings) -> None:
    for name in ("plans", "outcomes"):
        if not sheets[name].has("metric"):
            continue
        unknown = {str(value) for value in sheets[name].distinct("metric")} - set(scheme.metrics)
        for count, metric in enumerate(sorted(unknown)):
            near = get_close_matches(metric, scheme.metrics, n=1) if count < SUGGESTED else []
            hint = f"; did you mean {near[0]!r}?" if near else ""
            findings.warn(
                "unknown_metric", f"{name}: rows of the metric {metric!r} are ignored{hint}", metric=metric
            )


def _check_direction_column(plans: Sheet, scheme: Scheme, slots: Sequence[Slot], findings: Findings) -> None:
    """Rows of a metric that may go either way need the column that says which way is better."""
    if plans.has("direction"):
        return
    either = [slot for slot in slots if scheme.metrics[slot.name].direction.value == "either"]
    if either and (line_numbers(plans, either) >= 0).any():
        findings.problem(
            "plans", "missing_column", "add the column, with 'lower' or 'higher'", column="direction"
        )


def _place(
    sheets: dict[str, Sheet],
    lines: dict[str, RowNumbers],
    scheme: Scheme,
    slots: tuple[Slot, ...],
    due_waves: int,
    on_missing: OnMissing,
    findings: Findings,
) -> dict[str, Any]:
    """Where the rows of each area and line stand; rows without an area and lines without a row are noted."""
    codes = list(map(str, sheets["areas"].cells("area_code")))
    row_of = {code: row for row, code in enumerate(codes)}
    ordered = np.array(sorted(row_of), dtype=object)
    area_rows = np.array([row_of[code] for code in ordered], dtype=np.intp)
    position = {code: place for place, code in enumerate(ordered)}
    cells = {
        name: rows_by_area(name, sheet, position, scheme, findings)
        for name, sheet in sheets.items()
        if name != "areas"
    }
    grids = {
        name: _grid(numbers, cells[name], (len(slots), len(position))) for name, numbers in lines.items()
    }
    assurance_rows = None
    if "assurance" in cells:
        found = np.flatnonzero(cells["assurance"] >= 0)
        assurance_rows = np.full(len(position), ABSENT, dtype=np.intp)
        assurance_rows[cells["assurance"][found]] = found
        absent = ordered[assurance_rows == ABSENT]
        needed_of_all = _needs_assurance(scheme, due_waves) and sheets["assurance"].has("area_code")
        if absent.size and needed_of_all:
            findings.problem(
                "assurance", "missing_row", "add a row for the area, or fill it in", area_code=absent
            )
    if on_missing == "raise":
        for name, grid in grids.items():
            paid = range(len(scheme.metric_lines))
            needed = [s for s in paid if name == "plans" or slots[s].wave_index < due_waves]
            if sheets[name].has(*LINE_KEY):
                _note_missing_lines(name, grid, ordered, [(s, slots[s]) for s in needed], findings)
    return {
        "area_rows": area_rows,
        "assurance_rows": assurance_rows,
        "plan_rows": grids["plans"],
        "outcome_rows": grids["outcomes"],
    }


def rows_by_area(
    name: str, sheet: Sheet, position: dict[str, int], scheme: Scheme, findings: Findings
) -> RowNumbers:
    """The place of each row's area, and `ABSENT` (a fault if the code is well formed) for unknown areas."""
    if not sheet.has("area_code"):
        return np.full(len(sheet), ABSENT, dtype=np.intp)
    codes = sheet.cells("area_code")
    places = np.fromiter(map(position.get, codes, repeat(ABSENT)), dtype=np.intp, count=len(codes))
    lost = np.flatnonzero(places == ABSENT)
    if lost.size:
        well_formed = matcher(scheme.area_code_pattern.value)
        lost = np.array([row for row in lost if well_formed(codes[row])], dtype=np.intp)
    if lost.size:
        keys = {key: sheet.array(key)[lost] for key in ("wave", "metric") if sheet.has(key)}
        fix = "add the area to the areas table, or correct the code"
        findings.problem(name, "unknown_area", fix, area_code=[codes[row] for row in lost], **keys)
    return places


def _grid(lines: RowNumbers, places: RowNumbers, shape: tuple[int, int]) -> RowNumbers:
    """Row numbers by line and area."""
    grid = np.full(shape, ABSENT, dtype=np.intp)
    known = np.flatnonzero((lines >= 0) & (places >= 0))
    grid[lines[known], places[known]] = known
    return grid


def _note_missing_lines(
    name: str,
    grid: RowNumbers,
    codes: npt.NDArray[np.object_],
    needed: list[tuple[int, Slot]],
    findings: Findings,
) -> None:
    unknown = [w["metric"] for w in findings.warnings if w["reason"] == "unknown_metric"][:SUGGESTED]
    for index, slot in needed:
        absent = codes[grid[index] == ABSENT]
        if not absent.size:
            continue
        near = get_close_matches(slot.name, unknown, n=1)
        fix = "add the row or fill it in, or withhold what is missing (on_missing='withhold')"
        if near:
            fix = f"rename the metric {near[0]!r} if it means {slot.name!r}; else {fix}"
        findings.problem(name, "missing_row", fix, area_code=absent, wave=slot.wave, metric=slot.name)
