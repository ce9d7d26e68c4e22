"""One area's pool as its partners account for it: income, spending, balance, forecast (C12)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bcf_payments.core.pooled import areas_of
from bcf_payments.exact.numbers import BoolArray
from bcf_payments.given import guarded, handed_out, notices_of
from bcf_payments.settlement import Settlement
from bcf_payments.tables import spending as spent
from bcf_payments.tables.beside import Beside
from bcf_payments.tables.contributions import TABLE, check_contributions, contributed, whole_pence
from bcf_payments.tables.lookup import position_of
from bcf_payments.tables.row_rules import is_blank
from bcf_payments.tables.spending import FORECASTS, OTHER_INCOME, SPENT, check_spending
from bcf_payments.words import listed


@guarded
def pool_statement(
    contributions: pd.DataFrame, settlement: Settlement, spending: pd.DataFrame, area_code: str
) -> pd.DataFrame:
    """State one area's pool: what came in, what performance took off, what was spent, and what is left.

    Parameters
    ----------
    contributions : DataFrame
        As in `pool`; planned for the same part of the year as the spending.
    settlement : Settlement
        Says what performance has not earned.
    spending : DataFrame, a row per area, kind and item
        `area_code`; `kind` (`other_income`, `spent`, or for the whole year before the performance shortfall
        `forecast_underspend` or `forecast_overspend`); `item`; `amount_pounds`; optional `host`, the body
        that hosts the pool.
    area_code : str
        An area of the settlement.

    Returns
    -------
    DataFrame, a row per line of the statement
        `line`, `item`, `amount_pence`. Lines: `contribution` (by contributor), `other_income`,
        `performance_adjustment` (below 0: held back at the payment points that are due, less what was made
        good), `income`; `spent`, `spending`; `balance` (the item names the host). Where there is a forecast:
        `forecast`, `performance_shortfall` (below 0: all that is not earned, as if points to come earned
        nothing), `forecast_after_performance`.

    Raises
    ------
    InputError
        No such area; every fault of both tables, and an area without contributions or without spending.

    Notes
    -----
    `income = contributions + other income + adjustment`; `balance = income - spending`. Source: C12, G5.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> july = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> given = pd.DataFrame({
    ...     "area_code": ["E06000018"], "contributor": "CCG", "contributor_type": "ccg", "component": "pool",
    ...     "minimum_pounds": 0, "planned_pounds": 10_711_000,
    ... })
    >>> spending = pd.DataFrame({
    ...     "area_code": ["E06000018"], "kind": "spent", "item": "services", "amount_pounds": 10_000_000
    ... })
    >>> pool_statement(given, july, spending, "E06000018")["line"].tolist()
    ['contribution', 'performance_adjustment', 'income', 'spent', 'spending', 'balance']
    """
    position_of(settlement.areas, area_code)
    known = areas_of(settlement)
    incoming, outgoing = check_contributions(contributions, known), check_spending(spending, known)
    _need_rows(incoming, TABLE, area_code, np.ones(len(incoming.sheet), dtype=bool))
    if outgoing.sheet.has("kind"):
        is_spent = outgoing.sheet.rejected("kind", lambda kind: kind != SPENT)
        _need_rows(outgoing, spent.TABLE, area_code, is_spent)
    incoming.findings.problems += outgoing.findings.problems
    incoming.findings.refuse()
    given = contributed(incoming.sheet)
    given = given[given["area_code"] == area_code]
    moved = _moved(outgoing, area_code)
    lines = _balance(given, moved, settlement, area_code)
    if moved["kind"].isin(list(FORECASTS)).any():
        lines += _forecast(moved, settlement, area_code)
    told = (*notices_of({TABLE: contributions, spent.TABLE: spending}), *settlement.notices)
    return handed_out(
        pd.DataFrame(lines, columns=["line", "item", "amount_pence"]), tuple(dict.fromkeys(told))
    )


_Lines = list[tuple[str, str, int]]


def _need_rows(checked: Beside, table: str, area_code: str, counting: BoolArray) -> None:
    """The area needs a row of some kind: missing is never 0."""
    if not checked.sheet.has("area_code"):
        return
    codes = np.array(checked.sheet.cells("area_code"), dtype=object)
    if area_code not in codes[counting]:
        fix = f"add the area's rows of {table}, of £0 if it is nothing"
        checked.findings.problem(table, "missing_row", fix, area_code=area_code)


def _moved(outgoing: Beside, area_code: str) -> pd.DataFrame:
    """The area's rows of spending, in pence; the host is blank where none is named."""
    sheet = outgoing.sheet
    blank = [""] * len(sheet)
    hosts = sheet.cells("host") if sheet.has("host") else blank
    table = pd.DataFrame(
        {
            "area_code": sheet.cells("area_code"),
            "kind": sheet.cells("kind"),
            "item": [str(cell) for cell in sheet.cells("item")],
            "pence": whole_pence(sheet, "amount_pounds"),
            "host": ["" if is_blank(host) else str(host).strip() for host in hosts],
        }
    )
    return table[table["area_code"] == area_code]


def _balance(given: pd.DataFrame, moved: pd.DataFrame, settlement: Settlement, area_code: str) -> _Lines:
    """Income, spending, and what is left."""
    put_in = given.groupby("contributor", sort=False)["planned_pence"].sum()
    lines: _Lines = [("contribution", str(name), int(pence)) for name, pence in put_in.items()]
    lines += _items(moved, OTHER_INCOME)
    lines.append(
        ("performance_adjustment", "", -_sum(settlement, area_code, {"withheld": 1, "caught_up": -1}))
    )
    income = sum(pence for _, _, pence in lines)
    out = _items(moved, SPENT)
    spending = sum(pence for _, _, pence in out)
    host = listed(sorted(set(moved["host"]) - {""}))
    return [
        *lines,
        ("income", "", income),
        *out,
        ("spending", "", spending),
        ("balance", host, income - spending),
    ]


def _forecast(moved: pd.DataFrame, settlement: Settlement, area_code: str) -> _Lines:
    """The year as forecast, and what is left of it should nothing more be earned."""
    before = int((moved["pence"] * moved["kind"].map(FORECASTS).fillna(0).astype(np.int64)).sum())
    short = _sum(settlement, area_code, {"withheld": 1, "caught_up": -1, "not_due": 1})
    return [
        ("forecast", "", before),
        ("performance_shortfall", "", -short),
        ("forecast_after_performance", "", before - short),
    ]


def _items(moved: pd.DataFrame, kind: str) -> _Lines:
    own = moved[moved["kind"] == kind]
    return [(kind, item, int(pence)) for item, pence in zip(own["item"], own["pence"], strict=True)]


def _sum(settlement: Settlement, area_code: str, signs: dict[str, int]) -> int:
    """Columns of the area's payments, added or taken off."""
    payments = settlement.payments
    own = payments[payments["area_code"] == area_code]
    return sum(sign * int(own[f"{name}_pence"].sum()) for name, sign in signs.items())
