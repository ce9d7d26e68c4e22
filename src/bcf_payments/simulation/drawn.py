"""What a simulation holds: the model, what was expected, what stood still, and what was counted."""

# Annotations are types here, not text: what inherits these fields in another module lacks their names.

from dataclasses import dataclass

import pandas as pd

from bcf_payments.schemes import Scheme
from bcf_payments.settlement import Settlement
from bcf_payments.simulation.experiment import Experiment
from bcf_payments.simulation.model import OutcomeModel
from bcf_payments.simulation.sizes import Sizes
from bcf_payments.simulation.tally import Tally


@dataclass(frozen=True, eq=False, repr=False)
class Drawn:
    """The draws of a simulation, before they are summed up: see `Simulation`."""

    model: OutcomeModel
    expected: Settlement
    draws: int
    seed: int
    through: str | None
    held: pd.DataFrame
    experiment: Experiment
    sizes: Sizes
    tally: Tally

    @property
    def scheme(self) -> Scheme:
        """The rules."""
        return self.expected.scheme

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences that must stand wherever the result is shown: the tables', and what is drawn apart."""
        return (*self.expected.notices, *self.experiment.notices)
