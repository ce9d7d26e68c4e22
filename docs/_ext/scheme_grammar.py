"""Every key of a scheme's file, read from the models by which files are checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from bcf_payments.schemes import json_schema
from bcf_payments.schemes.toml import inline

WITHOUT = "; without it, "
"""What parts, in a description, what a key says from what holds without it."""

KINDS = {"integer": "a whole number", "number": "a number", "boolean": "`true` or `false`"}

NUMBER = "a number, or a fraction in quotes"

TITLES = {
    "Component": "Money by formula",
    "FixedPot": "A pot of fixed size",
    "PlannedValuePot": "A pot of planned value",
    "Metric": "Metrics",
    "Wave": "Payment points",
    "MetricLine": "Lines that pay on a metric",
    "ConditionsLine": "Lines that pay on conditions",
    "Period": "Periods",
    "Gateway": "Gateways",
    "Review": "Reviews",
    "ReviewAction": "What follows from a review",
    "Alternative": "Other readings",
    "OwnFact": "Facts",
}
"""Of each table, by its model, in the order of the page."""


def markdown() -> str:
    """A section for each table of the file: what it is, where it stands, and its keys."""
    schema = json_schema()
    named: dict[str, Any] = schema["$defs"]
    places = dict(_places(schema, "", named))
    sections = [_section("The file itself", "", schema)]
    sections += [_section(TITLES[name], places[name], named[name]) for name in TITLES]
    return "\n\n".join(sections)


def _places(table: Mapping[str, Any], path: str, named: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """How each table is headed in the file, by the name of its model."""
    for key, node in table["properties"].items():
        inner = f"{path}.{key}".lstrip(".")
        for name in _tables_of(node):
            if node.get("type") == "array":
                heading = f"[[{inner}]]"
            elif "properties" in named[name] and "patternProperties" not in node and key != "facts":
                heading = f"[{inner}]" if key != "period" else "period = { ... }"
            else:
                heading = f"[{inner}.NAME]"
            yield name, heading
            yield from _places(named[name], inner, named)


def _tables_of(node: Any) -> Iterator[str]:
    """The models of the tables that may stand in a place."""
    if isinstance(node, list):
        for item in node:
            yield from _tables_of(item)
    elif isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].rpartition("/")[2]
        for key, item in node.items():
            if key != "properties":
                yield from _tables_of(item)
            elif set(item) == {"value", "source", "basis"}:
                yield from _tables_of(item["value"])


def _section(title: str, place: str, table: Mapping[str, Any]) -> str:
    where = f" Written as `{place}`." if place else ""
    rows = "\n".join(
        f"| {' | '.join(_row(key, node, needed=key in table['required']))} |"
        for key, node in table["properties"].items()
    )
    return f"""\
### {title}

{table["description"]}{where}

| key | what stands there | meaning | without it | example |
|---|---|---|---|---|
{rows}"""


def _row(key: str, node: Mapping[str, Any], *, needed: bool) -> Iterator[str]:
    meaning, _, without = node["description"].partition(WITHOUT)
    yield from (f"`{key}`", kind(node), f"{meaning.rstrip('.')}.")
    yield "it must be there" if needed else without.rstrip(".")
    yield "".join(f"`{line}`" for line in example_lines(key, node))


def kind(node: Mapping[str, Any]) -> str:
    """What may stand in a place, in words; a rule is what may have a source and a basis."""
    if "anyOf" in node:
        if _is_rule(node):
            return f"rule: {kind(node['anyOf'][0])}"
        kinds = list(dict.fromkeys(kind(option) for option in node["anyOf"]))
        return NUMBER if kinds == ["a number", "a name"] else ", or ".join(kinds)
    if values := node.get("enum") or [node[key] for key in ("const",) if key in node]:
        return " or ".join(f"`{value}`" for value in values)
    if node.get("type") == "string":
        return "a name" if "pattern" in node else "a day" if node.get("format") == "date" else "text"
    if node.get("type") == "array":
        items = kind(node["items"])
        return "a list of points `[x, y]`" if items == f"a list of {NUMBER}" else f"a list of {items}"
    return KINDS.get(node.get("type", "")) or _table_kind(node)


def _table_kind(node: Mapping[str, Any]) -> str:
    inner = next(iter(node.get("patternProperties", {}).values()), None) or node.get("additionalProperties")
    if isinstance(inner, dict) and "$ref" not in inner:
        return f"a table, by name {kind(inner)}"
    names = [TITLES[name].lower() for name in _tables_of(node)]
    return f"tables: {' or '.join(names)}" if names else "a table"


def _is_rule(node: Mapping[str, Any]) -> bool:
    options = node.get("anyOf", ())
    return len(options) == 2 and "basis" in options[1].get("properties", ())  # noqa: PLR2004 - bare, or full


def example_lines(key: str, node: Mapping[str, Any]) -> list[str]:
    """The examples of a key as they are written; none of tables, which have lines of their own."""
    return [f"{key} = {inline(_as_written(value))}" for value in node.get("examples", ())]


def _as_written(value: object) -> object:
    """A value as TOML has it: JSON holds days as text."""
    if isinstance(value, dict):
        return {name: _as_written(item) for name, item in value.items()}
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            return value
    return value
