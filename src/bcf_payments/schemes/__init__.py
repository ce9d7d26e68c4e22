"""The rules as data: models of a scheme, the check that it is consistent, and one TOML file per scheme."""

from bcf_payments.schemes.editor_schema import json_schema
from bcf_payments.schemes.files import available_schemes, load_scheme, scheme_of
from bcf_payments.schemes.parts import Cited, ConditionsLine, MetricLine, PlannedValuePot, Slot
from bcf_payments.schemes.scheme import Scheme

__all__ = [
    "Cited",
    "ConditionsLine",
    "MetricLine",
    "PlannedValuePot",
    "Scheme",
    "Slot",
    "available_schemes",
    "json_schema",
    "load_scheme",
    "scheme_of",
]
