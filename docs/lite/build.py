"""Build the course for a browser alone: ``python docs/lite/build.py [FOLDER]``.

The folder, docs/_build/lite by default, holds JupyterLab, a Python for browsers (Pyodide), every
package and the notebooks. Any server of files can show it; nothing is fetched from elsewhere, and
no server runs Python. Link to a notebook as ``lab/index.html?path=notebooks/04_logits.ipynb``.

What builds it has pins of its own (`lite` in pyproject.toml), so it gets an environment of its own.
Pyodide's core comes from npm, its compiled wheels from the folder that ``SOFTMAX_PYODIDE`` names;
without that variable, from the official distribution.

A page loads Python faster than Pyodide would by itself: all packages are one file, compiled before
(``compile.mjs``), which ``start.mjs`` puts in place. ``loading.mjs`` fetches it while JupyterLab
starts, and says what the page waits for; ``kept.mjs`` keeps it in the browser. ``unkept.mjs`` says
so where the learner's progress cannot be kept. The colors come from the course's palette.

Pyodide is 0.27.7, although jupyterlite-pyodide-kernel 0.8.6 expects 314.0.6: it is the release
that all of it was tried with. Each wheel is held to the hash in the core's own lock. To move, where
the official distribution can be reached: change ``PYODIDE``; take piplite from the kernel's own
wheels and drop ``OLDER_KERNEL``; change Python's version in ``SITE`` and ``STDLIB`` of
``start.mjs`` and ``compile.mjs``, and in ``compile_modules``; let widgets read ``jsnull``, which
null is in Python there, as None. Then ``pytest tests/test_lite.py --by-hand`` tries all of it.
"""

import argparse
import gzip
import hashlib
import importlib.util
import json
import os
import re
import shutil
import struct
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
STDLIB, LOCK = "python_stdlib.zip", "pyodide-lock.json"
CORE = ["pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", STDLIB]
#: What runs in the page and in the kernel's worker, beside the core.
SCRIPTS = ["start.mjs", "kept.mjs", "loading.mjs", "unkept.mjs"]
#: All packages in one file, and what the page fetches ahead.
PACKAGES = "packages.bin"
AHEAD = ["pyodide.asm.wasm", STDLIB, PACKAGES]
#: What a kernel needs before it starts, in the lock's names.
KERNEL = ["micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython"]
#: What nothing here needs: IPython completes names without Jedi, and Matplotlib draws without a
#: table of the world's clocks.
LEFT_OUT = {"jedi", "parso", "pytz"}
#: Folders and files of packages that a browser has no use for.
USELESS = re.compile(r"(^|/)tests?/|\.data/|\.pyi$|/sample_data/|^anywidget/nbextension/|/RECORD$")
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
#: What a bare address opens.
FIRST = "lab/index.html?path=notebooks/00_start_here.ipynb"
# Kernel releases after it write piplite for a newer Python than this Pyodide has.
OLDER_KERNEL = "jupyterlite-pyodide-kernel==0.6.1"
#: A file that a learner sees, and can download and bring back: /drive is what the browser keeps.
PROGRESS = "/drive/softmax_progress.json"


def of_course(name):
    """Return a module of the course, loaded without its package: numpy may not be there."""
    path = ROOT / "softmax_lib" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"softmax_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*command, **options):
    subprocess.run([str(part) for part in command], check=True, **options)


def tool(name):
    """Return where a command of Node.js is."""
    found = shutil.which(name)
    if not found:
        raise SystemExit(f"{name} is missing: install Node.js, which builds the browser's Python")
    return found


def build_environment(folder):
    """Make the environment that builds, if it is not there, and return its Python."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        wanted = tomllib.load(file)["project"]["optional-dependencies"]["lite"]
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    done = folder / "installed.txt"
    if not done.exists() or done.read_text() != "\n".join(wanted):
        venv.create(folder, clear=True, with_pip=True)
        # Python compiles the few modules that a build imports.
        run(python, "-m", "pip", "install", "--quiet", "--no-compile", *wanted)
        done.write_text("\n".join(wanted))
    return python


def get_core(folder):
    """Put Pyodide's core into a folder and return what its lock says of packages."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [tool("npm"), "pack", "--silent", f"pyodide@{PYODIDE}"]
        run(*command, cwd=scratch, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(scratch).glob("*.tgz"))) as archive:
            for name in [*CORE, LOCK]:
                (folder / name).write_bytes(archive.extractfile(f"package/{name}").read())
    lock = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    packages, lock["packages"] = lock["packages"], {}  # Pyodide itself loads none
    (folder / LOCK).write_text(json.dumps(lock), encoding="utf-8")
    return packages


