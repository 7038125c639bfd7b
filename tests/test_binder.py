"""What mybinder.org would build from this repository, without a Docker engine.

repo2docker renders the build file that Binder would use. Its install steps are then run as they
stand, in a fresh environment and a fresh copy of the repository, and the notebooks run there.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LARGEST = 800e6  # bytes of Python packages: what is larger takes longer to fetch and to start

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Binder builds and runs on Linux")


def copy_of_the_repository(target):
    """Copy what git would clone: neither environments nor what tools leave behind."""
    leave = shutil.ignore_patterns(
        ".git", ".venv*", ".setup", "__pycache__", ".*_cache", ".hypothesis", ".ipynb_checkpoints"
    )
    shutil.copytree(ROOT, target, ignore=leave)
    return target


@pytest.fixture(scope="module")
def repository(tmp_path_factory):
    return copy_of_the_repository(tmp_path_factory.mktemp("binder") / "home of jovyan")


@pytest.fixture(scope="module")
def build_file(repository):
    """The Dockerfile that repo2docker would hand to Docker."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def install_steps(build_file):
    """Return the commands of the build file that install, joined over line ends."""
    text = build_file.replace("\\\n", " ")
    steps = [line[4:].strip() for line in text.splitlines() if line.startswith("RUN ")]
    return [step for step in steps if re.search(r"/pip\b.* install\b|^\./binder/", step)]


def pins(path):
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {name.lower().replace("_", "-"): version for name, version in found}


def test_the_build_installs_our_pins_after_it_copied_the_repository(build_file):
    steps = install_steps(build_file)
    assert len(steps) == 2, steps
    assert steps[0].endswith('-r "binder/requirements.txt"')
    assert steps[1] == "./binder/postBuild"
    # The pins and the course lie outside binder/: they must be there by then.
    assert build_file.index("COPY --chown") < build_file.index(" src/ ${REPO_DIR}/")
    assert build_file.index(" src/ ${REPO_DIR}/") < build_file.index('binder/requirements.txt"\n')
    assert "-r ../requirements.txt" in (ROOT / "binder/requirements.txt").read_text()


def test_the_build_uses_a_python_that_the_course_supports(build_file):
    wanted = (ROOT / "binder/runtime.txt").read_text().strip()
    minor = re.fullmatch(r"python-3\.(\d+)", wanted)
    assert minor, wanted
    assert 11 <= int(minor[1]) <= 14
    # repo2docker names its base environment after the version: py-3.13 becomes py-2d3-2e13.
    assert f"py-2d3-2e{minor[1]}-2d" in build_file


def size_of(folder):
    """Return the bytes that the files of an environment take; a file of two names counts once."""
    files = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            files[path.stat().st_ino] = path.stat().st_size
    return sum(files.values())


def make_hub_image(run, folder, variables):
    """Run the steps of one-server.md's Dockerfile, and merge notebooks with what they set."""
    page = (ROOT / "docs/teaching/one-server.md").read_text(encoding="utf-8")
    dockerfile = re.search(r"```dockerfile\n(.+?)```", page, re.DOTALL)[1]
    steps = re.findall(r"(?m)^RUN (.+)$", dockerfile.replace("\\\n", " "))
    assert len(steps) == 2
    variables["GIT_CONFIG_SYSTEM"] = str(folder / "gitconfig")
    for step in steps:
        run(["bash", "-c", step], timeout=300)
    run(["python", "-P", "-c", "import nbgitpuller"], timeout=60)
    driver = run(["git", "config", "--system", "merge.notebook.driver"], timeout=60).strip()
    assert driver.endswith("%A %O %B %P")
    notebook = str(ROOT / "notebooks/00_start_here.ipynb")
    mine = folder / "mine.ipynb"
    shutil.copy(notebook, mine)
    for letter, file in {"A": mine, "O": notebook, "B": notebook, "P": "x.ipynb"}.items():
        driver = driver.replace(f"%{letter}", f"'{file}'")
    run(["bash", "-c", f"cd '{folder}' && {driver}"], timeout=60)
    assert mine.read_bytes() == Path(notebook).read_bytes()


@pytest.mark.slow
def test_replaying_the_build_gives_an_environment_where_the_notebooks_run(
    repository, build_file, tmp_path, report_figure
):
    notebooks = sorted((repository / "notebooks").glob("*.ipynb"))
    assert notebooks, "there is no notebook to run"
    prefix = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", prefix], check=True, timeout=120)
    clean = {"PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV"}
    variables = {name: value for name, value in os.environ.items() if name not in clean}
    variables |= {
        "KERNEL_PYTHON_PREFIX": str(prefix),
        "NB_PYTHON_PREFIX": str(prefix),
        "PATH": f"{prefix}/bin{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_PREFER_ENV_PATH": "1",
    }

    def run(command, **options):
        done = subprocess.run(
            command, cwd=repository, env=variables, capture_output=True, text=True, **options
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    for step in install_steps(build_file):
        # On a laptop pip's cache is welcome; what is installed does not depend on it.
        run(["bash", "-c", step.replace("--no-cache-dir ", "")], timeout=600)

    listed = run([prefix / "bin/python", "-m", "pip", "list", "--format=freeze"], timeout=120)
    installed = dict(
        line.lower().replace("_", "-").split("==") for line in listed.splitlines() if "==" in line
    )
    for name, version in pins(ROOT / "requirements.txt").items():
        # A pin for another system or an older Python is not installed here.
        assert installed.get(name, version) == version, name
    for name in ("jupyterlab", "numpy", "matplotlib", "ipywidgets", "anywidget"):
        assert name in installed

    used = size_of(prefix)
    report_figure("Python packages of the Binder image", f"{used / 1e6:.0f} MB")
    assert used < LARGEST

    # Not in the repository: that lies in the home folder, which a hub's own storage hides.
    where = [prefix / "bin/python", "-P", "-c", "import softmax_lib; print(softmax_lib.__file__)"]
    assert Path(run(where, timeout=60).strip()).is_relative_to(prefix)
    make_hub_image(run, tmp_path, variables)
    # On a laptop one notebook shows that nothing is missing; CI has the time for all.
    first = notebooks[0]
    chosen = [] if os.environ.get("CI") else [first.name]
    run([prefix / "bin/python", "-m", "softmax_lib", "execute", *chosen], timeout=600)

    # Jupyter's own command leaves the very same file, where softmax_lib is this folder's.
    variables["PYTHONPATH"] = str(repository)
    before = first.read_bytes()
    nbconvert = [prefix / "bin/jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace"]
    run([*nbconvert, str(first)], timeout=300)
    assert first.read_bytes() == before
