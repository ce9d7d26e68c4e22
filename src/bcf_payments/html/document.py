"""The page around its parts: head, notices, contents, style and script; it never asks the network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from bcf_payments.html.elements import Html, joined, paragraphs, tag
from bcf_payments.names import __version__

NOT_THE_OTHER_SETTLEMENT = (
    "“Settlement” here is the settling of performance payments, not the Local Government Finance Settlement."
)

NOTHING_ELSE = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'"
"""What the page lets a browser load besides its own style and script."""


def document(
    title: str,
    lead: str,
    notices: Sequence[str],
    parts: Sequence[Html],
    *,
    contents: Sequence[tuple[str, str]] = (),
    script: bool = False,
) -> str:
    """A whole page.

    Parameters
    ----------
    title, lead : str
        The heading of the page, and the sentence below it.
    notices : sequence of str
        Sentences that stand at the top, and at the foot of every printed page.
    parts : sequence of Html
        The sections.
    contents : sequence of (str, str)
        The ids of sections and their titles.
    script : bool
        Whether the page has areas to search.
    """
    style = _packaged("style.css") + _printed_notices(notices)
    code = _packaged("page.js") if script else ""
    rules = f"{NOTHING_ELSE}; style-src {_digest(style)}"
    rules += f"; script-src {_digest(code)}" if code else ""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=rules),
        tag("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name_="generator", content=f"bcf_payments {__version__}"),
        tag("link", rel="icon", href="data:,"),
        tag("title", f"{title}: {lead}"),
        tag("style", Html(style)),
    )
    links = [tag("li", tag("a", name, href=f"#{place}")) for place, name in contents]
    body = tag(
        "body",
        tag("a", "Skip to the content", href="#content", class_="skip"),
        tag(
            "header",
            tag("h1", title),
            tag("p", lead, class_="lead"),
            _notices(notices),
            tag("p", NOT_THE_OTHER_SETTLEMENT, class_="u"),
        ),
        tag("nav", tag("ul", *links), aria_label="Contents") if links else "",
        tag("main", joined(parts, "\n"), id="content"),
        tag("footer", tag("p", f"Made by bcf_payments {__version__}.")),
        tag("script", Html(code)) if code else "",
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en-GB')}\n"


def _notices(notices: Sequence[str]) -> Html:
    return tag("div", paragraphs(*notices), class_="notice", role="note") if notices else Html()


@cache
def _packaged(name: str) -> str:
    return files("bcf_payments.html").joinpath(name).read_text(encoding="utf-8")


def _printed_notices(notices: Sequence[str]) -> str:
    """The notices at the foot of every printed page, as a text of CSS."""
    text = "".join(f"\\{ord(character):06x}" for character in " ".join(notices))
    return f'@page {{ @bottom-left {{ content: "{text}"; }} }}\n' if text else ""


def _digest(text: str) -> str:
    """What the page's own rules know a style or script by, so that no other is let in."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
