"""A digest of every public output, by name; `python -m tests.digests` stores those of today.

A change that is meant to keep behaviour keeps every digest. One that is meant to change what people see
stores new ones, and its commit names them.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import platform
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

import bcf_payments as bcf
from bcf_payments import cli
from bcf_payments.schemes import json_schema

from .samples import example, settled

STORED = Path(__file__).parent / "data" / "digests.json"
SCHEMES = bcf.available_schemes()
AREAS = ("E06000001", "E08000025", "E10000006")
"""A council, one whose data are missing, and a county."""

LIBRARIES = {"pandas": pd.__version__, "numpy": np.__version__}
"""Of whose versions figures drawn at random and tables written as text may depend."""

VERSIONS = LIBRARIES | {"python": platform.python_version()}
SCREENS = (
    "settle", "validate --on-missing withhold", "explain Leeds", "return Leeds", "calendar",
    "calendar --area Leeds", "assumptions", "simulate --draws 200", "schemes {scheme}",
    "schemes {scheme} --toml",
)  # fmt: skip
TABLES = ("allocations", "assessments", "payments", "reviews", "ledger", "releases", "warnings", "areas")
SUMMARIES = ("nation", "region", "area", "wave", "line")


def digests(scheme: str) -> dict[str, str]:
    """The digest of each output of a scheme."""
    return {f"{scheme}: {name}": digest(content) for name, content in outputs(scheme)}


def digest(content: str) -> str:
    """A digest of a text without the versions of the software that made it."""
    for name, version in VERSIONS.items():
        content = re.sub(rf'("{name}": "|\b{name} ){re.escape(version)}', r"\1", content)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def outputs(scheme: str) -> Iterator[tuple[str, str]]:
    """Everything that the package shows or writes of a scheme and its example."""
    rules = bcf.load_scheme(scheme)
    whole, first = settled(scheme), settled(scheme, through=rules.wave_names[0])
    for when, settlement in (("", whole), ("first wave ", first), ("resolved ", whole.resolve())):
        for name, content in (*of_tables(settlement), *of_areas(settlement)):
            yield when + name, content
    yield from of_scheme(rules)
    yield from of_studies(whole)
    yield from of_files(whole)
    for words in SCREENS:
        command = words.format(scheme=scheme)
        options = [] if command.startswith("schemes") else ["--scheme", scheme]
        yield f"screen {words}", screen(*command.split(), *options)


def of_tables(settlement: bcf.Settlement) -> Iterator[tuple[str, str]]:
    """The tables of a settlement, and how it shows itself."""
    yield from ((name, getattr(settlement, name).to_csv()) for name in TABLES)
    yield from ((f"summary {by}", settlement.summary(by).to_csv()) for by in SUMMARIES)
    yield "returns", settlement.returns().to_csv()
    yield "calendar", settlement.calendar().to_csv()
    yield "provenance", settlement.provenance.to_json()
    yield "reconciliation", settlement.provenance.reconciliation.to_csv()
    yield "line", repr(settlement)
    yield "notebook", settlement._repr_html_()


def of_areas(settlement: bcf.Settlement) -> Iterator[tuple[str, str]]:
    """Some areas explained, and their returns."""
    for area in AREAS:
        explanation, area_return = settlement.explain(area), settlement.return_for(area)
        yield f"explain {area} text", str(explanation)
        yield f"explain {area} Markdown", explanation.to_markdown()
        yield f"explain {area} page", explanation.to_html(provenance=settlement.provenance)
        yield f"explain {area} data", json.dumps(explanation.to_dict(), default=str)
        yield f"explain {area} table", explanation.to_frame().to_csv()
        yield f"return {area}", str(area_return)
        yield f"return {area} notebook", area_return._repr_html_()


def of_scheme(scheme: bcf.Scheme) -> Iterator[tuple[str, str]]:
    """A scheme as people and programs read it."""
    yield "TOML", scheme.to_toml()
    yield "rules", scheme.rules().to_csv()
    yield "scheme calendar", scheme.calendar().to_csv()
    yield "scheme line", repr(scheme)
    yield "JSON schema", json.dumps(json_schema(), sort_keys=True)


def of_studies(settlement: bcf.Settlement) -> Iterator[tuple[str, str]]:
    """What if."""
    alternative = settlement.scheme.alternative(settlement.scheme.alternatives[0].name)
    yield "marginal value", bcf.marginal_value(settlement).to_csv()
    yield "assumptions", bcf.assumptions(settlement).alternatives.to_csv()
    yield "comparison", bcf.compare(settlement, settlement.under(alternative)).to_csv()


def of_files(settlement: bcf.Settlement) -> Iterator[tuple[str, str]]:
    """Files: what stands in them."""
    scheme = settlement.scheme
    with tempfile.TemporaryDirectory() as folder:
        page = bcf.write_report(settlement, f"{folder}/report.html")
        yield "report", page.read_text(encoding="utf-8")
        bcf.write_workbook(settlement, f"{folder}/results.xlsx")
        bcf.write_template(f"{folder}/template.xlsx", scheme.name)
        settlement.return_for(AREAS[0]).write(f"{folder}/return.xlsx")
        for name in ("results", "template", "return"):
            yield f"workbook {name}", cells(Path(folder, f"{name}.xlsx"))
        for file in bcf.write_tables(example(scheme)._asdict(), f"{folder}/tables"):
            yield f"file {file.name}", file.read_text(encoding="utf-8")


def cells(path: Path) -> str:
    """The filled cells of a workbook."""
    book = openpyxl.load_workbook(path, read_only=True)
    return "\n".join(
        f"{sheet.title}!{cell.coordinate} {cell.value!r}"
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    )


def screen(*words: str) -> str:
    """What a command prints."""
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        status = cli.main(words)
    return f"{status}\n{shown.getvalue()}"


if __name__ == "__main__":
    found = {name: value for scheme in SCHEMES for name, value in digests(scheme).items()}
    STORED.write_text(
        json.dumps({"libraries": LIBRARIES, "digests": found}, indent=1) + "\n", encoding="utf-8"
    )
    sys.stdout.write(f"{len(found)} digests\n")
