"""The offline bundle: the right packages for each system, and the course as it is committed."""

import base64
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile

import pytest
from notebook_tools import ROOT

from softmax_lib import bundle
from softmax_lib.bundle import TARGETS, make_bundle, requirements_for

PINS = (ROOT / "requirements.txt").read_text(encoding="utf-8")
PYTHON = "{}.{}".format(*sys.version_info)
CODE = PYTHON.replace(".", "")


def names(text):
    return {line.split("==")[0] for line in text.splitlines()}


@pytest.mark.parametrize("system", TARGETS)
def test_each_system_gets_its_own_packages(system):
    found = names(requirements_for(PINS, system, "3.12"))
    assert {"numpy", "matplotlib", "jupyterlab", "anywidget"} <= found
    assert ("pywinpty" in found) == ("colorama" in found) == (system == "Windows")
    assert ("appnope" in found) == system.startswith("macOS")
    assert ("pexpect" in found) == (system != "Windows")
    assert "overrides" not in found
    assert "overrides" in names(requirements_for(PINS, system, "3.11"))


def test_every_package_is_asked_for_by_its_hashes_and_without_conditions():
    lines = requirements_for(PINS, "Linux", "3.12").splitlines()
    assert len(lines) > 80
    for line in lines:
        assert " --hash=sha256:" in line and ";" not in line and "\\" not in line
    some = {line.split("==")[0] for line in PINS.splitlines() if line[:1].isalnum()}
    everywhere = set().union(*(names(requirements_for(PINS, s, "3.11")) for s in TARGETS))
    assert everywhere == some, "a package that no system gets"


