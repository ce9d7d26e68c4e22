"""The cells of a column as numbers: each different one is a Python object once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.exact.numbers import INT64_LIMIT, BoolArray
from bcf_payments.words import briefly

T = TypeVar("T")

FLOAT64_BYTES = 8
"""Wider floats hold what a float64 does not."""


@dataclass(frozen=True, eq=False)
class Keyed:
    """A column of cells: `different[numbers[row]]` equals the cell of a row.

    `given` are the cells as they stand, where equal ones may be written in several ways, as True and 1 are.
    """

    numbers: npt.NDArray[np.intp]
    different: list[Any]
    given: list[Any] | None = None

    @cached_property
    def cells(self) -> list[Any]:
        """The cells as Python objects."""
        return self.array().tolist() if self.given is None else self.given

    def array(self) -> npt.NDArray[np.object_]:
        """The cells as an array of Python objects."""
        return _objects(self.different)[self.numbers] if self.given is None else _objects(self.given)

    def map(self, told: Callable[[Any], T], kind: type[T]) -> npt.NDArray[Any]:
        """What is told of each cell, asked once of each different one."""
        return np.fromiter(map(told, self.different), dtype=kind, count=len(self.different))[self.numbers]

    def trimmed(self) -> Keyed:
        """The same without blanks around words."""
        words = _stripped(self.different)
        if words == self.different:
            return self
        numbers, different = _by_key(words)
        return Keyed(numbers[self.numbers], different, self.given and _stripped(self.given))


def keyed_cells(values: pd.Series[Any]) -> Keyed:
    """The cells of a column; what cannot be a key stands as its text.

    Examples
    --------
    >>> import pandas as pd
    >>> column = keyed_cells(pd.Series(["E06000001", "E06000002", "E06000001"]))
    >>> column.numbers.tolist(), column.different
    ([0, 1, 0], ['E06000001', 'E06000002'])
    """
    if isinstance(values.dtype, pd.StringDtype):
        return _of_text(values, values.dtype.na_value)
    array = as_array(values)
    if array.dtype == object and pd.api.types.infer_dtype(array, skipna=False) == "string":
        numbers, different = pd.factorize(array)
        return Keyed(numbers, different.tolist())
    if array.dtype.kind in "biu":
        distinct, inverse = np.unique(array, return_inverse=True)
        return Keyed(inverse, distinct.tolist())
    narrow = array.dtype.kind == "f" and array.dtype != np.float64
    cells = [float(str(value)) for value in array] if narrow else array.tolist()
    try:
        return Keyed(*_by_key(cells), cells)
    except TypeError:
        cells = [cell if _is_key(cell) else briefly(cell) for cell in cells]
        return Keyed(*_by_key(cells), cells)


def repeated(columns: Sequence[Keyed]) -> BoolArray:
    """The rows that repeat an earlier one in all of some columns."""
    rows, size = columns[0].numbers, len(columns[0].different)
    for column in columns[1:]:
        if size * len(column.different) >= INT64_LIMIT:
            rows, size = pd.factorize(rows)[0], len(rows)
        rows, size = rows * len(column.different) + column.numbers, size * len(column.different)
    return pd.Series(rows).duplicated().to_numpy()


def _of_text(values: pd.Series[Any], missing: object) -> Keyed:
    """Of a column of text, in which cells may be missing."""
    numbers, different = pd.factorize(values.array)
    cells = np.asarray(different, dtype=object).tolist()
    if (numbers < 0).any():
        numbers = np.where(numbers < 0, len(cells), numbers)
        cells.append(missing)
    return Keyed(numbers, cells)


def _stripped(cells: list[Any]) -> list[Any]:
    try:
        return list(map(str.strip, cells))
    except TypeError:
        return [cell.strip() if isinstance(cell, str) else cell for cell in cells]


def _objects(cells: list[Any]) -> npt.NDArray[np.object_]:
    """Cells as an array of one dimension, also where they are sequences."""
    return np.array([*cells, None], dtype=object)[:-1]


def _by_key(cells: list[Any]) -> tuple[npt.NDArray[np.intp], list[Any]]:
    """The number of each cell among the different ones, and these."""
    known: dict[Any, int] = {}
    numbers = (known.setdefault(cell, len(known)) for cell in cells)
    return np.fromiter(numbers, dtype=np.intp, count=len(cells)), list(known)


def _is_key(cell: object) -> bool:
    """Whether a cell can be a key: a list cannot, nor can a signalling NaN."""
    try:
        hash(cell)
    except TypeError:
        return False
    return True


def as_array(values: pd.Series[Any]) -> npt.NDArray[Any]:
    """A column as an array; of objects unless its type is one of NumPy's own and no date, or of floats.

    Floats keep their width, whatever holds them: a single-precision 95.1 is 95.1.
    """
    kept = values.dtype.categories.dtype if isinstance(values.dtype, pd.CategoricalDtype) else values.dtype
    width = getattr(kept, "numpy_dtype", kept)
    if isinstance(width, np.dtype) and width.kind == "f":
        return values.to_numpy(width, na_value=np.nan)
    own = isinstance(values.dtype, np.dtype) and values.dtype.kind not in "Mm"
    return values.to_numpy(None if own else object)
