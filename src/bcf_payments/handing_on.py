"""A settlement for others: as plain data that JSON can hold, and as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bcf_payments import hints
from bcf_payments.files.replacing import write_files
from bcf_payments.files.writing import WORKBOOK, FileFormat, text_files, write_tables

FORMAT = 1
"""Of `Settlement.to_dict`; it grows when a key changes its meaning or goes."""

TABLES_OUT = ("allocations", "assessments", "payments", "reviews", "ledger", "releases", "warnings")
"""The tables that come out of a settlement, as they are written and handed on."""


def as_dict(settlement: hints.Settlement) -> dict[str, Any]:
    """A settlement as plain data: see `Settlement.to_dict`."""
    pack = settlement.provenance
    tables = {name: getattr(settlement, name) for name in ("areas", *TABLES_OUT)}
    return {
        "format": FORMAT,
        "scheme": {"label": settlement.scheme.label, "title": settlement.scheme.title},
        "options": pack["options"],
        "notices": list(settlement.notices),
        "provenance": {section: pack[section] for section in ("versions", "sha256", "rows")},
        "tables": {name: _records(table) for name, table in tables.items()},
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table in Python's own types; what is not known, or no number, is None."""
    cells = table.astype(object)
    for name in [name for name in table if table[name].dtype.kind == "f"]:
        cells[name] = cells[name].where(np.isfinite(table[name]), None)
    return [{str(key): value for key, value in row.items()} for row in cells.to_dict("records")]


def write_settlement(settlement: hints.Settlement, folder: Path, file_format: FileFormat) -> list[Path]:
    """Write the tables of a settlement, and its audit pack beside them: see `Settlement.write`."""
    settlement = settlement if settlement.is_resolved else settlement.resolve()
    pack = settlement.provenance
    documents = {"provenance.json": pack.to_json()}
    if file_format == "xlsx":
        from bcf_payments.workbook.results import results_book

        return write_files({WORKBOOK: results_book(settlement).save} | text_files(documents), folder)
    return write_tables(
        {name: getattr(settlement, name) for name in TABLES_OUT} | {"reconciliation": pack.reconciliation},
        folder,
        file_format=file_format,
        notices=settlement.notices,
        documents=documents,
    )
