"""Build the course for the browser: ``python docs/lite/build.py [FOLDER]``, else docs/_build/lite.

The folder holds JupyterLab (JupyterLite), Python (Pyodide) and every package that the course needs.
Any web server can show it, and nothing is fetched from elsewhere: not even by a learner's browser.

The parts come from where their makers publish them: JupyterLite and pure Python packages from PyPI,
Pyodide's core from npm (so npm has to be there), and its compiled packages from the folder that the
environment variable ``SOFTMAX_PYODIDE`` names, or else from Pyodide's own distribution. Each file
of Pyodide is held against the hash in Pyodide's lock file.

It needs the packages that pyproject.toml lists as `lite`: ``pip install -e ".[course,lite]"``.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from pathlib import Path

import nbformat

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from softmax_lib.exercises.registry import COURSE  # noqa: E402
from softmax_lib.jupyter.hidden_results import hide_results  # noqa: E402

PYODIDE = "0.27.7"
DISTRIBUTION = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/"
CORE = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")
#: Loaded before the first cell; what the course itself imports comes with the first import of it.
FIRST = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
#: What Pyodide has no package of: (name, what it imports, what it needs). In the course's versions.
PURE = (
    ("ipywidgets", "ipywidgets", ("comm", "ipython", "traitlets", "jupyterlab-widgets")),
    ("jupyterlab-widgets", "jupyterlab_widgets", ()),
    ("anywidget", "anywidget", ("ipywidgets", "psygnal", "typing-extensions")),
    ("psygnal", "psygnal", ()),
    ("typing-extensions", "typing_extensions", ()),
    ("comm", "comm", ("traitlets",)),
)
#: The kernel's own packages, in the release of it that fits this Pyodide.
OLDER_KERNEL = "0.6.1"
OVERRIDES = ROOT / "softmax_lib/jupyter_defaults/share/jupyter/lab/settings/overrides.d"
COURSE_NEEDS = ("numpy", "matplotlib", "ipywidgets", "anywidget")


def pinned(name):
    """Return the version of a package that every learner gets."""
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return re.search(rf"(?m)^{name}==(\S+)", pins)[1]


def fetch(wheels, name, version):
    """Put a pure package's wheel into a folder, from PyPI, and return its path."""
    with tempfile.TemporaryDirectory() as scratch:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        pip += ["--no-deps", "--only-binary=:all:", "--python-version=3.12", "--platform=any"]
        subprocess.run([*pip, "--dest", scratch, f"{name}=={version}"], check=True)
        (wheel,) = Path(scratch).glob("*.whl")
        return Path(shutil.copy(wheel, wheels))


def core(folder):
    """Put Pyodide's core into a folder, from npm, and return its lock file's content."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["npm", "pack", "--silent", f"pyodide@{PYODIDE}"], cwd=scratch, check=True)
        (archive,) = Path(scratch).glob("*.tgz")
        with tarfile.open(archive) as packed:
            packed.extractall(scratch, filter="data")
        for name in CORE:
            shutil.copy(Path(scratch, "package", name), folder)
        return json.loads(Path(scratch, "package", "pyodide-lock.json").read_text())


def compiled(folder, entry):
    """Put one of Pyodide's own packages into a folder; its hash is the one in the lock file."""
    name, given = entry["file_name"], os.environ.get("SOFTMAX_PYODIDE")
    if given and Path(given, name).is_file():
        content = Path(given, name).read_bytes()
    else:
        with urllib.request.urlopen(DISTRIBUTION + name) as answer:
            content = answer.read()
    if hashlib.sha256(content).hexdigest() != entry["sha256"]:
        raise ValueError(f"{name} is not the file that Pyodide {PYODIDE} names")
    (folder / name).write_bytes(content)


def entry(wheel, imports, needs):
    """Return what a lock file says of a wheel."""
    name, version = wheel.name.split("-")[:2]
    return {
        "name": normal(name),
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "imports": [imports],
        "depends": list(needs),
        "unvendored_tests": False,
    }


