"""The module loads light, its files import downward only, and its docstrings hold."""

import ast
import doctest
import importlib
import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import softmax_lib

PACKAGE = Path(softmax_lib.__file__).parent
HEAVY = ["matplotlib", "ipywidgets", "anywidget", "IPython", "scipy", "pandas", "traitlets"]

# Floors, bottom up: a file imports from floors below its own, or from its own without a circle.
FLOORS = [
    {"distributions", "softmax"},
    {"sampling", "attention", "streaming", "planted"},
    {"byte_pairs", "ngram", "gpt"},
    {"figures", "explorers", "exercises"},
]
# These stand beside the floors: they set up, open and test the course, and nothing imports them.
BESIDE = {"__main__", "jupyter", "setup_check"}
NUMPY_ALONE = {"distributions", "softmax", "sampling", "attention", "planted", "byte_pairs"}


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
    assert ours == {"distributions", "softmax", "sampling"}


def test_import_brings_no_other_package():
    """Whatever else is installed: only numpy comes from outside the standard library."""
    before = {m.partition(".")[0] for m in loaded_by("")}
    after = {m.partition(".")[0] for m in loaded_by("import softmax_lib")}
    outside = after - before - set(sys.stdlib_module_names) - {"softmax_lib"}
    # Compiled parts of numpy may register a name of their own.
    assert {m for m in outside if not m.startswith(("_", "cython"))} == {"numpy"}


def imports(path):
    """Yield (our module imported, imported when the file loads), and ("", name) for others."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {
        id(node)
        for f in ast.walk(tree)
        if isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for node in ast.walk(f)
    }
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(parts[: len(parts) - node.level]) if node.level else ""
            base = ".".join(filter(None, [base, node.module]))
            names = [f"{base}.{alias.name}" for alias in node.names]
        for name in names:
            yield name, id(node) not in inside


def unit_of(dotted):
    """Return which unit a dotted name of ours is in: softmax_lib.exercises.quiz, exercises."""
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def exists(unit):
    return (PACKAGE / f"{unit}.py").exists() or (PACKAGE / unit / "__init__.py").exists()


def our_files():
    return sorted(p for p in PACKAGE.rglob("*.py") if "jupyter_defaults" not in p.parts)


def our_imports():
    """Return {(importing unit, imported unit)}; what the package offers counts as its home."""
    homes = {
        name: unit_of(inspect.getmodule(getattr(softmax_lib, name)).__name__)
        for name in softmax_lib.__all__
    }
    edges = set()
    for path in our_files():
        unit = path.relative_to(PACKAGE).with_suffix("").parts[0]
        for name, _ in imports(path):
            if name.split(".")[0] == "softmax_lib":
                target = unit_of(name)
                target = target if exists(target) else homes.get(target, "__init__")
                if target != unit:
                    edges.add((unit, target))
    return edges


def test_every_file_has_a_floor():
    units = {p.relative_to(PACKAGE).with_suffix("").parts[0] for p in our_files()}
    assert units - set().union(*FLOORS) - BESIDE - {"__init__"} == set()
    assert {"distributions", "softmax", "sampling"} <= units


def test_imports_run_downward_only():
    floor = {unit: height for height, units in enumerate(FLOORS) for unit in units}
    edges = our_imports()
    assert ("softmax", "distributions") in edges and ("sampling", "distributions") in edges
    upward = {
        (unit, target)
        for unit, target in edges
        if unit in floor and target in floor and floor[target] > floor[unit]
    }
    assert upward == set()
    assert {edge for edge in edges if edge[1] in BESIDE and edge[0] in floor} == set()
    # The front door offers the bottom floors; whoever imports through it can close a circle.
    through_the_door = {unit for unit, target in edges if target == "__init__"}
    assert {unit for unit in through_the_door if floor.get(unit, 9) < 2} == set()


def test_imports_form_no_circle():
    edges = {(a, b) for a, b in our_imports() if "__init__" not in (a, b)}
    left = {unit for edge in edges for unit in edge}
    while left:
        free = {u for u in left if not any(a == u and b in left for a, b in edges)}
        assert free, f"a circle among {sorted(left)}"
        left -= free


@pytest.mark.parametrize("unit", sorted(filter(exists, NUMPY_ALONE)))
def test_the_bottom_files_need_numpy_alone(unit):
    path = PACKAGE / f"{unit}.py"
    outside = {name.split(".")[0] for name, _ in imports(path)} - set(sys.stdlib_module_names)
    assert outside <= {"numpy", "softmax_lib"}


# --- What the module offers -----------------------------------------------------------------


PUBLIC = [getattr(softmax_lib, name) for name in softmax_lib.__all__]
offered = pytest.mark.parametrize("function", PUBLIC, ids=lambda f: f.__name__)


def test_all_names_what_there_is():
    assert softmax_lib.__all__ == sorted(softmax_lib.__all__)
    here = {n for n, v in vars(softmax_lib).items() if inspect.isfunction(v)}
    assert here == set(softmax_lib.__all__)
    for unit in ("distributions", "softmax", "sampling"):
        module = importlib.import_module(f"softmax_lib.{unit}")
        for name in module.__all__:
            assert inspect.getmodule(getattr(module, name)) is module


def test_softmax_is_the_function():
    """The file softmax.py must not hide it, whichever is imported first."""
    code = "import softmax_lib.softmax, softmax_lib; print(callable(softmax_lib.softmax))"
    assert python(code).strip() == "True"


def test_the_signature_is_the_promised_one():
    for function in (softmax_lib.softmax, softmax_lib.log_softmax, softmax_lib.exponentiate):
        assert str(inspect.signature(function)) == "(logits, axis=-1, temperature=1.0, out=None)"


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
    for unit in ("distributions", "softmax", "sampling"):
        module = importlib.import_module(f"softmax_lib.{unit}")
        result = doctest.testmod(module)
        assert result.failed == 0
        attempted += result.attempted
    assert attempted >= 4
