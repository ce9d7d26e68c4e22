"""What a start loads: of this package and of others, no more than it needs."""

import json
import sys

import pytest

from .programs import ran

FIRST = "import bcf_payments as bcf\nbcf.settle(*bcf.load_example('two_waves'), on_missing='withhold')"
COMMAND = """
import contextlib, io
from bcf_payments.cli import main
with contextlib.redirect_stdout(io.StringIO()):
    assert main({words!r}) == 0
"""
LOADED = """
import json, sys
names = {name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
own = {name.split(".")[1] for name in sys.modules if name.startswith("bcf_payments.")}
print(json.dumps([sorted(own), sorted(names)]))
"""

TO_SETTLE = {
    "core",
    "errors",
    "exact",
    "examples",
    "explanation",
    "files",
    "given",
    "hints",
    "names",
    "returns",
    "schemes",
    "settlement",
    "tables",
    "words",
}
TO_READ_WORDS = {"cli", "names", "words"}
TABLES = {"numpy", "pandas", "pydantic"}
FOR_SOMETHING_ELSE = {
    "dask",
    "distributed",
    "hypothesis",
    "matplotlib",
    "openpyxl",
    "pandera",
    "python_calamine",
    "shtab",
    "tqdm",
    "xlsxwriter",
}


@pytest.mark.parametrize(
    ("code", "own", "others"),
    [
        ("import bcf_payments", {"names"}, set()),
        (COMMAND.format(words=["--help"]), TO_READ_WORDS, set()),
        (COMMAND.format(words=["settle", "--help"]), TO_READ_WORDS, set()),
        (FIRST, TO_SETTLE, TABLES),
        (COMMAND.format(words=["settle"]), {*TO_SETTLE, *TO_READ_WORDS}, TABLES),
        (
            COMMAND.format(words=["explain", "E06000001"]),
            {*TO_SETTLE, *TO_READ_WORDS, "html", "studies"},
            TABLES,
        ),
    ],
    ids=["import", "--help", "settle --help", "settle in Python", "settle", "explain"],
)
def test_a_start_loads_what_it_needs(code, own, others):
    done = ran([sys.executable, "-c", code + LOADED])
    assert not done.stderr
    loaded_of_own, loaded = (set(names) for names in json.loads(done.stdout))
    assert loaded_of_own <= own
    assert not loaded & ({*FOR_SOMETHING_ELSE, *TABLES} - others)
