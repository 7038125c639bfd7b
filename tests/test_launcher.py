"""The launcher: what it does on a new machine, and when something is in its way.

The course's packages are not installed here: that is in test_binder.py, with the same pins. A small
stand-in for pip is put into real environments where a test needs an installation to succeed or to
fail; one test installs a package of its own with the real pip.
"""

import ast
import base64
import errno
import hashlib
import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def make_clone(folder):
    """Make a folder like a fresh clone, with only what the launcher looks at."""
    package = folder / "softmax_lib"
    package.mkdir(parents=True)
    for name in ("__main__.py", "launcher.py", "setup_check.py"):
        shutil.copy(ROOT / "softmax_lib" / name, package)
    shutil.copytree(ROOT / "softmax_lib/jupyter_defaults", package / "jupyter_defaults")
    # The launcher runs before numpy is there: it must not import its own package.
    (package / "__init__.py").write_text("raise ImportError('numpy is not installed yet')\n")
    # Nor must a module of ours stand in for one of the standard library.
    (package / "json.py").write_text("raise ImportError('not the json that was meant')\n")
    (folder / "tests").mkdir()
    (folder / "notebooks").mkdir()
    for name in ("00_start_here.ipynb", "01_probability_distributions.ipynb"):
        (folder / "notebooks" / name).write_text("{}")
    for name in ("requirements.txt", "tests/requirements.txt"):
        shutil.copy(ROOT / name, folder / name)
    return folder


def load(path):
    spec = importlib.util.spec_from_file_location(f"{path.stem}_under_test", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def clone(tmp_path):
    return make_clone(tmp_path / "the course")


@pytest.fixture
def launcher(clone):
    """The launcher of the clone, as a module."""
    module = load(clone / "softmax_lib/launcher.py")
    assert clone.samefile(module.ROOT)
    return module


@pytest.fixture
def door():
    """The file that Python runs first, as a module."""
    return load(ROOT / "softmax_lib/__main__.py")


def launch(clone, *arguments, python=sys.executable, **variables):
    """Run the launcher as a person does, from the clone's root."""
    return subprocess.run(
        [python, "softmax_lib", *arguments],
        cwd=clone,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
    )


def refused(done):
    """Return what a refusal says, once it is clear that it is one."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr.strip()


def bare_venv(clone):
    """Make `.venv` without pip: a second instead of five."""
    command = [sys.executable, "-m", "venv", "--without-pip", clone / ".venv"]
    subprocess.run(command, check=True, timeout=120)


def stand_in(clone, name, code):
    """Put a module into the clone's `.venv`, in the place of a package."""
    (site,) = (clone / ".venv").glob("[lL]ib/**/site-packages")
    (site / f"{name}.py").write_text(code)


def state_of(clone):
    return json.loads((clone / ".venv/softmax-course.json").read_text())


def ready(launcher, clone, tests=True):
    """Make a `.venv` that the launcher takes for one that it set up."""
    bare_venv(clone)
    state = {"python": launcher.this_python(), "adopted": False}
    state["learner"] = launcher.fingerprint(False)
    if tests:
        state["tests"] = launcher.fingerprint(True)
    launcher.write_state(**state)
    return state


# --- Words and refusals -------------------------------------------------------------------------


def test_without_a_command_it_says_how_to_use_it(clone):
    done = launch(clone)
    assert done.returncode == 2
    assert "open [NOTEBOOK]" in done.stdout and "py softmax_lib" in done.stdout
    assert launch(clone, "--help").returncode == 0


def test_help_names_every_command(launcher):
    named = re.findall(r"(?m)^  (\w+)[ \w\[\]]*   ", launcher.USAGE)
    assert sorted(named) == sorted(launcher.COMMANDS)


def test_an_unknown_command_is_named(clone):
    done = launch(clone, "start")
    assert done.returncode == 2
    assert "'start'" in done.stdout and "usage" in done.stdout


# --- A Python that is too old -------------------------------------------------------------------


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 8, 0), (2, 7, 18)])
def test_an_old_python_is_refused_with_both_versions(door, monkeypatch, version):
    monkeypatch.setattr(door, "newer_python", lambda: None)
    words = door.too_old(version, ["open"])
    assert "3.11 or newer" in words and ".".join(map(str, version)) in words
    assert "Install a newer one" in words


