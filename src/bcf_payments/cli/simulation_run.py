"""Running a simulation from the command line: its settings, its workers, its progress, its files."""

from __future__ import annotations

import json
import re
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from bcf_payments.cli.simulation_options import asked_model, has_own_noise
from bcf_payments.cli.workers import Workers
from bcf_payments.core.provenance import scheme_digest, table_digest
from bcf_payments.core.written import with_names
from bcf_payments.files import write_tables
from bcf_payments.files.interrupts import uninterrupted
from bcf_payments.schemes.having import refuse_without_money
from bcf_payments.settlement import settle
from bcf_payments.simulation import Simulation, simulate
from bcf_payments.simulation.settings import (
    Setting,
    high_setting,
    low_setting,
    own_setting,
    quality_of,
)

if TYPE_CHECKING:
    from bcf_payments.cli.chosen import Chosen
    from bcf_payments.files import FileFormat
    from bcf_payments.settlement import Settlement
    from bcf_payments.simulation import MeasureQuality
    from bcf_payments.simulation.model import OnUnknownSize

FORMAT = 1
"""The version of the layout of `simulation.json`."""

TABLES: Mapping[str, Callable[[Simulation], pd.DataFrame]] = {
    "simulated_areas": lambda simulation: simulation.to_frame(),
    "simulated_area_lines": lambda simulation: simulation.lines,
    "simulated_lines": lambda simulation: simulation.summary("line"),
    "simulated_{whole}": lambda simulation: simulation.summary(),
    "simulated_distribution": lambda simulation: simulation.distribution(),
    "simulated_held": lambda simulation: simulation.held,
}
"""What is written of each setting, one below the other; no input table has these names."""


class Simulated(NamedTuple):
    """What chance pays under each setting, beside what the outcomes pay (None where there are none)."""

    settings: tuple[Setting, ...]
    simulations: tuple[Simulation, ...]
    qualities: tuple[MeasureQuality, ...]
    observed: Settlement | None
    on_unknown_size: str
    workers: int


def run_simulation(arguments: Namespace, chosen: Chosen) -> Simulated:
    """Settle the outcomes, as far as they are known, and simulate under each setting of noise."""
    refuse_without_money(chosen.scheme, "a simulation")
    tables = chosen.tables
    kind, default = _size_defaults(arguments)
    size: OnUnknownSize = arguments.on_unknown_size or default
    why = "as asked" if arguments.on_unknown_size else f"the default for an {kind}"
    observed = None
    if len(tables.outcomes):
        observed = settle(
            *tables,
            chosen.scheme,
            only=arguments.only,
            through=arguments.through,
            on_missing=chosen.on_missing,
        )
    settings = _settings(arguments, size, observed)
    with _workers(arguments.workers) as executor:
        simulations = tuple(
            simulate(
                tables.areas,
                tables.plans,
                tables.assurance,
                chosen.scheme,
                outcomes=tables.outcomes,
                model=setting.model,
                draws=arguments.draws,
                seed=arguments.seed,
                only=arguments.only,
                through=arguments.through,
                executor=executor,
                progress=sys.stderr.isatty() and find_spec("tqdm") is not None,
                on_missing=chosen.on_missing,
            )
            for setting in settings
        )
    qualities = tuple(
        quality_of(simulation.expected, setting.model, observed)
        for setting, simulation in zip(settings, simulations, strict=True)
    )
    option = f"--on-unknown-size {size}, {why}"
    return Simulated(settings, simulations, qualities, observed, option, arguments.workers)


def _size_defaults(arguments: Namespace) -> tuple[str, OnUnknownSize]:
    """Say what kind of input is simulated, and what unknown sizes mean in it unless asked otherwise."""
    return ("example", "hold") if arguments.input is None else ("INPUT", "raise")


def _settings(arguments: Namespace, size: OnUnknownSize, observed: Settlement | None) -> tuple[Setting, ...]:
    """The low setting, and beside it what is asked for, or else as much noise as can be estimated."""
    asked = asked_model(arguments, size)
    if has_own_noise(arguments):
        return low_setting(asked), own_setting(asked)
    high = high_setting(asked, observed) if observed else None
    return (low_setting(asked), high) if high else (low_setting(asked),)


@contextmanager
def _workers(count: int) -> Iterator[Executor | None]:
    """Processes that are gone at once when Ctrl-C is pressed; for a single worker, none."""
    if count == 1:
        yield None
        return
    with uninterrupted() as interrupts:
        workers = Workers(count)
        try:
            with interrupts.let_in():
                yield workers
        finally:
            workers.stop()


def write_simulated(
    simulated: Simulated, chosen: Chosen, folder: Path, file_format: FileFormat | None
) -> list[Path]:
    """Write what the simulations found, with a column `noise`, and the models as JSON."""
    names = [setting.name for setting in simulated.settings]
    whole = "_".join(re.findall(r"\w+", chosen.scheme.whole.lower()))
    tables = {
        name.format(whole=whole): pd.concat(map(table_of, simulated.simulations), keys=names, names=["noise"])
        .reset_index("noise")
        .reset_index(drop=True)
        for name, table_of in TABLES.items()
    }
    areas = simulated.simulations[0].expected.areas
    tables = {name: with_names(table, areas) for name, table in tables.items()}
    place = folder / "simulation.xlsx" if file_format == "xlsx" else folder
    return write_tables(
        tables,
        place,
        file_format=file_format,
        notices=simulated.simulations[0].notices,
        documents={"simulation.json": _document(simulated, chosen)},
    )


def _document(simulated: Simulated, chosen: Chosen) -> str:
    """What makes the same figures come out again."""
    first = simulated.simulations[0]
    given = chosen.tables._asdict().items()
    digests = {name: table_digest(table) for name, table in given if table is not None}
    sections = {
        "format": FORMAT,
        "versions": first.expected.provenance["versions"],
        "options": {
            "scheme": first.scheme.name,
            "through": first.through,
            "on_missing": chosen.on_missing,
            "draws": first.draws,
            "seed": first.seed,
        },
        "noise": {
            setting.name: {"model": setting.model.model_dump(mode="json"), "remarks": list(setting.remarks)}
            for setting in simulated.settings
        },
        "sha256": {"scheme": scheme_digest(first.scheme), **digests},
        "notices": list(first.notices),
    }
    return json.dumps(sections, indent=2) + "\n"
