"""A question answers back: as a widget where a kernel runs, as a page that opens elsewhere."""

import html
import json
import re

import pytest
from accessibility import HARD_TO_READ, violations
from browser import open_browser
from explorer_tools import live_state, open_page

from softmax_lib.exercises import ask
from softmax_lib.exercises.exercise import Question
from softmax_lib.exercises.feedback import rich
from softmax_lib.exercises.progress import load
from softmax_lib.exercises.quiz import Quiz
from softmax_lib.exercises.registry import all_questions

NAMES = list(all_questions())


def plain(markup):
    return html.unescape(
        re.sub(r"<br>", "\n", re.sub(r"</?(code|div|em|strong)\b[^>]*>", "", markup))
    )


def as_read(text):
    """Return a text without the signs for code and emphasis; the questions multiply nothing."""
    return text.replace("`", "").replace("*", "")


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.setenv("SOFTMAX_PROGRESS", str(tmp_path / "progress.json"))
    return tmp_path / "progress.json"


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


def options(page):
    return page.locator(".softmax-option").all()


def marks(page):
    """Return the sign in front of each option, and whether it is the pressed one."""
    # In one step: each question to the page takes as long as a click.
    return [
        tuple(pair)
        for pair in page.locator(".softmax-option").evaluate_all(
            """(buttons) => buttons.map((button) =>
              [button.querySelector(".mark").innerText, button.getAttribute("aria-pressed")])"""
        )
    ]


def test_each_option_explains_itself_when_it_is_chosen(browser):
    """By mouse, by Enter and by the space bar, without Python: as in an exported page."""
    with open_page(browser, ask(NAMES[0])) as (page, errors):
        for name in NAMES:
            question = all_questions()[name]
            state = live_state(ask(name))
            names = ["chosen", "text", "options"]
            page.evaluate(
                "(values) => { for (const name in values) model.set(name, values[name]); }",
                {key: state[key] for key in names},
            )
            answer = page.get_by_role("status").filter(has_text=re.compile("."))
            assert answer.inner_text() == "Choose an answer."
            buttons = options(page)
            assert len(buttons) == len(question.options)
            for number, (text, explanation) in enumerate(question.options):
                button = buttons[number]
                assert button.inner_text().strip() == f"{'ABCDEFGH'[number]}. {as_read(text)}"
                if number == 0:
                    button.click()
                else:
                    button.press("Enter" if number == 1 else "Space")
                right = number == question.answer
                said = ("✓ Right. " if right else "✗ Not quite. ") + as_read(explanation)
                assert answer.inner_text() == re.sub(" +", " ", said)
                # The mark is a sign besides the words, and only the chosen one wears it.
                expected = [("", "false")] * len(question.options)
                expected[number] = ("✓" if right else "✗", "true")
                assert marks(page) == expected
                assert page.evaluate("model.get('chosen')") == number
        assert errors == []


def test_the_answer_is_there_when_the_cell_runs_again(browser):
    question = all_questions()["norm-twice"]
    wrong = next(k for k in range(len(question.options)) if k != question.answer)
    ask("norm-twice").choose(wrong)
    with open_page(browser, ask("norm-twice")) as (page, errors):
        assert marks(page)[wrong] == ("✗", "true")
        assert as_read(question.options[wrong][1]) in page.locator(".answer").inner_text()
        assert errors == []


def test_a_right_choice_is_recorded_once_and_for_all_and_the_last_one_is_kept():
    question = all_questions()["norm-twice"]
    right = question.answer
    quiz = ask("norm-twice")
    wrong = next(k for k in range(len(question.options)) if k != right)
    assert quiz.choose(wrong) == quiz.explain(wrong)
    assert load()["questions"] == {"norm-twice": False}
    quiz.chosen = right  # as the page sets it
    assert load()["questions"] == {"norm-twice": True}
    quiz.choose(wrong)
    assert load()["questions"] == {"norm-twice": True}
    assert ask("norm-twice").chosen == wrong
    for value in (-1, len(question.options), True, 1.0, "1"):
        with pytest.raises(ValueError, match="chosen must be an option from 0"):
            quiz.chosen = value
    assert quiz.chosen == wrong


