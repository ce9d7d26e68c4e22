"""What assurance found: plans by status, and everything about them that somebody should look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from bcf_payments.core.allocation import low_ambition
from bcf_payments.core.plan_lines import PlanLine, lines_by_area, plan_lines, read_alone, read_plans
from bcf_payments.errors import InputError
from bcf_payments.given import guarded, handed_out, notices_of, wrong
from bcf_payments.schemes import ConditionsLine, MetricLine, PlannedValuePot, Scheme, scheme_of
from bcf_payments.schemes.parts import cite
from bcf_payments.schemes.units import in_unit
from bcf_payments.studies.plan_noise import CountingNoise, NoiseModel, doubts
from bcf_payments.tables.checking import Findings
from bcf_payments.tables.choosing import Codes, given_codes
from bcf_payments.tables.input_rules import table_rules
from bcf_payments.tables.inputs import PLAN_STATUSES, Columns, table_columns
from bcf_payments.tables.row_rules import (
    Sheet,
    as_date,
    code_rule,
    is_blank,
    known_rule,
    truth,
    truth_rule,
    unique_rule,
)
from bcf_payments.words import day, listed, spoken

NOT_APPROVED = "not_approved"
FOLLOWED_UP = {
    "approved_with_support": "approved, and to be supported",
    "approved_with_conditions": "approved on conditions that are still to be met",
    NOT_APPROVED: "not approved",
}
"""Statuses that are findings (N2)."""


class _Question(NamedTuple):
    """What assurance may say of a plan: the finding where the answer is no, its facts, and its words."""

    finding: str
    facts: str
    said: str


QUESTIONS = {
    "ready": _Question("not_ready", "A8", "not ready to carry the plan out"),
    "contingency_plan": _Question("no_contingency_plan", "A7", "no backup in case improvement does not come"),
    "providers_consulted": _Question("providers_not_consulted", "A10, N7", "providers were not consulted"),
    "savings_evidenced": _Question("savings_not_evidenced", "N7", "savings without a line of evidence"),
}
"""Optional columns of yes and no."""


class _Finding(NamedTuple):
    area_code: str
    finding: str
    facts: str
    detail: str


@guarded
def assurance_counts(
    assurance: pd.DataFrame,
    scheme: str | Path | Scheme = "october_2013",
    *,
    only: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Count plans by their status.

    Parameters
    ----------
    assurance : DataFrame, a row per area
        `area_code`, `plan_status`.
    scheme : str, Path or Scheme
        For what area codes look like.
    only : sequence of str, optional
        Codes of areas: rows of others are not read.

    Returns
    -------
    DataFrame, a row per status
        `plan_status`, zeros included; `signed_off`: whether a plan of this status is; `plans`: how many.

    Raises
    ------
    InputError
        Every fault of the table.

    Notes
    -----
    All but `not_approved` are signed off: in October 2014, 146 of 151 (N2).

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> counts = bcf.assurance_counts(bcf.load_example("two_waves").assurance)
    >>> counts.groupby("signed_off")["plans"].sum().to_dict()
    {False: 5, True: 146}
    """
    pattern = scheme_of(scheme).area_code_pattern.value
    findings = Findings(pattern=pattern)
    rules = (code_rule(pattern), unique_rule(("area_code",)), known_rule("plan_status", PLAN_STATUSES))
    columns = Columns(("area_code", "plan_status"))
    sheet = read_alone("assurance", assurance, columns, rules, findings, given_codes(only))
    findings.refuse()
    cells = sheet.cells("plan_status")
    table = pd.DataFrame(
        {
            "plan_status": PLAN_STATUSES,
            "signed_off": [status != NOT_APPROVED for status in PLAN_STATUSES],
            "plans": [cells.count(status) for status in PLAN_STATUSES],
        }
    )
    return handed_out(table, notices_of({"assurance": assurance}))


