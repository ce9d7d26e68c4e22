"""What a measure can show: how large a change must be, or an area, to be told from chance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from statistics import NormalDist
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from bcf_payments.core.plan_lines import PlanLine, plan_lines, read_areas, read_plans
from bcf_payments.core.requirements import as_float
from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import FloatArray, as_fraction
from bcf_payments.given import guarded, handed_out, notices_of
from bcf_payments.schemes import Scheme, scheme_of
from bcf_payments.schemes.fields import line_title
from bcf_payments.schemes.periods import Changes, changes_of
from bcf_payments.simulation.history import History, read_history
from bcf_payments.simulation.model import Noise, OutcomeModel
from bcf_payments.tables.checking import Findings
from bcf_payments.tables.row_rules import is_blank
from bcf_payments.words import several

SIGNIFICANCE = 0.05
"""One-sided: how often a change is called shown where there is none."""

POWER = 0.80
"""How often a change that is there should be shown."""

_NORMAL = NormalDist()
SURE = _NORMAL.inv_cdf(1 - SIGNIFICANCE)
NEEDED = SURE + _NORMAL.inv_cdf(POWER)
"""Standard deviations that a change must have (L5)."""

PAID_FOR_NOTHING = "1/10"


@dataclass(frozen=True, eq=False, repr=False)
class MeasureQuality:
    """What each measure can show in each area, under a model of chance; made by `measure_quality`.

    Attributes
    ----------
    model : OutcomeModel
        What was assumed of chance: no figure means anything without it.
    scheme : Scheme
        The rules.
    areas : DataFrame, a row per area and metric
        Over all payment points of the metric together; see `measure_quality`.
    lines : DataFrame, a row per area, wave and metric
        The same for each payment point.
    metrics : DataFrame, a row per metric
        See `measure_quality`.
    notices : tuple of str
        Sentences that must stand wherever the result is shown.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> areas, plans, _, _ = bcf.load_example("p4p_2015_16")
    >>> found = bcf.measure_quality(areas, plans, "july_2014", model=bcf.OutcomeModel())
    >>> found
    <MeasureQuality under july_2014: 151 areas, 1 metric>
    >>> print(found.sentences()[0])
    Emergency (non-elective) admissions: by this model of chance 146 of 151 areas could ... 10,100 ...
    """

    model: OutcomeModel
    scheme: Scheme
    areas: pd.DataFrame
    lines: pd.DataFrame
    metrics: pd.DataFrame
    notices: tuple[str, ...]

    def rewardable_change(self, paid_for_nothing: object = PAID_FOR_NOTHING) -> pd.DataFrame:
        """Find the smallest change that could be rewarded so that few are paid for nothing.

        Parameters
        ----------
        paid_for_nothing : exact number between 0 and 1/2
            The share of areas that are paid though nothing truly changes, at most.

        Returns
        -------
        DataFrame, a row per metric
            `metric`, `rewardable_change`: the improvement, as a share of the baseline, that so many areas at
            most would reach by chance alone; `target_change_median`, what is asked for.

        Raises
        ------
        InputError
            A share that is none.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> areas, plans, _, _ = bcf.load_example("p4p_2015_16")
        >>> found = bcf.measure_quality(areas, plans, "july_2014", model=bcf.OutcomeModel())
        >>> round(float(found.rewardable_change()["rewardable_change"][0]), 3)
        0.011
        """
        share = _share(paid_for_nothing)
        found = [
            {
                "metric": metric,
                "rewardable_change": _reached_by(rows["noise_sd"].to_numpy(), share),
                "target_change_median": rows["target_change"].median(),
            }
            for metric, rows in self.areas.groupby("metric", sort=False)
        ]
        columns = ["metric", "rewardable_change", "target_change_median"]
        return handed_out(pd.DataFrame(found, columns=columns), self.notices)

    def sentences(self) -> list[str]:
        """Say what each measure can show, in a sentence for whoever decides.

        Returns
        -------
        list of str
            A sentence per metric.
        """
        return [_sentence(self.scheme, row) for row in self.metrics.to_dict("records")]

    def __repr__(self) -> str:
        areas = several(self.areas["area_code"].nunique(), "area")
        return f"<MeasureQuality under {self.scheme.label}: {areas}, {several(len(self.metrics), 'metric')}>"

    def _repr_html_(self) -> str:
        """The sentences, the model and the notices, for notebooks."""
        said = (*self.sentences(), f"Model: {self.model.describe()}.", *self.notices)
        return "".join(f"<p>{escape(text)}</p>" for text in said)


def _share(value: object) -> float:
    try:
        share = float(as_fraction(value))
    except ValueError:
        share = math.nan
    if not 0 < share < 0.5:  # noqa: PLR2004 - half of all are paid for nothing at no change at all
        fix = "write a share above 0 and below 1/2, such as 1/10"
        row = {"table": "options", "reason": "out_of_range", "column": "paid_for_nothing", "fix": fix}
        raise InputError([row | {"value": value}])
    return share


def _reached_by(sds: FloatArray, share: float) -> float:
    """The change that this share of areas exceed by chance, on average over them; by halving."""
    sds = sds[sds > 0]
    if not len(sds):
        return 0.0
    low, high = 0.0, float(sds.max()) * -_NORMAL.inv_cdf(share)
    for _ in range(60):
        middle = (low + high) / 2
        above = float(np.mean([_NORMAL.cdf(-middle / sd) for sd in sds])) > share
        low, high = (middle, high) if above else (low, middle)
    return high


def _sentence(scheme: Scheme, row: Mapping[Any, Any]) -> str:
    """How many areas could have shown their target, and what it would take."""
    size = row["needed_size"]
    some = math.isfinite(size)
    take = f"it takes about {_three_digits(size)} events or people" if some else "no size would be enough"
    shown = f"{row['areas_shown']:,}" if row["areas_shown"] else "none"
    return (
        f"{line_title(scheme, row['metric'])}: by this model of chance {shown} of"
        f" {several(row['areas'], 'area')} could have shown that its target was reached. The target of the"
        f" middle area is {row['target_change_median']:.1%}, and only"
        f" {row['detectable_change_median']:.1%} or more is told from chance there; {take} (L5)."
    )


def _three_digits(number: float) -> str:
    """A number to three digits, upwards."""
    step = 10 ** max(0, math.floor(math.log10(number)) - 2)
    return f"{math.ceil(number / step) * step:,}"


@guarded
def measure_quality(
    areas: pd.DataFrame,
    plans: pd.DataFrame,
    scheme: str | Path | Scheme = "october_2013",
    *,
    model: OutcomeModel,
    history: pd.DataFrame | None = None,
) -> MeasureQuality:
    """Find what each measure can show of an area: the change that chance does not hide, the size it takes.

    Parameters
    ----------
    areas, plans : DataFrame
        As in `settle`; of plans only rows of these areas, on metrics that the scheme pays on. `sample_size`
        where a rate alone does not say how many people stand behind it.
    scheme : str, Path or Scheme
        As in `settle`.
    model : OutcomeModel
        The noise of a change; both its ends are noisy, whatever `baseline_noise` says, and what it expects is
        not read.
    history : DataFrame, optional
        Past periods, as in `OutcomeModel.from_history`, for the reliability.

    Returns
    -------
    MeasureQuality
        `areas`, a row per area and metric over all its payment points: `area_code`, `area_name`, `metric`,
        `size` (events or people behind the baselines), `noise_sd` (of the change, as a share of the
        baseline), `detectable_change` (the smallest that is shown with 80% power), `target_change` (what the
        plan asks for, as a share of the baseline; below 0 where it gets worse), `power` (how likely it is
        shown where it is truly reached), `rewardable_change` (what one in ten such areas reach by chance
        alone).
        `lines`, the same by `wave`. `metrics`, a row per metric: `areas`, `areas_shown` (with a power of
        at least 80%), the medians of `size`, `noise_sd`, `detectable_change` and `target_change`,
        `needed_size` (which shows the median target; infinite where no size does), `rewardable_change`;
        with a history `reliability` (the share of the variance between areas' mean changes that is not noise
        of the model) and `persistence` (the share that lasts from change to change, by a one-way analysis of
        variance, for the mean of an area's changes), else NaN.

    Raises
    ------
    InputError
        Every fault of the tables, of the model, and of the two together.

    Notes
    -----
    The change of an area is its improvement over all payment points over the sum of its baselines. Its
    relative variance is that of counting, `dispersion * f / n` for each period with n events (f is 1, or for
    shares `1 - rate`), and that of effects, which does not shrink with size: `relative_sd ** 2` and
    `national_sd ** 2`, as far as they do not last from the baseline to the outcome (`correlation`). A
    one-sided test at 5%, normal approximation, floats: nothing is paid by them. For comparing areas a
    reliability of 0.7 is the usual bar, 0.4 the lowest in use. Lines without a size, and baselines of 0, are
    left out. Source: L3, L5.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> areas, plans, _, _ = bcf.load_example("p4p_2015_16")
    >>> found = bcf.measure_quality(areas, plans, "july_2014", model=bcf.OutcomeModel())
    >>> int(found.metrics["areas_shown"][0]), round(float(found.metrics["needed_size"][0]))
    (146, 10094)
    """
    rules = scheme_of(scheme)
    findings = Findings(pattern=rules.area_code_pattern.value)
    named = read_areas(areas, findings)
    codes = np.array(named.cells("area_code"), dtype=object)
    planned = read_plans(plans, rules, findings, codes)
    findings.refuse()
    if problems := model.problems(rules):
        raise InputError(problems)
    told = list(_told(plan_lines(planned, rules), planned, rules, model))
    notices = notices_of({"areas": areas, "plans": plans, "history": history})
    past = {} if history is None else read_history(history)
    rows, by_line, metrics = [], [], []
    for metric in dict.fromkeys(slot.name for slot in rules.metric_lines):
        measure = _Measure.of(metric, rules, model)
        lines = sorted(line for line in told if line.metric == metric)
        found = [measure.row(list(own)) for _, own in groupby(lines, lambda line: line.area_code)]
        rows += found
        by_line += [measure.row([line]) | {"wave": line.wave} for line in lines]
        metrics += [measure.summed(found, past.get(metric))] if found else []
    names = dict(zip(codes, named.cells("area_name"), strict=True))
    return MeasureQuality(
        model,
        rules,
        handed_out(_table(rows, ("area_code", *COLUMNS), names), notices),
        handed_out(_table(by_line, ("area_code", "wave", *COLUMNS), names), notices),
        handed_out(pd.DataFrame(metrics, columns=list(METRIC_COLUMNS)), notices),
        notices,
    )


COLUMNS = (
    "metric", "size", "noise_sd", "detectable_change", "target_change", "power",
    "rewardable_change",
)  # fmt: skip
METRIC_COLUMNS = (
    "metric", "areas", "areas_shown", "size_median", "noise_sd_median", "detectable_change_median",
    "target_change_median", "needed_size", "rewardable_change", "reliability", "persistence",
)  # fmt: skip


class _Line(NamedTuple):
    """A line that an area plans: events behind the baseline, what is planned of them, and people behind them.

    `free` is by how much the noise of a share is less than that of a count.
    """

    area_code: str
    wave: str
    metric: str
    number: int
    events: float
    planned: float
    size: float
    free: float


def _told(lines: Sequence[PlanLine], planned: Any, scheme: Scheme, model: OutcomeModel) -> Iterator[_Line]:
    """The lines whose size is known."""
    samples = planned.cells("sample_size") if planned.has("sample_size") else [None] * len(lines)
    numbers = {(slot.wave, slot.name): number for number, slot in enumerate(scheme.metric_lines)}
    fractions = {line[1:3] for line in lines if (line.baseline * line.per).denominator > 1}
    for line, sample in zip(lines, samples, strict=True):
        unit = scheme.metrics[line.metric].unit.value
        counted = line[1:3] not in fractions and unit in {"count", "per_100_000"}
        sampled = unit != "count" and not is_blank(sample)
        size = as_fraction(sample) if sampled else line.per if counted else None
        kind = model.noise_of(line.metric, unit).kind
        is_share = kind == "binomial" or (kind == "normal" and unit == "per_cent")
        free = 1 - as_float(line.baseline) if is_share else 1.0
        if size and line.baseline and free >= 0:
            count, change = (as_float(level * size) for level in (line.baseline, line.improvement))
            people = as_float(size) if is_share else count
            yield _Line(*line[:3], numbers[line[1:3]], count, change, people, free)


class _Measure(NamedTuple):
    """A metric: its noise, and how its lines hang together by own and by national effects."""

    metric: str
    noise: Noise
    own: Changes
    national: Changes

    @classmethod
    def of(cls, metric: str, scheme: Scheme, model: OutcomeModel) -> _Measure:
        noise = model.noise_of(metric, scheme.metrics[metric].unit.value)
        own, national = (changes_of(scheme, metric, rho) for rho in (noise.correlation, 0.0))
        return cls(metric, noise, own, national)

    def row(self, lines: Sequence[_Line]) -> dict[str, object]:
        """What some lines of an area can show together."""
        counting, lasting = self._variances(lines)
        sd, whole = math.sqrt(counting + lasting), sum(line.events for line in lines)
        target = sum(line.planned for line in lines) / whole
        return {
            "area_code": lines[0].area_code,
            "metric": self.metric,
            "size": sum(line.size for line in lines),
            "noise_sd": sd,
            "detectable_change": NEEDED * sd,
            "target_change": target,
            "power": _NORMAL.cdf(target / sd - SURE) if sd else float(target > 0),
            "rewardable_change": -_NORMAL.inv_cdf(_share(PAID_FOR_NOTHING)) * sd,
            "counting": counting,
            "lasting": lasting,
        }

    def _variances(self, lines: Sequence[_Line]) -> tuple[float, float]:
        """The relative variance of a change: that of counting, and that which does not shrink with size."""
        places = [self.own.lines.index(line.number) for line in lines]
        both = np.ix_(places, places)
        events = np.array([line.free * line.events for line in lines])
        counts = np.array([line.events for line in lines])
        twice = (self.own.within[both] @ events).sum()
        counting = self.noise.dispersion * 2 * (events.sum() - twice) / counts.sum() ** 2
        shares = counts / counts.sum()
        lasting = self.noise.relative_sd**2 * (shares @ self.own.effects[both] @ shares)
        lasting += self.noise.national_sd**2 * (shares @ self.national.effects[both] @ shares)
        return max(float(counting), 0.0), max(float(lasting), 0.0)

    def summed(self, rows: Sequence[dict[str, Any]], past: History | None) -> dict[str, object]:
        """What the metric can show in the areas together."""
        table = pd.DataFrame(rows)
        target = float(table["target_change"].median())
        each, lasting = (table["counting"] * table["size"]).median(), table["lasting"].median()
        left = (target / NEEDED) ** 2 - lasting if target > 0 else 0.0
        between = math.nan if past is None else float(np.var(past.means, ddof=1))
        noise = float((table["noise_sd"] ** 2).mean())
        return {
            "metric": self.metric,
            "areas": len(table),
            "areas_shown": int((table["power"] >= POWER).sum()),
            **{
                f"{name}_median": float(table[name].median())
                for name in ("size", "noise_sd", "detectable_change")
            },
            "target_change_median": target,
            "needed_size": each / left if left > 0 else math.inf,
            "rewardable_change": _reached_by(table["noise_sd"].to_numpy(), _share(PAID_FOR_NOTHING)),
            "reliability": min(max(1 - noise / between, 0.0), 1.0) if between > 0 else math.nan,
            "persistence": math.nan if past is None else past.persistence,
        }


def _table(
    rows: Sequence[dict[str, object]], columns: Sequence[str], names: Mapping[str, str]
) -> pd.DataFrame:
    """Rows as a table, with the names of the areas."""
    table = pd.DataFrame(rows, columns=list(columns))
    table.insert(1, "area_name", [names[code] for code in table["area_code"]])
    return table
