"""Elements of a page, as text in which everything from outside is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from html import escape
from urllib.parse import quote

from bcf_payments.words import Column

VOID = frozenset({"br", "input", "link", "meta"})
"""Elements that hold nothing and are not closed."""

_NOT_IN_HTML = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    r"\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
"""What HTML cannot hold, and what is not seen in it or turns the direction of a line."""


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def html(text: str) -> Html:
    """Text as HTML: escaped, unless it is HTML already; characters that HTML cannot hold are replaced.

    Examples
    --------
    >>> html("R&D <b>"), html(Html("<b></b>"))
    ('R&amp;D &lt;b&gt;', '<b></b>')
    """
    return text if isinstance(text, Html) else _escaped(text)


@lru_cache(maxsize=4096)  # a page says many things many times
def _escaped(text: str) -> Html:
    return Html(escape(_NOT_IN_HTML.sub("\ufffd", text)))


@cache
def _attribute(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def tag(name: str, /, *content: str, **attributes: str | int | bool) -> Html:
    """An element.

    Parameters
    ----------
    name : str
        Of the element.
    *content : str
        What it holds; text is escaped, `Html` is not.
    **attributes : str, int or bool
        `_` stands for `-`, and is left out at the end (`class_`); False leaves an attribute out.

    Examples
    --------
    >>> tag("a", "R&D", href="#r", class_="x", hidden=True, aria_label="to R & D", title=False)
    '<a href="#r" class="x" hidden aria-label="to R &amp; D">R&amp;D</a>'
    """
    pairs = [
        f" {_attribute(key)}" + ("" if value is True else f'="{html(str(value))}"')
        for key, value in attributes.items()
        if value is not False
    ]
    start = f"<{name}{''.join(pairs)}>"
    return Html(start) if name in VOID else Html(f"{start}{''.join(map(html, content))}</{name}>")


def joined(parts: Iterable[str], between: str = "") -> Html:
    """Parts one after the other."""
    return Html(html(between).join(map(html, parts)))


def anchor(kind: str, name: str) -> str:
    """The id of an element about something that has a name.

    Examples
    --------
    >>> anchor("fact", "plan p. 3")
    'fact-plan%20p.%203'
    """
    return f"{kind}-{quote(_NOT_IN_HTML.sub(' ', name), safe='')}"


def paragraphs(*texts: str) -> Html:
    """A paragraph for each text that says something."""
    return joined(tag("p", text) for text in texts if text)


def bullets(items: Iterable[str]) -> Html:
    """A list."""
    return tag("ul", *(tag("li", item) for item in items))


def section(name: str, title: str, *content: str) -> Html:
    """A part of the page below its heading of the second level."""
    return tag("section", tag("h2", title, id=name), *content, aria_labelledby=name)


def table(caption: str, key: Column, *columns: Column, total: bool = False) -> Html:
    """A table with a caption, in which the first cell of a row is its heading.

    Parameters
    ----------
    caption : str
        What the table shows.
    key, *columns : Column
        Of equal length.
    total : bool
        Whether the last row adds up the others.
    """
    shown = (key, *columns)
    heads = (tag("th", column.heading, scope="col", class_=_kind(column)) for column in shown)
    rows = [
        tag(
            "tr",
            tag("th", first, scope="row", class_=_kind(key)),
            *(tag("td", cell, class_=_kind(column)) for cell, column in zip(cells, columns, strict=True)),
        )
        for first, *cells in zip(*(column.texts for column in shown), strict=True)
    ]
    body, foot = (rows[:-1], rows[-1:]) if total else (rows, [])
    parts = [tag("caption", caption), tag("thead", tag("tr", *heads)), tag("tbody", *body)]
    parts += [tag("tfoot", *foot)] if foot else []
    return tag("div", tag("table", *parts), class_="scroll", role="group", aria_label=caption, tabindex=0)


def _kind(column: Column) -> str | bool:
    return "n" if column.is_number else False
