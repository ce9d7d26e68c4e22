"""How noisy a metric has been: dispersion and relative standard deviation from past periods."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import FloatArray, exact_column, ratio
from bcf_payments.tables.checking import Findings, faults_of, with_columns
from bcf_payments.tables.inputs import Columns
from bcf_payments.tables.number_checks import number_rule
from bcf_payments.tables.row_rules import Sheet, filled_rule, unique_rule

FEWEST_PAIRS = 30
"""Fewer pairs of periods say too little of a metric's noise."""

GROUP = 15
"""Pairs in a group of like size: enough for a median."""

MEDIAN_OF_CHI_SQUARE = 0.454936
"""Median of the square of a standard normal variable."""

SMALL_SAMPLE = 1.9
"""The median of k such squares is on average `1 + 1.9 / k` times as high."""

_KEY = ("area_code", "metric", "series", "period")


def history_of(plans: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Baselines and outcomes as a history: two periods for each wave and metric that is counted.

    Parameters
    ----------
    plans, outcomes : DataFrame
        As in `settle`. Rows without a partner are left out, and so are metrics of which only rates are
        known (a numerator that is not whole).

    Returns
    -------
    DataFrame, a row per area, metric, wave and period
        `area_code`, `metric`, `series` (the wave), `period`, `numerator`, `denominator`: what
        `OutcomeModel.from_history` takes.

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
    for period, name in ((1, "baseline"), (2, "outcome")):
        columns = {f"{name}_{part}": part for part in ("numerator", "denominator")}
        rows = counted[["area_code", "metric", "series", *columns]].rename(columns=columns)
        periods.append(rows.assign(period=period))
    history: pd.DataFrame = pd.concat(periods, ignore_index=True)
    return history


def estimate(history: pd.DataFrame) -> dict[str, dict[str, float]]:
    """`dispersion` and `relative_sd` by metric; see `OutcomeModel.from_history`."""
    pairs = _pairs(_checked(history))
    found = {str(metric): _fit(rows) for metric, rows in pairs.groupby("metric", sort=True)}
    return {
        "dispersion": {metric: dispersion for metric, (dispersion, _) in found.items()},
        "relative_sd": {metric: relative_sd for metric, (_, relative_sd) in found.items()},
    }


def _checked(history: pd.DataFrame) -> pd.DataFrame:
    """The history as numbers, or an `InputError` with all its faults."""
    findings, columns = Findings(), Columns((*_KEY[:2], "period", "numerator"), ("series", "denominator"))
    sheet = with_columns("history", history, columns, findings)
    rules = (
        filled_rule(("area_code", "metric", "period")),
        unique_rule(tuple(key for key in _KEY if sheet.has(key))),
        number_rule(("numerator", "denominator")),
    )
    findings.problems += faults_of("history", sheet, rules)
    findings.refuse()
    rows = sheet.frame.assign(numerator=_numbers(sheet, "numerator"))
    rows["denominator"] = _numbers(sheet, "denominator") if sheet.has("denominator") else 1.0
    return rows if sheet.has("series") else rows.assign(series="")


def _numbers(sheet: Sheet, column: str) -> FloatArray:
    values = exact_column(sheet.array(column))
    return ratio(values.numerators, values.denominator)


def _pairs(history: pd.DataFrame) -> pd.DataFrame:
    """Adjacent periods: `metric`, `thin` (1 / n1 + 1 / n2) and `change`, less what all areas share."""
    rows = history[history["numerator"] > 0].sort_values(list(_KEY))
    series = rows.groupby(["area_code", "metric", "series"])
    rate = rows["numerator"] / rows["denominator"]
    growth = rate / rate.groupby([rows[key] for key in _KEY[:3]]).shift()
    pairs = rows[["metric", "series", "period"]].assign(
        growth=growth, thin=1 / rows["numerator"] + 1 / series["numerator"].shift()
    )
    pairs = pairs[pairs["growth"].notna()]
    shared = pairs.groupby(["metric", "series", "period"])["growth"].transform("median")
    few = history["metric"].map(pairs["metric"].value_counts()).fillna(0) < FEWEST_PAIRS
    if few.any():
        fix = f"give at least {FEWEST_PAIRS} pairs of adjacent periods, or leave the metric out"
        row = {"table": "history", "reason": "missing_row", "fix": fix}
        raise InputError([{**row, "metric": metric} for metric in history.loc[few, "metric"].unique()])
    return pairs.assign(change=pairs["growth"] / shared - 1)


def _fit(pairs: pd.DataFrame) -> tuple[float, float]:
    """Dispersion and relative standard deviation of one metric."""
    pairs = pairs.sort_values("thin")
    group = np.arange(len(pairs)) * max(1, len(pairs) // GROUP) // len(pairs)
    thin = pairs["thin"].groupby(group).mean().to_numpy()
    median = (pairs["change"] ** 2).groupby(group).median().to_numpy()
    square = median / MEDIAN_OF_CHI_SQUARE / (1 + SMALL_SAMPLE / np.bincount(group))
    level = np.maximum(square, thin)
    for _ in range(20):  # the error of a variance is in proportion to it
        dispersion, rest = _bounded_line(thin, square, 1 / level)
        level = dispersion * thin + rest
    return dispersion, float(np.sqrt(rest / 2))


def _bounded_line(x: FloatArray, y: FloatArray, weight: FloatArray) -> tuple[float, float]:
    """Slope of at least 1 and intercept of at least 0 of the weighted least squares line."""
    wx, wy = x * weight, y * weight
    slope, intercept = np.linalg.lstsq(np.column_stack([wx, weight]), wy, rcond=None)[0]
    if intercept < 0:
        slope, intercept = float(wx @ wy / (wx @ wx)), 0.0
    if slope < 1:
        slope, intercept = 1.0, float((wy - wx) @ weight / (weight @ weight))
    return float(slope), max(float(intercept), 0.0)
