"""What SECURITY.md promises of the code itself: it runs no input, starts no program, opens no connection."""

import ast
from pathlib import Path

import pandas as pd
import pytest

import bcf_payments as bcf

SOURCE = Path(__file__).parents[1] / "src" / "bcf_payments"
MODULES = sorted(SOURCE.rglob("*.py"))

RUNS_TEXT = {"eval", "exec", "compile", "__import__", "breakpoint"}
NOT_IMPORTED = {
    "asyncio",
    "code",
    "ctypes",
    "dill",
    "ftplib",
    "http",
    "imaplib",
    "joblib",
    "marshal",
    "pickle",
    "pty",
    "requests",
    "runpy",
    "shelve",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "subprocess",
    "telnetlib",
    "urllib.request",
    "xmlrpc",
}
NOT_CALLED = {
    "system",
    "popen",
    "read_pickle",
    "to_pickle",
    "read_sql",
    "read_html",
    "execv",
    "fork",
    "load_module",
}


def used(module):
    """The modules that are imported, functions called by name, and methods called."""
    imports, names, methods = set(), set(), set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imports |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imports |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            names.add(node.func.id)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            methods.add(node.func.attr)
    return imports, names, methods


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(SOURCE)))
def test_nothing_is_evaluated_unpickled_started_or_connected(module):
    imports, names, methods = used(module)
    assert not {name for name in imports if name in NOT_IMPORTED or name.partition(".")[0] in NOT_IMPORTED}
    assert not names & RUNS_TEXT
    assert not methods & NOT_CALLED


def test_what_is_imported_by_name_is_a_module_of_this_package_or_of_an_extra():
    """`import_module` is given names that stand in the source, never a text from outside."""
    with_names = {
        str(module.relative_to(SOURCE))
        for module in MODULES
        if "import_module" in module.read_text(encoding="utf-8")
    }
    assert with_names == {"__init__.py", "errors.py", "hints.py", "tables/__init__.py"}


@pytest.mark.parametrize("name", ["../x", "/x", "a/b", "x\0y"])
@pytest.mark.parametrize("file_format", ["csv", "parquet"])
def test_a_table_s_name_leads_nowhere_else(name, file_format, tmp_path):
    inside = tmp_path / "inside"
    with pytest.raises(bcf.InputError, match="a name that a file can have"):
        bcf.write_tables({name: pd.DataFrame({"a": [1]})}, inside / "here", file_format=file_format)
    assert list(tmp_path.rglob("*")) == []


def test_what_stands_beside_a_settlement_stays_beside_it(tmp_path):
    settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    with pytest.raises(bcf.InputError, match="a name that a file can have"):
        settlement.write(tmp_path / "out", beside={"../beside": settlement.allocations})
    assert list(tmp_path.rglob("*")) == []
