"""Build the course for a browser alone: ``python docs/lite/build.py [FOLDER]``.

The folder, docs/_build/lite by default, holds JupyterLab, a Python for browsers (Pyodide), every
package and the notebooks. Any server of files can show it; nothing is fetched from elsewhere, and
no server runs Python. Link to a notebook as ``lab/index.html?path=notebooks/04_logits.ipynb``.

What builds it has pins of its own (`lite` in pyproject.toml), so it gets an environment of its own.
Pyodide's compiled wheels are taken from the folder that ``SOFTMAX_PYODIDE`` names, and its core
from npm; without that variable, both come from the official distribution.
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
import tomllib
import urllib.request
import venv
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PYODIDE = "0.27.7"
DISTRIBUTION = f"https://cdn.jsdelivr.net/pyodide/v{PYODIDE}/full/"
CORE = ["pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"]
LOCK = "pyodide-lock.json"
#: What a kernel needs before it starts, in the lock's names.
KERNEL = ["micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython"]
#: Pure Python that Pyodide lacks, at the versions of requirements.txt: what each depends on, there.
PURE = {
    "comm": ["traitlets"],
    "ipywidgets": ["comm", "traitlets", "ipython", "widgetsnbextension"],
    "anywidget": ["ipywidgets", "psygnal", "typing-extensions"],
    "psygnal": [],
    "typing-extensions": [],
}
#: The kernel's own wheels, which come with it; the last two stand in for packages that a page needs
#: no Python of.
KERNELS_OWN = {
    "piplite": ["micropip"],
    "pyodide-kernel": ["ipython", "comm", "traitlets", "ipykernel"],
    "ipykernel": [],
    "widgetsnbextension": [],
}
COURSE = ["numpy", "matplotlib", "ipywidgets", "anywidget"]
# Kernel releases after it write piplite for a newer Python than this Pyodide has.
OLDER_KERNEL = "jupyterlite-pyodide-kernel==0.6.1"
#: A file that a learner sees, and can download and bring back: /drive is what the browser keeps.
PROGRESS = "/drive/softmax_progress.json"


def run(*command, **options):
    subprocess.run([str(part) for part in command], check=True, **options)


def build_environment(folder):
    """Make the environment that builds, if it is not there, and return its Python."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)["project"]["optional-dependencies"]["lite"]
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = folder / "installed.txt"
    if not done.exists() or done.read_text() != "\n".join(wanted):
        venv.create(folder, clear=True, with_pip=True)
        run(python, "-m", "pip", "install", "--quiet", *wanted)
        done.write_text("\n".join(wanted))
    return python


def fetch(path):
    """Fetch a file of the official distribution."""
    try:
        urllib.request.urlretrieve(DISTRIBUTION + path.name, path)
    except OSError as error:
        raise SystemExit(
            f"{DISTRIBUTION}{path.name} cannot be had: {error}. "
            "Without it, set SOFTMAX_PYODIDE to a folder that holds Pyodide's wheels."
        ) from None


def get_core(folder, wheels):
    """Put Pyodide's core and its lock file into a folder."""
    if not wheels:
        for name in [*CORE, LOCK]:
            fetch(folder / name)
        return
    npm = shutil.which("npm")
    if not npm:
        raise SystemExit("npm is missing: with SOFTMAX_PYODIDE set, Pyodide's core comes from it")
    with tempfile.TemporaryDirectory() as scratch:
        run(npm, "pack", "--silent", f"pyodide@{PYODIDE}", cwd=scratch, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(scratch).glob("*.tgz"))) as archive:
            for name in [*CORE, LOCK]:
                (folder / name).write_bytes(archive.extractfile(f"package/{name}").read())


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def entry(wheel, depends, imports):
    """Return what the lock says of a wheel."""
    name, version = wheel.name.split("-")[:2]
    return {
        "name": name.replace("_", "-"),
        "version": version,
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": digest(wheel),
        "package_type": "package",
        "imports": imports,
        "depends": depends,
        "unvendored_tests": False,
    }


def with_dependencies(packages, names):
    """Return the names of packages in a lock, and of all that they depend on."""
    found, left = set(), list(names)
    while left:
        name = left.pop().lower().replace("_", "-")
        if name not in found:
            found.add(name)
            left += packages[name]["depends"]
    return found


