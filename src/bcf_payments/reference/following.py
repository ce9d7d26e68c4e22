"""What follows from the lines: reviews, where held-back money goes, and every movement of money."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TypeAlias

from bcf_payments.reference.lines import LineKey, ReferenceLine, clipped, curve
from bcf_payments.schemes.parts import MetricLine, PlannedValuePot
from bcf_payments.schemes.scheme import Scheme

Lines: TypeAlias = Mapping[LineKey, ReferenceLine]
Movement: TypeAlias = tuple[str, str, str, str, str]
"""Area, wave, line, the account that money leaves and the one that it enters."""


def reviews_of(scheme: Scheme, lines: Lines) -> dict[LineKey, str]:
    """Find what the missed lines of each area and wave trigger."""
    review = scheme.review
    if review is None:
        return {}
    # G4: conditions, missing and not due lines have no achievement; they trigger nothing and do not count.
    judged: dict[tuple[str, str], dict[LineKey, Fraction]] = defaultdict(dict)
    for key, line in lines.items():
        if line.achievement is not None:
            judged[key[:2]][key] = line.achievement
    actions: dict[LineKey, str] = {}
    for achievements in judged.values():
        mean = sum(map(clipped, achievements.values()), Fraction(0)) / len(achievements)
        for key, own in achievements.items():
            # B7: 70% is tested line by line, or on the mean of the area's lines of that wave.
            decisive = mean if review.scope.value == "mean" else own
            # A5, B5, B6: of a missed line, the lowest threshold that it is below.
            triggered = [step.action.value for step in review.actions if decisive < step.trigger_below.value]
            if lines[key].status != "met" and not _paid_in_full(scheme, key, own) and triggered:
                actions[key] = triggered[0]
    return actions


def _paid_in_full(scheme: Scheme, key: LineKey, achievement: Fraction) -> bool:
    # What is paid in full is not missed, though the curve asks for less than all.
    (name,) = (
        line.curve.value
        for wave in scheme.waves
        for line in wave.lines
        if isinstance(line, MetricLine) and (wave.name, line.name) == key[1:]
    )
    return curve(scheme.curves[name].value, clipped(achievement)) == 1


def releases_of(
    scheme: Scheme, lines: Lines, reviews: Mapping[LineKey, str], agreed: Mapping[LineKey, bool]
) -> dict[tuple[str, str, str, str], int]:
    """Find where money that was held back goes.

    Parameters
    ----------
    scheme : Scheme
        The rules.
    lines, reviews : mapping
        Of a `ReferenceSettlement`.
    agreed : mapping
        The reviews that are done, by area, wave and line: whether all parties agreed.

    Returns
    -------
    dict
        Pence above 0 by area, wave, line and destination.
    """
    if isinstance(scheme.pot, PlannedValuePot):
        return _unearned(scheme, scheme.pot, lines)
    releases: dict[tuple[str, str, str, str], int] = {}
    actions = {action.action.value: action for action in scheme.review.actions} if scheme.review else {}
    for key, name in reviews.items():
        action, held = actions[name], lines[key].withheld_pence
        goes = action.destination
        # A5, B6: what needs a decision waits for it; B5: the rest does not.
        if action.needs_decision and action.needs_decision.value:
            if key not in agreed:
                releases[(*key, "awaiting_decision")] = held
                continue
            # B6: without agreement it goes elsewhere, where the scheme says so; A6: else as it would have.
            if not agreed[key] and action.destination_otherwise:
                goes = action.destination_otherwise
        if goes:
            releases[(*key, goes.value)] = held
    return {key: held for key, held in releases.items() if held}


def _unearned(scheme: Scheme, pot: PlannedValuePot, lines: Lines) -> dict[tuple[str, str, str, str], int]:
    # C6, C8: once all waves are due, what the lines that are not missing did not earn, in the last wave.
    left: Counter[str] = Counter()
    for (code, _, _), line in lines.items():
        if line.status == "not_due":
            return {}
        left[code] += line.entitlement_pence - line.earned_pence if line.status != "missing" else 0
    wave = scheme.waves[-1]
    where = (wave.name, wave.lines[-1].name, pot.unearned_to.value)
    return {(code, *where): pence for code, pence in left.items() if pence}


def ledger_of(
    scheme: Scheme,
    allocations: Mapping[tuple[str, str], int],
    lines: Lines,
    releases: Mapping[tuple[str, str, str, str], int],
) -> dict[Movement, int]:
    """Add up every movement between accounts: pence above 0 by area, wave, line, and both accounts."""
    moved = Counter(dict(_movements(scheme, allocations, lines)))
    for (code, wave, line, destination), pence in releases.items():
        # G5: what awaits a decision has not moved.
        if destination != "awaiting_decision":
            moved[code, wave, line, "withheld", destination] += pence
    return {movement: pence for movement, pence in moved.items() if pence}


def _movements(
    scheme: Scheme, allocations: Mapping[tuple[str, str], int], lines: Lines
) -> Iterator[tuple[Movement, int]]:
    formula = {component.name for component in scheme.components}
    for (code, component), pence in allocations.items():
        if component != "performance_pot":
            # F8: formula money stays where it went; C2: what a pot leaves has an account of its own.
            account = "formula_allocation" if component in formula else component
            yield (code, "", component, "national_fund", account), pence
    for key, line in lines.items():
        yield (*key, "national_fund", "performance_pot"), line.entitlement_pence
        yield (*key, "performance_pot", "paid"), line.earned_pence - line.caught_up_pence
        yield (*key, "performance_pot", "withheld"), line.withheld_pence
        yield (*key, "performance_pot", "not_due"), line.not_due_pence
        # C8: a missed quarter is made good out of what was held back.
        yield (*key, "withheld", "paid"), line.caught_up_pence
