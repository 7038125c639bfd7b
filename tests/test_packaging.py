"""What the package, its pins and its notebook files promise."""

import json
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from softmax_lib.jupyter import clean_notebooks

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def read_pins(name):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line.rstrip("\\")) for line in lines if line and line[0] not in "#- "]


LEARNER = read_pins("requirements.txt")
TESTS = read_pins("tests/requirements.txt")
HUB = read_pins("docs/teaching/hub_requirements.txt")

# --- Pins ---------------------------------------------------------------------------------------


def test_workflows_install_exact_versions_and_the_same_as_the_pins():
    pins = {pin.name: str(pin.specifier) for pin in LEARNER + TESTS}
    found = set()
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        text = re.sub(r"\n {10}", " ", path.read_text(encoding="utf-8"))
        for words in re.findall(r"pip install (.+)", text):
            for word in words.replace('"', "").split():
                if word != ".":
                    name, version = word.split("==")
                    oldest = version.endswith(".*")  # of the job that takes the oldest numpy
                    assert oldest or pins.get(name, f"=={version}") == f"=={version}", word
                    found.add(name)
    assert {"ruff", "torch", "transformers", "pytest", "numpy"} <= found


def test_every_requirement_is_one_exact_version():
    for pin in LEARNER + TESTS + HUB:
        (specifier,) = pin.specifier
        assert specifier.operator == "==" and "*" not in specifier.version, str(pin)


def test_one_version_serves_every_python_and_system():
    for more in (TESTS, HUB):
        names = [canonicalize_name(pin.name) for pin in LEARNER + more]
        assert sorted(set(names)) == sorted(names)


PINNED = ["requirements.txt", "tests/requirements.txt", "docs/teaching/hub_requirements.txt"]


@pytest.mark.parametrize("name", PINNED)
def test_every_pin_names_its_files_by_hash(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text)
    pins = [block for block in blocks if "==" in block and block[0] != "#"]
    assert len(pins) == len(read_pins(name)) > 10
    for block in pins:
        _, *hashes = block.rstrip().split(" \\\n")
        assert hashes, block
        for line in hashes:
            assert re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}", line), line


def test_requirements_hold_what_pip_takes_beside_hashes_and_name_no_server():
    assert (ROOT / "tests/requirements.txt").read_text().count("-r ../requirements.txt") == 1
    assert "\n-r ../../requirements.txt\n" in (ROOT / PINNED[2]).read_text()
    for name in (*PINNED, "binder/requirements.txt"):
        # ASCII: pip reads the file in the encoding of the locale.
        text = (ROOT / name).read_text(encoding="ascii")
        assert not re.search(r"://|index-url|find-links", text)
        assert not re.search(r"^(-e|--editable|\.)", text, re.MULTILINE)


def test_what_builds_and_what_tests_is_pinned_too():
    (backend,) = map(Requirement, PROJECT["build-system"]["requires"])
    (specifier,) = backend.specifier
    assert specifier.operator == "==" and "*" not in specifier.version
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        uses = re.findall(r"uses: *(.*)", path.read_text(encoding="utf-8"))
        assert uses
        for line in uses:
            assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


PAIRS = [(None, LEARNER), ("course", LEARNER), ("test", TESTS), ("hub", HUB)]


@pytest.mark.parametrize("extra, pins", PAIRS)
def test_the_pins_satisfy_the_ranges(extra, pins):
    versions = {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in LEARNER}
    versions |= {canonicalize_name(pin.name): next(iter(pin.specifier)).version for pin in pins}
    project = PROJECT["project"]
    ranges = project["optional-dependencies"][extra] if extra else project["dependencies"]
    assert ranges
    for wanted in map(Requirement, ranges):
        version = versions[canonicalize_name(wanted.name)]
        assert wanted.specifier.contains(version), f"{wanted} against the pin {version}"


