import pytest

import bcf_payments as bcf


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
