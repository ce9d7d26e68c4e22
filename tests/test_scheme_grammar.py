"""The page on schemes explains every key: what stands there, what holds without it, and how it is written."""

import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest

from bcf_payments.schemes import json_schema

from .test_editor_schema import as_editors_see

sys.path.append(str(Path(__file__).parents[1] / "docs/_ext"))
import scheme_grammar

SCHEMA = json_schema()
TABLES = {"": SCHEMA, **SCHEMA["$defs"]}
KEYS = [(name, key) for name, table in TABLES.items() for key in table["properties"]]


def says_tables(node):
    return "tables:" in scheme_grammar.kind(node) and "rule" not in scheme_grammar.kind(node)


@pytest.mark.parametrize(("table", "key"), KEYS)
def test_every_key_has_a_meaning_a_default_and_an_example_that_is_one(table, key):
    node = TABLES[table]["properties"][key]
    needed = key in TABLES[table]["required"]
    assert needed != (scheme_grammar.WITHOUT in node["description"])
    examples = scheme_grammar.example_lines(key, node)
    assert examples or says_tables(node)
    for line in examples:
        value = as_editors_see(tomllib.loads(line))[key]
        jsonschema.Draft7Validator({**node, "$defs": SCHEMA["$defs"]}).validate(value)


def test_the_page_has_a_section_for_every_table_and_a_row_for_every_key():
    page = scheme_grammar.markdown()
    assert page.count("\n### ") + 1 == len(TABLES)
    assert page.count("\n| `") == len(KEYS)
    for heading in (
        "[[waves.lines]]",
        "[metrics.NAME]",
        "[[review.actions]]",
        "[facts.NAME]",
        "[[gateways]]",
    ):
        assert f"`{heading}`" in page
