"""Scheme files from outside: whatever stands in one, it is a scheme or one clear error."""

import datetime as dt
import shutil
import time
import tomllib
from pathlib import Path

import numpy as np
import pytest

import bcf_payments as bcf
from bcf_payments.schemes.patterns import LONGEST_MATCH, matcher
from bcf_payments.schemes.toml_files import DEEPEST, UnreadableTomlError, parse_toml
from bcf_payments.schemes.validated import validated

OWN = Path(__file__).parent / "data" / "own_scheme.toml"


def fault_of(text: str | bytes, folder: Path) -> str:
    """The one fault of a scheme file with this content."""
    file = folder / "scheme.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(bcf.SchemeError) as error:
        bcf.load_scheme(file)
    ((_, fault),) = error.value.faults
    return fault


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("x = " + "[" * 10_000 + "]" * 10_000, "nested too deep"),
        ("x = " + "[" * 200 + "]" * 200, "nested too deep"),
        ("x = " + "{a = " * 300 + "1" + "}" * 300, "nested too deep"),
        (".".join("a" * 300) + " = 1", "nested too deep"),
        ("x = " + "9" * 5_000, "at most 1,000 digits"),
        ("x = 0x" + "f" * 5_000, "at most 1,000 digits"),
        ("x = 1\nx = 2", "not valid TOML"),
        ("x = 2015-02-30", "not valid TOML"),
        ("x = '\0'", "not valid TOML"),
        (b"x = '\xff'", "save the file as UTF-8"),
        ("x = 1".encode("utf-16"), "save the file as UTF-8"),
    ],
)
def test_a_file_that_is_no_toml_is_refused_in_one_sentence(text, fault, tmp_path):
    told = fault_of(text, tmp_path)
    assert fault in told
    assert "\n" not in told
    assert len(told) < 200


def test_what_is_nested_less_deep_is_read():
    deep = "[" * (DEEPEST - 1) + "]" * (DEEPEST - 1)
    assert parse_toml(f"x = {deep}")
    with pytest.raises(UnreadableTomlError):
        parse_toml(f"x = [{deep}]")


@pytest.mark.parametrize("name", ["a\0.toml", "\ud800.toml", "x" * 300 + ".toml"])
def test_a_name_that_no_file_can_have_is_refused_in_one_sentence(name):
    with pytest.raises(bcf.SchemeError, match="cannot be read"):
        bcf.load_scheme(name)
    with pytest.raises(bcf.WorkedExampleError, match="cannot be read"):
        bcf.load_worked_example(name)


def test_a_folder_in_place_of_a_scheme_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "scheme.toml").mkdir()
    with pytest.raises(bcf.SchemeError, match="cannot be read"):
        bcf.load_scheme(tmp_path / "scheme.toml")


def test_byte_order_marks_and_the_line_ends_of_windows_change_nothing(tmp_path):
    file = tmp_path / "scheme.toml"
    file.write_bytes(b"\xef\xbb\xbf" + OWN.read_bytes().replace(b"\n", b"\r\n"))
    assert bcf.load_scheme(file) == bcf.load_scheme(OWN)


def test_check_goes_on_after_files_that_cannot_be_read(tmp_path, capsys):
    good = Path(__file__).parents[1] / "docs" / "worked_examples" / "october_proportional.toml"
    shutil.copy(good, tmp_path / "good.toml")
    for name, text in {
        "deep": "x = " + "[" * 10_000 + "]" * 10_000,
        "long": "x = " + "9" * 5_000,
        "nul": good.read_text(encoding="utf-8").replace('"october_2013"', '"a\\u0000.toml"'),
    }.items():
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    from bcf_payments.cli import main

    assert main(["check", str(tmp_path)]) == 1
    shown = capsys.readouterr()
    assert "1 of 4 worked examples as expected" in shown.out
    assert "Traceback" not in shown.err


JARGON = ("Input should", "input", "pydantic", "Traceback", "<", "Fraction(", "tuple", "dictionary", "ctx")
"""Words of the validator."""

OWN_REVIEW = tomllib.loads(OWN.read_text(encoding="utf-8"))["review"]

ODD = {
    "nothing of a list": [],
    "a list": [1],
    "an empty table": {},
    "a number": 1,
    "a decimal": 0.5,
    "a negative number": -1,
    "no number": float("nan"),
    "no end": float("inf"),
    "truth": True,
    "a word": "odd",
    "nothing of a word": "",
    "half a character": "\ud800",
    "a day": dt.date(2015, 4, 1),
    "a moment": dt.datetime(2015, 4, 1, 12, 30),  # noqa: DTZ001 - as TOML has it
    "a time": dt.time(12, 30),
    "a large number": 10**999,
    "deep": parse_toml("x = " + "[" * 48 + "]" * 48)["x"],
}


