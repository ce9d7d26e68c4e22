"""How much of a payment is luck: exact payments over simulated outcomes, on one machine or many."""

from bcf_payments.simulation.history import history_of
from bcf_payments.simulation.model import OutcomeModel
from bcf_payments.simulation.quality import MeasureQuality, measure_quality
from bcf_payments.simulation.result import Simulation
from bcf_payments.simulation.simulating import simulate
from bcf_payments.simulation.true_effects import Luck, luck

__all__ = [
    "Luck",
    "MeasureQuality",
    "OutcomeModel",
    "Simulation",
    "history_of",
    "luck",
    "measure_quality",
    "simulate",
]
