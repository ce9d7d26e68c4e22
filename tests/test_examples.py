"""The embedded examples are the published figures, whole, labelled, and the caller's own copies."""

from __future__ import annotations

from importlib.resources import files

import pytest

from bcf_payments.errors import InputError
from bcf_payments.examples import ILLUSTRATION, LICENCE, NOTICES, available_examples, load_example
from bcf_payments.schemes import available_schemes, load_scheme

ENGLAND_MID_2014 = 54_316_618


@pytest.mark.parametrize(
    ("name", "plans", "outcomes"), [("two_waves", 1_053, 1_048), ("p4p_2015_16", 598, 601)]
)
def test_an_example_has_every_row(name: str, plans: int, outcomes: int) -> None:
    tables = load_example(name)
    assert [len(frame) for frame in tables] == [151, plans, outcomes, 151]
    assert tables._fields == ("areas", "plans", "outcomes", "assurance")


def test_the_populations_of_the_areas_add_up_to_england() -> None:
    assert load_example("two_waves").areas["population"].sum() == ENGLAND_MID_2014


def test_five_plans_were_not_approved_and_nothing_is_known_of_their_conditions() -> None:
    assurance = load_example("two_waves").assurance.set_index("area_code")
    not_approved = assurance[assurance["plan_status"] == "not_approved"]
    assert set(not_approved.index) == {"E09000017", "E10000012", "E10000017", "E10000021", "E10000025"}
    assert not_approved.drop(columns="plan_status").isna().all(axis=None)
    assert assurance.drop(index=not_approved.index).notna().all(axis=None)


def test_every_count_of_an_example_is_a_number_and_every_code_a_text() -> None:
    for name in available_examples():
        areas, plans, outcomes, assurance = load_example(name)
        for frame in (plans, outcomes):
            numbers = [c for c in frame if c.endswith(("_numerator", "_denominator"))]
            assert all(frame[column].dtype.kind in "if" for column in numbers)
            assert frame[numbers].notna().all(axis=None)
        for frame in (areas, plans, outcomes, assurance):
            assert all(isinstance(code, str) for code in frame["area_code"])


def test_every_table_of_an_example_carries_the_notices() -> None:
    for name in available_examples():
        assert all(frame.attrs["notices"] == NOTICES for frame in load_example(name))


def test_the_notice_file_says_the_same_sentences() -> None:
    text = files("bcf_payments.examples").joinpath("NOTICE.md").read_text(encoding="utf-8")
    assert ILLUSTRATION in text
    assert LICENCE in text


def test_the_notice_file_counts_the_rows_that_are_there() -> None:
    text = files("bcf_payments.examples").joinpath("NOTICE.md").read_text(encoding="utf-8")
    for name in available_examples():
        _, plans, outcomes, _ = load_example(name)
        assert f"| `{name}/` | {len(plans):,} plans, {len(outcomes):,} outcomes |" in text


def test_the_experience_of_users_has_the_number_of_answers_and_the_codes_of_its_time() -> None:
    experience = load_example("two_waves").plans.query("metric == 'user_experience'")
    assert experience["sample_size"].gt(0).all()
    assert set(experience["baseline_period"]) == {"ASCOF 3A 2015-16"}
    recoded_later = {"E10000002", "E10000023", "E10000027"}
    assert recoded_later <= set(experience["area_code"])


def test_changing_an_example_leaves_the_next_one_as_it_was() -> None:
    first = load_example("two_waves")
    first.areas.loc[:, "population"] = 0
    first.areas.attrs["notices"] = ()
    second = load_example("two_waves")
    assert second.areas["population"].sum() == ENGLAND_MID_2014
    assert second.areas.attrs["notices"] == NOTICES


def test_an_unknown_example_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(InputError, match="did you mean two_waves"):
        load_example("two_wave")


def test_every_built_in_scheme_names_an_example_that_is_there() -> None:
    assert {load_scheme(name).example for name in available_schemes()} == set(available_examples())
