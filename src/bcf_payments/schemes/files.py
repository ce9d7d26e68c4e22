"""Schemes in and out of TOML files, and changed copies of them."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bcf_payments.briefly import briefly
from bcf_payments.errors import SchemeError
from bcf_payments.given import told
from bcf_payments.schemes.consistency import Fault, contradictions, unknown
from bcf_payments.schemes.model import USER, Alternative, InconsistentError, Scheme
from bcf_payments.schemes.sentences import sentence
from bcf_payments.schemes.toml_files import UnreadableTomlError, parse_toml, read_toml

_RULE = {"value", "source", "basis"}
_TAGS = {"<metric>", "<conditions>", "fixed", "planned_value", "[key]"}
"""Steps that pydantic adds to the place of a fault: the kind of a line or pot, or that a name is wrong."""

_NO_TABLE = {"model_type", "model_attributes_type", "dict_type", "mapping_type"}


def available_schemes() -> tuple[str, ...]:
    """Name the built-in schemes.

    Returns
    -------
    tuple of str
        In the order of their dates.

    Examples
    --------
    >>> available_schemes()
    ('october_2013', 'december_2013', 'july_2014')
    """
    return ("october_2013", "december_2013", "july_2014")


def load_scheme(name_or_path: str | Path) -> Scheme:
    """Read a scheme: a built-in one by its name, any other from its TOML file.

    Parameters
    ----------
    name_or_path : str or Path
        A name from `available_schemes`, or the path of a file that ends in `.toml`.

    Returns
    -------
    Scheme

    Raises
    ------
    SchemeError
        No such scheme or file, or faults in it: all of them at once.

    Examples
    --------
    >>> load_scheme("july_2014").pot.unit_value_pounds.value
    Fraction(1490, 1)
    """
    name = _named(name_or_path)
    if name in available_schemes():
        return _built_in(name)
    path = Path(name)
    if path.suffix != ".toml":
        fault = f"{unknown(name, available_schemes(), 'scheme')} (a file's name must end in .toml)"
        raise SchemeError([("", fault)], name)
    return _read(partial(read_toml, path), name)


def scheme_of(given: str | Path | Scheme) -> Scheme:
    """The scheme that a caller means: one that is given, or the one of a name or a file."""
    return given if isinstance(given, Scheme) else load_scheme(given)


def scheme_from_toml(text: object) -> Scheme:
    """The scheme that a text of TOML describes: see `Scheme.from_toml`."""
    if not isinstance(text, str):
        fix = f"the text of a TOML file is needed, not {told(text)}: read the file with load_scheme(path)"
        raise SchemeError([("", fix)])
    return _read(partial(parse_toml, text.removeprefix("\ufeff")), "scheme")


def _read(data: Callable[[], Mapping[str, Any]], name: str) -> Scheme:
    try:
        return _validated(data(), name)
    except UnreadableTomlError as error:
        raise SchemeError([("", str(error))], name) from error


def _named(name_or_path: object) -> str:
    """The name or path of a scheme as text; a `SchemeError` for what is neither."""
    if isinstance(name_or_path, os.PathLike):
        return str(os.fspath(name_or_path))
    is_text = isinstance(name_or_path, str)
    if isinstance(name_or_path, str) and len(name_or_path.splitlines()) == 1:
        return name_or_path
    names = ", ".join(available_schemes())
    fix = f"give a built-in scheme's name ({names}), the path of a TOML file, or a Scheme"
    if is_text and name_or_path:
        fix = "the text of a scheme is read by Scheme.from_toml(text)"
    elif hasattr(name_or_path, "columns"):
        fix = f"a table stands where the scheme belongs: give tables that come after it by name; {fix}"
    raise SchemeError([("", f"{told(name_or_path)} is given: {fix}")])


@cache
def _built_in(name: str) -> Scheme:
    text = files("bcf_payments.schemes").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return _validated(parse_toml(text), name)


def _validated(data: Mapping[str, Any], name: str) -> Scheme:
    """The scheme that the data describe, or every fault in them."""
    try:
        return Scheme.model_validate(data)
    except ValidationError as error:
        inconsistent = error.errors()[0].get("ctx", {}).get("error")
        if isinstance(inconsistent, InconsistentError):
            raise SchemeError(inconsistent.faults, name) from None
        faults = list(_faults(error))
    raise SchemeError(faults + contradictions(_readable_sections(data, faults)), name)


def _faults(error: ValidationError) -> Iterator[Fault]:
    """The faults of values that cannot be read."""
    for fault in error.errors(include_url=False):
        where = ".".join(str(step) for step in fault["loc"] if step not in _TAGS)
        yield where, _sentence(fault)


def _sentence(fault: ErrorDetails) -> str:
    """What is wrong, in plain words."""
    kind, given = fault["type"], f" (given: {_given(fault['input'])})"
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is not known here: misspelt, or in the wrong place"
    if kind in _NO_TABLE:
        return f"must be a table; a rule is {{ value = ..., source = [...], basis = ... }}{given}"
    return sentence(fault) if kind in {"exact_number", "pattern"} else f"{sentence(fault)}{given}"


def _given(value: object) -> str:
    """What stands there, as far as a line shows it."""
    if isinstance(value, (dict, list, tuple)):
        return "a table" if isinstance(value, dict) else "a list"
    return repr(briefly(value)[:60])


def _readable_sections(data: Mapping[str, Any], faults: list[Fault]) -> dict[str, Any]:
    """The sections in which no fault stands, so that contradictions between them are found as well."""
    broken = {where.split(".")[0] for where, _ in faults}
    return {
        name: TypeAdapter(field.rebuild_annotation()).validate_python(data[name])
        for name, field in Scheme.model_fields.items()
        if name in data and name not in broken
    }


def changed_copy(scheme: Scheme, changes: Mapping[str, Any]) -> Scheme:
    """A validated copy of a scheme with some rules changed: see `Scheme.replace`."""
    copy = _changed(scheme, changes, USER)
    if "alternatives" in changes:
        return copy
    fitting = tuple(alternative for alternative in scheme.alternatives if not misfits(copy, (alternative,)))
    return copy.model_copy(update={"alternatives": fitting})


def alternative_scheme(scheme: Scheme, name: str) -> Scheme:
    """The scheme with one of its alternatives in place: see `Scheme.alternative`."""
    named = {alternative.name: alternative for alternative in scheme.alternatives}
    if not isinstance(name, str) or name not in named:
        raise SchemeError([("alternatives", unknown(str(name), named, "alternative"))], scheme.name)
    return _changed(scheme, named[name].changes, named[name].source)


def misfits(scheme: Scheme, alternatives: Sequence[Alternative]) -> list[Fault]:
    """What is wrong with alternatives to a scheme that is consistent by itself."""
    faults: list[Fault] = []
    for index, alternative in enumerate(alternatives):
        try:
            _changed(scheme, alternative.changes, alternative.source)
        except SchemeError as error:
            place = f"alternatives.{index}.changes"
            faults += [(place, f"{where}: {fault}" if where else fault) for where, fault in error.faults]
    return faults


def _changed(scheme: Scheme, changes: Mapping[str, Any], source: tuple[str, ...]) -> Scheme:
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
    return _validated(data, scheme.name)


def _path(scheme: Scheme, name: str) -> list[str]:
    """The steps to a rule that is named by its field, its path, or its own name where that is unique."""
    if name in Scheme.model_fields:
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
        names = dict.fromkeys([*Scheme.model_fields, *paths, *(steps[-1] for steps in paths.values())])
        fault = unknown(name, names, "rule")
    raise SchemeError([(name, fault)], scheme.name)


def _as_rule(value: object, present: object, source: tuple[str, ...]) -> object:
    """The value as data; a plain value in place of a cited one becomes an assumption with that source."""
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_none=True)
    is_rule = isinstance(present, dict) and set(present) == _RULE
    if is_rule and not (isinstance(value, dict) and set(value) == _RULE):
        return {"value": value, "source": source, "basis": "assumed"}
    return value


def toml_text(scheme: Scheme) -> str:
    """The TOML file of a scheme: see `Scheme.to_toml`."""
    return "\n".join(_table(scheme.model_dump(exclude_none=True), "")).strip() + "\n"


def _table(table: Mapping[str, Any], path: str) -> Iterator[str]:
    """The lines of a table: its plain values first, then the tables in it."""
    for key, value in table.items():
        if not _is_section(value):
            yield f"{key} = {_inline(value)}"
    for key, value in table.items():
        inner = f"{path}.{key}".lstrip(".")
        if _is_section(value) and isinstance(value, Mapping):
            yield from ("", f"[{inner}]", *_table(value, inner))
        elif _is_section(value):
            for item in value:
                yield from ("", f"[[{inner}]]", *_table(item, inner))


def _is_section(value: object) -> bool:
    """Whether a value is a table of its own (or a list of them), not written on one line."""
    if isinstance(value, (list, tuple)):
        return bool(value) and all(_is_section(item) for item in value)
    return isinstance(value, Mapping) and set(value) != _RULE


def _inline(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_inline(item)}" for key, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, dt.date)):
        return str(value)
    return _quoted(str(value))


def _quoted(text: str) -> str:
    """A basic string of TOML: quotes, backslashes and control characters escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
