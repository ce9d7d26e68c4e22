"""How a settlement shows itself: one line in a terminal, a small table in a notebook."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bcf_payments.settlement import Settlement

_HEADINGS = {
    "entitlement_pence": "Entitlement",
    "earned_pence": "Earned",
    "caught_up_pence": "Caught up",
    "withheld_pence": "Held back",
    "not_due_pence": "Not yet due",
}
_COUNTS = {
    "met": "Met",
    "partly_met": "Partly met",
    "not_met": "Not met",
    "missing": "Missing",
    "reviews": "Reviews",
}


def pounds(pence: int) -> str:
    """Pence as a person reads them.

    Examples
    --------
    >>> pounds(123456789), pounds(-5)
    ('£1,234,567.89', '-£0.05')
    """
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{whole:,}.{rest:02d}"


def settlement_line(settlement: Settlement) -> str:
    """A settlement in one line."""
    nation = settlement.summary().to_dict("records")[0]
    through = f" through {settlement.through}" if settlement.through else ""
    held = pounds(nation["withheld_pence"] - nation["caught_up_pence"])
    money = f"earned {pounds(nation['earned_pence'])}, held back, net {held}"
    areas = f"{len(settlement.areas):,} areas"
    return f"<Settlement of {settlement.scheme.label}{through}: {areas}, {money}>"


def settlement_html(settlement: Settlement) -> str:
    """A settlement as an HTML table: each line, then England; notices below."""
    lines = settlement.summary("line").to_dict("records")
    nation = settlement.summary().to_dict("records")[0] | {"wave": "England", "line": ""}
    heads = ["Wave", "Line", *_HEADINGS.values(), *_COUNTS.values()]
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = "".join(_html_row(row) for row in lines)
    notices = "".join(f"<p><small>{escape(notice)}</small></p>" for notice in settlement.notices)
    return (
        f"<table><caption>{escape(settlement.scheme.title)}: {escape(settlement.scheme.label)}</caption>"
        f"<thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody><tfoot>{_html_row(nation)}</tfoot></table>{notices}"
    )


def _html_row(row: Mapping[Hashable, Any]) -> str:
    money = [pounds(row[column]) for column in _HEADINGS]
    # Statuses are counted over metric lines.
    counts = ["" if row["line"] == "conditions" else f"{row[column]:,}" for column in _COUNTS]
    cells = "".join(f'<td style="text-align:right">{text}</td>' for text in (*money, *counts))
    return f"<tr><td>{escape(str(row['wave']))}</td><td>{escape(str(row['line']))}</td>{cells}</tr>"
