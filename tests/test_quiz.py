"""A question answers back: as a widget where a kernel runs, as a page that opens elsewhere."""

import html
import re

import ipywidgets
import pytest

from softmax_lib.exercises import ask
from softmax_lib.exercises.exercise import Question
from softmax_lib.exercises.feedback import rich
from softmax_lib.exercises.quiz import Quiz
from softmax_lib.exercises.registry import all_questions

NAMES = list(all_questions())


def widgets(box):
    yield box
    for child in getattr(box, "children", ()):
        yield from widgets(child)


def shown(quiz):
    """Return the buttons and the line that answers."""
    parts = list(widgets(quiz._widget()))
    buttons = [w for w in parts if isinstance(w, ipywidgets.Button)]
    (answer,) = (w for w in parts if isinstance(w, ipywidgets.HTML) and 'role="status"' in w.value)
    return buttons, answer


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


@pytest.mark.parametrize("name", NAMES)
def test_each_option_explains_itself_when_clicked(name):
    question = all_questions()[name]
    buttons, answer = shown(ask(name))
    assert len(buttons) == len(question.options)
    assert "Choose an answer." in answer.value
    for number, (text, explanation) in enumerate(question.options):
        buttons[number].click()
        right = number == question.answer
        said = plain(answer.value)
        assert said == ("✓ Right. " if right else "✗ Not quite. ") + as_read(explanation)
        # The mark is a sign besides the words, and only the chosen one wears it.
        marks = [b.description[0] for b in buttons if b.description[0] in "✓✗"]
        assert marks == ["✓" if right else "✗"]
        assert buttons[number].description.endswith(text)


def test_a_right_choice_is_recorded_once_and_for_all():
    from softmax_lib.exercises.progress import load

    question = all_questions()["norm-twice"]
    buttons, _ = shown(ask("norm-twice"))
    wrong = next(k for k in range(len(buttons)) if k != question.answer)
    buttons[wrong].click()
    assert load()["questions"] == {"norm-twice": False}
    buttons[question.answer].click()
    buttons[wrong].click()
    assert load()["questions"] == {"norm-twice": True}


@pytest.mark.parametrize("name", NAMES)
def test_without_a_kernel_it_can_be_read_and_opened(name):
    question = all_questions()[name]
    bundle = ask(name)._repr_mimebundle_()
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
    first, second = (ask(name)._repr_mimebundle_() for _ in range(2))
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


def test_signs_in_a_question_are_shown_and_not_obeyed():
    quiz = Quiz(
        Question("x", "00_start_here", "Is 1 < 2 & `z > 0`?", (("<b>", "a & b"), ("no", "<i>")), 0)
    )
    page = quiz._repr_mimebundle_()["text/html"]
    assert "<b>" not in page and "<i>" not in page and "1 &lt; 2 &amp; <code" in page
    buttons, answer = shown(quiz)
    buttons[1].click()
    assert "<i>" not in answer.value
