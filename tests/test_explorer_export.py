"""An explorer as a page: it moves without a kernel and without a network."""

import re
from pathlib import Path

import pytest
from accessibility import violations
from browser import open_browser

from softmax_lib import softmax
from softmax_lib.explorers import (
    BeatSoftmaxExplorer,
    HeadExplorer,
    MergeExplorer,
    RangeExplorer,
    RuleExplorer,
    SoftmaxExplorer,
    TriangleExplorer,
)
from softmax_lib.explorers.export import SavedPage, live_html, save_page
from softmax_lib.gpt import Storyteller

WORDS = ["woods", "garden", "castle", "sea"]
SCORES = [2.0, 1.0, -0.5, -1.5]


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


def numbers(view):
    return view.locator(".row:not(.head) .probabilities .number").all_inner_texts()


def right(scores):
    return [f"{p:.2f}" for p in softmax(scores)]


def open_offline(browser, path, **options):
    context = browser.new_context(offline=True, **options)
    page, errors = context.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(Path(path).as_uri())
    return page, errors


def test_a_page_of_its_own_moves_offline(browser, tmp_path):
    explorer = SoftmaxExplorer(SCORES, [*WORDS[:3], "</script><b>"], title="A & B")
    page, errors = open_offline(browser, save_page(explorer, tmp_path / "page.html"))
    assert page.title() == "A & B"
    view = page.locator(".softmax-explorer")
    assert numbers(view) == right(SCORES)
    view.get_by_role("slider", name="score of garden").focus()
    page.keyboard.press("PageUp")
    assert numbers(view) == right([2, 2, -0.5, -1.5])
    assert violations(page, "html") == []
    assert errors == []
    page.context.close()


def test_predict_mode_moves_offline(browser, tmp_path):
    one = SoftmaxExplorer(SCORES, WORDS).predict(seed=2)
    page, errors = open_offline(browser, save_page(one, tmp_path / "predict.html"))
    page.get_by_role("button", name="Commit").click()
    distance = one.commit([1 / len(one.rounds[0]["labels"])] * len(one.rounds[0]["labels"]))
    assert distance["sentence"] in page.locator(".result").inner_text()
    assert errors == []
    page.context.close()


@pytest.mark.parametrize("kind", [TriangleExplorer, BeatSoftmaxExplorer])
def test_a_point_in_a_triangle_moves_offline(browser, tmp_path, kind):
    page, errors = open_offline(browser, save_page(kind([0, 0, 0]), tmp_path / "page.html"))
    point = page.locator(".point")
    assert "0 0.33, 1 0.33, 2 0.33" in point.get_attribute("aria-valuetext")
    point.press("PageUp")
    assert "0 0.43, 1 0.28, 2 0.28" in point.get_attribute("aria-valuetext")
    assert page.locator(".probability .number").all_inner_texts() == ["0.43", "0.28", "0.28"]
    assert violations(page, "html") == []
    assert errors == []
    page.context.close()


def test_a_rule_is_tried_offline(browser, tmp_path):
    page, errors = open_offline(browser, save_page(RuleExplorer("e^z"), tmp_path / "page.html"))
    assert "b = 2.72" in page.locator(".verdict").inner_text()
    page.get_by_label("weight of z").fill("z^2")
    assert "breaks 3 of the 4" in page.locator(".verdict").inner_text()
    assert violations(page, "html") == []
    assert errors == []
    page.context.close()


def test_a_point_on_the_map_moves_offline(browser, tmp_path):
    page, errors = open_offline(browser, save_page(RangeExplorer(80, 3), tmp_path / "page.html"))
    assert page.locator(".said").all_inner_texts().count("right") == 5
    for _ in range(10):
        page.locator(".point").press("ArrowRight")
    assert "e^z / sum gives NaN and 0: overflow" in page.locator(".point").get_attribute(
        "aria-valuetext"
    )
    page.get_by_label("Format").select_option("float64")
    assert page.locator(".said").all_inner_texts().count("right") == 5
    assert violations(page, "html") == []
    assert errors == []
    page.context.close()


def test_a_head_is_switched_off_offline_and_several_are_not(browser, tmp_path):
    explorer = HeadExplorer(Storyteller.load(), "Leo saw a fox. “Hello,” said", (2, 2))
    page, errors = open_offline(browser, save_page(explorer, tmp_path / "page.html"))
    before = page.locator(".next .number").all_inner_texts()
    page.get_by_label("layer 2, head 2 on").uncheck()
    assert page.locator(".next .number").all_inner_texts() != before
    assert "Without layer 2, head 2" in page.locator(".verdict").inner_text()
    page.get_by_label("layer 0, head 0 on").uncheck()
    assert "This page has no Python" in page.locator(".verdict").inner_text()
    assert page.get_by_label("Text").evaluate("(e) => e.readOnly")
    assert violations(page, "html") == []
    assert errors == []
    page.context.close()


def test_without_scripts_the_table_is_there(browser, tmp_path):
    path = save_page(SoftmaxExplorer(SCORES, WORDS), tmp_path / "page.html")
    page, _ = open_offline(browser, path, java_script_enabled=False)
    assert "woods 0.68, garden 0.25" in page.locator("table").inner_text()
    page.context.close()


def test_a_saved_page_says_where_it_is_and_opens_like_a_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = save_page(SoftmaxExplorer(SCORES, WORDS), "bars.html")
    assert repr(page) == "Written: bars.html. It opens in any browser, without a network."
    assert Path(page).read_text(encoding="utf-8") == page.path.read_text(encoding="utf-8")
    assert repr(SavedPage("{0}.html", "Here: {}")) == "Here: {0}.html"


def test_nothing_in_the_page_is_fetched():
    explorers = [SoftmaxExplorer(SCORES), SoftmaxExplorer(SCORES).predict()]
    explorers += [TriangleExplorer(SCORES[:3]), BeatSoftmaxExplorer(SCORES[:3]), RuleExplorer()]
    explorers += [HeadExplorer(Storyteller.load(), "Leo saw a fox"), RangeExplorer()]
    explorers.append(MergeExplorer([[1], [2]]))
    for explorer in explorers:
        assert not re.search(r"https?://|\bimport\b\s*[({\"']|@import|url\(", live_html(explorer))
