"""What may be asked of a simulation besides its tables: how often, from which seed, where, what effects."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from fractions import Fraction
from typing import Any, NamedTuple

from bcf_payments.core.tasks import executor_problems
from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import as_fraction
from bcf_payments.given import told
from bcf_payments.simulation.model import OutcomeModel
from bcf_payments.words import exact

MOST_DRAWS = 10**8
"""More would tell nothing: what chance leaves open of a quantile is then less than the width of a bin."""

FARTHEST = 100
"""True effects beyond so many times the plan are none."""


class Running(NamedTuple):
    """How often to draw, and where."""

    draws: int
    seed: int
    executor: Executor | None
    progress: bool


def integer(value: object) -> int | None:
    """An integer of any library as Python's own; None for what is none, as True and False are not."""
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        return None


def checked_running(draws: object, seed: object, executor: Any, model: object, *, progress: bool) -> Running:
    """How to run, if a simulation can be run so.

    Raises
    ------
    InputError
        Every option that is out of its range or of another kind.
    """
    number, start = integer(draws), integer(seed)
    problems = []
    if number is None or not 1 <= number <= MOST_DRAWS:
        fix = f"write a whole number of at least 1 and at most {MOST_DRAWS:,}, beyond which nothing shows"
        problems.append(_problem("draws", draws, fix))
    if start is None or start < 0:
        problems.append(_problem("seed", seed, "write a whole number of at least 0"))
    if not isinstance(model, OutcomeModel):
        problems.append(_problem("model", told(model), "give an OutcomeModel, or leave it out"))
    problems += executor_problems(executor)
    if problems or number is None or start is None:
        raise InputError(problems)
    return Running(number, start, executor, progress)


def checked_effects(effects: object) -> list[Fraction]:
    """True effects as exact numbers.

    Raises
    ------
    InputError
        None at all, and each that is no number, too far, or there already.
    """
    if isinstance(effects, (str, bytes)) or not isinstance(effects, Iterable):
        raise InputError([_problem("effects", effects, 'give a list of numbers, such as ["0", "1"]')])
    found: dict[Fraction, object] = {}
    problems = list(_read(effects, found))
    if not (found or problems):
        problems.append(_problem("effects", "", "give at least one effect"))
    if problems:
        raise InputError(problems)
    return list(found)


def checked_prior(prior: object, effects: Sequence[Fraction]) -> list[Fraction]:
    """How likely each effect is, as exact numbers in the order of the effects.

    Raises
    ------
    InputError
        Effects that are not among those, or lack a probability; probabilities that are none, or do not
        add up to 1.
    """
    if not isinstance(prior, Mapping):
        raise InputError([_problem("prior", told(prior), 'give a probability for each effect: {"0": "1/2"}')])
    found: dict[Fraction, Fraction] = {}
    problems = []
    for effect, probability in prior.items():
        share, likely = _exact(effect), _exact(probability)
        if share is None or share not in effects or share in found:
            fix = f"write each effect that was drawn once: {', '.join(map(exact, effects))}"
            problems.append(_problem("prior", effect, fix))
        elif likely is None or not 0 <= likely <= 1:
            problems.append(_problem("prior", probability, "write a probability from 0 to 1"))
        else:
            found[share] = likely
    lacking = [effect for effect in effects if effect not in found]
    problems += [
        _problem("prior", exact(effect), "say how likely this effect is, 0 if not at all")
        for effect in ([] if problems else lacking)
    ]
    if not problems and sum(found.values()) != 1:
        fix = 'let the probabilities add up to 1 exactly, such as "1/3" three times'
        problems.append(_problem("prior", exact(sum(found.values())), fix))
    if problems:
        raise InputError(problems)
    return [found[effect] for effect in effects]


def _exact(value: Any) -> Fraction | None:
    """An exact number, or None for what is none."""
    try:
        return as_fraction(value)
    except ValueError:
        return None


def _read(effects: Iterable[Any], found: dict[Fraction, object]) -> Iterator[dict[str, object]]:
    """Read effects into `found`, and tell what is wrong with others."""
    for effect in effects:
        try:
            share = as_fraction(effect)
        except ValueError:
            share = Fraction(FARTHEST + 1)
        if abs(share) > FARTHEST:
            yield _problem("effects", effect, f"write a number from -{FARTHEST} to {FARTHEST}; 1 is the plan")
        elif share in found:
            yield _problem("effects", effect, "write each effect once")
        found[share] = effect


def _problem(name: str, value: object, fix: str) -> dict[str, object]:
    return {"table": "options", "reason": "out_of_range", "column": name, "value": value, "fix": fix}
