"""Type checkers see every public name; `mypy` checks the user's program where the project is checked."""

import ast
import runpy
from pathlib import Path

import bcf_payments as bcf

USER_CODE = Path(__file__).parent / "typing" / "user_code.py"


def test_the_users_program_names_every_public_name():
    tree = ast.parse(USER_CODE.read_text(encoding="utf-8"))
    named = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "bcf"
    }
    assert set(bcf.__all__) <= named


def test_the_users_program_runs():
    assert runpy.run_path(str(USER_CODE))["hartlepool"].area_name == "Hartlepool"


def test_the_package_says_that_it_is_typed():
    assert (Path(bcf.__file__).parent / "py.typed").exists()
