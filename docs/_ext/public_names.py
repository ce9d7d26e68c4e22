"""A page for every public name: lists them for autosummary, so that a new one appears by itself."""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import bcf_payments

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

LISTED = Path(__file__).parents[1] / "reference" / "_public_names.rst"
MODULES = ("plots", "simulation", "tables", "testing")
"""Modules with public names of their own."""


def kind(value: object) -> str:
    """The heading under which a public name stands."""
    if isinstance(value, type) and issubclass(value, Exception):
        return "Errors"
    return "Classes" if isinstance(value, type) else "Functions"


def by_heading() -> Iterator[tuple[str, str, list[str]]]:
    """Heading, introduction, and full names: the package's own by kind, then those of its modules."""
    names: dict[str, list[str]] = {"Functions": [], "Classes": [], "Errors": []}
    for name in bcf_payments.__all__:
        names[kind(getattr(bcf_payments, name))].append(f"bcf_payments.{name}")
    for heading, listed in names.items():
        yield heading, "", listed
    for name in MODULES:
        module = import_module(f"bcf_payments.{name}")
        summary = inspect.getdoc(module).splitlines()[0]
        own = [name for name in module.__all__ if name not in bcf_payments.__all__]
        yield f"Module ``{module.__name__}``", summary, [f"{module.__name__}.{n}" for n in own]


def file_names() -> dict[str, str]:
    """Files of classes whose names are those of functions, but for capitals, which some systems ignore."""
    names = [name for _, _, listed in by_heading() for name in listed]
    shared = Counter(name.lower() for name in names)
    return {name: f"{name}-class" for name in names if shared[name.lower()] > 1 and name != name.lower()}


def write_names(_app: Sphinx, config: Config) -> None:
    """Write the lists as one file that autosummary reads, and that the page of names includes."""
    parts = []
    for heading, summary, names in by_heading():
        items = "\n".join(f"   ~{name}" for name in names)
        lists = f".. autosummary::\n   :toctree: names\n   :nosignatures:\n\n{items}"
        parts += [f"{heading}\n{'-' * len(heading)}", summary, lists]
    LISTED.write_text("\n\n".join(filter(None, parts)) + "\n", encoding="utf-8")
    config.autosummary_filename_map = file_names()


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("config-inited", write_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
