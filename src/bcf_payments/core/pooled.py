"""Contributions to the pools of areas, checked, and added up over areas, regions, the nation or bodies."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from bcf_payments import hints
from bcf_payments.core.result import Result
from bcf_payments.errors import InputError
from bcf_payments.schemes import load_scheme
from bcf_payments.tables.beside import Beside, Known
from bcf_payments.tables.contributions import NHS, TABLE, check_contributions

By: TypeAlias = Literal["area", "region", "nation", "contributor"]

DEFAULT = "october_2013"
"""The scheme whose areas contribute where no settlement says which."""

_KEYS = {"area": "area_code", "region": "region", "nation": "nation", "contributor": "contributor"}


def areas_of(result: Result | None) -> Known:
    """The areas that contributions may speak of."""
    if result is None:
        return Known(None, load_scheme(DEFAULT).area_code_pattern.value)
    return Known(result.areas, result.scheme.area_code_pattern.value, result.only)


def checked_contributions(contributions: pd.DataFrame, result: Result | None) -> Beside:
    """Contributions after every check; each settled area must have some."""
    checked = check_contributions(contributions, areas_of(result))
    if result is not None and checked.sheet.has("area_code"):
        named = checked.areas[checked.areas >= 0]
        absent = np.delete(result.areas["area_code"].to_numpy(dtype=object), named)
        if absent.size:
            fix = "add the area's contributions, or settle the areas that have them alone (only)"
            checked.findings.problem(TABLE, "missing_row", fix, area_code=absent)
    checked.findings.refuse()
    return checked


def pooled(table: pd.DataFrame, result: Result | None, by: By) -> pd.DataFrame:
    """Contributions in pence, added up: see `pool`."""
    keyed = table.assign(nation=result.case.nation_key if result else load_scheme(DEFAULT).nation_key)
    if by == "region":
        keyed["region"] = keyed["area_code"].map(_regions(result))
    amounts = _amounts(keyed).groupby(keyed[_KEYS[by]]).sum()
    found = pd.concat([_identity(keyed, by), _with_share(amounts)], axis=1)
    if result is not None and by != "contributor":
        found["allocation_pence"] = _allocated(result, by).reindex(found.index).astype(np.int64)
        found["difference_pence"] = found["minimum_pence"] - found["allocation_pence"]
    return found.reset_index()


def _amounts(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that add up, contribution by contribution."""
    minimum, planned = table["minimum_pence"], table["planned_pence"]
    is_nhs = table["contributor_type"].isin(NHS)
    found = pd.DataFrame(
        {
            "minimum_pence": minimum,
            "voluntary_pence": (planned - minimum).clip(lower=0),
            "shortfall_pence": (minimum - planned).clip(lower=0),
            "total_pence": planned,
            "nhs_pence": planned.where(is_nhs, 0),
            "council_pence": planned.where(~is_nhs, 0),
        }
    )
    if "existing_pence" not in table:
        return found
    existing = table["existing_pence"]
    return found.assign(maintains_existing_pence=existing, new_services_pence=planned - existing)


def _with_share(amounts: pd.DataFrame) -> pd.DataFrame:
    """The sums, with how much is above the minimum beside the total."""
    share = amounts["voluntary_pence"] / amounts["minimum_pence"].where(amounts["minimum_pence"] > 0)
    beside = list(amounts).index("total_pence") + 1
    named = share.astype(float).rename("share_above_minimum")
    return pd.concat([amounts.iloc[:, :beside], named, amounts.iloc[:, beside:]], axis=1)


def _identity(keyed: pd.DataFrame, by: By) -> pd.DataFrame:
    """What stands beside the key: of a contributor its type, and into how many areas it pays."""
    groups = keyed.groupby(_KEYS[by])
    if by != "contributor":
        return pd.DataFrame(index=groups.size().index)
    return pd.DataFrame(
        {"contributor_type": groups["contributor_type"].first(), "areas": groups["area_code"].nunique()}
    )


def _regions(result: Result | None) -> hints.AnySeries:
    if result is None:
        fix = "give a settlement: its areas say in which region they are"
        fault = {"table": "options", "reason": "unknown_value", "column": "by", "value": "region", "fix": fix}
        raise InputError([fault])
    return result.areas.set_index("area_code")["region"]


def _allocated(result: Result, by: By) -> hints.AnySeries:
    """Formula money and pot of every area, region or the nation."""
    amounts = result.allocations
    nation = pd.Series(result.case.nation_key, index=amounts.index)
    keys = {"area": amounts["area_code"], "nation": nation}
    if by == "region":
        keys["region"] = amounts["area_code"].map(_regions(result))
    return amounts["amount_pence"].groupby(keys[by].rename(_KEYS[by])).sum()
