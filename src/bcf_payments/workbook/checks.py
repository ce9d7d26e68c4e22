"""The checks of a results workbook: the same totals by several ways, in whole pence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from bcf_payments.display import MONEY_HEADINGS
from bcf_payments.files.book import Book
from bcf_payments.files.sheet_data import Formula
from bcf_payments.frames import PENCE_COLUMNS
from bcf_payments.schemes.model import NATIONAL_FUND
from bcf_payments.settlement import Settlement
from bcf_payments.workbook.areas import MONEY, Areas
from bcf_payments.workbook.styles import cells, headings, letter
from bcf_payments.workbook.tables import Written

HEADS = ("What", "As settled", "By payment", "By line", "By region", "By area", "Difference", "Verdict")
VERDICT = len(HEADS)


class Totals(NamedTuple):
    """Where the same national totals stand."""

    tables: Mapping[str, Written]
    areas: Areas
    rows: Sequence[int]
    """Of the summary: the totals of the lines and of the regions."""


def checks(book: Book, settlement: Settlement, sheet: Any, row: int, totals: Totals) -> tuple[int, str]:
    """Write the checks from a row on; give the row after them, and the cells of their verdicts."""
    headings(book, sheet, row, HEADS, 2)
    book.put(sheet, row, VERDICT, HEADS[-1], "bcf heading")
    first = row + 1
    checked = [*_money(settlement, sheet, totals), *_rest(settlement, totals.tables)]
    for number, (what, figures) in enumerate(checked, start=first):
        book.put(sheet, number, 1, what, "bcf text")
        for column, figure in enumerate(figures, start=2):
            book.put(sheet, number, column, figure, "bcf count")
        compared = f"{letter(2)}{number}:{letter(VERDICT - 2)}{number}"
        difference = f"{letter(VERDICT - 1)}{number}"
        book.put(sheet, number, VERDICT - 1, Formula(f"=MAX({compared})-MIN({compared})", 0), "bcf count")
        book.put(
            sheet, number, VERDICT, Formula(f'=IF({difference}=0,"ties","does not tie")', "ties"), "bcf text"
        )
    last = first + len(checked) - 1
    return last + 1, cells(sheet, VERDICT, first, last)


Check = tuple[str, list[int | Formula]]


def _money(settlement: Settlement, sheet: Any, totals: Totals) -> list[Check]:
    """Each amount: as settled, and as the sheets add it up."""
    nation = settlement.summary().to_dict("records")[0]
    found: list[Check] = []
    for number, name in enumerate(PENCE_COLUMNS):
        places = [cells(sheet, MONEY + number, row) for row in totals.rows]
        places.append(cells(totals.areas.sheet, MONEY + number, totals.areas.total_row))
        formulas = [
            f"=SUM({totals.tables['payments'].column(name)})",
            *(f"=ROUND(100*{p},0)" for p in places),
        ]
        pence = int(nation[name])
        found.append((MONEY_HEADINGS[name], [pence, *(Formula(formula, pence) for formula in formulas)]))
    return found


def _rest(settlement: Settlement, tables: Mapping[str, Written]) -> list[Check]:
    """The identity of the five amounts, the fund as allocated and as it moved, and the reconciliation."""
    entitled, earned, caught_up, held, not_due = (tables["payments"].column(name) for name in PENCE_COLUMNS)
    allocations, ledger = tables["allocations"], tables["ledger"]
    fund = int(settlement.allocations["amount_pence"].sum())
    moved = f'=SUMIFS({ledger.column("amount_pence")},{ledger.column("from_account")},"{NATIONAL_FUND}")'
    parts = f"SUM({earned})-SUM({caught_up})+SUM({held})+SUM({not_due})"
    differences = tables["reconciliation"].column("difference_pence")
    entitlement = int(settlement.payments["entitlement_pence"].sum())
    return [
        ("Entitlement by its parts", [entitlement, Formula(f"={parts}", entitlement)]),
        (
            "Line by line",
            [0, Formula(f"=SUMPRODUCT(ABS({entitled}-{earned}+{caught_up}-{held}-{not_due}))", 0)],
        ),
        (
            "The fund: allocations",
            [settlement.scheme.fund_pence, Formula(f"=SUM({allocations.column('amount_pence')})", fund)],
        ),
        ("The fund: ledger", [settlement.scheme.fund_pence, Formula(moved, fund)]),
        ("Reconciliation", [0, Formula(f"=SUMPRODUCT(ABS({differences}))", 0)]),
    ]
