"""The launcher: what it does on a new machine, and when something is in its way.

No package is installed here: that is in test_binder.py, with the same pins. A small stand-in for
pip is put into real environments where a test needs an installation to succeed or to fail.
"""

import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def clone(tmp_path):
    """A folder like a fresh clone, with a space in its name and only what the launcher looks at."""
    folder = tmp_path / "the course"
    package = folder / "softmax_lib"
    package.mkdir(parents=True)
    shutil.copy(ROOT / "softmax_lib/__main__.py", package)
    shutil.copytree(ROOT / "softmax_lib/jupyter_defaults", package / "jupyter_defaults")
    # The launcher runs before numpy is there: it must not import its own package.
    (package / "__init__.py").write_text("raise ImportError('numpy is not installed yet')\n")
    # Nor must a module of ours stand in for one of the standard library.
    (package / "json.py").write_text("raise ImportError('not the json that was meant')\n")
    (folder / "tests").mkdir()
    (folder / "notebooks").mkdir()
    for name in ("00_start_here.ipynb", "01_probability_distributions.ipynb"):
        (folder / "notebooks" / name).write_text("{}")
    for name in ("pyproject.toml", "requirements.txt", "tests/requirements.txt"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def launcher(clone):
    """The launcher of the clone, as a module."""
    path = clone / "softmax_lib/__main__.py"
    spec = importlib.util.spec_from_file_location("launcher_under_test", path)
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = before
    assert clone.samefile(module.ROOT)
    return module


def launch(clone, *arguments, python=sys.executable, **variables):
    """Run the launcher as a person does, from the clone's root."""
    return subprocess.run(
        [python, "softmax_lib", *arguments],
        cwd=clone,
        env={**os.environ, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )


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
    state = {"python": launcher.this_python(), "root": launcher.ROOT, "adopted": False}
    state["learner"] = launcher.fingerprint(False)
    if tests:
        state["tests"] = launcher.fingerprint(True)
    launcher.write_state(**state)
    return state


# --- Words and refusals -------------------------------------------------------------------------


def test_without_a_command_it_says_how_to_use_it(clone):
    done = launch(clone)
    assert done.returncode == 2
    for word in ("open", "test", "setup", "execute", "doctor", "py softmax_lib"):
        assert word in done.stdout
    assert launch(clone, "--help").returncode == 0


def test_an_unknown_command_is_named(clone):
    done = launch(clone, "start")
    assert done.returncode == 2
    assert "'start'" in done.stdout and "usage" in done.stdout


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 8, 0), (2, 7, 18)])
def test_an_old_python_is_refused_with_both_versions(launcher, monkeypatch, version):
    monkeypatch.setattr(launcher.shutil, "which", lambda name: None)
    with pytest.raises(launcher.Refusal) as refusal:
        launcher.check_python(version)
    assert "3.11 or newer" in str(refusal.value)
    assert ".".join(map(str, version)) in str(refusal.value)
    assert "Install a newer Python" in str(refusal.value)


def test_an_old_python_points_to_a_newer_one_on_the_machine(launcher, monkeypatch):
    there = {"python3.12": "/somewhere/python3.12", "python3.11": "/somewhere/python3.11"}
    monkeypatch.setattr(launcher.shutil, "which", there.get)
    monkeypatch.setattr(launcher.sys, "argv", ["softmax_lib", "open"])
    with pytest.raises(launcher.Refusal, match=r"Run: python3\.12 softmax_lib open"):
        launcher.check_python((3, 9, 2))


