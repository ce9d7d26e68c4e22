"""A scheme with some of its rules changed, and whether alternatives to them fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bcf_payments.errors import SchemeError
from bcf_payments.schemes.consistency import Fault, unknown
from bcf_payments.schemes.fields import SchemeFields
from bcf_payments.schemes.parts import USER, Alternative, Cited, Model
from bcf_payments.schemes.validated import S, validated


def changed_copy(scheme: S, changes: Mapping[str, Any]) -> S:
    """A validated copy of a scheme with some rules changed: see `Scheme.replace`."""
    copy = _changed(scheme, changes, USER)
    if "alternatives" in changes:
        return copy
    fitting = tuple(alternative for alternative in scheme.alternatives if not misfits(copy, (alternative,)))
    return copy.model_copy(update={"alternatives": fitting})


def alternative_scheme(scheme: S, name: str) -> S:
    """The scheme with one of its alternatives in place: see `Scheme.alternative`."""
    named = {alternative.name: alternative for alternative in scheme.alternatives}
    if not isinstance(name, str) or name not in named:
        raise SchemeError([("alternatives", unknown(str(name), named, "alternative"))], scheme.name)
    return _changed(scheme, named[name].changes, named[name].source)


def combinations_of(scheme: S) -> dict[tuple[str, ...], S]:
    """Every combination of a scheme's alternatives that go together: see `Scheme.combinations`."""
    found: dict[tuple[str, ...], tuple[S, list[list[str]]]] = {(): (scheme, [])}
    for alternative in scheme.alternatives:
        own = [_path(scheme, name) for name in alternative.changes]
        for names, (made, changed) in list(found.items()):
            if any(_overlap(one, other) for one in own for other in changed):
                continue
            try:
                more = _changed(made, alternative.changes, alternative.source)
            except SchemeError:
                continue
            found[*names, alternative.name] = more, [*changed, *own]
    return {names: made for names, (made, _) in sorted(found.items(), key=lambda item: len(item[0]))}


def _overlap(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether one place is the other, or holds it."""
    return all(step == beside for step, beside in zip(one, other, strict=False))


def misfits(scheme: SchemeFields, alternatives: Sequence[Alternative]) -> list[Fault]:
    """What is wrong with alternatives to a scheme that is consistent by itself."""
    faults: list[Fault] = []
    for index, alternative in enumerate(alternatives):
        try:
            _changed(scheme, alternative.changes, alternative.source)
        except SchemeError as error:
            place = f"alternatives.{index}.changes"
            faults += [(place, f"{where}: {fault}" if where else fault) for where, fault in error.told]
    return faults


def _changed(scheme: S, changes: Mapping[str, Any], source: tuple[str, ...]) -> S:
    """A copy without alternatives, in which the changed rules are assumptions that cite a source."""
    data = scheme.model_dump(exclude_none=True, exclude={"alternatives"})
    faults: list[Fault] = []
    for name, value in changes.items():
        try:
            _set(data, _path(scheme, name), value)
        except SchemeError as error:
            faults += error.faults
        except (LookupError, TypeError):
            faults.append((name, "stands in what another of these changes replaces"))
    if faults:
        raise SchemeError(faults, scheme.name)
    return validated(type(scheme), data, scheme.name, source)


def _set(data: Any, steps: Sequence[str], value: object) -> None:
    """Put a value into nested data; None takes away what stands there."""
    *between, last = steps
    for step in between:
        data = data[int(step)] if isinstance(data, (list, tuple)) else data[step]
    if value is None:
        data.pop(last, None)
    else:
        data[last] = _as_data(value)


def _as_data(value: Any) -> Any:
    """The value with data in place of models, wherever they stand; its numbers are not looked at."""
    if isinstance(value, Model):
        return value.model_dump(exclude_none=True)
    if isinstance(value, Mapping):
        return {key: _as_data(part) for key, part in value.items()}
    return [*map(_as_data, value)] if isinstance(value, (list, tuple)) else value


def _path(scheme: SchemeFields, name: str) -> list[str]:
    """The steps to a field that is named by its path, or by its own name where that is unique."""
    paths = {path.replace(".", "__"): path.split(".") for path, _ in scheme.cited()}
    steps = paths.get(name) or name.split("__")
    if name in paths or _is_place(scheme, steps):
        return steps
    namesakes = [steps for steps in paths.values() if steps[-1] == name]
    if len(namesakes) == 1:
        return namesakes[0]
    if namesakes:
        fault = f"stands in {len(namesakes)} places: write {'__'.join(namesakes[0])}, for instance"
    else:
        names = dict.fromkeys([*SchemeFields.model_fields, *paths, *(steps[-1] for steps in paths.values())])
        fault = unknown(name, names, "rule")
    raise SchemeError([(name, fault)], scheme.name)


def _is_place(place: Any, steps: Sequence[str]) -> bool:
    """Whether a field of the scheme stands there, or could; not one inside a rule, which has one source."""
    *between, last = steps
    for step in between:
        if isinstance(place, tuple):
            place = dict(enumerate(place)).get(int(step) if step.isdecimal() else -1)
        elif isinstance(place, dict):
            place = place.get(step)
        else:
            place = getattr(place, step) if _has(place, step) else None
    return isinstance(place, dict) or _has(place, last)


def _has(place: object, step: str) -> bool:
    return isinstance(place, Model) and not isinstance(place, Cited) and step in type(place).model_fields
