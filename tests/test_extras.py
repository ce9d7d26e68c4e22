"""A feature whose package is not installed names the command that installs it."""

from __future__ import annotations

import importlib
import re
import sys
import tomllib
from pathlib import Path

import pytest

import bcf_payments as bcf
from bcf_payments.errors import EXTRAS, require_extra

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.parametrize(("module", "extra"), EXTRAS.items())
def test_a_missing_package_is_told_with_the_command_that_adds_it(module, extra, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    command = f'this feature needs {module}: python -m pip install "bcf-payments[{extra}]"'
    with pytest.raises(bcf.MissingExtraError, match=re.escape(command)) as caught:
        require_extra(module, "this feature")
    assert isinstance(caught.value, ImportError)


@pytest.mark.parametrize(("module", "extra"), EXTRAS.items())
def test_the_extra_installs_the_package(module, extra):
    needs = PROJECT["optional-dependencies"][extra]
    assert module.replace("_", "-") in {re.match(r"[a-z-]+", need)[0] for need in needs}


def test_the_extra_of_all_extras_has_them_all():
    (everything,) = PROJECT["optional-dependencies"]["all"]
    named = set(re.search(r"\[(.*)\]", everything)[1].split(","))
    assert named == set(PROJECT["optional-dependencies"]) - {"all"}


def test_the_oldest_that_is_tested_of_every_dependency_is_the_oldest_that_is_allowed():
    extras = PROJECT["optional-dependencies"]
    needs = sum((extras[name] for name in extras.keys() - {"docs", "all"}), PROJECT["dependencies"])
    allowed = dict(need.split(">=") for need in needs if not need.startswith("bcf-payments["))
    lines = (ROOT / ".ci/oldest.txt").read_text(encoding="utf-8").splitlines()
    tested = dict(line.split("==") for line in lines if not line.startswith("#"))
    assert allowed.keys() <= tested.keys()
    for name, version in allowed.items():
        assert f"{tested[name]}.0.0".startswith(f"{version}."), name


def test_every_feature_says_what_it_misses(monkeypatch, tmp_path, tmp_path_factory):
    october = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    (workbook,) = bcf.write_tables({}, tmp_path_factory.mktemp("in") / "in.xlsx")
    features = {
        "matplotlib": lambda: importlib.import_module("bcf_payments.plots"),
        "xlsxwriter": lambda: october.return_for("E06000001").write(tmp_path / "one.xlsx"),
        "openpyxl": lambda: bcf.read_tables(workbook),
        "pyarrow": lambda: bcf.write_tables({}, tmp_path, file_format="parquet"),
        "hypothesis": lambda: importlib.import_module("bcf_payments.testing"),
    }
    for name in [name for name in sys.modules if re.match(r"bcf_payments\.(plots|testing)", name)]:
        monkeypatch.delitem(sys.modules, name)
    for module, feature in features.items():
        monkeypatch.setitem(sys.modules, module, None)
        with pytest.raises(bcf.MissingExtraError, match=rf"bcf-payments\[{EXTRAS[module]}\]"):
            feature()
    assert not list(tmp_path.iterdir())
