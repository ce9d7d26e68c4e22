"""Notebooks as stored and as run again; `python -m tests.notebooks` stores what comes out now."""

import os
import re

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from .pages import ROOT

STORED = sorted((ROOT / "notebooks").glob("*.ipynb"))


def read(path):
    """A notebook as it is stored."""
    return nbformat.read(path, as_version=4)


def run(path):
    """A notebook run from top to bottom in a new kernel, in the folder where it stands."""
    notebook = read(path)
    metadata = NotebookNode(notebook.metadata)
    client = NotebookClient(
        notebook, timeout=120, record_timing=False, resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute(env={name: value for name, value in os.environ.items() if name != "MPLBACKEND"})
    notebook.metadata = metadata
    return notebook


def code(notebook):
    """The cells of code."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    """All text between the cells of code."""
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def shown(cell):
    """What a cell shows, output by output: texts without addresses in memory, and that there is a picture."""
    bundles = [output.get("data") or {f"text/{output.name}": output.text} for output in cell.outputs]
    return [{kind: comparable(kind, content) for kind, content in bundle.items()} for bundle in bundles]


def comparable(kind, content):
    """An output as far as it is the same each time."""
    return re.sub(r"\b0x[0-9a-f]+", "0x", content) if kind.startswith("text/") else "a picture"


def has_picture(cell):
    """Whether a cell shows a picture."""
    return any("image/png" in output for output in shown(cell))


if __name__ == "__main__":
    for stored in STORED:
        nbformat.write(run(stored), stored)
