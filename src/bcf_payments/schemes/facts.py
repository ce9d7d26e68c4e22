"""The facts that the rules of the built-in schemes rest on, read from `facts.md`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

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
    basis: str


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
    text = files("bcf_payments.schemes").joinpath("facts.md").read_text(encoding="utf-8").replace("`", "")
    documents = {match["key"]: match["title"] for match in _DOCUMENT.finditer(text)}
    return {
        match["id"]: Fact(match["says"], _published(match["keys"] or "", documents), match["basis"])
        for match in _FACT.finditer(text)
    }


def _published(keys: str, documents: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(documents.get(key, key) for key in re.split("[,;] ", keys) if key.strip("-"))
