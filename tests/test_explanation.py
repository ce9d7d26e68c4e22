import json
import pickle
import re
from fractions import Fraction

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments import cli, words
from bcf_payments.tables.lookup import code_of

from .samples import settled

HARTLEPOOL, CITY, BIRMINGHAM, OXFORDSHIRE = "E06000001", "E09000001", "E08000025", "E10000025"


def one_line(explanation):
    return " ".join(str(explanation).split())


def step(explanation, title, **where):
    steps = explanation.to_frame()
    chosen = steps["title"] == title
    for column, value in where.items():
        chosen &= steps[column] == value
    return steps[chosen].iloc[0]


def test_a_step_is_formula_numbers_result_and_rules():
    earned = step(settled().explain(HARTLEPOOL), "Earned", wave="wave_1", line="emergency_admissions")
    assert "what it can earn × the achievement" in earned["formula"]
    assert earned["numbers"] == "£213,079.36 × (61/149)"
    assert earned["result"] == "£87,233.83"
    assert earned["result_pence"] == 8_723_383 == 21_307_936 * 61 // 149
    assert (earned["source"], earned["basis"]) == ("A14, G1", "assumed")


def test_rates_are_shown_as_they_were_written():
    explanation = settled().explain(HARTLEPOOL)
    planned = step(explanation, "The improvement planned", wave="wave_1", line="delayed_transfers")
    assert planned["numbers"] == "(1,788 ÷ 72,627) - (1,654 ÷ 72,627)"
    assert planned["result"] == "134/72,627 (184.5 per 100,000 better)"
    kept = step(explanation, "The improvement planned", wave="wave_2", line="reablement")
    assert (kept["formula"], kept["numbers"]) == ("target - baseline", "(86.8 ÷ 100) - (85.8 ÷ 100)")


def test_rates_over_different_denominators_keep_their_own():
    areas, plans, outcomes, assurance = bcf.load_example("two_waves")
    mine = (outcomes["area_code"] == HARTLEPOOL) & (outcomes["metric"] == "delayed_transfers")
    outcomes["outcome_denominator"] = outcomes["outcome_denominator"].astype(object)
    outcomes.loc[mine, "outcome_denominator"] = "72700.5"
    explanation = bcf.settle(areas, plans, outcomes, assurance, on_missing="withhold").explain(HARTLEPOOL)
    achieved = step(explanation, "The improvement achieved", wave="wave_1", line="delayed_transfers")
    assert achieved["numbers"] == "(1,788 ÷ 72,627) - (2,563 ÷ 72,700.5)"


def test_weights_are_shown_as_they_were_written():
    areas, *rest = bcf.load_example("two_waves")
    areas["nhs_weight"] = areas["nhs_weight"] / 4
    explanation = bcf.settle(areas, *rest, on_missing="withhold").explain(HARTLEPOOL)
    spread = step(explanation, "Money distributed by formula")
    assert spread["numbers"] == "£2,800,000,000.00 × 23,147.5 ÷ 13,579,154.5"


def test_the_largest_remainder_is_said():
    text = one_line(settled().explain(HARTLEPOOL))
    assert "Before rounding: £4,772,977.58 and 3,228,778/27,158,309 of a penny; rounded down." in text
    assert "17,118,085/27,158,309 of a penny; this area gets one of the pence left over." in text


def test_a_plan_without_improvement_is_explained():
    text = one_line(settled().explain(CITY))
    assert "it asked for no improvement, and the outcome falls short of it" in text
    assert "The target is no better than the baseline, so it only has to be kept." in text
    assert "a target no better than the baseline pays in full if it is kept (G3)" in text


def test_missing_rows_are_named_with_what_they_cost():
    settlement = settled()
    explanation = settlement.explain(BIRMINGHAM)
    text = one_line(explanation)
    assert "There is no outcome for this metric." in text
    assert "There is no plan for this metric." in text
    cost = step(explanation, "What missing data cost")
    assert cost["result_pence"] == 253_458_343 + 202_766_674
    assert "(G4)" in text


