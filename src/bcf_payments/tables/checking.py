"""From four raw tables to tables that are safe to compute from, or to every fault in them at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import BoolArray
from bcf_payments.given import table_fix, told
from bcf_payments.schemes import Slot
from bcf_payments.schemes.patterns import matcher
from bcf_payments.tables.amounts import ALLOCATION, is_filled, is_twice
from bcf_payments.tables.choosing import Codes, of_these, settled_codes
from bcf_payments.tables.demands import Demands, LineName
from bcf_payments.tables.input_rules import TableRules
from bcf_payments.tables.inputs import LINE_KEY, Columns
from bcf_payments.tables.lookup import with_areas
from bcf_payments.tables.marks import told_once
from bcf_payments.tables.places import header_place
from bcf_payments.tables.row_rules import SUGGESTED, RowRule, Sheet, is_blank, written
from bcf_payments.tables.shapes import (
    fix_of_block,
    fix_of_notes,
    fix_of_totals,
    has_formula,
    no_rows_of_areas,
    row_of_headings,
)
from bcf_payments.tables.successions import UNDER_ONE_CODE, related
from bcf_payments.words import listed

ABSENT = -1
"""In place of a number where a row speaks of no area or line that is known."""

RowNumbers = npt.NDArray[np.intp]


@dataclass
class Findings:
    """What the checks have found so far: faults, which refuse the input, and warnings, which do not.

    `areas` and the `pattern` of their codes tell of which areas the faults are.
    """

    areas: pd.DataFrame = field(default_factory=pd.DataFrame)
    pattern: str = ".*"
    problems: list[pd.DataFrame] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)

    def problem(self, table: str, reason: str, fix: str | Codes, **where: object) -> None:
        """Add faults of one kind; `where` and the fix are columns of their table, scalars or sequences."""
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
            problems = pd.concat(self.problems, ignore_index=True)
            raise InputError(with_areas(problems, self.areas, self.pattern))


class CheckedTables(NamedTuple):
    """Tables without a fault, and what each of their rows speaks of.

    `codes` are the areas that are settled, in order. `areas` holds, by table, the number of each row's area
    among them, `lines` the number of its line: `ABSENT` where the row is not used (yet). No two rows of a
    table speak of the same.
    """

    codes: Codes
    sheets: Mapping[str, Sheet]
    areas: Mapping[str, RowNumbers]
    lines: Mapping[str, RowNumbers]
    warnings: tuple[dict[str, str], ...]


def check_tables(
    given: Mapping[str, object], demanded: Demands, only: Sequence[str] | None = None
) -> CheckedTables:
    """Check all tables, each by its rules and then one against the other; see `Reading`.

    Parameters
    ----------
    given : mapping of str to object
        The tables by name.
    demanded : Demands
        What they must hold.
    only : sequence of str, optional
        The areas that are settled, by code, name or region: rows of others are read in `areas` alone.

    Raises
    ------
    InputError
        With every fault of every table.
    """
    findings = Findings(pattern=demanded.area_code)
    if "assurance" not in given and demanded.assurance:
        fix = "give the table, as DataFrame, file or sheet: the scheme pays on conditions of each area's plan"
        findings.problem("assurance", "missing_table", fix)
    sheets = {
        name: rows_of_areas(
            name, with_columns(name, frame, demanded.columns[name], findings), demanded.area_code, findings
        )
        for name, frame in given.items()
    }
    findings.areas = sheets["areas"].frame
    codes, unknown = settled_codes(sheets["areas"], only)
    findings.problems += unknown
    if only is not None:
        # Where amounts are given, others share nothing: not even their rows of areas are read.
        read = [name for name in sheets if name != "areas" or demanded.given]
        sheets |= {name: of_these(sheets[name], codes, demanded.area_code) for name in read}
    lines = {name: line_numbers(sheets[name], demanded.lines) for name in ("plans", "outcomes")}
    for name, numbers in demanded.read.items():
        lines[name][~np.isin(lines[name], numbers)] = ABSENT
    for name, sheet in sheets.items():
        used = lines[name] != ABSENT if name in lines else np.ones(len(sheet), dtype=bool)
        _check_rows(name, sheet, demanded.rules[name], used, findings)
    _warn_of_unknown_metrics(sheets, demanded.metrics, findings)
    _check_direction_column(sheets["plans"], demanded.either, findings)
    if len(sheets["areas"]) == 0 and isinstance(given["areas"], pd.DataFrame):
        findings.problem("areas", "missing_row", "give at least one area")
    _check_amounts(sheets["areas"], demanded, findings)
    if not sheets["areas"].has("area_code"):
        findings.refuse()
    areas = {name: area_numbers(sheet, codes) for name, sheet in sheets.items()}
    _check_across(sheets, areas, lines, codes, demanded, findings)
    findings.refuse()
    return CheckedTables(codes, sheets, areas, lines, tuple(findings.warnings))


def _check_across(
    sheets: Mapping[str, Sheet],
    areas: Mapping[str, RowNumbers],
    lines: Mapping[str, RowNumbers],
    codes: Codes,
    demanded: Demands,
    findings: Findings,
) -> None:
    """Every row must speak of an area that is known, and every area needs its rows."""
    for name, sheet in sheets.items():
        if name != "areas":
            check_areas(name, sheet, areas[name], codes, demanded.area_code, findings)
    if demanded.assured and "assurance" in sheets:
        _check_assured(sheets["assurance"], areas["assurance"], codes, demanded.assured, findings)
    for name, needed in demanded.needed.items():
        if sheets[name].has(*LINE_KEY) and not _unread(sheets[name]):
            needed_lines = {number: demanded.lines[number] for number in needed}
            _check_lines(name, lines[name], areas[name], codes, needed_lines, findings)


def _check_amounts(areas: Sheet, demanded: Demands, findings: Findings) -> None:
    """An area's money is told once: as a whole, or part by part, or by weights."""
    if is_twice(areas, demanded.given):
        fix = f"keep {ALLOCATION}, or the amounts by component and pot: the other says it once more"
        findings.problem("areas", "duplicate_column", fix, column=ALLOCATION)
    unread = [column for column in demanded.weights if is_filled(areas, column)] if demanded.given else []
    if unread:
        message = f"areas: {listed(unread)}: not read, as the amounts say what each area gets"
        findings.warn("weights_not_read", message)


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
    lost = [column for column in absent if column in columns.required]
    if lost and (at := row_of_headings(frame, lost)) is not None:
        fix = _FIX_OF_TITLES if columns.required[0] in lost else _FIX_OF_TWO_ROWS
        findings.problem(name, "missing_column", fix.format(row=at + 1), column=lost[0])
        return Sheet(pd.DataFrame())
    misspelt = _misspellings(tuple(column for column in present if column not in wanted), absent)
    for column in absent:
        near = misspelt.get(column)
        if column in columns.required:
            fix = f"rename the column {near!r}" if near else _column_fix(frame, column, columns)
            findings.problem(name, "missing_column", fix, column=column, place=header_place(frame))
        elif near:
            findings.warn(
                "misspelt_column", f"{name}: the column {near!r} is not read; did you mean {column!r}?"
            )
    return Sheet(frame)


