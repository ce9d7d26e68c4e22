"""The report in a real browser: it loads, is searched, unfolds, fits a telephone, and prints."""

import base64

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

import bcf_payments as bcf

from .programs import no_children_left, program, ran
from .samples import settled

LEEDS = "E08000035"
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,1024",
)
PHONE = {"width": 375, "height": 812, "deviceScaleFactor": 1, "mobile": True}
SCHEMES = bcf.available_schemes()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    for scheme in SCHEMES:
        settlement = settled(scheme)
        bcf.write_report(settlement, folder / f"{scheme}.html")
        settlement.explain(LEEDS).write_page(folder / f"{scheme}_leeds.html")
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = program("chromium", "chromium-browser", "google-chrome")
    for switch in (*SWITCHES, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with no_children_left(seconds=600):
        driver = webdriver.Chrome(options=options, service=Service(program("chromedriver")))
        yield driver
        driver.quit()


@pytest.fixture
def visit(browser, pages):
    def open_page(name, place=""):
        browser.get("about:blank")
        browser.get(f"{(pages / name).as_uri()}.html{place}")
        return browser

    yield open_page
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def shown(browser):
    """The names of the areas that the search leaves, what it says, and whether it says that it found none."""
    return browser.execute_script(
        "return [[...document.querySelectorAll('details')].filter(e => e.checkVisibility())"
        ".map(e => e.querySelector('h3').textContent), document.getElementById('count').textContent,"
        " document.getElementById('none-found').checkVisibility()]"
    )


every_page = pytest.mark.parametrize("name", [*SCHEMES, *(f"{scheme}_leeds" for scheme in SCHEMES)])


@every_page
def test_the_page_loads_without_a_word_in_the_console(visit, name):
    browser = visit(name)
    assert browser.get_log("browser") == []
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0


@every_page
def test_the_page_holds_at_the_width_of_a_telephone(visit, name):
    browser = visit(name)
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", PHONE)
    browser.execute_script("document.querySelector('details')?.setAttribute('open', '')")
    assert browser.execute_script("return [innerWidth, document.documentElement.scrollWidth]") == [375, 375]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("leeds", ["Leeds"]),
        ("  City  of ", ["Kingston upon Hull, City of", "Bristol, City of", "City of London"]),
        ("E08000035", ["Leeds"]),
        (
            "e0900000",
            [
                "City of London",
                "Barking and Dagenham",
                "Barnet",
                "Bexley",
                "Brent",
                "Bromley",
                "Camden",
                "Croydon",
                "Ealing",
            ],
        ),
    ],
)
def test_an_area_is_found_by_name_or_code(visit, typed, names):
    browser = visit("october_2013")
    browser.find_element("id", "search").send_keys(typed)
    found, count, none = shown(browser)
    assert sorted(found) == sorted(names)
    assert count == f"{len(names)} of 151 areas shown"
    assert not none


def test_the_search_says_that_it_finds_none_and_starts_afresh(visit):
    browser = visit("july_2014")
    search = browser.find_element("id", "search")
    search.send_keys("Atlantis")
    assert shown(browser) == [[], "0 of 151 areas shown", True]
    search.send_keys(Keys.BACKSPACE * len("Atlantis"))
    found, count, none = shown(browser)
    assert (len(found), count, none) == (151, "151 of 151 areas shown", False)
    search.send_keys("York\n")  # the form goes nowhere
    assert "York" in shown(browser)[0]


def test_areas_unfold_and_fold_by_hand_and_all_at_once(visit):
    browser = visit("december_2013")
    browser.find_element("css selector", "summary").click()
    assert "Hartlepool can earn" in browser.find_element("css selector", "details").text
    browser.find_element("id", "search").send_keys("yorkshire")
    browser.find_element("id", "unfold").click()
    opened = "return [...document.querySelectorAll('details[open] h3')].map(e => e.textContent)"
    assert browser.execute_script(opened) == ["Hartlepool", "East Riding of Yorkshire", "North Yorkshire"]
    browser.find_element("id", "fold").click()
    assert browser.execute_script(opened) == []


def test_a_link_to_an_area_unfolds_it_even_where_the_search_hides_it(visit):
    browser = visit("october_2013")
    browser.find_element("id", "search").send_keys("Kent")
    browser.execute_script("document.querySelector('#areas ~ * a[href=\"#area-E08000035\"]').click()")
    fold = browser.find_element("css selector", "details[open]")
    assert fold.find_element("css selector", "h3").text == "Leeds"
    assert fold.is_displayed()


