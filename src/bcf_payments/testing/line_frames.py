"""Tables of a row for each area and line, `plans` and `outcomes`, valid and awkward.

Hypothesis copies annotations into another module, where texts would not be known: here they are types.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple, TypeAlias

import pandas as pd
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from bcf_payments.schemes import MetricLine, Scheme
from bcf_payments.schemes.levels import levels_of
from bcf_payments.testing.area_frames import THRESHOLDS, Columns, framed, shuffled
from bcf_payments.testing.numbers import COLUMN_FORMS, read_column, write_column
from bcf_payments.testing.tape import NO_GAP, TAPES, Tape

Key: TypeAlias = tuple[str, str, str]
"""Area code, wave, metric."""

COUNTS = (
    *map(Fraction, ("10", "0", "1", "3", "150", "2360", "12.5", "1/3", "0.1", "1e-7", "0")),
    *map(Fraction, (10**9 + 7, 10**15, 2**63 + 1)),
    *(Fraction(37 * n * n + 11) for n in range(1, 40)),
)
BELOW = tuple(
    (Fraction(baseline), Fraction(target))
    for baseline, target in (
        (100, 100), (1, 1), (100_000, 100_000), (92_590, 92_590), (7, 7), (100, 1000), (92_590, 92_600),
        (3, 7), ("0.5", "0.1"), ("1/3", 10**9),
    )
)  # fmt: skip
"""Denominators of baseline and target."""

OTHER_BELOW = (None, None, None, *map(Fraction, ("1000", "92601", "1", "2/3", "1e-7")))
"""Denominators of outcomes; None for that of the target."""

CHANGES = tuple(
    (Fraction(share), Fraction(units))
    for share, units in (
        (0, 1), ("0.1", 0), (0, 0), ("0.035", 0), (0, 10), (0, -1), ("1/3", 0), ("-0.05", 0), (1, 0), (2, 3),
        (0, 100), (0, -10),
    )
)  # fmt: skip
"""Planned improvements: a share of the baseline and so many units; below 0 the target is worse."""

PLACES = (*map(Fraction, ("1", "0", "0.7", "1/2", "2", "-1", "0.999", "1/3", "3/2")), None)
"""Outcomes on the way from the baseline (0) to the target (1); None for anywhere."""

NUDGES = tuple(map(Fraction, ("0", "0", "0", "0", "1", "-1", "1e-9")))
"""What is added to an outcome's numerator."""

UNKNOWN_METRIC = "bed_days_lost"


