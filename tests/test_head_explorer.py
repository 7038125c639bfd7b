"""A head to look at: its weights, the next words without it, and the page.

What holds for all explorers is in test_every_explorer.py.
"""

import json

import numpy as np
import pytest
from browser import open_browser, open_lab
from explorer_tools import arithmetic, open_page

from softmax_lib import softmax
from softmax_lib.explorers import HeadExplorer
from softmax_lib.gpt import Storyteller

STORY = (
    "One rainy morning, Leo went into the woods with a fox. They were best friends. "
    "“I think we are lost,” said"
)
HEADS = [(layer, head) for layer in range(3) for head in range(4)]


@pytest.fixture(scope="module")
def teller():
    return Storyteller.load()


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture
def explorer(teller):
    return HeadExplorer(teller, STORY, (2, 2))


# --- In Python ------------------------------------------------------------------------------------


def test_weights_are_the_models(teller, explorer):
    words, weights = teller.attention(STORY)
    assert explorer.reading["words"] == words
    for head in HEADS:
        for word in (0, 5, -1):
            explorer.head, explorer.word = head, word
            right = weights[*head, word]
            assert explorer.weights == pytest.approx(right)
            order = np.argsort(-right)[: min(3, word % len(words) + 1)]
            assert [w for _, w in explorer.strongest] == pytest.approx(right[order].tolist())
            assert [name.split(" (")[0] for name, _ in explorer.strongest] == [
                words[i] for i in order
            ]


def test_what_the_page_has_is_the_models_too(teller, explorer):
    _, weights = teller.attention(STORY)
    sent = json.loads(json.dumps(explorer.reading, allow_nan=False))
    for layer, head in HEADS:
        for i, row in enumerate(sent["weights"][layer][head]):
            assert len(row) == i + 1
            assert row == pytest.approx(weights[layer, head, i, : i + 1], abs=1.1e-5)
            assert all(0 < w < 1 for w in row) or row == [1]
    assert set(sent["results"]) == {"", *(f"{layer}.{head}" for layer, head in HEADS)}
    whole = softmax(teller.logits(STORY))
    for off in [[], *([head] for head in HEADS)]:
        p = softmax(teller.logits(STORY, even_heads=off))
        result = sent["results"][" ".join(f"{layer}.{head}" for layer, head in off)]
        places = [teller.vocabulary.index(word) for word, *_ in result["words"]]
        assert places == np.argsort(-p, kind="stable")[:6].tolist()
        for i, (_, before, after) in zip(places, result["words"]):
            assert [before, after] == pytest.approx([whole[i], p[i]], abs=1e-12)
        count, before, after = result["rest"]
        assert count == 795 - 6
        assert [before, after] == pytest.approx(
            [1 - whole[places].sum(), 1 - p[places].sum()], abs=1e-12
        )


@pytest.mark.parametrize("off", [[], [(2, 2)], [(2, 2), (1, 3)], HEADS])
def test_the_next_word_without_heads(teller, explorer, off):
    explorer.off = off
    assert explorer.off == sorted(map(list, off))
    right = softmax(teller.logits(STORY, even_heads=off))
    assert explorer.probabilities == pytest.approx(right, abs=1e-12)
    best = teller.vocabulary[right.argmax()]
    assert explorer.answer["words"][0][0] == best
    assert explorer.answer["words"][0][2] == pytest.approx(right.max())
    n = len(explorer.reading["words"])
    for head in off:
        explorer.head = head
        assert explorer.weights == pytest.approx([1 / n] * n)
        assert "looks at every word alike, 0.04 each" in explorer.description


def test_words_name_the_three_strongest_arcs(explorer):
    assert "Layer 2, head 2 from said looks most at leo 0.99, fox <0.01, think <0.01." in (
        explorer.description
    )
    assert "Next word: leo 0.99, tariq <0.01" in explorer.description
    explorer.off = [(2, 2)]
    assert "Without layer 2, head 2: lena 0.20, leo 0.14" in explorer.description
    explorer.word = 24  # the second comma
    assert "from , (25) looks" in explorer.description
    table = explorer._table()
    assert table.count("<tr") == 1 + 12 and table.count("layer 2, head 3") == 1


