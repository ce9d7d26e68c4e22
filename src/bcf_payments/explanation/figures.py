"""What a settlement comes to, as findings: by payment point and line, region and area, and what follows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

import pandas as pd

from bcf_payments.core.frames import By
from bcf_payments.core.result import Result
from bcf_payments.explanation.findings import Finding, Part, Points, Table
from bcf_payments.names import AWAITING_DECISION, CONDITIONS, OFTEN_NIL, SLOT_KEY, STATUS_NAMES
from bcf_payments.schemes import Slot
from bcf_payments.schemes.fields import announcement, component_titles, line_title
from bcf_payments.schemes.held_back import destinations, stays_with_the_area
from bcf_payments.schemes.levels import ends_in, reasons_in
from bcf_payments.schemes.parts import Wave
from bcf_payments.words import MONEY_HEADINGS, REASONS, Column, pounds, several, titled

MONEY_PARTS = {"earned": "Earned", "held": "Held back", "later": "Not yet due"}
"""The parts of an entitlement: what colours them, and what they are called."""

STATUSES = {str(name): titled(name) for name in STATUS_NAMES}

TRIGGERS = ("1", "0.9", "0.7")
"""Shares below which a missed line could lead to a review."""

NOTHING_HELD = "Nothing is held back."

MOST_HELD_BACK = 10
"""How many areas are named as those with most held back."""

_Told: TypeAlias = tuple[list[Column], Sequence[Mapping[Any, int]]]
"""Columns of figures, and what a bar of each row is made of."""

_Teller: TypeAlias = Callable[[pd.DataFrame], _Told]


@dataclass(frozen=True)
class Figures:
    """A settlement's figures, added up."""

    result: Result

    @cached_property
    def nation(self) -> dict[str, int]:
        """The national totals: see `with_parts`."""
        return {str(name): int(sum_) for name, sum_ in self.by("nation").iloc[0, 1:].items()}

    def by(self, key: By) -> pd.DataFrame:
        """A summary with the parts of its entitlements."""
        return with_parts(self.result.summary(key))

    @cached_property
    def parts(self) -> dict[str, str]:
        """The parts of entitlements that are not nil throughout."""
        return {part: title for part, title in MONEY_PARTS.items() if self.nation[part]}

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Every line of every area that pays: payments, its status, and what is held back for each reason."""
        statuses = self.result.assessments[[*SLOT_KEY, "status"]]
        lines = self.result.payments.merge(statuses, on=list(SLOT_KEY))
        held, why = lines["withheld_pence"], lines["held_reason"]
        return lines.assign(**{reason: held.where(why == reason, 0) for reason in REASONS})

    @cached_property
    def names(self) -> dict[str, str]:
        """The areas' names by their codes."""
        areas = self.result.areas.astype(str)
        return dict(zip(areas["area_code"], areas["area_name"], strict=True))

    @cached_property
    def to_come(self) -> tuple[Wave, ...]:
        """The payment points that are not due yet."""
        scheme, through = self.result.scheme, self.result.through
        return scheme.waves[scheme.wave_names.index(through) + 1 :] if through else ()

    @cached_property
    def wave_titles(self) -> dict[str, str]:
        """The titles of the payment points by their names."""
        return {wave.name: wave.title for wave in self.result.scheme.waves}

    @cached_property
    def line_titles(self) -> dict[str, str]:
        """The titles of the lines by their names."""
        scheme = self.result.scheme
        return {slot.name: line_title(scheme, slot.name) for slot in (*scheme.lines, *scheme.monitored)}


def with_parts(totals: pd.DataFrame) -> pd.DataFrame:
    """Totals of money with what is `due`, and the parts of the entitlement: `earned`, `held` and `later`.

    What is held back is told net of what was made good later, so that the parts add up.
    """
    return totals.assign(
        due=totals["entitlement_pence"] - totals["not_due_pence"],
        earned=totals["earned_pence"],
        held=totals["withheld_pence"] - totals["caught_up_pence"],
        later=totals["not_due_pence"],
    )


def bars(totals: pd.DataFrame) -> list[dict[Any, Any]]:
    """The parts of each entitlement."""
    return totals[list(MONEY_PARTS)].to_dict("records")


def fund(figures: Figures) -> Finding:
    """The fund by component, the performance pot among them."""
    titles = component_titles(figures.result.scheme)
    totals = figures.result.allocations.groupby("component", sort=False)["amount_pence"].sum()
    components = Column("Component", [*(titles[str(name)] for name in totals.index), "Total"], "text")
    amounts = Column("Amount", [*totals, totals.sum()], "pence")
    announced = None if figures.result.case.is_part else announcement(figures.result.scheme)
    table = Table("The fund by component, allocated to the areas", components, [amounts], total=True)
    told = (table, f"Announced as {announced}." if announced else "")
    return Finding("fund", "The fund", told if figures.result.scheme.amounts else ())


