"""The outcomes that are expected: what is known up to a wave, and the model's true rates after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import as_fraction
from bcf_payments.files.cells import with_short_decimals
from bcf_payments.schemes import Scheme
from bcf_payments.schemes.levels import levels_of
from bcf_payments.settlement import Settlement, settle
from bcf_payments.simulation.model import OutcomeModel
from bcf_payments.tables.checking import line_numbers
from bcf_payments.tables.inputs import LINE_KEY, OUTCOME_NUMBERS, PLAN_NUMBERS, OnMissing
from bcf_payments.tables.row_rules import Sheet

OUTCOME_COLUMNS = (*LINE_KEY, *OUTCOME_NUMBERS)


def settle_expected(
    areas: pd.DataFrame,
    plans: pd.DataFrame,
    outcomes: pd.DataFrame | None,
    assurance: pd.DataFrame | None,
    scheme: Scheme,
    model: OutcomeModel,
    known_waves: int,
    on_missing: OnMissing,
    only: Sequence[str] | None,
) -> Settlement:
    """What the rules pay if outcomes are what they are expected to be, without chance.

    Parameters are those of `simulate`; `known_waves` are not drawn.

    Raises
    ------
    InputError
        Every fault of the tables, of the model, and of the two together.
    """
    problems = model.problems(scheme)
    if outcomes is None and (known_waves or model.expected == "observed"):
        fix = "give the outcomes, or expect the baseline or the target and draw every wave"
        problems.append({"table": "outcomes", "reason": "missing_table", "fix": fix})
    if problems:
        raise InputError(problems)
    table = _outcomes(plans, outcomes, scheme, model, known_waves)
    if model.expected != "observed" and isinstance(table, pd.DataFrame):
        table = _with_levels(table, areas, scheme, model, known_waves)
    try:
        return settle(areas, plans, table, assurance, scheme, only=only, on_missing=on_missing)
    except InputError as error:
        raise InputError(_without_echoes(error.problems, scheme, model, known_waves)) from None


def _outcomes(
    plans: pd.DataFrame, outcomes: pd.DataFrame | None, scheme: Scheme, model: OutcomeModel, known_waves: int
) -> pd.DataFrame:
    """The outcomes given, up to the last wave that is known, and after it those expected."""
    if outcomes is not None and (model.expected == "observed" or not isinstance(outcomes, pd.DataFrame)):
        return outcomes
    expected = _expected(plans, scheme, model, known_waves)
    if outcomes is None or not known_waves:
        return expected
    known = _known(outcomes, scheme, known_waves)
    is_table = isinstance(known, pd.DataFrame)  # else the checks refuse it
    return pd.concat([known, _cells_of(expected)], ignore_index=True) if is_table else known


def _known(outcomes: pd.DataFrame, scheme: Scheme, known_waves: int) -> pd.DataFrame:
    """Outcomes but for those of the scheme's later waves; as they are where they cannot be read."""
    if not isinstance(outcomes, pd.DataFrame) or "wave" not in outcomes:
        return outcomes
    return _cells_of(outcomes[~outcomes["wave"].isin(scheme.wave_names[known_waves:])])


def _cells_of(table: pd.DataFrame) -> pd.DataFrame:
    """A table of objects, to stand above another; short floats as the decimals that print them."""
    return with_short_decimals(table).astype(object)


def _expected(plans: pd.DataFrame, scheme: Scheme, model: OutcomeModel, known_waves: int) -> pd.DataFrame:
    """A row for each plan of a line that is not yet known; none where the plans cannot be read."""
    sheet = Sheet(plans) if isinstance(plans, pd.DataFrame) else Sheet(pd.DataFrame())
    if not sheet.has(*LINE_KEY, *PLAN_NUMBERS):
        return pd.DataFrame(columns=list(OUTCOME_COLUMNS), dtype=object)
    slots = scheme.metric_lines
    by_level = levels_of(scheme, slots)
    ahead = [
        number
        for number, slot in enumerate(slots)
        if slot.wave_index >= known_waves and number not in by_level
    ]
    chosen = np.isin(line_numbers(sheet, slots), ahead)
    rows = with_short_decimals(sheet.frame[chosen]).reset_index(drop=True)
    like = "target" if model.expected == "target" else "baseline"
    expected = {key: rows[key] for key in LINE_KEY}
    for name in OUTCOME_NUMBERS:
        expected[name] = rows[name.replace("outcome", like)]
    if isinstance(model.expected, Mapping):
        pairs = zip(_cells_of(rows)[f"{like}_numerator"], sheet.array("metric")[chosen], strict=True)
        changed = [_changed(value, model.change_of(metric)) for value, metric in pairs]
        expected["outcome_numerator"] = pd.Series(changed, index=rows.index, dtype=object)
    return pd.DataFrame(expected, columns=list(OUTCOME_COLUMNS))


def check_expected(scheme: Scheme, model: OutcomeModel, known_waves: int) -> None:
    """Refuse to draw around the baseline of a line that is judged by level, for it has none."""
    if isinstance(model.expected, str) and model.expected != "baseline":
        return
    fix = (
        "a line judged by level has no baseline: expect what is observed, or the target, its upper threshold"
    )
    ahead = [slot for slot in scheme.metric_lines if slot.wave_index >= known_waves]
    where = [{"wave": ahead[place].wave, "metric": ahead[place].name} for place in levels_of(scheme, ahead)]
    if where:
        what = {"table": "model", "reason": "missing_value", "column": "expected", "fix": fix}
        raise InputError([what | place for place in where])


def _with_levels(
    table: pd.DataFrame, areas: object, scheme: Scheme, model: OutcomeModel, known_waves: int
) -> pd.DataFrame:
    """The expected outcomes, and each area's at a threshold of the lines that are judged by level."""
    ahead = [slot for slot in scheme.metric_lines if slot.wave_index >= known_waves]
    levels = levels_of(scheme, ahead)
    if not levels or not isinstance(areas, pd.DataFrame) or "area_code" not in areas:
        return table
    end = "upper" if model.expected == "target" else "lower"
    rows = [
        (code, ahead[place].wave, ahead[place].name, getattr(at, end), at.per)
        for code in areas["area_code"].tolist()
        for place, at in levels.items()
    ]
    added = pd.DataFrame(rows, columns=list(OUTCOME_COLUMNS), dtype=object)
    return pd.concat([_cells_of(table), added], ignore_index=True)


def _changed(value: Any, change: Fraction) -> Any:
    """A number times `1 + change`; what is no number stays, for the checks to find."""
    try:
        return as_fraction(value) * (1 + change)
    except ValueError:
        return value


def _without_echoes(
    problems: pd.DataFrame, scheme: Scheme, model: OutcomeModel, known_waves: int
) -> pd.DataFrame:
    """Problems, less those of expected outcomes, which only repeat what is wrong with the plans."""
    if model.expected == "observed":
        return problems
    ahead = problems["wave"].isin(scheme.wave_names[known_waves:])
    return problems[~(ahead & (problems["table"] == "outcomes"))]
