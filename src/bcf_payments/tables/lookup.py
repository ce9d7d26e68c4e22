"""Finding an area by its code or name, the nearest ones to a misspelt one, and the area of a fault."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.given import take, wrong
from bcf_payments.schemes.patterns import matcher
from bcf_payments.tables.row_rules import SUGGESTED as LOOKED_UP
from bcf_payments.tables.row_rules import WRITE_A_CODE, Sheet
from bcf_payments.tables.successions import UNDER_ONE_CODE, related

SUGGESTED = 3
CANDIDATES = 100
"""So many that come near are looked at: equally near ones are offered in their own order."""

COMPARED = 100_000
"""So many pairs of a bad code and an area are compared; more bad codes are broken in another way."""

NEAR_ENOUGH = 0.6

_UNSAID = frozenset({"and", "borough", "city", "council", "county", "of", "royal", "the"})
"""Words that some write in the name of an area and others leave out."""

_SPELT = {"saint": "st"}
_AS_FIGURES = str.maketrans("OoIl", "0011")
"""Letters that are taken for figures."""


class Area(NamedTuple):
    """An area as people know it."""

    code: str
    name: str

    def __str__(self) -> str:
        return f"{self.code} ({self.name})" if self.name else self.code


def areas_in(table: pd.DataFrame) -> list[Area]:
    """The areas of a table, as far as it has codes."""
    sheet = Sheet(table)
    if not sheet.has("area_code"):
        return []
    codes = sheet.cells("area_code")
    names = sheet.cells("area_name") if sheet.has("area_name") else [""] * len(codes)
    return [Area(str(code), str(name)) for code, name in zip(codes, names, strict=True)]


@lru_cache(maxsize=1)
def english_areas() -> tuple[Area, ...]:
    """The areas of the examples, as data, for tables of areas that are at fault themselves."""
    text = (files("bcf_payments") / "examples" / "areas.csv").read_text(encoding="utf-8-sig")
    return tuple(Area(row["area_code"], row["area_name"]) for row in csv.DictReader(text.splitlines()))


def position_of(areas: pd.DataFrame, area_code: str) -> int:
    """Where an area stands among areas in code order.

    Raises
    ------
    InputError
        No area has the code (`unknown_area`); the fix offers near codes, or the code of the area so named.
    """
    take(area_code, str, "area_code", "give the code of one area as text")
    codes = areas["area_code"].to_numpy(dtype=object)
    found = (codes == area_code).nonzero()[0]
    if len(found) != 1:
        raise unknown_area(areas, area_code)
    return int(found[0])


def code_of(areas: pd.DataFrame, text: str) -> str:
    """The code of the area that a code or a name means, in any case; a part of one name will do.

    Parameters
    ----------
    areas : DataFrame
        `area_code` and `area_name`.
    text : str
        What somebody wrote.

    Raises
    ------
    InputError
        No area is meant, or more than one (`unknown_area`); the fix offers those that come near.
    """
    found = meant(areas_in(areas), text)
    if len(found) == 1:
        return found[0].code
    raise unknown_area(areas, text)


def chosen_codes(areas: pd.DataFrame, chosen: Sequence[str]) -> list[str]:
    """The codes of the areas that somebody chose, in order, each once.

    Parameters
    ----------
    areas : DataFrame
        `area_code`, `area_name` and `region`.
    chosen : sequence of str
        Codes or names of areas, or names of regions, which stand for all of their areas.

    Raises
    ------
    InputError
        Nothing is chosen, or something that means no area (`unknown_area`): every such text.
    """
    fix = "give a list of area codes, such as only=['E08000035'], or of regions"
    if isinstance(chosen, str) or not isinstance(chosen, Collection) or not chosen:
        raise wrong("only", chosen, fix)
    sheet, by_region = Sheet(areas), defaultdict[str, list[str]](list)
    for code, region in zip(sheet.cells("area_code"), sheet.cells("region"), strict=True):
        by_region[_folded(region)].append(str(code))
    codes: set[str] = set()
    problems = []
    for text in chosen:
        take(text, str, "only", fix)
        try:
            codes.update(by_region.get(_folded(text)) or [code_of(areas, text)])
        except InputError as error:
            problems.append(error.problems.assign(table="options", column="only"))
    if problems:
        raise InputError(pd.concat(problems, ignore_index=True))
    return sorted(codes)


def unknown_area(
    areas: pd.DataFrame, text: str, otherwise: str = "give the code of an area in the table areas"
) -> InputError:
    """The error for an area that is not there, with those that are meant or come near."""
    known = areas_in(areas)
    told = related(str(text).strip().upper(), [area.code for area in known])
    near = meant(known, text) or near_areas(known, text)
    fix = f"{told}: give the code that the area bears in areas" if told else _did_you_mean(near) or otherwise
    fault = {"table": "areas", "reason": "unknown_area", "column": "area_code", "value": text, "fix": fix}
    return InputError([fault])


def meant(known: Sequence[Area], text: str) -> list[Area]:
    """The areas that a text means, by the first way of reading it that finds any.

    Examples
    --------
    >>> [area.name for name in ("Hull", "City of Bristol") for area in meant(english_areas(), name)]
    ['Kingston upon Hull, City of', 'Bristol, City of']
    """
    wanted, words = _folded(text), _words(text)
    ways: tuple[Callable[[Area], bool], ...] = (
        lambda area: area.code.casefold() == wanted,
        lambda area: _folded(area.name) == wanted,
        lambda area: _words(area.name) == words,
        lambda area: words < _words(area.name),
        lambda area: wanted in _folded(area.name),
    )
    found = (list(filter(way, known)) for way in ways if wanted and words)
    return next(filter(None, found), [])


def near_areas(known: Sequence[Area], text: str) -> list[Area]:
    """The areas whose code or name comes near a text: those whose name it holds, else those spelt alike."""
    words = _words(text)
    if held := [area for area in known if area.name and frozenset() < _words(area.name) <= words]:
        return held
    wanted = str(text).casefold()
    keys = [(key.casefold(), area) for area in known for key in area]
    near = get_close_matches(wanted, dict(keys), n=CANDIDATES, cutoff=NEAR_ENOUGH)
    near.sort(key=lambda key: (-SequenceMatcher(None, key, wanted).ratio(), key))
    return list(dict.fromkeys(area for word in near[:SUGGESTED] for key, area in keys if key == word))


def named(problems: Iterable[Mapping[str, object]], areas: pd.DataFrame) -> list[dict[str, object]]:
    """Faults with the names of the areas that they are about."""
    names = dict(areas_in(areas))
    return [{**problem, "area_name": names.get(str(problem.get("area_code")), "")} for problem in problems]


def with_areas(problems: pd.DataFrame, areas: pd.DataFrame, pattern: str) -> pd.DataFrame:
    """Faults with the names of their areas, and with the area that a code which is none seems to mean.

    Parameters
    ----------
    problems : DataFrame
        Faults of any tables.
    areas : DataFrame
        The areas that the tables speak of; they may be at fault themselves.
    pattern : str
        What codes must look like.
    """
    is_code = matcher(pattern)
    known = [area for area in areas_in(areas) if is_code(area.code)]
    real = [area for area in english_areas() if is_code(area.code)]
    columns = dict.fromkeys([*problems.columns, "area_code", "area_name"])
    told = problems.reindex(columns=list(columns)).astype(object).fillna("")
    names = dict(known)
    told["area_name"] = [
        name or names.get(str(code), "")
        for code, name in zip(told["area_code"], told["area_name"], strict=True)
    ]
    lost = (told["reason"] == "unknown_area") | (told["fix"] == WRITE_A_CODE)
    keys = list(
        told.loc[lost, ["area_code", "area_name", "fix"]].astype(str).itertuples(index=False, name=None)
    )
    advice: dict[tuple[str, ...], str] = {}
    for code, name, fix in dict.fromkeys(keys):
        if fix.endswith(UNDER_ONE_CODE):
            advice[code, name, fix] = fix
            continue
        is_looked_up = len(advice) < LOOKED_UP and len(advice) * len(known) < COMPARED
        near = _near(code, name, known, real, is_code) if is_looked_up else []
        advice[code, name, fix] = _did_you_mean(near) or _with_example(fix, known or real)
    told.loc[lost, "fix"] = [advice[key] for key in keys]
    return told


def _near(
    code: str, name: str, known: list[Area], real: list[Area], is_code: Callable[[object], bool]
) -> list[Area]:
    """The areas that may be meant in a row by a code which is none, or of no area; or by the row's name."""
    texts = filter(None, (code, code.translate(_AS_FIGURES), name))
    if is_code(code):
        return next(filter(None, (meant(known, text) for text in texts)), [])
    found = (meant(areas, text) for text in texts for areas in (known, real))
    return next(filter(None, found), []) or near_areas(known or real, code)


def _with_example(fix: str, areas: list[Area]) -> str:
    """The advice, with a code to go by where it asks for one."""
    return f"{fix} such as {min(areas).code}" if fix == WRITE_A_CODE and areas else fix


def _folded(text: str) -> str:
    return " ".join(str(text).split()).casefold()


def _words(name: str) -> frozenset[str]:
    """What a name says, in whatever order and manner: `St. Helens` and `St Helens` say the same."""
    said = re.findall(r"\w+", str(name).casefold().replace("'", ""))
    return frozenset(_SPELT.get(word, word) for word in said) - _UNSAID


def _did_you_mean(areas: Sequence[Area]) -> str:
    more = f" or one of {len(areas) - SUGGESTED:,} more" if len(areas) > SUGGESTED else ""
    return f"did you mean {' or '.join(map(str, areas[:SUGGESTED]))}{more}?" if areas else ""
