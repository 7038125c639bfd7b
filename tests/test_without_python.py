"""Committed notebooks where nothing runs: pictures and tables, with words, on every site.

Three stand-ins, offline. nbviewer shows nbconvert's page. GitHub strips what can style or script a
page, and says what it keeps. VS Code shows the first kind of output that it knows.
"""

import html
import re
from html.parser import HTMLParser

import pytest
from browser import open_browser
from nbconvert import HTMLExporter
from notebook_tools import PATHS, code_cells, read

every_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
BLOCKS = re.compile("[█░]+")


def outputs(path, sign):
    """Return what a notebook's cells show, in every kind, where its HTML holds a sign."""
    shown = [o.get("data", {}) for cell in code_cells(read(path)) for o in cell.outputs]
    return [data for data in shown if sign in data.get("text/html", "")]


def explorers(path):
    found = outputs(path, "<table")
    assert found, f"{path.stem} shows no explorer"
    return found


def figures(path):
    return outputs(path, "<figure")


def plain(markup):
    """Return the text of a page."""
    return html.unescape(re.sub(r"<[^>]*>", " ", markup))


def words(text):
    """Return a text with every run of blanks as one."""
    return " ".join(text.split())


def rows(table):
    """Return the text of each cell, row by row."""
    found = re.findall(r"<tr[^>]*>(.*?)</tr>", table, re.DOTALL)
    return [[plain(c).strip() for c in re.findall(r"<t[dh][^>]*>.*?</t[dh]>", r)] for r in found]


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture
def still(browser, tmp_path):
    """Give a function ``still(markup)``: a page without scripts and without a network."""
    with browser.new_context(offline=True, java_script_enabled=False) as context:

        def page(markup):
            path = tmp_path / "page.html"
            path.write_text(markup, encoding="utf-8")
            page = context.new_page()
            page.goto(path.as_uri())
            return page

        yield page


# --- nbviewer -------------------------------------------------------------------------------------


@every_notebook
def test_nbviewer_shows_bars_pictures_and_words(still, path):
    markup, _ = HTMLExporter().from_notebook_node(read(path))
    page = still(markup)
    tables = page.locator(".jp-OutputArea-output table").all()
    for table, data in zip(tables, explorers(path), strict=True):
        assert data["text/plain"] in table.locator("caption").inner_text()
        for row in rows(data["text/html"]):
            for text in row:
                if text and not BLOCKS.fullmatch(text):
                    assert table.get_by_text(text, exact=True).first.is_visible(), text
        painted = [
            (bar.bounding_box()["width"], bar.locator("..").bounding_box()["width"])
            for bar in table.locator("div > div").all()
        ]
        lengths = [float(x) for x in re.findall(r"width:([\d.]+)%", data["text/html"])]
        for (bar, whole), length in zip(painted, lengths, strict=True):
            assert bar / (whole - 2) == pytest.approx(length / 100, abs=0.01)
    shown = page.locator(".jp-OutputArea-output figure").all()
    for figure, data in zip(shown, figures(path), strict=True):
        image, words = figure.locator("img"), data["text/plain"]
        assert image.get_attribute("alt") == words
        assert image.bounding_box()["width"] > 300 and image.bounding_box()["height"] > 100
        assert figure.locator("figcaption").inner_text() == words


# --- GitHub ---------------------------------------------------------------------------------------

# What the filter kept that GitHub published (html-pipeline's SanitizationFilter, version 2): no
# style, class or id, no figure and no caption, whose text stays. Of a picture it keeps the alt text
# but no source that is not an address. GitHub's page of a notebook may keep more; what can be read
# with this can be read there.
ELEMENTS = set(
    "h1 h2 h3 h4 h5 h6 h7 h8 br b i strong em a pre code img tt div ins del sup sub p ol ul table"
    " thead tbody tfoot blockquote dl dt dd kbd q samp var hr ruby rt rp li tr td th s strike"
    " summary details".split()
)
ATTRIBUTES = set("align alt colspan headers height rowspan scope open title width".split())
EMPTY = {"br", "img", "hr"}


