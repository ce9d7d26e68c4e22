"""The pages: the report of a settlement, and one area's explanation."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pandas as pd

from bcf_payments.explanation.answer import answer, findings_of
from bcf_payments.explanation.figures import (
    Figures,
    areas,
    follows,
    fund,
    missing,
    money,
    reasons,
    regions,
    results,
    reviews,
)
from bcf_payments.explanation.findings import warnings
from bcf_payments.explanation.page import facts_cited, made_from
from bcf_payments.explanation.pooled import told_pool
from bcf_payments.files.writing import write_page
from bcf_payments.given import guarded
from bcf_payments.html.document import document
from bcf_payments.html.elements import Html, bullets, section
from bcf_payments.report.areas import areas_explained
from bcf_payments.report.chance import FACTS, ChanceBeside
from bcf_payments.report.findings import chapter_html, finding_html
from bcf_payments.report.glance import money_at_a_glance
from bcf_payments.settlement import Settlement
from bcf_payments.simulation.result import Simulation
from bcf_payments.studies.assumed import assumed
from bcf_payments.studies.assumptions import assumptions
from bcf_payments.words import printable

NATIONAL = (follows, fund, money, reasons, results, regions, areas, reviews, missing)
"""What is told of the nation, in this order."""

_HEADING = re.compile(r'<h2 id="([^"]+)">(.*?)</h2>')


@guarded
def report_html(
    settlement: Settlement,
    *,
    chance: Simulation | None = None,
    chance_note: str = "",
    contributions: pd.DataFrame | None = None,
) -> str:
    """The report of a settlement as one HTML page: see `write_report`."""
    figures = Figures(settlement)
    scheme = settlement.scheme
    luck = ChanceBeside.of(chance, figures, chance_note) if chance and scheme.metric_lines else None
    found = assumed(assumptions(settlement)) if scheme.lines else ()
    first = section("answer", "In short", bullets(f"{label}: {text}." for label, text in answer(figures)))
    pool = None if contributions is None else told_pool(settlement, contributions)
    explained, cited = areas_explained(settlement, figures, luck, pool)
    for _, rule in scheme.cited():
        cited.update(rule.source)
    for alternative in scheme.alternatives:
        cited.update(alternative.source)
    cited.update(FACTS if luck else ())
    parts = [
        money_at_a_glance(figures, luck) if scheme.lines else first,
        *(finding_html(figures, told) for told in findings_of(figures, NATIONAL)),
        finding_html(figures, pool.finding) if pool else Html(),
        finding_html(figures, warnings(settlement.warnings)),
        chapter_html(figures, "assumptions", "Assumptions and what they cost", found) if found else Html(),
        explained,
        luck.national() if luck else Html(),
        facts_cited(cited, scheme.facts),
        made_from(settlement.provenance, scheme.label),
    ]
    shown = [part for part in parts if part]
    contents = [(place, Html(title)) for part in shown for place, title in _HEADING.findall(part)]
    lead = f"{scheme.title} ({scheme.label})"
    part = f" of {printable(settlement.whole)}" if settlement.case.is_part else ""
    title = f"{'Performance payments' if scheme.lines else 'Metrics that are watched'}{part}"
    notices = tuple(dict.fromkeys((*settlement.notices, *(pool.notices if pool else ()))))
    return document(title, lead, notices, shown, contents=contents, script=True)


@guarded
def write_report(
    settlement: Settlement,
    path: str | os.PathLike[str],
    *,
    chance: Simulation | None = None,
    chance_note: str = "",
    contributions: pd.DataFrame | None = None,
) -> Path:
    """Write the report of a settlement: one self-contained HTML page, to read, to search and to print.

    Parameters
    ----------
    settlement : Settlement
        Resolved or not; with `through`, the page says what may still come.
    path : str or path
        The file to write, or to replace.
    chance : Simulation, optional
        What the same areas could have earned by chance: it stands beside what each earned, where any line
        pays on a metric.
    chance_note : str
        What the simulation is, a paragraph a line; by default what its model says of itself.
    contributions : DataFrame, a row per area, contributor and component, optional
        As `pool` takes it: the page then tells what goes into the pools, and each area's part of it.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        The simulation is of other rules or other areas; every fault of the contributions.
    OSError
        The file cannot be written.

    Notes
    -----
    The page asks no network, works without its script (which finds areas by name, code or region, and sorts
    tables), and holds the notices of the input, the facts behind the rules, and the digests of what it was
    made from. The same settlement gives the same bytes. Source: G1-G6, and those of the scheme.

    Examples
    --------
    >>> import tempfile
    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = bcf.write_report(settlement, f"{folder}/report.html")
    ...     "£91,748,240.00 released" in page.read_text(encoding="utf-8")
    True
    """
    page = report_html(settlement, chance=chance, chance_note=chance_note, contributions=contributions)
    return write_page(page, path)