def _points(figures: Figures, what: str, by_line: pd.DataFrame, added: pd.DataFrame, told: _Teller) -> Points:
    """A table by payment point and one by line; `added` are the lines that points, and the total, add up."""
    waves = [wave for wave in figures.result.scheme.waves if wave.lines]
    names = [wave.name for wave in waves]
    total = added.sum().to_frame().T
    by_point = pd.concat([added.groupby(level="wave").sum().reindex(names, fill_value=0), total])
    adds_up = len(added) == len(by_line)
    below = pd.concat([by_line, total]) if adds_up else by_line
    of_waves, of_lines = (by_line.index.get_level_values(level) for level in ("wave", "line"))
    columns, parts = told(by_point)
    days = Column("Paid on", [*(wave.payment_date.value for wave in waves), None], "day")
    wave_key = Column("Payment point", [*names, "Total"], "wave")
    points = Table(f"{what} by payment point", wave_key, [days, *columns], total=True, bars=parts)
    columns, parts = told(below)
    within = Column("Payment point", [*of_waves, None][: len(below)], "wave")
    line_key = Column("Line", [*of_lines, "Total"][: len(below)], "line")
    caption = f"{what} by payment point and line"
    return Points(points, Table(caption, line_key, [within, *columns], total=adds_up, bars=parts))


def _names(slots: Iterable[Slot]) -> list[tuple[str, str]]:
    return [(slot.wave, slot.name) for slot in slots]


def money(figures: Figures) -> Finding:
    """Money by payment point and line, and how its columns hang together."""
    caught_up, later = figures.nation["caught_up_pence"], figures.nation["later"]
    shown = [name for name in MONEY_HEADINGS if name not in OFTEN_NIL or figures.nation[name]]
    totals = figures.by("line").set_index(["wave", "line"])[list(MONEY_HEADINGS)]
    identity = f"earned{' - caught up' * bool(caught_up)} + held back{' + not yet due' * bool(later)}"
    more = "Caught up is the part of what is earned that earlier payment points had held back."

    def told(rows: pd.DataFrame) -> _Told:
        columns = [Column(MONEY_HEADINGS[name], rows[name].tolist(), "pence") for name in shown]
        own = rows["earned_pence"] - rows["caught_up_pence"]
        parts = with_parts(rows).assign(earned=own, held=rows["withheld_pence"])
        return [*columns, _earned_share(rows)], bars(parts)

    return Finding(
        "points",
        "Performance money by payment point and line",
        (
            _points(figures, "Performance money", totals, totals, told),
            f"Entitlement = {identity}. Earned % is of what is due.",
            f"{more} Held back, net = held back - caught up." if caught_up else "",
        ),
        figures.parts,
    )


def _earned_share(totals: pd.DataFrame) -> Column:
    due = totals["entitlement_pence"] - totals["not_due_pence"]
    return Column("Earned %", list(zip(totals["earned_pence"], due, strict=True)), "share", spare=True)


def _totals(figures: Figures, totals: pd.DataFrame) -> list[Column]:
    """Entitlement and its parts, what was caught up taken off what is held back, and the share earned."""
    held = "Held back, net" if figures.nation["caught_up_pence"] else "Held back"
    later = [Column("Not yet due", totals["later"].tolist(), "pence")] if figures.nation["later"] else []
    return [
        Column("Entitlement", totals["entitlement_pence"].tolist(), "pence"),
        Column("Earned", totals["earned_pence"].tolist(), "pence"),
        Column(held, totals["held"].tolist(), "pence"),
        *later,
        _earned_share(totals),
    ]


def reasons(figures: Figures) -> Finding:
    """Why money is held back, by payment point and line."""
    title = "Why money is held back"
    sums = figures.lines.groupby(["wave", "line"])[list(REASONS)].sum()
    held, said = sums.loc[_names(figures.result.scheme.lines)], reasons_in(figures.result.scheme)
    shown = [reason for reason in REASONS if held[reason].any()]
    if len(shown) <= 1:
        return Finding("reasons", title, (f"All of it: {said[shown[0]]}." if shown else NOTHING_HELD,))

    def told(rows: pd.DataFrame) -> _Told:
        return [Column(said[name].capitalize(), rows[name].tolist(), "held") for name in shown], ()

    return Finding("reasons", title, (_points(figures, "Money held back", held, held, told),))


