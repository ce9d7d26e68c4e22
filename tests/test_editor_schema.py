"""The JSON Schema of a scheme's file accepts what the package accepts, and refuses what an editor can see."""

from __future__ import annotations

import copy
import datetime as dt
import json
import tomllib
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from pydantic import BaseModel

import bcf_payments as bcf
from bcf_payments import cli
from bcf_payments.schemes import json_schema
from bcf_payments.schemes import parts as model

DATA = Path(__file__).parent / "data"
OWN = DATA / "own_scheme.toml"
FILES = [*(files("bcf_payments.schemes") / f"{name}.toml" for name in bcf.available_schemes()), OWN]
CHECK = jsonschema.Draft7Validator(json_schema(), format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


def as_editors_see(value):
    """TOML as an editor hands it to a JSON Schema: days are text."""
    if isinstance(value, dict):
        return {key: as_editors_see(item) for key, item in value.items()}
    if isinstance(value, list):
        return [as_editors_see(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def read(text):
    return as_editors_see(tomllib.loads(text))


@pytest.fixture
def july():
    return read(FILES[2].read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_scheme_of_the_package_is_valid(file):
    jsonschema.Draft7Validator.check_schema(json_schema())
    assert list(CHECK.iter_errors(read(file.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("scheme", bcf.available_schemes())
def test_what_to_toml_writes_is_valid(scheme):
    assert CHECK.is_valid(read(bcf.load_scheme(scheme).to_toml()))


def test_the_scheme_of_the_documentation_is_valid():
    page = (Path(__file__).parents[1] / "docs/schemes.md").read_text(encoding="utf-8")
    assert CHECK.is_valid(read(page.partition("```toml\n")[2].partition("```")[0]))


BROKEN = {
    "a misspelt field": lambda scheme: scheme.update(conponents=scheme.pop("components")),
    "a missing field": lambda scheme: scheme.pop("waves"),
    "a rule without its source": lambda scheme: scheme["pot"]["weight"].pop("source"),
    "a rule without a basis": lambda scheme: scheme["pot"]["weight"].pop("basis"),
    "another basis": lambda scheme: scheme["pot"]["weight"].update(basis="guessed"),
    "an empty source": lambda scheme: scheme["pot"]["weight"].update(source=[]),
    "a plain value of another kind": lambda scheme: scheme["pot"].update(weight=True),
    "another kind of pot": lambda scheme: scheme["pot"].update(kind="planned"),
    "a field of another kind of pot": lambda scheme: scheme["pot"].update(kind="fixed"),
    "another unit": lambda scheme: scheme["metrics"]["reablement"]["unit"].update(value="percent"),
    "a name with a capital": lambda scheme: scheme["metrics"].update(Falls=scheme["metrics"]["reablement"]),
    "text for a number": lambda scheme: scheme["pot"]["amount_pounds"].update(value="1bn"),
    "no day": lambda scheme: scheme["waves"][0]["payment_date"].update(value="2015-02-30"),
    "three numbers in a point": lambda s: s["curves"]["proportional"]["value"].append(["1", "1", "1"]),
    "a line of both kinds": lambda s: s["waves"][0]["lines"][0].update(pays=s["pot"]["weight"]),
    "a wave whose lines are no list": lambda scheme: scheme["waves"][0].update(lines={}),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_what_an_editor_can_see_is_refused(fault, july):
    broken = copy.deepcopy(july)
    BROKEN[fault](broken)
    assert not CHECK.is_valid(broken)
    with pytest.raises(ValueError, match="validation error"):
        bcf.Scheme.model_validate(broken)


def models(kind):
    """The models of a scheme, those of cited values too."""
    for found in kind.__subclasses__():
        yield from models(found)
        if found.__module__ == model.__name__:
            yield found


def test_every_field_says_what_it_is_for_where_it_stands():
    for found in models(BaseModel):
        assert all(field.description for field in found.model_fields.values()), found


def parts(node):
    """Every part of a schema that has fields."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield node["properties"]
        for item in node.values():
            yield from parts(item)


def test_every_field_has_a_description_however_deep_it_stands():
    schema = json_schema()
    assert len(list(parts(schema))) > len(schema["$defs"])
    for fields in parts(schema):
        assert all(field["description"] for field in fields.values())


def test_nothing_of_the_program_shows_in_it():
    text = json.dumps(json_schema())
    assert '"null"' not in text
    assert "Cited" not in text
    assert "bcf_payments__" not in text


def test_the_command_line_prints_and_writes_it(capsys, tmp_path):
    assert cli.main(["schemes", "--json-schema"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed) == json_schema()
    file = tmp_path / "new" / "scheme.schema.json"
    assert cli.main(["schemes", "--json-schema", "--out", str(file)]) == 0
    assert file.read_text(encoding="utf-8") == printed
    assert capsys.readouterr().out == f"{file}\n"


def test_a_scheme_is_written_into_a_file_and_names_its_schema(tmp_path):
    file = tmp_path / "mine.toml"
    assert cli.main(["schemes", "july_2014", "--toml", "--out", str(file)]) == 0
    text = file.read_text(encoding="utf-8")
    file.write_text(f"#:schema ./scheme.schema.json\n{text}", encoding="utf-8")
    assert bcf.load_scheme(file) == bcf.load_scheme("july_2014")


@pytest.mark.parametrize(
    "words", [["july_2014", "--json-schema"], ["--out", "x"], ["july_2014", "--out", "x"], ["--toml"]]
)
def test_options_that_do_not_go_together_are_wrong_usage(words, capsys):
    assert cli.main(["schemes", *words]) == 2
    assert "error: --" in capsys.readouterr().err