_FIX_OF_TITLES = "leave out what stands above the headings, which seem to stand in row {row} of the table"
_FIX_OF_TWO_ROWS = "write the headings in one row: some seem to stand in row {row} of the table"


def rows_of_areas(name: str, sheet: Sheet, pattern: str, findings: Findings) -> Sheet:
    """The rows that speak of areas, each with its code, after noting every other kind of row once."""
    keys = LINE_KEY if sheet.has(*LINE_KEY) else LINE_KEY[:1]
    other = no_rows_of_areas(sheet, matcher(pattern), keys) if sheet.has("area_code") else None
    if other is None or not any(rows.any() for rows in other):
        return sheet
    codes = np.array(sheet.cells("area_code"), dtype=object)
    for rows, fix in (
        (other.notes, fix_of_notes(int(other.notes.sum()))),
        (other.totals, fix_of_totals(codes[other.totals])),
    ):
        if rows.any():
            first = next(filter(None, map(written, codes[rows])), "")
            (place, *_) = sheet.only(rows).places("area_code")
            findings.problem(name, "bad_code", fix, column="area_code", value=first, place=place)
    above = pd.Series(codes).mask(pd.Series(codes).map(is_blank)).ffill()
    blocks = np.where(other.continued, above, codes)
    continued = sheet.assigned("area_code", blocks).only(other.continued)
    for code, block in pd.Series(continued.places("area_code")).groupby(blocks[other.continued], sort=False):
        where = {"area_code": code, "column": "area_code", "place": block.iloc[0]}
        findings.problem(name, "bad_code", fix_of_block(code, len(block)), **where)
    return sheet.assigned("area_code", blocks).only(~(other.notes | other.totals))


