"""Schemes in and out of TOML files, and changed copies of them."""

from __future__ import annotations

import os
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from bcf_payments.errors import SchemeError
from bcf_payments.given import told
from bcf_payments.names import BUILT_IN_SCHEMES
from bcf_payments.schemes.consistency import unknown
from bcf_payments.schemes.facts import facts_beside
from bcf_payments.schemes.scheme import Scheme
from bcf_payments.schemes.toml_files import parse_toml, read_toml
from bcf_payments.schemes.validated import read_scheme, validated


def available_schemes() -> tuple[str, ...]:
    """Name the built-in schemes.

    Returns
    -------
    tuple of str
        In the order of their dates.

    Examples
    --------
    >>> available_schemes()
    ('october_2013', 'december_2013', 'july_2014'...)
    """
    return BUILT_IN_SCHEMES


def load_scheme(name_or_path: str | Path) -> Scheme:
    """Read a scheme: a built-in one by its name, any other from its TOML file.

    Parameters
    ----------
    name_or_path : str or Path
        A name from `available_schemes`, or the path of a file that ends in `.toml`.

    Returns
    -------
    Scheme

    Raises
    ------
    SchemeError
        No such scheme or file, or faults in it: all of them at once.

    Examples
    --------
    >>> load_scheme("july_2014").pot.unit_value_pounds.value
    Fraction(1490, 1)
    """
    name = _named(name_or_path)
    if name in available_schemes():
        return _built_in(name)
    path = Path(name)
    if path.suffix != ".toml":
        fault = f"{unknown(name, available_schemes(), 'scheme')} (a file's name must end in .toml)"
        raise SchemeError([("", fault)], name)
    return read_scheme(Scheme, partial(_data, path), name)


def _data(path: Path) -> dict[str, Any]:
    """The data of a scheme's file, with the facts that stand in a file beside it."""
    data = read_toml(path)
    if isinstance(data.get("facts"), str):
        data["facts"] = facts_beside(path, data["facts"])
    return data


def scheme_of(given: str | Path | Scheme) -> Scheme:
    """The scheme that a caller means: one that is given, or the one of a name or a file."""
    return given if isinstance(given, Scheme) else load_scheme(given)


def _named(name_or_path: object) -> str:
    """The name or path of a scheme as text; a `SchemeError` for what is neither."""
    if isinstance(name_or_path, os.PathLike):
        return str(os.fspath(name_or_path))
    is_text = isinstance(name_or_path, str)
    if isinstance(name_or_path, str) and len(name_or_path.splitlines()) == 1:
        return name_or_path
    names = ", ".join(available_schemes())
    fix = f"give a built-in scheme's name ({names}), the path of a TOML file, or a Scheme"
    if is_text and name_or_path:
        fix = "the text of a scheme is read by Scheme.from_toml(text)"
    elif hasattr(name_or_path, "columns"):
        fix = f"a table stands where the scheme belongs: give tables that come after it by name; {fix}"
    raise SchemeError([("", f"{told(name_or_path)} is given: {fix}")])


@cache
def _built_in(name: str) -> Scheme:
    text = files("bcf_payments.schemes").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return validated(Scheme, parse_toml(text), name)
