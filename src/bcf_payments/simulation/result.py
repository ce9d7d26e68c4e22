"""What a simulation found: by area, by line and for the nation, with the errors that chance leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import pandas as pd

from bcf_payments.errors import InputError
from bcf_payments.exact.numbers import IntArray
from bcf_payments.given import handed_out, take, take_option
from bcf_payments.simulation.drawn import Drawn
from bcf_payments.simulation.options import integer
from bcf_payments.simulation.tally import means, sds, standard_errors
from bcf_payments.tables.lookup import unknown_area

SimulatedBy: TypeAlias = Literal["nation", "area", "line"]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
_PENCE = tuple(f"earned_p{round(100 * p):02d}_pence" for p in QUANTILES)


class Draw(NamedTuple):
    """One draw, to be settled again: its outcomes, and what each area earned by them."""

    outcomes: pd.DataFrame
    earned_pence: pd.Series[Any]


@dataclass(frozen=True, eq=False, repr=False)
class Simulation(Drawn):
    """What areas would earn if chance were drawn again and again; made by `simulate`.

    Attributes
    ----------
    model : OutcomeModel
        What was assumed of chance: no figure means anything without it.
    expected : Settlement
        What the same rules pay on the expected outcomes, without chance.
    draws : int
        How many times chance was drawn.
    seed : int
        With it, the model and the tables, the same figures come out again.
    through : str or None
        The last wave whose outcomes were known.
    held : DataFrame
        Lines that stood still for want of a size: `area_code`, `wave`, `metric`, `why`.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> areas, plans, outcomes, assurance = bcf.load_example("p4p_2015_16")
    >>> simulation = bcf.simulate(areas, plans, assurance, "july_2014", draws=500, on_missing="withhold")
    >>> simulation
    <Simulation of july_2014: 151 areas, 500 draws, earned £... on average>
    """

    def to_frame(self) -> pd.DataFrame:
        """What each area earns.

        Returns
        -------
        DataFrame, a row per area
            `area_code`; `earned_mean_pence`, `earned_sd_pence` (floats: estimates); `earned_p05_pence`,
            `_p25_`, `_p50_`, `_p75_`, `_p95_` (int64 order statistics: the least amount that this share
            of the draws does not exceed), all with the money of conditions; `probability_any` and
            `probability_full`: that the metric lines earn anything, and all they can (NaN where they can
            earn nothing); `probability_review`: that anything triggers a review; then a Monte Carlo
            standard error for each (`earned_mean_se_pence`, `earned_p05_se_pence`,
            `probability_any_se`, ...), and `quantile_error_pence`: at most so much too high are
            the order statistics, because so many draws were counted in bins (0: they are exact).

        Notes
        -----
        Standard errors tell how far the estimates are from those of infinitely many draws under this
        model, and nothing of whether the model is right. A probability of 0 or 1 has a standard error of
        0, but with n draws an event of probability up to 3 / n may never be seen.
        """
        return self._by_area()[:-1]

    def summary(self, by: SimulatedBy = "nation") -> pd.DataFrame:
        """Sum up the simulation.

        Parameters
        ----------
        by : {"nation", "area", "line"}
            For the nation and by area: the columns of `to_frame`, without probabilities for the nation.
            By line: `wave`, `line`, `entitlement_pence`, `earned_mean_pence`, `earned_mean_se_pence`,
            `probability_met` and `probability_met_se` (the share of areas whose outcome is at least as good
            as the target, on average; only areas where the line is not missing) and `expected_pence` (what
            the expected outcomes earn). Errors are of sums over the areas, draw by draw: areas that move
            together have larger ones.

        Returns
        -------
        DataFrame

        Raises
        ------
        InputError
            Another `by`.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> areas, plans, _, assurance = bcf.load_example("p4p_2015_16")
        >>> simulation = bcf.simulate(areas, plans, assurance, "july_2014", draws=50, on_missing="withhold")
        >>> bool(simulation.summary("line")["earned_mean_pence"].gt(0).all())
        True
        """
        take_option(by, get_args(SimulatedBy), "by")
        if by == "area":
            return self.to_frame()
        if by == "line":
            return self._by_line()
        nation = self._by_area()[-1:].reset_index(drop=True)
        return nation.loc[:, ~nation.columns.str.startswith("probability")]

    @property
    def lines(self) -> pd.DataFrame:
        """What each metric line earns in each area.

        `area_code`, `wave`, `line`, `entitlement_pence`, `expected_pence` (what the expected outcome earns),
        `earned_mean_pence`, `earned_mean_se_pence`, `probability_met` and `probability_met_se` (NaN where
        the line is missing). What a cumulative pot makes good later counts where it is paid.
        """
        sums, experiment = self.tally.sums, self.experiment
        slots = self.scheme.metric_lines
        count = len(slots)
        deviation = sums["earned"] - experiment.expected.astype(object) * self.draws
        met = np.where(experiment.known, means(sums["met"], self.draws), np.nan)
        codes = self.expected.areas["area_code"].to_numpy(dtype=object)
        columns = {
            "entitlement_pence": experiment.entitlement,
            "expected_pence": experiment.expected,
            "earned_mean_pence": means(sums["earned"], self.draws),
            "earned_mean_se_pence": sds(deviation, sums["earned_square"], self.draws) / self.draws**0.5,
            "probability_met": met,
            "probability_met_se": standard_errors(met, self.draws),
        }
        table = pd.DataFrame(
            {
                "area_code": np.repeat(codes, count),
                "wave": [slot.wave for slot in slots] * len(codes),
                "line": [slot.name for slot in slots] * len(codes),
                **{name: values.T.ravel() for name, values in columns.items()},
            }
        ).astype(dict.fromkeys(("area_code", "wave", "line"), str))
        return handed_out(table, self.notices)

    def distribution(self, area_code: str | None = None) -> pd.DataFrame:
        """What one area, or all together, earn in all, and how often.

        Parameters
        ----------
        area_code : str, optional
            An area, or the nation, such as `ENGLAND`; by default all areas together.

        Returns
        -------
        DataFrame, a row per amount, in rising order
            `earned_pence`, `draws`, `probability` (of the draws; they add up to 1). Where draws are counted
            in bins, an amount stands for those up to it (see `quantile_error_pence`).

        Raises
        ------
        InputError
            No such area.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> areas, plans, _, assurance = bcf.load_example("p4p_2015_16")
        >>> simulation = bcf.simulate(areas, plans, assurance, "july_2014", draws=50, on_missing="withhold")
        >>> int(simulation.distribution("E06000001")["draws"].sum())
        50
        """
        row = -1 if area_code is None else self._row(area_code)
        pence, draws = self.tally.totals.values(row)
        table = pd.DataFrame(
            {"earned_pence": pence + self._conditions[row], "draws": draws, "probability": draws / self.draws}
        )
        return handed_out(table, self.notices)

    def draw(self, number: int) -> Draw:
        """Draw one draw again, so that it can be settled and explained.

        Parameters
        ----------
        number : int
            From 0 up to `draws`, not included.

        Returns
        -------
        Draw
            `outcomes`, the table of outcomes of that draw, which `settle` takes, and `earned_pence`, what
            each area earned by it: exactly what `settle` pays.

        Raises
        ------
        IndexError
            No such draw.
        InputError
            A number that is not whole.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> areas, plans, _, assurance = bcf.load_example("p4p_2015_16")
        >>> simulation = bcf.simulate(areas, plans, assurance, "july_2014", draws=10, on_missing="withhold")
        >>> outcomes, earned = simulation.draw(7)
        >>> settlement = bcf.settle(areas, plans, outcomes, assurance, "july_2014", on_missing="withhold")
        >>> bool((settlement.summary("area")["earned_pence"].to_numpy() == earned.to_numpy()).all())
        True
        """
        from bcf_payments.simulation.replay import replay

        place = integer(number)
        if place is None:
            fix = f"write a whole number from 0 to {self.draws - 1:,}"
            raise InputError(
                [
                    {
                        "table": "options",
                        "reason": "out_of_range",
                        "column": "number",
                        "value": number,
                        "fix": fix,
                    }
                ]
            )
        if not 0 <= place < self.draws:
            raise IndexError(f"draw {place}: there are {self.draws:,}, from 0")
        return Draw(*replay(self, place))

    @property
    def _conditions(self) -> IntArray:
        """What conditions pay, by area and for the nation."""
        paid = self.experiment.conditions
        return np.append(paid, paid.sum())

    def _row(self, area_code: str) -> int:
        take(area_code, str, "area_code", "give the code of one area as text")
        codes = [*self.expected.areas["area_code"], self.expected.case.nation_key]
        if area_code not in codes:
            raise unknown_area(self.expected.areas, area_code, f"write the code of an area, or {codes[-1]}")
        return codes.index(area_code)

    def _by_area(self) -> pd.DataFrame:
        """`to_frame`, and the nation last."""
        tally, draws, sums = self.tally, self.draws, self.tally.sums
        quantiles = tally.totals.quantiles(QUANTILES)
        deviation = sums["total"] - self.experiment.expected_totals.astype(object) * draws
        sd = sds(deviation, sums["total_square"], draws)
        able = self.experiment.entitlement.sum(axis=0) > 0
        counted = {
            "probability_any": np.where(able, means(sums["any"], draws), np.nan),
            "probability_full": np.where(able, means(sums["all"], draws), np.nan),
            "probability_review": means(sums["reviewed"], draws),
        }
        probabilities = {name: np.append(values, np.nan) for name, values in counted.items()}
        estimates = {
            "earned_mean_pence": means(sums["total"], draws) + self._conditions,
            "earned_sd_pence": sd,
        }
        amounts = dict(zip(_PENCE, (quantiles.pence + self._conditions[:, None]).T, strict=True))
        errors = {"earned_mean_se_pence": sd / draws**0.5}
        errors |= {
            name.replace("_pence", "_se_pence"): error
            for name, error in zip(_PENCE, quantiles.error.T, strict=True)
        }
        errors |= {f"{name}_se": standard_errors(values, draws) for name, values in probabilities.items()}
        codes = [*self.expected.areas["area_code"], self.expected.case.nation_key]
        bins = {"quantile_error_pence": tally.totals.width - 1}
        table = pd.DataFrame({"area_code": codes, **estimates, **amounts, **probabilities, **errors, **bins})
        return handed_out(table, self.notices)

    def _by_line(self) -> pd.DataFrame:
        """What each line earns in the nation."""
        sums, experiment, draws = self.tally.sums, self.experiment, self.draws
        known = experiment.known.sum(axis=1)
        deviation = (sums["earned"] - experiment.expected.astype(object) * draws).sum(axis=1)
        known = np.where(known > 0, known, np.nan)
        met, met_squares = sums["met"].sum(axis=1), sums["met_square"]
        slots = self.scheme.metric_lines
        table = pd.DataFrame(
            {
                "wave": [slot.wave for slot in slots],
                "line": [slot.name for slot in slots],
                "entitlement_pence": experiment.entitlement.sum(axis=1),
                "expected_pence": experiment.expected.sum(axis=1),
                "earned_mean_pence": means(sums["earned"].sum(axis=1), draws),
                "earned_mean_se_pence": sds(deviation, sums["line_square"], draws) / draws**0.5,
                "probability_met": means(met, draws) / known,
                "probability_met_se": sds(met, met_squares, draws) / draws**0.5 / known,
            }
        ).astype(dict.fromkeys(("wave", "line"), str))
        return handed_out(table, self.notices)

    def __repr__(self) -> str:
        from bcf_payments.simulation.showing import simulation_line

        return simulation_line(self, self.summary().to_dict("records")[0])

    def _repr_html_(self) -> str:
        """England, each line, the model and what stood still, for notebooks."""
        from bcf_payments.simulation.showing import simulation_html

        return simulation_html(self, self.summary().to_dict("records")[0], self.summary("line"))
