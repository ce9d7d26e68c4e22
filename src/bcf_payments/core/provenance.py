"""The audit pack: what a settlement was made from, by what, and that its figures tie."""

from __future__ import annotations

import copy
import hashlib
import json
import platform
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_payments.exact.numbers import as_fraction
from bcf_payments.names import NATIONAL_FUND, PENCE_COLUMNS, POT, SLOT_KEY, STATUS_NAMES, __version__
from bcf_payments.schemes import PlannedValuePot, Scheme
from bcf_payments.tables.row_rules import Sheet, as_date, is_blank, truth

if TYPE_CHECKING:
    from bcf_payments.core.result import Result

FORMAT = 1
"""The version of the layout of `Provenance`."""

KEYS = ("area_code", "wave", "metric", "line")
"""The columns that rows are sorted by, of those that a table has."""


class Provenance(Mapping[str, Any]):
    """The audit pack of a settlement: a read-only mapping that can be written as JSON.

    Attributes
    ----------
    reconciliation : DataFrame
        See `Settlement.provenance`.

    Notes
    -----
    The sections:

    `versions`
        Of this package, Python, pandas and NumPy.
    `options`
        The name of the scheme, `through`, `on_missing`, `only`, and whether reviews are resolved.
    `sha256`
        Of the scheme and of each table, in their canonical forms (`scheme_digest`, `table_digest`).
    `rows`
        Of each table.
    `control_totals`
        National pence: of the components; of the pot's lines by what became of them; entitlements by the
        lines' status; ledger movements by account; releases by destination.
    `announced`
        The fund as announced, the sum of its components, and the difference, with source and basis.
    `part`
        None where the areas share the whole fund. Else how they come by their money (`weights` or
        `amounts given`), how many they are, and by component the national pence, theirs, and the difference.
    `notices`
        Sentences that must stand wherever the result is shown.
    """

    def __init__(self, sections: Mapping[str, Any], reconciliation: pd.DataFrame) -> None:
        self._sections = dict(sections)
        self._reconciliation = reconciliation

    @property
    def reconciliation(self) -> pd.DataFrame:
        """From the national fund to components, areas and lines: see `Settlement.provenance`."""
        return self._reconciliation.copy()

    def __getitem__(self, key: str) -> Any:
        return copy.deepcopy(self._sections[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._sections)

    def __len__(self) -> int:
        return len(self._sections)

    def __repr__(self) -> str:
        return f"<Provenance of {self['options']['scheme']}: {', '.join(self)}>"

    def to_dict(self) -> dict[str, Any]:
        """The sections as a dictionary of plain values, a copy of its own."""
        return copy.deepcopy(self._sections)

    def to_json(self) -> str:
        """The sections as JSON; the same settlement gives the same text, byte by byte."""
        return json.dumps(self._sections, indent=2) + "\n"


def provenance_of(settlement: Result) -> Provenance:
    """The audit pack of a settlement, from its tables and the decisions, if there are any."""
    scheme = settlement.scheme
    given = {**settlement.inputs._asdict(), "decisions": settlement.decisions}
    tables = {name: table for name, table in given.items() if table is not None}
    digests = {name: table_digest(table) for name, table in tables.items()}
    sections = {
        "format": FORMAT,
        "versions": {
            "bcf_payments": __version__,
            "python": platform.python_version(),
            "pandas": pd.__version__,
            "numpy": np.__version__,
        },
        "options": {
            "scheme": scheme.name,
            "through": settlement.through,
            "on_missing": settlement.on_missing,
            **({} if settlement.only is None else {"only": list(settlement.only)}),
            "resolved": settlement.is_resolved,
        },
        "sha256": {"scheme": scheme_digest(scheme), **digests},
        "rows": {name: len(table) for name, table in tables.items()},
        "control_totals": _control_totals(settlement),
        "announced": _announced(scheme),
        "part": _part(settlement),
        "notices": list(settlement.notices),
    }
    return Provenance(sections, reconciliation_of(settlement))


def scheme_digest(scheme: Scheme) -> str:
    """The SHA-256 of a scheme in its canonical form.

    Parameters
    ----------
    scheme : Scheme
        Built in or a user's own.

    Returns
    -------
    str
        64 hexadecimal digits.

    Notes
    -----
    The canonical form is the scheme as JSON in ASCII without spaces, keys sorted, lists in their order,
    rules that are not set left out, exact numbers as text in lowest terms (`"7/10"`), days in ISO form.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> october = bcf.load_scheme("october_2013")
    >>> scheme_digest(october) == scheme_digest(october.replace(title=october.title))
    True
    >>> scheme_digest(october) == scheme_digest(october.replace(trigger_below="0.9"))
    False
    """
    rules = scheme.model_dump(mode="json", exclude_none=True)
    return _sha256(json.dumps(rules, sort_keys=True, separators=(",", ":")))


def table_digest(table: pd.DataFrame) -> str:
    """The SHA-256 of a table in its canonical form; order of rows and columns, and types, do not matter.

    Parameters
    ----------
    table : DataFrame
        One of `settle`'s tables, or any other.

    Returns
    -------
    str
        64 hexadecimal digits.

    Notes
    -----
    The canonical form is a JSON list of texts for each row, in ASCII without spaces, one a line, each ended
    by a line feed: first the names of the columns, sorted, then the rows, sorted by `area_code`, `wave`,
    `metric` and `line` where there are such columns, and then by their other cells. A blank cell is the
    empty text, a number (also one written as text) its value in lowest terms (`1`, `7/10`), true and yes
    are `1`, false and no `0`, a day is its ISO form, anything else itself.

    Examples
    --------
    >>> as_numbers = pd.DataFrame({"area_code": ["E09000002", "E09000001"], "weight": [0.5, 2]})
    >>> as_text = pd.DataFrame({"weight": ["2.0", "1/2"], "area_code": ["E09000001", "E09000002"]})
    >>> table_digest(as_numbers) == table_digest(as_text)
    True
    """
    sheet = Sheet(table)
    columns = sorted(table.columns, key=str)
    cells = {name: _canonical(sheet, name) for name in columns}
    by_key = [cells[key] for key in KEYS if key in cells]
    rows = sorted(zip(*by_key, *cells.values(), strict=True))
    lines = [_line(map(str, columns)), *(_line(row[len(by_key) :]) for row in rows)]
    return _sha256("".join(f"{line}\n" for line in lines))


def _canonical(sheet: Sheet, column: str) -> list[str]:
    """The cells of a column as texts; each different one is read once."""
    cells = sheet.cells(column)
    known = {cell: _text(cell) for cell in set(cells)}
    return [known[cell] for cell in cells]


def _text(cell: object) -> str:
    if is_blank(cell):
        return ""
    if (answer := truth(cell)) is not None:
        return str(answer)
    if (day := as_date(cell)) is not None:
        return day.isoformat()
    try:
        return str(as_fraction(cell))
    except ValueError:
        return str(cell)


def _line(texts: Iterable[str]) -> str:
    return json.dumps(list(texts), separators=(",", ":"))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def _control_totals(settlement: Result) -> dict[str, Any]:
    """National pence, each kind of sum from a table of its own."""
    payments = settlement.payments
    lines = payments.merge(settlement.assessments[[*SLOT_KEY, "status"]], validate="1:1")
    by_status = lines.groupby("status")["entitlement_pence"].sum()
    ledger = settlement.ledger
    moved = _by_name(ledger.assign(way=ledger["from_account"] + " to " + ledger["to_account"]), "way")
    return {
        "components": _by_name(settlement.allocations, "component"),
        "payments": {name: int(payments[name].sum()) for name in PENCE_COLUMNS},
        "entitlement_by_status": {name: int(by_status.get(name, 0)) for name in STATUS_NAMES},
        "ledger": moved,
        "releases": _by_name(settlement.releases, "destination"),
    }


def _sums(table: pd.DataFrame, keys: list[str]) -> pd.Series[int]:
    return table.groupby(keys, sort=False)["amount_pence"].sum()


def _by_name(table: pd.DataFrame, key: str) -> dict[str, int]:
    return {str(name): int(pence) for name, pence in _sums(table, [key]).items()}


def _announced(scheme: Scheme) -> dict[str, Any] | None:
    """How far the components are from the fund as announced (F7)."""
    announced = scheme.announced_pounds
    if announced is None:
        return None
    pence = int(announced.value * 100)
    return {
        "announced_pence": pence,
        "components_pence": scheme.fund_pence,
        "difference_pence": pence - scheme.fund_pence,
        "source": list(announced.source),
        "basis": announced.basis,
    }


def _part(settlement: Result) -> dict[str, Any] | None:
    """How the money of areas that do not share the whole fund differs from the national amounts (G7)."""
    if not settlement.case.is_part:
        return None
    scheme, pot = settlement.scheme, settlement.scheme.pot
    here = _by_name(settlement.allocations, "component")
    if isinstance(pot, PlannedValuePot):
        here[POT] += here.pop(pot.remainder.value)
    return {
        "by": "amounts given" if settlement.case.fund.given else "weights",
        "areas": settlement.case.size,
        "components": {
            name: {
                "national_pence": amount.amount_pence,
                "here_pence": here[name],
                "difference_pence": here[name] - amount.amount_pence,
            }
            for name, amount in scheme.amounts.items()
        },
    }


def reconciliation_of(settlement: Result) -> pd.DataFrame:
    """Each amount beside the sum of its parts on the next level; the last parts are the ledger's."""
    allocations, payments, ledger = settlement.allocations, settlement.payments, settlement.ledger
    from_pot = _sums(ledger[ledger["from_account"] == POT], [*SLOT_KEY])
    pots = payments.groupby("area_code")["entitlement_pence"].sum().rename("amount_pence").reset_index()
    other = ledger[(ledger["from_account"] == NATIONAL_FUND) & (ledger["to_account"] != POT)]
    of_areas = pd.concat([pots.assign(line=POT), other])
    in_all = int(pots["amount_pence"].sum())
    national = pd.Series(
        _by_name(allocations, "component")
        if settlement.case.is_part
        else _national_amounts(settlement.scheme, in_all)
    )
    fund = int(national.sum()) if settlement.case.is_part else settlement.scheme.fund_pence
    area, component = allocations["area_code"], allocations["component"]
    line = [payments[name] for name in ("area_code", "wave", "line")]
    levels = [
        _level("nation", [fund], [national.sum()]),
        _level("component", national, _at(_sums(allocations, ["component"]), national.index), national.index),
        _level(
            "area",
            allocations["amount_pence"],
            _at(_sums(of_areas, ["area_code", "line"]), pd.MultiIndex.from_arrays([area, component])),
            component,
            area_code=area,
        ),
        _level(
            "line",
            payments["entitlement_pence"],
            _at(from_pot, pd.MultiIndex.from_arrays(line)),
            POT,
            **payments[[*SLOT_KEY]],
        ),
    ]
    return pd.concat(levels, ignore_index=True)


def _national_amounts(scheme: Scheme, pot_pence: int) -> dict[str, int]:
    """The amount of each component; a pot of planned value leaves of its own what the plans are not worth."""
    amounts = {name: amount.amount_pence for name, amount in scheme.amounts.items()}
    if isinstance(scheme.pot, PlannedValuePot):
        left = amounts.pop(POT) - pot_pence
        return amounts | {scheme.pot.remainder.value: left, POT: pot_pence}
    return amounts


def _at(sums: pd.Series[int], keys: pd.Index[Any]) -> npt.NDArray[np.int64]:
    """Sums by their keys; 0 where there is none."""
    return np.asarray(sums.reindex(keys, fill_value=0), dtype=np.int64)


def _level(level: str, amount: Any, parts: Any, component: Any = "", **keys: Any) -> pd.DataFrame:
    """Rows of one level of the reconciliation; keys that it does not have are blank."""
    amount, parts = np.asarray(amount, dtype=np.int64), np.asarray(parts, dtype=np.int64)
    text = {"level": level, "component": component} | dict.fromkeys(("area_code", "wave", "line"), "") | keys
    money = {"amount_pence": amount, "parts_pence": parts, "difference_pence": amount - parts}
    return pd.DataFrame({**text, **money}, index=range(len(amount)))