def table_of(browser, caption):
    """A table of the page, and the texts of a column of the rows that are shown."""
    (found,) = [
        table
        for table in browser.find_elements("css selector", "main table")
        if table.find_element("css selector", "caption").text == caption
    ]

    def column(place):
        return browser.execute_script(
            "return [...arguments[0].tBodies[0].rows].filter(e => e.checkVisibility())"
            ".map(e => e.cells[arguments[1]].textContent)",
            found,
            place,
        )

    return found, column


def test_a_table_is_sorted_by_any_of_its_columns_with_the_keyboard_alone(visit):
    browser = visit("october_2013")
    table, column = table_of(browser, "Performance money by area")
    by_name, by_money = (table.find_elements("css selector", "thead button")[place] for place in (0, 3))
    assert by_money.accessible_name == "Sort by Entitlement"
    by_money.send_keys(Keys.ENTER)
    largest = [float(text.replace("£", "").replace(",", "")) for text in column(3)]
    assert largest == sorted(largest, reverse=True)
    by_money.send_keys(Keys.ENTER)
    assert column(3)[0] == "£148,610.12"
    by_name.send_keys(Keys.SPACE)
    assert column(0)[:2] == ["Barking and Dagenham", "Barnet"]
    sorted_by = table.find_elements("css selector", "[aria-sort]")
    assert [head.get_attribute("aria-sort") for head in sorted_by] == ["ascending"]
    assert table.find_element("css selector", "tfoot th").text == "Total"


def test_a_table_of_areas_shows_one_region_without_the_total_of_all(visit):
    browser = visit("july_2014")
    table, column = table_of(browser, "Performance money by area")
    section = table.find_element("xpath", "ancestor::section")
    choice = Select(section.find_element("css selector", "select"))
    choice.select_by_visible_text("North East")
    assert set(column(1)) == {"North East"}
    assert section.find_element("css selector", "output").text == "12 of 151 areas shown"
    assert not table.find_element("css selector", "tfoot").is_displayed()
    choice.select_by_index(0)
    assert len(column(1)) == 151
    assert table.find_element("css selector", "tfoot").is_displayed()


def test_areas_to_unfold_are_found_by_region_too(visit):
    browser = visit("july_2014")
    Select(browser.find_element("css selector", "#find select")).select_by_visible_text("North East")
    assert shown(browser)[1:] == ["12 of 151 areas shown", False]
    browser.find_element("id", "search").send_keys("Leeds")
    assert shown(browser) == [[], "0 of 151 areas shown", True]


def test_without_script_nothing_offers_to_sort(visit, browser):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    visit("july_2014")
    assert browser.find_elements("css selector", "th button, select") == []


def test_without_script_a_link_to_an_area_still_unfolds_it(visit, browser):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    visit("july_2014", f"#area-{LEEDS}")
    assert not browser.find_element("id", "find").is_displayed()
    assert "Leeds can earn" in browser.find_element("css selector", "details[open]").text


def test_the_focus_is_seen_and_the_first_stop_skips_to_the_content(visit):
    browser = visit("july_2014")
    browser.find_element("css selector", "body").send_keys(Keys.TAB)
    first = browser.switch_to.active_element
    assert (first.text, first.is_displayed()) == ("Skip to the content", True)
    assert first.value_of_css_property("outline-style") == "solid"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_page_prints_with_its_notice_and_the_areas_that_are_unfolded(visit, scheme, tmp_path):
    browser = visit(scheme, f"#area-{LEEDS}")
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    file = tmp_path / "report.pdf"
    file.write_bytes(base64.b64decode(printed["data"]))
    command = [program("pdftotext"), "-layout", file, "-"]
    text = ran(command).stdout
    pages = text.rstrip("\f").split("\f")
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, start=1))
    assert all("No figure records what a named area" in " ".join(page.split()) for page in pages)
    assert "Where money that was held back goes" in pages[0]
    assert "The money at a glance" in pages[0]
    assert "Leeds can earn" in text
    assert "Hartlepool can earn" not in text
    assert "Find an area" not in text
    headings = [head.text for head in browser.find_elements("css selector", "h2, h3:not(summary *)")]
    last = [body_of(page)[-1] for page in pages]
    assert not [line for line in last if line in headings]


def body_of(page):
    """The lines of a printed page above its foot."""
    lines = [line.strip() for line in page.splitlines() if line.strip()]
    foot = next(place for place, line in enumerate(lines) if line.startswith("Illustration.") and place > 3)
    return lines[:foot]
