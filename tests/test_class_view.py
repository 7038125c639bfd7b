"""A teacher's view of a class: what its progress files hold, and nothing made up."""

import ast
import json
import os
import sys

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from softmax_lib.exercises import class_progress
from softmax_lib.exercises.class_view import SHOWN, ClassProgress, _shape
from softmax_lib.exercises.registry import all_exercises, all_questions

EXERCISES, QUESTIONS = all_exercises(), all_questions()
SHARES = EXERCISES["my_shares"]
FLAWED = next(w for w in SHARES.wrong if w.name == "divides by the largest")


def learner(exercises=(), questions=(), **more):
    return {"version": 1, "exercises": dict(exercises), "questions": dict(questions), **more}


def entry(source="", passed=False, attempts=1):
    return {"attempts": attempts, "latest": source, **({"passed": True} if passed else {})}


def wrong(name):
    question = QUESTIONS[name]
    return [text for k, (text, _) in enumerate(question.options) if k != question.answer]


@pytest.fixture
def folder(tmp_path):
    def write(**files):
        for name, content in files.items():
            text = content if isinstance(content, str) else json.dumps(content)
            (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_it_counts_who_tried_and_who_passed(folder):
    view = class_progress(
        folder(
            a=learner({"my_shares": entry(passed=True, attempts=2)}),
            b=learner({"my_shares": entry("x", attempts=5), "my_total": entry(passed=True)}),
            c=learner(questions={"norm-double": True}),
            d=learner(questions={"norm-double": False}),
        )
    )
    rows = {name: rest for name, *rest in view.exercises()}
    assert rows["my_shares"] == [2, 1, 3.5]
    assert rows["my_total"] == [1, 1, 1]
    assert rows["my_draw"] == [0, 0, None]
    assert list(rows) == list(EXERCISES)
    assert {name: rest for name, *rest in view.questions()}["norm-double"] == [2, 1]
    assert len(view.learners) == 4 and view.skipped == []


def test_what_was_saved_by_the_checks_is_what_is_counted(tmp_path, monkeypatch):
    """Through the real check and question, not through a file made here."""
    from softmax_lib.exercises import ask, check

    for number in range(3):
        monkeypatch.setenv("SOFTMAX_PROGRESS", str(tmp_path / f"{number}.json"))
        scope = {}
        exec(FLAWED.code if number else SHARES.solution, {"np": __import__("numpy")}, scope)
        check("my_shares", scope["my_shares"])
        ask("norm-double").choose(number)
    view = class_progress(tmp_path)
    assert {name: rest for name, *rest in view.exercises()}["my_shares"][:2] == [3, 1]
    answers = {(name, answer): count for count, name, answer in view.wrong_answers()}
    right = QUESTIONS["norm-double"].answer
    assert sum(n for (name, _), n in answers.items() if name == "norm-double") == 2
    assert ("norm-double", QUESTIONS["norm-double"].options[right][0]) not in answers


def test_a_known_wrong_answer_is_recognized_whatever_its_names(folder):
    renamed = FLAWED.code.replace("counts", "c").replace(":\n", ":\n    # mine\n    'Why?'\n", 1)
    assert renamed.count("c") > 1 and "counts" not in renamed
    view = class_progress(
        folder(
            a=learner({"my_shares": entry("import numpy as np\n\n\n" + renamed)}),
            b=learner({"my_shares": entry(FLAWED.code)}),
            c=learner({"my_shares": entry(FLAWED.code, passed=True)}),  # mended since, or before
            d=learner({"my_shares": entry("def my_shares(c):\n    return c + 17")}),
            e=learner({"my_shares": entry(SHARES.stub)}),
        )
    )
    assert view.wrong_answers() == [(2, "my_shares", FLAWED.name)]


def test_the_same_unknown_answer_of_two_is_shown_as_code(folder):
    first = "def my_shares(counts):\n    return counts + 17"
    second = "def my_shares(c):\n    return c + 17"
    view = class_progress(
        folder(a=learner({"my_shares": entry(first)}), b=learner({"my_shares": entry(second)}))
    )
    assert view.wrong_answers() == [(2, "my_shares", first)]
    assert "    return counts + 17" in repr(view)
    assert "<pre" in view._repr_html_()


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda e: e.id)
def test_every_wrong_answer_of_the_course_is_recognized(exercise):
    """Its code as it stands; where two have one code, by one of their names."""
    shapes = {}
    for one in exercise.wrong:
        shapes.setdefault(_shape(one.code, exercise.id), set()).add(one.name)
    for one in exercise.wrong:
        view = ClassProgress([learner({exercise.id: entry(one.code)})])
        found = view.wrong_answers()
        if _shape(one.code, exercise.id) in (None, _shape(exercise.stub, exercise.id)):
            assert found == []  # what is judged is dragged, and stands in no code
        else:
            ((count, name, answer),) = found
            assert (count, name) == (1, exercise.id)
            assert answer in shapes[_shape(one.code, exercise.id)]
    right = ClassProgress([learner({exercise.id: entry(exercise.solution, passed=True)})])
    assert right.wrong_answers() == []


