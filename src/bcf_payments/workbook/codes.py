"""The sheet of codes of a template: what may be written where a list drops down, and what it means."""

from __future__ import annotations

from bcf_payments.explanation.words import day
from bcf_payments.files.book import Book
from bcf_payments.schemes import Scheme
from bcf_payments.tables.inputs import DIRECTIONS, PLAN_STATUSES
from bcf_payments.workbook.styles import cells, headings, set_page, set_widths

CODES = ("wave", "metric")
"""Columns that take codes of the scheme, wherever they stand."""

STATUSES = dict(
    zip(
        PLAN_STATUSES,
        (
            "The plan was approved in full.",
            "Approved, with support.",
            "Approved, with conditions.",
            "Signed off; how is not known.",
            "Not approved: nothing is earned on conditions.",
        ),
        strict=True,
    )
)
WAYS = dict(zip(DIRECTIONS, ("A lower figure is better.", "A higher figure is better."), strict=True))


def code_sheet(book: Book, scheme: Scheme) -> dict[str, str]:
    """Add the sheet, and say in which cells the codes of each kind stand."""
    sheet = book.sheet("codes")
    headings(book, sheet, 1, ("used for", "code", "what it means"))
    kinds = {
        "wave": {wave.name: f"{wave.title}; paid on {day(wave.payment_date.value)}" for wave in scheme.waves},
        "metric": {name: metric.title for name, metric in scheme.metrics.items()},
        "plan status": STATUSES,
        "direction": WAYS,
        "yes or no": {"yes": "The condition is met.", "no": "It is not met. (Blank: not known.)"},
    }
    places, row = {}, 2
    for kind, codes in kinds.items():
        places[kind] = cells(sheet, 2, row, row + len(codes) - 1)
        for code, says in codes.items():
            for column, text in enumerate((kind, code, says), start=1):
                book.put(sheet, row, column, text, "bcf text")
            row += 1
    set_widths(sheet, (16, 30, 70))
    sheet.freeze_panes = "A2"
    set_page(sheet, (), "1:1")
    return places
