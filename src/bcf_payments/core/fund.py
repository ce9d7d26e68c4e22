"""What the areas share, and by what: weights of a national amount, or amounts that they were told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bcf_payments.exact.numbers import ExactColumn, exact_column, integers, total
from bcf_payments.exact.sharing import divided, largest_remainder
from bcf_payments.schemes import Scheme
from bcf_payments.tables.amounts import ALLOCATION
from bcf_payments.tables.row_rules import Sheet

Pence = npt.NDArray[np.int64]


class Weight(NamedTuple):
    """An area's weight and that of all areas, as they were written."""

    area: Fraction
    all_areas: Fraction


@dataclass(frozen=True)
class Fund:
    """What each area gets of every component and of the pot.

    Parameters
    ----------
    weights : mapping of str to ExactColumn
        By column, of all areas that share, in code order; empty where amounts are given.
    settled : ndarray of int
        The areas that are settled, by their number among all that share.
    given : mapping of str to ndarray of int64
        Pence by component and pot, of the areas that are settled; empty where areas share by weights.
    whole : ndarray of int64 or None
        The whole allocations that were given, if it was they that were.
    """

    weights: Mapping[str, ExactColumn]
    settled: npt.NDArray[np.intp]
    given: Mapping[str, Pence]
    whole: Pence | None = None
    _parts: dict[tuple[int, str], Pence] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def by_weights(cls, areas: Sheet, settled: npt.NDArray[np.intp], columns: tuple[str, ...]) -> Fund:
        """The fund of the settled areas, which share national amounts by columns of weights."""
        return cls({column: exact_column(areas.array(column)) for column in columns}, settled, {})

    @classmethod
    def given_in(
        cls, areas: Sheet, settled: npt.NDArray[np.intp], columns: tuple[str, ...], scheme: Scheme
    ) -> Fund:
        """The fund of the settled areas, which were told what they get in columns of pounds."""
        pence = {column: _pence(areas.array(column)[settled]) for column in columns}
        if ALLOCATION not in columns:
            return cls({}, settled, dict(zip(scheme.amounts, pence.values(), strict=True)))
        parts = integers([amount.amount_pence for amount in scheme.amounts.values()])
        whole = pence[ALLOCATION]
        return cls({}, settled, dict(zip(scheme.amounts, divided(whole, parts), strict=True)), whole)

    @property
    def sharing(self) -> int:
        """How many areas share national amounts by their weights; 0 where amounts are given, or are none."""
        return max((len(weights.numerators) for weights in self.weights.values()), default=0)

    def shared(self, pence: int, column: str) -> Pence:
        """The parts of a national amount that the settled areas have by their weights; not to be changed."""
        if (pence, column) not in self._parts:
            amounts = largest_remainder(pence, self.weights[column].numerators)
            parts = amounts if len(self.settled) == len(amounts) else amounts[self.settled]
            parts.setflags(write=False)
            self._parts[pence, column] = parts
        return self._parts[pence, column]

    def amount(self, name: str, pence: int, column: str) -> Pence:
        """What the settled areas get of a component or of the pot: given, or by their weights."""
        return self.given[name] if self.given else self.shared(pence, column)

    def weight(self, column: str, area: int) -> Weight:
        """The weight of a settled area."""
        weights, scale = self.weights[column]
        own = int(weights[self.settled[area]])
        return Weight(Fraction(own, scale), self._totals[column])

    @cached_property
    def _totals(self) -> dict[str, Fraction]:
        """The sum of each column of weights."""
        return {name: Fraction(total(weights), scale) for name, (weights, scale) in self.weights.items()}


def _pence(pounds: npt.NDArray[np.generic]) -> Pence:
    """Exact pounds with at most two decimals, in pence."""
    column = exact_column(pounds)
    return np.array(
        [int(value) * 100 // column.denominator for value in column.numerators.tolist()], np.int64
    )