def get_wheel(package, folder):
    """Put a wheel that the lock names into a folder."""
    path, wheels = folder / package["file_name"], os.environ.get("SOFTMAX_PYODIDE")
    if wheels:
        shutil.copy(Path(wheels, path.name), path)
    else:
        try:
            urllib.request.urlretrieve(DISTRIBUTION + path.name, path)
        except OSError as error:
            raise SystemExit(
                f"{DISTRIBUTION}{path.name} cannot be had: {error}. "
                "Without it, set SOFTMAX_PYODIDE to a folder that holds Pyodide's wheels."
            ) from None
    if hashlib.sha256(path.read_bytes()).hexdigest() != package["sha256"]:
        raise SystemExit(f"{path.name} is not the file that Pyodide's lock names")
    return path


def with_dependencies(depends, names):
    """Return the names of packages, and of all that they depend on."""
    found, left = set(), list(names)
    while left:
        name = left.pop().lower().replace("_", "-")
        if name not in found | LEFT_OUT:
            found.add(name)
            left += depends[name]
    return found


def pins(names):
    """Return ``name==version`` of packages, as requirements.txt pins them."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    return [re.search(rf"(?m)^{re.escape(name)}==[^\s;]+", text)[0] for name in names]


def kernel_files(python):
    """Return the folder with what the browser's kernel consists of."""
    kernel = "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static"
    return python.parent.parent / kernel


def kernel_language(python):
    """Return what the browser's kernel says of its language, as its own source has it."""
    said = re.compile(r"language_info:(\{.+?\}),protocol_version:")
    for path in kernel_files(python).glob("*.js"):
        if found := said.search(path.read_text(encoding="utf-8")):
            return json.loads(re.sub(r"(?<=[{,])(\w+):", r'"\1":', found[1]))
    raise SystemExit("The browser's kernel says nothing of its language: see kernel_language")


def get_wheels(packages, folder, python):
    """Put the wheels of everything that the course needs into a folder, and return their paths."""
    pip = [python, "-m", "pip"]
    download = [*pip, "download", "--quiet", "--no-deps", "--only-binary=:all:", "--platform=any"]
    run(*download, "-d", folder, *pins(PURE))
    run(*pip, "wheel", "--quiet", "--no-deps", "-w", folder, ROOT)
    for wheel in (kernel_files(python) / "pypi").glob("*.whl"):
        if not wheel.name.startswith("piplite-"):
            shutil.copy(wheel, folder)
    with tempfile.TemporaryDirectory() as scratch:
        run(*download, "-d", scratch, OLDER_KERNEL)
        with zipfile.ZipFile(next(Path(scratch).glob("*.whl"))) as archive:
            (found,) = (n for n in archive.namelist() if Path(n).name.startswith("piplite-"))
            (folder / Path(found).name).write_bytes(archive.read(found))

    ours = {**PURE, **KERNELS_OWN, "softmax-course": COURSE}
    depends = {name: package["depends"] for name, package in packages.items()} | ours
    return [
        next(folder.glob(f"{name.replace('-', '_')}-*.whl"))
        if name in ours
        else get_wheel(packages[name], folder)
        for name in sorted(with_dependencies(depends, [*KERNEL, "softmax-course"]))
    ]


def contents(wheels):
    """Return the files of wheels that a browser needs: each name and its content."""
    files = {}
    for wheel in wheels:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if not name.endswith("/") and not USELESS.search(name):
                    files[name] = archive.read(name)
    know_fonts(files)
    return files


def know_fonts(files):
    """Let Matplotlib know its fonts; else the first import looks for them, and says so.

    Pyodide's wheel holds such a list, of another version and of whoever built it.
    """
    manager = files["matplotlib/font_manager.py"].decode("utf-8")
    fonts = json.loads(files["matplotlib/fontlist.json"])
    fonts["_version"] = int(re.search(r"(?m)^    __version__ = (\d+)", manager)[1])
    data = "matplotlib/mpl-data/"
    for kind in ("afmlist", "ttflist"):
        fonts[kind] = [font for font in fonts[kind] if data + font["fname"] in files]
    files["matplotlib/fontlist.json"] = json.dumps(fonts).encode()


def pack(files, path, level):
    """Write files as one: how long the list is, the list of names and sizes, and the contents."""
    names = json.dumps([[name, len(content)] for name, content in files.items()]).encode()
    whole = b"".join([struct.pack("<I", len(names)), names, *files.values()])
    # With a time in it, each build would be another version.
    path.write_bytes(gzip.compress(whole, level, mtime=0))