class GitHub(HTMLParser):
    """Keep the elements and attributes that GitHub keeps, and the text of all others."""

    def __init__(self):
        super().__init__()
        self.kept, self.silent = [], 0

    def handle_starttag(self, tag, attributes):
        self.silent += tag in ("script", "style")
        if tag in ELEMENTS:
            kept = "".join(
                f' {name}="{html.escape(value or "")}"'
                for name, value in attributes
                if name in ATTRIBUTES
            )
            self.kept.append(f"<{tag}{kept}>")

    def handle_endtag(self, tag):
        self.silent -= tag in ("script", "style")
        if tag in ELEMENTS - EMPTY:
            self.kept.append(f"</{tag}>")

    def handle_data(self, text):
        if not self.silent:
            self.kept.append(html.escape(text, quote=False))


def on_github(still, found):
    """Yield each output, and its part of a page that GitHub has stripped."""
    page = still("".join(f"<section>{strip(data['text/html'])}</section>" for data in found))
    for n, data in enumerate(found):
        yield data, page.locator("section").nth(n)


def strip(markup):
    parser = GitHub()
    parser.feed(markup)
    return "".join(parser.kept)


@every_notebook
def test_github_shows_blocks_numbers_and_words(still, path):
    for data, part in on_github(still, explorers(path)):
        assert words(data["text/plain"]) in words(part.inner_text())
        table = rows(data["text/html"])
        # What stands in a row before stripping can be read in the same row after it.
        for row, shown in zip(table, part.locator("tr").all(), strict=True):
            assert words(shown.inner_text()) == words(" ".join(row))
            for head, number, bar in zip(table[0], row, row[1:]):
                if head == "probability" and BLOCKS.fullmatch(bar):
                    p = float(number.strip("<>"))
                    # A bar goes from 0 to 1, and the number is rounded too.
                    assert len(bar) == 25
                    assert abs(bar.count("█") - 25 * min(1, max(0, p))) <= 0.7


@every_notebook
def test_github_shows_each_figure_in_words(still, path):
    for data, part in on_github(still, figures(path)):
        assert part.inner_text().strip() == data["text/plain"]
        assert part.locator("img").get_attribute("alt") == data["text/plain"]
        assert data["image/png"], "where HTML is not shown, the picture is"


@every_notebook
def test_github_still_opens_answers_and_hints(still, path):
    for _, part in on_github(still, outputs(path, "<details")):
        fold = part.locator("details").first
        assert not fold.locator("div, pre").first.is_visible()
        fold.locator("summary").click()
        assert fold.locator("div, pre").first.is_visible()


# --- VS Code --------------------------------------------------------------------------------------

# The order in which VS Code picks among the kinds of one output. In a folder that is not trusted it
# shows no HTML. A notebook that was saved without its widgets' state shows a widget as an error, so
# none may be there; after a run, the Jupyter extension shows the live one.
KNOWN = ["text/html", "image/svg+xml", "text/latex", "text/markdown", "image/png", "image/jpeg",
         "text/plain"]  # fmt: skip


@every_notebook
def test_vs_code_shows_pictures_and_words(path):
    for data in explorers(path) + figures(path):
        assert set(data) <= set(KNOWN)
        trusted, bare = (next(k for k in kinds if k in data) for kinds in (KNOWN, KNOWN[1:]))
        assert trusted == "text/html"
        assert words(data["text/plain"]) in words(plain(data[trusted]))
        assert bare == ("image/png" if "<figure" in data["text/html"] else "text/plain")
        assert "<" not in data["text/plain"].replace("<0.01", "")
        # Nothing that a page has to fetch or run.
        assert not re.search(r"<script|<link|\bsrc=\"(?!data:)|url\(", data["text/html"])
