"""Exact, explained performance-related public payments, beginning with England's Better Care Fund.

Every public name is listed in `__all__` and loaded on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from bcf_payments.names import __version__ as __version__

if TYPE_CHECKING:
    from bcf_payments.core.allocation import allocate as allocate
    from bcf_payments.core.apportionment import apportion as apportion
    from bcf_payments.core.apportionment import split as split
    from bcf_payments.core.assess import assess as assess
    from bcf_payments.core.assess import validate as validate
    from bcf_payments.core.frames import in_pounds as in_pounds
    from bcf_payments.errors import BcfError as BcfError
    from bcf_payments.errors import InputError as InputError
    from bcf_payments.errors import MissingExtraError as MissingExtraError
    from bcf_payments.errors import SchemeError as SchemeError
    from bcf_payments.errors import VerificationError as VerificationError
    from bcf_payments.errors import WorkedExampleError as WorkedExampleError
    from bcf_payments.examples import available_examples as available_examples
    from bcf_payments.examples import load_contributions as load_contributions
    from bcf_payments.examples import load_example as load_example
    from bcf_payments.explanation import Explanation as Explanation
    from bcf_payments.files import Published as Published
    from bcf_payments.files import Tables as Tables
    from bcf_payments.files import read_published as read_published
    from bcf_payments.files import read_tables as read_tables
    from bcf_payments.files import write_tables as write_tables
    from bcf_payments.report import write_report as write_report
    from bcf_payments.report.region import RegionalReport as RegionalReport
    from bcf_payments.report.region import regional_report as regional_report
    from bcf_payments.returns import AreaReturn as AreaReturn
    from bcf_payments.schemes import Scheme as Scheme
    from bcf_payments.schemes import available_schemes as available_schemes
    from bcf_payments.schemes import load_scheme as load_scheme
    from bcf_payments.settlement import Settlement as Settlement
    from bcf_payments.settlement import settle as settle
    from bcf_payments.settlement import settle_grid as settle_grid
    from bcf_payments.simulation import Luck as Luck
    from bcf_payments.simulation import MeasureQuality as MeasureQuality
    from bcf_payments.simulation import OutcomeModel as OutcomeModel
    from bcf_payments.simulation import Simulation as Simulation
    from bcf_payments.simulation import luck as luck
    from bcf_payments.simulation import measure_quality as measure_quality
    from bcf_payments.simulation import simulate as simulate
    from bcf_payments.studies.assumptions import Assumptions as Assumptions
    from bcf_payments.studies.assumptions import assumptions as assumptions
    from bcf_payments.studies.assurance_report import assurance_counts as assurance_counts
    from bcf_payments.studies.assurance_report import assurance_report as assurance_report
    from bcf_payments.studies.check import check_worked_example as check_worked_example
    from bcf_payments.studies.compare import compare as compare
    from bcf_payments.studies.evaluation import evaluate as evaluate
    from bcf_payments.studies.peers import peers as peers
    from bcf_payments.studies.planning import RequiredShare as RequiredShare
    from bcf_payments.studies.planning import outcomes_to_earn as outcomes_to_earn
    from bcf_payments.studies.planning import share_to_earn as share_to_earn
    from bcf_payments.studies.pool import pool as pool
    from bcf_payments.studies.pool import spread_contribution as spread_contribution
    from bcf_payments.studies.pool_statement import pool_statement as pool_statement
    from bcf_payments.studies.revised_targets import RevisedTargets as RevisedTargets
    from bcf_payments.studies.revised_targets import revise_targets as revise_targets
    from bcf_payments.studies.risk import agreement_by_contribution as agreement_by_contribution
    from bcf_payments.studies.risk import share_risk as share_risk
    from bcf_payments.studies.savings import savings as savings
    from bcf_payments.studies.solve import RequiredOutcome as RequiredOutcome
    from bcf_payments.studies.solve import marginal_value as marginal_value
    from bcf_payments.studies.solve import required_outcome as required_outcome
    from bcf_payments.studies.worked_example import WorkedExample as WorkedExample
    from bcf_payments.studies.worked_example_file import load_worked_example as load_worked_example
    from bcf_payments.workbook import write_template as write_template
    from bcf_payments.workbook import write_workbook as write_workbook

_HOMES = {
    "core.allocation": ("allocate",),
    "core.apportionment": ("apportion", "split"),
    "studies.compare": ("compare",),
    "core.frames": ("in_pounds",),
    "errors": (
        "BcfError",
        "InputError",
        "MissingExtraError",
        "SchemeError",
        "VerificationError",
        "WorkedExampleError",
    ),
    "examples": ("available_examples", "load_contributions", "load_example"),
    "explanation": ("Explanation",),
    "files": ("Published", "Tables", "read_published", "read_tables", "write_tables"),
    "report": ("write_report",),
    "report.region": ("RegionalReport", "regional_report"),
    "returns": ("AreaReturn",),
    "schemes": ("Scheme", "available_schemes", "load_scheme"),
    "studies.assumptions": ("Assumptions", "assumptions"),
    "core.assess": ("assess", "validate"),
    "settlement": ("Settlement", "settle", "settle_grid"),
    "simulation": (
        "Luck",
        "MeasureQuality",
        "OutcomeModel",
        "Simulation",
        "luck",
        "measure_quality",
        "simulate",
    ),
    "studies.evaluation": ("evaluate",),
    "studies.peers": ("peers",),
    "studies.planning": ("RequiredShare", "outcomes_to_earn", "share_to_earn"),
    "studies.revised_targets": ("RevisedTargets", "revise_targets"),
    "studies.assurance_report": ("assurance_counts", "assurance_report"),
    "studies.savings": ("savings",),
    "studies.pool": ("pool", "spread_contribution"),
    "studies.pool_statement": ("pool_statement",),
    "studies.risk": ("agreement_by_contribution", "share_risk"),
    "studies.solve": ("RequiredOutcome", "marginal_value", "required_outcome"),
    "workbook": ("write_template", "write_workbook"),
    "studies.check": ("check_worked_example",),
    "studies.worked_example": ("WorkedExample",),
    "studies.worked_example_file": ("load_worked_example",),
}
_MODULES = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "AreaReturn",
    "Assumptions",
    "BcfError",
    "Explanation",
    "InputError",
    "Luck",
    "MeasureQuality",
    "MissingExtraError",
    "OutcomeModel",
    "Published",
    "RegionalReport",
    "RequiredOutcome",
    "RequiredShare",
    "RevisedTargets",
    "Scheme",
    "SchemeError",
    "Settlement",
    "Simulation",
    "Tables",
    "VerificationError",
    "WorkedExample",
    "WorkedExampleError",
    "agreement_by_contribution",
    "allocate",
    "apportion",
    "assess",
    "assumptions",
    "assurance_counts",
    "assurance_report",
    "available_examples",
    "available_schemes",
    "check_worked_example",
    "compare",
    "evaluate",
    "in_pounds",
    "load_contributions",
    "load_example",
    "load_scheme",
    "load_worked_example",
    "luck",
    "marginal_value",
    "measure_quality",
    "outcomes_to_earn",
    "peers",
    "pool",
    "pool_statement",
    "read_published",
    "read_tables",
    "regional_report",
    "required_outcome",
    "revise_targets",
    "savings",
    "settle",
    "settle_grid",
    "share_risk",
    "share_to_earn",
    "simulate",
    "split",
    "spread_contribution",
    "validate",
    "write_report",
    "write_tables",
    "write_template",
    "write_workbook",
]


if not TYPE_CHECKING:  # so that type checkers see misspelt names

    def __getattr__(name: str) -> Any:
        if name not in _MODULES:
            raise AttributeError(f"module 'bcf_payments' has no attribute {name!r}")
        return getattr(import_module(f"bcf_payments.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
