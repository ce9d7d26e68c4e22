"""What goes into the pools around the payments, in words: by area, and by region for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import pandas as pd

from bcf_payments.core.pooled import checked_contributions, pooled
from bcf_payments.core.result import Result
from bcf_payments.explanation.findings import Finding, Table
from bcf_payments.explanation.steps import Rule, Section, Step
from bcf_payments.given import notices_of
from bcf_payments.tables.contributions import TABLE, contributed
from bcf_payments.words import Column, per_cent, pounds, spoken

MINIMUM = Rule("every area pools a minimum of NHS and council money", ("F1",), "stated")
ABOVE = Rule("areas may pool more than the minimum", ("F2",), "stated")
GOVERNED = Rule("the pool is governed together", ("F5",), "stated")
EXISTING = Rule("it is no new money: a part may maintain existing care", ("F6",), "stated")

HEADINGS = {
    "total_pence": "Pool",
    "minimum_pence": "Minimum",
    "voluntary_pence": "Above it",
    "shortfall_pence": "Below it",
    "nhs_pence": "From the NHS",
    "council_pence": "From councils",
    "maintains_existing_pence": "Existing care",
    "new_services_pence": "New services",
    "allocation_pence": "Allocated",
    "difference_pence": "Minimum less allocated",
}
"""What the columns of a pool are called."""

_AMOUNTS = {
    "minimum_pence": ("The minimum", "the sum of what each must put in", MINIMUM),
    "voluntary_pence": ("Above the minimum", "the sum of what each plans beyond", ABOVE),
    "shortfall_pence": ("Below the minimum", "the sum of what each plans less", MINIMUM),
}


class PoolTold(NamedTuple):
    """What contributions say of each area and of all together, and what must be said with them."""

    sections: Mapping[str, Section]
    finding: Finding
    notices: tuple[str, ...]


def told_pool(result: Result, contributions: pd.DataFrame) -> PoolTold:
    """Tell of contributions, after every check of them."""
    table = contributed(checked_contributions(contributions, result).sheet)
    names = result.areas.set_index("area_code")["area_name"]
    pools = pooled(table, result, "area").to_dict("records")
    rows = dict(list(table.groupby("area_code")))
    sections = {
        str(pool["area_code"]): _section(str(names[pool["area_code"]]), rows[pool["area_code"]], pool)
        for pool in pools
    }
    return PoolTold(sections, _finding(result, table), notices_of({TABLE: contributions}))


def _section(name: str, rows: pd.DataFrame, pool: Mapping[Any, Any]) -> Section:
    """One area's pool: who puts in what, and how far that is from the minimum."""
    steps = [_put_in(str(body), own) for body, own in rows.groupby("contributor", sort=False)]
    steps += [_amount(column, rows, pool) for column in _AMOUNTS if pool[column]]
    numbers = " + ".join(step.result for step in steps[: rows["contributor"].nunique()])
    total = int(pool["total_pence"])
    whole = Step(
        "The pool", "the sum over who puts in", numbers, pounds(total), (GOVERNED,),
        figure="total_pence", pence=total,
    )  # fmt: skip
    return Section("What goes into the pool", tuple(_said(name, pool)), (*steps, whole))


def _said(name: str, pool: Mapping[Any, Any]) -> list[str]:
    amounts = {column: pounds(int(pool[column])) for column in HEADINGS if column in pool}
    nhs, council = amounts["nhs_pence"], amounts["council_pence"]
    said = [f"{name} pools {amounts['total_pence']}: {nhs} from the NHS and {council} from councils."]
    if minimum := int(pool["minimum_pence"]):
        share = per_cent(Fraction(int(pool["voluntary_pence"]), minimum))
        said.append(f"{amounts['voluntary_pence']} of it is above the minimum, by {share} of that.")
    if pool["shortfall_pence"]:
        said.append(f"{amounts['shortfall_pence']} of the minimum is missing; others do not make up for it.")
    if "maintains_existing_pence" in pool:
        said.append(f"{amounts['maintains_existing_pence']} maintains existing services.")
    said.append(f"The scheme allocates {amounts['allocation_pence']} to the area, its pot included.")
    return said


def _put_in(body: str, own: pd.DataFrame) -> Step:
    """What one body puts in."""
    pence, parts = own["planned_pence"].tolist(), own["component"].tolist()
    rules = (EXISTING,) if "existing_pence" in own else ()
    existing = int(own["existing_pence"].sum()) if "existing_pence" in own else 0
    return Step(
        body,
        " + ".join(map(spoken, parts)),
        " + ".join(map(pounds, pence)),
        pounds(sum(pence)),
        (MINIMUM, *rules),
        f"{pounds(existing)} of it maintains existing services." if existing else "",
        figure="planned_pence",
        pence=sum(pence),
    )


def _amount(column: str, rows: pd.DataFrame, pool: Mapping[Any, Any]) -> Step:
    """What is the minimum, above it, or below it: added up contribution by contribution."""
    title, formula, rule = _AMOUNTS[column]
    beyond = rows["planned_pence"] - rows["minimum_pence"]
    parts = {"minimum_pence": rows["minimum_pence"], "voluntary_pence": beyond, "shortfall_pence": -beyond}
    numbers = " + ".join(pounds(pence) for pence in parts[column].tolist() if pence > 0)
    total = int(pool[column])
    return Step(title, formula, numbers, pounds(total), (rule,), figure=column, pence=total)


def _finding(result: Result, table: pd.DataFrame) -> Finding:
    """The pool of each region, and of all."""
    whole = pooled(table, result, "nation").assign(region="Total")
    pools = pd.concat([pooled(table, result, "region"), whole])
    shown = [name for name in HEADINGS if name in pools and pools[name].any()]
    columns = [Column(HEADINGS[name], pools[name].tolist(), "pence") for name in shown]
    regions = Column("Region", pools["region"].tolist(), "region")
    above, minimum = (int(whole[name].iloc[0]) for name in ("voluntary_pence", "minimum_pence"))
    return Finding(
        "pool",
        "The pool around the payments",
        (
            "Pool = minimum + above it - below it = from the NHS + from councils (F1, F2, F5).",
            f"That is {per_cent(Fraction(above, minimum))} above the minimum." if minimum else "",
            Table("What goes into the pool by region", regions, columns, total=True),
        ),
    )
