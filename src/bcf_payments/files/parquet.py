"""Parquet files: their size before their content, and every cell one value."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bcf_payments.errors import require_extra
from bcf_payments.files.cells import as_text, check_headings, is_text
from bcf_payments.files.faults import refuse_columns, refusing_any_fault
from bcf_payments.files.sizes import check_bytes, check_cells
from bcf_payments.tables.places import Places, remember

SAVE_AS_PARQUET = "write the file again as Parquet"

ONE_VALUE = "write one number or text into each cell, or leave the column out"
AS_TEXT = "write the column again as text (UTF-8), or leave it out"

_INDEX = re.compile(r"__index_level_[0-9]+__")
"""How pandas stores the numbers of rows that bear no name."""

_TEXT = re.compile(r"(large_)?(string|binary)(_view)?")


def read_parquet(file: Path, table: str) -> pd.DataFrame:
    """Read the table in a Parquet file.

    Parameters
    ----------
    file : Path
        The file.
    table : str
        The table that faults are reported under.

    Returns
    -------
    DataFrame
        As `read_tables` describes it.

    Raises
    ------
    InputError
        The file cannot be read, is too large, or holds what is neither a number nor text.
    MissingExtraError
        The extra `parquet` is not installed.
    """
    require_extra("pyarrow", f"reading {file.name}")
    with refusing_any_fault(table, file.name, SAVE_AS_PARQUET):
        stored = _stored(file, table)
        frame: pd.DataFrame = stored.to_pandas(ignore_metadata=True, integer_object_nulls=True)
    for heading in filter(is_text, frame.columns):
        frame[heading] = frame[heading].astype(object).map(as_text, na_action="ignore")
    return remember(frame, Places(f"{file.name} row ", frame, np.arange(1, len(frame) + 1)))


def _stored(file: Path, table: str) -> Any:
    """What the file holds, as a table of Arrow with one value in each cell."""
    parquet = require_extra("pyarrow", f"reading {file.name}", "pyarrow.parquet")
    with parquet.ParquetFile(file) as opened:
        _check_size(opened.metadata, table, file.name)
        kinds = {field.name: field.type for field in opened.schema_arrow if not _INDEX.fullmatch(field.name)}
        check_headings(filter(kinds.__contains__, opened.schema_arrow.names), table, file.name)
    compound = {name: f"{kind} in each cell" for name, kind in kinds.items() if _is_compound(kind)}
    refuse_columns(compound, table, file.name, ONE_VALUE)
    # A text that is said a million times is stored once: it is measured before it is unpacked.
    texts = [name for name, kind in kinds.items() if _TEXT.fullmatch(str(kind))]
    with parquet.ParquetFile(file, read_dictionary=texts) as opened:
        stored = opened.read()
    return _unpacked(stored.select(list(kinds)), table, file.name)


def _check_size(metadata: Any, table: str, name: str) -> None:
    check_cells(metadata.num_rows, metadata.num_columns, table, name)
    groups = map(metadata.row_group, range(metadata.num_row_groups))
    check_bytes(sum(group.total_byte_size for group in groups), table, name)


def _is_compound(kind: Any) -> bool:
    return kind.num_fields > 0 or str(kind).startswith("fixed_size_binary")


def _unpacked(stored: Any, table: str, name: str) -> Any:
    """The same table, with each text where it stands."""
    arrow = require_extra("pyarrow", f"reading {name}")
    packed = [
        at
        for at, kind in enumerate(stored.schema.types)
        if arrow.types.is_dictionary(kind) and _TEXT.fullmatch(str(kind.value_type))
    ]
    check_bytes(
        sum(_length(chunk, arrow) for at in packed for chunk in stored.column(at).chunks), table, name
    )
    garbled = {}
    for at in packed:
        heading = stored.column_names[at]
        try:
            texts = [_text(chunk, arrow) for chunk in stored.column(at).chunks]
        except arrow.ArrowInvalid:
            garbled[heading] = "text that is not UTF-8"
        else:
            stored = stored.set_column(at, heading, arrow.chunked_array(texts, arrow.string()))
    refuse_columns(garbled, table, name, AS_TEXT)
    return stored


def _length(chunk: Any, arrow: Any) -> int:
    """How many bytes the texts take, each counted as often as it is said."""
    lengths = arrow.compute.binary_length(chunk.dictionary.cast(arrow.large_binary()))
    return arrow.compute.sum(lengths.take(chunk.indices)).as_py() or 0


def _text(chunk: Any, arrow: Any) -> Any:
    return chunk.dictionary.cast(arrow.binary()).cast(arrow.string()).take(chunk.indices)
