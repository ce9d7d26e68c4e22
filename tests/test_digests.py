"""That a change which is meant to keep behaviour keeps it: every public output, byte by byte."""

import json

import pytest

from . import digests


@pytest.mark.parametrize("scheme", digests.SCHEMES)
def test_every_public_output_is_what_it_was(scheme):
    stored = json.loads(digests.STORED.read_text(encoding="utf-8"))
    if stored["libraries"] != digests.LIBRARIES:
        pytest.skip(f"stored with {stored['libraries']}, whose figures and texts may be others")
    before = {name: value for name, value in stored["digests"].items() if name.startswith(f"{scheme}: ")}
    now = digests.digests(scheme)
    changed = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    assert not changed, "if this was meant, store what is right now: python -m tests.digests"
