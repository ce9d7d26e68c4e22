"""Whether the figures of a worked example come out: every difference, in pounds."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from bcf_payments.given import guarded
from bcf_payments.studies.worked_example import (
    Expectation,
    ExpectedRelease,
    ExpectedReview,
    ExpectedTotal,
    WorkedExample,
)
from bcf_payments.words import pounds

if TYPE_CHECKING:
    from bcf_payments.settlement import Settlement

KEYS = ("area_code", "wave", "line", "component")
MONEY = ("entitlement", "earned", "caught_up", "withheld", "not_due")
ASSESSED = ("achievement", "fraction_paid", "status", "unambitious")
NONE = "none"
"""In place of a figure that is not there at all."""

Row = Mapping[Hashable, Any]


class Difference(NamedTuple):
    """A figure that did not come out."""

    where: str
    expected: str
    found: str


@guarded
def check_worked_example(example: WorkedExample) -> pd.DataFrame:
    """Settle the inputs of a worked example, and compare what comes out with what it expects.

    Parameters
    ----------
    example : WorkedExample
        As `load_worked_example` reads it.

    Returns
    -------
    DataFrame, a row per difference
        `where`, `expected`, `found`, as text: money in pounds. No rows: everything is as expected.

    Raises
    ------
    InputError
        The inputs are refused, as `settle` refuses them.
    VerificationError
        The slow reference, which settles the example as well, finds another figure.

    Notes
    -----
    Money is compared to the penny. An achievement or share is written as an exact number and compared
    with the float that is nearest to it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import bcf_payments as bcf
    >>> text = '''
    ... name = "a_third"
    ... title = "A third of the improvement"
    ... source = { document = "made up", facts = ["A14", "G1"] }
    ... working = "A third of £120 is £40."
    ... scheme = "october_2013"
    ... changes = { pot__amount_pounds = 960 }
    ... through = "wave_1"
    ... on_missing = "withhold"
    ... areas = [{ area_code = "E06990001" }]
    ... performance = [
    ...     { wave = "wave_1", metric = "delayed_transfers", baseline = 400, target = 370, outcome = 390 },
    ... ]
    ... [expected]
    ... lines = [{ wave = "wave_1", line = "delayed_transfers", earned = "£40.01" }]
    ... '''
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "a_third.toml")
    ...     _ = file.write_text(text, encoding="utf-8")
    ...     bcf.check_worked_example(bcf.load_worked_example(file)).loc[0].tolist()
    ['E06990001 wave_1 delayed_transfers: earned', '£40.01', '£40.00']
    """
    from bcf_payments.settlement import settle

    settlement = settle(
        *example.tables(),
        example.scheme,
        through=example.through,
        on_missing=example.on_missing,
        verify=True,
    )
    differences = [
        *_lines(example, settlement),
        *_allocations(example, settlement),
        *_totals(example, settlement),
        *_reviews(example, settlement),
        *_warnings(example, settlement),
        *_releases(example, settlement),
    ]
    return pd.DataFrame(differences, columns=list(Difference._fields))


def _lines(example: WorkedExample, settlement: Settlement) -> Iterator[Difference]:
    paid, assessed = _by_line(settlement.payments), _by_line(settlement.assessments)
    for row in example.expected.lines:
        key = (row.area_code, row.wave, row.line)
        found = {name: paid.get(key, {}).get(f"{name}_pence") for name in MONEY}
        found["held_reason"] = paid.get(key, {}).get("held_reason")
        found |= {name: assessed.get(key, {}).get(name) for name in ASSESSED}
        yield from _differences(" ".join(key), row, found)


def _by_line(table: pd.DataFrame) -> dict[tuple[str, ...], Row]:
    return {(row["area_code"], row["wave"], row["line"]): row for row in table.to_dict("records")}


def _allocations(example: WorkedExample, settlement: Settlement) -> Iterator[Difference]:
    table = settlement.allocations
    for row in example.expected.allocations:
        rows = _of_area(settlement, table, row.area_code)
        found = int(rows.loc[rows["component"] == row.component, "amount_pence"].sum())
        yield from _differences(f"{row.area_code} {row.component}", row, {"amount": found})


def _totals(example: WorkedExample, settlement: Settlement) -> Iterator[Difference]:
    for row in example.expected.totals:
        tables = settlement.payments, settlement.reviews
        payments, reviews = (_of_total(settlement, table, row) for table in tables)
        found = {name: int(payments[f"{name}_pence"].sum()) for name in MONEY}
        found["reviews"] = reviews["review_id"].nunique()
        yield from _differences(" ".join(filter(None, (row.area_code, row.wave, "total"))), row, found)


def _of_total(settlement: Settlement, table: pd.DataFrame, row: ExpectedTotal) -> pd.DataFrame:
    rows = _of_area(settlement, table, row.area_code)
    return rows if row.wave is None else rows[rows["wave"] == row.wave]


def _of_area(settlement: Settlement, table: pd.DataFrame, area_code: str) -> pd.DataFrame:
    return table if area_code == settlement.scheme.nation_key else table[table["area_code"] == area_code]


def _reviews(example: WorkedExample, settlement: Settlement) -> Iterator[Difference]:
    if example.expected.reviews is None:
        return
    found = {
        key: {"action": row["action"], "withheld": row["withheld_pence"]}
        for key, row in _by_line(settlement.reviews).items()
    }
    yield from _complete(example.expected.reviews, found)


def _releases(example: WorkedExample, settlement: Settlement) -> Iterator[Difference]:
    if example.expected.releases is None:
        return
    releases = settlement.resolve(example.decisions_table()).releases
    found = {
        key: {"destination": row["destination"], "amount": row["amount_pence"]}
        for key, row in _by_line(releases).items()
    }
    yield from _complete(example.expected.releases, found)


def _complete(
    expected: Iterable[ExpectedReview | ExpectedRelease], found: Mapping[tuple[str, ...], Mapping[str, Any]]
) -> Iterator[Difference]:
    """Differences between rows of which there must be neither fewer nor more."""
    wanted = [((row.area_code, row.wave, row.line), row) for row in expected]
    for place, row in wanted:
        yield from _differences(" ".join(place), row, found.get(place, {}))
    for key in sorted(set(found) - {place for place, _ in wanted}):
        for name, value in found[key].items():
            yield Difference(f"{' '.join(key)}: {name}", NONE, _written(name, value))


def _warnings(example: WorkedExample, settlement: Settlement) -> Iterator[Difference]:
    if example.expected.warnings is not None:
        expected, found = sorted(example.expected.warnings), sorted(settlement.warnings["reason"])
        if expected != found:
            yield Difference("warnings", ", ".join(expected) or NONE, ", ".join(found) or NONE)


def _differences(where: str, row: Expectation, found: Mapping[str, Any]) -> Iterator[Difference]:
    """The figures of a row that are expected and come out otherwise."""
    for name, value in row:
        if name in KEYS or value is None:
            continue
        expected = float(value) if isinstance(value, Fraction) else value
        if found.get(name) != expected:
            yield Difference(f"{where}: {name}", _written(name, value), _written(name, found.get(name)))


def _written(name: str, value: object) -> str:
    """A figure as text: money in pounds."""
    if value is None or value == "":
        return NONE
    return pounds(int(str(value))) if name in {*MONEY, "amount"} else str(value)
