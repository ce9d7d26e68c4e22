"""Tables that are forms: remarks above the headings, and rows that are laid out to be filled in.

A row above the headings whose first cell begins with `# ` is a remark, and makes the table a form. In a
form a row that nobody has filled in counts as no row, so that it is missing, and not full of faults; and so
does the column of a test that is made only where it is there.
"""

from __future__ import annotations

import pandas as pd

REMARK = "# "
"""How the first cell of a remark begins."""

LAID_OUT = ("area_code", "area_name", "region")
"""Columns of `assurance` that a form comes with; all others are answers."""


TESTED_IF_THERE = "submitted_on"
"""A column that is tested if it is there."""


def without_remarks(cells: pd.DataFrame) -> pd.DataFrame:
    """The rows from the headings on: what stands above them as a remark is left out."""
    remark = [str(cell).startswith(REMARK) for cell in cells.iloc[:, 0]]
    return cells.iloc[next((row for row, is_remark in enumerate(remark) if not is_remark), len(cells)) :]


def filled_in(body: pd.DataFrame, headings: dict[int, str], table: str) -> pd.DataFrame:
    """The rows of a form that somebody has filled in; areas are listed, so that each of them counts.

    Parameters
    ----------
    body : DataFrame
        Cells of text or blanks, by position.
    headings : dict of int to str
        The heading of each position.
    table : str
        Which table it is.
    """
    if table == "assurance":
        answers = body[[at for at, heading in headings.items() if heading not in LAID_OUT]]
    elif table in {"plans", "outcomes"}:
        above = [at for at, heading in headings.items() if heading.endswith("_numerator")]
        below = [at for at, heading in headings.items() if heading.endswith("_denominator")]
        # The denominator of a count is laid out as 1.
        answers = body[above].join(body[below].where(body[below] != "1"))
    else:
        return body
    return body[answers.notna().any(axis=1)].reset_index(drop=True)


def used(headings: dict[int, str], body: pd.DataFrame) -> dict[int, str]:
    """The headings of a form's columns, without that of a test for which nothing is filled in."""
    return {
        at: heading
        for at, heading in headings.items()
        if heading != TESTED_IF_THERE or body[at].notna().any()
    }
