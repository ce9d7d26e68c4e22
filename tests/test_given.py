"""What callers give by mistake is answered in one sentence that says what to give instead."""

import pickle
from concurrent.futures import Executor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments import given, plots, tables

EXAMPLE = bcf.load_example("two_waves")
AREAS, PLANS, OUTCOMES, ASSURANCE = EXAMPLE
SETTLEMENT = bcf.settle(*EXAMPLE, on_missing="withhold")
HELD = bcf.OutcomeModel(on_unknown_size="hold")
WITHHELD = {"on_missing": "withhold"}
TOML = bcf.load_scheme("july_2014").to_toml()
LINE = ("wave_1", "emergency_admissions")


def foreign(module: str, name: str = "DataFrame") -> object:
    """A thing that says it is of another package, which need not be installed."""
    return type(name, (), {"__module__": module})()


def with_notices(notices: object) -> bcf.Tables:
    areas = AREAS.copy()
    areas.attrs["notices"] = notices
    return EXAMPLE._replace(areas=areas)


def simulate(**options: object) -> bcf.Simulation:
    return bcf.simulate(AREAS, PLANS, ASSURANCE, draws=2, **{"model": HELD, **WITHHELD, **options})


def luck(**options: object) -> bcf.Luck:
    return bcf.luck(AREAS, PLANS, ASSURANCE, draws=2, **{"model": HELD, **WITHHELD, **options})