@pytest.mark.skipif(os.name == "nt", reason="on Windows, py finds the Pythons")
def test_an_old_python_points_to_a_newer_one_that_starts(door, monkeypatch, tmp_path):
    # A version manager can leave a command that only says that its Python is not chosen.
    for name, code in {"python3.11": 127, "python3.12": 0}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\necho words\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    words = door.too_old((3, 9, 2), ["open", "05"])
    assert words.endswith("newer one: python3.12 softmax_lib open 05")
    (tmp_path / "python3.12").unlink()
    assert "Install a newer one" in door.too_old((3, 9, 2), ["open"])


def old_pythons():
    """Return the commands on PATH that start a Python too old for the course."""
    found = []
    for name in ["python2", *(f"python3.{minor}" for minor in range(4, 11))]:
        if path := shutil.which(name):
            code = "import sys; sys.exit(sys.version_info >= (3, 11))"
            if subprocess.run([path, "-c", code], capture_output=True).returncode == 0:
                found.append(path)
    return found


def test_every_old_python_here_says_so_in_words(clone):
    pythons = old_pythons()
    if not pythons:
        pytest.skip("no Python older than 3.11 is installed here")
    for python in pythons:
        assert "The course needs Python 3.11 or newer" in refused(
            launch(clone, "open", python=python)
        )


NEWER_THAN_2_7 = (
    ast.JoinedStr | ast.AnnAssign | ast.NamedExpr | ast.Nonlocal | ast.Starred | ast.YieldFrom
    | ast.AsyncFunctionDef | ast.Await | ast.MatMult | ast.Match
)  # fmt: skip


def test_the_door_parses_on_pythons_too_old_to_go_on():
    source = (ROOT / "softmax_lib/__main__.py").read_text(encoding="ascii")
    for node in ast.walk(ast.parse(source, feature_version=(3, 7))):
        assert not isinstance(node, NEWER_THAN_2_7), ast.dump(node)
        if isinstance(node, ast.arguments):
            assert not node.kwonlyargs and not node.posonlyargs
        assert getattr(node, "annotation", None) is None and getattr(node, "returns", None) is None
        if isinstance(node, ast.Raise):
            assert node.cause is None
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print":
            assert len(node.args) == 1 and not node.keywords
    # Nor is anything of the launcher read there.
    assert "from" not in {line.split(" ")[0] for line in source.splitlines()}


# --- Something in the way -----------------------------------------------------------------------


def test_it_refuses_outside_a_clone(clone):
    (clone / "requirements.txt").unlink()
    assert "not the whole course" in refused(launch(clone, "setup"))


def test_a_folder_that_python_cannot_use_is_named_with_the_cure(tmp_path):
    folder = make_clone(tmp_path / f"in{os.pathsep}out")
    for command in ("setup", "open", "test", "doctor"):
        words = refused(launch(folder, command))
        assert repr(os.pathsep) in words and "rename the folder" in words
    assert not (folder / ".venv").exists()


def test_a_file_where_a_folder_should_be(clone):
    (clone / ".setup").write_text("mine")
    words = refused(launch(clone, "setup"))
    assert ".setup is in the way" in words and "move it away" in words
    assert (clone / ".setup").read_text() == "mine"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk(clone):
    (clone / ".setup").mkdir()
    (clone / ".setup/log.txt").symlink_to("/dev/full")
    words = refused(launch(clone, "setup"))
    assert "disk is full" in words and len(words.splitlines()) == 1
    assert not (clone / ".venv").exists()


def test_a_disk_that_pip_fills(launcher, clone, monkeypatch):
    full = GOOD_PIP + "print('ERROR: [Errno 28] No space left on device')\nsys.exit(1)\n"
    with pytest.raises(OSError) as caught:
        set_up_with(launcher, clone, monkeypatch, full)
    assert "disk is full" in launcher.cure_of(caught.value)


as_somebody = pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere, Windows has no modes"
)


@as_somebody
def test_a_folder_that_is_not_ours_to_write(clone):
    clone.chmod(0o555)
    try:
        for command in ("setup", "open", "test"):
            assert "copy its folder to one of your own" in refused(launch(clone, command))
    finally:
        clone.chmod(0o755)


