"""From four tables to a case; tables that many schemes read alike are checked and laid out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.core.case import Assured, Case, Measures, Periods, count_due_waves
from bcf_payments.core.fund import Fund
from bcf_payments.core.laying_out import LaidOut, assured_by_wave, laid_out, measures_of, periods_of
from bcf_payments.schemes import Scheme
from bcf_payments.schemes.levels import levels_of
from bcf_payments.tables.amounts import given_columns, parts_columns
from bcf_payments.tables.checking import CheckedTables, check_tables
from bcf_payments.tables.choosing import of_these, settled_codes
from bcf_payments.tables.demands import Demands, demands
from bcf_payments.tables.inputs import AREA, MEASURES, OnMissing, Tables, or_no_rows
from bcf_payments.tables.row_rules import Sheet

T = TypeVar("T")


def own_copy(table: T) -> T:
    """A copy of a table; what is no table is left to the checks."""
    return table.copy() if isinstance(table, pd.DataFrame) else table


@dataclass(frozen=True, eq=False)
class Reading:
    """Four tables as they are read: which areas are settled, and what a missing row means.

    What two schemes ask for alike is checked and laid out once, and shared by their cases; it does not travel
    to other processes.

    Parameters
    ----------
    tables : Tables
        As in `settle`; nobody may change them any more.
    only : sequence of str or None
        The areas that are settled, while all share the fund.
    on_missing : {"raise", "withhold"}
        Whether a missing row is a fault or earns nothing.
    """

    tables: Tables
    only: Sequence[str] | None
    on_missing: OnMissing
    _given: dict[tuple[Hashable, ...], tuple[str, ...]] = field(default_factory=dict, init=False, repr=False)
    _checked: list[tuple[Demands, _Checked]] = field(default_factory=list, init=False, repr=False)

    @classmethod
    def of(cls, tables: Tables, only: Sequence[str] | None, on_missing: OnMissing) -> Reading:
        """The reading of a copy of tables, which nobody else can change."""
        return cls(Tables(*map(own_copy, tables)), only, on_missing)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.tables, self.only, self.on_missing)

    def case(self, scheme: Scheme, through: str | None) -> Case:
        """The tables as exact integers, for a scheme of which waves are due up to one, or all.

        Raises
        ------
        InputError
            With every fault of every table; no such wave.
        """
        return self.case_of_waves(scheme, count_due_waves(scheme, through, self.on_missing))

    def case_of_waves(self, scheme: Scheme, due_waves: int) -> Case:
        """The same where so many waves are due, from the first."""
        demanded = demands(scheme, due_waves, self.on_missing, self._amounts_given(scheme))
        checked = self._check(scheme, demanded)
        slots = (*scheme.metric_lines, *scheme.monitored)
        metrics = [scheme.metrics[slot.name] for slot in slots]
        return Case(
            scheme,
            due_waves,
            checked.areas,
            checked.whole(scheme),
            checked.fund(scheme),
            checked.measures(
                tuple(metric.unit.value == "count" for metric in metrics),
                tuple(metric.direction.value for metric in metrics),
                tuple(levels_of(scheme, slots).items()),
            ),
            checked.periods,
            checked.assured(scheme.wave_names, scheme.condition_names),
            checked.tables.warnings,
        )

    def _check(self, scheme: Scheme, demanded: Demands) -> _Checked:
        for known, checked in self._checked:
            if known == demanded:
                return checked
        given: dict[str, object] = {"areas": self.tables.areas}
        given |= {name: or_no_rows(scheme, getattr(self.tables, name), name) for name in MEASURES}
        if self.tables.assurance is not None:
            given["assurance"] = self.tables.assurance
        checked = _Checked(check_tables(given, demanded, self.only), demanded)
        self._checked.append((demanded, checked))
        return checked

    def _amounts_given(self, scheme: Scheme) -> tuple[str, ...]:
        """The columns of amounts that are to be read; what is no table has a fault of its own."""
        areas: object = self.tables.areas
        pattern = scheme.area_code_pattern.value
        if not isinstance(areas, pd.DataFrame):
            return ()
        key = (pattern, parts_columns(scheme))
        if key not in self._given:
            sheet = Sheet(areas.loc[:, ~areas.columns.duplicated()])
            if self.only is not None:
                codes, _ = settled_codes(sheet, self.only)
                sheet = of_these(sheet, codes, pattern)
            self._given[key] = given_columns(sheet, scheme)
        return self._given[key]


class _Checked:
    """Tables without a fault, and whatever was made of them, by what it was made with."""

    def __init__(self, tables: CheckedTables, demanded: Demands) -> None:
        frame = tables.sheets["areas"].frame
        self.tables, self.given = tables, demanded.given
        self.sheet = Sheet(frame.iloc[np.argsort(tables.sheets["areas"].array("area_code").astype(str))])
        codes = self.sheet.array("area_code").astype(str)
        self.settled = np.flatnonzero(np.isin(codes, tables.codes.astype(str)))
        self._shape = len(demanded.lines), len(tables.codes)
        self._made: dict[tuple[Hashable, ...], Any] = {}

    def _once(self, make: Callable[..., T], *read: Hashable) -> T:
        """What is made of these tables with the same values is the same."""
        if (make, *read) not in self._made:
            self._made[make, *read] = make(*read)
        made: T = self._made[make, *read]
        return made

    @cached_property
    def areas(self) -> pd.DataFrame:
        """The settled areas in code order."""
        return pd.DataFrame({column: self.sheet.array(column)[self.settled] for column in AREA})

    @cached_property
    def _laid_out(self) -> tuple[LaidOut, LaidOut]:
        plans, outcomes = (laid_out(self.tables, name, self._shape) for name in MEASURES)
        return plans, outcomes

    @cached_property
    def periods(self) -> Periods | None:
        """The named periods."""
        return periods_of(*self._laid_out)

    def measures(self, *read: Hashable) -> Measures:
        """The measures, by what `measures_of` reads of a scheme."""
        return self._once(self._measures, *read)

    def _measures(self, *read: Any) -> Measures:
        return measures_of(*self._laid_out, *read)

    def assured(self, waves: tuple[str, ...], conditions: tuple[str, ...]) -> dict[str, Assured]:
        """What is known of plans by wave."""
        return self._once(self._assured, waves, conditions)

    def _assured(self, waves: tuple[str, ...], conditions: tuple[str, ...]) -> dict[str, Assured]:
        return assured_by_wave(self.tables, waves, conditions)

    def fund(self, scheme: Scheme) -> Fund:
        """What the areas share."""
        if self.given:
            return Fund.given_in(self.sheet, self.settled, self.given, scheme)
        return self._once(self._weights, scheme.weight_columns)

    def _weights(self, columns: tuple[str, ...]) -> Fund:
        return Fund.by_weights(self.sheet, self.settled, columns)

    def whole(self, scheme: Scheme) -> str:
        """What the settled areas are called together: the nation only where nobody is left out."""
        areas, settled, expected = self.sheet, self.settled, scheme.areas_expected
        complete = len(settled) >= expected.value if expected else not self.given
        if complete and len(settled) == len(areas):
            return scheme.whole
        return self._once(self._part)

    def _part(self) -> str:
        """What some of the areas are called together."""
        areas, settled = self.sheet, self.settled
        if len(settled) == 1:
            return str(areas.array("area_name")[settled[0]])
        regions: npt.NDArray[Any] = areas.array("region").astype(str)
        here = regions[settled[0]]
        if not (regions[settled] == here).all():
            return f"{len(settled):,} areas"
        everybody = len(settled) < len(areas) and (regions == here).sum() == len(settled)
        return str(here) if everybody else f"{len(settled):,} areas in {here}"
