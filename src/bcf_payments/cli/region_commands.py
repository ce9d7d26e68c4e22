"""What the commands `regions` and `evaluate` do."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from bcf_payments.cli.chosen import resolve_chosen, settle_chosen
from bcf_payments.cli.layout import show
from bcf_payments.errors import InputError

if TYPE_CHECKING:
    from bcf_payments.settlement import Settlement
    from bcf_payments.simulation import Simulation


def regions(arguments: Namespace) -> None:
    """Show one region on one page, or all of them in short, and write it if asked."""
    from bcf_payments.cli.region_screen import region_screen, regions_screen
    from bcf_payments.core.written import with_names
    from bcf_payments.report.region import regional_report
    from bcf_payments.returns.writing import write_csv
    from bcf_payments.studies.peers import LIKE, peers

    given, region = _region_or_input(arguments)
    chosen, settled = settle_chosen(given)
    settled = resolve_chosen(settled, arguments.decisions)
    like, file = arguments.like or LIKE, arguments.out
    if region is None:
        found, written = peers(settled, like=like), []
        if file and file.suffix != ".csv":
            fix = f"name one of the regions before INPUT: {', '.join(sorted(set(settled.areas['region'])))}"
            raise InputError(
                [{"table": "options", "reason": "missing_value", "column": "region", "fix": fix}]
            )
        if file:
            written = write_csv(with_names(found, settled.areas), file, settled.notices)
        show(regions_screen(found, settled, chosen, written))
        return
    report = regional_report(settled, region, like=like)
    if file and file.suffix == ".csv":
        written = write_csv(with_names(report.peers, settled.areas), file, settled.notices)
    else:
        written = [report.write(file)] if file else []
    show(region_screen(report, chosen, written))


def _region_or_input(arguments: Namespace) -> tuple[Namespace, str | None]:
    """The arguments and the region: one word that names a file or folder is the input."""
    word = arguments.region
    if word and arguments.input is None and not arguments.example and Path(word).exists():
        return Namespace(**vars(arguments) | {"input": word}), None
    return arguments, word


def evaluate(arguments: Namespace) -> None:
    """Show what was planned, achieved and paid, beside chance if asked, and write it if asked."""
    from bcf_payments.cli.region_screen import evaluation_screen
    from bcf_payments.core.written import with_names
    from bcf_payments.returns.writing import write_csv
    from bcf_payments.studies.evaluation import evaluate as evaluated

    chosen, settled = settle_chosen(arguments)
    chance = _chance_alone(settled, arguments.chance) if arguments.chance else None
    found = evaluated(settled, chance, by=arguments.by)
    notices = found.attrs["notices"]
    written = write_csv(with_names(found, settled.areas), arguments.out, notices) if arguments.out else []
    show(evaluation_screen(found, settled, chosen, chance, written))


def _chance_alone(settled: Settlement, draws: int) -> Simulation:
    """As if nothing changed but by chance, with as much noise as the outcomes show."""
    from bcf_payments.simulation import OutcomeModel, simulate
    from bcf_payments.simulation.settings import high_setting, low_setting

    asked = OutcomeModel(on_unknown_size="hold")
    setting = high_setting(asked, settled) or low_setting(asked)
    areas, plans, _, assurance = settled.inputs
    return simulate(
        areas,
        plans,
        assurance,
        settled.scheme,
        model=setting.model,
        draws=draws,
        only=settled.only,
        on_missing="withhold",
    )
