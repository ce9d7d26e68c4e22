"""Worked examples: sums done by hand, written down as data, that the package must agree with."""

from bcf_payments.worked_examples.checking import check_worked_example
from bcf_payments.worked_examples.model import WorkedExample
from bcf_payments.worked_examples.reading import load_worked_example

__all__ = ["WorkedExample", "check_worked_example", "load_worked_example"]
