"""What a scheme has: lines that pay, metrics that are measured; and a refusal where it lacks them."""

from __future__ import annotations

from bcf_payments.errors import InputError
from bcf_payments.schemes.fields import SchemeFields
from bcf_payments.schemes.parts import Slot
from bcf_payments.words import NOTHING_PAID

NOTHING_MEASURED = "money is paid on conditions alone, and no metric is measured"
PAID_ON_CONDITIONS = "money is paid on conditions alone, and chance changes nothing"


def measured(scheme: SchemeFields) -> tuple[Slot, ...]:
    """The lines that pay on a metric, or where none does, the metrics that are watched."""
    return scheme.metric_lines or scheme.monitored


def refuse_without_money(scheme: SchemeFields, what: str) -> None:
    """Raise an `InputError` where no line pays: there is no money to show."""
    if not scheme.lines:
        _refuse(scheme, what, NOTHING_PAID)


def refuse_without_metrics(scheme: SchemeFields, what: str) -> None:
    """Raise an `InputError` where no metric is measured: there is no result to show."""
    if not measured(scheme):
        _refuse(scheme, what, NOTHING_MEASURED)


def refuse_without_metric_lines(scheme: SchemeFields, what: str) -> None:
    """Raise an `InputError` where no money depends on a metric: chance changes nothing."""
    refuse_without_money(scheme, what)
    if not scheme.metric_lines:
        _refuse(scheme, what, PAID_ON_CONDITIONS)


def _refuse(scheme: SchemeFields, what: str, why: str) -> None:
    fix = f"{what} needs another scheme: under this one {why}"
    raise InputError([{"table": "scheme", "reason": "unknown_value", "value": scheme.label, "fix": fix}])
