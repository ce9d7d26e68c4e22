"""Types of other libraries that annotations name, loaded when somebody reads the annotation, not before."""

# ruff: noqa: PLC0414 - by such an alias a type checker knows that a name is given on
from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import pandas as pd
    from pandas import DataFrame as DataFrame
    from pandera.pandas import DataFrameSchema as DataFrameSchema

    AnySeries: TypeAlias = pd.Series[Any]
    BoolSeries: TypeAlias = pd.Series[bool]
    IntSeries: TypeAlias = pd.Series[int]
    FloatSeries: TypeAlias = pd.Series[float]

_HOMES = {
    "DataFrame": "pandas",
    "DataFrameSchema": "pandera.pandas",
}
_SERIES = ("AnySeries", "BoolSeries", "IntSeries", "FloatSeries")
"""What a Series holds is known to type checkers alone: pandas has no such type at run time."""


if not TYPE_CHECKING:  # so that type checkers see misspelt names

    def __getattr__(name: str) -> Any:
        home, known = ("pandas", "Series") if name in _SERIES else (_HOMES.get(name), name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(home), known)
