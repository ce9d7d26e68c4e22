"""How a simulation shows itself: one line in a terminal, a small table in a notebook, its model beside it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from bcf_payments.schemes.fields import line_title
from bcf_payments.words import NOTHING_PAID, estimated_pounds, pounds, printable

if TYPE_CHECKING:
    from bcf_payments.simulation.drawn import Drawn


def simulation_line(simulation: Drawn, nation: Mapping[Hashable, Any]) -> str:
    """A simulation in one line."""
    mean = estimated_pounds(nation["earned_mean_pence"])
    through = f", known through {simulation.through}" if simulation.through else ""
    areas = f"{len(simulation.expected.areas):,} areas"
    money = f"earned {mean} on average" if simulation.scheme.lines else NOTHING_PAID
    return f"<Simulation of {simulation.scheme.label}{through}: {areas}, {simulation.draws:,} draws, {money}>"


def simulation_html(simulation: Drawn, nation: Mapping[Hashable, Any], lines: pd.DataFrame) -> str:
    """A simulation as an HTML table: all areas, then each line; the model and notices below."""
    heads = (
        "Payment point",
        "Line",
        "Entitlement",
        "On expected outcomes",
        "Mean earned",
        "± s.e.",
        "Targets met",
    )
    if lines.empty:
        sentences = (simulation_line(simulation, nation)[1:-1], *simulation.notices)
        return "".join(f"<p>{escape(printable(text))}</p>" for text in sentences)
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = "".join(
        "<tr>"
        f'<td style="text-align:left">{escape(row["wave"])}</td>'
        f'<td style="text-align:left">{escape(line_title(simulation.scheme, row["line"]))}</td>'
        f"<td>{pounds(row['entitlement_pence'])}</td><td>{pounds(row['expected_pence'])}</td>"
        f"<td>{estimated_pounds(row['earned_mean_pence'])}</td>"
        f"<td>{estimated_pounds(row['earned_mean_se_pence'])}</td>"
        f"<td>{_per_cent(row['probability_met'])}</td></tr>"
        for row in lines.to_dict("records")
    )
    whole = escape(printable(simulation.expected.whole))
    mean = estimated_pounds(nation["earned_mean_pence"])
    low, high = pounds(nation["earned_p05_pence"]), pounds(nation["earned_p95_pence"])
    sentences = (
        f"In {whole} {mean} is earned on average, conditions included.",
        f"In 90% of {simulation.draws:,} draws it earns between {low} and {high}.",
        f"Model: {simulation.model.describe()}.",
        *held_sentences(simulation),
        *simulation.notices,
    )
    below = "".join(f"<p><small>{escape(sentence)}</small></p>" for sentence in sentences)
    caption = f"{escape(simulation.scheme.title)}: {escape(simulation.scheme.label)}, simulated"
    table = f"<caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f"<table>{table}</table>{below}"


def held_sentences(simulation: Drawn) -> list[str]:
    """What stood still and why, in a sentence for each line."""
    held = simulation.held.groupby(["wave", "metric", "why"], sort=False).size().reset_index(name="areas")
    return [
        f"Held at the expected rate: {line_title(simulation.scheme, row['metric'])}, {row['wave']}, in"
        f" {row['areas']} of {len(simulation.expected.areas)} areas, because {row['why']}."
        for row in held.to_dict("records")
    ]


def _per_cent(share: float) -> str:
    return "" if share != share else f"{share:.1%}"  # noqa: PLR0124 - NaN
