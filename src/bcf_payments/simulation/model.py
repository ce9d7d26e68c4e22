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
    """The noise of one metric: its kind, and by how much it exceeds pure counting noise."""

    kind: Literal["poisson", "binomial", "normal"]
    dispersion: float
    relative_sd: float
    national_sd: float


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
    correlation : float between 0 and 1
        Of an area's own effect from one payment point of a metric to its next.
    baseline_noise : bool
        Whether the true rate behind the baseline is drawn too, with the same noise around the baseline that
        is written down; the agreed plan stays. In a draw, a lucky baseline is followed by a worse outcome.
        Extreme baselines are not drawn towards the others, so on average none is expected to change.
    on_unknown_size : {"raise", "hold"}
        What to do with lines that lack a count or a sample size: refuse, or hold them at the expected rate.

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
    figures, but noise that both periods share is not: high readings, not upper bounds. `from_history`
    estimates them from past periods.
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
    correlation: _Share = 0.0
    baseline_noise: bool = False
    on_unknown_size: OnUnknownSize = "raise"

    if not TYPE_CHECKING:  # type checkers keep the fields as parameters

        def __init__(self, **values: Any) -> None:
            try:
                super().__init__(**values)
            except ValidationError as error:
                raise InputError(_problems(error)) from None

    @classmethod
    def from_history(cls, history: hints.DataFrame, **fixed: Any) -> OutcomeModel:
        """Estimate `dispersion` and `relative_sd` of each metric from past periods.

        Parameters
        ----------
        history : DataFrame, a row per area, metric and period
            `area_code`, `metric`, `period` (texts or numbers that sort in time) and `numerator` (a count);
            optionally `denominator`, and `series`: only periods of one series are compared, such as the
            same quarter of successive years. At least 30 pairs of adjacent periods for each metric.
        **fixed
            The other parameters of the model.

        Returns
        -------
        OutcomeModel

        Raises
        ------
        InputError
            Columns or rows that are missing, numbers that are none, metrics with too few pairs.

        Notes
        -----
        For each area and each pair of adjacent periods with rates r1, r2 the relative change
        `r2 / r1 - 1`, less the median of all areas (the shared change), has the variance
        `dispersion * (1 / n1 + 1 / n2) + 2 * relative_sd ** 2` for counts n1, n2. Areas are grouped by size;
        the variance of a group is taken from the median of its squared changes, as if they were normal, so
        that a few wild areas do not decide; and the two unknowns are fitted by least squares of relative
        errors, with `dispersion >= 1` and `relative_sd >= 0`. True changes that differ between areas are
        counted as noise, and noise that both periods share is not: a high reading, not an upper bound. Both
        periods of a change are noisy, so the estimates belong with `baseline_noise=True`. For metrics in
        per cent the dispersion is too low, because it is measured against Poisson and not against binomial
        noise. Source: L3.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> from bcf_payments.simulation import history_of
        >>> example = bcf.load_example("p4p_2015_16")
        >>> model = bcf.OutcomeModel.from_history(history_of(example.plans, example.outcomes))
        >>> model.dispersion["emergency_admissions"] > 2
        True
        """
        from bcf_payments.simulation.history import estimate

        return cls(**{**estimate(history), **fixed})

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
            `kind`, `dispersion`, `relative_sd`, `national_sd`.
        """
        kind = self.noise.get(metric, "auto") if isinstance(self.noise, Mapping) else self.noise
        if kind == "auto":
            kind = "binomial" if unit == "per_cent" else "poisson"
        return Noise(
            kind,
            _of(self.dispersion, metric, 1.0),
            _of(self.relative_sd, metric, 0.0),
            _of(self.national_sd, metric, 0.0),
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
            for name in ("expected", "noise", "dispersion", "relative_sd", "national_sd")
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
        return [(name, value) for name, value in self if value != fields[name].default]

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
            f"dispersion {_told(self.dispersion)}",
            f"relative sd {_told(self.relative_sd)} (correlation {self.correlation:g})",
            f"national sd {_told(self.national_sd)}",
            "true baselines drawn too" if self.baseline_noise else "baselines taken as true",
        ]
        return "; ".join(parts)


_FIXES = {
    "expected": "write baseline, target, observed, or a change of at least -1 for each metric",
    "noise": "write auto, poisson, binomial or normal, or one of them for each metric",
    "dispersion": f"write a number of at least 1 and at most {MOST_DISPERSION:,}, or one for each metric",
    "relative_sd": f"write a number of at least 0 and at most {MOST_SPREAD}, or one for each metric",
    "national_sd": f"write a number of at least 0 and at most {MOST_SPREAD}, or one for each metric",
    "correlation": "write a number between 0 and 1",
    "baseline_noise": "write True or False",
    "on_unknown_size": "write raise or hold",
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