def wheel(folder, name, tag):
    """Write a package by hand; return its file."""
    file = folder / f"{name}-1.0-{tag}.whl"
    info = f"{name}-1.0.dist-info"
    content = {
        f"{name}.py": "VALUE = 1\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    record = "".join(f"{path},{digest(text)},{len(text)}\n" for path, text in content.items())
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in {**content, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
            archive.writestr(path, text)
    return file


def digest(text):
    code = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
    return f"sha256={code.decode().rstrip('=')}"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Make a folder in which pip finds its packages, and a course that wants them."""
    wheels = tmp_path / "shop"
    wheels.mkdir()
    tags = ["manylinux_2_28_x86_64", "win_amd64", "macosx_11_0_arm64", "macosx_10_15_x86_64"]
    files = {
        "pure": [wheel(wheels, "pure", "py3-none-any")],
        "built": [wheel(wheels, "built", f"cp{CODE}-cp{CODE}-{tag}") for tag in tags],
        "onlywin": [wheel(wheels, "onlywin", "py3-none-any")],
    }
    lines = ["# pins"]
    for name, made in files.items():
        mark = " ; sys_platform == 'win32'" if name == "onlywin" else ""
        hashes = [f"    --hash=sha256:{hashlib.sha256(f.read_bytes()).hexdigest()}" for f in made]
        lines.append(" \\\n".join([f"{name}==1.0{mark}", *hashes]))
    root = tmp_path / "course"
    (root / "notebooks").mkdir(parents=True)
    (root / "requirements.txt").write_text("\n".join(lines) + "\n")
    (root / "notebooks" / "a.ipynb").write_text("committed")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    return root


def inside(path):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return set(archive.namelist())


def test_the_bundle_has_the_course_and_the_packages_of_every_system(shop):
    (shop / ".venv").mkdir()
    (shop / ".venv" / "big").write_text("x")
    path = make_bundle([PYTHON], root=shop)
    assert path == shop / "softmax-course-offline.zip"
    found = inside(path)
    assert {"softmax-course/requirements.txt", "softmax-course/notebooks/a.ipynb"} <= found
    packages = {name.split("wheels/")[1] for name in found if "/wheels/" in name}
    assert packages == {file.name for file in (shop.parent / "shop").iterdir()}
    assert not [name for name in found if ".venv" in name or "offline" in name]
    assert inside(make_bundle([PYTHON], root=shop)) == found, "again, beside the first"


@pytest.mark.skipif(shutil.which("git") is None, reason="needs git")
def test_of_a_checkout_only_what_is_committed_goes_along(shop):
    def git(*arguments):
        who = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=shop, check=True, capture_output=True)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "x")
    (shop / "notebooks" / "a.ipynb").write_text("my own answers")
    (shop / "private.txt").write_text("mine")
    path = make_bundle([PYTHON], root=shop)
    assert "softmax-course/private.txt" not in inside(path)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("softmax-course/notebooks/a.ipynb") == b"committed"


def test_what_cannot_be_had_leaves_no_bundle_and_keeps_the_old_one(shop, capsys):
    old = make_bundle([PYTHON], root=shop)
    before = old.read_bytes()
    with pytest.raises(RuntimeError, match=r"Linux, Python 3\.77: pip says"):
        make_bundle([PYTHON, "3.77"], root=shop)
    assert old.read_bytes() == before
    assert [file.name for file in shop.iterdir() if "offline" in file.name] == [old.name]
    with pytest.raises(ValueError, match=r"versions such as 3\.12, got 'three'"):
        make_bundle(["three"], root=shop)
    assert bundle.main(["three"]) == 1
    assert "got 'three'" in capsys.readouterr().err


def test_where_nothing_may_be_written_nothing_is_downloaded(shop, monkeypatch):
    monkeypatch.setattr(bundle, "_download", lambda *_: pytest.fail("it downloads"))
    with pytest.raises(OSError):
        make_bundle([PYTHON], shop / "no folder" / "a.zip", root=shop)


def test_a_changed_package_is_refused(shop):
    file = next((shop.parent / "shop").glob("pure*"))
    file.unlink()
    wheel(file.parent, "pure", "py3-none-any")
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("more.py", "x = 1")
    with pytest.raises(RuntimeError, match="pip says"):
        make_bundle([PYTHON], root=shop)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="cuts the network as Linux can")
def test_it_installs_with_the_network_cut(shop, tmp_path):
    cut = ["unshare", "--map-root-user", "--net"]
    if shutil.which("unshare") is None or subprocess.run([*cut, "true"]).returncode:
        pytest.skip("nobody may cut the network here")
    with zipfile.ZipFile(make_bundle([PYTHON], root=shop)) as archive:
        archive.extractall(tmp_path / "room")
    course = tmp_path / "room" / "softmax-course"
    shutil.rmtree(shop.parent / "shop")
    code = (
        "import importlib.util, os, sys\n"
        f"spec = importlib.util.spec_from_file_location('l', {str(bundle.ROOT)!r}"
        " + '/softmax_lib/launcher.py')\n"
        "l = importlib.util.module_from_spec(spec); spec.loader.exec_module(l)\n"
        f"l.ROOT, l.WHEELS = {str(course)!r}, {str(course / 'wheels')!r}\n"
        f"l.LOG = {str(tmp_path / 'log')!r}\n"
        "l.venv_python = lambda: sys.executable\n"
        "l.link_course = lambda: sys.exit(0)\n"
        "l.install(['requirements.txt'])\n"
    )
    room = tmp_path / "python"
    subprocess.run([sys.executable, "-m", "venv", room], check=True)
    env = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")}
    env["PIP_CONFIG_FILE"] = os.devnull
    python = str(room / "bin" / "python")
    done = subprocess.run([*cut, python, "-c", code], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    import_all = "import pure, built; print(pure.VALUE + built.VALUE)"
    done = subprocess.run([python, "-c", import_all], capture_output=True, text=True)
    assert done.stdout.strip() == "2", done.stderr


@pytest.mark.parametrize(
    ("there", "codes", "asked"),
    [(False, [0], [False]), (True, [0], [True]), (True, [1, 0], [True, False])],
    ids=["no wheels", "wheels that fit", "wheels of another Python"],
)
def test_the_launcher_asks_the_wheels_first_and_then_the_network(
    there, codes, asked, tmp_path, monkeypatch
):
    spec = importlib.util.spec_from_file_location("l", bundle.ROOT / "softmax_lib" / "launcher.py")
    launcher = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(launcher)
    if there:
        (tmp_path / "wheels").mkdir()
    commands, left = [], [*codes, 0]

    def run_logged(command, *_):
        commands.append(command)
        return left.pop(0)

    monkeypatch.setattr(launcher, "WHEELS", str(tmp_path / "wheels"))
    monkeypatch.setattr(launcher, "run_logged", run_logged)
    monkeypatch.setattr(launcher, "pip_environment", lambda python: {})
    monkeypatch.setattr(launcher, "link_course", lambda: None)
    launcher.install(launcher.LEARNER)
    assert ["--no-index" in command for command in commands[:-1]] == asked
    assert "setup_check" in " ".join(commands[-1])