@as_somebody
def test_an_environment_that_is_not_ours_to_read(clone):
    (clone / ".venv").mkdir(mode=0)
    for command in ("setup", "doctor"):
        assert "have its owner delete it" in refused(launch(clone, command))


@pytest.mark.parametrize(
    "number, where, cure",
    [
        (errno.EROFS, ".setup", "copy its folder"),
        (errno.EACCES, ".setup/lock", "copy its folder"),
        (errno.EACCES, ".venv/softmax-course.json", "owner delete it"),
        (errno.ENOSPC, ".venv", "free two gigabytes"),
        (errno.EEXIST, ".setup", "move it away"),
        (errno.ENOTDIR, ".venv/bin", "move it away"),
        (errno.EIO, "requirements.txt", "doctor"),
        (errno.ENOENT, None, "doctor"),
    ],
)
def test_whatever_the_system_says_becomes_one_sentence(
    launcher, monkeypatch, capsys, number, where, cure
):
    place = [os.path.join(launcher.ROOT, where)] if where else []

    def fail(*_, **__):
        raise OSError(number, os.strerror(number), *place)

    monkeypatch.setattr(launcher, "what_to_do", fail)
    monkeypatch.setattr(launcher.os, "dup2", lambda *_: None)
    for command in ("setup", "open", "doctor"):
        assert launcher.main([command]) == 1
        words = capsys.readouterr().err.strip()
        assert cure in words and os.strerror(number) in words or "disk is full" in words
        assert len(words.splitlines()) == 1


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "iso-8859-1"])
def test_a_path_is_printed_where_the_terminal_lacks_its_letters(tmp_path, encoding):
    folder = make_clone(tmp_path / "łódź 課程")
    done = launch(folder, "doctor", PYTHONIOENCODING=encoding)
    assert done.returncode == 1
    assert "Folder" in done.stdout and "not ready" in done.stdout and done.stderr == ""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
@pytest.mark.parametrize("command", ["doctor", "help"])
def test_nobody_listens_any_more(clone, command):
    """`doctor | head` closes the pipe: no traceback, nor a complaint while Python ends."""
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "softmax_lib", command],
        cwd=clone, stdout=write, stderr=subprocess.PIPE, timeout=60,
    )  # fmt: skip
    os.close(write)
    assert done.returncode == 1 and done.stderr == b""


def test_a_foreign_broken_venv_is_left_alone(clone):
    precious = clone / ".venv" / "notes.txt"
    precious.parent.mkdir()
    precious.write_text("mine")
    done = launch(clone, "setup")
    assert done.returncode == 1
    assert "not made by this course" in done.stderr
    assert precious.read_text() == "mine"


@pytest.mark.parametrize("name", ["7", "0", "nothing"])
def test_a_notebook_that_is_not_one_is_refused_by_name(clone, name):
    done = launch(clone, "open", name)
    assert done.returncode == 1
    assert f"'{name}'" in done.stderr and "01_probability_distributions.ipynb" in done.stderr
    assert not (clone / ".venv").exists()


# --- What there is to do ------------------------------------------------------------------------


def test_with_no_venv_there_is_one_to_create(launcher):
    assert launcher.what_to_do(tests=False) == ("create", "")


def test_a_ready_venv_leaves_nothing_to_do(launcher, clone):
    ready(launcher, clone)
    assert launcher.what_to_do(tests=False) == ("nothing", "")
    assert launcher.what_to_do(tests=True) == ("nothing", "")


def test_a_learners_venv_lacks_the_tests_packages(launcher, clone):
    ready(launcher, clone, tests=False)
    assert launcher.what_to_do(tests=False) == ("nothing", "")
    assert launcher.what_to_do(tests=True) == ("install", "")


@pytest.mark.parametrize(
    "file",
    [
        "requirements.txt",
        "softmax_lib/jupyter_defaults/etc/jupyter/jupyter_nbconvert_config.json",
    ],
)
def test_a_changed_file_of_requirements_is_installed_again(launcher, clone, file):
    ready(launcher, clone)
    with open(clone / file, "a") as changed:
        changed.write("\n# changed\n")
    assert launcher.what_to_do(tests=False) == ("install", "")
    assert launcher.what_to_do(tests=True) == ("install", "")


