"""A learner's work survives a crash, a restart, an upgrade, a full disk, two open notebooks."""

import errno
import json
import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from softmax_lib.exercises import check, my_work, progress, recall
from softmax_lib.exercises.registry import all_exercises, all_questions
from softmax_lib.runner import build

record = sys.modules["softmax_lib.exercises.progress"]  # `progress` above is the function
MINE = "def my_normalize(weights):\n    # my own way\n    return weights * (1 / weights.sum())"
WORSE = "def my_normalize(weights):\n    return weights / weights.max()"


@pytest.fixture
def place(tmp_path, monkeypatch):
    place = tmp_path / "progress.json"
    monkeypatch.setenv("SOFTMAX_PROGRESS", str(place))
    return place


def answer(code, name="my_normalize"):
    return check(name, build(code, name))


def saved(place):
    return json.loads(place.read_text(encoding="utf-8"))


def test_it_is_kept_in_the_home_folder_unless_told_otherwise(monkeypatch, tmp_path):
    monkeypatch.delenv("SOFTMAX_PROGRESS")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert record.path() == tmp_path / ".softmax_course.json"


def test_answers_and_choices_are_kept(place):
    assert not place.exists()
    answer(WORSE)
    entry = saved(place)["exercises"]["my_normalize"]
    assert entry == {"attempts": 1, "latest": WORSE}
    answer(MINE)
    entry = saved(place)["exercises"]["my_normalize"]
    assert entry == {"attempts": 2, "latest": MINE, "passed": True, "passing": MINE}
    record.record_choice("norm-twice", False)
    assert saved(place)["questions"] == {"norm-twice": False}
    record.record_choice("norm-twice", True)
    record.record_choice("norm-twice", False)  # looking at the others costs nothing
    assert saved(place)["questions"] == {"norm-twice": True}


def test_a_stub_is_no_attempt(place):
    task = all_exercises()["my_normalize"]
    answer(task.stub)
    check("my_normalize")
    assert not place.exists()


def test_a_later_failure_does_not_lose_the_answer_that_passed(place):
    answer(MINE)
    answer(WORSE)
    entry = saved(place)["exercises"]["my_normalize"]
    assert entry["passed"] and entry["passing"] == MINE and entry["latest"] == WORSE
    assert recall("my_normalize").origin == "yours"
    assert str(my_work("my_normalize")) == WORSE


def test_your_function_comes_back_in_another_process(place):
    answer(MINE)
    script = (
        "import inspect, numpy as np\nfrom softmax_lib.exercises import my_work, recall\n"
        "mine = recall('my_normalize')\n"
        "print(mine.origin, mine(np.array([1.0, 3.0])), 'my own way' in inspect.getsource(mine))\n"
        "print(recall('my_softmax').origin)\nprint(my_work('my_normalize'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    first, second, *code = done.stdout.splitlines()
    assert first == "yours [0.25 0.75] True"
    assert second == "the course's"
    assert "\n".join(code) == MINE


def test_a_function_that_needs_an_earlier_one_comes_back(place):
    code = "def my_softmax(logits):\n    return my_normalize(my_exponentiate(logits))"
    helpers = {name: build(all_exercises()[name].solution, name)
               for name in ("my_normalize", "my_exponentiate")}  # fmt: skip
    assert check("my_softmax", build(code, "my_softmax", helpers)).passed
    assert recall("my_softmax").origin == "yours"


def test_helpers_are_kept_with_the_function_that_calls_them(place):
    """Also one that another helper calls, and two that call each other; nothing else."""
    code = (
        "def total(w):\n    return w.sum() if w.size else share(w)\n\n\n"
        "def share(w):\n    return 1 / total(w)\n\n\n"
        "def unused(w):\n    return w\n\n\n"
        "def my_normalize(weights):\n    return weights * share(weights)"
    )
    assert answer(code).passed
    assert recall("my_normalize").origin == "yours"
    kept = str(my_work("my_normalize"))
    assert kept.startswith("def ") and kept.endswith("return weights * share(weights)")
    assert "def total(w)" in kept and "def share(w)" in kept and "unused" not in kept


@pytest.mark.parametrize(
    "source",
    [WORSE, "def my_normalize(w):\n    return nothing_like_it(w)", "syntax error", "x = 3"],
)
def test_what_no_longer_passes_is_replaced_by_the_courses(place, source):
    """Saved by another version, or edited by hand: the learner is never stuck."""
    entry = {"passed": True, "passing": source}
    place.write_text(json.dumps({"exercises": {"my_normalize": entry}, "questions": {}}))
    function = recall("my_normalize")
    assert function.origin == "the course's"
    assert function(build("a = np.array([1.0, 3.0])", "a")).tolist() == [0.25, 0.75]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"exercises": []}', b"\xff\xfe\x00", b"[" * 100_000,
     b'{"exercises": {"my_softmax": 3}, "questions": {}}'],
)  # fmt: skip
def test_a_broken_file_is_set_aside_and_kept(place, content):
    place.write_bytes(content)
    assert answer(MINE).passed
    assert saved(place)["exercises"]["my_normalize"]["passed"] is True
    (aside,) = place.parent.glob("*broken*")
    assert aside.read_bytes() == content
    place.write_bytes(b"broken again")
    record.load()
    assert len(list(place.parent.glob("*broken*"))) == 2


