"""Tables of a row for each area, `areas` and `assurance`, valid and awkward.

Hypothesis copies annotations into another module, where texts would not be known: here they are types.
"""

import datetime as dt
from collections.abc import Sequence
from math import nan
from typing import Any, TypeAlias

import pandas as pd
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from bcf_payments.schemes import ConditionsLine, Scheme
from bcf_payments.schemes.patterns import matcher
from bcf_payments.testing.numbers import weight_column
from bcf_payments.testing.schemes import CODE_PREFIXES, DEADLINE
from bcf_payments.testing.tape import NO_GAP, TAPES, Tape

Columns: TypeAlias = dict[str, Any]

NAMES = ("Hartlepool", "Bournemouth, Christchurch and Poole", "King's Lynn", "Ynys Môn", 'The "Wolds"')
REGIONS = ("North East", "London", "South West")

STATUSES = ("approved", "signed_off", "approved_with_support", "approved_with_conditions", "not_approved")

TRUTHS = (
    (True, False, None), ("true", "false", ""), (1, 0, None), ("Yes", "NO", nan), ("1", "0", ""),
    (1.0, 0.0, nan), ("TRUE", "False", None), ("yes", "no", pd.NA),
)  # fmt: skip
"""Ways to write a condition that is met, not met, not known."""

MOODS = ((0,), (0,), (0, 0, 0, 1), (0, 1))
"""How an area fares with its conditions: what each answer is picked from, 0 for met, 1 for not met."""

DELAYS = (0, -1, 1, 0, -30, 45)
"""Days from the day by which plans are due to the day of submission."""


THRESHOLDS = (240, 200, 240, 128, 240, 200, 240, 1, 240, 200, 128)
"""From the rare gap to hardly anything left: a byte at or above the threshold makes a gap."""

STRIDES = (1, 37, 101, 1, 150)
"""Steps, round a table of 257 rows, between rows that are put in another order."""


def area_codes(pattern: str = next(iter(CODE_PREFIXES))) -> SearchStrategy[str]:
    """Codes of areas.

    Parameters
    ----------
    pattern : str
        The scheme's `area_code_pattern`; by default that of the built-in schemes.

    Returns
    -------
    SearchStrategy of str

    Examples
    --------
    >>> from hypothesis import find
    >>> find(area_codes(), lambda code: True)
    'E06000000'
    """
    if pattern not in CODE_PREFIXES:
        codes = st.from_regex(pattern, fullmatch=True, alphabet=st.characters(codec="ascii"))
        return codes.filter(matcher(pattern))
    prefixes = CODE_PREFIXES[pattern]
    numbers = st.integers(0, len(prefixes) * 10**6 - 1)
    return numbers.map(lambda number: f"{prefixes[number // 10**6]}{number % 10**6:06}")


@st.composite
def areas(draw: DrawFn, scheme: Scheme, min_size: int = 1, max_size: int = 5) -> pd.DataFrame:
    """Tables of areas with every column of weights that a scheme names.

    Parameters
    ----------
    scheme : Scheme
        Gives the pattern of the codes and the columns of weights.
    min_size, max_size : int
        How many areas.

    Returns
    -------
    SearchStrategy of DataFrame
        Columns `area_code`, `area_name`, `region`, and the weights: at least 0, in each column at least
        one above 0. Rows in any order, sometimes with a further column.

    Examples
    --------
    >>> from hypothesis import find
    >>> from bcf_payments import load_scheme
    >>> list(find(areas(load_scheme("october_2013")), lambda table: len(table) == 1))
    ['area_code', 'area_name', 'region', 'nhs_weight']
    """
    one = area_codes(scheme.area_code_pattern.value)
    codes = draw(st.lists(one, min_size=min_size, max_size=max_size, unique=True))
    tape = draw(TAPES)
    weights = {name: weight_column(tape, len(codes)) for name in scheme.weight_columns}
    names = [tape.pick(NAMES) for _ in codes]
    regions = [tape.pick(REGIONS) for _ in codes]
    return framed({"area_code": codes, "area_name": names, "region": regions} | weights, tape)


