"""Worked examples out of TOML files, or every fault in one at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from bcf_payments.errors import SchemeError, WorkedExampleError
from bcf_payments.given import take_path
from bcf_payments.names import POT
from bcf_payments.schemes import PlannedValuePot, Scheme, Slot, available_schemes, load_scheme
from bcf_payments.schemes.changing import changed_copy
from bcf_payments.schemes.consistency import Fault, unknown
from bcf_payments.schemes.faults import faults_in, sentence
from bcf_payments.schemes.toml_files import UnreadableTomlError, read_toml
from bcf_payments.studies.worked_example import ExpectedAllocation, ExpectedTotal, WorkedExample

_SENTENCES = {"extra_forbidden": "nothing of this name is known here", "missing": "is missing: fill it in"}
"""What is said in place of pydantic's words."""

_FILLED = {
    "performance": "metric",
    "assurance": "",
    "decisions": "line",
    "lines": "line",
    "allocations": "",
    "totals": "",
    "reviews": "line",
    "releases": "line",
}
"""What may be left out of the rows of each section, besides the area, where there is only one."""


def load_worked_example(path: str | Path) -> WorkedExample:
    """Read a worked example from its TOML file.

    Parameters
    ----------
    path : str or Path
        The file. A `scheme` in it that is no built-in name is a path relative to the file; `[changes]`
        are those of `Scheme.replace`. Where there is one area, rows need not name it; nor the metric or
        the line where their wave has only one.

    Returns
    -------
    WorkedExample

    Raises
    ------
    WorkedExampleError
        No such file, or faults in it: all of them at once.

    Examples
    --------
    >>> import bcf_payments as bcf
    >>> try:
    ...     bcf.load_worked_example("nowhere.toml")
    ... except bcf.WorkedExampleError as error:
    ...     print(error.faults[0][1].partition(":")[0])
    cannot be read
    """
    path = take_path(path)
    data = _data(path)
    scheme, faults = _scheme(data, path.parent)
    try:
        example = WorkedExample.model_validate({**_filled(data, scheme), "scheme": scheme})
    except ValidationError as error:
        faults += [fault for fault in _faults(error) if scheme or not _needs_scheme(*fault)]
        raise WorkedExampleError(faults, str(path)) from None
    faults += _unknown_names(example)
    if faults:
        raise WorkedExampleError(faults, str(path))
    return example


def _data(path: Path) -> dict[str, Any]:
    try:
        return read_toml(path)
    except UnreadableTomlError as error:
        raise WorkedExampleError([("", str(error))], str(path)) from error


def _scheme(data: dict[str, Any], folder: Path) -> tuple[Scheme | None, list[Fault]]:
    """The scheme that the file names, with the changes that it makes; both leave the data."""
    name, changes = data.pop("scheme", None), data.pop("changes", {})
    if not isinstance(name, str) or not isinstance(changes, dict):
        known = ", ".join(available_schemes())
        return None, [("scheme", f"name one of {known}, or a .toml file; [changes] is a table")]
    where = "scheme"
    try:
        scheme = load_scheme(folder / name if name.endswith(".toml") else name)
        where = "changes"
        return changed_copy(scheme, changes), []
    except SchemeError as error:
        return None, [(f"{where}, {place}" if place else where, fault) for place, fault in error.told]


def _filled(data: dict[str, Any], scheme: Scheme | None) -> dict[str, Any]:
    """The data with the area, the metric and the line filled in where there is only one that can be meant."""
    match data.get("areas"):
        case [{"area_code": code}]:
            area = {"area_code": code}
        case _:
            area = {}
    names = {"metric": _only(scheme.metric_lines), "line": _only(scheme.lines)} if scheme else {}

    def row(given: object, key: str) -> object:
        if not isinstance(given, dict):
            return given
        name = names.get(key, {}).get(str(given.get("wave")))
        return area | ({key: name} if name else {}) | given

    def sections(part: Mapping[str, Any]) -> dict[str, Any]:
        return {
            name: [row(given, _FILLED[name]) for given in value]
            if name in _FILLED and isinstance(value, list)
            else value
            for name, value in part.items()
        }

    expected = data.get("expected")
    return sections(data) | ({"expected": sections(expected)} if isinstance(expected, dict) else {})


