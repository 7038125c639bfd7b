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
FLOORS = {
    "foundations": {
        "compiled",
        "distributions",
        "formats",
        "glossary",
        "palette",
        "softmax",
        "tiled",
    },
    "methods": {
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
    "front door": {
        "__init__",
    },
    "models": {
        "gpt",
        "ngram",
    },
    "figures and widgets": {
        "figures",
        "learning_figures",
        "range_figures",
        "runner",
        "scale_figures",
        "widgets",
    },
    "exercises and explorers": {
        "exercises",
        "explorers",
    },
}
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


# What imports a module by its name, and what its argument is called.
LOADERS = {
    "import_module": "name",
    "__import__": "name",
    "find_spec": "name",
    "resolve_name": "name",
    "run_module": "mod_name",
}


def _imports_in(text, package):
    nodes = list(ast.walk(ast.parse(text)))
    yield from _imported_by_statement(nodes, package)
    yield from _imported_as_attribute(nodes, package)
    for given in _loaded(nodes):
        if isinstance(given, str):  # import_module(".sampling", "softmax_lib")
            module = given.partition(":")[0]
            level = len(module) - len(module.lstrip("."))
            base = package[: len(package) + 1 - level] if level else ()
            yield ".".join([*base, module.lstrip(".")]), None


def _imported_by_statement(nodes, package):
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, None
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else ()
            for alias in node.names:
                yield ".".join([*base, *filter(None, [node.module])]), alias.name


def _imported_as_attribute(nodes, package):
    """Yield what is taken out of a package that has a name: ``import softmax_lib as s; s.gpt``."""
    bound = {}
    for node in nodes:
        for alias in node.names if isinstance(node, ast.Import | ast.ImportFrom) else ():
            if isinstance(node, ast.Import):
                first = alias.name.partition(".")[0]
                bound[alias.asname or first] = alias.name if alias.asname else first
            else:
                one = ast.ImportFrom(node.module, [alias], node.level)
                (whole,) = _imported_by_statement([one], package)
                bound[alias.asname or alias.name] = ".".join(filter(None, whole))
    for node in nodes:
        if isinstance(node, ast.Attribute):
            first, _, rest = ast.unparse(node).partition(".")
            if first in bound and re.fullmatch(r"[\w.]+", rest):
                yield f"{bound[first]}.{rest}", None


def _loaded(nodes):
    """Yield what each use of `LOADERS` imports: a text, or the syntax where that is none."""
    names = {name: name for name in LOADERS}
    for node in nodes:
        for alias in node.names if isinstance(node, ast.ImportFrom) else ():
            if alias.name in LOADERS:
                names[alias.asname or alias.name] = alias.name
    for node in nodes:  # load = importlib.import_module
        if isinstance(node, ast.Assign) and (loader := _loader(node.value, names)):
            names |= {to.id: loader for to in node.targets if isinstance(to, ast.Name)}
    told = set()  # what is called, or gets another name
    for node in nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            told.add(node.value)
        elif isinstance(node, ast.Call) and (loader := _loader(node.func, names)):
            told.add(node.func)
            named = [each.value for each in node.keywords if each.arg == LOADERS[loader]]
            given = next(iter([*node.args, *named]), node)
            if len(node.args) + len(node.keywords) > 1 and loader in (
                "import_module",
                "__import__",
            ):
                given = node  # from where a name with dots counts, or whose part is wanted
            yield given.value if isinstance(getattr(given, "value", None), str) else given
    for node in nodes:  # handed on: map(import_module, names)
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load):
            if _loader(node, names) and node not in told:
                yield node


def _loader(node, names):
    """Return which of `LOADERS` an expression is, or None."""
    if isinstance(node, ast.Attribute):
        return node.attr if node.attr in LOADERS else None
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr":
        return next((a.value for a in node.args if getattr(a, "value", None) in LOADERS), None)
    return names.get(node.id) if isinstance(node, ast.Name) else None


