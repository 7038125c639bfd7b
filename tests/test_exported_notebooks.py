"""The course's notebooks as pages: no kernel, no network, and for everybody."""

import re

import pytest
from accessibility import (
    CONTENT,
    HARD_TO_READ,
    SCREEN,
    WORDLESS,
    ZOOMED,
    unfold,
    use_controls,
    violations,
    zoom,
)
from browser import open_browser
from notebook_tools import PATHS, ROOT, code_cells, read

from softmax_lib import softmax
from softmax_lib.jupyter.export import export_notebook

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Give a function ``exported(name)``: a notebook as a page, made once."""
    folder = tmp_path_factory.mktemp("exported")

    def page(name):
        path = folder / f"{name}.html"
        if not path.exists():
            export_notebook(ROOT / f"notebooks/{name}.ipynb", path)
        return path

    return page


@pytest.fixture
def opened(browser, exported):
    """Give a function ``opened(name)``: the page in a browser that is offline."""
    with browser.new_context(offline=True, has_touch=True, **SCREEN) as context:
        asked, errors = [], []

        def page(name):
            page = context.new_page()
            page.on("request", lambda request: asked.append(request.url))
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(exported(name).as_uri())
            return page

        yield page
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
        assert errors == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_page_is_for_everybody(opened, path):
    notebook, page = read(path), opened(path.stem)
    assert page.title() == notebook.cells[0].source.split("\n")[0].lstrip("# ")
    # Everything shows: an explorer lives, a figure is there, a question answers.
    sources = [cell.source for cell in code_cells(notebook)]
    html = [o.get("data", {}).get("text/html", "") for c in code_cells(notebook) for o in c.outputs]
    explorers = page.locator(".explorer:not(.softmax-quiz)")
    assert explorers.count() == sum("<table" in text for text in html) > 0
    assert page.locator("figure img").count() == sum("<figure" in text for text in html)
    unfold(page)
    assert page.evaluate(WORDLESS, CONTENT) == []
    asked = page.locator(".softmax-quiz")
    assert asked.count() == sum(source.startswith("ask(") for source in sources)
    for question in asked.all():
        said = []
        for option in question.locator(".softmax-option").all():
            option.click()
            said.append(question.locator(".answer").inner_text()[0])
        assert said.count("✓") == 1 and set(said) == {"✓", "✗"}
    assert violations(page, "html") == []
    # Twice as large, where the system is dark: the page stays light, and all of it does.
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    zoom(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"]
    assert page.evaluate(HARD_TO_READ, f"{CONTENT}, .jp-InputArea-editor") == []
    assert violations(page, "html") == []
    assert use_controls(page) == []


# --- Every kind of explorer is dragged ------------------------------------------------------------


def right_softmax(view):
    told = [s.get_attribute("aria-valuetext") for s in view.get_by_role("slider").all()]
    found = [re.search(r"score (\S+), probability (\S+)", text) for text in told]
    found = [match for match in found if match]
    scores, said = [float(m[1].replace("−", "-")) for m in found], [m[2] for m in found]
    exact = [p if p in ("<0.01", ">0.99") else float(p) for p in said]
    for p, q in zip(exact, softmax(scores), strict=True):
        # What is told of a score is rounded, so the last digit may be one off.
        assert q < 0.01 if p == "<0.01" else q > 0.99 if p == ">0.99" else abs(p - q) < 0.011


def right_guesses(view):
    guesses = [float(text) for text in view.locator(".mine").all_inner_texts()]
    assert len(guesses) > 1 and sum(guesses) == pytest.approx(1, abs=0.005 * len(guesses))


def right_words(view):
    assert re.search(r"of 795 words possible, sum 1\.00", view.inner_text())


def right_rows(view):
    assert view.get_by_text("✓ 1.00").count() == 5


EXPLORERS = {
    "softmax": ("00_start_here", 0, "PageUp", right_softmax),
    "predict": ("05_temperature", 0, "PageUp", right_guesses),
    "next-word": ("06_next_word", 1, "PageDown", right_words),
    "attention": ("07_attention", 0, "PageUp", right_rows),
}


@pytest.mark.parametrize("kind", EXPLORERS)
def test_it_is_dragged_offline_by_keys_mouse_and_finger(opened, kind):
    name, number, key, right = EXPLORERS[kind]
    page = opened(name)
    view = page.locator(f".{kind}-explorer").first
    slider = view.get_by_role("slider").nth(number)
    slider.scroll_into_view_if_needed()

    def told():
        right(view)
        return slider.get_attribute("aria-valuetext"), view.inner_text()

    before = told()
    slider.focus()
    page.keyboard.press(key)
    keyed = told()
    assert keyed[0] != before[0] and keyed[1] != before[1]

    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    places = [box["x"] + box["width"] * part for part in (0.5, 0.4, 0.3, 0.2, 0.1, 0.2, 0.3)]
    page.mouse.move(places[0], y)
    page.mouse.down()
    dragged = set()
    for x in places:
        page.mouse.move(x, y)
        dragged.add(told())
    page.mouse.up()
    assert len(dragged) > 4, "the values must move while it is dragged"

    client = page.context.new_cdp_session(page)
    touched = set()
    for event, x in [("touchStart", places[0]), *(("touchMove", x) for x in places)]:
        points = [{"x": x, "y": y}]
        client.send("Input.dispatchTouchEvent", {"type": event, "touchPoints": points})
        touched.add(told())
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert len(touched) > 4, "the values must move under a finger"


def test_a_prediction_is_judged_offline(opened):
    view = opened("05_temperature").locator(".predict-explorer")
    view.get_by_role("button", name="Commit").press("Enter")
    assert "Distance 0." in view.inner_text()
    view.get_by_role("button", name="Next round").press("Enter")
    right_guesses(view)


def test_a_word_is_drawn_offline(opened):
    view = opened("06_next_word").locator(".next-word-explorer").first
    view.get_by_role("button", name="Draw u").press("Enter")
    assert re.search(r"u = 0\.\d+ falls in “\w+”, which holds 0\.\d+ to", view.inner_text())
    # The text grows with Python alone; the page says what it waits for, and goes on after Undo.
    view.get_by_role("button", name="Add “").press("Enter")
    assert "Python" in view.inner_text()
    view.get_by_role("button", name="Undo").press("Enter")
    assert "Python" not in view.inner_text()
    right_words(view)
