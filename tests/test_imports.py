"""The module loads light, its files import downward only, and its docstrings hold."""

import ast
import doctest
import functools
import importlib
import inspect
import json
import math
import os
import re
import shutil
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import softmax_lib

PACKAGE = Path(softmax_lib.__file__).parent
HEAVY = ["matplotlib", "ipywidgets", "anywidget", "IPython", "scipy", "pandas", "traitlets"]

# The house, bottom up. A file imports from the floors below its own, or from its own without a
# circle. A name is a file or a folder, whichever is longer counts; `__init__` is the front door.
FLOORS = [
    {
        "distributions",
        "formats",
        "glossary",
        "palette",
        "softmax",
        "tiled",
    },
    {
        "attention",
        "byte_pairs",
        "calibration",
        "digits",
        "gradients",
        "losses",
        "rounded_formulas",
        "sampling",
        "sparse",
        "streaming",
        "suspects",
        "your_softmax",
    },
    {
        "__init__",
    },
    {
        "gpt",
        "ngram",
    },
    {
        "figures",
        "learning_figures",
        "range_figures",
        "runner",
        "scale_figures",
        "widgets",
    },
    {
        "exercises",
        "explorers",
    },
]
# These stand beside the floors: they set up, open and test the course, and nothing imports them.
BESIDE = {
    "__main__",
    "bundle",
    "jupyter",
    "launcher",
    "setup_check",
}
NUMPY_ALONE = {
    "distributions",
    "softmax",
    "tiled",
    "gradients",
    "losses",
    "sampling",
    "suspects",
    "your_softmax",
    "attention",
    "byte_pairs",
    "calibration",
    "digits",
    "formats",
    "rounded_formulas",
    "runner",
    "sparse",
    "streaming",
}
# What a file imports only once it has been handed something of that package.
LATE = {"streaming": {"dask"}}


def python(code):
    """Run `code` in a fresh Python that finds the same softmax_lib; return what it prints."""
    env = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert run.returncode == 0, run.stderr
    return run.stdout


def loaded_by(statement):
    code = f"import sys, json\n{statement}\nprint(json.dumps(sorted(sys.modules)))"
    return set(json.loads(python(code)))


def test_import_loads_numpy_and_nothing_heavier():
    modules = loaded_by("import softmax_lib")
    assert "numpy" in modules
    assert modules.isdisjoint(HEAVY)
    ours = {m.split(".")[1] for m in modules if m.startswith("softmax_lib.")}
    here = {"distributions", "glossary", "softmax", "tiled", "gradients", "losses", "sampling"}
    assert ours == here


def test_import_brings_no_other_package():
    """Whatever else is installed: only numpy comes from outside the standard library."""
    before = {m.partition(".")[0] for m in loaded_by("")}
    after = {m.partition(".")[0] for m in loaded_by("import softmax_lib")}
    outside = after - before - set(sys.stdlib_module_names) - {"softmax_lib"}
    # Compiled parts of numpy may register a name of their own.
    assert {m for m in outside if not m.startswith(("_", "cython"))} == {"numpy"}


# --- The house --------------------------------------------------------------------------------


def files_of(package):
    """Return {dotted name: path} of each file of a package; a folder's is its ``__init__``."""
    found = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package.parent).with_suffix("").parts
        if "jupyter_defaults" not in parts:
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(name, path):
    """Return (module, name or None) for each import in a file, inside functions too."""
    package = name.split(".") if path.stem == "__init__" else name.split(".")[:-1]
    return _imported(path.read_text(encoding="utf-8"), tuple(package))


@functools.cache  # by the text: a copy that a fault is put into differs in one file
def _imported(text, package):
    return tuple(_imports_in(text, package))


def _imports_in(text, package):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, None
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else ()
            for alias in node.names:
                yield ".".join([*base, *filter(None, [node.module])]), alias.name
        elif isinstance(node, ast.Call) and node.args:  # import_module(".sampling", "softmax_lib")
            called = ast.unparse(node.func).rpartition(".")[2]
            given = getattr(node.args[0], "value", None)
            if called in ("import_module", "__import__") and isinstance(given, str):
                level = len(given) - len(given.lstrip("."))
                base = package[: len(package) + 1 - level] if level else ()
                yield ".".join([*base, given.lstrip(".")]), None


