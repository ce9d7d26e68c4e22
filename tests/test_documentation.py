"""What the documentation shows runs: docstrings of the installed package, and the README's Python."""

import doctest
import pkgutil
import re
from importlib import import_module
from pathlib import Path

import pytest

import bcf_payments as bcf

ROOT = Path(__file__).parent.parent
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


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_code_on_a_page_runs(page):
    blocks = re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    names = {}
    for block in blocks if page.name == "README.md" else ["import bcf_payments as bcf", *blocks]:
        exec(compile(block, page.name, "exec"), names)  # noqa: S102 - the project's own pages


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_every_fact_that_a_scheme_cites_is_explained():
    facts = set(re.findall(r"^\| ([A-GN]\d+) \|", (ROOT / "docs/facts.md").read_text("utf-8"), re.MULTILINE))
    for scheme in map(bcf.load_scheme, bcf.available_schemes()):
        assert {source for _, rule in scheme.cited() for source in rule.source} <= facts


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