def pins(names):
    """Return ``name==version`` of packages, as requirements.txt pins them."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return [re.search(rf"(?m)^{re.escape(name)}==[^\s;]+", text)[0] for name in names]


def build_python(folder, python):
    """Write Pyodide, every wheel and a lock file that knows them into a folder."""
    wheels = os.environ.get("SOFTMAX_PYODIDE")
    get_core(folder, wheels)
    lock = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    packages = lock["packages"]

    pip = [python, "-m", "pip"]
    download = [*pip, "download", "--quiet", "--no-deps", "--only-binary=:all:", "--platform=any"]
    run(*download, "-d", folder, *pins(PURE))
    run(*pip, "wheel", "--quiet", "--no-deps", "-w", folder, ROOT)
    static = Path("share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi")
    shutil.copytree(python.parent.parent / static, folder / "kernel")
    with tempfile.TemporaryDirectory() as scratch:
        run(*download, "-d", scratch, OLDER_KERNEL)
        with zipfile.ZipFile(next(Path(scratch).glob("*.whl"))) as archive:
            (found,) = (n for n in archive.namelist() if Path(n).name.startswith("piplite-"))
            for newer in (folder / "kernel").glob("piplite-*"):
                newer.unlink()
            (folder / "kernel" / Path(found).name).write_bytes(archive.read(found))

    for name, depends in {**PURE, **KERNELS_OWN, "softmax-course": COURSE}.items():
        file = name.replace("-", "_")
        places = folder / "kernel" if name in KERNELS_OWN else folder
        wheel = sorted(places.glob(f"{file}-*.whl"))[-1]
        if wheel.parent != folder:
            wheel = Path(shutil.move(wheel, folder))
        imports = ["softmax_lib"] if name == "softmax-course" else [file]
        packages[name] = entry(wheel, depends, imports)
    shutil.rmtree(folder / "kernel")

    needed = with_dependencies(packages, [*KERNEL, "softmax-course"])
    lock["packages"] = {name: packages[name] for name in sorted(needed)}
    for package in lock["packages"].values():
        place = folder / package["file_name"]
        if not place.exists():
            if wheels:
                shutil.copy(Path(wheels, place.name), place)
            else:
                fetch(place)
        if digest(place) != package["sha256"]:
            raise SystemExit(f"{place.name} is not the file that Pyodide's lock names")
    matplotlib = folder / packages["matplotlib"]["file_name"]
    with_fonts(matplotlib)
    packages["matplotlib"]["sha256"] = digest(matplotlib)
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")


def with_fonts(wheel):
    """Let a wheel of Matplotlib know its fonts; else the first import looks for them, and says so.

    Pyodide's wheel holds such a list, of another version and of whoever built it.
    """
    with zipfile.ZipFile(wheel) as archive:
        files = {info: archive.read(info) for info in archive.infolist()}
    named = {info.filename: info for info in files}
    if "matplotlib/fontlist.json" not in named:
        return
    manager = files[named["matplotlib/font_manager.py"]].decode("utf-8")
    fonts = json.loads(files[named["matplotlib/fontlist.json"]])
    fonts["_version"] = int(re.search(r"(?m)^    __version__ = (\d+)", manager)[1])
    data = "matplotlib/mpl-data/"
    for kind in ("afmlist", "ttflist"):
        fonts[kind] = [font for font in fonts[kind] if data + font["fname"] in named]
    files[named["matplotlib/fontlist.json"]] = json.dumps(fonts).encode()
    wheel.chmod(0o644)
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in files.items():
            archive.writestr(info, content)


def fresh(path):
    """Return a notebook's text as a learner meets it: no results, no mark, the browser's kernel."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"] = {
        # With another name, Jupyter changes it at once and shows the notebook as unsaved.
        "kernelspec": {"display_name": "Python (Pyodide)", "language": "python", "name": "python"},
        "language_info": notebook["metadata"]["language_info"],
    }
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def settings():
    """Return what JupyterLite reads when it starts."""
    kernel = {
        "disablePyPIFallback": True,
        "loadPyodideOptions": {
            "packages": KERNEL,
            "env": {"HOME": "/home/pyodide", "SOFTMAX_PROGRESS": PROGRESS},
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
    """Write the whole course into a folder, which is replaced."""
    python = build_environment(HERE.parent / "_build" / "lite-env")
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        pyodide, contents = scratch / "static" / "pyodide", scratch / "contents"
        pyodide.mkdir(parents=True)
        build_python(pyodide, python)
        (contents / "notebooks").mkdir(parents=True)
        for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
            (contents / "notebooks" / path.name).write_text(fresh(path), encoding="utf-8")
        shutil.copy(ROOT / "notebooks" / "glossary.md", contents / "notebooks")
        (scratch / "jupyter-lite.json").write_text(json.dumps(settings()), encoding="utf-8")
        shutil.copy(HERE / "overrides.json", scratch)
        if output.exists():
            shutil.rmtree(output)
        command = [python, "-m", "jupyterlite_core", "build", "--no-sourcemaps"]
        command += ["--no-unused-shared-packages", "--lite-dir", scratch, "--contents", contents]
        made = subprocess.run(
            [str(part) for part in [*command, "--output-dir", output.resolve()]],
            cwd=scratch,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise SystemExit(made.stdout + made.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=HERE.parent / "_build" / "lite")
    folder = parser.parse_args().folder
    build(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    print(f"{folder}/index.html, {size:.0f} MB. Show it with: python -m http.server -d {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
