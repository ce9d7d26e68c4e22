"""Real areas to try the library on: published English statistics, retabulated (see `NOTICE.md`)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

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


@cache
def _parsed(name: str) -> Tables:
    folder = files("bcf_payments.examples")
    tables = {}
    for table in Tables._fields:
        place = folder if table in SHARED_TABLES else folder / name
        tables[table] = parse_csv((place / f"{table}.csv").read_bytes(), table, f"{table}.csv")
        tables[table].attrs = {"notices": NOTICES}  # and no places: nobody mends a file of the package
    return Tables(**tables)
