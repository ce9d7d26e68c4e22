"""How docstrings are shown: what single backticks mean, and what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.roles import XRefRole
from sphinx.util.docutils import SphinxRole

import bcf_payments

if TYPE_CHECKING:
    from sphinx.application import Sphinx


class NameRole(SphinxRole):
    """What single backticks mean in docstrings: a link to a public name, else code."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make the link or the code."""
        name, _, member = self.text.partition(".")
        public = name in bcf_payments.__all__
        if not public or (member and not hasattr(getattr(bcf_payments, name), member)):
            return [nodes.literal(self.rawtext, self.text)], []
        text = f"{self.text} <bcf_payments.{self.text}>"
        return XRefRole()("py:obj", self.rawtext, text, self.lineno, self.inliner)


def plain_signature(_app: Sphinx, what: str, _name: str, value: Any, *_: object) -> tuple[str, str] | None:
    """Hide the signature of classes that the package makes itself."""
    made_inside = what == "class" and not issubclass(value, (Exception, tuple))
    return ("", "") if made_inside else None


def skip_fields(*event: Any) -> bool:
    """Leave out the fields of named tuples: their class describes them."""
    _app, _what, _name, value, skip, _options = event
    return skip or type(value).__name__ == "_tuplegetter"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_role("name", NameRole())
    app.connect("autodoc-process-signature", plain_signature)
    app.connect("autodoc-skip-member", skip_fields)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
