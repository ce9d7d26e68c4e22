"""The sheet by which a workbook says of which scheme it is."""

from __future__ import annotations

import pandas as pd

from bcf_payments.files.book import Book
from bcf_payments.files.styles import set_widths
from bcf_payments.schemes import Scheme, available_schemes, load_scheme

SCHEME_SHEET = "scheme"

SAID = "The scheme of this workbook: a built-in name, or the whole text of a scheme"
"""Its first cell; below it stand the name, or the lines of the text."""


def put_scheme(book: Book, scheme: Scheme) -> None:
    """Add the sheet: a scheme that is not built in goes along as a whole, so that no file has to."""
    sheet = book.sheet(SCHEME_SHEET)
    book.put(sheet, 1, 1, SAID, "bcf remark")
    built_in = scheme.name in available_schemes() and scheme == load_scheme(scheme.name)
    lines = [scheme.name] if built_in else scheme.to_toml().splitlines()
    for row, line in enumerate(lines, start=2):
        book.keep(sheet, row, 1, line, "bcf text")
    set_widths(sheet, [110])
    sheet.protect("")


def scheme_in(cells: pd.DataFrame) -> str:
    """What the cells of such a sheet say: a name or a text; nothing if the sheet is somebody's own."""
    if cells.empty or cells.iloc[0, 0] != SAID:
        return ""
    return "\n".join(cells.iloc[1:, 0].fillna("")).strip()