@pytest.mark.parametrize(
    "entry", [{"passed": True}, {"passed": True, "attempts": "three"}, {"passed": True, "x": None}]
)
def test_what_an_older_version_wrote_is_kept(place, entry):
    """A field that is not there yet, or no longer means the same, costs nobody their work."""
    place.write_text(json.dumps({"exercises": {"my_ratio": entry, "my_normalize": entry}}))
    assert answer(MINE).passed
    assert saved(place)["exercises"]["my_ratio"] == entry
    assert saved(place)["exercises"]["my_normalize"]["attempts"] == 1
    assert sum(row[1] for row in progress().rows()) == 2
    assert not list(place.parent.glob("*broken*"))


def test_what_a_newer_version_wrote_is_kept(place):
    newer = {
        "version": 7,
        "medals": ["gold"],
        "exercises": {"my_future": {"passed": True, "stars": 3}, "my_normalize": {"stars": 1}},
        "questions": {"future-question": True},
    }
    place.write_text(json.dumps(newer))
    answer(MINE)
    after = saved(place)
    assert after["version"] == 7 and after["medals"] == ["gold"]
    assert after["exercises"]["my_future"] == {"passed": True, "stars": 3}
    assert after["exercises"]["my_normalize"]["stars"] == 1
    assert after["questions"] == {"future-question": True}
    progress()._repr_mimebundle_()


def test_a_crash_while_writing_leaves_the_old_file(place, monkeypatch):
    answer(MINE)
    before = place.read_bytes()

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        record.record_choice("norm-twice", True)
    assert place.read_bytes() == before
    assert [p.name for p in place.parent.iterdir()] == [place.name]


@pytest.mark.parametrize("moment", ["mkstemp", "fsync", "replace"])
def test_a_process_that_dies_while_writing_leaves_the_old_file(place, monkeypatch, moment):
    monkeypatch.setattr(record, "STALE", 0.1)
    answer(MINE)
    before = place.read_bytes()
    script = (
        "import importlib, os, tempfile\n"
        "record = importlib.import_module('softmax_lib.exercises.progress')\n"
        f"where = tempfile if {moment!r} == 'mkstemp' else os\n"
        f"setattr(where, {moment!r}, lambda *_, **__: os._exit(9))\n"
        "record.record_choice('norm-twice', True)"
    )
    assert subprocess.run([sys.executable, "-c", script]).returncode == 9
    assert place.read_bytes() == before
    assert record.record_choice("norm-zero", True)  # its lock is in the way, and is taken over
    assert saved(place)["questions"] == {"norm-zero": True}
    assert recall("my_normalize").origin == "yours"


