"""The four tables of a settlement, valid and awkward."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, floor, nan
from typing import Any, NamedTuple, TypeAlias

import pandas as pd
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from bcf_payments.exact import as_fraction
from bcf_payments.schemes import ConditionsLine, MetricLine, Scheme
from bcf_payments.testing.numbers import COLUMN_FORMS, weight_column, write_column
from bcf_payments.testing.tape import KEEP_ALL, TAPES, Tape

Key: TypeAlias = tuple[str, str, str]
"""Area code, wave, metric."""

BUILT_IN_PATTERN = r"^E(06|08|09|10)\d{6}$"
PREFIXES = ("E06", "E08", "E09", "E10")
NAMES = ("Hartlepool", "Bournemouth, Christchurch and Poole", "King's Lynn", "Ynys Môn", 'The "Wolds"')
REGIONS = ("North East", "London", "South West")

COUNTS = tuple(map(Fraction, ("10", "0", "1", "3", "150", "2360", "12.5", "1/3", "0.1", "1e-7"))) + tuple(
    map(Fraction, (10**15, 2**63 + 1, 0, 10**9 + 7))
)
SAME_BELOW = tuple(map(Fraction, (100, 1, 100_000, 92_590, 7)))
MIXED_BELOW = tuple(
    (Fraction(a), Fraction(b)) for a, b in ((100, 1000), (92_590, 92_600), (3, 7), ("0.5", "0.1"), ("1/3", 10**9))
)
OTHER_BELOW = tuple(map(Fraction, ("1000", "92601", "1", "2/3", "1e-7")))

CHANGES = tuple(
    (Fraction(share), Fraction(units))
    for share, units in (
        (0, 1), ("0.1", 0), (0, 0), ("0.035", 0), (0, 10), (0, -1), ("1/3", 0), ("-0.05", 0), (1, 0), (2, 3),
        (0, 100), (0, -10),
    )
)  # fmt: skip
"""Planned improvements: a share of the baseline and so many units; below 0 the target is worse."""

POSITIONS = tuple(map(Fraction, ("1", "0", "0.7", "1/2", "2", "-1", "0.999", "1/3", "3/2")))
"""Outcomes on the way from the baseline (0) to the target (1)."""

NUDGES = tuple(map(Fraction, ("0", "0", "0", "0", "1", "-1", "1e-9")))

STATUSES = ("approved", "signed_off", "approved_with_support", "approved_with_conditions", "not_approved")
TRUTHS = (
    (True, False, None), ("true", "false", ""), (1, 0, None), ("Yes", "NO", nan), ("1", "0", ""), (1.0, 0.0, nan),
    ("TRUE", "False", None), ("yes", "no", pd.NA),
)  # fmt: skip
"""Ways to write a condition that is met, not met, not known."""

DELAYS = (0, -1, 1, -30, 45)
"""Days from the day by which plans are due to the day of submission."""

THRESHOLDS = (240, 200, 128, 1)
"""From the rare gap to hardly anything left: bytes at or above it make a gap."""


class Levels(NamedTuple):
    """Where an outcome may fall: the numbers of a plan, denominators counting as 1 for counts."""

    baseline: Fraction
    target: Fraction
    below: Fraction


def area_codes(pattern: str = BUILT_IN_PATTERN) -> SearchStrategy[str]:
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
    if pattern != BUILT_IN_PATTERN:
        return st.from_regex(pattern, fullmatch=True, alphabet=st.characters(codec="ascii"))
    return st.integers(0, len(PREFIXES) * 10**6 - 1).map(lambda n: f"{PREFIXES[n // 10**6]}{n % 10**6:06}")


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
    codes = area_codes(scheme.area_code_pattern.value)
    own, each = draw(st.tuples(TAPES, _by_area(codes, min_size, max_size)))
    columns: dict[str, object] = {
        "area_code": [code for code, _ in each],
        "area_name": [tape.pick(NAMES) for _, tape in each],
        "region": [tape.pick(REGIONS) for _, tape in each],
    }
    for name in scheme.weight_columns:
        columns[name] = weight_column(own, [tape for _, tape in each])
    return _dressed(columns, own)


def _by_area(
    codes: SearchStrategy[str], min_size: int, max_size: int
) -> SearchStrategy[list[tuple[str, Tape]]]:
    return st.lists(
        st.tuples(codes, TAPES), min_size=min_size, max_size=max_size, unique_by=lambda pair: pair[0]
    )


@st.composite
def plans(draw: DrawFn, scheme: Scheme, area_codes: Sequence[str], *, gaps: bool = False) -> pd.DataFrame:
    """Tables of plans: a row for each area and line that a scheme pays on, and some that it ignores.

    Parameters
    ----------
    scheme : Scheme
        Gives the waves and metrics.
    area_codes : sequence of str
        The areas.
    gaps : bool
        Whether rows may be missing, so that only `on_missing="withhold"` settles them.

    Returns
    -------
    SearchStrategy of DataFrame
        As `settle` takes them. Targets are better than the baseline, equal or worse; denominators are
        the same or mixed; `direction` is there where a metric may go either way, sometimes elsewhere;
        so are `sample_size` and `baseline_period`.

    Examples
    --------
    >>> from hypothesis import find
    >>> from bcf_payments import load_scheme
    >>> table = find(plans(load_scheme("july_2014"), ["E06000001"]), lambda table: True)
    >>> table["baseline_numerator"].tolist(), table["target_numerator"].tolist()
    ([10, 10, 10, 10], [9, 9, 9, 9])
    """
    own, tapes = draw(st.tuples(TAPES, _tapes(area_codes)))
    whole, threshold = own.pick((True, False)), own.pick(THRESHOLDS) if gaps else KEEP_ALL
    rows = [
        (*key, *_plan_numbers(scheme, key, tape, whole=whole, threshold=threshold))
        for key, tape in _keys(scheme, own, tapes)
    ]
    kept = [row for row in rows if row[-1] is not None]
    names = ("area_code", "wave", "metric", "baseline_numerator", "baseline_denominator")
    columns = _columns((*names, "target_numerator", "target_denominator", "direction"), kept, own)
    either = {name for name, metric in scheme.metrics.items() if metric.direction.value == "either"}
    if not either.intersection(columns["metric"]) and own.pick((True, False)):
        del columns["direction"]
    if own.pick((False, False, True)):
        columns["sample_size"] = [(250, None, 1, 92590)[i % 4] for i in range(len(kept))]
        columns["baseline_period"] = ["2013-14"] * len(kept)
    return _dressed(columns, own)


def _plan_numbers(
    scheme: Scheme, key: Key, tape: Tape, *, whole: bool, threshold: int
) -> tuple[Fraction | str | None, ...]:
    """Baseline and target, each as numerator and denominator, and which way is better.

    Always reads nine bytes, so that rows shrink one by one.
    """
    metric = scheme.metrics.get(key[2])
    said, place = tape.pick(("lower", "higher")), tape.pick(("same", "same", "mixed"))
    direction = metric.direction.value if metric else "either"
    better = 1 if said == "higher" and direction == "either" or direction == "higher" else -1
    below = (tape.pick(SAME_BELOW),) * 2
    mixed = tape.pick(MIXED_BELOW)
    below = mixed if place == "mixed" else below
    count = _count(tape)
    share, units = tape.pick(CHANGES)
    aim = max(Fraction(0), count + better * (share * count + units))
    target = aim if _is_count(scheme, key[2]) else aim / below[0] * below[1]
    gap = tape.reaches(threshold) 
    if whole:
        count, target, below = Fraction(floor(count)), Fraction(floor(target)), (_up(below[0]), _up(below[1]))
    return count, below[0], target, below[1], None if gap else said
