"""The facts that rules rest on: those of the built-in schemes, in `facts.md`, and those of a scheme's own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, NamedTuple, TypeAlias

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bcf_payments.schemes.cited import BASES, Basis, Model, Text
from bcf_payments.schemes.toml_files import UnreadableTomlError, read_text

_FACT = re.compile(
    r"^\| (?P<id>[A-Z]\d+) \| (?P<says>.*?) \|(?: (?P<keys>[^|]*) \|)? (?P<basis>stated|derived|assumed) \|$",
    re.MULTILINE,
)
_DOCUMENT = re.compile(r"^\| (?P<key>[A-Z][A-Z0-9-]{2,}) \| (?P<title>[^|]*) \|$", re.MULTILINE)


class Fact(NamedTuple):
    """What a rule rests on.

    Attributes
    ----------
    says : str
        The fact itself.
    documents : tuple of str
        Where it is published; empty where no published text was found.
    basis : str
        `stated`, `derived` or `assumed`.
    """

    says: str
    documents: tuple[str, ...]
    basis: Basis


class OwnFact(Model):
    """A fact that a scheme brings along."""

    says: Text = Field(description="The fact itself.", examples=["Falls are counted by ambulance services"])
    documents: tuple[Text, ...] = Field(
        (), description="Where it is published; without it, nowhere.", examples=[["Plan, p. 3"]]
    )
    basis: Basis = Field(description="How sure it is: stated, derived or assumed.", examples=["stated"])


def _no_file(given: object) -> object:
    """A name of a file leads nowhere once the scheme has left its folder."""
    if isinstance(given, str):
        raise PydanticCustomError("facts_file", "only load_scheme(path) reads a file of facts beside it")
    return given


OwnFacts: TypeAlias = Annotated[dict[Text, OwnFact], BeforeValidator(_no_file)]


@cache
def facts() -> Mapping[str, Fact]:
    """Every fact by its id.

    Examples
    --------
    >>> says, documents, basis = facts()["C6"]
    >>> says
    'Money not earned supports NHS-commissioned services locally'
    >>> documents, basis
    (('House of Lords written answer HL838, 14 July 2014',), 'stated')
    """
    return parse_facts(files("bcf_payments.schemes").joinpath("facts.md").read_text(encoding="utf-8"))


def facts_with(own: Mapping[str, OwnFact]) -> Mapping[str, Fact]:
    """The facts of the package and those of a scheme, which come first."""
    first = {name: Fact(fact.says, fact.documents, fact.basis) for name, fact in own.items()}
    return {**first, **facts(), **first}


def facts_beside(scheme: Path, name: str) -> dict[str, dict[str, object]]:
    """The facts of a Markdown file in the folder of a scheme's file, as data.

    Raises
    ------
    UnreadableTomlError
        The file is not there, not beside the scheme, too large, or has no row of a fact.
    """
    file = scheme.parent / name
    if not _is_beside(file, name, scheme):
        raise UnreadableTomlError(f"facts: {name!r} is no file beside the scheme's")
    try:
        found = parse_facts(read_text(file))
    except UnreadableTomlError as error:
        raise UnreadableTomlError(f"facts: {name!r}: {error}") from error
    if not found:
        row = "| P1 | what is so | where it says so | stated |"
        raise UnreadableTomlError(f"facts: {name!r} has no row of a fact, such as {row}")
    return {name: fact._asdict() for name, fact in found.items()}


def _is_beside(file: Path, name: str, scheme: Path) -> bool:
    """Whether a file is in the scheme's folder, through whatever links."""
    if Path(name).name != name or not name.isprintable():
        return False
    try:
        return file.is_file() and file.resolve().parent == scheme.parent.resolve()
    except OSError:
        return False


def parse_facts(text: str) -> dict[str, Fact]:
    """The facts in the tables of a Markdown text, by id."""
    text = text.replace("`", "")
    documents = {match["key"]: match["title"] for match in _DOCUMENT.finditer(text)}
    return {
        match["id"]: Fact(
            match["says"],
            _published(match["keys"] or "", documents),
            BASES[BASES.index(match["basis"])],
        )
        for match in _FACT.finditer(text)
    }


def _published(keys: str, documents: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(documents.get(key, key) for key in re.split("[,;] ", keys) if key.strip("-"))
