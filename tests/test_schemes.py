import copy
import datetime as dt
import pickle
import re
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments.schemes import PlannedValuePot

OWN = Path(__file__).parent / "data" / "own_scheme.toml"
NATIONAL = [
    "delayed_transfers",
    "emergency_admissions",
    "reablement",
    "residential_admissions",
    "user_experience",
]


def lines_of(scheme):
    return {(slot.wave, slot.name): slot.rule.share.value for slot in scheme.lines}


def test_october_2013_pays_half_in_each_wave():
    scheme = bcf.load_scheme("october_2013")
    assert lines_of(scheme) == {
        ("wave_1", "conditions"): Fraction(1, 4),
        ("wave_1", "delayed_transfers"): Fraction(1, 8),
        ("wave_1", "emergency_admissions"): Fraction(1, 8),
        **{("wave_2", metric): Fraction(1, 10) for metric in NATIONAL},
    }
    assert [(c.name, c.amount_pence) for c in scheme.components] == [("formula", 280_000_000_000)]
    assert scheme.pot.amount_pence == 100_000_000_000


def test_december_2013_has_nine_metric_lines_of_a_twelfth():
    scheme = bcf.load_scheme("december_2013")
    assert lines_of(scheme) == {
        ("wave_1", "conditions"): Fraction(1, 4),
        **{("wave_1", m): Fraction(1, 12) for m in ("delayed_transfers", "emergency_admissions", "local")},
        **{("wave_2", metric): Fraction(1, 12) for metric in [*NATIONAL, "local"]},
    }
    millions = {c.name: (c.amount_pence // 10**8, c.weight.value) for c in scheme.components}
    assert millions == {
        "nhs_allocation": (900, "nhs_weight"),
        "carers_breaks": (130, "nhs_weight"),
        "reablement_funding": (300, "nhs_weight"),
        "social_care_transfer": (1100, "social_care_weight"),
        "social_care_capital_grant": (134, "social_care_weight"),
        "disabled_facilities_grant": (220, "dfg_weight"),
    }
    assert scheme.fund_pence == 378_400_000_000


def test_july_2014_pays_four_quarters_at_1490_pounds_an_admission():
    scheme = bcf.load_scheme("july_2014")
    assert isinstance(scheme.pot, PlannedValuePot)
    assert scheme.wave_names == ("q4_2014_15", "q1_2015_16", "q2_2015_16", "q3_2015_16")
    assert {slot.name for slot in scheme.lines} == {"emergency_admissions"}
    assert (scheme.pot.unit_value_pounds.value, scheme.pot.cumulative.value) == (1490, True)
    assert scheme.review is None
    assert scheme.fund_pence == 378_400_000_000


@pytest.mark.parametrize("name", bcf.available_schemes())
def test_every_rule_of_a_built_in_scheme_cites_facts(name):
    for path, rule in bcf.load_scheme(name).cited():
        assert all(re.fullmatch(r"[A-GLN]\d+", source) for source in rule.source), path
        assert rule.basis in {"stated", "derived", "assumed"}, path


@pytest.mark.parametrize("fact", ["A12", "A13", "A14", "A15", "B2", "B7", "B8", "C8", "F8"])
def test_no_rule_that_rests_on_an_assumed_fact_is_called_stated(fact):
    for name in bcf.available_schemes():
        for path, rule in bcf.load_scheme(name).cited():
            assert not (fact in rule.source and rule.basis != "assumed"), (name, path)


def test_schemes_are_frozen():
    scheme = bcf.load_scheme("october_2013")
    with pytest.raises(ValueError, match="frozen"):
        scheme.name = "other"


def test_a_scheme_cannot_be_changed_through_its_parts():
    scheme = bcf.load_scheme("october_2013")
    for change in (
        lambda: scheme.metrics.pop("reablement"),
        lambda: scheme.curves.update(scheme.curves),
        scheme.conditions.clear,
        lambda: scheme.metrics.__setitem__("reablement", None),
    ):
        with pytest.raises(TypeError, match="`replace` makes a changed copy"):
            change()


@pytest.mark.parametrize("name", bcf.available_schemes())
def test_schemes_and_settlements_cross_process_borders(name):
    scheme = bcf.load_scheme(name)
    assert pickle.loads(pickle.dumps(scheme)) == scheme  # noqa: S301 - our own bytes
    settlement = bcf.settle(*bcf.load_example(scheme.example), scheme, on_missing="withhold")
    again = pickle.loads(pickle.dumps(settlement))  # noqa: S301 - our own bytes
    pd.testing.assert_frame_equal(again.payments, settlement.payments)
    assert again.provenance.to_json() == settlement.provenance.to_json()
    assert copy.deepcopy(scheme) == scheme


def test_a_changed_scheme_says_so_wherever_it_is_named():
    scheme = bcf.load_scheme("july_2014").replace(cumulative=False, unit_value_pounds=2150)
    assert scheme.label == "july_2014 (2 rules changed)"
    settlement = bcf.settle(*bcf.load_example("p4p_2015_16"), scheme, on_missing="withhold")
    assert "july_2014 (2 rules changed)" in repr(settlement)
    assert "july_2014 (2 rules changed)" in settlement._repr_html_()


def test_rules_are_a_table():
    scheme = bcf.load_scheme("october_2013")
    rules = scheme.rules().set_index("rule")
    assert len(rules) == len(scheme.cited())
    assert rules.loc["waves.0.lines.1.share"].to_list() == ["1/8", "A9, A13", "assumed"]
    assert rules.loc["waves.0.lines.1.period", "value"] == "2014-04-01 to 2015-03-31"
    assert rules.loc["curves.proportional", "value"] == "(0, 0), (1, 1)"


def test_a_changed_rule_is_marked_as_the_users_own_assumption():
    scheme = bcf.load_scheme("july_2014").replace(cumulative=False, pot__unit_value_pounds="2150")
    assert (scheme.pot.cumulative.value, scheme.pot.cumulative.source) == (False, ("user",))
    assert (scheme.pot.unit_value_pounds.value, scheme.pot.unit_value_pounds.basis) == (2150, "assumed")
    assert bcf.load_scheme("july_2014").pot.cumulative.value is True


def test_a_rule_that_stands_in_several_places_needs_its_path():
    with pytest.raises(bcf.SchemeError, match="stands in 8 places"):
        bcf.load_scheme("october_2013").replace(share="1/2")


def test_an_unknown_scheme_gets_the_nearest_name():
    with pytest.raises(bcf.SchemeError, match="did you mean 'october_2013'"):
        bcf.load_scheme("october2013")


def test_a_file_that_is_not_there_or_not_toml_is_a_scheme_error(tmp_path):
    with pytest.raises(bcf.SchemeError, match="cannot be read"):
        bcf.load_scheme(tmp_path / "absent.toml")
    broken = tmp_path / "broken.toml"
    broken.write_text("name = ", encoding="utf-8")
    with pytest.raises(bcf.SchemeError, match="not valid TOML"):
        bcf.load_scheme(broken)


def test_all_faults_of_a_scheme_come_at_once(tmp_path):
    text = OWN.read_text(encoding="utf-8")
    for old, new in [
        ('basis = "stated"', 'basis = "certain"'),  # the area code pattern, the first of them
        ('"warm_homes"', '"warm_home"'),
        ('["1/2", 0], ["1/2", "1/2"], [1, "1/2"]', '["1/2", "3/4"], [1, "1/2"]'),
        ("2027-10-01", "2026-10-01"),
        ('curve = { value = "stepped"', 'curve = { value = "steped"'),
        ('share = { value = "1/3"', 'share = { value = "1/4"'),
        ('title = "Spring"', 'titel = "Spring"'),
    ]:
        text = text.replace(old, new, 1)
    path = tmp_path / "faulty.toml"
    path.write_text(text.replace('titel = "Spring"', 'title = "Spring"'), encoding="utf-8")
    with pytest.raises(bcf.SchemeError) as caught:
        bcf.load_scheme(path)
    faults = caught.value.problems.set_index("where")["fault"]
    assert "'stated', 'derived' or 'assumed'" in faults["area_code_pattern.basis"]
    assert "the curve falls" in faults["curves.stepped"]
    assert "date order" in faults["waves.1.payment_date"]
    assert "did you mean 'warm_homes'" in faults["waves.0.lines.0.conditions"]
    assert "did you mean 'stepped'" in faults["waves.1.lines.0.curve"]
    assert "add up to 11/12" in faults["waves"]
    assert len(faults) == 6
    path.write_text(text, encoding="utf-8")
    with pytest.raises(bcf.SchemeError, match="wave 1, titel: is not known here") as caught:
        bcf.load_scheme(path)
    assert "waves.0.titel" in caught.value.problems["where"].tolist()


def own_tables():
    codes = ["AA", "BB"]
    areas = pd.DataFrame({"area_code": codes, "area_name": ["Aford", "Bham"], "region": "Here"})
    areas = areas.assign(residents=[1, 2], older_residents=[1, 1])
    key = {"area_code": codes * 2, "wave": ["autumn"] * 2 + ["winter"] * 2}
    key["metric"] = ["falls"] * 2 + ["vaccinations"] * 2
    plans = pd.DataFrame(key).assign(
        baseline_numerator=[100, 100, 60, 60], baseline_denominator=1000,
        target_numerator=[90, 90, 70, 70], target_denominator=1000,
    )  # fmt: skip
    outcomes = pd.DataFrame(key).assign(outcome_numerator=[95, 96, 70, 60], outcome_denominator=1000)
    assurance = pd.DataFrame({"area_code": codes, "plan_status": "approved", "warm_homes": ["yes", "no"]})
    return areas, plans, outcomes, assurance


def test_an_own_scheme_settles_with_no_code():
    settlement = bcf.settle(*own_tables(), scheme=OWN, verify=True)
    earned = settlement.payments.set_index(["area_code", "wave"])["earned_pence"].to_dict()
    # The pot of £900 is three lines of £300, each £150 to either area; half of the improvement pays half.
    assert earned == {
        ("AA", "spring"): 15000,
        ("AA", "autumn"): 7500,
        ("AA", "winter"): 15000,
        ("BB", "spring"): 0,
        ("BB", "autumn"): 0,
        ("BB", "winter"): 0,
    }
    assert settlement.reviews[["review_id", "action"]].to_numpy().tolist() == [
        ["BB-autumn", "visit"],
        ["BB-winter", "visit"],
    ]


def test_payment_before_the_data_can_exist_is_a_warning():
    warnings = bcf.settle(*own_tables(), scheme=OWN).warnings
    assert warnings[["wave", "metric", "reason"]].to_numpy().tolist() == [
        ["winter", "vaccinations", "payment_before_data"]
    ]
    for name in bcf.available_schemes():
        example = bcf.load_example(bcf.load_scheme(name).example)
        found = bcf.settle(*example, scheme=name, on_missing="withhold").warnings
        assert "payment_before_data" not in set(found["reason"])


def alternative(name="other", **changes):
    return {"name": name, "title": "Another reading", "source": ["A13"], "changes": changes}


def test_an_alternative_cites_its_own_facts_and_leaves_the_scheme_as_it_is():
    scheme = bcf.load_scheme("october_2013")
    line = scheme.alternative("before_april").waves[0].lines[0]
    assert (str(line.submit_by.value), line.submit_by.source) == ("2014-03-31", ("A2", "A12"))
    assert line.submit_by.basis == "assumed"
    assert str(scheme.waves[0].lines[0].submit_by.value) == "2014-04-30"
    with pytest.raises(bcf.SchemeError, match="did you mean 'before_april'"):
        scheme.alternative("before_may")


def test_all_faults_of_alternatives_come_at_once_with_their_places(tmp_path):
    scheme = bcf.load_scheme("october_2013")
    wrong = [
        alternative("sum", waves__0__lines__0__share="1/2"),
        alternative("path", pot__wait="people", share="1"),
        alternative("value", pot__weight=3, waves__0__lines__1__curve="strict"),
    ]
    with pytest.raises(bcf.SchemeError) as caught:
        scheme.replace(alternatives=wrong)
    faults = [f"{where}: {fault}" for where, fault in caught.value.told]
    assert len(faults) == 5
    assert "alternative 1, changes: waves: the shares of all lines add up to 5/4" in faults[0]
    assert "alternative 2, changes: pot__wait: unknown rule 'pot__wait'; did you mean" in faults[1]
    assert "alternative 2, changes: share: stands in 8 places" in faults[2]
    assert "alternative 3, changes: pot.weight: must be text in quotation marks" in faults[3]
    assert "alternative 3, changes: wave 1, line 2, curve: unknown curve 'strict'" in faults[4]
    path = tmp_path / "twice.toml"
    twice = scheme.replace(alternatives=[alternative(pot__weight="people")]).to_toml()
    path.write_text(twice + twice[twice.index("[[alternatives]]") :], encoding="utf-8")
    with pytest.raises(bcf.SchemeError, match="alternative 2, name: the alternative 'other' stands twice"):
        bcf.load_scheme(path)


def test_an_alternative_that_contradicts_a_changed_rule_is_left_out():
    shares = {f"waves__1__lines__{line}__share": share for line, share in enumerate(["1/2", 0, 0, 0, 0])}
    changed = bcf.load_scheme("october_2013").replace(**shares, name="own")
    names = [alternative.name for alternative in changed.alternatives]
    assert "equal_lines" in names
    plain = changed.replace(curves={"proportional": changed.curves["proportional"]})
    assert set(names) - {alternative.name for alternative in plain.alternatives} == {"all_or_nothing"}
    quarter = changed.replace(waves__0__lines__0__share="1/8", waves__1__lines__0__share="5/8")
    assert "equal_lines" not in {alternative.name for alternative in quarter.alternatives}


def test_every_kind_of_change_survives_toml(tmp_path):
    scheme = bcf.load_scheme("october_2013")
    changes = {
        "waves__0__lines__0__submit_by": dt.date(2014, 4, 4),
        "waves__0__lines__1__period": {"start": dt.date(2014, 1, 1), "end": dt.date(2014, 12, 31)},
        "curves__proportional": [[0, 0], [0.5, Fraction(1, 3)], [1, 1]],
        "pot__amount_pounds": 10**9,
        "review": {"scope": {"value": "mean", "source": ["A5"], "basis": "assumed"}, "actions": [
            action.model_dump() for action in scheme.review.actions
        ]},
    }  # fmt: skip
    changed = scheme.replace(alternatives=[alternative(**changes)])
    path = tmp_path / "own.toml"
    path.write_text(changed.to_toml(), encoding="utf-8")
    assert bcf.load_scheme(path) == changed
    other = bcf.load_scheme(path).alternative("other")
    assert other.curves["proportional"].value[1] == (Fraction(1, 2), Fraction(1, 3))
    assert other.waves[0].lines[1].period.value.end == dt.date(2014, 12, 31)
    assert other.review.scope.value == "mean"
    with pytest.raises(bcf.SchemeError, match="is not a number"):
        scheme.replace(alternatives=[alternative(pot__weight=object())])