def test_the_line_ends_of_windows_change_nothing(launcher, clone):
    before = launcher.fingerprint(True)
    path = clone / "requirements.txt"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert launcher.fingerprint(True) == before


def test_a_venv_of_another_python_is_made_anew(launcher, clone):
    state = ready(launcher, clone)
    launcher.write_state(**{**state, "python": "CPython 3.10 linux x86_64"})
    action, reason = launcher.what_to_do(tests=False)
    assert action == "rebuild"
    assert "another Python" in reason and "3.10" in reason


def test_a_moved_folder_is_still_ready(launcher, clone, tmp_path):
    ready(launcher, clone)
    moved = tmp_path / "moved course"
    clone.rename(moved)
    assert load(moved / "softmax_lib/launcher.py").what_to_do(tests=True) == ("nothing", "")


def test_a_venv_whose_python_is_gone_is_made_anew(launcher, clone):
    ready(launcher, clone)
    Path(launcher.venv_python()).unlink()
    action, reason = launcher.what_to_do(tests=False)
    assert action == "rebuild"
    assert "does not start" in reason


@pytest.mark.parametrize("content", ['{"python": ', "", "[]"])
def test_a_broken_state_file_means_an_unfinished_setup(launcher, clone, content):
    ready(launcher, clone)
    (clone / ".venv/softmax-course.json").write_text(content)
    action, reason = launcher.what_to_do(tests=False)
    assert action == "rebuild"
    assert "did not finish" in reason


def test_an_interrupted_setup_is_made_anew(launcher, clone):
    state = ready(launcher, clone)
    del state["learner"], state["tests"]
    launcher.write_state(**state)
    action, reason = launcher.what_to_do(tests=False)
    assert action == "rebuild"
    assert "did not finish" in reason


def test_a_working_venv_that_someone_else_made_is_used_and_never_deleted(launcher, clone):
    bare_venv(clone)
    stand_in(clone, "pip", "")
    assert launcher.what_to_do(tests=False) == ("install", "")
    launcher.write_state(python=launcher.this_python(), adopted=True)
    assert launcher.what_to_do(tests=False) == ("install", "")
    launcher.write_state(python="another", adopted=True)
    with pytest.raises(launcher.Refusal, match=r"delete \.venv"):
        launcher.what_to_do(tests=False)


# --- Setting up ---------------------------------------------------------------------------------

# A pip that reports like the real one, and installs nothing.
GOOD_PIP = """\
import sys
print("Collecting numpy==1 (from -r requirements.txt (line 3))")
print("Installing collected packages: numpy")
print("arguments:", sys.argv[1:])
"""
BAD_PIP = GOOD_PIP + "print('ERROR: no such version of numpy')\nsys.exit(7)\n"


def set_up_with(launcher, clone, monkeypatch, pip, check="print('all is there')"):
    """Let the launcher set up with a real environment that has a stand-in for pip."""
    if check is not None:
        (clone / "softmax_lib/setup_check.py").write_text(check)

    def create():
        launcher.remove_venv()
        os.mkdir(launcher.VENV)
        launcher.write_state(python=launcher.this_python())
        bare_venv(clone)
        stand_in(clone, "pip", pip)

    monkeypatch.setattr(launcher, "create_venv", create)
    launcher.set_up()


def test_a_setup_writes_its_state_last_and_is_done_once(launcher, clone, monkeypatch, capsys):
    set_up_with(launcher, clone, monkeypatch, GOOD_PIP)
    said = capsys.readouterr().out
    assert "Setting up the course" in said and "Ready, after" in said
    assert "arguments:" not in said  # pip's own words go to the log
    log = (clone / ".setup/log.txt").read_text()
    assert "'-r', 'requirements.txt'" in log
    assert state_of(clone)["learner"] == launcher.fingerprint(False)
    assert "tests" not in state_of(clone)

    done = launch(clone, "setup")
    assert done.returncode == 0
    assert "Setting up" not in done.stdout


