"""The JSON Schema of a scheme's file, by which editors check and complete the TOML as it is written."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from bcf_payments.schemes.model import Scheme

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The draft that editors of TOML know."""

RULE = {
    "value": "What the rule says.",
    "source": "Where it comes from: ids of facts, or places in documents of your own.",
    "basis": "How sure it is: stated in a published document, derived by arithmetic from stated figures,"
    " or assumed.",
}
"""The fields of a rule, which is written where it stands."""

WEIGHT = "The column of the table `areas` by whose weights the money is spread."

FIELDS = {
    "Scheme": {
        "name": "The scheme's name: small letters, digits and underscores.",
        "title": "What the scheme is, for people who read its results.",
        "example": "The embedded example that is settled where no input is given.",
        "area_code_pattern": "The regular expression that every area code matches as a whole.",
        "announced_pounds": "The size of the whole fund as announced, where its components differ.",
        "components": "Money that goes to the areas by formula, whatever they achieve.",
        "pot": "Money that is paid for performance.",
        "metrics": "The measures of performance, by name.",
        "conditions": "The conditions of a plan, by name: columns of the table `assurance`.",
        "curves": "What share of its money a line pays for which share of the planned improvement, by name:"
        " points from x = 0 to x = 1; of two points at one x, a step, the later holds there.",
        "waves": "The payment points, in the order of their dates.",
        "review": "What a missed line triggers.",
        "alternatives": "Other readings of what is assumed; `bcf-payments assumptions` settles under each.",
    },
    "Component": {
        "name": "The component's name in the tables.",
        "title": "What the money is for.",
        "amount_pounds": "The national amount in pounds.",
        "weight": WEIGHT,
    },
    "FixedPot": {
        "kind": "`fixed`: split over all lines by their shares. `planned_value`: worth each area's planned"
        " improvement.",
        "amount_pounds": "The national amount in pounds.",
        "weight": WEIGHT,
    },
    "PlannedValuePot": {
        "kind": "`planned_value`: worth each area's planned improvement. `fixed`: split over all lines by"
        " their shares.",
        "amount_pounds": "The national amount in pounds; an area's pot is at most its share of it.",
        "weight": WEIGHT,
        "unit_value_pounds": "Pounds for one unit of planned improvement, such as one admission avoided.",
        "cumulative": "Whether a missed payment point can be made good by a later one.",
        "remainder": "The component that gets what the planned value leaves of an area's share.",
        "remainder_title": "What that money is for.",
        "unearned_to": "Where money that is not earned goes in the area, when all payment points are due.",
        "expected_reduction": "The least planned reduction, as a share of the baselines; a plan for less is"
        " a warning.",
        "expected_reduction_step": "The step to which a planned reduction is rounded before it is compared.",
    },
    "Metric": {
        "title": "What is measured.",
        "unit": "How its rates are told; `count` uses numerators only.",
        "direction": "Which way is better; with `either`, each plan says it.",
    },
    "Wave": {
        "name": "The payment point's name in the tables.",
        "title": "When it is, in words.",
        "payment_date": "The day on which it is paid.",
        "lines": "What it pays on.",
        "monitored": "Metrics that are assessed here and never paid.",
    },
    "MetricLine": {
        "metric": "The metric that the line pays on.",
        "share": "The line's share of a fixed pot; the shares of all lines add up to exactly 1.",
        "curve": "The curve that turns achievement into payment.",
        "period": "The first and the last day of the performance that is paid for.",
    },
    "ConditionsLine": {
        "conditions": "The conditions that the line pays on.",
        "pays": "Whether it pays for `all` of them or nothing, or in equal parts for `each`.",
        "share": "The line's share of a fixed pot; the shares of all lines add up to exactly 1.",
        "submit_by": "The last day on which a plan may be submitted; a later one earns none of it.",
    },
    "Period": {"start": "The first day.", "end": "The last day."},
    "Review": {
        "scope": "Whether `each` line is judged by its own achievement, or by its area's `mean` in the wave.",
        "actions": "What follows, from the lowest threshold to the highest.",
    },
    "ReviewAction": {
        "action": "What follows.",
        "trigger_below": "It follows where the achievement is below this, and below no lower threshold.",
        "destination": "Where the line's held-back money goes, in the area.",
        "destination_otherwise": "Where it goes unless all three parties agree.",
        "needs_decision": "Whether the money waits until all three parties have decided.",
    },
    "Alternative": {
        "name": "The reading's name.",
        "title": "The reading in plain words.",
        "source": "The facts behind it.",
        "changes": "The rules that it changes, by their path with `__` between its steps, and their values.",
    },
}
"""What every field of the file is for, by the model that it belongs to."""


class _Generator(GenerateJsonSchema):
    """Without warnings of defaults: a file leaves out what it does not say."""

    ignored_warning_kinds = frozenset({"non-serializable-default", "skipped-choice"})  # type: ignore[assignment]


def json_schema() -> dict[str, Any]:
    """Describe the TOML file of a scheme as a JSON Schema.

    Returns
    -------
    dict
        A JSON Schema (draft 7) of the file as it is written: every rule is a table of `value`, `source` and
        `basis`, every field has a description, and unknown fields are refused. That shares add up, names
        that are used are defined and dates are in order is for `load_scheme` to check.

    Examples
    --------
    >>> schema = json_schema()
    >>> schema["properties"]["area_code_pattern"]["required"]
    ['value', 'source', 'basis']
    >>> schema["$defs"]["MetricLine"]["properties"]["curve"]["description"]
    'The curve that turns achievement into payment.'
    """
    raw = Scheme.model_json_schema(schema_generator=_Generator)
    definitions = raw.pop("$defs")
    schema: dict[str, Any] = _plain(raw, definitions)
    kept = {name: _plain(part, definitions) for name, part in definitions.items() if not _is_rule(part)}
    for name, part in (kept | {"Scheme": schema}).items():
        _describe(part, FIELDS[name])
    return {"$schema": DRAFT, **schema, "$defs": kept}


def _plain(node: Any, definitions: dict[str, Any]) -> Any:
    """A part of the schema as TOML has it: no null, no titles, and rules written where they stand."""
    if isinstance(node, list):
        return [_plain(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    name = node.get("$ref", "").rpartition("/")[2]
    if name and _is_rule(definitions[name]):
        rest = {key: value for key, value in node.items() if key != "$ref"}
        rule = _plain(definitions[name] | rest, definitions)
        _describe(rule, RULE)
        return rule
    options = [option for option in node.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) == 1:
        return _plain(options[0], definitions)
    return {key: _plain(value, definitions) for key, value in _pairs(node).items()}


def _is_rule(definition: dict[str, Any]) -> bool:
    return set(definition.get("properties", ())) == set(RULE)


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


def _describe(part: dict[str, Any], fields: dict[str, str]) -> None:
    for name, text in fields.items():
        part["properties"][name]["description"] = text
