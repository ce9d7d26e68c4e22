"""Ratios that are promised: against plain pandas and NumPy, exact fractions, and bare imports."""

import sys
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import bcf_payments as bcf

from ..programs import ran

RANDOM = np.random.default_rng(2013)
MANY = pd.Series(RANDOM.integers(1, 90_000, 100_000))
FEW = pd.Series(RANDOM.integers(30_000, 1_500_000, 151))
TOTAL = 100_000_000_000


def achievement(row):
    baseline = row["baseline_numerator"] / row["baseline_denominator"]
    target = row["target_numerator"] / row["target_denominator"]
    outcome = row["outcome_numerator"] / row["outcome_denominator"]
    return (baseline - outcome) / (baseline - target) if baseline != target else 0.0


@pytest.mark.benchmark(group="the example: achievements by DataFrame.apply, or all of settle")
class TestSettleTheExample:
    def test_apply_achievements_only(self, benchmark):
        example = bcf.load_example("two_waves")
        rows = example.plans.merge(example.outcomes, on=["area_code", "wave", "metric"], how="left")
        benchmark(lambda: rows.apply(achievement, axis=1))

    def test_settle_with_validation(self, benchmark):
        example = bcf.load_example("two_waves")
        benchmark(lambda: bcf.settle(*example, on_missing="withhold"))

    def test_settle_and_read_payments_and_assessments(self, benchmark):
        example = bcf.load_example("two_waves")

        def run():
            settlement = bcf.settle(*example, on_missing="withhold")
            return settlement.payments, settlement.assessments

        benchmark(run)


@pytest.mark.benchmark(group="100,000 keys: floor and argsort in NumPy (not exact), or apportion")
class TestApportionMany:
    def test_plain_numpy(self, benchmark):
        weights = MANY.to_numpy()

        def run():
            quotas = TOTAL * (weights / weights.sum())
            amounts = np.floor(quotas).astype(np.int64)
            order = np.argsort(amounts - quotas)
            amounts[order[: TOTAL - amounts.sum()]] += 1
            return pd.Series(amounts, index=MANY.index)

        benchmark(run)

    def test_apportion(self, benchmark):
        benchmark(lambda: bcf.apportion(TOTAL, MANY))


@pytest.mark.benchmark(group="151 keys: largest remainder in fractions, or apportion")
class TestApportionFew:
    def test_fractions(self, benchmark):
        weights = FEW.tolist()

        def run():
            whole = sum(weights)
            quotas = [Fraction(TOTAL * weight, whole) for weight in weights]
            amounts = [int(quota) for quota in quotas]
            order = sorted(range(len(weights)), key=lambda i: (amounts[i] - quotas[i], i))
            for place in order[: TOTAL - sum(amounts)]:
                amounts[place] += 1
            return pd.Series(amounts, index=FEW.index)

        benchmark(run)

    def test_apportion(self, benchmark):
        benchmark(lambda: bcf.apportion(TOTAL, FEW))


@pytest.mark.benchmark(group="ledger: settle, or settle and ledger")
class TestLedger:
    def test_settle(self, benchmark):
        example = bcf.load_example("two_waves")
        benchmark(lambda: bcf.settle(*example, on_missing="withhold"))

    def test_settle_and_ledger(self, benchmark):
        example = bcf.load_example("two_waves")
        benchmark(lambda: bcf.settle(*example, on_missing="withhold").ledger)


@pytest.mark.benchmark(group="explain one area, or settle")
class TestExplain:
    def test_settle(self, benchmark):
        example = bcf.load_example("two_waves")
        benchmark(lambda: bcf.settle(*example, on_missing="withhold"))

    def test_explain_as_text(self, benchmark):
        settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
        benchmark(lambda: str(settlement.explain("E06000001")))


@pytest.mark.parametrize("scheme", ["october_2013", "july_2014"])
class TestGrid:
    @pytest.fixture(autouse=True)
    def grouped(self, benchmark, scheme):
        benchmark.group = f"40 schemes like {scheme}: a loop over settle, or settle_grid"

    @staticmethod
    def schemes(name):
        """Forty schemes that differ in an amount of money."""
        rule = "unit_value_pounds" if name == "july_2014" else "pot__amount_pounds"
        rules = bcf.load_scheme(name)
        return bcf.load_example(rules.example), [rules.replace(**{rule: 1_000 + more}) for more in range(40)]

    def test_loop_over_settle(self, benchmark, scheme):
        tables, schemes = self.schemes(scheme)
        benchmark(lambda: [bcf.settle(*tables, rules, on_missing="withhold") for rules in schemes])

    def test_settle_grid(self, benchmark, scheme):
        tables, schemes = self.schemes(scheme)
        benchmark(lambda: list(bcf.settle_grid(tables, schemes, on_missing="withhold")))


FIRST = "import bcf_payments as b; b.settle(*b.load_example('two_waves'), on_missing='withhold')"
STARTS = {
    "import pandas": ["-c", "import pandas"],
    "import pandas, bcf_payments": ["-c", "import pandas, bcf_payments"],
    "first settlement": ["-c", FIRST],
    "bcf-payments settle": ["-m", "bcf_payments", "settle"],
    "bcf-payments --help": ["-m", "bcf_payments", "--help"],
}


@pytest.mark.benchmark(group="starting: a fresh process to pandas, to a settlement, to a command's end")
@pytest.mark.parametrize("what", STARTS)
def test_start(benchmark, what):
    def run():
        return ran([sys.executable, *STARTS[what]]).check_returncode()

    benchmark.pedantic(run, rounds=5, warmup_rounds=1)
