"""What changes between two settlements: allocated, pot, earned and withheld, by area and for the nation."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.given import guarded, handed_out, take_option
from bcf_payments.names import POT
from bcf_payments.settlement import Settlement
from bcf_payments.tables.lookup import named

By: TypeAlias = Literal["area", "wave"]


@guarded
def compare(before: Settlement, after: Settlement, *, by: By = "area") -> pd.DataFrame:
    """Compare two settlements of the same areas: two schemes, or two sets of inputs.

    Parameters
    ----------
    before, after : Settlement
        Both over the same area codes; scheme, tables and options may differ.
    by : {"area", "wave"}
        By area; or wave by wave in each area, so that the revision of a quarter shows.

    Returns
    -------
    DataFrame, a row per area and measure, those of all areas (the nation, `ENGLAND`) last
        `area_code`; `measure`: `allocated` (all components), `pot` (the performance pot), `earned`, and
        `withheld`, net of what was caught up later; `before_pence`, `after_pence`, `change_pence`. By wave:
        `wave` stands after `area_code`; `pot` is the entitlement of the wave; money made good later counts in
        the wave that earned it, whose `withheld` may be below 0 for it; money by formula has no wave.

    Raises
    ------
    InputError
        Areas that only one of the two has, each with the reason `unknown_area`; another `by`.

    Notes
    -----
    `change = after - before`, so a settlement against itself is zero everywhere. The change of a line that
    is not due in one of the two is part of `pot`, not of `withheld` (G5).

    Examples
    --------
    What would the same areas have earned all or nothing, as in December 2013 (B8), on the October lines?

    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("two_waves")
    >>> october = bcf.load_scheme("october_2013")
    >>> strict = october.replace(curves__proportional=[[0, 0], [1, 0], [1, 1]])
    >>> before, after = (bcf.settle(*example, rules, on_missing="withhold") for rules in (october, strict))
    >>> nation = bcf.compare(before, after).query("area_code == 'ENGLAND'").set_index("measure")
    >>> nation["change_pence"].to_dict()
    {'allocated': 0, 'pot': 0, 'earned': -..., 'withheld': ...}
    """
    take_option(by, get_args(By), "by")
    _same_areas(before.areas, after.areas)
    if by == "area":
        old, new = _by_area(before), _by_area(after)
    else:
        waves = list(dict.fromkeys(before.scheme.wave_names + after.scheme.wave_names))
        old, new = _by_wave(before, waves), _by_wave(after, waves)
    keys = old.index.to_frame(index=False).loc[np.repeat(np.arange(len(old)), old.shape[1])]
    table = pd.DataFrame(
        {
            **{str(name): keys[name].to_numpy(dtype=object) for name in keys},
            "measure": np.tile(old.columns.to_numpy(dtype=object), len(old)),
            "before_pence": old.to_numpy().ravel(),
            "after_pence": new.to_numpy().ravel(),
            "change_pence": (new.to_numpy() - old.to_numpy()).ravel(),
        }
    )
    return handed_out(table, tuple(dict.fromkeys([*before.notices, *after.notices])))


def _by_area(settlement: Settlement) -> pd.DataFrame:
    """The measures of every area, a column each, and of the nation in the last row."""
    allocations, codes = settlement.allocations, settlement.areas["area_code"]
    of_pot = allocations[allocations["component"] == POT]
    paid = settlement.summary("area").set_index("area_code")
    all_money, pots = (
        table.groupby("area_code")["amount_pence"].sum().reindex(codes, fill_value=0)
        for table in (allocations, of_pot)
    )
    measures = pd.DataFrame(
        {
            "allocated": all_money,
            "pot": pots,
            "earned": paid["earned_pence"],
            "withheld": paid["withheld_pence"] - paid["caught_up_pence"],
        }
    )
    return pd.concat([measures, measures.sum().to_frame(settlement.case.nation_key).T]).rename_axis(
        "area_code"
    )


def _by_wave(settlement: Settlement, waves: list[str]) -> pd.DataFrame:
    """The measures of every area and wave, those of the nation last; 0 of a wave that is not there."""
    payments = settlement.payments
    paid = pd.concat([payments, payments.assign(area_code=settlement.case.nation_key)]).groupby(
        ["area_code", "wave"]
    )
    sums = paid[["entitlement_pence", "earned_pence", "withheld_pence", "caught_up_pence"]].sum()
    codes = [*settlement.areas["area_code"], settlement.case.nation_key]
    every = pd.MultiIndex.from_product([codes, waves], names=["area_code", "wave"])
    sums = sums.reindex(every, fill_value=0)
    return pd.DataFrame(
        {
            "pot": sums["entitlement_pence"],
            "earned": sums["earned_pence"],
            "withheld": sums["withheld_pence"] - sums["caught_up_pence"],
        }
    )


def _same_areas(*areas: pd.DataFrame) -> None:
    before, after = (pd.Index(one["area_code"]) for one in areas)
    problems = [
        {
            "table": lacking,
            "reason": "unknown_area",
            "area_code": code,
            "fix": f"settle both over the same areas: only {having} has this one",
        }
        for having, lacking, codes in (
            ("before", "after", before.difference(after)),
            ("after", "before", after.difference(before)),
        )
        for code in codes
    ]
    if problems:
        raise InputError(named(problems, pd.concat(areas)))
