"""Every pound as movements between accounts, each with the ids of the rules that moved it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from bcf_payments.core.allocation import Allocation
from bcf_payments.core.case import Case
from bcf_payments.core.lines import Assessed, Settled
from bcf_payments.core.payment import Pence
from bcf_payments.exact.numbers import BoolArray
from bcf_payments.names import (
    AWAITING_DECISION,
    FORMULA_ALLOCATION,
    NATIONAL_FUND,
    NOT_DUE,
    PAID,
    POT,
    WITHHELD,
    Held,
)
from bcf_payments.schemes import Cited, ConditionsLine, MetricLine, PlannedValuePot, Scheme, Slot
from bcf_payments.schemes.held_back import destinations, stays_with_the_area
from bcf_payments.schemes.parts import NationalAmount, cite

Way: TypeAlias = tuple[tuple[str, ...], BoolArray]
"""Facts, and in which lines and areas they decide."""

HELD_FACTS: dict[Held, tuple[str, ...]] = {
    Held.PERFORMANCE: (),
    Held.CONDITIONS: (),
    Held.PLAN_NOT_APPROVED: ("A12",),
    Held.MISSING_DATA: ("G4",),
    Held.GATEWAY: (),
}
"""What holds money back besides the rules of its line."""


class Movement(NamedTuple):
    """Money of one line or component that moves from one account to another, by area.

    `position` is the line's place in the scheme's order, -1 for components; `source` holds the ids of the
    rules, with commas between them.
    """

    position: int
    wave: str
    line: str
    from_account: str
    to_account: str
    source: str
    pence: Pence


def ledger_table(
    case: Case,
    allocation: Allocation,
    assessed: Assessed,
    settled: Settled,
    released: Sequence[Movement],
) -> pd.DataFrame:
    """The ledger of a settlement.

    Parameters
    ----------
    case, allocation, assessed, settled
        The parts of the settlement.
    released : sequence of Movement
        Money that leaves `withheld`, of a settlement whose reviews are resolved; what still awaits a
        decision does not move.

    Returns
    -------
    DataFrame, a row per movement, by area, wave and line, and then in the order in which money moves
        `area_code`, `wave`, `line`, `from_account`, `to_account`, `amount_pence`, `source`.
    """
    moved = [movement for movement in released if movement.to_account != AWAITING_DECISION]
    movements = [
        *_of_components(case, allocation),
        *_of_lines(case, assessed, settled),
        *moved,
    ]
    return movement_rows(movements, case.areas["area_code"])


def movement_rows(movements: Sequence[Movement], area_codes: pd.Series[str]) -> pd.DataFrame:
    """A row for every area and movement in which money moves, by area, line, and as the movements stand."""
    ordered = sorted(movements, key=lambda movement: movement.position)
    hits = [np.flatnonzero(movement.pence) for movement in ordered]
    area = np.concatenate([np.zeros(0, dtype=np.intp), *hits])
    number = np.repeat(np.arange(len(ordered)), [len(hit) for hit in hits])
    amount = [movement.pence[hit] for movement, hit in zip(ordered, hits, strict=True)]
    pence = np.concatenate([np.zeros(0, dtype=np.int64), *amount])
    by_area = np.argsort(area, kind="stable")
    number = number[by_area]

    def text(name: str) -> Any:
        return pd.Series([getattr(movement, name) for movement in ordered], dtype=str).array.take(number)

    return pd.DataFrame(
        {
            "area_code": area_codes.array.take(area[by_area]),
            **{name: text(name) for name in ("wave", "line", "from_account", "to_account")},
            "amount_pence": pence[by_area],
            "source": text("source"),
        }
    )


def _of_components(case: Case, allocation: Allocation) -> Iterator[Movement]:
    """Formula money, and what a pot of planned value leaves of the areas' shares."""
    scheme, to_areas = case.scheme, partial(Movement, -1, "")
    formula = len(scheme.components)
    for component, pence in zip(scheme.components, allocation.amounts[:formula], strict=True):
        source = cite(*_received_by(case, component, component.weight), _shared_out(case))
        yield to_areas(component.name, NATIONAL_FUND, FORMULA_ALLOCATION, source, pence)
    if isinstance(scheme.pot, PlannedValuePot):
        name, rules = scheme.pot.remainder.value, _pot_rules(case, scheme.pot.weight)
        source = cite(*rules, _shared_out(case))
        yield to_areas(name, NATIONAL_FUND, name, source, allocation.amounts[formula])