def test_a_file_that_cannot_be_read_now_is_not_overwritten(place, monkeypatch):
    answer(MINE)
    before = place.read_bytes()
    read_text = Path.read_text

    def refuse(self, *args, **kwargs):
        if self.name == place.name:
            raise PermissionError("another program holds the file")
        return read_text(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", refuse)
        feedback = answer(MINE)
        assert feedback.passed and "could not be saved" in feedback.note
        assert record.load()["exercises"] == {}
    assert place.read_bytes() == before
    assert [p.name for p in place.parent.iterdir()] == [place.name]


def test_a_broken_file_that_cannot_be_set_aside_is_left_alone(place, monkeypatch):
    def refuse(*_):
        raise PermissionError

    place.write_text("{")
    monkeypatch.setattr(Path, "rename", refuse)
    assert not record.record_choice("norm-twice", True)
    assert place.read_text() == "{"


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_to_the_file_stays_a_link(place, tmp_path):
    elsewhere = tmp_path / "dotfiles" / "course.json"
    elsewhere.parent.mkdir()
    place.symlink_to(elsewhere)
    assert record.record_choice("norm-twice", True)
    assert place.is_symlink() and saved(elsewhere)["questions"] == {"norm-twice": True}


def test_a_machine_without_home_folders(monkeypatch, tmp_path):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("SOFTMAX_PROGRESS")
    monkeypatch.setattr(Path, "home", homeless)
    monkeypatch.chdir(tmp_path)
    assert record.record_choice("norm-twice", True)
    assert record.load()["questions"] == {"norm-twice": True}


@pytest.mark.parametrize("error", [PermissionError, OSError(30, "Read-only file system")])
def test_a_read_only_folder_is_said_at_once(place, monkeypatch, error):
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr(record, "open", refuse, raising=False)
    monkeypatch.setattr(record.tempfile, "mkstemp", refuse)
    monkeypatch.setattr(Path, "write_text", refuse)
    monkeypatch.setattr(record.os, "access", lambda *_: False)
    monkeypatch.setattr(record.time, "sleep", lambda _: pytest.fail("it waits for nothing"))
    assert record.record_choice("norm-twice", True) is False
    assert record.record_answer("my_normalize", MINE, True) is False


def test_a_place_that_cannot_be_written_is_said_and_the_answer_counts(monkeypatch, tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("")
    monkeypatch.setenv("SOFTMAX_PROGRESS", str(blocked / "progress.json"))
    feedback = answer(MINE)
    assert feedback.passed
    assert "could not be saved" in feedback.note and feedback.note in repr(feedback)
    assert recall("my_normalize").origin == "the course's"
    assert str(my_work("my_normalize")) == "Nothing has been checked here yet."


@pytest.mark.parametrize("missing", ["replace", "fsync"])
def test_a_browser_that_cannot_swap_files_keeps_the_answer(place, monkeypatch, missing):
    def refuse(*_):
        raise OSError(138, "Not supported")

    monkeypatch.setattr(os, missing, refuse)
    monkeypatch.setattr(record.sys, "platform", "linux")
    assert record.record_choice("norm-twice", True) is False
    monkeypatch.setattr(record.sys, "platform", "emscripten")
    assert record.record_choice("norm-twice", True) is True
    assert saved(place)["questions"] == {"norm-twice": True}
    assert [p.name for p in place.parent.iterdir()] == [place.name]


def test_a_folder_that_is_not_there_is_made(monkeypatch, tmp_path):
    place = tmp_path / "new" / "folder" / "progress.json"
    monkeypatch.setenv("SOFTMAX_PROGRESS", str(place))
    assert not answer(MINE).note
    assert saved(place)["exercises"]["my_normalize"]["passed"]


def test_notebooks_that_write_at_once_lose_nothing(place):
    threads = [
        threading.Thread(target=record.record_choice, args=(f"question-{n}", True))
        for n in range(24)
    ]
    for thread in threads:
        thread.start()
    script = (
        "import importlib, sys\n"
        "record = importlib.import_module('softmax_lib.exercises.progress')\n"
        "for n in range(8):\n    record.record_choice(f'{sys.argv[1]}-{n}', True)"
    )
    others = [subprocess.Popen([sys.executable, "-c", script, name]) for name in ("a", "b")]
    for thread in threads:
        thread.join()
    assert [other.wait() for other in others] == [0, 0]
    expected = {f"question-{n}" for n in range(24)} | {f"{k}-{n}" for k in "ab" for n in range(8)}
    assert set(saved(place)["questions"]) == expected
    assert [p.name for p in place.parent.iterdir()] == [place.name]


@pytest.mark.parametrize("owner", ["", "somebody"])
def test_a_lock_left_by_a_crash_stops_nobody(place, monkeypatch, owner):
    monkeypatch.setattr(record, "STALE", 0.1)
    lock = place.with_name(place.name + ".lock")
    lock.write_text(owner)
    assert record.record_choice("norm-twice", True)
    assert saved(place)["questions"] == {"norm-twice": True}
    assert not lock.exists()


def test_a_lock_of_somebody_who_is_at_work_is_respected(place, monkeypatch):
    monkeypatch.setattr(record, "STALE", 1e9)
    lock = place.with_name(place.name + ".lock")
    lock.write_text("somebody")
    waiting = threading.Thread(target=record.record_choice, args=("norm-twice", True))
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive() and not place.exists() and lock.read_text() == "somebody"
    lock.unlink()
    waiting.join(30)
    assert saved(place)["questions"] == {"norm-twice": True}


def test_a_lock_that_was_taken_over_is_not_removed(place):
    lock = place.with_name(place.name + ".lock")
    with record._locked(place):
        lock.write_text("somebody else, who thought that we had crashed")
    assert lock.exists()


# --- What is no file, and what a crash leaves ---------------------------------------------------


def listing(folder):
    return sorted(p.name for p in folder.iterdir())


def nothing_is_saved_and_all_goes_on():
    feedback = answer(MINE)
    assert feedback.passed and "could not be saved" in feedback.note
    assert record.load() == {"version": 1, "exercises": {}, "questions": {}}
    assert not record.record_choice("norm-twice", True)
    assert recall("my_normalize").origin == "the course's"
    assert str(my_work("my_normalize")) == "Nothing has been checked here yet."
    progress()._repr_mimebundle_()


def test_a_folder_is_left_alone(place):
    place.mkdir()
    (place / "mine.txt").write_text("mine")
    nothing_is_saved_and_all_goes_on()
    assert listing(place.parent) == [place.name] and listing(place) == ["mine.txt"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes and devices with names")
@pytest.mark.parametrize("kind", ["pipe", "device", "link to a device"])
def test_a_pipe_or_a_device_is_left_alone(place, monkeypatch, kind):
    if kind == "pipe":
        os.mkfifo(place)  # reading it would wait for ever
    elif kind == "link to a device":
        place.symlink_to(os.devnull)
    else:
        place = Path(os.devnull)
        monkeypatch.setenv("SOFTMAX_PROGRESS", os.devnull)
        monkeypatch.setattr(Path, "rename", lambda *_: pytest.fail("it renames a device"))
        monkeypatch.setattr(record, "_create", lambda *_: pytest.fail("a lock beside a device"))
    before = os.lstat(place)
    nothing_is_saved_and_all_goes_on()
    after = os.lstat(place)
    assert (after.st_mode, after.st_ino) == (before.st_mode, before.st_ino)
    if place.parent != Path("/dev"):
        assert listing(place.parent) == [place.name]


def test_the_home_folder_may_be_written_as_a_tilde(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("SOFTMAX_PROGRESS", os.path.join("~", "course.json"))
    assert record.path() == tmp_path / "course.json"
    assert not answer(MINE).note and (tmp_path / "course.json").is_file()
    monkeypatch.setenv("SOFTMAX_PROGRESS", "~nobody-of-this-name/course.json")
    assert record.path() == Path("~nobody-of-this-name/course.json")


def test_a_byte_order_mark_is_no_damage(place):
    answer(MINE)
    place.write_bytes(b"\xef\xbb\xbf" + place.read_bytes())
    assert recall("my_normalize").origin == "yours"
    assert answer(WORSE).note == "" and recall("my_normalize").origin == "yours"
    assert listing(place.parent) == [place.name]


WRONG_TYPES = [3, None, [], {}, ["def"], "", True, {"a": 1}, "\ud800", 1e400]


@pytest.mark.parametrize("value", WRONG_TYPES, ids=str)
def test_values_of_another_type_inside_reach_nobody(place, value):
    entry = {"passed": value, "attempts": value, "latest": value, "passing": value}
    content = {"version": value, "exercises": {"my_normalize": entry, "my_ratio": entry},
               "questions": {"norm-twice": value}}  # fmt: skip
    place.write_text(json.dumps(content))
    repr(my_work("my_normalize")), my_work("my_normalize")._repr_html_().encode()
    assert recall("my_normalize").origin == "the course's"
    stub = answer(all_exercises()["my_normalize"].stub)
    assert repr(stub).encode() and stub._repr_html_().encode()
    progress()._repr_mimebundle_()
    feedback = answer(MINE)
    assert feedback.passed and not feedback.note
    assert recall("my_normalize").origin == "yours"
    assert saved(place)["exercises"]["my_ratio"] == entry  # what we cannot use is kept
    assert listing(place.parent) == [place.name]


def test_half_a_surrogate_pair_can_be_saved(place):
    record.record_answer("my_ratio", "'\ud800 é'", True)
    assert not answer(MINE).note and recall("my_normalize").origin == "yours"
    assert saved(place)["exercises"]["my_ratio"]["latest"] == "'\ud800 é'"
    assert str(my_work("my_ratio")) == "'? é'"


def test_a_full_disk_leaves_no_lock_and_no_copy(place, monkeypatch):
    class Full:
        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def write(self, _):
            raise OSError(errno.ENOSPC, "No space left on device")

        def __getattr__(self, name):
            return getattr(self.file, name)

    answer(MINE)
    before = place.read_bytes()
    monkeypatch.setattr(record, "open", lambda *a, **k: Full(open(*a, **k)), raising=False)
    monkeypatch.setattr(record.os, "fdopen", lambda *a, **k: Full(open(*a, **k)))
    assert "could not be saved" in answer(WORSE).note
    assert place.read_bytes() == before and listing(place.parent) == [place.name]


def test_a_stop_while_the_lock_is_taken_leaves_none(place, monkeypatch):
    def stop(lock, own, create=record._create):
        create(lock, own)
        raise KeyboardInterrupt

    monkeypatch.setattr(record, "_create", stop)
    with pytest.raises(KeyboardInterrupt):
        record.record_choice("norm-twice", True)
    assert listing(place.parent) == []


def test_files_of_others_are_not_taken_for_ours(place):
    others = [f"{place.name}.new", "other.abcdefgh.new", f"{place.name}abcdefgh.new.txt", "x.lock"]
    for name in others:
        (place.parent / name).write_text("mine")
    answer(MINE)
    assert listing(place.parent) == sorted([*others, place.name])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="it kills in another way")
def test_a_process_killed_at_any_moment_leaves_nothing_behind(place, monkeypatch):
    """What was saved is whole, and the next save removes what the dead one could not."""
    monkeypatch.setattr(record, "STALE", 0.1)
    script = (
        "import importlib\n"
        "record = importlib.import_module('softmax_lib.exercises.progress')\n"
        "print('ready', flush=True)\n"
        "n = 0\nwhile True:\n    n += 1\n    record.record_answer('my_ratio', f'{n} ' * 2000, True)"
    )
    moments, left = random.Random(0), set()
    for turn in range(25):
        other = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        other.stdout.readline()
        time.sleep(moments.uniform(0, 0.03))
        other.kill()
        other.wait()
        other.stdout.close()
        left |= {name.rpartition(".")[2] for name in listing(place.parent)}
        assert record.record_choice(f"question-{turn}", True)
        assert listing(place.parent) == [place.name]
        text = saved(place)["exercises"].get("my_ratio", {}).get("latest", "")
        assert len(set(text.split())) <= 1
    assert len(saved(place)["questions"]) == 25
    assert {"lock", "new"} & left, "none was killed while it wrote"


def test_progress_counts_what_is_done(place):
    rows = {row[0]: row[1:] for row in progress().rows()}
    assert sum(row[1] for row in rows.values()) == len(all_exercises())
    assert sum(row[3] for row in rows.values()) == len(all_questions())
    assert all(row[0] == row[2] == 0 for row in rows.values())
    answer(MINE)
    record.record_choice("norm-twice", True)
    record.record_choice("norm-zero", False)
    done, _, right, _ = {row[0]: row[1:] for row in progress().rows()}["03_normalization"]
    assert (done, right) == (1, 1)


def test_the_committed_words_do_not_depend_on_what_is_done(place):
    before = progress()._repr_mimebundle_()
    answer(MINE)
    after = progress()._repr_mimebundle_()
    assert before["text/plain"] == after["text/plain"]
    assert before["text/html"] == after["text/html"]


def page_of(shown):
    (output,) = shown._widget().outputs
    return output["data"]["text/html"]


def test_progress_says_what_comes_next(place):
    first = next(iter(all_exercises().values()))
    assert progress().next() is first
    assert f"<strong>{first.title}</strong>" in page_of(progress())
    answer(MINE)  # my_normalize, in 03: what was skipped before it comes first
    assert progress().next() is first
    page = page_of(progress())
    assert first.title in page and f'href="{first.notebook}.ipynb"' in page
    for item in [*all_exercises().values(), *all_questions().values()]:
        if item.notebook < "03":
            record.record_answer(item.id, "", True)
            record.record_choice(item.id, True)
    following = progress().next()
    assert following.notebook == "03_normalization" and following.id != "my_normalize"
    for item in all_exercises().values():
        record.record_answer(item.id, "", True)
    asked = progress().next()
    assert (asked.notebook, asked.id in all_questions()) == ("03_normalization", True)
    assert "Next: a question in <a" in page_of(progress())
    for name in all_questions():
        record.record_choice(name, True)
    assert progress().next() is None
    assert "Everything is done" in page_of(progress()) and "href" not in page_of(progress())


def test_what_comes_next_is_in_the_live_view_alone(place):
    bundle = progress()._repr_mimebundle_()
    assert "Next" not in bundle["text/plain"] + bundle["text/html"]
