"""Cases whose areas were told what they get, in place of weights."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

import pandas as pd
from hypothesis.strategies import SearchStrategy

from bcf_payments.tables.amounts import ALLOCATION, parts_columns
from bcf_payments.testing.case import Case
from bcf_payments.testing.tape import TAPES, Tape

PENCE = (100_000_000, 0, 1, 170_463_488, 99, 7, 1_000_000_003)
"""Amounts that divide well, badly, and not at all."""

FORMS = ("text", "number", "fraction")


def given_amounts(case: Case) -> SearchStrategy[Case]:
    """The same case with amounts in place of weights: whole allocations, or components and pot.

    Parameters
    ----------
    case : Case
        As `cases` draws it.

    Returns
    -------
    SearchStrategy of Case
        Amounts are of whole pence, written as text, numbers or fractions; some are 0.

    Examples
    --------
    >>> from hypothesis import find
    >>> from bcf_payments.testing import built_in_schemes, cases
    >>> plain = find(cases(built_in_schemes()), lambda case: case.scheme.name == "october_2013")
    >>> told = find(given_amounts(plain), lambda case: "allocation_pounds" in case.areas)
    >>> told.areas.columns.tolist(), told.areas["allocation_pounds"].tolist()
    (['area_code', 'area_name', 'region', 'allocation_pounds'], ['1000000'])
    """
    return TAPES.map(partial(_told, case))


def _told(case: Case, tape: Tape) -> Case:
    parts = parts_columns(case.scheme)
    columns = tape.pick(((ALLOCATION,), parts)) if case.scheme.fund_pence else parts
    kept = case.areas.drop(columns=list(case.scheme.weight_columns))
    form = tape.pick(FORMS)
    amounts = [[_written(_pence(tape), form) for _ in columns] for _ in kept.index]
    table = pd.DataFrame(amounts, columns=list(columns), index=kept.index)
    return case._replace(areas=pd.concat([kept, table], axis=1))


def _pence(tape: Tape) -> int:
    return tape.pick(PENCE) + tape.pick((0, 0, 1)) * tape.number()


def _written(pence: int, form: str) -> object:
    pounds = Fraction(pence, 100)
    if form == "number":
        return float(pounds)
    return (
        str(pounds) if form == "fraction" or pounds.denominator == 1 else f"{pence // 100}.{pence % 100:02}"
    )
