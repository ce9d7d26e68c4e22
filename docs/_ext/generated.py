"""What is written elsewhere and shown here: schemes, laws, worked examples, the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import built_in_schemes
import command_line
import notebook_pages
import scheme_grammar
import specification
import worked_examples
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from collections.abc import Callable

    from docutils import nodes
    from sphinx.application import Sphinx

CONTENTS = {
    "built-in-schemes": built_in_schemes.markdown,
    "command-line": command_line.markdown,
    "notebooks": notebook_pages.markdown,
    "scheme-grammar": scheme_grammar.markdown,
    "laws": specification.markdown,
    "worked-examples": worked_examples.markdown,
}


def directive(content: Callable[[], str]) -> type[SphinxDirective]:
    """A directive that stands for generated Markdown, headings included."""

    class Generated(SphinxDirective):
        def run(self) -> list[nodes.Node]:
            self.env.note_reread()
            return self.parse_text_to_nodes(content(), allow_section_headings=True)

    return Generated


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    for name, content in CONTENTS.items():
        app.add_directive(name, directive(content))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