def test_another_text(teller, explorer):
    explorer.off = [(0, 1)]
    explorer.text = "the fox saw a hen"
    assert explorer.word == 4
    assert explorer.reading["words"] == ["the", "fox", "saw", "a", "hen"]
    right = softmax(teller.logits("the fox saw a hen", even_heads=[(0, 1)]))
    assert explorer.answer["words"][0][2] == pytest.approx(right.max())
    explorer.set_state({"typed": "the fox saw a computer"})
    assert "does not know 'computer'" in explorer.trouble
    assert explorer.text == "the fox saw a hen", "nothing is lost"
    explorer.set_state({"typed": "the fox saw a hen"})
    assert explorer.trouble == ""
    explorer.set_state({"typed": "Once upon a time"})
    assert explorer.reading["words"] == ["once", "upon", "a", "time"] and explorer.word == 3


@pytest.mark.parametrize(
    "options, error, told",
    [
        ({"head": (3, 0)}, ValueError, "head must have layers from 0 to 2 .* got .3, 0."),
        ({"head": 2}, TypeError, "head must be a pair"),
        ({"off": [(0, 4)]}, ValueError, "off must have .* heads from 0 to 3, got .0, 4."),
        ({"off": [2]}, TypeError, "off must be a list of .layer, head."),
        ({"word": 27}, ValueError, "word must be from 0 to 26, got 27"),
        ({"text": "a computer"}, ValueError, "does not know 'computer'"),
        ({"text": "a " * 61}, ValueError, "at most 60 words and signs, got 61"),
        ({"teller": "Leo"}, TypeError, "teller must be a Storyteller, got 'Leo'"),
    ],
)
def test_bad_input_is_named(teller, options, error, told):
    with pytest.raises(error, match=told):
        HeadExplorer(**{"teller": teller, "text": STORY, **options})


# --- In the browser -------------------------------------------------------------------------------


def test_the_browser_has_the_same_weights_and_words(browser, explorer):
    reading = json.loads(json.dumps(explorer.reading))
    cases = [(head, word, off) for head in HEADS for word in (0, 7, 24) for off in ([], [head])]
    with arithmetic(browser, explorer) as call:
        found = call("weightsFrom", [[reading, head, word, off] for head, word, off in cases])
        told = call("strongest", [[reading["words"], weights] for weights in found])
        keys = call("keyOf", [[[[1, 3], [2, 2]]], [[]]])
    assert keys == ["1.3 2.2", ""]
    for (head, word, off), weights, names in zip(cases, found, told):
        explorer.head, explorer.word, explorer.off = head, word, off
        assert weights == pytest.approx(explorer.weights[: word + 1], abs=1.1e-5)
        if not off:  # the same words in the same order, with the same numbers
            assert ", ".join(names) in explorer.description


def test_one_head_is_switched_off_without_python(browser, explorer):
    with open_page(browser, explorer) as (page, errors):
        names = page.locator(".next .name")
        assert names.first.inner_text() == "leo"
        assert "leo 0.99, fox <0.01, think <0.01" in page.locator(".looks").inner_text()
        page.get_by_label("layer 2, head 2 on").uncheck()
        assert names.all_inner_texts()[:2] == ["lena", "leo"]
        assert page.locator(".next .number").all_inner_texts()[:2] == ["0.20", "0.14"]
        assert "Without layer 2, head 2" in page.locator(".verdict").inner_text()
        assert "every word alike, 0.04 each" in page.locator(".looks").inner_text()
        page.get_by_label("layer 1, head 3 on").uncheck()
        assert page.locator(".verdict").inner_text() == "Waiting for Python…"
        assert page.evaluate("model.get('off')") == [[1, 3], [2, 2]]
        explorer.off = [(1, 3), (2, 2)]
        page.evaluate("(answer) => model.set('answer', answer)", explorer.answer)
        assert "Without 2 heads" in page.locator(".verdict").inner_text()
        assert names.all_inner_texts()[:2] == ["lena", "sofia"]
        page.get_by_role("button", name="Reset").click()
        assert names.first.inner_text() == "leo"
        assert errors == []