def results(figures: Figures) -> Finding:
    """How many areas met each line, and each metric that is only watched."""
    scheme, assessed, ends = figures.result.scheme, figures.result.assessments, ends_in(figures.result.scheme)
    found = pd.crosstab([assessed["wave"], assessed["line"]], assessed["status"])
    counts = found.loc[_names(scheme.lines)]
    shown = {status: title for status, title in STATUSES.items() if status in found}

    def told(rows: pd.DataFrame) -> _Told:
        columns = [Column(title, rows[status].tolist()) for status, title in shown.items()]
        return columns, rows[list(shown)].to_dict("records")

    def by_line(what: str, rows: pd.DataFrame) -> Table:
        waves, lines = (rows.index.get_level_values(level).tolist() for level in ("wave", "line"))
        columns, bars_of = told(rows)
        within = Column("Payment point", waves, "wave")
        return Table(what, Column("Line", lines, "line"), [within, *columns], bars=bars_of)

    metrics = counts[counts.index.get_level_values("line") != CONDITIONS]
    watched = found.loc[[slot for slot in _names(scheme.monitored) if slot in found.index]]
    parts: list[Part] = []
    if len(metrics) or len(watched):
        parts.append(
            f"Met: the outcome is at least as good as the {ends.end}. Partly met: better than the"
            f" {ends.start}."
        )
    if len(metrics):
        parts.append(
            "A line counts areas; a payment point and the total count the metric lines of all areas."
        )
        parts.append(_points(figures, "Results", counts, metrics, told))
    elif len(counts):
        parts.append("Conditions are met where they pay all of their money, partly met where they pay part.")
        parts.append(by_line("Conditions of the plan", counts))
    if len(watched):
        parts.append(by_line("Metrics that are watched, not paid on", watched))
    return Finding("metrics", "Number of areas by result", parts, shown)


def regions(figures: Figures) -> Finding:
    """Money by region."""
    totals = pd.concat([figures.by("region"), figures.by("nation").assign(region="Total")])
    names = Column("Region", totals["region"].tolist(), "region")
    columns = [*_totals(figures, totals), *_reviews_column(figures, totals)]
    shown = Table("Performance money by region", names, columns, total=True, bars=bars(totals))
    return Finding("regions", "Regions", (shown,), figures.parts)


def _reviews_column(figures: Figures, totals: pd.DataFrame) -> list[Column]:
    has_reviews = figures.result.scheme.review is not None
    return [Column("Reviews", totals["reviews"].tolist(), spare=True)] if has_reviews else []


def areas(figures: Figures) -> Finding:
    """Money of every area."""
    nation = figures.by("nation").assign(area_code="Total")
    shown = _areas("Performance money by area", figures, pd.concat([figures.by("area"), nation]))
    where = Column("Region", [*figures.result.areas["region"].astype(str), None], "region")
    told = shown._replace(columns=(where, *shown.columns), total=True)
    return Finding("areas", "Areas", (told,), figures.parts)


def most_held_back(figures: Figures) -> Finding:
    """The areas with most held back, and why most of it is."""
    totals = figures.by("area")
    ranked = totals[totals["held"] > 0].sort_values("held", ascending=False, kind="stable")
    title = "Areas with most held back"
    shown = _areas(title, figures, ranked.head(MOST_HELD_BACK)) if len(ranked) else NOTHING_HELD
    return Finding("most", title, (shown,))


def _areas(caption: str, figures: Figures, totals: pd.DataFrame) -> Table:
    codes = totals["area_code"].tolist()
    held = figures.lines.groupby("area_code")[list(REASONS)].sum()
    mostly = held[held.any(axis=1)].idxmax(axis=1).map(reasons_in(figures.result.scheme))
    columns = [
        Column("Code", [None if code == "Total" else code for code in codes], "code", spare=True),
        *_totals(figures, totals),
        Column("Why, mostly", [mostly.get(code) for code in codes], "text", spare=True),
        *_reviews_column(figures, totals),
    ]
    return Table(caption, Column("Area", codes, "area"), columns, bars=bars(totals))


def missing(figures: Figures) -> Finding:
    """Which lines of which areas have no data."""
    rows, everywhere = figures.lines[figures.lines["status"] == "missing"], figures.result.areas
    if rows.empty:
        return Finding("missing", "Missing data", ("No data of any due line are missing.",))
    by_line = rows.groupby(["wave", "line"])["area_code"].agg(tuple)
    keys = _names(figures.result.scheme.lines)
    named = {key: by_line[key] for key in keys if key in by_line.index}
    which = ["all areas" if len(codes) == len(everywhere) else codes for codes in named.values()]
    lines = f"{len(rows):,} of {several(len(figures.lines), 'line')}"
    return Finding(
        "missing",
        "Missing data",
        (
            f"{lines}, in {several(rows['area_code'].nunique(), 'area')}: they earn nothing and wait.",
            Table(
                "Lines without their data",
                Column("Payment point", [wave for wave, _ in named], "wave"),
                [
                    Column("Line", [line for _, line in named], "line"),
                    Column("Areas", list(map(len, named.values()))),
                    Column("Which", which, "areas"),
                ],
            ),
        ),
    )


