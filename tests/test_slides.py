"""Slides made of notebooks: every one fits a projector, explorers move, and nothing is fetched."""

import copy
import re
import zipfile

import nbformat
import pytest
from accessibility import violations
from browser import open_browser
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
from notebook_tools import PATHS, ROOT, read

from softmax_lib.jupyter import slides
from softmax_lib.jupyter.slides import WORDS, chosen_cells, make_slides

LIVE = "03_normalization"
MEASURE = """() => {
  const slide = Reveal.getCurrentSlide(), content = slide.querySelector(".content");
  const box = slide.getBoundingClientRect();
  const size = parseFloat(getComputedStyle(content).fontSize) * content.style.zoom;
  return {
    fits: slide.scrollHeight <= 720 && slide.scrollWidth <= 1280 && box.top >= 0 && box.left >= 0,
    height: slide.scrollHeight, zoom: Number(content.style.zoom), text: slide.innerText,
    empty: !slide.innerText.trim() && !slide.querySelector("img, svg"),
    drawn: [...slide.querySelectorAll("img")].every((image) => image.naturalWidth > 0),
  };
}"""


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture
def opened(browser):
    """Return what opens slides as a projector shows them; it notes requests and errors."""
    pages = []

    def open_page(path):
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        pages.append(page)
        page.asked, page.wrong = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.goto(path.as_uri())
        page.wait_for_function("Reveal.isReady()")
        return page

    yield open_page
    for page in pages:
        page.close()


def turn_through(page):
    """Yield (number, what is measured) for each slide."""
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate(f"Reveal.slide({number})")
        page.wait_for_timeout(40)
        yield number, page.evaluate(MEASURE)


def only_itself(page, path):
    return [url for url in page.asked if not url.startswith(("data:", "blob:"))] == [path.as_uri()]


@pytest.fixture(scope="module")
def live(tmp_path_factory):
    """Return the slides of one notebook, which has been run for them."""
    path = tmp_path_factory.mktemp("slides") / "live.html"
    return make_slides(ROOT / "notebooks" / f"{LIVE}.ipynb", path).path


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS, ids=lambda p: p.stem[:2])
def test_every_slide_fits_a_projector_and_nothing_is_fetched(path, opened, tmp_path):
    made = make_slides(path, tmp_path / "slides.html", execute=False).path
    page = opened(made)
    count = 0
    for number, slide in turn_through(page):
        assert slide["fits"], (number, slide["height"], slide["text"][:80])
        assert slide["zoom"] >= 0.5 and slide["drawn"] and not slide["empty"], number
        count += 1
    assert count >= 15
    assert page.wrong == []
    assert only_itself(page, made)


@pytest.mark.slow
def test_with_live_explorers_every_slide_fits_too(live, opened):
    page = opened(live)
    for number, slide in turn_through(page):
        assert slide["fits"], (number, slide["height"], slide["text"][:80])
    assert page.wrong == []
    assert only_itself(page, live)


def test_an_explorer_moves_on_its_slide_and_does_not_turn_it(live, opened):
    page = opened(live)
    number = next(k for k, slide in turn_through(page) if "More to try" in slide["text"])
    handle = page.locator("section.present").get_by_role("slider").first
    before = handle.input_value()
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(100)
    assert handle.input_value() != before
    assert page.evaluate("Reveal.getIndices().h") == number


def test_a_question_answers_on_its_slide(live, opened):
    page = opened(live)
    next(k for k, slide in turn_through(page) if "Why is it called soft?" in slide["text"])
    page.locator("section.present button").first.click()
    page.wait_for_timeout(100)
    assert re.search("Right|Not quite", page.locator("section.present").inner_text())
    assert page.evaluate(MEASURE)["fits"]


@pytest.mark.slow
def test_axe_finds_nothing_on_any_slide(live, opened):
    page = opened(live)
    for number, _ in turn_through(page):
        assert violations(page, "body") == [], number


# --- What becomes a slide ---------------------------------------------------------------------


