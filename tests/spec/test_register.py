"""The register of laws is complete: every property of the specification is written down as one."""

from importlib import import_module
from pathlib import Path

from . import laws

FILES = sorted(Path(__file__).parent.glob("test_*.py"))
MODULES = [import_module(f".{file.stem}", __package__) for file in FILES if file.name != Path(__file__).name]


def test_every_property_is_a_law():
    tests = [test for module in MODULES for name, test in vars(module).items() if name.startswith("test_")]
    assert sorted(test.law.id for test in tests) == sorted(laws.REGISTER)
    assert all(test.__doc__ == test.law.sentence for test in tests)
