"""What plans and outcomes would save, in units and in money, at values per unit that a table gives."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import pandas as pd

from bcf_payments.core.plan_lines import (
    LineKey,
    PlanLine,
    as_pence,
    keys_of,
    levels,
    plan_lines,
    read_alone,
    read_areas,
)
from bcf_payments.core.requirements import as_float
from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import as_fraction
from bcf_payments.given import guarded, handed_out, notices_of, take_option
from bcf_payments.schemes import Scheme, scheme_of
from bcf_payments.schemes.having import refuse_without_metrics
from bcf_payments.tables.checking import Findings, area_numbers, check_areas, faults_of, with_columns
from bcf_payments.tables.choosing import Codes, given_codes
from bcf_payments.tables.input_rules import table_rules
from bcf_payments.tables.inputs import AREA, LINE_KEY, Columns, OnMissing, table_columns
from bcf_payments.tables.number_checks import number_rule
from bcf_payments.tables.row_rules import Sheet, code_rule, filled_rule, known_rule, unique_rule
from bcf_payments.words import listed

SavingsBy: TypeAlias = Literal["area", "region", "nation"]

KEYS = {"area": "area_code", "region": "region", "nation": "nation"}
VALUE_COLUMNS = Columns(("metric", "pounds", "source"))


@guarded
def savings(
    plans: pd.DataFrame,
    unit_values: pd.DataFrame,
    outcomes: pd.DataFrame | None = None,
    *,
    by: SavingsBy = "area",
    areas: pd.DataFrame | None = None,
    scheme: str | Path | Scheme = "october_2013",
    on_missing: OnMissing = "raise",
    only: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Value what is planned, and what was achieved, at so many pounds per unit.

    Parameters
    ----------
    plans : DataFrame, a row per area, wave and metric
        As in `settle`; any waves.
    unit_values : DataFrame, a row per metric
        `metric`; `pounds`, what one unit less (of a metric of which higher is better: one more) saves;
        `source`, where that is from. Metrics without a row are left out: what has no price is not 0.
    outcomes : DataFrame, a row per area, wave and metric, optional
        As in `settle`.
    by : {"area", "region", "nation"}
        What to add up over.
    areas : DataFrame, a row per area, optional
        `area_code`, `area_name`, `region`; needed by region. Where it is given it has every area of `plans`.
    scheme : str, Path or Scheme
        Whose metrics these are: which way is better, and which are counts.
    on_missing : {"raise", "withhold"}
        Whether a plan without its outcome is a fault, or is told of as missing.
    only : sequence of str, optional
        Codes of areas: rows of others are not read.
        Together they are then so many areas, not the nation.

    Returns
    -------
    DataFrame, a row per area, region or nation, wave and metric
        The key; `wave`, `metric`; `baseline_units` and `baseline_pence`, what there was and what it costs;
        `planned_units`, the planned change (float; below 0: fewer), and `planned_pence`, what that saves
        (below 0: costs). With outcomes also `achieved_units`, `achieved_pence`; `missing`, the plans without
        an outcome, and `not_known_pence`, what those would save; `above_plan_pence`, achieved less planned.
        `value_source`, where the unit value is from.

    Raises
    ------
    InputError
        Every fault of the tables; a metric of `unit_values` that the scheme does not know; no plan that has
        a value; by region without `areas`.

    Notes
    -----
    Units are what numerators count, at the baseline's denominator: a change is
    `(rate after - rate before) * baseline denominator`, and for counts, or where denominators are equal, the
    difference of the numerators. A line's money is `units * pounds`, rounded to the nearest penny, halves
    away from 0; other rows are sums of lines, so that areas add up to regions and to the nation, and
    `above plan = achieved - (planned - not known)`. Waves are kept apart: quarters that follow one another
    may be added up, periods that overlap (L4) may not. What a change saves at a unit value is arithmetic: it
    is not evidence that the money was released. Source: N1, N3, N4, N5, N8.

    Examples
    --------
    The plans of October 2014 in one row: 163,000 admissions are 3.07% (N4), at £1,552 each £253m.

    >>> import pandas as pd
    >>> import bcf_payments as bcf
    >>> plans = pd.DataFrame({"area_code": ["E06000001"], "wave": "2015_16", "metric": "emergency_admissions",
    ...     "baseline_numerator": 5_309_446, "baseline_denominator": 1,
    ...     "target_numerator": 5_146_446, "target_denominator": 1})
    >>> values = pd.DataFrame({"metric": ["emergency_admissions"], "pounds": 1552, "source": "N4"})
    >>> nation = bcf.savings(plans, values, by="nation").iloc[0]
    >>> float(nation["planned_units"]), int(nation["planned_pence"])
    (-163000.0, 25297600000)
    """
    take_option(by, get_args(SavingsBy), "by")
    take_option(on_missing, get_args(OnMissing), "on_missing")
    rules = scheme_of(scheme)
    if not rules.metrics:
        refuse_without_metrics(rules, "a saving")
    findings = Findings(pattern=rules.area_code_pattern.value)
    values = _read_values(unit_values, rules, findings)
    codes = given_codes(only)
    planned = _read_lines("plans", plans, rules, values, findings, codes)
    measured = None if outcomes is None else _read_lines("outcomes", outcomes, rules, values, findings, codes)
    regions = _regions(areas, planned, by, findings)
    findings.refuse()
    lines = plan_lines(planned, rules)
    made = {} if measured is None else _made(measured, rules)
    _refuse_gaps(lines, values, None if measured is None or on_missing == "withhold" else made)
    nation = {line.area_code: rules.nation_key for line in lines}
    places = {"area": {}, "region": regions, "nation": nation}[by]
    rows = [
        (places.get(line[0], line[0]), str(line.wave), line.metric, *_valued(line, made, values))
        for line in lines
    ]
    table = _added_up(rows, KEYS[by], rules, values)
    table = table.drop(columns=list(OF_OUTCOMES) if measured is None else [])
    given = {"plans": plans, "unit_values": unit_values, "outcomes": outcomes, "areas": areas}
    return handed_out(table, notices_of(given))


