"""What the commands `assurance` and `savings` do."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from bcf_payments.cli.chosen import choose
from bcf_payments.cli.layout import show
from bcf_payments.errors import InputError

if TYPE_CHECKING:
    from pandas import DataFrame

    from bcf_payments.cli.chosen import Chosen
    from bcf_payments.simulation import OutcomeModel


def assurance(arguments: Namespace) -> None:
    """Show what assurance found, and write it if asked."""
    from bcf_payments.cli.assurance_screen import assurance_screen
    from bcf_payments.studies.assurance_report import assurance_counts, assurance_report

    chosen, only = _chosen(arguments)
    _, plans, _, assured = chosen.tables
    if assured is None:
        fix = "add the table assurance to INPUT: this command lists what stands in it"
        raise InputError([{"table": "assurance", "reason": "missing_table", "fix": fix}])
    found = assurance_report(assured, plans, chosen.scheme, model=_model(arguments), only=only)
    counts = assurance_counts(assured, chosen.scheme, only=only)
    show(assurance_screen(counts, found, chosen, _written(found, chosen, arguments)))


def _chosen(arguments: Namespace) -> tuple[Chosen, list[str] | None]:
    """What the command line names, and the codes of the areas that it asks for alone."""
    from bcf_payments.core.plan_lines import read_areas
    from bcf_payments.tables.checking import Findings
    from bcf_payments.tables.choosing import chosen_codes

    chosen = choose(arguments)
    findings = Findings(pattern=chosen.scheme.area_code_pattern.value)
    areas = read_areas(chosen.tables.areas, findings)
    findings.refuse()
    return chosen, chosen_codes(areas, chosen.only) if chosen.only else None


def _model(arguments: Namespace) -> OutcomeModel | None:
    """The noise that is asked for, if any is."""
    from bcf_payments.simulation import OutcomeModel

    named = {name: getattr(arguments, name) for name in ("dispersion", "relative_sd")}
    given = {name: value for name, value in named.items() if value is not None}
    return OutcomeModel(**given) if given else None


def savings(arguments: Namespace) -> None:
    """Show what the plans save, and what was achieved, and write it if asked."""
    from bcf_payments.cli.assurance_screen import savings_screen
    from bcf_payments.files import read_csv
    from bcf_payments.studies.savings import savings as saved_by

    chosen, only = _chosen(arguments)
    areas, plans, outcomes, _ = chosen.tables
    values = read_csv(arguments.unit_values, "unit_values")
    saved = saved_by(
        plans,
        values,
        outcomes,
        by=arguments.by,
        areas=areas,
        scheme=chosen.scheme,
        on_missing=chosen.on_missing,
        only=only,
    )
    show(savings_screen(saved, chosen, _written(saved, chosen, arguments)))


def _written(found: DataFrame, chosen: Chosen, arguments: Namespace) -> list[Path]:
    """Write a table with the names of its areas, if asked, and that the input has no problems."""
    from bcf_payments.cli.problems import no_problems, write_problems
    from bcf_payments.core.written import with_names
    from bcf_payments.given import notices_of
    from bcf_payments.returns.writing import write_csv

    if arguments.problems:
        write_problems(no_problems(), arguments.problems)
    named, notices = with_names(found, chosen.tables.areas), notices_of({"found": found})
    return write_csv(named, arguments.out, notices) if arguments.out else []
