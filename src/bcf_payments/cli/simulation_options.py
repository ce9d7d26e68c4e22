"""What may be written after `bcf-payments simulate`, and the model of chance that it asks for."""

from __future__ import annotations

import argparse
import math
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from bcf_payments.simulation import OutcomeModel
    from bcf_payments.simulation.model import OnUnknownSize

DRAWS = 10_000
EXPECTED = ("baseline", "target", "observed")
KINDS = ("auto", "poisson", "binomial", "normal")

MOST_WORKERS = 64
"""More processes than one machine can use; other machines are reached from Python."""

LONGEST = 1_000
"""Digits that are read of a number; Python itself reads no more than a few thousand."""

OWN = ("dispersion", "relative_sd", "national_sd", "correlation", "baseline_noise")
"""Options that make a setting of noise of one's own."""

Given: TypeAlias = tuple[str, Any]
"""A metric, or nothing for all of them, and the value that is given for it."""


def add_simulation(command: ArgumentParser) -> None:
    """Add how often to draw, what to expect and what noise there is."""
    command.add_argument(
        "--draws", metavar="N", type=whole_number(1), default=DRAWS, help=f"how often (default: {DRAWS:,})"
    )
    command.add_argument(
        "--seed",
        metavar="N",
        type=whole_number(0),
        default=0,
        help="the same seed gives the same figures, however many workers there are (default: 0)",
    )
    command.add_argument(
        "--workers",
        metavar="N",
        type=whole_number(1, MOST_WORKERS),
        default=1,
        help=f"processes that draw, at most {MOST_WORKERS} (default: 1)",
    )
    command.add_argument(
        "--expect",
        metavar="baseline|target|observed|METRIC=CHANGE",
        type=_expectation,
        action="append",
        help="the true rates of payment points that are drawn: those of the baselines, the targets or the"
        " outcomes, or for each metric that is named the baseline's, changed: emergency_admissions=-0.02 is"
        " 2%% fewer (default: baseline)",
    )
    command.add_argument(
        "--on-unknown-size",
        choices=("raise", "hold"),
        help="lines without a count or a sample size: refuse the input, or hold them at the expected rate"
        " (default: raise; hold for an example)",
    )
    _add_noise(command.add_argument_group("noise", "By default a low and a high setting, side by side."))


def _add_noise(noise: argparse._ArgumentGroup) -> None:
    noise.add_argument(
        "--noise",
        metavar="KIND|METRIC=KIND",
        type=_per_metric(_kind),
        action="append",
        help=f"of every setting: {', '.join(KINDS)} (default: auto, binomial for metrics in per cent and"
        " Poisson for others)",
    )
    for name, least, most, what in (
        ("--dispersion", 1, math.inf, "the variance over that of pure counting, at least 1"),
        ("--relative-sd", 0, math.inf, "standard deviation of an area's own effect, whatever its size"),
        ("--national-sd", 0, math.inf, "standard deviation of an effect that all areas share"),
        ("--correlation", 0, 1, "of an area's own effect from a period to the next in time, from 0 to 1"),
    ):
        noise.add_argument(
            name, metavar="X|METRIC=X", type=_per_metric(_at_least(least, most)), action="append", help=what
        )
    noise.add_argument(
        "--baseline-noise",
        action="store_true",
        default=None,
        help="draw the true rates behind the baselines too",
    )


def check_simulation(top: ArgumentParser, arguments: Namespace) -> None:
    """Put together what was given for each metric, or say what cannot stand together."""
    try:
        if arguments.expect:
            arguments.expect = _together("--expect", arguments.expect)
        for name in ("noise", "dispersion", "relative_sd", "national_sd", "correlation"):
            if given := getattr(arguments, name):
                setattr(arguments, name, _together(f"--{name.replace('_', '-')}", given))
    except ValueError as error:
        top.error(str(error))
    if arguments.correlation and not arguments.relative_sd:
        top.error("--correlation needs --relative-sd: it is that of an area's own effect")


def asked_model(arguments: Namespace, on_unknown_size: OnUnknownSize) -> OutcomeModel:
    """The model of chance that the command line asks for; what it does not name stays at its default."""
    from bcf_payments.simulation import OutcomeModel

    named = {"expected": arguments.expect} | {name: getattr(arguments, name) for name in ("noise", *OWN)}
    given = {name: value for name, value in named.items() if value is not None}
    return OutcomeModel(**given, on_unknown_size=on_unknown_size)


def has_own_noise(arguments: Namespace) -> bool:
    """Whether a setting of noise is asked for."""
    return any(getattr(arguments, name) is not None for name in OWN)


def whole_number(least: int, most: float = float("inf")) -> Callable[[str], int]:
    """What reads a whole number within bounds."""
    bounds = f"at least {least}" + (f" and at most {most:g}" if most < float("inf") else "")

    def read(text: str) -> int:
        written = text.isascii() and text.isdigit() and len(text) <= LONGEST
        if not written or not least <= int(text) <= most:
            raise ArgumentTypeError(f"{text[:LONGEST]!r}: write a whole number of {bounds}")
        return int(text)

    return read


def _together(option: str, given: list[Given]) -> Any:
    """One value for all metrics, or a value for each metric."""
    metrics = [metric for metric, _ in given]
    if metrics == [""]:
        return given[0][1]
    if "" in metrics:
        raise ValueError(f"{option}: write one value for all, or METRIC=VALUE for each metric, not both")
    if twice := [metric for metric in dict.fromkeys(metrics) if metrics.count(metric) > 1]:
        raise ValueError(f"{option} names {', '.join(twice)} more than once: write it once")
    return dict(given)


def _expectation(text: str) -> Given:
    if text in EXPECTED:
        return "", text
    metric, sign, change = text.partition("=")
    if not metric or not sign:
        fix = f"write {', '.join(EXPECTED)}, or METRIC=CHANGE, such as emergency_admissions=-0.02"
        raise ArgumentTypeError(f"{text!r}: {fix}")
    return metric, _change(change)


def _change(text: str) -> Fraction:
    from bcf_payments.exact.numbers import as_fraction

    fix = f"{text!r} is no change: write -0.02 for 2% less, and at least -1"
    try:
        change = as_fraction(text)
    except ValueError:
        raise ArgumentTypeError(fix) from None
    if change < -1:
        raise ArgumentTypeError(fix)
    return change


def _per_metric(read: Callable[[str], Any]) -> Callable[[str], Given]:
    """What reads a value, or METRIC=VALUE."""

    def read_given(text: str) -> Given:
        metric, sign, value = text.rpartition("=")
        if sign and not metric:
            raise ArgumentTypeError(f"{text!r}: write METRIC=VALUE, or a value for all metrics")
        return metric, read(value)

    return read_given


def _kind(text: str) -> str:
    if text not in KINDS:
        raise ArgumentTypeError(f"{text!r}: write {', '.join(KINDS)}")
    return text


def _at_least(least: float, most: float = float("inf")) -> Callable[[str], float]:
    """What reads a number within bounds."""
    bounds = f"at least {least:g}" if most == float("inf") else f"from {least:g} to {most:g}"

    def read(text: str) -> float:
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not least <= number <= most or number == float("inf"):
            raise ArgumentTypeError(f"{text!r}: write a number, {bounds}")
        return number

    return read