def _of_lines(case: Case, assessed: Assessed, settled: Settled) -> Iterator[Movement]:
    """The pot's money: into each line, and from there to where it is paid, held back, or not yet due."""
    scheme = case.scheme
    caught_up, withheld, not_due = settled.caught_up, settled.withheld, settled.not_due
    paid = settled.earned - caught_up
    unambitious = _unambitious(case, assessed)
    held_by = ("G5",) if stays_with_the_area(scheme) else destinations(scheme)
    ways: tuple[Way, ...] = (((), ~unambitious), (("G3",), unambitious))
    for line, slot in enumerate(scheme.lines):
        move = partial(Movement, line, slot.wave, slot.name)
        gateways = [rule for gateway in scheme.gateways_of(slot.wave) for rule in gateway.rules]
        earned_by = [*_earning_rules(scheme, slot), *gateways]
        yield move(NATIONAL_FUND, POT, _entitling_rules(case, slot), settled.entitlement[line])
        for facts, where in ways:
            yield move(POT, PAID, cite(*earned_by, *facts), np.where(where[line], paid[line], 0))
        for (facts, where), (reason, more) in product(ways, HELD_FACTS.items()):
            held = np.where(where[line] & (settled.held[line] == reason), withheld[line], 0)
            yield move(POT, WITHHELD, cite(*earned_by, *facts, *more, *held_by), held)
        payment_date = scheme.waves[slot.wave_index].payment_date
        yield move(POT, NOT_DUE, cite(payment_date), not_due[line])
        yield move(WITHHELD, PAID, cite(*earned_by), caught_up[line])


def _unambitious(case: Case, assessed: Assessed) -> BoolArray:
    """By line and area, whether G3 decides; a quarter that plans nothing has no money of its own."""
    lines = case.scheme.lines
    unambitious = np.zeros((len(lines), case.size), dtype=bool)
    metric = [isinstance(slot.rule, MetricLine) for slot in lines]
    unambitious[metric] = (assessed.terms.unambitious & assessed.known)[: len(case.scheme.metric_lines)]
    return unambitious


def _received_by(case: Case, amount: NationalAmount, weight: Cited[str]) -> list[Cited[Any] | str]:
    """The rules by which areas get a component or the pot: their weights, or the amounts they were given."""
    if not case.fund.given:
        return [amount.amount_pounds, weight]
    return ["G7"] if case.fund.whole is None else [amount.amount_pounds, "G7"]


def _shared_out(case: Case) -> str | None:
    """The rule of pence left over, where components and pot are shared out and not given one by one."""
    return "G2" if case.fund.whole is not None or not case.fund.given else None


def _pot_rules(case: Case, weight: Cited[str]) -> list[Cited[Any] | str]:
    pot = case.scheme.amounts[POT]
    rules = _received_by(case, pot, weight)
    return [*rules, pot.unit_value_pounds, pot.remainder] if isinstance(pot, PlannedValuePot) else rules


def _entitling_rules(case: Case, slot: Slot) -> str:
    share = slot.rule.share if slot.rule else None
    rules = _pot_rules(case, case.scheme.weight_of(slot))
    return cite(*rules, share, "G2" if share else _shared_out(case))


def _earning_rules(scheme: Scheme, slot: Slot) -> list[Cited[Any] | str | None]:
    rule, pot = slot.rule, scheme.pot
    if isinstance(rule, ConditionsLine):
        return [rule.conditions, rule.pays, rule.submit_by, "G1"]
    if isinstance(rule, MetricLine):
        cumulative = pot.cumulative if isinstance(pot, PlannedValuePot) else None
        return [rule.metric, rule.curve, scheme.curves[rule.curve.value], cumulative, "G1"]
    return []
