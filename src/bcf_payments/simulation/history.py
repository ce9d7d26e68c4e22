"""How noisy a metric has been, and how long areas' own effects last: read from past periods."""

from __future__ import annotations

import datetime as dt
import math
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import FloatArray, exact_column, ratio
from bcf_payments.schemes import MetricLine, Scheme
from bcf_payments.schemes.periods import Span, Weights
from bcf_payments.simulation.fitting import Changes, Fitted, fit
from bcf_payments.tables.checking import Findings, faults_of, with_columns
from bcf_payments.tables.inputs import Columns
from bcf_payments.tables.number_checks import number_rule
from bcf_payments.tables.row_rules import Sheet, as_date, date_rule, filled_rule, unique_rule

FEWEST_PAIRS = 30
"""Fewer pairs of periods say too little of a metric's noise."""

_KEY = ("area_code", "metric", "series", "period")


_DAYS = ("period_start", "period_end")


def history_of(plans: pd.DataFrame, outcomes: pd.DataFrame, scheme: Scheme | None = None) -> pd.DataFrame:
    """Baselines and outcomes as a history: two periods for each wave and metric that is counted.

    Parameters
    ----------
    plans, outcomes : DataFrame
        As in `settle`. Rows without a partner are left out, and so are metrics of which only rates are
        known (a numerator that is not whole).
    scheme : Scheme, optional
        It says on which days outcomes are measured; baselines are taken to be of the year before (C8).
        Without it, periods are told apart by `baseline_period` and `outcome_period`, where both tables
        have them.

    Returns
    -------
    DataFrame, a row per area, metric, wave and period
        `area_code`, `metric`, `series` (the wave), `period`, `numerator`, `denominator`: what
        `OutcomeModel.from_history` takes; with a scheme, `period_start` and `period_end` besides.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("two_waves")
    >>> history_of(example.plans, example.outcomes)["metric"].unique().tolist()
    ['delayed_transfers', 'emergency_admissions']
    """
    tables: dict[str, object] = {"plans": plans, "outcomes": outcomes}
    for table, frame in tables.items():
        if not isinstance(frame, pd.DataFrame):
            fix = "give the table as a pandas DataFrame"
            raise InputError(
                [{"table": table, "reason": "missing_table", "value": type(frame).__name__, "fix": fix}]
            )
    both = plans.merge(outcomes, on=["area_code", "wave", "metric"])
    counts = both[["baseline_numerator", "outcome_numerator"]].apply(pd.to_numeric, errors="coerce")
    whole = (counts % 1 == 0).all(axis=1).groupby(both["metric"]).transform("all")
    counted = both[whole.astype(bool)].rename(columns={"wave": "series"})
    periods = []
    for name in ("baseline", "outcome"):
        columns = {f"{name}_{part}": part for part in ("numerator", "denominator")}
        rows = counted[["area_code", "metric", "series", *columns]].rename(columns=columns)
        periods.append(rows.assign(**_period(counted, name, scheme)))
    history: pd.DataFrame = pd.concat(periods, ignore_index=True)
    return history if scheme is None else history[history["period_start"].notna()]


def _period(rows: pd.DataFrame, name: str, scheme: Scheme | None) -> dict[str, list[Any]]:
    """The periods of baselines or of outcomes: their days, their names, or which comes first."""
    if scheme is None:
        named = all(f"{each}_period" in rows for each in ("baseline", "outcome"))
        named = named and bool(rows[["baseline_period", "outcome_period"]].notna().all(axis=None))
        told = rows[f"{name}_period"].astype(str) if named else ["12"[name == "outcome"]] * len(rows)
        return {"period": list(told)}
    days = {
        (slot.wave, slot.name): (slot.rule.period.value.start, slot.rule.period.value.end)
        for slot in scheme.metric_lines
        if isinstance(slot.rule, MetricLine)
    }
    found = [days.get(key) for key in zip(rows["series"], rows["metric"], strict=True)]
    ends = [[_moved(one[end], name) if one else None for one in found] for end in (0, 1)]
    return dict(
        zip(
            ("period", *_DAYS),
            ([f"{day} to {last}" for day, last in zip(*ends, strict=True)], *ends),
            strict=True,
        )
    )


def _moved(day: dt.date, name: str) -> dt.date:
    """The day itself, or of a baseline the same day of the year before."""
    if name == "outcome":
        return day
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if leap else day.day)


def estimate(
    history: pd.DataFrame, correlation: float | None = None, fallback: float = 0.0
) -> dict[str, Fitted]:
    """The noise of each metric; see `OutcomeModel.from_history`.

    Parameters
    ----------
    history : DataFrame
        As in `OutcomeModel.from_history`.
    correlation : float, optional
        Where it is not to be estimated.
    fallback : float
        The correlation of metrics of which the history does not tell it.
    """
    found = _of_metrics(_checked(history))
    few = [metric for metric, changes in found.items() if len(changes.change) < FEWEST_PAIRS]
    if few:
        fix = f"give at least {FEWEST_PAIRS} pairs of adjacent periods, or leave the metric out"
        row = {"table": "history", "reason": "missing_row", "fix": fix}
        raise InputError([{**row, "metric": metric} for metric in few])
    return {metric: fit(changes, correlation, fallback) for metric, changes in found.items()}


