"""Where outputs go: not where the command reads, or where another output of it goes."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

READ = (
    "input",
    "decisions",
    "paid",
    "contributions",
    "agreement",
    "spending",
    "unit_values",
    "areas",
    "scheme",
    "before",
    "after",
    "name",
    "region",
)
"""Arguments that name what is read, if anything of that name is there."""

WRITTEN = ("out", "problems", "file")

TABLES_IN = frozenset(
    {
        *("areas", "plans", "outcomes", "assurance", "notice"),
        *("contributions", "agreement", "spending", "unit_values"),
    }
)
"""Files of an input folder, by their names without an ending."""

TABLES_OUT = frozenset(
    {
        *("allocations", "assessments", "payments", "reviews", "ledger", "releases", "warnings"),
        *("reconciliation", "provenance", "settlement", "comparison", "notice"),
        *("pool", "pool_statement", "risk_shares", "savings", "simulation"),
    }
)
"""Files that commands may write into the folder of `--out`, likewise."""

SIMULATED = "simulated_"
"""How names begin of files that simulations write; one ends in what all areas are called together."""


def path_ending(*endings: str) -> Callable[[str], Path]:
    """What reads the name of a file that has one of these endings."""

    def read(text: str) -> Path:
        path = Path(text)
        if path.suffix not in endings:
            raise ArgumentTypeError(f"{text!r} does not end in {' or '.join(endings)}")
        return path

    return read


def clash(arguments: Namespace) -> str:
    """What is wrong with where the outputs would go, in a sentence; nothing if nothing is."""
    given = vars(arguments)
    outputs = {name: Path(given[name]) for name in WRITTEN if isinstance(given.get(name), Path)}
    for option, output in outputs.items():
        folder = "format" in given and option == "out"
        for read in _read(given):
            if _replaces(output, read, folder=folder):
                return f"{_spoken(option)} would replace what the command reads: {read}; give another name"
    for (one, first), (other, second) in combinations(outputs.items(), 2):
        if first.resolve() == second.resolve():
            return f"{_spoken(one)} and {_spoken(other)} are the same file: give two names"
    return ""


def _read(given: dict[str, object]) -> Iterator[Path]:
    for name in READ:
        if isinstance(value := given.get(name), (str, Path)) and Path(value).exists():
            yield Path(value)


def _replaces(output: Path, read: Path, *, folder: bool) -> bool:
    """Whether writing to one place would change what is read from the other, through whatever links."""
    place, source = output.resolve(), read.resolve()
    if place == source or (output.exists() and output.samefile(read)):
        return True
    if folder:
        stem = source.stem.lower()
        return source.parent == place and (stem in TABLES_OUT or stem.startswith(SIMULATED))
    if source.is_dir():
        inside = place.parent == source and place.stem.lower() in TABLES_IN
        return inside or (output.is_file() and any(output.samefile(file) for file in _tables_in(source)))
    return False


def _tables_in(folder: Path) -> Iterator[Path]:
    return (file for file in folder.iterdir() if file.stem.lower() in TABLES_IN and file.exists())


def _spoken(name: str) -> str:
    return "FILE" if name == "file" else f"--{name}"