def offers(path):
    """Return the names that a file defines or imports at its top."""
    return _offered(path.read_text(encoding="utf-8"))


@functools.cache
def _offered(text):
    names = set()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
    return frozenset(names)


def edges_of(package):
    """Return {file: files that it makes Python run first}, by dotted names.

    Importing a file runs the ``__init__`` of each folder that it is in, too, unless the importer
    is in that folder itself: then it runs already, and only what it offers must be there.
    """
    files = files_of(package)
    offered = {name: offers(path) for name, path in files.items()}
    edges = {name: set() for name in files}
    for name, path in files.items():
        for module, taken in imported(name, path):
            if module not in files:
                continue
            whole = f"{module}.{taken}"
            targets = {whole} if whole in files else {module}
            if taken and taken in offered[module]:
                targets.add(module)
            for target in list(targets):
                parts = target.split(".")
                folders = {".".join(parts[:n]) for n in range(1, len(parts))}
                targets |= {f for f in folders if not f"{name}.".startswith(f"{f}.")}
            edges[name] |= targets - {name}
    return edges


def unit_of(name):
    """Return the name in FLOORS or BESIDE that a file belongs to, or None."""
    inside = name.partition(".")[2] or "__init__"
    known = set().union(BESIDE, *FLOORS)
    return max((u for u in known if f"{inside}.".startswith(f"{u}.")), key=len, default=None)


HEIGHT = {unit: height for height, units in enumerate(FLOORS) for unit in units}


def upward(edges):
    """Return the imports that lead to a floor above, or to what stands beside the house."""
    found = set()
    for name in edges:
        if unit_of(name) in HEIGHT:
            for target in edges[name]:
                if HEIGHT.get(unit_of(target), math.inf) > HEIGHT[unit_of(name)]:
                    found.add((name, target))
    return found


def circle(edges):
    """Return files that import one another in a circle, or nothing."""
    try:
        TopologicalSorter(edges).prepare()
    except CycleError as error:
        return error.args[1]
    return []


EDGES = edges_of(PACKAGE)


def test_every_file_has_a_floor():
    assert {name for name in EDGES if unit_of(name) is None} == set()
    assert {unit_of(name) for name in EDGES} == set().union(BESIDE, *FLOORS), "names of no file"
    assert sum(map(len, FLOORS)) + len(BESIDE) == len(HEIGHT) + len(BESIDE - HEIGHT.keys())


def test_imports_run_downward_only():
    assert upward(EDGES) == set()


def test_imports_form_no_circle():
    assert circle(EDGES) == []


def test_the_imports_are_all_seen():
    """Plain, relative, of a folder, inside a function, through the front door."""
    for name, target in {
        "softmax": "distributions",
        "exercises.registry": "exercises.n04_logits",
        "exercises.checks": "exercises.progress",
        "exercises": "exercises.checks",
        "explorers": "explorers.softmax_explorer",
        "setup_check": "exercises.progress",
    }.items():
        assert f"softmax_lib.{target}" in EDGES[f"softmax_lib.{name}"]
    assert "softmax_lib" in EDGES["softmax_lib.exercises.recalled"]


