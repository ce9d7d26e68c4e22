"""What the command line names: scheme, tables, options."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bcf_payments.errors import InputError
from bcf_payments.schemes import Scheme, available_schemes, load_scheme

if TYPE_CHECKING:
    from pandas import DataFrame

    from bcf_payments.files import Tables
    from bcf_payments.settlement import Settlement
    from bcf_payments.tables.inputs import OnMissing


class Chosen(NamedTuple):
    """The scheme, the tables and what missing rows mean, as the command line names them or by default."""

    scheme: Scheme
    tables: Tables
    source: str
    on_missing: OnMissing
    on_missing_option: str
    scheme_given: str
    only: tuple[str, ...]

    @property
    def amounts(self) -> tuple[str, ...]:
        """The columns of amounts that the areas were given, in place of weights."""
        from bcf_payments.tables.amounts import given_columns
        from bcf_payments.tables.row_rules import Sheet

        return given_columns(Sheet(self.tables.areas), self.scheme)


def resolve_chosen(settled: Settlement, decisions: Path | None) -> Settlement:
    """The settlement with its reviews resolved, if a file of decisions is named."""
    from bcf_payments.files import read_csv
    from bcf_payments.files.reading import read_sheet

    if decisions is None:
        return settled
    if decisions.suffix == ".xlsx":
        return settled.resolve(read_sheet(decisions, "reviews"))
    return settled.resolve(read_csv(decisions, "decisions"))


def payments_made(arguments: Namespace) -> DataFrame | None:
    """The payments that a file tells of, if one is named."""
    from bcf_payments.files import read_csv

    return read_csv(arguments.paid, "paid") if arguments.paid else None


def settle_chosen(arguments: Namespace) -> tuple[Chosen, Settlement]:
    """Settle what the command line names, and write that it has no problems, if asked."""
    from bcf_payments import settlement
    from bcf_payments.cli.problems import no_problems, write_problems

    chosen = choose(arguments)
    settled = settlement.settle(
        *chosen.tables,
        chosen.scheme,
        only=arguments.only,
        through=arguments.through,
        on_missing=chosen.on_missing,
    )
    if arguments.problems:
        write_problems(no_problems(), arguments.problems)
    return chosen, settled


def choose(arguments: Namespace) -> Chosen:
    """Read the scheme and the tables that the command line names, or those that stand for them."""
    from bcf_payments.examples import load_example
    from bcf_payments.files import read_tables

    scheme = load_scheme(arguments.scheme or _made_for(arguments.example))
    if arguments.input is not None:
        tables = read_tables(arguments.input, scheme if arguments.scheme else None)
        source = str(arguments.input)
        scheme = _of_workbook(tables.scheme, scheme, arguments)
    elif arguments.example:
        tables, source = load_example(arguments.example), f"the embedded example {arguments.example}"
    elif scheme.example:
        tables = load_example(scheme.example)
        source = f"the embedded example {scheme.example}, as no INPUT was given"
    else:
        fix = f"give INPUT, or --example: the scheme {scheme.name} names no example of its own"
        raise InputError([{"table": "input", "reason": "missing_table", "fix": fix}])
    arguments.checked_against = _checked_against(scheme, tables.scheme, arguments)
    kind, default = _defaults(arguments)
    on_missing: OnMissing = arguments.on_missing or default
    why = "as asked" if arguments.on_missing else f"the default for an {kind}"
    given = str(arguments.scheme or (scheme.name if scheme == _built_in(scheme.name) else ""))
    only = tuple(arguments.only or ())
    return Chosen(scheme, tables, source, on_missing, f"--on-missing {on_missing}, {why}", given, only)


def _of_workbook(said: Scheme | None, scheme: Scheme, arguments: Namespace) -> Scheme:
    """The scheme that a workbook says it is made for; one that is asked for must be the same, or compared."""
    if said is None or arguments.command == "compare":
        return scheme
    if arguments.scheme and said != scheme:
        fix = "leave --scheme out, or take the sheet scheme out of the workbook"
        told = f"{arguments.scheme}, and the workbook is made for {said.label}"
        fault = {"table": "options", "reason": "unknown_value", "column": "scheme", "value": told, "fix": fix}
        raise InputError([fault])
    return said


def _checked_against(scheme: Scheme, said: Scheme | None, arguments: Namespace) -> str:
    """The scheme by its name, and who named it, for who reads what is wrong with the input."""
    if arguments.scheme or arguments.example:
        return scheme.name
    return (
        f"{scheme.name}, as the workbook says"
        if said
        else f"{scheme.name}, the default; --scheme names another"
    )


def _built_in(name: str) -> Scheme | None:
    return load_scheme(name) if name in available_schemes() else None


def _defaults(arguments: Namespace) -> tuple[str, OnMissing]:
    """Say what kind of input is settled, and what missing rows mean in it unless asked otherwise."""
    return ("example", "withhold") if arguments.input is None else ("INPUT", "raise")


def _made_for(example: str | None) -> str:
    """Name the first built-in scheme that an example was made for; without an example, the default."""
    names = available_schemes()
    made_for = (name for name in names if example and load_scheme(name).example == example)
    return next(made_for, names[0])
