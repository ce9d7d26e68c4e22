"""From four raw tables to tables that are safe to compute from, or to every fault in them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.exact import BoolArray
from bcf_payments.schemes import Scheme, Slot
from bcf_payments.tables.inputs import Columns, OnMissing, TableRules, table_columns, table_rules
from bcf_payments.tables.rules import Rule

if TYPE_CHECKING:
    import pandera.pandas as pa

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

    def warn(self, reason: str, message: str, *, area_code: str = "", wave: str = "", metric: str = "") -> None:
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

    areas: pd.DataFrame
    plans: pd.DataFrame
    outcomes: pd.DataFrame
    area_rows: RowNumbers
    slots: tuple[Slot, ...]
    plan_rows: RowNumbers
    outcome_rows: RowNumbers
    warnings: tuple[dict[str, str], ...]
    assurance: pd.DataFrame = field(default_factory=pd.DataFrame)
    assurance_rows: RowNumbers = field(default_factory=lambda: np.empty(0, dtype=np.intp))


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
    frames = {"areas": areas, "plans": plans, "outcomes": outcomes}
    if assurance is not None:
        frames["assurance"] = assurance
    findings = Findings()
    known = table_columns(scheme)
    frames = {name: _with_columns(name, frame, known[name], findings) for name, frame in frames.items()}
    rules = table_rules(scheme, due_waves, on_missing)
    slots = tuple(slot for slot in (*scheme.metric_lines, *scheme.monitored))
    due = [slot for slot in slots if slot.wave_index < due_waves]
    for name in frames.keys() & {"areas", "assurance"}:
        _check_rows(name, frames[name], rules[name], findings)
    _check_lines("plans", frames["plans"], rules["plans"], slots, findings)
    _check_lines("outcomes", frames["outcomes"], rules["outcomes"], due, findings)
    _warn_of_unknown_metrics(frames, scheme, findings)
    _check_direction_column(frames["plans"], scheme, findings)
    if len(frames["areas"]) == 0:
        findings.problem("areas", "missing_row", "give at least one area")
    if "area_code" not in frames["areas"]:
        findings.refuse()
    placed = _place(frames, scheme, slots, due_waves, on_missing, findings)
    findings.refuse()
    return CheckedTables(**frames, slots=slots, warnings=tuple(findings.warnings), **placed)


def _with_columns(name: str, frame: pd.DataFrame, columns: Columns, findings: Findings) -> pd.DataFrame:
    """The table, after noting columns that are missing, stand twice, or look misspelt."""
    if not isinstance(frame, pd.DataFrame):
        given = type(frame).__name__
        findings.problem(name, "missing_table", "give the table as a pandas DataFrame", value=given)
        return pd.DataFrame()
    if not frame.columns.is_unique:
        repeated = frame.columns[frame.columns.duplicated()].unique()
        for column in repeated:
            findings.problem(name, "duplicate_column", "keep one column of this name", column=str(column))
        frame = frame.loc[:, ~frame.columns.duplicated()]
    present = tuple(str(column) for column in frame.columns)
    wanted = columns.required + columns.optional
    absent = tuple(column for column in wanted if column not in present)
    if not absent:
        return frame
    misspelt = _misspellings(tuple(column for column in present if column not in wanted), absent)
    for column in absent:
        near = misspelt.get(column)
        if column in columns.required:
            fix = f"rename the column {near!r}" if near else "add the column"
            findings.problem(name, "missing_column", fix, column=column)
        elif near:
            findings.warn(
                "misspelt_column", f"{name}: the column {near!r} is not read; did you mean {column!r}?"
            )
    return frame


@lru_cache(maxsize=256)
def _misspellings(extra: tuple[str, ...], absent: tuple[str, ...]) -> dict[str, str]:
    """For each absent column, the extra one that looks like it."""
    found = {}
    for column in absent:
        near = get_close_matches(column, extra, n=1, cutoff=0.75)
        found.update({column: name for name in near})
    return found


def _check_rows(name: str, frame: pd.DataFrame, rules: TableRules, findings: Findings) -> None:
    findings.problems += _faults(name, frame, (*rules.keys, *rules.values))


def _check_lines(
    name: str, frame: pd.DataFrame, rules: TableRules, slots: Sequence[Slot], findings: Findings
) -> None:
    """Check the keys of every row, and the values of the rows that the scheme uses."""
    used = _used(frame, slots)
    if used.all():
        _check_rows(name, frame, rules, findings)
    else:
        findings.problems += _faults(name, frame, rules.keys)
        findings.problems += _faults(name, frame[used], rules.values)


def _used(frame: pd.DataFrame, slots: Iterable[Slot]) -> BoolArray:
    """The rows whose metric is paid or monitored in their wave."""
    if not {"wave", "metric"} <= set(frame.columns):
        return np.ones(len(frame), dtype=bool)
    pairs = {(slot.wave, slot.name) for slot in slots}
    rows = list(zip(frame["wave"].tolist(), frame["metric"].tolist(), strict=True))
    if set(rows) <= pairs:
        return np.ones(len(rows), dtype=bool)
    return np.array([row in pairs for row in rows], dtype=bool)


def _faults(name: str, frame: pd.DataFrame, rules: tuple[Rule, ...]) -> list[pd.DataFrame]:
    """The faults of one table: none if pandera passes it, else those of each rule that does not hold."""
    import pandera.pandas as pa
    from pandera.config import ValidationDepth, config_context

    with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
        try:
            _guard(rules).validate(frame, lazy=True, inplace=True)
        except pa.errors.SchemaErrors:
            return [rule.problems(frame, name) for rule in rules if not rule.holds(frame)]
    return []


@lru_cache(maxsize=256)
def _guard(rules: tuple[Rule, ...]) -> pa.DataFrameSchema:
    """The rules as one pandera schema that answers for the whole table, which is much the fastest."""
    import pandera.pandas as pa

    return pa.DataFrameSchema(checks=[rule.check(by_row=False) for rule in rules])


def _warn_of_unknown_metrics(frames: dict[str, pd.DataFrame], scheme: Scheme, findings: Findings) -> None:
    for name in ("plans", "outcomes"):
        if "metric" not in frames[name]:
            continue
        for metric in sorted({str(value) for value in frames[name]["metric"].tolist()} - set(scheme.metrics)):
            near = get_close_matches(metric, scheme.metrics, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            findings.warn(
                "unknown_metric", f"{name}: rows of the metric {metric!r} are ignored{hint}", metric=metric
            )


def _check_direction_column(plans: pd.DataFrame, scheme: Scheme, findings: Findings) -> None:
    """Rows of a metric that may go either way need the column that says which way is better."""
    if "direction" in plans or not {"wave", "metric"} <= set(plans.columns):
        return
    either = [
        slot
        for slot in (*scheme.metric_lines, *scheme.monitored)
        if scheme.metrics[slot.name].direction.value == "either"
    ]
    if either and _used(plans, either).any():
        findings.problem(
            "plans", "missing_column", "add the column, with 'lower' or 'higher'", column="direction"
        )


def _place(
    frames: dict[str, pd.DataFrame],
    scheme: Scheme,
    slots: tuple[Slot, ...],
    due_waves: int,
    on_missing: OnMissing,
    findings: Findings,
) -> dict[str, Any]:
    """Where the rows of each area and line stand, after noting rows without an area and lines without a row."""
    codes = [str(code) for code in frames["areas"]["area_code"].tolist()]
    area_rows = np.array(sorted(range(len(codes)), key=codes.__getitem__), dtype=np.intp)
    position = {codes[row]: place for place, row in enumerate(area_rows.tolist())}
    ordered = np.array(list(position), dtype=object)
    cells = {
        name: _rows_by_area(name, frame, position, scheme, findings)
        for name, frame in frames.items()
        if name != "areas"
    }
    grids = {name: _grid(frames[name], cells[name], slots, len(position)) for name in ("plans", "outcomes")}
    placed = {"area_rows": area_rows, "plan_rows": grids["plans"], "outcome_rows": grids["outcomes"]}
    if "assurance" in cells:
        found = np.flatnonzero(cells["assurance"] >= 0)
        placed["assurance_rows"] = np.full(len(position), ABSENT, dtype=np.intp)
        placed["assurance_rows"][cells["assurance"][found]] = found
        absent = ordered[placed["assurance_rows"] == ABSENT]
        if absent.size and "area_code" in frames["assurance"]:
            findings.problem("assurance", "missing_row", "add a row for the area", area_code=absent)
    if on_missing == "raise":
        for name, grid in grids.items():
            paid = range(len(scheme.metric_lines))
            needed = [s for s in paid if name == "plans" or slots[s].wave_index < due_waves]
            if set(frames[name].columns) >= {"area_code", "wave", "metric"}:
                _note_missing_lines(name, grid, ordered, [(s, slots[s]) for s in needed], findings)
    return placed


def _rows_by_area(
    name: str, frame: pd.DataFrame, position: dict[str, int], scheme: Scheme, findings: Findings
) -> RowNumbers:
    """The place of each row's area, and `ABSENT` (a fault if the code is well formed) for unknown areas."""
    if "area_code" not in frame:
        return np.full(len(frame), ABSENT, dtype=np.intp)
    codes = [str(code) for code in frame["area_code"].tolist()]
    places = np.array([position.get(code, ABSENT) for code in codes], dtype=np.intp)
    lost = np.flatnonzero(places == ABSENT)
    if lost.size:
        well_formed = pd.Series(codes, dtype=object)[lost].str.fullmatch(scheme.area_code_pattern.value)
        lost = lost[well_formed.to_numpy(dtype=bool)]
    if lost.size:
        keys = {key: frame[key].to_numpy()[lost] for key in ("wave", "metric") if key in frame}
        fix = "add the area to the areas table, or correct the code"
        findings.problem(name, "unknown_area", fix, area_code=np.array(codes, dtype=object)[lost], **keys)
    return places


