"""A scheme as TOML."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from bcf_payments.schemes.cited import OWN, RULE_KEYS
from bcf_payments.schemes.fields import SchemeFields


def toml_text(scheme: SchemeFields) -> str:
    """The TOML file of a scheme: see `Scheme.to_toml`."""
    return "\n".join(_table(scheme.model_dump(exclude_none=True), "")).strip() + "\n"


def _table(table: Mapping[str, Any], path: str) -> Iterator[str]:
    """The lines of a table: its plain values first, then the tables in it; what is empty is left out."""
    table = {key: value for key, value in table.items() if value not in ((), {})}
    for key, value in table.items():
        if not _is_section(value):
            yield f"{key} = {inline(value)}"
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
    return isinstance(value, Mapping) and set(value) != RULE_KEYS


def inline(value: object) -> str:
    """A value on one line; a rule that is an assumption of who wrote the scheme, as its value alone."""
    if isinstance(value, Mapping) and value.get("source") == OWN and value["basis"] == "assumed":
        return inline(value["value"])
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {inline(item)}" for key, item in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, dt.date)):
        return str(value)
    return _quoted(str(value))


def _quoted(text: str) -> str:
    """A basic string of TOML: quotes, backslashes and control characters escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
