"""What a settlement is made of: the rules, the integers by line and area, and the tables that they become."""

# Annotations are types here, not text: what inherits these fields in another module lacks their names.

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

from bcf_payments.core import frames
from bcf_payments.core.allocation import Allocation, allocation_table
from bcf_payments.core.balance import due_table
from bcf_payments.core.case import Case
from bcf_payments.core.ledger import Movement, ledger_table
from bcf_payments.core.lines import Assessed, Figures, Settled, figures_of
from bcf_payments.core.reading import Reading, own_copy
from bcf_payments.core.release import no_decisions, release, releases_table
from bcf_payments.core.review import missed_lines
from bcf_payments.exact.numbers import IntArray
from bcf_payments.given import handed_out, notices_of, take_option
from bcf_payments.names import PENCE_COLUMNS
from bcf_payments.schemes import Scheme, scheme_of
from bcf_payments.schemes.calendar import scheme_calendar
from bcf_payments.tables.inputs import OnMissing, Tables, or_no_rows
from bcf_payments.tables.lookup import position_of
from bcf_payments.tables.number_checks import given_number


@dataclass(frozen=True, eq=False, repr=False)
class Result:
    """The figures of a settlement, before anybody asks for their words.

    Attributes
    ----------
    scheme, through, on_missing, only, notices
        See `Settlement`.
    case, allocation, assessed, settled
        Exact integers by line and area: what came in, what each area is entitled to, how far it got, what
        it earns.
    reading : Reading
        What was settled, to be read and never changed; `tables` is a copy.
    decisions : DataFrame or None
        What was decided on the money held back; None: it is not resolved.
    released : tuple of Movement
        Where that money went.
    """

    scheme: Scheme
    through: str | None
    on_missing: OnMissing
    only: tuple[str, ...] | None
    notices: tuple[str, ...]
    case: Case
    allocation: Allocation
    assessed: Assessed
    settled: Settled
    reading: Reading
    decisions: pd.DataFrame | None = None
    released: tuple[Movement, ...] = ()

    @classmethod
    def of(
        cls,
        areas: pd.DataFrame,
        plans: pd.DataFrame | None,
        outcomes: pd.DataFrame | None,
        assurance: pd.DataFrame | None,
        scheme: str | Path | Scheme,
        *,
        only: Sequence[str] | None,
        through: str | None,
        on_missing: OnMissing,
    ) -> Self:
        """The figures of four tables under a scheme.

        Parameters, errors and sources are those of `settle`, which gives a settlement.
        """
        rules = scheme_of(scheme)
        plans, outcomes = or_no_rows(rules, plans, "plans"), or_no_rows(rules, outcomes, "outcomes")
        reading = Reading.of(Tables(areas, plans, outcomes, assurance), only, on_missing)
        return cls.of_case(reading, reading.case(rules, through), through)

    @classmethod
    def of_case(cls, reading: Reading, case: Case, through: str | None, found: Figures | None = None) -> Self:
        """The figures of a case, if they were not worked out elsewhere.

        Parameters, errors and sources are those of `settle`.
        """
        only = None if reading.only is None else tuple(case.areas["area_code"])
        notices = notices_of(reading.tables._asdict())
        figures = found or figures_of(case)
        return cls(case.scheme, through, reading.on_missing, only, notices, case, *figures, reading)

    @property
    def inputs(self) -> Tables:
        """What was settled, to be read and never changed."""
        return self.reading.tables

    @property
    def whole(self) -> str:
        """What all areas of this settlement are called together: England, a region, one area, or so many.

        In capitals it stands in place of an area code in the rows of all areas together.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> example = bcf.load_example("two_waves")
        >>> [bcf.settle(*example, only=only, on_missing="withhold").whole for only in (None, ["North East"])]
        ['England', 'North East']
        """
        return self.case.whole

    @property
    def areas(self) -> pd.DataFrame:
        """The areas: `area_code`, `area_name`, `region`."""
        return handed_out(self.case.areas, self.notices)

    @property
    def tables(self) -> Tables:
        """The input as it was settled: `areas`, `plans`, `outcomes`, and `assurance` or None.

        What came out are the other tables, such as `payments`; `to_dict` has them all.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
        >>> bcf.settle(*settlement.tables, on_missing="withhold").payments.equals(settlement.payments)
        True
        """
        return Tables(*map(own_copy, self.inputs))

    @property
    def allocations(self) -> pd.DataFrame:
        """Money by area and component: `area_code`, `component`, `kind`, `amount_pence`."""
        return handed_out(self._allocations, self.notices)

    @property
    def assessments(self) -> pd.DataFrame:
        """Performance by area and line, as floats that never decide money.

        `area_code`, `wave`, `line`, `baseline`, `target`, `outcome` (in the metric's unit), `achievement`
        (not clipped), `fraction_paid`, `status`, `unambitious`. Monitored metrics stand after the lines of
        their wave; nothing is ever paid on them, so their `fraction_paid` is NaN.
        """
        return handed_out(self._assessments, self.notices)

    @property
    def payments(self) -> pd.DataFrame:
        """Money by area and line, in pence.

        `area_code`, `wave`, `line`, `entitlement_pence`, `earned_pence`, `caught_up_pence`,
        `withheld_pence`, `not_due_pence`, `held_reason`;
        entitlement = earned - caught up + withheld + not due.
        """
        return handed_out(self._payments, self.notices)

    @property
    def reviews(self) -> pd.DataFrame:
        """Lines that triggered a review or a plan.

        `review_id`, `area_code`, `wave`, `line`, `achievement`, `action`, `withheld_pence`.
        """
        return handed_out(self._reviews, self.notices)

    @property
    def ledger(self) -> pd.DataFrame:
        """Money as movements between accounts, each with the ids of the rules that moved it.

        `area_code`, `wave`, `line`, `from_account`, `to_account`, `amount_pence` (above 0), `source`; by
        area, wave and line, and then in the order in which money moves. Money comes from `national_fund`:
        formula money ends in `formula_allocation` (wave `""`, the component as line), the pot's money
        goes by `performance_pot` to `paid`, `withheld` or `not_due`; what a pot of planned value leaves
        has an account of its component's name. From `withheld` money is made good (`paid`), and, once
        reviews are resolved, goes to its destination. No account but the fund is ever overdrawn, in any
        area. Source: A6, B4-B6, C6, G1-G5.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
        >>> int(settlement.ledger.query("to_account == 'formula_allocation'")["amount_pence"].sum())
        280000000000
        """
        return handed_out(self._ledger, self.notices)

    @property
    def is_resolved(self) -> bool:
        """Whether `resolve` has said where money that was held back goes."""
        return self.decisions is not None

    @property
    def releases(self) -> pd.DataFrame:
        """Where money that was held back goes; empty before `resolve`.

        `area_code`, `wave`, `line`, `destination`, `amount_pence`.
        """
        return handed_out(releases_table(self.case, self.released), self.notices)

    @property
    def warnings(self) -> pd.DataFrame:
        """What to look at, though it refuses nothing: `area_code`, `wave`, `metric`, `reason`, `message`."""
        return handed_out(self._warnings, self.notices)

    def summary(self, by: frames.By = "nation") -> pd.DataFrame:
        """Add up money, statuses of metric lines, and reviews.

        Parameters
        ----------
        by : {"nation", "region", "area", "wave", "line"}
            What to add up over. A line is a metric, or the conditions, in one wave.

        Returns
        -------
        DataFrame
            The key (`nation`, `region`, `area_code`, `wave`, or `wave` and `line`), five columns of pence,
            the number of metric lines `met`, `partly_met`, `not_met`, `missing` and `not_due`, and `reviews`
            (at most one per area and wave).

        Raises
        ------
        InputError
            Another `by`.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> example = bcf.load_example("two_waves")
        >>> nation = bcf.settle(*example, on_missing="withhold").summary().loc[0]
        >>> int(nation["entitlement_pence"]), int(nation["earned_pence"] + nation["withheld_pence"])
        (100000000000, 100000000000)
        """
        take_option(by, frames.SUMMARY_KEYS, "by")
        table = frames.summary_table(self.case, self.settled, self._payments, by)
        return handed_out(table, self.notices)

    def resolve(self, decisions: pd.DataFrame | None = None) -> Self:
        """Say where money that was held back goes, now that reviews are done: never outside its area.

        Parameters
        ----------
        decisions : DataFrame, a row per line that triggered a review, optional
            `area_code`, `wave`, `line`, and whether those agree whom the scheme names (`agreed_by`; in the
            built-in ones `hwb_agrees`, `nhs_england_agrees`, `peer_reviewer_agrees`), written as true/false,
            yes/no or 1/0, or blank. A review is done when all who must agree to what it says have said so,
            or not; without a row, or with a blank, its money is `awaiting_decision`.

        Returns
        -------
        Settlement
            The same with `releases`, and with a ledger in which that money moves. Resolving it once more
            starts from the beginning: only the last decisions hold.

        Raises
        ------
        InputError
            Every fault of the decisions; a decision for a line that triggered nothing is one.

        Notes
        -----
        Money held back on conditions or for missing data stays where it is. A pot of planned value has
        no decisions: what an area's complete lines did not earn is released when all waves are due.
        Source: A6, B4-B6, C6.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
        >>> decisions = settlement.reviews[["area_code", "wave", "line"]].head(1).assign(
        ...     hwb_agrees="yes", nhs_england_agrees="yes", peer_reviewer_agrees="no"
        ... )
        >>> settlement.resolve(decisions).releases["destination"].head(2).tolist()
        ['retained_in_area', 'awaiting_decision']
        """
        given = no_decisions(self.scheme) if decisions is None else decisions
        released = release(self.case, self.settled, given)
        return replace(self, decisions=given.copy(), released=released)

    def due(self, paid: pd.DataFrame | None = None) -> pd.DataFrame:
        """What to pay now: what each area has earned to date, less what was paid before.

        Parameters
        ----------
        paid : DataFrame, a row per payment made, optional
            `area_code`, `paid_pence` (whole pence); `wave`, `line` and `paid_on` may stand beside. Without it
            all that is earned is due.

        Returns
        -------
        DataFrame, a row per area
            `area_code`, `earned_pence` (to date), `paid_pence`, `due_pence`, `overpaid_pence`; earned is paid
            and due, less overpaid, and one of these two is 0.

        Raises
        ------
        InputError
            Every fault of the payments.

        Notes
        -----
        A revised outcome changes what is due, never what was paid. What was paid beyond is carried forward
        against later payments, and not clawed back. Source: G8.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> july = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
        >>> payments = july.due()[["area_code"]].head(1).assign(paid_pence=5_960_000)
        >>> july.due(payments).head(2).drop(columns="area_code").to_dict("list")
        {'earned_pence': ..., 'paid_pence': [5960000, 0], 'due_pence': ..., 'overpaid_pence': ...}
        """
        earned: IntArray = self.settled.earned.sum(axis=0)
        return handed_out(due_table(self.case, earned, paid, self.only), self.notices)

    def reviews_at(self, trigger_below: Fraction | str | float) -> int:
        """How many reviews (area and wave) there would be if every review had this one threshold.

        Parameters
        ----------
        trigger_below : exact number
            A missed line is reviewed if its decisive achievement is below this.

        Returns
        -------
        int
        """
        paid = len(self.scheme.metric_lines)
        missed = missed_lines(
            self.scheme,
            self.assessed.terms.at(slice(paid)),
            self.assessed.actual[:paid],
            self.assessed.known[:paid],
            given_number(trigger_below, "trigger_below"),
        )
        waves = np.array([slot.wave_index for slot in self.scheme.metric_lines])
        return int(pd.DataFrame(missed).groupby(waves).any().to_numpy().sum())

    def calendar(self, area_code: str | None = None) -> pd.DataFrame:
        """Show the payment calendar with what is paid on each day.

        Parameters
        ----------
        area_code : str, optional
            An area of this settlement; by default all areas together.

        Returns
        -------
        DataFrame, a row per line
            The columns of `Scheme.calendar`, and `entitlement_pence`, `earned_pence`, `caught_up_pence`,
            `withheld_pence`, `not_due_pence`: the sums of `payments`.

        Raises
        ------
        InputError
            No such area (`unknown_area`), with those that come near.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> july = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
        >>> july.calendar("E06000001")[["payment_date", "earned_pence", "caught_up_pence"]].head(2)
          payment_date  earned_pence  caught_up_pence
        0   2015-05-01       4470000                0
        1   2015-08-01      19817000          7450000
        """
        lines = self.payments
        if area_code is not None:
            position_of(self.areas, area_code)
            lines = lines[lines["area_code"] == area_code]
        paid = lines.groupby(["wave", "line"])[list(PENCE_COLUMNS)].sum().reset_index()
        planned = scheme_calendar(self.scheme)
        return handed_out(planned.merge(paid, on=["wave", "line"], how="left", validate="1:1"), self.notices)

    @cached_property
    def _allocations(self) -> pd.DataFrame:
        return allocation_table(self.case, self.allocation)

    @cached_property
    def _assessments(self) -> pd.DataFrame:
        return frames.assessments_table(self.case, self.assessed, self.settled)

    @cached_property
    def _payments(self) -> pd.DataFrame:
        return frames.payments_table(self.case, self.settled)

    @cached_property
    def _reviews(self) -> pd.DataFrame:
        return frames.reviews_table(self.case, self.assessed, self.settled)

    @cached_property
    def _ledger(self) -> pd.DataFrame:
        return ledger_table(self.case, self.allocation, self.assessed, self.settled, self.released)

    @cached_property
    def _warnings(self) -> pd.DataFrame:
        return frames.warnings_table(self.case, self.assessed)
