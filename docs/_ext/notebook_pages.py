"""The notebooks, put among the pages."""

from __future__ import annotations

import shutil
from pathlib import Path

DOCS = Path(__file__).parents[1]
STORED = DOCS.parent / "notebooks"
SHOWN = DOCS / "notebooks"


def copy() -> None:
    """Put the notebooks among the pages, with links to pages as seen from there."""
    shutil.rmtree(SHOWN, ignore_errors=True)
    for notebook in sorted(STORED.glob("*.ipynb")):
        SHOWN.mkdir(exist_ok=True)
        text = notebook.read_text(encoding="utf-8").replace("](../docs/", "](../")
        (SHOWN / notebook.name).write_text(text, encoding="utf-8")


def markdown() -> str:
    """A table of contents of what was copied."""
    names = "\n".join(f"notebooks/{file.stem}" for file in sorted(SHOWN.glob("*.ipynb")))
    return f"```{{toctree}}\n:maxdepth: 1\n\n{names}\n```"
