"""Schemes on the screen: a list of them, and the rules of one with source and basis."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from shlex import join
from typing import Any

from bcf_payments.cli.layout import facts, files_written, paragraph, screen, section, table_with_text
from bcf_payments.schemes import Cited, PlannedValuePot, Scheme
from bcf_payments.schemes.fields import announcement
from bcf_payments.schemes.parts import BASES, ReviewAction, told
from bcf_payments.words import NOTHING_PAID, Column, exact_pounds, pounds


def scheme_list(schemes: Sequence[Scheme]) -> str:
    """Show schemes one below the other."""
    more = "'bcf-payments schemes NAME' shows the rules of one; with --toml, its file, to copy and change."
    return "\n\n".join([*(section(scheme.name, scheme_facts(scheme)) for scheme in schemes), more])


def scheme_facts(scheme: Scheme) -> str:
    """Show what a scheme is about: its money, payment points, and how far its rules are known."""
    return facts(
        [
            ("Title", scheme.title),
            *([("Fund", _fund(scheme))] if scheme.amounts else []),
            ("Performance", _pot(scheme)),
            payment_points(scheme),
            ("Rules", rules_by_basis(scheme)),
            ("Example", scheme.example or "none"),
        ]
    )


def payment_points(scheme: Scheme) -> tuple[str, str]:
    """Name the waves with their days, and say whether anything is paid on them."""
    days = ", ".join(f"{wave.payment_date.value} ({wave.name})" for wave in scheme.waves)
    return ("Paid on" if scheme.lines else "Read on"), days


def rules_by_basis(scheme: Scheme) -> str:
    """Count the rules by how sure they are."""
    bases = [rule.basis for _, rule in scheme.cited()]
    counts = ", ".join(f"{bases.count(basis)} {basis}" for basis in BASES)
    return f"{len(bases)}: {counts}"


def _fund(scheme: Scheme) -> str:
    announced = announcement(scheme)
    other = f", the sum of its components; announced as {announced}" if announced else ""
    return f"{pounds(scheme.fund_pence)}{other}"


def _pot(scheme: Scheme) -> str:
    if (pot := scheme.pot) is None:
        return f"none: {NOTHING_PAID}"
    amount = f"{pounds(pot.amount_pence)} of it"
    if not isinstance(pot, PlannedValuePot):
        return f"{amount}, split over the lines by fixed shares"
    unit = exact_pounds(pot.unit_value_pounds.value)
    return f"at most {amount}: {unit} for each unit of an area's planned improvement, up to its share"


def scheme_screen(scheme: Scheme) -> str:
    """Show every rule of a scheme with its value, source and basis."""
    groups: dict[str, list[tuple[str, Cited[Any]]]] = {}
    for path, rule in scheme.cited():
        title, rule_name = _title_and_name(scheme, path)
        groups.setdefault(title, []).append((rule_name, rule))
    title = section(f"scheme {scheme.name}", scheme_facts(scheme))
    legend = paragraph(
        "Basis: stated in a published document; derived by arithmetic from stated figures; assumed, a default"
        " to change where no published text was found. The sources are ids of facts, which the report and the"
        " documentation list."
    )
    parts = [title, legend, *(section(name, _rules(rules)) for name, rules in groups.items())]
    if scheme.alternatives:
        parts.append(section("alternatives", _alternatives(scheme)))
    if scheme.facts:
        parts.append(section("facts of its own", _facts(scheme)))
    return "\n\n".join(parts)


def _title_and_name(scheme: Scheme, path: str) -> tuple[str, str]:
    """Say under which title a rule stands, and what it is called there."""
    steps = _named_steps(scheme, path)
    part = path.partition(".")[0]
    if part == "components":
        return part, " ".join(steps)
    if part == "waves":
        return f"payment point {steps[0]}", " ".join(steps[1:])
    return (part, " ".join(steps[1:])) if steps[1:] else ("general", part)


def _rules(rules: Sequence[tuple[str, Cited[Any]]]) -> str:
    columns = [
        Column("rule", [name for name, _ in rules], kind="text"),
        Column("basis", [rule.basis for _, rule in rules], kind="text"),
        Column("source", [", ".join(rule.source) for _, rule in rules], kind="text"),
    ]
    return table_with_text(columns, "value", [_value(name, rule.value) for name, rule in rules])


def _alternatives(scheme: Scheme) -> str:
    columns = [
        Column("name", [alternative.name for alternative in scheme.alternatives], kind="text"),
        Column("source", [", ".join(alternative.source) for alternative in scheme.alternatives], kind="text"),
    ]
    titles = [alternative.title for alternative in scheme.alternatives]
    more = "'bcf-payments assumptions' shows what each would pay; their changes stand in the file."
    return f"{table_with_text(columns, 'in plain words', titles)}\n{more}"


def _facts(scheme: Scheme) -> str:
    columns = [
        Column("id", list(scheme.facts), kind="text"),
        Column("basis", [fact.basis for fact in scheme.facts.values()], kind="text"),
    ]
    texts = ["; ".join([fact.says, *fact.documents]) for fact in scheme.facts.values()]
    return table_with_text(columns, "what is so, and where it says so", texts)


def _named_steps(scheme: Scheme, path: str) -> list[str]:
    """Name the steps to a rule, with the items of a list by their own names instead of numbers."""
    steps: list[str] = []
    place: Any = scheme
    for step in path.split("."):
        if isinstance(place, tuple):
            place = place[int(step)]
            steps[-1] = place.action.value if isinstance(place, ReviewAction) else place.name
        else:
            place = place[step] if isinstance(place, dict) else getattr(place, step)
            steps.append(step)
    return steps


def _value(name: str, value: object) -> str:
    """Write a value as a person reads it; pounds are known by the name of their rule."""
    return exact_pounds(value) if isinstance(value, Fraction) and name.endswith("_pounds") else told(value)


def template_screen(file: Path, scheme: Scheme, only: Sequence[str] | None) -> str:
    """Say where the template is, and what to do with it."""
    workbook = join([str(file), *(("--only", *only) if only else ())])
    about = [
        ("Scheme", scheme.title),
        ("Fill in", "the yellow cells; the sheet 'Read me' says how"),
        ("Check", f"bcf-payments validate {workbook}"),
        ("Settle", f"bcf-payments settle {workbook} --out DIR --format xlsx"),
    ]
    return screen(f"Template for {scheme.label}", (), facts(about), files_written([file]))
