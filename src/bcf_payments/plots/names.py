"""What areas, accounts and amounts are called in a picture."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import pandas as pd
from matplotlib.ticker import Formatter, FuncFormatter

from bcf_payments.given import take
from bcf_payments.names import FORMULA_ALLOCATION, NATIONAL_FUND, NOT_DUE, PAID, POT, WITHHELD
from bcf_payments.schemes import PlannedValuePot, Scheme
from bcf_payments.settlement import Settlement
from bcf_payments.tables.lookup import unknown_area
from bcf_payments.words import MILLION, printable, short_pounds, spoken

ACCOUNTS = {
    NATIONAL_FUND: "National fund",
    FORMULA_ALLOCATION: "Allocated by formula",
    POT: "Performance pot",
    PAID: "Paid",
    WITHHELD: "Held back",
    NOT_DUE: "Not yet due",
}

UNITS = ((1000 * MILLION, "bn"), (MILLION, "m"), (100, ""))
"""Pence in a unit of money, and its letters."""

IN_PER_CENT = FuncFormatter(lambda share, _: per_cent(share))
"""Writes ticks, which stand at shares, in per cent."""


class InPounds(Formatter):
    """Writes ticks, which stand at pence, in pounds, millions or billions: all of an axis alike."""

    def __call__(self, pence: float, pos: int | None = None) -> str:  # noqa: ARG002 - matplotlib's signature
        """One amount, as under the pointer."""
        return short_pounds(round(pence))

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """The amounts at the ticks; both sides of 0 are amounts, never debts."""
        largest = max(map(abs, values), default=0)
        unit, letter = next((one for one in UNITS if largest >= one[0]), UNITS[-1])
        return [f"£{abs(pence) / unit:,.10g}{letter if pence else ''}" for pence in values]


class InSignedPounds(InPounds):
    """The same for changes, with a sign."""

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """The amounts at the ticks, with a sign."""
        texts = super().format_ticks(values)
        signs = ["+" if pence > 0 else "-" if pence < 0 else "" for pence in values]
        return [sign + text for sign, text in zip(signs, texts, strict=True)]


def account_title(scheme: Scheme, account: str) -> str:
    """An account of the ledger as it is spoken of."""
    if isinstance(scheme.pot, PlannedValuePot) and account == scheme.pot.remainder.value:
        return printable(scheme.pot.remainder_title)
    name = spoken(account)
    return ACCOUNTS.get(account, name[:1].upper() + name[1:])


def area_names(settlement: Settlement, longest: int = 30) -> pd.Series[str]:
    """The names of the areas by code, cut short where they are very long."""
    areas = settlement.areas.set_index("area_code")["area_name"].astype(str).map(printable)
    return areas.map(lambda name: textwrap.shorten(name, longest, placeholder=" …") if name else name)


def one_area(settlement: Settlement, area_code: str) -> str:
    """The name of an area; an `InputError` for a code that the settlement lacks."""
    take(area_code, str, "area_code", "give the code of one area as text")
    names = area_names(settlement, longest=60)
    if area_code not in names.index:
        raise unknown_area(settlement.areas, area_code)
    return str(names[area_code])


def wave_title(scheme: Scheme, wave: str) -> str:
    """The title of a payment point."""
    return printable(next(one.title for one in scheme.waves if one.name == wave))


def per_cent(share: float, places: int = 0) -> str:
    """A share in per cent, with a true minus sign.

    Examples
    --------
    >>> per_cent(0.7), per_cent(-2.391) == "\N{MINUS SIGN}239%"
    ('70%', True)
    """
    text = f"{100 * share:,.{places}f}%".replace("-", "\N{MINUS SIGN}")
    return text.lstrip("\N{MINUS SIGN}") if not any(digit in text for digit in "123456789") else text