class Levels(NamedTuple):
    """What an outcome is measured by: rates, or the numbers themselves where the metric is a count."""

    baseline: Fraction
    target: Fraction
    below: Fraction
    """The denominator of the target."""
    counted: bool


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
        As `settle` takes them, without lines that are judged by level. Targets are better than the
        baseline, equal or worse; denominators are the same or mixed; `direction` is there where a metric may
        go either way, sometimes elsewhere; so are `sample_size` and `baseline_period`.

    Examples
    --------
    >>> from hypothesis import find
    >>> from bcf_payments import load_scheme
    >>> table = find(plans(load_scheme("july_2014"), ["E06000001"]), lambda table: True)
    >>> table["baseline_numerator"].tolist(), table["target_numerator"].tolist()
    ([10, 10, 10, 10], [9, 9, 9, 9])
    """
    tape = draw(TAPES)
    whole, threshold = tape.pick((True, False)), tape.pick(THRESHOLDS) if gaps else NO_GAP
    rows = []
    by_level = _thresholds(scheme)
    for key, limit, part in _keys(scheme, area_codes, tape, threshold):
        if key[1:] in by_level:
            continue
        row = _plan_row(scheme, key[2], part, whole=whole)
        if not part.reaches(limit):
            rows.append((*key, *row))
    names = ("area_code", "wave", "metric", "direction")
    numbers = ("baseline_numerator", "baseline_denominator", "target_numerator", "target_denominator")
    columns = _columns(shuffled(rows, tape), names, numbers, tape)
    if not any(_goes_either_way(scheme, name) for name in columns["metric"]) and tape.pick((True, False)):
        del columns["direction"]
    if tape.pick((False, False, True)):
        columns["sample_size"] = [(250, None, 1, 92_590)[i % 4] for i in range(len(rows))]
        columns["baseline_period"] = ["2013-14"] * len(rows)
    return framed(columns, tape)


def _plan_row(scheme: Scheme, metric: str, tape: Tape, *, whole: bool) -> tuple[Any, ...]:
    """The direction as it is said, then baseline and target, each as numerator and denominator."""
    said, unsaid = tape.pick(("lower", "higher")), tape.pick((None, "lower", "higher"))
    (below_baseline, below_target), count = tape.pick(BELOW), tape.pick(COUNTS)
    share, units = tape.pick(CHANGES)
    direction = scheme.metrics[metric].direction.value if metric in scheme.metrics else "either"
    better = 1 if (said if direction == "either" else direction) == "higher" else -1
    aim = max(Fraction(0), count + better * (share * count + units))
    if not _is_count(scheme, metric):
        aim = aim / below_baseline * below_target
    numbers = (count, below_baseline, aim, below_target)
    if whole:
        numbers = _whole(*numbers[:2]) + _whole(*numbers[2:])
    return (said if direction == "either" else unsaid, *numbers)


@st.composite
def outcomes(
    draw: DrawFn,
    scheme: Scheme,
    area_codes: Sequence[str],
    plans: pd.DataFrame | None = None,
    *,
    through: str | None = None,
    gaps: bool = False,
) -> pd.DataFrame:
    """Tables of outcomes: a row for each area and line that is due, and some that the scheme ignores.

    Parameters
    ----------
    scheme : Scheme
        Gives the waves, metrics and curves.
    area_codes : sequence of str
        The areas.
    plans : DataFrame, optional
        With it outcomes fall exactly on the baseline, the target, 0.7 of the way and the corners of the
        line's curve, or just beside them.
    through : str, optional
        The last wave that is due: rows of later ones may be missing altogether.
    gaps : bool
        Whether rows may be missing, so that only `on_missing="withhold"` settles them.

    Returns
    -------
    SearchStrategy of DataFrame
        As `settle` takes them, sometimes with `outcome_period`.

    Examples
    --------
    The plainest outcome meets the target.

    >>> from hypothesis import find
    >>> from bcf_payments import load_scheme
    >>> july, codes = load_scheme("july_2014"), ["E06000001"]
    >>> planned = find(plans(july, codes), lambda table: True)
    >>> find(outcomes(july, codes, planned), lambda table: True)["outcome_numerator"].tolist()
    [9, 9, 9, 9]
    """
    tape = draw(TAPES)
    whole, threshold = tape.pick((True, False)), tape.pick(THRESHOLDS) if gaps else NO_GAP
    left_out = _later_waves(scheme, through) if tape.pick((False, True)) else ()
    places, levels, by_level = _places(scheme), _levels(scheme, plans), _thresholds(scheme)
    rows = []
    for key, limit, part in _keys(scheme, area_codes, tape, threshold):
        row = _outcome_row(levels.get(key, by_level.get(key[1:])), places.get(key[1:], PLACES), part)
        if not part.reaches(limit) and key[1] not in left_out:
            rows.append((*key, *(_whole(*row) if whole else row)))
    numbers = ("outcome_numerator", "outcome_denominator")
    columns = _columns(shuffled(rows, tape), ("area_code", "wave", "metric"), numbers, tape)
    if tape.pick((False, False, True)):
        columns["outcome_period"] = ["2014-15"] * len(rows)
    return framed(columns, tape)


def _outcome_row(
    levels: Levels | None, places: Sequence[Fraction | None], tape: Tape
) -> tuple[Fraction, Fraction]:
    """Numerator and denominator: on the way that was planned, or (also without a plan) anywhere."""
    place, nudge = tape.pick(places), tape.pick(NUDGES)
    below, count, exactly = tape.pick(OTHER_BELOW), tape.pick(COUNTS), tape.pick((False, True))
    if levels is None:
        return count, below or Fraction(1)
    below = below or levels.below
    if place is not None:
        level = levels.baseline + place * (levels.target - levels.baseline)
        if exactly and level >= 0 and not levels.counted:
            return Fraction(level.numerator), Fraction(level.denominator)
        count = max(Fraction(0), (level if levels.counted else level * below) + nudge)
    return count, below


def _places(scheme: Scheme) -> dict[tuple[str, str], Sequence[Fraction | None]]:
    """For each line the places where an outcome is of interest: those of all, and its curve's corners."""
    places: dict[tuple[str, str], Sequence[Fraction | None]] = {}
    for slot in scheme.metric_lines:
        if isinstance(slot.rule, MetricLine):
            points = scheme.curves[slot.rule.curve.value].value
            places[slot.wave, slot.name] = PLACES + 5 * tuple(x for x, _ in points if 0 < x < 1)
    return places