def test_a_failed_installation_shows_the_last_lines_and_the_log(launcher, clone, monkeypatch):
    with pytest.raises(launcher.Refusal) as refusal:
        set_up_with(launcher, clone, monkeypatch, BAD_PIP)
    assert "ERROR: no such version of numpy" in str(refusal.value)
    assert launcher.LOG in str(refusal.value)
    assert launcher.what_to_do(tests=False)[0] == "rebuild"


def test_an_installation_that_went_elsewhere_is_not_called_ready(
    launcher, clone, monkeypatch, capsys
):
    with pytest.raises(launcher.Refusal) as refusal:
        set_up_with(launcher, clone, monkeypatch, GOOD_PIP, check=None)
    assert "not all of it is there" in str(refusal.value)
    assert "anyio is missing, not " in str(refusal.value)
    assert "Ready" not in capsys.readouterr().out
    assert launcher.what_to_do(tests=False)[0] == "rebuild"


def test_an_interrupted_installation_recovers(launcher, clone, monkeypatch, capsys):
    def interrupt(files):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(launcher, "install", interrupt)
        with pytest.raises(KeyboardInterrupt):
            set_up_with(launcher, clone, monkeypatch, GOOD_PIP)
    (clone / ".venv/half-written").touch()
    capsys.readouterr()
    set_up_with(launcher, clone, monkeypatch, GOOD_PIP)
    assert "did not finish. It is made anew" in capsys.readouterr().out
    assert not (clone / ".venv/half-written").exists()
    assert launcher.what_to_do(tests=False) == ("nothing", "")


def test_ctrl_c_ends_without_a_traceback(launcher, monkeypatch, capsys):
    def interrupt(tests=False):
        raise KeyboardInterrupt

    monkeypatch.setattr(launcher, "set_up", interrupt)
    assert launcher.main(["setup"]) == 130
    assert "Stopped" in capsys.readouterr().err


def test_two_setups_at_once_wait_for_each_other(launcher):
    with launcher.one_at_a_time():
        with open(Path(launcher.SCRATCH) / "lock", "a+") as second:
            assert not launcher.try_lock(second)
    with open(Path(launcher.SCRATCH) / "lock", "a+") as third:
        assert launcher.try_lock(third)


