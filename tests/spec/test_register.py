"""The register of laws is complete: every property of the specification is written down as one."""

from . import (
    laws,
    test_apportionment,
    test_assumptions,
    test_comparison,
    test_explanation,
    test_ledger,
    test_refusal,
    test_settlement,
    test_solving,
)


def test_every_property_is_a_law():
    modules = (
        test_apportionment,
        test_assumptions,
        test_comparison,
        test_explanation,
        test_ledger,
        test_refusal,
        test_settlement,
        test_solving,
    )
    tests = [t for module in modules for name, t in vars(module).items() if name.startswith("test_")]
    assert sorted(test.law.id for test in tests) == sorted(laws.REGISTER)
    assert all(test.__doc__ == test.law.sentence for test in tests)