def test_a_plan_that_was_not_approved_is_explained():
    text = one_line(settled().explain(OXFORDSHIRE))
    assert "The plan is not approved, so nothing is paid here." in text
    assert "It is held back because the plan is not approved." in text
    july = one_line(settled("july_2014").explain(OXFORDSHIRE))
    assert "The area's plan is not approved; under this scheme no payment depends on that." in july


def test_conditions_are_listed_one_by_one_and_a_late_plan_is_said():
    areas, plans, outcomes, assurance = bcf.load_example("two_waves")
    mine = assurance["area_code"] == HARTLEPOOL
    assurance["submitted_on"] = "2014-04-30"
    assurance.loc[mine, "submitted_on"] = "2014-05-02"
    assurance["acute_impact_agreed"] = assurance["acute_impact_agreed"].astype(object)
    assurance.loc[mine, "acute_impact_agreed"] = "no"
    text = one_line(bcf.settle(areas, plans, outcomes, assurance, on_missing="withhold").explain(HARTLEPOOL))
    assert "Met: Social care services are protected." in text
    assert "Not met: The consequences for local providers are agreed." in text
    assert "The plan came late: on 2 May 2014, and the last day was 30 April 2014." in text
    assert "It is held back because the plan came late." in text


def test_the_mean_is_worked_out_where_it_decides():
    scheme = bcf.load_scheme("december_2013").replace(review__scope="mean")
    explanation = settled(scheme).explain(CITY)
    first = step(explanation, "Wave 1: April 2015: Emergency (non-elective) admissions")
    assert (
        first["numbers"]
        == "(1 + 11/23) ÷ 2 = 17/23 (about 73.9%) is below 1 (100%), and not below 7/10 (70%)"
    )
    assert first["result"] == "a contingency plan follows"
    assert "All missed lines of a payment point are judged by the mean achievement" in one_line(explanation)


def test_a_quarter_made_good_later_is_explained():
    explanation = settled("july_2014").explain(HARTLEPOOL)
    text = one_line(explanation)
    assert (
        "£198,170.00 is earned here: all £123,670.00 of this payment point, and £74,500.00 of earlier ones."
        in text
    )
    assert "Achieved up to here: 30 + 133 = 163. Planned up to here: 166." in text
    pot = step(explanation, "The pot")
    assert pot["numbers"] == "£1,490.00 × 337 = £502,130.00, at most £1,704,634.85"
    assert "This scheme has no reviews" in text


def test_quarters_that_stand_alone_are_explained():
    scheme = bcf.load_scheme("july_2014").replace(cumulative=False)
    earned = step(settled(scheme).explain(HARTLEPOOL), "Earned", wave="q4_2014_15")
    assert earned["numbers"] == "£123,670.00 × (30/83)"
    assert earned["source"].startswith("user")


def test_no_pot_without_a_whole_plan():
    text = one_line(settled("july_2014").explain(BIRMINGHAM))
    assert "There is no plan for July to September 2015 and October to December 2015." in text
    assert "Without a whole plan there is no pot, so what it costs cannot be told in pounds." in text


def test_what_is_not_due_is_said():
    explanation = settled(through="wave_1").explain(HARTLEPOOL)
    assert explanation.through == "wave_1"
    assert explanation.totals.not_due_pence == 85_231_745
    assert "Not due yet: £170,463.49 can be earned when the payment point comes." in one_line(explanation)


def test_metrics_that_are_only_watched_are_told_apart():
    scheme = bcf.load_scheme("july_2014")
    areas, plans, outcomes, assurance = bcf.load_example("p4p_2015_16")
    key = {"area_code": HARTLEPOOL, "wave": "q4_2014_15", "metric": "reablement"}
    plan = key | {"baseline_numerator": 80, "baseline_denominator": 100}
    plan |= {"target_numerator": 85, "target_denominator": 100}
    plans = pd.concat([plans, pd.DataFrame([plan])], ignore_index=True)
    outcome = key | {"outcome_numerator": 90, "outcome_denominator": 100}
    outcomes = pd.concat([outcomes, pd.DataFrame([outcome])], ignore_index=True)
    text = one_line(
        bcf.settle(areas, plans, outcomes, assurance, scheme, on_missing="withhold").explain(HARTLEPOOL)
    )
    assert "1 reading of metrics that are watched; nothing is paid on them." in text
    assert "The target is met. The figures are: the baseline 80%, the target 85% and the outcome 90%." in text


