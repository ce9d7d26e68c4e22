"""What a settlement comes to is told once, and stands on the screen and on the page alike."""

import html
import re

import pandas as pd
import pytest

from bcf_payments.cli.findings import finding_text
from bcf_payments.explanation import figures, findings
from bcf_payments.explanation.findings import Points, Table
from bcf_payments.report.findings import finding_html
from bcf_payments.words import Column

from .samples import settled

NATIONAL = (
    figures.fund,
    figures.money,
    figures.reasons,
    figures.results,
    figures.missing,
    figures.reviews,
    figures.follows,
    figures.regions,
)
SETTLEMENTS = [
    ("october_2013", None),
    ("december_2013", "wave_1"),
    ("july_2014", None),
    ("july_2014", "q2_2015_16"),
]


@pytest.mark.parametrize("tell", NATIONAL, ids=lambda tell: tell.__name__)
@pytest.mark.parametrize(("scheme", "through"), SETTLEMENTS)
def test_the_screen_and_the_page_say_the_same(scheme, through, tell):
    found = figures.Figures(settled(scheme, through=through))
    finding = tell(found)
    screen = " ".join(finding_text(finding, found.names).split())
    page = html.unescape(re.sub("<[^>]+>", " ", finding_html(found, finding)))
    for part in finding.parts:
        if isinstance(part, str):
            assert part in screen
            assert part in page
    for column in columns(finding):
        for text in column.texts if column.kind in {"pence", "count", "share"} else ():
            assert column.spare or text in screen
            assert text in page


def columns(finding):
    for part in finding.parts:
        if isinstance(part, Points):
            yield from part.points.columns
        elif isinstance(part, Table):
            yield from part.columns


@pytest.mark.parametrize(("scheme", "through"), SETTLEMENTS)
def test_every_total_of_a_finding_is_the_sum_of_its_rows(scheme, through):
    found = figures.Figures(settled(scheme, through=through))
    for finding in (*(tell(found) for tell in NATIONAL), figures.areas(found)):
        for part in finding.parts:
            tables = part if isinstance(part, Points) else [part] if isinstance(part, Table) else []
            for table in tables:
                for column in table.columns if table.total else ():
                    if column.kind in {"pence", "held", "count"} and column.cells[-1] is not None:
                        assert sum(column.cells[:-1]) == column.cells[-1], (table.caption, column.heading)


def test_a_payment_point_that_pays_on_conditions_alone_shows_how_many_areas_met_them():
    waves, lines = ["spring", "Total"], ["conditions"]
    no_days, within = Column("Paid on", [None, None], "day"), Column("Payment point", ["spring"], "wave")
    points = Table("", Column("Payment point", waves, "wave"), [no_days, Column("Met", [0, 0])], total=True)
    met = Points(points, Table("", Column("Line", lines, "line"), [within, Column("Met", [7])]))
    assert [(wave, line, *cells) for wave, line, cells in met.woven()] == [
        ("spring", "", 0),
        ("spring", "conditions", 7),
        ("Total", "", 0),
    ]
    assert met.tables == (met.points, met.lines)


def test_a_cell_that_is_not_known_is_blank_and_nothing_held_back_is_a_dash_on_the_screen():
    assert Column("Change", [None, 50, -50], "change").texts == ["", "+£0.50", "-£0.50"]
    found = figures.Figures(settled("october_2013"))
    screen = finding_text(figures.reasons(found), found.names)
    assert re.search(r"conditions +- +£19,774,270.56 +-$", screen, re.MULTILINE)


def warned(codes):
    rows = {"area_code": codes, "wave": "", "metric": "", "reason": "low_ambition", "message": "it aims low"}
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("areas", "told"),
    [
        (1, "{0}: it aims low"),
        (3, "3 areas ({0}, {1}, {2}): it aims low"),
        (151, "151 areas ({0}, {1}, {2} and 148 more): it aims low"),
    ],
)
def test_equal_warnings_fold_into_one_line_with_their_areas(areas, told):
    found = figures.Figures(settled("october_2013"))
    codes = list(found.names)[:areas]
    finding = findings.warnings(warned(codes))
    screen = " ".join(finding_text(finding, found.names).split())
    names = [found.names[code] if areas > 1 else f"{found.names[code]} ({code})" for code in codes]
    assert screen.endswith(f"low_ambition: {areas} {told.format(*names)}")
    page = html.unescape(re.sub("<[^>]+>", "", finding_html(found, finding)))
    assert page.endswith(told.format(*map(found.names.get, codes)))


def test_warnings_that_differ_or_are_about_no_area_stand_by_themselves():
    table = pd.concat([warned(["E06000001", "E06000002", ""]), warned(["E06000001"]).assign(wave="wave_1")])
    assert [(note.areas, note.lead[0]) for note in findings.warnings(table).parts[0].notes] == [
        (("E06000001", "E06000002"), "2 areas ("),
        (("E06000001",), ""),
    ]
    nobody = findings.warnings(warned([""])).parts[0]
    assert (nobody.notes[0].lead, nobody.count()) == (("", (), ""), 1)
    assert findings.warnings(table.iloc[:0]).parts == []
