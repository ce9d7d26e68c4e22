"""How a settlement shows itself: one line in a terminal, a small table in a notebook."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from html import escape
from typing import Any

from bcf_payments.core.result import Result
from bcf_payments.explanation.findings import told_results
from bcf_payments.names import CONDITIONS, OFTEN_NIL
from bcf_payments.words import MONEY_HEADINGS, NOTHING_PAID, pounds, printable, several

_COUNTS = {
    "met": "Met",
    "partly_met": "Partly met",
    "not_met": "Not met",
    "missing": "Missing",
    "reviews": "Reviews",
}

_OFTEN_NIL = (*OFTEN_NIL, "missing", "reviews")

_LEFT = "text-align:left"


def settlement_line(settlement: Result) -> str:
    """A settlement in one line."""
    nation = settlement.summary().to_dict("records")[0]
    through = f" through {settlement.through}" if settlement.through else ""
    held = pounds(nation["withheld_pence"] - nation["caught_up_pence"])
    earned = f"earned {pounds(nation['earned_pence'])}, held back, net {held}"
    money = earned if settlement.scheme.lines else NOTHING_PAID
    areas = several(len(settlement.areas), "area")
    return f"<Settlement of {settlement.scheme.label}{through}: {areas}, {money}>"


def settlement_html(settlement: Result) -> str:
    """A settlement as an HTML table: each line, then all together; notices below.

    Columns that are often nil, and are nil throughout, are left out.
    """
    lines = settlement.summary("line").to_dict("records")
    nation = settlement.summary().to_dict("records")[0] | {"wave": printable(settlement.whole), "line": ""}
    if not lines:
        told = (settlement_line(settlement)[1:-1], told_results(settlement.assessments["status"]))
        return "".join(f"<p>{escape(printable(text))}</p>" for text in (*told, *settlement.notices) if text)
    money = {name: text for name, text in MONEY_HEADINGS.items() if name not in _OFTEN_NIL or nation[name]}
    counts = {name: text for name, text in _COUNTS.items() if name not in _OFTEN_NIL or nation[name]}
    heads = "".join(f'<th scope="col" style="{_LEFT}">{text}</th>' for text in ("Wave", "Line"))
    heads += "".join(_cell("th", text) for text in (*money.values(), *counts.values()))
    body = "".join(_html_row(row, money, counts, "td") for row in lines)
    foot = _html_row(nation, money, counts, "th")
    notices = "".join(f"<p><small>{escape(printable(notice))}</small></p>" for notice in settlement.notices)
    title = escape(printable(settlement.scheme.title))
    return (
        f"<table><caption>{title}: {escape(printable(settlement.scheme.label))}</caption>"
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody><tfoot>{foot}</tfoot></table>{notices}"
    )


def _html_row(row: Mapping[Hashable, Any], money: Iterable[str], counts: Iterable[str], tag: str) -> str:
    names = "".join(
        f'<{tag} style="{_LEFT}">{escape(printable(str(row[key])))}</{tag}>' for key in ("wave", "line")
    )
    # Statuses are counted over metric lines.
    numbers = ["" if row["line"] == CONDITIONS else f"{row[column]:,}" for column in counts]
    cells = [*(pounds(row[column]) for column in money), *numbers]
    return f"<tr>{names}{''.join(_cell(tag, text) for text in cells)}</tr>"


def _cell(tag: str, text: str) -> str:
    return f'<{tag} style="text-align:right">{text}</{tag}>'