def test_every_form_says_the_same():
    explanation = settled().explain(HARTLEPOOL)
    frame, data = explanation.to_frame(), explanation.to_dict()
    assert data["format_version"] == 1
    told = [step["pence"] for section in data["sections"] for step in section["steps"]]
    assert [pence for pence in told if pence is not None] == frame["result_pence"].dropna().tolist()
    assert json.loads(json.dumps(data)) == data
    assert explanation._repr_markdown_() == explanation.to_markdown()
    assert re.findall(r"£[\d,]+\.\d\d", explanation.to_markdown()) == re.findall(
        r"£[\d,]+\.\d\d", one_line(explanation)
    )
    assert pickle.loads(pickle.dumps(explanation)) == explanation  # noqa: S301
    assert repr(explanation).startswith("<Explanation of Hartlepool (E06000001) under october_2013: ")


def test_the_notices_stand_in_every_form():
    settlement = settled()
    explanation = settlement.explain(HARTLEPOOL)
    assert len(settlement.notices) == 2
    for notice in settlement.notices:
        assert notice in one_line(explanation)
        assert notice in explanation.to_markdown()
        assert notice in explanation.to_dict()["notices"]
        assert notice in explanation.to_frame().attrs["notices"]


def test_names_mean_nothing_to_markdown():
    areas, *rest = bcf.load_example("two_waves")
    areas.loc[areas["area_code"] == HARTLEPOOL, "area_name"] = "A *bold* [name](x) <b>"
    explanation = bcf.settle(areas, *rest, on_missing="withhold").explain(HARTLEPOOL)
    assert r"A \*bold\* \[name\](x) \<b\>" in explanation.to_markdown()


def test_numbers_of_any_size_are_explained():
    areas, plans, outcomes, assurance = bcf.load_example("two_waves")
    for table, column in ((plans, "target_denominator"), (outcomes, "outcome_numerator")):
        table[column] = table[column].astype(object)
        mine = (table["area_code"] == HARTLEPOOL) & (table["metric"] == "delayed_transfers")
        table.loc[mine, column] = "1e300" if column == "outcome_numerator" else "3e-300"
    settlement = bcf.settle(areas, plans, outcomes, assurance, on_missing="withhold")
    text = one_line(settlement.explain(HARTLEPOOL))
    assert "about 1.000000e+300" in text
    assert len(max(text.split(), key=len)) < 80


def test_an_unknown_code_gets_near_ones():
    with pytest.raises(bcf.InputError, match="E06000001") as caught:
        settled().explain("E0600001")
    assert caught.value.problems.loc[0, "reason"] == "unknown_area"
    with pytest.raises(bcf.InputError, match=r"did you mean E06000001 \(Hartlepool\)"):
        settled().explain("Hartlepool")


def test_areas_are_found_by_code_name_or_part_of_a_name():
    areas = bcf.load_example("two_waves").areas
    assert (
        code_of(areas, "e06000001")
        == code_of(areas, " HARTLEPOOL ")
        == code_of(areas, "artlep")
        == HARTLEPOOL
    )
    assert code_of(areas, "York") == "E06000014"
    with pytest.raises(bcf.InputError, match=r"or one of .* more"):
        code_of(areas, "shire")
    with pytest.raises(bcf.InputError, match=r"E06000001 \(Hartlepool\)"):
        code_of(areas, "Hartelpool")
    with pytest.raises(bcf.InputError, match="give the code of an area"):
        code_of(areas, "")


