"""The pipeline: from four tables and a scheme to an immutable settlement."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bcf_payments import frames, hints
from bcf_payments.allocation import Allocation, allocation_of, allocation_table
from bcf_payments.case import Case, count_due_waves, read_case
from bcf_payments.files.writing import FileFormat
from bcf_payments.given import TABLES, guarded, handed_out, notices_of, take_option, take_path
from bcf_payments.ledger import Movement
from bcf_payments.lines import Assessed, Settled, assess_lines, settle_lines
from bcf_payments.review import missed_lines
from bcf_payments.schemes import Scheme, scheme_of
from bcf_payments.tables.inputs import OnMissing
from bcf_payments.tables.numbers import given_number


@dataclass(frozen=True, eq=False, repr=False)
class Settlement:
    """What every area is due, earns and has held back under a scheme, and what follows from it.

    Made by `settle`; immutable. Each table is a fresh copy, so that changing one changes nothing here.
    ("Settlement" is the settling of performance payments, not the Local Government Finance Settlement.)

    Attributes
    ----------
    scheme : Scheme
        The rules.
    through : str or None
        The last wave that is due; None: all are.
    on_missing : {"raise", "withhold"}
        What missing rows mean.
    notices : tuple of str
        Sentences that must stand wherever the result is shown: licences, and that an example is one.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), scheme="july_2014", on_missing="withhold")
    >>> settlement
    <Settlement of july_2014: 151 areas, earned £91,748,240.00, held back, net £186,407,940.00>
    >>> settlement.payments["caught_up_pence"].sum() > 0
    np.True_
    """

    scheme: Scheme
    through: str | None
    on_missing: OnMissing
    notices: tuple[str, ...]
    _case: Case
    _allocation: Allocation
    _assessed: Assessed
    _settled: Settled
    _tables: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame | None]
    _decisions: pd.DataFrame | None = None
    _released: tuple[Movement, ...] = ()

    @property
    def areas(self) -> pd.DataFrame:
        """The areas: `area_code`, `area_name`, `region`."""
        return handed_out(self._case.areas, self.notices)

    @property
    def tables(self) -> hints.Tables:
        """The input as it was settled: `areas`, `plans`, `outcomes`, and `assurance` or None.

        What came out are the other tables, such as `payments`; `to_dict` has them all.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
        >>> bcf.settle(*settlement.tables, on_missing="withhold").payments.equals(settlement.payments)
        True
        """
        from bcf_payments.files import Tables

        areas, plans, outcomes, assurance = self._tables
        kept = None if assurance is None else assurance.copy()
        return Tables(areas.copy(), plans.copy(), outcomes.copy(), kept)

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
        return self._decisions is not None

    @property
    def releases(self) -> pd.DataFrame:
        """Where money that was held back goes; empty before `resolve`.

        `area_code`, `wave`, `line`, `destination`, `amount_pence`.
        """
        from bcf_payments.resolution import releases_table

        return handed_out(releases_table(self._case, self._released), self.notices)

    @property
    def provenance(self) -> hints.Provenance:
        """The audit pack: what this was made from, by what, and that its figures tie.

        Returns
        -------
        Provenance
            A read-only mapping with `to_dict()` and `to_json()`: versions, options, the SHA-256 of the
            scheme and of each table as they were settled, control totals, and how far the announced fund
            is from its components. Its `reconciliation` goes from the national fund to components, areas
            and lines: `level`, `component`, `area_code`, `wave`, `line`, `amount_pence`, `parts_pence`
            (the amounts of the next level; at the last one, the ledger's movements) and
            `difference_pence`, which is 0.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
        >>> settlement.provenance["announced"]["difference_pence"]  # £3.8bn is £3.784bn, rounded
        1600000000
        """
        return self._provenance

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
        table = frames.summary_table(self._case, self._settled, self._payments, by)
        return handed_out(table, self.notices)

    def explain(self, area_code: str) -> hints.Explanation:
        """Explain one area's money: every step as formula, numbers, result in pounds and pence, and rules.

        Parameters
        ----------
        area_code : str
            An area of this settlement.

        Returns
        -------
        Explanation
            `str()` gives plain text, a notebook shows Markdown; `to_frame()` and `to_dict()` give data. Its
            figures are those of the tables, to the penny. It ends with the area's totals, what follows, and
            the rule of reviews.

        Raises
        ------
        InputError
            No such area (`unknown_area`), with those that come near.

        Notes
        -----
        Every step names the facts it rests on, and whether they are stated, derived or assumed.
        Source: G1-G6, and those of the scheme.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
        >>> print(settlement.explain("E06000001").sections[0].sentences[1])
        Hartlepool can earn £1,704,634.88 for performance.
        """
        from bcf_payments.explanation import explain_area

        parts = (self._case, self._allocation, self._assessed, self._settled, self._released)
        return explain_area(area_code, *parts, through=self.through, notices=self.notices)

    def resolve(self, decisions: pd.DataFrame | None = None) -> Settlement:
        """Say where money that was held back goes, now that reviews are done: never outside its area.

        Parameters
        ----------
        decisions : DataFrame, a row per line that triggered a review, optional
            `area_code`, `wave`, `line`, and whether the parties agree: `hwb_agrees`, `nhs_england_agrees`,
            `peer_reviewer_agrees`, written as true/false, yes/no or 1/0, or blank. A review is done when
            all three are filled in; without a row, or with a blank, its money is `awaiting_decision`.

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
        from bcf_payments.resolution import no_decisions, release

        given = no_decisions() if decisions is None else decisions
        released = release(self._case, self._settled, given)
        return replace(self, _decisions=given.copy(), _released=released)

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
            self._assessed.terms.at(slice(paid)),
            self._assessed.actual[:paid],
            self._assessed.known[:paid],
            given_number(trigger_below, "trigger_below"),
        )
        waves = np.array([slot.wave_index for slot in self.scheme.metric_lines])
        return int(pd.DataFrame(missed).groupby(waves).any().to_numpy().sum())

    def returns(self) -> pd.DataFrame:
        """What each area planned, achieved and is paid, line by line: the figures of a return.

        Returns
        -------
        DataFrame, a row per area and line that pays
            `area_code`, `wave`, `line`, `unit`; `baseline`, `target`, `outcome` in that unit;
            `planned_change` and `actual_change`, as shares of the baseline, below 0 for a fall;
            `planned_so_far` and `achieved_so_far`, the improvement up to here of a pot of planned value;
            `achievement`, `status`; then pence: `entitlement_pence`, what the line can earn by itself;
            `carried_over_pence`, what due payment points before left and this one may still make good;
            `largest_payment_pence`, both together; `earned_pence`, the suggested payment, of which
            `caught_up_pence` makes good earlier points; `withheld_pence`, `held_reason`, `not_due_pence`;
            `destination` and `destination_pence`, where held-back money goes (`awaiting_decision` where
            a review has not decided). A pot of planned value releases in its last wave what all of its
            waves left.

        Notes
        -----
        Its money is that of `payments` and of the releases, to the penny; a settlement that is not
        resolved is read as one without decisions. Source: C3, C4, C6, C8, G5.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> july = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
        >>> money = ["entitlement_pence", "largest_payment_pence", "earned_pence"]
        >>> [int(pence) for pence in july.returns().loc[1, money]]
        [12367000, 20264000, 19817000]
        """
        return handed_out(self._returns, self.notices)

    def return_for(self, area_code: str) -> hints.AreaReturn:
        """The return of one area, in the layout of the quarterly data collection.

        Parameters
        ----------
        area_code : str
            An area of this settlement.

        Returns
        -------
        AreaReturn
            It prints as a table, shows itself in a notebook, and writes itself as CSV or as a workbook;
            `lines` and `rest` are its data.

        Raises
        ------
        InputError
            No such area (`unknown_area`), with those that come near.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> july = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
        >>> july.return_for("E06000001")
        <Return of Hartlepool (E06000001), North East, july_2014: paid £449,980.00 of £502,130.00>
        """
        from bcf_payments.returns import area_return

        return area_return(self, area_code)

    def calendar(self, area_code: str | None = None) -> pd.DataFrame:
        """Show the payment calendar with what is paid on each day.

        Parameters
        ----------
        area_code : str, optional
            An area of this settlement; by default all of England together.

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
        from bcf_payments.payment_calendar import settlement_calendar

        return handed_out(settlement_calendar(self, area_code), self.notices)

    def under(self, scheme: str | Path | Scheme) -> Settlement:
        """Settle the same tables, with the same options, under another scheme.

        Parameters
        ----------
        scheme : str, Path or Scheme
            As in `settle`.

        Returns
        -------
        Settlement

        Raises
        ------
        InputError
            The tables lack what the other scheme needs.
        SchemeError
            A scheme that cannot be read.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> july = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
        >>> separate = july.under(july.scheme.replace(cumulative=False))
        >>> int(separate.payments["caught_up_pence"].sum())
        0
        """
        return settle(*self._tables, scheme, through=self.through, on_missing=self.on_missing)

    def to_dict(self) -> dict[str, Any]:
        """The result as plain data that JSON can hold, for a service to hand on.

        Returns
        -------
        dict
            `format` (1); `scheme` (`label`, `title`); `options` (`scheme`, `through`, `on_missing`,
            `resolved`); `notices`; `provenance` (`versions`, and the `sha256` and `rows` of what went in);
            `tables`: `areas`, `allocations`, `assessments`, `payments`, `reviews`, `ledger`, `releases` and
            `warnings`, each a list of rows. Pence are int, and a number that is not known is None. As in the
            tables, there are no releases before `resolve`.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
        >>> result = settlement.to_dict()
        >>> result["format"], result["scheme"]["label"], result["tables"]["payments"][0]["earned_pence"]
        (1, 'july_2014', 4470000)
        """
        from bcf_payments.handing_on import as_dict

        return as_dict(self)

    def to_json(self) -> str:
        """The result as JSON: `to_dict` as text; the same settlement gives the same text, byte by byte.

        Returns
        -------
        str

        Examples
        --------
        >>> import json
        >>> import bcf_payments as bcf
        >>> settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
        >>> json.loads(settlement.to_json()) == settlement.to_dict()
        True
        """
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False, allow_nan=False) + "\n"

    def write(self, folder: str | os.PathLike[str], *, file_format: FileFormat = "csv") -> list[Path]:
        """Write what came out into a folder, as `bcf-payments settle --out` does, resolved if it is not yet.

        Parameters
        ----------
        folder : str or path
            Made if it is not there. Files of the same names are replaced; others are left alone.
        file_format : {"csv", "parquet", "xlsx"}
            One file per table, or one workbook `settlement.xlsx`.

        Returns
        -------
        list of Path
            The files: the tables, `provenance.json` and, where there are notices, `NOTICE.txt`.

        Raises
        ------
        InputError
            No such format, or more rows than a sheet holds.
        MissingExtraError
            Parquet needs the extra `parquet`, a workbook the extra `excel`.
        OSError
            The folder cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> import bcf_payments as bcf
        >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     [file.name for file in settlement.write(folder)][:3]
        ['allocations.csv', 'assessments.csv', 'payments.csv']
        """
        from bcf_payments.handing_on import write_settlement

        return write_settlement(self, take_path(folder), file_format)

    def __repr__(self) -> str:
        from bcf_payments.display import settlement_line

        return settlement_line(self)

    def _repr_html_(self) -> str:
        """The national summary for notebooks."""
        from bcf_payments.display import settlement_html

        return settlement_html(self)

    @cached_property
    def _allocations(self) -> pd.DataFrame:
        return allocation_table(self._case, self._allocation)

    @cached_property
    def _assessments(self) -> pd.DataFrame:
        return frames.assessments_table(self._case, self._assessed, self._settled)

    @cached_property
    def _payments(self) -> pd.DataFrame:
        return frames.payments_table(self._case, self._settled)

    @cached_property
    def _reviews(self) -> pd.DataFrame:
        return frames.reviews_table(self._case, self._assessed, self._settled)

    @cached_property
    def _ledger(self) -> pd.DataFrame:
        from bcf_payments.ledger import ledger_table

        return ledger_table(self._case, self._allocation, self._assessed, self._settled, self._released)

    @cached_property
    def _returns(self) -> pd.DataFrame:
        from bcf_payments.returns.table import returns_table

        releases = (self if self.is_resolved else self.resolve()).releases
        parts = (self._case, self._assessed, self._settled)
        return returns_table(*parts, self._assessments, self._payments, releases)

    @cached_property
    def _provenance(self) -> hints.Provenance:
        from bcf_payments.provenance import provenance_of

        return provenance_of(self, self._tables, self._decisions)

    @cached_property
    def _warnings(self) -> pd.DataFrame:
        return frames.warnings_table(self._case)


@guarded
def settle(
    areas: pd.DataFrame,
    plans: pd.DataFrame,
    outcomes: pd.DataFrame,
    assurance: pd.DataFrame | None = None,
    scheme: str | Path | Scheme = "october_2013",
    *,
    through: str | None = None,
    on_missing: OnMissing = "raise",
    verify: bool = False,
) -> Settlement:
    """Settle: allocate the fund, assess each area against its plan, pay, hold back, and trigger reviews.

    Parameters
    ----------
    areas : DataFrame, a row per area
        `area_code`, `area_name`, `region` and every column of weights that the scheme names.
    plans : DataFrame, a row per area, wave and metric
        `area_code`, `wave`, `metric`, `baseline_numerator`, `baseline_denominator`, `target_numerator`,
        `target_denominator`; `direction` for a metric that may go either way.
    outcomes : DataFrame, a row per area, wave and metric
        `area_code`, `wave`, `metric`, `outcome_numerator`, `outcome_denominator`.
    assurance : DataFrame, a row per area, optional
        `area_code`, `plan_status`, a column per condition; optionally `submitted_on`. Where the scheme pays
        on no condition, as `july_2014`, it may be left out.
    scheme : str, Path or Scheme
        A built-in name (see `available_schemes`), the path of a TOML file, or a scheme.
    through : str, optional
        The last wave that is due; lines of later waves are `not_due`.
    on_missing : {"raise", "withhold"}
        Whether a missing plan, outcome or condition is a fault, or makes its line `missing`: it earns nothing
        and waits.
    verify : bool
        Also settle by the slow reference, in fractions and loops, and compare every figure.

    Returns
    -------
    Settlement

    Raises
    ------
    InputError
        Every fault of every table, with area, column, value and fix.
    SchemeError
        Every fault of a scheme that cannot be read.
    VerificationError
        The reference found another figure: a defect of this package.

    Notes
    -----
    A line earns `floor(entitlement * curve(min(1, max(0, achievement))))` with
    `achievement = (baseline - outcome) / (baseline - target)`, in exact rational arithmetic.
    Source: A1-A15, B1-B8, C1-C8, G1-G6.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("two_waves")
    >>> settlement = bcf.settle(*example, scheme="october_2013", on_missing="withhold")
    >>> int(settlement.payments["entitlement_pence"].sum())
    100000000000
    >>> hartlepool = settlement.payments.loc[2]
    >>> hartlepool["line"], hartlepool["held_reason"]
    ('emergency_admissions', 'performance')
    """
    rules = scheme_of(scheme)
    due_waves = count_due_waves(rules, through, on_missing)
    case = read_case(areas, plans, outcomes, assurance, rules, due_waves, on_missing)
    allocation = allocation_of(case)
    assessed = assess_lines(case)
    settled = settle_lines(case, allocation, assessed)
    tables = (areas.copy(), plans.copy(), outcomes.copy(), None if assurance is None else assurance.copy())
    notices = notices_of(dict(zip(TABLES, tables, strict=True)))
    settlement = Settlement(rules, through, on_missing, notices, case, allocation, assessed, settled, tables)
    if verify:
        from bcf_payments.verification import verify_settlement

        verify_settlement(settlement, areas, plans, outcomes, assurance)
    return settlement


@guarded
def assess(
    areas: pd.DataFrame,
    plans: pd.DataFrame,
    outcomes: pd.DataFrame,
    assurance: pd.DataFrame | None = None,
    scheme: str | Path | Scheme = "october_2013",
    *,
    through: str | None = None,
    on_missing: OnMissing = "raise",
) -> pd.DataFrame:
    """Assess each area against its plan, without the money: `Settlement.assessments` on its own.

    Parameters, errors and sources are those of `settle`.

    Returns
    -------
    DataFrame, a row per area and line
        See `Settlement.assessments`.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("p4p_2015_16")
    >>> bcf.assess(*example, scheme="july_2014", on_missing="withhold")["status"].value_counts().to_dict()
    {'not_met': ...}
    """
    tables = (areas, plans, outcomes, assurance)
    return settle(*tables, scheme, through=through, on_missing=on_missing).assessments


@guarded
def validate(
    areas: pd.DataFrame,
    plans: pd.DataFrame,
    outcomes: pd.DataFrame,
    assurance: pd.DataFrame | None = None,
    scheme: str | Path | Scheme = "october_2013",
    *,
    through: str | None = None,
    on_missing: OnMissing = "raise",
) -> pd.DataFrame:
    """Check the tables as `settle` does.

    Parameters and errors are those of `settle`.

    Returns
    -------
    DataFrame
        The warnings: `area_code`, `wave`, `metric`, `reason`, `message`.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("two_waves")
    >>> bcf.validate(*example, on_missing="withhold").empty
    True
    >>> bcf.validate(*example)
    Traceback (most recent call last):
        ...
    bcf_payments.errors.InputError: 13 problems in the input
    ...
    """
    tables = (areas, plans, outcomes, assurance)
    return settle(*tables, scheme, through=through, on_missing=on_missing).warnings