@pytest.mark.parametrize("minor", [11, 12, 13, 14])
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_the_direct_requirements_are_pinned_on_every_system(minor, platform):
    system = {
        "python_version": f"3.{minor}",
        "python_full_version": f"3.{minor}.0",
        "sys_platform": platform,
        "os_name": "nt" if platform == "win32" else "posix",
        "implementation_name": "cpython",
    }
    active = {
        canonicalize_name(pin.name)
        for pin in LEARNER
        if pin.marker is None or Marker(str(pin.marker)).evaluate(system)
    }
    extras = PROJECT["project"]["optional-dependencies"]
    for wanted in map(Requirement, PROJECT["project"]["dependencies"] + extras["course"]):
        assert canonicalize_name(wanted.name) in active


# --- Words that must agree ----------------------------------------------------------------------


def test_the_version_is_the_same_everywhere():
    version = PROJECT["project"]["version"]
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(rf"^version: {re.escape(version)}$", citation, re.MULTILINE)
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licenses_are_the_same_everywhere():
    assert PROJECT["project"]["license"] == "BSD-3-Clause AND CC-BY-4.0"
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    for name in ("BSD-3-Clause", "CC-BY-4.0"):
        assert name in text and name in citation


# --- What is built ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The paths of a wheel and a source archive of the course, built by its own build backend."""
    folder = tmp_path_factory.mktemp("built")
    (backend,) = PROJECT["build-system"]["requires"]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--target"]
    subprocess.run([*pip, folder / "backend", backend], check=True, timeout=120)
    code = f"import sys; sys.path.insert(0, {str(folder / 'backend')!r})\n"
    code += f"from {PROJECT['build-system']['build-backend']} import *\n"
    code += f"build_wheel({str(folder)!r}); build_sdist({str(folder)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    (source,) = folder.glob("*.tar.gz")
    return wheel, source


def package_files():
    """Return every file of softmax_lib that a user of the package needs."""
    found = (ROOT / "softmax_lib").rglob("*")
    files = {path.relative_to(ROOT).as_posix() for path in found if path.is_file()}
    return {name for name in files if "__pycache__" not in name and "/." not in name}


def test_the_wheel_holds_the_package_and_its_defaults(built):
    with zipfile.ZipFile(built[0]) as wheel:
        names = set(wheel.namelist())
        (metadata,) = [name for name in names if name.endswith(".dist-info/METADATA")]
        words = wheel.read(metadata).decode()
    assert package_files() <= names
    assert "softmax_lib/py.typed" in names
    data = {name.split(".data/data/")[1] for name in names if ".data/data/" in name}
    assert "etc/jupyter/jupyter_nbconvert_config.json" in data
    assert "share/jupyter/lab/settings/overrides.d/softmax_course.json" in data
    assert not [name for name in names if name.startswith(("tests/", "notebooks/"))]
    assert "License-Expression: BSD-3-Clause AND CC-BY-4.0" in words
    assert "Requires-Python: >=3.11" in words


def test_the_source_archive_can_be_tested_and_built(built):
    with tarfile.open(built[1]) as source:
        names = {name.partition("/")[2] for name in source.getnames()}
    assert package_files() <= names
    wanted = {"pyproject.toml", "requirements.txt", "LICENSE", "README.md", "CHANGELOG.md"}
    wanted |= {"tests/requirements.txt", "tests/test_packaging.py", "binder/requirements.txt"}
    assert wanted <= names


# --- Notebook files -----------------------------------------------------------------------------

WIDGET = "application/vnd.jupyter.widget-view+json"


