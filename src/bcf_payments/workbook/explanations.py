"""The sheet of explanations: every step of every area, to filter by area."""

from __future__ import annotations

from typing import Any

from bcf_payments.explanation import Explanation
from bcf_payments.explanation.render import rules_in_words
from bcf_payments.files.book import Book
from bcf_payments.settlement import Settlement
from bcf_payments.workbook.styles import cells, fit_height, headings, lines_of, set_page, set_widths, span

HEADS = ("Area code", "Area", "Part", "Step", "Formula", "With numbers", "Result", "Note", "Rules")
KEY = 3
"""Columns that say whose step of which part it is."""

WIDTHS = (12, 24, 26, 46, 36, 40, 20, 40, 56)


def explanation_sheet(book: Book, settlement: Settlement, sheet: Any) -> dict[str, str]:
    """Fill the sheet, and say at which place the explanation of each area begins."""
    headings(book, sheet, 1, HEADS)
    places, row = {}, 2
    for code in settlement.areas["area_code"]:
        places[str(code)] = cells(sheet, 1, row)
        row = _explanation(book, sheet, row, settlement.explain(code))
    set_widths(sheet, WIDTHS)
    sheet.freeze_panes = "C2"
    sheet.auto_filter.ref = span(1, 1, len(HEADS), row - 1)
    set_page(sheet, settlement.notices, "1:1")
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
    fit_height(
        book, sheet, row, max(lines_of(text, width) for text, width in zip(texts, WIDTHS, strict=True))
    )
