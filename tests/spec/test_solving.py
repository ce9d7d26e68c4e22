"""Laws of solving: what is named pays, anything worse does not, and a count is worth what it earns."""

from fractions import Fraction

import pandas as pd
from hypothesis import assume
from hypothesis import strategies as st

import bcf_payments as bcf
from bcf_payments.schemes.levels import level_of
from bcf_payments.tables import MarginalValues
from bcf_payments.testing import cases, catch_up_cases, single_precision

from .changes import KEY, as_objects, better_is_lower, moved, number, paid_rows, settle
from .drawn import WITH_GATEWAYS, asked_cases
from .laws import law, over, tried
from .places import ANY_CASE, ASKED

A_LITTLE = Fraction(1, 10**9)
HUGE = 10**40
PLAIN = cases(max_areas=2)
SMALL = st.one_of(
    PLAIN, PLAIN.flatmap(single_precision), catch_up_cases(max_areas=2), cases(WITH_GATEWAYS, max_areas=2)
)


def earned_with(case, key, numerator, denominator=1):
    """What a line earns when settled again with another outcome, at least through its own wave."""
    area, wave, metric = key
    same = (case.outcomes[KEY] == list(key)).all(axis=1)
    row = {"outcome_numerator": str(numerator), "outcome_denominator": str(denominator)}
    another = pd.DataFrame([dict(zip(KEY, key, strict=True)) | row], dtype=object)
    outcomes = pd.concat([as_objects(case.outcomes[~same]), another], ignore_index=True)
    names = case.scheme.wave_names
    through = max(case.through or names[-1], wave, key=names.index)
    payments = settle(case._replace(outcomes=outcomes), through=through, on_missing="withhold").payments
    line = payments.set_index(["area_code", "wave", "line"]).loc[area, wave, metric]
    return int(line["earned_pence"])


def outcome_denominator(case, key):
    """The denominator of a line's outcome; the target's or threshold's where none is due; 1 for a count."""
    _, wave, metric = key
    if case.scheme.metrics[metric].unit.value == "count":
        return Fraction(1)
    names = case.scheme.wave_names
    outcome = case.outcomes[(case.outcomes[KEY] == list(key)).all(axis=1)]
    if len(outcome) and names.index(wave) <= names.index(case.through or names[-1]):
        return number(outcome["outcome_denominator"].item())
    slot = next(slot for slot in case.scheme.metric_lines if (slot.wave, slot.name) == (wave, metric))
    if level := level_of(case.scheme, slot):
        return Fraction(level.per)
    plan = case.plans[(case.plans[KEY] == list(key)).all(axis=1)]
    return number(plan["target_denominator"].item())


def direction(case, key):
    """1 where more is worse, -1 where less is."""
    return 1 if better_is_lower(case, pd.Series(dict(zip(KEY, key, strict=True)))) else -1


@law(
    "required-outcome-pays",
    "The outcome that is required pays; any worse one, by a count or by a little, does not.",
    "A14",
    "C4",
    "C8",
    "G1",
    "G3",
)
@tried(0.6)
@over(asked_cases(SMALL), reaches=ASKED)
def test_the_required_outcome_is_the_worst_that_pays(seen):
    case, settlement, (key, pence) = seen.case, seen.settlement, seen.asked
    try:
        required = bcf.required_outcome(settlement, *key, pence)
    except bcf.InputError:
        assume(False)
    worse, over = direction(case, key), outcome_denominator(case, key)
    assert required.outcome_denominator == over
    exact, whole = required.outcome_numerator, required.whole_outcome_numerator
    assert 0 <= (exact - whole) * worse < 1
    for pays in (exact, whole):
        assert earned_with(case, key, pays, over) >= pence
    for fails in (max(exact + worse * A_LITTLE, exact / 2), whole + worse):
        assert fails < 0 or earned_with(case, key, fails, over) < pence


@law("refused-for-a-reason", "Where no outcome is required, none pays, or all pay, or the line lacks data.")
@tried(0.6)
@over(asked_cases(SMALL), reaches=ASKED)
def test_an_outcome_is_refused_only_where_there_is_none(seen):
    case, settlement, (key, pence) = seen.case, seen.settlement, seen.asked
    try:
        bcf.required_outcome(settlement, *key, pence)
    except bcf.InputError as error:
        problems = error.problems
    else:
        assume(False)
    if problems["reason"].unique().tolist() == ["out_of_range"]:
        best, worst = (0, HUGE) if direction(case, key) > 0 else (HUGE, 0)
        assert earned_with(case, key, best) < pence or earned_with(case, key, worst) >= pence
    for problem in problems[problems["reason"] == "missing_row"].to_dict("records"):
        rows = getattr(case, problem["table"])
        there = (rows[KEY] == [key[0], problem["wave"], problem["metric"]]).all(axis=1).any()
        last = case.through or problem["wave"]
        due = case.scheme.wave_names.index(problem["wave"]) <= case.scheme.wave_names.index(last)
        assert not (there and due) if problem["table"] == "outcomes" else not there


@law("worth-of-one-count", "One count is worth what the area would earn with that outcome one better.", "C8")
@tried(0.5)
@over(cases(), st.data(), reaches=ANY_CASE)
def test_a_count_is_worth_what_settling_again_earns(case, data):
    settlement = settle(case)
    value = MarginalValues.validate(bcf.marginal_value(settlement))
    value = value.set_index(["area_code", "wave", "line"])["value_pence"].to_dict()
    before = settlement.summary("area").set_index("area_code")["earned_pence"]
    rows = paid_rows(case, case.outcomes)
    for position in data.draw(st.lists(st.sampled_from(rows), max_size=8, unique=True)) if rows else ():
        row = case.outcomes.iloc[position]
        step = -1 if better_is_lower(case, row) else 1
        better = case._replace(outcomes=moved(case.outcomes, position, "outcome_numerator", Fraction(step)))
        after = settle(better).summary("area").set_index("area_code")["earned_pence"]
        gains = (after - before).to_dict()
        assert gains.pop(row["area_code"]) == value[tuple(row[KEY])]
        assert not any(gains.values())
    measured = {tuple(row) for row in case.outcomes[KEY].to_numpy()}
    assert not any(pence for key, pence in value.items() if key not in measured)
