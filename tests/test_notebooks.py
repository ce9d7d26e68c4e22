"""Notebooks run, show what is stored, say what they are, and use what everybody can use."""

import re
from itertools import pairwise

import pytest

import bcf_payments as bcf
from bcf_payments.examples import NOTICES

from . import notebooks
from .programs import no_children_left

every_notebook = pytest.mark.parametrize("path", notebooks.STORED, ids=lambda path: path.stem)


@every_notebook
def test_a_notebook_runs_and_shows_what_is_stored(path):
    stored = notebooks.code(notebooks.read(path))
    with no_children_left():
        fresh = notebooks.code(notebooks.run(path))
    for before, after in zip(stored, fresh, strict=True):
        assert notebooks.shown(before) == notebooks.shown(after), before.source


@every_notebook
def test_a_notebook_is_stored_as_run_once_from_top_to_bottom_without_errors_or_times(path):
    cells = notebooks.code(notebooks.read(path))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    outputs = [output for cell in cells for output in cell.outputs]
    assert {output.output_type for output in outputs} <= {"execute_result", "display_data", "stream"}
    assert len(outputs) > len(cells) / 2
    assert not any("execution" in cell.metadata for cell in cells)


@every_notebook
def test_what_draws_shows_a_picture_and_describes_it(path):
    for cell in notebooks.code(notebooks.read(path)):
        draws = bool(re.search(r"\bplots\.|\.plot\(", cell.source))
        described = bool(cell.metadata.get("mystnb", {}).get("image", {}).get("alt"))
        assert notebooks.has_picture(cell) == described == draws, cell.source


@every_notebook
def test_a_notebook_says_first_that_it_is_an_illustration(path):
    first = re.sub(r"\s*\n(> ?)?", " ", notebooks.read(path).cells[0].source)
    assert all(notice in first for notice in NOTICES)


@every_notebook
def test_headings_stand_in_order_and_links_lead_somewhere(path):
    text = notebooks.prose(notebooks.read(path))
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert links
    assert all((path.parent / link).exists() for link in links), links


@every_notebook
def test_a_notebook_uses_public_names_alone(path):
    source = "\n".join(cell.source for cell in notebooks.code(notebooks.read(path)))
    assert set(re.findall(r"\bbcf\.(\w+)", source)) <= set(bcf.__all__)
    assert set(re.findall(r"^.*import.*bcf_payments.*$|^from bcf_payments.*$", source, re.MULTILINE)) <= {
        "import bcf_payments as bcf",
        "from bcf_payments import plots",
        "from bcf_payments.simulation import history_of",
    }
    assert not re.search(r"\w\._\w", source)
