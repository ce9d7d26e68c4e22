"""A scheme is short to write, easy to change, and told what is wrong with it as people count and speak."""

import datetime as dt
import json
import pickle
import re
from pathlib import Path

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments import cli
from bcf_payments.schemes.facts import facts

PAGE = (Path(__file__).parents[1] / "docs/schemes.md").read_text(encoding="utf-8")
FIRST, *BLOCKS = re.findall(r"^~~~toml\n(.*?)^~~~", PAGE, re.DOTALL | re.MULTILINE)
LINE = {"metric": "reablement", "share": 0, "curve": "proportional",
        "period": {"start": "2014-04-01", "end": "2015-03-31"}}  # fmt: skip


@pytest.mark.parametrize("block", BLOCKS)
def test_every_piece_of_a_scheme_on_the_page_is_one_by_itself_or_with_the_first(block):
    if block.startswith("name"):
        scheme = bcf.Scheme.from_toml(block)
    elif block.startswith("curves"):
        scheme = bcf.Scheme.from_toml(FIRST.replace("curves.in_proportion = [[0, 0], [1, 1]]\n", block))
    else:
        scheme = bcf.Scheme.from_toml(FIRST + block)
    assert bcf.Scheme.from_toml(scheme.to_toml()) == scheme


@pytest.fixture
def october():
    return bcf.load_scheme("october_2013")


def test_a_first_scheme_takes_twenty_lines_and_pays():
    assert sum(bool(line.strip()) for line in FIRST.splitlines()) <= 20
    key = {"area_code": ["AA", "BB"], "wave": "spring", "metric": "falls"}
    settlement = bcf.settle(
        pd.DataFrame({"area_code": ["AA", "BB"], "area_name": ["Aford", "Bham"], "region": "Here"}).assign(
            older_residents=[1, 2]
        ),
        pd.DataFrame(key).assign(
            baseline_numerator=80, baseline_denominator=100, target_numerator=60, target_denominator=100
        ),
        pd.DataFrame(key).assign(outcome_numerator=[70, 60], outcome_denominator=100),
        pd.DataFrame({"area_code": ["AA", "BB"], "plan_status": "approved", "warm_homes": ["no", "yes"]}),
        scheme=bcf.Scheme.from_toml(FIRST),
        verify=True,
    )
    assert settlement.payments["earned_pence"].to_list() == [0, 10_000, 20_000, 40_000]


def test_a_bare_value_is_an_assumption_of_who_wrote_the_scheme():
    scheme = bcf.Scheme.from_toml(FIRST)
    assert {(rule.source, rule.basis) for _, rule in scheme.cited()} == {(("own",), "assumed")}
    assert scheme.changed_rules == 0
    assert "source" not in scheme.to_toml()
    assert bcf.Scheme.from_toml(scheme.to_toml()) == scheme


def test_a_title_that_nobody_gives_is_the_name_in_words():
    scheme = bcf.Scheme.from_toml(FIRST)
    told = scheme.title, scheme.waves[0].title, scheme.metrics["falls"].title
    assert told == ("Healthy ageing", "Spring", "Falls")


def test_a_table_without_source_or_basis_is_no_bare_value(october):
    data = october.model_dump(mode="json")
    del data["pot"]["weight"]["source"]
    data["pot"]["amount_pounds"] = {"source": ["F4"], "basis": "stated"}
    with pytest.raises(bcf.SchemeError) as error:
        bcf.Scheme.from_dict(data)
    assert error.value.told == [
        ("pot.amount_pounds", "has no value"),
        ("pot.weight.source", "is missing"),
    ]


@pytest.mark.parametrize("name", bcf.available_schemes())
def test_a_scheme_survives_json_and_is_told_in_a_line(name):
    scheme = bcf.load_scheme(name)
    assert bcf.Scheme.from_dict(json.loads(scheme.model_dump_json())) == scheme
    assert bcf.Scheme.from_dict(scheme.model_dump()) == scheme
    assert str(scheme) == f"{name}: {scheme.title}"
    assert len(str(scheme.replace(title="a\nb\x1b")).splitlines()) == 1


def test_what_may_be_left_out_is_taken_away_by_none(october):
    short = october.replace(
        review=None, areas_expected=None, announced_pounds=None, waves__0__lines__0__submit_by=None
    )
    assert (short.review, short.areas_expected, short.announced_pounds) == (None, None, None)
    assert short.waves[0].lines[0].submit_by is None
    back = short.replace(waves__0__lines__0__submit_by=dt.date(2014, 4, 30), areas_expected=151)
    assert back.waves[0].lines[0].submit_by.value == october.waves[0].lines[0].submit_by.value
    assert back.areas_expected.source == ("user",)
    assert "all_or_nothing" not in october.replace(curves__all_or_nothing=None).curves
    with pytest.raises(bcf.SchemeError, match="area_code_pattern: is missing"):
        october.replace(area_code_pattern=None)