def sample():
    """A notebook as Jupyter leaves it, with what differs from run to run."""
    view = {WIDGET: {"model_id": "9f3a"}, "text/plain": "Slider()", "text/html": "<p>3</p>"}
    outputs = [
        new_output("stream", name="stdout", text="a\n"),
        new_output("display_data", data={WIDGET: {"model_id": "76"}}),
        new_output("stream", name="stdout", text="b\n"),
        new_output("stream", name="stderr", text="c\n"),
        new_output("display_data", data={WIDGET: {"model_id": "77"}}),
        new_output("execute_result", data=view, execution_count=1),
    ]
    code = new_code_cell("print('é')", id="code-1", outputs=outputs, execution_count=1)
    code.metadata = nbformat.from_dict(
        {"tags": ["keep"], "execution": {"iopub.execute_input": "2026-01-01"}, "scrolled": True}
    )
    words = new_markdown_cell("# Why?", id="words-1", metadata={"editable": True, "tags": ["a"]})
    notebook = new_notebook(cells=[words, code])
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"name": "my-env", "display_name": "mine", "language": "python"},
            "language_info": {"name": "python", "version": "3.12.1"},
            "widgets": {"state": {}},
            "an_editor": {"of": "tomorrow"},
        }
    )
    return notebook


def test_cleaning_removes_what_differs_and_keeps_what_is_read():
    notebook = clean_notebooks.clean(sample())
    words, code = notebook.cells
    assert (words.id, code.id) == ("words-1", "code-1")
    assert (words.metadata, code.metadata) == ({"tags": ["a"]}, {"tags": ["keep"]})
    assert notebook.metadata == clean_notebooks.NOTEBOOK_METADATA
    assert notebook.metadata.kernelspec.name == "python3"
    assert "version" not in notebook.metadata.language_info
    assert [output.get("text") for output in code.outputs] == ["a\nb\n", "c\n", None]
    assert code.outputs[2].data == {"text/plain": "Slider()", "text/html": "<p>3</p>"}
    nbformat.validate(notebook)


def test_cleaning_twice_changes_nothing_more():
    once = clean_notebooks.clean(sample())
    text = nbformat.writes(once)
    assert nbformat.writes(clean_notebooks.clean(once)) == text


def test_a_written_notebook_is_utf8_with_unix_line_ends(tmp_path):
    path = tmp_path / "a.ipynb"
    clean_notebooks.write(clean_notebooks.clean(sample()), path)
    content = path.read_bytes()
    assert "é".encode() in content and b"\r" not in content
    assert content.startswith(b'{\n "cells"') and content.endswith(b"}\n")
    assert not content.endswith(b"\n\n")


@pytest.mark.slow
def test_both_ways_of_running_again_write_the_same_file(tmp_path, monkeypatch):
    from nbconvert.exporters import NotebookExporter
    from traitlets.config import Config

    cells = [
        new_code_cell("for i in range(3):\n    print(i, flush=True)", id="stream"),
        new_code_cell("import ipywidgets\nipywidgets.IntSlider(value=3)", id="widget"),
    ]
    path = tmp_path / "00_sample.ipynb"
    clean_notebooks.write(new_notebook(cells=cells), path)
    assert clean_notebooks.execute(path)
    first = path.read_bytes()
    assert b"IntSlider(value=3)" in first and b"widget-view" not in first

    # nbconvert, with the configuration that the package installs.
    monkeypatch.setattr(clean_notebooks, "NOTEBOOKS", tmp_path)
    defaults = ROOT / "softmax_lib/jupyter_defaults/etc/jupyter/jupyter_nbconvert_config.json"
    configuration = Config(json.loads(defaults.read_text()))
    configuration.ExecutePreprocessor.enabled = True
    text, _ = NotebookExporter(config=configuration).from_filename(str(path))
    assert text.encode() == first


def test_a_failing_notebook_is_left_as_it_was(tmp_path, capsys):
    path = tmp_path / "broken.ipynb"
    clean_notebooks.write(new_notebook(cells=[new_code_cell("1 / 0", id="zero")]), path)
    before = path.read_bytes()
    assert clean_notebooks.main([path]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().out
    assert path.read_bytes() == before


def test_nbconvert_leaves_other_peoples_notebooks_alone(tmp_path):
    notebook = sample()
    before = nbformat.writes(notebook)
    preprocessor = clean_notebooks.CleanPreprocessor()
    preprocessor.preprocess(notebook, {"metadata": {"path": str(tmp_path)}})
    assert nbformat.writes(notebook) == before