UNITS = ("baseline_units", "planned_units", "achieved_units")
PENCE = ("baseline_pence", "planned_pence", "achieved_pence", "not_known_pence")
OF_OUTCOMES = ("achieved_units", "achieved_pence", "missing", "not_known_pence", "above_plan_pence")


class _UnitValue(NamedTuple):
    """What a unit saves, in pence, and where that is from."""

    pence: Fraction
    source: str


def _read_values(unit_values: object, scheme: Scheme, findings: Findings) -> dict[str, _UnitValue]:
    """The value of a unit of each metric, after noting faults."""
    rules = (
        known_rule("metric", scheme.metrics),
        unique_rule(("metric",)),
        number_rule(("pounds",), "leave the row out if it is not known"),
        filled_rule(("source",)),
    )
    table = with_columns("unit_values", unit_values, VALUE_COLUMNS, findings)
    faults = faults_of("unit_values", table, rules)
    findings.problems += faults
    if faults or not table.has(*VALUE_COLUMNS.required):
        return {}
    rows = zip(*(table.cells(name) for name in VALUE_COLUMNS.required), strict=True)
    return {metric: _UnitValue(as_fraction(pounds) * 100, str(source)) for metric, pounds, source in rows}


def _read_lines(
    name: str,
    frame: object,
    scheme: Scheme,
    values: Mapping[str, _UnitValue],
    findings: Findings,
    only: Codes | None,
) -> Sheet:
    """The rows of plans or outcomes whose metric has a value, after noting faults; any wave will do."""
    keys = (code_rule(findings.pattern), filled_rule(("wave",)), unique_rule(LINE_KEY))
    sheet = read_alone(name, frame, table_columns(scheme)[name], keys, findings, only)
    if not sheet.has("metric"):
        return sheet
    valued = sheet.only(~sheet.rejected("metric", lambda metric: metric in values))
    findings.problems += faults_of(name, valued, table_rules(scheme, 0, "withhold")[name].of_values)
    return valued


def _made(outcomes: Sheet, scheme: Scheme) -> dict[LineKey, tuple[Fraction, Fraction]]:
    """The level of each outcome, and what it is divided by."""
    return dict(zip(keys_of(outcomes), levels(outcomes, "outcome", scheme), strict=True))


