"""The JSON Schema of a scheme's file, by which editors check and complete the TOML as it is written."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from bcf_payments.schemes.parts import Cited
from bcf_payments.schemes.scheme import Scheme

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The draft that editors of TOML know."""


class _Generator(GenerateJsonSchema):
    """Without warnings of defaults: a file leaves out what it does not say."""

    def sort(self, value: Any, parent_key: str | None = None) -> Any:  # noqa: ARG002 - as the library asks
        """As they are written, not by the alphabet."""
        return value

    ignored_warning_kinds = frozenset({"non-serializable-default", "skipped-choice"})  # type: ignore[assignment]


def json_schema() -> dict[str, Any]:
    """Describe the TOML file of a scheme as a JSON Schema.

    Returns
    -------
    dict
        A JSON Schema (draft 7) of the file as it is written: every rule is a bare value, or a table of
        `value`, `source` and `basis`, every field has a description, and unknown fields are refused. That
        shares add up, names that are used are defined and dates are in order is for `load_scheme` to check.

    Examples
    --------
    >>> schema = json_schema()
    >>> bare, rule = schema["properties"]["area_code_pattern"]["anyOf"]
    >>> bare, rule["required"]
    ({'type': 'string'}, ['value', 'source', 'basis'])
    >>> schema["$defs"]["MetricLine"]["properties"]["curve"]["description"]
    'The curve that turns achievement into payment.'
    """
    raw = Scheme.model_json_schema(schema_generator=_Generator)
    definitions = raw.pop("$defs")
    schema: dict[str, Any] = _plain(raw, definitions)
    kept = {name: _plain(part, definitions) for name, part in definitions.items() if not _is_rule(part)}
    return {"$schema": DRAFT, **schema, "$defs": kept}


def _plain(node: Any, definitions: dict[str, Any]) -> Any:
    """A part of the schema as TOML has it: no null, no titles, and rules written where they stand."""
    if isinstance(node, list):
        return [_plain(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    name = node.get("$ref", "").rpartition("/")[2]
    if name and _is_rule(definitions[name]):
        rule = _plain(definitions[name], definitions)
        bare = {key: said for key, said in rule["properties"]["value"].items() if key != "description"}
        rest = {key: value for key, value in node.items() if key != "$ref"}
        return {"anyOf": [bare, rule], **_plain(rest, definitions)}
    options = [option for option in node.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) == 1:
        rest = {key: value for key, value in node.items() if key != "anyOf"}
        return _plain(options[0] | rest, definitions)
    return {key: _plain(value, definitions) for key, value in _pairs(node).items()}


def _is_rule(definition: dict[str, Any]) -> bool:
    return set(definition.get("properties", ())) == set(Cited.model_fields)


def _pairs(node: dict[str, Any]) -> dict[str, Any]:
    """The keywords that say something to an editor."""
    said = {
        key: value
        for key, value in node.items()
        if key not in {"default", "discriminator"} and not (key == "title" and isinstance(value, str))
    }
    if "prefixItems" in said:
        said["items"] = said.pop("prefixItems")[0]  # all of one kind: the two numbers of a point
    if "patternProperties" in said:
        said["additionalProperties"] = False
    if isinstance(said.get("description"), str):
        said["description"] = " ".join(said["description"].partition("\n\n")[0].split())
    return said
