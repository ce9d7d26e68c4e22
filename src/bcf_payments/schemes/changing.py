"""A scheme with some of its rules changed, and whether alternatives to them fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

from bcf_payments.errors import SchemeError
from bcf_payments.schemes.consistency import Fault, unknown
from bcf_payments.schemes.fields import SchemeFields
from bcf_payments.schemes.parts import RULE_KEYS, USER, Alternative
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


def misfits(scheme: SchemeFields, alternatives: Sequence[Alternative]) -> list[Fault]:
    """What is wrong with alternatives to a scheme that is consistent by itself."""
    faults: list[Fault] = []
    for index, alternative in enumerate(alternatives):
        try:
            _changed(scheme, alternative.changes, alternative.source)
        except SchemeError as error:
            place = f"alternatives.{index}.changes"
            faults += [(place, f"{where}: {fault}" if where else fault) for where, fault in error.faults]
    return faults


def _changed(scheme: S, changes: Mapping[str, Any], source: tuple[str, ...]) -> S:
    """A copy without alternatives, in which the changed rules are assumptions that cite a source."""
    data = scheme.model_dump(exclude_none=True, exclude={"alternatives"})
    faults: list[Fault] = []
    for name, value in changes.items():
        try:
            *steps, last = _path(scheme, name)
        except SchemeError as error:
            faults += error.faults
            continue
        parent: Any = data
        for step in steps:
            parent = parent[int(step)] if isinstance(parent, (list, tuple)) else parent[step]
        parent[last] = _as_rule(value, parent.get(last), source)
    if faults:
        raise SchemeError(faults, scheme.name)
    return validated(type(scheme), data, scheme.name)


def _path(scheme: SchemeFields, name: str) -> list[str]:
    """The steps to a rule that is named by its field, its path, or its own name where that is unique."""
    if name in SchemeFields.model_fields:
        return [name]
    paths = {path.replace(".", "__"): path.split(".") for path, _ in scheme.cited()}
    if name in paths:
        return paths[name]
    namesakes = [steps for steps in paths.values() if steps[-1] == name]
    if len(namesakes) == 1:
        return namesakes[0]
    if namesakes:
        fault = f"stands in {len(namesakes)} places: write {'__'.join(namesakes[0])}, for instance"
    else:
        names = dict.fromkeys([*SchemeFields.model_fields, *paths, *(steps[-1] for steps in paths.values())])
        fault = unknown(name, names, "rule")
    raise SchemeError([(name, fault)], scheme.name)


def _as_rule(value: object, present: object, source: tuple[str, ...]) -> object:
    """The value as data; a plain value in place of a cited one becomes an assumption with that source."""
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_none=True)
    is_rule = isinstance(present, dict) and set(present) == RULE_KEYS
    if is_rule and not (isinstance(value, dict) and set(value) == RULE_KEYS):
        return {"value": value, "source": source, "basis": "assumed"}
    return value
