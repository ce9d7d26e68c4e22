import pandas as pd
import pytest

import bcf_payments as bcf

from .samples import settled
from .test_ledger import quarters

KEY = ["area_code", "wave", "line"]
AGREEMENTS = ("hwb_agrees", "nhs_england_agrees", "peer_reviewer_agrees")


OCTOBER, DECEMBER = settled("october_2013"), settled("december_2013")


def decision(settlement, *said, action=None, place=0):
    """One decision, on the first line that triggered the action."""
    reviews = settlement.reviews if action is None else settlement.reviews.query("action == @action")
    return reviews[KEY].iloc[[place]].assign(**dict(zip(AGREEMENTS, said, strict=True)))


def destination(settlement, decisions):
    found = settlement.resolve(decisions).releases.merge(decisions[KEY])
    return found["destination"].item()


@pytest.mark.parametrize(
    ("said", "goes_to"),
    [
        (("yes", "yes", "yes"), "retained_in_area"),
        (("no", "no", "no"), "retained_in_area"),
        ((True, False, True), "retained_in_area"),
        (("yes", "", "yes"), "awaiting_decision"),
        ((None, None, None), "awaiting_decision"),
    ],
)
def test_in_october_a_review_that_is_done_keeps_the_money_in_the_area(said, goes_to):
    assert destination(OCTOBER, decision(OCTOBER, *said)) == goes_to


@pytest.mark.parametrize(
    ("said", "goes_to"),
    [
        (("yes", "TRUE", 1), "recovery_plan"),
        (("yes", "yes", "no"), "nhs_england_directed"),
        (("no", "no", ""), "awaiting_decision"),
        ((float("nan"), 1, 1), "awaiting_decision"),
    ],
)
def test_in_december_a_recovery_plan_needs_all_three(said, goes_to):
    assert destination(DECEMBER, decision(DECEMBER, *said, action="recovery_plan")) == goes_to


@pytest.mark.parametrize("said", [("yes", "yes", "yes"), ("no", "no", "no"), ("", "", "")])
def test_in_december_a_contingency_plan_needs_no_decision(said):
    decided = decision(DECEMBER, *said, action="contingency_plan")
    assert destination(DECEMBER, decided) == "contingency_plan"
    pd.testing.assert_frame_equal(DECEMBER.resolve(decided).releases, DECEMBER.resolve().releases)


def test_a_release_stands_for_every_review_with_money_held_back():
    for settlement in (OCTOBER, DECEMBER):
        reviews = settlement.reviews.query("withheld_pence > 0").reset_index(drop=True)
        releases = settlement.resolve().releases
        pd.testing.assert_frame_equal(releases[KEY], reviews[KEY])
        assert releases["amount_pence"].tolist() == reviews["withheld_pence"].tolist()


def test_before_it_is_resolved_nothing_is_released():
    assert OCTOBER.releases.empty
    assert not OCTOBER.is_resolved
    assert OCTOBER.resolve().is_resolved
    assert OCTOBER.releases.dtypes.to_dict() == OCTOBER.resolve().releases.dtypes.to_dict()
    assert not (OCTOBER.ledger["from_account"] == "withheld").any()


def test_money_that_awaits_a_decision_does_not_move():
    pd.testing.assert_frame_equal(OCTOBER.resolve().ledger, OCTOBER.ledger)


def test_a_release_moves_in_the_ledger_with_its_rules():
    decided = decision(DECEMBER, "yes", "no", "yes", action="recovery_plan")
    moved = DECEMBER.resolve(decided).ledger.query("to_account == 'nhs_england_directed'")
    assert moved["source"].tolist() == ["B7, B6, B5"]
    assert moved["amount_pence"].tolist() == DECEMBER.reviews.merge(decided)["withheld_pence"].tolist()


def test_what_the_quarters_did_not_earn_goes_to_local_services_in_the_last_one():
    # 40 fewer planned, 25 fewer made: 15 at £1,490 are left.
    releases = quarters([10, 10, 10, 10], [0, 15, 0, 10]).resolve().releases
    assert releases.to_dict("records") == [
        {
            "area_code": "E06000001",
            "wave": "q3_2015_16",
            "line": "emergency_admissions",
            "destination": "nhs_commissioned_services",
            "amount_pence": 15 * 1_490_00,
        }
    ]


def test_before_the_last_quarter_is_due_nothing_is_released():
    assert quarters([10] * 4, [0] * 4, through="q2_2015_16").resolve().releases.empty


def test_quarters_without_data_go_on_waiting():
    # The last two are missing: 10 of the first 20 are left.
    releases = quarters([10] * 4, [5, 5, None, 9], on_missing="withhold").resolve().releases
    assert releases["amount_pence"].tolist() == [10 * 1_490_00]


def test_an_area_that_earned_it_all_has_nothing_to_release():
    assert quarters([10] * 4, [10] * 4).resolve().releases.empty


def test_every_destination_is_reached_on_the_examples():
    found = set()
    for settlement in (OCTOBER, DECEMBER, settled("july_2014")):
        decisions = settlement.reviews[KEY].assign(**dict.fromkeys(AGREEMENTS, "yes"))
        decisions["hwb_agrees"] = [("yes", "no", "")[place % 3] for place in range(len(decisions))]
        found |= set(settlement.resolve(decisions).releases["destination"])
    assert found == {
        "retained_in_area", "contingency_plan", "recovery_plan",
        "nhs_england_directed", "awaiting_decision", "nhs_commissioned_services",
    }  # fmt: skip


