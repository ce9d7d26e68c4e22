"""What bodies put into the pools of areas: a row per area, contributor and component (F1-F7)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.exact.numbers import BoolArray
from bcf_payments.tables.amounts import exact_pence, pounds_rules
from bcf_payments.tables.beside import Beside, Known, check_beside
from bcf_payments.tables.inputs import Columns
from bcf_payments.tables.row_rules import (
    RowRule,
    Sheet,
    code_rule,
    filled_rule,
    known_rule,
    unique_rule,
)
from bcf_payments.words import pounds

NHS = ("ccg", "icb")
"""Bodies of the NHS that contribute: clinical commissioning groups, later integrated care boards."""

CONTRIBUTOR_TYPES = (*NHS, "council")
EXISTING = "maintains_existing_pounds"
CONTRIBUTIONS = Columns(
    (
        "area_code",
        "contributor",
        "contributor_type",
        "component",
        "minimum_pounds",
        "planned_pounds",
    ),
    (EXISTING,),
)
TABLE = "contributions"


def check_contributions(frame: object, known: Known) -> Beside:
    """Check contributions cell by cell and row against row; who calls refuses."""
    amounts = ("minimum_pounds", "planned_pounds", EXISTING)
    rules = (
        code_rule(known.pattern),
        filled_rule(("contributor", "component")),
        unique_rule(("area_code", "contributor", "component")),
        known_rule("contributor_type", CONTRIBUTOR_TYPES),
        *pounds_rules(amounts, "write 0 if it is nothing"),
        _one_type(),
        _part_of_the_plan(),
    )
    return check_beside(TABLE, frame, CONTRIBUTIONS, rules, known)


def contributed(sheet: Sheet) -> pd.DataFrame:
    """Checked contributions in whole pence, row by row; existing care only where the table tells of it."""
    names = ("area_code", "contributor", "contributor_type", "component")
    amounts = {"minimum_pence": "minimum_pounds", "planned_pence": "planned_pounds"}
    if sheet.has(EXISTING):
        amounts["existing_pence"] = EXISTING
    return pd.DataFrame(
        {
            **{name: np.array([str(cell) for cell in sheet.cells(name)], dtype=object) for name in names},
            **{name: whole_pence(sheet, column) for name, column in amounts.items()},
        }
    )


def whole_pence(sheet: Sheet, column: str) -> npt.NDArray[np.int64]:
    """A checked column of pounds in pence; a blank is 0."""
    return np.array([int(exact_pence(cell) or 0) for cell in sheet.cells(column)], dtype=np.int64)


def refuse_below_minimum(checked: Beside) -> None:
    """Add a fault, with the shortfall, for each contribution that is below its minimum; then refuse."""
    sheet, table = checked.sheet, contributed(checked.sheet)
    short = (table["minimum_pence"] - table["planned_pence"]).to_numpy()
    rows = np.flatnonzero(short > 0)
    if rows.size:
        fixes = [f"plan at least the minimum: {pounds(pence)} is missing" for pence in short[rows].tolist()]
        checked.findings.problem(
            TABLE,
            "out_of_range",
            np.array(fixes, dtype=object),
            area_code=table["area_code"].to_numpy()[rows],
            column="planned_pounds",
            value=[str(sheet.cells("planned_pounds")[row]) for row in rows],
            place=sheet.places("planned_pounds", rows),
        )
    checked.findings.refuse()


def _one_type() -> RowRule:
    """A body is of one type, wherever it contributes."""

    def bad(sheet: Sheet, column: str) -> BoolArray:
        if not sheet.has("contributor"):
            return np.zeros(len(sheet), dtype=bool)
        pairs = list(zip(sheet.cells("contributor"), sheet.cells(column), strict=True))
        types = defaultdict[Any, set[Any]](set)
        for contributor, kind in pairs:
            types[contributor].add(kind)
        return np.array([len(types[contributor]) > 1 for contributor, _ in pairs], dtype=bool)

    fix = "write the same type into every row of the contributor"
    return RowRule("one_type", ("contributor_type",), bad, lambda _: "unknown_value", lambda _: fix)


def _part_of_the_plan() -> RowRule:
    """What maintains existing care is part of what is planned (F6)."""

    def bad(sheet: Sheet, column: str) -> BoolArray:
        if not sheet.has("planned_pounds"):
            return np.zeros(len(sheet), dtype=bool)
        pairs = zip(sheet.cells(column), sheet.cells("planned_pounds"), strict=True)
        pence = [(exact_pence(part), exact_pence(whole)) for part, whole in pairs]
        return np.array(
            [part is not None and whole is not None and part > whole for part, whole in pence], dtype=bool
        )

    fix = "write at most what is planned: it is the part that maintains existing services"
    return RowRule("part_of_the_plan", (EXISTING,), bad, lambda _: "out_of_range", lambda _: fix)