def test_metrics_and_lines_are_added_by_their_place(october):
    metric = {"unit": "per_100_000", "direction": "lower"}
    lines = [*october.waves[0].lines, LINE | {"metric": "falls"}]
    changed = october.replace(metrics__falls=metric, waves__0__lines=lines)
    assert changed.waves[0].lines[-1].period.value.end == dt.date(2015, 3, 31)
    assert changed.metrics["falls"].title == "Falls"
    assert changed.waves[0].lines[:-1] == october.waves[0].lines
    assert changed.changed_rules == 6


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"waves__0__lines__7__share": 1}, "unknown rule 'waves__0__lines__7__share'; did you mean"),
        ({"waves__0__lines__0__shares": 1}, "unknown rule"),
        ({"pot__amount_pounds__value": 1}, "did you mean 'pot__amount_pounds'"),
        ({"review": None, "review__scope": "mean"}, "another of these changes"),
    ],
)
def test_a_change_that_leads_nowhere_is_refused(changes, fault, october):
    with pytest.raises(bcf.SchemeError, match=fault):
        october.replace(**changes)


def test_messages_count_from_one_and_problems_have_paths(october):
    with pytest.raises(bcf.SchemeError) as error:
        october.replace(waves__0__lines__1__share=2, curves__steep=[[0, 0], [1, 2], [1, "x"]])
    assert "wave 1, line 2, share: 2 is not between 0 and 1" in str(error.value)
    assert "curves.steep, item 3, item 2: " in str(error.value)
    assert {"curves.steep.value.2.1", "waves.0.lines.1.share"} < set(error.value.problems["where"])


@pytest.mark.parametrize(
    "data", [None, 5, "text", [], {}, {1: 2}, {"waves": 5}, {"metrics": {1: {}}}, {"pot": {}}]
)
def test_what_is_no_scheme_is_refused_without_a_word_of_the_validator(data):
    with pytest.raises(bcf.SchemeError) as error:
        bcf.Scheme.from_dict(data)
    words = r"[Ii]nput|pydantic|dictionary|tuple|<|validation|Mapping|object"
    assert not re.search(words, str(error.value)), str(error.value)


def wales(codes=("W06000001", "W06000002"), names=("Ynys Môn", "Gwynedd")):
    """Areas, plans and outcomes of a scheme of Wales, in which a council and a visitor agree."""
    scheme = bcf.Scheme.from_toml(FIRST).replace(
        area_code_pattern=r"W\d{8}|WALES",
        nation="Wales",
        waves__0__lines=[LINE | {"metric": "falls", "curve": "in_proportion", "share": 1}],
        conditions=None,
        review={"scope": "each", "actions": [
            {"action": "visit", "trigger_below": "1/2", "destination": "kept",
             "destination_otherwise": "elsewhere", "needs_decision": True,
             "agreed_by": ["council", "visitor"]},
            {"action": "call", "trigger_below": 1, "destination": "kept", "needs_decision": True},
        ]},
    )  # fmt: skip
    key = {"area_code": codes, "wave": "spring", "metric": "falls"}
    areas = pd.DataFrame({"area_code": codes, "area_name": names, "region": "North", "older_residents": 1})
    plans = pd.DataFrame(key).assign(
        baseline_numerator=80, baseline_denominator=100, target_numerator=60, target_denominator=100
    )
    outcomes = pd.DataFrame(key).assign(outcome_numerator=[78, 65], outcome_denominator=100)
    return {"areas": areas, "plans": plans, "outcomes": outcomes, "scheme": scheme}


def test_the_scheme_names_the_nation_and_who_must_agree(tmp_path):
    settlement = bcf.settle(**wales(), verify=True)
    assert settlement.whole == "Wales"
    assert bcf.compare(settlement, settlement)["area_code"].iloc[-1] == "WALES"
    assert settlement.scheme.agreements == ("council_agrees", "visitor_agrees", "reviewer_agrees")
    decisions = settlement.reviews[["area_code", "wave", "line"]].assign(
        council_agrees=["yes", ""], visitor_agrees=["no", ""], reviewer_agrees=["", "yes"]
    )
    assert settlement.resolve(decisions).releases["destination"].to_list() == ["elsewhere", "kept"]
    undecided = decisions.assign(visitor_agrees="", reviewer_agrees="")
    assert set(settlement.resolve(undecided).releases["destination"]) == {"awaiting_decision"}
    with pytest.raises(bcf.InputError, match="visitor_agrees"):
        settlement.resolve(decisions.drop(columns="visitor_agrees"))
    settlement.write(tmp_path)
    assert "visitor_agrees" in (tmp_path / "reviews.csv").read_text(encoding="utf-8")
    told = str(settlement.explain("W06000002")) + (tmp_path / "README.txt").read_text(encoding="utf-8")
    assert "kept if council and visitor agree, and else elsewhere" in " ".join(told.split())
    assert not re.search("England|NHS|HWB", told)


def test_without_a_nation_all_areas_are_called_so():
    given = wales()
    settlement = bcf.settle(**given | {"scheme": given["scheme"].replace(nation=None)})
    assert settlement.whole == "All areas"
    assert settlement.summary()["nation"].to_list() == ["ALL AREAS"]


