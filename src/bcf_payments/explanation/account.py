"""One area's part of a settlement, taken from its arrays as Python integers and fractions."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import repeat
from weakref import WeakKeyDictionary

from bcf_payments.core.allocation import Allocation
from bcf_payments.core.case import BLANK, Case
from bcf_payments.core.conditions import settle_conditions
from bcf_payments.core.fund import Weight
from bcf_payments.core.gateways import Kept, kept_parts
from bcf_payments.core.ledger import Movement
from bcf_payments.core.lines import Assessed, Settled, payment_kernel
from bcf_payments.core.payment import FixedKernel, Payout, Pence, PlannedValueKernel
from bcf_payments.core.result import Result
from bcf_payments.core.review import NO_ACTION, full_from
from bcf_payments.exact.numbers import IntArray
from bcf_payments.explanation.measured import Checked, MetricProgress, Quarters, Rate
from bcf_payments.explanation.steps import Money
from bcf_payments.names import Held, Status
from bcf_payments.schemes import ConditionsLine, Scheme, Slot
from bcf_payments.schemes.calendar import line_amounts
from bcf_payments.schemes.levels import ends_of
from bcf_payments.tables.lookup import position_of


@dataclass(frozen=True, eq=False)
class Shared:
    """What the accounts of all areas share, worked out once."""

    case: Case
    allocation: Allocation
    assessed: Assessed
    settled: Settled
    _conditions: dict[int, Payout] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def codes(self) -> list[str]:
        """The codes of the areas, in order."""
        return [str(code) for code in self.case.areas["area_code"]]

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of the areas by their codes."""
        return dict(zip(self.codes, map(str, self.case.areas["area_name"]), strict=True))

    @cached_property
    def regions(self) -> list[str]:
        """The regions of the areas, in order."""
        return [str(region) for region in self.case.areas["region"]]

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each area stands in code order."""
        return {code: index for index, code in enumerate(self.codes)}

    @cached_property
    def line_amounts(self) -> tuple[int, ...]:
        """The national amounts of the lines."""
        return line_amounts(self.case.scheme)

    @cached_property
    def money(self) -> tuple[Pence, ...]:
        """Entitlement, earned, caught up, withheld and not due, by line and area."""
        settled = self.settled
        return settled.entitlement, settled.earned, settled.caught_up, settled.withheld, settled.not_due

    @cached_property
    def kernel(self) -> FixedKernel | PlannedValueKernel:
        """The kernel that pays the metric lines."""
        return payment_kernel(self.case, self.allocation, self.assessed.terms)

    @cached_property
    def payout(self) -> Payout:
        """What each metric line is paid, by line and area."""
        lines = slice(len(self.case.scheme.metric_lines))
        return self.kernel.pay(self.assessed.actual[lines], self.assessed.known[lines])

    @cached_property
    def kept(self) -> Kept:
        """What gateways leave."""
        return kept_parts(self.case)

    @cached_property
    def counted(self) -> IntArray:
        """The improvement that counts, between none and the whole, by metric line and area."""
        return self.assessed.terms.achieved(self.assessed.actual)

    @cached_property
    def full_from(self) -> tuple[Fraction, ...]:
        """From which achievement each metric line is paid in full."""
        scheme = self.case.scheme
        return (*full_from(scheme), *repeat(Fraction(1), len(scheme.monitored)))

    @cached_property
    def landmarks(self) -> list[Fraction]:
        """The achievements at which something changes: thresholds of reviews, points of curves."""
        scheme = self.case.scheme
        thresholds = {one.trigger_below.value for one in scheme.review.actions} if scheme.review else set()
        return sorted(thresholds | {x for curve in scheme.curves.values() for x, _ in curve.value})

    @cached_property
    def metric_of_line(self) -> dict[int, int]:
        """Where each metric line, by its place among the lines, stands among the metrics."""
        scheme = self.case.scheme
        places = {slot: place for place, slot in enumerate(scheme.metric_lines)}
        return {line: places[slot] for line, slot in enumerate(scheme.lines) if slot in places}

    def conditions(self, line: int, rule: ConditionsLine) -> Payout:
        """What a conditions line pays each area, before gateways."""
        if line not in self._conditions:
            assured = self.kept.assured(line, self.case.assured[self.case.scheme.lines[line].wave])
            self._conditions[line], _ = settle_conditions(rule, self.allocation.entitlement[line], assured)
        return self._conditions[line]


_SHARED: WeakKeyDictionary[Result, Shared] = WeakKeyDictionary()
"""As long as a settlement is there, so is what its accounts share."""


def account_of(result: Result, area_code: str) -> Account:
    """The account of an area.

    Raises
    ------
    InputError
        No such area (`unknown_area`), with those that come near.
    """
    if result not in _SHARED:
        _SHARED[result] = Shared(result.case, result.allocation, result.assessed, result.settled)
    shared = _SHARED[result]
    known = isinstance(area_code, str) and area_code in shared.positions
    index = shared.positions[area_code] if known else position_of(result.case.areas, area_code)
    return Account(index, shared, result.released)


@dataclass(frozen=True)
class Account:
    """One area of a settlement, by its position in code order."""

    index: int
    shared: Shared
    released: tuple[Movement, ...] = ()

    @property
    def case(self) -> Case:
        """What came in, of all areas."""
        return self.shared.case

    @property
    def allocation(self) -> Allocation:
        """What each area is entitled to."""
        return self.shared.allocation

    @property
    def settled(self) -> Settled:
        """What each area earns."""
        return self.shared.settled

    @property
    def scheme(self) -> Scheme:
        """The rules."""
        return self.case.scheme

    @property
    def not_approved(self) -> bool:
        """Whether the area's plan is not approved."""
        return any(assured.not_approved[self.index] for assured in self.case.assured.values())

    @property
    def area_code(self) -> str:
        """The area's code."""
        return self.shared.codes[self.index]

    @property
    def region(self) -> str:
        """The area's region."""
        return self.shared.regions[self.index]

    @property
    def name(self) -> str:
        """The area's name."""
        return self.shared.names[self.area_code]

    def is_due(self, slot: Slot) -> bool:
        """Whether the payment point of a line has come."""
        return slot.wave_index < self.case.due_waves

    def weight(self, column: str) -> Weight:
        """The area's weight in a column, and the sum of the column."""
        return self.case.fund.weight(column, self.index)

    @cached_property
    def components(self) -> dict[str, int]:
        """The area's pence of every component, in the scheme's order, the performance pot last."""
        amounts = self.allocation.amounts[:, self.index].tolist()
        return dict(zip(self.allocation.components, amounts, strict=True))

    def line_pence(self, line: int) -> int:
        """The national amount of a line."""
        return self.shared.line_amounts[line]

    @cached_property
    def money(self) -> tuple[Money, ...]:
        """The five amounts of every line."""
        amounts = (amount[:, self.index].tolist() for amount in self.shared.money)
        return tuple(Money(*line) for line in zip(*amounts, strict=True))

    @cached_property
    def totals(self) -> Money:
        """The five amounts of all lines together."""
        return Money(*map(sum, zip(*self.money, strict=True))) if self.money else Money(0, 0, 0, 0, 0)

    @cached_property
    def held(self) -> tuple[Held, ...]:
        """Why money of each line is held back."""
        return tuple(Held(int(held)) for held in self.settled.held[:, self.index])

    @cached_property
    def statuses(self) -> tuple[Status, ...]:
        """What became of each line."""
        return tuple(Status(int(status)) for status in self.settled.status[:, self.index])

    def action(self, line: int) -> int | None:
        """The number of the review action that a line triggers."""
        action = int(self.settled.action[line, self.index])
        return None if action == NO_ACTION else action

    @property
    def landmarks(self) -> list[Fraction]:
        """The achievements at which something changes: thresholds of reviews, points of curves."""
        return self.shared.landmarks

    @property
    def metric_of_line(self) -> dict[int, int]:
        """Where each metric line, by its place among the lines, stands among the metrics."""
        return self.shared.metric_of_line

    @cached_property
    def progress(self) -> tuple[MetricProgress, ...]:
        """How each metric did: those that pay first, then those that are only watched."""
        return tuple(self._progress_of(place) for place in range(len(self.case.slots)))

    def _progress_of(self, place: int) -> MetricProgress:
        measures, assessed, area = self.case.measures, self.shared.assessed, self.index
        planned, measured = bool(measures.planned[place, area]), bool(measures.measured[place, area])
        terms = assessed.terms
        whole, unambitious = int(terms.whole[place, area]), bool(terms.unambitious[place, area])
        counted = Fraction(int(self.shared.counted[place, area]), whole)
        actual = Fraction(int(assessed.actual[place, area]), whole)
        return MetricProgress(
            baseline=self._rate(0, place) if planned else None,
            target=self._rate(1, place) if planned else None,
            outcome=self._rate(2, place) if measured else None,
            lower_is_better=int(measures.sign[place, area]) == 1,
            unambitious=planned and unambitious,
            status=Status(int(assessed.status[place, area])),
            known=bool(assessed.known[place, area]),
            achievement=counted if unambitious else actual,
            counted=counted,
            ends=ends_of(self.case.slots[place].rule),
            full_from=self.shared.full_from[place],
        )

    def _rate(self, number: int, place: int) -> Rate:
        """The baseline (0), target (1) or outcome (2) of a metric."""
        measures, area = self.case.measures, self.index
        below_scale, above_scale = measures.factor
        return Rate(
            Fraction(int(measures.numerators[number][place, area]), above_scale),
            Fraction(int(measures.denominators[number][place, area]), below_scale),
        )

    @cached_property
    def paid_shares(self) -> tuple[Fraction, ...]:
        """The share of its entitlement (of the pot, where it is cumulative) that each metric line is paid.

        What gateways leave of it is another matter: see `kept`.
        """
        payout, area = self.shared.payout, self.index
        units = (self.shared.kept.whole[line] for line in self.scheme.metric_places)
        return tuple(
            Fraction(int(part), int(whole)) * unit
            for part, whole, unit in zip(payout.part[:, area], payout.whole[:, area], units, strict=True)
        )

    def kept(self, line: int) -> Fraction:
        """What gateways leave of what a line earns."""
        return Fraction(int(self.shared.kept.part[line, self.index]), self.shared.kept.whole[line])

    def is_shut(self, line: int) -> bool:
        """Whether it is not known what gateways leave."""
        return bool(self.shared.kept.blank[line, self.index])

    def answer(self, wave: str, condition: str) -> int:
        """What is known of a condition in a wave: 1, 0 or `BLANK`."""
        known = self.case.assured.get(wave)
        return BLANK if known is None else int(known.conditions[condition][self.index])

    @cached_property
    def quarters(self) -> Quarters:
        """The area's pot of planned value."""
        kernel, area = self.shared.kernel, self.index
        if not isinstance(kernel, PlannedValueKernel):
            raise TypeError(f"{self.scheme.name} has no pot of planned value")
        lines = slice(len(self.scheme.metric_lines))

        def units(values: IntArray) -> tuple[Fraction, ...]:
            return tuple(Fraction(int(value), kernel.scale) for value in values[:, area])

        return Quarters(
            int(kernel.share[area]),
            int(kernel.pot[area]),
            units(kernel.planned),
            Fraction(int(kernel.reduction[area]), kernel.scale),
            units(kernel.path),
            bool(self.case.measures.planned[lines, area].all()),
        )

    def checked(self, wave: str, rule: ConditionsLine) -> Checked:
        """What is known of the area's plan on the conditions line of a wave."""
        assured, area = self.case.assured[wave], self.index
        submit_by = rule.submit_by.value if rule.submit_by else None
        return Checked(
            {name: int(assured.conditions[name][area]) for name in rule.conditions.value},
            bool(assured.not_approved[area]),
            bool(assured.late(submit_by)[area]),
            bool(assured.undated(submit_by)[area]),
            assured.submitted_on[area] if assured.submitted_on else None,
        )

    def conditions_share(self, line: int, rule: ConditionsLine) -> Fraction:
        """The share of its entitlement that a conditions line is paid."""
        payout = self.shared.conditions(line, rule)
        return Fraction(int(payout.part[self.index]), int(payout.whole[self.index]))