def test_all_faults_of_the_decisions_come_at_once():
    good = decision(OCTOBER, "yes", "yes", "yes")
    code, wave, line = good[KEY].iloc[0]
    rows = [
        (code, wave, line, "yes", "yes", "yes"),
        (code, wave, line, "no", "yes", "yes"),
        (code, "wave_3", line, "yes", "yes", "yes"),
        (code, wave, "delayed_transfer", "yes", "yes", "yes"),
        (code, wave, "conditions", "yes", "yes", "yes"),
        (code, wave, "reablement", "yes", "yes", "yes"),
        ("E06999999", wave, line, "yes", "yes", "yes"),
        ("Hartlepool", wave, line, "maybe", "", "yes"),
    ]
    with pytest.raises(bcf.InputError) as caught:
        OCTOBER.resolve(pd.DataFrame(rows, columns=[*KEY, *AGREEMENTS]))
    problems = caught.value.problems
    assert set(problems["table"]) == {"decisions"}
    found = problems[["reason", "area_code", "wave", "metric", "column", "value"]]
    assert sorted(found.itertuples(index=False, name=None)) == sorted(
        [
            ("duplicate_row", code, wave, line, "area_code", code),
            ("unknown_value", code, "wave_3", line, "wave", "wave_3"),
            ("unknown_value", code, wave, "delayed_transfer", "line", "delayed_transfer"),
            ("unknown_value", code, wave, "conditions", "line", "conditions"),
            ("unknown_value", code, wave, "reablement", "line", "reablement"),
            ("unknown_area", "E06999999", wave, line, "", ""),
            ("bad_code", "Hartlepool", wave, line, "area_code", "Hartlepool"),
            ("unknown_value", "Hartlepool", wave, line, "hwb_agrees", "maybe"),
        ]
    )
    assert (problems["fix"] != "").all()


def test_a_missing_column_of_the_decisions_is_named():
    good = decision(OCTOBER, "yes", "yes", "yes").rename(columns={"hwb_agrees": "hwb_agree"})
    with pytest.raises(bcf.InputError, match="rename the column 'hwb_agree'"):
        OCTOBER.resolve(good)
    with pytest.raises(bcf.InputError, match="missing_table"):
        OCTOBER.resolve("all of them")


def test_a_scheme_without_reviews_takes_no_decision():
    settlement = quarters([10] * 4, [0] * 4)
    row = settlement.payments[KEY].head(1).assign(**dict.fromkeys(AGREEMENTS, "yes"))
    with pytest.raises(bcf.InputError, match="triggered no review"):
        settlement.resolve(row)


def test_decisions_may_have_other_columns_and_are_left_as_they_are():
    given = decision(OCTOBER, "yes", "yes", "yes").assign(metric="my note", minutes="page 3")
    before = given.copy()
    OCTOBER.resolve(given)
    pd.testing.assert_frame_equal(given, before)


@pytest.mark.parametrize(
    ("scheme", "changes", "fault"),
    [
        ("october_2013", {"destination": "paid"}, "kept for an account"),
        ("july_2014", {"remainder": "withheld"}, "kept for an account"),
        ("july_2014", {"unearned_to": "awaiting_decision"}, "kept for an account"),
        ("december_2013", {"review__actions__0__needs_decision": False}, "needs a decision"),
    ],
)
def test_a_scheme_that_leaves_money_nowhere_to_go_is_refused(scheme, changes, fault):
    with pytest.raises(bcf.SchemeError, match=fault):
        bcf.load_scheme(scheme).replace(**changes)


def test_a_fixed_pot_needs_destinations_and_a_planned_value_has_its_own():
    october, july = bcf.load_scheme("october_2013"), bcf.load_scheme("july_2014")
    review = october.review.model_dump(exclude_none=True)
    with pytest.raises(bcf.SchemeError, match=r"pot\.unearned_to"):
        july.replace(review=review)
    for rule in ("destination", "needs_decision"):
        del review["actions"][0][rule]
    with pytest.raises(bcf.SchemeError, match="say where money that is held back goes") as caught:
        october.replace(review=review)
    assert len(caught.value.faults) == 2
    assert july.replace(review=review).review.actions[0].destination is None


def test_without_decisions_every_face_says_where_unearned_money_goes(tmp_path, capsys):
    from bcf_payments.cli import main

    assert main(["settle", "--scheme", "july_2014", "--out", str(tmp_path)]) == 0
    written = pd.read_csv(tmp_path / "releases.csv")
    settled = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold")
    assert settled.releases.empty
    assert written["amount_pence"].sum() == settled.resolve().releases["amount_pence"].sum() > 0
    assert set(written["destination"]) == {"nhs_commissioned_services"}
    assert "NHS commissioned services" in capsys.readouterr().out
    sheets = pd.read_excel(
        bcf.write_workbook(settled, tmp_path / "july.xlsx"), sheet_name=None, engine="openpyxl"
    )
    assert len(sheets["releases"].dropna(subset="destination")) == len(written)
