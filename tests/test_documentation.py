"""What the documentation shows runs, links lead somewhere, and what is generated is complete."""

import doctest
import pkgutil
import re
import shutil
from importlib import import_module
from itertools import pairwise

import command_line
import public_names
import pytest
import specification

import bcf_payments as bcf
from bcf_payments.cli.arguments import parser
from bcf_payments.examples import NOTICES
from bcf_payments.schemes.facts import facts

from . import pages
from .pages import ROOT
from .programs import no_children_left
from .samples import example, settled

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
MODULES = [
    module.name
    for module in pkgutil.walk_packages(bcf.__path__, "bcf_payments.")
    if module.name != "bcf_payments.__main__"
]


@pytest.mark.parametrize("name", MODULES)
def test_docstrings_show_what_happens(name):
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    assert doctest.testmod(import_module(name), optionflags=flags).failed == 0


@pytest.mark.parametrize("name", bcf.__all__)
def test_public_names_have_an_example_or_are_errors(name):
    value = getattr(bcf, name)
    if not (isinstance(value, type) and issubclass(value, bcf.BcfError)):
        assert ">>>" in (value.__doc__ or ""), name


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    """Tables of one's own, as the README has them: of the areas without gaps."""
    july = settled("july_2014")
    gaps = set(july.assessments.query("status == 'missing'")["area_code"])
    whole = example("july_2014", set(july.areas["area_code"]) - gaps)
    folder = tmp_path_factory.mktemp("one_s_own")
    bcf.write_tables(whole._asdict(), folder)
    return folder


@pytest.fixture
def folder(tmp_path, figures, monkeypatch):
    """A folder to run a page in: with the documentation, and tables of one's own."""
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    shutil.copytree(figures, tmp_path / "figures")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "agg")
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("page", [*filter(pages.has_code, PAGES)], ids=pages.name_of)
def test_what_a_page_says_runs_and_prints_what_it_shows(page):
    with no_children_left():
        pages.run(page)


@pytest.mark.parametrize("page", PAGES, ids=pages.name_of)
def test_links_lead_somewhere(page):
    for target in pages.links(page):
        place, _, anchor = target.partition("#")
        if target.startswith("https:"):
            assert re.fullmatch(r"https://[a-z0-9.-]+\.[a-z]+(/[\w./#%~-]*)?", target), target
            continue
        linked = page.parent / place if place else page
        assert linked.exists(), target
        assert not anchor or anchor in pages.anchors(linked), target


@pytest.mark.parametrize("page", PAGES, ids=pages.name_of)
def test_headings_stand_in_order(page):
    levels = [level for level, _ in pages.headings(page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("page", [*filter(pages.shows_the_example, PAGES)], ids=pages.name_of)
def test_pages_that_show_the_example_say_that_it_is_an_illustration(page):
    assert NOTICES[0].removeprefix("Illustration. ").casefold() in pages.plain(page).casefold()


def test_every_law_cites_facts_of_the_page():
    laws = [law for module in specification.modules() for law in specification.laws_of(module)]
    assert {fact for law in laws for fact in law.facts} <= set(facts())


def test_every_public_name_has_a_page():
    listed = {name for _, _, names in public_names.by_heading() for name in names}
    assert {f"bcf_payments.{name}" for name in bcf.__all__} <= listed


def test_every_command_and_option_is_in_the_reference():
    written = command_line.markdown()
    for command in command_line.commands(parser()):
        assert f"## {command.prog}\n" in written
        assert all(f"`{name}" in written for action in command._actions for name in action.option_strings)


def test_every_fact_that_a_scheme_cites_is_explained():
    for scheme in map(bcf.load_scheme, bcf.available_schemes()):
        assert {source for _, rule in scheme.cited() for source in rule.source} <= set(facts())


def test_the_scheme_on_the_page_is_one(tmp_path):
    text = (ROOT / "docs/schemes.md").read_text(encoding="utf-8")
    (tmp_path / "mine.toml").write_text(re.search(r"```toml\n(.*?)```", text, re.DOTALL)[1], encoding="utf-8")
    assert bcf.load_scheme(tmp_path / "mine.toml").condition_names == ("warm_homes",)


def test_the_version_is_the_same_everywhere():
    for page in ("pyproject.toml", "CITATION.cff"):
        assert re.search(
            rf"^version[:=] ?\"?{re.escape(bcf.__version__)}\"?$",
            (ROOT / page).read_text().replace(" = ", "="),
            re.MULTILINE,
        )
