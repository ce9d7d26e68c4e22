"""What may be written after `regions` and `evaluate`."""

from __future__ import annotations

from argparse import ArgumentParser

from bcf_payments.cli.options import add_decisions, add_input, csv_path
from bcf_payments.cli.outputs import path_ending
from bcf_payments.cli.simulation_options import whole_number


def add_regions(command: ArgumentParser) -> None:
    """Add the region, what is settled, by what areas are alike, and where the page goes."""
    command.add_argument(
        "region", nargs="?", metavar="REGION", help="the name of a region (default: all regions in short)"
    )
    add_input(command)
    add_decisions(command)
    command.add_argument(
        "--like",
        nargs="+",
        metavar="COLUMN",
        help="by what areas are alike: columns of areas, or quotients such as"
        " 'population_65_plus / population' (default: population, and this quotient)",
    )
    command.add_argument(
        "--out",
        metavar="FILE",
        type=path_ending(".html", ".md", ".csv"),
        help="write the page of a region into this file, which ends in .html or .md; or, ending in .csv, who"
        " could help each area that missed a metric",
    )


def add_evaluate(command: ArgumentParser) -> None:
    """Add what is settled, what is added up over, and how often chance is drawn."""
    add_input(command)
    command.add_argument(
        "--by",
        choices=("area", "region", "nation"),
        default="nation",
        help="what to add up over (default: nation)",
    )
    command.add_argument(
        "--chance",
        metavar="DRAWS",
        type=whole_number(1),
        help="draw what chance alone would have paid so often, and set it beside",
    )
    command.add_argument(
        "--out", metavar="FILE.csv", type=csv_path, help="write the evaluation into this file"
    )
