"""Laws of warnings: they are given where they are defined, and change no figure."""

from fractions import Fraction

import pandas as pd
from hypothesis import strategies as st

from bcf_payments.testing import cases

from .changes import KEY, better_is_lower, cells, number, settle
from .laws import law, over, tried
from .places import ANY_CASE

PERIODS = st.sampled_from(("2014-15", "Q4 2014/15", "last winter", "Jan-Mar 2015", "", None))
FIGURES = ("allocations", "assessments", "payments", "reviews", "ledger")


@law(
    "warnings-change-no-figure",
    "Whatever periods are called, and however many areas are expected, every figure is the same.",
    "F9",
    "G9",
)
@tried(0.3)
@over(cases(), st.data(), reaches=ANY_CASE)
def test_whatever_is_warned_of_every_figure_is_the_same(case, data):
    named = {
        name: data.draw(st.lists(PERIODS, min_size=len(rows), max_size=len(rows)))
        for name, rows in (("plans", case.plans), ("outcomes", case.outcomes))
    }
    expected = {"value": data.draw(st.integers(1, 8)), "source": ("F9",), "basis": "stated"}
    other = case._replace(
        scheme=case.scheme.replace(areas_expected=expected),
        plans=case.plans.assign(baseline_period=named["plans"]),
        outcomes=case.outcomes.assign(outcome_period=named["outcomes"]),
    )
    one, same = settle(case), settle(other)
    for table in FIGURES:
        pd.testing.assert_frame_equal(getattr(one, table), getattr(same, table), check_exact=True)
    few = (same.warnings["reason"] == "few_areas").sum()
    assert few == (bool(case.scheme.amounts) and len(case.areas) < expected["value"])


@law(
    "unlikely-as-defined",
    "A change is called unlikely where, and only where, a line that is due has an outcome above twice or"
    " below half its baseline, or an achievement beyond 3 or -3.",
)
@over(cases(), reaches=ANY_CASE)
def test_a_change_is_called_unlikely_where_and_only_where_it_is(case):
    scheme = case.scheme
    due = (
        scheme.wave_names[: scheme.wave_names.index(case.through) + 1] if case.through else scheme.wave_names
    )
    read = {(slot.wave, slot.name) for slot in (*scheme.metric_lines, *scheme.monitored) if slot.wave in due}
    plans, outcomes = (
        rates(case, case.plans, ("baseline", "target")),
        rates(case, case.outcomes, ("outcome",)),
    )
    expected = []
    for position, (key, (baseline, target)) in enumerate(plans.items()):
        if key[1:] in read and key in outcomes:
            (outcome,) = outcomes[key]
            planned, actual = baseline - target, baseline - outcome
            if not better_is_lower(case, case.plans.iloc[position]):
                planned, actual = -planned, -actual
            far = baseline > 0 and not baseline / 2 <= outcome <= 2 * baseline
            if far or (planned > 0 and abs(actual / planned) > 3):
                expected.append(key)
    found = settle(case).warnings.query("reason == 'unlikely_change'")
    assert sorted(found[KEY].itertuples(index=False, name=None)) == sorted(expected)


def rates(case, table, names):
    """The exact rates of each row, by its key; those of counts are the counts."""
    values = {column: list(map(exact, cells(table[column]))) for column in table if column.endswith("or")}
    found = {}
    for row, key in enumerate(table[KEY].itertuples(index=False, name=None)):
        counted = case.scheme.metrics[key[2]].unit.value == "count" if key[2] in case.scheme.metrics else True
        found[tuple(key)] = [
            values[f"{name}_numerator"][row] / (1 if counted else values[f"{name}_denominator"][row])
            for name in names
        ]
    return found


def exact(cell):
    """A number as it is read; what is not read at all is nothing."""
    try:
        return number(cell)
    except ValueError:
        return Fraction(0)
