"""Exact, explained performance-related public payments, beginning with England's Better Care Fund.

Every public name is listed in `__all__` and loaded on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bcf_payments.allocation import allocate as allocate
    from bcf_payments.apportionment import apportion as apportion
    from bcf_payments.errors import BcfError as BcfError
    from bcf_payments.errors import InputError as InputError
    from bcf_payments.errors import MissingExtraError as MissingExtraError
    from bcf_payments.errors import SchemeError as SchemeError
    from bcf_payments.errors import VerificationError as VerificationError
    from bcf_payments.examples import available_examples as available_examples
    from bcf_payments.examples import load_example as load_example
    from bcf_payments.files import Tables as Tables
    from bcf_payments.files import read_tables as read_tables
    from bcf_payments.files import write_tables as write_tables
    from bcf_payments.money import split as split
    from bcf_payments.schemes import Scheme as Scheme
    from bcf_payments.schemes import available_schemes as available_schemes
    from bcf_payments.schemes import load_scheme as load_scheme
    from bcf_payments.settlement import Settlement as Settlement
    from bcf_payments.settlement import assess as assess
    from bcf_payments.settlement import settle as settle
    from bcf_payments.settlement import validate as validate

__version__ = "0.1.0"

_HOMES = {
    "allocation": ("allocate",),
    "apportionment": ("apportion",),
    "errors": ("BcfError", "InputError", "MissingExtraError", "SchemeError", "VerificationError"),
    "examples": ("available_examples", "load_example"),
    "files": ("Tables", "read_tables", "write_tables"),
    "money": ("split",),
    "schemes": ("Scheme", "available_schemes", "load_scheme"),
    "settlement": ("Settlement", "assess", "settle", "validate"),
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "BcfError",
    "InputError",
    "MissingExtraError",
    "Scheme",
    "SchemeError",
    "Settlement",
    "Tables",
    "VerificationError",
    "allocate",
    "apportion",
    "assess",
    "available_examples",
    "available_schemes",
    "load_example",
    "load_scheme",
    "read_tables",
    "settle",
    "split",
    "validate",
    "write_tables",
]


if not TYPE_CHECKING:  # so that type checkers see misspelt names

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module 'bcf_payments' has no attribute {name!r}")
        return getattr(import_module(f"bcf_payments.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
