"""What ran in the notebook: did the cell of an exercise define what its check is to judge?

A cell that stops early, or defines another name, leaves an older function behind, and a check would
judge that one. IPython tells after each cell what it was and how it ended; where there is no
IPython nothing is known, and nothing is said.
"""

import ast
import difflib
import re
import sys
from dataclasses import dataclass
from typing import Any

from .advice import after_error
from .feedback import NOT_YET, Feedback
from .progress import saved_answer
from .registry import all_exercises

__all__ = ["defined_by", "older", "plain_python", "watch"]

_MISSING = object()
# With these in a cell, its text does not tell which names it binds.
_DYNAMIC = re.compile(
    r"^\s*[%!]|\b(?:globals|locals|vars|exec|eval|setattr|get_ipython|__import__)\b|import\s*\*",
    re.MULTILINE,
)


@dataclass(frozen=True)
class _Cell:
    """One run of a cell."""

    id: str | None
    source: str
    error: BaseException | None

    def is_home_of(self, name):
        """Whether it is the cell that the notebook has for this exercise."""
        return self.id is not None and self.id == name.replace("_", "-")


@dataclass
class _Name:
    """An exercise's name: what it holds, which cell gave it that, which came later and did not."""

    value: Any = _MISSING
    bound: _Cell | None = None
    missed: _Cell | None = None


class _Watcher:
    """Listens to IPython and remembers for each exercise's name the runs that matter."""

    def __init__(self, shell):
        self.shell = shell
        self.names = {name: _Name(shell.user_ns.get(name, _MISSING)) for name in all_exercises()}

    def after(self, result):
        """Take note of a cell that has run."""
        try:
            error = result.error_before_exec or result.error_in_exec
            cell = _Cell(result.info.cell_id, result.info.raw_cell or "", error)
            for name, known in self.names.items():
                self._note(name, known, cell)
            missing = getattr(error, "name", None) if isinstance(error, NameError) else None
            if missing in self.names and "check(" in cell.source:
                self._explain(missing)
        except Exception:  # what is remembered here only helps; it must never be in the way
            pass

    def _note(self, name, known, cell):
        value = self.shell.user_ns.get(name, _MISSING)
        bound = value is not known.value or cell.error is None and _binds(cell.source, name)
        again = known.bound is not None and known.bound.id is not None
        again = again and known.bound.id == cell.id
        if bound:
            made = None if value is _MISSING else cell
            # IPython runs what stands above a line that is no Python.
            stopped = cell.error is not None and _is_empty(cell.source, name)
            self.names[name] = _Name(value, made, cell if stopped else None)
        elif (
            again
            or cell.error is not None and _says(cell.source, name)
            or value is _MISSING and cell.is_home_of(name)
        ):  # fmt: skip
            known.missed = cell

    def _explain(self, name):
        """Say below an error what to do about a name that a check asks for in vain."""
        from IPython.display import display

        missed = self.names[name].missed
        task, (saved, passed) = all_exercises()[name], saved_answer(name)
        if missed is None:
            text = f"There is no `{name}` yet. Run the cell above, which defines it, then this one."
        else:
            text = _words(name, missed, f"there is no `{name}` yet")
        display(
            Feedback(
                NOT_YET, name, text, task.hints, task.solution, saved=saved, saved_passed=passed
            )
        )


_watcher = None


def watch():
    """Listen to IPython from now on, if this runs in it."""
    global _watcher
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None and _watcher is None:
        _watcher = _Watcher(shell)
        shell.events.register("post_run_cell", _watcher.after)


def older(name, answer):
    """Return what to say when `answer` is older than the cell that should have defined it.

    Parameters
    ----------
    name : str
        The exercise's.
    answer : object

    Returns
    -------
    str
        Empty when nothing speaks against judging it.
    """
    known = _watcher.names.get(name) if _watcher else None
    if known is None or known.missed is None or known.value is not answer:
        return ""
    if known.missed is known.bound:
        return _words(name, known.missed, f"there is nothing in your `{name}` yet")
    return _words(name, known.missed, f"this check would judge an older `{name}`")


def defined_by(name, answer):
    """Return the source of the cell that gave `name` its value `answer`, or nothing.

    Parameters
    ----------
    name : str
    answer : object

    Returns
    -------
    str
    """
    known = _watcher.names.get(name) if _watcher else None
    if known is None or known.value is not answer or known.bound is None:
        return ""
    return known.bound.source


def _binds(source, name):
    """Return whether a cell that ran to its end gave `name` a value, also the one it had."""
    try:
        return bool(_DYNAMIC.search(plain_python(source))) or name in _bound_names(source)
    except (SyntaxError, ValueError):  # it ran, so it is more than plain Python
        return True


def plain_python(source):
    """Return a cell's source without a magic for the whole of it, such as ``%%time``.

    Parameters
    ----------
    source : str

    Returns
    -------
    str
    """
    return re.sub(r"\A\s*%%.*\n?", "", source)


def _bound_names(source):
    """Return the names that a cell binds itself, and not inside a function or a class."""
    found, left = [], [ast.parse(plain_python(source))]
    while left:
        node = left.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.append(node.name)
            continue
        left += ast.iter_child_nodes(node)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            found.append(node.id)
        elif isinstance(node, ast.alias):
            found.append(node.asname or node.name.partition(".")[0])
    return found


def _is_empty(source, name):
    """Return whether a cell defines a function that has its first words in it, and no more."""
    try:
        lines = ast.parse(plain_python(source)).body
    except (SyntaxError, ValueError):
        return False
    bodies = [node.body for node in lines if getattr(node, "name", "") == name]
    return bool(bodies) and all(isinstance(getattr(line, "value", None), ast.Constant)
                                for line in bodies[-1])  # fmt: skip


def _says(source, name):
    """Return whether a cell means to define `name`, though it may not even be Python."""
    return bool(re.search(rf"^\s*(?:def\s+{name}\b|{name}\s*=(?!=))", source, re.MULTILINE))


def _words(name, cell, so):
    """Return what a cell did instead of defining `name`."""
    which = "The cell above" if cell.is_home_of(name) else f"The last cell meant for `{name}`"
    error = cell.error
    if isinstance(error, KeyboardInterrupt):
        return f"{which} was stopped before it was done, so {so}. Run it again."
    if error is not None:
        kind = "SyntaxError" if _ends_early(error) else type(error).__name__
        article = "an" if kind[0] in "AEIOU" else "a"
        line = "" if _ends_early(error) else (getattr(error, "text", None) or "").strip()
        where = f" in the line `{line}`" if line and "`" not in line else ""
        advice = after_error(error, source=cell.source)
        if _is_empty(cell.source, name):
            advice = " What belongs to it starts four spaces further to the right than its `def`."
        return (
            f"{which} stopped with {article} {kind}{where}, so {so}.{advice} "
            "Mend it and run it again, then this check."
        )
    try:
        others = _bound_names(cell.source)
    except (SyntaxError, ValueError):
        others = []
    near = difflib.get_close_matches(name, others, n=1, cutoff=0.6)
    if near:
        return (
            f"{which} defines `{near[0]}`, and this exercise is called `{name}`, so {so}. Give it "
            "that name and run the cell again, then this check."
        )
    return (
        f"{which} does not define `{name}`, so {so}. Write it there and run the cell, then this "
        "check."
    )


def _ends_early(error):
    """Return whether Python read to the end of the cell and missed something: no line is it."""
    return isinstance(error, SyntaxError) and "incomplete input" in (error.msg or "")