def _unread(sheet: Sheet) -> bool:
    """Whether a key is a formula without its value, so that nobody knows which rows are there."""
    return any(has_formula(sheet.distinct(key)) for key in LINE_KEY)


def _column_fix(frame: pd.DataFrame, column: str, columns: Columns) -> str:
    """What to do about a column that is not there, though its cells may be."""
    if column in frame.index.names:
        return f"{column} is in the index: make it a column with .reset_index()"
    if isinstance(frame.columns, pd.MultiIndex):
        return "give the columns one name each: they have several levels (MultiIndex)"
    in_pounds = f"{column.removesuffix('pence')}pounds"
    if in_pounds in frame.columns:
        return f"write whole pence into {column}: {in_pounds} times 100"
    return f"add the column, {columns.instead[column]}" if column in columns.instead else "add the column"


@lru_cache(maxsize=256)
def _misspellings(extra: tuple[str, ...], absent: tuple[str, ...]) -> dict[str, str]:
    """For each absent column, the extra one that looks like it."""
    near = {column: get_close_matches(column, extra, n=1, cutoff=0.75) for column in absent}
    return {column: names[0] for column, names in near.items() if names}


def _check_rows(name: str, sheet: Sheet, rules: TableRules, used: BoolArray, findings: Findings) -> None:
    """Check the keys of every row, and the values of the rows that the scheme uses."""
    if used.all():
        findings.problems += faults_of(name, sheet, (*rules.of_keys, *rules.of_values))
    else:
        findings.problems += faults_of(name, sheet, rules.of_keys)
        findings.problems += faults_of(name, sheet.only(used), rules.of_values)


def line_numbers(sheet: Sheet, named: Sequence[LineName | Slot]) -> RowNumbers:
    """For each row of a table the number of its line, and `ABSENT` where the scheme does not use it."""
    if not sheet.has("wave", "metric"):
        return np.full(len(sheet), ABSENT, dtype=np.intp)
    waves, metrics = (
        {name: number for number, name in enumerate(dict.fromkeys(names))}
        for names in ((line.wave for line in named), (line.name for line in named))
    )
    numbers = np.full((len(waves) + 1, len(metrics) + 1), ABSENT, dtype=np.intp)
    for number, line in enumerate(named):
        numbers[waves[line.wave], metrics[line.name]] = number
    of_wave = sheet.keyed("wave").map(lambda wave: waves.get(wave, len(waves)), int)
    of_metric = sheet.keyed("metric").map(lambda metric: metrics.get(metric, len(metrics)), int)
    return np.asarray(numbers[of_wave, of_metric])


def faults_of(name: str, sheet: Sheet, rules: tuple[RowRule, ...]) -> list[pd.DataFrame]:
    """The faults of one table; only a rule that does not hold lists its rows."""
    return [told_once(rule.problems(sheet, name)) for rule in rules if not rule.holds(sheet)]


