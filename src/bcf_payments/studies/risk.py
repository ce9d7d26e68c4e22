"""How a sum that a pool did not earn falls on its partners (A7, C6)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import pandas as pd

from bcf_payments.core.apportionment import split
from bcf_payments.core.pooled import areas_of
from bcf_payments.exact.numbers import as_fraction
from bcf_payments.exact.sharing import in_shares
from bcf_payments.given import guarded, handed_out, notices_of
from bcf_payments.schemes.having import refuse_without_money
from bcf_payments.settlement import Settlement
from bcf_payments.tables.agreements import (
    TABLE,
    UNCOVERED,
    caps_in_pence,
    check_agreement,
)
from bcf_payments.tables.contributions import check_contributions, contributed


@guarded
def share_risk(settlement: Settlement, agreement: pd.DataFrame) -> pd.DataFrame:
    """Say how the sum that each area did not earn falls on the partners of its pool.

    Parameters
    ----------
    settlement : Settlement
        Says what is not earned: all that is held back at the payment points that are due, less what was made
        good later.
    agreement : DataFrame, a row per area and partner
        `area_code`, `partner`, `share` (exact; those of an area add up to exactly 1); optional `cap_pounds`,
        the most that the partner bears, blank for no cap; optional `relief_share`, how much of what the
        partner bears goes to relieve pressure on other services, then for every row. 50:50 is a table with
        `"1/2"` twice; `agreement_by_contribution` makes one of contributions.

    Returns
    -------
    DataFrame, a row per area of the agreement and partner, in the order of the agreement within an area
        `area_code`, `partner`, `share` (float), `borne_pence`; with `relief_share` also `relief_pence` and
        `other_pence`, which add up to it. Where every partner that has a share is at its cap, a row
        `uncovered` holds the rest, whose use is not agreed.

    Raises
    ------
    InputError
        Every fault of the agreement, with its place.

    Notes
    -----
    What an area's rows bear adds up to what it did not earn. By largest remainder (G2), equal remainders to
    the earlier partner. What is above a cap falls on the others, in proportion to their shares, until each
    is at its own. The money stays in the area (G5). Source: A7, C6, G2, G5.

    Examples
    --------
    Half and half, as in Rotherham, but the council bears at most £50,000:

    >>> import bcf_payments as bcf
    >>> july = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    >>> agreement = pd.DataFrame({
    ...     "area_code": "E08000035", "partner": ["CCG", "council"], "share": "1/2",
    ...     "cap_pounds": [None, 50_000],
    ... })
    >>> bcf.in_pounds(share_risk(july, agreement))[["partner", "borne"]]
       partner          borne
    0      CCG  £2,856,990.00
    1  council     £50,000.00
    """
    refuse_without_money(settlement.scheme, "the sharing of risk")
    checked = check_agreement(agreement, areas_of(settlement))
    sheet = checked.sheet
    relief = (
        [as_fraction(cell) for cell in sheet.cells("relief_share")] if sheet.has("relief_share") else None
    )
    rows = pd.DataFrame(
        {
            "area_code": sheet.cells("area_code"),
            "partner": [str(cell) for cell in sheet.cells("partner")],
            "share": pd.Series([as_fraction(cell) for cell in sheet.cells("share")], dtype=object),
            "cap": pd.Series(caps_in_pence(sheet), dtype=object),
            "relief": pd.Series([Fraction(0)] * len(sheet) if relief is None else relief, dtype=object),
        }
    )
    unearned = unearned_pence(settlement)
    # Each area has partners, shares and caps of its own: there is nothing to do for all at once.
    shared = [
        row
        for code, own in rows.groupby("area_code")
        for row in _of_area(str(code), own, unearned[str(code)])
    ]
    columns = ["area_code", "partner", "share", "borne_pence", "relief_pence", "other_pence"]
    kept = columns if relief is not None else columns[:4]
    given = (*notices_of({TABLE: agreement}), *settlement.notices)
    return handed_out(pd.DataFrame(shared, columns=columns)[kept], tuple(dict.fromkeys(given)))


@guarded
def agreement_by_contribution(
    contributions: pd.DataFrame, settlement: Settlement | None = None
) -> pd.DataFrame:
    """Make the agreement by which each partner bears what its contribution is of the area's pool.

    Parameters
    ----------
    contributions : DataFrame
        As in `pool`.
    settlement : Settlement, optional
        Of which areas; without it, codes are those of `october_2013`.

    Returns
    -------
    DataFrame, a row per area and contributor that plans anything
        `area_code`, `partner`, `share` (an exact fraction): what `share_risk` takes.

    Raises
    ------
    InputError
        Every fault of the contributions.

    Examples
    --------
    Rotherham's fund (C10):

    >>> rotherham = pd.DataFrame({
    ...     "area_code": "E08000018", "contributor": ["CCG", "council"],
    ...     "contributor_type": ["ccg", "council"], "component": "pool",
    ...     "minimum_pounds": 0, "planned_pounds": [13_245_000, 10_071_000],
    ... })
    >>> [str(share) for share in agreement_by_contribution(rotherham)["share"]]
    ['4415/7772', '3357/7772']
    """
    checked = check_contributions(contributions, areas_of(settlement))
    checked.findings.refuse()
    table = contributed(checked.sheet)
    planned = table.groupby(["area_code", "contributor"])["planned_pence"].sum().reset_index()
    planned = planned[planned["planned_pence"] > 0].reset_index(drop=True)
    whole = planned.groupby("area_code")["planned_pence"].transform("sum")
    shares = [Fraction(part, of) for part, of in zip(planned["planned_pence"], whole, strict=True)]
    return pd.DataFrame(
        {
            "area_code": planned["area_code"],
            "partner": planned["contributor"],
            "share": pd.Series(shares, dtype=object),
        }
    )


def unearned_pence(settlement: Settlement) -> dict[str, int]:
    """What is held back in each area, less what was made good later."""
    sums = settlement.summary("area").set_index("area_code")
    left = sums["withheld_pence"] - sums["caught_up_pence"]
    return {str(code): int(pence) for code, pence in left.items()}


def _of_area(code: str, own: pd.DataFrame, unearned: int) -> list[tuple[object, ...]]:
    """The rows of one area."""
    borne = _borne(unearned, own["share"].tolist(), own["cap"].tolist())
    rows: list[tuple[object, ...]] = []
    for partner, share, relief, pence in zip(own["partner"], own["share"], own["relief"], borne, strict=True):
        use = split(pence, {"relief": relief, "other": 1 - relief})
        rows.append((code, partner, float(share), pence, use["relief"], use["other"]))
    if rest := unearned - sum(borne):
        rows.append((code, UNCOVERED, 0.0, rest, 0, rest))
    return rows


def _borne(total: int, shares: Sequence[Fraction], caps: Sequence[int | None]) -> list[int]:
    """What each partner bears: whoever would bear more than its cap bears that, and the others the rest."""
    borne = [0] * len(shares)
    bearing = [number for number, share in enumerate(shares) if share]
    while bearing:
        whole = sum(shares[number] for number in bearing)
        amounts = dict(
            zip(bearing, in_shares(total, [shares[number] / whole for number in bearing]), strict=True)
        )
        over = {
            number: cap
            for number, amount in amounts.items()
            if (cap := caps[number]) is not None and amount > cap
        }
        for number, amount in (over or amounts).items():
            borne[number] = amount
        if not over:
            break
        total -= sum(over.values())
        bearing = [number for number in bearing if number not in over]
    return borne
