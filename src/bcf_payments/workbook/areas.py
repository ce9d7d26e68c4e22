"""The sheet of the areas: what each can earn, has earned and has held back, linked to its explanation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from bcf_payments.core.result import Result
from bcf_payments.explanation import Explanation, explain_area
from bcf_payments.explanation.text import rules_in_words
from bcf_payments.files.book import Book, Formula
from bcf_payments.files.styles import cells, fit_height, headings, lines_of, link, set_page, set_widths, span
from bcf_payments.names import PENCE_COLUMNS, STATUS_NAMES
from bcf_payments.schemes.having import measured
from bcf_payments.words import MONEY_HEADINGS
from bcf_payments.workbook.tables import Written

MONEY_HEADS = [f"{MONEY_HEADINGS[column]} (£)" for column in PENCE_COLUMNS]
REGION, MONEY = 3, 4
"""The column of the region, and the first column of money."""


class Areas(NamedTuple):
    """Where the areas stand, for formulas that speak of them."""

    sheet: Any
    rows: int

    @property
    def total_row(self) -> int:
        """The row of all areas together, below the areas."""
        return self.rows + 2

    def column(self, number: int) -> str:
        """The cells of a column, the last row left out."""
        return cells(self.sheet, number, 2, self.rows + 1)


def area_sheet(
    book: Book, settlement: Result, payments: Written | None, sheet: Any, explained: Mapping[str, str]
) -> Areas:
    """Fill the sheet; its money is added up by formulas from the sheet of payments.

    Parameters
    ----------
    explained : mapping of str to str
        The place at which the explanation of each area begins.
    """
    summary = settlement.summary("area").merge(settlement.areas, on="area_code")
    heads, lines, counts = ["Area code", "Area", "Region"], len(settlement.scheme.lines), counted(settlement)
    heads += [*MONEY_HEADS, "Earned %"] if lines else []
    first = len(heads) + 1
    heads += [name.replace("_", " ").capitalize() for name in counts]
    if not lines:
        summary = summary.drop(columns=list(STATUS_NAMES)).join(_watched(settlement), on="area_code")
    headings(book, sheet, 1, heads, MONEY)
    areas = Areas(sheet, len(summary))
    for number, area in enumerate(summary.to_dict("records")):
        row = number + 2
        link(book, sheet, row, 1, area["area_code"], explained[str(area["area_code"])])
        book.put(sheet, row, 2, area["area_name"], "bcf text")
        book.put(sheet, row, 3, area["region"], "bcf text")
        for column, name in enumerate(counts, start=first):
            book.put(sheet, row, column, area[name], "bcf count")
        if payments is None:
            continue
        sums = [payments.column(name, number * lines, (number + 1) * lines) for name in PENCE_COLUMNS]
        put_money(book, sheet, row, MONEY, [f"=SUM({part})/100" for part in sums], area)
    if payments:
        _together(book, settlement, areas)
    set_widths(sheet, [12, 30, 26, *[18] * len(PENCE_COLUMNS), 12, *[10] * len(counts)])
    sheet.freeze_panes("C2")
    sheet.autofilter(span(1, 1, len(heads), areas.rows + 1))
    set_page(sheet, settlement.notices, (1, 1))
    return areas


def counted(settlement: Result) -> tuple[str, ...]:
    """What is counted of each area: results of metrics and reviews, where there can be any."""
    scheme = settlement.scheme
    statuses = STATUS_NAMES if measured(scheme) and (scheme.metric_lines or not scheme.lines) else ()
    return (*statuses, *(("reviews",) if scheme.lines and (scheme.metric_lines or scheme.review) else ()))


def _watched(settlement: Result) -> pd.DataFrame:
    """How many readings of metrics came to which result, by area."""
    assessed = settlement.assessments
    found = pd.crosstab(assessed["area_code"], assessed["status"])
    return found.reindex(columns=list(STATUS_NAMES), fill_value=0)


def _together(book: Book, settlement: Result, areas: Areas) -> None:
    nation = settlement.summary().to_dict("records")[0]
    for column, text in enumerate(("", settlement.whole, ""), start=1):
        book.put(areas.sheet, areas.total_row, column, text, "bcf bold")
    sums = [f"=SUM({areas.column(MONEY + number)})" for number in range(len(PENCE_COLUMNS))]
    put_money(book, areas.sheet, areas.total_row, MONEY, sums, nation, " in bold")
    for column, name in enumerate(counted(settlement), start=MONEY + len(PENCE_COLUMNS) + 1):
        total = Formula(f"=SUM({areas.column(column)})", int(nation[name]))
        book.put(areas.sheet, areas.total_row, column, total, "bcf bold")


def put_money(
    book: Book,
    sheet: Any,
    row: int,
    column: int,
    formulas: list[str],
    figures: Mapping[Any, Any],
    look: str = "",
) -> None:
    """Write the five amounts of a row, in pounds, and the share of what is due that was earned."""
    for offset, (name, formula) in enumerate(zip(PENCE_COLUMNS, formulas, strict=True)):
        value = Formula(formula, int(figures[name]) / 100)
        book.put(sheet, row, column + offset, value, f"bcf pounds{look}")
    due = int(figures["entitlement_pence"]) - int(figures["not_due_pence"])
    entitled, earned, not_due = (
        span(column + at, row, column + at, row).partition(":")[0] for at in (0, 1, len(PENCE_COLUMNS) - 1)
    )
    share = f'=IF({entitled}-{not_due}=0,"",{earned}/({entitled}-{not_due}))'
    value = Formula(share, int(figures["earned_pence"]) / due if due else "")
    book.put(sheet, row, column + len(PENCE_COLUMNS), value, f"bcf share{look}")


HEADS = ("Area code", "Area", "Part", "Step", "Formula", "With numbers", "Result", "Note", "Rules")

KEY = 3
"""Columns that say whose step of which part it is."""

WIDTHS = (12, 24, 26, 46, 36, 40, 20, 40, 56)


def explanation_sheet(book: Book, settlement: Result, sheet: Any) -> dict[str, str]:
    """Fill the sheet, and say at which place the explanation of each area begins."""
    headings(book, sheet, 1, HEADS)
    places, row = {}, 2
    for code in settlement.areas["area_code"]:
        places[str(code)] = cells(sheet, 1, row)
        row = _explanation(book, sheet, row, explain_area(settlement, code))
    set_widths(sheet, WIDTHS)
    sheet.freeze_panes("C2")
    sheet.autofilter(span(1, 1, len(HEADS), row - 1))
    set_page(sheet, settlement.notices, (1, 1))
    return places


def _explanation(book: Book, sheet: Any, row: int, explanation: Explanation) -> int:
    """Write the steps of one area from a row on, and give the row after them."""
    area = (explanation.area_code, explanation.area_name)
    for section in explanation.sections:
        said = "\n".join(section.sentences)
        rules = rules_in_words(section.rules)
        _row(book, sheet, row, (*area, section.title, said, "", "", "", "", rules), "bcf bold", "bcf said")
        row += 1
        for step in section.steps:
            texts = (step.title, step.formula, step.numbers, step.result, step.note)
            rules = rules_in_words(step.rules)
            _row(book, sheet, row, (*area, section.title, *texts, rules), "bcf wrapped", "bcf wrapped")
            row += 1
    return row


def _row(book: Book, sheet: Any, row: int, texts: tuple[str, ...], key: str, style: str) -> None:
    for column, text in enumerate(texts, start=1):
        if text or style == "bcf said":
            book.put(sheet, row, column, text, key if column <= KEY else style)
    fit_height(sheet, row, max(lines_of(text, width) for text, width in zip(texts, WIDTHS, strict=True)))
