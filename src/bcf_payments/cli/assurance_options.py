"""What may be written after `assurance` and `savings`."""

from __future__ import annotations

from argparse import ArgumentParser

from bcf_payments.cli.options import add_plans, csv_path


def add_assurance(command: ArgumentParser) -> None:
    """Add the plans and where the findings go; nothing is settled."""
    add_plans(command)
    command.set_defaults(on_missing="withhold")
    command.add_argument(
        "--dispersion", metavar="X", type=float, help="the variance over that of pure counting (default: 1)"
    )
    command.add_argument(
        "--relative-sd",
        metavar="X",
        type=float,
        help="standard deviation of an area's own effect, which does not shrink with size (default: 0)",
    )
    command.add_argument(
        "--out", metavar="FILE.csv", type=csv_path, help="write every finding into this file"
    )


def add_savings(command: ArgumentParser) -> None:
    """Add the plans, what a unit saves, and what is added up over."""
    add_plans(command)
    command.add_argument(
        "--unit-values",
        metavar="FILE.csv",
        type=csv_path,
        required=True,
        help="what one unit less (or, where higher is better, more) saves: metric, pounds, source",
    )
    command.add_argument(
        "--by",
        choices=("area", "region", "nation"),
        default="nation",
        help="what to add up over (default: nation)",
    )
    command.add_argument(
        "--on-missing",
        choices=("raise", "withhold"),
        help="plans without an outcome: refuse the input, or count them as missing (default: raise; withhold"
        " for an example)",
    )
    command.add_argument("--out", metavar="FILE.csv", type=csv_path, help="write the savings into this file")
