"""October's rule as a tax and benefit system of OpenFisca-core: `python openfisca_rule.py NUMBERS.npz`.

It runs in an environment of its own, which knows nothing of this package, and says how long it took.
"""

import json
import sys
import time

import numpy as np
from openfisca_core.entities import Entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERIOD = "2015"
AREA = Entity("area", "areas", "An area", "An area that shares the fund")
RATES = ("baseline", "target", "outcome")


def rules(shares, lower, pot):
    """The system: a variable for each number that comes in, and for what each line earns."""
    system = TaxBenefitSystem([AREA])
    lines = {
        f"line_{line}": {"values": {"2015-01-01": {"value": share}}} for line, share in enumerate(shares)
    }
    fund = {"pot": {"values": {"2015-01-01": {"value": pot}}}}
    system.parameters = ParameterNode("", data={"shares": lines, "fund": fund})
    for name in ("weight", *(f"{rate}_{line}" for rate in RATES for line in range(len(shares)))):
        _add(system, name)
    for line, is_lower in enumerate(lower):
        _add(system, f"earned_{line}", _earned(line, 1 if is_lower else -1))
    return system


def _add(system, name, formula=None):
    about = {"value_type": float, "entity": AREA, "definition_period": DateUnit.YEAR, "label": name}
    system.add_variable(type(name, (Variable,), about | ({"formula": formula} if formula else {})))


def _earned(line, sign):
    def formula(areas, period, parameters):
        baseline, target, outcome = (areas(f"{rate}_{line}", period) for rate in RATES)
        achieved = np.clip(sign * (baseline - outcome) / (sign * (baseline - target)), 0, 1)
        weight, now = areas("weight", period), parameters(period)
        share = now.fund.pot * getattr(now.shares, f"line_{line}")
        return share * weight / weight.sum() * achieved

    return formula


def settle(system, numbers):
    """What each line earns in each area, in pounds, shape (lines, areas)."""
    simulation = SimulationBuilder().build_default_simulation(system, count=len(numbers["weight"]))
    simulation.set_input("weight", PERIOD, numbers["weight"])
    for rate in RATES:
        for line, rates in enumerate(numbers[rate]):
            simulation.set_input(f"{rate}_{line}", PERIOD, rates)
    return np.stack([simulation.calculate(f"earned_{line}", PERIOD) for line in range(len(numbers["lower"]))])


def main(path):
    """Time it a few times, and write what it earns beside the numbers."""
    numbers = dict(np.load(path))
    system = rules(numbers["shares"].tolist(), numbers["lower"].tolist(), float(numbers["pot"]))
    times = []
    for _ in range(int(numbers["rounds"])):
        began = time.perf_counter()
        earned = settle(system, numbers)
        times.append(time.perf_counter() - began)
    np.save(f"{path}.earned.npy", earned.astype(float))
    json.dump(times, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1])
