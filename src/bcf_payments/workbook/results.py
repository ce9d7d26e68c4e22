"""The results workbook: summary, areas, tables and explanations of a settlement."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from bcf_payments.core.result import Result
from bcf_payments.files.book import Book
from bcf_payments.files.replacing import write_files
from bcf_payments.files.scheme_sheet import put_scheme
from bcf_payments.files.styles import styled_book
from bcf_payments.given import guarded, notices_of, take_path
from bcf_payments.workbook.areas import area_sheet, explanation_sheet
from bcf_payments.workbook.summary import Summary
from bcf_payments.workbook.tables import sheets_beside, table_sheets


@guarded
def write_workbook(
    settlement: Result,
    path: str | os.PathLike[str],
    *,
    beside: Mapping[str, pd.DataFrame] | None = None,
) -> Path:
    """Write a settlement as an Excel workbook for people.

    Parameters
    ----------
    settlement : Settlement
        One that is not resolved is shown as resolved without decisions: what needs none goes where it goes.
    path : str or path
        The file, which ends in `.xlsx`; one that is there is replaced, and never half written.

    beside : mapping of str to DataFrame, optional
        What else there is, such as `{"pool": pool(contributions, settlement)}`: a sheet for each name.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        More rows than a sheet holds; two sheets of one name.
    MissingExtraError
        Needs the extra `excel`.
    OSError
        The file cannot be written.

    Notes
    -----
    `Summary` gives the notices, the figures by payment point, line and region, and checks that they add up;
    its figures, and those of `By area`, are formulas over the tables. Each table has a sheet of its name,
    with the area's name beside its code and each amount in pounds, its pence at the end. `required` says what
    each line must achieve, `Explanations` has every step of every area, `scheme` the rules. The same
    settlement gives the same bytes.

    Examples
    --------
    >>> import tempfile
    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("p4p_2015_16")
    >>> settlement = bcf.settle(*example, "july_2014", on_missing="withhold")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     bcf.write_workbook(settlement, f"{folder}/settlement.xlsx").name
    'settlement.xlsx'
    """
    target = take_path(path)
    (file,) = write_files({target.name: results_book(settlement, beside or {}).save}, target.parent)
    return file


def results_book(settlement: Result, beside: Mapping[str, pd.DataFrame]) -> Book:
    """The workbook of a settlement, which says where money goes as far as known, and of what is beside."""
    settlement = settlement if settlement.is_resolved else settlement.resolve()
    book = styled_book("writing a workbook")
    summary, by_area = book.sheet("Summary"), book.sheet("By area")
    tables = table_sheets(book, settlement)
    sheets_beside(book, settlement, beside)
    notices = tuple(dict.fromkeys((*settlement.notices, *notices_of(beside))))
    explained = explanation_sheet(book, settlement, book.sheet("Explanations"))
    areas = area_sheet(book, settlement, tables.get("payments"), by_area, explained)
    Summary(book, settlement, summary, tables, areas, notices).write()
    put_scheme(book, settlement.scheme)
    return book