def kernel_wheels(folder):
    """Put the kernel's packages into a folder; return (wheel, imports, needs) of each."""
    import jupyterlite_pyodide_kernel

    version = jupyterlite_pyodide_kernel.__version__
    for name, imports, needs in (
        ("piplite", "piplite", ("micropip",)),
        ("pyodide_kernel", "pyodide_kernel", ("comm", "ipython")),
        ("ipykernel", "ipykernel", ("comm",)),
    ):
        with tempfile.TemporaryDirectory() as scratch:
            asked = OLDER_KERNEL if name == "piplite" else version
            package = fetch(Path(scratch), "jupyterlite-pyodide-kernel", asked)
            with zipfile.ZipFile(package) as packed:
                inside = rf".*/static/pypi/{name}-[\d.]+-py3-none-any\.whl"
                (found,) = (n for n in packed.namelist() if re.fullmatch(inside, n))
                wheel = folder / Path(found).name
                wheel.write_bytes(packed.read(found))
        yield wheel, imports, needs


def our_wheel(folder):
    """Build the course's own package."""
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--no-deps", "--wheel-dir", str(folder), str(ROOT)], check=True)
    (wheel,) = folder.glob("softmax_course-*.whl")
    return wheel


def with_needs(names, packages):
    """Return the names of packages and of all that they need."""
    keys = {normal(name): name for name in packages}
    found, waiting = set(), list(names)
    while waiting:
        name = keys[normal(waiting.pop())]
        if name not in found:
            found.add(name)
            waiting += packages[name]["depends"]
    return sorted(found)


def normal(name):
    """Return a package's name as all its spellings have it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def write_pyodide(folder):
    """Write Pyodide, with every package that the course needs, into a folder."""
    folder.mkdir(parents=True)
    lock = core(folder)
    packages = lock["packages"]
    made = [(fetch(folder, name, pinned(name)), i, needs) for name, i, needs in PURE]
    made += [*kernel_wheels(folder), (our_wheel(folder), "softmax_lib", COURSE_NEEDS)]
    ours = [entry(*wheel) for wheel in made]
    packages.update({one["name"]: one for one in ours})
    wanted = with_needs([*FIRST, "softmax-course"], packages)
    for name in wanted:
        if name not in {one["name"] for one in ours}:
            compiled(folder, packages[name])
    lock["packages"] = {name: packages[name] for name in wanted}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")


def write_contents(folder):
    """Write the notebooks as a learner gets them: without results, and ready to be saved."""
    notebooks = folder / "notebooks"
    notebooks.mkdir(parents=True)
    for name in COURSE:
        notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
        hide_results(notebook)
        # JupyterLite's Python is called so; under another name the tab opens unsaved.
        spec = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
        notebook.metadata["kernelspec"] = spec
        notebook.metadata["language_info"] = {"name": "python"}
        nbformat.write(notebook, notebooks / f"{name}.ipynb")
    shutil.copy(ROOT / "notebooks" / "glossary.md", notebooks)


def settings():
    """Return JupyterLite's own settings."""
    kernel = {
        "pyodideUrl": "./static/pyodide/pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "lockFileURL": "./static/pyodide/pyodide-lock.json",
            "packages": list(FIRST),
            "env": {"HOME": "/home/pyodide", "SOFTMAX_PROGRESS": "/drive/progress.json"},
        },
    }
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "The softmax course",
            "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel},
        },
    }


def build(output):
    """Write the course for the browser into a folder, which is made anew."""
    shutil.rmtree(output, ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        lite = Path(scratch, "lite")
        write_pyodide(lite / "static" / "pyodide")
        write_contents(lite / "contents")
        (overrides,) = OVERRIDES.glob("*.json")
        shutil.copy(overrides, lite / "overrides.json")
        (lite / "jupyter-lite.json").write_text(json.dumps(settings()), encoding="utf-8")
        command = [sys.executable, "-m", "jupyter", "lite", "build", "--lite-dir", str(lite)]
        command += ["--contents", str(lite / "contents"), "--output-dir", str(output)]
        command += ["--no-sourcemaps", "--no-unused-shared-packages"]
        subprocess.run(command, cwd=scratch, check=True)
        # JupyterLite takes what it knows from the folder; Python itself is put beside it.
        shutil.copytree(
            lite / "static" / "pyodide", output / "static" / "pyodide", dirs_exist_ok=True
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=HERE.parent / "_build" / "lite")
    folder = parser.parse_args().folder.resolve()
    build(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{folder}: {size / 1e6:.0f} MB; show it with: python -m http.server -d {folder}")


if __name__ == "__main__":
    main()
