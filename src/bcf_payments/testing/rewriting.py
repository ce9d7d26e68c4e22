"""Cases in numbers that are harder to read: unequal denominators, single precision, 16 and 17 digits."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from importlib.util import find_spec
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from hypothesis.strategies import SearchStrategy

from bcf_payments import hints
from bcf_payments.schemes import Scheme
from bcf_payments.testing.case import Case
from bcf_payments.testing.numbers import COLUMN_FORMS, read_column, write_column
from bcf_payments.testing.tape import TAPES, Tape

NUMERATORS = ("baseline_numerator", "target_numerator", "outcome_numerator")
FACTORS = (3, 7, 10)

SINGLE_TYPES = ("float32", "Float32", *(("float[pyarrow]",) if find_spec("pyarrow") else ()))
"""Single precision in NumPy, in pandas' own columns, and in Arrow's."""

Rewrite: TypeAlias = Callable[[list[Fraction], pd.Index], "hints.AnySeries | None"]

LARGEST_SINGLE = Fraction(float(np.finfo(np.float32).max))


def unequal_denominators(case: Case) -> SearchStrategy[Case]:
    """The same case with the denominators of targets and outcomes times 3, 7 or 10.

    Parameters
    ----------
    case : Case
        As `cases` draws it.

    Returns
    -------
    SearchStrategy of Case
        In some rows the numerator grows alike, so that the rate stays; in others it does not. A count, which
        has no denominator that matters, stays.

    Examples
    --------
    >>> from hypothesis import find
    >>> from bcf_payments.testing import built_in_schemes, cases
    >>> plain = find(cases(built_in_schemes()), lambda case: case.scheme.name == "october_2013")
    >>> other = find(unequal_denominators(plain), lambda case: True)
    >>> other.plans["target_denominator"].tolist()[:3], plain.plans["target_denominator"].tolist()[:3]
    ([300, 300, 300], [100, 100, 100])
    """
    return TAPES.map(partial(_with_other_denominators, case))


def _with_other_denominators(case: Case, tape: Tape) -> Case:
    return case._replace(
        plans=_scaled(case.scheme, case.plans, "target", tape),
        outcomes=_scaled(case.scheme, case.outcomes, "outcome", tape),
    )


def _scaled(scheme: Scheme, table: pd.DataFrame, rate: str, tape: Tape) -> pd.DataFrame:
    above, below = f"{rate}_numerator", f"{rate}_denominator"
    counts = {name for name, metric in scheme.metrics.items() if metric.unit.value == "count"}
    grown, wider = [], []
    for metric, over, under in zip(
        table["metric"], read_column(table[above]), read_column(table[below]), strict=True
    ):
        factor, alike = tape.pick(FACTORS), tape.pick((True, False))
        grown.append(over * factor if alike and metric not in counts else over)
        wider.append(under * factor)
    form = tape.pick(COLUMN_FORMS)
    columns: dict[str, Any] = {above: write_column(grown, form), below: write_column(wider, form)}
    return table.assign(**columns)


def single_precision(case: Case) -> SearchStrategy[Case]:
    """The same case with numerators of single precision: each is the shortest decimal of its 32 bits.

    Parameters
    ----------
    case : Case
        As `cases` draws it.

    Returns
    -------
    SearchStrategy of Case
        Columns are NumPy's `float32`, pandas' `Float32` or, where pyarrow is there, Arrow's. One with a
        number that 32 bits cannot hold stays as it is.

    Examples
    --------
    >>> from hypothesis import find
    >>> from bcf_payments.testing import built_in_schemes, cases
    >>> plain = find(cases(built_in_schemes()), lambda case: case.scheme.name == "october_2013")
    >>> str(find(single_precision(plain), lambda case: True).plans["target_numerator"].dtype)
    'float32'
    """
    return TAPES.map(lambda tape: _with_numerators(case, partial(_single, tape.pick(SINGLE_TYPES))))


def _single(dtype: str, values: list[Fraction], index: pd.Index) -> hints.AnySeries | None:
    if max(values, default=0) > LARGEST_SINGLE:
        return None
    narrow = pd.Series([float(value) for value in values], index=index, dtype="float32")
    return narrow.astype(pd.api.types.pandas_dtype(dtype))


def long_floats(case: Case) -> SearchStrategy[Case]:
    """The same case with every numerator divided by 7, as a float: most have 16 or 17 digits.

    Parameters
    ----------
    case : Case
        As `cases` draws it.

    Returns
    -------
    SearchStrategy of Case
        Baselines, targets and outcomes shrink alike, so what was achieved stays about the same, and what was
        met exactly is met or missed by a hair.

    Examples
    --------
    >>> from hypothesis import find
    >>> from bcf_payments.testing import built_in_schemes, cases
    >>> plain = find(cases(built_in_schemes()), lambda case: case.scheme.name == "october_2013")
    >>> find(long_floats(plain), lambda case: True).plans["baseline_numerator"].tolist()[0]
    1.4285714285714286
    """
    return TAPES.map(lambda _: _with_numerators(case, _divided))


def _divided(values: list[Fraction], index: pd.Index) -> hints.AnySeries:
    return pd.Series([float(value / 7) for value in values], index=index, dtype="float64")


def _with_numerators(case: Case, rewrite: Rewrite) -> Case:
    return case._replace(plans=_rewritten(case.plans, rewrite), outcomes=_rewritten(case.outcomes, rewrite))


def _rewritten(table: pd.DataFrame, rewrite: Rewrite) -> pd.DataFrame:
    """The table with its columns of numerators written in another way, where that is possible."""
    present = [name for name in NUMERATORS if name in table]
    columns = {name: rewrite(read_column(table[name]), table.index) for name in present}
    return table.assign(**{name: column for name, column in columns.items() if column is not None})
