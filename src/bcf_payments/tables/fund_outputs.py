"""The tables of the fund around the payment, as pandera models: pool, risk, assurance, savings, revisions."""

from __future__ import annotations

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

from bcf_payments import hints
from bcf_payments.names import SLOT_KEY
from bcf_payments.tables.contributions import CONTRIBUTOR_TYPES
from bcf_payments.tables.outputs import OutputTable
from bcf_payments.tables.spending import STATEMENT_LINES


class Pool(OutputTable):
    """Who puts in how much, and what is above the minimum, in whole pence: see `pool`.

    Columns that the contributions or the settlement do not tell of are not there.
    """

    area_code: Series[str] | None
    region: Series[str] | None
    nation: Series[str] | None
    contributor: Series[str] | None
    contributor_type: Series[str] | None = pa.Field(isin=CONTRIBUTOR_TYPES)
    areas: Series[int] | None = pa.Field(ge=1)
    minimum_pence: Series[int] = pa.Field(ge=0)
    voluntary_pence: Series[int] = pa.Field(ge=0)
    shortfall_pence: Series[int] = pa.Field(ge=0)
    total_pence: Series[int] = pa.Field(ge=0)
    share_above_minimum: Series[float] = pa.Field(nullable=True, ge=0)
    nhs_pence: Series[int] = pa.Field(ge=0)
    council_pence: Series[int] = pa.Field(ge=0)
    maintains_existing_pence: Series[int] | None = pa.Field(ge=0)
    new_services_pence: Series[int] | None = pa.Field(ge=0)
    allocation_pence: Series[int] | None = pa.Field(ge=0)
    difference_pence: Series[int] | None

    @pa.dataframe_check
    @classmethod
    def adds_up(cls, table: pd.DataFrame) -> hints.BoolSeries:
        """The pool is its minimum, less what is short, and what is above; from the NHS and from councils."""
        asked = table["minimum_pence"] - table["shortfall_pence"] + table["voluntary_pence"]
        given = table["nhs_pence"] + table["council_pence"]
        return (table["total_pence"] == asked) & (table["total_pence"] == given)


class PoolStatement(OutputTable):
    """One area's pool as its partners account for it, in whole pence: see `pool_statement`."""

    line: Series[str] = pa.Field(isin=STATEMENT_LINES)
    item: Series[str] = pa.Field(default="")
    amount_pence: Series[int]


class RiskShares(OutputTable):
    """On whom falls what an area does not earn, in whole pence: see `share_risk`."""

    area_code: Series[str]
    partner: Series[str]
    share: Series[float] = pa.Field(ge=0, le=1)
    borne_pence: Series[int] = pa.Field(ge=0)
    relief_pence: Series[int] | None = pa.Field(ge=0)
    other_pence: Series[int] | None = pa.Field(ge=0)

    class Config(OutputTable.Config):
        unique = ["area_code", "partner"]


class AssuranceFindings(OutputTable):
    """What somebody should look at in the plans, or what is not known of them: see `assurance_report`."""

    area_code: Series[str]
    finding: Series[str]
    facts: Series[str] = pa.Field(default="")
    detail: Series[str]


class Savings(OutputTable):
    """What plans and outcomes save, line by line or added up, in whole pence: see `savings`.

    Where no outcomes were given, the columns that tell of them are not there.
    """

    area_code: Series[str] | None
    region: Series[str] | None
    nation: Series[str] | None
    wave: Series[str]
    metric: Series[str]
    baseline_units: Series[float] = pa.Field(ge=0)
    baseline_pence: Series[int] = pa.Field(ge=0)
    planned_units: Series[float]
    planned_pence: Series[int]
    achieved_units: Series[float] | None
    achieved_pence: Series[int] | None
    missing: Series[int] | None = pa.Field(ge=0)
    not_known_pence: Series[int] | None
    above_plan_pence: Series[int] | None
    value_source: Series[str]


class RevisedValues(OutputTable):
    """What became of targets beside operating plans, in whole pence (C7): see `revise_targets`."""

    area_code: Series[str]
    planned_improvement: Series[float] = pa.Field(nullable=True)
    operating_improvement: Series[float] = pa.Field(nullable=True)
    decision: Series[str] = pa.Field(isin=("kept", "needs_approval", "approved", "refused"))
    value_before_pence: Series[int] = pa.Field(ge=0)
    value_after_pence: Series[int] = pa.Field(ge=0)
    change_pence: Series[int]
    source: Series[str]

    class Config(OutputTable.Config):
        unique = ["area_code"]


class Peers(OutputTable):
    """Areas that can help those that missed a metric: see `peers`."""

    area_code: Series[str]
    wave: Series[str]
    line: Series[str]
    review_id: Series[str] = pa.Field(default="")
    rank: Series[int] = pa.Field(ge=1)
    peer_code: Series[str]
    distance: Series[float] = pa.Field(ge=0)
    areas_met: Series[int] = pa.Field(ge=1)
    like: Series[str]

    class Config(OutputTable.Config):
        unique = [*SLOT_KEY, "peer_code"]
