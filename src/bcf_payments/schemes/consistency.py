"""Whether the rules of a scheme fit together: every contradiction, with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from bcf_payments.schemes.cited import OWN, USER, cited_in, weakest
from bcf_payments.schemes.facts import facts_with

if TYPE_CHECKING:
    from bcf_payments.schemes.parts import Metric, MetricLine, Wave

Fault: TypeAlias = tuple[str, str]

KNOWN_SHOWN = 12
"""How many known names a fault spells out."""

LARGEST_FUND = 2**63 - 1
"""The most pence that a scheme may have in all, so that every sum of its money is an int64."""

LARGEST_THRESHOLD = 10**15
"""No rate or count that is paid on comes near it."""

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
        _without_a_pot,
        _levels,
        _planned_value,
        _gateways,
        _review,
        _destinations,
        _alternatives,
        _sources,
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
    for i, gateway in _numbered(parts, "gateways"):
        used += [(f"gateways.{i}.condition", gateway.condition.value, "conditions")]
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
        for name, what in (("share", "shares"), ("weight", "weights of lines")):
            own = [where for where, line in lines if getattr(line, name)]
            yield from ((f"{where}.{name}", f"a pot of planned value has no {what}") for where in own)
        return
    missing = [where for where, line in lines if line.share is None]
    yield from ((f"{where}.share", "a line of a fixed pot needs a share") for where in missing)
    for where, line in lines:
        if line.share and not 0 <= line.share.value <= 1:
            yield f"{where}.share", f"{line.share.value} is not between 0 and 1"
    total = sum((line.share.value for _, line in lines if line.share), Fraction(0))
    if not missing and total != 1:
        yield "waves", f"the shares of all lines add up to {total}, not to exactly 1"


def _without_a_pot(parts: Mapping[str, Any]) -> Iterator[Fault]:
    """Where nothing is paid on lines, every payment point watches something."""
    for i, wave in _numbered(parts, "waves"):
        if not wave.lines and not _monitored(wave):
            yield f"waves.{i}", "has no lines and no monitored metrics: say what it pays on or watches"
        if wave.lines and "pot" in parts and parts["pot"] is None:
            yield f"waves.{i}.lines", "lines are paid from a pot: add one, or list the metrics as monitored"
    if "pot" in parts and parts["pot"] is None:
        needing = [name for name in ("gateways", "review") if parts.get(name)]
        yield from ((name, "needs a pot: without one no line is paid") for name in needing)


def _levels(parts: Mapping[str, Any]) -> Iterator[Fault]:
    """Two thresholds, of which the upper is the better, on lines judged by level and on no other."""
    planned_value = getattr(parts.get("pot"), "kind", "") == "planned_value"
    for i, wave in _numbered(parts, "waves"):
        for j, line in enumerate(wave.lines):
            where = f"waves.{i}.lines.{j}"
            given = {name: rule for name in ("lower", "upper") if (rule := getattr(line, name, None))}
            if not (judged := getattr(line, "judged", None)) or judged.value != "level":
                for name in given:
                    yield f"{where}.{name}", 'goes with judged = "level"; else each area\'s plan decides'
                continue
            for name in [name for name in ("lower", "upper") if name not in given]:
                yield f"{where}.{name}", "a line judged by level needs a lower and an upper threshold"
            if planned_value:
                yield (
                    f"{where}.judged",
                    "a pot of planned value needs the plan of each area",
                )
            else:
                yield from _thresholds(where, line, (parts.get("metrics") or {}).get(line.name))


def _thresholds(where: str, line: MetricLine, metric: Metric | None) -> Iterator[Fault]:
    """Achievement is 0 at the lower threshold and 1 at the upper, which must be the better one."""
    for name, rule in (("lower", line.lower), ("upper", line.upper)):
        if rule and not 0 <= rule.value <= LARGEST_THRESHOLD:
            yield f"{where}.{name}", f"{rule.value} is not between 0 and {LARGEST_THRESHOLD:,}"
    if metric is None or line.lower is None or line.upper is None:
        return
    way, lower, upper = metric.direction.value, line.lower.value, line.upper.value
    if way == "either":
        yield (
            f"{where}.judged",
            f"no plan says which way {line.name!r} goes: say lower or higher",
        )
    elif not (upper < lower if way == "lower" else upper > lower):
        than = "below" if way == "lower" else "above"
        fix = f"{way} is better, so upper, where all is achieved, must be {than} lower"
        yield f"{where}.upper", f"{upper} is no better than the lower threshold of {lower}: {fix}"


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


def _gateways(parts: Mapping[str, Any]) -> Iterator[Fault]:
    """What a gateway keeps must be a part; a running total would make good later what it cut."""
    gateways, pot = _numbered(parts, "gateways"), parts.get("pot")
    yield from _repeated([(f"gateways.{i}.name", gateway.name) for i, gateway in gateways], "gateway")
    known = [wave.name for wave in parts.get("waves") or ()]
    for i, gateway in gateways:
        if not 0 <= gateway.keeps.value < 1:
            yield f"gateways.{i}.keeps", f"{gateway.keeps.value} is not at least 0 and below 1"
        for wave in gateway.waves.value if gateway.waves and known else ():
            if wave not in known:
                yield f"gateways.{i}.waves", unknown(wave, known, "wave")
    if gateways and pot is not None and pot.kind == "planned_value":
        yield "gateways", "a pot of planned value has no gateways: they need a pot of kind 'fixed'"


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


def _sources(parts: Mapping[str, Any]) -> Iterator[Fault]:
    """Where a scheme brings facts along, its sources are known, and no rule is surer than its facts."""
    if not parts.get("facts"):
        return
    known = facts_with(parts["facts"])
    rules = [(where, rule.source, rule.basis) for where, rule in cited_in(dict(parts))]
    rules += [(f"alternatives.{i}", a.source, "assumed") for i, a in _numbered(parts, "alternatives")]
    for where, sources, basis in rules:
        cited = [source for source in sources if (source,) not in (OWN, USER)]
        for source in cited:
            if source not in known:
                yield f"{where}.source", unknown(source, known, "fact")
            elif weakest([basis, known[source].basis]) != basis:
                fault = f"cannot be {basis}: it rests on {source}, which is {known[source].basis}"
                yield f"{where}.basis", fault


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
        if action.agreed_by and action.needs_decision and not action.needs_decision.value:
            yield f"{where}.agreed_by", "there is nothing to agree: needs_decision is false"
        parties = action.agreed_by.value if action.agreed_by else ()
        yield from _repeated([(f"{where}.agreed_by", name) for name in parties], "name")
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
