"""Which areas are settled: all that share the fund, or those that somebody chose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.given import take, wrong
from bcf_payments.schemes.patterns import matcher
from bcf_payments.tables.lookup import code_of, folded
from bcf_payments.tables.row_rules import Sheet

Codes: TypeAlias = npt.NDArray[np.object_]

FIX = "give a list of area codes, such as only=['E08000035'], or of regions"


def chosen_codes(areas: Sheet, chosen: Sequence[str]) -> list[str]:
    """The codes of the areas that somebody chose, in order, each once.

    Parameters
    ----------
    areas : Sheet
        With `area_code`, `area_name` and `region`.
    chosen : sequence of str
        Codes or names of areas, or names of regions, which stand for all of their areas.

    Raises
    ------
    InputError
        Nothing is chosen, or something that means no area (`unknown_area`): every such text.
    """
    if isinstance(chosen, str) or not isinstance(chosen, Collection) or not chosen:
        raise wrong("only", chosen, FIX)
    by_region = defaultdict[str, list[str]](list)
    for code, region in zip(areas.cells("area_code"), areas.cells("region"), strict=True):
        by_region[folded(region)].append(str(code))
    codes: set[str] = set()
    problems = []
    for text in chosen:
        take(text, str, "only", FIX)
        try:
            codes.update(by_region.get(folded(text)) or [code_of(areas.frame, text)])
        except InputError as error:
            problems.append(error.problems.assign(table="options", column="only"))
    if problems:
        raise InputError(pd.concat(problems, ignore_index=True))
    return sorted(codes)


def given_codes(only: Sequence[str] | None) -> Codes | None:
    """The codes of the areas that somebody chose of tables that stand without `areas`; None: all of them."""
    if only is None:
        return None
    if isinstance(only, str) or not isinstance(only, Collection) or not only:
        raise wrong("only", only, "give a list of area codes, such as only=['E08000035']")
    return np.array(sorted({take(code, str, "only", FIX) for code in only}), dtype=object)


def settled_codes(areas: Sheet, only: Sequence[str] | None) -> tuple[Codes, list[pd.DataFrame]]:
    """The codes of the areas that are settled, in order, and what is wrong with the choice."""
    everybody = np.array(sorted(set(map(str, _codes(areas)))), dtype=object)
    if only is None or not areas.has("area_code", "area_name", "region"):
        return everybody, []
    try:
        return np.array(chosen_codes(areas, only), dtype=object), []
    except InputError as error:
        return everybody, [error.problems]


def of_these(sheet: Sheet, codes: Codes, pattern: str) -> Sheet:
    """The table without the rows of other areas; a code that is none is kept, as a fault."""
    if not sheet.has("area_code"):
        return sheet
    chosen, well_formed = set(codes), matcher(pattern)
    kept = ~sheet.rejected("area_code", lambda code: code in chosen or not well_formed(code))
    return sheet.only(kept)


def _codes(areas: Sheet) -> list[object]:
    return areas.distinct("area_code") if areas.has("area_code") else []
