"""What every area is due, earns and has held back, and what can be asked of it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from bcf_payments.core.balance import paid_by_line
from bcf_payments.core.frames import records
from bcf_payments.core.provenance import Provenance
from bcf_payments.core.result import Result
from bcf_payments.core.written import guide, with_names, written_tables
from bcf_payments.explanation import Explanation
from bcf_payments.explanation.summary import settlement_html, settlement_line
from bcf_payments.files.replacing import write_files
from bcf_payments.files.writing import WORKBOOK, FileFormat, text_files, write_tables
from bcf_payments.given import handed_out, notices_of, take_folder
from bcf_payments.names import TABLES_OUT
from bcf_payments.returns import AreaReturn
from bcf_payments.schemes import Scheme, scheme_of

FORMAT = 1
"""Of `Settlement.to_dict`; it grows when a key changes its meaning or goes."""


@dataclass(frozen=True, eq=False, repr=False)
class Settlement(Result):
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
    only : tuple of str or None
        The codes of the areas that are settled, where they are not all that share the fund.
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

    def explain(
        self,
        area_code: str,
        contributions: pd.DataFrame | None = None,
        peers: pd.DataFrame | None = None,
    ) -> Explanation:
        """Explain one area's money: every step as formula, numbers, result in pounds and pence, and rules.

        Parameters
        ----------
        area_code : str
            An area of this settlement.
        contributions : DataFrame, a row per area, contributor and component, optional
            As `pool` takes it: the explanation then ends with what goes into the area's pool.
        peers : DataFrame, a row per missed line and area that can help, optional
            As the function `peers` gives it: the explanation then names whom to ask about each missed target.

        Returns
        -------
        Explanation
            `str()` gives plain text, a notebook shows Markdown; `to_frame()` and `to_dict()` give data. Its
            figures are those of the tables, to the penny. It ends with the area's totals, what follows, and
            the rule of reviews.

        Raises
        ------
        InputError
            No such area (`unknown_area`), with those that come near; every fault of the contributions.

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
        from bcf_payments.explanation.pooled import told_pool

        pool = None if contributions is None else told_pool(self, contributions)
        return explain_area(self, area_code, pool, peers)

    def returns(self, paid: pd.DataFrame | None = None) -> pd.DataFrame:
        """What each area planned, achieved and is paid, line by line: the figures of a return.

        Parameters
        ----------
        paid : DataFrame, a row per payment made, optional
            As in `due`; a payment that names no line counts in `due` alone.

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
            waves left. With `paid`, `paid_pence` last: what was paid on the line before.

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
        lines = self._returns
        if paid is not None:
            by_line, _ = paid_by_line(self.case, paid, self.only)
            lines = lines.assign(paid_pence=by_line.T.ravel())
        return handed_out(lines, self.notices)

    def return_for(self, area_code: str, paid: pd.DataFrame | None = None) -> AreaReturn:
        """The return of one area, in the layout of the quarterly data collection.

        Parameters
        ----------
        area_code : str
            An area of this settlement.
        paid : DataFrame, a row per payment made, optional
            As in `due`: the return then says what was paid, and what is due.

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

        return area_return(self, self.returns(paid), area_code, paid)

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
        case = self.reading.case(scheme_of(scheme), self.through)
        return type(self).of_case(self.reading, case, self.through)

    @property
    def provenance(self) -> Provenance:
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
        pack = self.provenance
        tables = {name: getattr(self, name) for name in ("areas", *TABLES_OUT)}
        return {
            "format": FORMAT,
            "scheme": {"label": self.scheme.label, "title": self.scheme.title},
            "options": pack["options"],
            "notices": list(self.notices),
            "provenance": {section: pack[section] for section in ("versions", "sha256", "rows")},
            "tables": {name: records(table) for name, table in tables.items()},
        }

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

    def write(
        self,
        folder: str | os.PathLike[str],
        *,
        file_format: FileFormat = "csv",
        beside: Mapping[str, pd.DataFrame] | None = None,
    ) -> list[Path]:
        """Write what came out into a folder, as `bcf-payments settle --out` does, resolved if it is not yet.

        Files have the name of each area beside its code. Reviews have the columns of decisions: filled in,
        `resolve` and `settle --decisions` read them.

        Parameters
        ----------
        folder : str or path
            Made if it is not there. Files of the same names are replaced; others are left alone.
        file_format : {"csv", "parquet", "xlsx"}
            One file per table, or one workbook `settlement.xlsx`.
        beside : mapping of str to DataFrame, optional
            What else there is, such as `{"pool": pool(contributions, settlement)}`: a file or sheet each.

        Returns
        -------
        list of Path
            The files: the tables, `provenance.json`, beside single tables a `README.txt` of every column,
            and, where there are notices, `NOTICE.txt`.

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
        settled, target = self if self.is_resolved else self.resolve(), take_folder(folder)
        pack = settled.provenance
        documents = {"provenance.json": pack.to_json()}
        if file_format == "xlsx":
            from bcf_payments.workbook.results import results_book

            return write_files(
                {WORKBOOK: results_book(settled, beside or {}).save} | text_files(documents), target
            )
        tables = written_tables(settled)
        documents |= {"README.txt": guide(settled, tables, file_format)}
        notices = tuple(dict.fromkeys((*settled.notices, *notices_of(beside or {}))))
        tables |= {name: with_names(table, self.areas) for name, table in (beside or {}).items()}
        return write_tables(tables, target, file_format=file_format, notices=notices, documents=documents)

    def __repr__(self) -> str:
        return settlement_line(self)

    def _repr_html_(self) -> str:
        """The national summary for notebooks."""
        return settlement_html(self)

    @cached_property
    def _provenance(self) -> Provenance:
        from bcf_payments.core.provenance import provenance_of

        return provenance_of(self)

    @cached_property
    def _returns(self) -> pd.DataFrame:
        from bcf_payments.returns.table import returns_table

        releases = (self if self.is_resolved else self.resolve()).releases
        parts = (self.case, self.assessed, self.settled)
        return returns_table(*parts, self._assessments, self._payments, releases)
