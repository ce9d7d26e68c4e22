"""The first sheet of a template: what to do, what the scheme asks for, and how much is filled in."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote
from typing import TYPE_CHECKING, Any

from bcf_payments.display import line_title
from bcf_payments.explanation.words import day
from bcf_payments.files.book import Book
from bcf_payments.files.sheet_data import Formula
from bcf_payments.schemes import Scheme
from bcf_payments.workbook.styles import cells, fit_height, headings, lines_of, set_page, set_widths

if TYPE_CHECKING:
    from bcf_payments.workbook.template import Progress

NOTES = {
    "Rates": "A rate is a numerator over a denominator: 77.5 per cent is 77.5 over 100, a rate per 100,000 a"
    " count over a population. Leave out thousands separators and per cent signs. Where a count itself is"
    " paid on, the denominator stands there as 1.",
    "Missing is not 0": "A row of plans, outcomes or assurance in which nothing is filled in counts as no"
    " row. Gaps are refused, unless you settle with --on-missing withhold: then a line without its plan,"
    " outcome or conditions earns nothing and waits.",
    "Areas": "National amounts are spread over all areas of the sheet areas, by weight. An area that is not"
    " to share in them has to go from every sheet: unprotect the sheets and delete its rows.",
    "Protection": "Grey cells are locked, without a password (Review, Unprotect Sheet). Rows may be added"
    " below those laid out.",
    "Headings": "Keep them, and the names of the sheets. Columns of your own may stand to the right.",
}
"""What is good to know."""

WIDTHS = (18, 34, 50, 18, 18)


def read_me(
    book: Book,
    sheet: Any,
    scheme: Scheme,
    named: str,
    file_name: str,
    notices: Sequence[str],
    progress: Sequence[Progress],
) -> None:
    """Fill the sheet; `named` is how a command names the scheme."""
    book.put(sheet, 1, 1, f"To fill in: {scheme.title}", "bcf title")
    row = 3
    for number, (what, how) in enumerate(_steps(named, file_name), start=1):
        row = _said(book, sheet, row, f"{number}. {what}", how)
    row = _progress(book, sheet, row + 1, progress)
    row = _payment_points(book, sheet, row + 1, scheme)
    book.put(sheet, row + 1, 1, "Good to know", "bcf section")
    row += 2
    for what, how in NOTES.items():
        row = _said(book, sheet, row, what, how)
    for notice in notices:
        row = _said(book, sheet, row, "Please note", notice)
    set_widths(sheet, WIDTHS)
    set_page(sheet, (), pages=1)


def _said(book: Book, sheet: Any, row: int, what: str, how: str) -> int:
    book.put(sheet, row, 1, what, "bcf bold")
    book.put(sheet, row, 2, how, "bcf wrapped")
    sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=len(WIDTHS))
    fit_height(book, sheet, row, max(lines_of(what, WIDTHS[0]), lines_of(how, sum(WIDTHS[1:]))))
    return row + 1


def _steps(named: str, file_name: str) -> list[tuple[str, str]]:
    shown = quote(named)
    python = f'bcf_payments.settle(*bcf_payments.read_tables("{file_name}"), scheme="{named}")'
    validate = f"bcf-payments validate {quote(file_name)} --scheme {shown}"
    settle = f"bcf-payments settle {quote(file_name)} --scheme {shown} --out settled --format xlsx"
    return [
        (
            "Fill in",
            "The yellow cells of areas, plans, outcomes and assurance. What is not known stays blank.",
        ),
        ("Check", f"{validate}\nlists every gap and every slip, with what to do about it."),
        ("Settle", f"{settle}\nwrites the results; in Python: {python}"),
    ]


def _progress(book: Book, sheet: Any, row: int, progress: Sequence[Progress]) -> int:
    """Count what is filled in, as Excel goes along."""
    book.put(sheet, row, 1, "How far it is", "bcf section")
    headings(book, sheet, row + 1, ("Sheet", "Counted by", "", "Rows laid out", "Filled in"), 4)
    row += 2
    for part in progress:
        for column, text in enumerate((part.sheet.title, part.name), start=1):
            book.put(sheet, row, column, text, "bcf text")
        book.put(sheet, row, 4, part.rows, "bcf count")
        counted = cells(part.sheet, part.column, 3, part.rows + 2)
        book.put(sheet, row, 5, Formula(f"=COUNTA({counted})", part.known), "bcf count")
        row += 1
    return row


def _payment_points(book: Book, sheet: Any, row: int, scheme: Scheme) -> int:
    """What the scheme pays on, and when."""
    book.put(sheet, row, 1, "What is paid, and on what", "bcf section")
    headings(book, sheet, row + 1, ("Payment point", "When", "On what"))
    row += 2
    for wave in scheme.waves:
        said = "\n".join(line_title(scheme, line.name) for line in wave.lines)
        when = f"{wave.title}; paid on {day(wave.payment_date.value)}"
        for column, text in enumerate((wave.name, when, said), start=1):
            book.put(sheet, row, column, text, "bcf wrapped")
        fit_height(book, sheet, row, max(lines_of(said, WIDTHS[2]), lines_of(when, WIDTHS[1])))
        row += 1
    return row