def _regions(areas: object, plans: Sheet, by: SavingsBy, findings: Findings) -> dict[str, str]:
    """The region of each area, where areas are given; every area of the plans must have one."""
    if areas is None:
        if by == "region":
            fix = "give areas=..., a table that says in which region each area lies"
            findings.problem("areas", "missing_table", fix)
        return {}
    sheet = read_areas(areas, findings)
    if not sheet.has(*AREA):
        return {}
    findings.areas = sheet.frame
    codes = sheet.cells("area_code")
    check_areas("plans", plans, area_numbers(plans, codes), codes, findings.pattern, findings)
    return dict(zip(codes, sheet.cells("region"), strict=True))


def _refuse_gaps(
    lines: Sequence[PlanLine], values: Mapping[str, _UnitValue], made: Mapping[LineKey, object] | None
) -> None:
    """Refuse plans none of which has a value, and plans whose outcome is not `made`."""
    if not lines:
        fix = f"give plans of a metric that has a value: {listed(list(values)) or 'none has one'}"
        raise InputError([{"table": "plans", "reason": "missing_row", "fix": fix}])
    fix = "add the row, or count it as missing (on_missing='withhold')"
    gaps = [
        {
            "table": "outcomes",
            "reason": "missing_row",
            **dict(zip(LINE_KEY, line[:3], strict=True)),
            "fix": fix,
        }
        for line in lines
        if made is not None and line[:3] not in made
    ]
    if gaps:
        raise InputError(gaps)


def _valued(
    line: PlanLine, made: Mapping[LineKey, tuple[Fraction, Fraction]], values: Mapping[str, _UnitValue]
) -> tuple[Fraction | int, ...]:
    """The figures of one line, in the order of `UNITS`, `PENCE` and `missing`."""
    unit = values[line.metric].pence
    known = line[:3] in made
    outcome = made[line[:3]][0] if known else line.baseline
    planned, achieved = (end - line.baseline for end in (line.target, outcome))
    changes = [line.baseline * line.per, planned * line.per, achieved * line.per]
    saved = [_nearest(-line.sign * change * unit) for change in changes[1:]]
    missing = 0 if known else saved[0]
    return (*changes, _nearest(changes[0] * unit), *saved, missing, int(not known))


def _nearest(pence: Fraction) -> int:
    """Whole pence, halves away from 0, so that what saves one way costs the same the other way."""
    size = math.floor(abs(pence) + Fraction(1, 2))
    return size if pence > 0 else -size


def _added_up(
    rows: Sequence[tuple[Any, ...]], key: str, scheme: Scheme, values: Mapping[str, _UnitValue]
) -> pd.DataFrame:
    """Sums of lines, in the scheme's order."""
    sums = defaultdict[LineKey, list[Any]](lambda: [0] * (len(UNITS) + len(PENCE) + 1))
    for place, wave, metric, *figures in rows:
        sums[place, wave, metric] = [a + b for a, b in zip(sums[place, wave, metric], figures, strict=True)]
    orders = [{name: at for at, name in enumerate(names)} for names in (scheme.wave_names, scheme.metrics)]

    def order(found: LineKey) -> tuple[Any, ...]:
        place, *names = found
        return (place, *((of.get(name, len(of)), name) for of, name in zip(orders, names, strict=True)))

    keys = sorted(sums, key=order)
    cells = dict(
        zip((*UNITS, *PENCE, "missing"), zip(*(sums[each] for each in keys), strict=True), strict=True)
    )
    pence = {name: as_pence(cells[name], "plans") for name in PENCE}
    units = {name: np.array([as_float(Fraction(cell)) for cell in cells[name]]) for name in UNITS}
    table = pd.DataFrame(keys, columns=[key, "wave", "metric"])
    for name in ("baseline", "planned", "achieved"):
        table[f"{name}_units"], table[f"{name}_pence"] = units[f"{name}_units"], pence[f"{name}_pence"]
    table["missing"], table["not_known_pence"] = (
        np.array(cells["missing"], dtype=np.int64),
        pence["not_known_pence"],
    )
    expected = table["planned_pence"] - table["not_known_pence"]
    return table.assign(
        above_plan_pence=table["achieved_pence"] - expected,
        value_source=[values[metric].source for metric in table["metric"]],
    )