def _thresholds(scheme: Scheme) -> dict[tuple[str, str], Levels]:
    """The thresholds of the lines that are judged by level, in place of baseline and target."""
    found = {}
    for place, at in levels_of(scheme, scheme.metric_lines).items():
        slot = scheme.metric_lines[place]
        counted = _is_count(scheme, slot.name)
        found[slot.wave, slot.name] = Levels(at.lower / at.per, at.upper / at.per, Fraction(at.per), counted)
    return found


def _levels(scheme: Scheme, plans: pd.DataFrame | None) -> dict[Key, Levels]:
    if plans is None:
        return {}
    names = ("baseline_numerator", "baseline_denominator", "target_numerator", "target_denominator")
    keys = zip(*(plans[name].tolist() for name in ("area_code", "wave", "metric")), strict=True)
    numbers = zip(*(read_column(plans[name]) for name in names), strict=True)
    levels = {}
    for key, (baseline, below_baseline, target, below) in zip(keys, numbers, strict=True):
        if _is_count(scheme, key[2]):
            levels[key] = Levels(baseline, target, below, counted=True)
        else:
            levels[key] = Levels(baseline / below_baseline, target / below, below, counted=False)
    return levels


def _later_waves(scheme: Scheme, through: str | None) -> tuple[str, ...]:
    names = scheme.wave_names
    return () if through is None else names[names.index(through) + 1 :]


def _keys(
    scheme: Scheme, area_codes: Sequence[str], tape: Tape, threshold: int
) -> Iterator[tuple[Key, int, Tape]]:
    """The key of every row, the byte from which on it is left out, and the tape that fills it."""
    paid = [(slot.wave, slot.name) for slot in scheme.metric_lines]
    watched = [(slot.wave, slot.name) for slot in scheme.monitored]
    optional = tape.pick(([], watched[:2], [], watched))
    if tape.pick((False, False, True)):
        last = scheme.wave_names[-1]
        unused = [(last, name) for name in scheme.metrics if (last, name) not in paid + watched]
        optional = [*optional, *unused[:1], (last, UNKNOWN_METRIC)]
    for index, code in enumerate(area_codes):
        part = tape.part(index)
        yield from (((code, *line), threshold, part) for line in paid)
        yield from (((code, *line), min(threshold, 200), part) for line in optional)


def _is_count(scheme: Scheme, metric: str) -> bool:
    return metric in scheme.metrics and scheme.metrics[metric].unit.value == "count"


def _goes_either_way(scheme: Scheme, metric: str) -> bool:
    return metric in scheme.metrics and scheme.metrics[metric].direction.value == "either"


def _whole(numerator: Fraction, denominator: Fraction) -> tuple[Fraction, Fraction]:
    return Fraction(floor(numerator)), Fraction(max(1, floor(denominator)))


def _columns(
    rows: Sequence[tuple[Any, ...]], texts: Sequence[str], numbers: Sequence[str], tape: Tape
) -> Columns:
    """Rows as columns: texts as they are, numbers in a form of each column's own."""
    cells = [[row[i] for row in rows] for i in range(len(texts) + len(numbers))]
    columns: Columns = dict(zip(texts, cells, strict=False))
    for name, values in zip(numbers, cells[len(texts) :], strict=True):
        columns[name] = write_column(values, tape.pick(COLUMN_FORMS))
    return columns
