"""Examples of the package, whole or of a few areas, and their settlements, made once: they never change."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

import bcf_payments as bcf


def example(
    scheme: str | bcf.Scheme = "october_2013", areas: Collection[str] | int | None = None
) -> bcf.Tables:
    """The example of a scheme: all of its areas, those of some codes, or the last so many."""
    rules = scheme if isinstance(scheme, bcf.Scheme) else bcf.load_scheme(scheme)
    assert rules.example
    tables = bcf.load_example(rules.example)
    if areas is None:
        return tables
    codes = tables.areas["area_code"].iloc[-areas:] if isinstance(areas, int) else areas
    return bcf.Tables(*(table[table["area_code"].isin(codes)] for table in tables))


@cache
def settled(
    scheme: str | bcf.Scheme = "october_2013", areas: tuple[str, ...] | int | None = None, **options: Any
) -> bcf.Settlement:
    """The settlement of an example."""
    return bcf.settle(*example(scheme, areas), scheme, **{"on_missing": "withhold"} | options)
