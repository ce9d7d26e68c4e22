"""What is assumed of chance: how outcomes are expected to fall, and how far they stray."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from bcf_payments import hints
from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import as_fraction
from bcf_payments.schemes import Scheme
from bcf_payments.schemes.parts import Exact, FrozenDict, Model
from bcf_payments.words import about

Kind: TypeAlias = Literal["auto", "poisson", "binomial", "normal"]
OnUnknownSize: TypeAlias = Literal["raise", "hold"]


def _frozen(value: object) -> object:
    return FrozenDict(value) if isinstance(value, Mapping) else value


if TYPE_CHECKING:
    _Change: TypeAlias = Fraction | float | str
else:
    _Change = Annotated[Exact, Field(ge=-1)]
MOST_DISPERSION = 10**6
"""Thousands of times what was measured of delayed days (L3), and far from what 64 bits can hold."""

MOST_SPREAD = 10
"""A log-normal effect of ten times its mean leaves nearly every draw at nearly nothing."""


def _no_boolean(value: object) -> object:
    """Keep True from being read as 1."""
    if isinstance(value, bool):
        raise ValueError("a number is needed")  # noqa: TRY004 - what pydantic listens to
    return value


_Number: TypeAlias = Annotated[float, BeforeValidator(_no_boolean)]
_Dispersion: TypeAlias = Annotated[_Number, Field(ge=1, le=MOST_DISPERSION, allow_inf_nan=False)]
_Spread: TypeAlias = Annotated[_Number, Field(ge=0, le=MOST_SPREAD, allow_inf_nan=False)]
_Share: TypeAlias = Annotated[_Number, Field(ge=0, le=1)]


class Noise(NamedTuple):
    """The noise of one metric: its kind, by how much it exceeds pure counting noise, and how it lasts."""

    kind: Literal["poisson", "binomial", "normal"]
    dispersion: float = 1.0
    relative_sd: float = 0.0
    national_sd: float = 0.0
    correlation: float = 0.0


class OutcomeModel(Model):
    """How outcomes are expected to fall, and how far chance moves them.

    Parameters
    ----------
    expected : {"baseline", "target", "observed"} or mapping of metric to c
        The true rate: that of the baseline (nothing changes), of the target (the plan is achieved), of the
        outcomes given, or the baseline's times (1 + c); a metric that a mapping leaves out stays at its
        baseline.
    noise : {"auto", "poisson", "binomial", "normal"} or mapping of metric to one of them
        `auto`: binomial for metrics in per cent, Poisson for the others.
    dispersion : float or mapping of metric to float, from 1 to 1,000,000
        Variance over that of pure counting. Above 1 counts are negative binomial and proportions
        beta-binomial.
    relative_sd : float or mapping of metric to float, from 0 to 10
        Standard deviation of an area's own effect in a period, relative to its rate. It is log-normal with
        mean 1 and does not shrink with size.
    national_sd : float or mapping of metric to float, from 0 to 10
        The same for an effect that all areas share in a period.
    correlation : float between 0 and 1, or mapping of metric to float
        Of an area's own effects in two periods that follow one another in time: an autoregression over
        steps as long as the metric's shortest period, baselines included. Four steps lie between a
        quarter and its baseline of the year before.
    baseline_noise : bool
        Whether the true rate behind the baseline is drawn too, with the same noise around the baseline that
        is written down; the agreed plan stays. In a draw, a lucky baseline is followed by a worse outcome,
        by as much as its luck did not last. Extreme baselines are not drawn towards the others, so on
        average none is expected to change.
    on_unknown_size : {"raise", "hold"}
        What to do with lines that lack a count or a sample size: refuse, or hold them at the expected rate.
    intervals : mapping of parameter to mapping of metric to (low, high)
        What resampled areas leave open of estimates, for whoever reads them; `from_history` gives it.

    Raises
    ------
    InputError
        Every value that is out of range, or of a name that is not known.

    Notes
    -----
    The defaults are the least noise there can be, and far too little: on the example data year-on-year
    changes vary 10 to 34 times as much as Poisson for emergency admissions and 150 to 280 times for delayed
    days, because one patient contributes many; in the largest areas about 3% of noise remains, which is no
    matter of counting; changes of adjacent quarters correlate at 0.63 (L3). True change is part of these
    figures, noise that lasts is not. `from_history` estimates the model from past periods. No setting is a
    bound.
    Source: L2, L3.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> bcf.OutcomeModel(expected={"emergency_admissions": -0.02}, dispersion=10, relative_sd=0.03)
    OutcomeModel(expected={'emergency_admissions': Fraction(-1, 50)}, dispersion=10.0, relative_sd=0.03)
    >>> bcf.OutcomeModel(dispersion=0.5)
    Traceback (most recent call last):
        ...
    bcf_payments.errors.InputError: 1 problem in the input
      model: out_of_range: dispersion '0.5'; write a number of at least 1 and at most 1,000,000, ...
    """

    expected: Annotated[
        Literal["baseline", "target", "observed"] | dict[str, _Change], AfterValidator(_frozen)
    ] = "baseline"
    noise: Annotated[Kind | dict[str, Kind], AfterValidator(_frozen)] = "auto"
    dispersion: Annotated[_Dispersion | dict[str, _Dispersion], AfterValidator(_frozen)] = 1.0
    relative_sd: Annotated[_Spread | dict[str, _Spread], AfterValidator(_frozen)] = 0.0
    national_sd: Annotated[_Spread | dict[str, _Spread], AfterValidator(_frozen)] = 0.0
    correlation: Annotated[_Share | dict[str, _Share], AfterValidator(_frozen)] = 0.0
    baseline_noise: bool = False
    on_unknown_size: OnUnknownSize = "raise"
    intervals: Annotated[dict[str, dict[str, tuple[float, float]]], AfterValidator(_frozen)] = FrozenDict()

    if not TYPE_CHECKING:  # type checkers keep the fields as parameters

        def __init__(self, **values: Any) -> None:
            try:
                super().__init__(**values)
            except ValidationError as error:
                raise InputError(_problems(error)) from None

    @classmethod
    def from_history(cls, history: hints.DataFrame, **fixed: Any) -> OutcomeModel:
        """Estimate `dispersion`, `relative_sd` and `correlation` of each metric together, from past periods.

        Parameters
        ----------
        history : DataFrame, a row per area, metric and period
            `area_code`, `metric`, `period` (texts or numbers that sort in time) and `numerator` (a
            count); optionally `denominator`; `series`: only periods of one series are compared, such as the
            same quarter of successive years; and `period_start` and `period_end`, the days of a period. At
            least 30 pairs of adjacent periods for each metric.
        **fixed
            The other parameters of the model, `baseline_noise=True` unless it is given. With a `correlation`
            the other two are estimated to go with it.

        Returns
        -------
        OutcomeModel
            With `intervals`. A metric of which no two changes of different times are known in 30 areas
            has no estimate of `correlation`.

        Raises
        ------
        InputError
            Columns or rows that are missing, numbers that are none, metrics with too few pairs.

        Notes
        -----
        The change of an area from a period to the next of its series is the logarithm of the ratio of its
        rates, less the median of all areas (the shared change). Under the model the product of two changes
        of an area, and the square of one, have means that are linear in the dispersion (1 / n for each
        period that both have, n its count) and in the variance of own effects (times a power of the
        correlation for the steps between their periods). All three are fitted by least squares of relative
        errors over all products, so that variances of quarters and of years, and the correlation of adjacent
        changes, are met together, with `dispersion >= 1`, `relative_sd >= 0` and a correlation up to 0.97.
        Intervals are the middle 90% over 500 samples of as many areas, drawn with replacement.

        Periods follow one another as they sort, where no series has the period of another; or by their
        days. True changes that differ between areas are counted as noise; noise that all areas share is not,
        nor is what does not change: no estimate is a bound. Both periods of a change are noisy, so the
        estimates belong with `baseline_noise=True`. For metrics in per cent the dispersion is too low,
        because it is measured against Poisson and not against binomial noise. Source: L3.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> from bcf_payments.simulation import history_of
        >>> example = bcf.load_example("p4p_2015_16")
        >>> model = bcf.OutcomeModel.from_history(history_of(example.plans, example.outcomes))
        >>> model.told("correlation", "emergency_admissions")
        'about 0.9 (0.7 to 1.0)'
        """
        from bcf_payments.simulation.history import estimate

        given = fixed.get("correlation")
        found = estimate(history, None if isinstance(given, Mapping) else given)
        values: dict[str, dict[str, float]] = {}
        intervals: dict[str, dict[str, tuple[float, float]]] = {}
        for metric, fitted in found.items():
            for name, interval in fitted.intervals.items():
                values.setdefault(name, {})[metric] = interval.value
                intervals.setdefault(name, {})[metric] = interval.low, interval.high
        return cls(**{"baseline_noise": True, **values, "intervals": intervals, **fixed})

    def told(self, name: str, metric: str) -> str:
        """An estimate in words, with no more digits than it bears.

        Parameters
        ----------
        name : {"dispersion", "relative_sd", "correlation"}
            What was estimated.
        metric : str
            Of which metric.

        Returns
        -------
        str
            With its interval, where there is one.
        """
        value = _of(getattr(self, name), metric, float(type(self).model_fields[name].default))
        ends = self.intervals.get(name, {}).get(metric)
        return about(value, *ends) if ends else f"{value:.3g}"

    def noise_of(self, metric: str, unit: str) -> Noise:
        """The noise of one metric, whose unit decides what `auto` means.

        Parameters
        ----------
        metric : str
            Its name.
        unit : str
            As the scheme has it: `per_cent`, `per_100_000`, `count` or `ratio`.

        Returns
        -------
        Noise
            `kind`, `dispersion`, `relative_sd`, `national_sd`, `correlation`.
        """
        kind = self.noise.get(metric, "auto") if isinstance(self.noise, Mapping) else self.noise
        if kind == "auto":
            kind = "binomial" if unit == "per_cent" else "poisson"
        return Noise(
            kind,
            _of(self.dispersion, metric, 1.0),
            _of(self.relative_sd, metric, 0.0),
            _of(self.national_sd, metric, 0.0),
            _of(self.correlation, metric, 0.0),
        )

    def change_of(self, metric: str) -> Fraction:
        """The c of a metric where `expected` is a mapping.

        Parameters
        ----------
        metric : str
            Its name.

        Returns
        -------
        Fraction
            0 for a metric that the mapping leaves out, and where there is no mapping.
        """
        return (
            as_fraction(self.expected.get(metric, 0)) if isinstance(self.expected, Mapping) else Fraction(0)
        )

    def problems(self, scheme: Scheme) -> list[dict[str, object]]:
        """Metrics that the model names and the scheme does not know.

        Parameters
        ----------
        scheme : Scheme
            The rules.

        Returns
        -------
        list of dict
            A row per fault, as in `InputError.problems`.
        """
        from bcf_payments.words import nearest

        paid = tuple(dict.fromkeys(slot.name for slot in scheme.metric_lines))
        named = {
            name: value
            for name in ("expected", "noise", "dispersion", "relative_sd", "national_sd", "correlation")
            if isinstance(value := getattr(self, name), Mapping)
        }
        return [
            {
                "table": "model",
                "reason": "unknown_value",
                "column": column,
                "value": metric,
                "fix": nearest(metric, paid),
            }
            for column, values in named.items()
            for metric in values
            if metric not in scheme.metrics
        ]

    def __repr_args__(self) -> Any:
        """Only what differs from the defaults."""
        fields = type(self).model_fields
        return [
            (name, value) for name, value in self if name != "intervals" and value != fields[name].default
        ]

    @property
    def expectation(self) -> str:
        """Where outcomes are expected to fall, in words."""
        return _expectation(self.expected)

    def describe(self) -> str:
        """The model in one sentence, for whoever reads a result.

        Returns
        -------
        str
        """
        parts = [
            self.expectation,
            f"noise {_told(self.noise)}",
            f"dispersion {self._in_words('dispersion')}",
            f"relative sd {self._in_words('relative_sd')}; correlation {self._in_words('correlation')}",
            f"national sd {_told(self.national_sd)}",
            "true baselines drawn too" if self.baseline_noise else "baselines taken as true",
        ]
        return "; ".join(parts)

    def _in_words(self, name: str) -> str:
        """A parameter, with its intervals where there are any."""
        value = getattr(self, name)
        if isinstance(value, Mapping) and self.intervals.get(name):
            return ", ".join(f"{metric} {self.told(name, metric)}" for metric in value)
        return _told(value)


_FIXES = {
    "expected": "write baseline, target, observed, or a change of at least -1 for each metric",
    "noise": "write auto, poisson, binomial or normal, or one of them for each metric",
    "dispersion": f"write a number of at least 1 and at most {MOST_DISPERSION:,}, or one for each metric",
    "relative_sd": f"write a number of at least 0 and at most {MOST_SPREAD}, or one for each metric",
    "national_sd": f"write a number of at least 0 and at most {MOST_SPREAD}, or one for each metric",
    "correlation": "write a number between 0 and 1, or one for each metric",
    "baseline_noise": "write True or False",
    "on_unknown_size": "write raise or hold",
    "intervals": "leave it to from_history",
}


def _problems(error: ValidationError) -> list[dict[str, object]]:
    """One problem for each field at fault, whatever the alternatives that it failed."""
    from bcf_payments.words import nearest

    given = {str(fault["loc"][0]): fault["input"] for fault in error.errors(include_url=False)}
    return [
        {
            "table": "model",
            "reason": "out_of_range" if name in _FIXES else "unknown_value",
            "column": name,
            "value": value,
            "fix": _FIXES.get(name) or nearest(name, _FIXES),
        }
        for name, value in given.items()
    ]


def _of(value: Any, metric: str, otherwise: float) -> float:
    return float(value.get(metric, otherwise) if isinstance(value, Mapping) else value)


def _told(value: Any) -> str:
    """A setting as a person reads it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_told(item)}" for name, item in value.items()) or "default"
    return value if isinstance(value, str) else f"{float(value):.3g}"


def _expectation(expected: Any) -> str:
    if isinstance(expected, Mapping):
        changes = ", ".join(f"{name} {float(change):+.1%}" for name, change in expected.items())
        return f"true rates: the baselines, changed by {changes}"
    return {
        "baseline": "true rates: the baselines, nothing changes",
        "target": "true rates: the targets, every plan is achieved",
        "observed": "true rates: the outcomes that were observed",
    }[str(expected)]