@guarded
def assurance_report(
    assurance: pd.DataFrame,
    plans: pd.DataFrame,
    scheme: str | Path | Scheme = "october_2013",
    *,
    model: NoiseModel | None = None,
    only: Sequence[str] | None = None,
) -> pd.DataFrame:
    """List what somebody should look at in the plans, and what is not known of them.

    Parameters
    ----------
    assurance : DataFrame, a row per area
        As in `settle`. Optional columns of yes and no: `ready`, `contingency_plan`, `providers_consulted`,
        `savings_evidenced`.
    plans : DataFrame, a row per area, wave and metric
        As in `settle`.
    scheme : str, Path or Scheme
        The rules that the plans are for.
    model : OutcomeModel, optional
        The noise in which a target may be lost; by default that of counting alone, the least there can be.
    only : sequence of str, optional
        Codes of areas: rows of others are not read.

    Returns
    -------
    DataFrame, a row per finding
        `area_code`; `finding`, a word for programs; `facts`, the ids behind it; `detail`, a sentence. By
        area, those of all areas together (`ENGLAND`) last. See the notes for the findings.

    Raises
    ------
    InputError
        Every fault of both tables, and of the model.

    Notes
    -----
    From the assurance: `approved_with_support`, `approved_with_conditions`, `not_approved` (N2);
    `condition_not_met`; `submitted_late`; `not_ready` (A8), `no_contingency_plan` (A7),
    `providers_not_consulted` (A10, N7), `savings_not_evidenced` (N7). A blank cell is `<column>_unknown`, a
    column that is not there is told once for all areas, and an area without a row is `assurance_missing`:
    what is not known is never guessed.

    From the plans: `plan_missing`; `plan_rises` and `plan_stands_still`, a target worse than its baseline or
    the same (G3, N7; C8); `low_ambition`, a planned reduction below the expected one (C5); `within_noise`, a
    planned change that chance would hide, with the size that would show it, and `size_unknown` (L5).

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("two_waves")
    >>> found = bcf.assurance_report(example.assurance, example.plans)
    >>> int((found["finding"] == "not_approved").sum())
    5
    >>> found.query("area_code == 'ENGLAND'")["finding"].head(2).tolist()
    ['ready_unknown', 'contingency_plan_unknown']
    """
    rules = scheme_of(scheme)
    if isinstance(model, type):
        raise wrong("model", model, "give an OutcomeModel, such as OutcomeModel()")
    model = model or CountingNoise()
    findings = Findings(pattern=rules.area_code_pattern.value)
    codes = given_codes(only)
    assured = _read_assurance(assurance, rules, findings, codes)
    planned = read_plans(plans, rules, findings, codes)
    findings.refuse()
    if problems := model.problems(rules):
        raise InputError(problems)
    lines = plan_lines(planned, rules)
    told = {line.area_code for line in lines} | set(assured.cells("area_code"))
    areas = sorted(told) if codes is None else codes.tolist()
    samples = planned.cells("sample_size") if planned.has("sample_size") else [None] * len(lines)
    key = rules.nation_key
    found = [
        *(_Finding(key, warning["reason"], "", warning["message"]) for warning in findings.warnings),
        *_of_assurance(assured, areas, rules),
        *_of_plans(lines, areas, rules),
        *(
            _Finding(area_code or key, finding, "L5", detail)
            for area_code, finding, detail in doubts(lines, samples, rules, model)
        ),
    ]
    found.sort(key=lambda row: (row.area_code == key, row.area_code))
    table = pd.DataFrame(found, columns=list(_Finding._fields), dtype=object).astype(str)
    return handed_out(table, notices_of({"assurance": assurance, "plans": plans}))


def _read_assurance(assurance: object, scheme: Scheme, findings: Findings, only: Codes | None) -> Sheet:
    """The rows of assurance, after noting faults; blanks are no fault."""
    columns = table_columns(scheme)["assurance"]
    columns = columns._replace(optional=(*columns.optional, *QUESTIONS))
    checks = table_rules(scheme, len(scheme.waves), "withhold")["assurance"]
    rules = (*checks.of_keys, *checks.of_values, truth_rule(tuple(QUESTIONS)))
    return read_alone("assurance", assurance, columns, rules, findings, only)


def _of_assurance(assured: Sheet, areas: Sequence[str], scheme: Scheme) -> Iterator[_Finding]:
    """What the table of assurance says, and what it leaves open."""
    told = set(assured.distinct("area_code"))
    for code in areas:
        if code not in told:
            yield _Finding(code, "assurance_missing", "N2", "no row of assurance: nothing is known of it")
    for code, when, status in _by_area(assured, "plan_status"):
        if status in FOLLOWED_UP:
            yield _Finding(code, str(status), "N2", FOLLOWED_UP[str(status)] + when)
    for name, condition in scheme.conditions.items():
        question = _Question("condition_not_met", cite(condition), f"{name}: {condition.value}")
        yield from _answers(assured, name, question, scheme)
    yield from _late(assured, scheme)
    for name, question in QUESTIONS.items():
        yield from _answers(assured, name, question, scheme)


