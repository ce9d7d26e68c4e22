"""The report is valid, ties to the penny, escapes what is not its own, and says what the settlement says."""

import base64
import hashlib
import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest

import bcf_payments as bcf
from bcf_payments import cli
from bcf_payments.examples import NOTICES
from bcf_payments.explanation.figures import Figures
from bcf_payments.files import write_tables
from bcf_payments.html.document import NOT_THE_OTHER_SETTLEMENT
from bcf_payments.html.elements import VOID, html
from bcf_payments.report import report_html
from bcf_payments.report.chance import ChanceBeside, chance_beside
from bcf_payments.schemes.facts import facts
from bcf_payments.simulation.settings import high_setting
from bcf_payments.words import pounds, short_pounds

from .samples import example, settled

ROOT = Path(__file__).parent.parent
HARTLEPOOL, BOURNEMOUTH, BIRMINGHAM, SOLIHULL, LEEDS = (
    "E06000001", "E06000028", "E08000025", "E08000029", "E08000035",
)  # fmt: skip
CITY, ESSEX, KENT, OXFORDSHIRE, STAFFORDSHIRE = (
    "E09000001",
    "E10000012",
    "E10000016",
    "E10000025",
    "E10000028",
)
AREAS = (HARTLEPOOL, BOURNEMOUTH, BIRMINGHAM, SOLIHULL, LEEDS, CITY, ESSEX, KENT, OXFORDSHIRE, STAFFORDSHIRE)
"""With and without missing data, plans that were not approved, and the smallest area."""

SETTLEMENTS = [
    ("october_2013", None),
    ("december_2013", None),
    ("july_2014", None),
    ("october_2013", "wave_1"),
    ("july_2014", "q2_2015_16"),
]
every_settlement = pytest.mark.parametrize(
    ("scheme", "through"), SETTLEMENTS, ids=lambda name: name or "all due"
)


@cache
def page_of(scheme, through=None):
    return Page(report_html(settled(scheme, AREAS, through=through)))


@cache
def chance_of(scheme, through=None, expected="baseline"):
    areas, plans, outcomes, assurance = example(scheme, AREAS)
    return bcf.simulate(
        areas,
        plans,
        assurance,
        scheme,
        outcomes=outcomes,
        model=bcf.OutcomeModel(expected=expected, on_unknown_size="hold"),
        draws=200,
        through=through,
        on_missing="withhold",
    )


class Element(NamedTuple):
    """An element of a page; its text is that of the page between two places."""

    name: str
    attributes: dict[str, str | None]
    page: "Page"
    begins: int

    @property
    def text(self):
        return "".join(self.page.texts[self.begins : self.page.ends.get(id(self))])


class Page(HTMLParser):
    """A page as a list of its elements; one that is not well formed is refused."""

    def __init__(self, source):
        super().__init__(convert_charrefs=True)
        self.source, self.open, self.elements, self.texts, self.ends = source, [], [], [], {}
        self.feed(source)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        assert len({name for name, _ in attrs}) == len(attrs), attrs
        element = Element(tag, dict(attrs), self, len(self.texts))
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        element = self.open.pop()
        assert element.name == tag
        self.ends[id(element)] = len(self.texts)

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, name):
        return [element for element in self.elements if element.name == name]

    def values(self, attribute):
        return [e.attributes[attribute] for e in self.elements if attribute in e.attributes]

    def tables(self):
        return [
            [[cell.strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)] for row in rows]
            for rows in (
                re.findall(r"<tr>(.*?)</tr>", table)
                for table in re.findall(r"<table>.*?</table>", self.source)
                if "<tfoot>" in table
            )
        ]


def number(cell):
    """Pence or a count; None for any other cell."""
    text = re.sub(r"<[^>]+>", "", cell)
    return int(re.sub(r"[£,.]", "", text)) if re.fullmatch(r"-?(£[\d,]+\.\d\d|[\d,]+)", text) else None


