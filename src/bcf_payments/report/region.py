"""One region on one page: its money, its targets, its reviews, and who can support whom."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.explanation.answer import answer
from bcf_payments.explanation.figures import Figures, areas, follows, missing, money, results, reviews
from bcf_payments.explanation.findings import Finding, Points, Table, told_results
from bcf_payments.explanation.text import escaped
from bcf_payments.explanation.watched import areas_watched
from bcf_payments.files.writing import write_page
from bcf_payments.given import guarded, handed_out, take
from bcf_payments.html.document import document
from bcf_payments.html.elements import bullets
from bcf_payments.names import CONDITIONS, SLOT_KEY
from bcf_payments.report.findings import finding_html
from bcf_payments.report.markdown import finding_markdown
from bcf_payments.schemes.having import measured
from bcf_payments.settlement import Settlement
from bcf_payments.studies.peers import LIKE, nobody, peers, peers_known
from bcf_payments.tables.lookup import folded
from bcf_payments.words import Column, listed, one_of, printable, several, spoken, titled

TOLD = {"met": "met", "missing": "no data", "not_due": "not due", "None": "not watched"}
"""What stands in place of a helper where a line needs none, or none can be told."""

NOBODY = "missed by all"

NARROWED = ("region", "code", "text")
"""Kinds of columns that the money of a region does without."""

NEAREST = 5
"""How many are named of the areas that one could help."""


@dataclass(frozen=True, eq=False, repr=False)
class RegionalReport:
    """What the lead chief executive of a region needs on one page; made by `regional_report`.

    `str()` and a notebook have it in Markdown, `to_html` and `write` as a page.

    Attributes
    ----------
    region : str
        As it is written in the table of areas.
    settlement : Settlement
        The areas of the region alone: the same figures, to the penny, as in the settlement of all.
    peers : DataFrame
        Who can help the areas of the region, in whichever region they are: see `bcf_payments.peers`.
    helps : DataFrame
        The rows of peers, of any region, in which an area of this region is named to help.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> bcf.regional_report(settlement, "North East")
    <RegionalReport of North East: 12 areas, 42 missed lines>
    """

    region: str
    settlement: Settlement
    peers: pd.DataFrame
    helps: pd.DataFrame
    names: dict[str, str] = field(repr=False)

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences that must stand wherever the result is shown."""
        return self.settlement.notices

    @property
    def title(self) -> str:
        """What the page is about."""
        about = "performance payments" if self.settlement.scheme.lines else "metrics that are watched"
        return f"{printable(self.region)}: {about}"

    @cached_property
    def figures(self) -> Figures:
        """The region's figures, added up."""
        return Figures(self.settlement)

    @property
    def answer(self) -> list[tuple[str, str]]:
        """The answer first: labelled sentences."""
        return list(answer(self.figures))

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What there is to say, once for screen, Markdown and page."""
        figures = self.figures
        scheme = self.settlement.scheme
        asks = scheme.metric_lines or (measured(scheme) and len(self.peers) + len(self.helps))
        helpers = [_targets(figures, self.peers)] if asks else []
        helped = [_helps(self.helps)] if asks else []
        if not scheme.lines:
            return (results(figures), *(helpers or [areas_watched(figures)]), *helped)
        return (
            _by_point(figures),
            _by_area(figures),
            *(helpers or [results(figures)]),
            reviews(figures),
            *helped,
            follows(figures),
            *([missing(figures)] if figures.nation["missing"] else []),
        )

    def to_markdown(self) -> str:
        """Write the report as Markdown.

        Returns
        -------
        str

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
        >>> print(bcf.regional_report(settlement, "North East").to_markdown().splitlines()[0])
        # North East: performance payments
        """
        scheme = self.settlement.scheme
        parts = [f"# {escaped(self.title)}", escaped(f"{scheme.title} ({scheme.label})")]
        parts += [f"*{escaped(notice)}*" for notice in self.notices]
        parts += ["\n".join(f"- **{label}**: {escaped(text)}" for label, text in self.answer)]
        parts += [finding_markdown(self.figures, found, self.names) for found in self.findings]
        return printable("\n\n".join(filter(None, parts))) + "\n"

    def to_html(self) -> str:
        """Write the report as one HTML page that needs no network.

        Returns
        -------
        str

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
        >>> "£31.0m of £48.2m due" in bcf.regional_report(settlement, "North East").to_html()
        True
        """
        scheme = self.settlement.scheme
        lead = f"{scheme.title} ({scheme.label})"
        first = bullets(f"{label}: {text}." for label, text in self.answer)
        named = (found.with_areas(self.names) for found in self.findings)
        parts = [first, *(finding_html(self.figures, found) for found in named)]
        return document(self.title, lead, self.notices, [part for part in parts if part])

    def write(self, path: str | os.PathLike[str]) -> Path:
        """Write the report into a file: Markdown where its name ends in `.md`, else a page.

        Parameters
        ----------
        path : str or path
            The file to write, or to replace.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        OSError
            The file cannot be written.
        """
        return write_page(self.to_markdown() if Path(path).suffix == ".md" else self.to_html(), path)

    def __str__(self) -> str:
        return self.to_markdown()

    def __repr__(self) -> str:
        nation = self.figures.nation
        many = several(len(self.settlement.areas), "area")
        lines = several(nation["partly_met"] + nation["not_met"], "missed line")
        told = lines if self.settlement.scheme.lines else told_results(self.settlement.assessments["status"])
        return f"<RegionalReport of {printable(self.region)}: {many}, {told}>"

    def _repr_markdown_(self) -> str:
        return self.to_markdown()


@guarded
def regional_report(settlement: Settlement, region: str, *, like: Sequence[str] = LIKE) -> RegionalReport:
    """Put on one page what the lead chief executive of a region needs: money, targets, reviews, support.

    Parameters
    ----------
    settlement : Settlement
        Of all areas, as helpers are looked for among all of them; resolved or not.
    region : str
        As in the table `areas`, in any case.
    like : sequence of str
        By what areas are alike: see `peers`.

    Returns
    -------
    RegionalReport

    Raises
    ------
    InputError
        No such region (the fix names those that there are), or what `peers` refuses.

    Notes
    -----
    Every sum is that of the region in `settlement.summary("region")`. Beside each target that an area missed
    stands the area most alike that met it, of whatever region. Each region has a lead chief executive, and
    areas that miss targets are helped by their peers (A8); a missed target leads to a review, in which money
    stays with the area (A5, A6, B4-B6).

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> report = bcf.regional_report(settlement, "north east")
    >>> report.peers.loc[0, ["line", "peer_code"]].tolist(), report.names["E06000005"]
    (['delayed_transfers', 'E06000005'], 'Darlington')
    """
    name = _region_of(settlement, region)
    everybody = settlement.areas
    codes = everybody.loc[everybody["region"].map(folded) == folded(name), "area_code"].tolist()
    found = _helpers(settlement, like)
    mine, helps = (found[found[column].isin(codes)] for column in ("area_code", "peer_code"))
    mine, helps = (handed_out(table.reset_index(drop=True), settlement.notices) for table in (mine, helps))
    names = dict(zip(everybody["area_code"], everybody["area_name"].astype(str), strict=True))
    return RegionalReport(name, _alone(settlement, codes), mine, helps, names)


def _helpers(settlement: Settlement, like: Sequence[str]) -> pd.DataFrame:
    """Who can help whom; where nothing is paid, as far as it is known by what areas are alike."""
    if settlement.scheme.lines or tuple(like) != LIKE:
        return peers(settlement, like=like)
    known = peers_known(settlement)
    return nobody() if known is None else known


def _region_of(settlement: Settlement, region: str) -> str:
    """The region as the table has it."""
    take(region, str, "region", "give the name of a region as text")
    known = {folded(name): str(name) for name in sorted(set(settlement.areas["region"]))}
    if folded(region) in known:
        return known[folded(region)]
    fault = {"table": "areas", "reason": "unknown_value", "column": "region", "value": region}
    near = [name for name in known if folded(region) in name]
    near = near if len(near) == 1 else get_close_matches(folded(region), known, n=1)
    fix = f"did you mean {known[near[0]]}?" if near else one_of(known.values())
    raise InputError([fault | {"fix": fix}])


def _alone(settlement: Settlement, codes: list[str]) -> Settlement:
    """The same settlement of some areas alone, with what was decided on them."""
    alone = Settlement.of(
        *settlement.inputs,
        settlement.scheme,
        only=codes,
        through=settlement.through,
        on_missing=settlement.on_missing,
    )
    if not settlement.is_resolved:
        return alone
    decided = settlement.decisions
    return alone.resolve(None if decided is None else decided[decided["area_code"].isin(codes)])


def _by_area(figures: Figures) -> Finding:
    """Money of every area of the region, in lines that are not broken on paper."""
    found = areas(figures)
    tables = (
        part._replace(columns=[column for column in part.columns if column.kind not in NARROWED])
        for part in found.parts
        if isinstance(part, Table)
    )
    return found._replace(title="Money by area", parts=tuple(tables))


def _by_point(figures: Figures) -> Finding:
    """Money by payment point, without the lines."""
    found = money(figures)
    points = (part.tables[0] if isinstance(part, Points) else part for part in found.parts)
    return found._replace(title="Money by payment point", parts=tuple(points))


def _targets(figures: Figures, found: pd.DataFrame) -> Finding:
    """Whether each area met each target, and if not, who could help."""
    first = found[found["rank"] == 1].set_index([*SLOT_KEY])["peer_code"].to_dict()
    assessed = figures.result.assessments
    rows = assessed[assessed["line"] != CONDITIONS]
    status = rows.set_index([*SLOT_KEY])["status"].to_dict()
    codes, lines = rows["area_code"].unique().tolist(), rows[["wave", "line"]].drop_duplicates()
    columns = []
    for wave, line in lines.itertuples(index=False):
        keys = [(code, wave, line) for code in codes]
        known = [status.get(key) for key in keys]
        cells = [TOLD.get(str(said)) or first.get(key, NOBODY) for key, said in zip(keys, known, strict=True)]
        met = f"{known.count('met')} of {len(known) - known.count(None)} met"
        heading = f"{titled(line)}, {wave}"
        columns.append(Column(heading, [*cells, met], "area"))
    where = "Met, or the area most alike of those in any region that met the target: where to begin to ask."
    alike = [f"Alike in {listed([spoken(name) for name in said.split(', ')])}." for said in found["like"][:1]]
    table = Table("Targets by area", Column("Area", [*codes, "Total"], "area"), columns, total=True)
    return Finding("targets", "Targets, and who could help", (where, *alike, table))


def _helps(found: pd.DataFrame) -> Finding:
    """Which areas the areas of this region could help."""
    best = found[found["rank"] == 1].sort_values("distance", kind="stable")
    helped = best.drop_duplicates(["area_code", "peer_code"]).groupby("peer_code")["area_code"].agg(tuple)
    title = "Whom areas of this region could help"
    if helped.empty:
        return Finding("helps", title, ("None is the one most alike to an area that missed what it met.",))
    areas_of = Column("Areas", [len(codes) for codes in helped])
    nearest_of = Column("Nearest", [codes[:NEAREST] for codes in helped], "areas")
    caption = "Areas that missed a target, and have this one as the most alike of those that met it"
    table = Table(caption, Column("Area", helped.index.tolist(), "area"), [areas_of, nearest_of])
    return Finding("helps", title, (table,))
