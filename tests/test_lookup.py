"""Areas are known by their codes and, however people write them, by their names."""

import pytest

import bcf_payments as bcf
from bcf_payments import cli
from bcf_payments.tables.lookup import english_areas, meant

NAMES = {
    "Hull": "E06000010",
    "Kingston upon Hull": "E06000010",
    "St Helens": "E08000013",
    "Saint Helens": "E08000013",
    "City of Bristol": "E06000023",
    "Bristol": "E06000023",
    "Telford & Wrekin": "E06000020",
    "Herefordshire": "E06000019",
    "Durham": "E06000047",
    "Leeds City Council": "E08000035",
    "  hartlepool ": "E06000001",
}


def fixes(tables, **options):
    with pytest.raises(bcf.InputError) as caught:
        bcf.validate(*tables, on_missing="withhold", **options)
    found = caught.value.problems
    return dict(zip(found["table"] + " " + found["value"], found["fix"], strict=True))


def with_code(code, table="outcomes"):
    tables = bcf.load_example("two_waves")
    changed = getattr(tables, table).astype(object)
    changed.loc[0, "area_code"] = code
    return tables._replace(**{table: changed})


@pytest.mark.parametrize(("name", "code"), NAMES.items())
def test_a_name_means_its_area_however_it_is_written(name, code):
    assert [area.code for area in meant(english_areas(), name)] == [code]


@pytest.mark.parametrize("table", ["areas", "plans", "outcomes", "assurance"])
@pytest.mark.parametrize("name", ["Hull", "St Helens", "E060OOO1O"])
def test_a_name_or_near_code_in_place_of_a_code_gets_the_area_that_is_meant(table, name):
    found = fixes(with_code(name, table))[f"{table} {name}"]
    assert found.startswith(
        ("did you mean E06000010 (Kingston upon Hull", "did you mean E08000013 (St. Helens)?")
    )


def test_the_parts_of_a_council_that_came_later_are_offered():
    found = fixes(with_code("Bournemouth, Christchurch & Poole"))[
        "outcomes Bournemouth, Christchurch & Poole"
    ]
    assert found == "did you mean E06000028 (Bournemouth) or E06000029 (Poole)?"


def test_a_row_of_areas_with_a_garbled_code_is_known_by_its_name():
    assert fixes(with_code("??", "areas"))["areas ??"] == "did you mean E06000001 (Hartlepool)?"


def test_no_pattern_is_shown_where_a_code_is_asked_for_but_one_to_go_by():
    assert fixes(with_code("??"))["outcomes ??"] == "write an area code such as E06000001"
    tables = bcf.load_example("two_waves")
    numbers = {code: f"{number:03}" for number, code in enumerate(tables.areas["area_code"])}
    tables = type(tables)(*(table.assign(area_code=table["area_code"].map(numbers)) for table in tables))
    outcomes = tables.outcomes.astype(object)
    outcomes.loc[0, "area_code"] = "??"
    scheme = bcf.load_scheme("october_2013").replace(area_code_pattern=r"\d{3}")
    found = fixes(tables._replace(outcomes=outcomes), scheme=scheme)
    assert found["outcomes ??"] == "write an area code such as 000"


def test_in_python_a_name_is_refused_with_its_code():
    settlement = bcf.settle(*bcf.load_example("two_waves"), on_missing="withhold")
    line = "wave_1", "delayed_transfers", 1
    for ask in (
        settlement.explain,
        settlement.return_for,
        settlement.calendar,
        lambda area: bcf.required_outcome(settlement, area, *line),
    ):
        with pytest.raises(bcf.InputError, match=r"did you mean E08000013 \(St. Helens\)\?"):
            ask("St Helens")


def test_the_command_line_takes_names_as_people_write_them(capsys):
    assert cli.main(["explain", "Hull"]) == 0
    assert "Kingston upon Hull, City of" in capsys.readouterr().out
    assert cli.main(["explain", "Sussex"]) == 1
    err = capsys.readouterr().err
    assert "did you mean E10000011 (East Sussex) or E10000032 (West Sussex)?" in " ".join(err.split())