def told_of(data):
    """What is wrong with the data of a scheme, if anything."""
    try:
        validated(bcf.Scheme, data, "odd")
    except bcf.SchemeError as error:
        return str(error)
    return ""


def places(data, path=()):
    """The paths to every value, one of each list."""
    yield path
    for key, value in data.items() if isinstance(data, dict) else enumerate(data[:1]):
        if isinstance(value, (dict, list)):
            yield from places(value, (*path, key))
        else:
            yield (*path, key)


def with_value(data, path, value):
    """A copy of the data with another value in one place."""
    if not path:
        return value
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[path[0]] = with_value(data[path[0]], path[1:], value)
    return copy


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_an_odd_value_anywhere_is_accepted_or_refused_as_a_fault_of_the_scheme(odd):
    data = tomllib.loads(bcf.load_scheme("july_2014").replace(alternatives=()).to_toml())
    another = {"name": "a", "title": "b", "source": ["c"], "changes": {"title": "d"}}
    data |= {"review": OWN_REVIEW, "alternatives": [another]}
    one_of_each = {path[-2:]: path for path in places(data) if path}
    told = [told_of(with_value(data, path, odd)) for path in one_of_each.values()]
    assert not [(word, text) for text in told for word in JARGON if word in text]


@pytest.mark.parametrize("of", ["components__0__amount_pounds", "pot__amount_pounds", "announced_pounds"])
@pytest.mark.parametrize("pounds", ["-1", "0.001", "1e300", "1e30", "92233720368547758.08"])
def test_no_amount_is_negative_or_in_parts_of_a_penny_or_more_than_can_be_added_up(of, pounds):
    with pytest.raises(bcf.SchemeError, match="pence"):
        bcf.load_scheme("october_2013").replace(**{of: pounds})


def test_a_fund_is_refused_where_its_parts_fit_one_by_one_and_not_together():
    with pytest.raises(bcf.SchemeError, match="together may not be more than"):
        bcf.load_scheme("october_2013").replace(
            components__0__amount_pounds=90_000_000_000_000_000, pot__amount_pounds=90_000_000_000_000_000
        )


@pytest.mark.parametrize("name", bcf.available_schemes())
def test_the_largest_fund_is_added_up_to_the_penny_on_every_face(name):
    scheme = bcf.load_scheme(name)
    rest = sum(component.amount_pence for component in scheme.components)
    pounds = f"{(2**63 - 1 - rest) // 100}.{(2**63 - 1 - rest) % 100:02}"
    changes = {"pot__amount_pounds": pounds}
    if name == "july_2014":
        changes["unit_value_pounds"] = 10**30
    largest = scheme.replace(**changes)
    tables = bcf.load_example(scheme.example)
    settled = bcf.settle(*tables, largest, on_missing="withhold", verify=True)
    assert settled.allocations["amount_pence"].sum() == 2**63 - 1
    assert (settled.allocations["amount_pence"] >= 0).all()
    for table in (settled.payments, settled.summary(), settled.ledger, settled.provenance.reconciliation):
        money = table.select_dtypes("integer")
        assert (money >= 0).all(axis=None)
    assert "-" not in repr(settled).replace(largest.title, "").split("earned")[1]
    assert not [word for word in str(settled.explain("E09000002")).split() if "-£" in word or "£-" in word]


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("E(?=1)[0-9]", "look-around"),
        (r"(E)\1", "backreferences"),
        ("[A-Z", "unclosed character class"),
        ("E)(1", "unopened group"),
        ("(a{1000}){1000}", "size limit"),
        ("(" * 400 + ")" * 400, "nest"),
        ("a" * 1_001, "longer than 1,000 characters"),
    ],
)
def test_a_pattern_that_no_code_can_be_held_against_is_refused_in_one_sentence(pattern, why):
    with pytest.raises(bcf.SchemeError) as error:
        bcf.load_scheme("october_2013").replace(area_code_pattern=pattern)
    ((where, fault),) = error.value.faults
    assert where == "area_code_pattern.value"
    assert why in fault
    assert "\n" not in fault


def test_a_pattern_with_many_ways_to_match_takes_no_longer_than_any_other():
    is_code = matcher("^(([a-z])+.)+[A-Z]([a-z])+$")
    started = time.process_time()
    assert not any(is_code("a" * LONGEST_MATCH) for _ in range(1_000))
    assert time.process_time() - started < 1


def test_a_code_matches_as_a_whole_and_only_as_text():
    is_code = matcher("E|E1")
    assert all(is_code(code) for code in ("E", "E1", np.str_("E1")))
    assert not any(is_code(value) for value in ("E12", "E1\n", " E", 1, None, "\ud800"))