def _warn_of_unknown_metrics(sheets: Mapping[str, Sheet], metrics: Sequence[str], findings: Findings) -> None:
    for name in ("plans", "outcomes"):
        if not sheets[name].has("metric"):
            continue
        unknown = {str(value) for value in sheets[name].distinct("metric")} - set(metrics)
        for count, metric in enumerate(sorted(unknown)):
            near = get_close_matches(metric, metrics, n=1) if count < SUGGESTED else []
            hint = f"; did you mean {near[0]!r}?" if near else ""
            findings.warn(
                "unknown_metric", f"{name}: rows of the metric {metric!r} are ignored{hint}", metric=metric
            )


def _check_direction_column(plans: Sheet, either: Sequence[LineName], findings: Findings) -> None:
    """Rows of a metric that may go either way need the column that says which way is better."""
    if either and not plans.has("direction") and (line_numbers(plans, either) >= 0).any():
        findings.problem(
            "plans", "missing_column", "add the column, with 'lower' or 'higher'", column="direction"
        )


def area_numbers(sheet: Sheet, codes: Iterable[str]) -> RowNumbers:
    """For each row of a table the number of its area, and `ABSENT` where the area is not known."""
    if not sheet.has("area_code"):
        return np.full(len(sheet), ABSENT, dtype=np.intp)
    cells = sheet.keyed("area_code")
    known = pd.Index(np.asarray(codes, dtype=object), dtype=object)
    numbers = known.get_indexer(pd.Index(cells.different, dtype=object))
    return np.asarray(numbers[cells.numbers], dtype=np.intp)


def check_areas(
    name: str, sheet: Sheet, areas: RowNumbers, known: Iterable[str], pattern: str, findings: Findings
) -> None:
    """The area of every row must be known; a code that does not match the pattern is a fault already."""
    if not sheet.has("area_code"):
        return
    lost = np.flatnonzero((areas == ABSENT) & ~sheet.rejected("area_code", matcher(pattern)))
    codes = sheet.cells("area_code") if lost.size else []
    if lost.size:
        keys = ("area_code", "area_name", "wave", "metric")
        where = {key: sheet.array(key)[lost] for key in keys if sheet.has(key)}
        there = frozenset(known)
        fixes = np.array([_fix_of_code(codes[row], there) for row in lost], dtype=object)
        findings.problem(name, "unknown_area", fixes, **where, place=sheet.places("area_code", lost))


def _fix_of_code(code: str, known: frozenset[str]) -> str:
    """What to do about a code that no area bears; never to add one that overlaps an area (F11)."""
    told = related(code, known)
    return f"{told}: {UNDER_ONE_CODE}" if told else "add the area to the areas table, or correct the code"


def _check_assured(
    sheet: Sheet, areas: RowNumbers, codes: Codes, waves: Sequence[str], findings: Findings
) -> None:
    """Every area needs its row; where rows name a wave, one for each that needs it."""
    if not sheet.has("area_code"):
        return
    by_wave = sheet.has("wave")
    for wave in waves if by_wave else ("",):
        rows = (areas >= 0) & (sheet.array("wave").astype(str) == wave if by_wave else True)
        absent = np.delete(codes, areas[rows])
        if absent.size:
            fix = "add a row for the area, or fill it in"
            findings.problem("assurance", "missing_row", fix, area_code=absent, wave=wave)


def _check_lines(
    name: str,
    lines: RowNumbers,
    areas: RowNumbers,
    codes: Codes,
    needed: Mapping[int, LineName],
    findings: Findings,
) -> None:
    """Every area needs a row for each of some numbered lines."""
    unknown = [w["metric"] for w in findings.warnings if w["reason"] == "unknown_metric"][:SUGGESTED]
    known = areas >= 0
    for number, line in needed.items():
        absent = np.delete(codes, areas[known & (lines == number)])
        if not absent.size:
            continue
        near = get_close_matches(line.name, unknown, n=1)
        fix = "add the row or fill it in, or withhold what is missing (on_missing='withhold')"
        if near:
            fix = f"rename the metric {near[0]!r} if it means {line.name!r}; else {fix}"
        findings.problem(name, "missing_row", fix, area_code=absent, wave=line.wave, metric=line.name)