def test_the_launcher_parses_on_pythons_too_old_to_run_it():
    import ast

    source = (ROOT / "softmax_lib/__main__.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 7))


def test_it_refuses_outside_a_clone(clone):
    (clone / "requirements.txt").unlink()
    done = launch(clone, "setup")
    assert done.returncode == 1
    assert "not a clone" in done.stderr and "Traceback" not in done.stderr


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
        "pyproject.toml",
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


def test_a_moved_folder_is_noticed(launcher, clone, tmp_path):
    ready(launcher, clone)
    moved = tmp_path / "moved course"
    clone.rename(moved)
    done = launch(moved, "doctor")
    assert done.returncode == 1
    assert "moved or copied" in done.stdout


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
    known = {"python": launcher.this_python(), "adopted": True}
    launcher.write_state(root=launcher.ROOT, **known)
    assert launcher.what_to_do(tests=False) == ("install", "")
    launcher.write_state(root="elsewhere", **known)
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


def set_up_with(launcher, clone, monkeypatch, pip):
    """Let the launcher set up with a real environment that has a stand-in for pip."""

    def create():
        launcher.remove_venv()
        os.mkdir(launcher.VENV)
        launcher.write_state(python=launcher.this_python(), root=launcher.ROOT)
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
    assert launcher.log_path() in str(refusal.value)
    assert launcher.what_to_do(tests=False)[0] == "rebuild"


def test_an_interrupted_installation_recovers(launcher, clone, monkeypatch, capsys):
    def interrupt(tests):
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
    for name in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PYTHONDONTWRITEBYTECODE"):
        monkeypatch.setenv(name, "somewhere")
    variables = launcher.venv_environment()
    assert not {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET"} & variables.keys()
    assert variables["PATH"].startswith(os.path.dirname(launcher.venv_python()) + os.pathsep)
    assert variables["PIP_USER"] == "0" and variables["PYTHONNOUSERSITE"] == "1"


def test_progress_counts_the_packages_of_this_system(launcher, monkeypatch, clone):
    (clone / "requirements.txt").write_text(
        "# a==1\na==1\nb==2 ; sys_platform == 'win32'\nc==3 ; sys_platform == 'darwin'\n-e .\n"
    )
    monkeypatch.setattr(launcher.sys, "platform", "linux")
    assert launcher.count_pins(["requirements.txt"]) == 1
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(launcher.sys, "stdout", terminal)
    progress = launcher.Progress(1)
    for line in ["Collecting a==1\n", "Collecting extra\n", "Installing collected packages: a\n"]:
        progress(line)
    assert "1 of 1 packages" in terminal.getvalue()
    assert "2 of 1" not in terminal.getvalue()


# --- Ways to make an environment ----------------------------------------------------------------


def tried(launcher, monkeypatch, works):
    """Run create_venv with commands that fail unless ``works(command)``; return the commands."""
    commands = []

    def run(command, on_line=None):
        commands.append([str(part) for part in command])
        return 0 if works(commands[-1]) else 1

    monkeypatch.setattr(launcher, "run_logged", run)
    monkeypatch.setattr(
        launcher.shutil,
        "which",
        lambda name: f"/bin/{name}" if name in ("virtualenv", "uv") else None,
    )
    try:
        launcher.create_venv()
    finally:
        tried.commands = commands
    return commands


def test_the_ways_are_tried_in_order(launcher, monkeypatch):
    with pytest.raises(launcher.Refusal):
        tried(launcher, monkeypatch, lambda command: False)
    python = sys.executable
    starts = [command[:3] for command in tried.commands]
    assert starts == [
        [python, "-m", "venv"],
        [python, "-m", "venv"],
        [python, "-m", "virtualenv"],
        ["/bin/virtualenv", "--python", python],
        ["/bin/uv", "venv", "--seed"],
    ]
    assert "--without-pip" not in tried.commands[0]
    assert "--without-pip" in tried.commands[1]


def test_the_first_way_that_works_is_the_last_tried(launcher, monkeypatch):
    commands = tried(launcher, monkeypatch, lambda command: True)
    assert [command[2] for command in commands] == ["venv", "pip"]
    commands = tried(launcher, monkeypatch, lambda command: "uv" in command[0] or "pip" in command)
    assert commands[-2][:2] == ["/bin/uv", "venv"]
    assert commands[-1][1:] == ["-m", "pip", "--version"]


def test_when_no_way_works_one_thing_to_install_is_named(launcher, monkeypatch):
    with pytest.raises(launcher.Refusal, match="Install") as refusal:
        tried(launcher, monkeypatch, lambda command: False)
    assert launcher.log_path() in str(refusal.value)
    assert not os.path.exists(launcher.VENV)


def test_debian_is_told_its_package(launcher, monkeypatch):
    monkeypatch.setattr(launcher.os.path, "exists", lambda path: path == "/etc/debian_version")
    minor = sys.version_info[1]
    assert launcher.missing_piece().endswith(f"sudo apt install python3.{minor}-venv")


@pytest.mark.slow
def test_a_python_without_ensurepip_gets_pip_from_the_pip_that_runs(launcher, monkeypatch):
    pytest.importorskip("pip")
    real, refused = launcher.run_logged, []

    def no_ensurepip(command, on_line=None):
        if command[1:3] == ["-m", "venv"] and "--without-pip" not in command:
            refused.append(command)
            return 1
        return real(command, on_line)

    os.makedirs(launcher.SCRATCH)
    monkeypatch.setattr(launcher, "run_logged", no_ensurepip)
    launcher.create_venv()
    assert len(refused) == 1
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
    assert "['-n', '2', '--dist', 'loadfile'" in done.stdout


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
    assert command[:3] == [launcher.venv_python(), "-m", "jupyterlab"]
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


def test_as_a_module_it_uses_the_environment_that_it_runs_in(clone):
    (clone / "softmax_lib/__init__.py").write_text("")
    (clone / "softmax_lib/json.py").unlink()
    put_runner(clone, "import sys\nprint(sys.executable)\n")
    command = [sys.executable, "-m", "softmax_lib", "execute"]
    done = subprocess.run(command, cwd=clone, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == Path(sys.executable)
    assert not (clone / ".venv").exists()
