"""Which rules decide a line's money, and how much of it rests on what is stated, derived or assumed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd

from bcf_payments.schemes import ConditionsLine, PlannedValuePot, Scheme, Slot
from bcf_payments.schemes.model import BASES

if TYPE_CHECKING:
    from bcf_payments.settlement import Settlement

POT_RULES = ("pot.amount_pounds", "pot.weight", "pot.unit_value_pounds", "pot.cumulative")
"""Rules of a pot that decide what its lines pay; the others name what is left, or only warn."""

MONEY = ["entitlement_pence", "earned_pence"]


def rules_table(settlement: Settlement) -> pd.DataFrame:
    """The rules that decide each line, with the ids they cite and the line's national money."""
    scheme = settlement.scheme
    rules = scheme.cited()
    lines = (
        settlement.payments.groupby(["wave", "line"], sort=False)[MONEY]
        .sum()
        .reset_index()
        .to_dict("records")
    )
    rows = [
        {**line, "rule": path, "basis": rule.basis, "source": rule.source}
        for slot, line in zip(scheme.lines, lines, strict=True)
        for places in [_places(scheme, slot)]
        for path, rule in rules
        if path in places or path.rpartition(".")[0] in places
    ]
    return pd.DataFrame(rows)[["wave", "line", "rule", "basis", "source", *MONEY]]


def _places(scheme: Scheme, slot: Slot) -> set[str]:
    """Where the rules of a line stand; a pot of planned value is one sum over all lines."""
    slots = scheme.lines if isinstance(scheme.pot, PlannedValuePot) else (slot,)
    return {*POT_RULES, *(place for one in slots for place in _own_places(scheme, one))}


def _own_places(scheme: Scheme, slot: Slot) -> Iterator[str]:
    names = [line.name for line in scheme.waves[slot.wave_index].lines]
    yield f"waves.{slot.wave_index}.lines.{names.index(slot.name)}"
    if isinstance(slot.rule, ConditionsLine):
        yield from (f"conditions.{name}" for name in slot.rule.conditions.value)
    elif slot.rule is not None:
        yield from (f"metrics.{slot.name}", f"curves.{slot.rule.curve.value}")


def money_by_basis(rules: pd.DataFrame) -> pd.DataFrame:
    """Lines and their money, each under the weakest basis of its rules."""
    weakest_last = rules.sort_values("basis", key=_weakness, kind="stable")
    lines = weakest_last.drop_duplicates(["wave", "line"], keep="last")
    return _added_up(lines, ["basis"]).reindex(list(BASES), fill_value=0).rename_axis("basis").reset_index()


def money_by_fact(rules: pd.DataFrame) -> pd.DataFrame:
    """Lines and their money under every fact that their rules cite, by the basis of those rules."""
    key = ["fact", "basis"]
    cited = rules.assign(name=rules["rule"].map(_rule_name), fact=rules["source"]).explode("fact")
    names = cited.groupby(key, sort=False)["name"].agg(lambda names: ", ".join(dict.fromkeys(names)))
    table = _added_up(cited.drop_duplicates([*key, "wave", "line"]), key).assign(rules=names).reset_index()
    ordered = table.sort_values(["basis", *MONEY], key=_weakness, ascending=False, ignore_index=True)
    return ordered[[*key, "rules", "lines", *MONEY]]


def _added_up(lines: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    groups = lines.groupby(key, sort=False)
    return groups[MONEY].sum().assign(lines=groups.size())[["lines", *MONEY]]


def _weakness(column: pd.Series[Any]) -> pd.Series[Any]:
    """Bases from the strongest to the weakest; other columns as they are."""
    return column.map(BASES.index) if column.name == "basis" else column


def _rule_name(path: str) -> str:
    """What a rule is called without its place: `share`, `pot weight`, `curve`."""
    part, _, last = path.replace("_", " ").rpartition(".")
    return {"curves": "curve", "conditions": "conditions", "pot": f"pot {last}"}.get(part, last)
