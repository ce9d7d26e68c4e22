"""Pictures drawn from the command line, into files."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from functools import partial
from inspect import Parameter, signature
from pathlib import Path
from typing import Any

from bcf_payments.cli.planning_options import OPTIONS
from bcf_payments.errors import InputError, require_extra
from bcf_payments.files.replacing import write_files
from bcf_payments.settlement import Settlement
from bcf_payments.tables.lookup import code_of
from bcf_payments.words import listed, spoken

UNDATED: dict[str, dict[str, Any]] = {".png": {}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}
"""What else stands in a file: no time, so that the same settlement gives the same bytes."""


def draw(settled: Settlement, arguments: Namespace) -> tuple[str, Path]:
    """Draw the picture that the command line names; its title, and its file."""
    require_extra("matplotlib", "bcf-payments plot").use("agg")
    from bcf_payments import plots

    picture: Callable[..., Any] = getattr(plots, arguments.picture)
    figure = picture(**_given(settled, arguments, picture)).figure
    (file,) = write_files({arguments.out.name: partial(save, figure)}, arguments.out.parent)
    return f"Picture of {spoken(arguments.picture)}", file


def save(figure: Any, file: Path) -> None:
    """Write a figure into a file, and let go of it."""
    import matplotlib as mpl
    from matplotlib import pyplot as plt

    with mpl.rc_context({"svg.hashsalt": "bcf-payments"}):
        figure.savefig(file, metadata=UNDATED[file.suffix])
    plt.close(figure)


def _given(settled: Settlement, arguments: Namespace, picture: Callable[..., Any]) -> dict[str, Any]:
    """The arguments of a picture: the settlement, and what the command line says of the rest."""
    wanted = signature(picture).parameters
    chosen = {option: getattr(arguments, option) for option in OPTIONS}
    chosen = {option: value for option, value in chosen.items() if value is not None}
    needed = {
        option
        for option, name in OPTIONS.items()
        if name in wanted and wanted[name].default is Parameter.empty and name != "simulation"
    }
    _check(arguments.picture, set(chosen), needed, {one for one, name in OPTIONS.items() if name in wanted})
    given = {OPTIONS[option]: value for option, value in chosen.items()}
    if "area_code" in given:
        given["area_code"] = code_of(settled.areas, given["area_code"])
    if "after" in wanted:
        return given | {"before": settled, "after": settled.under(arguments.against)}
    if "quality" in wanted:
        from bcf_payments.report.chance import quality_beside

        return given | {"quality": quality_beside(settled)}
    if "simulation" in wanted:
        from bcf_payments.report.chance import DRAWS, chance_beside

        given["simulation"], _ = chance_beside(settled, arguments.draws or DRAWS, arguments.seed or 0)
    return given | {"settlement": settled}


def _check(picture: str, chosen: set[str], needed: set[str], taken: set[str]) -> None:
    """Refuse options that a picture does not take, and the lack of one that it needs."""
    wrong = sorted(chosen - taken) + sorted(needed - chosen)
    if wrong:
        options = [f"--{option}" for option in OPTIONS if option in taken]
        required = [f"--{option}" for option in OPTIONS if option in needed]
        fix = f"{picture} takes {listed(options)}" if options else f"{picture} takes none of these options"
        fix += f", and needs {listed(required)}" if required else ""
        fault = {"table": "options", "reason": "unknown_value", "fix": fix}
        raise InputError([fault | {"column": option} for option in wrong])
