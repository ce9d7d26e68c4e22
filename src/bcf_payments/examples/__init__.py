"""Real areas to try the library on: published English statistics, retabulated (see `NOTICE.md`)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd

from bcf_payments.files import Tables, parse_csv
from bcf_payments.given import take_option

ILLUSTRATION = (
    "Illustration. Metrics come from different years, targets are invented and weights are proxies. "
    "No figure records what a named area earned, missed or failed."
)
LICENCE = (
    "Contains public sector information licensed under the Open Government Licence v3.0 "
    "(NHS England, NHS Digital, ONS, DCLG)."
)
NOTICES = (ILLUSTRATION, LICENCE)
"""What must be said wherever an example, or anything computed from one, is shown."""

CONTRIBUTED = (
    "The contributions are an illustration: only the minimum of Croydon, Portsmouth and Devon was published;"
    " the rest is spread by proxies, and who contributes is invented."
)
"""What must be said besides wherever contributions are shown."""

SHARED_TABLES = ("areas", "assurance")
"""Tables that all examples have in common."""


def available_examples() -> tuple[str, ...]:
    """Name the embedded examples.

    Returns
    -------
    tuple of str
        What `load_example` takes.

    Examples
    --------
    >>> available_examples()
    ('two_waves', 'p4p_2015_16')
    """
    return ("two_waves", "p4p_2015_16")


def load_example(name: str) -> Tables:
    """Load one of the embedded examples, as tables of your own: changing them changes no other call's.

    Parameters
    ----------
    name : {"two_waves", "p4p_2015_16"}
        `two_waves` suits `october_2013` and `december_2013`, `p4p_2015_16` suits `july_2014`.

    Returns
    -------
    Tables
        `areas`, `plans`, `outcomes`, `assurance`: 151 English areas, with real gaps. Each carries in
        `attrs["notices"]` the sentences that must be shown with it.

    Raises
    ------
    InputError
        No such example.

    Notes
    -----
    The metrics are published figures or estimates from them; the targets are invented and the weights
    are proxies. Plans that were not approved: N2. Ambitions: N1, C5.

    Examples
    --------
    >>> areas, plans, outcomes, assurance = load_example("two_waves")
    >>> int(areas["population"].sum())
    54316618
    >>> (assurance["plan_status"] == "not_approved").sum()
    np.int64(5)
    """
    known = take_option(name, available_examples(), "example")
    return Tables(*(frame.copy() for frame in _parsed(known)))


def load_contributions(name: str) -> pd.DataFrame:
    """Load what bodies contribute to the pools of an example's areas: an illustration.

    Parameters
    ----------
    name : {"two_waves", "p4p_2015_16"}
        The example. Both are of the same areas, and have the same contributions.

    Returns
    -------
    DataFrame, a row per area, contributor and component
        As `pool` takes it, a table of your own. It carries in `attrs["notices"]` the sentences that must be
        shown with it.

    Raises
    ------
    InputError
        No such example.

    Notes
    -----
    The minimum of all areas is £3.784bn (F7), what is above it £1.4bn (F2), of both kinds of body alike.

    Examples
    --------
    >>> contributions = load_contributions("two_waves")
    >>> contributions.iloc[0]["contributor"], len(contributions)
    ('CCGs of Hartlepool', 604)
    """
    take_option(name, available_examples(), "example")
    return _contributions().copy()


@cache
def _contributions() -> pd.DataFrame:
    file = files("bcf_payments.examples") / "contributions.csv"
    table = parse_csv(file.read_bytes(), "contributions", file.name)
    table.attrs = {"notices": (ILLUSTRATION, CONTRIBUTED, LICENCE)}
    return table


@cache
def _parsed(name: str) -> Tables:
    folder = files("bcf_payments.examples")
    tables = {}
    for table in Tables._fields:
        place = folder if table in SHARED_TABLES else folder / name
        tables[table] = parse_csv((place / f"{table}.csv").read_bytes(), table, f"{table}.csv")
        tables[table].attrs = {"notices": NOTICES}  # and no places: nobody mends a file of the package
    return Tables(**tables)
