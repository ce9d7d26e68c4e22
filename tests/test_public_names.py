import sys

import pytest

import bcf_payments as bcf

from .programs import ran


def test_names_are_listed_in_order_and_load():
    assert bcf.__all__ == sorted(bcf.__all__)
    assert set(bcf._MODULES) == set(bcf.__all__)
    for name in bcf.__all__:
        assert getattr(bcf, name).__doc__
    assert dir(bcf) == bcf.__all__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'settel'"):
        _ = bcf.settel


def test_errors_are_also_the_builtins_that_fit():
    assert issubclass(bcf.InputError, (bcf.BcfError, ValueError))
    assert issubclass(bcf.SchemeError, ValueError)
    assert issubclass(bcf.VerificationError, ArithmeticError)
    assert issubclass(bcf.MissingExtraError, ImportError)


def test_importing_the_package_loads_none_of_what_it_needs_later():
    heavy = {"pandas", "pandera", "pydantic", "numpy"}
    code = f"import sys, bcf_payments; print(sorted({heavy} & set(sys.modules)))"
    done = ran([sys.executable, "-c", code])
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_a_settlement_loads_no_library_that_only_publishes_its_schemas():
    code = """
import sys, bcf_payments as bcf
bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
print(sorted({"pandera", "hypothesis"} & set(sys.modules)))
"""
    done = ran([sys.executable, "-c", code])
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