@pytest.mark.parametrize(
    ("codes", "names", "column"),
    [
        (("W06000001", "WALES"), ("Ynys Môn", "Gwynedd"), "area_code"),
        (("W06000001", "W06000002"), ("Ynys Môn", "wales"), "area_name"),
    ],
)
def test_no_area_is_called_or_coded_like_the_whole(codes, names, column):
    with pytest.raises(bcf.InputError) as error:
        bcf.settle(**wales(codes, names))
    problem = error.value.problems.iloc[0]
    assert (problem["reason"], problem["column"]) == ("bad_code", column)
    assert "WALES stands for all areas together" in problem["fix"]


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        (
            {"agreed_by": ["council", "council"]},
            "action 1, agreed_by: the name 'council' stands twice",
        ),
        ({"needs_decision": False, "destination_otherwise": None}, "agreed_by: there is nothing to agree"),
    ],
)
def test_who_must_agree_fits_the_action(rule, fault):
    with pytest.raises(bcf.SchemeError, match=fault):
        wales()["scheme"].replace(**{f"review__actions__0__{name}": value for name, value in rule.items()})


FACTS = """# What we know

| key | document |
|---|---|
| PLAN | The plan for healthy ageing |

| id | fact | source | basis |
|---|---|---|---|
| P1 | `Falls` are counted by ambulance services | PLAN | stated |
| P2 | Half of the money follows older residents | - | assumed |
"""


def with_facts(folder, *changes, facts=FACTS):
    """A scheme that cites facts of a file beside it, written into a folder."""
    folder.mkdir(exist_ok=True)
    (folder / "my_facts.md").write_text(facts, encoding="utf-8")
    weight = '{ value = "older_residents", source = ["P2"], basis = "assumed" }'
    text = FIRST.replace('"older_residents"', weight).replace(
        '"per_100_000"', '{ value = "per_100_000", source = ["P1", "A4"], basis = "assumed" }'
    )
    for old, new in changes:
        text = text.replace(old, new)
    file = folder / "mine.toml"
    file.write_text('facts = "my_facts.md"\n' + text, encoding="utf-8")
    return file


def test_facts_beside_a_scheme_go_with_it_and_are_shown(tmp_path, capsys):
    scheme = bcf.load_scheme(with_facts(tmp_path))
    assert scheme.facts["P1"].says == "Falls are counted by ambulance services"
    assert scheme.facts["P1"].documents == ("The plan for healthy ageing",)
    assert bcf.Scheme.from_toml(scheme.to_toml()) == scheme
    assert pickle.loads(pickle.dumps(scheme)) == scheme  # noqa: S301 - our own
    assert bcf.Scheme.from_dict(json.loads(scheme.model_dump_json())) == scheme
    changed = scheme.replace(pot__amount_pounds=1, conditions=None, waves=wales()["scheme"].waves)
    page = bcf.settle(**wales(("AA", "BB")) | {"scheme": changed}).explain("AA").to_html()
    assert "Half of the money follows older residents. <em>Assumed.</em>" in page
    assert cli.main(["schemes", str(tmp_path / "mine.toml")]) == 0
    assert "Half of the money follows older residents" in capsys.readouterr().out


def test_where_there_are_facts_every_source_is_one_of_them_and_no_rule_surer(tmp_path):
    file = with_facts(
        tmp_path, ('"P1", "A4"', '"P1", "P9"'), ('["P2"], basis = "assumed"', '["P2"], basis = "stated"')
    )
    with pytest.raises(bcf.SchemeError) as error:
        bcf.load_scheme(file)
    assert error.value.told == [
        ("pot.weight.basis", "cannot be stated: it rests on P2, which is assumed"),
        (
            "metrics.falls.unit.source",
            f"unknown fact 'P9'; known: P1, P2, {', '.join(list(facts())[:10])} ...",
        ),
    ]


@pytest.mark.parametrize(
    ("name", "facts", "fault"),
    [
        ("../my_facts.md", FACTS, "is no file beside the scheme's"),
        ("elsewhere.md", FACTS, "is no file beside the scheme's"),
        ("link.md", FACTS, "is no file beside the scheme's"),
        ("..", FACTS, "is no file beside the scheme's"),
        ("a\\u0000b", FACTS, "is no file beside the scheme's"),
        ("my_facts.md", "no table", "has no row of a fact, such as | P1 |"),
    ],
)
def test_a_file_of_facts_stands_beside_the_scheme_or_is_refused(name, facts, fault, tmp_path):
    file = with_facts(tmp_path / "schemes", ('"my_facts.md"', f'"{name}"'), facts=facts)
    (tmp_path / "my_facts.md").write_text(FACTS, encoding="utf-8")
    (tmp_path / "schemes/link.md").symlink_to(tmp_path / "my_facts.md")
    file.write_text(file.read_text(encoding="utf-8").replace("my_facts.md", name), encoding="utf-8")
    with pytest.raises(bcf.SchemeError) as error:
        bcf.load_scheme(file)
    assert fault in str(error.value)


def test_text_alone_leads_to_no_file(tmp_path):
    text = with_facts(tmp_path).read_text(encoding="utf-8")
    with pytest.raises(bcf.SchemeError, match="only load_scheme"):
        bcf.Scheme.from_toml(text)