def test_exercises_and_what_can_be_skipped_stay_out():
    for path in PATHS:
        text = "\n".join(cell.source for cell in chosen_cells(read(path).cells))
        assert "### Exercise" not in text and "check(" not in text
        assert "## Extra: " not in text and "## In papers" not in text
        assert "## Recap" in text and text.startswith("# ")


def test_a_result_comes_after_its_question():
    """The order is that of the notebook."""
    cells = read(next(path for path in PATHS if path.stem == LIVE)).cells
    sources = [cell.source for cell in cells]
    where = [
        next(k for k, source in enumerate(sources) if cell.source in source)
        for cell in chosen_cells(cells)
    ]
    assert where == sorted(where)


def sample():
    table = new_output("display_data", data={"text/html": "<p>bars</p>", "text/plain": "bars"})
    printed = new_output("stream", name="stdout", text="3\n")
    long = " ".join(["word"] * (WORDS - 5))
    return [
        new_markdown_cell("# Why?", id="title"),
        new_code_cell("import numpy", id="imports"),
        new_markdown_cell(f"Said.\n\n## One\n\n{long}\n\n{long}\n\n## Extra: more\n\nno", id="a"),
        new_code_cell("skipped()", id="b"),
        new_markdown_cell("## Two\n\nyes", id="c"),
        new_code_cell("shown()", id="d", outputs=[table]),
        new_code_cell("print(3)", id="e", outputs=[printed]),
        new_markdown_cell("### Exercise: x", id="my-x-task"),
        new_code_cell("check('my_x', my_x)", id="my-x-check"),
    ]


def test_texts_are_divided_at_headings_and_between_paragraphs():
    cells = sample()
    before = copy.deepcopy(cells)
    chosen = chosen_cells(cells)
    assert cells == before
    firsts = [cell.source.split()[:2] for cell in chosen]
    assert firsts == [
        ["#", "Why?"],
        ["Said."],
        ["##", "One"],
        ["word", "word"],
        ["##", "Two"],
        ["shown()"],
        ["print(3)"],
    ]
    assert all(len(c.source.split()) <= WORDS + 2 for c in chosen if c.cell_type == "markdown")
    assert len({cell.id for cell in chosen}) == len(chosen)
    hidden = [cell.metadata.get("transient", {}).get("remove_source", False) for cell in chosen]
    assert hidden == [False] * 5 + [True, False]


def test_what_opens_with_a_click_stays_whole():
    folded = "<details>\n<summary>The table</summary>\n\n| a |\n|---|\n| b |\n\n</details>"
    text = f"## One\n\nBefore.\n\n{folded}\n\nAfter " + "word " * WORDS
    chosen = chosen_cells([new_markdown_cell(text, id="a")])
    assert [folded in cell.source for cell in chosen] == [True, False]
    assert "".join(text.split()) == "".join("".join(cell.source.split()) for cell in chosen)


def test_no_word_of_a_text_is_lost():
    for path in PATHS:
        for cell in read(path).cells:
            if cell.cell_type == "markdown":
                pages = slides._pages(cell.source)
                assert "".join(cell.source.split()) == "".join("".join(pages).split())


def test_the_notebook_stays_as_it_is_and_has_to_be_there(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=sample())
    path = tmp_path / "one.ipynb"
    nbformat.write(notebook, path)
    before = path.read_bytes()
    page = make_slides(path, tmp_path / "deep" / "one.html", execute=False)
    assert path.read_bytes() == before
    text = page.path.read_text(encoding="utf-8")
    assert "<title>Why?</title>" in text and "bars" in text and "skipped()" not in text
    with pytest.raises(FileNotFoundError):
        make_slides(tmp_path / "two.ipynb", execute=False)


def test_reveal_comes_with_its_license():
    with zipfile.ZipFile(slides.HERE / "reveal.zip") as files:
        assert "MIT" in files.read("reveal.js").decode()[:200]
        assert "Hakim El Hattab" in files.read("LICENSE").decode()