MISUSES = {
    "an example without its star": (lambda: bcf.settle(EXAMPLE), "settle(*tables"),
    "an example and a scheme": (lambda: bcf.settle(EXAMPLE, scheme="july_2014"), "a bcf_payments Tables"),
    "an example by name": (lambda: bcf.validate(areas=EXAMPLE), "validate(*tables"),
    "a list of tables": (lambda: bcf.assess(list(EXAMPLE)), "areas is a list"),
    "a dictionary of tables": (lambda: bcf.settle(EXAMPLE._asdict()), "areas is a dict"),
    "an example to simulate": (
        lambda: bcf.simulate(EXAMPLE),
        "simulate(tables.areas, tables.plans, tables.assurance",
    ),
    "an example to allocate": (lambda: bcf.allocate(EXAMPLE), "allocate(tables.areas, tables.plans"),
    "no scheme": (lambda: bcf.settle(*EXAMPLE, None), "None is given: give a built-in scheme's name"),
    "a scheme as a dictionary": (lambda: bcf.allocate(AREAS, PLANS, {}), "a dict is given"),
    "the text of a scheme": (lambda: bcf.settle(*EXAMPLE, TOML), "read by Scheme.from_toml(text)"),
    "a scheme by number": (lambda: SETTLEMENT.under(3), "3 is given"),
    "a table for a scheme": (lambda: bcf.simulate(*EXAMPLE), "a table stands where the scheme belongs"),
    "the class of schemes": (lambda: bcf.load_scheme(bcf.Scheme), "the class Scheme itself"),
    "a scheme for a text": (lambda: bcf.Scheme.from_toml(Path("a.toml")), "load_scheme(path)"),
    "an alternative that is none": (lambda: SETTLEMENT.scheme.alternative([]), "unknown alternative"),
    "a template of no scheme": (lambda: bcf.write_template("a.xlsx", None), "None is given"),
    "a schema of no table": (lambda: tables.input_schema("plan", "july_2014"), "did you mean plans?"),
    "polars": (lambda: bcf.settle(foreign("polars.dataframe.frame"), *EXAMPLE[1:]), "areas.to_pandas()"),
    "lazy polars": (
        lambda: bcf.settle(foreign("polars.lazyframe.frame", "LazyFrame"), *EXAMPLE[1:]),
        "areas.collect().to_pandas()",
    ),
    "Dask": (
        lambda: bcf.settle(
            AREAS, PLANS, foreign("dask.dataframe.dask_expr._collection"), ASSURANCE, **WITHHELD
        ),
        "a dask DataFrame",
    ),
    "polars outcomes to simulate": (
        lambda: simulate(outcomes=foreign("polars.dataframe.frame"), through="wave_1"),
        "outcomes.to_pandas()",
    ),
    "codes in the index": (lambda: bcf.settle(AREAS.set_index("area_code"), *EXAMPLE[1:]), ".reset_index()"),
    "columns of several levels": (
        lambda: bcf.settle(pd.concat({"a": AREAS}, axis=1), *EXAMPLE[1:]),
        "MultiIndex",
    ),
    "a column for a table": (lambda: bcf.settle(AREAS["region"], *EXAMPLE[1:]), "not one column of it"),
    "an array for a table": (lambda: bcf.settle(AREAS.to_numpy(), *EXAMPLE[1:]), "a numpy ndarray"),
    "rows for a table": (lambda: bcf.settle(AREAS.to_dict("records"), *EXAMPLE[1:]), "pd.DataFrame(...)"),
    "a generator for a table": (lambda: bcf.settle(iter(()), *EXAMPLE[1:]), "'a tuple_iterator'"),
    "a file for a table": (lambda: bcf.settle("areas.csv", *EXAMPLE[1:]), "as `read_tables` reads it"),
    "decisions as a dictionary": (lambda: SETTLEMENT.resolve({}), "decisions: missing_table:  'a dict'"),
    "a scheme to compare with": (
        lambda: bcf.compare(SETTLEMENT, "december_2013"),
        "give a Settlement, as `settle` makes it; the same tables under that scheme are settlement.under(",
    ),
    "payments to compare": (
        lambda: bcf.compare(SETTLEMENT.payments, SETTLEMENT),
        "before is a pandas DataFrame",
    ),
    "nothing to value": (lambda: bcf.marginal_value(None), "settlement is None"),
    "tables to question": (lambda: bcf.assumptions(EXAMPLE), "settlement is a bcf_payments Tables"),
    "a text to report": (lambda: bcf.write_report("x"), "settlement is the text 'x'"),
    "arguments in the wrong order": (
        lambda: bcf.write_workbook("a.xlsx", SETTLEMENT),
        "settlement is the text",
    ),
    "chance by number": (lambda: bcf.write_report(SETTLEMENT, "a.html", chance=5), "chance is 5"),
    "a report without a name": (lambda: bcf.write_report(SETTLEMENT, None), "path is None"),
    "a workbook without a name": (lambda: bcf.write_workbook(SETTLEMENT, 3), "path is 3"),
    "tables from nowhere": (lambda: bcf.read_tables(None), "path is None"),
    "a worked example from nowhere": (lambda: bcf.load_worked_example(None), "path is None"),
    "a worked example by name": (lambda: bcf.check_worked_example("x"), "`load_worked_example` makes it"),
    "two keys": (lambda: SETTLEMENT.summary(by=["region", "line"]), "write one of: nation, region"),
    "another summary": (lambda: simulate().summary("aera"), "did you mean area?"),
    "a draw by text": (lambda: simulate().draw("1"), "number '1'; write a whole number from 0"),
    "no model": (lambda: simulate(model=None), "model is None: give an OutcomeModel"),
    "a model as a dictionary": (lambda: luck(model={}), "model is a dict"),
    "the class of models": (lambda: luck(model=bcf.OutcomeModel), "the class OutcomeModel itself"),
    "an executor by number": (
        lambda: simulate(executor=4),
        "executor '4'; give an executor",
    ),
    "one effect": (lambda: luck(effects=1), "effects '1'; give a list of numbers"),
    "no effects": (lambda: luck(effects=[]), "at least one"),
    "an effect that is no number": (
        lambda: luck(effects=["much"]),
        "effects 'much'; write a number",
    ),
    "a threshold that is no number": (
        lambda: SETTLEMENT.reviews_at(None),
        "'None' is not a number",
    ),
    "an example by number": (lambda: bcf.load_example(3), "write one of: two_waves"),
    "a wave by number": (lambda: bcf.settle(*EXAMPLE, through=3), "through '3'"),
    "waves in a table": (lambda: bcf.settle(*EXAMPLE, through=AREAS), "through"),
    "no word on what is missing": (lambda: bcf.settle(*EXAMPLE, on_missing=None), "on_missing"),
    "no area": (lambda: SETTLEMENT.explain(None), "area_code is None: give the code of one area as text"),
    "a list of areas": (lambda: SETTLEMENT.return_for(["E06000001"]), "area_code is a list"),
    "a column of areas": (lambda: SETTLEMENT.calendar(AREAS["area_code"]), "area_code is a pandas Series"),
    "areas to draw": (lambda: plots.money_flow(SETTLEMENT, ["E06000001"]), "area_code is a list"),
    "a text to solve": (
        lambda: bcf.required_outcome("x", "E06000001", *LINE, 1),
        "settlement is the text 'x'",
    ),
    "a wave in a list": (
        lambda: bcf.required_outcome(SETTLEMENT, "E06000001", [LINE[0]], LINE[1], 1),
        "wave is a list",
    ),
    "a table for a line": (
        lambda: bcf.required_outcome(SETTLEMENT, "E06000001", LINE[0], AREAS, 1),
        "line is a pandas DataFrame",
    ),
    "weights in a list": (lambda: bcf.apportion(5, [1, 2]), "weights is a list: give a pandas Series"),
    "shares in a Series": (lambda: bcf.split(5, pd.Series({"a": 1})), "shares is a pandas Series"),
    "shares in a list": (lambda: bcf.split(5, ["1/2", "1/2"]), "give a dictionary of shares by name"),
    "a settlement in pounds": (lambda: bcf.in_pounds(SETTLEMENT), "table is a bcf_payments Settlement"),
    "tables without names": (lambda: bcf.write_tables(EXAMPLE, "."), "example._asdict()"),
    "a set of tables": (lambda: bcf.write_tables({"a"}, "."), "tables is a set"),
    "a list among tables": (lambda: bcf.write_tables({"a": [1]}, "."), "a is a list"),
    "tables to nowhere": (lambda: bcf.write_tables({}, None), "path is None"),
    "documents in a text": (lambda: bcf.write_tables({}, ".", documents="x"), "documents is the text 'x'"),
    "one sentence to write": (lambda: bcf.write_tables({}, ".", notices="x"), "notices is the text 'x'"),
    "a table with one sentence": (
        lambda: bcf.settle(*with_notices("One sentence."), **WITHHELD),
        "areas.attrs['notices'] is the text 'One sentence.': give a tuple of sentences",
    ),
    "a table with numbers for sentences": (
        lambda: bcf.settle(*with_notices((1,)), **WITHHELD),
        "attrs['notices'] is a tuple",
    ),
    "a table with no sentences": (
        lambda: bcf.settle(*with_notices(None), **WITHHELD),
        "attrs['notices'] is None",
    ),
}


