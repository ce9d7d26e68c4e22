"""What becomes of money that was held back, once reviews are done: it stays with the area (A6, B4-B6, C6)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from bcf_payments.core.case import Case
from bcf_payments.core.ledger import Movement, movement_rows
from bcf_payments.core.lines import Settled
from bcf_payments.core.review import NO_ACTION
from bcf_payments.exact.numbers import BoolArray
from bcf_payments.names import AWAITING_DECISION, WITHHELD, Status
from bcf_payments.schemes import PlannedValuePot, Scheme
from bcf_payments.schemes.parts import Review, ReviewAction, cite
from bcf_payments.tables.checking import (
    ABSENT,
    Findings,
    RowNumbers,
    area_numbers,
    check_areas,
    faults_of,
    line_numbers,
    rows_of_areas,
    with_columns,
)
from bcf_payments.tables.inputs import Columns
from bcf_payments.tables.row_rules import Sheet, code_rule, known_rule, truth, truth_rule, unique_rule

DECISION_KEY = ("area_code", "wave", "line")


class Decided(NamedTuple):
    """Which reviews are done, and which of them all agreed on; shape (lines, areas)."""

    done: BoolArray
    agreed: BoolArray


def no_decisions(scheme: Scheme) -> pd.DataFrame:
    """The table of decisions before there are any."""
    return pd.DataFrame({name: pd.Series(dtype=str) for name in (*DECISION_KEY, *scheme.agreements)})


def releases_table(case: Case, released: tuple[Movement, ...]) -> pd.DataFrame:
    """The table of releases: `area_code`, `wave`, `line`, `destination`, `amount_pence`."""
    rows = movement_rows(released, case.areas["area_code"]).rename(columns={"to_account": "destination"})
    return rows[[*DECISION_KEY, "destination", "amount_pence"]]


def release(case: Case, settled: Settled, decisions: pd.DataFrame) -> tuple[Movement, ...]:
    """Where money that was held back goes, or that it awaits a decision.

    Parameters
    ----------
    case, settled
        The parts of the settlement.
    decisions : DataFrame
        See `Settlement.resolve`.

    Returns
    -------
    tuple of Movement
        From `withheld` to a destination, or to `awaiting_decision`.

    Raises
    ------
    InputError
        Every fault of the decisions.
    """
    decided = _read_decisions(decisions, case, settled)
    if isinstance(case.scheme.pot, PlannedValuePot):
        return tuple(_unearned(case, settled, case.scheme.pot))
    return tuple(_reviewed(case, settled, decided))


def _reviewed(case: Case, settled: Settled, decided: Decided) -> Iterator[Movement]:
    """Money of triggered lines, by what was triggered and decided."""
    review, withheld = case.scheme.review, settled.withheld
    if review is None:
        return
    for line, slot in enumerate(case.scheme.lines):
        move = partial(Movement, line, slot.wave, slot.name, WITHHELD)
        for number, action in enumerate(review.actions):
            held = np.where(settled.action[line] == number, withheld[line], 0)
            for account, source, goes in _ways(review, action, decided.done[line], decided.agreed[line]):
                yield move(account, source, np.where(goes, held, 0))


def _ways(
    review: Review, action: ReviewAction, done: BoolArray, agreed: BoolArray
) -> Iterator[tuple[str, str, BoolArray]]:
    """Where money of one action goes, by which rules, and in which areas: each area goes one way."""
    because = partial(cite, review.scope, action.action, action.trigger_below, action.needs_decision)
    waits = ~done & bool(action.needs_decision and action.needs_decision.value)
    elsewhere = ~waits & ~agreed & bool(action.destination_otherwise)
    yield AWAITING_DECISION, because(), waits
    for rule, goes in ((action.destination, ~waits & ~elsewhere), (action.destination_otherwise, elsewhere)):
        if rule:
            yield rule.value, because(rule), goes


def _unearned(case: Case, settled: Settled, pot: PlannedValuePot) -> Iterator[Movement]:
    """What an area's planned value did not earn, when all waves are due; missing data keeps waiting (G4)."""
    if settled.due.all():
        counted = settled.status != Status.MISSING
        pence = np.where(counted, settled.entitlement - settled.earned, 0).sum(axis=0)
        line = len(case.scheme.lines) - 1
        slot = case.scheme.lines[line]
        destination = pot.unearned_to
        yield Movement(line, slot.wave, slot.name, WITHHELD, destination.value, cite(destination), pence)


def _read_decisions(decisions: pd.DataFrame, case: Case, settled: Settled) -> Decided:
    """Check the decisions, and lay them out by line and area."""
    scheme = case.scheme
    findings = Findings(case.areas, scheme.area_code_pattern.value)
    given = with_columns("decisions", decisions, Columns((*DECISION_KEY, *scheme.agreements)), findings)
    sheet = rows_of_areas("decisions", given, scheme.area_code_pattern.value, findings)
    if sheet.has("line"):
        # Problems are told by metric, and a metric is what a line of a decision is.
        sheet = sheet.assigned("metric", sheet.frame["line"])
    rules = (
        code_rule(scheme.area_code_pattern.value),
        known_rule("wave", scheme.wave_names),
        known_rule("line", dict.fromkeys(slot.name for slot in scheme.lines)),
        unique_rule(DECISION_KEY),
        truth_rule(scheme.agreements),
    )
    findings.problems += faults_of("decisions", sheet, rules)
    areas = area_numbers(sheet, case.areas["area_code"])
    check_areas("decisions", sheet, areas, case.areas["area_code"], scheme.area_code_pattern.value, findings)
    lines = line_numbers(sheet, scheme.lines)
    if sheet.has(*DECISION_KEY):
        _note_untriggered(sheet, areas, lines, case, settled, findings)
    findings.refuse()
    done, agreed = np.zeros((2, *settled.action.shape), dtype=bool)
    for number, action in enumerate(scheme.review.actions if scheme.review else ()):
        rows = np.flatnonzero(settled.action[lines, areas] == number)
        said = [[truth(cell) for cell in sheet.array(name)[rows]] for name in action.agreements]
        answers = np.array(said, dtype=np.int64).reshape(len(said), len(rows))
        done[lines[rows], areas[rows]] = (answers >= 0).all(axis=0)
        agreed[lines[rows], areas[rows]] = (answers == 1).all(axis=0)
    return Decided(done, agreed)


def _note_untriggered(
    sheet: Sheet, areas: RowNumbers, lines: RowNumbers, case: Case, settled: Settled, findings: Findings
) -> None:
    """A decision on a line that triggered nothing is a fault; unknown names are faults already."""
    waves, names = set(case.scheme.wave_names), {slot.name for slot in case.scheme.lines}
    unknown = sheet.rejected("wave", waves.__contains__) | sheet.rejected("line", names.__contains__)
    triggered = (lines != ABSENT) & (settled.action[lines, areas] != NO_ACTION)
    stray = np.flatnonzero((areas != ABSENT) & ~unknown & ~triggered)
    if stray.size:
        code, wave, line = (sheet.array(name)[stray] for name in DECISION_KEY)
        fix = "leave the row out: the line triggered no review"
        where = {"area_code": code, "wave": wave, "metric": line, "column": "line", "value": line}
        where["place"] = sheet.places("line", stray)
        findings.problem("decisions", "unknown_value", fix, **where)
