"""The columns of a template: what stands above each, and what may be typed into it."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from bcf_payments.files.book import Book
from bcf_payments.files.styles import cells, headings, set_page, set_widths
from bcf_payments.names import POT
from bcf_payments.schemes import ConditionsLine, Scheme
from bcf_payments.schemes.fields import component_titles, line_title
from bcf_payments.tables.amounts import ALLOCATION, parts_columns
from bcf_payments.tables.inputs import DIRECTIONS, LINE_KEY, PLAN_STATUSES
from bcf_payments.words import day, listed

Kind = Literal["laid out", "number", "above 0", "text", "day", "yes or no", "direction", "plan status"]
"""What may be typed into a column."""

NOT_READ = "# This row explains the columns; it is not read."


class Column(NamedTuple):
    """A column of a sheet of the template."""

    name: str
    says: str
    kind: Kind
    width: int = 18


PROXY = "A PROXY from the example: replace it, or fill in amounts. "


def columns_of(scheme: Scheme, of_weights: str = "") -> dict[str, list[Column]]:
    """The columns of each sheet, in order; the first explains the explanations as well.

    `of_weights` is said of every column of weights.
    """
    area = Column("area_code", f"{NOT_READ} The area's code.", "laid out", 14)
    name = Column("area_name", "The area's name.", "laid out", 26)
    wave = Column("wave", "The payment point: see the sheet codes.", "laid out", 13)
    metric = Column("metric", "What is measured, as a code.", "laid out", 24)
    measure = Column("measure", "The same in words, with its unit, and which way is better.", "laid out", 76)
    period = Column("measured_over", "The period in which it is measured.", "laid out", 36)
    return {
        "areas": [
            area,
            name,
            Column("region", "The area's region.", "laid out", 26),
            *_weights(scheme, of_weights),
            *_amounts(scheme),
        ],
        "plans": [area, name, wave, metric, measure, *_plan(scheme)],
        "outcomes": [area, name, wave, metric, measure, period, *_outcome()],
        "assurance": [area, name, *_assurance(scheme)],
    }


def answers(columns: list[Column]) -> list[Column]:
    """The columns in which something is to be typed."""
    return [column for column in columns if column.kind != "laid out"]


def keys(columns: list[Column]) -> int:
    """How many columns say what a row is about; they stay in view."""
    return sum(column.name in {*LINE_KEY, "area_name", "region"} for column in columns)


def _amounts(scheme: Scheme) -> list[Column]:
    titles = component_titles(scheme) | {POT: "the performance pot"}
    whole = Column(
        ALLOCATION,
        "Instead of weights: the pounds that the area gets in all. Then the next columns stay blank.",
        "number",
        24,
    )
    if not scheme.amounts:
        return []
    parts = zip(parts_columns(scheme), scheme.amounts, strict=True)
    return [
        whole,
        *(
            Column(column, f"Or part by part, in pounds: {titles[name]}.", "number", 24)
            for column, name in parts
        ),
    ]


def _weights(scheme: Scheme, of_weights: str) -> list[Column]:
    titles = component_titles(scheme)
    parts = [(part.weight.value, titles[part.name]) for part in scheme.components]
    for slot in scheme.lines:
        own = slot.rule is not None and slot.rule.weight
        what = f"{line_title(scheme, slot.name)} ({slot.wave})" if own else "the performance pot"
        parts.append((scheme.weight_of(slot).value, what))
    return [
        Column(
            weight,
            f"{of_weights}At least 0, in any unit: only proportions count. Spreads over the areas: "
            f"{'; '.join(dict.fromkeys(title for name, title in parts if name == weight))}.",
            "number",
            30,
        )
        for weight in scheme.weight_columns
    ]


def _plan(scheme: Scheme) -> list[Column]:
    either = any(metric.direction.value == "either" for metric in scheme.metrics.values())
    way = Column(
        "direction", "Where the area chooses its measure: is lower or higher better?", "direction", 14
    )
    return [
        *_rate("baseline", "Where the area started"),
        *_rate("target", "Where it plans to be"),
        *([way] if either else []),
        Column("sample_size", "Optional: how many people the rate speaks of, for simulations.", "above 0"),
        Column("baseline_period", "Optional: the period of the baseline, in your words.", "text"),
    ]


def _outcome() -> list[Column]:
    period = Column("outcome_period", "Optional: the period of the outcome, in your words.", "text")
    return [*_rate("outcome", "What happened"), period]


def _rate(name: str, says: str) -> list[Column]:
    return [
        Column(f"{name}_numerator", f"{says}: the count above the line, at least 0.", "number", 25),
        Column(
            f"{name}_denominator",
            "What it is divided by, such as the population; above 0. Write a per cent over 100.",
            "above 0",
            25,
        ),
    ]


def _assurance(scheme: Scheme) -> list[Column]:
    dates = {
        slot.rule.submit_by.value
        for slot in scheme.lines
        if isinstance(slot.rule, ConditionsLine) and slot.rule.submit_by
    }
    status = Column("plan_status", "How the plan was assured: see the sheet codes.", "plan status", 26)
    conditions = [
        Column(name, f"{scheme.conditions[name].value}: yes or no.", "yes or no", 26)
        for name in scheme.condition_names
    ]
    due = listed([day(date) for date in sorted(dates)])
    late = f"The day the plan was submitted; due by {due}. All blank: not tested."
    return [status, *conditions, *([Column("submitted_on", late, "day", 16)] if dates else [])]


CODES = ("wave", "metric")
"""Columns that take codes of the scheme, wherever they stand."""

STATUSES = dict(
    zip(
        PLAN_STATUSES,
        (
            "The plan was approved in full.",
            "Approved, with support.",
            "Approved, with conditions.",
            "Signed off; how is not known.",
            "Not approved: nothing is earned on conditions.",
        ),
        strict=True,
    )
)

WAYS = dict(zip(DIRECTIONS, ("A lower figure is better.", "A higher figure is better."), strict=True))


def code_sheet(book: Book, sheet: Any, scheme: Scheme) -> dict[str, str]:
    """Fill the sheet, and say in which cells the codes of each kind stand."""
    headings(book, sheet, 1, ("used for", "code", "what it means"))
    kinds = {
        "wave": {wave.name: f"{wave.title}; paid on {day(wave.payment_date.value)}" for wave in scheme.waves},
        "metric": {name: metric.title for name, metric in scheme.metrics.items()},
        "plan status": STATUSES,
        "direction": WAYS,
        "yes or no": {"yes": "The condition is met.", "no": "It is not met. (Blank: not known.)"},
    }
    places, row = {}, 2
    for kind, codes in kinds.items():
        places[kind] = cells(sheet, 2, row, row + len(codes) - 1)
        for code, says in codes.items():
            for column, text in enumerate((kind, code, says), start=1):
                book.put(sheet, row, column, text, "bcf text")
            row += 1
    set_widths(sheet, (16, 30, 70))
    sheet.freeze_panes("A2")
    set_page(sheet, (), (1, 1))
    return places
