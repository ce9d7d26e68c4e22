"""From arrays by line and area to the tables of a settlement, sorted by area, wave and line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.core.allocation import pot_warnings
from bcf_payments.core.case import Case
from bcf_payments.core.lines import Assessed, Settled
from bcf_payments.core.review import NO_ACTION
from bcf_payments.core.unlikely import unlikely
from bcf_payments.exact.numbers import BoolArray, FloatArray, IntArray, integers, peak, ratio, times, widen
from bcf_payments.given import take_table
from bcf_payments.names import CONDITIONS, HELD_NAMES, PENCE_COLUMNS, SLOT_KEY, STATUS_NAMES
from bcf_payments.schemes import Scheme, Slot
from bcf_payments.schemes.calendar import early_payments
from bcf_payments.schemes.units import UNIT_FACTORS
from bcf_payments.words import pounds

By: TypeAlias = Literal["nation", "region", "area", "wave", "line"]

SUMMARY_KEYS: dict[By, tuple[str, ...]] = {
    "nation": ("nation",),
    "region": ("region",),
    "area": ("area_code",),
    "wave": ("wave",),
    "line": ("wave", "line"),
}


def payments_table(case: Case, settled: Settled) -> pd.DataFrame:
    """The table of payments, a row per area and line."""
    return pd.DataFrame(
        {
            **_keys(case, case.scheme.lines),
            "entitlement_pence": _by_area(settled.entitlement),
            "earned_pence": _by_area(settled.earned),
            "caught_up_pence": _by_area(settled.caught_up),
            "withheld_pence": _by_area(settled.withheld),
            "not_due_pence": _by_area(settled.not_due),
            "held_reason": _names(HELD_NAMES, settled.held),
        }
    )


def assessments_table(case: Case, assessed: Assessed, settled: Settled) -> pd.DataFrame:
    """The table of assessments: every line that pays, and monitored metrics where they have rows."""
    slots, metric, line = _display_order(case.scheme)
    measures = case.measures
    reading = {
        "baseline": _rates(case, measures.baseline, measures.planned),
        "target": _rates(case, measures.target, measures.planned),
        "outcome": _rates(case, measures.outcome, measures.measured),
        "achievement": np.where(assessed.known, assessed.terms.achievement(assessed.actual), np.nan),
    }
    status = np.vstack([assessed.status, settled.status])
    fraction = np.vstack([np.full(assessed.status.shape, np.nan), settled.fraction_paid])
    unambitious = assessed.terms.unambitious & measures.planned
    # A line that pays is read from `settled`, which stands below the metrics in the stacked arrays.
    source = np.where(line >= 0, line + len(assessed.status), metric)
    table = pd.DataFrame(
        {
            **_keys(case, slots),
            **{name: _by_area(_rows(values, metric, np.nan)) for name, values in reading.items()},
            "fraction_paid": _by_area(fraction[source]),
            "status": _names(STATUS_NAMES, status[source]),
            "unambitious": _by_area(_rows(unambitious, metric, fill=False)),
        }
    )
    if not case.scheme.monitored:
        return table
    exists = (measures.planned | measures.measured)[metric] | (line >= 0)[:, None]
    return table[_by_area(exists)].reset_index(drop=True)


def _display_order(scheme: Scheme) -> tuple[list[Slot], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Slots wave by wave, lines before monitored metrics, and where each stands among metrics and lines."""
    metrics = {slot: index for index, slot in enumerate((*scheme.metric_lines, *scheme.monitored))}
    lines = {slot: index for index, slot in enumerate(scheme.lines)}
    slots = sorted((*scheme.lines, *scheme.monitored), key=lambda slot: slot.wave_index)
    return (
        slots,
        np.array([metrics.get(slot, -1) for slot in slots], dtype=np.intp),
        np.array([lines.get(slot, -1) for slot in slots], dtype=np.intp),
    )


def _rows(values: npt.NDArray[Any], index: npt.NDArray[np.intp], fill: float) -> npt.NDArray[Any]:
    """The rows of an array in an order, with a filler where the order has no row (-1)."""
    return np.vstack([values, np.full((1, values.shape[1]), fill)])[index]


def _rates(case: Case, values: IntArray, known: BoolArray) -> FloatArray:
    """Rates in their metric's unit; NaN where they are not known."""
    measures = case.measures
    above, below = measures.factor
    units = [UNIT_FACTORS[case.scheme.metrics[slot.name].unit.value] for slot in case.slots]
    factors = integers([unit * above for unit in units])[:, None]
    wide, factors = widen(peak(values) * peak(factors), values, factors)
    return np.where(known, ratio(wide * factors, times(measures.per, below)), np.nan)