@st.composite
def assurance(draw: DrawFn, scheme: Scheme, area_codes: Sequence[str], *, gaps: bool = False) -> pd.DataFrame:
    """Tables of assurance: plan status, the scheme's conditions, and sometimes the day of submission.

    Parameters
    ----------
    scheme : Scheme
        Gives the conditions and the day by which plans are due.
    area_codes : sequence of str
        The areas.
    gaps : bool
        Whether cells may be blank where a blank counts as missing; plans that are not approved may have
        blanks anyway.

    Returns
    -------
    SearchStrategy of DataFrame
        A row for each area, or for each area and wave. Conditions are written in every accepted way, days
        as text, dates or time stamps.

    Examples
    --------
    >>> from hypothesis import find
    >>> from bcf_payments import load_scheme
    >>> find(assurance(load_scheme("july_2014"), ["E06000001"]), lambda table: True)["plan_status"].item()
    'approved'
    """
    tape = draw(TAPES)
    threshold = tape.pick(THRESHOLDS) if gaps else NO_GAP
    parts = [(code, tape.part(index)) for index, code in enumerate(area_codes)]
    waves = tape.pick((*((None,),) * 5, scheme.wave_names))
    rows = [
        (code, wave, *_assurance_row(scheme, part, threshold))
        for code, part in shuffled(parts, tape)
        for wave in waves
    ]
    codes, named, statuses, days, *answers = zip(*rows, strict=True)
    columns: Columns = {"area_code": codes, "plan_status": statuses}
    if any(named):
        columns["wave"] = named
    for name, column in zip(scheme.condition_names, answers, strict=True):
        ways = tape.pick((*((way,) for way in TRUTHS), TRUTHS))
        columns[name] = [ways[i % len(ways)][answer] for i, answer in enumerate(column)]
    if tape.pick((True, True, True, False)):
        columns["submitted_on"] = _day_column(days, tape.pick(("text", "date", "time stamp")))
    return framed(columns, tape)


def _assurance_row(scheme: Scheme, tape: Tape, threshold: int) -> tuple[Any, ...]:
    """Status, day of submission (None: not known), and for each condition its place in `TRUTHS`."""
    status, mood, delay = tape.pick(STATUSES), tape.pick(MOODS), tape.pick(DELAYS)
    limit = min(threshold, 128) if status == "not_approved" else threshold
    deadlines = [
        slot.rule.submit_by.value
        for slot in scheme.lines
        if isinstance(slot.rule, ConditionsLine) and slot.rule.submit_by
    ]
    day = min(deadlines, default=DEADLINE) + dt.timedelta(days=delay)
    cutting = {gateway.condition.value for gateway in scheme.gateways}
    answers = [
        (tape.pick(mood), tape.reaches(threshold if name in cutting else limit))
        for name in scheme.condition_names
    ]
    return (
        status,
        None if tape.reaches(limit) else day,
        *(2 if blank else answer for answer, blank in answers),
    )


def _day_column(days: Sequence[dt.date | None], form: str) -> object:
    if form == "text":
        return [day.isoformat() if day else "" for day in days]
    return list(days) if form == "date" else pd.DatetimeIndex(list(days))


def shuffled(rows: list[Any], tape: Tape) -> list[Any]:
    """Rows in another order, or as they were."""
    stride = tape.pick(STRIDES)
    return [rows[i] for i in sorted(range(len(rows)), key=lambda i: i * stride % 257)]


def framed(columns: Columns, tape: Tape) -> pd.DataFrame:
    """The table: perhaps with a column that means nothing here, with columns or index in another order."""
    size = len(columns["area_code"])
    if tape.pick((False, False, True)):
        columns = columns | {"notes": ["checked by hand"] * size}
    if tape.pick((False, False, False, True)):
        columns = dict(reversed(columns.items()))
    return pd.DataFrame(columns, index=tape.pick((range(size), range(size, 0, -1))))
