"""The page of facts is the package's own file, and every id in the text leads to its row there."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.nodes import make_refnode

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.builders import Builder

PAGE = "facts"
ID = re.compile(r"\b([A-CFGLN]\d{1,2})\b")
NO_LINKS = (nodes.reference, nodes.title, nodes.literal, nodes.FixedTextElement, nodes.raw)


def anchor(fact: str) -> str:
    """The anchor of a fact on its page."""
    return f"fact-{fact.lower()}"


def take_text(_app: Sphinx, docname: str, source: list[str]) -> None:
    """Show the package's own file in place of the page that leads there."""
    if docname == PAGE:
        source[0] = files("bcf_payments.schemes").joinpath("facts.md").read_text(encoding="utf-8")


def mark_rows(app: Sphinx, doctree: nodes.document) -> None:
    """Make each row of the page of facts a place that can be linked to."""
    if app.env.current_document.docname != PAGE:
        return
    app.env.bcf_facts = known = {}
    for row in doctree.findall(nodes.row):
        first = row[0].astext()
        if ID.fullmatch(first):
            row["ids"].append(anchor(first))
            known[first] = row[1].astext()


def link_ids(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make links of the ids of facts in running text and tables."""
    if docname == PAGE:
        return
    for text in list(doctree.findall(nodes.Text)):
        if ID.search(text) and not _within(text, NO_LINKS):
            text.parent.replace(text, _linked(app.builder, app.env.bcf_facts, str(text), docname))


def _within(node: nodes.Node, kinds: tuple[type, ...]) -> bool:
    while node.parent is not None:
        node = node.parent
        if isinstance(node, kinds):
            return True
    return False


def _linked(builder: Builder, facts: dict[str, str], text: str, docname: str) -> list[nodes.Node]:
    pieces: list[nodes.Node] = []
    for piece in ID.split(text):
        if piece in facts:
            label = nodes.Text(piece)
            pieces.append(make_refnode(builder, docname, PAGE, anchor(piece), label, facts[piece]))
        elif piece:
            pieces.append(nodes.Text(piece))
    return pieces


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("source-read", take_text)
    app.connect("doctree-read", mark_rows)
    app.connect("doctree-resolved", link_ids)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
