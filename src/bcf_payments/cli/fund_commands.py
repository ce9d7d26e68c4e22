"""What the command `pool` does."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from bcf_payments.cli.chosen import settle_chosen
from bcf_payments.cli.fund_options import BY_CONTRIBUTION, contributions_needed, table_beside
from bcf_payments.cli.layout import show

if TYPE_CHECKING:
    from pandas import DataFrame

    from bcf_payments.settlement import Settlement


def pool(arguments: Namespace) -> None:
    """Show the pooled fund, what it spends and on whom its risk falls, and write the tables if asked."""
    from bcf_payments.cli.pool_screen import pool_screen
    from bcf_payments.core.written import with_names
    from bcf_payments.files import write_tables
    from bcf_payments.given import notices_of
    from bcf_payments.studies.pool import pool as pool_of

    chosen, settled = settle_chosen(arguments)
    contributions = contributions_needed(arguments)
    tables = {"pool": pool_of(contributions, settled, by=arguments.by)}
    tables |= _risk(arguments, settled, contributions) | _statements(arguments, settled, contributions)
    notices = notices_of(tables)
    named = {name: with_names(table, settled.areas) for name, table in tables.items()}
    written = []
    if arguments.out:
        place = arguments.out / "pool.xlsx" if arguments.format == "xlsx" else arguments.out
        written = write_tables(named, place, file_format=arguments.format, notices=notices)
    show(pool_screen(named, arguments.by, settled, chosen, notices, written))


def fund_beside(arguments: Namespace, settled: Settlement) -> dict[str, DataFrame]:
    """What tables of INPUT beside the four come to: the pool, its statements and risk, and what is saved."""
    from bcf_payments.studies.pool import pool as pool_of
    from bcf_payments.studies.savings import savings

    contributions, values = (table_beside(arguments, name) for name in ("contributions", "unit_values"))
    tables = {}
    if contributions is not None:
        tables["pool"] = pool_of(contributions, settled)
        tables |= _risk(arguments, settled, contributions) | _statements(arguments, settled, contributions)
    if values is not None:
        areas, plans, outcomes, _ = settled.inputs
        tables["savings"] = savings(
            plans,
            values,
            outcomes,
            areas=areas,
            scheme=settled.scheme,
            on_missing=settled.on_missing,
            only=settled.only,
        )
    return tables


def _risk(arguments: Namespace, settled: Settlement, contributions: DataFrame) -> dict[str, DataFrame]:
    """On whom falls what is not earned, where partners have agreed on it."""
    from bcf_payments.studies.risk import agreement_by_contribution, share_risk

    if vars(arguments).get("agreement") == Path(BY_CONTRIBUTION):
        agreement: DataFrame | None = agreement_by_contribution(contributions, settled)
    else:
        agreement = table_beside(arguments, "agreement")
    return {} if agreement is None else {"risk_shares": share_risk(settled, agreement)}


def _statements(arguments: Namespace, settled: Settlement, contributions: DataFrame) -> dict[str, DataFrame]:
    """The statement of each area whose spending is told."""
    import pandas as pd

    from bcf_payments.core.pooled import areas_of
    from bcf_payments.studies.pool_statement import pool_statement
    from bcf_payments.tables.spending import check_spending

    spending = table_beside(arguments, "spending")
    if spending is None:
        return {}
    checked = check_spending(spending, areas_of(settled))
    checked.findings.refuse()
    stated = {
        code: pool_statement(contributions, settled, spending, code)
        for code in sorted(checked.sheet.distinct("area_code"))
    }
    return {"pool_statement": pd.concat(stated, names=["area_code"]).reset_index("area_code")}