def reviews(figures: Figures) -> Finding:
    """Which actions missed lines trigger, by payment point, and how many at other thresholds."""
    scheme, triggered = figures.result.scheme, figures.result.reviews
    if (review := scheme.review) is None:
        return Finding("reviews", "Reviews", ())
    ends = ends_in(scheme)
    at = ", ".join(f"{figures.result.reviews_at(trigger):,} at {trigger}" for trigger in TRIGGERS)
    below = f"the share of the {ends.way} below which a missed line would lead to one"
    by_trigger = f"Reviews by trigger ({below}): {at}."
    if triggered.empty:
        return Finding("reviews", "Reviews", ("No line triggers a review.", by_trigger))
    found = triggered.groupby(["wave", "action"]).agg(
        areas=("area_code", "nunique"), lines=("line", "size"), pence=("withheld_pence", "sum")
    )
    actions = [action.action.value for action in review.actions]
    order = [(wave, action) for wave in figures.wave_titles for action in actions]
    found = found.loc[[key for key in order if key in found.index]]
    many = several(triggered["review_id"].nunique(), "review")
    table = Table(
        f"What missed {ends.ends} lead to",
        Column("Payment point", [*(wave for wave, _ in found.index), "Total"], "wave"),
        [
            Column("What follows", [*(action for _, action in found.index), None], "way"),
            Column("Areas", [*found["areas"], None]),
            Column("Missed lines", [*found["lines"], found["lines"].sum()]),
            Column("Held back on them", [*found["pence"], found["pence"].sum()], "pence"),
        ],
        total=True,
    )
    counted = f"{many}, one per area and payment point, over {several(len(triggered), 'missed line')}."
    return Finding("reviews", "Reviews", (counted, table, by_trigger))


def follows(figures: Figures) -> Finding:
    """Where money that is held back goes, and what awaits a decision."""
    name, title = "follows", "Where money that was held back goes"
    result, sentences = figures.result, []
    if result.scheme.review is None:
        own = "its own rule says" if destinations(result.scheme) else "no rule says"
        sentences.append(f"This scheme has no reviews: {own} where money that is not earned goes.")
    if not figures.nation["held"]:
        return Finding(name, title, (*sentences, NOTHING_HELD))
    where = _where_it_goes(result)
    if result.scheme.review:
        awaiting = pounds(int(where.loc[where["way"] == AWAITING_DECISION, "pence"].sum()))
        decided = result.decisions is not None and len(result.decisions)
        given = "as decided" if decided else "by the rules alone: no decisions were given"
        sentences.append(f"{awaiting} awaits a decision. The table shows where money goes {given}.")
    within = ", always within its area" if stays_with_the_area(result.scheme) else ""
    table = Table(
        f"What becomes of the money held back{within}",
        Column("Where it goes", [*where["way"], "Held back"], "way"),
        [
            Column("Areas", [*where["areas"], None]),
            Column("Amount", [*where["pence"], where["pence"].sum()], "pence"),
        ],
        total=True,
    )
    return Finding(name, title, (*sentences, table))


def _where_it_goes(result: Result) -> pd.DataFrame:
    """What is held back, by where it goes or why it stays; adds up to what is held back."""
    released = (result if result.is_resolved else result.resolve()).releases
    goes = released.rename(columns={"destination": "way", "amount_pence": "pence"})
    ways = pd.concat([goes, _what_stays(result, goes)]).groupby("way", sort=False)
    return ways.agg(pence=("pence", "sum"), areas=("area_code", "nunique")).reset_index()


def _what_stays(result: Result, goes: pd.DataFrame) -> pd.DataFrame:
    """What no rule releases, by area and reason: only money held for performance is released or made good."""
    payments, said = result.payments, reasons_in(result.scheme)
    held = payments.rename(columns={"withheld_pence": "pence"})[["area_code", "held_reason", "pence"]]
    gone = pd.concat([goes, payments.rename(columns={"caught_up_pence": "pence"})])[["area_code", "pence"]]
    gone = gone.assign(held_reason="performance", pence=-gone["pence"])
    rest = pd.concat([held, gone]).groupby(["held_reason", "area_code"])["pence"].sum().reset_index()
    rest = rest[rest["pence"] != 0]
    return rest.assign(way="still held back: " + rest["held_reason"].map(said))