FAULTS = {
    "to the floor above": ("softmax.py", "from .sampling import sample"),
    "through the front door": ("distributions.py", "from softmax_lib import softmax"),
    "of what stands beside": ("gpt/model.py", "import softmax_lib.setup_check"),
    "late": ("ngram.py", "def f():\n    from .exercises.checks import check"),
    "by name": ("ngram.py", "from importlib import import_module\nimport_module('.figures')"),
    "of a folder": ("exercises/progress.py", "from . import check"),
    "of a sibling": ("exercises/exercise.py", "def f():\n    from .registry import find"),
    "by the other folder": ("exercises/quiz.py", "from ..explorers.static import static_table"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_wrong_import_is_found(fault, tmp_path):
    """Each of them leads upward, or closes a circle."""
    package = tmp_path / "softmax_lib"
    shutil.copytree(PACKAGE, package, ignore=shutil.ignore_patterns("data", "__pycache__"))
    assert edges_of(package) == EDGES
    name, line = FAULTS[fault]
    if fault == "by the other folder":  # alone, it is allowed
        with open(package / "explorers/static.py", "a", encoding="utf-8") as file:
            file.write("\ndef f():\n    from ..exercises.quiz import Quiz\n")
    with open(package / name, "a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    edges = edges_of(package)
    assert upward(edges) or circle(edges)


@pytest.mark.parametrize("unit", sorted(NUMPY_ALONE))
def test_the_bottom_files_need_numpy_alone(unit):
    modules = {module for module, _ in imported(f"softmax_lib.{unit}", PACKAGE / f"{unit}.py")}
    outside = {module.split(".")[0] for module in modules} - set(sys.stdlib_module_names)
    assert outside <= {"numpy", "softmax_lib"} | LATE.get(unit, set())


@pytest.mark.parametrize("unit", LATE)
def test_what_is_imported_late_is_not_imported_at_the_top(unit):
    assert LATE[unit].isdisjoint(loaded_by(f"import softmax_lib.{unit}"))


# --- What the module offers -----------------------------------------------------------------


PUBLIC = [getattr(softmax_lib, name) for name in softmax_lib.__all__]
offered = pytest.mark.parametrize("function", PUBLIC, ids=lambda f: f.__name__)


def test_all_names_what_there_is():
    assert softmax_lib.__all__ == sorted(softmax_lib.__all__)
    here = {n for n, v in vars(softmax_lib).items() if inspect.isfunction(v)}
    assert here == set(softmax_lib.__all__)
    for unit in ("distributions", "softmax", "gradients", "losses", "sampling"):
        module = importlib.import_module(f"softmax_lib.{unit}")
        for name in module.__all__:
            assert inspect.getmodule(getattr(module, name)) is module


def test_softmax_is_the_function():
    """The file softmax.py must not hide it, whichever is imported first."""
    code = "import softmax_lib.softmax, softmax_lib; print(callable(softmax_lib.softmax))"
    assert python(code).strip() == "True"


def test_the_signature_is_the_promised_one():
    promised = "(logits, axis=-1, temperature=1.0, out=None"
    assert str(inspect.signature(softmax_lib.exponentiate)) == f"{promised})"
    for function in (softmax_lib.softmax, softmax_lib.log_softmax):
        assert str(inspect.signature(function)) == f"{promised}, threads=1)"


def sections(function):
    """Return {heading: text} of a numpydoc docstring."""
    text = inspect.getdoc(function)
    found = re.split(r"^(\S[^\n]*)\n-{3,}$", text, flags=re.MULTILINE)
    return {"": found[0], **dict(zip(found[1::2], found[2::2]))}


@offered
def test_docstring_is_numpydoc(function):
    parts = sections(function)
    summary = parts[""].strip().splitlines()[0]
    assert summary.endswith(".") and len(summary) < 100
    for heading in ("Parameters", "Returns", "Raises"):
        assert parts.get(heading, "").strip(), f"no {heading}"
    described = {
        name
        for line in re.findall(r"^\S.*$", parts["Parameters"], flags=re.MULTILINE)
        for name in line.split(" : ")[0].split(", ")
    }
    assert described == set(inspect.signature(function).parameters)
    raised = re.findall(r"^(\w+(?:, \w+)*)$", parts["Raises"], flags=re.MULTILINE)
    assert raised and all(n in ("ValueError", "TypeError") for r in raised for n in r.split(", "))


def test_docstring_examples_are_true():
    attempted = 0
    for unit in (
        "distributions",
        "softmax",
        "gradients",
        "losses",
        "rounded_formulas",
        "sampling",
        "calibration",
        "streaming",
    ):
        module = importlib.import_module(f"softmax_lib.{unit}")
        result = doctest.testmod(module)
        assert result.failed == 0
        attempted += result.attempted
    assert attempted >= 4
