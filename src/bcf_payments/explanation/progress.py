"""Steps from baseline, target and outcome to the achievement, and the story of a metric line in words."""

from __future__ import annotations

from fractions import Fraction

from bcf_payments.explanation.amounts import earned_in_words
from bcf_payments.explanation.measured import MetricProgress, Rate
from bcf_payments.explanation.steps import NO_MORE_THAN_TARGET, UNAMBITIOUS, Money, Rule, Step
from bcf_payments.names import Status
from bcf_payments.schemes import MetricLine, Slot
from bcf_payments.schemes.levels import PLAN
from bcf_payments.schemes.parts import Metric
from bcf_payments.schemes.units import in_unit
from bcf_payments.words import (
    bracketed,
    day,
    exact,
    fraction,
    listed,
    per_cent,
    pounds,
    rounded,
    sentence,
)


def outcome_in_words(progress: MetricProgress, money: Money) -> str:
    """What became of a metric line, and of its money, in one sentence."""
    if progress.status is Status.NOT_DUE:
        return f"Not due yet: {pounds(money.not_due_pence)} can be earned when the payment point comes."
    if progress.status is Status.MISSING:
        held = f", and {pounds(money.withheld_pence)} is held back" if money.withheld_pence else ""
        return f"Data are missing: nothing is earned here{held}."
    return f"{judged(progress)} {earned_in_words(money)}"


def judged(progress: MetricProgress) -> str:
    """How a metric with all its data did."""
    ends = progress.ends
    if progress.status is Status.MET:
        return f"The {ends.end} is met."
    if progress.paid_in_full:
        return f"The {ends.end} is not reached, but what is achieved is paid in full."
    if progress.status is Status.PARTLY_MET:
        return f"The {ends.end} is missed, though part of the {ends.way} is achieved."
    if progress.unambitious:
        return "The target is missed: it asked for no improvement, and the outcome falls short of it."
    worse = progress.actual is not None and progress.actual < 0
    than = f"{'worse than' if worse else 'the same as'} the {ends.start}"
    return f"The {ends.end} is missed: the outcome is {than}."


def about_the_metric(slot: Slot, progress: MetricProgress, metric: Metric) -> tuple[str, tuple[Rule, ...]]:
    """When a metric is measured and which way is better, with the rules that say so."""
    better = f"{'Lower' if progress.lower_is_better else 'Higher'} is better."
    if metric.direction.value == "either" and progress.baseline is None:
        better = "The plan says which way is better."
    if not isinstance(slot.rule, MetricLine):
        return better, ()
    period = slot.rule.period.value
    rules = (Rule.of("the metric", slot.rule.metric), Rule.of("the period", slot.rule.period))
    return f"Measured from {day(period.start)} to {day(period.end)}. {better}", rules


def readings(progress: MetricProgress, metric: Metric) -> tuple[str, ...]:
    """A sentence with the rates that are known, in the metric's unit; nothing if none is."""
    ends = progress.ends
    named = ((ends.start, progress.baseline), (ends.end, progress.target), ("outcome", progress.outcome))
    rates = {name: rate.value for name, rate in named if rate}
    told = [
        f"the {name} {in_unit(rate, metric.unit.value, list(rates.values()))}" for name, rate in rates.items()
    ]
    return (sentence(f"the figures are: {listed(told)}"),) if told else ()


def improvement_steps(slot: Slot, progress: MetricProgress, metric: Metric) -> tuple[Step, ...]:
    """The improvement planned and the one achieved, as far as they are known."""
    ends = progress.ends
    steps = (
        _improvement(
            f"The {_asked(progress)}", ends.end, progress.target, progress.planned, progress, metric
        ),
        _improvement(
            "The improvement achieved", "outcome", progress.outcome, progress.actual, progress, metric
        ),
    )
    rules: tuple[Rule, ...] = ()
    if isinstance(slot.rule, MetricLine) and slot.rule.lower and slot.rule.upper:
        rules = (Rule.of("the lower threshold", slot.rule.lower), Rule.of("the upper", slot.rule.upper))
    return tuple(
        step._replace(wave=slot.wave, line=slot.name, rules=(*rules, *step.rules)) for step in steps if step
    )


def _asked(progress: MetricProgress) -> str:
    """What is asked for, as steps call it."""
    return "improvement planned" if progress.ends is PLAN else progress.ends.way


def _improvement(
    title: str, end: str, rate: Rate | None, change: Fraction | None, progress: MetricProgress, metric: Metric
) -> Step | None:
    if progress.baseline is None or rate is None or change is None:
        return None
    unit, start = metric.unit.value, progress.ends.start
    first, second = (start, end) if progress.lower_is_better else (end, start)
    rates = {start: progress.baseline, end: rate}
    counts = unit == "count"
    return Step(
        title,
        f"{first} - {second}",
        f"{_written(rates[first], counts=counts)} - {_written(rates[second], counts=counts)}",
        _change(change, unit),
        (Rule.of("which way is better", metric.direction), Rule.of("the unit", metric.unit)),
    )


def _written(rate: Rate, *, counts: bool) -> str:
    above, below = (bracketed(exact(value)) for value in (rate.numerator, rate.denominator))
    return above if counts else f"({above} ÷ {below})"


def _change(change: Fraction, unit: str) -> str:
    way = "better" if change > 0 else "worse"
    if not change:
        return "0 (no change)"
    if unit == "count":
        return f"{exact(change)} ({way})"
    size = in_unit(abs(change), unit)
    if unit == "per_cent":
        size = f"{rounded(abs(change) * 100, 1)} percentage points"
    return f"{exact(change)} ({size} {way})"


def achievement_step(slot: Slot, progress: MetricProgress, landmarks: list[Fraction]) -> tuple[Step, ...]:
    """The share of the planned improvement that was achieved; nothing where data are missing."""
    planned, actual = progress.planned, progress.actual
    if not progress.known or planned is None or actual is None:
        return ()
    rules: tuple[Rule, ...] = ()
    if isinstance(slot.rule, MetricLine):
        rules = (Rule.of("the achievement decides", slot.rule.curve),)
    step = Step(
        "Achievement",
        f"the improvement achieved ÷ the {_asked(progress)}",
        f"{bracketed(exact(actual))} ÷ {bracketed(exact(planned))}",
        share_in_words(progress.achievement, landmarks),
        rules,
        wave=slot.wave,
        line=slot.name,
    )
    if progress.unambitious:
        step = step._replace(
            formula="1 if the outcome is at least as good as the target, else 0",
            numbers=f"the improvement achieved is {exact(actual)}, the one planned {exact(planned)}",
            rules=(UNAMBITIOUS,),
            note="The target is no better than the baseline, so it only has to be kept.",
        )
    elif progress.achievement > 1:
        step = step._replace(note="Above 1 it counts as 1.", rules=(*rules, NO_MORE_THAN_TARGET))
    elif progress.achievement < 0:
        step = step._replace(note="Below 0 it counts as 0.")
    return (step,)


def share_in_words(share: Fraction, landmarks: list[Fraction]) -> str:
    """An exact share and the same in per cent."""
    return f"{fraction(share)} ({per_cent(share, landmarks)})"