def test_an_option_counts_while_the_question_was_never_right(folder):
    first, second = wrong("norm-double")
    view = class_progress(
        folder(
            a=learner(questions={"norm-double": False}, choices={"norm-double": first}),
            b=learner(questions={"norm-double": False}, choices={"norm-double": first}),
            c=learner(questions={"norm-double": False}, choices={"norm-double": second}),
            d=learner(questions={"norm-double": True}, choices={"norm-double": first}),  # reads on
            e=learner(questions={"norm-double": False}, choices={"norm-double": "of old"}),
            f=learner(questions={"norm-double": False}),  # by an older version
        )
    )
    assert view.wrong_answers() == [(2, "norm-double", first), (1, "norm-double", second)]


def test_damaged_files_are_named_left_out_and_left_alone(folder):
    place = folder(
        good=learner({"my_total": entry(passed=True)}),
        cut='{"version": 1, "exercises": {"my_to',
        other='{"cells": []}',
        a_list="[1, 2]",
        shape='{"exercises": {"my_total": 3}, "questions": {}}',
    )
    (place / "bytes.json").write_bytes(b"\xff\xfe\x00")
    (place / "note.txt").write_text("not looked at")
    before = {path.name: path.read_bytes() for path in place.iterdir()}
    view = class_progress(place)
    assert len(view.learners) == 1
    names = [name for name, _ in view.skipped]
    assert names == sorted(f"{n}.json" for n in ("a_list", "bytes", "cut", "other", "shape"))
    assert all(reason for _, reason in view.skipped)
    assert all(name in repr(view) and name in view._repr_html_() for name in names)
    assert {path.name: path.read_bytes() for path in place.iterdir()} == before


ODD = {
    "a list chosen": learner({"my_total": entry()}, choices={"norm-double": ["a"]}),
    "a dict chosen": learner({"my_total": entry()}, choices={"norm-double": {}}),
    "a list of choices": learner({"my_total": entry()}, choices=["a"]),
    "endless tries": learner({"my_total": entry(attempts=10**400)}),
    "less than no try": learner({"my_total": entry(attempts=-1)}),
    "tries in words": learner({"my_total": entry(attempts="two")}),
}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_file_does_not_hide_the_others(folder, odd):
    view = class_progress(
        folder(odd=ODD[odd], **{name: learner({"my_total": entry("x")}) for name in "abc"})
    )
    assert len(view.learners) == 3
    ((name, reason),) = view.skipped
    assert name == "odd.json" and reason
    assert "odd.json" in repr(view) and "odd.json" in view._repr_html_()


@pytest.mark.parametrize(
    "deep", ["{0}+1", "({0})", "[{0}]", "lambda: {0}", "-{0}", "{0}[0]", "f({0})", "{0}.a"]
)
@pytest.mark.parametrize("target", ["my_total", "def my_total(c):\n    return"])
def test_code_nested_deeper_than_python_reads_is_no_answer(folder, deep, target):
    code = "1"
    for _ in range(1500):
        code = deep.format(code)
    code = f"{target} {'=' * (target == 'my_total')} {code}"
    view = class_progress(
        folder(a=learner({"my_total": entry(code)}), b=learner({"my_total": entry(code)}))
    )
    assert {name: rest for name, *rest in view.exercises()}["my_total"] == [2, 0, 1]
    assert isinstance(repr(view), str) and isinstance(view._repr_html_(), str)


