"""What was planned, achieved and paid, beside what chance alone would have paid: no evidence of an effect."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal, Protocol, TypeAlias, get_args, runtime_checkable

import numpy as np
import pandas as pd

from bcf_payments.core.requirements import as_float, short
from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import BoolArray, IntArray
from bcf_payments.given import guarded, handed_out, take_option
from bcf_payments.names import SLOT_KEY
from bcf_payments.schemes import Scheme
from bcf_payments.schemes.having import measured, refuse_without_metrics
from bcf_payments.settlement import Settlement
from bcf_payments.tables.lookup import named

EvaluatedBy: TypeAlias = Literal["area", "region", "nation"]

NO_EVIDENCE = (
    "Money follows improvement by construction: no figure here is evidence that payment caused any of it.",
    "That needs a comparison, with areas or metrics that were not paid, or with the trends before payment.",
)
"""What must stand wherever an evaluation is shown (N6, N8)."""

ALONE = "give a simulation around the baselines: simulate(..., model=OutcomeModel(expected='baseline'))"
NO_EFFECT = "give the effect 0 among others: luck(..., effects=['0', '1'])"


@runtime_checkable
class Chance(Protocol):
    """What is asked of draws by chance: a `Simulation` or a `Luck` answers it."""

    @property
    def model(self) -> Any:
        """What was assumed: around what outcomes were drawn."""

    @property
    def scheme(self) -> Scheme:
        """The rules."""

    @property
    def lines(self) -> pd.DataFrame:
        """What each metric line earns in each area, on average; of a `Luck`, for each true effect."""


@guarded
def evaluate(
    settlement: Settlement, simulation: Chance | None = None, *, by: EvaluatedBy = "area"
) -> pd.DataFrame:
    """Set what was achieved beside what was planned and paid, and beside what chance alone would have paid.

    Parameters
    ----------
    settlement : Settlement
        Of what was planned and achieved; money of conditions is left out. Where no line pays on a metric,
        the metrics that are watched are told, with no money.
    simulation : Simulation or Luck, optional
        Of the same areas and rules: drawn around the baselines with no outcome known, or `luck` with an
        effect of 0. Without one nothing is said of chance.
    by : {"area", "region", "nation"}
        What to add up over.

    Returns
    -------
    DataFrame, a row per area, region or nation, and metric
        The key (`area_code`, `region` or `nation`) and `line`; `lines`, how many payments were to rest on the
        metric, and `lines_known`, how many have a result by now; `units_planned`, `units_achieved`: the
        improvement over the lines that are known, above 0 where it is better (NaN where none is);
        `entitlement_pence`, `earned_pence`; `pounds_per_unit`, what was paid for each unit achieved, an exact
        number (None where nothing was achieved). With a simulation `chance_mean_pence`, what the same lines
        earn on average if nothing changes but by chance, and `chance_se_pence`, at most its Monte Carlo
        standard error. `attrs["notices"]` ends with what no figure here can show.

    Raises
    ------
    InputError
        Draws of other areas or rules, or around anything but the baselines; another `by`; a scheme that
        measures nothing.

    Notes
    -----
    A unit is one count at the baseline's denominator: `(baseline - outcome) x baseline denominator`, both
    being rates, or the other way round where higher is better; of a published per cent, a percentage point.
    Payment points are added up, each against its own baseline; periods that overlap are not independent (L4).

    Money follows improvement by construction: no figure here is evidence that payment caused any of it. An
    area that stands still is paid for the improvements that chance deals it, and pays nothing back for the
    rest. Source: N6, N8, L1-L4.

    Examples
    --------
    All areas together ended above their baselines, and £91.7m was earned all the same, by those below theirs:

    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> found = bcf.evaluate(settlement, by="nation").loc[0]
    >>> int(found["units_achieved"]), found["pounds_per_unit"], int(found["earned_pence"])
    (-42139, None, 9174824000)

    Hartlepool had 302 admissions fewer, and was paid the scheme's £1,490 for each:

    >>> hartlepool = bcf.evaluate(settlement).loc[0]
    >>> int(hartlepool["units_achieved"]), hartlepool["pounds_per_unit"]
    (302, 1490)
    """
    take_option(by, get_args(EvaluatedBy), "by")
    refuse_without_metrics(settlement.scheme, "an evaluation")
    lines = _lines(settlement)
    if simulation is not None:
        lines = lines.assign(**_chance(settlement, simulation, lines))
    key = {"area": "area_code"}.get(by, by)
    order = {name: place for place, name in enumerate(dict.fromkeys(lines["line"]))}
    sums = lines.groupby([key, "line"]).agg({name: "sum" for name in lines if name not in KEYS}).reset_index()
    sums = sums.sort_values(
        [key, "line"], key=lambda column: column.map(order) if column.name == "line" else column
    )
    table = _table(sums.reset_index(drop=True))
    if not settlement.scheme.metric_lines:
        table["pounds_per_unit"] = None
    return handed_out(table, (*settlement.notices, *NO_EVIDENCE))


KEYS = ("area_code", "region", "nation", "wave", "line")


def _lines(settlement: Settlement) -> pd.DataFrame:
    """Every metric line that pays, or else every one that is watched, of every area, with its exact units."""
    case, paid = settlement.case, slice(len(measured(settlement.scheme)))
    terms, measures, known = settlement.assessed.terms, case.measures, settlement.assessed.known[paid]
    per, counted = measures.per[paid], measures.denominators[0][paid]
    units = {
        f"units_{name}": _units(improvement[paid], counted, per, measures.factor[1], known)
        for name, improvement in (("planned", terms.planned), ("achieved", settlement.assessed.actual))
    }
    slots = [(slot.wave, slot.name) for slot in measured(settlement.scheme)]
    keys = [(code, *slot) for code in case.areas["area_code"] for slot in slots]
    rows = pd.DataFrame(keys, columns=list(SLOT_KEY), dtype="str")
    rows = rows.merge(settlement.payments, how="left", on=list(SLOT_KEY))
    money = rows[["entitlement_pence", "earned_pence"]].fillna(0).astype("int64")
    regions = settlement.areas.set_index("area_code")["region"]
    return rows[["area_code", "wave", "line"]].assign(
        region=rows["area_code"].map(regions),
        nation=case.nation_key,
        lines=1,
        lines_known=known.T.ravel().astype(np.int64),
        **units,
        **money,
    )


def _units(
    improvement: IntArray, counted: IntArray, per: IntArray, scale: int, known: BoolArray
) -> pd.Series[Any]:
    """An improvement in rate times what the baseline is counted over; 0 where it is not known."""
    cells = zip(*(array.T.ravel().tolist() for array in (improvement, counted, per, known)), strict=True)
    units = [Fraction(rate * over, below * scale) * there for rate, over, below, there in cells]
    return pd.Series(units, dtype=object)


def _table(sums: pd.DataFrame) -> pd.DataFrame:
    """Sums as they are handed out: units as floats, and what was paid for one."""
    units = sums["units_achieved"]
    nothing = sums["lines_known"] == 0
    each = [
        short(Fraction(int(pence), 100) / unit) if unit > 0 else None
        for pence, unit in zip(sums["earned_pence"], units, strict=True)
    ]
    floats = {
        name: sums[name].map(as_float).astype(np.float64).mask(nothing)
        for name in ("units_planned", "units_achieved")
    }
    last = [name for name in map(str, sums) if name.startswith("chance_")]
    table = sums.assign(**floats).drop(columns=last)
    table["pounds_per_unit"] = pd.Series(each, index=table.index, dtype=object)
    return table.join(sums[last])


def _chance(settlement: Settlement, simulation: Chance, lines: pd.DataFrame) -> dict[str, list[float]]:
    """What chance alone pays on the lines that are known, on average, with its error."""
    drawn = _alone(settlement, simulation)
    found = drawn.set_index([*SLOT_KEY])[["earned_mean_pence", "earned_mean_se_pence"]]
    own = found.reindex(pd.MultiIndex.from_frame(lines[[*SLOT_KEY]]))
    if len(lacking := lines.loc[own.isna().any(axis=1).to_numpy(), "area_code"].unique()):
        fix = f"draw for the areas of the settlement, under {settlement.scheme.label}"
        fault = {"table": "simulation", "reason": "missing_row", "fix": fix}
        raise InputError(named([fault | {"area_code": code} for code in lacking], settlement.areas))
    counted = lines["lines_known"].to_numpy()[:, None] * own.to_numpy()
    return {"chance_mean_pence": counted[:, 0], "chance_se_pence": counted[:, 1]}


def _alone(settlement: Settlement, simulation: Chance) -> pd.DataFrame:
    """Lines drawn as if nothing changed, or a refusal of those that were not."""
    drawn, problems = simulation.lines, []
    if simulation.scheme != settlement.scheme:
        fix = f"draw under {settlement.scheme.label}"
        problems.append({"column": "scheme", "value": simulation.scheme.label, "fix": fix})
    if "effect" in drawn:
        drawn = drawn[drawn["effect"] == 0].rename(columns={"difference_se_pence": "earned_mean_se_pence"})
        problems += [{"column": "effects", "fix": NO_EFFECT}] if drawn.empty else []
    elif simulation.model.expected != "baseline":
        problems.append({"column": "expected", "value": simulation.model.expectation, "fix": ALONE})
    elif through := getattr(simulation, "through", None):
        problems.append({"column": "through", "value": through, "fix": "leave through out: draw every wave"})
    if problems:
        told = {"table": "simulation", "reason": "unknown_value"}
        raise InputError([told | problem for problem in problems])
    return drawn
