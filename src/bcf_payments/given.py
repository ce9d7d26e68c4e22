"""What callers give: told in words, and refused at the door where it is of the wrong kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, wraps
from inspect import Signature, signature
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, get_args, get_type_hints

from bcf_payments import hints
from bcf_payments.errors import ArgumentError, InputError, NoFolderError
from bcf_payments.names import BUILT_IN_SCHEMES
from bcf_payments.words import nearest, printable

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

LONGEST = 60
"""Longer texts are told by their length."""

TO_PANDAS = {
    "cudf": ".to_pandas()",
    "dask": ".compute()",
    "dask_expr": ".compute()",
    "duckdb": ".df()",
    "ibis": ".to_pandas()",
    "polars": ".to_pandas()",
    "polars LazyFrame": ".collect().to_pandas()",
    "pyarrow": ".to_pandas()",
    "pyspark": ".toPandas()",
}
"""How tables of other packages become those of pandas: by package, or by package and class."""

MAKERS = {
    "Chance": "simulate",
    "Explanation": "settlement.explain",
    "MeasureQuality": "measure_quality",
    "NoiseModel": "OutcomeModel",
    "Provenance": "settlement.provenance",
    "Settlement": "settle",
    "Simulation": "simulate",
    "Tables": "bcf.Tables(areas, plans, outcomes, assurance)",
    "WorkedExample": "load_worked_example",
}
"""What makes the classes that nobody makes by hand."""

TABLES = ("areas", "plans", "outcomes", "assurance")


def told(value: object) -> str:
    """What a value is, in words.

    Examples
    --------
    >>> told("december_2013"), told({}), told(Path("plans.csv")), told(None)
    ("the text 'december_2013'", 'a dict', 'a pathlib PosixPath', 'None')
    """
    if isinstance(value, str):
        is_short = len(value) <= LONGEST and value.isprintable()
        return f"the text {value!r}" if is_short else f"a text of {len(value):,} characters"
    if value is None or isinstance(value, (bool, int, float)):
        return repr(value)
    if isinstance(value, type):
        return f"the class {value.__name__} itself"
    name = _kind(value)
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def _kind(value: object) -> str:
    """The class of a value, with the package it is from."""
    kind = type(value)
    package = kind.__module__.partition(".")[0]
    return kind.__qualname__ if package == "builtins" else f"{package} {kind.__qualname__}"


def table_fix(value: object, name: str) -> str:
    """How to give what is no pandas DataFrame as one."""
    advice, kind = "give the table as a pandas DataFrame", _kind(value)
    convert = TO_PANDAS.get(kind) or TO_PANDAS.get(kind.partition(" ")[0])
    if convert:
        return f"{advice}: {name}{convert}"
    if kind == "pandas Series":
        return f"{advice}, not one column of it"
    if isinstance(value, (str, Path)):
        return f"{advice}, as `read_tables` reads it from a file"
    return advice if value is None else f"{advice}, with a name for each column: pd.DataFrame(...)"


def wrong(name: str, value: object, fix: str) -> ArgumentError:
    """The error for an argument of the wrong kind."""
    fault = {"table": "arguments", "reason": "unknown_value", "column": name, "value": told(value)}
    return ArgumentError([fault | {"fix": fix}])


def take(value: object, kind: type[T] | tuple[type[T], ...], name: str, fix: str) -> T:
    """The value of an argument, which must be of a kind."""
    if not isinstance(value, kind):
        raise wrong(name, value, fix)
    return value


def take_table(value: object, name: str) -> Any:
    """The value of an argument, which must be a pandas DataFrame."""
    import pandas as pd

    return take(value, pd.DataFrame, name, table_fix(value, name))


def take_path(path: object) -> Path:
    """The path that names a file or a folder."""
    if isinstance(path, Path) or (path and isinstance(path, str)) or hasattr(path, "__fspath__"):
        return Path(path)
    raise wrong("path", path, "give the name of a file or folder, as a text or a Path")


def take_folder(path: object) -> Path:
    """The path that names a folder to write into."""
    folder = take_path(path)
    if folder.suffix.lower() in {".csv", ".parquet", ".xlsx"} and not folder.is_dir():
        fix = f"give a folder, such as {folder.stem}; the format of its files is an option of its own"
        raise NoFolderError.at(folder, fix)
    return folder


def take_option(value: object, known: Iterable[str], name: str) -> str:
    """The value of an option, which must be one of those that are known."""
    options = tuple(known)
    if isinstance(value, str) and value in options:
        return value
    fix = nearest(value, options)
    fault = {"table": "options", "reason": "unknown_value", "column": name, "value": value, "fix": fix}
    raise InputError([fault])


def take_sentences(value: object, name: str) -> tuple[str, ...]:
    """Sentences that go with tables: a sequence of texts, as every face may show them."""
    listed = tuple(value) if isinstance(value, (list, tuple)) else None
    if listed is None or not all(isinstance(sentence, str) for sentence in listed):
        raise wrong(name, value, "give a tuple of sentences, such as ('Source: NHS England.',)")
    return tuple(map(printable, listed))


def notices_of(tables: Mapping[str, Any]) -> tuple[str, ...]:
    """The notices that tables carry, each once."""
    carried = (
        take_sentences(table.attrs["notices"], f"{name}.attrs['notices']")
        for name, table in tables.items()
        if table is not None and "notices" in table.attrs
    )
    return tuple(dict.fromkeys(notice for notices in carried for notice in notices))


def handed_out(table: hints.DataFrame, notices: Sequence[str]) -> hints.DataFrame:
    """A copy of a table for callers, who may change it, with the sentences that go wherever it goes."""
    copy = table.copy()
    if notices:
        copy.attrs["notices"] = tuple(notices)
    return copy


def guarded(function: Callable[P, R]) -> Callable[P, R]:
    """Refuse what is of the wrong kind before the function begins.

    An argument that is annotated with a class of this package must be of that class, and tables must not
    come in one piece where they are taken one by one. What tables hold is for the function itself to judge.
    """

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        form, kinds = _form(function)
        try:
            given = form.bind_partial(*args, **kwargs).arguments
        except TypeError:
            given = {}  # too many arguments, or unknown ones: Python says so itself
        for name, value in given.items():
            if name in kinds and not isinstance(value, kinds[name]):
                raise wrong(name, value, _fix(kinds[name][0], value))
            if name == TABLES[0]:
                _refuse_packed(function.__name__, form, value)
        return function(*args, **kwargs)

    return checked


@cache
def _form(function: Callable[..., Any]) -> tuple[Signature, dict[str, tuple[type, ...]]]:
    """The signature of a function, and which of its arguments must be of which classes."""
    kinds = {}
    for name, hint in get_type_hints(function).items():
        classes = tuple(kind for kind in get_args(hint) or (hint,) if isinstance(kind, type))
        if classes and classes[0].__module__.startswith("bcf_payments"):
            kinds[name] = classes
    return signature(function), kinds


def _fix(kind: type, value: object) -> str:
    name = kind.__name__
    article = "an" if name[0] in "AEIOU" else "a"
    fix = f"give {article} {name}" + (f", as `{MAKERS[name]}` makes it" if name in MAKERS else "")
    if name == "Settlement" and isinstance(value, str) and value in BUILT_IN_SCHEMES:
        return f"{fix}; the same tables under that scheme are settlement.under({value!r})"
    return fix


def _refuse_packed(function: str, form: Signature, value: object) -> None:
    """Refuse tables in one piece: an example, a tuple, a dictionary."""
    pieces = value.values() if isinstance(value, Mapping) else value
    packed = isinstance(value, (Mapping, list, tuple)) and any(hasattr(p, "columns") for p in pieces)  # type: ignore[attr-defined]
    if not packed:
        return
    taken: Sequence[str] = [name for name in TABLES if name in form.parameters]
    one_by_one = ", ".join(f"tables.{name}" for name in taken if form.parameters[name].kind.value == 1)
    how = "*tables" if len(one_by_one.split(", ")) == len(TABLES) else one_by_one
    raise wrong(TABLES[0], value, f"give the tables one by one: {function}({how}, ...)")