def hidden(path):
    """Return the imports in a file of which nobody can read what they import."""
    loaded = _loaded(list(ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
    return [ast.unparse(given) for given in loaded if not isinstance(given, str)]


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
    known = set().union(BESIDE, *FLOORS.values())
    return max((u for u in known if f"{inside}.".startswith(f"{u}.")), key=len, default=None)


HEIGHT = {unit: height for height, units in enumerate(FLOORS.values()) for unit in units}


def floor_of(name):
    """Return what the floor of a file is called."""
    return next((floor for floor, units in FLOORS.items() if unit_of(name) in units), "beside")


def upward(edges):
    """Return, in words, the imports that lead to a floor above, or to what stands beside."""
    return {
        f"{name}, of the floor {floor_of(name)!r}, imports {target}, of {floor_of(target)!r}"
        for name in edges
        if unit_of(name) in HEIGHT
        for target in edges[name]
        if HEIGHT.get(unit_of(target), math.inf) > HEIGHT[unit_of(name)]
    }


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
    assert {unit_of(name) for name in EDGES} == set().union(BESIDE, *FLOORS.values()), "no file"
    assert sum(map(len, FLOORS.values())) + len(BESIDE) == len(HEIGHT) + len(BESIDE - HEIGHT.keys())


def test_imports_run_downward_only():
    assert upward(EDGES) == set()


def test_imports_form_no_circle():
    assert circle(EDGES) == []


# Which module it is, a person says: a package of requirements.txt, and a command of Jupyter's.
SAID_BY_A_PERSON = {
    "softmax_lib.setup_check": ["name"],
    "softmax_lib.jupyter.quick_start": ["arguments[0]"],
}


def test_what_is_imported_can_be_read():
    """A name that is put together hides from everything here."""
    found = {name: given for name, path in files_of(PACKAGE).items() if (given := hidden(path))}
    assert found == SAID_BY_A_PERSON


def test_a_failure_names_both_floors():
    (found,) = upward({"softmax_lib.softmax": {"softmax_lib.gpt.model"}})
    assert "softmax_lib.softmax, of the floor 'foundations'" in found and "of 'models'" in found


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
    "by name, loader renamed": (
        "ngram.py",
        "def f():\n    from importlib import import_module as load; load('softmax_lib.figures')",
    ),
    "by name, loader assigned": (
        "ngram.py",
        "import importlib\nload = importlib.import_module\nload('softmax_lib.figures')",
    ),
    "by name=": (
        "ngram.py",
        "def f():\n    importlib.import_module(name='softmax_lib.exercises.checks')",
    ),
    "by name, loader looked up": (
        "ngram.py",
        "getattr(importlib, 'import_module')('softmax_lib.figures')",
    ),
    "by __import__": ("ngram.py", "def f():\n    return __import__('softmax_lib.figures')"),
    "by pkgutil": (
        "ngram.py",
        "import pkgutil\ndef f():\n    pkgutil.resolve_name('softmax_lib.figures:x')",
    ),
    "by its spec": ("ngram.py", "importlib.util.find_spec('softmax_lib.figures').loader"),
    "by runpy": ("ngram.py", "def f():\n    runpy.run_module('softmax_lib.exercises.checks')"),
    "by runpy, by name": ("ngram.py", "runpy.run_module(mod_name='softmax_lib.exercises.checks')"),
    "as an attribute": ("ngram.py", "def f():\n    import softmax_lib; softmax_lib.figures.x()"),
    "as an attribute, renamed": ("ngram.py", "import softmax_lib as s\nx = s.exercises.check"),
    "as an attribute of a folder": (
        "exercises/exercise.py",
        "def f():\n    from .. import exercises as e; e.registry.find",
    ),
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


HIDDEN = [
    "import_module(f'softmax_lib.{x}')",
    "importlib.import_module('softmax_lib.' + 'figures')",
    "from importlib import import_module as load\nload(x)",
    "load = importlib.import_module\nload(name=x)",
    "importlib.import_module(**x)",
    "importlib.import_module('.figures', 'softmax_lib')",
    "importlib.import_module('..sampling', package=__name__)",
    "__import__('sampling', globals(), locals(), [], 1)",
    "__import__(x)",
    "pkgutil.resolve_name(x)",
    "runpy.run_module(mod_name=x)",
    "list(map(importlib.import_module, x))",
]


@pytest.mark.parametrize("line", HIDDEN)
def test_a_hidden_import_is_found(line, tmp_path):
    (tmp_path / "a.py").write_text(line)
    assert hidden(tmp_path / "a.py")
    (tmp_path / "a.py").write_text("import_module('json'); load = print; load(f'{x}')")
    assert hidden(tmp_path / "a.py") == []


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
