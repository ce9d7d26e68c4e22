"""What a scheme asks of the four input tables, and the same as pandera schemas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from bcf_payments import hints
from bcf_payments.given import take_option
from bcf_payments.schemes import Scheme, scheme_of
from bcf_payments.schemes.levels import level_of
from bcf_payments.tables.input_rules import TableRules, conditions_by_wave, table_rules
from bcf_payments.tables.inputs import Columns, OnMissing, table_columns


class LineName(NamedTuple):
    """A line as rows name it: its wave, and its metric."""

    wave: str
    name: str


class Demands(NamedTuple):
    """All that the checks of tables know of a scheme; equal where two schemes ask for the same.

    `lines` are numbered in the order in which they are laid out; by table, `read` (rows that may be) and
    `needed` (rows that must be) are such numbers.
    `assurance` says whether the table is needed, `assured` for which waves every area needs a row of it;
    `given` are the columns of amounts that are read in place of those of `weights`.
    """

    area_code: str
    metrics: tuple[str, ...]
    lines: tuple[LineName, ...]
    read: Mapping[str, Sequence[int]]
    needed: Mapping[str, Sequence[int]]
    either: tuple[LineName, ...]
    assurance: bool
    assured: tuple[str, ...]
    columns: Mapping[str, Columns]
    rules: Mapping[str, TableRules]
    given: tuple[str, ...]
    weights: tuple[str, ...]


def demands(scheme: Scheme, due_waves: int, on_missing: OnMissing, given: tuple[str, ...] = ()) -> Demands:
    """What the tables must hold, when the first `due_waves` waves of the scheme are due."""
    slots = (*scheme.metric_lines, *scheme.monitored)
    due = tuple(number for number, slot in enumerate(slots) if slot.wave_index < due_waves)
    planned = tuple(number for number, slot in enumerate(slots) if not level_of(scheme, slot))
    read, paid = {"plans": planned, "outcomes": due}, range(len(scheme.metric_lines))
    needed = {name: [number for number in numbers if number in paid] for name, numbers in read.items()}
    pays, cuts = conditions_by_wave(scheme, due_waves)
    waves = tuple(wave for wave in scheme.wave_names if wave in {*chain(*pays.values(), *cuts.values())})
    return Demands(
        area_code=scheme.area_code_pattern.value,
        metrics=tuple(scheme.metrics),
        lines=tuple(LineName(slot.wave, slot.name) for slot in slots),
        read=read,
        needed=needed if on_missing == "raise" else {},
        either=tuple(
            LineName(slot.wave, slot.name)
            for slot in slots
            if scheme.metrics[slot.name].direction.value == "either"
        ),
        assurance=bool(waves),
        assured=waves if on_missing == "raise" else (),
        columns=table_columns(scheme, given),
        rules=table_rules(scheme, due_waves, on_missing, given),
        given=given,
        weights=scheme.weight_columns,
    )


def input_schema(table: str, scheme: str | Path | Scheme) -> hints.DataFrameSchema:
    """The pandera schema of an input table, for use in other pipelines.

    Parameters
    ----------
    table : {"areas", "plans", "outcomes", "assurance"}
        Which table.
    scheme : str, Path or Scheme
        The rules that say which columns, waves and conditions there are.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Its checks answer row by row, and are those that `settle` makes before it looks across tables.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> example = bcf.load_example("two_waves")
    >>> schema = input_schema("plans", bcf.load_scheme("october_2013"))
    >>> len(schema.validate(example.plans))
    1053
    """
    import pandera.pandas as pa

    rules_of = scheme_of(scheme)
    columns = table_columns(rules_of)[take_option(table, table_columns(rules_of), "table")]
    rules = table_rules(rules_of, len(rules_of.waves), "raise")[table]

    return pa.DataFrameSchema(
        {name: pa.Column(nullable=True, required=True) for name in columns.required}
        | {name: pa.Column(nullable=True, required=False) for name in columns.optional},
        checks=[
            pa.Check(rule.holds_by_row, name=rule.name, ignore_na=False)  # a row of blanks is a fault too
            for rule in (*rules.of_keys, *rules.of_values)
        ],
        name=table,
    )