@every_settlement
def test_every_table_with_a_total_adds_up_to_it(scheme, through):
    added = 0
    for heads, *rows, total in page_of(scheme, through).tables():
        for place in range(1, len(heads)):
            if (whole := number(total[place])) is not None:
                assert sum(number(row[place]) for row in rows) == whole, heads[place]
                added += 1
    assert added >= 15


@every_settlement
def test_the_first_page_has_the_figures_of_the_settlement(scheme, through):
    nation = settled(scheme, AREAS, through=through).summary().loc[0]
    due = int(nation["entitlement_pence"] - nation["not_due_pence"])
    held = int(nation["withheld_pence"] - nation["caught_up_pence"])
    earned, later = int(nation["earned_pence"]), int(nation["not_due_pence"])
    cards = [element.text for element in page_of(scheme, through).all("dd")[:10:2]]
    amounts = [int(amount) for amount in (nation["entitlement_pence"], due, earned, held, later)]
    assert cards == [f"{short_pounds(amount)} {pounds(amount)}" for amount in amounts]
    assert due == earned + held
    assert (
        f"{pounds(due)} due = {pounds(earned)} released + {pounds(held)} held back."
        in page_of(scheme, through).source
    )


@every_settlement
def test_the_page_is_well_formed_and_can_be_read_aloud(scheme, through):
    page = page_of(scheme, through)
    assert page.all("html")[0].attributes["lang"] == "en-GB"
    assert {"header", "nav", "main", "footer"} <= {element.name for element in page.elements}
    levels = [int(e.name[1]) for e in page.elements if re.fullmatch("h[1-6]", e.name)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.values("href") if link.startswith("#")} <= set(ids)
    assert set(page.values("for")) | set(page.values("aria-labelledby")) <= set(ids)
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(head.attributes.get("scope") in {"col", "row"} for head in page.all("th"))
    assert all(head.text for head in page.all("th"))
    for picture in page.all("svg"):
        assert picture.attributes.get("aria-label") or picture.attributes["aria-hidden"] == "true"


@every_settlement
def test_nothing_is_asked_of_the_network(scheme, through):
    page = page_of(scheme, through)
    assert not page.values("src")
    assert {link for link in page.values("href") if not link.startswith("#")} == {"data:,"}
    assert "url(" not in page.source
    assert "@import" not in page.source


