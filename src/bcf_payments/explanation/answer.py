"""The answer first: what is earned of what is due, what is held back and why, and which reviews follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bcf_payments.explanation.figures import Figures, areas, fund, regions, results
from bcf_payments.explanation.findings import Finding, told_results
from bcf_payments.explanation.watched import areas_watched, regions_watched
from bcf_payments.schemes.held_back import stays_with_the_area
from bcf_payments.schemes.levels import reasons_in
from bcf_payments.words import NOTHING_PAID, REASONS, pounds, several, share, short_pounds


def findings_of(figures: Figures, asked: Sequence[Callable[[Figures], Finding]]) -> Iterator[Finding]:
    """Findings in their order; where no line pays, what is watched in place of performance money."""
    if figures.result.scheme.lines:
        return (find(figures) for find in asked)
    return (_WATCHED[find](figures) for find in asked if find in _WATCHED)


_WATCHED = {fund: fund, results: results, regions: regions_watched, areas: areas_watched}
"""What is told of metrics on which nothing is paid, by what would be told of money."""


def answer(figures: Figures) -> Iterator[tuple[str, str]]:
    """At most five labelled sentences; sums are in millions to be read, and exact in brackets."""
    if not figures.result.scheme.lines:
        yield "Paid", f"nothing: {NOTHING_PAID}"
        yield "Results", told_results(figures.result.assessments["status"])
        return
    nation = figures.nation
    due, earned, later = (nation[part] for part in ("due", "earned", "later"))
    told = f"{short_pounds(earned)} of {short_pounds(due)} due, {share(earned, due) or 'nothing'}"
    yield "Earned", f"{told} ({pounds(earned)} of {pounds(due)})"
    yield "Held back", _held(figures)
    if later:
        yield "Not yet due", f"{short_pounds(later)} ({pounds(later)})"
    if figures.result.scheme.review:
        triggered = figures.result.reviews
        lines = several(len(triggered), "missed line")
        yield "Reviews", f"{triggered['review_id'].nunique():,}, over {lines}" if len(triggered) else "none"
    waiting = figures.lines[figures.lines["status"] == "missing"]
    lines = f"{len(waiting):,} of {several(len(figures.lines), 'line')}"
    areas = several(waiting["area_code"].nunique(), "area")
    yield "Missing", f"data of {lines}, in {areas}" if len(waiting) else "no data of any due line"


def _held(figures: Figures) -> str:
    held = figures.nation["held"]
    if not held:
        return "nothing"
    mostly = reasons_in(figures.result.scheme)[str(figures.lines[list(REASONS)].sum().idxmax())]
    stays = "; it stays with its area" if stays_with_the_area(figures.result.scheme) else ""
    return f"{short_pounds(held)} ({pounds(held)}), mostly: {mostly}{stays}"
