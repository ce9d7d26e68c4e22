"""How a settlement shows itself: one line in a terminal, a small table in a notebook."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from bcf_payments.given import take_table
from bcf_payments.printable import printable
from bcf_payments.schemes import PlannedValuePot, Scheme
from bcf_payments.schemes.model import CONDITIONS, POT

if TYPE_CHECKING:
    from bcf_payments.settlement import Settlement

REASONS = {
    "performance": "target missed",
    "conditions": "conditions",
    "plan_not_approved": "plan not approved",
    "missing_data": "data missing",
}
"""Why money is held back, in words."""

MILLION = 100_000_000
"""A million pounds in pence."""

MONEY_HEADINGS = {
    "entitlement_pence": "Entitlement",
    "earned_pence": "Earned",
    "caught_up_pence": "Caught up",
    "withheld_pence": "Held back",
    "not_due_pence": "Not yet due",
}
"""The columns of money, in words."""

_COUNTS = {
    "met": "Met",
    "partly_met": "Partly met",
    "not_met": "Not met",
    "missing": "Missing",
    "reviews": "Reviews",
}
_OFTEN_NIL = ("caught_up_pence", "not_due_pence", "missing", "reviews")
_LEFT = "text-align:left"


def pounds(pence: int) -> str:
    """Pence as a person reads them.

    Examples
    --------
    >>> pounds(123456789), pounds(-5)
    ('£1,234,567.89', '-£0.05')
    """
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{whole:,}.{rest:02d}"


def estimated_pounds(pence: float) -> str:
    """Pence that were estimated, as a person reads them.

    Examples
    --------
    >>> estimated_pounds(1234.4), estimated_pounds(float("nan"))
    ('£12.34', 'not known')
    """
    return "not known" if math.isnan(pence) else pounds(round(pence))


def in_pounds(table: pd.DataFrame) -> pd.DataFrame:
    """Tell a table's money in pounds, for people to read.

    Parameters
    ----------
    table : DataFrame
        Any table with columns of pence, whose names end in `_pence`.

    Returns
    -------
    DataFrame
        A copy with each such column as text, such as £1,234.56, under its name without `_pence`; means
        of pence are rounded to whole pence, missing amounts are blank. All else stays as it is.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> bcf.in_pounds(settlement.summary())[["nation", "entitlement", "earned"]]
        nation        entitlement           earned
    0  ENGLAND  £1,000,000,000.00  £477,281,437.72
    """
    take_table(table, "table")
    money = [name for name in map(str, table) if name.endswith("_pence")]
    told = {name: ["" if pd.isna(pence) else pounds(round(pence)) for pence in table[name]] for name in money}
    return table.assign(**told).rename(columns={name: name.removesuffix("_pence") for name in money})


def short_pounds(pence: int) -> str:
    """Pence in pounds at a glance, to four digits or so; an amount that is exact in millions is left bare.

    Examples
    --------
    >>> [short_pounds(100 * amount) for amount in (3_784_000_000, 10**9, 182_000_000, 471_973_549, 1_704_634)]
    ['£3.784bn', '£1bn', '£182m', '£472.0m', '£1.70m']
    >>> short_pounds(-34_567_849)
    '-£345,678'
    """
    sign, size = "-" if pence < 0 else "", abs(pence)
    if size < MILLION:
        return f"{sign}£{(size + 50) // 100:,}"
    unit, letters, places = (1000 * MILLION, "bn", 3) if size >= 1000 * MILLION else (MILLION, "m", 1)
    if unit == MILLION and size < 10 * MILLION:
        places = 2
    steps = (2 * size * 10**places + unit) // (2 * unit)
    whole, rest = divmod(steps, 10**places)
    exact = size * 10**places == steps * unit
    digits = f"{rest:0{places}d}"
    digits = digits.rstrip("0") if exact else digits
    return f"{sign}£{whole:,}{'.' if digits else ''}{digits}{letters}"


def line_title(scheme: Scheme, line: str) -> str:
    """The title of a line's metric, or what a conditions line is about."""
    metric = scheme.metrics.get(line)
    return printable(metric.title) if metric else "Conditions of the plan"


def component_titles(scheme: Scheme) -> dict[str, str]:
    """The titles of the components, the performance pot and what a pot of planned value leaves included."""
    titles = {component.name: component.title for component in scheme.components}
    if isinstance(scheme.pot, PlannedValuePot):
        titles[scheme.pot.remainder.value] = scheme.pot.remainder_title
    return titles | {POT: "Performance pot: the entitlements below"}


def settlement_line(settlement: Settlement) -> str:
    """A settlement in one line."""
    nation = settlement.summary().to_dict("records")[0]
    through = f" through {settlement.through}" if settlement.through else ""
    held = pounds(nation["withheld_pence"] - nation["caught_up_pence"])
    money = f"earned {pounds(nation['earned_pence'])}, held back, net {held}"
    areas = f"{len(settlement.areas):,} areas"
    return f"<Settlement of {settlement.scheme.label}{through}: {areas}, {money}>"


def settlement_html(settlement: Settlement) -> str:
    """A settlement as an HTML table: each line, then England; notices below.

    Columns that are often nil, and are nil throughout, are left out.
    """
    lines = settlement.summary("line").to_dict("records")
    nation = settlement.summary().to_dict("records")[0] | {"wave": "England", "line": ""}
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
