"""The pooled fund: who puts in how much, how far above the minimum, and for what (F1-F7)."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from bcf_payments import hints
from bcf_payments.core.apportionment import apportion
from bcf_payments.core.pooled import By, checked_contributions, pooled
from bcf_payments.given import guarded, handed_out, notices_of, take_option
from bcf_payments.settlement import Settlement
from bcf_payments.tables.contributions import TABLE, contributed, refuse_below_minimum

BelowMinimum: TypeAlias = Literal["finding", "raise"]


@guarded
def pool(
    contributions: pd.DataFrame,
    settlement: Settlement | None = None,
    *,
    by: By = "area",
    below_minimum: BelowMinimum = "finding",
) -> pd.DataFrame:
    """Add up the pooled fund: the minimum, what is above it, who gives it, and what the scheme allocates.

    Parameters
    ----------
    contributions : DataFrame, a row per area, contributor and component
        `area_code`, `contributor`, `contributor_type` (`ccg`, `icb` or `council`), `component`,
        `minimum_pounds`, `planned_pounds`; optional `maintains_existing_pounds`, the part of what is planned
        that maintains existing services, then for every row.
    settlement : Settlement, optional
        Says what the scheme allocates, and which regions there are; every settled area needs contributions.
        Without it, codes are those of `october_2013`.
    by : {"area", "region", "nation", "contributor"}
        What to add up over. A contributor may pay into several areas. Regions need a settlement.
    below_minimum : {"finding", "raise"}
        A contribution below its minimum stands in `shortfall_pence`, or refuses the input.

    Returns
    -------
    DataFrame
        The key (`area_code`, `region`, `nation`; or `contributor`, `contributor_type` and `areas`, how many
        it pays into), then `minimum_pence`, `voluntary_pence`, `shortfall_pence`, `total_pence`;
        `share_above_minimum`, voluntary over minimum (float; NaN without a minimum); `nhs_pence`,
        `council_pence`; where the contributions tell of it `maintains_existing_pence`, `new_services_pence`;
        beside a settlement, but for contributors, `allocation_pence` (formula money and pot together) and
        `difference_pence`, the minimum less the allocation.

    Raises
    ------
    InputError
        Every fault of the contributions, with its place.

    Notes
    -----
    `total = minimum - shortfall + voluntary = nhs + council`, row by row of the contributions and so in every
    sum: one contribution above its minimum does not make up for another below. Source: F1, F2, F5, F6.

    Examples
    --------
    Rotherham's fund (C10), as if all of it were the minimum:

    >>> import bcf_payments as bcf
    >>> rotherham = pd.DataFrame({
    ...     "area_code": "E08000018", "contributor": ["Rotherham CCG", "Rotherham Council"],
    ...     "contributor_type": ["ccg", "council"], "component": "pool",
    ...     "minimum_pounds": [13_245_000, 10_071_000], "planned_pounds": [13_245_000, 10_071_000],
    ... })
    >>> bcf.in_pounds(bcf.pool(rotherham))[["total", "nhs", "council"]]
                total             nhs         council
    0  £23,316,000.00  £13,245,000.00  £10,071,000.00
    """
    take_option(by, get_args(By), "by")
    take_option(below_minimum, get_args(BelowMinimum), "below_minimum")
    checked = checked_contributions(contributions, settlement)
    if below_minimum == "raise":
        refuse_below_minimum(checked)
    found = pooled(contributed(checked.sheet), settlement, by)
    given = notices_of({TABLE: contributions}) + (settlement.notices if settlement else ())
    return handed_out(found, tuple(dict.fromkeys(given)))


def spread_contribution(total_pence: int, weights: hints.AnySeries) -> pd.DataFrame:
    """Spread one body's contribution over the areas that it serves.

    Parameters
    ----------
    total_pence : int
        The whole contribution, in pence.
    weights : Series, shape (n,)
        Exact numbers of at least 0 by area code, such as its people in each area: see `apportion`.

    Returns
    -------
    DataFrame, a row per area in the order of codes
        `area_code`; `planned_pence`, adding up to the total; `planned_pounds`, the same as exact decimal
        text, as contributions take it.

    Raises
    ------
    InputError
        As `apportion` does.

    Notes
    -----
    By largest remainder (G2).

    Examples
    --------
    >>> people = pd.Series({"E06000028": 191_390, "E06000029": 150_109, "E10000009": 418_269})
    >>> spread_contribution(10_000_000_00, people)
       area_code  planned_pence planned_pounds
    0  E06000028      251905845     2519058.45
    1  E06000029      197572154     1975721.54
    2  E10000009      550522001     5505220.01
    """
    amounts = apportion(total_pence, weights).sort_index()
    signed = [f"{'-' if pence < 0 else ''}{abs(pence) // 100}.{abs(pence) % 100:02d}" for pence in amounts]
    return pd.DataFrame(
        {
            "area_code": amounts.index,
            "planned_pence": amounts.to_numpy(),
            "planned_pounds": np.array(signed, dtype=object),
        }
    )