@pytest.mark.parametrize("what", MISUSES)
def test_misuse_is_answered_in_a_sentence_with_the_fix(what):
    misuse, said = MISUSES[what]
    with pytest.raises((bcf.InputError, bcf.SchemeError)) as caught:
        misuse()
    assert said in str(caught.value)
    assert len(str(caught.value)) < 500
    assert len(caught.value.problems) >= 1


@pytest.mark.parametrize("name", plots.__all__)
@pytest.mark.parametrize("wrong", ["x", None, AREAS], ids=["text", "None", "table"])
def test_pictures_are_drawn_of_settlements_and_simulations_alone(name, wrong):
    makers = "Settlement, as `settle|Simulation, as `simulate|MeasureQuality, as `measure_quality"
    with pytest.raises(bcf.InputError, match=rf": give a ({makers})`"):
        getattr(plots, name)(wrong)


def test_a_wrong_kind_is_a_type_error_as_well_and_crosses_processes():
    with pytest.raises(TypeError) as caught:
        bcf.marginal_value("x")
    said = "settlement is the text 'x': give a Settlement, as `settle` makes it"
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 - its own
    assert str(again) == str(caught.value) == said
    assert isinstance(again, bcf.InputError)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None"),
        (True, "True"),
        (2.5, "2.5"),
        ("x" * 61, "a text of 61 characters"),
        ("a\nb", "a text of 3 characters"),
        (Executor, "the class Executor itself"),
        (Executor(), "a concurrent Executor"),
        (np.arange(2), "a numpy ndarray"),
        (object(), "an object"),
    ],
)
def test_things_are_told_with_the_package_they_are_from(value, words):
    assert given.told(value) == words


def test_lists_of_sentences_and_repeated_ones_are_taken():
    tables_given = with_notices(["One.", "Two.", "One."])
    assert bcf.settle(*tables_given, **WITHHELD).notices[:2] == ("One.", "Two.")


def test_too_many_arguments_are_named_by_python_itself():
    with pytest.raises(TypeError, match="takes 1 positional argument"):
        bcf.marginal_value(SETTLEMENT, 1)


def test_a_schema_takes_the_name_of_a_scheme():
    assert tables.input_schema("plans", "october_2013").name == "plans"


def test_a_scheme_survives_text_with_a_byte_order_mark_and_line_ends_of_windows():
    text = "\ufeff" + TOML.replace("\n", "\r\n")
    assert bcf.Scheme.from_toml(text) == bcf.load_scheme("july_2014")


def test_the_faults_of_a_text_are_those_of_a_file(tmp_path):
    file = tmp_path / "a.toml"
    file.write_text(TOML.replace("1490", "much"), encoding="utf-8")
    with pytest.raises(bcf.SchemeError) as of_file:
        bcf.load_scheme(file)
    with pytest.raises(bcf.SchemeError) as of_text:
        bcf.Scheme.from_toml(file.read_text(encoding="utf-8"))
    assert of_text.value.faults == of_file.value.faults