@pytest.mark.parametrize(
    "saved",
    [
        {"questions": {"norm-twice": True}},  # as an older version wrote it
        {"questions": {"norm-twice": True}, "choices": ["norm-twice"]},
        {"questions": {"norm-twice": True}, "choices": {"norm-twice": "an option that is gone"}},
        {"questions": {"norm-twice": True}, "choices": {"norm-twice": {"number": 1}}},
    ],
)
def test_what_was_chosen_may_be_unknown(place, saved):
    place.write_text(json.dumps(saved))
    quiz = ask("norm-twice")
    assert quiz.chosen is None
    quiz.choose(0)
    assert ask("norm-twice").chosen == 0
    assert load()["questions"] == {"norm-twice": True}


def test_an_answer_that_cannot_be_saved_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("SOFTMAX_PROGRESS", str(tmp_path))  # a folder
    quiz = ask("norm-twice")
    quiz.choose(0)
    assert quiz.note == "Your answer could not be saved."


@pytest.mark.parametrize("name", NAMES)
def test_without_a_kernel_it_can_be_read_and_opened(name):
    question = all_questions()[name]
    bundle, _ = ask(name)._repr_mimebundle_()
    assert bundle["text/plain"].splitlines()[0] == question.text
    folds = re.findall(
        r"<details[^>]*><summary[^>]*>(.*?)</summary><div[^>]*>(.*?)</div></details>",
        bundle["text/html"],
    )
    assert len(folds) == len(question.options)
    for number, ((summary, body), (text, explanation)) in enumerate(
        zip(folds, question.options, strict=True)
    ):
        letter = "ABCDEFGH"[number]
        assert plain(summary) == as_read(f"{letter}. {text}")
        assert plain(body).endswith(as_read(explanation))
        assert ("✓" in body) == (number == question.answer)
        assert f"  {letter}. {text}" in bundle["text/plain"]
        # What has to be guessed is not given away in the text that is read first.
        assert explanation not in bundle["text/plain"]


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_text_never_changes(name):
    first, _ = ask(name)._repr_mimebundle_()
    ask(name).choose(0)
    second, _ = ask(name)._repr_mimebundle_()
    for kind in ("text/plain", "text/html"):
        assert first[kind] == second[kind]
        assert "model_id" not in first[kind] and "IPY_MODEL" not in first[kind]


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("a *later* word", "a <em>later</em> word"),
        (
            "the words *before* it, *all* of them",
            "the words <em>before</em> it, <em>all</em> of them",
        ),
        ("*minus* ln(u)", "<em>minus</em> ln(u)"),
        ("2 * 3 * 4 and 2*3*4", "2 * 3 * 4 and 2*3*4"),
        ("z**2 and **kwargs", "z**2 and **kwargs"),
        ("<b>*x*</b>", "&lt;b&gt;<em>x</em>&lt;/b&gt;"),
    ],
)
def test_emphasis(text, page):
    assert rich(text) == page


def test_code_is_left_as_it_is():
    assert re.sub("<code[^>]*>", "<code>", rich("`a *b* c` and *d*")) == (
        "<code>a *b* c</code> and <em>d</em>"
    )


def test_signs_in_a_question_are_shown_and_not_obeyed(browser):
    quiz = Quiz(
        Question("x", "00_start_here", "Is 1 < 2 & `z > 0`?", (("<b>", "a & b"), ("no", "<i>")), 0)
    )
    page = quiz._repr_mimebundle_()[0]["text/html"]
    assert "<b>" not in page and "<i>" not in page and "1 &lt; 2 &amp; <code" in page
    with open_page(browser, quiz) as (page, errors):
        assert page.locator(".question").inner_text() == "Is 1 < 2 & z > 0?"
        options(page)[1].click()
        assert page.locator(".answer").inner_text() == "✗ Not quite. <i>"
        assert options(page)[0].inner_text().strip() == "A. <b>"
        assert page.locator("b, i").count() == 0 and errors == []


@pytest.mark.parametrize("light", [True, False])
@pytest.mark.parametrize("width", [1000, 320])
def test_everybody_can_read_it(browser, light, width):
    size = {"width": width, "height": 700}
    with open_page(browser, ask("norm-twice"), light, viewport=size) as (page, errors):
        for _ in range(2):
            page.wait_for_timeout(200)  # colors fade in
            assert violations(page, ".explorer") == []
            assert page.evaluate(HARD_TO_READ, ".explorer") == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            options(page)[0].click()
        assert errors == []
