"""The same tables settled under every alternative of the scheme, and how far each moves the money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.names import SLOT_KEY
from bcf_payments.schemes import Scheme
from bcf_payments.schemes.parts import Alternative

if TYPE_CHECKING:
    from bcf_payments.settlement import Settlement

IDENTITY = ("name", "title", "source")
TEXT = {*IDENTITY, "area_code", "action", "reason", "gains_most", "loses_most"}

ALTERNATIVES = (
    *IDENTITY,
    "entitlement_pence",
    "earned_pence",
    "change_pence",
    "areas_paid",
    "areas_more",
    "areas_less",
    "reviews",
    "actions_changed",
    "gains_most",
    "gains_most_pence",
    "loses_most",
    "loses_most_pence",
)
BY_AREA = ("name", "area_code", "earned_pence", "change_pence")
ACTIONS = ("name", "action", "lines", "withheld_pence")
UNSETTLED = (*IDENTITY, "reason")


@dataclass(frozen=True)
class Readings:
    """Tables of the alternatives: the nation, each area, what follows, and those that cannot be settled."""

    alternatives: pd.DataFrame
    by_area: pd.DataFrame
    actions: pd.DataFrame
    unsettled: pd.DataFrame


def settle_readings(settlement: Settlement) -> Readings:
    """Settle every alternative of a settlement's scheme."""
    before = _Result.of(settlement)
    nation: list[dict[str, Any]] = []
    areas: list[dict[Any, Any]] = []
    follows = before.actions("")
    unsettled: list[dict[str, str]] = []
    for alternative in settlement.scheme.alternatives:
        try:
            other = settlement.under(settlement.scheme.alternative(alternative.name))
        except InputError as error:
            unsettled.append(_identity(alternative) | {"reason": _first_problem(error)})
            continue
        after = _Result.of(other)
        nation.append(_identity(alternative) | after.compared(before))
        areas += after.by_area(before).assign(name=alternative.name).to_dict("records")
        follows += after.actions(alternative.name)
    return Readings(
        _table(nation, ALTERNATIVES),
        _table(areas, BY_AREA),
        _table(follows, ACTIONS),
        _table(unsettled, UNSETTLED),
    )


@dataclass(frozen=True)
class _Result:
    """What is compared of a settlement: pence by area, and what follows from which line."""

    scheme: Scheme
    money: pd.DataFrame
    reviews: pd.DataFrame

    @classmethod
    def of(cls, settlement: Settlement) -> _Result:
        money = settlement.payments.groupby("area_code")[["entitlement_pence", "earned_pence"]].sum()
        return cls(settlement.scheme, money, settlement.reviews)

    def by_area(self, before: _Result) -> pd.DataFrame:
        """What each area earns, and how much more than before."""
        earned = self.money[["earned_pence"]]
        change = earned["earned_pence"] - before.money["earned_pence"]
        return earned.assign(change_pence=change).reset_index()

    def compared(self, before: _Result) -> dict[str, Any]:
        """What is paid in all, to how many areas how much more or less, and what else follows."""
        change = self.money["earned_pence"] - before.money["earned_pence"]
        changed = self._triggered ^ before._triggered
        return {
            "entitlement_pence": self.money["entitlement_pence"].sum(),
            "earned_pence": self.money["earned_pence"].sum(),
            "change_pence": change.sum(),
            "areas_paid": (self.money["earned_pence"] > 0).sum(),
            "areas_more": (change > 0).sum(),
            "areas_less": (change < 0).sum(),
            "reviews": self.reviews["review_id"].nunique(),
            "actions_changed": len({tuple(line) for *line, _ in changed}),
            **_furthest("gains_most", change, 1),
            **_furthest("loses_most", change, -1),
        }

    def actions(self, name: str) -> list[dict[str, Any]]:
        """What follows from missed lines, in the scheme's order of actions."""
        rules = self.scheme.review.actions if self.scheme.review else ()
        withheld = self.reviews.groupby("action")["withheld_pence"].agg(["size", "sum"])
        table = withheld.reindex(list(dict.fromkeys(rule.action.value for rule in rules)), fill_value=0)
        return [
            {"name": name, "action": action, "lines": lines, "withheld_pence": pence}
            for action, lines, pence in table.itertuples()
        ]

    @cached_property
    def _triggered(self) -> set[tuple[str, ...]]:
        return set(zip(*(self.reviews[name].tolist() for name in (*SLOT_KEY, "action")), strict=True))


def _identity(alternative: Alternative) -> dict[str, str]:
    source = ", ".join(alternative.source)
    return {"name": alternative.name, "title": alternative.title, "source": source}


def _first_problem(error: InputError) -> str:
    count, *problems = (line.strip() for line in str(error).splitlines())
    return f"{count}: {problems[0]}"


def _furthest(column: str, change: pd.Series[int], sign: int) -> dict[str, Any]:
    """The area whose earnings move furthest up (sign 1) or down (-1): the first of equals."""
    place = int((change * sign).argmax())
    pence = int(change.iloc[place])
    moves = pence * sign > 0
    return {column: change.index[place] if moves else "", f"{column}_pence": pence if moves else 0}


def _table(rows: Iterable[Mapping[Any, Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    """Rows as a table whose columns have their types even where there are no rows."""
    types = {column: str if column in TEXT else "int64" for column in columns}
    return pd.DataFrame(list(rows), columns=list(columns)).astype(types)