def _grid(
    frame: pd.DataFrame, places: RowNumbers, slots: tuple[Slot, ...], area_count: int
) -> RowNumbers:
    """Row numbers by line and area."""
    grid = np.full(len(slots) * area_count, ABSENT, dtype=np.intp)
    if {"wave", "metric"} <= set(frame.columns):
        line = {(slot.wave, slot.name): index for index, slot in enumerate(slots)}
        pairs = zip(frame["wave"].tolist(), frame["metric"].tolist(), strict=True)
        lines = np.array([line.get(pair, ABSENT) for pair in pairs], dtype=np.intp)
        known = np.flatnonzero((lines >= 0) & (places >= 0))
        grid[lines[known] * area_count + places[known]] = known
    return grid.reshape(len(slots), area_count)


def _note_missing_lines(
    name: str,
    grid: RowNumbers,
    codes: npt.NDArray[np.object_],
    needed: list[tuple[int, Slot]],
    findings: Findings,
) -> None:
    unknown = {w["metric"]: w["message"] for w in findings.warnings if w["reason"] == "unknown_metric"}
    for index, slot in needed:
        absent = codes[grid[index] == ABSENT]
        if not absent.size:
            continue
        near = get_close_matches(slot.name, unknown, n=1)
        fix = "add the row, or settle with on_missing='withhold'"
        if near:
            fix = f"rename the metric {near[0]!r} if it means {slot.name!r}; else {fix}"
        findings.problem(name, "missing_row", fix, area_code=absent, wave=slot.wave, metric=slot.name)
