"""The pages to read: every page and link, the search, explorers that move, and nothing fetched."""

import importlib.util
import re
import subprocess
import sys
from urllib.parse import unquote, urlsplit

import pytest
from accessibility import violations
from browser import open_browser, serve_files
from bs4 import BeautifulSoup
from notebook_tools import PATHS, ROOT, code_cells, read
from test_address import NEW

from softmax_lib.exercises.registry import COURSE
from softmax_lib.glossary import TERMS

pytestmark = pytest.mark.slow


def builder():
    """Return docs/build.py as a module."""
    spec = importlib.util.spec_from_file_location("build_docs", ROOT / "docs" / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The built pages. Sphinx's warnings are faults: a broken link, a word that it cannot read."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, str(ROOT / "docs" / "build.py"), str(folder), "--lite", "lite"]
    built = subprocess.run(command, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.fixture(scope="module")
def pages(folder):
    """Each page's name and its content."""
    found = sorted(folder.glob("*.html"))
    return {p.name: BeautifulSoup(p.read_text(encoding="utf-8"), "html.parser") for p in found}


@pytest.fixture(scope="module")
def address(folder):
    """Where a server shows the pages."""
    with serve_files(folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture
def opened(browser, address):
    """Give a function ``opened(name)``: a page that asks nobody else for anything."""
    with browser.new_context(reduced_motion="reduce") as context:
        page, asked, errors = context.new_page(), [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))

        def go(name):
            page.goto(address + name)
            return page

        yield go
        own = (address, "data:", "blob:")
        assert [url for url in asked if not url.startswith(own)] == []
        assert errors == []


def test_every_notebook_has_a_page_with_its_words_and_its_formulas(pages):
    for path in PATHS:
        page, notebook = pages[f"{path.stem}.html"], read(path)
        question = notebook.cells[0].source.split("\n")[0].lstrip("# ")
        assert page.h1.get_text().startswith(question)
        written = sum(cell.source.strip() != "" for cell in code_cells(notebook))
        assert len(page.select(".cell_input")) == written
        for kept in page.select("annotation, pre, code"):
            kept.extract()  # TeX for those who copy it, and what is code
        assert not re.search(r"\$\$|\\frac|\\sum", page.select_one("article").get_text())
    formulas = {name: len(page.select("math")) for name, page in pages.items()}
    assert formulas["03_normalization.html"] > 3 and formulas["05_temperature.html"] > 0
    assert [
        name for name, page in pages.items() if page.select(".math") and not formulas[name]
    ] == []


def test_every_link_leads_somewhere(pages, folder):
    lost = []
    for name, page in pages.items():
        for link in page.select("a[href], link[href], script[src], img[src]"):
            target = link.get("href") or link.get("src")
            parts = urlsplit(target)
            if parts.scheme:
                # What a reader may follow; what a page needs comes from here.
                if link.name != "a" and parts.scheme not in ("data", "blob"):
                    lost.append((name, target))
                continue
            if parts.path.startswith("lite/"):
                continue  # the browser's JupyterLab, which is built by itself
            file = unquote(parts.path) or name
            if not (folder / file).is_file():
                lost.append((name, target))
            elif parts.fragment and file.endswith(".html"):
                there = pages[file]
                if not there.find(id=unquote(parts.fragment)):
                    lost.append((name, target))
    assert lost == []


def test_it_says_where_else_a_notebook_opens(pages):
    build = builder()
    for name in COURSE:
        shown = pages[f"{name}.html"].find(string=re.compile("^Open this notebook")).parent
        links = {a.get_text(): a["href"] for a in shown.select("a")}
        assert links["in the browser"] == f"lite/lab/index.html?path=notebooks/{name}.ipynb"
        assert links["on your computer"] == "start.html"
    line = build.where_it_opens("05_temperature", NEW, "")
    place = f"{NEW.partition('github.com/')[2]}/HEAD?urlpath=lab%2Ftree%2Fnotebooks%2F"
    assert f"/v2/gh/{place}05_temperature.ipynb)" in line and "in the browser" not in line
    assert "/github/ada-l/soft.max/blob/HEAD/notebooks/05_temperature.ipynb)" in line
    assert f"`%pip install --quiet git+{NEW}`" in line
    (checked,) = (p for p in pages["index.html"].find_all("p") if "are checked" in p.text)
    places = {a.get_text(): a["href"] for a in checked.find_all("a")}
    assert places == {"in your browser": "lite/index.html", "on your computer": "start.html"}
    assert "olab" not in build.where_it_opens("05_temperature", "", "lite")


def test_a_badge_is_not_fetched():
    badge = "[![Open 05 elsewhere](https://example.org/a.svg)](https://example.org/x)"
    assert (
        builder().as_page(f"| {badge} |", NEW) == "| [Open 05 elsewhere](https://example.org/x) |"
    )


def test_the_reference_explains_every_public_function(pages):
    import softmax_lib

    told = {tag["id"] for tag in pages["reference.html"].select("dt[id]")}
    endings = {name.rpartition(".")[2] for name in told}
    missing = [n for n in softmax_lib.__all__ if n not in endings]
    assert missing == []
    assert str(ROOT) not in str(pages["reference.html"]), "it tells where this machine keeps files"
    glossary = pages["glossary.html"].get_text()
    assert [term.name for term in TERMS if term.name.lower() not in glossary] == []


def test_chromium_walks_every_page(opened, pages):
    for name in pages:
        page = opened(name)
        page.emulate_media(color_scheme="light")
        assert violations(page, "html") == [], name
        page.emulate_media(color_scheme="dark")
        page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
        assert violations(page, "html", ["color-contrast"]) == [], f"{name}, dark"
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} pixels wide in {width}"


def test_explorers_move_and_questions_answer(opened):
    page = opened("04_logits.html")
    handle = page.locator(".softmax-explorer [role=slider], .softmax-explorer input.slider").first
    before = handle.get_attribute("aria-valuetext")
    handle.focus()
    page.keyboard.press("PageUp")
    assert handle.get_attribute("aria-valuetext") != before
    question = page.locator(".softmax-quiz").first
    question.locator(".softmax-option").first.click()
    assert question.locator(".answer").inner_text()[0] in "✓✗"


def test_the_search_finds_a_word(opened):
    page = opened("search.html?q=temperature")
    page.locator("#search-results li a").first.wait_for()
    found = page.locator("#search-results li a").evaluate_all("(all) => all.map((a) => a.href)")
    assert any("05_temperature.html" in href for href in found)
    page = opened("search.html?q=zebracorn")
    page.get_by_text("did not match any documents").wait_for()