def _only(slots: Iterable[Slot]) -> dict[str, str]:
    """The line of each wave that has only one."""
    by_wave: dict[str, list[str]] = {}
    for slot in slots:
        by_wave.setdefault(slot.wave, []).append(slot.name)
    return {wave: names[0] for wave, names in by_wave.items() if len(names) == 1}


def _needs_scheme(place: str, fault: str) -> bool:
    """Whether only the scheme, which cannot be read, can say if something is missing."""
    return fault == _SENTENCES["missing"] and place.endswith((", metric", ", line"))


def _faults(error: ValidationError) -> Iterator[Fault]:
    for fault in faults_in(error):
        if fault["loc"] == ("scheme",):
            continue  # it is None, and its own faults say why
        given = "" if isinstance(fault["input"], dict) else f" (given: {fault['input']!r:.60})"
        yield _place(fault["loc"]), (_SENTENCES.get(fault["type"]) or sentence(fault)) + given


def _place(steps: Iterable[str | int]) -> str:
    """Where in the file, with rows counted from 1."""
    return ", ".join(f"row {step + 1}" if isinstance(step, int) else step for step in steps)


def _unknown_names(example: WorkedExample) -> Iterator[Fault]:
    """Names that nothing in the scheme or among the areas bears."""
    scheme = example.scheme
    if example.through is not None and example.through not in scheme.wave_names:
        yield "through", unknown(example.through, scheme.wave_names, "wave")
    for number, area in enumerate(example.areas, 1):
        yield from _unknown(area.weights, scheme.weight_columns, "column of weights", f"areas, row {number}")
    for number, row in enumerate(example.assurance, 1):
        named = (*row.not_met, *row.unknown)
        yield from _unknown(named, scheme.condition_names, "condition", f"assurance, row {number}")
    for number, decision in enumerate(example.decisions, 1):
        parties = decision.model_extra or ()
        yield from _unknown(parties, scheme.agreements, "column of decisions", f"decisions, row {number}")
    for section in ("performance", "assurance", "decisions"):
        yield from _unknown_keys(example, section, getattr(example, section))
    for section in ("lines", "allocations", "totals", "reviews", "releases"):
        yield from _unknown_keys(example, f"expected, {section}", getattr(example.expected, section) or ())


def _unknown_keys(example: WorkedExample, section: str, rows: Iterable[BaseModel]) -> Iterator[Fault]:
    scheme = example.scheme
    codes = [area.area_code for area in example.areas]
    for number, row in enumerate(rows, 1):
        where = f"{section}, row {number}"
        given = {name: value for name, value in row if value is not None}
        areas = [*codes, scheme.nation_key] if isinstance(row, (ExpectedAllocation, ExpectedTotal)) else codes
        yield from _unknown([given["area_code"]], areas, "area", where)
        if "wave" in given:
            yield from _unknown([given["wave"]], scheme.wave_names, "wave", where)
        if "metric" in given:
            yield from _unknown([given["metric"]], scheme.metrics, "metric", where)
        if "line" in given and given["wave"] in scheme.wave_names:
            slots = (*scheme.lines, *scheme.monitored)
            lines = [slot.name for slot in slots if slot.wave == given["wave"]]
            yield from _unknown([given["line"]], lines, f"line of {given['wave']}", where)
        if "component" in given:
            yield from _unknown([given["component"]], _components(scheme), "component", where)


def _components(scheme: Scheme) -> list[str]:
    remainder = [scheme.pot.remainder.value] if isinstance(scheme.pot, PlannedValuePot) else []
    return [*(component.name for component in scheme.components), *remainder, POT]


def _unknown(names: Iterable[str], known: Iterable[str], what: str, where: str) -> Iterator[Fault]:
    options = list(known)
    return ((where, unknown(name, options, what)) for name in names if name not in options)
