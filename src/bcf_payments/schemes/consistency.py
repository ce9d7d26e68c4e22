"""Whether the rules of a scheme fit together: every contradiction, with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from bcf_payments.schemes.parts import Wave

Fault: TypeAlias = tuple[str, str]

KNOWN_SHOWN = 12
"""How many known names a fault spells out."""

LARGEST_FUND = 2**63 - 1
"""The most pence that a scheme may have in all, so that every sum of its money is an int64."""

PROPORTIONAL = ((Fraction(0), Fraction(0)), (Fraction(1), Fraction(1)))
"""The points of the curve that pays in proportion to the achievement."""


def contradictions(parts: Mapping[str, Any]) -> list[Fault]:
    """Every contradiction between the parts of a scheme.

    Parameters
    ----------
    parts : mapping
        The scheme's sections by field name. A section that is absent (because it could not even be
        read) is left out of account.

    Returns
    -------
    list of (str, str)
        Where, and what is wrong there.
    """
    checks = (
        _amounts,
        _curves,
        _components,
        _waves,
        _names_used,
        _shares,
        _planned_value,
        _review,
        _destinations,
        _alternatives,
    )
    return [fault for check in checks for fault in check(parts)]


def unknown(name: str, known: Iterable[str], what: str) -> str:
    """A sentence for a name that is not defined, with the nearest one that is."""
    options = list(known)
    near = get_close_matches(name, options, n=1)
    shown = ", ".join(options[:KNOWN_SHOWN]) + (" ..." if len(options) > KNOWN_SHOWN else "")
    hint = f"did you mean {near[0]!r}?" if near else f"known: {shown or 'none'}"
    return f"unknown {what} {name!r}; {hint}"


def _amounts(parts: Mapping[str, Any]) -> Iterator[Fault]:
    shared = [(f"components.{i}.amount_pounds", c.amount_pounds) for i, c in _numbered(parts, "components")]
    if pot := parts.get("pot"):
        shared.append(("pot.amount_pounds", pot.amount_pounds))
    announced = parts.get("announced_pounds")
    told = [("announced_pounds", announced)] if announced else []
    for where, amount in shared + told:
        if amount.value < 0 or (amount.value * 100).denominator != 1:
            yield where, f"{amount.value} pounds is not a whole number of pence of at least 0"
    for where, amounts in (("", shared), ("announced_pounds", told)):
        if sum(amount.value for _, amount in amounts) * 100 > LARGEST_FUND:
            what = "the pot and the components together" if amounts is shared else "the fund"
            yield where, f"{what} may not be more than {LARGEST_FUND:,} pence: give the amounts in pounds"


def _curves(parts: Mapping[str, Any]) -> Iterator[Fault]:
    for name, curve in (parts.get("curves") or {}).items():
        where = f"curves.{name}"
        xs, ys = zip(*curve.value, strict=True)
        if xs[0] != 0 or xs[-1] != 1:
            yield where, "x must run from 0 to 1"
        if any(a > b for a, b in pairwise(xs)):
            yield where, "x must be sorted"
        if any(a == c for a, c in zip(xs, xs[2:], strict=False)):
            yield where, "at most two points may share an x (a jump)"
        if any(not 0 <= y <= 1 for y in ys):
            yield where, "y must be between 0 and 1"
        if any(a > b for a, b in pairwise(ys)):
            yield where, "the curve falls: y must never go down"


def _components(parts: Mapping[str, Any]) -> Iterator[Fault]:
    names = [(f"components.{i}.name", c.name) for i, c in _numbered(parts, "components")]
    if remainder := getattr(parts.get("pot"), "remainder", None):
        names.append(("pot.remainder", remainder.value))
    yield from _repeated([("", "performance_pot"), *names], "component")


def _waves(parts: Mapping[str, Any]) -> Iterator[Fault]:
    waves = _numbered(parts, "waves")
    yield from _repeated([(f"waves.{i}.name", wave.name) for i, wave in waves], "wave")
    for (_, before), (i, after) in pairwise(waves):
        if after.payment_date.value < before.payment_date.value:
            yield f"waves.{i}.payment_date", f"waves must stand in date order: before that of {before.name!r}"
    for i, wave in waves:
        names = [(f"waves.{i}.lines.{j}", line.name) for j, line in enumerate(wave.lines)]
        names += [(f"waves.{i}.monitored", name) for name in _monitored(wave)]
        yield from _repeated(names, "line")
        for j, line in enumerate(wave.lines):
            if hasattr(line, "period") and line.period.value.end < line.period.value.start:
                yield f"waves.{i}.lines.{j}.period", "ends before it starts"


def _names_used(parts: Mapping[str, Any]) -> Iterator[Fault]:
    used: list[tuple[str, str, str]] = []
    for i, wave in _numbered(parts, "waves"):
        used += [(f"waves.{i}.monitored", name, "metrics") for name in _monitored(wave)]
        for j, line in enumerate(wave.lines):
            where = f"waves.{i}.lines.{j}"
            if hasattr(line, "metric"):
                used += [(f"{where}.metric", line.name, "metrics")]
                used += [(f"{where}.curve", line.curve.value, "curves")]
            else:
                used += [(f"{where}.conditions", name, "conditions") for name in line.conditions.value]
    for where, name, section in used:
        known = parts.get(section)
        if known is not None and name not in known:
            yield where, unknown(name, known, section.removesuffix("s"))
    if "conditions" in (parts.get("metrics") or {}):
        yield "metrics.conditions", "the name is kept for the conditions line"


def _shares(parts: Mapping[str, Any]) -> Iterator[Fault]:
    pot, waves = parts.get("pot"), _numbered(parts, "waves")
    if pot is None or not waves:
        return
    lines = [(f"waves.{i}.lines.{j}", line) for i, wave in waves for j, line in enumerate(wave.lines)]
    if pot.kind == "planned_value":
        yield from (
            (f"{where}.share", "a pot of planned value has no shares") for where, line in lines if line.share
        )
        return
    missing = [where for where, line in lines if line.share is None]
    yield from ((f"{where}.share", "a line of a fixed pot needs a share") for where in missing)
    for where, line in lines:
        if line.share and not 0 <= line.share.value <= 1:
            yield f"{where}.share", f"{line.share.value} is not between 0 and 1"
    total = sum((line.share.value for _, line in lines if line.share), Fraction(0))
    if not missing and total != 1:
        yield "waves", f"the shares of all lines add up to {total}, not to exactly 1"


def _planned_value(parts: Mapping[str, Any]) -> Iterator[Fault]:
    pot = parts.get("pot")
    if pot is None or pot.kind != "planned_value":
        return
    step, expected = pot.expected_reduction_step, pot.expected_reduction
    if pot.unit_value_pounds.value < 0:
        yield "pot.unit_value_pounds", "is negative"
    if (expected is None) != (step is None):
        yield "pot.expected_reduction", "goes together with expected_reduction_step"
    if step and step.value <= 0:
        yield "pot.expected_reduction_step", "must be above 0"
    if pot.revision_tolerance and pot.revision_tolerance.value < 0:
        yield "pot.revision_tolerance", "is negative"
    yield from _planned_value_lines(parts)


def _planned_value_lines(parts: Mapping[str, Any]) -> Iterator[Fault]:
    """A pot of planned value pays one count, on one line a wave, in proportion."""
    curves, metrics = parts.get("curves") or {}, parts.get("metrics") or {}
    paid = set()
    for i, wave in _numbered(parts, "waves"):
        if len(wave.lines) != 1 or not hasattr(wave.lines[0], "metric"):
            yield f"waves.{i}.lines", "a pot of planned value pays on one metric line a wave"
            continue
        line = wave.lines[0]
        paid.add(line.name)
        curve = curves.get(line.curve.value)
        if curve is not None and tuple(curve.value) != PROPORTIONAL:
            yield f"waves.{i}.lines.0.curve", "a pot of planned value pays in proportion: (0, 0), (1, 1)"
    if len(paid) > 1:
        yield "waves", f"a pot of planned value pays on the same metric throughout: {', '.join(sorted(paid))}"
    for name in sorted(paid & set(metrics)):
        if metrics[name].unit.value != "count":
            yield f"metrics.{name}.unit", "a pot of planned value pays on a count"


def _review(parts: Mapping[str, Any]) -> Iterator[Fault]:
    review = parts.get("review")
    if review is None:
        return
    limits = [action.trigger_below.value for action in review.actions]
    if any(not 0 < limit <= 1 for limit in limits):
        yield "review.actions", "every trigger_below must be above 0 and at most 1"
    if any(a >= b for a, b in pairwise(limits)):
        yield "review.actions", "must stand from the lowest trigger_below to the highest"


def _alternatives(parts: Mapping[str, Any]) -> Iterator[Fault]:
    names = [(f"alternatives.{i}.name", a.name) for i, a in _numbered(parts, "alternatives")]
    yield from _repeated(names, "alternative")


def _destinations(parts: Mapping[str, Any]) -> Iterator[Fault]:
    """Money that is held back must have one way to go, and its account a name of its own."""
    from bcf_payments.names import ACCOUNTS

    pot, review = parts.get("pot"), parts.get("review")
    named = [(f"pot.{name}", getattr(pot, name, None)) for name in ("remainder", "unearned_to")]
    for i, action in enumerate(review.actions if review else ()):
        where = f"review.actions.{i}"
        rules = {name: getattr(action, name) for name in ("destination", "needs_decision")}
        named += [
            (f"{where}.{name}", getattr(action, name)) for name in ("destination", "destination_otherwise")
        ]
        if pot is not None and pot.kind == "planned_value":
            rules["destination_otherwise"] = action.destination_otherwise
            for name in (name for name, rule in rules.items() if rule):
                yield f"{where}.{name}", "a pot of planned value sends unearned money to pot.unearned_to"
        elif pot is not None:
            for name in (name for name, rule in rules.items() if not rule):
                yield f"{where}.{name}", "say where money that is held back goes, and if a decision is needed"
        if action.destination_otherwise and not (action.needs_decision and action.needs_decision.value):
            yield f"{where}.destination_otherwise", "needs a decision: set needs_decision to true"
    for where, rule in named:
        if rule and rule.value in ACCOUNTS:
            yield where, f"the name {rule.value!r} is kept for an account"


def _monitored(wave: Wave) -> tuple[str, ...]:
    return wave.monitored.value if wave.monitored else ()


def _numbered(parts: Mapping[str, Any], section: str) -> list[tuple[int, Any]]:
    return list(enumerate(parts.get(section) or ()))


def _repeated(named: Iterable[tuple[str, str]], what: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for where, name in named:
        if name in seen:
            yield where, f"the {what} {name!r} stands twice"
        seen.add(name)