class History(NamedTuple):
    """What past changes of a metric tell of its areas.

    Parameters
    ----------
    means : ndarray of float, shape (areas,)
        The mean change of each area, on the log scale, less what all share.
    persistence : float
        The share of the variance of these means that lasts from change to change (one-way analysis of
        variance); NaN where no area has two changes.
    """

    means: FloatArray
    persistence: float


def read_history(history: pd.DataFrame) -> dict[str, History]:
    """The past changes of each metric; see `measure_quality`."""
    return {metric: _past(changes) for metric, changes in _of_metrics(_checked(history)).items()}


def _past(changes: Changes) -> History:
    change = pd.Series(changes.change)
    change -= change.groupby([*changes.ends.T]).transform("mean")
    own = change.groupby(changes.area)
    means, counts = own.mean(), own.size()
    areas, total = len(means), int(counts.sum())
    if not 1 < areas < total:
        return History(np.asarray(means, dtype=np.float64), math.nan)
    within = float((change - own.transform("mean")).pow(2).sum()) / (total - areas)
    between = float((counts * (means - change.mean()) ** 2).sum()) / (areas - 1)
    return History(
        np.asarray(means, dtype=np.float64), max(1 - within / between, 0.0) if between > 0 else 0.0
    )


def _of_metrics(rows: pd.DataFrame) -> dict[str, Changes]:
    return {str(metric): _changes(own) for metric, own in rows.groupby("metric", sort=True)}


def _checked(history: pd.DataFrame) -> pd.DataFrame:
    """The history as numbers and days, or an `InputError` with all its faults."""
    findings = Findings()
    columns = Columns((*_KEY[:2], "period", "numerator"), ("series", "denominator", *_DAYS))
    sheet = with_columns("history", history, columns, findings)
    dated = [day for day in _DAYS if sheet.has(day)]
    rules = (
        filled_rule(("area_code", "metric", "period", *dated)),
        unique_rule(tuple(key for key in _KEY if sheet.has(key))),
        number_rule(("numerator", "denominator")),
        *map(date_rule, dated),
    )
    findings.problems += faults_of("history", sheet, rules)
    findings.refuse()
    rows = sheet.frame.assign(numerator=_numbers(sheet, "numerator"))
    rows["denominator"] = _numbers(sheet, "denominator") if sheet.has("denominator") else 1.0
    for day in dated:
        rows[day] = [as_date(cell) for cell in sheet.cells(day)]
    return rows if sheet.has("series") else rows.assign(series="")


def _numbers(sheet: Sheet, column: str) -> FloatArray:
    values = exact_column(sheet.array(column))
    return ratio(values.numerators, values.denominator)


def _changes(rows: pd.DataFrame) -> Changes:
    """Changes of areas from a period to the next of its series: logarithms, less what all areas share."""
    rows = rows[rows["numerator"] > 0].sort_values(list(_KEY)).reset_index(drop=True)
    places, weights, together = _timing(rows)
    rows = rows.assign(place=places, level=np.log(rows["numerator"] / rows["denominator"]))
    before = rows.groupby(["area_code", "series"])[["place", "level", "numerator"]].shift()
    kept = before["place"].notna().to_numpy()
    rows, before = rows[kept], before[kept]
    ends = before["place"].astype(int), rows["place"]
    change = rows["level"] - before["level"]
    change = change - change.groupby([*ends]).transform("median")
    return Changes(
        pd.factorize(rows["area_code"])[0],
        change.to_numpy(),
        np.column_stack(ends),
        np.column_stack([before["numerator"], rows["numerator"]]),
        weights,
        together,
    )


def _timing(rows: pd.DataFrame) -> tuple[FloatArray, Weights, FloatArray]:
    """The place of each row's period, what periods are made of, and of which series each is (0: of all).

    By their days where these are given. Else periods follow one another as they sort, in all series together
    if none has the name of a period of another, nor one that begins with it, as a quarter's does with its
    year's; if so, each series has a time of its own.
    """
    if set(_DAYS) <= set(rows):
        keys = pd.MultiIndex.from_frame(rows[list(_DAYS)])
        places, periods = keys.factorize(sort=True)
        return places, Weights.of([Span.of(*days) for days in periods]), np.zeros(len(periods))
    series = rows["series"].astype(str)
    named = rows.assign(series=series).groupby("period")["series"].nunique()
    names = sorted({str(period) for period in rows["period"]})
    apart = bool((named > 1).any()) or any(later.startswith(earlier) for earlier, later in pairwise(names))
    keys = pd.MultiIndex.from_arrays([series if apart else [""] * len(rows), rows["period"]])
    places, periods = keys.factorize(sort=True)
    own = np.unique([of for of, _ in periods], return_inverse=True)[1].astype(float)
    steps = np.arange(len(periods), dtype=float)
    return places, Weights(steps, np.eye(len(periods))), own
