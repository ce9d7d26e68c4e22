"""That the sums which explanations of the examples print come to what they say, whatever the weights."""

import pytest

import bcf_payments as bcf

from .samples import example
from .spec.arithmetic import disagreements, steps_of, weighted


@pytest.mark.parametrize("factor", ["1", "1.0123456"])
@pytest.mark.parametrize(("scheme", "sums"), [("october_2013", 50), ("december_2013", 60), ("july_2014", 25)])
def test_the_sums_of_the_examples_hold_and_are_many(scheme, sums, factor):
    rules = bcf.load_scheme(scheme)
    tables = weighted(example(scheme), rules, factor)
    found = [disagreements(step) for step in steps_of(bcf.settle(*tables, rules, on_missing="withhold"))]
    checked = [wrong for wrong in found if wrong is not None]
    assert not [wrong for wrong in checked if wrong]
    assert len(checked) > sums * 151 / 2
