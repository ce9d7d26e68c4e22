"""A pack for each area: its return as a workbook, its explanation as a page, and a picture of its money."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bcf_payments.cli.layout import facts, screen
from bcf_payments.cli.settlement_screen import given
from bcf_payments.errors import require_extra
from bcf_payments.files.replacing import Writers, write_files
from bcf_payments.returns.sheets import book_of_return
from bcf_payments.settlement import Settlement
from bcf_payments.studies.peers import peers_known
from bcf_payments.words import several

if TYPE_CHECKING:
    from pandas import DataFrame

    from bcf_payments.cli.chosen import Chosen

LONGEST_NAME = 60
"""Characters of an area's name in the names of its files."""

NO_PICTURES = "left out: they need the extra 'plot', python -m pip install \"bcf-payments[plot]\""


def write_packs(
    settled: Settlement, area_code: str | None, paid: DataFrame | None, folder: Path
) -> list[Path]:
    """Write the pack of an area, or of every area, into a folder: all files, or, if anything fails, none."""
    areas = settled.areas if area_code is None else settled.areas.query("area_code == @area_code")
    files: Writers = {}
    peers = peers_known(settled)
    for stem, code in _stems(areas["area_code"], areas["area_name"]):
        files |= _pack(settled, code, paid, peers, stem)
    return write_files(_shown(files), folder)


def packs_screen(settled: Settlement, chosen: Chosen, written: Sequence[Path], folder: Path) -> str:
    """Say what was written, and where."""
    pages = sum(file.suffix == ".html" for file in written)
    pictures = sum(file.suffix == ".png" for file in written)
    told = [("Pictures", several(pictures, "file") if pictures else NO_PICTURES)]
    about = [
        ("Scheme", settled.scheme.title),
        *given(chosen, settled.through),
        ("Packs", f"{several(pages, 'area')}: a workbook and a page each, in {folder}"),
        *(told if settled.scheme.lines else []),
    ]
    return screen(f"Packs under {settled.scheme.label}", settled.notices, facts(about))


def _stems(codes: Iterable[str], names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """How the names of each area's files begin, each once, and its code."""
    taken = set[str]()
    for code, name in zip(codes, names, strict=True):
        stem = f"{_plain(code)}_{_plain(name).lower()[:LONGEST_NAME]}".strip("_")
        while stem.casefold() in taken:
            stem += "_"
        taken.add(stem.casefold())
        yield stem, code


def _plain(text: str) -> str:
    """Text as every file system takes it."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "_", ascii_only.replace("'", "")).strip("_")


def _pack(
    settled: Settlement, code: str, paid: DataFrame | None, peers: DataFrame | None, stem: str
) -> Writers:
    """What writes the files of an area."""
    files: Writers = {
        f"{stem}.xlsx": lambda file: book_of_return(settled.return_for(code, paid)).save(file),
        f"{stem}.html": lambda file: file.write_text(
            settled.explain(code, peers=peers).to_html(provenance=settled.provenance),
            encoding="utf-8",
            newline="\n",
        ),
    }
    if find_spec("matplotlib") and settled.scheme.lines:
        files[f"{stem}.png"] = partial(_picture, settled, code)
    return files


def _picture(settled: Settlement, code: str, file: Path) -> None:
    import matplotlib as mpl

    from bcf_payments.cli.plotting import save

    mpl.use("agg")
    from bcf_payments.plots import money_flow

    save(money_flow(settled, code).figure, file)


def _shown(files: Writers) -> Writers:
    """The same, with the progress on a terminal that watches."""
    if not sys.stderr.isatty() or not find_spec("tqdm"):
        return files
    bar = require_extra("tqdm", "showing progress").tqdm(total=len(files), unit=" files", desc="writing")

    def told(write: Callable[[Path], object], file: Path) -> None:
        write(file)
        bar.update()

    return {name: partial(told, write) for name, write in files.items()}
