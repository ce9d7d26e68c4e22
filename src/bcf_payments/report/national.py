"""Tables of the nation: payment points, metrics, regions, reviews, and what to look at."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from bcf_payments.html.bars import bar, legend
from bcf_payments.html.elements import Html, bullets, joined, paragraphs, section, table, tag
from bcf_payments.names import CONDITIONS, STATUS_NAMES
from bcf_payments.report.figures import Figures, counts, money
from bcf_payments.words import Column, day, several, titled

STATUSES = {str(name): titled(name) for name in STATUS_NAMES}
RESULTS = "Met: the outcome is at least as good as the target. Partly met: better than the baseline."
MESSAGES_SHOWN = 20


def payment_points(figures: Figures) -> Html:
    """Money by payment point, and by line within each."""
    waves = figures.settlement.scheme.waves
    days = [tag("span", day(wave.payment_date.value), class_="sum") for wave in waves]
    points = _with_total(figures.by_point("wave"))
    parts = [
        table(
            "Performance money by payment point",
            Column("Payment point", [*(wave.title for wave in waves), "England"], kind="text"),
            Column("Paid on", [*days, ""], kind="text"),
            *figures.money_columns(points),
            total=True,
        )
    ]
    if len(figures.settlement.scheme.lines) > len(waves):
        parts.append(_lines(figures))
    made_good = ""
    if figures.nation["caught_up_pence"]:
        made_good = (
            "What is earned for earlier points was held back there and has been made good. Entitlement ="
            f" earned - for earlier points + held back{' + not yet due' if figures.nation['later'] else ''}."
        )
    return section("points", "Payment points", paragraphs(made_good), *parts)


def _lines(figures: Figures) -> Html:
    totals = _with_total(figures.by_point("line"))
    waves, names = totals["wave"].iloc[:-1], totals["line"].iloc[:-1]
    return table(
        "Performance money by payment point and line",
        Column("Line", [*map(figures.line_title, names), "England"], kind="text"),
        Column("Payment point", [*waves.map(figures.wave_titles), ""], kind="text"),
        *figures.money_columns(totals),
        total=True,
    )


def _with_total(totals: pd.DataFrame) -> pd.DataFrame:
    """Totals and, below them, their sum."""
    return pd.concat([totals, totals.select_dtypes("number").sum().to_frame().T], ignore_index=True)


def metrics(figures: Figures) -> Html:
    """How many areas met each metric, watched ones included."""
    assessed = figures.settlement.assessments
    assessed = assessed[assessed["line"] != CONDITIONS]
    slots = assessed[["line", "wave"]].drop_duplicates()
    in_order = list(figures.settlement.scheme.metrics)
    slots = slots.sort_values("line", key=lambda names: names.map(in_order.index), kind="stable")
    found = assessed.value_counts(["line", "wave", "status"])
    rows = [
        {status: int(found.get((line, wave, status), 0)) for status in STATUSES}
        for line, wave in slots.itertuples(index=False)
    ]
    shown = {status: title for status, title in STATUSES.items() if any(row[status] for row in rows)}
    titles = [_metric(figures, line, wave) for line, wave in slots.itertuples(index=False)]
    return section(
        "metrics",
        "Metrics",
        paragraphs(RESULTS),
        legend(shown),
        table(
            "Number of areas by result on each metric",
            Column("Metric", titles, kind="text"),
            Column("Payment point", [*slots["wave"].map(figures.wave_titles)], kind="text"),
            *(Column(title, counts(row[status] for row in rows)) for status, title in shown.items()),
            Column("As a bar", [bar(row) for row in rows], kind="text"),
        ),
    )


def _metric(figures: Figures, line: str, wave: str) -> str:
    paid = {(slot.name, slot.wave) for slot in figures.settlement.scheme.lines}
    return f"{figures.line_title(line)}{'' if (line, wave) in paid else ' (watched, not paid on)'}"


def regions(figures: Figures) -> Html:
    """Money by region."""
    totals = _with_total(figures.by("region"))
    names = Column("Region", [*map(str, totals["region"].iloc[:-1]), "England"], kind="text")
    columns = figures.money_columns(totals)
    if figures.settlement.scheme.review:
        columns.append(Column("Reviews", counts(totals["reviews"])))
    return section("regions", "Regions", table("Performance money by region", names, *columns, total=True))


def reviews(figures: Figures) -> Html:
    """Which actions missed lines trigger, by payment point; nothing where the scheme has no reviews."""
    review, triggered = figures.settlement.scheme.review, figures.settlement.reviews
    if review is None:
        return Html()
    if triggered.empty:
        return section("reviews", "Reviews", paragraphs("No line triggers a review."))
    found = triggered.groupby(["wave", "action"]).agg(
        areas=("area_code", "nunique"), lines=("line", "size"), pence=("withheld_pence", "sum")
    )
    actions = [action.action.value for action in review.actions]
    order = [
        (wave, action) for wave in figures.wave_titles for action in actions if (wave, action) in found.index
    ]
    found = found.loc[order]
    many = several(triggered["review_id"].nunique(), "review")
    missed = several(len(triggered), "missed line")
    return section(
        "reviews",
        "Reviews",
        paragraphs(f"{many}, one per area and payment point, over {missed}."),
        table(
            "What missed targets lead to",
            Column("What follows", [*(titled(action) for _, action in order), "Total"], kind="text"),
            Column("Payment point", [*(figures.wave_titles[wave] for wave, _ in order), ""], kind="text"),
            Column("Areas", [*counts(found["areas"]), ""]),
            Column("Missed lines", counts([*found["lines"], found["lines"].sum()])),
            Column("Held back on them", money([*found["pence"], found["pence"].sum()])),
            total=True,
        ),
    )


def to_look_at(figures: Figures) -> Html:
    """Lines without data, and warnings."""
    warnings = figures.settlement.warnings
    parts = [_missing(figures)]
    if len(warnings):
        shown = warning_items(figures, warnings.head(MESSAGES_SHOWN))
        parts += [tag("h3", "Warnings"), bullets(shown)]
    if (more := len(warnings) - MESSAGES_SHOWN) > 0:
        parts.append(paragraphs(f"{more:,} more stand with the areas that they are about."))
    return section("look", "Missing data and warnings", *parts)


def _missing(figures: Figures) -> Html:
    missing = figures.lines[figures.lines["status"] == "missing"]
    if missing.empty:
        return paragraphs("No data of any due line are missing.")
    items = [
        _where_missing(figures, str(line), str(wave), codes)
        for (line, wave), codes in missing.groupby(["line", "wave"], sort=False)["area_code"]
    ]
    lines = several(len(missing), "line")
    areas = several(missing["area_code"].nunique(), "area")
    return joined(
        [paragraphs(f"Data are missing on {lines}, in {areas}: they earn nothing and wait."), bullets(items)]
    )


def _where_missing(figures: Figures, line: str, wave: str, codes: Iterable[str]) -> Html:
    areas = joined(map(figures.area_link, codes), ", ")
    return joined([f"{figures.line_title(line)}, {figures.wave_titles[wave]}: ", areas])


def warning_items(figures: Figures, warnings: pd.DataFrame) -> list[Html]:
    """Warnings in words, each with its area."""
    return [
        joined([figures.area_link(code), ": ", message] if code in figures.names else [message])
        for code, message in zip(warnings["area_code"], warnings["message"], strict=True)
    ]
