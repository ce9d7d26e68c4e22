"""Finding an area by its code or name, and the nearest ones to a misspelt one."""

from __future__ import annotations

from difflib import SequenceMatcher, get_close_matches

import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.given import take
from bcf_payments.tables.successions import related

SUGGESTED = 3
CANDIDATES = 100
"""So many that come near are looked at: equally near ones are offered in their own order."""

NEAR_ENOUGH = 0.6


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
    wanted = " ".join(text.split()).casefold()
    known = [(str(code), str(name)) for code, name in areas[["area_code", "area_name"]].to_numpy()]
    tests = (
        lambda code, _: code.casefold() == wanted,
        lambda _, name: name.casefold() == wanted,
        lambda _, name: bool(wanted) and wanted in name.casefold(),
    )
    for test in tests:
        meant = [code for code, name in known if test(code, name)]
        if len(meant) == 1:
            return meant[0]
        if meant:
            raise _refusal(text, [(code, name) for code, name in known if code in meant])
    raise unknown_area(areas, text)


def unknown_area(areas: pd.DataFrame, text: str) -> InputError:
    """The error for an area that is not there, with those that come near."""
    wanted = str(text).casefold()
    if told := related(str(text).strip().upper(), areas["area_code"]):
        return _error(text, f"{told}: give the code that the area bears in areas")
    known = [(str(code), str(name)) for code, name in areas[["area_code", "area_name"]].to_numpy()]
    keys = [(key.casefold(), pair) for pair in known for key in pair]
    near = get_close_matches(wanted, dict(keys), n=CANDIDATES, cutoff=NEAR_ENOUGH)
    near.sort(key=lambda key: (-SequenceMatcher(None, key, wanted).ratio(), key))
    near = near[:SUGGESTED]
    return _refusal(text, list(dict.fromkeys(pair for word in near for key, pair in keys if key == word)))


def _refusal(text: str, near: list[tuple[str, str]]) -> InputError:
    shown = [f"{code} ({name})" for code, name in near[:SUGGESTED]]
    more = f" or one of {len(near) - SUGGESTED:,} more" if len(near) > SUGGESTED else ""
    fix = (
        f"did you mean {' or '.join(shown)}{more}?" if near else "give the code of an area in the table areas"
    )
    return _error(text, fix)


def _error(text: str, fix: str) -> InputError:
    return InputError(
        [{"table": "areas", "reason": "unknown_area", "column": "area_code", "value": text, "fix": fix}]
    )
