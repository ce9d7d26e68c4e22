"""Tables of areas that stand beside the four: payments made, contributions, spending, agreements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from bcf_payments.tables.checking import (
    Findings,
    RowNumbers,
    area_numbers,
    check_areas,
    faults_of,
    rows_of_areas,
    with_columns,
)
from bcf_payments.tables.choosing import of_these
from bcf_payments.tables.inputs import Columns
from bcf_payments.tables.row_rules import RowRule, Sheet


class Beside(NamedTuple):
    """A table, the number of each row's area among those that are known, and the faults found so far."""

    sheet: Sheet
    areas: RowNumbers
    findings: Findings


class Known(NamedTuple):
    """The areas that a table may speak of, what their codes look like, and whether others are passed over.

    Where `areas` is None, every code that looks like one is an area.
    """

    areas: pd.DataFrame | None
    pattern: str
    only: Sequence[str] | None = None


def check_beside(
    name: str, frame: object, columns: Columns, rules: tuple[RowRule, ...], known: Known
) -> Beside:
    """Check a table by its rules and against the areas; who calls adds faults of its own, and refuses."""
    areas = pd.DataFrame() if known.areas is None else known.areas
    findings = Findings(areas, known.pattern)
    sheet = rows_of_areas(name, with_columns(name, frame, columns, findings), known.pattern, findings)
    if known.areas is None:
        codes = sorted(map(str, sheet.distinct("area_code"))) if sheet.has("area_code") else []
    else:
        codes = areas["area_code"].tolist()
    if known.only is not None:
        sheet = of_these(sheet, np.array(codes, dtype=object), known.pattern)
    findings.problems += faults_of(name, sheet, rules)
    numbers = area_numbers(sheet, codes)
    check_areas(name, sheet, numbers, codes, known.pattern, findings)
    return Beside(sheet, numbers, findings)