def test_a_browsers_file_and_capitals_count(tmp_path):
    text = json.dumps(learner({"my_total": entry(passed=True)}))
    for name in ("A.JSON", "seat-01/softmax_progress.json", "seat-02/.softmax_course.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "seat-02/softmax_progress.json").write_text(text)  # the same learner's
    (tmp_path / "seat-01/package.json").write_text("{}")
    view = class_progress(tmp_path)
    assert len(view.learners) == 3 and view.skipped == []


def test_home_folders_will_do(tmp_path):
    for name in ("ada", "ben"):
        (tmp_path / name).mkdir()
        text = json.dumps(learner({"my_total": entry(passed=True)}))
        (tmp_path / name / ".softmax_course.json").write_text(text)
    (tmp_path / "cleo").mkdir()  # has done nothing yet
    view = class_progress(tmp_path)
    assert len(view.learners) == 2 and view.skipped == []


@pytest.mark.skipif(
    sys.platform == "win32" or getattr(os, "geteuid", lambda: 1)() == 0,
    reason="who may not read is the system's to say, and root may",
)
def test_a_folder_that_may_not_be_read_is_named(tmp_path):
    closed = tmp_path / "ada"
    closed.mkdir(mode=0)
    try:
        ((name, reason),) = class_progress(tmp_path).skipped
    finally:
        closed.chmod(0o700)
    assert name.startswith("ada") and reason


def test_no_folder_is_an_error_that_says_so(tmp_path):
    for place in (tmp_path / "nowhere", tmp_path / "a.json"):
        with pytest.raises(ValueError, match="folder must be a folder with progress files, got"):
            class_progress(place)
    assert repr(class_progress(tmp_path)).startswith("0 learners.\n")


def test_no_name_and_no_code_of_one_alone_is_shown(folder):
    view = class_progress(
        folder(ada=learner({"my_shares": entry("def my_shares(c): return 12345")}))
    )
    for text in (repr(view), view._repr_html_()):
        assert "ada" not in text and "12345" not in text
    assert repr(view).startswith("1 learner.\n")


def test_nothing_of_a_learner_runs_or_becomes_markup(folder, tmp_path):
    mark = tmp_path / "ran"
    code = f"open({str(mark)!r}, 'w')\ndef my_shares(c):\n    return '<script>alert(1)</script>'"
    files = {n: learner({"my_shares": entry(code)}) for n in ("a", "b")}
    view = class_progress(folder(**files))
    assert view.wrong_answers()[0][0] == 2
    assert not mark.exists()
    assert not BeautifulSoup(view._repr_html_(), "html.parser").find("script")


def test_the_tables_read_as_text_and_as_a_page(folder):
    files = {
        f"l{k}": learner({n: entry(passed=True) for n in list(EXERCISES)[: k + 1]})
        for k in range(len(EXERCISES))
    }
    view = class_progress(folder(**files))
    lines = repr(view).splitlines()
    assert max(map(len, lines)) <= 100
    page = BeautifulSoup(view._repr_html_(), "html.parser")
    rows = page.find("table").find_all("tr")
    assert len(rows) == len(EXERCISES) + 1
    assert [head["scope"] for head in page.find("table").find_all("th")] == ["col"] * 5
    for row, exercise in zip(rows[1:], EXERCISES.values()):
        cells = [cell.get_text() for cell in row.find_all("td")]
        assert cells[:2] == [exercise.notebook[:2], exercise.title]
    for kind in ("exercises", "questions"):
        assert f"Wrong answers to {kind} that stand:\n  none" in repr(view)


def test_many_wrong_answers_are_cut_to_the_most_frequent():
    learners = [
        learner({e.id: entry(w.code) for e in EXERCISES.values() for w in [e.wrong[0]]})
        for _ in range(2)
    ]
    view = ClassProgress(learners)
    assert len(view.wrong_answers()) > SHOWN
    assert (
        len(BeautifulSoup(view._repr_html_(), "html.parser").find_all("table")[-1]("tr"))
        == 1 + SHOWN
    )


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_for_an_answer_is_no_error(text):
    _shape(text, "my_shares")
    view = ClassProgress([learner({"my_shares": entry(text)})])
    assert all(count == 1 for count, _, _ in view.wrong_answers())
    assert isinstance(repr(view), str)


def test_a_shape_forgets_names_and_keeps_what_is_done():
    one = _shape("def f(a, b):\n    c = a + b\n    return np.exp(c)", "f")
    assert one == _shape("def f(x, y):\n    z = x + y\n    return np.exp(z)", "f")
    for other in (
        "def f(a, b):\n    c = b + a\n    return np.exp(c)",
        "def f(a, b):\n    c = a + b\n    return np.log(c)",
        "def f(a, b):\n    c = a - b\n    return np.exp(c)",
    ):
        assert _shape(other, "f") != one
    assert (
        _shape("[1, 2]", "f")
        == _shape("f = [1, 2]", "f")
        == ast.dump(ast.parse("[1, 2]").body[0].value)
    )
