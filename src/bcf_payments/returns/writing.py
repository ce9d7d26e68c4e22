"""Returns as files: lines in pence as CSV, and workbooks with the layout that people read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from bcf_payments.core.written import with_names
from bcf_payments.files.faults import refuse
from bcf_payments.files.replacing import write_files
from bcf_payments.files.writing import write_tables

if TYPE_CHECKING:
    from bcf_payments.core.result import Result
    from bcf_payments.returns.figures import AreaFigures


def write_return(area_return: AreaFigures, path: Path) -> list[Path]:
    """Write one area's return: see `AreaReturn.write`."""
    if path.suffix != ".xlsx":
        area = pd.DataFrame({"area_code": [area_return.area_code], "area_name": [area_return.area_name]})
        return write_csv(with_names(area_return.lines, area), path, area_return.notices)
    from bcf_payments.returns.sheets import book_of_return

    return write_files({path.name: book_of_return(area_return).save}, path.parent)


def write_returns(settlement: Result, lines: pd.DataFrame, path: Path) -> list[Path]:
    """Write the returns of all areas: as CSV the lines, as a workbook also a sheet with a row per area.

    Paths, files and errors are those of `AreaReturn.write`.
    """
    if path.suffix != ".xlsx":
        return write_csv(with_names(lines, settlement.areas), path, settlement.notices)
    from bcf_payments.returns.sheets import book_of_returns

    return write_files({path.name: book_of_returns(settlement, lines).save}, path.parent)


def write_csv(table: pd.DataFrame, path: Path, notices: Sequence[str]) -> list[Path]:
    """Write one table as CSV, and its notices, if there are any, into a text beside it."""
    if path.suffix != ".csv":
        refuse("output", "unknown_value", column="path", value=path, fix="end the name in .csv or .xlsx")
    text = "".join(f"{notice}\n" for notice in notices)
    beside = {f"{path.stem}.notice.txt": text} if notices else {}
    bare = table.copy()
    bare.attrs.pop("notices", None)  # they stand in the text of this one table, not in that of a whole folder
    return write_tables({path.stem: bare}, path.parent, documents=beside)
