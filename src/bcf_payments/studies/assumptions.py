"""What a settlement owes to the assumptions of its scheme."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from bcf_payments.given import guarded, handed_out
from bcf_payments.schemes import ConditionsLine, PlannedValuePot, Scheme, Slot
from bcf_payments.schemes.parts import BASES, Basis
from bcf_payments.settlement import Settlement
from bcf_payments.studies.readings import ALTERNATIVES, Readings, settle_readings
from bcf_payments.words import NOTHING_PAID, pounds, printable

if TYPE_CHECKING:
    from bcf_payments.settlement import Settlement


@dataclass(frozen=True, eq=False, repr=False)
class Assumptions:
    """How sure the rules are that a settlement rests on, and what it would be under other readings of them.

    Made by `assumptions`; immutable. Each table is a fresh copy.

    Attributes
    ----------
    settlement : Settlement
        The settlement as it stands.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> july = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> bcf.assumptions(july).alternatives["name"].tolist()
    ['separate_quarters', 'unit_value_2150', 'unit_value_1552', 'social_care_weights']
    """

    settlement: Settlement
    _rules: pd.DataFrame
    _readings: Readings

    @property
    def rules(self) -> pd.DataFrame:
        """The rules that decide each line: the way from a figure to its rule.

        `wave`, `line`, `rule` (its path in the scheme), `basis`, `source` (ids), and the line's
        `entitlement_pence` and `earned_pence`.
        """
        table = self._rules.assign(source=self._rules["source"].map(", ".join))
        return handed_out(table, self.settlement.notices)

    @property
    def by_basis(self) -> pd.DataFrame:
        """Money by the weakest basis of the rules that decide its line.

        `basis` (`stated`, `derived`, `assumed`), `lines`, `entitlement_pence`, `earned_pence`. The columns of
        money add up to the settlement's.
        """
        return handed_out(money_by_basis(self._rules), self.settlement.notices)

    @property
    def by_fact(self) -> pd.DataFrame:
        """Money that rests on each fact, the weakest basis first.

        `fact` (id), `basis` of the rules that cite it, `rules` (what they decide), `lines`,
        `entitlement_pence`, `earned_pence`. A line counts once under every fact that its rules cite, so the
        columns do not add up. A fact may itself be stated: then what is assumed is how a rule reads it.
        """
        return handed_out(money_by_fact(self._rules), self.settlement.notices)

    @property
    def alternatives(self) -> pd.DataFrame:
        """The nation under each alternative, in the scheme's order.

        `name`, `title`, `source` (ids), `entitlement_pence`, `earned_pence`, `change_pence` (earned, less
        what is earned as it stands), `areas_paid` (anything at all), `areas_more`, `areas_less` (by a penny
        or more), `reviews` (one per area and wave), `actions_changed` (lines from which something else
        follows), `gains_most` and `loses_most` (area codes, blank where none does) with
        `gains_most_pence` and `loses_most_pence`.
        """
        return handed_out(self._readings.alternatives, self.settlement.notices)

    @property
    def by_area(self) -> pd.DataFrame:
        """Each area under each alternative: `name`, `area_code`, `earned_pence`, `change_pence`."""
        return handed_out(self._readings.by_area, self.settlement.notices)

    @property
    def actions(self) -> pd.DataFrame:
        """What follows from missed lines, as it stands (`name` is blank) and under each alternative.

        `name`, `action`, `lines`, `withheld_pence` (held back on those lines).
        """
        return handed_out(self._readings.actions, self.settlement.notices)

    @property
    def unsettled(self) -> pd.DataFrame:
        """Alternatives that these tables cannot settle: `name`, `title`, `source`, `reason`."""
        return handed_out(self._readings.unsettled, self.settlement.notices)

    def movers(self, count: int = 3) -> pd.DataFrame:
        """The areas that gain most, and those that lose most, under each alternative.

        Parameters
        ----------
        count : int
            How many of each, at most.

        Returns
        -------
        DataFrame
            `name`, `area_code`, `area_name`, `change_pence`: for each alternative first those that gain, then
            those that lose, furthest first; equal changes in order of area code.

        Raises
        ------
        ValueError
            A negative count.
        """
        if count < 0:
            raise ValueError(f"count={count}: write 0 or more")
        changes = self._readings.by_area.merge(self.settlement.areas, on="area_code")
        furthest = [
            changes[changes["change_pence"] * sign > 0]
            .sort_values("change_pence", ascending=sign < 0, kind="stable")
            .groupby("name")
            .head(count)
            for sign in (1, -1)
        ]
        places = {name: place for place, name in enumerate(self._readings.alternatives["name"])}
        movers = pd.concat(furthest).sort_values("name", key=lambda names: names.map(places), kind="stable")
        table = movers[["name", "area_code", "area_name", "change_pence"]].reset_index(drop=True)
        return handed_out(table, self.settlement.notices)

    def __repr__(self) -> str:
        earned = self.by_basis.set_index("basis")["earned_pence"]
        of_all = f"{pounds(int(earned['assumed']))} of {pounds(int(earned.sum()))}"
        money = f"{of_all} earned rests on assumed rules" if self.settlement.scheme.lines else NOTHING_PAID
        settled = len(self._readings.alternatives)
        return f"<Assumptions of {self.settlement.scheme.name}: {money}; alternatives settled: {settled}>"

    def _repr_html_(self) -> str:
        """The alternatives for notebooks, with the settlement's notices."""
        headings = {column: column.replace("_pence", ", £").replace("_", " ") for column in ALTERNATIVES}
        table = self.alternatives
        for column in ALTERNATIVES:
            if column.endswith("_pence"):
                table[column] = table[column].map(pounds)
        html = table.rename(columns=headings).to_html(index=False)
        notices = "".join(f"<p><small>{escape(notice)}</small></p>" for notice in self.settlement.notices)
        return printable(f"{html}{notices}")