def test_the_command_takes_a_name(capsys):
    assert cli.main(["explain", "city of london", "--scheme", "july_2014", "--through", "q1_2015_16"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("How the money of City of London (E09000001) comes about\n====")
    assert "the embedded example p4p_2015_16, as no INPUT was given" in shown
    assert "--on-missing\n            withhold" in shown or "--on-missing withhold" in shown
    assert max(map(len, shown.splitlines())) <= 100


def test_the_command_writes_markdown(capsys):
    assert cli.main(["explain", HARTLEPOOL, "--example", "two_waves", "--markdown"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# How the money of Hartlepool (E06000001) comes about\n")
    assert "- Input: the embedded example two_waves" in shown


def test_the_command_offers_near_names(capsys):
    assert cli.main(["explain", "Hartlepol"]) == 1
    assert "did you mean E06000001 (Hartlepool)?" in capsys.readouterr().err


def test_a_name_cannot_move_the_cursor(tmp_path, capsys):
    tables = bcf.load_example("two_waves")
    tables.areas.loc[0, "area_name"] = "Hartle\x1b[2Jpool"
    bcf.write_tables(tables._asdict(), tmp_path)
    assert cli.main(["explain", HARTLEPOOL, str(tmp_path), "--on-missing", "withhold"]) == 0
    assert "\x1b" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("share", "landmarks", "told"),
    [
        (Fraction(7, 10), (), "70%"),
        (Fraction(2, 3), (), "about 66.7%"),
        (Fraction(-1, 3), (), "about -33.3%"),
        (Fraction(699_999_999, 1_000_000_001), (Fraction(7, 10),), "about 69.9999998%"),
        (Fraction(1, 10**7 + 1), (), "about 0.000010%"),
        (1 - Fraction(1, 3 * 10**6), (), "about 99.99997%"),
        (1 - Fraction(1, 3 * 10**20), (), "just under 100%"),
        (Fraction(1, 3) - Fraction(1, 10**30), (Fraction(1, 3),), "just under 100/3%"),
    ],
)
def test_a_percentage_is_never_rounded_onto_a_threshold(share, landmarks, told):
    assert words.per_cent(share, landmarks) == told


def test_a_resolved_settlement_says_where_held_back_money_went():
    december = bcf.settle(*bcf.load_example("two_waves"), "december_2013", on_missing="withhold")
    key = ["area_code", "wave", "line"]
    mine = december.reviews.query("area_code == 'E06000001' and action == 'recovery_plan'")
    decisions = mine[key].head(1).assign(hwb_agrees=1, nhs_england_agrees=1, peer_reviewer_agrees=0)
    resolved = december.resolve(decisions)
    assert "Where money that was held back went" not in str(december.explain("E06000001"))
    explained = resolved.explain("E06000001")
    assert "goes to: NHS England directed" in str(explained)
    assert str(explained).count("awaits a decision") == len(mine) - 1
    frame = explained.to_frame().query("figure == 'released_pence'")
    releases = resolved.releases.query("area_code == 'E06000001'")
    assert frame["result_pence"].tolist() == releases["amount_pence"].tolist()


def test_what_july_2014_did_not_earn_is_explained_once_resolved():
    july = bcf.settle(*bcf.load_example("p4p_2015_16"), "july_2014", on_missing="withhold").resolve()
    amount = july.releases.query("area_code == 'E06000001'")["amount_pence"].item()
    assert (
        july.explain("E06000001").to_frame().query("figure == 'released_pence'")["result_pence"].item()
        == amount
    )


def test_no_fact_of_the_fund_is_told_of_money_that_a_scheme_sends_elsewhere(tmp_path):
    scheme = bcf.load_scheme("october_2013").replace(review__actions__0__destination="warm_homes_fund")
    settled = bcf.settle(*bcf.load_example("two_waves"), scheme, on_missing="withhold").resolve()
    explanation = settled.explain("E06000001")
    assert "stays with the area" not in str(explanation)
    assert "warm homes fund" in " ".join(str(explanation).split())
    assert not explanation.to_frame()["source"].str.contains("G5").any()
    assert not settled.ledger["source"].str.contains("G5").any()
    page = bcf.write_report(settled, tmp_path / "report.html").read_text(encoding="utf-8")
    assert "stays with the area" not in page
    assert "always within its area" not in page


def test_the_built_in_schemes_say_that_the_money_stays_with_the_area():
    settled = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    assert "The money stays with the area." in str(settled.explain("E06000001"))
