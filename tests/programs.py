"""Programs that tests drive."""

from __future__ import annotations

import os
import shutil

import pytest


def program(*names: str) -> str:
    """Where a program is, under the first of its names; without it the test is skipped, but fails in CI."""
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None and not os.environ.get("CI"):
        pytest.skip(f"needs {names[0]}")
    assert found, f"{names[0]} is not installed"
    return found
