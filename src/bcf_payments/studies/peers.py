"""Who can help an area that missed a metric: those that met it and are most alike."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np
import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import FloatArray, as_fraction
from bcf_payments.given import guarded, handed_out, take, wrong
from bcf_payments.names import CONDITIONS, SLOT_KEY
from bcf_payments.settlement import Settlement
from bcf_payments.tables.checking import faults_of
from bcf_payments.tables.inputs import AREA
from bcf_payments.tables.lookup import named
from bcf_payments.tables.number_checks import number_rule
from bcf_payments.tables.row_rules import Sheet
from bcf_payments.words import listed

LIKE = ("population", "population_65_plus / population")
"""By what areas are alike unless it is said: how many people live there, and the share aged 65 or over."""

FIX = "give a list of columns of areas, or of quotients such as 'population_65_plus / population'"
NEVER_BLANK = "fill it in: no area is left out of the comparison"

NEAR = 1e-9
"""Squared distances of floats that are nearer than this are told apart by fractions."""

COLUMNS = {
    **dict.fromkeys(("area_code", "wave", "line", "review_id"), "str"),
    "rank": "int64",
    "peer_code": "str",
    "distance": "float64",
    "areas_met": "int64",
    "like": "str",
}
"""The columns, and their types where there are no rows."""


@guarded
def peers(settlement: Settlement, *, like: Sequence[str] = LIKE, most: int = 3) -> pd.DataFrame:
    """Find for each area that missed a metric those best placed to help it.

    Parameters
    ----------
    settlement : Settlement
        Its table `areas` has the columns that `like` names.
    like : sequence of str
        By what areas are alike: columns of `areas`, or quotients of two such as
        `"population_65_plus / population"`. By default population, and the share of it aged 65 or over.
    most : int
        How many to name at most.

    Returns
    -------
    DataFrame, a row per missed line and area that can help
        `area_code`, `wave`, `line`; `review_id`, the review that the missed line is part of (blank where it
        triggered none); `rank` (from 1), `peer_code`, `distance` (0 is alike); `areas_met`, how many
        areas met the line, all of whom were compared; `like`, by what. A line that no area met has no rows.

    Raises
    ------
    InputError
        Columns that `areas` lacks (the fix names those that it has), and cells that are no numbers.

    Notes
    -----
    A line is missed where its metric is known and its target was not reached. Only areas of this settlement
    whose status on the same line is `met` are named, so never one that missed it, and never one without data.
    The distance is `sqrt(sum of ((x - y) / sd)**2)` over what is compared, `sd` being the standard deviation
    over all areas of the settlement, so that units do not matter; what is the same everywhere tells nothing
    and is passed over. Order is decided in fractions; equally near ones are named in order of their codes.
    Being alike in numbers is where to begin to ask: it is no sign that what worked there works here.
    Source: A5, A8, B6.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> found = bcf.peers(settlement)
    >>> found.loc[0, ["area_code", "line", "peer_code"]].tolist()
    ['E06000001', 'delayed_transfers', 'E06000005']

    Of those that met Hartlepool's target Darlington comes nearest; by the number of older people alone it is
    Hammersmith and Fulham:

    >>> bcf.peers(settlement, like=["population_65_plus"], most=1)["peer_code"][0]
    'E09000013'
    """
    count = _count(most)
    assessed = settlement.assessments
    rows = assessed[assessed["line"] != CONDITIONS]
    if rows.empty:
        return handed_out(nobody(), settlement.notices)
    alike = Likeness.of(settlement, like)
    places = {code: place for place, code in enumerate(alike.codes)}
    met = defaultdict[tuple[str, str], list[int]](list)
    for code, *line in rows.loc[rows["status"] == "met", [*SLOT_KEY]].itertuples(index=False):
        met[tuple(line)].append(places[code])
    reviews = settlement.reviews.set_index([*SLOT_KEY])["review_id"].to_dict()
    missed = rows.loc[rows["status"].isin(["partly_met", "not_met"]), [*SLOT_KEY]]
    found = [
        (*key, reviews.get(key, ""), rank, peer, distance, len(met[key[1:]]), alike.said)
        for key in missed.itertuples(index=False, name=None)
        for rank, (peer, distance) in enumerate(alike.nearest(places[key[0]], met[key[1:]], count), start=1)
    ]
    return handed_out(pd.DataFrame(found, columns=list(COLUMNS)).astype(COLUMNS), settlement.notices)


def nobody() -> pd.DataFrame:
    """The table of peers without rows."""
    return pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)


def peers_known(settlement: Settlement) -> pd.DataFrame | None:
    """The same as far as the table `areas` tells by what areas are alike; None where it does not."""
    try:
        return peers(settlement)
    except InputError:
        return None


@dataclass(frozen=True)
class Likeness:
    """What areas are compared by: `values` from 0 to 1 by what it is, and by area in the order of codes."""

    said: str
    codes: list[str]
    values: list[list[Fraction]]

    @classmethod
    def of(cls, settlement: Settlement, like: Sequence[str]) -> Likeness:
        """Read what areas are compared by, or refuse it."""
        names = _names(like)
        codes = settlement.areas["area_code"].tolist()
        columns = _columns(settlement, codes, names)
        values = [_between_0_and_1(column) for column in columns if max(column) > min(column)]
        return cls(", ".join(names), codes, values)

    @cached_property
    def floats(self) -> FloatArray:
        """The values as floats, which say who comes near at all."""
        return np.array(self.values, dtype=np.float64).reshape(len(self.values), len(self.codes))

    @cached_property
    def variances(self) -> list[float]:
        """How far areas differ; never near 0, as some area is at 0 and another at 1."""
        return [float(row.var()) for row in self.floats]

    def nearest(self, here: int, among: list[int], count: int) -> list[tuple[str, float]]:
        """The codes of those that come nearest to an area, with their distances, nearest first."""
        gaps = self.floats[:, among] - self.floats[:, [here]]
        guess = (gaps**2 / np.array(self.variances)[:, None]).sum(axis=0)
        limit = max(np.sort(guess)[:count], default=0.0)
        near = [
            place for place, about in zip(among, guess, strict=True) if about <= limit * (1 + NEAR) + NEAR
        ]
        ranked = sorted((self._squared(here, place), self.codes[place]) for place in near)
        return [(peer, math.sqrt(squared)) for squared, peer in ranked[:count]]

    def _squared(self, one: int, other: int) -> Fraction:
        """The square of a distance, exact but for the variances, so that equal differences are equal."""
        parts = zip(self.values, self.variances, strict=True)
        return sum(((x[one] - x[other]) ** 2 / Fraction(variance) for x, variance in parts), Fraction(0))


def _between_0_and_1(column: list[Fraction]) -> list[Fraction]:
    """Where each area lies between the least and the greatest, whatever the unit."""
    least, span = min(column), max(column) - min(column)
    return [(value - least) / span for value in column]


def _names(like: Sequence[str]) -> list[str]:
    if isinstance(like, str) or not isinstance(like, Sequence) or not like:
        raise wrong("like", like, FIX)
    return [take(name, str, "like", FIX) for name in like]


def _count(most: int) -> int:
    if isinstance(most, (int, np.integer)) and not isinstance(most, bool) and most >= 1:
        return int(most)
    fault = {"table": "options", "reason": "out_of_range", "column": "most", "value": most}
    raise InputError([fault | {"fix": "write a whole number of at least 1"}])


def _columns(settlement: Settlement, codes: list[str], names: list[str]) -> list[list[Fraction]]:
    """What each name means, by area."""
    every = Sheet(settlement.inputs.areas)
    sheet = every.only(~every.rejected("area_code", set(codes).__contains__))
    terms = [_terms(sheet, name) for name in names]
    _check(sheet, dict.fromkeys(column for term in terms for column in term))
    order = np.argsort(np.array(sheet.cells("area_code"), dtype=str), kind="stable").tolist()
    read = {
        column: [as_fraction(sheet.cells(column)[row]) for row in order] for term in terms for column in term
    }
    by_zero = [
        {"table": "areas", "reason": "out_of_range", "area_code": code, "column": column, "value": "0"}
        for _, *below in terms
        for column in below
        for code, value in zip(codes, read[column], strict=True)
        if not value
    ]
    if by_zero:
        fix = "write a number above 0: it divides another"
        raise InputError(named([fault | {"fix": fix} for fault in by_zero], settlement.areas))
    return [_quotients(*(read[column] for column in term)) for term in terms]


def _terms(sheet: Sheet, name: str) -> list[str]:
    """The column that a name means, or the two of a quotient."""
    return [name] if sheet.has(name) else [part.strip() for part in name.split("/", 1)]


def _quotients(above: list[Fraction], below: list[Fraction] | None = None) -> list[Fraction]:
    return above if below is None else [a / b for a, b in zip(above, below, strict=True)]


def _check(sheet: Sheet, columns: Iterable[str]) -> None:
    """Refuse columns that are not there, and cells that are no numbers."""
    there = [str(name) for name in sheet.frame if name not in AREA and number_rule((str(name),)).holds(sheet)]
    fix = (
        f"add it, or compare by others, with like or --like: areas has {listed(there)}"
        if there
        else "add it to areas"
    )
    lacking = [column for column in columns if not sheet.has(column)]
    fault = {"table": "areas", "reason": "missing_column", "fix": fix}
    faults = faults_of("areas", sheet, (number_rule(tuple(columns), NEVER_BLANK),))
    if lacking or faults:
        raise InputError(pd.concat([pd.DataFrame([fault | {"column": name} for name in lacking]), *faults]))