def test_only_the_page_s_own_style_and_script_may_run():
    page = page_of("july_2014")
    rules = next(e.attributes["content"] for e in page.all("meta") if "http-equiv" in e.attributes)
    for name in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(page.all(name)[0].text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in rules
    assert rules.startswith("default-src 'none'")
    assert not page.values("style")
    assert not [name for e in page.elements for name in e.attributes if name.startswith("on")]


@every_settlement
def test_notices_stand_at_the_top_and_on_every_printed_page(scheme, through):
    page = page_of(scheme, through)
    header = page.all("header")[0].text
    assert all(notice in header for notice in NOTICES)
    printed = re.search(r'@bottom-left \{ content: "([^"]*)"', page.source)[1]
    read_back = "".join(chr(int(code, 16)) for code in printed.split("\\")[1:])
    assert read_back == " ".join(NOTICES)
    assert page.source.count(NOT_THE_OTHER_SETTLEMENT) == 1


def test_tables_of_one_s_own_carry_no_notice_of_the_example():
    tables = [table.copy() for table in example("october_2013", AREAS)]
    for table in tables:
        table.attrs.clear()
    page = report_html(bcf.settle(*tables, on_missing="withhold"))
    assert "Illustration" not in page
    assert "@bottom-left { content" not in page


@every_settlement
def test_each_area_is_explained_as_explain_does(scheme, through):
    folds = page_of(scheme, through).all("details")
    settlement = settled(scheme, AREAS, through=through)
    assert [fold.attributes["data-area"] for fold in folds] == [
        f"{name} {code}"
        for code, name in settlement.areas[["area_code", "area_name"]].itertuples(index=False)
    ]
    for place, code in enumerate(AREAS):
        explanation = settlement.explain(code)
        for column in ("title", "formula", "numbers", "result"):
            assert all(text in folds[place].text for text in explanation.to_frame()[column])
        for part in explanation.sections:
            if part.title != "How to read this":
                assert all(sentence in folds[place].text for sentence in part.sentences)


@every_settlement
def test_what_areas_are_paid_stands_before_what_chance_would_pay(scheme, through):
    page = Page(report_html(settled(scheme, AREAS, through=through), chance=chance_of(scheme, through)))
    places = [head.attributes["id"] for head in page.all("h2")]
    assert places.index("areas") < places.index("explained") < places.index("chance")
    assert all(fold.text.find("In short") < fold.text.find("Chance beside") for fold in page.all("details"))


@every_settlement
def test_a_picture_tells_the_readings_of_each_metric_that_an_area_is_paid_on(scheme, through):
    settlement = settled(scheme, AREAS, through=through)
    rows = settlement.assessments[settlement.assessments["line"] != "conditions"]
    known = rows[rows[["baseline", "target", "outcome"]].notna().any(axis=1)]
    for fold, code in zip(page_of(scheme, through).all("details"), AREAS, strict=True):
        picture = re.compile(r'<svg class="readings"[^>]*aria-label="([^"]*)"')
        labels = picture.findall(explained_part(page_of(scheme, through), code))
        own = known[known["area_code"] == code]
        assert len(labels) == own["line"].nunique()
        assert sum(label.count("baseline ") for label in labels) == len(own)
        assert fold.text.count("○ baseline") == bool(len(own))
        for baseline in own["baseline"].dropna():
            assert f"baseline {baseline:,.1f}".removesuffix(".0") in " ".join(labels)


def explained_part(page, code):
    """The source of the explanation of an area."""
    return page.source.partition(f'id="area-{code}"')[2].partition("</details>")[0]


def test_readings_of_any_size_can_be_drawn():
    plans, outcomes = (table.copy() for table in example("october_2013", AREAS)[1:3])
    first = plans["area_code"] == HARTLEPOOL
    plans["baseline_numerator"] = plans["baseline_numerator"].astype(object)
    plans.loc[first, "baseline_numerator"] = "1" + "0" * 300
    areas, _, _, assurance = example("october_2013", AREAS)
    page = report_html(bcf.settle(areas, plans, outcomes, assurance, on_missing="withhold"))
    assert "baseline 1" in explained_part(Page(page), HARTLEPOOL)


def test_the_explanation_of_an_only_area_is_open():
    one, many = Page(report_html(settled("october_2013", (LEEDS,)))), page_of("october_2013")
    assert "open" in one.all("details")[0].attributes
    assert not any("open" in fold.attributes for fold in many.all("details"))


@every_settlement
def test_every_fact_that_is_cited_has_its_text(scheme, through):
    page = page_of(scheme, through)
    cited = {link.removeprefix("#fact-") for link in page.values("href") if link.startswith("#fact-")}
    assert cited <= facts().keys()
    listed = page.all("section")[-2].text
    assert all(facts()[fact].says in listed for fact in cited)


def test_every_fact_of_the_package_is_read():
    page = (ROOT / "src/bcf_payments/schemes/facts.md").read_text("utf-8")
    assert list(facts()) == re.findall(r"^\| ([A-Z]\d+) \|", page, re.MULTILINE)
    assert {basis for _, _, basis in facts().values()} == {"stated", "derived", "assumed"}
    assert facts()["C5"].documents == ('HFMA feature, September 2014, "The right chemistry"', "HSJ 5074852")


def test_the_same_settlement_gives_the_same_bytes():
    shuffled = (table.sample(frac=1, random_state=1) for table in example("july_2014", AREAS))
    again = bcf.settle(*shuffled, "july_2014", on_missing="withhold")
    assert report_html(again) == page_of("july_2014").source


def test_the_page_of_every_area_is_small_enough_to_send():
    settlement = bcf.settle(*bcf.load_example("two_waves"), "december_2013", on_missing="withhold")
    assert len(report_html(settlement).encode()) < 8_000_000


HOSTILE = "<script>alert(1)</script>\"'&"
UNPRINTABLE = "\x00\x1b\ufffe"


def test_text_from_outside_is_escaped():
    areas, *others = example("october_2013", AREAS)
    areas = areas.assign(
        **{
            name: areas[name].mask(areas["area_code"] == HARTLEPOOL, HOSTILE + UNPRINTABLE)
            for name in ("area_name", "region")
        }
    )
    areas.attrs["notices"] = (HOSTILE,)
    settlement = bcf.settle(areas, *others, on_missing="withhold")
    report = Page(report_html(settlement, chance=chance_of("october_2013"), chance_note=HOSTILE))
    area = Page(settlement.explain(HARTLEPOOL).to_html())
    for page in (report, area):
        assert page.source.encode("utf-8")
        assert not set(UNPRINTABLE) & set(page.source)
        assert HOSTILE not in page.source
        assert HOSTILE in page.all("header")[0].text
    assert f"{HOSTILE}\ufffd\ufffd\ufffd" in report.all("summary")[0].text
    assert f"{HOSTILE}\ufffd\ufffd\ufffd" in area.all("h1")[0].text
    assert HOSTILE in next(e.text for e in report.all("section") if "Chance beside" in e.text)


def test_a_character_that_no_file_can_hold_is_replaced():
    assert html("\ud800£") == "\ufffd£"


def test_a_scheme_of_one_s_own_is_told_in_its_own_words(tmp_path):
    text = (ROOT / "docs/schemes.md").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(re.search(r"```toml\n(.*?)```", text, re.DOTALL)[1], encoding="utf-8")
    areas = pd.DataFrame(
        {"area_code": ["AA", "BB"], "area_name": ["A", "B"], "region": "R", "older_residents": [1, 2]}
    )
    row = {"wave": "spring", "metric": "falls", "baseline_numerator": 10, "baseline_denominator": 100}
    plans = pd.DataFrame(
        [
            {"area_code": code, **row, "target_numerator": 8, "target_denominator": 100}
            for code in ("AA", "BB")
        ]
    )
    outcomes = plans[["area_code", "wave", "metric"]].assign(
        outcome_numerator=[9, 10], outcome_denominator=100
    )
    assurance = pd.DataFrame(
        {"area_code": ["AA", "BB"], "plan_status": "approved", "warm_homes": ["yes", "no"]}
    )
    settlement = bcf.settle(areas, plans, outcomes, assurance, tmp_path / "mine.toml")
    page = Page(report_html(settlement))
    assert "plan p. 10" in page.all("dl")[-2].text
    assert "Cited by the author of the scheme." in page.source
    assert "names no alternative that this input can settle" in page.source
    assert "Falls of people over 65" in page.source


def test_a_changed_rule_shows_that_it_was_changed():
    july = settled("july_2014", AREAS)
    settlement = july.under(july.scheme.replace(unit_value_pounds=2150))
    page = Page(report_html(settlement))
    assert "(july_2014 (1 rule changed))" in page.all("header")[0].text
    assert "Changed for this settlement." in page.source


@every_settlement
def test_what_is_held_back_goes_somewhere_or_stays(scheme, through):
    settlement = settled(scheme, AREAS, through=through)
    nation = settlement.summary().loc[0]
    table = next(t for t in page_of(scheme, through).tables() if t[0][0] == "Where it goes")
    assert number(table[-1][2]) == nation["withheld_pence"] - nation["caught_up_pence"]
    released = settlement.resolve().releases.groupby("destination")["amount_pence"].sum()
    told = {row[0]: number(row[2]) for row in table}
    assert set(released) <= set(told.values())


def test_decisions_that_were_given_are_told():
    settlement = settled("december_2013", AREAS)
    lines = settlement.reviews[["area_code", "wave", "line"]]
    agreed = lines.assign(hwb_agrees="yes", nhs_england_agrees="yes", peer_reviewer_agrees="yes")
    page = report_html(settlement.resolve(agreed))
    assert "£0.00 awaits a decision. The table shows where money goes as decided." in page
    assert "Awaiting decision" not in page
    assert "Recovery plan" in page


def test_what_can_still_be_earned_is_at_most_what_is_not_earned():
    settlement = settled("july_2014", AREAS, through="q2_2015_16")
    page = page_of("july_2014", "q2_2015_16").source
    still = re.findall(r"(?:at most) (£[\d,.]+)\.</li>", page)
    nation = settlement.summary().loc[0]
    assert sum(map(number, still)) == nation["entitlement_pence"] - nation["earned_pence"]
    assert "paid on 1 February 2016" in page
    assert "3 areas without a whole plan" in page


def test_missing_data_and_warnings_name_their_areas():
    page = page_of("july_2014").source
    assert (
        page.count("no plan for q2_2015_16, q3_2015_16") == 4
    )  # once in the list, and with each of three areas
    assert '<a href="#area-E08000025">Birmingham</a>' in page


def test_chance_stands_beside_each_payment():
    settlement, simulation = settled("october_2013", AREAS), chance_of("october_2013")
    page = Page(report_html(settlement, chance=simulation, chance_note="Counts vary.\nAs Poisson."))
    assert "<p>Counts vary.</p><p>As Poisson.</p><p>200 draws with seed 0. Held at" in page.source
    earned, found = settlement.summary("area")["earned_pence"], simulation.to_frame()
    below, above = earned < found["earned_p05_pence"], earned > found["earned_p95_pence"]
    for place, areas in {"less": below, "more": above}.items():
        assert f"{areas.sum():,} of {len(AREAS)} areas earned {place} than the middle 90%" in page.source
    assert page.source.count("beside the payment</h4>") == len(AREAS)
    leeds = AREAS.index(LEEDS)
    low, high = (pounds(int(found.loc[leeds, f"earned_{p}_pence"])) for p in ("p05", "p95"))
    assert f"{low} to {high} nine times in ten" in page.all("details")[leeds].text
    review = 100 * found.loc[leeds, "probability_review"]
    assert f"a review follows: {review:.1f}%" in page.all("details")[leeds].text
    nation = simulation.summary().loc[0]
    assert f"{short_pounds(round(nation['earned_mean_pence']))} is earned on average" in page.source
    span = found["earned_p95_pence"] - found["earned_p05_pence"]
    span /= settlement.summary("area")["entitlement_pence"]
    assert f"In {(span > 0.5).sum()} of {len(AREAS)} areas that can earn anything" in page.source


def test_draws_around_what_was_observed_are_not_held_against_it():
    page = report_html(settled("october_2013", AREAS), chance=chance_of("october_2013", expected="observed"))
    assert "middle 90% spans more than" in page
    assert "Earned lies" not in page
    assert "lies within" not in page
    assert "Model: true rates: the outcomes that were observed" in page


def test_a_forecast_is_not_held_against_what_was_earned_so_far():
    settlement = settled("july_2014", AREAS, through="q2_2015_16")
    page = report_html(settlement, chance=chance_of("july_2014", "q2_2015_16"))
    assert "has been earned so far" in page
    assert "Earned lies" not in page
    assert "a review follows" not in page


def test_an_area_that_can_earn_nothing_has_no_chances():
    page = Page(report_html(settled("july_2014", AREAS), chance=chance_of("july_2014")))
    birmingham = page.all("details")[AREAS.index("E08000025")].text
    assert "nothing of it is a matter of chance" in birmingham
    assert not re.search(r"\bnan\b", page.source)


def test_a_simulation_of_other_rules_or_areas_is_refused(tmp_path):
    settlement = settled("july_2014", AREAS)
    fewer = bcf.settle(
        *(table[table["area_code"] != LEEDS] for table in example("july_2014", AREAS)),
        "july_2014",
        on_missing="withhold",
    )
    for one, chance, reasons in (
        (settlement, chance_of("october_2013"), ["unknown_value"]),
        (fewer, chance_of("july_2014"), ["unknown_area"]),
    ):
        with pytest.raises(bcf.InputError) as refusal:
            bcf.write_report(one, tmp_path / "report.html", chance=chance)
        assert refusal.value.problems["reason"].tolist() == reasons
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("scheme", bcf.available_schemes())
def test_chance_is_drawn_around_what_was_observed_with_the_noise_that_was_seen(scheme):
    example = bcf.load_example(bcf.load_scheme(scheme).example)
    settlement = bcf.settle(*example, scheme, on_missing="withhold")
    simulation, note = chance_beside(settlement, draws=20)
    asked = bcf.OutcomeModel(expected="observed", on_unknown_size="hold")
    assert simulation.model == high_setting(asked, settlement).model
    assert simulation.expected.payments.equals(settlement.payments)
    assert "if the rates that were observed are the true ones" in note
    assert "no bound on what chance pays" in note


def test_the_report_says_first_what_can_be_shown_and_how_many_areas_chance_alone_puts_outside():
    tables = example("july_2014", AREAS)
    settlement = bcf.settle(*tables, "july_2014", on_missing="withhold")
    model = bcf.OutcomeModel(dispersion=9, baseline_noise=True)
    areas, plans, _, assurance = tables
    simulation = bcf.simulate(
        areas, plans, assurance, "july_2014", model=model, draws=400, on_missing="withhold"
    )
    page = str(ChanceBeside.of(simulation, Figures(settlement), "").national())
    shown = page.index("could have shown that its target was reached")
    assert shown < page.index("Model: true rates")
    said = re.search(r"Chance alone puts about (\d+) of (\d+) areas outside the middle 90%", page)
    ranges = simulation.to_frame().set_index("area_code")
    outside = 0
    for number in range(400):
        earned = simulation.draw(number).earned_pence
        low, high = (ranges[f"earned_{end}_pence"] for end in ("p05", "p95"))
        outside += int(((earned < low) | (earned > high)).sum())
    assert int(said[1]) == round(outside / 400)
    assert int(said[1]) < 0.1 * int(said[2])


@pytest.mark.parametrize("scheme", bcf.available_schemes())
def test_where_too_few_areas_tell_of_noise_the_least_is_drawn_and_the_page_says_so(scheme):
    few = [table[table["area_code"].isin(AREAS[:5])] for table in example(scheme, AREAS)]
    simulation, note = chance_beside(bcf.settle(*few, scheme, on_missing="withhold"), draws=20)
    assert simulation.model == bcf.OutcomeModel(expected="observed", on_unknown_size="hold")
    assert "the least there can be" in note


def test_chance_of_what_is_to_come_keeps_what_is_known():
    simulation, note = chance_beside(settled("july_2014", AREAS, through="q1_2015_16"), draws=20)
    assert (simulation.through, simulation.model.expected) == ("q1_2015_16", "baseline")
    assert "those still to come are drawn" in note
    known = simulation.lines[simulation.lines["wave"].isin(["q4_2014_15", "q1_2015_16"])]
    assert (known["earned_mean_pence"] == known["expected_pence"]).all()
    everything = chance_beside(settled("july_2014", AREAS, through="q3_2015_16"), draws=20)[0]
    assert (everything.through, everything.model.expected) == (None, "observed")


@pytest.mark.parametrize(
    ("words", "said", "shown"),
    [
        ((), "2,000 draws", True),
        (("--chance", "50"), "50 draws", True),
        (("--no-chance",), "left out, as asked", False),
    ],
)
def test_the_command_draws_chance_unless_it_is_left_out(words, said, shown, tmp_path, capsys):
    write_tables(dict(zip(bcf.Tables._fields, example("july_2014", AREAS), strict=True)), tmp_path)
    page = tmp_path / "report.html"
    given = [str(tmp_path), "--scheme", "july_2014", "--on-missing", "withhold", "--out", str(page)]
    assert cli.main(["report", *given, *words]) == 0
    assert f"Chance      {said}" in capsys.readouterr().out
    assert ('id="chance"' in page.read_text(encoding="utf-8")) == shown


def test_a_report_is_written_without_a_chance_that_cannot_be_drawn_unless_it_is_asked_for(tmp_path, capsys):
    areas, plans, outcomes, assurance = example("october_2013", AREAS)
    plans = plans.assign(sample_size="many")
    tables = dict(zip(bcf.Tables._fields, (areas, plans, outcomes, assurance), strict=True))
    write_tables(tables, tmp_path / "in")
    given = ["report", str(tmp_path / "in"), "--on-missing", "withhold", "--out", str(tmp_path / "r.html")]
    assert cli.main([*given, "--chance", "10"]) == 1
    assert not (tmp_path / "r.html").exists()
    capsys.readouterr()
    assert cli.main(given) == 0
    assert "left out: " in capsys.readouterr().out
    assert 'id="chance"' not in (tmp_path / "r.html").read_text(encoding="utf-8")


def test_one_area_s_explanation_is_a_page_of_its_own(tmp_path):
    settlement = settled("july_2014", AREAS)
    explanation = settlement.explain(LEEDS)
    file = explanation.write_page(tmp_path / "leeds.html", provenance=settlement.provenance)
    page = Page(file.read_text(encoding="utf-8"))
    assert page.all("h1")[0].text == "How the money of Leeds (E08000035) comes about"
    assert all(result in page.source for result in explanation.to_frame()["result"])
    assert settlement.provenance["sha256"]["plans"] in page.source
    assert {link[1:] for link in page.values("href") if link.startswith("#")} <= set(page.values("id"))
    assert not page.all("script")
    assert all(notice in page.all("header")[0].text for notice in NOTICES)
    assert settlement.provenance["sha256"]["plans"] not in explanation.to_html()


def test_the_page_says_what_it_was_made_from():
    pack = settled("july_2014", AREAS).provenance
    made = page_of("july_2014").all("section")[-1].text
    assert all(digest in made for digest in pack["sha256"].values())
    assert f"bcf_payments {bcf.__version__}" in made
    assert "difference £0.00" in made


def test_the_command_writes_the_report(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["report", "--scheme", "july_2014", "--through", "q2_2015_16"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert all(notice in shown for notice in NOTICES)
    assert "report.html" in shown
    settlement = bcf.settle(
        *bcf.load_example("p4p_2015_16"), "july_2014", through="q2_2015_16", on_missing="withhold"
    )
    chance, note = chance_beside(settlement)
    page = report_html(settlement, chance=chance, chance_note=note)
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page


def test_the_command_writes_an_explanation_as_a_page(tmp_path, capsys):
    file = tmp_path / "pages" / "leeds.html"
    assert cli.main(["explain", "Leeds", "--out", str(file)]) == 0
    assert "Explanation of Leeds (E08000035)" in capsys.readouterr().out
    settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    page = settlement.explain(LEEDS, peers=bcf.peers(settlement)).to_html(provenance=settlement.provenance)
    assert file.read_text(encoding="utf-8") == page


@pytest.mark.parametrize("words", [["report", "--out", "report.pdf"], ["explain", "Leeds", "--out", "leeds"]])
def test_a_page_ends_in_html(words, capsys):
    assert cli.main(words) == 2
    assert "does not end in .html" in capsys.readouterr().err
