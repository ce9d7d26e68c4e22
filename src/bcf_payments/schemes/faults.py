"""What is wrong with a value of a file, in the words of who wrote the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

_KINDS = {
    "string_type": "must be text in quotation marks",
    "string_unicode": "must be whole characters",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "must be small letters, digits and underscores, and begin with a letter",
    "literal_error": "must be {expected}",
    "union_tag_not_found": "needs {discriminator}",
    "union_tag_invalid": "is of an unknown kind: it must be {expected_tags}",
    "invalid_key": "is no name: a name is text",
    "greater_than": "must be more than {gt}",
    "too_short": "must not be empty",
    "tuple_type": "must be a list in square brackets",
    "list_type": "must be a list in square brackets",
}
"""By the kind of a fault; what stands in braces is of its context."""

_FAMILIES = {
    "date": "must be a day, such as 2015-04-01, without quotation marks",
    "bool": "must be true or false, without quotation marks",
    "int": "must be a whole number",
}
"""By the first word of a kind."""

_UNWORDED = frozenset(get_args(ErrorType)) - {"value_error"}
"""Kinds whose message is the library's own; all others are raised here, in our words."""


def faults_in(error: ValidationError) -> Iterator[ErrorDetails]:
    """The faults that were found, less that of a list which is short only of what is at fault in it."""
    faults = error.errors(include_url=False)
    for fault in faults:
        place = fault["loc"]
        inside = (other["loc"][: len(place)] == place for other in faults if other is not fault)
        if fault["type"] != "too_short" or not any(inside):
            yield fault


def sentence(fault: ErrorDetails) -> str:
    """What is wrong, without a word of the library that found it.

    Parameters
    ----------
    fault : ErrorDetails
        As pydantic tells it.

    Returns
    -------
    str
    """
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "too_short" and context["min_length"] > 1:
        return f"must be a list of at least {context['min_length']}"
    if kind == "too_long":
        return f"must be a list of at most {context['max_length']}"
    family = kind.partition("_")[0]
    if kind in _KINDS or family in _FAMILIES:
        return _KINDS.get(kind, _FAMILIES.get(family, "")).format(**context)
    if kind in _UNWORDED:
        return "is of no kind that can stand here"
    return fault["msg"].removeprefix("Value error, ")
