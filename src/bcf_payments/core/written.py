"""The tables of a settlement as files hold them: with areas by name, and reviews ready to be decided."""

from __future__ import annotations

import pandas as pd

from bcf_payments.core.provenance import reconciliation_of
from bcf_payments.core.release import DECISION_KEY, no_decisions
from bcf_payments.core.result import Result
from bcf_payments.names import TABLES_OUT, __version__
from bcf_payments.tables.meanings import meaning

BESIDE = {
    "provenance.json": "What the tables were made from, by what, with the digests of what went in.",
    "NOTICE.txt": "What must be said with the tables, if there is anything.",
}
"""Files beside the tables."""


def written_tables(result: Result) -> dict[str, pd.DataFrame]:
    """The tables by name."""
    tables = {name: getattr(result, name) for name in TABLES_OUT}
    tables["reviews"] = _to_decide(tables["reviews"], result)
    tables["reconciliation"] = reconciliation_of(result)
    return {name: with_names(table, result.areas) for name, table in tables.items()}


def _to_decide(reviews: pd.DataFrame, result: Result) -> pd.DataFrame:
    """The reviews with what was decided so far: filled in, `Settlement.resolve` reads them."""
    key, agreements = list(DECISION_KEY), result.scheme.agreements
    given = no_decisions(result.scheme) if result.decisions is None else result.decisions
    asked = reviews.merge(given[[*key, *agreements]].astype(object), on=key, how="left")
    return asked.assign(**{name: asked[name].fillna("") for name in agreements})


def with_names(frame: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    """A table with the name of each area beside its code."""
    if "area_code" not in frame:
        return frame
    names = frame["area_code"].map(areas.set_index("area_code")["area_name"]).fillna("")
    shown = frame.copy()
    shown.insert(list(frame.columns).index("area_code") + 1, "area_name", names)
    return shown


def guide(result: Result, tables: dict[str, pd.DataFrame], ending: str) -> str:
    """Every file and column in words, for people who get the files alone."""
    from bcf_payments.tables import outputs

    models = {name: getattr(outputs, name.capitalize()) for name in tables}
    about = {f"{name}.{ending}": _about(models[name].__doc__, tables[name]) for name in tables} | BESIDE
    title = f"Settlement under {result.scheme.label}: {result.scheme.title}"
    units = "Money is whole pence, in columns that end in _pence: 123456 is £1,234.56."
    parts = [f"{title}\nMade by bcf_payments {__version__}. {units}"]
    return "\n\n".join(parts + [f"{file}\n{said}" for file, said in about.items()]) + "\n"


def _about(said: str, table: pd.DataFrame) -> str:
    names = [str(name) for name in table]
    width = max(map(len, names))
    return "\n".join([said, *(f"  {name.ljust(width)}  {meaning(name)}" for name in names)])
