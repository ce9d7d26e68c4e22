"""The pipeline: from four tables and a scheme to an immutable settlement."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from bcf_payments.given import guarded
from bcf_payments.schemes import Scheme
from bcf_payments.settlement.model import Settlement
from bcf_payments.tables.inputs import OnMissing


@guarded
def settle(
    areas: pd.DataFrame,
    plans: pd.DataFrame | None,
    outcomes: pd.DataFrame | None,
    assurance: pd.DataFrame | None = None,
    scheme: str | Path | Scheme = "october_2013",
    *,
    only: Sequence[str] | None = None,
    through: str | None = None,
    on_missing: OnMissing = "raise",
    verify: bool = False,
) -> Settlement:
    """Settle: allocate the fund, assess each area against its plan, pay, hold back, and trigger reviews.

    Parameters
    ----------
    areas : DataFrame, a row per area
        `area_code`, `area_name`, `region` and every column of weights that the scheme names; or what each
        area was told that it gets: `allocation_pounds`, or `<component>_pounds` of every component and
        `performance_pot_pounds`.
    plans : DataFrame, a row per area, wave and metric, or None where no line pays on a metric
        `area_code`, `wave`, `metric`, `baseline_numerator`, `baseline_denominator`, `target_numerator`,
        `target_denominator`; `direction` for a metric that may go either way.
    outcomes : DataFrame, a row per area, wave and metric, or None where no line pays on a metric
        `area_code`, `wave`, `metric`, `outcome_numerator`, `outcome_denominator`.
    assurance : DataFrame, a row per area, optional
        `area_code`, `plan_status`, a column per condition; optionally `submitted_on`. Where the scheme pays
        on no condition, as `july_2014`, it may be left out.
    scheme : str, Path or Scheme
        A built-in name (see `available_schemes`), the path of a TOML file, or a scheme.
    only : sequence of str, optional
        The areas that are settled, by code, name or region: all share the fund by their weights, and plans,
        outcomes and assurance are read for these alone.
    through : str, optional
        The last wave that is due; lines of later waves are `not_due`.
    on_missing : {"raise", "withhold"}
        Whether a missing plan, outcome or condition is a fault, or makes its line `missing`: it earns nothing
        and waits.
    verify : bool
        Also settle by the slow reference, in fractions and loops, and compare every figure.

    Returns
    -------
    Settlement

    Raises
    ------
    InputError
        Every fault of every table, with area, column, value and fix.
    SchemeError
        Every fault of a scheme that cannot be read.
    VerificationError
        The reference found another figure: a defect of this package.

    Notes
    -----
    A line earns `floor(entitlement * curve(min(1, max(0, achievement))))` with
    `achievement = (baseline - outcome) / (baseline - target)`, in exact rational arithmetic.
    Source: A1-A15, B1-B8, C1-C8, G1-G7.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("two_waves")
    >>> settlement = bcf.settle(*example, scheme="october_2013", on_missing="withhold")
    >>> int(settlement.payments["entitlement_pence"].sum())
    100000000000
    >>> hartlepool = settlement.payments.loc[2]
    >>> hartlepool["line"], hartlepool["held_reason"]
    ('emergency_admissions', 'performance')
    """
    tables = (areas, plans, outcomes, assurance)
    settlement = Settlement.of(*tables, scheme, only=only, through=through, on_missing=on_missing)
    if verify:
        from bcf_payments.core.verification import verify_settlement

        verify_settlement(settlement, *settlement.inputs)
    return settlement
