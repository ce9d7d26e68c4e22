"""A user's program that names every public name, as type checkers see it; it also runs."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, assert_type

import pandas as pd

import bcf_payments as bcf
from bcf_payments import tables
from bcf_payments.schemes import Cited, json_schema

REPOSITORY = Path(__file__).parents[2]

assert_type(bcf.available_schemes(), tuple[str, ...])
assert_type(bcf.available_examples(), tuple[str, ...])
scheme = bcf.load_scheme("july_2014")
assert_type(scheme, bcf.Scheme)
assert_type(scheme.replace(unit_value_pounds=2150), bcf.Scheme)
assert_type(scheme.cited(), list[tuple[str, Cited[Any]]])
assert_type(scheme.rules(), pd.DataFrame)
assert_type(scheme.calendar(), pd.DataFrame)
assert scheme.pot is not None
assert_type(scheme.pot.amount_pence, int)
assert_type(json_schema(), dict[str, Any])

example = bcf.load_example("p4p_2015_16")
assert_type(example, bcf.Tables)
few = example.areas["area_code"].head(5)
example = bcf.Tables(*(table[table["area_code"].isin(few)] for table in example))
assert_type(example.areas, pd.DataFrame)
july = bcf.settle(*example, scheme, through="q1_2015_16", on_missing="withhold")
assert_type(july, bcf.Settlement)
assert_type(july.payments, pd.DataFrame)
assert_type(july.summary(by="region"), pd.DataFrame)
assert_type(bcf.in_pounds(july.payments), pd.DataFrame)
assert_type(july.notices, tuple[str, ...])
assert_type(july.resolve(), bcf.Settlement)
assert_type(july.under("july_2014"), bcf.Settlement)
assert_type(scheme.combinations(), dict[tuple[str, ...], bcf.Scheme])
for settlement in bcf.settle_grid(example, scheme.combinations().values(), on_missing="withhold"):
    assert_type(settlement, bcf.Settlement)
assert_type(july.explain("E06000001"), bcf.Explanation)
assert_type(july.calendar("E06000001"), pd.DataFrame)
assert_type(july.returns(), pd.DataFrame)
hartlepool = july.return_for("E06000001")
assert_type(hartlepool, bcf.AreaReturn)
assert_type(hartlepool.rest, pd.DataFrame)

assert_type(bcf.allocate(example.areas, example.plans, "july_2014", on_missing="withhold"), pd.DataFrame)
assert_type(bcf.assess(*example, scheme, on_missing="withhold"), pd.DataFrame)
assert_type(bcf.validate(*example, scheme, on_missing="withhold"), pd.DataFrame)
assert_type(bcf.compare(july, july), pd.DataFrame)
required = bcf.required_outcome(july, "E06000001", "q1_2015_16", "emergency_admissions", 100)
assert_type(required, bcf.RequiredOutcome)
assert_type(required.outcome_numerator, Fraction)
together = bcf.share_to_earn(july, "E06000001", 450_000_00)
assert_type(together, bcf.RequiredShare)
assert_type(together.share, Fraction)
assert_type(bcf.outcomes_to_earn(july, "E06000001"), pd.DataFrame)
assert_type(bcf.marginal_value(july), pd.DataFrame)
region = bcf.regional_report(july, "North East")
assert_type(region, bcf.RegionalReport)
assert_type(region.to_markdown(), str)
assert_type(bcf.peers(july, like=["population"], most=2), pd.DataFrame)
found = bcf.assumptions(july)
assert_type(found, bcf.Assumptions)
assert_type(found.alternatives, pd.DataFrame)
expected = example.plans[["area_code", "wave", "metric", "target_numerator"]].head(4)
revised = bcf.revise_targets(example.plans, expected, "july_2014")
assert_type(revised, bcf.RevisedTargets)
assert_type(revised.changes, pd.DataFrame)
values = pd.DataFrame({"metric": ["emergency_admissions"], "pounds": [1552], "source": ["N4"]})
assert_type(bcf.savings(example.plans, values, by="nation", scheme=scheme), pd.DataFrame)
model = bcf.OutcomeModel(expected={"emergency_admissions": Fraction("-0.02")}, dispersion=10)
assert_type(model, bcf.OutcomeModel)
areas, plans, outcomes, assurance = example
assert_type(bcf.assurance_counts(assurance), pd.DataFrame)
assert_type(bcf.assurance_report(assurance, plans, scheme, model=model), pd.DataFrame)
quality = bcf.measure_quality(areas, plans, scheme, model=model)
assert_type(quality, bcf.MeasureQuality)
assert_type(quality.rewardable_change("1/10"), pd.DataFrame)
simulation = bcf.simulate(areas, plans, assurance, scheme, model=model, draws=50, on_missing="withhold")
assert_type(simulation, bcf.Simulation)
assert_type(simulation.to_frame(), pd.DataFrame)
assert_type(simulation.summary(by="line"), pd.DataFrame)
assert_type(simulation.held, pd.DataFrame)
assert_type(simulation.draw(0).outcomes, pd.DataFrame)
lucky = bcf.luck(areas, plans, assurance, scheme, effects=["0", 1], draws=50, on_missing="withhold")
assert_type(lucky, bcf.Luck)
assert_type(lucky.by_size(), pd.DataFrame)
assert_type(bcf.evaluate(july, lucky, by="nation"), pd.DataFrame)
assert_type(bcf.evaluate(july, simulation=None), pd.DataFrame)
assert_type(bcf.split(100, {"a": "1/3", "b": Fraction(2, 3)}), dict[str, int])
weights: pd.Series[int] = pd.Series([1, 2, 3], index=["a", "b", "c"])
assert_type(bcf.apportion(100, weights), "pd.Series[int]")
contributions = pd.DataFrame(
    {"area_code": ["E06000001"], "contributor": "council", "contributor_type": "council", "component": "pool"}
).assign(minimum_pounds=1, planned_pounds=1)
spending = pd.DataFrame({"area_code": ["E06000001"], "kind": "spent", "item": "care", "amount_pounds": 1})
assert_type(bcf.load_contributions("two_waves"), pd.DataFrame)
assert_type(bcf.pool(contributions, by="contributor"), pd.DataFrame)
assert_type(bcf.pool_statement(contributions, july, spending, "E06000001"), pd.DataFrame)
assert_type(bcf.share_risk(july, bcf.agreement_by_contribution(contributions)), pd.DataFrame)
assert_type(bcf.spread_contribution(100, weights), pd.DataFrame)

worked = bcf.load_worked_example(next((REPOSITORY / "docs/worked_examples").glob("*.toml")))
assert_type(worked, bcf.WorkedExample)
assert_type(bcf.check_worked_example(worked), pd.DataFrame)

with TemporaryDirectory() as folder:
    assert_type(bcf.write_tables(example._asdict(), folder), list[Path])
    assert_type(bcf.read_tables(folder), bcf.Tables)
    Path(folder, "series.csv").write_text("Code,2014-15\nE06000001,70.1\n", encoding="utf-8")
    published = bcf.read_published(Path(folder, "series.csv"), denominator=100)
    assert_type(published, bcf.Published)
    assert_type(published.table, pd.DataFrame)
    assert_type(hartlepool.write(Path(folder, "hartlepool.csv")), list[Path])
    bcf.write_report(july, Path(folder, "report.html"), chance=simulation)
    bcf.write_template(Path(folder, "template.xlsx"), "july_2014")
    bcf.write_workbook(july, Path(folder, "workbook.xlsx"), beside={"evaluation": bcf.evaluate(july)})

tables.Payments.validate(july.payments)
tables.input_schema("plans", scheme).validate(example.plans)

try:
    bcf.settle(*example, "july_2015")
except bcf.InputError as error:
    assert_type(error.problems, pd.DataFrame)
except (bcf.SchemeError, bcf.WorkedExampleError) as error:
    assert_type(error.problems, pd.DataFrame)
except (bcf.MissingExtraError, bcf.VerificationError, bcf.BcfError) as error:
    assert_type(error.args, tuple[Any, ...])
