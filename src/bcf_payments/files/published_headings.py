"""Where the headings of a published table stand, and which column holds what: found, never guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

import pandas as pd

from bcf_payments.files.faults import refuse
from bcf_payments.tables.shapes import SEARCHED
from bcf_payments.words import listed

PUBLISHED = "published"
"""The table that faults are reported under."""

_YEAR = r"\d{4}(?:\s?[-/]\s?\d{2,4})?"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*[\s-]"
PERIOD = re.compile(
    rf"\b(?:\d{{4}}-\d{{2}}-\d{{2}}|(?:Q[1-4]\s|{_MONTH})?{_YEAR}(?:\sQ[1-4])?)\b", re.IGNORECASE
)

LEAST = 2
"""Cells that a row of headings has; a title has one."""


class Asked(NamedTuple):
    """What a caller says of the columns."""

    numerator: str | None
    denominator: int | str
    period: str | None
    area_code: str | None
    where: Mapping[str, str]


class Series(NamedTuple):
    """Figures of one period, or, where `period_at` says in which column it stands, of several."""

    period: str
    numerator_at: int
    denominator_at: int | None
    period_at: int | None = None


def undecided(option: str, value: object, fix: str) -> NoReturn:
    """Refuse to guess, and say what to give."""
    refuse(PUBLISHED, "missing_column", column=option, value=value, fix=fix)


def without_headings(
    cells: pd.DataFrame, header: int | Sequence[int] | None, asked: Asked, is_code: Callable[[Any], bool]
) -> tuple[list[str], pd.DataFrame]:
    """The headings, and the rows below them that hold something."""
    numbers = _found(cells, asked, is_code) if header is None else _given(cells, header)
    upper = cells.loc[list(numbers[:-1])].ffill(axis=1)
    rows = pd.concat([upper, cells.loc[[numbers[-1]]]]).fillna("")
    headings = [" ".join(" ".join(map(str, rows[at])).split()) for at in rows]
    body = cells.loc[cells.index > numbers[-1]]
    return headings, body[body.notna().any(axis=1)]


def _given(cells: pd.DataFrame, header: int | Sequence[int]) -> list[int]:
    numbers = [header] if isinstance(header, int) else list(header)
    if not numbers or not set(numbers) <= set(cells.index) or sorted(numbers) != numbers:
        undecided("header", header, "give the number of the row of headings, or of two rows, such as (5, 6)")
    return numbers


def _found(cells: pd.DataFrame, asked: Asked, is_code: Callable[[Any], bool]) -> list[int]:
    """The one row above the first code that holds the headings which are asked for."""
    coded = cells.map(is_code, na_action="ignore").eq(other=True).any(axis=1)
    if not coded.any():
        undecided("area_code", "", "give sheet= and scheme=: no cell holds the code of an area")
    above = cells.loc[: coded.idxmax()].iloc[:-1].tail(SEARCHED)
    fitting = [
        number
        for number, row in zip(above.index, above.itertuples(index=False), strict=True)
        if len(said := [" ".join(cell.split()) for cell in row if isinstance(cell, str)]) >= LEAST
        and _fits(said, asked)
    ]
    if len(fitting) != 1:
        rows = f"rows {listed(list(map(str, fitting)))} may be" if fitting else "no row seems to be"
        undecided(
            "header", "", f"give header=, the number of the row of headings or of two rows: {rows} theirs"
        )
    return fitting


def _fits(said: list[str], asked: Asked) -> bool:
    named = {name for name in (asked.area_code, *asked.where) if name}
    if asked.period is not None:
        return named | {asked.numerator} <= set(said)
    return named <= set(said) and any(PERIOD.search(text) for text in said)


def at_heading(headings: Sequence[str], name: str, option: str) -> int:
    """The place of a heading that stands once."""
    places = [at for at, heading in enumerate(headings) if heading == name]
    if len(places) != 1:
        stands = f"stands {len(places)} times" if places else "does not stand"
        told = listed(list(dict.fromkeys(filter(None, headings))))
        undecided(option, name, f"give one of the headings, which are {told}: this one {stands} among them")
    return places[0]


def column_of_codes(
    headings: Sequence[str], body: pd.DataFrame, asked: Asked, is_code: Callable[[Any], bool]
) -> int:
    """The place of the column of codes: the one named, or the only one that holds any."""
    if asked.area_code is not None:
        return at_heading(headings, asked.area_code, "area_code")
    places = [
        at for at in range(len(headings)) if body[at].map(is_code, na_action="ignore").eq(other=True).any()
    ]
    if len(places) != 1:
        told = listed([headings[at] for at in places]) or "none"
        undecided(
            "area_code", "", f"give area_code=, the heading of the codes: columns that hold any are {told}"
        )
    return places[0]


def series_of(headings: Sequence[str], asked: Asked) -> list[Series]:
    """Which columns hold which period's figures."""
    if asked.period is None:
        return _wide(headings, asked)
    if asked.numerator is None:
        undecided("numerator", "", "give numerator=, the heading of the figures")
    at = at_heading(headings, asked.numerator, "numerator")
    below = (
        at_heading(headings, asked.denominator, "denominator") if isinstance(asked.denominator, str) else None
    )
    period_at = at_heading(headings, asked.period, "period") if asked.period in headings else None
    if period_at is None and not PERIOD.search(asked.period):
        undecided("period", asked.period, "give the heading of the periods, or a period such as '2015-16'")
    return [Series(asked.period, at, below, period_at)]


def _wide(headings: Sequence[str], asked: Asked) -> list[Series]:
    """One column, or a pair, for each period that the headings name."""
    named = _by_period(headings)
    above = _one_each(named, asked.numerator or "", "numerator")
    if isinstance(asked.denominator, int):
        return [Series(period, at, None) for period, at in above.items()]
    below = _one_each(named, asked.denominator, "denominator")
    alone = sorted(set(above) ^ set(below))
    if alone:
        undecided(
            "denominator", alone[0], "give headings that go together: this period has one of the two alone"
        )
    return [Series(period, at, below[period]) for period, at in above.items()]


def _by_period(headings: Sequence[str]) -> list[tuple[int, str, str]]:
    """Place, period, and what else a heading says, of the headings that name a period."""
    found = ((at, PERIOD.search(heading)) for at, heading in enumerate(headings))
    return [
        (
            at,
            match[0],
            " ".join(re.sub(r"[,:;()_]", " ", PERIOD.sub(" ", headings[at], count=1)).split()).strip("- "),
        )
        for at, match in found
        if match
    ]


def _one_each(named: Iterable[tuple[int, str, str]], wanted: str, option: str) -> dict[str, int]:
    named = list(named)
    found: dict[str, int] = {}
    for at, period, rest in named:
        if rest == wanted and found.setdefault(period, at) != at:
            undecided(option, wanted, f"give {option}=: more than one column holds {period}")
    if not found:
        told = listed(sorted({repr(rest) for _, _, rest in named})) or "no period, so give period= too"
        fix = f"give {option}=, what the headings say beside the period: {told}"
        undecided(option, wanted, f"{fix}; or header=, where two rows make one heading")
    return found
