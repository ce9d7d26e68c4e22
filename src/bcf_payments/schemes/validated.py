"""A scheme from data: every fault in them, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bcf_payments.errors import SchemeError
from bcf_payments.schemes.cited import OWN
from bcf_payments.schemes.consistency import Fault, contradictions
from bcf_payments.schemes.faults import faults_in, sentence
from bcf_payments.schemes.fields import InconsistentError, SchemeFields
from bcf_payments.schemes.toml_files import UnreadableTomlError
from bcf_payments.words import briefly

_TAGS = {"<metric>", "<conditions>", "fixed", "planned_value", "[key]"}
"""Steps that pydantic adds to the place of a fault: the kind of a line or pot, or that a name is wrong."""

_NO_TABLE = {"model_type", "model_attributes_type", "dict_type", "mapping_type"}

S = TypeVar("S", bound=SchemeFields)


def read_scheme(kind: type[S], data: Callable[[], Mapping[str, Any]], name: str) -> S:
    """The scheme in a text or file of TOML, or every fault in it."""
    try:
        return validated(kind, data(), name)
    except UnreadableTomlError as error:
        raise SchemeError([("", str(error))], name) from error


def validated(kind: type[S], data: Mapping[str, Any], name: str, source: tuple[str, ...] = OWN) -> S:
    """The scheme that the data describe, or every fault in them; bare values cite the source."""
    try:
        return kind.model_validate(data, context={"source": source})
    except ValidationError as error:
        inconsistent = error.errors()[0].get("ctx", {}).get("error")
        if isinstance(inconsistent, InconsistentError):
            raise SchemeError(inconsistent.faults, name) from None
        faults = list(_faults(error))
    raise SchemeError(faults + contradictions(_readable_sections(kind, data, faults)), name)


def _faults(error: ValidationError) -> Iterator[Fault]:
    """The faults of values that cannot be read."""
    for fault in faults_in(error):
        where = ".".join(str(step) for step in fault["loc"] if step not in _TAGS)
        yield where, _sentence(fault)


def _sentence(fault: ErrorDetails) -> str:
    """What is wrong, in plain words."""
    kind, given = fault["type"], f" (given: {_given(fault['input'])})"
    if kind == "missing":
        return "has no value" if fault["loc"][-1:] == ("value",) else "is missing"
    if kind == "extra_forbidden":
        return "is not known here: misspelt, or in the wrong place"
    if kind in _NO_TABLE:
        return f"must be a table{given}"
    return sentence(fault) if kind in {"exact_number", "pattern"} else f"{sentence(fault)}{given}"


def _given(value: object) -> str:
    """What stands there, as far as a line shows it."""
    if isinstance(value, (dict, list, tuple)):
        return "a table" if isinstance(value, dict) else "a list"
    return repr(briefly(value)[:60])


def _readable_sections(kind: type[SchemeFields], data: Any, faults: list[Fault]) -> dict[str, Any]:
    """The sections in which no fault stands, so that contradictions between them are found as well."""
    if not isinstance(data, Mapping):
        return {}
    broken = {where.split(".")[0] for where, _ in faults}
    whole = {name: field for name, field in kind.model_fields.items() if name not in broken}
    return {
        name: TypeAdapter(field.rebuild_annotation()).validate_python(data[name])
        if name in data
        else field.default
        for name, field in whole.items()
    }