def compile_modules(folder, files, notebooks):
    """Add compiled modules to a folder's standard library and to the files of its packages."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [tool("node"), HERE / "compile.mjs", folder, notebooks, scratch]
        made = subprocess.run([str(part) for part in command], capture_output=True, text=True)
        if made.returncode:
            raise SystemExit(
                f"The modules could not be compiled: {(made.stdout or made.stderr)[-2000:]}"
            )
        compiled = {
            kind: {
                path.relative_to(top).as_posix(): path.read_bytes()
                for top in [Path(scratch, kind)]
                for path in sorted(top.rglob("*.pyc"))
            }
            for kind in ("site", "stdlib")
        }
    with zipfile.ZipFile(folder / STDLIB, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in compiled["stdlib"].items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    for name, content in compiled["site"].items():
        # Sources of our own stay: learners are told to read them, and errors show their lines.
        if name.startswith("softmax_lib/"):
            place, _, stem = name.rpartition("/")
            name = f"{place}/__pycache__/{stem[:-4]}.cpython-312.pyc"
        else:
            del files[name[:-1]]
        files[name] = content


def colors():
    """Return the script that gives loading.mjs its colors: the course's, light and dark.

    It shows itself before JupyterLab has a theme, so the papers and inks are those of no theme.
    """
    palette = of_course("palette")
    lines = []
    for name, ink, paper in (
        ("LIGHT", palette.INK, palette.PAPER),
        ("DARK", palette.DARK_INK, palette.DARK_PAPER),
    ):
        of_page = {"ink": ink, "paper": paper}
        named = ("edge", "focus", "handle-shadow")
        of_page |= {each: getattr(palette, name)[each] for each in named}
        style = " ".join(f"--{each}: {color};" for each, color in of_page.items())
        lines.append(f"export const {name} = {json.dumps(style)};\n")
    return "".join(lines)


def build_python(folder, python):
    """Write Pyodide with every package, and the scripts that load it, into a folder."""
    packages = get_core(folder)
    for name in SCRIPTS:
        shutil.copy(HERE / name, folder)
    (folder / "colors.mjs").write_text(colors(), encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        files = contents(get_wheels(packages, Path(scratch), python))
    pack(files, folder / PACKAGES, 1)
    compile_modules(folder, files, ROOT / "notebooks")
    pack(files, folder / PACKAGES, 9)
    sizes = {name: (folder / name).stat().st_size for name in AHEAD}
    (folder / "sizes.json").write_text(json.dumps(sizes), encoding="utf-8")


def version(folder):
    """Return a short name for what a folder holds: no two builds share an address."""
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()[:12]


def fresh(path, language):
    """Return a notebook's text as a learner meets it: no results, no mark, the browser's kernel.

    JupyterLab writes the kernel and its language into a notebook that says anything else. Then the
    notebook counts as changed, is stored in the browser, and no new version of it ever shows.
    """
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"] = {
        "kernelspec": {"display_name": "Python (Pyodide)", "language": "python", "name": "python"},
        "language_info": language,
    }
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def settings(python):
    """Return what JupyterLite reads when it starts; `python` is where the pages find Python."""
    kernel = {
        "disablePyPIFallback": True,
        "pyodideUrl": f"./{python}/start.mjs",
        "loadPyodideOptions": {
            "packages": KERNEL,  # start.mjs brings them; else the kernel looks for them
            "env": {"HOME": "/home/pyodide", "SOFTMAX_PROGRESS": PROGRESS},
        },
    }
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "The softmax course",
            "exposeAppInBrowser": True,  # for loading.mjs
            "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel},
        },
    }


def say_what_loads(page, python):
    """Let a page of JupyterLite load loading.mjs, before anything else."""
    text = page.read_text(encoding="utf-8")
    root = re.search('data-jupyter-lite-root="([^"]+)"', text)[1]
    script = f'<script type="module" src="{root}/{python}/loading.mjs"></script>'
    page.write_text(text.replace("<title>", f"{script}<title>", 1), encoding="utf-8")


def build(output):
    """Write the whole course into a folder, which is replaced."""
    python = build_environment(HERE.parent / "_build" / "lite-env")
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        pyodide, contents = scratch / "python", scratch / "contents"
        pyodide.mkdir(parents=True)
        build_python(pyodide, python)
        place = f"static/python-{version(pyodide)}"
        (contents / "notebooks").mkdir(parents=True)
        language = kernel_language(python)
        for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
            text = fresh(path, language)
            (contents / "notebooks" / path.name).write_text(text, encoding="utf-8")
        shutil.copy(ROOT / "notebooks" / "glossary.md", contents / "notebooks")
        (scratch / "jupyter-lite.json").write_text(json.dumps(settings(place)), encoding="utf-8")
        shutil.copy(HERE / "overrides.json", scratch)
        if output.exists():
            shutil.rmtree(output)
        command = [python, "-m", "jupyterlite_core", "build", "--no-sourcemaps", "--apps", "lab"]
        command += ["--no-unused-shared-packages", "--lite-dir", scratch, "--contents", contents]
        made = subprocess.run(
            [str(part) for part in [*command, "--output-dir", output.resolve()]],
            cwd=scratch,
            capture_output=True,
            text=True,
        )
        if made.returncode:
            raise SystemExit(made.stdout + made.stderr)
        shutil.copytree(pyodide, output / place)
    say_what_loads(output / "lab" / "index.html", place)
    front = output / "index.html"  # JupyterLite reads its settings from it
    text = front.read_text(encoding="utf-8")
    script = f"<script>location.replace({json.dumps(FIRST)});</script>"
    front.write_text(text.replace("<head>", f"<head>{script}", 1), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=HERE.parent / "_build" / "lite")
    folder = parser.parse_args().folder
    build(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    print(f"{folder}/index.html, {size:.0f} MB. Show it with: python -m http.server -d {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(of_course("launcher").in_words(main))