def test_the_children_see_nobody_elses_packages(launcher, monkeypatch):
    for name in ("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.setenv(name, "somewhere")
    variables = launcher.venv_environment()
    assert not {"PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"} & variables.keys()
    assert variables["PATH"].startswith(os.path.dirname(launcher.venv_python()) + os.pathsep)
    assert variables["PYTHONNOUSERSITE"] == "1"


def test_pips_settings_count_but_not_those_that_redirect(launcher, monkeypatch, tmp_path):
    pytest.importorskip("pip")
    file = tmp_path / "pip.conf"
    file.write_text(
        "[global]\nindex-url = https://mirror.example/simple\ntimeout = 7\nuser = true\n"
        "find-links =\n    first\n    second\n"
        "[install]\ntarget = /elsewhere\nprefix = /elsewhere\nroot = /elsewhere\nproxy = one\n"
        "no-deps = true\nconstraint = other.txt\n"
    )
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_TIMEOUT", "9")
    variables = launcher.pip_environment(sys.executable)
    settings = {k: v for k, v in variables.items() if k.startswith("PIP_")}
    assert settings["PIP_INDEX_URL"] == "https://mirror.example/simple"
    assert settings["PIP_FIND_LINKS"].split() == ["first", "second"]
    assert settings["PIP_TIMEOUT"] == "9" and settings["PIP_PROXY"] == "one"
    assert settings["PIP_CONFIG_FILE"] == os.devnull
    assert not {"TARGET", "PREFIX", "ROOT", "USER", "NO_DEPS", "CONSTRAINT"} & {
        name.removeprefix("PIP_") for name in settings
    }


def make_wheel(folder):
    """Write a package `tiny`, as a wheel; return the line that requires this very file."""
    path = folder / "tiny-1.0-py3-none-any.whl"
    files = {
        "tiny.py": b"print('tiny')\n",
        "tiny-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n",
        "tiny-1.0.dist-info/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"
        b"Tag: py3-none-any\n",
    }
    record = ""
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(content)}\n"
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in files.items():
            wheel.writestr(name, content)
        wheel.writestr("tiny-1.0.dist-info/RECORD", record + "tiny-1.0.dist-info/RECORD,,\n")
    return f"tiny==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def a_narrow_locale():
    """Return the variables of a locale in which UTF-8 is misread, with or without its files."""
    for name in ("de_DE.ISO-8859-1", "de_DE.iso88591", "en_US.ISO-8859-1", "de_DE"):
        code = "import locale; print(locale.getpreferredencoding(False))"
        variables = {"LC_ALL": name, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
        done = subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, **variables}, capture_output=True
        )
        if b"8859" in done.stdout:
            return variables
    # Where no such locale is installed, this one reads no byte above 127.
    return {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.slow
@pytest.mark.parametrize("narrow", [False, True], ids=["utf-8", "narrow locale"])
def test_a_whole_set_up_in_a_folder_of_any_name(tmp_path, monkeypatch, narrow):
    """With the real pip, which its settings send elsewhere; the import at the end is real too."""
    folder = make_clone(tmp_path / "pä th")
    package = folder / "softmax_lib"
    (package / "json.py").unlink()
    (package / "__init__.py").write_text("")
    (package / "explorers.py").write_text("import tiny\n")
    (package / "exercises").mkdir()
    (package / "exercises/progress.py").write_text(
        "import pathlib\ndef path():\n    return pathlib.Path(__file__)\n"
    )
    check = (package / "setup_check.py").read_text(encoding="utf-8")
    start, end = check.index("NEEDED = {"), check.index("CURE = ")
    (package / "setup_check.py").write_text(
        check[:start] + "NEEDED = {'tiny': 'does nothing'}\n" + check[end:], encoding="utf-8"
    )
    (folder / "requirements.txt").write_text(make_wheel(tmp_path))
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    settings = tmp_path / "pip.conf"
    settings.write_text(
        f"[global]\nno-index = true\nfind-links = {tmp_path}\n"
        f"[install]\ntarget = {tmp_path / 'elsewhere'}\n"
    )
    variables = a_narrow_locale() if narrow else {}
    variables |= {"PIP_CONFIG_FILE": str(settings), "PIP_PREFIX": str(tmp_path / "elsewhere")}
    done = launch(folder, "setup", **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Ready, after" in done.stdout
    assert not (tmp_path / "elsewhere").exists()
    (link,) = (folder / ".venv").glob("[lL]ib/**/softmax_lib.pth")
    assert set(link.read_text(encoding="ascii").strip()) == {".", "/"}
    assert (folder / ".venv/etc/jupyter/jupyter_nbconvert_config.json").is_file()

    def imported(course):
        """Return where the environment's Python finds the course, run from somewhere else."""
        python = course / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        code = "import os, softmax_lib; print(os.fsencode(softmax_lib.__file__).hex())"
        done = subprocess.run(
            [python, "-I", "-c", code], capture_output=True, text=True, cwd=tmp_path,
            env={**os.environ, **variables},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return Path(os.fsdecode(bytes.fromhex(done.stdout.strip())))

    assert imported(folder) == package / "__init__.py"
    # Nothing is to be done again, in this locale or in another, nor after a move.
    assert "Setting up" not in launch(folder, "setup", **variables).stdout
    assert "2. Installing" not in launch(folder, "setup").stdout
    moved = folder.rename(tmp_path / "moved é")
    assert imported(moved) == moved / "softmax_lib/__init__.py"
    assert "The course is set up" in launch(moved, "setup").stdout

    # A file that is not the one that was pinned is not installed.
    (moved / "requirements.txt").write_text("tiny==1.0 --hash=sha256:" + "0" * 64 + "\n")
    for installed in list((moved / ".venv").glob("[lL]ib/**/tiny*")):
        shutil.rmtree(installed) if installed.is_dir() else installed.unlink()
    assert "installation failed" in refused(launch(moved, "setup", **variables))


def test_progress_counts_the_packages_of_this_system(launcher, monkeypatch, clone):
    (clone / "requirements.txt").write_text(
        "# a==1\na==1 \\\n    --hash=sha256:00\nb==2 ; sys_platform == 'win32' \\\n"
        "    --hash=sha256:11\nc==3 ; sys_platform == 'darwin'\n"
    )
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(launcher.sys, "stdout", terminal)
    show = launcher.show_progress(["requirements.txt"])
    for line in ["Collecting a==1\n", "Collecting extra\n", "Installing collected packages: a\n"]:
        show(line)
    assert "1 of 1 packages" in terminal.getvalue()
    assert "2 of 1" not in terminal.getvalue()
    assert "unpacking" in terminal.getvalue()


# --- Ways to make an environment ----------------------------------------------------------------


def tried(launcher, monkeypatch, works):
    """Run create_venv with commands that fail unless ``works(command)``; return the commands."""
    commands = []

    def run(command, environment=None, on_line=None):
        commands.append([str(part) for part in command])
        return 0 if works(commands[-1]) else 1

    monkeypatch.setattr(launcher, "run_logged", run)
    monkeypatch.setattr(launcher, "pip_environment", lambda python: {})
    monkeypatch.setattr(launcher, "venv_works", lambda needed: works(["import", needed]))
    try:
        launcher.create_venv()
    finally:
        tried.commands = commands
    return commands


def test_the_ways_are_tried_in_order(launcher, monkeypatch):
    assert len(tried(launcher, monkeypatch, lambda command: True)) == 1
    assert "--without-pip" not in tried.commands[0]
    commands = tried(
        launcher,
        monkeypatch,
        lambda command: command[-1] != launcher.VENV or "--without-pip" in command,
    )
    assert [command[2] for command in commands] == ["venv", "venv", "pip"]
    assert "--without-pip" in commands[1]


@pytest.mark.parametrize("works", [lambda command: False, lambda command: command[0] != "import"])
def test_when_no_way_works_one_thing_to_install_is_named(launcher, monkeypatch, works):
    with pytest.raises(launcher.Refusal, match="Install") as refusal:
        tried(launcher, monkeypatch, works)
    assert launcher.LOG in str(refusal.value)
    assert not os.path.exists(launcher.VENV)


def test_debian_is_told_its_package(launcher, monkeypatch):
    monkeypatch.setattr(
        launcher.os.path, "exists", lambda path: path == "/etc/debian_version", raising=True
    )
    package = f"sudo apt install python3.{sys.version_info[1]}-venv"
    with pytest.raises(launcher.Refusal, match=package):
        tried(launcher, monkeypatch, lambda command: False)


@pytest.mark.slow
def test_a_python_without_ensurepip_gets_pip_from_the_pip_that_runs(launcher, monkeypatch):
    pytest.importorskip("pip")
    real, refusals = launcher.run_logged, []

    def no_ensurepip(command, *arguments):
        if command[1:3] == ["-m", "venv"] and "--without-pip" not in command:
            refusals.append(command)
            return 1
        return real(command, *arguments)

    os.makedirs(launcher.SCRATCH)
    monkeypatch.setattr(launcher, "run_logged", no_ensurepip)
    launcher.create_venv()
    assert len(refusals) == 1
    assert launcher.venv_works("pip")


# --- Handing over -------------------------------------------------------------------------------


def test_the_arguments_and_the_exit_code_of_the_tests_pass_through(launcher, clone):
    ready(launcher, clone)
    stand_in(clone, "pytest", "import sys, os\nprint(sys.argv[1:], os.getcwd())\nsys.exit(3)\n")
    done = launch(clone, "test", "-k", "two words", "-x")
    assert done.returncode == 3
    assert "['-k', 'two words', '-x']" in done.stdout
    assert str(clone.resolve()) in done.stdout
    done = launch(clone, "test")
    assert done.returncode == 3
    assert "['-n', '3', '--dist', 'loadfile'" in done.stdout
    assert "'-m', 'not slow']" in done.stdout
    done = launch(clone, "test", "--all")
    assert "['-n', '3', '--dist', 'loadfile'" in done.stdout
    assert "slow" not in done.stdout and "--all" not in done.stdout


@pytest.mark.parametrize(
    "arguments, page, flags",
    [
        ([], "00_start_here", []),
        (["--no-browser", "--port", "9999"], "00_start_here", ["--no-browser", "--port", "9999"]),
        (["01"], "01_probability_distributions", []),
        (["01", "--no-browser"], "01_probability_distributions", ["--no-browser"]),
        (["notebooks/01_prob"], "01_probability_distributions", []),
    ],
)
def test_open_starts_jupyterlab_on_the_page_with_the_flags(
    launcher, clone, monkeypatch, arguments, page, flags
):
    became = []
    monkeypatch.setattr(launcher, "set_up", lambda tests: None)
    monkeypatch.setattr(launcher, "become", lambda command: became.append(command) or 0)
    assert launcher.main(["open", *arguments]) == 0
    (command,) = became
    quick = "softmax_lib.jupyter.quick_start"
    assert command[:4] == [launcher.venv_python(), "-m", quick, "jupyterlab"]
    assert f"--LabApp.default_url=/lab/tree/notebooks/{page}.ipynb" in command
    assert command[len(command) - len(flags) :] == flags


def put_runner(clone, code):
    """Put code in the place of what runs the notebooks."""
    (clone / "softmax_lib/jupyter").mkdir()
    (clone / "softmax_lib/jupyter/clean_notebooks.py").write_text(code)


def test_execute_hands_over_the_notebooks(launcher, clone):
    ready(launcher, clone)
    (clone / "softmax_lib/__init__.py").write_text("")
    put_runner(clone, "import sys\nprint(sys.argv[1:])\n")
    done = launch(clone, "execute", "01", "00_start_here.ipynb")
    assert done.returncode == 0, done.stderr
    wanted = ["notebooks/01_probability_distributions.ipynb", "notebooks/00_start_here.ipynb"]
    assert str(wanted) in done.stdout


# Each program of the course that a command becomes.
BECOME = [
    "softmax_lib/bundle.py",
    "softmax_lib/jupyter/slides.py",
    "softmax_lib/jupyter/update.py",
    "softmax_lib/jupyter/clean_notebooks.py",
    "docs/build.py",
    "docs/lite/build.py",
]


@pytest.mark.parametrize("file", BECOME)
def test_what_a_command_becomes_says_in_words_what_stops_it(file):
    """Run as it is, with its `main` replaced by one that meets a disk which cannot be written."""
    if file == "docs/build.py":
        pytest.importorskip("sphinx")
    text = (ROOT / file).read_text(encoding="utf-8")
    head, last = text.split('if __name__ == "__main__":\n')
    assert "in_words(main" in last, "nothing turns its errors into sentences"
    last = "def main(*_):\n    print('日')\n    raise OSError(30, 'Read-only', '日')\n" + (
        textwrap.dedent(last)
    )
    name = ".".join(Path(file).with_suffix("").parts)
    code = f"import sys\n__name__ = '__main__'; __package__ = {name.rpartition('.')[0]!r}\n"
    code += f"__file__ = {str(ROOT / file)!r}\n"
    code += f"exec(compile({head!r}, __file__, 'exec'))\n{last}"
    done = run_here("-c", code)
    assert done.returncode == 1 and done.stdout.strip() == "\\u65e5"
    assert "copy its folder to one of your own" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def run_here(*arguments):
    """Run the Python of the tests in the course's folder, as in a narrow terminal."""
    variables = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=variables, capture_output=True,
        encoding="cp1252", timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("module", ["slides", "clean_notebooks"])
def test_a_folder_called_like_a_notebook_is_named(tmp_path, module):
    folder = tmp_path / "99_日.ipynb"
    folder.mkdir()
    done = run_here("-m", f"softmax_lib.jupyter.{module}", str(folder))
    assert done.returncode == 1
    assert "\\u65e5.ipynb is in the way" in done.stderr and "Traceback" not in done.stderr


def test_a_notebook_of_any_name_runs_in_a_narrow_terminal(tmp_path):
    import nbformat

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1", id="a")])
    nbformat.write(notebook, tmp_path / "日.ipynb")
    done = run_here("-m", "softmax_lib.jupyter.clean_notebooks", str(tmp_path / "日.ipynb"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "\\u65e5.ipynb ... changed\n"


def test_as_a_module_it_uses_the_environment_that_it_runs_in(clone):
    (clone / "softmax_lib/__init__.py").write_text("")
    (clone / "softmax_lib/json.py").unlink()
    put_runner(clone, "import sys\nprint(sys.executable)\n")
    command = [sys.executable, "-m", "softmax_lib", "execute"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == Path(sys.executable)
    assert not (clone / ".venv").exists()
