"""Performance without money, and whether tables can be settled at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bcf_payments.core.result import Result
from bcf_payments.given import guarded
from bcf_payments.schemes import Scheme
from bcf_payments.tables.inputs import OnMissing


@guarded
def assess(
    areas: pd.DataFrame,
    plans: pd.DataFrame | None,
    outcomes: pd.DataFrame | None,
    assurance: pd.DataFrame | None = None,
    scheme: str | Path | Scheme = "october_2013",
    *,
    only: Sequence[str] | None = None,
    through: str | None = None,
    on_missing: OnMissing = "raise",
) -> pd.DataFrame:
    """Assess each area against its plan, without the money: `Settlement.assessments` on its own.

    Parameters, errors and sources are those of `settle`.

    Returns
    -------
    DataFrame, a row per area and line
        See `Settlement.assessments`.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("p4p_2015_16")
    >>> bcf.assess(*example, scheme="july_2014", on_missing="withhold")["status"].value_counts().to_dict()
    {'not_met': ...}
    """
    tables = (areas, plans, outcomes, assurance)
    return Result.of(*tables, scheme, only=only, through=through, on_missing=on_missing).assessments


@guarded
def validate(
    areas: pd.DataFrame,
    plans: pd.DataFrame | None,
    outcomes: pd.DataFrame | None,
    assurance: pd.DataFrame | None = None,
    scheme: str | Path | Scheme = "october_2013",
    *,
    only: Sequence[str] | None = None,
    through: str | None = None,
    on_missing: OnMissing = "raise",
) -> pd.DataFrame:
    """Check the tables as `settle` does.

    Parameters and errors are those of `settle`.

    Returns
    -------
    DataFrame
        The warnings: `area_code`, `wave`, `metric`, `reason`, `message`.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("two_waves")
    >>> bcf.validate(*example, on_missing="withhold")["reason"].unique().tolist()
    ['unlikely_change']
    >>> bcf.validate(*example)
    Traceback (most recent call last):
        ...
    bcf_payments.errors.InputError: 13 problems in the input
    ...
    """
    tables = (areas, plans, outcomes, assurance)
    return Result.of(*tables, scheme, only=only, through=through, on_missing=on_missing).warnings
