"""What changes between two settlements: allocated, pot, earned and withheld, by area and for the nation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.given import guarded, handed_out
from bcf_payments.names import NATION, POT
from bcf_payments.settlement import Settlement


@guarded
def compare(before: Settlement, after: Settlement) -> pd.DataFrame:
    """Compare two settlements of the same areas: two schemes, or two sets of inputs.

    Parameters
    ----------
    before, after : Settlement
        Both over the same area codes; scheme, tables and options may differ.

    Returns
    -------
    DataFrame, four rows per area, and four for the nation (`ENGLAND`), which come last
        `area_code`; `measure`: `allocated` (all components), `pot` (the performance pot), `earned`, and
        `withheld`, net of what was caught up later; `before_pence`, `after_pence`, `change_pence`.

    Raises
    ------
    InputError
        Areas that only one of the two has, each with the reason `unknown_area`.

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
    old, new = _by_area(before), _by_area(after)
    _same_areas(old.index, new.index)
    table = pd.DataFrame(
        {
            "area_code": np.repeat(old.index.to_numpy(dtype=object), old.shape[1]),
            "measure": np.tile(old.columns.to_numpy(dtype=object), len(old)),
            "before_pence": old.to_numpy().ravel(),
            "after_pence": new.to_numpy().ravel(),
            "change_pence": (new.to_numpy() - old.to_numpy()).ravel(),
        }
    )
    return handed_out(table, tuple(dict.fromkeys([*before.notices, *after.notices])))


def _by_area(settlement: Settlement) -> pd.DataFrame:
    """The measures of every area, a column each, and of the nation in the last row."""
    allocations = settlement.allocations
    is_pot = allocations["component"] == POT
    paid = settlement.payments.groupby("area_code")[
        ["earned_pence", "withheld_pence", "caught_up_pence"]
    ].sum()
    measures = pd.DataFrame(
        {
            "allocated": allocations.groupby("area_code")["amount_pence"].sum(),
            "pot": allocations[is_pot].groupby("area_code")["amount_pence"].sum(),
            "earned": paid["earned_pence"],
            "withheld": paid["withheld_pence"] - paid["caught_up_pence"],
        }
    )
    return pd.concat([measures, measures.sum().to_frame(NATION).T])


def _same_areas(before: pd.Index[str], after: pd.Index[str]) -> None:
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
        raise InputError(problems)
