"""The set-up check: what notebook 00, the end of a set-up and `doctor` say is in place."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from softmax_lib import setup_check
from softmax_lib.setup_check import check_setup

ROOT = Path(__file__).resolve().parent.parent


def test_here_everything_is_in_place():
    report = check_setup()
    assert report.ok
    assert repr(report).splitlines()[-1] == "Everything is in place."
    assert repr(report).count("✓") == len(report.lines) == 6


@pytest.mark.parametrize("error", [ImportError("no such\nfile"), RuntimeError("broken"), OSError()])
def test_a_package_that_does_not_load_is_named_with_the_reason(monkeypatch, error):
    real = setup_check.importlib.import_module

    def load(name):
        if name == "anywidget":
            raise error
        return real(name)

    monkeypatch.setattr(setup_check.importlib, "import_module", load)
    report = check_setup()
    assert not report.ok
    (line,) = [line for line in repr(report).splitlines() if "✗" in line]
    assert line.startswith(f"✗ anywidget: {type(error).__name__}")
    assert repr(report).splitlines()[-1] == setup_check.CURE


def test_progress_that_cannot_be_saved_is_noticed(monkeypatch, tmp_path):
    monkeypatch.setenv("SOFTMAX_PROGRESS", str(tmp_path / "nowhere" / "progress.json"))
    report = check_setup()
    assert [name for name, _, problem in report.lines if problem] == ["progress"]


def test_the_oldest_python_is_the_projects(monkeypatch):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = tuple(map(int, project["requires-python"].removeprefix(">=").split(".")))
    assert oldest == (3, 11)
    for version, ok in {oldest: True, (3, 10, 9): False}.items():
        monkeypatch.setattr(setup_check.sys, "version_info", version)
        assert check_setup().ok is ok
    assert f"OLDEST = {oldest}" in (ROOT / "softmax_lib/__main__.py").read_text()


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-P", ROOT / "softmax_lib/setup_check.py", *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def test_what_is_installed_is_compared_with_the_pins(tmp_path):
    done = run("requirements.txt")
    assert done.returncode == 0, done.stdout + done.stderr
    other = tmp_path / "other.txt"
    other.write_text(
        "numpy==0.1 \\\n    --hash=sha256:00\nno-such==2 ; sys_platform == 'none'\nNor_this==3\n"
    )
    done = run(str(other))
    assert done.returncode == 1
    (line,) = [line for line in done.stdout.splitlines() if "PROBLEM" in line]
    assert line.startswith("versions ") and ", not 0.1" in line
    assert "Nor_this is missing, not 3" in line and "no-such" not in line


def test_a_set_up_does_not_fail_for_a_home_that_cannot_be_written(monkeypatch, tmp_path):
    monkeypatch.setenv("SOFTMAX_PROGRESS", str(tmp_path / "nowhere" / "progress.json"))
    done = run("requirements.txt")
    assert done.returncode == 0 and "progress" not in done.stdout


def test_another_copy_that_is_found_first_is_named(monkeypatch, tmp_path):
    package = tmp_path / "softmax_lib"
    package.mkdir()
    for name in ("__init__.py", "explorers.py"):
        (package / name).write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    done = run()
    assert done.returncode == 1
    assert f"PROBLEM: another copy is found first, in {package}" in done.stdout


@pytest.mark.slow
def test_a_kernel_is_started():
    assert setup_check._kernel_computes() is None
    done = run("--kernel")
    assert "kernel       starts and computes" in done.stdout
    assert "Chromium" in done.stdout
