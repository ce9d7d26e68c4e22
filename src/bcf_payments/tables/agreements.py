"""How partners share what a pool does not earn: a row per area and partner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction

from bcf_payments.exact.numbers import NumberError, as_fraction
from bcf_payments.tables.amounts import pounds_rules
from bcf_payments.tables.beside import Beside, Known, check_beside
from bcf_payments.tables.inputs import Columns
from bcf_payments.tables.number_checks import number_rule
from bcf_payments.tables.row_rules import (
    RowRule,
    Sheet,
    code_rule,
    filled_rule,
    is_blank,
    or_blank,
    unique_rule,
)

UNCOVERED = "uncovered"
"""In place of a partner: what is above every cap."""

AGREEMENT = Columns(("area_code", "partner", "share"), ("cap_pounds", "relief_share"))
TABLE = "agreement"


def check_agreement(frame: object, known: Known) -> Beside:
    """Check an agreement, its shares area by area included; every fault at once."""
    rules = (
        code_rule(known.pattern),
        filled_rule(("partner",)),
        _no_name_of_ours(),
        unique_rule(("area_code", "partner")),
        number_rule(("share", "relief_share"), "write 0 if it is nothing"),
        _at_most_all(),
        *map(or_blank, pounds_rules(("cap_pounds",), "leave the cell blank where there is no cap")),
    )
    checked = check_beside(TABLE, frame, AGREEMENT, rules, known)
    for code, total in _sums(checked.sheet).items():
        if total != 1:
            fix = f"make the shares of the area add up to exactly 1, not {total}"
            where = {"area_code": code, "column": "share", "value": str(total)}
            checked.findings.problem(TABLE, "out_of_range", fix, **where)
    checked.findings.refuse()
    return checked


def _sums(sheet: Sheet) -> Mapping[str, Fraction]:
    """The shares of each area together, where all of them are numbers."""
    if not sheet.has("area_code", "share"):
        return {}
    sums = defaultdict[str, Fraction](Fraction)
    unknown = set()
    for code, share in zip(sheet.cells("area_code"), sheet.cells("share"), strict=True):
        try:
            sums[str(code)] += as_fraction(share)
        except NumberError:
            unknown.add(str(code))
    return {code: total for code, total in sums.items() if code not in unknown}


def _no_name_of_ours() -> RowRule:
    return RowRule(
        "no_name_of_ours",
        ("partner",),
        lambda sheet, column: sheet.rejected(column, lambda partner: partner != UNCOVERED),
        lambda _: "unknown_value",
        lambda _: f"give the partner another name: {UNCOVERED} is what is above every cap",
    )


def _at_most_all() -> RowRule:
    """No more than all of what a partner bears can relieve pressure elsewhere."""
    return RowRule(
        "at_most_all",
        ("relief_share",),
        lambda sheet, column: sheet.rejected(column, _is_no_more_than_all),
        lambda _: "out_of_range",
        lambda _: "write a share of at most 1",
    )


def _is_no_more_than_all(value: object) -> bool:
    try:
        return as_fraction(value) <= 1
    except NumberError:
        return True


def caps_in_pence(sheet: Sheet) -> list[int | None]:
    """The cap of each row in pence; None where there is none."""
    if not sheet.has("cap_pounds"):
        return [None] * len(sheet)
    return [None if is_blank(cell) else int(as_fraction(cell) * 100) for cell in sheet.cells("cap_pounds")]