def reviews_table(case: Case, assessed: Assessed, settled: Settled) -> pd.DataFrame:
    """The table of reviews, a row per line that triggered one."""
    scheme = case.scheme
    action = _by_area(settled.action)
    hit = np.flatnonzero(action != NO_ACTION)
    keys = {name: values[hit] for name, values in _keys(case, scheme.lines).items()}
    names = np.array([a.action.value for a in scheme.review.actions] if scheme.review else [], dtype=object)
    slots, metric, line = _display_order(scheme)
    places = metric[np.argsort(np.where(line < 0, len(slots), line), kind="stable")][: len(scheme.lines)]
    achievement = _rows(assessed.terms.achievement(assessed.actual), places, np.nan)
    codes, waves = keys["area_code"], keys["wave"]
    return _text_even_if_empty(
        pd.DataFrame(
            {
                "review_id": np.array([f"{c}-{w}" for c, w in zip(codes, waves, strict=True)], dtype=object),
                **keys,
                "achievement": _by_area(achievement)[hit],
                "action": names[action[hit]],
                "withheld_pence": _by_area(settled.withheld)[hit],
            }
        )
    )


def warnings_table(case: Case, assessed: Assessed) -> pd.DataFrame:
    """The table of warnings: of the tables, the scheme's dates, plans that aim low, and what is unlikely."""
    early = [
        {"area_code": "", "wave": wave, "metric": metric, "reason": "payment_before_data", "message": message}
        for wave, metric, message in early_payments(case.scheme)
    ]
    rows = [*case.warnings, *early, *pot_warnings(case), *unlikely(case, assessed)]
    columns = ["area_code", "wave", "metric", "reason", "message"]
    return _text_even_if_empty(pd.DataFrame(rows, columns=columns))


def summary_table(case: Case, settled: Settled, payments: pd.DataFrame, by: By) -> pd.DataFrame:
    """Money, statuses of metric lines and reviews, added up by nation, region, area, wave or line."""
    keys = list(SUMMARY_KEYS[by])
    region = np.repeat(case.areas["region"].to_numpy(), len(case.scheme.lines))
    counted = payments[[*SLOT_KEY, *PENCE_COLUMNS]].assign(nation=case.nation_key, region=region)
    status = _names(STATUS_NAMES, settled.status)
    is_metric = (payments["line"] != CONDITIONS).to_numpy(dtype=bool)
    hit = _by_area(settled.action) != NO_ACTION
    first = ~counted[hit].duplicated([*keys, "area_code", "wave"])
    counts = {name: (is_metric & (status == name)).astype(np.int64) for name in STATUS_NAMES}
    counts["reviews"] = np.zeros(len(counted), dtype=np.int64)
    counts["reviews"][hit] = first
    groups = counted.assign(**counts).groupby(keys, sort=by not in {"wave", "line"})
    totals = groups[[*PENCE_COLUMNS, *counts]].sum()
    if totals.empty and by not in {"wave", "line"}:  # no line pays, and the areas are there all the same
        areas = case.areas.assign(nation=case.nation_key)
        totals = totals.reindex(pd.Index(sorted(set(areas[keys[0]])), name=keys[0]), fill_value=0)
    return totals.reset_index()


def _keys(case: Case, slots: tuple[Slot, ...] | list[Slot]) -> dict[str, npt.NDArray[np.object_]]:
    """Area code, wave and line of every row, area by area."""
    codes = case.areas["area_code"].to_numpy(dtype=object)
    return {
        "area_code": np.repeat(codes, len(slots)),
        "wave": np.tile(np.array([slot.wave for slot in slots], dtype=object), case.size),
        "line": np.tile(np.array([slot.name for slot in slots], dtype=object), case.size),
    }


def _names(names: Sequence[str], codes: npt.NDArray[Any]) -> npt.NDArray[np.object_]:
    """The names of codes by line and area, as a column."""
    named: npt.NDArray[np.object_] = np.array(names, dtype=object)[_by_area(codes)]
    return named


def _by_area(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """An array by line and area as one column, area by area."""
    return values.T.ravel()


def _text_even_if_empty(table: pd.DataFrame) -> pd.DataFrame:
    """Text columns with the type of text: pandas cannot tell it from no cells at all."""
    untyped = [name for name in table if table[name].dtype == object]
    return table.astype(dict.fromkeys(untyped, str)) if untyped else table


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table in Python's own types; what is not known, or no number, is None."""
    cells = table.astype(object)
    for name in [name for name in table if table[name].dtype.kind == "f"]:
        cells[name] = cells[name].where(np.isfinite(table[name]), None)
    return [{str(key): value for key, value in row.items()} for row in cells.to_dict("records")]


def in_pounds(table: pd.DataFrame) -> pd.DataFrame:
    """Tell a table's money in pounds, for people to read.

    Parameters
    ----------
    table : DataFrame
        Any table with columns of pence, whose names end in `_pence`.

    Returns
    -------
    DataFrame
        A copy with each such column as text, such as £1,234.56, under its name without `_pence`; means
        of pence are rounded to whole pence, missing amounts are blank. All else stays as it is.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> bcf.in_pounds(settlement.summary())[["nation", "entitlement", "earned"]]
        nation        entitlement           earned
    0  ENGLAND  £1,000,000,000.00  £477,281,437.72
    """
    take_table(table, "table")
    money = [name for name in map(str, table) if name.endswith("_pence")]
    told = {name: ["" if pd.isna(pence) else pounds(round(pence)) for pence in table[name]] for name in money}
    return table.assign(**told).rename(columns={name: name.removesuffix("_pence") for name in money})
