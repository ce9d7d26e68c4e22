"""Schemes of our own making, every kind of rule in them, and the built-in ones with their options."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from itertools import pairwise, permutations
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from bcf_payments.schemes import PlannedValuePot, Scheme, load_scheme
from bcf_payments.testing.tape import TAPES, Tape

Rules: TypeAlias = dict[str, Any]

METRICS = ("falls", "bed_days", "home_again", "satisfaction")
CONDITIONS = ("joint_board", "shared_records", "weekend_cover")
WEIGHTS = ("people", "need")
ACTIONS = ("recovery_plan", "contingency_plan", "peer_review")
PARTIES = ("area", "government", "peer")
UNITS = ("per_cent", "per_100_000", "ratio", "count")
DIRECTIONS = ("lower", "higher", "either")

CODE_PREFIXES = {
    r"^E(06|08|09|10)\d{6}$": ("E06", "E08", "E09", "E10"),
    r"^W06\d{6}$": ("W06",),
}
"""Patterns of area codes, first that of the built-in schemes, and what their codes begin with."""

AMOUNTS = ("1000000000", "1", "0.99", "0.07", "0.01", "12345678.91", "100", "0")
UNIT_VALUES = ("1490", "1490.5", "0.01", "2150/3", "2150")
KEEPS = ("3/4", "0", "0.9", "1/3", "0.999999999999")
TRIGGERS = (("1",), ("0.7", "1"), ("1/2", "9/10", "1"), ("1/3", "0.7"), ("0.7",))

LEVELS = (("40", "90"), ("0", "1/3"), ("9.5", "10"))
"""Thresholds of lines that are judged by level, in any order."""

SHARES = (1, 2, 0, 3, 5, 7, 13)
PLACES = tuple(map(Fraction, ("1/2", "7/10", "1/3", "9/10", "0.999", "1/4")))
HEIGHTS = tuple(map(Fraction, ("0", "1", "1/2", "1/3", "0.7", "1/7", "1", "0.99")))
PROPORTIONAL = ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1)))
ALL_OR_NOTHING = ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(0)), (Fraction(1), Fraction(1)))

DEADLINE = dt.date(2014, 4, 30)
FIRST_PAYMENT = dt.date(2015, 4, 1)


def schemes() -> SearchStrategy[Scheme]:
    """Valid schemes of made-up metrics and conditions: pots of fixed size, of planned value, and none.

    Returns
    -------
    SearchStrategy of Scheme
        One to three waves of up to three metric lines, with or without conditions; some pay on conditions
        only, some have a single line (a pot of planned value: one to five waves of one line), some only
        watch. Lines are measured against plans or thresholds; shares are odd fractions, some of them 0,
        spread by the pot's weights or the line's own; pots may be a few pence; curves jump, bend, stay flat
        or stop below 1; gateways cut what is earned; reviews have up to three actions.

    Examples
    --------
    >>> from hypothesis import find
    >>> find(schemes(), lambda scheme: scheme.pot and scheme.pot.kind == "planned_value").wave_names
    ('wave_1',)
    """
    return st.builds(
        lambda kind, tape: Scheme.model_validate(kind(tape)),
        st.sampled_from((*(_fixed, _fixed, _planned_value) * 3, _watching)),
        TAPES,
    )


def cumulative_schemes() -> SearchStrategy[Scheme]:
    """Schemes of several payment points of which a later one makes good what an earlier one missed (C8)."""
    made_up = TAPES.map(lambda tape: Scheme.model_validate(_planned_value(tape)))
    return (made_up | st.just(load_scheme("july_2014"))).filter(_catches_up)


def _catches_up(scheme: Scheme) -> bool:
    pot = scheme.pot
    return isinstance(pot, PlannedValuePot) and pot.cumulative.value and len(scheme.waves) > 1


def built_in_schemes() -> SearchStrategy[Scheme]:
    """The schemes that come with the package, as they are and with an option changed.

    Returns
    -------
    SearchStrategy of Scheme

    Examples
    --------
    >>> from hypothesis import find
    >>> find(built_in_schemes(), lambda scheme: True).name
    'october_2013'
    """
    return st.sampled_from(_built_in())


@cache
def _built_in() -> tuple[Scheme, ...]:
    october, december, july = map(load_scheme, ("october_2013", "december_2013", "july_2014"))
    return (
        october,
        december,
        july,
        december.replace(review__scope="mean"),
        july.replace(cumulative=False),
        october.replace(trigger_below="0.9"),
        july.replace(unit_value_pounds="2150/3"),
    )


def _cited(value: object, basis: str = "assumed") -> Rules:
    return {"value": value, "source": ("made_up",), "basis": basis}


def _fixed(tape: Tape) -> Rules:
    sizes = tape.pick((*((1, 2, 3, 0),) * 3, (0,)))
    waves = [_wave(tape, index, sizes) for index in range(tape.pick((1, 2, 3)))]
    lines = [line for wave in waves for line in wave["lines"]]
    parts = [tape.pick(SHARES) for _ in lines]
    if not any(parts):
        parts[-1] = 1
    for line, part in zip(lines, parts, strict=True):
        line["share"] = _cited(str(Fraction(part, sum(parts))))
        if weight := tape.pick((*(None,) * 5, *WEIGHTS)):
            line["weight"] = _cited(weight)
    pot = {"kind": "fixed", "amount_pounds": _cited(tape.pick(AMOUNTS)), "weight": _cited(tape.pick(WEIGHTS))}
    metrics = {name: _metric(name, tape.pick(UNITS), tape.pick(DIRECTIONS)) for name in METRICS}
    for line in (line for line in lines if "metric" in line):
        line.update(_level(tape, metrics[line["metric"]["value"]]["direction"]["value"]))
    return _scheme(tape, "fixed", pot, metrics, waves) | {
        "conditions": {name: _cited(name.replace("_", " "), "stated") for name in CONDITIONS},
        "curves": {
            "plain": _cited(PROPORTIONAL),
            "first": _cited(_curve(tape)),
            "second": _cited(_curve(tape)),
        },
        "gateways": _gateways(tape, waves),
    }


def _gateways(tape: Tape, waves: Sequence[Rules]) -> list[Rules]:
    """None, one or two gateways, before all waves or some."""
    names = tape.pick(tuple(permutations(CONDITIONS)))[: tape.pick((0, 1, 0, 2, 1))]
    gateways = []
    for name in names:
        gateway = {"name": f"{name}_gate", "condition": _cited(name), "keeps": _cited(tape.pick(KEEPS))}
        covered = tuple(wave["name"] for wave in waves)[: tape.pick((0, 1, 2))]
        gateways.append(gateway | ({"waves": _cited(covered)} if covered else {}))
    return gateways


def _planned_value(tape: Tape) -> Rules:
    waves: list[Rules] = [
        {"lines": [_metric_line(tape, METRICS[0], "plain", index)]} | _wave_frame(tape, index, METRICS[:1])
        for index in range(tape.pick((1, 2, 4, 3, 5)))
    ]
    pot = {
        "kind": "planned_value",
        "amount_pounds": _cited(tape.pick(AMOUNTS)),
        "weight": _cited(tape.pick(WEIGHTS)),
        "unit_value_pounds": _cited(tape.pick(UNIT_VALUES)),
        "cumulative": _cited(tape.pick((True, False))),
        "remainder": _cited("other_services"),
        "remainder_title": "Other services",
        "unearned_to": _cited(tape.pick(("other_services", "local_services"))),
        "revision_tolerance": _cited("0.02"),
    }
    if tape.pick((False, True)):
        pot |= {"expected_reduction": _cited("0.035"), "expected_reduction_step": _cited("0.001")}
    metrics = {METRICS[0]: _metric(METRICS[0], "count", "lower")}
    metrics |= {name: _metric(name, tape.pick(UNITS), tape.pick(DIRECTIONS)) for name in METRICS[1:]}
    return _scheme(tape, "planned_value", pot, metrics, waves) | {"curves": {"plain": _cited(PROPORTIONAL)}}


def _watching(tape: Tape) -> Rules:
    """No pot and no lines: metrics that are watched, wave by wave."""
    waves = []
    for index in range(tape.pick((1, 2, 3))):
        wave = _wave_frame(tape, index, ())
        waves.append({"monitored": _cited(METRICS[: tape.pick((1, 2, 4))])} | wave)
    metrics = {name: _metric(name, tape.pick(UNITS), tape.pick(DIRECTIONS)) for name in METRICS}
    return _scheme(tape, "watching", None, metrics, waves)


def _scheme(tape: Tape, name: str, pot: Rules | None, metrics: Rules, waves: Sequence[Rules]) -> Rules:
    """The parts that every kind of scheme has."""
    components = [
        {"name": name, "title": name, "amount_pounds": _cited(tape.pick(AMOUNTS)), "weight": _cited(weight)}
        for name, weight in zip(("core", "capital"), tape.pick(tuple(permutations(WEIGHTS))), strict=True)
    ]
    rules = {
        "name": f"made_up_{name}",
        "title": "A made-up scheme",
        "area_code_pattern": _cited(tape.pick(tuple(CODE_PREFIXES))),
        "components": components[: tape.pick((0, 1, 2))],
        "metrics": metrics,
        "waves": waves,
    }
    nation = tape.pick((None, "England", "Wales"))
    rules |= {"nation": _cited(nation)} if nation else {}
    return rules | {"pot": pot} | _review(tape, pot) if pot else rules


def _review(tape: Tape, pot: Rules) -> Rules:
    scope, limits = tape.pick((None, "each", "mean")), tape.pick(TRIGGERS)
    if scope is None:
        return {}
    actions = [
        {"action": _cited(action), "trigger_below": _cited(limit)} | _destination(tape, action, pot)
        for action, limit in zip(ACTIONS, limits, strict=False)
    ]
    return {"review": {"scope": _cited(scope), "actions": actions}}


def _destination(tape: Tape, action: str, pot: Rules) -> Rules:
    """Where money that is held back goes: to the plan at once, when the review is done, or elsewhere."""
    if pot["kind"] == "planned_value":
        return {}
    kind = tape.pick(("agreed", "done", "at_once"))
    rules = {"destination": _cited(f"{action}_money"), "needs_decision": _cited(kind != "at_once")}
    parties = tape.pick((PARTIES, PARTIES[1:], ()))
    if kind != "at_once" and parties:
        rules["agreed_by"] = _cited(parties)
    return rules | ({"destination_otherwise": _cited("directed")} if kind == "agreed" else {})


def _metric(name: str, unit: str, direction: str) -> Rules:
    return {"title": name.replace("_", " "), "unit": _cited(unit), "direction": _cited(direction)}


def _wave(tape: Tape, index: int, sizes: Sequence[int]) -> Rules:
    """A wave of so many metric lines, a conditions line, or both, shares not yet set."""
    metrics = tape.pick(tuple(permutations(METRICS, 3)))[: tape.pick(sizes)]
    lines = [_metric_line(tape, name, tape.pick(("plain", "first", "second")), index) for name in metrics]
    conditions = _conditions_line(tape)
    place = tape.pick((None, "first", "last"))
    if place or not lines:
        lines.insert(0 if place == "first" else len(lines), conditions)
    return {"lines": lines} | _wave_frame(tape, index, metrics)


def _wave_frame(tape: Tape, index: int, paid: Sequence[str]) -> Rules:
    """A wave but for its lines: name, day, and metrics that are only watched."""
    day = FIRST_PAYMENT + index * dt.timedelta(days=91)
    frame = {"name": f"wave_{index + 1}", "title": f"Wave {index + 1}", "payment_date": _cited(day)}
    watched = tuple(name for name in METRICS if name not in paid)[: tape.pick((0, 0, 1, 3))]
    return frame | ({"monitored": _cited(watched)} if watched else {})


def _metric_line(tape: Tape, metric: str, curve: str, index: int) -> Rules:
    end = FIRST_PAYMENT + dt.timedelta(days=91 * index - tape.pick((30, 1, 120, -30)))
    period = {"start": end - dt.timedelta(days=90), "end": end}
    return {"metric": _cited(metric, "stated"), "curve": _cited(curve), "period": _cited(period)}


def _level(tape: Tape, direction: str) -> Rules:
    """Perhaps the thresholds of a line that is judged by level, the upper one the better."""
    thresholds = tape.pick((*(None,) * 5, *LEVELS))
    if thresholds is None or direction == "either":
        return {}
    lower, upper = sorted(map(Fraction, thresholds), reverse=direction == "lower")
    return {"judged": _cited("level"), "lower": _cited(str(lower)), "upper": _cited(str(upper))}


def _conditions_line(tape: Tape) -> Rules:
    names = tape.pick(tuple(permutations(CONDITIONS)))[: tape.pick((1, 2, 3))]
    line = {"conditions": _cited(names), "pays": _cited(tape.pick(("all", "each")))}
    return line | ({"submit_by": _cited(DEADLINE)} if tape.pick((False, True, True)) else {})


def _curve(tape: Tape) -> Sequence[tuple[Fraction, Fraction]]:
    kind = tape.pick((_plain_curve, _stepped_curve, _bent_curve))
    return kind(tape)


def _plain_curve(tape: Tape) -> Sequence[tuple[Fraction, Fraction]]:
    return tape.pick((ALL_OR_NOTHING, PROPORTIONAL))


def _stepped_curve(tape: Tape) -> Sequence[tuple[Fraction, Fraction]]:
    """Flat between jumps, of which the first may stand at 0 and the last at 1."""
    jumps = sorted({tape.pick((*PLACES, Fraction(0), Fraction(1))) for _ in range(tape.pick((1, 2, 3)))})
    heights = sorted(tape.pick(HEIGHTS) for _ in range(len(jumps) + 1))
    steps = [(x, y) for x, pair in zip(jumps, pairwise(heights), strict=True) for y in pair]
    if jumps[0] > 0:
        steps.insert(0, (Fraction(0), heights[0]))
    if jumps[-1] < 1:
        steps.append((Fraction(1), heights[-1]))
    return steps


def _bent_curve(tape: Tape) -> Sequence[tuple[Fraction, Fraction]]:
    """Straight from point to point, flat where two are equally high, with a jump where two share an x."""
    inner = {tape.pick(PLACES) for _ in range(tape.pick((1, 2, 3)))}
    xs = [x for x in sorted({Fraction(0), *inner, Fraction(1)}) for _ in range(tape.pick((1, 1, 2)))]
    return list(zip(xs, sorted(tape.pick(HEIGHTS) for _ in xs), strict=True))