@guarded
def assumptions(settlement: Settlement) -> Assumptions:
    """Say what rests on which assumption, and settle the same tables under every alternative of the scheme.

    Parameters
    ----------
    settlement : Settlement
        Its scheme holds the alternatives: `[[alternatives]]` in the scheme's file.

    Returns
    -------
    Assumptions

    Notes
    -----
    A line is decided by its own rules (metric or conditions, share, curve, period, `pays`, `submit_by`), by
    unit and direction of its metric, and by the pot (amount, weights, unit value, `cumulative`); in a pot of
    planned value, which is one sum over all quarters, by the rules of every line. Its entitlement and what is
    earned of it take the weakest basis of these rules. Days of payment and reviews move no penny, and formula
    money is not earned: both are left out. The general rules of the library (G1-G7) hold under every
    alternative.

    An alternative is settled with the same tables and options: `settlement.under(scheme.alternative(name))`.
    One that needs rows or columns which the tables lack is listed in `unsettled`. Readings that would
    need other data are not among the alternatives: for patient experience in April (B2) the example has
    neither plans nor outcomes, and other periods (A15) or other baselines (C8) mean other tables.

    Source: A12-A15, B7, B8, C8, C13, F8, N4.

    Examples
    --------
    What would quarters that stand alone have paid, instead of the cumulative test (C8)?

    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("p4p_2015_16")
    >>> found = bcf.assumptions(bcf.settle(*example, scheme="july_2014", on_missing="withhold"))
    >>> found.alternatives.set_index("name").loc["separate_quarters", ["areas_more", "areas_less"]].to_dict()
    {'areas_more': 34, 'areas_less': 53}
    """
    return Assumptions(settlement, rules_table(settlement), settle_readings(settlement))


POT_RULES = ("pot.amount_pounds", "pot.weight", "pot.unit_value_pounds", "pot.cumulative")
"""Rules of a pot that decide what its lines pay; the others name what is left, or only warn."""

GIVEN = "amounts given"
"""In place of the path of a rule, where areas were told what they get (G7)."""

MONEY = ["entitlement_pence", "earned_pence"]


def rules_table(settlement: Settlement) -> pd.DataFrame:
    """The rules that decide each line, with the ids they cite and the line's national money."""
    scheme = settlement.scheme
    rules = _deciding(settlement)
    lines = (
        settlement.payments.groupby(["wave", "line"], sort=False)[MONEY]
        .sum()
        .reset_index()
        .to_dict("records")
    )
    rows = [
        {**line, "rule": path, "basis": basis, "source": source}
        for slot, line in zip(scheme.lines, lines, strict=True)
        for places in [_places(scheme, slot)]
        for path, basis, source in rules
        if path in {*places, GIVEN} or path.rpartition(".")[0] in places
    ]
    return pd.DataFrame(rows, columns=["wave", "line", "rule", "basis", "source", *MONEY])


def _deciding(settlement: Settlement) -> list[tuple[str, Basis, tuple[str, ...]]]:
    """The rules that are read, with basis and ids: amounts that areas were given take the place of some."""
    rules = [(path, rule.basis, rule.source) for path, rule in settlement.scheme.cited()]
    fund = settlement.case.fund
    if not fund.given:
        return rules
    unread = (".weight",) if fund.whole is not None else (".weight", "pot.amount_pounds")
    of_pot = ("pot.", "waves.")
    read = [rule for rule in rules if not (rule[0].startswith(of_pot) and rule[0].endswith(unread))]
    return [*read, (GIVEN, "assumed", ("G7",))]


def _places(scheme: Scheme, slot: Slot) -> set[str]:
    """Where the rules of a line stand; a pot of planned value is one sum over all lines."""
    slots = scheme.lines if isinstance(scheme.pot, PlannedValuePot) else (slot,)
    own = {"pot.weight"} if slot.rule and slot.rule.weight else set()
    return {*POT_RULES, *(place for one in slots for place in _own_places(scheme, one))} - own


def _own_places(scheme: Scheme, slot: Slot) -> Iterator[str]:
    names = [line.name for line in scheme.waves[slot.wave_index].lines]
    yield f"waves.{slot.wave_index}.lines.{names.index(slot.name)}"
    for number, gateway in enumerate(scheme.gateways):
        if gateway.covers(slot.wave):
            yield from (f"gateways.{number}", f"conditions.{gateway.condition.value}")
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
