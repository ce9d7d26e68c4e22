"""What can go wrong, as a small tree of errors; each is also the builtin that fits."""

from __future__ import annotations

import importlib
import re
from collections.abc import Collection, Hashable, Iterable, Mapping
from decimal import Decimal
from numbers import Rational
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from bcf_payments import hints
from bcf_payments.words import briefly

PROBLEM_COLUMNS = (
    "table",
    "reason",
    "area_code",
    "area_name",
    "wave",
    "metric",
    "column",
    "value",
    "place",
    "fix",
)
"""Columns of `InputError.problems`, all text, blank where one does not apply."""

SHOWN_PROBLEMS = 10
"""How many problems the message of an error spells out."""


FORMAT = 1
"""Of `BcfError.to_dict`; it grows when a key changes its meaning or goes."""


class BcfError(Exception):
    """Base class of every error that this package raises on purpose."""

    def to_dict(self) -> dict[str, Any]:
        """The error as plain data that JSON can hold, for a service to answer with.

        Returns
        -------
        dict
            `format` (1), `error` (the name of its class), `message`, and `problems`: a row, all text, for
            each fault where the error lists them, as `InputError` and `SchemeError` do.

        Examples
        --------
        >>> import bcf_payments as bcf
        >>> try:
        ...     bcf.load_scheme("october_2031")
        ... except bcf.BcfError as error:
        ...     answer = error.to_dict()
        >>> answer["error"], answer["problems"][0]["fault"]
        ('SchemeError', "unknown scheme 'october_2031'; did you mean 'october_2013'? ...")
        """
        listed = getattr(self, "problems", None)
        rows = [] if listed is None else listed.astype(str).to_dict("records")
        return {"format": FORMAT, "error": type(self).__name__, "message": str(self), "problems": rows}


class InputError(BcfError, ValueError):
    """The input is refused; every fault of every table is listed at once.

    Parameters
    ----------
    problems : DataFrame or iterable of mappings
        One row per fault, with the columns `PROBLEM_COLUMNS` (absent ones are blank).

    Attributes
    ----------
    problems : DataFrame
        One row per fault: `table`, `reason`, `area_code`, `area_name`, `wave`, `metric`, `column`, `value`,
        `place`, `fix`. `place` says where the cell stands: `plans!F3` in a workbook, `plans.csv line 3` or
        `plans.parquet row 3` in a file, `row 3` in a DataFrame, or in one that was changed after it was read.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> areas, plans, outcomes, assurance = bcf.load_example("two_waves")
    >>> areas.loc[0, "nhs_weight"] = -1
    >>> try:
    ...     bcf.settle(areas, plans, outcomes, assurance, on_missing="withhold")
    ... except bcf.InputError as error:
    ...     print(error.problems.loc[0, ["place", "area_name", "column", "value", "fix"]].to_list())
    ['row 1', 'Hartlepool', 'nhs_weight', '-1', 'write a finite number of at least 0']
    """

    def __init__(self, problems: hints.DataFrame | Iterable[Mapping[Any, object]]) -> None:
        import pandas as pd

        frame = problems if isinstance(problems, pd.DataFrame) else pd.DataFrame(list(map(_told, problems)))
        frame = frame.reindex(columns=list(PROBLEM_COLUMNS)).astype(object)
        self.problems = frame.where(frame.notna(), "").map(_whole).astype(str).reset_index(drop=True)
        super().__init__(self._message())

    def _message(self) -> str:
        total = len(self.problems)
        shown = self.problems.head(SHOWN_PROBLEMS).to_dict("records")
        lines = [f"{total:,} problem{'s' if total != 1 else ''} in the input"]
        lines += [f"  {_sentence(row)}" for row in shown]
        if total > SHOWN_PROBLEMS:
            lines.append(f"  ... and {total - SHOWN_PROBLEMS:,} more: see the error's `problems` table")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[type[InputError], tuple[hints.DataFrame]]:
        """Errors cross process borders with their problems."""
        return type(self), (self.problems,)


class ArgumentError(InputError, TypeError):
    """An argument is of a kind that the function does not take: its one problem says what to give instead.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> try:
    ...     bcf.marginal_value(settlement.payments)
    ... except bcf.InputError as error:
    ...     print(error)
    settlement is a pandas DataFrame: give a Settlement, as `settle` makes it
    """

    def _message(self) -> str:
        return "\n".join(f"{row.column} is {row.value}: {row.fix}" for row in self.problems.itertuples())


class NoFolderError(InputError, NotADirectoryError):
    """A folder is to be written into, and a file is named or is there; an `OSError`, as others of writing.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    >>> try:
    ...     settlement.write("result.xlsx")
    ... except bcf.InputError as error:
    ...     print(error)
    result.xlsx: give a folder, such as result; the format of its files is an option of its own
    """

    def __init__(self, problems: hints.DataFrame | Iterable[Mapping[Any, object]]) -> None:
        super().__init__(problems)
        self.filename, self.strerror = self.problems[["value", "fix"]].astype(str).to_numpy()[0]

    @classmethod
    def at(cls, place: Path, fix: str) -> NoFolderError:
        """The error about one place."""
        fault = {"table": "output", "reason": "unknown_value", "column": "folder", "value": place, "fix": fix}
        return cls([fault])

    def __str__(self) -> str:
        return f"{self.filename}: {self.strerror}"


