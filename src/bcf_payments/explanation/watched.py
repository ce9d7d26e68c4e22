"""What metrics came to on which nothing is paid, by region and area: told where money would be told."""

from __future__ import annotations

import pandas as pd

from bcf_payments.explanation.figures import STATUSES, Figures
from bcf_payments.explanation.findings import Finding, Table
from bcf_payments.words import Column


def regions_watched(figures: Figures) -> Finding:
    """Readings by region and result."""
    regions = figures.result.areas.set_index("area_code")["region"].astype(str)
    counts = _counts(figures, figures.result.assessments["area_code"].map(regions))
    key = Column("Region", counts.index.tolist(), "region")
    shown = Table("Readings of metrics by region and result", key, _columns(counts), total=True)
    return Finding("regions", "Regions", (shown,))


def areas_watched(figures: Figures) -> Finding:
    """Readings by area and result."""
    counts = _counts(figures, figures.result.assessments["area_code"])
    codes = counts.index.tolist()
    columns = [Column("Code", [None if code == "Total" else code for code in codes], "code", spare=True)]
    key = Column("Area", codes, "area")
    shown = Table("Readings of metrics by area and result", key, [*columns, *_columns(counts)], total=True)
    return Finding("areas", "Areas", (shown,))


def _counts(figures: Figures, keys: pd.Series[str]) -> pd.DataFrame:
    """How many readings came to which result, by key in its order and in all."""
    status = figures.result.assessments["status"]
    counts = pd.crosstab(keys, status).reindex(keys.unique())
    return pd.concat([counts, counts.sum().to_frame("Total").T])


def _columns(counts: pd.DataFrame) -> list[Column]:
    return [Column(title, counts[name].tolist()) for name, title in STATUSES.items() if name in counts]
