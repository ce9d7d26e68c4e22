"""Which targets are too near to their baselines to be told from chance, and what size would tell them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from statistics import NormalDist
from typing import Any, NamedTuple, Protocol, runtime_checkable

from bcf_payments.core.plan_lines import PlanLine
from bcf_payments.core.requirements import as_float
from bcf_payments.exact.numbers import as_fraction
from bcf_payments.schemes import Scheme
from bcf_payments.schemes.periods import changes_of
from bcf_payments.tables.row_rules import is_blank
from bcf_payments.words import rounded, several

NEEDED = NormalDist().inv_cdf(0.95) + NormalDist().inv_cdf(0.80)
"""Standard deviations that a change must have to be shown: one-sided 5%, power 80% (L5)."""


@runtime_checkable
class NoiseModel(Protocol):
    """What is asked of a model of chance: an `OutcomeModel` answers it."""

    def noise_of(self, metric: str, unit: str) -> Any:
        """`kind`, `dispersion`, `relative_sd`, `national_sd` and `correlation` of a metric."""

    def problems(self, scheme: Scheme) -> list[dict[str, object]]:
        """What is wrong with the model under a scheme."""


class _Noise(NamedTuple):
    kind: str
    dispersion: float = 1.0
    relative_sd: float = 0.0
    national_sd: float = 0.0
    correlation: float = 0.0


class CountingNoise:
    """The least noise that there can be: counts as Poisson, shares as binomial."""

    def noise_of(self, _: str, unit: str) -> _Noise:
        """Pure counting noise."""
        return _Noise("binomial" if unit == "per_cent" else "poisson")

    def problems(self, _: Scheme) -> list[dict[str, object]]:
        """None."""
        return []


class Doubt(NamedTuple):
    """A target that chance may reach or hide; `area_code` is blank where the size of a line is not known."""

    area_code: str
    finding: str
    detail: str


def doubts(
    lines: Sequence[PlanLine], samples: Sequence[object], scheme: Scheme, model: NoiseModel
) -> Iterator[Doubt]:
    """Every line whose planned change is smaller than the smallest that can be shown.

    A rate of mean count `m` changes by chance with the variance `2 * dispersion * f / m` relative to itself,
    as both periods are counted; `f` is 1 for counts and `1 - rate` for shares (L5); and by the effects of
    the area and of the nation, as far as they do not last from the baseline to the outcome. Floats, as in
    all that is estimated; nothing is paid by them.
    """
    fractions = {line[1:3] for line in lines if (line.baseline * line.per).denominator > 1}
    unknown = Counter[tuple[str, str]]()
    lasting = _lasting(lines, scheme, model)
    for line, sample in zip(lines, samples, strict=True):
        if line.improvement <= 0 or not line.baseline:
            continue
        unit = scheme.metrics[line.metric].unit.value
        noise = model.noise_of(line.metric, unit)
        size = _size(line, sample, unit, counted=line[1:3] not in fractions)
        free = _free(line, noise.kind, unit)
        if not size or not as_float(line.baseline * size) or free < 0:
            unknown[line[1:3]] += 1
            continue
        if detail := _detail(line, size, free, noise, lasting[line[1:3]]):
            yield Doubt(line.area_code, "within_noise", detail)
    for (wave, metric), areas in unknown.items():
        said = f"no count or sample size is known of {several(areas, 'area')}, so chance is not judged"
        yield Doubt("", "size_unknown", f"{metric} in {wave}: {said}")


def _lasting(lines: Sequence[PlanLine], scheme: Scheme, model: NoiseModel) -> dict[tuple[str, str], float]:
    """The relative variance of a change that does not shrink with size, by wave and metric."""
    found: dict[tuple[str, str], float] = {}
    slots = scheme.metric_lines
    for metric in {line.metric for line in lines}:
        noise = model.noise_of(metric, scheme.metrics[metric].unit.value)
        own, national = (changes_of(scheme, metric, rho) for rho in (noise.correlation, 0.0))
        for place, number in enumerate(own.lines):
            variance = noise.relative_sd**2 * own.effects[place, place]
            variance += noise.national_sd**2 * national.effects[place, place]
            found[slots[number].wave, metric] = float(variance)
    return found


def _size(line: PlanLine, sample: object, unit: str, *, counted: bool) -> Fraction | None:
    """How many people stand behind a rate (1 for a count); None where that is not known."""
    if unit != "count" and not is_blank(sample):
        return as_fraction(sample)
    known = counted and unit in {"count", "per_100_000"}
    return line.per if known else None


def _free(line: PlanLine, kind: str, unit: str) -> float:
    """By how much the noise of a share is less than that of a count; below 0 where it is no share."""
    is_share = kind == "binomial" or (kind == "normal" and unit == "per_cent")
    return as_float(1 - line.baseline) if is_share else 1.0


def _detail(line: PlanLine, size: Fraction, free: float, noise: Any, lasting: float) -> str:
    """Why a planned change cannot be shown; nothing where it can."""
    mean, change = as_float(line.baseline * size), as_float(line.improvement / line.baseline)
    counting = 2 * noise.dispersion * free
    shown = NEEDED * math.sqrt(counting / mean + lasting)
    if change >= shown:
        return ""
    left = (change / NEEDED) ** 2 - lasting
    events = counting / left if left > 0 else math.inf
    enough = (
        f"it would take {_about(events)} counts a period, where it has {rounded(line.baseline * size, 0)}"
        if math.isfinite(events)
        else "no size would be enough"
    )
    return (
        f"{line.metric} in {line.wave}: a change of {change:.1%} is planned, and one below {shown:.1%} is not"
        f" told from chance; {enough}"
    )


def _about(number: float) -> str:
    """A number to three digits, upwards."""
    step = 10 ** max(0, math.floor(math.log10(number)) - 2)
    return f"about {math.ceil(number / step) * step:,}"
