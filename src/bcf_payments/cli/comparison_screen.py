"""Two settlements side by side: the nation, regions and areas, and how far the two can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import pandas as pd

from bcf_payments.cli.findings import LONGEST_AREA
from bcf_payments.cli.layout import facts, files_written, paragraph, plain, screen, section, table
from bcf_payments.cli.scheme_screen import payment_points, rules_by_basis
from bcf_payments.explanation.figures import Figures
from bcf_payments.explanation.findings import told_results
from bcf_payments.schemes import MetricLine, Scheme
from bcf_payments.words import NOTHING_PAID, Column, pounds, sentence, several

if TYPE_CHECKING:
    from bcf_payments.cli.chosen import Chosen
    from bcf_payments.settlement import Settlement

MEASURES = {
    "allocated": "Allocated, all components",
    "pot": "Performance pot",
    "earned": "Earned",
    "withheld": "Held back, net",
}
FURTHEST = 10
"""How many areas are shown that gain most, and that lose most."""

RULES_SHOWN = 5

Aspect: TypeAlias = tuple[str, bool, str]
"""What is looked at, whether it is the same on both sides, and a sentence on it."""


class Side(NamedTuple):
    """One of the two: what it is called, what was chosen for it, and what came out."""

    name: str
    chosen: Chosen
    settlement: Settlement

    @property
    def scheme(self) -> Scheme:
        """Its rules."""
        return self.settlement.scheme


def comparison_screen(
    comparison: pd.DataFrame,
    chosen: Sequence[Chosen],
    settlements: Sequence[Settlement],
    written: Sequence[Path],
) -> str:
    """Show what changes from the first settlement to the second, and how far they can be compared."""
    names = [settlement.scheme.name for settlement in settlements]
    if names[0] == names[1]:
        names = ["before", "after"]
    before, after = map(Side, names, chosen, settlements)
    notices = dict.fromkeys(notice for settlement in settlements for notice in settlement.notices)
    aspects = _aspects(before, after)
    paid = any(settlement.scheme.amounts for settlement in settlements)
    return screen(
        f"From {before.scheme.name} to {after.scheme.name}",
        notices,
        facts([("Before", before.scheme.title), ("After", after.scheme.title)]),
        section("What makes the two comparable", _sentences(aspects, alike=True)),
        section("What does not", _sentences(aspects, alike=False)),
        *(_money(comparison, before.settlement) if paid else [_results(before, after)]),
        files_written(written),
    )


def _money(comparison: pd.DataFrame, before: Settlement) -> list[str]:
    """What changes in money: nationally, by region, and for which areas most."""
    areas = _earned_by_area(comparison, before.areas)
    regions = areas.groupby("region", as_index=False).sum(numeric_only=True)
    return [
        section(plain(before.whole), _nation(comparison, before.case.nation_key)),
        section("Earned by region", _changes("region", regions)),
        section("Areas that gain and lose", _gains_and_losses(areas)),
        section("Areas that gain most", _furthest(areas, 1)),
        section("Areas that lose most", _furthest(areas, -1)),
    ]


def _results(before: Side, after: Side) -> str:
    """What came of metrics on which neither pays."""
    sides = (("Before", before), ("After", after))
    told = [(when, told_results(side.settlement.assessments["status"])) for when, side in sides]
    return section("Results", sentence(NOTHING_PAID), facts(told))


def _nation(comparison: pd.DataFrame, key: str) -> str:
    nation = comparison[comparison["area_code"] == key]
    amounts = {row["measure"]: row for row in nation.to_dict("records")}
    shares = [
        f"{100 * amounts['earned'][side] / amounts['pot'][side]:.1f}% {when}"
        for side, when in (("before_pence", "before"), ("after_pence", "after"))
        if amounts["pot"][side]
    ]
    earned = f"\n\nEarned of the pot: {_listed(shares)}." if shares else ""
    return _changes("measure", nation.assign(measure=nation["measure"].map(MEASURES))) + earned


def _earned_by_area(comparison: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    return comparison[comparison["measure"] == "earned"].merge(areas, on="area_code")


def _changes(key: str, rows: pd.DataFrame, *more: Column) -> str:
    money = [Column(name, rows[f"{name}_pence"].tolist(), "pence") for name in ("before", "after", "change")]
    labels = Column(key.removesuffix("_name"), [plain(name, LONGEST_AREA) for name in rows[key]], kind="text")
    return table(labels, *more, *money)


def _gains_and_losses(areas: pd.DataFrame) -> str:
    change = areas["change_pence"]
    gain, lose = int((change > 0).sum()), int((change < 0).sum())
    if not gain + lose:
        return "No area gains or loses earned money."
    gained, lost = (pounds(int(abs(change[side].sum()))) for side in (change > 0, change < 0))
    return paragraph(
        f"Earn more: {several(gain, 'area')}, {gained} in all; earn less: {several(lose, 'area')}, {lost} in"
        f" all; the same: {several(len(areas) - gain - lose, 'area')}."
    )


def _furthest(areas: pd.DataFrame, sign: int) -> str:
    """The areas whose earned money changes most in one direction."""
    moved = areas[areas["change_pence"] * sign > 0]
    top = moved.sort_values("change_pence", ascending=sign < 0, kind="stable").head(FURTHEST)
    codes = Column("code", [plain(code) for code in top["area_code"]], kind="text", spare=True)
    return "" if top.empty else _changes("area_name", top, codes)


def _aspects(before: Side, after: Side) -> list[Aspect]:
    """What is looked at, as far as there is anything to compare: lines, metrics that are paid on, money."""
    pay = any(side.scheme.lines for side in (before, after))
    measure = any(side.scheme.metric_lines for side in (before, after))
    looks: list[Callable[[Side, Side], Aspect]] = [_input, _rules, *([_lines] if pay else [])]
    looks += [_units, _periods] if measure else []
    looks += [_points, *([_curves] if measure else []), *([_stake, _missing] if pay else []), _basis]
    areas = f"the same {several(len(before.settlement.areas), 'area')} in both"
    return [("Areas", True, areas), *(look(before, after) for look in looks)]


def _sentences(aspects: Iterable[Aspect], *, alike: bool) -> str:
    chosen = [(label, text) for label, same, text in aspects if same == alike]
    return facts(chosen) if chosen else ""


def _input(before: Side, after: Side) -> Aspect:
    sources = [side.chosen.source for side in (before, after)]
    if sources[0] == sources[1]:
        return "Input", True, f"the same input: {sources[0]}"
    text = (
        f"different inputs: {sources[0]}; and {sources[1]}. Changes are those of the rules and of the data."
    )
    return "Input", False, text


def _rules(before: Side, after: Side) -> Aspect:
    one, other = ({path: rule.value for path, rule in side.scheme.cited()} for side in (before, after))
    if one.keys() != other.keys():
        return "Rules", False, "other rules: 'bcf-payments schemes S' shows those of each scheme"
    changed = [path for path in one if one[path] != other[path]]
    named = f": {_listed(changed)}" if len(changed) <= RULES_SHOWN else ""
    text = f"{several(len(changed), 'rule')} of {len(one):,} with another value{named}"
    return "Rules", not changed, text if changed else "the same rules"


def _metrics(side: Side) -> dict[str, list[MetricLine]]:
    """The lines that pay on each metric."""
    lines: dict[str, list[MetricLine]] = {}
    for slot in side.scheme.metric_lines:
        if isinstance(slot.rule, MetricLine):
            lines.setdefault(slot.name, []).append(slot.rule)
    return lines


def _lines(before: Side, after: Side) -> Aspect:
    pays = [dict.fromkeys(slot.name for slot in side.scheme.lines) for side in (before, after)]
    both = [name for name in pays[0] if name in pays[1]]
    texts = [f"both pay on {_listed(both)}"] if both else ["they pay on nothing in common"]
    for side, own in zip((before, after), pays, strict=True):
        alone = [name for name in own if name not in both]
        texts += [f"only {side.name} pays on {_listed(alone)}"] if alone else []
    return "Pays on", pays[0].keys() == pays[1].keys(), "; ".join(texts)


def _units(before: Side, after: Side) -> Aspect:
    """Rates or counts, of the metrics that both pay on."""
    shared = [name for name in _metrics(before) if name in _metrics(after)]
    units = {name: [_counted(side.scheme, name) for side in (before, after)] for name in shared}
    differ = [
        f"{name} pays on {one}, then on {other}" for name, (one, other) in units.items() if one != other
    ]
    return "Measured as", not differ, "; ".join(differ) or "rates or counts alike, where both pay"


def _counted(scheme: Scheme, metric: str) -> str:
    unit = scheme.metrics[metric].unit.value
    return "counts" if unit == "count" else f"rates ({unit.replace('100_000', '100,000').replace('_', ' ')})"


def _periods(before: Side, after: Side) -> Aspect:
    """The days over which the metrics that both pay on are measured."""
    days = [
        {name: [(rule.period.value.start, rule.period.value.end) for rule in rules] for name, rules in lines}
        for lines in (_metrics(before).items(), _metrics(after).items())
    ]
    differ = [name for name in days[0] if name in days[1] and days[0][name] != days[1][name]]
    text = f"other days for {_listed(differ)}" if differ else "the same days, where both pay"
    return "Periods", not differ, text


def _points(before: Side, after: Side) -> Aspect:
    (label, first), (_, second) = (payment_points(side.scheme) for side in (before, after))
    through = before.settlement.through
    due = f"; due through {through}" if through else "; all are due"
    if first == second:
        return label, True, first + due
    return label, False, f"{first}; then {second}{due}"


def _curves(before: Side, after: Side) -> Aspect:
    texts = []
    for side in (before, after):
        names = [rule.curve.value for rules in _metrics(side).values() for rule in rules]
        texts.append({name: side.scheme.curves[name].value for name in names})
    same = texts[0] == texts[1]
    text = _listed(texts[0]) if same else f"{_listed(texts[0])}; then {_listed(texts[1])}"
    return "Curves", same, text.replace("_", " ")


def _stake(before: Side, after: Side) -> Aspect:
    """Which share of the money waits for performance."""
    texts, shares = [], []
    for side in (before, after):
        amounts = side.settlement.allocations
        pot = int(side.settlement.payments["entitlement_pence"].sum())
        whole = int(amounts["amount_pence"].sum())
        shares.append((pot, whole))
        texts.append(f"{pounds(pot)} of {pounds(whole)}" + (f" ({100 * pot / whole:.1f}%)" if whole else ""))
    same = shares[0] == shares[1]
    return "At stake", same, texts[0] if same else f"{texts[0]}; then {texts[1]}"


def _missing(before: Side, after: Side) -> Aspect:
    """How many lines earn nothing for want of data."""
    texts = []
    for side in (before, after):
        rows = Figures(side.settlement).lines
        missing = rows[rows["status"] == "missing"]
        texts.append(
            f"{len(missing):,} of {several(len(rows), 'line')} earn nothing ({side.chosen.on_missing_option})"
        )
    same = texts[0] == texts[1]
    return "Missing", same, texts[0] if same else f"{texts[0]}; then {texts[1]}"


def _basis(before: Side, after: Side) -> Aspect:
    texts = [rules_by_basis(side.scheme) for side in (before, after)]
    same = texts[0] == texts[1]
    return "Rules by basis", same, texts[0] if same else f"{texts[0]}; then {texts[1]}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