def _whole(value: object) -> str:
    """A value as text that any file can hold: half a character becomes a question mark."""
    return str(value).encode(errors="replace").decode()


def _told(problem: Mapping[Any, object]) -> dict[Any, object]:
    """A fault with its exact numbers as text: pandas fails at some of them, Python at printing others."""
    kinds = (Rational, Decimal, Collection)
    return {key: briefly(cell) if isinstance(cell, kinds) else cell for key, cell in problem.items()}


def _sentence(row: Mapping[Hashable, object]) -> str:
    table, place = str(row["table"]), str(row["place"])
    place = place if place.startswith(table) else " ".join(filter(None, (table, place)))
    where = " ".join(str(row[key]) for key in ("area_code", "wave", "metric", "column") if row[key])
    value = f" {str(row['value'])[:40]!r}" if row["value"] else ""
    head = " ".join(filter(None, (place, str(row["area_name"]))))
    what = f"{where}{value}; " if where or value else ""
    return f"{head}: {row['reason']}: {what}{row['fix']}"


class _FaultsError(BcfError, ValueError):
    """Something that is written down cannot be read or contradicts itself; every fault is listed at once."""

    columns: ClassVar = ("where", "fault")

    def __init__(self, faults: Iterable[tuple[str, str]], name: str = "scheme") -> None:
        import pandas as pd

        self.name = name
        self.faults = tuple(faults)
        self.problems = pd.DataFrame(self.faults, columns=list(self.columns))
        count = len(self.faults)
        lines = [f"{name}: {count} fault{'s' if count != 1 else ''}"]
        lines += [f"  {place}: {fault}" if place else f"  {fault}" for place, fault in self.told]
        super().__init__("\n".join(lines))

    @property
    def told(self) -> list[tuple[str, str]]:
        """The faults with their places as people count."""
        return [(counted(where), fault) for where, fault in self.faults]

    def __reduce__(self) -> tuple[type[_FaultsError], tuple[tuple[tuple[str, str], ...], str]]:
        """Errors cross process borders with their faults."""
        return type(self), (self.faults, self.name)


def counted(where: str) -> str:
    """The path of a rule as people count, from 1; that of its value is its own.

    Examples
    --------
    >>> counted("waves.0.lines.1.share.value"), counted("curves.steep.value.0"), counted("pot.weight")
    ('wave 1, line 2, share', 'curves.steep, item 1', 'pot.weight')
    """
    parts: list[str] = [""]
    for step in re.sub(r"\.value(?=$|\.\d)", "", where).split("."):
        if not step.isdecimal():
            parts[-1] = f"{parts[-1]}.{step}".lstrip(".")
            continue
        many = parts[-1]
        parts[-1:] = (
            [f"{many[:-1]} {int(step) + 1}"] if many.endswith("s") else [many, f"item {int(step) + 1}"]
        )
        parts.append("")
    return ", ".join(filter(None, parts))


class SchemeError(_FaultsError):
    """A scheme cannot be read or contradicts itself; every fault is listed at once.

    The message counts waves and lines from 1, as people do; `problems` has the paths of `Scheme.rules`.

    Parameters
    ----------
    faults : iterable of (str, str)
        Where in the scheme (`waves.0.lines.1.share`) and what is wrong there.
    name : str
        The scheme or file that is at fault.

    Attributes
    ----------
    problems : DataFrame
        One row per fault: `where`, `fault`.
    """


class WorkedExampleError(_FaultsError):
    """A worked example cannot be read; every fault is listed at once.

    Parameters
    ----------
    faults : iterable of (str, str)
        Where in the file (`performance, row 2, outcome`) and what is wrong there.
    name : str
        The file that is at fault.

    Attributes
    ----------
    problems : DataFrame
        One row per fault: `where`, `fault`.
    """


class VerificationError(BcfError, ArithmeticError):
    """The fast path and the reference disagree: a defect of this package, never of the input."""


class MissingExtraError(BcfError, ImportError):
    """A format or a feature needs a package that is not installed; the message says which command adds it."""


EXTRAS = {
    "distributed": "distributed",
    "hypothesis": "test",
    "matplotlib": "plot",
    "openpyxl": "excel",
    "pyarrow": "parquet",
    "python_calamine": "excel",
    "shtab": "completion",
    "tqdm": "progress",
    "xlsxwriter": "excel",
}
"""The extra of this package that installs a module."""


def require_extra(module: str, task: str, part: str = "") -> ModuleType:
    """Import a package that an extra installs.

    Parameters
    ----------
    module : str
        The package, one of `EXTRAS`.
    task : str
        What needs it, as the beginning of a sentence.
    part : str
        The module of the package that the task needs, if not the package itself.

    Returns
    -------
    module

    Raises
    ------
    MissingExtraError
        It is not installed; the message names the command that installs it, as every shell takes it.

    Examples
    --------
    >>> require_extra("pyarrow", "reading areas.parquet", "pyarrow.parquet").__name__
    'pyarrow.parquet'
    """
    try:
        return importlib.import_module(part or module)
    except ImportError as error:
        command = f'python -m pip install "bcf-payments[{EXTRAS[module]}]"'
        raise MissingExtraError(f"{task} needs {module}: {command}") from error