def _by_area(assured: Sheet, column: str) -> Iterator[tuple[str, str, object]]:
    """Each cell with its area and, where areas are assured for each wave, the words that say for which."""
    cells = assured.cells(column)
    waves = assured.cells("wave") if assured.has("wave") else [None] * len(cells)
    for code, wave, cell in zip(assured.cells("area_code"), waves, cells, strict=True):
        yield code, f", for {wave}" if wave else "", cell


def _answers(assured: Sheet, column: str, question: _Question, scheme: Scheme) -> Iterator[_Finding]:
    """A finding for each no, and for each blank."""
    if not assured.has(column):
        said = f"{spoken(column)}: not told of any area, as there is no column {column}"
        yield _Finding(scheme.nation_key, f"{column}_unknown", question.facts, said)
        return
    for code, when, cell in _by_area(assured, column):
        if (answer := truth(cell)) == 0:
            yield _Finding(code, question.finding, question.facts, question.said + when)
        elif answer != 1:
            yield _Finding(code, f"{column}_unknown", question.facts, f"{spoken(column)}: not told{when}")


def _late(assured: Sheet, scheme: Scheme) -> Iterator[_Finding]:
    """Plans that came in after the last day of a line that has one."""
    lines = [slot.rule for slot in scheme.lines if isinstance(slot.rule, ConditionsLine)]
    limits = {line.submit_by.value: line.submit_by for line in lines if line.submit_by}
    if not assured.has("submitted_on"):
        return
    for last, rule in limits.items():
        for code, when, cell in _by_area(assured, "submitted_on"):
            submitted = None if is_blank(cell) else as_date(cell)
            if submitted is None:
                said = f"the day of submission is not told{when}"
                yield _Finding(code, "submitted_on_unknown", cite(rule), said)
            elif submitted > last:
                said = f"submitted on {day(submitted)}, after {day(last)}{when}"
                yield _Finding(code, "submitted_late", cite(rule), said)


def _of_plans(lines: Sequence[PlanLine], areas: Sequence[str], scheme: Scheme) -> Iterator[_Finding]:
    """What the plans lack, and where they ask for little or for nothing."""
    by_area = lines_by_area(lines)
    for code in areas:
        planned = {(line.wave, line.metric) for line in by_area[code]}
        gaps = [slot for slot in scheme.metric_lines if (slot.wave, slot.name) not in planned]
        if gaps:
            rules = (slot.rule.metric for slot in gaps if isinstance(slot.rule, MetricLine))
            said = listed([f"{slot.name} in {slot.wave}" for slot in gaps])
            yield _Finding(code, "plan_missing", cite(*rules), f"no plan for {said}")
        elif isinstance(scheme.pot, PlannedValuePot):
            yield from _low_ambition(code, by_area[code], scheme.pot)
        yield from _unambitious(by_area[code], scheme)


def _low_ambition(code: str, lines: Sequence[PlanLine], pot: PlannedValuePot) -> Iterator[_Finding]:
    baseline = sum((line.baseline for line in lines), Fraction(0))
    if said := low_ambition(pot, baseline, sum((line.improvement for line in lines), Fraction(0))):
        yield _Finding(code, "low_ambition", cite(pot.expected_reduction), said)


def _unambitious(lines: Sequence[PlanLine], scheme: Scheme) -> Iterator[_Finding]:
    facts = "C8, N7" if isinstance(scheme.pot, PlannedValuePot) else "G3, N7"
    for line in lines:
        if line.improvement > 0:
            continue
        unit = scheme.metrics[line.metric].unit.value
        target, baseline = (
            in_unit(line.target, unit, [line.baseline]),
            in_unit(line.baseline, unit, [line.target]),
        )
        rises, stands_still = ("plan_rises", "worse than"), ("plan_stands_still", "no better than")
        finding, than = rises if line.improvement < 0 else stands_still
        said = f"a target of {target} is {than} the baseline of {baseline}"
        yield _Finding(line.area_code, finding, facts, f"{line.metric} in {line.wave}: {said}")