def test_words_are_chosen_by_clicks_and_keys(browser, explorer):
    with open_page(browser, explorer, viewport={"width": 320, "height": 700}) as (page, errors):
        dial = page.get_by_role("slider", name="Word that looks")
        assert "said, word 27" in dial.get_attribute("aria-valuetext")
        seen = page.locator(".word.from").bounding_box()
        assert 0 < seen["x"] < 320, "the line has scrolled to it"
        dial.press("Home")
        assert page.evaluate("model.get('word')") == 0
        assert page.locator(".word.from").bounding_box()["x"] > 0
        page.locator(".word").nth(4).click()
        assert page.evaluate("model.get('word')") == 4
        thick = page.locator("path").evaluate_all(
            "(all) => all.map((p) => p.getAttribute('d') ? p.getAttribute('stroke-width') : null)"
        )
        explorer.word = 4
        for width, weight in zip(thick, explorer.weights):
            assert (width is None) == (weight < 0.005)
            if width is not None:
                assert float(width) == pytest.approx(0.7 + 15 * weight, abs=0.06)
        page.get_by_label("layer 0, head 3", exact=True).check()
        assert page.evaluate("model.get('head')") == [0, 3]
        assert errors == []


def test_another_text_is_drawn_and_what_is_wrong_is_said(browser, teller, explorer):
    with open_page(browser, explorer) as (page, errors):
        field = page.get_by_label("Text")
        field.fill("the fox saw a computer")
        field.press("Enter")
        assert page.evaluate("model.get('typed')") == "the fox saw a computer"
        page.evaluate("model.set('trouble', 'the model does not know computer')")
        assert "does not know" in page.locator(".verdict").inner_text()
        assert field.get_attribute("aria-invalid") == "true"
        other = HeadExplorer(teller, "the fox saw a hen")
        page.evaluate(
            """([reading, answer]) => {
              model.set("trouble", ""); model.set("reading", reading); model.set("answer", answer);
            }""",
            [other.reading, other.answer],
        )
        assert page.locator(".word").all_inner_texts() == ["the", "fox", "saw", "a", "hen"]
        assert page.locator(".word.from").inner_text() == "hen"
        assert page.evaluate("document.activeElement.type") == "text"
        assert errors == []


@pytest.mark.slow
def test_in_jupyterlab_python_answers(browser, tmp_path):
    """Several heads off, and another text."""
    with open_lab(browser, tmp_path) as lab:
        show = "from softmax_lib.explorers import HeadExplorer\n"
        show += "from softmax_lib.gpt import Storyteller\n"
        lab.write("heads", [f"{show}look = HeadExplorer(Storyteller.load(), {STORY!r})\nlook"])
        lab.open("heads")
        lab.run(0)
        view = lab.cell(0)
        for layer, head in ((2, 2), (1, 3)):
            view.get_by_label(f"layer {layer}, head {head} on").uncheck()
        said = view.locator(".verdict")
        lab._until(lambda: "Without 2 heads" in said.inner_text(), "no answer")
        assert view.locator(".next .name").all_inner_texts()[:2] == ["lena", "sofia"]
        field = view.get_by_label("Text")
        field.fill("the fox saw a computer")
        field.press("Enter")
        lab._until(lambda: "does not know 'computer'" in said.inner_text(), "no trouble")
        assert view.locator(".word").count() == 27, "nothing is lost"
        field.fill("the fox saw a hen")
        field.press("Enter")
        lab._until(lambda: view.locator(".word").count() == 5, "the old text")
        lab._until(lambda: "Without 2 heads" in said.inner_text(), "no answer to the new text")
        assert "from hen" in view.locator(".looks").inner_text()
        assert lab.errors == []
